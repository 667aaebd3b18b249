//! A page: a few names one after the other in one block of memory, each behind its length.

/// Adds a name at the end of a page, behind its length (seven bits a byte, low ones first).
///
/// The page grows by an eighth, not by doubling: the spare bytes of all pages add up.
pub fn append(page: &mut Vec<u8>, name: &[u8]) {
    let need = name.len() + 1 + name.len().checked_ilog2().unwrap_or(0) as usize / 7;
    if page.capacity() - page.len() < need {
        page.reserve_exact(need.max(page.len() / 8));
    }
    push_length(page, name.len());
    page.extend_from_slice(name);
}

fn push_length(page: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        page.push(length as u8 | 0x80);
        length >>= 7;
    }
    page.push(length as u8);
}

/// Walks names that lie one after the other.
#[derive(Clone)]
pub struct Names<'a> {
    rest: &'a [u8],
}

impl<'a> Names<'a> {
    /// Walks names that were appended to a page one after the other.
    pub fn of(page: &'a [u8]) -> Self {
        Self { rest: page }
    }

    /// How many bytes are not walked yet.
    pub fn left(&self) -> usize {
        self.rest.len()
    }
}

impl<'a> Iterator for Names<'a> {
    type Item = &'a [u8];

    #[inline]
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
        let mut page = Vec::new();
        for length in lengths {
            append(&mut page, &vec![b'x'; length]);
        }
        assert_eq!(
            Names::of(&page).map(<[u8]>::len).collect::<Vec<_>>(),
            lengths
        );
    }
}
