//! Type and time to live of the rows on screen, and of no others.
use std::collections::HashMap;
use std::time::Instant;

use crate::model::Key;
use crate::panes::own::{Met, Own, Standing};
use crate::panes::{Cx, Effects, Mood, News, REST, Reach, World, paint};
use crate::server::{Described, Fault, Left, Request, Ticket};

/// Keys that are gone leave the list; where only such came into the places of so many, these stay and are shown as gone.
/// It would go on without an end when somebody empties the database.
const LEAVING: usize = 8;

/// What is known of the keys on screen.
#[derive(Default)]
pub struct Cells {
    known: HashMap<Key, Cell>,
    /// The keys on screen, as last arranged.
    window: Vec<Key>,
    asked: Option<(Ticket, Vec<Key>)>,
    /// When what is missing is asked for: a short rest after the last change of the window.
    due: Option<Instant>,
    /// How many were gone when they were first asked about, since any was there.
    went: usize,
    /// What splits a name into folders.
    separator: Vec<u8>,
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
    /// Whether the key was no longer there.
    pub fn is_gone(&self) -> bool {
        self.kind.as_deref() == Ok("none") || self.left == Ok(Left::Gone)
    }

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

impl Cells {
    /// No key is on screen yet.
    pub fn new(separator: &[u8]) -> Self {
        Self {
            separator: separator.to_vec(),
            ..Self::default()
        }
    }

    fn folder(&self, key: &Key) -> Vec<u8> {
        key.folder(&self.separator).to_vec()
    }

    /// Of these keys, the ones to ask about now. The server notes every refused key in its ACL LOG, which holds few
    /// entries, so where refusals are to be expected one key of a folder is asked about first and the others wait
    /// for it, or are refused with it.
    fn careful(&mut self, missing: Vec<Key>, own: &Own, now: Instant) -> Vec<Key> {
        let mut asked = Vec::new();
        let mut scouts = Vec::new();
        for key in missing {
            let fault = match own.standing(&key) {
                Standing::Open => {
                    asked.push(key);
                    continue;
                }
                Standing::Unknown => {
                    let folder = self.folder(&key);
                    if scouts.len() < own.tries() && !scouts.contains(&folder) {
                        scouts.push(folder);
                        asked.push(key);
                    }
                    continue;
                }
                Standing::Spared => Fault::Odd("not asked: other keys were refused".into()),
                Standing::Shut(fault) => fault,
            };
            let cell = Cell {
                kind: Err(fault.clone()),
                left: Err(fault),
                at: now,
            };
            self.known.insert(key, cell);
        }
        asked
    }

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
        self.went = 0;
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
        let missing = self.careful(missing, &cx.world.own, now);
        if missing.is_empty() {
            return Vec::new();
        }
        let (ticket, effect) = cx.ask(Request::Describe(missing.clone()));
        self.asked = Some((ticket, missing));
        vec![effect]
    }

    /// Whether the answer to a question that is under way, or about to be asked, tells how this key stands to us.
    pub fn will_tell(&self, key: &Key, world: &World) -> bool {
        let soon = self.asked.is_some() || self.due.is_some();
        soon && world.link == Reach::Up && self.window.contains(key)
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
    pub fn counts_at(&self, now: Instant) -> Option<Instant> {
        let cells = self.known.values();
        cells
            .filter_map(|cell| paint::left_changes_at(cell.millis(now), now))
            .min()
    }

    /// Lets a time that has run out be asked about.
    pub fn tick(&mut self, now: Instant) {
        if self.asked.is_none() && self.known.values().any(|cell| cell.millis(now) == Some(0)) {
            self.due.get_or_insert(now + REST);
        }
    }

    /// Takes the answer to the last question; returns what is to be told: keys that are no longer there,
    /// and how keys stand to us.
    pub fn take(
        &mut self,
        ticket: Ticket,
        answer: Result<&[Described], &Fault>,
        now: Instant,
    ) -> Option<Vec<News>> {
        let (_, keys) = self.asked.take_if(|(own, _)| *own == ticket)?;
        let (mut news, mut gone, mut any_there) = (Vec::new(), Vec::new(), false);
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
            news.push(News::Met(key.clone(), met(&cell)));
            if cell.is_gone() && self.known.remove(&key).is_some() {
                // Its time ran out, which was to be expected.
                self.window.retain(|other| *other != key);
                news.push(News::Gone(key));
            } else if cell.is_gone() {
                gone.push((key, cell));
            } else {
                any_there = true;
                self.known.insert(key, cell);
            }
        }
        news.extend(self.bury(gone, any_there));
        if self.window.iter().any(|key| !self.known.contains_key(key)) {
            // Those whose folder was asked about first have waited long enough.
            self.due.get_or_insert(now);
        }
        Some(news)
    }

    /// These keys are gone, and others that were asked about are there, or not.
    fn bury(&mut self, gone: Vec<(Key, Cell)>, any_there: bool) -> Vec<News> {
        let before = if any_there { 0 } else { self.went };
        self.went = before + gone.len();
        if before < LEAVING || gone.is_empty() {
            // They are not asked about again until the next frame, which shows others in their place.
            let leaves = |key: &Key| gone.iter().any(|(left, _)| left == key);
            self.window.retain(|key| !leaves(key));
            return gone.into_iter().map(|(key, _)| News::Gone(key)).collect();
        }
        self.known.extend(gone);
        let words = "the keys here are gone: they expired or were deleted; ctrl-r scans again";
        vec![News::Say(Mood::Plain, words.to_owned())]
    }

    /// The keys beside this one can be asked about after all.
    pub fn retry(&mut self, key: &Key, now: Instant) {
        let folder = self.folder(key);
        let beside = |other: &Key| other.folder(&self.separator) == folder;
        let before = self.known.len();
        self.known
            .retain(|other, cell| !(beside(other) && cell.kind.is_err()));
        if self.known.len() < before {
            self.due.get_or_insert(now);
        }
    }

    /// What was learned by opening a key.
    pub fn learn(&mut self, key: &Key, kind: String, left: Result<Left, Fault>, now: Instant) {
        // What is not on screen is forgotten with the next window.
        let cell = Cell {
            kind: Ok(kind),
            left,
            at: now,
        };
        self.known.insert(key.clone(), cell);
    }
}

/// What came of asking about a key.
fn met(cell: &Cell) -> Met {
    let foreign =
        |fault: &Fault| matches!(fault, Fault::Denied { command, .. } if command == "key");
    match (&cell.kind, &cell.left) {
        (Err(fault), _) | (Err(Fault::Denied { .. }), Err(fault)) if foreign(fault) => {
            Met::Refused(fault.clone())
        }
        (Err(Fault::Denied { .. }), Err(Fault::Denied { .. })) => Met::Untold,
        _ => Met::Answered,
    }
}
