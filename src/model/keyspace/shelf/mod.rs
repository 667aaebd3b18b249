//! A shelf: the names of a folder in blocks that follow each other in order; a block is sorted only while it is read.
//!
//! So a folder of millions is never sorted, opening it costs nothing, and a name that comes finds its block by two
//! bisections. Row to name and name to row count blocks. While nobody looks, names that come are kept [`Loose`].
use super::block::Block;
use super::group::Group;
use super::groups::Groups;
use super::loose::Loose;
use super::seed::Seed;
use super::spot::Spot;

/// A set of names in order.
pub enum Shelf {
    /// Most folders are small.
    One(Block),
    /// In order; there is one at least.
    Many(Groups),
}

/// What adding a name came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Added {
    /// It was not here before.
    pub fresh: bool,
    /// It is one more match of the search that is on.
    pub hit: bool,
}

impl Default for Shelf {
    fn default() -> Self {
        Self::One(Block::default())
    }
}

impl Shelf {
    /// How many names it holds, loose ones that are here twice counted twice; of a search, how many match so far.
    pub fn count(&self, search: Option<u32>) -> usize {
        let loose = self.loose().map_or(0, |loose| loose.count(search));
        self.rows(search) + loose
    }

    /// How many of them are in order.
    pub fn rows(&self, search: Option<u32>) -> usize {
        match self {
            Self::One(block) => block.count(search),
            Self::Many(groups) => groups.iter().map(|group| group.count(search)).sum(),
        }
    }

    /// Adds a name: in order, or as it comes where nobody looks.
    #[inline]
    pub fn receive(
        &mut self,
        in_order: bool,
        seed: Seed,
        name: &[u8],
        is_match: Option<(u32, bool)>,
    ) -> Added {
        if in_order {
            self.insert(seed, name, is_match)
        } else {
            self.add(seed, name, is_match)
        }
    }

    /// Adds a name without looking for it among many: it stays loose, and may be here twice from now on.
    #[inline]
    pub fn add(&mut self, seed: Seed, name: &[u8], is_match: Option<(u32, bool)>) -> Added {
        let groups = match self {
            Self::One(block) if !block.is_full() => return self.insert(seed, name, is_match),
            Self::One(block) => {
                *self = Self::Many(Groups::loose(std::mem::take(block)));
                return self.add(seed, name, is_match);
            }
            Self::Many(groups) => groups,
        };
        let hit = groups
            .loose
            .get_or_insert_default()
            .push(seed.print(name), name, is_match);
        Added { fresh: true, hit }
    }

    /// The names that are not in order yet.
    pub fn loose(&self) -> Option<&Loose> {
        match self {
            Self::One(_) => None,
            Self::Many(groups) => groups.loose.as_deref(),
        }
    }

    /// Takes loose names out by some means of theirs, to be inserted anew.
    pub fn loosen(&mut self, take: impl FnOnce(&mut Loose) -> Vec<Block>) -> Vec<Block> {
        let Self::Many(groups) = self else {
            return Vec::new();
        };
        let taken = groups.loose.as_deref_mut().map(take).unwrap_or_default();
        groups.loose.take_if(|loose| loose.count(None) == 0);
        taken
    }

    /// Adds a name in order unless it is here so. `is_match` is for a search that is on: its number and whether the name matches.
    #[inline]
    pub fn insert(&mut self, seed: Seed, name: &[u8], is_match: Option<(u32, bool)>) -> Added {
        self.insert_at(self.find(name), seed, name, is_match)
    }

    /// The same where its place is known, by [`Self::find`].
    #[inline]
    pub fn insert_at(
        &mut self,
        mut spot: Spot,
        seed: Seed,
        name: &[u8],
        is_match: Option<(u32, bool)>,
    ) -> Added {
        let print = seed.print(name);
        loop {
            let (block, tally) = match self {
                Self::One(block) => (Some(block), None),
                Self::Many(groups) => match groups.get_mut(spot.group) {
                    Some(group) => (
                        group.blocks.get_mut(spot.block),
                        Some((&mut group.names, &mut group.hits)),
                    ),
                    None => (None, None),
                },
            };
            let is_new = |block: &&mut Block| block.page().rank(print, name).is_none();
            let Some(block) = block.filter(is_new) else {
                return Added::default();
            };
            if !block.is_full() {
                let hit = block.push(print, name, is_match);
                if let Some((names, hits)) = tally {
                    *names += 1;
                    if let (true, Some((search, _))) = (hit, is_match) {
                        hits.add(search, 1, 0);
                    }
                }
                return Added { fresh: true, hit };
            }
            self.split(spot);
            spot = self.find(name);
        }
    }

    /// Takes a name out; `None` when it is not here, else whether it was a match of this search.
    pub fn remove(&mut self, seed: Seed, name: &[u8], search: u32) -> Option<bool> {
        let (spot, print) = (self.find(name), seed.print(name));
        let block = self.block_mut(spot)?;
        let Some(rank) = block.page().rank(print, name) else {
            let mut hit = None;
            self.loosen(|loose| {
                hit = loose.remove(print, name, search);
                Vec::new()
            });
            return hit;
        };
        let hit = block.marks(search) >> rank & 1 == 1;
        block.remove(rank);
        self.taken(spot, search, 1, usize::from(hit));
        Some(hit)
    }

    /// Whether a name is here; of a search, whether it is known to match.
    pub fn holds(&self, seed: Seed, name: &[u8], search: Option<u32>) -> bool {
        let print = seed.print(name);
        let found = |block: &Block| {
            let rank = block.page().rank(print, name)?;
            Some(search.is_none_or(|search| block.marks(search) >> rank & 1 == 1))
        };
        let is_loose = || {
            self.loose()
                .is_some_and(|loose| loose.holds(print, name, search))
        };
        self.block(self.find(name)).and_then(found) == Some(true) || is_loose()
    }

    /// The row of a name among those shown.
    pub fn row_of(&self, name: &[u8], search: Option<u32>) -> Option<usize> {
        let spot = self.find(name);
        let block = self.block(spot)?;
        let is_here = block.shown(search).any(|held| held == name);
        let lower = block.shown(search).filter(|held| *held < name).count();
        let before = self.groups().get(..spot.group).unwrap_or(&[]);
        let beside = self.groups().get(spot.group);
        let beside = beside.and_then(|group| group.blocks.get(..spot.block));
        let groups: usize = before.iter().map(|group| group.count(search)).sum();
        let blocks = beside.unwrap_or(&[]).iter();
        let blocks: usize = blocks.map(|block| block.count(search)).sum();
        is_here.then_some(groups + blocks + lower)
    }

    /// Changes whenever blocks of the group at a spot, or groups, come or go.
    #[inline]
    pub fn stamp(&self, spot: Spot) -> (usize, usize) {
        let groups = self.groups();
        let blocks = groups.get(spot.group).map_or(0, |group| group.blocks.len());
        (groups.len(), blocks)
    }

    /// The names shown from a row on, at most `count`, in order.
    pub fn window(&self, row: usize, count: usize, search: Option<u32>) -> Vec<&[u8]> {
        let (mut spot, mut skip) = (Spot::default(), row);
        while let Some(group) = self.groups().get(spot.group)
            && group.count(search) <= skip
        {
            skip -= group.count(search);
            spot.group += 1;
        }
        let mut rows = Vec::new();
        while rows.len() < count
            && let Some((block, next)) = self.next(spot)
        {
            let here = block.count(search);
            if here <= skip {
                skip -= here;
            } else {
                let mut names: Vec<&[u8]> = block.shown(search).collect();
                names.sort_unstable();
                rows.extend(names.into_iter().skip(skip).take(count - rows.len()));
                skip = 0;
            }
            spot = next;
        }
        rows
    }

    /// All names, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.all_blocks().flat_map(Block::iter)
    }

    /// How many names begin so; of a search, how many of them match so far.
    pub fn count_below(&self, prefix: &[u8], search: Option<u32>) -> usize {
        let count_in = |block: &Block| {
            let names = block.shown(search);
            names.filter(|name| name.starts_with(prefix)).count()
        };
        let mut spot = self.find(prefix);
        let loose = self.loose().into_iter().flat_map(Loose::blocks);
        let mut count = loose.map(count_in).sum();
        while let Some((block, next)) = self.next(spot) {
            count += count_in(block);
            if is_past(block, prefix) {
                break;
            }
            spot = next;
        }
        count
    }

    /// Takes out the names that are to go, from the block of `from` on to those that begin with `last`; gives them,
    /// and how many matches of a search were among them.
    pub fn take(
        &mut self,
        from: &[u8],
        last: &[u8],
        search: u32,
        goes: impl Fn(&[u8]) -> bool,
    ) -> (Vec<Block>, usize) {
        let mut spot = self.find(from);
        let mut taken = self.loosen(|loose| loose.take(usize::MAX, |block| block.marks_of(&goes)));
        let mut all_hits = taken.iter().map(|block| block.count(Some(search))).sum();
        while let Some((block, next)) = self.next(spot) {
            let past = is_past(block, last);
            spot = next.back();
            let Some(block) = self.block_mut(spot) else {
                break;
            };
            let out = block.part(block.marks_of(&goes));
            let (hits, stays) = (out.count(Some(search)), block.len() > 0);
            all_hits += hits;
            self.taken(spot, search, out.len(), hits);
            taken.push(out);
            if past {
                break;
            }
            let one_left = || {
                self.groups()
                    .get(spot.group)
                    .is_none_or(|group| group.blocks.len() == 1)
            };
            if stays || one_left() {
                spot = next;
            }
        }
        (taken, all_hits)
    }

    /// All blocks: first those in order, then those of loose names.
    pub fn all_blocks(&self) -> impl Iterator<Item = &Block> {
        self.blocks()
            .chain(self.loose().into_iter().flat_map(Loose::blocks))
    }

    /// The blocks in order.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        let one = match self {
            Self::One(block) => Some(block),
            Self::Many(_) => None,
        };
        let many = self.groups().iter().flat_map(|group| &group.blocks);
        one.into_iter().chain(many)
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        match self {
            Self::One(block) => block.heap_bytes(),
            Self::Many(groups) => groups.heap_bytes(),
        }
    }

    pub(super) fn groups(&self) -> &[Group] {
        match self {
            Self::One(_) => &[],
            Self::Many(groups) => groups,
        }
    }

    /// Where a name is or belongs.
    #[inline]
    pub fn find(&self, name: &[u8]) -> Spot {
        match self {
            Self::One(_) => Spot::default(),
            Self::Many(groups) => {
                let group = groups.place(name);
                let block = groups.get(group).map_or(0, |group| group.place(name));
                Spot { group, block }
            }
        }
    }

    /// Cuts a full block in two.
    fn split(&mut self, spot: Spot) {
        if let Self::One(block) = self {
            *self = Self::Many(Groups::new(std::mem::take(block)));
        }
        if let Self::Many(groups) = self {
            groups.split(spot.group, spot.block);
        }
    }

    /// Counts names that were taken out of a block.
    fn taken(&mut self, spot: Spot, search: u32, names: usize, hits: usize) {
        if let Some(group) = self.group_mut(spot) {
            group.names -= names;
            group.hits.add(search, 0, hits);
            group.drop_empty(spot.block);
        }
    }
}

/// Whether names that begin so stand in no later block.
fn is_past(block: &Block, prefix: &[u8]) -> bool {
    block
        .iter()
        .any(|name| name > prefix && !name.starts_with(prefix))
}

#[cfg(test)]
mod tests;
