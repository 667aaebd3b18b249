//! What a DUMP payload holds, and the commands that make it anew where RESTORE is refused.
//!
//! Read are strings, lists, sets, hashes and sorted sets in every encoding of Redis 2.6 to 8 and Valkey 7 to 9 but
//! zipmaps; no stream and no value of a module, whose inner state (groups, pending entries) no command can set.
//! RESTORE gives back more: a value read and rebuilt holds the same elements, but idle time and frequency (OBJECT
//! IDLETIME, FREQ) begin anew, the encoding is what the server chooses, and MEMORY USAGE may differ.
use std::borrow::Cow;

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
/// From here on the numbers of types are Valkey's where the two differ; Redis stays below.
const VALKEY: u16 = 80;

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
    let contents = contents(kind, version, &mut bytes)?;
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

/// The body after its type byte. The numbers are those of `rdb.h`.
fn contents(kind: u8, version: u16, bytes: &mut Bytes) -> Result<Contents, Unreadable> {
    let valkey = version >= VALKEY;
    match kind {
        0 => Ok(Contents::String(bytes.owned()?)),
        1 => Ok(Contents::List(plain_list(bytes)?)),
        2 => Ok(Contents::Set(plain_list(bytes)?)),
        3 => Ok(Contents::Zset(plain_zset(bytes, Bytes::score_text)?)),
        4 => Ok(Contents::Hash(plain_hash(bytes)?)),
        5 => Ok(Contents::Zset(plain_zset(bytes, Bytes::double)?)),
        6 | 7 => Err(Unreadable::Module),
        10 => Ok(Contents::List(ziplist::read(&bytes.string()?, bytes.room)?)),
        11 => Ok(Contents::Set(intset::read(&bytes.string()?, bytes.room)?)),
        12 => packed::zset(ziplist::read(&bytes.string()?, bytes.room)?),
        13 => packed::hash(ziplist::read(&bytes.string()?, bytes.room)?),
        14 => Ok(Contents::List(quicklist(bytes)?)),
        15 | 19 | 21 => Err(Unreadable::Stream),
        16 => packed::hash(listpack::read(&bytes.string()?, bytes.room)?),
        17 => packed::zset(listpack::read(&bytes.string()?, bytes.room)?),
        18 => Ok(Contents::List(quicklist2(bytes)?)),
        20 => Ok(Contents::Set(listpack::read(&bytes.string()?, bytes.room)?)),
        22 if valkey => Ok(Contents::Hash(valkey_hash(bytes)?)),
        24 if !valkey => Ok(Contents::Hash(redis_hash(bytes)?)),
        25 if !valkey => {
            // The soonest of the times, which are all in the listpack.
            bytes.array::<8>()?;
            packed::expiring_hash(listpack::read(&bytes.string()?, bytes.room)?)
        }
        _ => Err(Unreadable::Unknown(kind, version)),
    }
}

fn plain_list(bytes: &mut Bytes) -> Result<Vec<Vec<u8>>, Unreadable> {
    let count = bytes.len()?;
    (0..count).map(|_| bytes.owned()).collect()
}

fn plain_zset<'p>(
    bytes: &mut Bytes<'p>,
    score: fn(&mut Bytes<'p>) -> Result<f64, Unreadable>,
) -> Result<Vec<Member>, Unreadable> {
    let count = bytes.len()?;
    let member = |_| {
        let name = bytes.owned()?;
        let score = score(bytes)?;
        Ok(Member { name, score })
    };
    (0..count).map(member).collect()
}

fn plain_hash(bytes: &mut Bytes) -> Result<Vec<Field>, Unreadable> {
    let count = bytes.len()?;
    let field = |_| {
        Ok(Field {
            name: bytes.owned()?,
            value: bytes.owned()?,
            expire_at_ms: None,
        })
    };
    (0..count).map(field).collect()
}

/// Valkey 9: every field with its time, -1 for none.
fn valkey_hash(bytes: &mut Bytes) -> Result<Vec<Field>, Unreadable> {
    let count = bytes.len()?;
    let field = |_| {
        let name = bytes.owned()?;
        let value = bytes.owned()?;
        let expire_at_ms = match i64::from_le_bytes(bytes.array()?) {
            -1 => None,
            at => Some(u64::try_from(at).map_err(|_| Unreadable::Shape("a field's expiry"))?),
        };
        Ok(Field {
            name,
            value,
            expire_at_ms,
        })
    };
    (0..count).map(field).collect()
}

/// Redis 7.4: the soonest time, then every field after how much later it goes, plus 1; 0 for never.
fn redis_hash(bytes: &mut Bytes) -> Result<Vec<Field>, Unreadable> {
    let soonest = u64::from_le_bytes(bytes.array()?);
    let count = bytes.len()?;
    let field = |_| {
        let expire_at_ms = match bytes.len()? {
            0 => None,
            later => Some(
                soonest
                    .checked_add(later - 1)
                    .ok_or(Unreadable::Shape("a field's expiry"))?,
            ),
        };
        Ok(Field {
            name: bytes.owned()?,
            value: bytes.owned()?,
            expire_at_ms,
        })
    };
    (0..count).map(field).collect()
}

/// Redis 3.2 to 6.2: nodes that are ziplists.
fn quicklist(bytes: &mut Bytes) -> Result<Vec<Vec<u8>>, Unreadable> {
    let mut items = Vec::new();
    for _ in 0..bytes.len()? {
        items.extend(ziplist::read(&bytes.string()?, bytes.room)?);
    }
    Ok(items)
}

/// From Redis 7 on: nodes that are one big element (1) or a listpack (2).
fn quicklist2(bytes: &mut Bytes) -> Result<Vec<Vec<u8>>, Unreadable> {
    let mut items = Vec::new();
    for _ in 0..bytes.len()? {
        match bytes.len()? {
            1 => items.push(bytes.owned()?),
            2 => items.extend(listpack::read(&bytes.string()?, bytes.room)?),
            _ => return Err(Unreadable::Shape("a node of a list")),
        }
    }
    Ok(items)
}

#[cfg(test)]
mod tests;
