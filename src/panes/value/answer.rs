//! What an answer brings to the open key: rows in place of others, behind them or before them.
use crate::model::kinds::{self, Kind, Mark, PAGE, Page, Row, Shape};
use crate::panes::{Cx, Effects};
use crate::server::{Fault, Seen, Ticket};

use super::head::Head;
use super::open::{Asked, Open};
use super::window::{self, Before};

impl Open {
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
                Asked::Anew(_) | Asked::Again(_) | Asked::Tail(_) | Asked::Part(_) => now,
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
        if let Some(effects) = self.back_inside(page, &asked, cx) {
            return effects;
        }
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
            Asked::Part(from) => {
                self.window.renew(page, from, self.narrowed());
                self.scroll.top = usize::MAX;
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

    /// The end has moved before what was asked for: what is the last part now is read in its place.
    fn back_inside(&mut self, page: &Page, asked: &Asked, cx: &mut Cx) -> Option<Effects> {
        let from = match asked {
            Asked::Anew(from) | Asked::Again(from) | Asked::Part(from) => (*from)?,
            Asked::Before(before) => before.from?,
            // Of what was the end before, the last row at least is gone.
            Asked::Tail(end) => Mark::Index(end.saturating_sub(1)),
            Asked::More(_) | Asked::Row(..) => return None,
        };
        let Mark::Index(from) = from else {
            return None;
        };
        let text = self.shape() == Shape::Text;
        let nothing = |row: &Row| text && row.cells.iter().all(Vec::is_empty);
        if from == 0 || !page.rows.iter().all(nothing) {
            return None;
        }
        let end = if text {
            page.total
        } else {
            page.span.map(|(_, end)| end)
        };
        if end.is_some_and(|end| end > from) {
            return None;
        }
        Some(match end {
            Some(end) if !text => self.tail(end, PAGE, cx),
            Some(_) => {
                self.look.from = self.last_part();
                self.renew_from_below(cx)
            }
            // Where the end is, this user may not ask.
            None => {
                self.look.from = None;
                self.renew(cx)
            }
        })
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
}
