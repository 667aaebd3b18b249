//! What is looked for in names, and the ways to look for it: in one name, and in many that lie behind each other.
use memchr::memmem::Finder;

use super::block::{Block, Marks, all};
use crate::model::printed;

/// Bytes, in any ASCII case unless the text has an upper-case letter.
pub struct Needle {
    finder: Finder<'static>,
    case: Case,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Any,
    Exact,
}

/// How a needle stands to the path all names of a folder begin with.
pub struct Path {
    /// The path has it, so every name has it.
    whole: bool,
    /// How many of its first bytes the path ends with; a name that begins with the others has it.
    begun: Vec<usize>,
}

impl Path {
    /// Whether every name below it matches, unseen.
    pub fn is_whole(&self) -> bool {
        self.whole
    }
}

impl Needle {
    /// Reads the text as the printed form of bytes; as it is when it is no printed form.
    pub fn new(text: &str) -> Self {
        let bytes = printed::unprint(text).unwrap_or_else(|_| text.into());
        let exact = String::from_utf8_lossy(&bytes)
            .chars()
            .any(char::is_uppercase);
        let case = if exact { Case::Exact } else { Case::Any };
        let bytes = match case {
            Case::Exact => bytes,
            Case::Any => bytes.to_ascii_lowercase(),
        };
        Self {
            finder: Finder::new(&bytes).into_owned(),
            case,
        }
    }

    /// Whether all that matches this also matches `wider`.
    pub fn narrows(&self, wider: &Self) -> bool {
        let (own, wide) = (self.finder.needle(), &wider.finder);
        match (wider.case, self.case) {
            (Case::Any, _) => wide.find(&own.to_ascii_lowercase()).is_some(),
            (Case::Exact, Case::Exact) => wide.find(own).is_some(),
            (Case::Exact, Case::Any) => false,
        }
    }

    /// Whether a name matches; a buffer saves making one a name.
    pub fn is_in(&self, name: &[u8], lower: &mut Vec<u8>) -> bool {
        self.finder.find(self.fold(name, lower)).is_some()
    }

    /// Its bytes, as they are compared.
    pub fn bytes(&self) -> &[u8] {
        self.finder.needle()
    }

    /// A byte of a name as it is compared.
    #[inline]
    pub fn fold_byte(&self, byte: u8) -> u8 {
        match self.case {
            Case::Exact => byte,
            Case::Any => byte.to_ascii_lowercase(),
        }
    }

    /// How it stands to a path.
    pub fn in_path(&self, path: &[u8]) -> Path {
        let mut lower = Vec::new();
        let (path, needle) = (self.fold(path, &mut lower), self.finder.needle());
        Path {
            whole: self.finder.find(path).is_some(),
            begun: (1..needle.len())
                .filter(|&length| path.ends_with(&needle[..length]))
                .collect(),
        }
    }

    /// Marks the names of a block that match, of those that are still in question.
    pub fn look(&self, block: &Block, path: &Path, question: Marks, lower: &mut Vec<u8>) -> Marks {
        let question = question & all(block.len());
        if path.whole || question == 0 {
            return question;
        }
        let few = question.count_ones() as usize * 8 < block.len();
        let mut found = if few {
            0
        } else {
            self.look_through(block, lower)
        };
        if few || !path.begun.is_empty() {
            for (rank, name) in block.iter().enumerate() {
                if question >> rank & 1 == 1 {
                    let has = few && self.is_in(name, lower) || self.goes_on(name, path, lower);
                    found |= Marks::from(has) << rank;
                }
            }
        }
        found & question
    }

    /// Looks at all names of a block as one, then which of them it was found in.
    fn look_through(&self, block: &Block, lower: &mut Vec<u8>) -> Marks {
        let page = block.page().names();
        let (hay, length) = (self.fold(page, lower), self.finder.needle().len());
        let (mut names, mut next) = (block.iter(), 0);
        let (mut found, mut from): (Marks, usize) = (0, 0);
        while let Some(at) = hay.get(from..).and_then(|hay| self.finder.find(hay)) {
            let at = from + at;
            // The name it lies in, or before which it lies.
            let (mut start, mut end) = (from, from);
            while end <= at
                && let Some(name) = names.next()
            {
                end = page.len() - names.left();
                start = end - name.len();
                next += 1;
            }
            // What lies across the end of a name, or in a length that stands before one, is in no name.
            let is_inside = at >= start && at + length <= end;
            let has = is_inside || self.finder.find(&hay[start..end]).is_some();
            found |= Marks::from(has) << (next - 1);
            from = end;
        }
        found
    }

    /// Whether a name goes on with what the path has begun.
    fn goes_on(&self, name: &[u8], path: &Path, lower: &mut Vec<u8>) -> bool {
        let name = &name[..name.len().min(self.finder.needle().len())];
        !path.begun.is_empty() && {
            let (name, needle) = (self.fold(name, lower), self.finder.needle());
            path.begun
                .iter()
                .any(|&begun| name.starts_with(&needle[begun..]))
        }
    }

    /// Bytes as they are compared.
    fn fold<'b>(&self, bytes: &'b [u8], lower: &'b mut Vec<u8>) -> &'b [u8] {
        match self.case {
            Case::Exact => bytes,
            Case::Any => {
                lower.clear();
                lower.extend_from_slice(bytes);
                lower.make_ascii_lowercase();
                lower
            }
        }
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

    #[test]
    fn a_block_is_looked_through_as_its_names_are() {
        // Lengths are bytes as well: 2 stands before "ab", and 97 and 65 are letters.
        let (long, longer) = ("b".repeat(97), "B".repeat(65));
        let names = [
            "ab", "b", "", "a", "b", "xab", "AB", &long, "aa", &longer, "a", "\u{2}ab",
        ];
        let mut block = Block::default();
        for name in names {
            block.push(0, name.as_bytes(), None);
        }
        for text in [
            "a", "ab", "b", "\u{2}ab", "\u{2}a", "ba", "aB", "bb", "bbb", "aa", "a\u{1}",
        ] {
            for path in ["", "xa:", "a:", "b", "a", "xaB"] {
                let (needle, mut lower) = (Needle::new(text), Vec::new());
                let stands = needle.in_path(path.as_bytes());
                for question in [Marks::MAX, 0b101, 1 << 6] {
                    let found = needle.look(&block, &stands, question, &mut lower);
                    for (rank, name) in names.iter().enumerate() {
                        let asked = question >> rank & 1 == 1;
                        let name = [path, name].concat();
                        let has = asked && needle.is_in(name.as_bytes(), &mut lower);
                        assert_eq!(found >> rank & 1 == 1, has, "{text:?} in {name:?}");
                    }
                }
            }
        }
    }
}
