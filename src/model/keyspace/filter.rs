//! Narrowing by text: a second tree of the keys that match, filled a few names at a time.
use memchr::memmem::Finder;

use super::tree::{Fresh, Tree, Walk};
use crate::model::printed;

/// What is looked for in names: bytes, in any ASCII case unless the text has an upper-case letter.
struct Needle {
    finder: Finder<'static>,
    case: Case,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Any,
    Exact,
}

impl Needle {
    /// Reads the text as the printed form of bytes; as it is when it is no printed form.
    fn new(text: &str) -> Self {
        let bytes = printed::unprint(text).unwrap_or_else(|_| text.into());
        let exact = String::from_utf8_lossy(&bytes)
            .chars()
            .any(char::is_uppercase);
        let case = if exact { Case::Exact } else { Case::Any };
        Self {
            finder: Finder::new(&bytes).into_owned(),
            case,
        }
    }

    /// Whether a name matches; a buffer saves making one a name.
    fn is_in(&self, name: &[u8], lower: &mut Vec<u8>) -> bool {
        match self.case {
            Case::Exact => self.finder.find(name).is_some(),
            Case::Any => {
                lower.clear();
                lower.extend(name.iter().map(u8::to_ascii_lowercase));
                self.finder.find(lower).is_some()
            }
        }
    }

    /// Whether all that matches this also matches `wider`.
    fn narrows(&self, wider: &Self) -> bool {
        let (own, wide) = (self.finder.needle(), wider.finder.needle());
        match (wider.case, self.case) {
            (Case::Any, _) => wider.finder.find(&own.to_ascii_lowercase()).is_some(),
            (Case::Exact, Case::Exact) => memchr::memmem::find(own, wide).is_some(),
            (Case::Exact, Case::Any) => false,
        }
    }
}

/// A filter that is on: what matches so far and what is still to be examined.
pub(super) struct Filter {
    needle: Needle,
    /// The keys that match, as a tree of their own.
    pub hits: Tree,
    search: Search,
    lower: Vec<u8>,
}

/// What is still to be examined.
enum Search {
    /// The names held, from here on.
    All(Walk),
    /// The hits of the filter before, from here on.
    Hits(Box<Tree>, Walk),
    Done,
}

impl Filter {
    /// A filter by this text. A search that is over and wider than this one is narrowed; folders closed in the
    /// filter before stay closed.
    pub fn new(text: &str, all: &Tree, before: Option<Self>) -> Self {
        let needle = Needle::new(text);
        let hits = before.as_ref().map_or_else(
            || Tree::new(all.separator.bytes(), Fresh::Open, all.order()),
            |before| before.hits.emptied(),
        );
        let search = match before {
            Some(Self {
                needle: wider,
                hits,
                search: Search::Done,
                ..
            }) if needle.narrows(&wider) => Search::Hits(Box::new(hits), Walk::default()),
            _ => Search::All(Walk::default()),
        };
        Self {
            needle,
            hits,
            search,
            lower: Vec::new(),
        }
    }

    /// Examines about this many names; true while more remain.
    pub fn step(&mut self, all: &Tree, names: usize) -> bool {
        let (source, walk) = match &mut self.search {
            Search::All(walk) => (all, walk),
            Search::Hits(hits, walk) => (&**hits, walk),
            Search::Done => return false,
        };
        let (mut left, mut folder, mut name, mut prefix) = (names, None, Vec::new(), 0);
        while left > 0 {
            let Some((id, few)) = source.walk(walk) else {
                self.search = Search::Done;
                return false;
            };
            left -= 1;
            let Some(few) = few else { continue };
            if folder != Some(id) {
                (folder, name) = (Some(id), source.path(id));
                prefix = name.len();
            }
            for rest in few {
                name.truncate(prefix);
                name.extend_from_slice(rest);
                if self.needle.is_in(&name, &mut self.lower) {
                    self.hits.insert(&name);
                }
                left = left.saturating_sub(1);
            }
        }
        true
    }

    /// Takes note of a name that was added to the keyspace.
    pub fn insert(&mut self, name: &[u8]) {
        if self.needle.is_in(name, &mut self.lower) {
            self.hits.insert(name);
        }
    }

    /// Takes note of a name that was taken from the keyspace.
    pub fn remove(&mut self, name: &[u8]) {
        self.hits.remove(name);
        match &mut self.search {
            Search::All(walk) => walk.step_back(),
            Search::Hits(hits, walk) => {
                hits.remove(name);
                walk.step_back();
            }
            Search::Done => {}
        }
    }

    /// Takes note of the keyspace being emptied.
    pub fn clear(&mut self) {
        self.hits = self.hits.emptied();
        self.search = Search::Done;
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        let source = match &self.search {
            Search::Hits(hits, _) => hits.heap_bytes(),
            Search::All(_) | Search::Done => 0,
        };
        self.hits.heap_bytes() + source + self.lower.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_smart_and_escapes_are_read() {
        for (text, name, is_in) in [
            ("user", &b"my:USER:1"[..], true),
            ("User", b"my:USER:1", false),
            ("\\xff", b"a\xffb", true),
            ("\\xFF", b"a\xffb", true),
            ("\\x", b"a\\xb", true),
            ("\\\\", b"a\\b", true),
            ("r:1", b"my:USER:1", true),
        ] {
            assert_eq!(
                Needle::new(text).is_in(name, &mut Vec::new()),
                is_in,
                "{text}"
            );
        }
    }

    #[test]
    fn one_more_letter_narrows() {
        for (narrow, wide, narrows) in [
            ("user", "use", true),
            ("User", "user", true),
            ("user", "User", false),
            ("User", "Us", true),
            ("us", "use", false),
        ] {
            assert_eq!(
                Needle::new(narrow).narrows(&Needle::new(wide)),
                narrows,
                "{narrow} in {wide}"
            );
        }
    }
}
