//! A text of one line that is typed into, moved through and edited by what a person sees as one character.
use std::fmt;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use ratatui::text::Line;
use ratatui::widgets::Widget;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::theme::Theme;
use super::{Focused, text};
use crate::input::chord::Held;
use crate::input::{Chord, Key};

/// Whether what is typed may be seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mask {
    #[default]
    Shown,
    /// A password: a dot for each character, nowhere else to be seen.
    Hidden,
}

/// What stands for a character that may not be seen.
const DOT: &str = "•";

/// A text entry of one line.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Field {
    text: String,
    /// Byte offset of the cursor; always between two graphemes.
    at: usize,
    pub mask: Mask,
    /// The whole text is chosen: what is typed next takes its place.
    chosen: bool,
}

/// Shows no text: it may be a password.
impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field")
            .field("at", &self.at)
            .field("mask", &self.mask)
            .finish_non_exhaustive()
    }
}

impl Field {
    /// A field with this text, the cursor behind it.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            at: text.len(),
            text,
            ..Self::default()
        }
    }

    /// The same field with its text chosen: typing replaces it, moving or deleting first keeps or clears it.
    #[must_use]
    pub fn chosen(mut self) -> Self {
        self.chosen = !self.text.is_empty();
        self
    }

    /// An empty field whose text is not shown.
    pub fn hidden() -> Self {
        Self {
            mask: Mask::Hidden,
            ..Self::default()
        }
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the next character goes, in bytes of the text.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Replaces the text; the cursor goes behind it.
    pub fn set(&mut self, text: impl Into<String>) {
        self.text = text.into();
        self.at = self.text.len();
        self.chosen = false;
    }

    /// Puts a text in at the cursor, as it is.
    pub fn insert(&mut self, text: &str) {
        if self.chosen {
            self.set("");
        }
        self.text.insert_str(self.at, text);
        // What was put in may join what stands behind it into one grapheme.
        self.at = self.boundary(self.at + text.len());
    }

    /// Does what a chord means in a text; tells whether it means anything here.
    pub fn press(&mut self, chord: Chord) -> bool {
        if let Some(c) = chord.typed() {
            self.insert(c.encode_utf8(&mut [0; 4]));
            return true;
        }
        let chosen = std::mem::take(&mut self.chosen);
        match (chord.key, chord.held) {
            (Key::Backspace | Key::Delete, Held::Nothing) if chosen => self.set(""),
            (Key::Backspace, Held::Nothing) | (Key::Char('h'), Held::Ctrl) => {
                self.remove(self.before(), self.at);
            }
            (Key::Delete, Held::Nothing) | (Key::Char('d'), Held::Ctrl) => {
                self.remove(self.at, self.after());
            }
            (Key::Left, Held::Nothing) | (Key::Char('b'), Held::Ctrl) => self.at = self.before(),
            (Key::Right, Held::Nothing) | (Key::Char('f'), Held::Ctrl) => self.at = self.after(),
            (Key::Home, Held::Nothing) | (Key::Char('a'), Held::Ctrl) => self.at = 0,
            (Key::End, Held::Nothing) | (Key::Char('e'), Held::Ctrl) => self.at = self.text.len(),
            (Key::Char('u'), Held::Ctrl) => self.set(""),
            (Key::Char('k'), Held::Ctrl) => self.remove(self.at, self.text.len()),
            (Key::Char('w'), Held::Ctrl) | (Key::Backspace, Held::Alt) => {
                self.remove(self.word_before(), self.at);
            }
            (Key::Char('d') | Key::Delete, Held::Alt) => self.remove(self.at, self.word_after()),
            (Key::Left, Held::Ctrl | Held::Alt) | (Key::Char('b'), Held::Alt) => {
                self.at = self.word_before();
            }
            (Key::Right, Held::Ctrl | Held::Alt) | (Key::Char('f'), Held::Alt) => {
                self.at = self.word_after();
            }
            _ => return false,
        }
        true
    }

    fn remove(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        // What stood on both sides may have become one grapheme.
        self.at = self.boundary(from);
    }

    /// This place, or the next one that is between two graphemes.
    fn boundary(&self, at: usize) -> usize {
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        match cursor.is_boundary(&self.text, 0) {
            Ok(false) => cursor
                .next_boundary(&self.text, 0)
                .ok()
                .flatten()
                .unwrap_or(self.text.len()),
            _ => at,
        }
    }

    fn before(&self) -> usize {
        self.text[..self.at]
            .grapheme_indices(true)
            .next_back()
            .map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.at
            + self.text[self.at..]
                .graphemes(true)
                .next()
                .map_or(0, str::len)
    }

    /// Where the word before the cursor begins. A hidden text has no words to be told apart.
    fn word_before(&self) -> usize {
        let before = self.text[..self.at].graphemes(true).rev();
        self.at - self.word_length(before)
    }

    /// Where the word after the cursor ends.
    fn word_after(&self) -> usize {
        self.at + self.word_length(self.text[self.at..].graphemes(true))
    }

    /// Bytes from the cursor over what is between words and then over a word.
    fn word_length<'a>(&self, graphemes: impl Iterator<Item = &'a str>) -> usize {
        let in_word = |grapheme: &str| {
            self.mask == Mask::Hidden
                || grapheme.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        };
        let mut reached = false;
        graphemes
            .take_while(|grapheme| {
                reached |= in_word(grapheme);
                !reached || in_word(grapheme)
            })
            .map(str::len)
            .sum()
    }

    /// Paints the part of the text around the cursor into the first row of the area.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, focused: Focused, theme: &Theme) {
        let area = Rect {
            height: area.height.min(1),
            ..area
        }
        .intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let cells: Vec<(usize, &str, usize)> = text::graphemes(&self.text)
            .map(|(at, grapheme, width)| {
                if self.mask == Mask::Hidden {
                    (at, DOT, 1)
                } else {
                    (at, grapheme, width)
                }
            })
            .collect();
        let here = cells
            .iter()
            .position(|(at, ..)| *at >= self.at)
            .unwrap_or(cells.len());
        let under = cells.get(here).map_or(1, |(_, _, width)| (*width).max(1));
        let columns = usize::from(area.width).saturating_sub(under);
        let first = match first_shown(&cells[..here], columns) {
            0 => 0,
            // One more column says that there is something before.
            _ => first_shown(&cells[..here], columns.saturating_sub(1)),
        };
        let cut = if first > 0 && columns > 0 {
            text::CUT
        } else {
            ""
        };
        let shown: String = std::iter::once(cut)
            .chain(cells[first..].iter().map(|(_, shown, _)| *shown))
            .collect();
        let style = if self.chosen && focused == Focused::Yes {
            theme.selected
        } else {
            theme.text
        };
        text::fit(Line::styled(shown, style), usize::from(area.width)).render(area, buf);
        if focused == Focused::Yes {
            let left = text::width(cut)
                + cells[first..here]
                    .iter()
                    .map(|(_, _, width)| width)
                    .sum::<usize>();
            let x = area.x.saturating_add(left as u16);
            if x < area.right()
                && let Some(cell) = buf.cell_mut(Position { x, y: area.y })
            {
                cell.modifier.insert(Modifier::REVERSED);
            }
        }
    }
}

/// The first grapheme to be shown, so that all from there to the cursor have room in so many columns.
fn first_shown(before: &[(usize, &str, usize)], columns: usize) -> usize {
    let mut used = 0;
    let fitting = before.iter().rev().take_while(|(_, _, width)| {
        used += width;
        used <= columns
    });
    before.len() - fitting.count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::widgets::Depth;

    /// Presses named chords; a `|` in the result stands for the cursor.
    fn after(start: &str, presses: &[&str]) -> String {
        let mut field = Field::new(start);
        for name in presses {
            assert!(name.parse().is_ok_and(|chord| field.press(chord)), "{name}");
        }
        let (before, behind) = field.text.split_at(field.at);
        format!("{before}|{behind}")
    }

    #[test]
    fn chords_edit_by_what_is_seen_as_one_character() {
        for (start, presses, result) in [
            ("", &["a", "é", "space"][..], "aé |"),
            ("ab", &["left", "x"], "ax|b"),
            ("e\u{301}", &["backspace"], "|"),
            ("e\u{301}x", &["home", "right"], "e\u{301}|x"),
            ("👩‍🚀日", &["left", "left", "delete"], "|日"),
            ("日本", &["ctrl-a", "ctrl-d"], "|本"),
            ("myapp:user:42", &["ctrl-w"], "myapp:user:|"),
            ("myapp:user:42", &["ctrl-w", "ctrl-w"], "myapp:|"),
            (
                "myapp:user:42",
                &["home", "alt-f", "alt-f"],
                "myapp:user|:42",
            ),
            ("myapp:user:42", &["alt-b", "alt-b", "alt-d"], "myapp:|:42"),
            ("abc", &["left", "ctrl-k"], "ab|"),
            ("abc", &["left", "ctrl-u"], "|"),
            ("abc", &["home", "backspace", "end", "delete"], "abc|"),
        ] {
            assert_eq!(after(start, presses), result, "{start} {presses:?}");
        }
    }

    #[test]
    fn chords_of_others_are_left_to_them() {
        let mut field = Field::new("x");
        for name in [
            "tab",
            "shift-tab",
            "enter",
            "esc",
            "up",
            "down",
            "ctrl-s",
            "ctrl-c",
            "pgup",
            "f5",
            "alt-x",
        ] {
            assert!(
                name.parse().is_ok_and(|chord| !field.press(chord)),
                "{name}"
            );
        }
        assert_eq!(field.text(), "x");
    }

    fn drawn(field: &Field, width: u16) -> String {
        let area = Rect::new(0, 0, width, 1);
        let mut buf = Buffer::empty(area);
        field.draw(area, &mut buf, Focused::Yes, &Theme::new(Depth::None));
        let mut row = String::new();
        for cell in &buf.content {
            let reversed = cell.modifier.contains(Modifier::REVERSED);
            row.extend(if reversed {
                ["[", cell.symbol(), "]"]
            } else {
                ["", cell.symbol(), ""]
            });
        }
        row
    }

    #[test]
    fn the_cursor_is_always_in_view() {
        let mut field = Field::new("0123456789");
        assert_eq!(drawn(&field, 5), "…789[ ]");
        field.press(Chord::of(Key::Home));
        assert_eq!(drawn(&field, 5), "[0]123…");
        assert_eq!(drawn(&field, 20), "[0]123456789          ");
        field.set("日本語");
        assert_eq!(drawn(&field, 4), "…語 [ ]");
        field.press(Chord::of(Key::Left));
        assert_eq!(drawn(&field, 4), "…[語]  ");
        assert_eq!(drawn(&field, 5), "…本 [語] ");
    }

    #[test]
    fn a_password_shows_neither_on_the_screen_nor_in_a_debug_print() {
        let mut field = Field::hidden();
        field.insert("geheim");
        assert_eq!(drawn(&field, 8), "••••••[ ] ");
        assert_eq!(field.text(), "geheim");
        assert!(!format!("{field:?}").contains("geheim"));
    }

    proptest! {
        #[test]
        fn the_cursor_never_stands_inside_a_character(presses in prop::collection::vec(0_usize..14, 0..40), width in 0_u16..12) {
            const CHARS: [char; 6] = ['a', '\u{301}', '日', '\u{200d}', '🎉', '🇩'];
            const KEYS: [Key; 8] =
                [Key::Left, Key::Right, Key::Backspace, Key::Delete, Key::Home, Key::End, Key::Left, Key::Backspace];
            let mut field = Field::default();
            for n in presses {
                let key = CHARS.get(n).map_or_else(|| KEYS[n - CHARS.len()], |c| Key::Char(*c));
                field.press(Chord::of(key));
                prop_assert_eq!(field.boundary(field.at), field.at);
                drawn(&field, width);
            }
        }
    }
}
