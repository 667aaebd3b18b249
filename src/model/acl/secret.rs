//! Passwords and their hashes: held, sent, never shown.
use std::fmt;
use std::hint::black_box;

use sha2::{Digest, Sha256};

use crate::model::resp::MASK;

/// A password in clear. Printing it prints a mask.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(Vec<u8>);

impl Secret {
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The password itself, for hashing and for the hand-over card only.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }

    /// What the server keeps of it: lower-case hex of its SHA-256.
    pub fn hash(&self) -> Hash {
        let digest = Sha256::digest(&self.0);
        let hex = |digits: String, byte: &u8| digits + &format!("{byte:02x}");
        Hash(digest.iter().fold(String::new(), hex))
    }
}

/// Nothing of it stays in memory that is given back.
impl Drop for Secret {
    fn drop(&mut self) {
        self.0.fill(0);
        // Without this the compiler may leave out what nobody reads.
        black_box(&self.0);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// The SHA-256 of a password, 64 lower-case hex digits. A weak password can be found from it, so it is masked too.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(String);

impl Hash {
    /// `None` unless these are exactly 64 lower-case hex digits, as the server demands.
    pub fn new(hex: &[u8]) -> Option<Self> {
        let lower = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if hex.len() != 64 || !hex.iter().all(lower) {
            return None;
        }
        Some(Self(String::from_utf8(hex.to_vec()).ok()?))
    }

    /// The 64 digits, for sending only.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The first six digits: enough to tell two passwords of a user apart on a screen.
    pub fn mark(&self) -> &str {
        &self.0[..6]
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_what_the_server_computes() {
        let hash = Secret::new("secret").hash();
        let hex = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
        assert_eq!(hash.reveal(), hex);
        assert_eq!(Hash::new(hex.as_bytes()), Some(hash));
        assert_eq!(Hash::new(hex.to_uppercase().as_bytes()), None);
        assert_eq!(Hash::new(b"2bb8"), None);
    }

    #[test]
    fn nothing_secret_is_printed() {
        let secret = Secret::new("hunter2");
        let shown = format!("{secret} {secret:?} {} {:?}", secret.hash(), secret.hash());
        assert!(!shown.contains("hunter2") && !shown.contains(secret.hash().mark()));
    }
}
