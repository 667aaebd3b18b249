//! Twins: a walk may bring a name twice, and among loose names nobody notices. When the walk is over they are looked
//! for, a slice at a time, so that what is counted is what there is.
use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use super::shelve::Part;
use super::{Id, Tree};
use crate::model::keyspace::block::{Block, Marks};
use crate::model::keyspace::seed::{AsIs, Seed};
use crate::model::keyspace::shelf::Shelf;
use crate::model::keyspace::spot::Spot;

/// Bits of the sieve for a name: one name in so many is compared for no reason.
const BITS: usize = 16;
/// Stands for the parent in hashes of whole names.
const WHOLE: u32 = Id::MAX;
/// What looking at a folder counts, in names.
const FOLDER_COST: usize = 4;

/// How far the look for twins has come.
#[derive(Default)]
pub struct Twins {
    folder: Id,
    part: Part,
    spot: Spot,
    step: Step,
}

/// What is done with the names of one shelf.
#[derive(Default)]
enum Step {
    #[default]
    Begin,
    /// Each name sets a bit; who finds it set may have a twin.
    Sift {
        sieve: Vec<u64>,
        suspects: HashSet<u64, BuildHasherDefault<AsIs>>,
    },
    /// Suspects are compared.
    Compare {
        suspects: HashSet<u64, BuildHasherDefault<AsIs>>,
        seen: HashSet<Box<[u8]>>,
    },
    Done,
}

impl Step {
    /// Looks at the names of a block; gives those that were there before.
    fn look(&mut self, seed: Seed, block: &Block) -> Marks {
        match self {
            Self::Begin | Self::Done => 0,
            Self::Sift { sieve, suspects } => {
                for name in block.iter() {
                    let hash = seed.hash(WHOLE, name);
                    let at = hash as usize & (sieve.len() * 64 - 1);
                    if sieve[at / 64] >> (at % 64) & 1 == 1 {
                        suspects.insert(hash);
                    }
                    sieve[at / 64] |= 1 << (at % 64);
                }
                0
            }
            Self::Compare { suspects, seen } => block.marks_of(|name| {
                suspects.contains(&seed.hash(WHOLE, name)) && !seen.insert(name.into())
            }),
        }
    }

    /// What is to be done when all names of a shelf were looked at.
    fn after(&mut self, names: &Shelf) -> Self {
        match std::mem::take(self) {
            Self::Begin if names.loose().is_some() => {
                let words = (names.count(None) * BITS / 64).next_power_of_two();
                Self::Sift {
                    sieve: vec![0; words],
                    suspects: HashSet::default(),
                }
            }
            Self::Sift { suspects, .. } if !suspects.is_empty() => Self::Compare {
                // To grow would take too long at once where there are very many.
                seen: HashSet::with_capacity(suspects.len()),
                suspects,
            },
            _ => Self::Done,
        }
    }
}

impl Twins {
    /// To be called when loose names of a folder were put in order: these are looked at anew.
    pub(super) fn step_back(&mut self, id: Id) {
        if self.folder == id {
            (self.spot, self.step) = Default::default();
        }
    }
}

impl Tree {
    /// Looks for twins from now on.
    pub fn look_for_twins(&mut self) {
        self.twins = Some(Twins::default());
    }

    /// Whether twins are still to be looked for.
    pub fn is_looking_for_twins(&self) -> bool {
        self.twins.is_some()
    }

    /// Looks at about this many names.
    pub fn look_for_twins_on(&mut self, names: usize) {
        let mut left = names;
        while left > 0
            && let Some(mut twins) = self.twins.take()
        {
            if (twins.folder as usize) < self.folders.len() {
                self.look_in_shelf(&mut twins, &mut left);
                self.twins = Some(twins);
            }
        }
    }

    /// Looks at one shelf as far as it goes.
    fn look_in_shelf(&mut self, twins: &mut Twins, left: &mut usize) {
        let (id, part, seed) = (twins.folder, twins.part, self.seed);
        let mut dropped = Vec::new();
        if let Some(names) = self.names_mut(id, part) {
            while *left > 0 && !matches!(twins.step, Step::Done) {
                let begins = matches!(twins.step, Step::Begin);
                let next = names.next_of_all(twins.spot).filter(|_| !begins);
                let Some((block, spot)) = next else {
                    (twins.step, twins.spot) = (twins.step.after(names), Spot::default());
                    continue;
                };
                *left = left.saturating_sub(block.len().max(1));
                let marks = twins.step.look(seed, block);
                dropped.extend(names.drop_loose(spot, marks));
                twins.spot = spot;
            }
        } else {
            twins.step = Step::Done;
        }
        if matches!(twins.step, Step::Done) {
            *left = left.saturating_sub(FOLDER_COST);
            (twins.folder, twins.part) = match part {
                Part::Leaves => (id, Part::Deep),
                Part::Deep => (id + 1, Part::Leaves),
            };
            (twins.step, twins.spot) = Default::default();
        }
        if let Some(search) = self.lens() {
            let hits = dropped.iter().map(|block| block.count(Some(search)));
            self.add_hits(id, search, 0, hits.sum());
        }
        self.drop_twins(id, dropped.iter().map(Block::len).sum());
    }
}
