//! A page: a few names one after the other in one block of memory, each behind its length.

/// Names, each preceded by its length (seven bits a byte, low ones first).
#[derive(Default)]
pub struct Page(Vec<u8>);

/// Where a name is, or would be, in a sorted page.
pub struct Seat {
    /// Bytes before it.
    offset: usize,
    /// How many names stand before it.
    pub rank: usize,
    /// Whether it is there.
    pub taken: bool,
}

impl Page {
    /// The names in the order they lie.
    pub fn iter(&self) -> Names<'_> {
        Names::of(&self.0)
    }

    /// The first name.
    pub fn first(&self) -> Option<&[u8]> {
        self.iter().next()
    }

    /// Bytes in use.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        self.0.capacity()
    }

    /// Adds a name at the end.
    pub fn push(&mut self, name: &[u8]) {
        append(&mut self.0, name);
    }

    /// Takes a name out; false when it is not here.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        let mut names = self.iter();
        loop {
            let start = self.0.len() - names.rest.len();
            match names.next() {
                None => return false,
                Some(held) if held == name => {
                    let end = self.0.len() - names.rest.len();
                    self.0.drain(start..end);
                    return true;
                }
                Some(_) => {}
            }
        }
    }

    /// Where a name is or belongs; the page must be sorted.
    pub fn seat(&self, name: &[u8]) -> Seat {
        let mut names = self.iter();
        let mut rank = 0;
        loop {
            let offset = self.0.len() - names.rest.len();
            match names.next() {
                Some(held) if held < name => rank += 1,
                next => {
                    return Seat {
                        offset,
                        rank,
                        taken: next == Some(name),
                    };
                }
            }
        }
    }

    /// Puts a name on the seat found for it.
    pub fn insert(&mut self, seat: &Seat, name: &[u8]) {
        let old = self.0.len();
        self.push(name);
        let added = self.0.len() - old;
        self.0[seat.offset..].rotate_right(added);
    }

    /// Cuts the page before the name of this rank and gives the second part.
    pub fn split_off(&mut self, rank: usize) -> Self {
        let mut names = self.iter();
        names.by_ref().take(rank).for_each(drop);
        let at = self.0.len() - names.rest.len();
        let tail = Self(self.0[at..].to_vec());
        self.0.truncate(at);
        self.0.shrink_to_fit();
        tail
    }

    /// Gives back the memory kept for more names.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}

/// Adds a name at the end of a block of names, behind its length.
///
/// The block grows by an eighth, not by doubling: the spare bytes of all blocks add up.
pub fn append(bytes: &mut Vec<u8>, name: &[u8]) {
    let need = name.len() + 1 + name.len().checked_ilog2().unwrap_or(0) as usize / 7;
    if bytes.capacity() - bytes.len() < need {
        bytes.reserve_exact(need.max(bytes.len() / 8));
    }
    push_length(bytes, name.len());
    bytes.extend_from_slice(name);
}

fn push_length(bytes: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
}

/// Walks names that lie one after the other.
pub struct Names<'a> {
    rest: &'a [u8],
}

impl<'a> Names<'a> {
    /// Walks names that were appended to a block one after the other.
    pub fn of(block: &'a [u8]) -> Self {
        Self { rest: block }
    }

    /// How many bytes are not walked yet.
    pub fn left(&self) -> usize {
        self.rest.len()
    }
}

impl<'a> Iterator for Names<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (&first, mut rest) = self.rest.split_first()?;
        let mut length = usize::from(first & 0x7f);
        let (mut byte, mut shift) = (first, 7);
        while byte & 0x80 != 0 {
            (byte, rest) = rest.split_first().map(|(&byte, rest)| (byte, rest))?;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
        }
        let (name, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_length_come_back() {
        let lengths = [0, 1, 127, 128, 16_383, 16_384, 70_000];
        let mut page = Page::default();
        for length in lengths {
            page.push(&vec![b'x'; length]);
        }
        assert_eq!(page.iter().map(<[u8]>::len).collect::<Vec<_>>(), lengths);
        assert!(page.remove(&[b'x'; 128]));
        assert!(!page.remove(&[b'x'; 128]));
        assert_eq!(page.iter().count(), lengths.len() - 1);
    }

    #[test]
    fn a_seat_keeps_a_page_sorted() {
        let mut page = Page::default();
        for name in ["m", "", "z", "ma", "a"] {
            let seat = page.seat(name.as_bytes());
            assert!(!seat.taken);
            page.insert(&seat, name.as_bytes());
        }
        assert!(page.seat(b"ma").taken);
        let tail = page.split_off(2);
        assert_eq!(page.iter().collect::<Vec<_>>(), [&b""[..], b"a"]);
        assert_eq!(tail.iter().collect::<Vec<_>>(), [&b"m"[..], b"ma", b"z"]);
    }
}
