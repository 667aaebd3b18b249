//! What a DUMP payload holds, and the commands that make it anew where RESTORE is refused.
//!
//! Read are strings, lists, sets, hashes and sorted sets in every encoding of Redis 2.6 to 8 and Valkey 7 to 9 but
//! zipmaps; no stream and no value of a module, whose inner state (groups, pending entries) no command can set.
//! RESTORE gives back more: a value read and rebuilt holds the same elements, but idle time and frequency (OBJECT
//! IDLETIME, FREQ) begin anew, the encoding is what the server chooses, and MEMORY USAGE may differ.
use std::borrow::Cow;

mod body;
mod bytes;
mod crc;
mod intset;
mod listpack;
mod lzf;
mod packed;
mod rebuild;
mod room;
mod ziplist;

pub use rebuild::rebuild;

use bytes::Bytes;
use room::Room;

/// The elements of a value. Empty only for a string: there are no empty collections.
#[derive(Clone, PartialEq, Debug)]
pub enum Contents {
    String(Vec<u8>),
    /// From head to tail.
    List(Vec<Vec<u8>>),
    /// In no order.
    Set(Vec<Vec<u8>>),
    /// In no order.
    Hash(Vec<Field>),
    /// In no order.
    Zset(Vec<Member>),
}

/// Whether values of the type of this name, as TYPE answers it, can be brought back without RESTORE.
pub fn is_rebuilt(kind: &str) -> bool {
    ["string", "list", "set", "hash", "zset"].contains(&kind)
}

impl Contents {
    /// The type as TYPE names it, and how many elements (of a string, bytes) there are.
    pub fn size(&self) -> (&'static str, u64) {
        let (kind, len) = match self {
            Self::String(value) => ("string", value.len()),
            Self::Hash(fields) => ("hash", fields.len()),
            Self::List(items) => ("list", items.len()),
            Self::Set(items) => ("set", items.len()),
            Self::Zset(members) => ("zset", members.len()),
        };
        (kind, len as u64)
    }
}

/// One field of a hash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    pub name: Vec<u8>,
    pub value: Vec<u8>,
    /// When it goes, as unix time in milliseconds (HPEXPIRETIME; Redis 7.4, Valkey 9).
    pub expire_at_ms: Option<u64>,
}

/// One member of a sorted set.
#[derive(Clone, PartialEq, Debug)]
pub struct Member {
    pub name: Vec<u8>,
    /// Not NaN; may be infinite.
    pub score: f64,
}

/// Why a payload is no contents.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unreadable {
    /// The bytes end before the value does.
    #[error("the copy of the value is cut short")]
    Cut,
    /// CRC64 is not the one at the end.
    #[error("the copy of the value is damaged: its checksum is wrong")]
    Checksum,
    /// The bytes are not what their type says: what is odd.
    #[error("the copy of the value does not read as its type says: {0}")]
    Shape(&'static str),
    #[error("a stream can be brought back by RESTORE alone: its groups cannot be rebuilt")]
    Stream,
    #[error("a value of a module can be brought back by RESTORE alone: only its module reads it")]
    Module,
    /// A type byte of a newer server, or of one before Redis 2.6.
    #[error("keygrove does not know how to read values of type {0} (RDB version {1})")]
    Unknown(u8, u16),
    /// Unpacked it would take much more memory than it does packed.
    #[error("the value is too big, unpacked, to be rebuilt; RESTORE alone can bring it back")]
    Big,
}

/// Version and checksum.
const FOOTER: usize = 10;

/// Reads what DUMP answered: a type byte, the value, the RDB version (2 bytes) and CRC64 (8 bytes) of all before.
///
/// Takes any bytes: it neither panics nor allocates more than [`room`] for what they pretend to hold.
pub fn read(payload: &[u8]) -> Result<Contents, Unreadable> {
    let (signed, sum) = payload.split_last_chunk::<8>().ok_or(Unreadable::Cut)?;
    let (body, version) = signed.split_last_chunk::<2>().ok_or(Unreadable::Cut)?;
    if crc::crc64(signed) != u64::from_le_bytes(*sum) {
        return Err(Unreadable::Checksum);
    }
    let version = u16::from_le_bytes(*version);
    let (&kind, body) = body.split_first().ok_or(Unreadable::Cut)?;
    let room = Room::for_payload(payload.len() - FOOTER);
    let mut bytes = Bytes::new(body, &room);
    let contents = body::read(kind, version, &mut bytes)?;
    if !bytes.is_empty() {
        return Err(Unreadable::Shape("there is more than the value"));
    }
    if contents.is_empty() {
        return Err(Unreadable::Shape("it holds no elements"));
    }
    Ok(contents)
}

impl Contents {
    /// The name of the type as TYPE answers it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Hash(_) => "hash",
            Self::Zset(_) => "zset",
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::String(_) => false,
            Self::List(items) | Self::Set(items) => items.is_empty(),
            Self::Hash(fields) => fields.is_empty(),
            Self::Zset(members) => members.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests;
