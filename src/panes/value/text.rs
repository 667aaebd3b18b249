//! A value that is a text: its format, and its lines laid out for the screen.
use crate::model::decode::{self, Decoder, Lines};
use crate::model::kinds::{Mark, SLICE, Shape};
use crate::model::purpose::{self, Purpose};
use crate::widgets::rows::Scroll;

use super::open::Open;

/// How a run of bytes is shown.
#[derive(Default)]
pub struct Text {
    /// The format the person picked; without one it is guessed.
    pub picked: Option<&'static dyn Decoder>,
    /// Guessed once, when the value came: a big one is not looked through for every frame.
    guessed: Option<&'static dyn Decoder>,
    pub lines: Lines,
    /// The rows of the screen that the lines take.
    pub rows: Vec<decode::Row>,
    /// The width the rows were made for; `None` when the lines are out of date as well.
    wrapped_for: Option<usize>,
}

impl Open {
    /// Guesses the format of a text that came, and has it laid out.
    pub(super) fn show_text(&mut self) {
        if self.shape() != Shape::Text {
            return;
        }
        let guessed = self.uncut().map(decode::guess);
        self.text.guessed = guessed;
        self.text.wrapped_for = None;
    }

    /// Whether all of a text is here, so that it can be edited.
    pub fn whole(&self) -> bool {
        self.look.from.is_none() && self.window.next.is_none()
    }

    /// Where the last part of a big text begins; `None` is its start.
    pub(super) fn last_part(&self) -> Option<Mark> {
        let total = self.head.as_ref().and_then(|head| head.total);
        let slice = u64::from(SLICE);
        let from = total.unwrap_or_default().saturating_sub(1) / slice * slice;
        (from > 0).then_some(Mark::Index(from))
    }

    /// The format in which a text is shown.
    pub fn decoder(&self) -> Option<&'static dyn Decoder> {
        if self.shape() != Shape::Text {
            return None;
        }
        self.text.picked.or(self.text.guessed)
    }

    /// A text without the characters that the ends of a slice cut in two.
    fn uncut(&self) -> Option<&[u8]> {
        let bytes = self.rows().first()?.cells.first()?;
        let continued = |byte: &&u8| **byte & 0b1100_0000 == 0b1000_0000;
        let begun = match self.look.from {
            // A character has three bytes at most behind its first one.
            Some(_) => bytes.iter().take(3).take_while(continued).count(),
            None => 0,
        };
        let bytes = &bytes[begun..];
        Some(if self.window.next.is_some() {
            decode::whole_chars(bytes)
        } else {
            bytes
        })
    }

    /// The lines of a text in its format.
    fn lines(&self, columns: usize) -> Option<Lines> {
        let bytes = self.rows().first()?.cells.first()?;
        let decoder = self.decoder()?;
        let from = match self.look.from {
            Some(Mark::Index(from)) => from,
            _ => 0,
        };
        let room = decode::Room { columns, from };
        decoder
            .lines_in(bytes, room)
            .or_else(|| decoder.lines_in(self.uncut()?, room))
    }

    /// What the value is for, where type, name and time to live (`millis`) tell.
    pub fn purpose(&self, millis: Option<u64>) -> Option<Purpose> {
        let head = self.head.as_ref()?;
        let text = (self.shape() == Shape::Text).then(|| self.rows().first()?.cells.first());
        purpose::recognise(
            self.key.bytes(),
            &head.name,
            millis,
            text.flatten().map(Vec::as_slice),
        )
    }

    /// Lays the lines of a text out for this width, and keeps the cursor inside.
    pub fn arrange(&mut self, width: usize, height: usize) {
        if self.shape() != Shape::Text {
            self.scroll.clamp(self.window.rows.len(), height);
            return;
        }
        // The last column is the scroll bar's.
        let width = width.saturating_sub(1);
        let before = self.text.wrapped_for;
        if before != Some(width) {
            if before.is_none() || self.decoder().is_some_and(Decoder::fits) {
                self.text.lines = self.lines(width).unwrap_or_default();
            }
            let rows = self.text.lines.wrap(width);
            let old = std::mem::replace(&mut self.text.rows, rows).len();
            if before.is_some() {
                // What was at the top stays there, about: rows are longer or shorter now.
                let top = self.scroll.top * self.text.rows.len() + old / 2;
                self.scroll.top = top / old.max(1);
            }
            self.text.wrapped_for = Some(width);
        }
        let last = self.text.rows.len().saturating_sub(height);
        self.scroll.top = self.scroll.top.min(last);
        self.scroll.selected = self.scroll.top;
    }

    /// Shows a text in another format.
    pub fn pick(&mut self, decoder: &'static dyn Decoder) {
        self.text.picked = Some(decoder);
        self.text.wrapped_for = None;
        self.scroll = Scroll::default();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Instant;

    use super::super::head::Head;
    use super::super::window::Narrowed;
    use super::*;
    use crate::model::kinds::{self, Page, Row};
    use crate::server::Left;

    #[test]
    fn another_width_keeps_the_place() {
        let now = Instant::now();
        let mut open = Open::new("k".into());
        open.head = Some(Head {
            kind: kinds::of("string"),
            name: "string".to_owned(),
            left: Ok(Left::Forever),
            encoding: Ok(String::new()),
            memory: Ok(0),
            total: Some(1000),
            unread: None,
            at: now,
            since: now,
        });
        let page = Page {
            rows: vec![Row::new(vec![vec![0; 1000]], 0)],
            ..Page::default()
        };
        open.window.renew(&page, None, Narrowed::No);
        open.pick(decode::named("hex").unwrap());
        open.arrange(76, 10);
        open.scroll.top = 20;
        for (width, top) in [(44, 40), (30, 80), (76, 20)] {
            open.arrange(width, 10);
            let row = open.text.rows[open.scroll.top];
            let line = open.text.lines.line(row.line).unwrap().text();
            assert!(line.contains("140 "), "{width}: {line}");
            assert_eq!(open.scroll.top, top, "{width}");
        }
    }
}
