//! Walking the blocks of a shelf one after the other, by a place that is kept from one step to the next.
use super::block::{Block, Marks};
use super::group::Group;
use super::shelf::Shelf;

/// A place among the blocks of a shelf.
#[derive(Clone, Copy, Default, Debug)]
pub struct Spot {
    pub(super) group: usize,
    pub(super) block: usize,
}

/// Stands for the group of a spot among the loose names, which come behind all groups.
const LOOSE: usize = usize::MAX;

impl Spot {
    /// The start of the group: blocks move there when others are taken out.
    pub fn step_back(&mut self) {
        self.block = 0;
    }

    /// The spot before, in the same group.
    pub(super) fn back(self) -> Self {
        Self {
            block: self.block.saturating_sub(1),
            ..self
        }
    }
}

impl Shelf {
    /// The block at a spot, or the next there is, and the spot behind it.
    pub fn next(&self, spot: Spot) -> Option<(&Block, Spot)> {
        let behind = |spot: Spot| Spot {
            block: spot.block + 1,
            ..spot
        };
        match self {
            Self::One(block) => {
                let here = spot.group == 0 && spot.block == 0;
                here.then(|| (block, behind(spot)))
            }
            Self::Many(groups) => {
                let mut spot = spot;
                loop {
                    if let Some(block) = groups.get(spot.group)?.blocks.get(spot.block) {
                        return Some((block, behind(spot)));
                    }
                    spot = Spot {
                        group: spot.group + 1,
                        block: 0,
                    };
                }
            }
        }
    }

    /// The same, with the blocks of loose names behind those in order.
    pub fn next_of_all(&self, spot: Spot) -> Option<(&Block, Spot)> {
        self.next(spot).or_else(|| {
            let at = if spot.group == LOOSE { spot.block } else { 0 };
            let behind = Spot {
                group: LOOSE,
                block: at + 1,
            };
            Some((self.loose()?.block(at)?, behind))
        })
    }

    /// Sets the marks of the block before a spot on behalf of a search that has not seen it; gives how many there are.
    pub fn mark(&mut self, behind: Spot, search: u32, marks: Marks) -> usize {
        let spot = behind.back();
        if let (LOOSE, Self::Many(groups)) = (spot.group, &mut *self) {
            let loose = groups.loose.as_deref_mut();
            return loose.map_or(0, |loose| loose.mark(spot.block, search, marks));
        }
        let hits = marks.count_ones() as usize;
        if let Some(block) = self.block_mut(spot) {
            block.mark(search, marks);
        }
        if let Some(group) = self.group_mut(spot) {
            group.hits.add(search, hits, 0);
        }
        hits
    }

    /// Takes names out of the loose block before a spot.
    pub fn drop_loose(&mut self, behind: Spot, marks: Marks) -> Option<Block> {
        let Self::Many(groups) = self else {
            return None;
        };
        let loose = groups.loose.as_deref_mut()?;
        (behind.group == LOOSE && marks != 0).then(|| loose.part(behind.back().block, marks))?
    }

    pub(super) fn group_mut(&mut self, spot: Spot) -> Option<&mut Group> {
        match self {
            Self::One(_) => None,
            Self::Many(groups) => groups.get_mut(spot.group),
        }
    }

    /// The block at a spot.
    #[inline]
    pub fn block(&self, spot: Spot) -> Option<&Block> {
        match self {
            Self::One(block) => Some(block),
            Self::Many(groups) => groups.get(spot.group)?.blocks.get(spot.block),
        }
    }

    pub(super) fn block_mut(&mut self, spot: Spot) -> Option<&mut Block> {
        match self {
            Self::One(block) => Some(block),
            Self::Many(groups) => groups.get_mut(spot.group)?.blocks.get_mut(spot.block),
        }
    }
}
