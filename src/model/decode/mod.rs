//! Views of a value's bytes, each with an exact way back: JSON, text, escaped text, hex.
//!
//! One encoding is one file and one line in [`ALL`]. A view never changes what it shows: numbers keep their digits,
//! objects their order and their duplicate names, and a text that was opened and not touched goes back as the very
//! same bytes.
mod escaped;
mod hex;
mod json;
mod json_tokens;
mod lines;
mod text;

pub use lines::{Line, Lines, Role, Row, Span};

/// Every view, in the order in which they are offered; the last one shows anything.
pub static ALL: &[&dyn Decoder] = &[&json::Json, &text::Text, &escaped::Escaped, &hex::Hex];

/// Why typed text stands for no bytes; a sentence that says what to do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Lossy {
    /// Which line of the typed text, counted from 1.
    pub line: usize,
    pub why: String,
}

/// Where lines are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Room {
    pub columns: usize,
    /// Which byte of the value the first one is.
    pub from: u64,
}

/// One way to look at bytes, and back.
pub trait Decoder: Sync {
    /// What the header calls it: "json".
    fn name(&self) -> &'static str;

    /// Whether these bytes look made for it.
    fn guess(&self, bytes: &[u8]) -> bool;

    /// The bytes to look at; `None` if this view cannot show them.
    fn lines(&self, bytes: &[u8]) -> Option<Lines>;

    /// The same in this much room, where that makes a difference.
    fn lines_in(&self, bytes: &[u8], _room: Room) -> Option<Lines> {
        self.lines(bytes)
    }

    /// Whether the lines depend on the room there is.
    fn fits(&self) -> bool {
        false
    }

    /// What the editor opens, its lines parted by `\n`; `None` is view only.
    fn edit_text(&self, _bytes: &[u8]) -> Option<String> {
        None
    }

    /// The way back from [`Self::edit_text`] of the original: exactly the original for untouched text.
    fn back(&self, _original: &[u8], _text: &str) -> Result<Vec<u8>, Lossy> {
        let why = format!("{} has no exact way back: view only", self.name());
        Err(Lossy { line: 1, why })
    }

    /// What a person should know before these bytes are written; they may still be.
    fn warn(&self, _bytes: &[u8]) -> Option<String> {
        None
    }
}

/// The view these bytes look made for.
pub fn guess(bytes: &[u8]) -> &'static dyn Decoder {
    let likely = ALL.iter().copied().find(|view| view.guess(bytes));
    likely.unwrap_or(&hex::Hex)
}

/// The next view, in the order of [`ALL`] and around, that can show these bytes.
pub fn after(current: &dyn Decoder, bytes: &[u8]) -> &'static dyn Decoder {
    let here = ALL.iter().position(|view| view.name() == current.name());
    let start = here.map_or(0, |at| at + 1);
    let around = ALL.iter().cycle().skip(start).take(ALL.len());
    around
        .copied()
        .find(|view| view.lines(bytes).is_some())
        .unwrap_or(&hex::Hex)
}

/// The view of this name.
pub fn named(name: &str) -> Option<&'static dyn Decoder> {
    ALL.iter().copied().find(|view| view.name() == name)
}

/// The beginning of a text without the character that the end of a slice cut in two.
pub fn whole_chars(slice: &[u8]) -> &[u8] {
    match std::str::from_utf8(slice) {
        Err(error) if error.error_len().is_none() => &slice[..error.valid_up_to()],
        _ => slice,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guess_says_what_it_is() {
        for (bytes, name) in [
            (&b""[..], "text"),
            (b"plain\ttext\r\n", "text"),
            ("日本 \u{202e}".as_bytes(), "text"),
            (b" {\"a\": [1.0]}\n", "json"),
            (b"[]", "json"),
            (b"[1,]", "text"),
            (b"42", "text"),
            (b"a red \x1b[31mword in a line", "text (escaped)"),
            (b"un caf\xe9 au lait", "text (escaped)"),
            (b"\x00\x00\x00\x01", "hex"),
            (b"\x82\xa1a\x01\xa1b\x02", "hex"),
        ] {
            assert_eq!(guess(bytes).name(), name, "{bytes:?}");
        }
    }

    #[test]
    fn views_are_offered_around() {
        let names = |bytes: &[u8]| {
            let mut view = guess(bytes);
            let mut names = vec![view.name()];
            for _ in 0..4 {
                view = after(view, bytes);
                names.push(view.name());
            }
            names
        };
        assert_eq!(
            names(b"{}"),
            ["json", "text", "text (escaped)", "hex", "json"]
        );
        assert_eq!(
            names(b"\xff"),
            ["hex", "text (escaped)", "hex", "text (escaped)", "hex"]
        );
    }

    #[test]
    fn a_cut_character_is_left_out() {
        assert_eq!(whole_chars(&"日本".as_bytes()[..5]), "日".as_bytes());
        assert_eq!(whole_chars(b"a\xffb"), b"a\xffb");
        assert_eq!(whole_chars(b"ab"), b"ab");
    }
}
