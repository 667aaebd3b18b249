//! The key that is open: what is asked for, what has come, and where one stands in it.

use crate::model::Key;
use crate::model::kinds::{self, Kind, Look, Mark, Order, PAGE, Page, Row, Shape};
use crate::panes::Effect;
use crate::panes::{Cx, Effects};
use crate::server::{Fault, Request, Seen, Ticket};
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
    asked: Option<(Ticket, Asked)>,
    /// Rows of the page before the first one, as long as not all of it has come.
    coming: Vec<Row>,
    /// Rows that the cursor still has to go up, once they are here.
    pub owed: usize,
    /// The person stopped a search for more rows.
    stopped: bool,
    /// Rows came or went since they were searched for, and not only the one that was read again.
    outdated: bool,
}

/// What an answer is for.
#[derive(Clone, PartialEq, Debug)]
enum Asked {
    /// Another part, seen from its start.
    Anew(Option<Mark>),
    /// The rows before this index, seen from the last one.
    Tail(u64),
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
    fn move_by(&mut self, went: usize) {
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

    fn back_from(&mut self, from: Option<Mark>, before: Before, cx: &mut Cx) -> Effects {
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

    fn tail(&mut self, end: u64, count: u32, cx: &mut Cx) -> Effects {
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
        matches!(self.asked, Some((_, Asked::Anew(_) | Asked::Tail(_))))
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

    /// Takes the answer to the last question, and goes on where it was only a part; `None` when it was to another.
    pub fn take(
        &mut self,
        ticket: Ticket,
        answer: Result<&Seen, &Fault>,
        cx: &mut Cx,
    ) -> Option<Effects> {
        let (_, asked) = self.asked.take_if(|(own, _)| *own == ticket)?;
        Some(match answer {
            Ok(seen) => self.fill(seen, asked, cx),
            Err(fault) => {
                self.fault = Some(fault.clone());
                Vec::new()
            }
        })
    }

    fn fill(&mut self, seen: &Seen, asked: Asked, cx: &mut Cx) -> Effects {
        self.fault = None;
        let kind = kinds::of(&seen.kind);
        let other = self
            .head
            .as_ref()
            .is_some_and(|head| head.name != seen.kind);
        let now = cx.world.now;
        let old = self
            .head
            .as_ref()
            .map_or((now, now), |head| (head.at, head.since));
        let aged = now.saturating_duration_since(old.0).as_millis() as u64;
        self.head = Some(Head {
            kind,
            name: seen.kind.clone(),
            left: seen.left.clone(),
            encoding: seen.encoding.clone(),
            memory: seen.memory.clone(),
            total: seen.page.total,
            unread: seen.unread.clone(),
            at: now,
            since: match asked {
                Asked::Anew(_) | Asked::Again(_) | Asked::Tail(_) => now,
                Asked::More(_) | Asked::Before(_) | Asked::Row(..) => old.1,
            },
        });
        self.window.age(aged);
        if other && !matches!(asked, Asked::Anew(None) | Asked::Again(None)) {
            // It became another type, and where one stood means nothing in it.
            self.look.from = None;
            self.look.scores = None;
            return self.renew(cx);
        }
        self.place(seen, asked, kind, cx)
    }

    fn place(&mut self, seen: &Seen, asked: Asked, kind: &dyn Kind, cx: &mut Cx) -> Effects {
        let page = &seen.page;
        let as_it_was = self.shape() == Shape::Text && self.window.rows == page.rows;
        match asked {
            Asked::Anew(from) => self.window.renew(page, from, self.narrowed()),
            Asked::Again(from) => self.again(seen, from, kind),
            Asked::More(from) => {
                self.window.append(page, from, kind);
                let went = self.window.shed_before(self.scroll.top);
                self.move_by(went);
                return Vec::new();
            }
            Asked::Tail(end) => {
                let came = page.rows.len() as u64;
                if page.next.is_some() && came > 0 && came < u64::from(PAGE) {
                    // Rows are so big that fewer of them make a page.
                    return self.tail(end, came as u32, cx);
                }
                let from = page.rows.first().map(|row| Mark::Index(row.at));
                self.window.renew(page, from, self.narrowed());
                self.scroll.last(self.rows().len());
            }
            Asked::Before(before) => return self.came_before(seen, before, kind, cx),
            Asked::Row(old, total) => {
                let now = page.rows.iter().find(|row| kind.same(row, &old)).cloned();
                let held = self.rows().iter().position(|row| kind.same(row, &old));
                if let (Some(then), Some(total)) = (total, page.total) {
                    self.outdated |= total + u64::from(now.is_none()) != then;
                }
                if let Some(at) = held {
                    self.window.refresh(at, now);
                }
            }
        }
        if !as_it_was {
            self.show_text();
        }
        Vec::new()
    }

    fn again(&mut self, seen: &Seen, from: Option<Mark>, kind: &dyn Kind) {
        let old = self.rows().get(self.scroll.selected).cloned();
        self.window.replace(&seen.page, from);
        let again = old.and_then(|old| self.rows().iter().position(|row| kind.same(row, &old)));
        if let Some(again) = again {
            let above = self.scroll.selected.saturating_sub(self.scroll.top);
            self.scroll.selected = again;
            self.scroll.top = again.saturating_sub(above);
        }
    }

    /// What is before the first row: it is held as soon as it reaches up to that row.
    fn came_before(
        &mut self,
        seen: &Seen,
        before: Before,
        kind: &dyn Kind,
        cx: &mut Cx,
    ) -> Effects {
        let page = &seen.page;
        self.coming.extend(page.rows.iter().cloned());
        if let Some(next) = page.next.filter(|next| next.place() < before.until) {
            return self.back_from(Some(next), before, cx);
        }
        let rows = std::mem::take(&mut self.coming);
        let came = self.window.prepend(&rows, before.from, kind);
        self.scroll.top += came;
        self.scroll.selected += came;
        self.scroll.up(std::mem::take(&mut self.owed));
        self.window
            .shed_behind(self.scroll.selected + window::AROUND);
        Vec::new()
    }

    /// The row under the cursor; of a text, the whole value.
    pub fn row(&self) -> Option<&Row> {
        match self.shape() {
            Shape::Text => self.rows().first(),
            Shape::Grid(_) => self.rows().get(self.scroll.selected),
        }
    }
}
