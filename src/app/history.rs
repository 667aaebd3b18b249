//! What was done in this session at this server, and whether it can be undone. It is kept in memory only.
use std::collections::HashSet;

use jiff::Zoned;

use crate::model::Key;
use crate::model::undo::{BUDGET, Cannot, Past};
use crate::panes::acl::wish::Step;
use crate::panes::overlay::finder::Item;

/// How many changes are remembered.
const LONGEST: usize = 200;

/// What was done, the newest last.
#[derive(Default)]
pub struct History {
    entries: Vec<Entry>,
    /// How many were ever told: the number of the next one.
    told: u64,
}

/// One thing that was done.
pub struct Entry {
    pub id: u64,
    /// As the person was told: "field deleted".
    pub done: String,
    /// What it is about, safe to print.
    pub about: String,
    at: Zoned,
    pub what: What,
    pub origin: Origin,
}

/// What can be taken back.
#[derive(Clone)]
pub enum What {
    Keys(Past),
    /// Users, by the steps that restore them.
    Users(Vec<Step>),
    /// Nothing, and why.
    Lost(Cannot),
}

/// Who wanted something done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Person,
    /// It took back an earlier change: `u` does not take it back, or it would go to and fro.
    Undo,
}

impl Origin {
    /// Taking back what a person did is an undo; taking that back does again what the person did.
    pub fn back(self) -> Self {
        match self {
            Self::Person => Self::Undo,
            Self::Undo => Self::Person,
        }
    }

    /// What taking it back is called.
    pub fn called(self) -> &'static str {
        match self {
            Self::Person => "undone",
            Self::Undo => "done again",
        }
    }
}

impl What {
    fn bytes(&self) -> u64 {
        match self {
            Self::Keys(past) => past.bytes(),
            Self::Users(_) | Self::Lost(_) => 0,
        }
    }
}

impl History {
    /// Remembers something. Where there is too much to remember, the oldest contents go first.
    pub fn push(
        &mut self,
        done: impl Into<String>,
        about: String,
        at: Zoned,
        what: What,
        origin: Origin,
    ) {
        self.told += 1;
        self.entries.push(Entry {
            id: self.told,
            done: done.into(),
            about,
            at,
            what,
            origin,
        });
        if self.entries.len() > LONGEST {
            self.entries.remove(0);
        }
        let mut bytes: u64 = self.entries.iter().map(|entry| entry.what.bytes()).sum();
        for entry in &mut self.entries {
            if bytes <= BUDGET {
                break;
            }
            let own = entry.what.bytes();
            if own > 0 {
                bytes -= own;
                entry.what = What::Lost(Cannot::new(format!(
                    "its contents were dropped for newer ones: undo keeps {} MiB",
                    BUDGET / 1024 / 1024
                )));
            }
        }
    }

    /// What `u` takes back: of all that is of this kind, the last change that is no undo itself.
    pub fn last(&self, of: impl Fn(&What) -> bool) -> Option<&Entry> {
        let mut newest = self.entries.iter().rev();
        newest.find(|entry| entry.origin == Origin::Person && (of(&entry.what)))
    }

    pub fn get(&self, id: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// It was taken back.
    pub fn remove(&mut self, id: u64) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.id == id)?;
        Some(self.entries.remove(at))
    }

    /// It cannot be taken back any more.
    pub fn lose(&mut self, id: u64, why: Cannot) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            entry.what = What::Lost(why);
        }
    }

    /// These keys are gone: there is no deleting them again.
    pub fn gone(&mut self, keys: &HashSet<&Key>) {
        let all_gone = |what: &What| matches!(what, What::Keys(Past::Restored(back)) if back.iter().all(|key| keys.contains(key)));
        self.entries.retain(|entry| !all_gone(&entry.what));
    }

    /// Another server or database: nothing that is remembered can be taken back there. Tells whether there was
    /// anything.
    pub fn forget(&mut self) -> bool {
        let had = !self.entries.is_empty();
        self.entries.clear();
        had
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The newest first, for a list, with their numbers. `now` is unix time in milliseconds.
    pub fn list(&self, now: i64) -> (Vec<Item>, Vec<u64>) {
        let section = "kept in memory only, until you quit or go to another server or database";
        let item = |entry: &Entry| {
            let refused = match &entry.what {
                What::Keys(past) => past.back(now).err(),
                What::Users(_) => None,
                What::Lost(why) => Some(why.clone()),
            };
            Item {
                section: section.to_owned(),
                keys: entry.at.strftime("%H:%M:%S").to_string(),
                name: match entry.origin {
                    Origin::Person => entry.done.clone(),
                    Origin::Undo => "undo".to_owned(),
                },
                sentence: match entry.origin {
                    Origin::Person => entry.about.clone(),
                    Origin::Undo => format!("{} · {}", entry.done, entry.about),
                },
                refused: refused.map(|why| why.to_string()),
            }
        };
        let newest = || self.entries.iter().rev();
        (
            newest().map(item).collect(),
            newest().map(|entry| entry.id).collect(),
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::undo::{Kept, Life};

    fn gone(bytes: usize) -> What {
        What::Keys(Past::Gone {
            kept: vec![Kept {
                key: "k".into(),
                payload: vec![0; bytes],
                life: Life::Forever,
            }],
            lost: 0,
        })
    }

    fn at() -> Zoned {
        "2026-11-23T07:00:00+01:00[+01:00]".parse().unwrap()
    }

    #[test]
    fn the_oldest_contents_go_first_and_it_is_said() {
        let mut history = History::default();
        let half = usize::try_from(BUDGET / 2).unwrap();
        for name in ["one", "two", "three"] {
            history.push(
                "deleted",
                name.into(),
                at(),
                gone(half - 1000),
                Origin::Person,
            );
        }
        let (items, ids) = history.list(0);
        let named: Vec<&str> = items.iter().map(|item| item.sentence.as_str()).collect();
        assert_eq!(named, ["three", "two", "one"]);
        assert_eq!(ids, [3, 2, 1]);
        let refused: Vec<bool> = items.iter().map(|item| item.refused.is_some()).collect();
        assert_eq!(refused, [false, false, true]);
        assert!(
            items[2]
                .refused
                .as_ref()
                .unwrap()
                .contains("undo keeps 32 MiB")
        );
    }

    #[test]
    fn u_takes_back_what_a_person_did_one_after_the_other() {
        let mut history = History::default();
        for (name, origin) in [
            ("one", Origin::Person),
            ("two", Origin::Person),
            ("back", Origin::Undo),
        ] {
            history.push(name, String::new(), at(), gone(1), origin);
        }
        let last = |history: &History| history.last(|_| true).map(|entry| entry.id);
        assert!(
            history
                .last(|what| matches!(what, What::Users(_)))
                .is_none()
        );
        assert_eq!(last(&history), Some(2));
        history.remove(2);
        assert_eq!(last(&history), Some(1));
        history.remove(1);
        assert_eq!(last(&history), None);
        assert!(history.forget() && !history.forget());
    }

    #[test]
    fn no_more_is_remembered_than_fits_a_list() {
        let mut history = History::default();
        for _ in 0..=LONGEST {
            history.push("x", String::new(), at(), gone(1), Origin::Person);
        }
        assert_eq!(history.entries.len(), LONGEST);
        assert!(history.get(1).is_none());
    }
}
