//! Replies (RESP) as they come, piece by piece: which arrays are lists of bulk strings, and how they are packed.
use crate::model::Names;

/// Where in the server's replies (RESP) the stream is.
#[derive(Clone, Copy)]
pub(super) enum At {
    /// Where something begins.
    Begin,
    /// In a line that holds all there is.
    Line,
    /// So many bytes before the end of a bulk string.
    Value(usize),
    /// In an array that was nothing but bulk strings until now.
    List(List),
    /// In no reply that we know: the driver will say so.
    Lost,
}

/// An array that is held back.
#[derive(Clone, Copy)]
pub(super) struct List {
    /// Bytes of the line that it begins with, and of all that is here of it.
    head: usize,
    here: usize,
    /// Items that are still to come.
    left: usize,
}

/// A longer array is not held back, in bytes.
const LONGEST: usize = 1024 * 1024;
/// The longest line with a number that we read.
const DIGITS: usize = 20;

/// The items of a packed array; `None`: it is none.
pub(in crate::server) fn names(packed: &[u8]) -> Option<Names> {
    // An item has five bytes on the wire at least, and a name with its length is seldom shorter than sixteen.
    let mut names = Names::with_room(packed.len() / 16, packed.len());
    let mut rest = packed;
    while !rest.is_empty() {
        let Bulk::Whole { name, bytes } = bulk(rest) else {
            return None;
        };
        names.push(name);
        rest = rest.get(bytes..)?;
    }
    Some(names)
}

/// What a piece begins with.
enum Bulk<'b> {
    /// A bulk string that takes so many bytes on the wire.
    Whole {
        name: &'b [u8],
        bytes: usize,
    },
    /// Perhaps a bulk string: not all of it is here.
    Part,
    Other,
}

fn bulk(piece: &[u8]) -> Bulk<'_> {
    let (length, line) = match number(piece) {
        _ if piece.first().is_some_and(|form| *form != b'$') => return Bulk::Other,
        Number::Told(length, line) => (length, line),
        Number::Part => return Bulk::Part,
        Number::Odd => return Bulk::Other,
    };
    let Some(end) = line.checked_add(length) else {
        return Bulk::Other;
    };
    match (piece.get(line..end), piece.get(end..)) {
        (Some(name), Some([b'\r', b'\n', ..])) => Bulk::Whole {
            name,
            bytes: end + 2,
        },
        (Some(_), Some([b'\r'] | [])) | (None, _) => Bulk::Part,
        _ => Bulk::Other,
    }
}

/// The number in the line that a piece begins with.
enum Number {
    /// The number, and the bytes of the line.
    Told(usize, usize),
    Part,
    /// Below nought, or none.
    Odd,
}

fn number(piece: &[u8]) -> Number {
    let (mut number, mut at) = (0_usize, 1);
    while let Some(digit @ b'0'..=b'9') = piece.get(at) {
        number = number
            .saturating_mul(10)
            .saturating_add(usize::from(digit - b'0'));
        at += 1;
    }
    match piece.get(at..) {
        _ if at > DIGITS => Number::Odd,
        Some([b'\r', b'\n', ..]) if at > 1 => Number::Told(number, at + 2),
        None | Some([]) => Number::Part,
        Some([b'\r']) if at > 1 => Number::Part,
        Some(_) => Number::Odd,
    }
}

impl At {
    /// Goes on in what is here, which is not empty: where that leads, and how much of it is seen to. `out` gets what
    /// the driver may have. `None`: more must come before anything can be told.
    pub(super) fn step(&mut self, here: &[u8], out: &mut Vec<u8>) -> Option<(Self, usize)> {
        let next = match *self {
            Self::Begin => begin(here)?,
            Self::Line => line(here)?,
            Self::Value(left) if left > here.len() => (Self::Value(left - here.len()), here.len()),
            Self::Value(left) => (Self::Begin, left),
            Self::Lost => (Self::Lost, here.len()),
            Self::List(ref mut list) => return list.step(here, out),
        };
        out.extend_from_slice(&here[..next.1]);
        Some(next)
    }
}

/// Where what is here leads to from where something begins, and how much of it the driver may have; `None`: more must
/// come before that can be told.
fn begin(here: &[u8]) -> Option<(At, usize)> {
    let form = *here.first()?;
    let next = match (form, number(here)) {
        (b'*' | b'$' | b'!' | b'=', Number::Part) => return None,
        (b'*', Number::Told(0, line)) => (At::Begin, line),
        (b'*', Number::Told(left, head)) => (
            At::List(List {
                head,
                here: head,
                left,
            }),
            0,
        ),
        (b'$' | b'!' | b'=', Number::Told(length, line)) => {
            (At::Value(length.saturating_add(2)), line)
        }
        // There is nothing, and no end of it.
        (b'*' | b'$', Number::Odd) if here.get(1) == Some(&b'-') => (At::Line, 0),
        (b'+' | b'-' | b':' | b'%' | b'~' | b'>' | b'|' | b'_' | b',' | b'#' | b'(', _) => {
            (At::Line, 0)
        }
        _ => (At::Lost, 0),
    };
    Some(next)
}

/// The same from within a line.
fn line(here: &[u8]) -> Option<(At, usize)> {
    let mut ends = memchr::memchr_iter(b'\n', here);
    if let Some(end) = ends.find(|lf| here[..*lf].ends_with(b"\r")) {
        return Some((At::Begin, end + 1));
    }
    // With the next byte the line may end.
    let used = here.len() - usize::from(here.ends_with(b"\r"));
    (used > 0).then_some((At::Line, used))
}

impl List {
    /// The same from within an array that is held back until all of it is here.
    fn step(&mut self, here: &[u8], out: &mut Vec<u8>) -> Option<(At, usize)> {
        while self.left > 0 {
            match bulk(&here[self.here..]) {
                Bulk::Whole { bytes, .. } => {
                    self.here += bytes;
                    self.left -= 1;
                }
                Bulk::Part if here.len() < LONGEST => return None,
                Bulk::Part | Bulk::Other => {
                    out.extend_from_slice(&here[..self.here]);
                    return Some((At::Begin, self.here));
                }
            }
        }
        let items = &here[self.head..self.here];
        out.extend_from_slice(format!("|0\r\n${}\r\n", items.len()).as_bytes());
        out.extend_from_slice(items);
        out.extend_from_slice(b"\r\n");
        Some((At::Begin, self.here))
    }
}
