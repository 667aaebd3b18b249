//! A shelf: names of a folder that has been looked at, sorted, in blocks. Row to name and name to row by two steps.
use super::page::{Names, Page, Seat};

/// Names in a block when a shelf is built, leaving room for more.
const NAMES_BUILT: usize = 96;
/// A block with more names is cut in two.
const NAMES_MOST: usize = 128;
/// A block of two names or more with more bytes is cut in two.
const BYTES_MOST: usize = 8192;

struct Block {
    page: Page,
    names: usize,
}

/// A sorted set of names. Never holds an empty block.
#[derive(Default)]
pub struct Shelf {
    blocks: Vec<Block>,
    names: usize,
    /// The row of each block's first name; as of the last [`Shelf::settle`].
    starts: Vec<usize>,
}

impl Shelf {
    /// Sorts names that are all different.
    pub fn new<'a>(names: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut names: Vec<(u64, &[u8])> = names.map(|name| (0, name)).collect();
        let common = common_prefix(names.iter().map(|&(_, name)| name));
        for (head, name) in &mut names {
            *head = first_eight(&name[common..]);
        }
        names.sort_unstable();
        let mut shelf = Self {
            names: names.len(),
            ..Self::default()
        };
        let mut block = Block {
            page: Page::default(),
            names: 0,
        };
        for (_, name) in names {
            if block.names == NAMES_BUILT || block.page.len() > BYTES_MOST / 2 {
                let full = std::mem::replace(
                    &mut block,
                    Block {
                        page: Page::default(),
                        names: 0,
                    },
                );
                shelf.shelve(full);
            }
            block.page.push(name);
            block.names += 1;
        }
        if block.names > 0 {
            shelf.shelve(block);
        }
        shelf.settle();
        shelf
    }

    fn shelve(&mut self, mut block: Block) {
        block.page.shrink();
        self.blocks.push(block);
    }

    /// How many names it holds.
    pub fn len(&self) -> usize {
        self.names
    }

    /// Adds a name; false when it is already here.
    pub fn insert(&mut self, name: &[u8]) -> bool {
        if self.blocks.is_empty() {
            self.blocks.push(Block {
                page: Page::default(),
                names: 0,
            });
        }
        let (n, seat) = self.seat(name);
        if seat.taken {
            return false;
        }
        let block = &mut self.blocks[n];
        block.page.insert(&seat, name);
        block.names += 1;
        self.names += 1;
        if block.names > NAMES_MOST || (block.page.len() > BYTES_MOST && block.names > 1) {
            let keep = block.names / 2;
            let tail = Block {
                page: block.page.split_off(keep),
                names: block.names - keep,
            };
            block.names = keep;
            self.blocks.insert(n + 1, tail);
        }
        true
    }

    /// Takes a name out; false when it is not here.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        if self.blocks.is_empty() {
            return false;
        }
        let n = self.block(name);
        let block = &mut self.blocks[n];
        if !block.page.remove(name) {
            return false;
        }
        block.names -= 1;
        self.names -= 1;
        if block.names == 0 {
            self.blocks.remove(n);
        }
        true
    }

    /// Whether a name is here.
    pub fn holds(&self, name: &[u8]) -> bool {
        !self.blocks.is_empty() && self.seat(name).1.taken
    }

    /// The row of a name; exact after [`Self::settle`].
    pub fn row_of(&self, name: &[u8]) -> Option<usize> {
        if self.blocks.is_empty() {
            return None;
        }
        let (n, seat) = self.seat(name);
        seat.taken.then_some(self.starts.get(n)? + seat.rank)
    }

    /// The names from a row on; exact after [`Self::settle`].
    pub fn tail(&self, row: usize) -> impl Iterator<Item = &[u8]> {
        let n = self
            .starts
            .partition_point(|&start| start <= row)
            .saturating_sub(1);
        let skip = row - self.starts.get(n).copied().unwrap_or(0);
        self.blocks
            .get(n..)
            .unwrap_or(&[])
            .iter()
            .flat_map(|block| block.page.iter())
            .skip(skip)
    }

    /// All names, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.blocks.iter().flat_map(|block| block.page.iter())
    }

    /// The names of one block. Insertions move names to later blocks only; a removal may move all of them one block back.
    pub fn page(&self, n: usize) -> Option<Names<'_>> {
        self.blocks.get(n).map(|block| block.page.iter())
    }

    /// Counts the rows anew after insertions and removals.
    pub fn settle(&mut self) {
        let mut row = 0;
        self.starts.clear();
        self.starts.extend(self.blocks.iter().map(|block| {
            let start = row;
            row += block.names;
            start
        }));
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        self.blocks.capacity() * size_of::<Block>()
            + self.starts.capacity() * size_of::<usize>()
            + self
                .blocks
                .iter()
                .map(|block| block.page.heap_bytes())
                .sum::<usize>()
    }

    /// The block a name belongs to; there must be one at least.
    fn block(&self, name: &[u8]) -> usize {
        self.blocks
            .partition_point(|block| block.page.first().is_some_and(|first| first <= name))
            .saturating_sub(1)
    }

    fn seat(&self, name: &[u8]) -> (usize, Seat) {
        let n = self.block(name);
        (n, self.blocks[n].page.seat(name))
    }
}

/// How many bytes all names begin with alike.
fn common_prefix<'a>(mut names: impl Iterator<Item = &'a [u8]>) -> usize {
    let Some(first) = names.next() else { return 0 };
    names.fold(first.len(), |common, name| {
        let common = common.min(name.len());
        if first[..common] == name[..common] {
            return common;
        }
        first.iter().zip(name).take_while(|(a, b)| a == b).count()
    })
}

/// The first eight bytes as a number that sorts as they do; a shorter name is filled with zeros.
fn first_eight(name: &[u8]) -> u64 {
    let mut head = [0; 8];
    let length = name.len().min(8);
    head[..length].copy_from_slice(&name[..length]);
    u64::from_be_bytes(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_shelf_is_a_sorted_set_with_rows() {
        let first: Vec<Vec<u8>> = (0..1000)
            .map(|n| format!("SKU-{:05}", n * 3).into_bytes())
            .collect();
        let mut shelf = Shelf::new(first.iter().map(Vec::as_slice));
        let mut oracle: BTreeSet<Vec<u8>> = first.into_iter().collect();
        for n in 0..4000_u32 {
            let name = format!("SKU-{:05}", n * 7919 % 3001).into_bytes();
            assert_eq!(shelf.insert(&name), oracle.insert(name.clone()));
            let other = format!("SKU-{:05}", n * 31 % 3001).into_bytes();
            if n % 2 == 0 {
                assert_eq!(shelf.remove(&other), oracle.remove(&other));
            }
        }
        shelf.settle();
        assert_eq!(shelf.len(), oracle.len());
        assert!(shelf.iter().eq(oracle.iter().map(Vec::as_slice)));
        for (row, name) in oracle.iter().enumerate() {
            assert_eq!(shelf.row_of(name), Some(row));
            assert_eq!(shelf.tail(row).next(), Some(name.as_slice()));
        }
        assert_eq!(shelf.tail(oracle.len()).next(), None);
    }

    #[test]
    fn zeros_sort_like_any_byte() {
        let names: [&[u8]; 4] = [b"a\0\0", b"a", b"a\0", b""];
        let shelf = Shelf::new(names.into_iter());
        assert_eq!(
            shelf.iter().collect::<Vec<_>>(),
            [&b""[..], b"a", b"a\0", b"a\0\0"]
        );
    }
}
