//! Reading from the front of a payload: numbers, lengths and strings as RDB writes them.
use super::{Cow, Room, Unreadable, lzf};

/// The bytes that are still to be read.
pub struct Bytes<'p> {
    rest: &'p [u8],
    pub room: &'p Room,
}

/// A length, or the way in which the string that follows is written.
enum Head {
    Length(u64),
    Encoded(u8),
}

impl<'p> Bytes<'p> {
    pub fn new(rest: &'p [u8], room: &'p Room) -> Self {
        Self { rest, room }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next so many bytes.
    pub fn take(&mut self, count: usize) -> Result<&'p [u8], Unreadable> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Unreadable::Cut)?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Unreadable> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Unreadable::Cut)?;
        self.rest = rest;
        Ok(*taken)
    }

    pub fn byte(&mut self) -> Result<u8, Unreadable> {
        self.array().map(|[byte]| byte)
    }

    /// A number of elements. Nothing may be allocated on its word.
    pub fn len(&mut self) -> Result<u64, Unreadable> {
        match self.head()? {
            Head::Length(length) => Ok(length),
            Head::Encoded(_) => Err(Unreadable::Shape("a length")),
        }
    }

    /// A string, unpacked where it is packed.
    pub fn string(&mut self) -> Result<Cow<'p, [u8]>, Unreadable> {
        match self.head()? {
            Head::Length(length) => Ok(Cow::Borrowed(self.take(size(length)?)?)),
            Head::Encoded(0) => Ok(number(i8::from_le_bytes(self.array()?).into())),
            Head::Encoded(1) => Ok(number(i16::from_le_bytes(self.array()?).into())),
            Head::Encoded(2) => Ok(number(i32::from_le_bytes(self.array()?).into())),
            Head::Encoded(3) => {
                let packed = self.len()?;
                let length = size(self.len()?)?;
                let packed = self.take(size(packed)?)?;
                self.room.take(length)?;
                Ok(Cow::Owned(lzf::unpack(packed, length)?))
            }
            Head::Encoded(_) => Err(Unreadable::Shape("the encoding of a string")),
        }
    }

    /// A string that is an element, or the whole value.
    pub fn owned(&mut self) -> Result<Vec<u8>, Unreadable> {
        let string = self.string()?;
        self.room.element(string.len())?;
        Ok(string.into_owned())
    }

    /// A score as 8 bytes.
    pub fn double(&mut self) -> Result<f64, Unreadable> {
        known(f64::from_le_bytes(self.array()?))
    }

    /// A score as text, as it was written before Redis 4.
    pub fn score_text(&mut self) -> Result<f64, Unreadable> {
        match self.byte()? {
            255 => Ok(f64::NEG_INFINITY),
            254 => Ok(f64::INFINITY),
            253 => known(f64::NAN),
            length => score(self.take(length.into())?),
        }
    }

    fn head(&mut self) -> Result<Head, Unreadable> {
        let first = self.byte()?;
        let low = first & 0x3f;
        Ok(match first >> 6 {
            0 => Head::Length(low.into()),
            1 => Head::Length(u16::from_be_bytes([low, self.byte()?]).into()),
            3 => Head::Encoded(low),
            _ => match low {
                0 => Head::Length(u32::from_be_bytes(self.array()?).into()),
                1 => Head::Length(u64::from_be_bytes(self.array()?)),
                _ => return Err(Unreadable::Shape("a length")),
            },
        })
    }
}

/// A score as text.
pub fn score(text: &[u8]) -> Result<f64, Unreadable> {
    let score = std::str::from_utf8(text).ok().and_then(|t| t.parse().ok());
    known(score.unwrap_or(f64::NAN))
}

fn known(score: f64) -> Result<f64, Unreadable> {
    if score.is_nan() {
        return Err(Unreadable::Shape("a score"));
    }
    Ok(score)
}

/// More bytes than can be addressed are more than there are.
fn size(length: u64) -> Result<usize, Unreadable> {
    usize::try_from(length).map_err(|_| Unreadable::Cut)
}

fn number<'p>(number: i64) -> Cow<'p, [u8]> {
    Cow::Owned(number.to_string().into_bytes())
}
