//! Bytes as text: a line for each `\n`, what cannot be shown as escapes; the editor opens the text itself.
use super::lines::{Backslash, Lines, Role};
use super::{Decoder, Lossy};

pub(super) struct Text;

impl Decoder for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn guess(&self, bytes: &[u8]) -> bool {
        let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
        std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(odd))
    }

    fn lines(&self, bytes: &[u8]) -> Option<Lines> {
        std::str::from_utf8(bytes).ok()?;
        Some(split(bytes, Backslash::Plain))
    }

    fn edit_text(&self, bytes: &[u8]) -> Option<String> {
        std::str::from_utf8(bytes).ok().map(str::to_owned)
    }

    fn back(&self, _original: &[u8], text: &str) -> Result<Vec<u8>, Lossy> {
        Ok(text.as_bytes().to_vec())
    }
}

/// A line for each `\n` and nothing else: a `\r` is content and stays visible.
pub(super) fn split(bytes: &[u8], backslash: Backslash) -> Lines {
    let mut lines = Lines::default();
    for line in bytes.split(|&byte| byte == b'\n') {
        lines.say(line, Role::Plain, backslash);
        lines.end_line();
    }
    lines
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn lines_part_at_newlines_only() {
        let lines = Text.lines("C:\\a\r\nb\u{2028}c\n".as_bytes()).unwrap();
        let texts: Vec<&str> = lines.iter().map(|line| line.text()).collect();
        assert_eq!(texts, ["C:\\a\\r", "b\\u{2028}c", ""]);
    }

    #[test]
    fn an_escape_and_the_same_characters_typed_look_different() {
        for (bytes, shown) in [
            (&b"a\tb"[..], "a\\tb"),
            (b"a\\tb", "a\\\\tb"),
            (b"\\\t", "\\\\\\t"),
            (b"C:\\dir\\", "C:\\dir\\"),
            (b"C:\\new", "C:\\\\new"),
        ] {
            let lines = Text.lines(bytes).unwrap();
            assert_eq!(lines.line(0).unwrap().text(), shown);
        }
    }

    #[test]
    fn what_is_not_text_is_not_offered_as_text() {
        assert!(Text.lines(b"\xff").is_none());
        assert!(Text.edit_text(b"\xff").is_none());
    }
}
