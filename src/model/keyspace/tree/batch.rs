//! Adding many names at once: first the ways of some are traced together, then they are added.
use super::{Id, Tree};
use crate::model::keyspace::block::Block;
use crate::model::keyspace::shelf::Spot;

/// Names whose memory is asked for at once.
const TOUCHED: usize = 32;

/// Where a name would go.
struct Trace<'n> {
    name: &'n [u8],
    /// The last folder of the arena it leads through.
    folder: Id,
    /// What is left of the name there, and whether a separator is in that.
    rest: &'n [u8],
    deep: bool,
    spot: Spot,
    /// The spot is right as long as the names there have this stamp.
    stamp: (usize, usize),
}

impl Tree {
    /// Adds many names; gives how many were not held yet.
    pub fn insert_all<'n>(&mut self, mut names: impl Iterator<Item = &'n [u8]>) -> usize {
        let (mut few, mut count) = (Vec::with_capacity(TOUCHED), 0);
        loop {
            few.clear();
            few.extend(names.by_ref().take(TOUCHED).map(|name| self.trace(name)));
            if few.is_empty() {
                return count;
            }
            // Memory that is read for one name after the other is waited for as often; together, once.
            let mut touched = 0;
            for part in [Block::touch, Block::touch_names] {
                let blocks = few.iter().filter_map(|trace| self.block(trace));
                touched = blocks.fold(touched, |all, block| all ^ part(block));
            }
            std::hint::black_box(touched);
            for trace in &few {
                count += usize::from(self.insert_traced(trace));
            }
        }
    }

    /// Adds a name whose way is known.
    #[inline]
    fn insert_traced(&mut self, trace: &Trace) -> bool {
        let folder = self.folder(trace.folder);
        if trace.deep {
            return if folder.deep.is_some() {
                self.insert_below(trace.folder, trace.rest, trace.name)
            } else {
                self.insert(trace.name)
            };
        }
        let spot = if folder.leaves.stamp(trace.spot) == trace.stamp {
            trace.spot
        } else {
            folder.leaves.find(trace.rest)
        };
        let (seed, is_match) = (self.seed, self.is_match(trace.name));
        let leaves = &mut self.folder_mut(trace.folder).leaves;
        let added = leaves.insert_at(spot, seed, trace.rest, is_match);
        if added.fresh {
            self.count_up(trace.folder, None, added.hit);
        }
        added.fresh
    }

    /// Where a name would go.
    #[inline]
    fn trace<'n>(&self, name: &'n [u8]) -> Trace<'n> {
        let (id, rest) = self.descend(name);
        let deep = self.separator.cut(rest).is_some();
        let folder = self.folder(id);
        let names = match &folder.deep {
            Some(names) if deep => names,
            _ => &folder.leaves,
        };
        let spot = names.find(rest);
        Trace {
            name,
            folder: id,
            rest,
            deep,
            spot,
            stamp: names.stamp(spot),
        }
    }

    #[inline]
    fn block(&self, trace: &Trace) -> Option<&Block> {
        let folder = self.folder(trace.folder);
        match &folder.deep {
            Some(deep) if trace.deep => deep.block(trace.spot),
            _ => folder.leaves.block(trace.spot),
        }
    }
}
