//! Any bytes as text with escapes, in the view and in the editor: the exact way to edit what is not UTF-8.
use super::lines::{Backslash, Lines};
use super::text::split;
use super::{Decoder, Lossy};
use crate::model::printed::{print, unprint};

pub(super) struct Escaped;

/// How many bytes are looked at to tell text with a few odd bytes from binary.
const SAMPLE: usize = 4096;
/// One odd byte in so many is still text.
const RARE: usize = 8;

impl Decoder for Escaped {
    fn name(&self) -> &'static str {
        "text (escaped)"
    }

    fn guess(&self, bytes: &[u8]) -> bool {
        let sample = &bytes[..bytes.len().min(SAMPLE)];
        let odd: usize = sample
            .utf8_chunks()
            .map(|chunk| {
                let controls = chunk.valid().chars().filter(|c| c.is_control());
                controls.filter(|c| !c.is_ascii_whitespace()).count() + chunk.invalid().len()
            })
            .sum();
        odd * RARE <= sample.len()
    }

    fn lines(&self, bytes: &[u8]) -> Option<Lines> {
        Some(split(bytes, Backslash::Doubled))
    }

    fn edit_text(&self, bytes: &[u8]) -> Option<String> {
        let lines: Vec<String> = bytes.split(|&byte| byte == b'\n').map(print).collect();
        Some(lines.join("\n"))
    }

    fn back(&self, _original: &[u8], text: &str) -> Result<Vec<u8>, Lossy> {
        let mut bytes = Vec::with_capacity(text.len());
        for (number, line) in (1..).zip(text.split('\n')) {
            if number > 1 {
                bytes.push(b'\n');
            }
            let read = unprint(line).map_err(|odd| Lossy {
                line: number,
                why: odd.to_string(),
            })?;
            bytes.extend(read);
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_escape_is_found_on_its_line() {
        let wrong = Escaped
            .back(b"", "fine\\n\nb\\q")
            .map_err(|lossy| (lossy.line, lossy.to_string()));
        assert!(matches!(wrong, Err((2, why)) if why.starts_with("line 2: \\ at character 2 ")));
    }

    #[test]
    fn newlines_are_lines_and_the_rest_is_typed_as_escapes() {
        let text = "a\\xff\n\\x00b\\\\";
        assert_eq!(Escaped.edit_text(b"a\xff\n\x00b\\").as_deref(), Some(text));
        assert_eq!(Escaped.back(b"", text), Ok(b"a\xff\n\x00b\\".to_vec()));
    }
}
