//! The folders that names came into lately, found by their whole path at once: most names come into few folders.
use super::{Id, Tree};

/// How many are kept.
const MOST: usize = 4096;
/// A longer path is not worth a comparison.
const LONGEST: usize = 128;

/// Folders by the hash of their path; one that comes takes the place of another. Empty before the first.
#[derive(Default)]
pub struct Lately {
    found: Vec<(Box<[u8]>, Id)>,
}

impl Lately {
    /// To be called when a folder is given up.
    pub(super) fn forget(&mut self) {
        self.found = Vec::new();
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let paths = self.found.iter().map(|(path, _)| path.len());
        self.found.capacity() * size_of::<(Box<[u8]>, Id)>() + paths.sum::<usize>()
    }

    #[inline]
    fn get(&self, hash: u64, path: &[u8]) -> Option<Id> {
        let (held, id) = self.found.get(hash as usize % MOST)?;
        (**held == *path).then_some(*id)
    }

    fn put(&mut self, hash: u64, path: &[u8], id: Id) {
        if path.is_empty() || path.len() > LONGEST {
            return;
        }
        if self.found.is_empty() {
            self.found.resize_with(MOST, Default::default);
        }
        if let Some(place) = self.found.get_mut(hash as usize % MOST) {
            *place = (path.into(), id);
        }
    }
}

impl Tree {
    /// The last folder of the arena that a name leads through, what is left of the name there, and whether a separator
    /// is in that.
    #[inline]
    pub(super) fn lead<'n>(&mut self, name: &'n [u8]) -> (Id, &'n [u8], bool) {
        let (path, rest) = name.split_at(self.separator.folders(name));
        match self.lately.get(self.seed.hash(0, path), path) {
            Some(id) => (id, rest, false),
            None => self.lead_on(name, path),
        }
    }

    #[inline(never)]
    fn lead_on<'n>(&mut self, name: &'n [u8], path: &[u8]) -> (Id, &'n [u8], bool) {
        // Where every name has a folder of its own, the one above is the one that many come into.
        let inner = &path[..path.len().saturating_sub(self.separator.bytes().len())];
        let above = &path[..self.separator.folders(inner)];
        let known = self.lately.get(self.seed.hash(0, above), above);
        let (id, rest) = match known {
            Some(id) => self.descend_from(id, &name[above.len()..]),
            None => self.descend(name),
        };
        let led = &name[..name.len() - rest.len()];
        let deep = led.len() < path.len();
        if !(deep && known.is_some()) {
            self.lately.put(self.seed.hash(0, led), led, id);
        }
        (id, rest, deep)
    }
}
