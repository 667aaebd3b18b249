//! A sheet of text in a box: marked paragraphs that wrap, and how far down one has read.
use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::input::Action;
use crate::widgets::{Theme, popup, rows, text};

/// Widest that a box becomes, in columns.
const WIDTH: u16 = 104;

/// How a piece of text is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    Plain,
    Dim,
    Title,
    Accent,
    Good,
    Warn,
    Bad,
}

impl Tone {
    pub fn style(self, theme: &Theme) -> Style {
        match self {
            Self::Plain => theme.text,
            Self::Dim => theme.dim,
            Self::Title => theme.title,
            Self::Accent => theme.accent,
            Self::Good => theme.good,
            Self::Warn => theme.warn,
            Self::Bad => theme.error,
        }
    }
}

/// A paragraph: what stands before its first row, and its pieces. All of it is text that is safe to show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry<'a> {
    mark: (Tone, &'static str),
    parts: Vec<(Tone, Cow<'a, str>)>,
}

impl<'a> Entry<'a> {
    /// A paragraph without a mark.
    pub fn new(tone: Tone, text: impl Into<Cow<'a, str>>) -> Self {
        Self::marked("", tone, text)
    }

    /// A paragraph behind a mark of its own tone, `+ ` say; its further rows stand under the first one's text.
    pub fn marked(mark: &'static str, tone: Tone, text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            mark: (tone, mark),
            parts: vec![(tone, text.into())],
        }
    }

    /// A paragraph behind its name; names that stand together have the same length.
    pub fn labelled(label: &'static str, tone: Tone, text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            mark: (Tone::Dim, label),
            parts: vec![(tone, text.into())],
        }
    }

    /// An empty row.
    pub fn blank() -> Self {
        Self::new(Tone::Plain, "")
    }

    /// A heading, with an empty row above it.
    pub fn heading(text: &'static str) -> [Self; 2] {
        [Self::blank(), Self::new(Tone::Title, text)]
    }

    /// The same paragraph with one more piece.
    #[must_use]
    pub fn and(mut self, tone: Tone, text: impl Into<Cow<'a, str>>) -> Self {
        self.parts.push((tone, text.into()));
        self
    }

    /// The rows it takes; nothing of the text is copied.
    fn rows(&self, columns: usize, theme: &Theme) -> Vec<Line<'_>> {
        let (tone, mark) = self.mark;
        let indent = text::width(mark);
        let pieces = self.parts.iter();
        let pieces = pieces.map(|(tone, text)| Span::styled(&**text, tone.style(theme)));
        let mut rows = text::wrap(pieces.collect(), columns.saturating_sub(indent));
        for (at, row) in rows.iter_mut().enumerate() {
            let lead = if at == 0 {
                Span::styled(mark, tone.style(theme))
            } else {
                Span::raw(" ".repeat(indent))
            };
            row.spans.insert(0, lead);
        }
        rows
    }

    /// How many rows it takes; styles do not matter to that.
    fn height(&self, columns: usize) -> usize {
        let pieces = self.parts.iter().map(|(_, text)| Span::raw(&**text));
        let columns = columns.saturating_sub(text::width(self.mark.1));
        text::wrap(pieces.collect(), columns).len()
    }
}

/// How far down a sheet one has read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sheet {
    /// The first row on screen.
    top: usize,
    /// Rows on screen.
    height: usize,
}

impl Sheet {
    /// Does what an action means to a text that is read; the others mean nothing.
    pub fn scroll(&mut self, action: Action) {
        let page = self.height.saturating_sub(1).max(1);
        self.top = match action {
            Action::Up => self.top.saturating_sub(1),
            Action::Down => self.top.saturating_add(1),
            Action::PageUp => self.top.saturating_sub(page),
            Action::PageDown => self.top.saturating_add(page),
            Action::First => 0,
            Action::Last => usize::MAX,
            _ => self.top,
        };
    }

    /// Stays inside of what there is to read.
    pub fn arrange(&mut self, entries: &[Entry<'_>], area: Rect) {
        self.height = usize::from(area.height);
        let rows = height(entries, area);
        self.top = self.top.min(rows.saturating_sub(self.height));
    }

    pub fn draw(&self, entries: &[Entry<'_>], area: Rect, buf: &mut Buffer, theme: &Theme) {
        let columns = columns(area);
        let lines: Vec<Line<'_>> = entries
            .iter()
            .flat_map(|entry| entry.rows(columns, theme))
            .collect();
        let top = self
            .top
            .min(lines.len().saturating_sub(usize::from(area.height)));
        rows::bar(area, buf, lines.len(), top, theme);
        let room = rows::beside_bar(area, usize::MAX);
        popup::stack(lines.into_iter().skip(top), room, buf);
    }
}

/// The rows that all of it takes.
fn height(entries: &[Entry<'_>], area: Rect) -> usize {
    let columns = columns(area);
    entries.iter().map(|entry| entry.height(columns)).sum()
}

/// Columns for text: one is kept for the scroll bar.
fn columns(area: Rect) -> usize {
    usize::from(area.width.saturating_sub(1))
}

/// Where the box of such a part stands.
pub fn outer(area: Rect) -> Rect {
    let margin = u16::from(area.height > 24);
    popup::centred(area, WIDTH, area.height - 2 * margin)
}

/// A box that is no higher than what is to be read.
pub fn snug(entries: &[Entry<'_>], area: Rect) -> Rect {
    let outer = outer(area);
    let rows = u16::try_from(height(entries, inner(outer))).unwrap_or(u16::MAX);
    let height = rows.saturating_add(popup::EDGES).min(outer.height);
    popup::centred(area, outer.width, height)
}

/// The room inside of a box, for reckoning; the frame itself knows its columns.
pub fn inner(outer: Rect) -> Rect {
    Rect {
        width: outer.width.saturating_sub(popup::SIDES),
        height: outer.height.saturating_sub(popup::EDGES),
        ..outer
    }
}

/// The room without its last rows, and those.
pub fn foot(room: Rect, rows: u16) -> [Rect; 2] {
    let rows = rows.min(room.height);
    let head = Rect {
        height: room.height - rows,
        ..room
    };
    [head, popup::below(room, head.height)]
}
