//! Names of keys, and patterns over them: bytes, never assumed to be text.
use std::fmt;
use std::sync::Arc;

use super::printed::Printed;

/// Stands where the empty name would not be seen.
pub const NAMELESS: &str = "(empty)";

/// The name of a key: any bytes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(Arc<[u8]>);

impl Key {
    /// A key of this name.
    pub fn new(name: impl Into<Arc<[u8]>>) -> Self {
        Self(name.into())
    }

    /// The bytes of the name.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What stands before the last separator: the folder of the key, without the separator; nothing at the top.
    pub fn folder(&self, separator: &[u8]) -> &[u8] {
        let mut parts = self.0.windows(separator.len().max(1));
        let at = parts.rposition(|part| part == separator);
        &self.0[..at.unwrap_or(0)]
    }

    /// The name as safe text.
    pub fn printed(&self) -> Printed {
        Printed::name(&self.0)
    }

    /// The name in words about it: as printed, and the empty one is seen too.
    pub fn called(&self) -> String {
        if self.0.is_empty() {
            return NAMELESS.to_owned();
        }
        self.printed().into_text()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.printed())
    }
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Self::new(name.as_bytes())
    }
}

/// A glob as Redis understands it in SCAN MATCH: `*`, `?`, `[a-z]`, `\` before a literal character.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Pattern(Vec<u8>);

/// The longest pattern sent to a server, in bytes: longer ones have hung or crashed old servers.
pub const LONGEST_PATTERN: usize = 256;

/// Why a pattern is not sent.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a pattern may have {LONGEST_PATTERN} bytes at most; this one has {0}")]
pub struct TooLong(usize);

impl Pattern {
    /// A pattern of this text; runs of `*` are folded into one.
    pub fn new(glob: &[u8]) -> Result<Self, TooLong> {
        let mut folded: Vec<u8> = Vec::with_capacity(glob.len());
        let mut escaped = false;
        for &byte in glob {
            if byte == b'*'
                && !escaped
                && folded.ends_with(b"*")
                && !ends_with_escaped_star(&folded)
            {
                continue;
            }
            escaped = byte == b'\\' && !escaped;
            folded.push(byte);
        }
        if folded.len() > LONGEST_PATTERN {
            return Err(TooLong(folded.len()));
        }
        Ok(Self(folded))
    }

    /// The pattern that matches every name which begins with these bytes.
    pub fn below(prefix: &[u8]) -> Result<Self, TooLong> {
        let mut glob = escape(prefix);
        glob.push(b'*');
        if glob.len() > LONGEST_PATTERN {
            return Err(TooLong(glob.len()));
        }
        Ok(Self(glob))
    }

    /// The bytes as SCAN MATCH wants them.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The pattern as safe text.
    pub fn printed(&self) -> Printed {
        Printed::new(&self.0)
    }

    /// The only name it matches, where it stands for one.
    pub fn literal(&self) -> Option<Vec<u8>> {
        let (mut name, mut bytes) = (Vec::with_capacity(self.0.len()), self.0.iter().copied());
        while let Some(byte) = bytes.next() {
            match byte {
                b'*' | b'?' | b'[' => return None,
                b'\\' => name.push(bytes.next()?),
                byte => name.push(byte),
            }
        }
        Some(name)
    }

    /// Whether a name matches, as the server would decide.
    pub fn matches(&self, name: &[u8]) -> bool {
        super::glob::matches(&self.0, name)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({})", self.printed())
    }
}

/// Puts `\` before every byte that means something in a pattern.
pub fn escape(literal: &[u8]) -> Vec<u8> {
    let mut glob = Vec::with_capacity(literal.len() + 1);
    for &byte in literal {
        if matches!(byte, b'*' | b'?' | b'[' | b']' | b'\\') {
            glob.push(b'\\');
        }
        glob.push(byte);
    }
    glob
}

/// Whether the `*` at the end is a literal one, made so by an odd run of backslashes before it.
fn ends_with_escaped_star(folded: &[u8]) -> bool {
    let before = &folded[..folded.len() - 1];
    before
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'\\')
        .count()
        % 2
        == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_about_a_key_name_it_even_if_it_has_no_name() {
        for (name, called) in [("", "(empty)"), (" ", "\\x20"), ("a:b", "a:b")] {
            assert_eq!(Key::from(name).called(), called);
        }
    }

    #[test]
    fn stars_fold_but_escaped_ones_stay() {
        let folded = |glob: &str| Pattern::new(glob.as_bytes()).map(|p| p.printed().into_text());
        assert_eq!(folded("a***b"), Ok("a*b".into()));
        assert_eq!(folded("\\**"), Ok("\\\\**".into()));
        assert!(Pattern::new(&[b'a'; 257]).is_err());
    }

    #[test]
    fn a_pattern_without_wildcards_is_one_name() {
        let literal = |glob: &[u8]| Pattern::new(glob).ok().and_then(|glob| glob.literal());
        for name in [&b"a"[..], b"", b"a*[b]?\\", b"\xff]"] {
            assert_eq!(literal(&escape(name)).as_deref(), Some(name));
        }
        for glob in [&b"a*"[..], b"?", b"[ab]", b"a\\"] {
            assert_eq!(literal(glob), None);
        }
    }

    #[test]
    fn a_folder_stands_before_the_last_separator() {
        for (name, separator, folder) in [
            ("a:b:c", ":", "a:b"),
            ("a", ":", ""),
            (":a", ":", ""),
            ("a::", ":", "a:"),
            ("a::b:c", "::", "a"),
            ("", "::", ""),
        ] {
            assert_eq!(
                Key::from(name).folder(separator.as_bytes()),
                folder.as_bytes(),
                "{name}"
            );
        }
    }

    #[test]
    fn a_prefix_is_taken_literally() {
        assert_eq!(
            Pattern::below(b"a[b]*:").map(|p| p.0),
            Ok(b"a\\[b\\]\\*:*".to_vec())
        );
    }
}
