//! Two versions of a value side by side, when a save met somebody else's change.
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::compare::{Pair, compare};
use crate::widgets::{Theme, popup, rows, text};

/// Columns below which the versions stand one below the other.
const NARROW: u16 = 60;
/// Columns before a line, for the mark that tells how it differs.
const SIGN: u16 = 2;
/// Most bytes of a version that are compared and shown.
const MOST: usize = 1 << 20;

/// What a chord leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    /// Write mine over theirs.
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
    /// The pairs, cut into rows of this width.
    rows: Vec<Row>,
    width: u16,
    top: usize,
    /// Rows on screen for one version.
    height: usize,
}

/// One row of both versions: a part of a pair.
#[derive(Clone, PartialEq, Debug)]
struct Row {
    pair: usize,
    mine: Part,
    theirs: Part,
}

/// A part of one side of a pair, as byte ranges of its words.
#[derive(Clone, PartialEq, Debug)]
struct Part {
    shown: Range<usize>,
    /// What of it the other side does not have.
    own: Range<usize>,
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
        self.beyond = matches!(&theirs, Theirs::Value(theirs) if self.mine.len().max(theirs.len()) > MOST);
        self.instead = match theirs {
            Theirs::Value(_) => None,
            Theirs::Waiting => Some("asking the server…".to_owned()),
            Theirs::Gone => Some("the key is gone".to_owned()),
            Theirs::OtherKind(kind) => Some(format!("the key holds a {kind} now")),
            Theirs::Unreadable(why) => Some(why),
        };
        self.wrap();
    }

    /// Cuts the pairs into rows, and goes to the first one that differs.
    fn wrap(&mut self) {
        let columns = usize::from(self.width);
        self.rows = self.pairs.iter().enumerate().flat_map(|(at, pair)| rows_of(at, pair, columns)).collect();
        let differs = |row: &Row| !matches!(self.pairs[row.pair], Pair::Same(_));
        self.top = self.rows.iter().position(differs).unwrap_or(0).saturating_sub(2);
        self.stay_inside();
    }

    fn stay_inside(&mut self) {
        self.top = self.top.min(self.rows.len().saturating_sub(self.height));
    }

    /// Does what a chord means at a conflict.
    pub fn press(&mut self, chord: Chord) -> Turn {
        let page = self.height.saturating_sub(1).max(1);
        self.top = match lookup(&[Layer::Conflict, Layer::Everywhere], chord).map(|binding| binding.action) {
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
            height: area.height.saturating_sub(popup::EDGES + 1),
            ..area
        };
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
        let [versions, tail] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(room);
        let [mine, theirs] = sides(area.width, versions);
        self.draw_side(mine, "mine", Side::Mine, buf, theme);
        match &self.instead {
            None => self.draw_side(theirs, "the server's", Side::Theirs, buf, theme),
            Some(words) => {
                let head = Line::styled("the server's", theme.title);
                let words = text::wrap(Line::styled(words.as_str(), theme.warn), usize::from(theirs.width));
                popup::stack([head].into_iter().chain(words), theirs, buf);
            }
        }
        popup::stack([self.tail(theme)], tail, buf);
    }

    fn draw_side(&self, area: Rect, name: &'static str, side: Side, buf: &mut Buffer, theme: &Theme) {
        let body = popup::stack([Line::styled(name, theme.title)], area, buf);
        rows::bar(body, buf, self.rows.len(), self.top, theme);
        let lines = self.rows.iter().skip(self.top).map(|row| line(row, &self.pairs[row.pair], side, theme));
        popup::stack(lines, rows::beside_bar(body, self.rows.len()), buf);
    }

    fn tail(&self, theme: &Theme) -> Line<'static> {
        let differ = self.pairs.iter().filter(|pair| !matches!(pair, Pair::Same(_))).count();
        let words = match (&self.instead, differ) {
            (Some(_), _) => String::new(),
            (None, 0) => "no line differs".to_owned(),
            (None, 1) => "1 line differs".to_owned(),
            (None, lines) => format!("{lines} lines differ"),
        };
        let beyond = if self.beyond { "; only the first MiB was compared" } else { "" };
        Line::styled(words + beyond, theme.dim)
    }
}

/// As much of a version as is compared.
fn start(version: &[u8]) -> &[u8] {
    &version[..version.len().min(MOST)]
}

/// Whose version.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Mine,
    Theirs,
}

/// Where the two versions stand.
fn sides(width: u16, area: Rect) -> [Rect; 2] {
    let half = [Constraint::Fill(1), Constraint::Fill(1)];
    if width < NARROW { Layout::vertical(half).areas(area) } else { Layout::horizontal(half).spacing(1).areas(area) }
}

/// The rows of a pair: as many as its longer side needs.
fn rows_of(at: usize, pair: &Pair, columns: usize) -> Vec<Row> {
    let [mine, theirs] = [Side::Mine, Side::Theirs].map(|side| parts(pair, side, columns));
    let part = |n: usize, parts: &[Part]| {
        let end = parts.last().map_or(0, |last| last.shown.end);
        parts.get(n).cloned().unwrap_or(Part { shown: end..end, own: end..end })
    };
    (0..mine.len().max(theirs.len()))
        .map(|n| Row { pair: at, mine: part(n, &mine), theirs: part(n, &theirs) })
        .collect()
}

fn parts(pair: &Pair, side: Side, columns: usize) -> Vec<Part> {
    let own = own(pair, side);
    let part = |shown: Range<usize>| {
        let own = own.start.clamp(shown.start, shown.end)..own.end.clamp(shown.start, shown.end);
        Part { shown, own }
    };
    text::rows(words(pair, side), columns).into_iter().map(part).collect()
}

/// What one side has of a pair.
fn words(pair: &Pair, side: Side) -> &str {
    match (pair, side) {
        (Pair::Same(words), _) => words,
        (Pair::Changed { mine, .. } | Pair::OnlyMine(mine), Side::Mine) => mine,
        (Pair::Changed { theirs, .. } | Pair::OnlyTheirs(theirs), Side::Theirs) => theirs,
        (Pair::OnlyMine(_), Side::Theirs) | (Pair::OnlyTheirs(_), Side::Mine) => "",
    }
}

/// The part of a side's words that the other side does not have, at the same place.
fn own(pair: &Pair, side: Side) -> Range<usize> {
    let Pair::Changed { mine, theirs } = pair else { return 0..words(pair, side).len() };
    let alike = |a: &(char, char)| a.0 == a.1;
    let head: usize = mine.chars().zip(theirs.chars()).take_while(alike).map(|(c, _)| c.len_utf8()).sum();
    let (mine_rest, theirs_rest) = (mine[head..].chars().rev(), theirs[head..].chars().rev());
    let tail: usize = mine_rest.zip(theirs_rest).take_while(alike).map(|(c, _)| c.len_utf8()).sum();
    head..words(pair, side).len() - tail
}

/// One row of a version, marked where the other one has something else.
fn line<'a>(row: &Row, pair: &'a Pair, side: Side, theme: &Theme) -> Line<'a> {
    let (sign, around, differing) = match (pair, side) {
        (Pair::Same(_), _) => ("  ", theme.dim, theme.dim),
        (Pair::Changed { .. }, _) => ("~ ", theme.text, theme.marked),
        (Pair::OnlyMine(_), Side::Mine) | (Pair::OnlyTheirs(_), Side::Theirs) => ("+ ", theme.good, theme.good),
        (Pair::OnlyMine(_) | Pair::OnlyTheirs(_), _) => ("- ", theme.dim, theme.dim),
    };
    let Part { shown, own } = if side == Side::Mine { &row.mine } else { &row.theirs };
    // The sign stands at the first row of a pair only.
    let first = row.mine.shown.start + row.theirs.shown.start == 0;
    let sign = if first { Span::styled(sign, differing) } else { Span::raw("  ") };
    let words = words(pair, side);
    let part = |range: Range<usize>, style: Style| Span::styled(&words[range], style);
    Line::from(vec![
        sign,
        part(shown.start..own.start, around),
        part(own.clone(), differing),
        part(own.end..shown.end, around),
    ])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::widgets::Depth;

    fn conflict() -> Conflict {
        Conflict::new("myapp:1 was changed", b"one\ntwo\nthree", Theirs::Value(b"one\n2\nthree\nfour".to_vec()))
    }

    fn drawn(conflict: &Conflict, width: u16, height: u16) -> Vec<String> {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        conflict.draw(area, &mut buf, &Theme::new(Depth::None));
        (0..height).map(|y| (0..width).map(|x| buf[(x, y)].symbol()).collect()).collect()
    }

    fn press(conflict: &mut Conflict, name: &str) -> Turn {
        name.parse().map_or(Turn::Stay, |chord| conflict.press(chord))
    }

    #[test]
    fn the_person_chooses() {
        for (name, turn) in [("m", Turn::Mine), ("t", Turn::Theirs), ("esc", Turn::Back), ("down", Turn::Stay)] {
            assert_eq!(press(&mut conflict(), name), turn, "{name}");
        }
    }

    #[test]
    fn both_are_seen_side_by_side_or_one_below_the_other() {
        for (width, height) in [(40, 14), (80, 24), (200, 60)] {
            let rows = drawn(&conflict(), width, height);
            for text in ["mine", "the server's", "~ two", "~ 2", "+ four", "2 lines differ"] {
                assert!(rows.iter().any(|row| row.contains(text)), "{text} at {width}x{height}: {rows:#?}");
            }
            let beside = rows.iter().any(|row| row.contains("~ two") && row.contains("~ 2"));
            assert_eq!(beside, width >= NARROW);
        }
    }

    #[test]
    fn the_last_line_of_each_can_be_reached_on_a_small_screen() {
        let mut conflict = conflict();
        conflict.arrange(Rect::new(0, 0, 40, 10));
        assert_eq!(press(&mut conflict, "G"), Turn::Stay);
        let text = drawn(&conflict, 40, 10).concat();
        assert!(text.contains("three") && text.contains("+ four"), "{text}");
    }

    #[test]
    fn only_what_differs_in_a_long_line_is_marked() {
        let mine = format!("{{\"name\": \"{}\", \"n\": 1}}", "日".repeat(60));
        let theirs = mine.replace('1', "22");
        let mut conflict = Conflict::new("changed", mine.as_bytes(), Theirs::Value(theirs.into_bytes()));
        let area = Rect::new(0, 0, 80, 12);
        conflict.arrange(area);
        let mut buf = Buffer::empty(area);
        let theme = Theme::new(Depth::True);
        conflict.draw(area, &mut buf, &theme);
        let marked: Vec<&str> = buf
            .content
            .iter()
            .filter(|cell| theme.marked.fg == Some(cell.fg))
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert_eq!(marked, ["~", " ", "~", " ", "1", "2", "2"], "two signs and what differs");
    }

    #[test]
    fn what_was_not_compared_is_said() {
        let mine = vec![b'x'; MOST + 1];
        let theirs = [&mine[..MOST], b"y"].concat();
        let text = drawn(&Conflict::new("changed", &mine, Theirs::Value(theirs)), 80, 24).concat();
        assert!(text.contains("no line differs; only the first MiB was compared"), "{text}");
    }

    #[test]
    fn the_row_of_a_pair_is_the_same_on_both_sides() {
        let pair = Pair::Changed { mine: "abcdef".into(), theirs: "ab".into() };
        let rows = rows_of(7, &pair, 3);
        let shown: Vec<_> = rows.iter().map(|row| (row.mine.shown.clone(), row.theirs.shown.clone())).collect();
        assert_eq!(shown, [(0..3, 0..2), (3..6, 2..2)]);
        assert_eq!(rows[0].mine.own, 2..3);
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        for (theirs, words) in [
            (Theirs::Waiting, "asking the server…"),
            (Theirs::Gone, "the key is gone"),
            (Theirs::OtherKind("list".into()), "holds a list now"),
            (Theirs::Unreadable("NOPERM".into()), "NOPERM"),
        ] {
            let mut conflict = conflict();
            conflict.set_theirs(theirs);
            let text = drawn(&conflict, 80, 24).concat();
            assert!(text.contains(words) && text.contains("two"), "{text}");
        }
    }

    #[test]
    fn a_long_value_is_shown_where_it_differs() {
        let mine = "same\n".repeat(500) + "mine";
        let theirs = Theirs::Value(("same\n".repeat(500) + "theirs").into_bytes());
        let mut conflict = Conflict::new("changed", mine.as_bytes(), theirs);
        conflict.arrange(Rect::new(0, 0, 80, 24));
        assert!(drawn(&conflict, 80, 24).concat().contains("~ mine"));
        assert_eq!(press(&mut conflict, "g"), Turn::Stay);
        assert!(!drawn(&conflict, 80, 24).concat().contains("~ mine"));
        assert_eq!(press(&mut conflict, "G"), Turn::Stay);
        assert!(drawn(&conflict, 80, 24).concat().contains("~ theirs"));
    }

    proptest! {
        #[test]
        fn it_fits_anywhere(width in 0_u16..90, height in 0_u16..30) {
            let mut conflict = conflict();
            conflict.arrange(Rect::new(0, 0, width, height));
            drawn(&conflict, width, height);
        }
    }
}
