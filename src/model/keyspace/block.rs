//! A block: at most 128 names of a shelf in the order they came, each with a print of its hash and a mark.
use super::page::{self, CARD, Names, Page, STEP};

/// Names a block holds at most: one bit a name in [`Marks`].
pub use super::page::MOST;

/// Bytes the machine reads at once.
const LINE: usize = 64;

/// One bit a name, by its rank in the block.
pub type Marks = u128;

/// Names in no order, any of which is found by its print.
///
/// Nothing is sorted: a block is small enough to be sorted whenever somebody looks at it.
#[derive(Default)]
pub struct Block {
    /// See [`Page`].
    bytes: Vec<u8>,
    /// Two halves, as a whole would have to be aligned.
    marks: [u64; 2],
    /// The number of the search that set the marks; 0 for none.
    seen: u32,
    count: u8,
}

impl Block {
    /// How many names it holds.
    pub fn len(&self) -> usize {
        usize::from(self.count)
    }

    /// Whether no more names go in.
    pub fn is_full(&self) -> bool {
        self.len() >= MOST
    }

    /// The names with their prints.
    #[inline]
    pub fn page(&self) -> Page<'_> {
        Page::of(&self.bytes, self.len())
    }

    /// The names in the order they came.
    pub fn iter(&self) -> Names<'_> {
        self.page().iter()
    }

    /// The marked names of a search that came by; with no search, all names.
    pub fn shown(&self, search: Option<u32>) -> impl Iterator<Item = &[u8]> {
        let marks = match search {
            None => Marks::MAX,
            Some(search) => self.marks(search),
        };
        let names = self.iter().enumerate();
        names.filter_map(move |(rank, name)| (marks >> rank & 1 == 1).then_some(name))
    }

    /// How many names [`Self::shown`] gives.
    pub fn count(&self, search: Option<u32>) -> usize {
        match search {
            None => self.len(),
            Some(search) => self.marks(search).count_ones() as usize,
        }
    }

    /// The number of the search that set the marks.
    pub fn seen(&self) -> u32 {
        self.seen
    }

    /// The marks a search has set; none where it has not come by, and for the number 0.
    pub fn marks(&self, search: u32) -> Marks {
        if search != 0 && self.seen == search {
            self.all_marks()
        } else {
            0
        }
    }

    /// The marks, whichever search has set them.
    pub fn all_marks(&self) -> Marks {
        Marks::from(self.marks[0]) | Marks::from(self.marks[1]) << 64
    }

    /// Marks names on behalf of a search.
    pub fn mark(&mut self, search: u32, marks: Marks) {
        self.seen = search;
        self.marks = [marks as u64, (marks >> 64) as u64];
    }

    /// Adds a name that is not here; the block must not be full. `is_match` is for a search that is on: its number
    /// and whether the name matches. True when that search has seen this block, so that the match counts now.
    pub fn push(&mut self, print: u16, name: &[u8], is_match: Option<(u32, bool)>) -> bool {
        let rank = self.len();
        if rank.is_multiple_of(STEP) {
            self.widen(page::need(name));
        } else if self.bytes.capacity() - self.bytes.len() < page::need(name) {
            let room = room(rank, self.bytes.len() - page::cards(rank));
            self.bytes.reserve_exact(room.max(page::need(name)));
        }
        page::append(&mut self.bytes, rank, print, name);
        self.count += 1;
        let Some((search, is_match)) = is_match else {
            // The next search looks at a name that none has seen.
            self.set_mark(rank, true);
            return false;
        };
        if rank == 0 {
            self.seen = search;
        }
        let counts = self.seen == search;
        self.set_mark(rank, is_match || !counts);
        counts && is_match
    }

    /// Has room for a name at least, and soon for many more: for a block that will be full before long.
    pub fn spare(&mut self, name: &[u8]) {
        self.bytes.reserve(CARD + page::need(name));
    }

    /// Takes all names out, without the room that is spare; that stays.
    pub fn drain(&mut self) -> Self {
        let mut room = std::mem::take(&mut self.bytes);
        let bytes = room.as_slice().into();
        room.clear();
        let empty = Self {
            bytes: room,
            ..Self::default()
        };
        Self {
            bytes,
            ..std::mem::replace(self, empty)
        }
    }

    /// Takes the name of this rank out.
    pub fn remove(&mut self, rank: usize) {
        let count = self.len();
        page::remove(&mut self.bytes, count, rank);
        self.count -= 1;
        let marks = self.all_marks();
        let low = marks & ((1 << rank) - 1);
        self.mark(self.seen, low | (marks >> 1 >> rank << rank));
    }

    /// The names that pass a test.
    pub fn marks_of(&self, mut test: impl FnMut(&[u8]) -> bool) -> Marks {
        let names = self.iter().enumerate();
        names.fold(0, |marks, (rank, name)| {
            marks | Marks::from(test(name)) << rank
        })
    }

    /// Cuts the block in two: the names whose bit is set go to the second.
    pub fn part(&mut self, goes: Marks) -> Self {
        let old = std::mem::take(self);
        let (marks, goes, page) = (old.all_marks(), goes & all(old.len()), old.page());
        let moved = goes.count_ones() as usize;
        let (ends, mut rank, mut from) = (page.ends(), 0, 0);
        let bytes = |rank: usize| ends[rank] - rank.checked_sub(1).map_or(0, |before| ends[before]);
        let moved_bytes = ones(goes).map(bytes).sum();
        let (mut first, mut second) = (Self::default(), Self::default());
        first.reserve(old.len() - moved, page.names().len() - moved_bytes);
        second.reserve(moved, moved_bytes);
        // Names that stay together go in one piece.
        while rank < old.len() {
            let (part, same) = match (goes >> rank) & 1 {
                1 => (&mut second, (goes >> rank).trailing_ones()),
                _ => (&mut first, (goes >> rank).trailing_zeros()),
            };
            let next = old.len().min(rank + same as usize);
            let (new, names) = (part.len(), from..ends[next - 1]);
            page::copy(&mut part.bytes, new, page, rank..next, names);
            part.count += (next - rank) as u8;
            let fresh = all(next - rank);
            part.add_marks(new, marks >> rank & fresh);
            (rank, from) = (next, ends[next - 1]);
        }
        first.seen = old.seen;
        second.seen = old.seen;
        *self = first;
        second
    }

    /// Reads where things are, so that many such reads wait for memory together.
    #[inline]
    pub fn touch(&self) -> usize {
        self.bytes.len() ^ self.len()
    }

    /// Reads what an insertion reads, so that many such reads wait for memory together.
    #[inline]
    pub fn touch_names(&self) -> usize {
        let byte = |at: usize| usize::from(self.bytes.get(at).copied().unwrap_or(0));
        let last = usize::from(self.bytes.last().copied().unwrap_or(0));
        byte(0) ^ byte(LINE) ^ byte(2 * LINE) ^ byte(3 * LINE) ^ byte(4 * LINE) ^ last
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.capacity()
    }

    /// Makes room for one more card and some names, of which the first needs so much.
    fn widen(&mut self, need: usize) {
        let count = self.len();
        if self.bytes.capacity() - self.bytes.len() >= CARD + need {
            let (cards, end) = (page::cards(count), self.bytes.len());
            self.bytes.resize(end + CARD, 0);
            self.bytes.copy_within(cards..end, cards + CARD);
            self.bytes[cards..cards + CARD].fill(0);
            return;
        }
        let (cards, names) = self.bytes.split_at(page::cards(count));
        let room = room(count, names.len()).max(need);
        let mut bytes = Vec::with_capacity(self.bytes.len() + CARD + room);
        bytes.extend_from_slice(cards);
        bytes.extend_from_slice(&[0; CARD]);
        bytes.extend_from_slice(names);
        self.bytes = bytes;
    }

    /// Makes room for so many names in an empty block.
    fn reserve(&mut self, names: usize, bytes: usize) {
        let cards = page::cards(names);
        self.bytes.reserve_exact(cards + bytes + room(names, bytes));
        self.bytes.resize(cards, 0);
    }

    /// Sets marks of names from a rank on that had none.
    fn add_marks(&mut self, rank: usize, marks: Marks) {
        self.mark(self.seen, self.all_marks() | marks << rank);
    }

    fn set_mark(&mut self, rank: usize, mark: bool) {
        let half = &mut self.marks[rank / 64];
        *half = *half & !(1 << (rank % 64)) | u64::from(mark) << (rank % 64);
    }
}

/// All names of a block of so many.
pub fn all(names: usize) -> Marks {
    let shift = Marks::BITS.saturating_sub(names as u32);
    Marks::MAX.checked_shr(shift).unwrap_or(0)
}

/// The ranks whose bit is set.
fn ones(marks: Marks) -> impl Iterator<Item = usize> {
    let next = |marks: &Marks| Some(marks & (marks - 1)).filter(|next| *next != 0);
    let first = Some(marks).filter(|marks| *marks != 0);
    std::iter::successors(first, next).map(|marks| marks.trailing_zeros() as usize)
}

/// How many bytes to keep ready where so many names take so many: as much as the names need for which there is a card,
/// if they are like the others; less where there are few.
fn room(names: usize, bytes: usize) -> usize {
    let more = (STEP - names % STEP).min(names / STEP + 1);
    bytes.checked_div(names).unwrap_or(0) * more
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_print_are_told_apart() {
        let mut block = Block::default();
        let names: Vec<Vec<u8>> = (0..MOST).map(|n| vec![b'x'; n]).collect();
        for name in &names {
            assert_eq!(block.page().rank(7, name), None);
            block.push(7, name, None);
        }
        assert!(block.is_full());
        for name in names.iter().step_by(2) {
            let rank = block.page().rank(7, name).unwrap();
            block.remove(rank);
            assert_eq!(block.page().rank(7, name), None);
        }
        let odd = names.iter().skip(1).step_by(2).map(Vec::as_slice);
        assert!(block.iter().eq(odd));
    }

    #[test]
    fn marks_stay_with_their_names() {
        let mut block = Block::default();
        for n in 0..100_u8 {
            assert_eq!(block.push(0, &[n], Some((3, n % 3 == 0))), n % 3 == 0);
        }
        block.remove(0);
        block.remove(70);
        let second = {
            let goes = block.marks_of(|name| name[0] >= 40);
            block.part(goes)
        };
        let marked = |block: &Block| block.shown(Some(3)).map(|name| name[0]).collect::<Vec<_>>();
        let all = [marked(&block), marked(&second)].concat();
        let expected = (1..100).filter(|n| n % 3 == 0 && *n != 71);
        assert_eq!(all, expected.collect::<Vec<_>>());
        assert_eq!(block.count(None) + second.count(None), 98);
        assert_eq!(block.count(Some(4)), 0, "another search has marked nothing");
    }
}
