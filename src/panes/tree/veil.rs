//! Names that are not ours, kept out of sight. A courtesy to the eye and no fence: SCAN shows them to everybody.
use crate::model::acl::escape;
use crate::model::keyspace::{Keyspace, Order, Spot};
use crate::model::printed::print;
use crate::model::{Key, Names, glob};

use super::listing::{Listing, Scan};

/// Which names are ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ours {
    /// Those that begin so: chosen by the person.
    Prefix(Vec<u8>),
    /// Those that one of these patterns lets in: our own rules.
    Patterns(Vec<Vec<u8>>),
}

impl Ours {
    pub fn hold(&self, name: &[u8]) -> bool {
        match self {
            Self::Prefix(prefix) => name.starts_with(prefix),
            Self::Patterns(patterns) => {
                let lets_in = |pattern: &Vec<u8>| glob::matches(pattern, name);
                patterns.iter().any(lets_in)
            }
        }
    }

    /// `myapp:*`, safe to print.
    pub fn words(&self) -> String {
        match self {
            Self::Prefix(prefix) => format!("{}*", print(prefix)),
            Self::Patterns(patterns) => match patterns.as_slice() {
                [] => "no keys".to_owned(),
                [pattern] => print(pattern),
                patterns => format!("{} patterns", patterns.len()),
            },
        }
    }

    /// What each of them begins with, whatever follows.
    fn starts(&self) -> Vec<Vec<u8>> {
        match self {
            Self::Prefix(prefix) => vec![prefix.clone()],
            Self::Patterns(patterns) => {
                let start = |pattern: &Vec<u8>| escape::split(pattern).0;
                patterns.iter().map(start).collect()
            }
        }
    }
}

/// Names are gone over in groups of so many.
const BATCH: usize = 1000;

/// A second holding of names beside the one that is shown.
pub struct Veil {
    ours: Ours,
    /// All names while others are hidden; ours while all are shown.
    beside: Keyspace,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Drawn,
    Lifted,
}

impl Listing {
    /// Shows only our names from now on.
    pub fn cover(&mut self, ours: Ours, separator: &[u8], order: Order) {
        self.uncover();
        let mut own = Keyspace::new(separator);
        own.set_order(order);
        for start in ours.starts() {
            // What stands behind the last separator is no folder, and so no place to look below.
            let folder = match Key::new(start.as_slice()).folder(separator) {
                _ if start.ends_with(separator) => start.clone(),
                [] => Vec::new(),
                folder => [folder, separator].concat(),
            };
            let mut batch = Names::default();
            self.keys.each_below(&Key::new(folder), |name| {
                if ours.hold(name) {
                    batch.push(name);
                }
                if batch.len() == BATCH {
                    own.insert_all(std::mem::take(&mut batch).iter());
                }
            });
            own.insert_all(batch.iter());
            if start.ends_with(separator) {
                own.open(&Key::new(start));
            }
        }
        if *self.scan() == Scan::Complete {
            own.complete();
        }
        let all = std::mem::replace(&mut self.keys, own);
        self.veil = Some(Veil {
            ours,
            beside: all,
            state: State::Drawn,
        });
        self.stand_somewhere();
    }

    /// Shows all names, and knows no more which are ours.
    pub fn uncover(&mut self) {
        self.lift();
        self.veil = None;
    }

    /// Hides the names of others, or shows them again.
    pub fn turn(&mut self) {
        if let Some(veil) = &mut self.veil {
            std::mem::swap(&mut self.keys, &mut veil.beside);
            veil.state = match veil.state {
                State::Drawn => State::Lifted,
                State::Lifted => State::Drawn,
            };
        }
        self.stand_somewhere();
    }

    fn lift(&mut self) {
        if self.hides() {
            self.turn();
        }
    }

    /// Whether names of others are hidden.
    pub fn hides(&self) -> bool {
        self.veil
            .as_ref()
            .is_some_and(|veil| veil.state == State::Drawn)
    }

    /// Which names are shown alone, in words.
    pub fn shows_only(&self) -> Option<String> {
        self.veil
            .as_ref()
            .filter(|veil| veil.state == State::Drawn)
            .map(|veil| veil.ours.words())
    }

    /// How many loaded names are not ours.
    pub fn others(&self) -> usize {
        self.veil
            .as_ref()
            .map_or(0, |veil| veil.beside.keys().abs_diff(self.keys.keys()))
    }

    /// Adds a name; true when it is new and shown.
    pub fn insert(&mut self, name: &[u8]) -> bool {
        let Some(veil) = &mut self.veil else {
            return self.keys.insert(name);
        };
        let ours = veil.ours.hold(name);
        match veil.state {
            State::Drawn => {
                veil.beside.insert(name);
                ours && self.keys.insert(name)
            }
            State::Lifted => {
                if ours {
                    veil.beside.insert(name);
                }
                self.keys.insert(name)
            }
        }
    }

    /// Adds names.
    pub fn insert_all<'n>(&mut self, names: impl Iterator<Item = &'n [u8]>) {
        let Some(veil) = &mut self.veil else {
            self.keys.insert_all(names);
            return;
        };
        let (all, own) = match veil.state {
            State::Drawn => (&mut veil.beside, &mut self.keys),
            State::Lifted => (&mut self.keys, &mut veil.beside),
        };
        let names: Vec<&[u8]> = names.collect();
        all.insert_all(names.iter().copied());
        own.insert_all(names.into_iter().filter(|name| veil.ours.hold(name)));
    }

    /// All names are there: those that came twice are to be found.
    pub(super) fn complete(&mut self) {
        self.keys.complete();
        if let Some(veil) = &mut self.veil {
            veil.beside.complete();
        }
    }

    /// Works at what is left to do, on about this many names; true while more remains.
    pub fn work(&mut self, names: usize) -> bool {
        match &mut self.veil {
            Some(veil) if !self.keys.is_working() => veil.beside.work(names),
            _ => self.keys.work(names),
        };
        self.is_working()
    }

    pub fn is_working(&self) -> bool {
        let beside = self.veil.as_ref();
        self.keys.is_working() || beside.is_some_and(|veil| veil.beside.is_working())
    }

    /// Takes a name out; true when it was held.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        let beside = self.veil.as_mut().map(|veil| veil.beside.remove(name));
        self.keys.remove(name) || beside == Some(true)
    }

    /// Forgets all names; what is ours is still known.
    pub(super) fn clear(&mut self) {
        self.keys.clear();
        if let Some(veil) = &mut self.veil {
            veil.beside.clear();
        }
    }

    pub fn set_order(&mut self, order: Order) {
        self.keys.set_order(order);
        if let Some(veil) = &mut self.veil {
            veil.beside.set_order(order);
        }
    }

    /// The cursor stays on what it stood on where that is shown, in folders that are opened for it.
    fn stand_somewhere(&mut self) {
        self.keys.settle();
        if let Some(spot) = self.selected.clone() {
            let shown = match &spot {
                Spot::Key(key) => self.keys.contains(key.bytes()),
                Spot::Folder(folder) => self.keys.count_below(folder) > 0,
            };
            if shown {
                self.reveal(&spot);
            }
        }
    }
}
