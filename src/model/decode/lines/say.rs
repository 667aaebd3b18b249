//! Bytes of a value made safe, and added to a line.
use unicode_width::UnicodeWidthChar;

use super::{LONGEST_WALK, Lines, Role};
use crate::model::printed::Printed;

/// How a backslash of the value is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Backslash {
    /// As it is, unless it could be taken for the beginning of an escape: then it is doubled.
    Plain,
    /// Doubled.
    Doubled,
}

/// Whether a backslash before this is the beginning of an escape, or would be before what this is shown as.
fn escapes(c: char) -> bool {
    matches!(c, '\\' | 'n' | 'r' | 't' | 'x' | 'u') || c.width().unwrap_or(0) == 0
}

impl Lines {
    /// Adds bytes to the line in the making, made safe; escapes get their own role.
    pub(in crate::model::decode) fn say(&mut self, bytes: &[u8], role: Role, backslash: Backslash) {
        if bytes
            .iter()
            .all(|byte| matches!(byte, b' '..=b'~') && *byte != b'\\')
        {
            self.text.extend(std::str::from_utf8(bytes));
            self.close(bytes.len(), role);
            return;
        }
        let mut rest = bytes;
        // Apart from each other: a megabyte of zeros is not to be printed one by one.
        for part in bytes.chunk_by(|a, b| a.is_ascii_control() == b.is_ascii_control()) {
            rest = &rest[part.len()..];
            if part.iter().all(u8::is_ascii_control) {
                self.say_controls(part);
            } else {
                // What follows is an escape, which begins with a backslash itself.
                let next = if rest.is_empty() { "" } else { "\\" };
                self.say_rest(part, next, role, backslash);
            }
        }
    }

    /// Adds bytes without control characters, made safe; this stands behind them.
    fn say_rest(&mut self, bytes: &[u8], next: &str, role: Role, backslash: Backslash) {
        let printed = Printed::new(bytes);
        let text = printed.text();
        let mut from = 0;
        for escape in printed.escapes() {
            let after = if escape.end < text.len() {
                &text[escape.end..]
            } else {
                next
            };
            let literal = backslash == Backslash::Plain
                && &text[escape.clone()] == "\\\\"
                && !after.starts_with(escapes);
            // A literal backslash belongs to the run before it: its first half is kept, its second dropped.
            let until = if literal {
                escape.start + 1
            } else {
                escape.start
            };
            self.add(&text[from..until], role);
            if !literal {
                self.add_safe(&text[escape.clone()], Role::Escape);
            }
            from = escape.end;
        }
        self.add(&text[from..], role);
    }

    /// Adds control characters as [`Printed`] writes them.
    fn say_controls(&mut self, bytes: &[u8]) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
        for run in bytes.chunks(LONGEST_WALK / 4) {
            let start = self.text.len();
            for byte in run {
                match byte {
                    b'\n' => self.text.push_str("\\n"),
                    b'\r' => self.text.push_str("\\r"),
                    b'\t' => self.text.push_str("\\t"),
                    byte => self
                        .text
                        .extend(['\\', 'x', digit(byte >> 4), digit(*byte)]),
                }
            }
            self.close(self.text.len() - start, Role::Escape);
        }
    }
}
