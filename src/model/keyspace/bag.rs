//! A bag: names of a folder nobody has looked at, in pockets chosen by hash. Exact, unordered, no index beside it.
use super::page::Names;
use super::pocket::Pocket;
use super::seed::Seed;

/// Names a pocket holds at most on average: more cost time to look through, fewer cost memory for the pockets.
const NAMES_A_POCKET: usize = 32;

/// A set of names by linear hashing: it grows a pocket at a time, so that no insertion waits for a rehash of all.
#[derive(Default)]
pub struct Bag {
    pockets: Vec<Pocket>,
    names: usize,
}

impl Bag {
    /// Adds a name; false when it is already here.
    pub fn insert(&mut self, seed: Seed, name: &[u8]) -> bool {
        if self.pockets.is_empty() {
            self.pockets.push(Pocket::default());
        }
        let hash = seed.hash(0, name);
        let pocket = self.place(hash);
        if self.pockets[pocket].holds(hash, name) {
            return false;
        }
        self.pockets[pocket].push(hash, name);
        self.names += 1;
        if self.names > self.pockets.len() * NAMES_A_POCKET {
            self.grow(seed);
        }
        true
    }

    /// Takes a name out; false when it is not here.
    pub fn remove(&mut self, seed: Seed, name: &[u8]) -> bool {
        if self.pockets.is_empty() {
            return false;
        }
        let hash = seed.hash(0, name);
        let pocket = self.place(hash);
        let removed = self.pockets[pocket].remove(hash, name);
        self.names -= usize::from(removed);
        removed
    }

    /// Whether a name is here.
    pub fn holds(&self, seed: Seed, name: &[u8]) -> bool {
        let hash = seed.hash(0, name);
        !self.pockets.is_empty() && self.pockets[self.place(hash)].holds(hash, name)
    }

    /// All names, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.pockets.iter().flat_map(Pocket::iter)
    }

    /// The names of one pocket. A name moves to a later pocket only, so that walking them upwards misses none.
    pub fn page(&self, n: usize) -> Option<Names<'_>> {
        self.pockets.get(n).map(Pocket::iter)
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        self.pockets.capacity() * size_of::<Pocket>()
            + self.pockets.iter().map(Pocket::heap_bytes).sum::<usize>()
    }

    /// Adds a pocket and moves to it what the pocket it splits held for it.
    fn grow(&mut self, seed: Seed) {
        let new = self.pockets.len();
        let split = new ^ (1 << new.ilog2());
        if self.pockets.capacity() == new {
            self.pockets.reserve_exact((new / 8).max(1));
        }
        self.pockets.push(Pocket::default());
        let old = std::mem::take(&mut self.pockets[split]);
        for name in old.iter() {
            let hash = seed.hash(0, name);
            let pocket = self.place(hash);
            self.pockets[pocket].push(hash, name);
        }
    }

    /// The pocket a name belongs to: the low bits of its hash, one bit fewer where that pocket is not made yet.
    fn place(&self, hash: u64) -> usize {
        let all = self.pockets.len().next_power_of_two();
        let place = hash as usize & (all - 1);
        if place < self.pockets.len() {
            place
        } else {
            place & (all / 2 - 1)
        }
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
            assert_eq!(
                bag.insert(seed, name.as_bytes()),
                oracle.insert(name.clone())
            );
            if n % 3 == 0 {
                let other = (n * 31 % 3001).to_string();
                assert_eq!(bag.remove(seed, other.as_bytes()), oracle.remove(&other));
            }
        }
        assert!(oracle.iter().all(|name| bag.holds(seed, name.as_bytes())));
        assert_eq!(
            bag.iter()
                .map(<[u8]>::to_vec)
                .collect::<BTreeSet<_>>()
                .len(),
            oracle.len()
        );
        assert_eq!(bag.iter().count(), oracle.len());
    }
}
