//! A value that is a text: its format, and its lines laid out for the screen.
use crate::model::decode::{self, Decoder, Lines};
use crate::model::kinds::Shape;
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
    fn lines(&self) -> Option<Lines> {
        let bytes = self.rows().first()?.cells.first()?;
        let decoder = self.decoder()?;
        decoder
            .lines(bytes)
            .or_else(|| decoder.lines(self.uncut()?))
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
        if self.text.wrapped_for.is_none() {
            self.text.lines = self.lines().unwrap_or_default();
        }
        if self.text.wrapped_for != Some(width) {
            self.text.rows = self.text.lines.wrap(width);
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
