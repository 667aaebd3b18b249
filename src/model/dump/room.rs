//! How much memory a payload may ask for.
use std::cell::Cell;

use super::Unreadable;

/// What is always granted: small payloads of equal elements unpack into much more than they take.
const FLOOR: usize = 64 * 1024 * 1024;
/// How many times its own size a payload may take.
const TIMES: usize = 32;
/// What an element takes besides its bytes, in a vector that doubles.
const ELEMENT: usize = 48;

/// Memory that may still be taken, in bytes.
pub struct Room(Cell<usize>);

impl Room {
    /// For a payload of this size in bytes.
    pub fn for_payload(size: usize) -> Self {
        Self(Cell::new(size.saturating_mul(TIMES).max(FLOOR)))
    }

    /// Takes this many bytes.
    pub fn take(&self, bytes: usize) -> Result<(), Unreadable> {
        let left = self.0.get().checked_sub(bytes).ok_or(Unreadable::Big)?;
        self.0.set(left);
        Ok(())
    }

    /// Takes what an element of this many bytes needs.
    pub fn element(&self, len: usize) -> Result<(), Unreadable> {
        self.take(len.saturating_add(ELEMENT))
    }
}
