//! Intsets: sets of integers as one string.
use super::bytes::Bytes;
use super::{Room, Unreadable};

const ODD: Unreadable = Unreadable::Shape("a set of integers");

/// All members as their digits, in order.
pub fn read(blob: &[u8], room: &Room) -> Result<Vec<Vec<u8>>, Unreadable> {
    let mut bytes = Bytes::new(blob, room);
    let width = u32::from_le_bytes(bytes.array()?);
    let count = u32::from_le_bytes(bytes.array()?);
    let member = |_| {
        let number = match width {
            2 => i16::from_le_bytes(bytes.array()?).into(),
            4 => i32::from_le_bytes(bytes.array()?).into(),
            8 => i64::from_le_bytes(bytes.array()?),
            _ => return Err(ODD),
        };
        let digits = number.to_string().into_bytes();
        room.element(digits.len())?;
        Ok(digits)
    };
    let members = (0..count).map(member).collect::<Result<_, _>>()?;
    if bytes.is_empty() {
        Ok(members)
    } else {
        Err(ODD)
    }
}
