//! A form: labelled fields of one line, of many, or of a few words to choose from.
use crate::input::{Action, Chord, Layer, lookup};
use crate::model::kinds::{self, Input};
use crate::model::printed::print;
use crate::widgets::field::Mask;
use crate::widgets::text;

mod draw;
mod entry;

use entry::{Entry, Reading, choose, print_lines, words};

/// What a chord leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    Submit,
    Cancel,
    /// Another word was chosen in this field; other fields may be needed now.
    Changed(usize),
}

/// The fields of a form and what was typed into them.
#[derive(Clone)]
pub struct Form {
    title: String,
    rows: Vec<Row>,
    /// Which field has the focus.
    focus: usize,
    note: String,
    hints: Vec<(String, String)>,
    masked: Vec<String>,
}

/// One field.
#[derive(Clone)]
struct Row {
    label: &'static str,
    input: Input,
    entry: Entry,
    /// What it was opened with.
    opened: Vec<u8>,
    error: Option<String>,
}

/// More characters than this are a pity to lose.
const A_LINE: usize = 60;

impl Form {
    /// A form with these fields, the first one in focus.
    pub fn new(title: impl Into<String>, fields: Vec<kinds::Field>) -> Self {
        let (note, hints, masked) = (String::new(), Vec::new(), Vec::new());
        let mut form = Self {
            title: title.into(),
            rows: Vec::new(),
            focus: 0,
            note,
            hints,
            masked,
        };
        form.set_fields(fields);
        form
    }

    /// Adds a sentence that is shown while the field of this label is in focus.
    #[must_use]
    pub fn with_hint(mut self, label: &str, hint: impl Into<String>) -> Self {
        self.hints.push((label.to_owned(), hint.into()));
        self
    }

    /// What stands in the field of this label is a beginning: typing goes on behind it.
    #[must_use]
    pub fn beginning(mut self, label: &str) -> Self {
        for row in self.rows.iter_mut().filter(|row| row.label == label) {
            if let Entry::Line(field) = &mut row.entry {
                field.set(field.text().to_owned());
            }
        }
        self
    }

    /// What stands in the fields counts as typed over what these have: that much is lost by leaving the form.
    #[must_use]
    pub fn opened_with(mut self, fields: Vec<kinds::Field>) -> Self {
        for (row, field) in self.rows.iter_mut().zip(fields) {
            row.entry.typed_over(&field.initial);
            row.opened = field.initial;
        }
        self
    }

    /// Hides what is typed into the field of this label.
    #[must_use]
    pub fn masked(mut self, label: &str) -> Self {
        self.masked.push(label.to_owned());
        self.mask();
        self
    }

    fn mask(&mut self) {
        for row in &mut self.rows {
            if let Entry::Line(field) = &mut row.entry
                && self.masked.iter().any(|label| label == row.label)
            {
                field.mask = Mask::Hidden;
            }
        }
    }

    /// Sets other fields. What was typed stays in fields that were there before, and so does the focus.
    pub fn set_fields(&mut self, fields: Vec<kinds::Field>) {
        let focused = self.rows.get(self.focus).map(|row| row.label);
        let mut old = std::mem::take(&mut self.rows);
        for field in fields {
            let same = old
                .iter()
                .position(|row| row.label == field.label && row.input == field.input);
            let row = same.map(|at| old.swap_remove(at));
            self.rows.push(row.unwrap_or_else(|| Row {
                label: field.label,
                input: field.input,
                entry: Entry::new(&field),
                opened: field.initial,
                error: None,
            }));
        }
        self.mask();
        self.focus = self
            .rows
            .iter()
            .position(|row| Some(row.label) == focused)
            .unwrap_or(0);
    }

    /// Puts another text into the line of this label.
    pub fn set_text(&mut self, label: &str, text: impl Into<String>) {
        let row = self.rows.iter_mut().find(|row| row.label == label);
        if let Some(Entry::Line(field)) = row.map(|row| &mut row.entry) {
            field.set(text);
        }
    }

    /// Chooses this word in the choice of this label, if it has it.
    pub fn choose(&mut self, label: &str, word: &str) {
        let Some(row) = self.rows.iter_mut().find(|row| row.label == label) else {
            return;
        };
        let found = words(row.input).iter().position(|have| *have == word);
        if let (Entry::Choice(at), Some(found)) = (&mut row.entry, found) {
            *at = found;
        }
    }

    /// Another sentence for the field of this label.
    pub fn set_hint(&mut self, label: &str, hint: impl Into<String>) {
        self.hints.retain(|(other, _)| other != label);
        self.hints.push((label.to_owned(), hint.into()));
    }

    /// Shows what is hidden in the field of this label, or hides it again.
    pub fn reveal(&mut self, label: &str) {
        let row = self.rows.iter_mut().find(|row| row.label == label);
        if let Some(Entry::Line(field)) = row.map(|row| &mut row.entry) {
            field.mask = match field.mask {
                Mask::Hidden => Mask::Shown,
                Mask::Shown => Mask::Hidden,
            };
        }
    }

    /// Says what is wrong with a field, and puts the focus there.
    pub fn set_error(&mut self, field: usize, error: impl Into<String>) {
        if let Some(row) = self.rows.get_mut(field) {
            row.error = Some(error.into());
            self.focus = field;
        }
    }

    /// Says something below the fields until something is typed; nothing is said by an empty text.
    pub fn set_note(&mut self, note: impl Into<String>) {
        self.note = note.into();
    }

    /// What stands in the field of this label, as it is shown.
    pub fn text(&self, label: &str) -> Option<String> {
        self.rows
            .iter()
            .find(|row| row.label == label)
            .map(|row| row.entry.text(row.input))
    }

    /// Whether more was typed than a line, so that it is not to be lost by one key.
    pub fn holds_much(&self) -> bool {
        let typed = self.rows.iter().map(|row| match &row.entry {
            Entry::Text(editor, _) if editor.changed() && editor.lines() > 1 => usize::MAX,
            Entry::Text(editor, _) if editor.changed() => editor.text().chars().count(),
            Entry::Line(field) if field.text() != print(&row.opened) => {
                field.text().chars().count()
            }
            _ => 0,
        });
        typed.fold(0, usize::saturating_add) > A_LINE
    }

    /// The bytes of every field, or the first field that stands for none and why.
    pub fn typed(&self) -> Result<Vec<Vec<u8>>, (usize, String)> {
        let typed = |(at, row): (usize, &Row)| row.entry.typed(row.input).map_err(|why| (at, why));
        self.rows.iter().enumerate().map(typed).collect()
    }

    /// Whether enter is a new line in the field that has the focus.
    pub fn breaks_lines(&self) -> bool {
        let row = self.rows.get(self.focus);
        matches!(row.map(|row| &row.entry), Some(Entry::Text(editor, _)) if editor.types())
    }

    /// Does what a chord means in a form. What the field in focus can use is for the field.
    pub fn press(&mut self, chord: Chord) -> Turn {
        if let Some(turn) = self.edit(chord) {
            return turn;
        }
        match lookup(&[Layer::Form], chord).map(|binding| binding.action) {
            Some(Action::Submit) => Turn::Submit,
            Some(Action::Back) => Turn::Cancel,
            Some(Action::Open) if self.focus + 1 >= self.rows.len() => Turn::Submit,
            Some(Action::Open | Action::NextField) => self.go(1),
            Some(Action::PreviousField) => self.go(self.rows.len().saturating_sub(1)),
            _ => Turn::Stay,
        }
    }

    /// So many fields on, round and round.
    fn go(&mut self, fields: usize) -> Turn {
        self.focus = (self.focus + fields) % self.rows.len().max(1);
        Turn::Stay
    }

    fn edit(&mut self, chord: Chord) -> Option<Turn> {
        let row = self.rows.get_mut(self.focus)?;
        let turn = match &mut row.entry {
            Entry::Line(field) => field.press(chord).then_some(Turn::Stay),
            Entry::Text(editor, _) => editor.press(chord).then_some(Turn::Stay),
            Entry::Choice(at) => {
                let other = choose(words(row.input), *at, chord)?;
                let turn = if other == *at {
                    Turn::Stay
                } else {
                    Turn::Changed(self.focus)
                };
                *at = other;
                Some(turn)
            }
        };
        if turn.is_some() {
            row.error = None;
            self.note.clear();
        }
        turn
    }

    /// Takes what was pasted: the bytes on the clipboard, whatever they are.
    pub fn paste(&mut self, pasted: &str) {
        let Some(row) = self.rows.get_mut(self.focus) else {
            return;
        };
        let pasted = text::pasted(pasted);
        match &mut row.entry {
            Entry::Line(field) if field.mask == Mask::Hidden => {
                field.insert(pasted.trim_end_matches('\n'));
            }
            Entry::Line(field) => field.insert(&print(pasted.as_bytes())),
            Entry::Text(editor, Reading::Plain) => editor.paste(&pasted),
            Entry::Text(editor, Reading::Printed) => editor.paste(&print_lines(pasted.as_bytes())),
            Entry::Choice(_) => return,
        }
        row.error = None;
        self.note.clear();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
