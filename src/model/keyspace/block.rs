//! A block: at most 128 names of a shelf in the order they came, each with a print of its hash and a mark.
use super::page::{self, Names};

/// Names a block holds at most: one bit a name in [`Marks`].
pub const MOST: usize = 128;
/// The room for prints grows by as many.
const STEP: usize = 16;

/// One bit a name, by its rank in the block.
pub type Marks = u128;

/// Names in no order, any of which is found by its print.
///
/// Nothing is sorted: a block is small enough to be sorted whenever somebody looks at it.
#[derive(Default)]
pub struct Block {
    page: Vec<u8>,
    /// 16 bits of each name's hash: a look-up reads these and no name that is not there.
    prints: Vec<u16>,
    /// Two halves, as a whole would have to be aligned.
    marks: [u64; 2],
    /// The number of the search that set the marks; 0 for none.
    seen: u32,
}

impl Block {
    /// How many names it holds.
    pub fn len(&self) -> usize {
        self.prints.len()
    }

    /// Whether no more names go in.
    pub fn is_full(&self) -> bool {
        self.len() >= MOST
    }

    /// The names in the order they came.
    pub fn iter(&self) -> Names<'_> {
        Names::of(&self.page)
    }

    /// The names, one behind the other, each behind its length.
    pub fn page(&self) -> &[u8] {
        &self.page
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

    /// The rank of a name with this print.
    #[inline]
    pub fn rank(&self, print: u16, name: &[u8]) -> Option<usize> {
        let (chunks, tail) = self.prints.as_chunks::<STEP>();
        let mut at = 0;
        for chunk in chunks {
            // Without an early end, so that it is done in one go.
            if chunk
                .iter()
                .fold(0, |any, held| any | u8::from(*held == print))
                != 0
                && let Some(rank) = self.rank_in(chunk, at, print, name)
            {
                return Some(rank);
            }
            at += STEP;
        }
        self.rank_in(tail, at, print, name)
    }

    fn rank_in(&self, prints: &[u16], from: usize, print: u16, name: &[u8]) -> Option<usize> {
        let ranks = prints
            .iter()
            .zip(from..)
            .filter(|(held, _)| **held == print);
        ranks
            .map(|(_, rank)| rank)
            .find(|&rank| self.iter().nth(rank) == Some(name))
    }

    /// Adds a name that is not here; the block must not be full. `is_match` is for a search that is on: its number
    /// and whether the name matches. True when that search has seen this block, so that the match counts now.
    pub fn push(&mut self, print: u16, name: &[u8], is_match: Option<(u32, bool)>) -> bool {
        let rank = self.len();
        if self.prints.len() == self.prints.capacity() {
            self.prints.reserve_exact(if rank == 0 { 2 } else { STEP });
        }
        self.prints.push(print);
        page::append(&mut self.page, name);
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

    /// Takes the name of this rank out.
    pub fn remove(&mut self, rank: usize) {
        let mut names = self.iter();
        names.by_ref().take(rank).for_each(drop);
        let start = self.page.len() - names.left();
        names.next();
        let end = self.page.len() - names.left();
        self.page.drain(start..end);
        self.prints.remove(rank);
        let marks = self.all_marks();
        let low = marks & ((1 << rank) - 1);
        self.mark(self.seen, low | (marks >> 1 >> rank << rank));
    }

    /// Cuts the block in two by a test of each name: those that pass go to the second.
    pub fn part(&mut self, goes: impl Fn(&[u8]) -> bool) -> Self {
        let old = std::mem::take(self);
        let mut second = Self::default();
        let (mut bytes, mut count) = (0, 0);
        let marks = old.all_marks();
        let mut moves: Marks = 0;
        for (rank, name) in old.iter().enumerate() {
            if goes(name) {
                moves |= 1 << rank;
                bytes += name.len() + 1;
                count += 1;
            }
        }
        self.room_for(old.len() - count, old.page.len().saturating_sub(bytes));
        second.room_for(count, bytes);
        for ((rank, name), &print) in old.iter().enumerate().zip(&old.prints) {
            let to = if moves >> rank & 1 == 1 {
                &mut second
            } else {
                &mut *self
            };
            let new = to.len();
            to.prints.push(print);
            page::append(&mut to.page, name);
            to.set_mark(new, marks >> rank & 1 == 1);
        }
        self.seen = old.seen;
        second.seen = old.seen;
        second
    }

    /// Reads where things are, so that many such reads wait for memory together.
    #[inline]
    pub fn touch(&self) -> usize {
        self.prints.len() ^ self.page.len()
    }

    /// Reads what an insertion reads, so that many such reads wait for memory together.
    #[inline]
    pub fn touch_names(&self) -> usize {
        let print = |at: usize| usize::from(self.prints.get(at).copied().unwrap_or(0));
        let last = usize::from(self.page.last().copied().unwrap_or(0));
        print(0) ^ print(2 * STEP) ^ print(4 * STEP) ^ last
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        self.page.capacity() + self.prints.capacity() * size_of::<u16>()
    }

    fn room_for(&mut self, names: usize, bytes: usize) {
        self.prints.reserve_exact(names.next_multiple_of(STEP));
        self.page.reserve_exact(bytes + bytes / 8);
    }

    fn set_mark(&mut self, rank: usize, mark: bool) {
        let half = &mut self.marks[rank / 64];
        *half = *half & !(1 << (rank % 64)) | u64::from(mark) << (rank % 64);
    }
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
            assert_eq!(block.rank(7, name), None);
            block.push(7, name, None);
        }
        assert!(block.is_full());
        for name in names.iter().step_by(2) {
            let rank = block.rank(7, name).unwrap();
            block.remove(rank);
            assert_eq!(block.rank(7, name), None);
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
        let second = block.part(|name| name[0] >= 40);
        let marked = |block: &Block| block.shown(Some(3)).map(|name| name[0]).collect::<Vec<_>>();
        let all = [marked(&block), marked(&second)].concat();
        let expected = (1..100).filter(|n| n % 3 == 0 && *n != 71);
        assert_eq!(all, expected.collect::<Vec<_>>());
        assert_eq!(block.count(None) + second.count(None), 98);
        assert_eq!(block.count(Some(4)), 0, "another search has marked nothing");
    }
}
