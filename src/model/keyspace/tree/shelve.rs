//! Shelving: loose names are put in order where somebody looks, a few at a time; who came twice is found then.
use super::{Id, ROOT, Tree};
use crate::model::keyspace::block::Block;
use crate::model::keyspace::group::{alike, first_eight};
use crate::model::keyspace::loose::Loose;
use crate::model::keyspace::shelf::Shelf;

/// Which names of a folder.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Part {
    #[default]
    Leaves,
    Deep,
}

impl Tree {
    /// Puts about this many loose names of a folder in order, whatever is searched for; false when there are none.
    pub(super) fn shelve_any(&mut self, id: Id, names: usize) -> bool {
        self.shelve(id, Part::Deep, |loose| loose.pop(names)) > 0
            || self.shelve(id, Part::Leaves, |loose| loose.pop(names)) > 0
    }

    /// The same with what is shown of a folder: of a search, its matches. Gives how many.
    pub(super) fn shelve_shown(&mut self, id: Id, names: usize) -> usize {
        let deep = self.shelve(id, Part::Deep, |loose| loose.pop(names));
        if deep > 0 {
            return deep;
        }
        match self.lens() {
            None => self.shelve(id, Part::Leaves, |loose| loose.pop(names)),
            Some(search) => self.shelve_matching(id, search, names),
        }
    }

    /// Puts about this many keys in order that stand directly in a folder and match.
    pub(super) fn shelve_matching(&mut self, id: Id, search: u32, names: usize) -> usize {
        let matching = self.folder(id).leaves.loose();
        if matching.is_none_or(|loose| loose.count(Some(search)) == 0) {
            return 0;
        }
        self.shelve(id, Part::Leaves, |loose| {
            loose.take(names, |block| block.marks(search))
        })
    }

    /// Puts a key in order, so that it has a row where its folder is open.
    pub fn bring_up(&mut self, name: &[u8]) {
        let (id, label) = self.descend(name);
        self.shelve(id, Part::Leaves, |loose| {
            loose.take(1, |block| block.marks_of(|name| name == label))
        });
    }

    /// Puts the names in order that are taken so; gives how many.
    fn shelve(&mut self, id: Id, part: Part, take: impl FnOnce(&mut Loose) -> Vec<Block>) -> usize {
        let Some(names) = self.names_mut(id, part) else {
            return 0;
        };
        let blocks = names.loosen(take);
        if blocks.is_empty() {
            return 0;
        }
        let (seed, lens) = (self.seed, self.lens());
        let mut path = lens.map(|_| self.path(id)).unwrap_or_default();
        let (length, ordered) = (path.len(), in_order(&blocks));
        let count = ordered.len();
        let (mut fresh, mut hits) = (0, 0);
        for (_, name) in ordered {
            let is_match = lens.and_then(|_| {
                path.truncate(length);
                path.extend_from_slice(name);
                self.is_match(&path)
            });
            let Some(names) = self.names_mut(id, part) else {
                break;
            };
            let added = names.insert(seed, name, is_match);
            fresh += usize::from(added.fresh);
            hits += usize::from(added.hit);
        }
        self.drop_twins(id, count - fresh);
        if let Some(search) = lens {
            let before: usize = blocks.iter().map(|block| block.count(lens)).sum();
            self.add_hits(id, search, hits, before);
        }
        if let Some(twins) = &mut self.twins {
            twins.step_back(id);
        }
        self.touch(id);
        count
    }

    pub(super) fn names_mut(&mut self, id: Id, part: Part) -> Option<&mut Shelf> {
        let folder = self.folder_mut(id);
        match part {
            Part::Leaves => Some(&mut folder.leaves),
            Part::Deep => folder.deep.as_deref_mut(),
        }
    }

    /// Counts fewer keys from a folder upwards, as some were counted twice.
    pub(super) fn drop_twins(&mut self, id: Id, twins: usize) {
        if twins == 0 {
            return;
        }
        self.touch(id);
        let mut at = id;
        loop {
            self.folder_mut(at).keys -= twins;
            if at == ROOT {
                return;
            }
            if self.order == super::Order::Count {
                self.recount(at, false);
            }
            at = self.folder(at).parent;
        }
    }
}

/// The names of some blocks in order, each with the eight bytes behind what all have alike.
fn in_order(blocks: &[Block]) -> Vec<(u64, &[u8])> {
    let names = || blocks.iter().flat_map(Block::iter);
    let first = names().next().unwrap_or_default();
    let skip = names().fold(first.len(), |skip, name| alike(&first[..skip], name));
    let mut names: Vec<_> = names()
        .map(|name| (first_eight(&name[skip..]), name))
        .collect();
    names.sort_unstable();
    names
}
