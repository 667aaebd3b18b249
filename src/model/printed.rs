//! The one way bytes from a server become text on a screen: visible, reversible, harmless.
use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// Bytes as text that is safe to print and can be turned back into the same bytes.
///
/// Control characters, invalid UTF-8, bidirectional and zero-width characters become escapes
/// (`\n`, `\x1b`, `\u{202e}`, `\xff`); a backslash is doubled so that the way back is exact.
#[derive(Clone, PartialEq, Eq, Debug, Default, Hash)]
pub struct Printed {
    text: String,
    escapes: Vec<Range<usize>>,
}

/// Most zero-width marks (accents, vowel signs) that may stand on one letter before they are escaped.
const MARKS_ON_A_LETTER: u8 = 4;

impl Printed {
    /// Prints any bytes.
    pub fn new(bytes: &[u8]) -> Self {
        let mut printed = Self::default();
        printed.add(bytes);
        printed
    }

    /// Prints a name: spaces at its ends, where nobody would see them, are escaped too.
    pub fn name(bytes: &[u8]) -> Self {
        let is_space = |byte: &&u8| **byte == b' ';
        let before = bytes.iter().take_while(is_space).count();
        let (before, rest) = bytes.split_at(before);
        let behind = rest.iter().rev().take_while(is_space).count();
        let (middle, behind) = rest.split_at(rest.len() - behind);
        let mut name = Self::default();
        for _ in before {
            name.escape("\\x20");
        }
        name.add(middle);
        for _ in behind {
            name.escape("\\x20");
        }
        name
    }

    /// The printed text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The printed text, owned.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Byte ranges of [`Self::text`] that are escapes, in order, so that they can be coloured.
    pub fn escapes(&self) -> &[Range<usize>] {
        &self.escapes
    }

    fn add(&mut self, bytes: &[u8]) {
        let mut marks = MARKS_ON_A_LETTER;
        for chunk in bytes.utf8_chunks() {
            let mut rest = chunk.valid();
            loop {
                let (plain, other) =
                    rest.split_at(rest.bytes().take_while(|byte| is_plain_byte(*byte)).count());
                if !plain.is_empty() {
                    self.text.push_str(plain);
                    marks = 0;
                }
                let Some(c) = other.chars().next() else {
                    break;
                };
                self.push(c, &mut marks);
                rest = &other[c.len_utf8()..];
            }
            for byte in chunk.invalid() {
                self.escape(&format!("\\x{byte:02x}"));
                marks = MARKS_ON_A_LETTER;
            }
        }
    }

    fn push(&mut self, c: char, marks: &mut u8) {
        match c {
            '\\' => self.escape("\\\\"),
            '\n' => self.escape("\\n"),
            '\r' => self.escape("\\r"),
            '\t' => self.escape("\\t"),
            c if c.is_ascii_control() => self.escape(&format!("\\x{:02x}", c as u32)),
            c if hidden(c) => self.escape(&format!("\\u{{{:x}}}", c as u32)),
            c if c.width() == Some(0) => {
                *marks += 1;
                if *marks > MARKS_ON_A_LETTER {
                    self.escape(&format!("\\u{{{:x}}}", c as u32));
                } else {
                    self.text.push(c);
                }
                return;
            }
            c => {
                self.text.push(c);
                *marks = 0;
                return;
            }
        }
        *marks = MARKS_ON_A_LETTER;
    }

    fn escape(&mut self, escape: &str) {
        let start = self.text.len();
        self.text.push_str(escape);
        self.escapes.push(start..self.text.len());
    }
}

/// Whether it stands for itself, whatever is beside it: most of what there is to print.
fn is_plain_byte(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'\\'
}

/// Whether all bytes stand for themselves: such a text is printed as it is.
pub fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| is_plain_byte(*byte))
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Prints bytes as safe text; short for `Printed::new(bytes).into_text()`.
pub fn print(bytes: &[u8]) -> String {
    Printed::new(bytes).into_text()
}

/// Text of ours with printed parts in it, made safe once more: what is not safe is escaped, and backslashes stay as
/// they are.
pub fn again(text: &str) -> String {
    let printed = Printed::new(text.as_bytes());
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for escape in &printed.escapes {
        if &printed.text[escape.clone()] == "\\\\" {
            out.push_str(&printed.text[done..=escape.start]);
            done = escape.end;
        }
    }
    out.push_str(&printed.text[done..]);
    out
}

/// Whether everything in a text can be seen as it is, so that it may go to a terminal.
pub fn shows(text: &str) -> bool {
    let harmless = |byte: u8| matches!(byte, b' '..=b'~');
    text.bytes().all(harmless) || again(text) == text
}

/// Why typed text is not the printed form of any bytes.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "\\ at character {at} starts no escape; type \\\\ for a backslash, or \\n \\r \\t \\xff \\u{{202e}}"
)]
pub struct NoEscape {
    /// Which character, counted from 1.
    pub at: usize,
}

/// The way back from [`print`]: turns typed text with escapes into the bytes it stands for.
pub fn unprint(text: &str) -> Result<Vec<u8>, NoEscape> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..start]);
        let at = || text[..text.len() - rest.len() + start].chars().count() + 1;
        let tail = &rest[start + 1..];
        let used = unescape(tail, &mut bytes).ok_or_else(|| NoEscape { at: at() })?;
        rest = &tail[used..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// Reads one escape after its backslash; pushes what it stands for and tells how long it was.
fn unescape(tail: &str, bytes: &mut Vec<u8>) -> Option<usize> {
    let simple = match tail.as_bytes().first()? {
        b'\\' => b'\\',
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'x' => {
            let digits = tail.get(1..3)?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            return Some(3);
        }
        b'u' => {
            let (digits, _) = tail.strip_prefix("u{")?.split_once('}')?;
            let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(digits.len() + 3);
        }
        _ => return None,
    };
    bytes.push(simple);
    Some(1)
}

/// Characters that show nothing, move text around or look like a plain space.
fn hidden(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{1680}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
        | '\u{2800}' | '\u{3000}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1345f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
        || c.width().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_hide_or_harm_becomes_visible() {
        for (bytes, text) in [
            (&b"plain key:1"[..], "plain key:1"),
            (b"a\\b", "a\\\\b"),
            (b"\x1b]52;c;eA\x07", "\\x1b]52;c;eA\\x07"),
            (b"a\n\r\t\0\x7f", "a\\n\\r\\t\\x00\\x7f"),
            (b"\xff\xc3", "\\xff\\xc3"),
            ("\u{9b}31m".as_bytes(), "\\u{9b}31m"),
            ("x\u{202e}y\u{200b}".as_bytes(), "x\\u{202e}y\\u{200b}"),
            ("e\u{301}".as_bytes(), "e\u{301}"),
            ("\u{301}e".as_bytes(), "\\u{301}e"),
            (
                "e\u{301}\u{301}\u{301}\u{301}\u{301}".as_bytes(),
                "e\u{301}\u{301}\u{301}\u{301}\\u{301}",
            ),
            ("日本 🎉".as_bytes(), "日本 🎉"),
        ] {
            assert_eq!(print(bytes), text);
            assert_eq!(unprint(text).as_deref(), Ok(bytes));
        }
    }

    #[test]
    fn spaces_at_the_ends_of_a_name_can_be_seen() {
        for (name, text) in [
            ("a b", "a b"),
            (" a ", "\\x20a\\x20"),
            ("  ", "\\x20\\x20"),
            ("", ""),
            (" \n ", "\\x20\\n\\x20"),
        ] {
            let printed = Printed::name(name.as_bytes());
            assert_eq!(printed.text(), text);
            assert_eq!(unprint(text).as_deref(), Ok(name.as_bytes()));
            let escaped: String = printed
                .escapes()
                .iter()
                .map(|at| &text[at.clone()])
                .collect();
            assert_eq!(escaped, text.replace(['a', 'b'], "").trim());
        }
    }

    #[test]
    fn what_is_printed_already_is_not_printed_twice() {
        for (text, safe) in [
            ("SET k \"a\\xff\\n\"", "SET k \"a\\xff\\n\""),
            ("\\\\ \u{1b}[2J \\", "\\\\ \\x1b[2J \\"),
            ("é\u{202e}", "é\\u{202e}"),
        ] {
            assert_eq!(again(text), safe);
            assert_eq!(again(safe), safe);
            assert!(shows(safe));
            assert_eq!(shows(text), text == safe);
        }
        assert!(!shows("\u{301}") && shows("e\u{301}") && !shows("a\tb"));
    }

    #[test]
    fn a_wrong_escape_is_pointed_at() {
        assert_eq!(unprint("ab\\q"), Err(NoEscape { at: 3 }));
        assert_eq!(unprint("\\x4"), Err(NoEscape { at: 1 }));
        assert_eq!(unprint("\\u{110000}"), Err(NoEscape { at: 1 }));
    }
}
