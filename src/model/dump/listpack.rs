//! Listpacks: small collections as one string, from Redis 7 on.
use super::bytes::Bytes;
use super::{Room, Unreadable};

const ODD: Unreadable = Unreadable::Shape("a listpack");
const END: u8 = 0xff;
/// Where the number of elements is not kept.
const UNCOUNTED: u16 = u16::MAX;

/// All elements in order; numbers as their digits.
pub fn read(blob: &[u8], room: &Room) -> Result<Vec<Vec<u8>>, Unreadable> {
    let mut bytes = Bytes::new(blob, room);
    let size = u32::from_le_bytes(bytes.array()?);
    let count = u16::from_le_bytes(bytes.array()?);
    if u64::from(size) != blob.len() as u64 {
        return Err(ODD);
    }
    let mut items = Vec::new();
    loop {
        let first = bytes.byte()?;
        if first == END {
            break;
        }
        items.push(item(first, &mut bytes)?);
    }
    let counted = count == UNCOUNTED || usize::from(count) == items.len();
    if counted && bytes.is_empty() {
        Ok(items)
    } else {
        Err(ODD)
    }
}

/// One element, and its size once more behind it, for walking backwards.
fn item(first: u8, bytes: &mut Bytes) -> Result<Vec<u8>, Unreadable> {
    let (head, text) = match first {
        0x00..=0x7f => (1, number(first.into())),
        0x80..=0xbf => (1, text(usize::from(first & 0x3f), bytes)?),
        0xc0..=0xdf => {
            // 13 bits with a sign: shifted up to the sign of an i16, and back.
            let bits = u16::from_be_bytes([first & 0x1f, bytes.byte()?]);
            (2, number(i64::from((bits << 3).cast_signed() >> 3)))
        }
        0xe0..=0xef => {
            let length = u16::from_be_bytes([first & 0x0f, bytes.byte()?]);
            (2, text(length.into(), bytes)?)
        }
        0xf0 => {
            let length = u32::from_le_bytes(bytes.array()?);
            (5, text(usize::try_from(length).map_err(|_| ODD)?, bytes)?)
        }
        0xf1 => (3, number(i16::from_le_bytes(bytes.array()?).into())),
        0xf2 => (4, number(int24(bytes.array()?))),
        0xf3 => (5, number(i32::from_le_bytes(bytes.array()?).into())),
        0xf4 => (9, number(i64::from_le_bytes(bytes.array()?))),
        _ => return Err(ODD),
    };
    let behind = if first < 0x80 || matches!(first, 0xc0..=0xdf | 0xf1..=0xf4) {
        head
    } else {
        head + text.len()
    };
    bytes.take(size_of_size(behind))?;
    bytes.room.element(text.len())?;
    Ok(text)
}

fn text(length: usize, bytes: &mut Bytes) -> Result<Vec<u8>, Unreadable> {
    bytes.take(length).map(<[u8]>::to_vec)
}

fn number(number: i64) -> Vec<u8> {
    number.to_string().into_bytes()
}

/// A number of three bytes: shifted up to the sign of an i32, and back.
pub fn int24([low, middle, high]: [u8; 3]) -> i64 {
    i64::from(i32::from_le_bytes([0, low, middle, high]) >> 8)
}

/// How many bytes the size behind an element takes, 7 bits in each.
fn size_of_size(size: usize) -> usize {
    match size {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        0x20_0000..0x1000_0000 => 4,
        _ => 5,
    }
}
