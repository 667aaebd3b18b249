//! The separator: what splits a name into folders and a rest.
use memchr::memmem::Finder;

/// One or more bytes between the segments of a name.
pub struct Separator(Finder<'static>);

impl Separator {
    /// A separator of these bytes, which must not be none.
    pub fn new(bytes: &[u8]) -> Self {
        assert!(!bytes.is_empty(), "a separator has one byte at least");
        Self(Finder::new(bytes).into_owned())
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.needle()
    }

    /// The first segment and what stands behind the separator; `None` when there is no separator.
    pub fn cut<'n>(&self, name: &'n [u8]) -> Option<(&'n [u8], &'n [u8])> {
        let at = match self.bytes() {
            &[byte] => memchr::memchr(byte, name),
            _ => self.0.find(name),
        }?;
        Some((&name[..at], &name[at + self.bytes().len()..]))
    }

    /// How many bytes of a name are its folders, separators included.
    pub fn folders(&self, name: &[u8]) -> usize {
        if let &[byte] = self.bytes() {
            return memchr::memrchr(byte, name).map_or(0, |at| at + 1);
        }
        let mut rest = name;
        while let Some((_, below)) = self.cut(rest) {
            rest = below;
        }
        name.len() - rest.len()
    }
}
