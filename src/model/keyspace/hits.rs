//! A count of matches that belongs to one search: the next search finds it at nothing.

/// How many names match, of the search that counted last; there is memory for fewer than 2^32 keys.
#[derive(Clone, Copy, Default, Debug)]
pub struct Hits {
    count: u32,
    search: u32,
}

impl Hits {
    /// A count made by a search.
    pub fn new(search: u32, count: usize) -> Self {
        Self {
            count: count as u32,
            search,
        }
    }

    /// How many match this search so far.
    pub fn of(self, search: u32) -> usize {
        if self.search == search {
            self.count as usize
        } else {
            0
        }
    }

    /// The search that counted last.
    pub fn search(self) -> u32 {
        self.search
    }

    /// Counts more matches of a search, and fewer.
    pub fn add(&mut self, search: u32, more: usize, fewer: usize) {
        *self = Self::new(search, self.of(search) + more - fewer);
    }
}
