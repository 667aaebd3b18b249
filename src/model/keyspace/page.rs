//! A page: a few names in one block of memory. First come cards, each with the prints and lengths of a few names, then
//! the names one after the other.
//!
//! A look-up reads the cards and no name that is not there; a name is found by the sum of the lengths before it.

use std::ops::Range;

/// Names a page holds at most.
pub const MOST: usize = 128;
/// Names on a card.
pub const STEP: usize = 8;
/// Bytes of a card: two a print, then one a length.
pub const CARD: usize = 3 * STEP;
/// Stands for a length that does not fit in a byte, which stands before the name then.
const LONG: u8 = u8::MAX;
/// The bytes of a length that stands before a name.
const LENGTH: usize = size_of::<u64>();

/// One in each of the four prints that are compared at once.
const LANES: u64 = 0x0001_0001_0001_0001;

/// The bytes of a page with what they mean.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    cards: &'a [[u8; CARD]],
    names: &'a [u8],
    count: usize,
}

/// How many bytes the cards of so many names take.
pub fn cards(names: usize) -> usize {
    names.div_ceil(STEP) * CARD
}

/// How many bytes a name takes behind the cards.
pub fn need(name: &[u8]) -> usize {
    name.len() + if short(name).is_some() { 0 } else { LENGTH }
}

fn short(name: &[u8]) -> Option<u8> {
    u8::try_from(name.len())
        .ok()
        .filter(|length| *length != LONG)
}

/// Adds a name of this rank, which is behind all others; there must be a card for it.
#[inline]
pub fn append(bytes: &mut Vec<u8>, rank: usize, print: u16, name: &[u8]) {
    let length = short(name);
    write(bytes, rank, print, length.unwrap_or(LONG));
    if length.is_none() {
        bytes.extend_from_slice(&(name.len() as u64).to_le_bytes());
    }
    bytes.extend_from_slice(name);
}

/// Writes on a card.
fn write(bytes: &mut [u8], rank: usize, print: u16, length: u8) {
    let card = bytes.as_chunks_mut::<CARD>().0.get_mut(rank / STEP);
    let Some(card) = card else { return };
    let (at, [low, high]) = (rank % STEP, print.to_le_bytes());
    (card[2 * at], card[2 * at + 1], card[2 * STEP + at]) = (low, high, length);
}

/// Adds names of another page that follow each other there; the first will have this rank.
pub fn copy(
    bytes: &mut Vec<u8>,
    rank: usize,
    page: Page,
    ranks: Range<usize>,
    names: Range<usize>,
) {
    for (new, old) in (rank..).zip(ranks) {
        let (print, length) = page.read(old);
        write(bytes, new, print, length);
    }
    bytes.extend_from_slice(page.names.get(names).unwrap_or_default());
}

/// Takes the name of a rank out; those behind it move up.
pub fn remove(bytes: &mut Vec<u8>, count: usize, rank: usize) {
    let page = Page::of(bytes, count);
    let (start, end) = (page.start(rank), page.start(rank + 1));
    bytes.drain(cards(count) + start..cards(count) + end);
    for behind in rank + 1..count {
        let (print, length) = Page::of(bytes, count).read(behind);
        write(bytes, behind - 1, print, length);
    }
    bytes.drain(cards(count - 1)..cards(count));
}

impl<'a> Page<'a> {
    /// Reads the bytes of a page of so many names.
    #[inline]
    pub fn of(bytes: &'a [u8], count: usize) -> Self {
        let (cards, names) = bytes.split_at_checked(cards(count)).unwrap_or_default();
        let cards = cards.as_chunks().0;
        Self {
            cards,
            names,
            count,
        }
    }

    /// The names, one after the other.
    pub fn names(self) -> &'a [u8] {
        self.names
    }

    /// The names in the order they came.
    #[inline]
    pub fn iter(self) -> Names<'a> {
        Names {
            page: self,
            rank: 0,
            rest: self.names,
        }
    }

    /// Where each name ends; behind the last, all end there.
    pub fn ends(self) -> [usize; MOST] {
        let (mut ends, mut names) = ([self.names.len(); MOST], self.iter());
        for end in &mut ends {
            if names.next().is_none() {
                break;
            }
            *end = self.names.len() - names.left();
        }
        ends
    }

    /// The rank of a name with this print.
    #[inline]
    pub fn rank(self, print: u16, name: &[u8]) -> Option<usize> {
        // All in one go and without an early end: mostly it is not here.
        let wanted = u64::from(print) * LANES;
        let mut same = 0;
        for card in self.cards {
            for prints in card.as_chunks().0.iter().take(2) {
                let differ = u64::from_le_bytes(*prints) ^ wanted;
                same |= differ.wrapping_sub(LANES) & !differ;
            }
        }
        if same & (LANES << 15) == 0 {
            return None;
        }
        self.rank_where(print, name)
    }

    #[inline(never)]
    fn rank_where(self, print: u16, name: &[u8]) -> Option<usize> {
        let length = short(name).unwrap_or(LONG);
        let is_here = |rank: &usize| {
            let rest = self.names.get(self.start(*rank)..).unwrap_or_default();
            let mut from = Names {
                rank: *rank,
                rest,
                page: self,
            };
            self.read(*rank) == (print, length) && from.next() == Some(name)
        };
        (0..self.count).find(|rank| self.read(*rank).0 == print && is_here(rank))
    }

    /// Where a name begins, its length included if it stands there.
    fn start(self, rank: usize) -> usize {
        let (cards, card) = self.cards.split_at(rank / STEP);
        let before = cards.iter().map(|card| &card[2 * STEP..]);
        let last = card
            .first()
            .map(|card| &card[2 * STEP..2 * STEP + rank % STEP]);
        let (mut sum, mut long) = (0, false);
        for lengths in before.chain(last) {
            for &length in lengths {
                sum += usize::from(length);
                long |= length == LONG;
            }
        }
        if long {
            let mut names = self.iter();
            names.by_ref().take(rank).for_each(drop);
            return self.names.len() - names.left();
        }
        sum
    }

    fn read(self, rank: usize) -> (u16, u8) {
        let card = self.cards.get(rank / STEP).unwrap_or(&[0; CARD]);
        let at = rank % STEP;
        let print = u16::from_le_bytes([card[2 * at], card[2 * at + 1]]);
        (print, card[2 * STEP + at])
    }
}

/// Walks the names of a page.
#[derive(Clone)]
pub struct Names<'a> {
    page: Page<'a>,
    rank: usize,
    rest: &'a [u8],
}

impl Names<'_> {
    /// How many bytes of names are not walked yet.
    pub fn left(&self) -> usize {
        self.rest.len()
    }
}

impl<'a> Iterator for Names<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rank == self.page.count {
            return None;
        }
        let card = self.page.cards.get(self.rank / STEP)?;
        let mut length = usize::from(card[2 * STEP + self.rank % STEP]);
        if length == usize::from(LONG) {
            let (long, rest) = self.rest.split_first_chunk::<LENGTH>()?;
            length = u64::from_le_bytes(*long) as usize;
            self.rest = rest;
        }
        let (name, rest) = self.rest.split_at_checked(length)?;
        self.rank += 1;
        self.rest = rest;
        Some(name)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_length_come_back() {
        let lengths = [0, 1, 254, 255, 256, 65_535, 65_536, 70_000, 3, 0];
        let mut bytes = vec![0; cards(lengths.len())];
        for (rank, length) in lengths.into_iter().enumerate() {
            append(&mut bytes, rank, 7, &vec![b'x'; length]);
        }
        let held = |bytes: &[u8], count| {
            Page::of(bytes, count)
                .iter()
                .map(<[u8]>::len)
                .collect::<Vec<_>>()
        };
        assert_eq!(held(&bytes, 10), lengths);
        for (rank, length) in lengths.into_iter().enumerate().take(9) {
            let found = Page::of(&bytes, 10).rank(7, &vec![b'x'; length]);
            assert_eq!(found, Some(rank));
        }
        for (left, rank) in [(9, 9), (8, 4), (7, 0), (6, 3)] {
            remove(&mut bytes, left + 1, rank);
            assert_eq!(Page::of(&bytes, left).iter().count(), left);
        }
        assert_eq!(held(&bytes, 6), [1, 254, 255, 65_536, 70_000, 3]);
        assert_eq!(bytes.len(), cards(6) + 136_049 + 3 * LENGTH);
        assert!(
            Page::of(&bytes, 6)
                .iter()
                .all(|name| name.iter().all(|byte| *byte == b'x'))
        );
    }
}
