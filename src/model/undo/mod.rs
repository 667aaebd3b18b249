//! Undo: what a change did, told so that it can be turned round, and the change that does so under a guard of its own.
use super::key::Key;

mod deed;
mod life;
mod past;
mod value;

pub use deed::{Cannot, Deed, Ground, Swept, Turn, about, opposite, shortened};
pub use life::Life;
pub use past::{Back, Past};
pub use value::Touched;

/// What is bigger than this, in bytes of the server's memory (MEMORY USAGE), is deleted without being kept.
pub const MOST: u64 = super::change::Read::MOST;
/// As many elements as a key has at most that is kept where the server tells no bytes.
pub const MOST_ELEMENTS: u64 = 2_000;
/// Bytes that are kept of everything that can be undone.
pub const BUDGET: u64 = 32 * 1024 * 1024;

/// A deleted key, as it can be brought back.
#[derive(Clone, PartialEq)]
pub struct Kept {
    pub key: Key,
    /// As DUMP answered.
    pub payload: Vec<u8>,
    /// When it goes.
    pub life: Life,
}

impl Kept {
    /// About how many bytes it takes.
    pub fn bytes(&self) -> u64 {
        (self.key.bytes().len() + self.payload.len() + size_of::<Self>()) as u64
    }
}

/// Without the payload, which is a value.
impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = self.payload.len();
        write!(
            f,
            "Kept({}, {bytes} bytes, {:?})",
            self.key.printed(),
            self.life
        )
    }
}

#[cfg(test)]
mod tests;
