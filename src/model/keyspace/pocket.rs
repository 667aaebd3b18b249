//! A pocket: a few names in no order behind one byte of each one's hash, all in one block of memory.
use super::page::{self, Names};

/// Bytes of the number that tells how much room the prints have.
const HEAD: usize = 4;
/// The room for prints grows by as many.
const STEP: usize = 16;

/// A number of steps, room for that many prints (0 where none is yet), then the names in the order of the prints.
///
/// Without the prints a look-up would have to walk over all the names, each length telling where the next begins.
#[derive(Default)]
pub struct Pocket(Vec<u8>);

impl Pocket {
    /// The names, in the order they came.
    pub fn iter(&self) -> Names<'_> {
        Names::of(&self.0[self.names_start()..])
    }

    /// Whether a name of this hash is here.
    pub fn holds(&self, hash: u64, name: &[u8]) -> bool {
        self.rank(hash, name).is_some()
    }

    /// Adds a name that is not here.
    pub fn push(&mut self, hash: u64, name: &[u8]) {
        let rank = memchr::memchr(0, self.prints()).unwrap_or_else(|| self.widen());
        self.0[HEAD + rank] = print(hash);
        page::append(&mut self.0, name);
    }

    /// Takes a name out; false when it is not here.
    pub fn remove(&mut self, hash: u64, name: &[u8]) -> bool {
        let Some(rank) = self.rank(hash, name) else {
            return false;
        };
        let mut names = self.iter();
        names.by_ref().take(rank).for_each(drop);
        let start = self.0.len() - names.left();
        names.next();
        let end = self.0.len() - names.left();
        self.0.drain(start..end);
        let prints = HEAD..self.names_start();
        self.0[prints.start + rank..prints.end].rotate_left(1);
        self.0[prints.end - 1] = 0;
        true
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        self.0.capacity()
    }

    /// How many names stand before this one.
    fn rank(&self, hash: u64, name: &[u8]) -> Option<usize> {
        memchr::memchr_iter(print(hash), self.prints())
            .find(|&rank| self.iter().nth(rank) == Some(name))
    }

    /// Makes room for more prints; gives the rank of the first that is free.
    fn widen(&mut self) -> usize {
        if self.0.is_empty() {
            self.0.reserve_exact(HEAD + STEP);
            self.0.extend_from_slice(&[0; HEAD]);
        }
        let (rank, end) = (self.prints().len(), self.names_start());
        let steps = (rank / STEP + 1) as u32;
        self.0.reserve_exact(STEP);
        self.0.splice(end..end, [0; STEP]);
        self.0[..HEAD].copy_from_slice(&steps.to_le_bytes());
        rank
    }

    fn prints(&self) -> &[u8] {
        self.0.get(HEAD..self.names_start()).unwrap_or(&[])
    }

    fn names_start(&self) -> usize {
        self.0
            .first_chunk()
            .map_or(0, |steps| HEAD + u32::from_le_bytes(*steps) as usize * STEP)
    }
}

/// The byte of a hash that is kept; never 0. The low bits choose the pocket and tell nothing more.
fn print(hash: u64) -> u8 {
    (hash >> 56).max(1) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_print_are_told_apart() {
        let mut pocket = Pocket::default();
        let names: Vec<Vec<u8>> = (0..100).map(|n| vec![b'x'; n]).collect();
        for name in &names {
            assert!(!pocket.holds(7, name));
            pocket.push(7, name);
        }
        for (n, name) in names.iter().enumerate().step_by(2) {
            assert!(pocket.remove(n as u64, name), "all have the print 1");
            assert!(!pocket.remove(7, name));
        }
        assert!(
            pocket
                .iter()
                .eq(names.iter().skip(1).step_by(2).map(Vec::as_slice))
        );
    }
}
