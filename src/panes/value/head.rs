//! What is told of an open key besides its rows.
use std::time::Instant;

use crate::model::kinds::Kind;
use crate::server::{Fault, Left};

/// What is told of a value besides its rows.
#[derive(Clone)]
pub struct Head {
    pub kind: &'static dyn Kind,
    /// As TYPE answers it: the name of a type we do not know is kept.
    pub name: String,
    pub left: Result<Left, Fault>,
    pub encoding: Result<String, Fault>,
    pub memory: Result<u64, Fault>,
    pub total: Option<u64>,
    /// Why this user may not read the value.
    pub unread: Option<Box<Fault>>,
    /// When the server was asked.
    pub at: Instant,
    /// Since when all rows are known: more of them may have come later.
    pub since: Instant,
}

impl Head {
    /// Milliseconds left now; `None` where it never expires or is not known.
    pub fn millis(&self, now: Instant) -> Option<u64> {
        match self.left {
            Ok(Left::Millis(millis)) => {
                Some(millis.saturating_sub(now.duration_since(self.at).as_millis() as u64))
            }
            _ => None,
        }
    }
}
