//! What one field of a form holds: a line, a text, a choice; and the bytes it stands for.
use crate::input::{Chord, Key};
use crate::model::kinds::{self, Input};
use crate::model::printed::{print, unprint};
use crate::panes::paint::can_be_seen;
use crate::widgets::field::Mask;
use crate::widgets::{Editor, Field};

/// What is typed into.
#[derive(Clone)]
pub enum Entry {
    Line(Field),
    Text(Box<Editor>, Reading),
    Choice(usize),
}

/// What the text of an editor stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Its own bytes.
    Plain,
    /// Each line is the printed form of some bytes.
    Printed,
}

impl Entry {
    /// The entry of a field, with its initial bytes.
    pub fn new(field: &kinds::Field) -> Self {
        match field.input {
            Input::Line => Self::Line(Field::new(print(&field.initial)).chosen()),
            Input::Lines => Self::printed(&field.initial),
            Input::Text => match std::str::from_utf8(&field.initial) {
                Ok(text) if can_be_seen(text) => {
                    Self::Text(Box::new(Editor::at_ease(text)), Reading::Plain)
                }
                _ => Self::printed(&field.initial),
            },
            Input::Choice(words) => Self::Choice(
                words
                    .iter()
                    .position(|word| word.as_bytes() == field.initial)
                    .unwrap_or(0),
            ),
        }
    }

    /// What stands in it counts as typed over these bytes.
    pub fn typed_over(&mut self, bytes: &[u8]) {
        match self {
            Self::Line(field) => field.set(field.text().to_owned()),
            Self::Text(editor, Reading::Plain) => {
                editor.rebase(String::from_utf8_lossy(bytes).into_owned());
            }
            Self::Text(editor, Reading::Printed) => editor.rebase(print_lines(bytes)),
            Self::Choice(_) => {}
        }
    }

    fn printed(bytes: &[u8]) -> Self {
        Self::Text(Box::new(Editor::new(print_lines(bytes))), Reading::Printed)
    }

    /// The bytes that were typed, or why there are none.
    pub fn typed(&self, input: Input) -> Result<Vec<u8>, String> {
        match self {
            // A secret is what was typed: an escape in it could not be seen.
            Self::Line(field) if field.mask == Mask::Hidden => Ok(field.text().into()),
            Self::Line(field) => unprint(field.text()).map_err(|why| why.to_string()),
            Self::Text(editor, Reading::Plain) => Ok(editor.text().into_bytes()),
            Self::Text(editor, Reading::Printed) => unprint_lines(&editor.text()),
            Self::Choice(at) => Ok(words(input).get(*at).copied().unwrap_or_default().into()),
        }
    }

    /// What stands in it, as it is shown.
    pub fn text(&self, input: Input) -> String {
        match self {
            Self::Line(field) => field.text().to_owned(),
            Self::Text(editor, _) => editor.text(),
            Self::Choice(at) => words(input)
                .get(*at)
                .copied()
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

/// The words of a choice; none of anything else.
pub fn words(input: Input) -> &'static [&'static str] {
    match input {
        Input::Choice(words) => words,
        Input::Line | Input::Text | Input::Lines => &[],
    }
}

/// Bytes as lines of their printed forms.
pub fn print_lines(bytes: &[u8]) -> String {
    bytes
        .split(|byte| *byte == b'\n')
        .map(print)
        .collect::<Vec<_>>()
        .join("\n")
}

fn unprint_lines(text: &str) -> Result<Vec<u8>, String> {
    let line = |(at, line)| unprint(line).map_err(|why| format!("line {}: {why}", at + 1));
    Ok(text
        .split('\n')
        .enumerate()
        .map(line)
        .collect::<Result<Vec<_>, _>>()?
        .join(&b'\n'))
}

/// The word that a chord leads to from this one: its neighbour, or the next one with that first letter.
pub fn choose(words: &[&str], at: usize, chord: Chord) -> Option<usize> {
    let count = words.len().max(1);
    match chord.key {
        Key::Left if chord == Chord::of(Key::Left) => Some((at + count - 1) % count),
        Key::Right if chord == Chord::of(Key::Right) => Some((at + 1) % count),
        _ => {
            let letter = chord.typed()?.to_ascii_lowercase();
            let next = |by: &usize| words[(at + by) % count].starts_with(letter);
            Some(
                (1..=words.len())
                    .find(next)
                    .map_or(at, |by| (at + by) % count),
            )
        }
    }
}
