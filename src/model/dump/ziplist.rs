//! Ziplists: small collections as one string, before Redis 7.
use super::bytes::Bytes;
use super::listpack::int24;
use super::{Room, Unreadable};

const ODD: Unreadable = Unreadable::Shape("a ziplist");
const END: u8 = 0xff;
/// The size of the element before takes four bytes more.
const LONG: u8 = 0xfe;
/// Where the number of elements is not kept.
const UNCOUNTED: u16 = u16::MAX;

/// All elements in order; numbers as their digits.
pub fn read(blob: &[u8], room: &Room) -> Result<Vec<Vec<u8>>, Unreadable> {
    let mut bytes = Bytes::new(blob, room);
    let size = u32::from_le_bytes(bytes.array()?);
    // Where the last element begins: for walking backwards.
    bytes.array::<4>()?;
    let count = u16::from_le_bytes(bytes.array()?);
    if u64::from(size) != blob.len() as u64 {
        return Err(ODD);
    }
    let mut items = Vec::new();
    loop {
        match bytes.byte()? {
            END => break,
            LONG => bytes.take(4)?,
            _ => &[],
        };
        let item = item(&mut bytes)?;
        room.element(item.len())?;
        items.push(item);
    }
    let counted = count == UNCOUNTED || usize::from(count) == items.len();
    if counted && bytes.is_empty() {
        Ok(items)
    } else {
        Err(ODD)
    }
}

fn item(bytes: &mut Bytes) -> Result<Vec<u8>, Unreadable> {
    let first = bytes.byte()?;
    let low = first & 0x3f;
    let length = match first >> 6 {
        0 => low.into(),
        1 => u16::from_be_bytes([low, bytes.byte()?]).into(),
        2 => u32::from_be_bytes(bytes.array()?),
        _ => return number(first, bytes).map(|number| number.to_string().into_bytes()),
    };
    let length = usize::try_from(length).map_err(|_| ODD)?;
    bytes.take(length).map(<[u8]>::to_vec)
}

fn number(first: u8, bytes: &mut Bytes) -> Result<i64, Unreadable> {
    Ok(match first {
        0xc0 => i16::from_le_bytes(bytes.array()?).into(),
        0xd0 => i32::from_le_bytes(bytes.array()?).into(),
        0xe0 => i64::from_le_bytes(bytes.array()?),
        0xf0 => int24(bytes.array()?),
        0xfe => i8::from_le_bytes(bytes.array()?).into(),
        0xf1..=0xfd => i64::from(first) - 0xf1,
        _ => return Err(ODD),
    })
}
