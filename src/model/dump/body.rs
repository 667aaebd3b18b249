//! The value itself, behind its type byte, in each of its encodings.
use super::bytes::Bytes;
use super::{Contents, Field, Member, Unreadable, intset, listpack, packed, ziplist};

/// From this RDB version on the numbers of types are Valkey's where the two differ; Redis stays below.
const VALKEY: u16 = 80;

/// The body after its type byte. The numbers are those of `rdb.h`.
pub fn read(kind: u8, version: u16, bytes: &mut Bytes) -> Result<Contents, Unreadable> {
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
