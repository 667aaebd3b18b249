//! A text of many lines that is typed into. The only place that names the text area behind it.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::Widget;
use tui_textarea::{CursorMove, Scrolling, TextArea, WrapMode};

use super::theme::Theme;
use super::{Focused, text};
use crate::input::{Chord, Key};

/// What a chord does to the text.
#[derive(Clone, Copy, Debug)]
enum Stroke {
    Go(CursorMove),
    /// Before the whole text.
    Start,
    /// Behind the whole text.
    End,
    Page(Scrolling),
    Newline,
    /// The character before the cursor.
    Backspace,
    /// The character under the cursor.
    Delete,
    /// The word before the cursor.
    WordBefore,
    /// The word after the cursor.
    WordAfter,
    /// From the beginning of the line to the cursor.
    LineBefore,
    /// From the cursor to the end of the line.
    LineAfter,
    Undo,
    Redo,
}

const fn k(key: Key) -> Chord {
    Chord::of(key)
}
const fn ctrl(c: char) -> Chord {
    Chord::ctrl(c)
}
const fn alt(key: Key) -> Chord {
    Chord {
        key,
        held: crate::input::chord::Held::Alt,
    }
}
const fn ctrl_key(key: Key) -> Chord {
    Chord {
        key,
        held: crate::input::chord::Held::Ctrl,
    }
}

/// Every chord with a meaning inside a text, besides characters. Undo is Alt-U: Ctrl-Z suspends, and Ctrl-U clears
/// the line as it does in a [`super::Field`].
#[rustfmt::skip]
const STROKES: &[(Chord, Stroke)] = &[
    (k(Key::Left), Stroke::Go(CursorMove::Back)),
    (k(Key::Right), Stroke::Go(CursorMove::Forward)),
    (k(Key::Up), Stroke::Go(CursorMove::Up)),
    (k(Key::Down), Stroke::Go(CursorMove::Down)),
    (k(Key::Home), Stroke::Go(CursorMove::Head)),
    (ctrl('a'), Stroke::Go(CursorMove::Head)),
    (k(Key::End), Stroke::Go(CursorMove::End)),
    (ctrl('e'), Stroke::Go(CursorMove::End)),
    (ctrl_key(Key::Home), Stroke::Start),
    (ctrl_key(Key::End), Stroke::End),
    (ctrl_key(Key::Left), Stroke::Go(CursorMove::WordBack)),
    (alt(Key::Char('b')), Stroke::Go(CursorMove::WordBack)),
    (ctrl_key(Key::Right), Stroke::Go(CursorMove::WordForward)),
    (alt(Key::Char('f')), Stroke::Go(CursorMove::WordForward)),
    (k(Key::PageUp), Stroke::Page(Scrolling::PageUp)),
    (k(Key::PageDown), Stroke::Page(Scrolling::PageDown)),
    (k(Key::Enter), Stroke::Newline),
    (k(Key::Backspace), Stroke::Backspace),
    (k(Key::Delete), Stroke::Delete),
    (ctrl('w'), Stroke::WordBefore),
    (alt(Key::Backspace), Stroke::WordBefore),
    (alt(Key::Char('d')), Stroke::WordAfter),
    (ctrl('u'), Stroke::LineBefore),
    (ctrl('k'), Stroke::LineAfter),
    (alt(Key::Char('u')), Stroke::Undo),
    (alt(Key::Char('r')), Stroke::Redo),
];

/// Most rows that the text area can count; beyond, it would draw the wrong ones.
const ROWS: usize = 60_000;

/// What is shown in place of a text that is too long.
const KEPT: &str = "this text is too long to be edited here; it is kept as it is";

/// The narrowest window that [`Editor::holds`] reckons with, in columns.
const NARROW: usize = 16;

/// How many rows a text may take, in a window that is not too narrow.
fn most_rows(text: &str) -> usize {
    text.len() / NARROW + text.split('\n').count()
}

/// A text of many lines and the cursor in it. Lines longer than the window are wrapped.
#[derive(Clone)]
pub struct Editor {
    area: TextArea<'static>,
    opened: String,
    /// Control characters other than tabs: they are kept, but nothing shows them.
    unseen: usize,
    /// Whether the last paste was refused.
    overfull: bool,
    /// Whether the text is too long to be drawn right, so that it is only kept, and nothing can be typed into it.
    kept: bool,
}

impl Editor {
    /// An editor for this text, the cursor at its beginning.
    pub fn new(opened: impl Into<String>) -> Self {
        let opened = opened.into();
        let kept = !Self::holds(&opened);
        // Not `lines()`: that drops `\r` and the end of the last line, and saving would change the value.
        let mut area = TextArea::new(opened.split('\n').map(str::to_owned).collect());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.set_cursor_line_style(Style::new());
        area.set_cursor_style(Style::new().add_modifier(Modifier::REVERSED));
        area.set_hard_tab_indent(true);
        let mut editor = Self {
            area,
            opened,
            unseen: 0,
            overfull: false,
            kept,
        };
        editor.count_unseen();
        editor
    }

    /// An editor for this text, the cursor behind a single line, else at the beginning.
    pub fn at_ease(opened: impl Into<String>) -> Self {
        let mut editor = Self::new(opened);
        if editor.lines() == 1 {
            editor.to_end();
        }
        editor
    }

    /// An editor for a text that was opened as something else, and so is changed already.
    pub fn draft(opened: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            opened: opened.into(),
            ..Self::new(text)
        }
    }

    /// Whether a text is small enough to be edited here.
    pub fn holds(text: &str) -> bool {
        most_rows(text) < ROWS
    }

    /// Whether anything can be typed: a text that is too long is only kept.
    pub fn types(&self) -> bool {
        !self.kept
    }

    /// The text as it is now, every byte that was not edited as it was.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Whether the text is another than the one that was opened.
    pub fn changed(&self) -> bool {
        !self
            .opened
            .split('\n')
            .eq(self.area.lines().iter().map(String::as_str))
    }

    /// Line and character in it where the cursor stands, both from 0.
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// How many lines there are; never 0.
    pub fn lines(&self) -> usize {
        self.area.lines().len()
    }

    /// Moves the cursor behind the text.
    pub fn to_end(&mut self) {
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
    }

    /// Does what a chord means in a text; tells whether it means anything here.
    pub fn press(&mut self, chord: Chord) -> bool {
        self.overfull = false;
        if self.kept {
            return false;
        }
        if let Some(c) = chord.typed() {
            self.area.insert_char(c);
            self.count_unseen();
            return true;
        }
        let Some((_, stroke)) = STROKES.iter().find(|(known, _)| *known == chord) else {
            return false;
        };
        self.strike(*stroke);
        true
    }

    fn strike(&mut self, stroke: Stroke) {
        let area = &mut self.area;
        let edited = match stroke {
            Stroke::Go(to) => return area.move_cursor(to),
            Stroke::Start => return area.move_cursor(CursorMove::Jump(0, 0)),
            Stroke::End => return self.to_end(),
            Stroke::Page(page) => return area.scroll(page),
            Stroke::Newline => return area.insert_newline(),
            Stroke::Backspace => area.delete_char(),
            Stroke::Delete => area.delete_next_char(),
            Stroke::WordBefore => area.delete_word(),
            Stroke::WordAfter => area.delete_next_word(),
            Stroke::LineBefore => area.delete_line_by_head(),
            Stroke::LineAfter => area.delete_line_by_end(),
            Stroke::Undo => area.undo(),
            Stroke::Redo => area.redo(),
        };
        if edited {
            self.count_unseen();
        }
    }

    /// This text counts as the one that was opened.
    pub fn rebase(&mut self, opened: String) {
        self.opened = opened;
    }

    /// Puts in what was pasted, unless the text became too long to be drawn right: then it says so.
    pub fn paste(&mut self, pasted: &str) {
        let there: usize = self.area.lines().iter().map(|line| most_rows(line)).sum();
        self.overfull = there + most_rows(pasted) >= ROWS;
        if !self.overfull {
            self.area.insert_str(text::pasted(pasted));
            self.count_unseen();
        }
    }

    fn count_unseen(&mut self) {
        let unseen = |line: &String| {
            line.chars()
                .filter(|c| c.is_control() && *c != '\t')
                .count()
        };
        self.unseen = self.area.lines().iter().map(unseen).sum();
    }

    fn notice(&self) -> Option<String> {
        match self.unseen {
            _ if self.overfull => Some("too long to be pasted here".to_owned()),
            0 => None,
            1 => Some("1 control character not shown, but kept".to_owned()),
            more => Some(format!("{more} control characters not shown, but kept")),
        }
    }

    /// Paints the part of the text around the cursor; the last row tells of characters that cannot be seen.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, focused: Focused, theme: &Theme) {
        let mut area = area.intersection(buf.area);
        if self.kept {
            let lines = text::wrap(Line::styled(KEPT, theme.dim), usize::from(area.width));
            for (line, row) in lines.into_iter().zip(area.rows()) {
                line.render(row, buf);
            }
            return;
        }
        if let Some(notice) = self.notice().filter(|_| area.height > 1) {
            area.height -= 1;
            let below = Rect {
                y: area.bottom(),
                height: 1,
                ..area
            };
            text::fit(Line::styled(notice, theme.warn), usize::from(area.width)).render(below, buf);
        }
        if area.is_empty() {
            return;
        }
        self.area.render(area, buf);
        if focused == Focused::No {
            // Nothing but the cursor is reversed.
            buf.set_style(area, Style::new().remove_modifier(Modifier::REVERSED));
        }
    }
}

#[cfg(test)]
mod tests;
