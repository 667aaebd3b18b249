//! A group: the blocks of a range of names, found by the first bytes in which names of that range differ.
use super::block::{Block, MOST, Marks};
use super::hits::Hits;

/// Blocks a group holds at most before it is cut in two.
const MOST_BLOCKS: usize = 256;
/// One name of so many tells where the middle is.
const SAMPLED: usize = 8;
/// Blocks there is room for when one more comes.
const SPARE: usize = 16;

/// Blocks in the order of the names they take. There is one at least.
#[derive(Default)]
pub struct Group {
    /// No name in it is lower; empty for the lowest group.
    pub low: Box<[u8]>,
    /// Bytes all names of the range begin with alike; `low` has them.
    skip: usize,
    pub blocks: Vec<Block>,
    /// What parts each block from the next: the eight bytes behind `skip` with which the names of the next begin.
    heads: Vec<u64>,
    /// The whole of what parts them, where eight bytes do not tell.
    tails: Vec<Option<Box<[u8]>>>,
    pub names: usize,
    pub hits: Hits,
}

impl Group {
    /// A group of all names there can be, with this block.
    pub fn new(block: Block) -> Self {
        Self {
            names: block.len(),
            hits: Hits::new(block.seen(), block.count(Some(block.seen()))),
            blocks: vec![block],
            ..Self::default()
        }
    }

    /// How many names match a search so far; with no search, all.
    pub fn count(&self, search: Option<u32>) -> usize {
        search.map_or(self.names, |search| self.hits.of(search))
    }

    /// The block a name belongs to.
    #[inline]
    pub fn place(&self, name: &[u8]) -> usize {
        if self.heads.is_empty() {
            return 0;
        }
        let head = first_eight(name.get(self.skip..).unwrap_or(&[]));
        let at = self.heads.partition_point(|held| *held < head);
        if self.heads.get(at) != Some(&head) {
            return at;
        }
        let same = self.heads[at..].partition_point(|held| *held == head);
        let is_behind = |tail: &Option<Box<[u8]>>| tail.as_ref().is_none_or(|tail| **tail <= *name);
        at + self.tails[at..at + same].partition_point(is_behind)
    }

    /// Makes room in a full block by cutting it in two. `next` is where the next group begins. A group that grew too
    /// large is cut as well: gives its second half.
    pub fn split(&mut self, at: usize, next: Option<&[u8]>) -> Option<Self> {
        let skip = self.skip;
        let block = &mut self.blocks[at];
        let head = |name: &[u8]| first_eight(name.get(skip..).unwrap_or(&[]));
        let mut heads = [0; MOST];
        for (held, name) in heads.iter_mut().zip(block.iter()) {
            *held = head(name);
        }
        let mut some: [u64; MOST / SAMPLED] = std::array::from_fn(|n| heads[n * SAMPLED]);
        let pivot = *some.select_nth_unstable(MOST / SAMPLED / 2).1;
        let lowest = heads.iter().min().copied().unwrap_or(0);
        // What begins like the lowest name cannot be the first of the second block.
        let pivot = heads
            .iter()
            .copied()
            .filter(|head| *head >= pivot && *head > lowest)
            .min();
        let (second, tail) = if let Some(pivot) = pivot {
            let ranks = heads.iter().enumerate();
            let goes = ranks.fold(0, |goes, (rank, head)| {
                goes | Marks::from(*head >= pivot) << rank
            });
            (block.part(goes), None)
        } else {
            let mut names: Vec<&[u8]> = block.iter().collect();
            let middle: Box<[u8]> = (*names.select_nth_unstable(MOST / 2).1).into();
            (
                block.part(block.marks_of(|name| name >= &*middle)),
                Some(middle),
            )
        };
        // Not by doubling: the spare room of all groups adds up.
        if self.blocks.len() == self.blocks.capacity() {
            self.blocks.reserve_exact(SPARE);
            self.heads.reserve_exact(SPARE);
            self.tails.reserve_exact(SPARE);
        }
        self.blocks.insert(at + 1, second);
        self.heads.insert(at, pivot.unwrap_or(lowest));
        self.tails.insert(at, tail);
        (self.blocks.len() > MOST_BLOCKS).then(|| self.halve(next))
    }

    /// Removes a block that became empty, unless it is the last.
    pub fn drop_empty(&mut self, at: usize) {
        if self.blocks.len() > 1 && self.blocks.get(at).is_some_and(|block| block.len() == 0) {
            self.blocks.remove(at);
            let bound = at.saturating_sub(1);
            self.heads.remove(bound);
            self.tails.remove(bound);
        }
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        let tails = self.tails.iter().flatten().map(|tail| tail.len());
        self.low.len()
            + self.blocks.capacity() * size_of::<Block>()
            + self.heads.capacity() * size_of::<u64>()
            + self.tails.capacity() * size_of::<Option<Box<[u8]>>>()
            + tails.sum::<usize>()
            + self.blocks.iter().map(Block::heap_bytes).sum::<usize>()
    }

    /// Gives away the upper half of the blocks.
    fn halve(&mut self, next: Option<&[u8]>) -> Self {
        let middle = self.blocks.len() / 2;
        let bounds: Vec<Box<[u8]>> = (0..self.heads.len()).map(|at| self.bound(at)).collect();
        let low = bounds[middle - 1].clone();
        let blocks = self.blocks.split_off(middle);
        self.blocks.shrink_to_fit();
        let names = blocks.iter().map(Block::len).sum();
        let search = self.hits.search();
        let hits = blocks.iter().map(|block| block.count(Some(search))).sum();
        self.names -= names;
        self.hits.add(search, 0, hits);
        let mut second = Self {
            skip: next.map_or(0, |next| alike(&low, next)),
            low,
            blocks,
            names,
            hits: Hits::new(search, hits),
            ..Self::default()
        };
        self.skip = alike(&self.low, &second.low);
        self.set_bounds(&bounds[..middle - 1]);
        second.set_bounds(&bounds[middle..]);
        second
    }

    /// The least there can be in the block behind this bound.
    fn bound(&self, at: usize) -> Box<[u8]> {
        if let Some(tail) = &self.tails[at] {
            return tail.clone();
        }
        let head = self.heads[at].to_be_bytes();
        let length = head
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |last| last + 1);
        [&self.low[..self.skip], &head[..length]].concat().into()
    }

    fn set_bounds(&mut self, bounds: &[Box<[u8]>]) {
        let skip = self.skip;
        self.heads = bounds
            .iter()
            .map(|bound| first_eight(&bound[skip..]))
            .collect();
        // Zeros at the end are not told from bytes that are not there.
        let tells = |bound: &[u8]| bound.len() <= skip + 8 && bound.last() != Some(&0);
        self.tails = bounds
            .iter()
            .map(|bound| (!tells(bound)).then(|| bound.clone()))
            .collect();
    }
}

/// How many bytes two names begin with alike.
pub fn alike(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// The first eight bytes as a number that sorts as they do; a shorter name is filled with zeros.
#[inline]
pub fn first_eight(name: &[u8]) -> u64 {
    if let Some(head) = name.first_chunk() {
        return u64::from_be_bytes(*head);
    }
    let behind = 64 - 8 * name.len() as u32;
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        // What is in both is the same in both.
        let first = u64::from(u32::from_be_bytes(*first)) << 32;
        return first | u64::from(u32::from_be_bytes(*last)) << behind;
    }
    let word = name
        .iter()
        .fold(0, |word, &byte| word << 8 | u64::from(byte));
    word.checked_shl(behind).unwrap_or(0)
}
