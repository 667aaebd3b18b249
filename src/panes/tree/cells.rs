//! Type and time to live of the rows on screen, and of no others.
use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::model::Key;
use crate::panes::{Cx, Effects, REST, Reach, World};
use crate::server::{Described, Fault, Left, Request, Ticket};

/// What is known of the keys on screen.
#[derive(Default)]
pub struct Cells {
    known: HashMap<Key, Cell>,
    /// The keys on screen, as last arranged.
    window: Vec<Key>,
    asked: Option<(Ticket, Vec<Key>)>,
    /// When what is missing is asked for: a short rest after the last change of the window.
    due: Option<Instant>,
}

/// What is known of one key.
#[derive(Clone, Debug)]
pub struct Cell {
    pub kind: Result<String, Fault>,
    pub left: Result<Left, Fault>,
    /// When the server was asked.
    pub at: Instant,
}

impl Cell {
    /// Milliseconds left now; `None` where it never expires or is not known.
    pub fn millis(&self, now: Instant) -> Option<u64> {
        match self.left {
            Ok(Left::Millis(millis)) => {
                Some(millis.saturating_sub(now.duration_since(self.at).as_millis() as u64))
            }
            _ => None,
        }
    }

    /// When the shown time changes next, or runs out.
    fn changes_at(&self, now: Instant) -> Option<Instant> {
        let left = self.millis(now).filter(|left| *left > 0)?;
        Some(now + Duration::from_millis((left - 1) % 1000 + 1))
    }
}

impl Cells {
    /// What is known of a key.
    pub fn get(&self, key: &Key) -> Option<&Cell> {
        self.known.get(key)
    }

    /// These keys are on screen now; all others are forgotten.
    pub fn show(&mut self, window: Vec<Key>, now: Instant) {
        if window == self.window {
            return;
        }
        self.known.retain(|key, _| window.contains(key));
        self.window = window;
        // A scan that keeps moving the window must not put the question off for ever.
        self.due.get_or_insert(now + REST);
    }

    /// Something about this key may have changed.
    pub fn stale(&mut self, key: &Key, now: Instant) {
        if self.known.remove(key).is_some() || self.window.contains(key) {
            self.due = Some(now);
        }
    }

    /// Everything may have changed.
    pub fn forget(&mut self, now: Instant) {
        self.known.clear();
        self.asked = None;
        self.due = Some(now);
    }

    /// Asks for what is missing, once it is due.
    pub fn beat(&mut self, cx: &mut Cx) -> Effects {
        let now = cx.world.now;
        if self.asked.is_some()
            || cx.world.link == Reach::Down
            || self.due.is_none_or(|due| due > now)
        {
            return Vec::new();
        }
        self.due = None;
        let run_out = |key: &Key| {
            self.known
                .get(key)
                .is_some_and(|cell| cell.millis(now) == Some(0))
        };
        let missing: Vec<Key> = self
            .window
            .iter()
            .filter(|key| !self.known.contains_key(*key) || run_out(key))
            .cloned()
            .collect();
        if missing.is_empty() {
            return Vec::new();
        }
        let (ticket, effect) = cx.ask(Request::Describe(missing.clone()));
        self.asked = Some((ticket, missing));
        vec![effect]
    }

    /// When [`Self::beat`] has something to do.
    pub fn due(&self, world: &World) -> Option<Instant> {
        if self.asked.is_some() || world.link == Reach::Down {
            None
        } else {
            self.due
        }
    }

    /// When a shown time changes; a time that ran out becomes due, so that the server is asked.
    pub fn ticks_at(&self, now: Instant) -> Option<Instant> {
        self.known
            .values()
            .filter_map(|cell| cell.changes_at(now))
            .min()
    }

    /// Lets a time that has run out be asked about.
    pub fn tick(&mut self, now: Instant) {
        if self.asked.is_none() && self.known.values().any(|cell| cell.millis(now) == Some(0)) {
            self.due.get_or_insert(now + REST);
        }
    }

    /// Takes the answer to the last question; returns the keys that are no longer there.
    pub fn take(
        &mut self,
        ticket: Ticket,
        answer: Result<&[Described], &Fault>,
        now: Instant,
    ) -> Option<Vec<Key>> {
        let (_, keys) = self.asked.take_if(|(own, _)| *own == ticket)?;
        let mut gone = Vec::new();
        for (row, key) in keys.into_iter().enumerate() {
            let cell = match answer {
                Ok(described) => match described.get(row) {
                    Some(told) => Cell {
                        kind: told.kind.clone(),
                        left: told.left.clone(),
                        at: now,
                    },
                    None => continue,
                },
                Err(Fault::Lost) => continue,
                Err(fault) => Cell {
                    kind: Err(fault.clone()),
                    left: Err(fault.clone()),
                    at: now,
                },
            };
            if cell.kind.as_deref() == Ok("none") || cell.left == Ok(Left::Gone) {
                gone.push(key);
            } else {
                self.known.insert(key, cell);
            }
        }
        if self.window.iter().any(|key| !self.known.contains_key(key)) {
            self.due.get_or_insert(now + REST);
        }
        Some(gone)
    }

    /// What was learned by opening a key.
    pub fn learn(&mut self, key: &Key, kind: String, left: Left, now: Instant) {
        if self.window.contains(key) {
            self.known.insert(
                key.clone(),
                Cell {
                    kind: Ok(kind),
                    left: Ok(left),
                    at: now,
                },
            );
        }
    }
}
