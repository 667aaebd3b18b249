//! Names as they came, of a folder nobody looked at: in no order, and a name may stand among them twice.
//!
//! To add one costs little more than to copy it. Who wants them in order takes them out block by block.
use super::block::{Block, Marks};
use super::hits::Hits;

/// Names in no order.
#[derive(Default)]
pub struct Loose {
    full: Vec<Block>,
    /// Where the next name goes; has room to spare where there are full ones.
    last: Block,
    names: usize,
    hits: Hits,
}

impl Loose {
    /// The names of a block, all of which are there once.
    pub fn new(block: Block) -> Self {
        Self {
            names: block.len(),
            hits: Hits::new(block.seen(), block.count(Some(block.seen()))),
            full: vec![block],
            ..Self::default()
        }
    }

    /// How many names there are, those that stand here twice counted twice; of a search, how many match so far.
    pub fn count(&self, search: Option<u32>) -> usize {
        search.map_or(self.names, |search| self.hits.of(search))
    }

    /// Adds a name. `is_match` is for a search that is on: its number and whether the name matches. True when the match
    /// counts now.
    #[inline]
    pub fn push(&mut self, print: u16, name: &[u8], is_match: Option<(u32, bool)>) -> bool {
        if self.last.is_full() {
            // Not by doubling: the spare room of all folders adds up.
            if self.full.len() == self.full.capacity() {
                self.full.reserve_exact((self.full.len() / 8).max(4));
            }
            self.full.push(self.last.drain());
        }
        self.last.spare(name);
        let hit = self.last.push(print, name, is_match);
        self.names += 1;
        if let (true, Some((search, _))) = (hit, is_match) {
            self.hits.add(search, 1, 0);
        }
        hit
    }

    /// The blocks; their places stay the same until some are taken.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.full.iter().chain([&self.last])
    }

    /// The block of this place.
    pub fn block(&self, at: usize) -> Option<&Block> {
        self.full
            .get(at)
            .or((at == self.full.len()).then_some(&self.last))
    }

    fn block_mut(&mut self, at: usize) -> Option<&mut Block> {
        if at == self.full.len() {
            return Some(&mut self.last);
        }
        self.full.get_mut(at)
    }

    /// Sets the marks of a block that a search has not seen; gives how many there are.
    pub fn mark(&mut self, at: usize, search: u32, marks: Marks) -> usize {
        let hits = marks.count_ones() as usize;
        if let Some(block) = self.block_mut(at) {
            block.mark(search, marks);
            self.hits.add(search, hits, 0);
        }
        hits
    }

    /// Whether a name is here; of a search, whether it is known to match.
    pub fn holds(&self, print: u16, name: &[u8], search: Option<u32>) -> bool {
        self.blocks().any(|block| {
            let rank = block.page().rank(print, name);
            rank.is_some_and(|rank| {
                search.is_none_or(|search| block.marks(search) >> rank & 1 == 1)
            })
        })
    }

    /// Takes a name out; `None` when it is not here, else whether it was a match of this search.
    pub fn remove(&mut self, print: u16, name: &[u8], search: u32) -> Option<bool> {
        let place = |(at, block): (usize, &Block)| Some((at, block.page().rank(print, name)?));
        let (at, rank) = self.blocks().enumerate().find_map(place)?;
        let block = self.block_mut(at)?;
        let hit = block.marks(search) >> rank & 1 == 1;
        block.remove(rank);
        self.names -= 1;
        if hit {
            self.hits.add(search, 0, 1);
        }
        Some(hit)
    }

    /// Takes blocks out until these are so many names; the last go first, so that places before them stay the same.
    pub fn pop(&mut self, names: usize) -> Vec<Block> {
        let (mut blocks, mut count) = (Vec::new(), 0);
        while count < names && self.names > 0 {
            let block = match self.last.len() {
                0 => self.full.pop(),
                _ => Some(std::mem::take(&mut self.last)),
            };
            let Some(block) = block else { break };
            self.taken(&block);
            count += block.len();
            blocks.push(block);
        }
        blocks
    }

    /// Takes the names out that are to go, of a search its matches, until these are so many; blocks keep their places.
    pub fn take(&mut self, names: usize, goes: impl Fn(&Block) -> Marks) -> Vec<Block> {
        let (mut blocks, mut count) = (Vec::new(), 0);
        for at in 0..=self.full.len() {
            let Some(block) = self.block(at).filter(|_| count < names) else {
                break;
            };
            let marks = goes(block);
            if marks != 0
                && let Some(out) = self.part(at, marks)
            {
                count += out.len();
                blocks.push(out);
            }
        }
        blocks
    }

    /// Takes names out of the block of this place.
    pub fn part(&mut self, at: usize, marks: Marks) -> Option<Block> {
        let out = self.block_mut(at)?.part(marks);
        self.taken(&out);
        Some(out)
    }

    /// Counts names that were taken out.
    fn taken(&mut self, out: &Block) {
        let search = self.hits.search();
        self.names -= out.len();
        // Names that came after a search had ended have its mark, and were not counted.
        let hits = out.count(Some(search)).min(self.hits.of(search));
        self.hits.add(search, 0, hits);
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        let blocks: usize = self.blocks().map(Block::heap_bytes).sum();
        self.full.capacity() * size_of::<Block>() + blocks
    }
}
