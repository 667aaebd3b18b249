//! The proof after a change: what must work and what must not, and what the server said to each.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::Printed;
use crate::model::acl::matrix::{self, Shown, Want};
use crate::widgets::{Rows, Scroll, Theme, popup, text};

use super::{operation, sheet};

/// Rows below the list that explain the selected one.
const DETAIL: u16 = 2;

/// Why a row is left out.
const UNTRIED: &str =
    "not tried: it cannot be queued as this user, so it would be done, and it does more than read";

/// What a chord leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    Close,
}

/// Operations, what is expected of each, and what came of it so far.
#[derive(Clone, Debug)]
pub struct Proof {
    title: String,
    rows: Vec<Row>,
    /// How many refusals the server logged for it.
    logged: usize,
    scroll: Scroll,
    height: usize,
}

#[derive(Clone, Debug)]
struct Row {
    case: matrix::Row,
    words: String,
    got: Got,
}

/// What is known of a row.
#[derive(Clone, Debug)]
enum Got {
    Waiting,
    /// It was left out: it might do harm where it cannot be tried without being done.
    Untried,
    Said(Shown),
}

/// How a row stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Waiting,
    Untried,
    Holds,
    Fails,
}

impl Proof {
    /// Operations to be tried, for the user of this name; own keys begin with `prefix`.
    pub fn new(user: &[u8], cases: Vec<matrix::Row>, prefix: &[u8]) -> Self {
        let row = |case: matrix::Row| Row {
            words: operation::words(&case.argv, prefix),
            case,
            got: Got::Waiting,
        };
        Self {
            title: format!("Proof · {}", Printed::new(user)),
            rows: cases.into_iter().map(row).collect(),
            logged: 0,
            scroll: Scroll::default(),
            height: 1,
        }
    }

    /// What the server said to a row; one that is not there changes nothing.
    pub fn set(&mut self, row: usize, got: Shown) {
        if let Some(row) = self.rows.get_mut(row) {
            row.got = Got::Said(got);
        }
    }

    /// So many refusals of it stand in the server's log, beside those that tell of others.
    pub fn set_logged(&mut self, refusals: usize) {
        self.logged = refusals;
    }

    /// A row is not tried.
    pub fn leave_out(&mut self, row: usize) {
        if let Some(row) = self.rows.get_mut(row) {
            row.got = Got::Untried;
        }
    }

    /// Whether a row is not as meant.
    pub fn fails(&self) -> bool {
        self.count(State::Fails) > 0
    }

    /// The first row that was not tried yet, and its operation.
    pub fn waiting(&self) -> Option<(usize, &matrix::Row)> {
        let mut rows = self.rows.iter().enumerate();
        rows.find(|(_, row)| row.state() == State::Waiting)
            .map(|(at, row)| (at, &row.case))
    }

    /// Whether every row was tried and is as meant.
    pub fn holds(&self) -> bool {
        self.count(State::Holds) == self.rows.len()
    }

    /// The result in a few words: `all 38 as meant`.
    pub fn summary(&self) -> String {
        let all = self.rows.len();
        let (waiting, fail) = (self.count(State::Waiting), self.count(State::Fails));
        let untried = self.count(State::Untried);
        match (waiting, fail) {
            _ if all == 0 => "nothing to prove".to_owned(),
            (0, 0) if untried > 0 => format!(
                "{} of {all} as meant, {untried} not tried: they could do harm",
                all - untried
            ),
            (0, fail) if untried > 0 => {
                format!("{fail} of {all} not as meant, {untried} not tried: they could do harm")
            }
            (0, 0) => format!("all {all} as meant"),
            (0, fail) => format!("{fail} of {all} not as meant"),
            (waiting, 0) => format!("{} of {all} tried, all as meant", all - waiting),
            (waiting, fail) => format!("{} of {all} tried, {fail} not as meant", all - waiting),
        }
    }

    /// The rows as they are shown: what is not as meant first.
    fn order(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by_key(|row| row.state() != State::Fails);
        rows
    }

    fn count(&self, state: State) -> usize {
        let rows = self.rows.iter();
        rows.filter(|row| row.state() == state).count()
    }

    pub fn layer(&self) -> Layer {
        Layer::Report
    }

    pub fn press(&mut self, chord: Chord) -> Turn {
        let (len, page) = (self.rows.len(), self.height.saturating_sub(1).max(1));
        let layers = [Layer::Report, Layer::Everywhere];
        match lookup(&layers, chord).map(|binding| binding.action) {
            Some(Action::Back) => return Turn::Close,
            Some(action) => {
                self.scroll.travel(action, len, page);
            }
            None => {}
        }
        self.scroll.keep_in_view(self.height);
        Turn::Stay
    }

    /// There is nothing to type here.
    pub fn paste(&mut self, _pasted: &str) {}

    pub fn arrange(&mut self, area: Rect) {
        let room = sheet::inner(sheet::outer(area));
        let [_, list, _] = parts(room, self.head(room.width, Style::new()).len());
        self.height = usize::from(list.height);
        self.scroll.clamp(self.rows.len(), self.height);
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let room = popup::frame(sheet::outer(area), buf, &self.title, theme);
        let style = match (self.count(State::Waiting), self.count(State::Fails)) {
            (_, 1..) => theme.error,
            (0, 0) => theme.good,
            _ => theme.accent,
        };
        let said = self.head(room.width, style);
        let [head, list, detail] = parts(room, said.len());
        popup::stack(said, head, buf);
        let order = self.order();
        let row = |at: usize| order.get(at).map_or(Line::default(), |row| row.line(theme));
        let rows = Rows {
            len: self.rows.len(),
            scroll: &self.scroll,
            focused: true,
            theme,
            row,
        };
        rows.render(list, buf);
        if let Some(row) = order.get(self.scroll.selected) {
            popup::stack(row.explained(detail.width, theme), detail, buf);
        }
    }
}

impl Proof {
    /// The summary, and what the proof left behind.
    fn head(&self, width: u16, style: Style) -> Vec<Line<'static>> {
        let summary = self.summary();
        let words = match self.logged {
            0 => summary,
            1 => format!("{summary}; 1 refusal of this proof stands in ACL LOG"),
            many => format!("{summary}; {many} refusals of this proof stand in ACL LOG"),
        };
        text::wrap(Line::styled(words, style), usize::from(width))
    }
}

impl Row {
    fn state(&self) -> State {
        match &self.got {
            Got::Waiting => State::Waiting,
            Got::Untried => State::Untried,
            Got::Said(got) if self.case.holds(got) => State::Holds,
            Got::Said(_) => State::Fails,
        }
    }

    fn line(&self, theme: &Theme) -> Line<'_> {
        let (mark, style) = self.mark(theme);
        let want = match self.case.want {
            Want::Allowed => "allowed",
            Want::Refused => "denied",
        };
        let got = match &self.got {
            Got::Waiting => "waiting",
            Got::Untried => "untried",
            Got::Said(Shown::Allowed) => "allowed",
            Got::Said(Shown::Refused(_)) => "denied",
            Got::Said(Shown::Unclear(_)) => "odd",
        };
        Line::from(vec![
            Span::styled(mark, style),
            Span::styled(format!("{want:<8}"), theme.dim),
            Span::styled(format!("{got:<8}"), style),
            Span::styled(self.words.as_str(), theme.text),
            Span::styled(format!("  {}", operation::line(&self.case.argv)), theme.dim),
        ])
    }

    fn mark(&self, theme: &Theme) -> (&'static str, Style) {
        match self.state() {
            State::Waiting => ("· ", theme.dim),
            State::Untried => ("? ", theme.warn),
            State::Holds => ("✓ ", theme.good),
            State::Fails => ("✗ ", theme.error),
        }
    }

    /// The whole operation, and the server's words.
    fn explained(&self, width: u16, theme: &Theme) -> Vec<Line<'_>> {
        let mut spans = vec![Span::styled(operation::line(&self.case.argv), theme.text)];
        let why = match &self.got {
            Got::Said(Shown::Refused(why) | Shown::Unclear(why)) => Some(why.as_str()),
            Got::Untried => Some(UNTRIED),
            _ => None,
        };
        if let Some(why) = why {
            let why = format!(" — {}", Printed::new(why.as_bytes()));
            spans.push(Span::styled(why, self.mark(theme).1));
        }
        text::wrap(Line::from(spans), usize::from(width))
    }
}

/// The summary, the list, and what explains the selected row.
fn parts(room: Rect, head: usize) -> [Rect; 3] {
    let head = Rect {
        height: room.height.min(head as u16),
        ..room
    };
    let detail = if room.height > 5 { DETAIL } else { 0 };
    let [list, detail] = sheet::foot(popup::below(room, head.height), detail);
    [head, list, detail]
}

#[cfg(test)]
mod tests;
