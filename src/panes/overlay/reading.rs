//! One element of a collection, whole: what its row has no room for.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::decode::{self, Decoder, Lines, Room, Row};
use crate::panes::paint;
use crate::widgets::theme::Theme;
use crate::widgets::{popup, rows};

/// The most bytes that are laid out.
const LONGEST: usize = 1024 * 1024;

/// What a chord leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    Close,
}

/// The bytes of one element in a view of them, laid out for the width there is.
pub struct Reading {
    title: String,
    bytes: Vec<u8>,
    view: &'static dyn Decoder,
    lines: Lines,
    rows: Vec<Row>,
    /// The columns the rows were made for.
    columns: usize,
    height: usize,
    /// The first row on screen.
    top: usize,
}

impl Reading {
    /// Opens bytes in the view they look made for; of very many the beginning.
    pub fn new(mut title: String, mut bytes: Vec<u8>) -> Self {
        if bytes.len() > LONGEST {
            let all = paint::count(bytes.len() as u64);
            title = format!(
                "{title} · the first {} of {all} bytes",
                paint::count(LONGEST as u64)
            );
            bytes.truncate(LONGEST);
            bytes.truncate(decode::whole_chars(&bytes).len());
            bytes.shrink_to_fit();
        }
        let mut reading = Self {
            title,
            view: decode::guess(&bytes),
            bytes,
            lines: Lines::default(),
            rows: Vec::new(),
            columns: 0,
            height: 0,
            top: 0,
        };
        reading.look();
        reading
    }

    /// Looks at the bytes in the view that was chosen.
    fn look(&mut self) {
        let room = Room {
            columns: self.columns,
            from: 0,
        };
        self.lines = self.view.lines_in(&self.bytes, room).unwrap_or_default();
        self.rows = self.lines.wrap(self.columns);
    }

    pub fn press(&mut self, chord: Chord) -> Turn {
        let (top, last) = (self.top, self.last());
        let wanted = match lookup(&[Layer::Reading], chord).map(|binding| binding.action) {
            Some(Action::Back) => return Turn::Close,
            Some(Action::Up) => top.saturating_sub(1),
            Some(Action::Down) => top + 1,
            Some(Action::PageUp) => top.saturating_sub(self.height),
            Some(Action::PageDown) => top + self.height,
            Some(Action::First) => 0,
            Some(Action::Last) => last,
            Some(Action::Format) => {
                self.view = decode::after(self.view, &self.bytes);
                self.look();
                0
            }
            _ => top,
        };
        self.top = wanted.min(last);
        Turn::Stay
    }

    /// The first row on screen when the last one is there too.
    fn last(&self) -> usize {
        self.rows.len().saturating_sub(self.height)
    }

    /// Lays the rows out for this area.
    pub fn arrange(&mut self, area: Rect) {
        // The last column is the scroll bar's.
        let columns = usize::from(area.width.saturating_sub(popup::SIDES + 1));
        self.height = usize::from(area.height.saturating_sub(popup::EDGES));
        if columns != self.columns {
            self.columns = columns;
            if self.view.fits() {
                self.look();
            } else {
                self.rows = self.lines.wrap(columns);
            }
        }
        self.top = self.top.min(self.last());
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let title = format!("{} · {}", self.title, self.view.name());
        let inner = popup::frame(area, buf, &title, theme);
        paint::lines(&self.lines, &self.rows, self.top, inner, buf, theme);
        rows::bar(inner, buf, self.rows.len(), self.top, theme);
    }
}
