//! A search through all names, a slice at a time: what matches is marked where it lies, and counted upwards.
use super::alike::Alike;
use super::shelve::Part;
use super::{Id, ROOT, Tree};
use crate::model::keyspace::block::{Block, Marks};
use crate::model::keyspace::needle::{Needle, Path};
use crate::model::keyspace::shelf::Shelf;
use crate::model::keyspace::spot::Spot;

/// A search that is on.
pub struct Search {
    pub(super) needle: Needle,
    /// Later searches have higher numbers; 0 is none.
    pub(super) number: u32,
    /// The first search of those that each narrowed the one before: what one of these did not mark does not match.
    chain: u32,
    folder: Id,
    part: Part,
    spot: Spot,
    lower: Vec<u8>,
    /// Names that have its letters with others between.
    pub(super) alike: Alike,
}

/// What looking at a folder, and at a block whose names need not be read, counts in names that are read.
const FOLDER_COST: usize = 16;
const BLOCK_COST: usize = 4;

impl Search {
    /// To be called when names were taken out: blocks may have moved.
    pub(super) fn step_back(&mut self) {
        self.spot.step_back();
        self.alike.step_back();
    }

    /// There are no names any more.
    pub(super) fn skip_to_end(&mut self) {
        self.folder = Id::MAX;
        self.alike = Alike::default();
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.lower.capacity()
    }

    /// The names of a block that may match, as far as the searches before tell.
    fn question(&self, block: &Block) -> Marks {
        if block.len() == 0 || block.seen() == self.number {
            0
        } else if block.seen() >= self.chain {
            block.all_marks()
        } else {
            Marks::MAX
        }
    }

    /// Marks what matches in a shelf, as far as it goes; gives how many.
    fn look_through(&mut self, names: &mut Shelf, path: &Path, left: &mut usize) -> usize {
        let mut hits = 0;
        while *left > 0
            && let Some((block, next)) = names.next_of_all(self.spot)
        {
            self.spot = next;
            *left = left.saturating_sub(BLOCK_COST);
            if block.seen() == self.number {
                continue;
            }
            let question = self.question(block);
            if question != 0 && !path.is_whole() {
                *left = left.saturating_sub(block.len());
            }
            let marks = self.needle.look(block, path, question, &mut self.lower);
            hits += names.mark(next, self.number, marks);
        }
        hits
    }
}

impl Tree {
    /// Searches for this text from now on.
    pub fn search_for(&mut self, text: &str) {
        self.searches += 1;
        let (needle, number) = (Needle::new(text), self.searches);
        let chain = match &self.search {
            Some(before) if needle.narrows(&before.needle) => before.chain,
            _ => number,
        };
        self.search = Some(Search {
            needle,
            number,
            chain,
            folder: ROOT,
            part: Part::Leaves,
            spot: Spot::default(),
            lower: Vec::new(),
            alike: Alike::default(),
        });
        self.changed = true;
    }

    /// Ends the search; folders are as open as they were before it.
    pub fn end_search(&mut self) {
        self.search = None;
        self.changed = true;
        for id in std::mem::take(&mut self.chosen) {
            self.folder_mut(id).choice = None;
            self.prune(id);
        }
        for id in 0..self.folders.len() as Id {
            if let Some(view) = &mut self.folder_mut(id).view {
                view.matching = Vec::new();
            }
            self.queue(id);
        }
    }

    /// The number of the search that is on.
    pub fn lens(&self) -> Option<u32> {
        self.search.as_ref().map(|search| search.number)
    }

    /// Whether a search has names still to look at.
    pub fn is_searching(&self) -> bool {
        let end = self.folders.len();
        self.search
            .as_ref()
            .is_some_and(|search| (search.folder as usize) < end)
    }

    /// Looks at about this many names.
    pub fn search_on(&mut self, names: usize) {
        let Some(mut search) = self.search.take() else {
            return;
        };
        let mut left = names;
        while left > 0 && (search.folder as usize) < self.folders.len() {
            let id = search.folder;
            let hits = self.look_in(id, &mut search, &mut left);
            left = left.saturating_sub(BLOCK_COST);
            if hits > 0 {
                self.add_hits(id, search.number, hits, 0);
                self.changed = true;
            }
        }
        self.search = Some(search);
    }

    /// Whether a name matches the search that is on, and the number of that.
    pub(super) fn is_match(&mut self, name: &[u8]) -> Option<(u32, bool)> {
        let search = self.search.as_mut()?;
        let is_match = search.needle.is_in(name, &mut search.lower);
        if !is_match && search.offer(name) {
            self.changed = true;
        }
        Some((search.number, is_match))
    }

    /// Counts more or fewer matches from a folder upwards.
    pub(super) fn add_hits(&mut self, id: Id, search: u32, more: usize, fewer: usize) {
        let mut at = id;
        loop {
            let folder = self.folder_mut(at);
            folder.hits.add(search, more, fewer);
            if at == ROOT {
                break;
            }
            at = folder.parent;
        }
    }

    /// Looks through the names of a folder as far as it goes; gives how many match.
    fn look_in(&mut self, id: Id, search: &mut Search, left: &mut usize) -> usize {
        let asks = |shelf: &Shelf| shelf.all_blocks().any(|block| search.question(block) != 0);
        let folder = self.folder(id);
        let asks = asks(&folder.leaves) || folder.deep.as_deref().is_some_and(asks);
        // To put a path together takes longer than to see that there is nothing to ask.
        let path = if asks { self.path(id) } else { Vec::new() };
        let stands = search.needle.in_path(&path);
        *left = left
            .saturating_sub(if asks { FOLDER_COST } else { 0 })
            .max(1);
        let folder = &mut self.folders[id as usize];
        let mut hits = 0;
        if search.part == Part::Leaves {
            hits += search.look_through(&mut folder.leaves, &stands, left);
            if *left == 0 {
                return hits;
            }
            (search.part, search.spot) = (Part::Deep, Spot::default());
        }
        if let Some(deep) = folder.deep.as_deref_mut() {
            hits += search.look_through(deep, &stands, left);
        }
        if *left > 0 {
            (search.part, search.spot) = (Part::Leaves, Spot::default());
            search.folder += 1;
        }
        hits
    }
}
