//! The seed of the hashes: drawn at random, so that nobody can choose names that fall on one page.
use std::hash::{BuildHasher, Hasher, RandomState};

/// A secret number that makes hashes differ from run to run; nothing shown depends on it.
#[derive(Clone, Copy)]
pub struct Seed(u64);

impl Seed {
    /// A new one.
    pub fn new() -> Self {
        Self(RandomState::new().hash_one(0) | 1)
    }

    /// The hash of some bytes that stand below `parent`.
    pub fn hash(self, parent: u32, bytes: &[u8]) -> u64 {
        let mut hash = fold(
            self.0 ^ u64::from(parent),
            0x9E37_79B9_7F4A_7C15 ^ bytes.len() as u64,
        );
        let (words, tail) = bytes.as_chunks::<8>();
        for word in words {
            hash = fold(
                hash ^ u64::from_le_bytes(*word),
                self.0 ^ 0xD1B5_4A32_D192_ED03,
            );
        }
        fold(
            hash ^ last_word(bytes, tail),
            self.0 ^ 0x94D0_49BB_1331_11EB,
        )
    }

    /// Sixteen bits of the hash of a name.
    #[inline]
    pub fn print(self, name: &[u8]) -> u16 {
        self.hash(0, name) as u16
    }
}

/// The bytes at the end, of which `tail` are not hashed yet: without a copy of a length that is not known before.
#[inline]
fn last_word(bytes: &[u8], tail: &[u8]) -> u64 {
    if let Some(last) = bytes.last_chunk() {
        return u64::from_le_bytes(*last);
    }
    match (tail.first_chunk(), tail.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        _ => tail
            .iter()
            .fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

/// Both halves of the long product, mixed.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// For maps whose keys are such hashes already.
#[derive(Default)]
pub struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
