//! Any bytes as hex: offset, sixteen bytes, the same as characters; the editor opens the digits.
use super::lines::{Lines, Role};
use super::{Decoder, Lossy};
use crate::model::printed::print;

pub(super) struct Hex;

/// Bytes on a line.
const ROW: usize = 16;
/// Columns of the digits of a full line: two and a space each, a wider gap in the middle.
const DIGITS: usize = ROW * 3 + 1;

impl Decoder for Hex {
    fn name(&self) -> &'static str {
        "hex"
    }

    fn guess(&self, _bytes: &[u8]) -> bool {
        true
    }

    fn lines(&self, bytes: &[u8]) -> Option<Lines> {
        let mut lines = Lines::default();
        let mut digits = String::with_capacity(DIGITS);
        let mut ascii = String::with_capacity(ROW);
        for (row, chunk) in bytes.chunks(ROW).enumerate() {
            digits.clear();
            ascii.clear();
            for (at, &byte) in chunk.iter().enumerate() {
                push_byte(&mut digits, byte);
                digits.push_str(if at == ROW / 2 - 1 { "  " } else { " " });
                ascii.push(if matches!(byte, b' '..=b'~') {
                    char::from(byte)
                } else {
                    '.'
                });
            }
            digits.extend(std::iter::repeat_n(' ', DIGITS - digits.len()));
            lines.add_safe(&offset(row * ROW), Role::Offset);
            lines.add_safe(&digits, Role::Plain);
            lines.add_safe(&ascii, Role::Ascii);
            lines.end_line();
        }
        if bytes.is_empty() {
            lines.end_line();
        }
        Some(lines)
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

fn offset(at: usize) -> String {
    format!("{at:08x}  ")
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
    fn digits_go_back_however_they_are_spaced() {
        assert_eq!(Hex.back(b"", "00ff 1A\n\n 7f"), Ok(vec![0, 255, 26, 127]));
        let wrong = |text| Hex.back(b"", text).map_err(|lossy| lossy.line);
        assert_eq!(wrong("00\n0"), Err(2));
        assert_eq!(wrong("+f"), Err(1));
        assert_eq!(wrong("é"), Err(1));
    }
}
