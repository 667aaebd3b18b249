//! Many names of keys in one piece of memory, as a walk brings them: bytes, never assumed to be text.
use std::fmt;

use super::Key;

/// Names in the order they came. Adding one allocates nothing of its own, and neither does reading it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// One name after another.
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Names {
    /// None yet, with room for so many, which have so many bytes in all.
    pub fn with_room(names: usize, bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            ends: Vec::with_capacity(names),
        }
    }

    /// Adds a name at the end.
    pub fn push(&mut self, name: &[u8]) {
        self.bytes.extend_from_slice(name);
        self.ends.push(self.bytes.len());
    }

    /// Adds all of these at the end.
    pub fn append(&mut self, more: &Self) {
        let before = self.bytes.len();
        self.bytes.extend_from_slice(&more.bytes);
        self.ends.extend(more.ends.iter().map(|end| before + end));
    }

    /// Takes the names away that come after the first `count`.
    #[must_use]
    pub fn split_off(&mut self, count: usize) -> Self {
        let ends = self.ends.split_off(count.min(self.ends.len()));
        let begin = self.ends.last().copied().unwrap_or(0);
        Self {
            bytes: self.bytes.split_off(begin),
            ends: ends.iter().map(|end| end - begin).collect(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> + Clone {
        let begins = std::iter::once(&0).chain(&self.ends);
        let spans = begins.zip(&self.ends);
        spans.map(|(begin, end)| self.bytes.get(*begin..*end).unwrap_or_default())
    }

    /// The same as keys, each of which has its own piece of memory.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.iter().map(Key::new)
    }
}

impl<N: AsRef<[u8]>> FromIterator<N> for Names {
    fn from_iter<I: IntoIterator<Item = N>>(names: I) -> Self {
        let mut all = Self::default();
        for name in names {
            all.push(name.as_ref());
        }
        all
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_had_back_in_order_whatever_is_in_them() {
        let parts = [&[&b"a"[..], b"", b"\xff\0"][..], &[], &[b"", b"b:c"]];
        let mut all = Names::default();
        for part in parts {
            all.append(&part.iter().collect());
        }
        assert_eq!(all.len(), 5);
        assert!(!all.is_empty() && Names::default().is_empty());
        assert_eq!(all.iter().collect::<Vec<_>>(), parts.concat());
        assert_eq!(all.keys().nth(4), Some(Key::from("b:c")));
        for count in 0..7 {
            let mut first = all.clone();
            let mut last = first.split_off(count);
            assert_eq!((first.len(), last.len()), (count.min(5), 5 - count.min(5)));
            first.append(&last);
            assert_eq!(first, all);
            last.push(b"more");
            assert_eq!(last.iter().last(), Some(&b"more"[..]));
        }
    }
}
