//! The key that is open: what is asked for, what has come, and where one stands in it.
use std::collections::HashSet;
use std::time::Instant;

use crate::model::decode::{self, Decoder, Lines};
use crate::model::kinds::{self, Kind, Look, Mark, Order, PAGE, Row, Shape};
use crate::model::purpose::{self, Purpose};
use crate::model::{Key, Pattern};
use crate::panes::{Cx, Effects};
use crate::server::{Fault, Left, Request, Seen, Ticket};
use crate::widgets::rows::Scroll;

/// The most rows read again at once, after a write or while watching.
const REREAD: usize = 2_000;

/// An open key.
pub struct Open {
    pub key: Key,
    pub head: Option<Head>,
    pub rows: Vec<Row>,
    /// Where the rest begins; `None` at the end.
    pub next: Option<Mark>,
    /// Why it could not be read, last time.
    pub fault: Option<Fault>,
    pub look: Look,
    pub scroll: Scroll,
    pub text: Text,
    asked: Option<(Ticket, Asked)>,
}

/// What is told of a value besides its rows.
#[derive(Clone)]
pub struct Head {
    pub kind: &'static dyn Kind,
    /// As TYPE answers it: the name of a type we do not know is kept.
    pub name: String,
    pub left: Result<Left, Fault>,
    pub encoding: Result<String, Fault>,
    pub memory: Result<u64, Fault>,
    pub total: Option<u64>,
    /// When the server was asked.
    pub at: Instant,
}

/// What an answer is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asked {
    /// Another part, seen from its start.
    Anew,
    /// The same part once more: the cursor stays on its row.
    Again,
    More,
}

/// How a run of bytes is shown.
#[derive(Default)]
pub struct Text {
    /// The format the person picked; without one it is guessed.
    pub picked: Option<&'static dyn Decoder>,
    pub lines: Lines,
    /// The rows of the screen that the lines take.
    pub rows: Vec<decode::Row>,
    /// The width the rows were made for; `None` when the lines are out of date as well.
    wrapped_for: Option<usize>,
}

impl Head {
    /// Milliseconds left now; `None` where it never expires or is not known.
    pub fn millis(&self, now: Instant) -> Option<u64> {
        match self.left {
            Ok(Left::Millis(millis)) => {
                Some(millis.saturating_sub(now.duration_since(self.at).as_millis() as u64))
            }
            _ => None,
        }
    }
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
            rows: Vec::new(),
            next: None,
            fault: None,
            look,
            scroll: Scroll::default(),
            text: Text::default(),
            asked: None,
        }
    }

    pub fn shape(&self) -> Shape {
        self.head
            .as_ref()
            .map_or(Shape::Text, |head| head.kind.shape())
    }

    /// Reads again from where the shown part begins, as much as is shown.
    pub fn reread(&mut self, cx: &mut Cx) -> Effects {
        let count = (self.rows.len().min(REREAD) as u32).max(PAGE);
        let look = Look {
            count,
            ..self.look.clone()
        };
        self.ask(look, Asked::Again, cx)
    }

    /// Reads another part from the start.
    pub fn renew(&mut self, cx: &mut Cx) -> Effects {
        self.scroll = Scroll::default();
        let look = Look {
            count: PAGE,
            ..self.look.clone()
        };
        self.ask(look, Asked::Anew, cx)
    }

    /// Reads what follows, once.
    pub fn more(&mut self, cx: &mut Cx) -> Effects {
        let Some(next) = self.next.filter(|_| self.asked.is_none()) else {
            return Vec::new();
        };
        let look = Look {
            from: Some(next),
            count: PAGE,
            ..self.look.clone()
        };
        self.ask(look, Asked::More, cx)
    }

    /// Reads a string by GET, whatever its size: the person was told and agreed.
    pub fn whole_by_get(&mut self, cx: &mut Cx) -> Effects {
        let (ticket, effect) = cx.ask(Request::Get(self.key.clone()));
        self.asked = Some((ticket, Asked::Anew));
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

    /// Takes the answer to the last question; false when it was to another.
    pub fn take(&mut self, ticket: Ticket, answer: Result<&Seen, &Fault>, now: Instant) -> bool {
        let Some((_, asked)) = self.asked.take_if(|(own, _)| *own == ticket) else {
            return false;
        };
        match answer {
            Ok(seen) => self.fill(seen, asked, now),
            Err(fault) => self.fault = Some(fault.clone()),
        }
        true
    }

    fn fill(&mut self, seen: &Seen, asked: Asked, now: Instant) {
        self.fault = None;
        let stood_on = self.rows.get(self.scroll.selected).cloned();
        let kind = kinds::of(&seen.kind);
        let other = self
            .head
            .as_ref()
            .is_some_and(|head| head.name != seen.kind);
        self.head = Some(Head {
            kind,
            name: seen.kind.clone(),
            left: seen.left.clone(),
            encoding: seen.encoding.clone(),
            memory: seen.memory.clone(),
            total: seen.page.total,
            at: now,
        });
        match asked {
            Asked::More if !other => {
                // A cursor may give an element twice; what is shown already is not shown again.
                let own: HashSet<_> = self.rows.iter().map(|row| kind.identity(row)).collect();
                let rows = seen.page.rows.iter();
                let new = rows.filter(|row| !own.contains(&kind.identity(row)));
                let new: Vec<Row> = new.cloned().collect();
                self.rows.extend(new);
            }
            Asked::Again => {
                self.rows.clone_from(&seen.page.rows);
                let again =
                    stood_on.and_then(|old| self.rows.iter().position(|row| kind.same(row, &old)));
                self.scroll.selected = again.unwrap_or(self.scroll.selected);
            }
            Asked::Anew | Asked::More => self.rows.clone_from(&seen.page.rows),
        }
        self.next = seen.page.next;
        self.text.wrapped_for = None;
    }

    /// The row under the cursor; of a text, the whole value.
    pub fn row(&self) -> Option<&Row> {
        match self.shape() {
            Shape::Text => self.rows.first(),
            Shape::Grid(_) => self.rows.get(self.scroll.selected),
        }
    }

    /// Whether all of a text is here, so that it can be edited.
    pub fn whole(&self) -> bool {
        self.look.from.is_none() && self.next.is_none()
    }

    /// The format in which a text is shown.
    pub fn decoder(&self) -> Option<&'static dyn Decoder> {
        if self.shape() != Shape::Text {
            return None;
        }
        let guessed = || Some(decode::guess(self.uncut()?));
        self.text.picked.or_else(guessed)
    }

    /// A text without the characters that the ends of a slice cut in two.
    fn uncut(&self) -> Option<&[u8]> {
        let bytes = self.rows.first()?.cells.first()?;
        let continued = |byte: &&u8| **byte & 0b1100_0000 == 0b1000_0000;
        let begun = match self.look.from {
            // A character has three bytes at most behind its first one.
            Some(_) => bytes.iter().take(3).take_while(continued).count(),
            None => 0,
        };
        let bytes = &bytes[begun..];
        Some(if self.next.is_some() {
            decode::whole_chars(bytes)
        } else {
            bytes
        })
    }

    /// The lines of a text in its format.
    fn lines(&self) -> Option<Lines> {
        let bytes = self.rows.first()?.cells.first()?;
        let decoder = self.decoder()?;
        decoder
            .lines(bytes)
            .or_else(|| decoder.lines(self.uncut()?))
    }

    /// What the value is for, where type, name and time to live (`millis`) tell.
    pub fn purpose(&self, millis: Option<u64>) -> Option<Purpose> {
        let head = self.head.as_ref()?;
        let text = (self.shape() == Shape::Text).then(|| self.rows.first()?.cells.first());
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
            self.scroll.clamp(self.rows.len(), height);
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

    /// Narrows by what was typed: a pattern, or a text that may stand anywhere.
    pub fn narrow(&mut self, typed: &str) {
        let bytes =
            crate::model::printed::unprint(typed).unwrap_or_else(|_| typed.as_bytes().to_vec());
        let glob = if typed.contains(['*', '?', '[']) {
            bytes
        } else {
            [b"*".as_slice(), &crate::model::key::escape(&bytes), b"*"].concat()
        };
        self.look.filter = if typed.is_empty() {
            None
        } else {
            Pattern::new(&glob).ok()
        };
        self.look.from = None;
    }
}
