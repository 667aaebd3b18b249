//! The groups of a folder's names, found by the first bytes in which the least of each differ.
use std::cmp::Ordering;
use std::ops::{Deref, DerefMut};

use super::block::Block;
use super::group::{Group, alike, first_eight};
use super::loose::Loose;

/// Groups in the order of the names they take. There is one at least.
pub struct Groups {
    all: Vec<Group>,
    /// What the least there can be in each begins with, the lowest apart.
    begin: Box<[u8]>,
    /// The eight bytes behind that.
    heads: Vec<u64>,
    /// Names that are not in order yet, nor compared with the others.
    pub loose: Option<Box<Loose>>,
}

impl Groups {
    /// A group of all names there can be, with this block.
    pub fn new(block: Block) -> Self {
        Self {
            all: vec![Group::new(block)],
            begin: Box::default(),
            heads: Vec::new(),
            loose: None,
        }
    }

    /// The same, with its names not in order yet.
    pub fn loose(block: Block) -> Self {
        Self {
            loose: Some(Box::new(Loose::new(block))),
            ..Self::new(Block::default())
        }
    }

    /// Which group a name belongs to.
    #[inline]
    pub fn place(&self, name: &[u8]) -> usize {
        let mut rest = name;
        if !self.begin.is_empty() {
            let (begin, behind) = name.split_at(self.begin.len().min(name.len()));
            match begin.cmp(&self.begin) {
                Ordering::Less => return 0,
                Ordering::Equal => rest = behind,
                Ordering::Greater => return self.heads.len(),
            }
        }
        let head = first_eight(rest);
        let behind = self.heads.partition_point(|held| *held <= head);
        if behind == 0 || self.heads[behind - 1] != head {
            return behind;
        }
        let before = self.heads[..behind].partition_point(|held| *held < head);
        let is_behind = |group: &Group| *group.low <= *name;
        before + self.all[before + 1..=behind].partition_point(is_behind)
    }

    /// Makes room in a full block by cutting it in two.
    pub fn split(&mut self, group: usize, block: usize) {
        let (before, after) = self.all.split_at_mut(group + 1);
        let next = after.first().map(|next| &*next.low);
        let second = before.last_mut().and_then(|group| group.split(block, next));
        if let Some(second) = second {
            self.all.insert(group + 1, second);
            self.set_heads();
        }
    }

    fn set_heads(&mut self) {
        let lows = || self.all.iter().skip(1).map(|group| &*group.low);
        let (first, last) = (
            lows().next().unwrap_or(&[]),
            lows().next_back().unwrap_or(&[]),
        );
        self.begin = first[..alike(first, last)].into();
        self.heads = lows()
            .map(|low| first_eight(&low[self.begin.len()..]))
            .collect();
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        let inside: usize = self.all.iter().map(Group::heap_bytes).sum();
        let loose = self.loose.as_ref();
        let loose = loose.map_or(0, |loose| size_of::<Loose>() + loose.heap_bytes());
        let heads = self.heads.capacity() * size_of::<u64>();
        self.all.capacity() * size_of::<Group>() + heads + inside + loose
    }
}

impl Deref for Groups {
    type Target = [Group];

    fn deref(&self) -> &[Group] {
        &self.all
    }
}

impl DerefMut for Groups {
    fn deref_mut(&mut self) -> &mut [Group] {
        &mut self.all
    }
}
