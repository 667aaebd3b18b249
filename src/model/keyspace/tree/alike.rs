//! Looking for names alike, where few names have what is looked for as it was typed: a slice at a time.
use super::search::Search;
use super::{Id, Tree};
use crate::model::keyspace::alike::{Best, letters, worth};
use crate::model::keyspace::shelf::Shelf;
use crate::model::keyspace::spot::Spot;

/// Names alike are looked for where no more than this have what was typed.
const FEW: usize = 1_000;
/// Fewer letters are in too many names in some order.
const LETTERS: usize = 2;

/// How far the look for names alike has come, and what it found.
#[derive(Default)]
pub struct Alike {
    best: Best,
    folder: Id,
    is_in_deep: bool,
    spot: Spot,
}

impl Alike {
    /// To be called when names were taken out: blocks may have moved.
    pub(super) fn step_back(&mut self) {
        self.spot.step_back();
    }

    /// To be called when a name was taken out; true when it was among the best.
    pub(super) fn remove(&mut self, name: &[u8]) -> bool {
        self.best.remove(name)
    }
}

impl Search {
    /// Takes note of a name that does not match, or may be new here; true when it is among the best now.
    pub(super) fn offer(&mut self, name: &[u8]) -> bool {
        let (needle, fold) = (self.needle.bytes(), |byte| self.needle.fold_byte(byte));
        needle.len() >= LETTERS
            && letters(needle, 0, name, fold) == needle.len()
            && self.alike.best.offer(worth(needle, name, fold), name)
    }

    /// Looks at the names of a shelf as far as it goes. The path has the first letters; true when the best changed.
    fn look_alike(
        &mut self,
        names: &Shelf,
        path: &mut Vec<u8>,
        have: usize,
        left: &mut usize,
    ) -> bool {
        let (length, needle) = (path.len(), self.needle.bytes());
        let fold = |byte| self.needle.fold_byte(byte);
        let mut changed = false;
        while *left > 0
            && let Some((block, next)) = names.next_of_all(self.alike.spot)
        {
            self.alike.spot = next;
            *left = left.saturating_sub(block.len().max(1));
            let matching = block.marks(self.number);
            for (rank, name) in block.iter().enumerate() {
                let is_alike = letters(needle, have, name, fold) == needle.len();
                if is_alike && matching >> rank & 1 == 0 {
                    path.truncate(length);
                    path.extend_from_slice(name);
                    changed |= self.alike.best.offer(worth(needle, path, fold), path);
                }
            }
        }
        path.truncate(length);
        changed
    }
}

impl Tree {
    /// Whether names alike are still to be looked for.
    pub fn is_looking_alike(&self) -> bool {
        self.shows_alike()
            && self
                .search
                .as_ref()
                .is_some_and(|search| (search.alike.folder as usize) < self.folders.len())
    }

    /// Looks at about this many names.
    pub fn look_alike_on(&mut self, names: usize) {
        let Some(mut search) = self.search.take() else {
            return;
        };
        let mut left = names;
        while left > 0 && (search.alike.folder as usize) < self.folders.len() {
            let id = search.alike.folder;
            let mut path = self.path(id);
            let fold = |byte| search.needle.fold_byte(byte);
            let have = letters(search.needle.bytes(), 0, &path, fold);
            let folder = self.folder(id);
            let mut changed = false;
            if !search.alike.is_in_deep {
                changed |= search.look_alike(&folder.leaves, &mut path, have, &mut left);
                if left > 0 {
                    (search.alike.is_in_deep, search.alike.spot) = (true, Spot::default());
                }
            }
            if search.alike.is_in_deep
                && let Some(deep) = &folder.deep
            {
                changed |= search.look_alike(deep, &mut path, have, &mut left);
            }
            if left > 0 {
                (search.alike.is_in_deep, search.alike.spot) = (false, Spot::default());
                search.alike.folder += 1;
            }
            self.changed |= changed;
        }
        self.search = Some(search);
    }

    /// The names alike, the best first.
    pub fn alike(&self) -> impl Iterator<Item = &[u8]> {
        let search = self.search.as_ref().filter(|_| self.shows_alike());
        search
            .into_iter()
            .flat_map(|search| search.alike.best.iter())
    }

    /// Whether all names were looked at and few match.
    fn shows_alike(&self) -> bool {
        let few = |search: &Search| self.folder(super::ROOT).hits.of(search.number) <= FEW;
        let search = self.search.as_ref().filter(|_| !self.is_searching());
        search.is_some_and(|search| search.needle.bytes().len() >= LETTERS && few(search))
    }
}
