//! Two versions of a value side by side, when a save met somebody else's change.
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::compare::{Pair, compare};
use crate::widgets::{Theme, popup, rows, text};

/// Columns below which the versions stand one below the other.
const NARROW: u16 = 60;
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
    /// What is to be said in place of their version.
    instead: Option<String>,
    top: usize,
    /// Rows on screen for one version.
    height: usize,
}

impl Conflict {
    /// A conflict of my version with theirs.
    pub fn new(title: impl Into<String>, mine: &[u8], theirs: &Theirs) -> Self {
        let mine = mine[..mine.len().min(MOST)].to_vec();
        let (pairs, instead) = (Vec::new(), None);
        let mut conflict = Self {
            title: title.into(),
            mine,
            pairs,
            instead,
            top: 0,
            height: 10,
        };
        conflict.set_theirs(theirs);
        conflict
    }

    /// Tells what the server has.
    pub fn set_theirs(&mut self, theirs: &Theirs) {
        self.instead = match theirs {
            Theirs::Value(_) => None,
            Theirs::Waiting => Some("asking the server…".to_owned()),
            Theirs::Gone => Some("the key is gone".to_owned()),
            Theirs::OtherKind(kind) => Some(format!("the key holds a {kind} now")),
            Theirs::Unreadable(why) => Some(why.clone()),
        };
        self.pairs = match theirs {
            Theirs::Value(theirs) => compare(&self.mine, &theirs[..theirs.len().min(MOST)]),
            _ => compare(&self.mine, &self.mine),
        };
        self.top = self.first_difference().saturating_sub(2);
    }

    fn first_difference(&self) -> usize {
        self.pairs
            .iter()
            .position(|pair| !matches!(pair, Pair::Same(_)))
            .unwrap_or(0)
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
            Some(Action::Last) => self.pairs.len(),
            _ => self.top,
        };
        self.top = self.top.min(self.pairs.len().saturating_sub(self.height));
        Turn::Stay
    }

    /// There is nothing to paste into.
    pub fn paste(&mut self, _pasted: &str) {}

    /// Learns how many rows there are.
    pub fn arrange(&mut self, area: Rect) {
        let [mine, theirs] = sides(area.width, popup::below(area, popup::EDGES + 1));
        self.height = usize::from(mine.height.min(theirs.height).saturating_sub(1));
        self.top = self.top.min(self.pairs.len().saturating_sub(self.height));
    }

    /// Paints both versions over the whole area.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let room = popup::frame(area, buf, &self.title, theme);
        let [versions, tail] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(room);
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
        popup::stack([self.tail(theme)], tail, buf);
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
        rows::bar(body, buf, self.pairs.len(), self.top, theme);
        let lines = self
            .pairs
            .iter()
            .skip(self.top)
            .map(|pair| line(pair, side, theme));
        popup::stack(lines, rows::beside_bar(body, self.pairs.len()), buf);
    }

    fn tail(&self, theme: &Theme) -> Line<'static> {
        let differ = self
            .pairs
            .iter()
            .filter(|pair| !matches!(pair, Pair::Same(_)))
            .count();
        Line::styled(
            match (&self.instead, differ) {
                (Some(_), _) => String::new(),
                (None, 0) => "both are the same".to_owned(),
                (None, 1) => "1 line differs".to_owned(),
                (None, lines) => format!("{lines} lines differ"),
            },
            theme.dim,
        )
    }
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
    if width < NARROW {
        Layout::vertical(half).areas(area)
    } else {
        Layout::horizontal(half).spacing(1).areas(area)
    }
}

/// One row of a version, marked where the other one has something else.
fn line<'a>(pair: &'a Pair, side: Side, theme: &Theme) -> Line<'a> {
    let (sign, words, style) = match (pair, side) {
        (Pair::Same(words), _) => ("  ", words.as_str(), theme.dim),
        (Pair::Changed { mine, .. }, Side::Mine) => ("~ ", mine.as_str(), theme.warn),
        (Pair::Changed { theirs, .. }, Side::Theirs) => ("~ ", theirs.as_str(), theme.warn),
        (Pair::OnlyMine(mine), Side::Mine) => ("+ ", mine.as_str(), theme.good),
        (Pair::OnlyTheirs(theirs), Side::Theirs) => ("+ ", theirs.as_str(), theme.good),
        (Pair::OnlyMine(_) | Pair::OnlyTheirs(_), _) => ("- ", "", theme.dim),
    };
    Line::from(vec![Span::styled(sign, style), Span::styled(words, style)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::widgets::Depth;

    fn conflict() -> Conflict {
        Conflict::new(
            "myapp:1 was changed",
            b"one\ntwo\nthree",
            &Theirs::Value(b"one\n2\nthree\nfour".to_vec()),
        )
    }

    fn drawn(conflict: &Conflict, width: u16, height: u16) -> Vec<String> {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        conflict.draw(area, &mut buf, &Theme::new(Depth::None));
        (0..height)
            .map(|y| (0..width).map(|x| buf[(x, y)].symbol()).collect())
            .collect()
    }

    fn press(conflict: &mut Conflict, name: &str) -> Turn {
        name.parse()
            .map_or(Turn::Stay, |chord| conflict.press(chord))
    }

    #[test]
    fn the_person_chooses() {
        for (name, turn) in [
            ("m", Turn::Mine),
            ("t", Turn::Theirs),
            ("esc", Turn::Back),
            ("down", Turn::Stay),
        ] {
            assert_eq!(press(&mut conflict(), name), turn, "{name}");
        }
    }

    #[test]
    fn both_are_seen_side_by_side_or_one_below_the_other() {
        for (width, height) in [(40, 14), (80, 24), (200, 60)] {
            let rows = drawn(&conflict(), width, height);
            for text in [
                "mine",
                "the server's",
                "~ two",
                "~ 2",
                "+ four",
                "2 lines differ",
            ] {
                assert!(
                    rows.iter().any(|row| row.contains(text)),
                    "{text} at {width}x{height}: {rows:#?}"
                );
            }
            let beside = rows
                .iter()
                .any(|row| row.contains("~ two") && row.contains("~ 2"));
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
    fn what_cannot_be_compared_is_said() {
        for (theirs, words) in [
            (Theirs::Waiting, "asking the server…"),
            (Theirs::Gone, "the key is gone"),
            (Theirs::OtherKind("list".into()), "holds a list now"),
            (Theirs::Unreadable("NOPERM".into()), "NOPERM"),
        ] {
            let mut conflict = conflict();
            conflict.set_theirs(&theirs);
            let text = drawn(&conflict, 80, 24).concat();
            assert!(text.contains(words) && text.contains("two"), "{text}");
        }
    }

    #[test]
    fn a_long_value_is_shown_where_it_differs() {
        let mine = "same\n".repeat(500) + "mine";
        let theirs = Theirs::Value(("same\n".repeat(500) + "theirs").into_bytes());
        let mut conflict = Conflict::new("changed", mine.as_bytes(), &theirs);
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
