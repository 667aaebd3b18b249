//! The key that is open: what is asked for, what has come, and where one stands in it.

use crate::model::Key;
use crate::model::kinds::{Look, Mark, Order, PAGE, Page, Row, Shape};
use crate::panes::Effect;
use crate::panes::{Cx, Effects};
use crate::server::{Fault, Request, Ticket};
use crate::widgets::rows::Scroll;

use super::head::Head;
use super::text::Text;
use super::window::{self, Before, Narrowed, Window};

/// An open key.
pub struct Open {
    pub key: Key,
    pub head: Option<Head>,
    pub window: Window,
    /// Why it could not be read, last time.
    pub fault: Option<Fault>,
    pub look: Look,
    pub scroll: Scroll,
    pub text: Text,
    pub(super) asked: Option<(Ticket, Asked)>,
    /// Rows of the page before the first one, as long as not all of it has come.
    pub(super) coming: Vec<Row>,
    /// Rows that the cursor still has to go up, once they are here.
    pub owed: usize,
    /// The person stopped a search for more rows.
    stopped: bool,
    /// Rows came or went since they were searched for, and not only the one that was read again.
    pub(super) outdated: bool,
}

/// What an answer is for.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Asked {
    /// Another part, seen from its start.
    Anew(Option<Mark>),
    /// The rows before this index, seen from the last one.
    Tail(u64),
    /// Another part of a text, seen from its last line.
    Part(Option<Mark>),
    /// The same part once more: the cursor stays on its row.
    Again(Option<Mark>),
    /// What follows.
    More(Option<Mark>),
    /// What stands before; begun at its `from`, and going on at this mark.
    Before(Before),
    /// This row, and how many there were: the cursor may stand on another by the time the answer is here.
    Row(Box<Row>, Option<u64>),
}

impl Open {
    /// A key about to be read.
    pub fn new(key: Key) -> Self {
        let look = Look {
            filter: None,
            order: Order::Ascending,
            scores: None,
            from: None,
            count: PAGE,
        };
        Self {
            key,
            head: None,
            window: Window::default(),
            fault: None,
            look,
            scroll: Scroll::default(),
            text: Text::default(),
            asked: None,
            coming: Vec::new(),
            owed: 0,
            stopped: false,
            outdated: false,
        }
    }

    pub fn shape(&self) -> Shape {
        self.head
            .as_ref()
            .map_or(Shape::Text, |head| head.kind.shape())
    }

    /// The rows that are held.
    pub fn rows(&self) -> &[Row] {
        &self.window.rows
    }

    pub fn narrowed(&self) -> Narrowed {
        if self.look.filter.is_some() {
            Narrowed::Yes
        } else {
            Narrowed::No
        }
    }

    /// Reads all of it again because the person asks to.
    pub fn reload(&mut self, cx: &mut Cx) -> Effects {
        if self.was_searched_for() {
            return self.renew(cx);
        }
        self.reread(cx)
    }

    /// Whether what is held was searched for in many slices.
    fn was_searched_for(&self) -> bool {
        self.look.filter.is_some() && !self.window.came_at_once()
    }

    /// Whether what was searched for is no longer all that there is to find.
    pub fn is_outdated(&self) -> bool {
        self.outdated
    }

    /// Reads again what is held, or as much of it as is around the cursor. What was searched for in many slices is
    /// not searched for again: only the row under the cursor is.
    pub fn reread(&mut self, cx: &mut Cx) -> Effects {
        if self.was_searched_for() {
            let (head, row) = (self.head.as_ref(), self.rows().get(self.scroll.selected));
            let found = head.zip(row).and_then(|(head, row)| {
                let asked = Asked::Row(Box::new(row.clone()), head.total);
                Some((head.kind.locate(row)?, asked))
            });
            return match found {
                Some((look, asked)) => self.ask(look, asked, cx),
                None => self.renew(cx),
            };
        }
        if !self.window.is_light() {
            let went = self.window.drop_before(self.scroll.top);
            self.move_by(went);
        }
        let from = if self.rows().is_empty() {
            self.look.from
        } else {
            self.window.from()
        };
        let count = self.rows().len().min(window::ROWS) as u32;
        let look = Look {
            from,
            count: count.max(PAGE),
            ..self.look.clone()
        };
        self.ask(look, Asked::Again(from), cx)
    }

    /// So many rows before the cursor are no longer held.
    pub(super) fn move_by(&mut self, went: usize) {
        self.scroll.top = self.scroll.top.saturating_sub(went);
        self.scroll.selected = self.scroll.selected.saturating_sub(went);
    }

    /// Reads another part from the start.
    pub fn renew(&mut self, cx: &mut Cx) -> Effects {
        self.scroll = Scroll::default();
        (self.stopped, self.outdated) = (false, false);
        let look = Look {
            count: PAGE,
            ..self.look.clone()
        };
        let from = look.from;
        self.ask(look, Asked::Anew(from), cx)
    }

    /// Reads another part of a text, to be seen from its last line.
    pub fn renew_from_below(&mut self, cx: &mut Cx) -> Effects {
        let from = self.look.from;
        self.ask(self.look.clone(), Asked::Part(from), cx)
    }

    /// Reads what follows, once.
    pub fn more(&mut self, cx: &mut Cx) -> Effects {
        let Some(next) = self.window.next.filter(|_| self.asked.is_none()) else {
            return Vec::new();
        };
        self.stopped = false;
        let look = Look {
            from: Some(next),
            count: PAGE,
            ..self.look.clone()
        };
        self.ask(look, Asked::More(Some(next)), cx)
    }

    /// Reads what stands before, once.
    pub fn back(&mut self, cx: &mut Cx) -> Effects {
        let Some(before) = self.window.before().filter(|_| self.asked.is_none()) else {
            return Vec::new();
        };
        self.coming = Vec::new();
        self.back_from(before.from, before, cx)
    }

    pub(super) fn back_from(&mut self, from: Option<Mark>, before: Before, cx: &mut Cx) -> Effects {
        let look = Look {
            from,
            count: before.count,
            ..self.look.clone()
        };
        self.ask(look, Asked::Before(before), cx)
    }

    /// Goes to the last row, where it can be asked for; tells whether it can.
    pub fn go_to_end(&mut self, cx: &mut Cx) -> Option<Effects> {
        let end = self.window.end().filter(|_| self.window.next.is_some())?;
        Some(self.tail(end, PAGE, cx))
    }

    pub(super) fn tail(&mut self, end: u64, count: u32, cx: &mut Cx) -> Effects {
        let look = Look {
            from: Some(Mark::Index(end.saturating_sub(u64::from(count)))),
            count,
            ..self.look.clone()
        };
        self.ask(look, Asked::Tail(end), cx)
    }

    /// Reads a string by GET, whatever its size: the person was told and agreed.
    pub fn whole_by_get(&mut self, cx: &mut Cx) -> Effects {
        let (ticket, effect) = cx.ask(Request::Get(self.key.clone()));
        self.asked = Some((ticket, Asked::Anew(None)));
        vec![effect]
    }

    fn ask(&mut self, look: Look, asked: Asked, cx: &mut Cx) -> Effects {
        let (ticket, effect) = cx.ask(Request::Look {
            key: self.key.clone(),
            look,
        });
        self.asked = Some((ticket, asked));
        vec![effect]
    }

    pub fn waits(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether the rows that are held were asked for otherwise: others will come in their place.
    pub fn is_superseded(&self) -> bool {
        matches!(
            self.asked,
            Some((_, Asked::Anew(_) | Asked::Tail(_) | Asked::Part(_)))
        )
    }

    /// Whether rows that match are still looked for.
    pub fn searches(&self) -> bool {
        self.look.filter.is_some() && self.asked.is_some()
    }

    /// Whether more rows that match are to be looked for, to fill a pane of this height.
    pub fn wants_more(&self, height: usize) -> bool {
        self.look.filter.is_some() && !self.stopped && self.rows().len() < height.max(1)
    }

    /// Stops looking for more rows; those that were found stay.
    pub fn stop(&mut self) -> Effects {
        self.stopped = true;
        let Some((ticket, asked)) = self.asked.take() else {
            return Vec::new();
        };
        if let Asked::Anew(from) = asked {
            // What is held belongs to another question.
            let nothing = Page {
                next: Some(from.unwrap_or(Mark::Cursor(0))),
                ..Page::default()
            };
            self.window.renew(&nothing, from, Narrowed::Yes);
        }
        vec![Effect::Forget(ticket)]
    }

    /// The row under the cursor; of a text, the whole value.
    pub fn row(&self) -> Option<&Row> {
        match self.shape() {
            Shape::Text => self.rows().first(),
            Shape::Grid(_) => self.rows().get(self.scroll.selected),
        }
    }
}
