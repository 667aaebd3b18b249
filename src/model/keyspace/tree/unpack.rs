//! Unpacking: what stands deep in a shown folder gets folders of its own, a few names at a time.
use super::{Id, Tree};
use crate::model::keyspace::block::Block;

/// Names put in order in the time one gets a folder.
const SHELVING: usize = 8;
/// How many are put in order at once: what lies near each other is found together.
const SHELVED: usize = 16_384;

impl Tree {
    /// The folder of this path; unpacks what is above it as far as needed. `None` when it holds no key; of a search,
    /// none that matches.
    pub fn enter(&mut self, path: &[u8]) -> Option<Id> {
        if self.count_below(path, self.lens()) == 0 {
            return None;
        }
        loop {
            let (id, rest) = self.descend(path);
            let Some((_, below)) = self.separator.cut(rest) else {
                return rest.is_empty().then_some(id);
            };
            let child = &rest[..rest.len() - below.len()];
            if self.unpack(id, child, child, |name| name.starts_with(child)) == 0 {
                return None;
            }
        }
    }

    /// Has a folder put in order and unpacked if it is shown, a few names at a time.
    pub(super) fn queue(&mut self, id: Id) {
        let shown = self.is_open(id);
        let folder = &mut self.folders[id as usize];
        if let Some(view) = &mut folder.view
            && (folder.deep.is_some() || folder.leaves.loose().is_some())
            && shown
            && !view.queued
        {
            view.queued = true;
            self.unpacking.push(id);
        }
    }

    /// Whether shown folders are still to be unpacked, or put in order.
    pub fn is_unpacking(&self) -> bool {
        !self.unpacking.is_empty()
    }

    /// Unpacks about this many names, or puts more of them in order.
    pub fn unpack_on(&mut self, names: usize) {
        let mut left = names;
        while left > 0
            && let Some(&id) = self.unpacking.last()
        {
            if let Some(done) = self.shelve_or_unpack(id, left * SHELVING) {
                left = left.saturating_sub(done);
                continue;
            }
            self.unpacking.pop();
            if let Some(view) = &mut self.folder_mut(id).view {
                view.queued = false;
            }
            self.prune(id);
        }
    }

    /// Puts what is shown of a folder in order, so many names at most, and unpacks when that is done; gives what it
    /// came to. `None` when there is nothing to do, or nobody sees it.
    fn shelve_or_unpack(&mut self, id: Id, names: usize) -> Option<usize> {
        if !self.is_open(id) {
            return None;
        }
        match self.shelve_shown(id, names.min(SHELVED)) {
            0 => self.unpack_block(id),
            shelved => Some(shelved.div_ceil(SHELVING)),
        }
    }

    /// Unpacks the labels of one block, of a search those that lead to matches; gives how many names. `None` when
    /// there is none, or nobody sees it.
    fn unpack_block(&mut self, id: Id) -> Option<usize> {
        let lens = self.lens();
        let deep = self.folder(id).deep.as_ref()?;
        let block = deep.blocks().find(|block| block.count(lens) > 0)?;
        let cut = |name: &[u8]| {
            let below = self.separator.cut(name).map(|(_, below)| below.len());
            name[..name.len() - below.unwrap_or(0)].to_vec()
        };
        let mut labels: Vec<Vec<u8>> = block.shown(lens).map(cut).collect();
        labels.sort_unstable();
        labels.dedup();
        let (first, last) = (labels.first()?.clone(), labels.last()?.clone());
        // No label begins with another, as each ends where it has its first separator.
        let is_named = |name: &[u8]| {
            let behind = labels.partition_point(|label| label.as_slice() <= name);
            behind > 0 && name.starts_with(&labels[behind - 1])
        };
        Some(self.unpack(id, &first, &last, is_named))
    }

    /// Makes folders of the deep names that are to go; gives how many names.
    fn unpack(&mut self, id: Id, from: &[u8], last: &[u8], goes: impl Fn(&[u8]) -> bool) -> usize {
        let search = self.lens().unwrap_or(0);
        let folder = self.folder_mut(id);
        let Some(deep) = &mut folder.deep else {
            return 0;
        };
        let (blocks, hits) = deep.take(from, last, search, goes);
        folder.deep.take_if(|deep| deep.count(None) == 0);
        if let Some(search) = &mut self.search {
            search.step_back();
        }
        let mut name = self.path(id);
        let (path, mut count, mut won, mut twins) = (name.len(), 0, 0, 0);
        let mut names: Vec<&[u8]> = blocks.iter().flat_map(Block::iter).collect();
        names.sort_unstable_by_key(|name| self.separator.cut(name));
        for rest in names {
            name.truncate(path);
            name.extend_from_slice(rest);
            let is_match = self.is_match(&name);
            let Some((label, below)) = self.separator.cut(rest) else {
                continue;
            };
            let child = self
                .child(id, label)
                .unwrap_or_else(|| self.grow(id, label));
            let (holder, added) = self.place(child, below, is_match);
            if added.fresh {
                self.count_up(holder, Some(id), added.hit);
            } else {
                twins += 1;
            }
            won += usize::from(added.hit);
            count += 1;
        }
        self.drop_twins(id, twins);
        if won != hits {
            self.add_hits(id, search, won, hits);
        }
        count
    }
}
