//! Two versions of a value side by side, when a save met somebody else's change.
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::compare::{Pair, compare};
use crate::panes::paint;
use crate::widgets::rows::{bar, beside_bar};
use crate::widgets::{Theme, popup, text};

mod rows;

use rows::{Row, Side, line, rows_of};

/// Columns below which the versions stand one below the other.
const NARROW: u16 = 60;
/// Columns before a line, for the mark that tells how it differs.
const SIGN: u16 = 2;
/// Most bytes of a version that are compared and shown.
const MOST: usize = 1 << 20;

/// What a chord leads to, of a value and of a user alike.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    /// Mine shall stand: over theirs, or on top of them.
    Mine,
    /// Drop mine.
    Theirs,
    /// On with editing.
    Back,
}

/// What the server has now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Theirs {
    /// Not told yet.
    Waiting,
    Value(Vec<u8>),
    /// The key is no longer there.
    Gone,
    /// The list no longer reaches to this index.
    Shorter(u64),
    /// A value of this other type.
    OtherKind(String),
    /// It could not be read, and why.
    Unreadable(String),
}

/// Two versions and how they differ.
#[derive(Clone, Debug)]
pub struct Conflict {
    title: String,
    mine: Vec<u8>,
    pairs: Vec<Pair>,
    /// Whether there is more than what is compared.
    beyond: bool,
    /// What is to be said in place of their version.
    instead: Option<String>,
    /// What else is to be known before one chooses.
    remark: String,
    /// The pairs, cut into rows of this width.
    rows: Vec<Row>,
    width: u16,
    top: usize,
    /// Rows on screen for one version.
    height: usize,
}

impl Conflict {
    /// A conflict of my version with theirs.
    pub fn new(title: impl Into<String>, mine: &[u8], theirs: Theirs) -> Self {
        let mut conflict = Self {
            title: title.into(),
            mine: mine.to_vec(),
            pairs: Vec::new(),
            beyond: false,
            instead: None,
            remark: String::new(),
            rows: Vec::new(),
            width: 36,
            top: 0,
            height: 10,
        };
        conflict.set_theirs(theirs);
        conflict
    }

    /// Tells what the server has.
    pub fn set_theirs(&mut self, theirs: Theirs) {
        self.pairs = match &theirs {
            Theirs::Value(theirs) => compare(start(&self.mine), start(theirs)),
            _ => compare(start(&self.mine), start(&self.mine)),
        };
        self.beyond =
            matches!(&theirs, Theirs::Value(theirs) if self.mine.len().max(theirs.len()) > MOST);
        self.instead = match theirs {
            Theirs::Value(_) => None,
            Theirs::Waiting => Some("asking the server…".to_owned()),
            Theirs::Gone => Some("it is gone: deleted, or expired".to_owned()),
            Theirs::Shorter(at) => Some(format!(
                "it is gone: the list is shorter now and has no index {at}"
            )),
            Theirs::OtherKind(kind) => Some(format!("the key holds a {kind} now")),
            Theirs::Unreadable(why) => Some(why),
        };
        self.wrap();
    }

    /// Says something below both versions; nothing is said by an empty text.
    pub fn set_remark(&mut self, remark: String) {
        self.remark = remark;
    }

    /// Whether an action leads anywhere: where they have no version, there is nothing to write over.
    pub fn offers(&self, action: Action) -> bool {
        action != Action::Mine || self.instead.is_none()
    }

    /// Cuts the pairs into rows, and goes to the first one that differs.
    fn wrap(&mut self) {
        let columns = usize::from(self.width);
        self.rows = self
            .pairs
            .iter()
            .enumerate()
            .flat_map(|(at, pair)| rows_of(at, pair, columns))
            .collect();
        let differs = |row: &Row| !matches!(self.pairs[row.pair], Pair::Same(_));
        self.top = self
            .rows
            .iter()
            .position(differs)
            .unwrap_or(0)
            .saturating_sub(2);
        self.stay_inside();
    }

    fn stay_inside(&mut self) {
        self.top = self.top.min(self.rows.len().saturating_sub(self.height));
    }

    /// Does what a chord means at a conflict.
    pub fn press(&mut self, chord: Chord) -> Turn {
        let page = self.height.saturating_sub(1).max(1);
        self.top = match lookup(&[Layer::Conflict, Layer::Everywhere], chord)
            .map(|binding| binding.action)
        {
            Some(Action::Mine) => return Turn::Mine,
            Some(Action::Theirs) => return Turn::Theirs,
            Some(Action::Back) => return Turn::Back,
            Some(Action::Up) => self.top.saturating_sub(1),
            Some(Action::Down) => self.top + 1,
            Some(Action::PageUp) => self.top.saturating_sub(page),
            Some(Action::PageDown) => self.top + page,
            Some(Action::First) => 0,
            Some(Action::Last) => self.rows.len(),
            _ => self.top,
        };
        self.stay_inside();
        Turn::Stay
    }

    /// There is nothing to paste into.
    pub fn paste(&mut self, _pasted: &str) {}

    /// Learns how much room there is for each version.
    pub fn arrange(&mut self, area: Rect) {
        let room = Rect {
            width: area.width.saturating_sub(popup::SIDES),
            height: area.height.saturating_sub(popup::EDGES),
            ..area
        };
        let [room, _] = self.parts(room);
        let [mine, theirs] = sides(area.width, room);
        self.height = usize::from(mine.height.min(theirs.height).saturating_sub(1));
        // One more column is kept for the scroll bar.
        let width = mine.width.min(theirs.width).saturating_sub(SIGN + 1);
        if width == self.width {
            self.stay_inside();
        } else {
            self.width = width;
            self.wrap();
        }
    }

    /// Paints both versions over the whole area.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let room = popup::frame(area, buf, &self.title, theme);
        let [versions, tail] = self.parts(room);
        let [mine, theirs] = sides(area.width, versions);
        self.draw_side(mine, "mine", Side::Mine, buf, theme);
        match &self.instead {
            None => self.draw_side(theirs, "the server's", Side::Theirs, buf, theme),
            Some(words) => {
                let head = Line::styled("the server's", theme.title);
                let words = text::wrap(
                    Line::styled(words.as_str(), theme.warn),
                    usize::from(theirs.width),
                );
                popup::stack([head].into_iter().chain(words), theirs, buf);
            }
        }
        let remark = self.remark(tail.width, theme.warn);
        popup::stack(remark.into_iter().chain([self.tail(theme)]), tail, buf);
    }

    /// The room for both versions, and the rows below them.
    fn parts(&self, room: Rect) -> [Rect; 2] {
        let remark = self.remark(room.width, Style::new()).len() as u16;
        Layout::vertical([Constraint::Fill(1), Constraint::Length(remark + 1)]).areas(room)
    }

    fn remark(&self, width: u16, style: Style) -> Vec<Line<'_>> {
        if self.remark.is_empty() {
            return Vec::new();
        }
        text::wrap(Line::styled(&self.remark, style), usize::from(width))
    }

    fn draw_side(
        &self,
        area: Rect,
        name: &'static str,
        side: Side,
        buf: &mut Buffer,
        theme: &Theme,
    ) {
        let body = popup::stack([Line::styled(name, theme.title)], area, buf);
        bar(body, buf, self.rows.len(), self.top, theme);
        let lines = self
            .rows
            .iter()
            .skip(self.top)
            .map(|row| line(row, &self.pairs[row.pair], side, theme));
        popup::stack(lines, beside_bar(body, self.rows.len()), buf);
    }

    fn tail(&self, theme: &Theme) -> Line<'static> {
        let differ = self
            .pairs
            .iter()
            .filter(|pair| !matches!(pair, Pair::Same(_)))
            .count();
        let words = match (&self.instead, differ) {
            (Some(_), _) => String::new(),
            (None, 0) => "no line differs".to_owned(),
            (None, 1) => "1 line differs".to_owned(),
            (None, lines) => format!("{} lines differ", paint::count(lines as u64)),
        };
        let beyond = if self.beyond {
            "; only the first MiB was compared"
        } else {
            ""
        };
        Line::styled(words + beyond, theme.dim)
    }
}

/// As much of a version as is compared.
fn start(version: &[u8]) -> &[u8] {
    &version[..version.len().min(MOST)]
}

/// Where the two versions stand.
fn sides(width: u16, area: Rect) -> [Rect; 2] {
    let half = [Constraint::Fill(1), Constraint::Fill(1)];
    if width < NARROW {
        Layout::vertical(half).areas(area)
    } else {
        Layout::horizontal(half).spacing(1).areas(area)
    }
}

#[cfg(test)]
mod tests;
