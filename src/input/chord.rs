//! A key press as a value that can be compared, printed and read back.
use std::fmt;
use std::str::FromStr;

/// A key with what is held beside it. Shift is part of the character (`D`, not shift-d).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Chord {
    pub key: Key,
    pub held: Held,
}

/// A key by its own name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// What is held while a key is pressed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Held {
    Nothing,
    Ctrl,
    Alt,
}

impl Chord {
    /// A key by itself.
    pub const fn of(key: Key) -> Self {
        Self {
            key,
            held: Held::Nothing,
        }
    }

    /// A character by itself.
    pub const fn char(c: char) -> Self {
        Self::of(Key::Char(c))
    }

    /// A character with Ctrl.
    pub const fn ctrl(c: char) -> Self {
        Self {
            key: Key::Char(c),
            held: Held::Ctrl,
        }
    }

    /// The character that this types into a text, if it types one.
    pub fn typed(self) -> Option<char> {
        match (self.key, self.held) {
            (Key::Char(c), Held::Nothing) => Some(c),
            _ => None,
        }
    }
}

/// Names of keys that are not a character; the first name of a key is the one that is printed.
const NAMES: &[(&str, Key)] = &[
    ("enter", Key::Enter),
    ("esc", Key::Esc),
    ("tab", Key::Tab),
    ("shift-tab", Key::BackTab),
    ("backspace", Key::Backspace),
    ("delete", Key::Delete),
    ("insert", Key::Insert),
    ("up", Key::Up),
    ("down", Key::Down),
    ("left", Key::Left),
    ("right", Key::Right),
    ("home", Key::Home),
    ("end", Key::End),
    ("pgup", Key::PageUp),
    ("pgdn", Key::PageDown),
    ("space", Key::Char(' ')),
];

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.held {
            Held::Nothing => {}
            Held::Ctrl => f.write_str("ctrl-")?,
            Held::Alt => f.write_str("alt-")?,
        }
        match (NAMES.iter().find(|(_, key)| *key == self.key), self.key) {
            (Some((name, _)), _) => f.write_str(name),
            (None, Key::Char(c)) => write!(f, "{c}"),
            (None, Key::F(n)) => write!(f, "f{n}"),
            (None, key) => write!(f, "{key:?}"),
        }
    }
}

/// A text that names no key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} names no key; write a, D, enter, ctrl-d, alt-x, f5 …")]
pub struct NoKey(String);

impl FromStr for Chord {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let (held, name) = match (text.strip_prefix("ctrl-"), text.strip_prefix("alt-")) {
            (Some(name), _) => (Held::Ctrl, name),
            (_, Some(name)) => (Held::Alt, name),
            _ => (Held::Nothing, text),
        };
        let mut chars = name.chars();
        let key = match (chars.next(), chars.next()) {
            (Some(c), None) => Key::Char(c),
            _ => NAMES
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, key)| *key)
                .or_else(|| {
                    name.strip_prefix('f')?
                        .parse()
                        .ok()
                        .filter(|n| (1..=24).contains(n))
                        .map(Key::F)
                })
                .ok_or_else(|| NoKey(text.to_owned()))?,
        };
        Ok(Self { key, held })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_prints_as_it_is_read() {
        for text in [
            "a",
            "D",
            "ctrl-d",
            "alt-x",
            "enter",
            "shift-tab",
            "pgdn",
            "space",
            "f5",
            "-",
            "ctrl-space",
            "é",
        ] {
            assert_eq!(text.parse::<Chord>().unwrap().to_string(), text);
        }
        assert!("hyper-x".parse::<Chord>().is_err());
        assert!("f99".parse::<Chord>().is_err());
    }
}
