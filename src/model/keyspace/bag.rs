//! A bag: names of a folder nobody has looked at, in pages chosen by hash. Exact, unordered, no index beside it.
use super::page::Page;
use super::seed::Seed;

/// Names a page holds on average: more cost time to look through, fewer cost memory for the pages.
const NAMES_A_PAGE: usize = 24;

/// A set of names by linear hashing: it grows a page at a time, so that no insertion waits for a rehash of all.
#[derive(Default)]
pub struct Bag {
    pages: Vec<Page>,
    names: usize,
}

impl Bag {
    /// Adds a name; false when it is already here.
    pub fn insert(&mut self, seed: Seed, name: &[u8]) -> bool {
        if self.pages.is_empty() {
            self.pages.push(Page::default());
        }
        let place = self.place(seed, name);
        if self.pages[place].holds(name) {
            return false;
        }
        self.pages[place].push(name);
        self.names += 1;
        if self.names > self.pages.len() * NAMES_A_PAGE {
            self.grow(seed);
        }
        true
    }

    /// Takes a name out; false when it is not here.
    pub fn remove(&mut self, seed: Seed, name: &[u8]) -> bool {
        if self.pages.is_empty() {
            return false;
        }
        let place = self.place(seed, name);
        let removed = self.pages[place].remove(name);
        self.names -= usize::from(removed);
        removed
    }

    /// Whether a name is here.
    pub fn holds(&self, seed: Seed, name: &[u8]) -> bool {
        !self.pages.is_empty() && self.pages[self.place(seed, name)].holds(name)
    }

    /// All names, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.pages.iter().flat_map(Page::iter)
    }

    /// One page. A name moves to a later page only, so that walking the pages upwards misses none.
    pub fn page(&self, n: usize) -> Option<&Page> {
        self.pages.get(n)
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        self.pages.capacity() * size_of::<Page>() + self.pages.iter().map(Page::heap_bytes).sum::<usize>()
    }

    /// Adds a page and moves to it what the page it splits held for it.
    fn grow(&mut self, seed: Seed) {
        let new = self.pages.len();
        let split = new ^ (1 << new.ilog2());
        if self.pages.capacity() == new {
            self.pages.reserve_exact((new / 8).max(1));
        }
        self.pages.push(Page::default());
        let old = std::mem::take(&mut self.pages[split]);
        for name in old.iter() {
            let place = self.place(seed, name);
            self.pages[place].push(name);
        }
    }

    /// The page a name belongs to: the low bits of its hash, one bit fewer where that page is not made yet.
    fn place(&self, seed: Seed, name: &[u8]) -> usize {
        let all = self.pages.len().next_power_of_two();
        let place = seed.hash(0, name) as usize & (all - 1);
        if place < self.pages.len() { place } else { place & (all / 2 - 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_bag_is_a_set() {
        let seed = Seed::new();
        let (mut bag, mut oracle) = (Bag::default(), BTreeSet::new());
        for n in 0..5000_u32 {
            let name = (n * 7919 % 3001).to_string();
            assert_eq!(bag.insert(seed, name.as_bytes()), oracle.insert(name.clone()));
            if n % 3 == 0 {
                let other = (n * 31 % 3001).to_string();
                assert_eq!(bag.remove(seed, other.as_bytes()), oracle.remove(&other));
            }
        }
        assert!(oracle.iter().all(|name| bag.holds(seed, name.as_bytes())));
        assert_eq!(bag.iter().map(<[u8]>::to_vec).collect::<BTreeSet<_>>().len(), oracle.len());
        assert_eq!(bag.iter().count(), oracle.len());
    }
}
