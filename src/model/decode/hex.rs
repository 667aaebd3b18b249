//! Any bytes as hex: offset, as many bytes as fit, the same as characters; the editor opens the digits.
use super::lines::{Lines, Role};
use super::{Decoder, Lossy, Room};
use crate::model::printed::print;

pub(super) struct Hex;

/// Bytes on a line where there is room for them, and in the editor.
const ROW: usize = 16;

/// How the bytes of a line are laid out.
#[derive(Clone, Copy)]
struct Table {
    /// Bytes on a line.
    row: usize,
    /// Digits of an offset.
    offset: usize,
    /// A wider gap behind the offset, and one in the middle of the bytes.
    gaps: bool,
}

impl Table {
    /// The one with the most bytes on a line that fits; no offset is beyond `last`.
    fn fitting(columns: usize, last: u64) -> Self {
        let needed = (last.checked_ilog(16).unwrap_or(0) as usize + 1).next_multiple_of(2);
        let table = |(row, gaps): (usize, bool)| Self {
            row,
            offset: needed.max(if gaps { 8 } else { 4 }),
            gaps,
        };
        let tables = [(ROW, true), (ROW, false), (8, true), (8, false), (4, false)].map(table);
        let fitting = tables.into_iter().find(|table| table.width() <= columns);
        fitting.unwrap_or(table((4, false)))
    }

    /// Columns of the digits of a full line: two and a space each.
    fn digits(self) -> usize {
        self.row * 3 + usize::from(self.gaps)
    }

    fn width(self) -> usize {
        self.offset + 1 + usize::from(self.gaps) + self.digits() + self.row
    }

    fn lines(self, bytes: &[u8], from: u64) -> Lines {
        let mut lines = Lines::default();
        let mut digits = String::with_capacity(self.digits());
        let mut ascii = String::with_capacity(self.row);
        let (width, gap) = (self.offset, if self.gaps { "  " } else { " " });
        for (at, chunk) in (from..).step_by(self.row).zip(bytes.chunks(self.row)) {
            digits.clear();
            ascii.clear();
            for (at, &byte) in chunk.iter().enumerate() {
                push_byte(&mut digits, byte);
                digits.push_str(if at == self.row / 2 - 1 { gap } else { " " });
                ascii.push(if matches!(byte, b' '..=b'~') {
                    char::from(byte)
                } else {
                    '.'
                });
            }
            digits.extend(std::iter::repeat_n(' ', self.digits() - digits.len()));
            lines.add_safe(&format!("{at:0width$x}{gap}"), Role::Offset);
            lines.add_safe(&digits, Role::Plain);
            lines.add_safe(&ascii, Role::Ascii);
            lines.end_line();
        }
        if bytes.is_empty() {
            lines.end_line();
        }
        lines
    }
}

impl Decoder for Hex {
    fn name(&self) -> &'static str {
        "hex"
    }

    fn guess(&self, _bytes: &[u8]) -> bool {
        true
    }

    fn lines(&self, bytes: &[u8]) -> Option<Lines> {
        let room = Room {
            columns: usize::MAX,
            from: 0,
        };
        self.lines_in(bytes, room)
    }

    fn lines_in(&self, bytes: &[u8], room: Room) -> Option<Lines> {
        let end = room.from.saturating_add(bytes.len() as u64);
        let table = Table::fitting(room.columns, end.saturating_sub(1));
        Some(table.lines(bytes, room.from))
    }

    fn fits(&self) -> bool {
        true
    }

    fn edit_text(&self, bytes: &[u8]) -> Option<String> {
        let mut text = String::with_capacity(bytes.len() * 3);
        for (at, &byte) in bytes.iter().enumerate() {
            match at % ROW {
                _ if at == 0 => {}
                0 => text.push('\n'),
                _ => text.push(' '),
            }
            push_byte(&mut text, byte);
        }
        Some(text)
    }

    /// Reads digits, two a byte; white space between bytes means nothing.
    fn back(&self, _original: &[u8], text: &str) -> Result<Vec<u8>, Lossy> {
        let mut bytes = Vec::with_capacity(text.len() / 2);
        for (number, line) in (1..).zip(text.split('\n')) {
            for word in line.split_whitespace() {
                let odd = || Lossy {
                    line: number,
                    why: format!("{} is not hex; type two digits for each byte", shown(word)),
                };
                bytes.extend(pairs(word).ok_or_else(odd)?);
            }
        }
        Ok(bytes)
    }
}

/// The bytes of digits without white space.
fn pairs(word: &str) -> Option<Vec<u8>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    let pair = |pair: &[u8]| match *pair {
        [high, low] => Some(nibble(high)? << 4 | nibble(low)?),
        _ => None,
    };
    word.as_bytes().chunks(2).map(pair).collect()
}

/// The beginning of a typed word, made safe.
fn shown(word: &str) -> String {
    let start: String = word.chars().take(8).collect();
    print(start.as_bytes())
}

fn push_byte(text: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    text.push(char::from(DIGITS[usize::from(byte >> 4)]));
    text.push(char::from(DIGITS[usize::from(byte & 15)]));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_offset_bytes_and_characters() {
        let lines = Hex.lines(b"abcdefgh\x00\xffijklmnopq").unwrap();
        let texts: Vec<&str> = lines.iter().map(|line| line.text()).collect();
        assert_eq!(
            texts,
            [
                "00000000  61 62 63 64 65 66 67 68  00 ff 69 6a 6b 6c 6d 6e abcdefgh..ijklmn",
                "00000010  6f 70 71                                         opq",
            ]
        );
    }

    #[test]
    fn a_row_fits_the_columns_there_are() {
        let row = |columns, from| {
            let room = Room { columns, from };
            let lines = Hex.lines_in(b"abcdefghijklmnopq", room).unwrap();
            lines.line(1).unwrap().text().to_owned()
        };
        let wide = "00000010  71                                               q";
        assert_eq!(row(75, 0), wide);
        assert_eq!(
            row(74, 0),
            "0010 71                                              q"
        );
        assert_eq!(row(68, 0), "00000008  69 6a 6b 6c  6d 6e 6f 70 ijklmnop");
        assert_eq!(row(42, 0), "0008 69 6a 6b 6c 6d 6e 6f 70 ijklmnop");
        assert_eq!(row(36, 0), "0004 65 66 67 68 efgh");
        assert_eq!(row(1, 0), "0004 65 66 67 68 efgh");
        // A part of a big string tells where in the whole it is; what is wider then takes more room.
        assert_eq!(row(40, 1 << 20), "100008 69 6a 6b 6c 6d 6e 6f 70 ijklmnop");
        assert_eq!(row(38, 1 << 20), "100004 65 66 67 68 efgh");
    }

    #[test]
    fn digits_go_back_however_they_are_spaced() {
        assert_eq!(Hex.back(b"", "00ff 1A\n\n 7f"), Ok(vec![0, 255, 26, 127]));
        let wrong = |text| Hex.back(b"", text).map_err(|lossy| lossy.line);
        assert_eq!(wrong("00\n0"), Err(2));
        assert_eq!(wrong("+f"), Err(1));
        assert_eq!(wrong("é"), Err(1));
    }
}
