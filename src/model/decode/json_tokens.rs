//! Reads JSON as tokens, strictly (RFC 8259) and without recursion: any depth, every digit, every duplicate name.

/// One token as it stands in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token<'a> {
    pub kind: TokenKind,
    pub text: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
    /// `{` or `[`.
    Open,
    /// `}` or `]`.
    Close,
    Comma,
    Colon,
    /// The name of a member, with its quotes.
    Name,
    /// A string, with its quotes.
    Str,
    Number,
    /// `true`, `false`, `null`.
    Word,
}

/// Why a text is not JSON, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Wrong {
    /// Byte of the text.
    pub at: usize,
    pub why: &'static str,
}

impl Wrong {
    /// "line 3, column 5: a value is missing"; the column counts characters.
    pub fn sentence(self, text: &str) -> String {
        let before = &text[..self.at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        format!("line {line}, column {column}: {}", self.why)
    }
}

/// The tokens of one JSON value; ends after the first thing that is wrong.
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Container>,
    wanted: Wanted,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Array,
    Object,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Value,
    /// Just after `[`.
    ValueOrClose,
    Name,
    /// Just after `{`.
    NameOrClose,
    Colon,
    CommaOrClose,
    /// Only white space.
    End,
}

impl Wanted {
    fn missing(self) -> &'static str {
        match self {
            Self::Value => "a value is missing",
            Self::ValueOrClose => "a value or ] is missing",
            Self::Name => "a name in quotes is missing",
            Self::NameOrClose => "a name in quotes or } is missing",
            Self::Colon => "a colon is missing",
            Self::CommaOrClose => "a comma or a closing bracket is missing",
            Self::End => "something follows the value",
        }
    }
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
            wanted: Wanted::Value,
        }
    }

    /// The byte after the last token.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next token, and what may follow it.
    fn read(&mut self, first: u8) -> Result<(TokenKind, usize), Wrong> {
        let rest = &self.text.as_bytes()[self.at..];
        let (kind, length) = match (self.wanted, first) {
            (Wanted::Value | Wanted::ValueOrClose, b'{') => {
                return Ok(self.enter(Container::Object));
            }
            (Wanted::Value | Wanted::ValueOrClose, b'[') => return Ok(self.enter(Container::Array)),
            (Wanted::Value | Wanted::ValueOrClose, b'"') => (TokenKind::Str, string(rest)),
            (Wanted::Value | Wanted::ValueOrClose, b'-' | b'0'..=b'9') => {
                (TokenKind::Number, number(rest))
            }
            (Wanted::Value | Wanted::ValueOrClose, b't' | b'f' | b'n') => {
                (TokenKind::Word, word(rest))
            }
            (Wanted::Name | Wanted::NameOrClose, b'"') => (TokenKind::Name, string(rest)),
            (Wanted::Colon, b':') => (TokenKind::Colon, Ok(1)),
            (Wanted::CommaOrClose, b',') => (TokenKind::Comma, Ok(1)),
            (Wanted::ValueOrClose | Wanted::NameOrClose | Wanted::CommaOrClose, b']' | b'}') => {
                return self.leave(first);
            }
            _ => return Err(self.wrong(0, self.wanted.missing())),
        };
        let length = length.map_err(|(after, why)| self.wrong(after, why))?;
        self.wanted = match kind {
            TokenKind::Name => Wanted::Colon,
            TokenKind::Comma if self.open.last() == Some(&Container::Object) => Wanted::Name,
            TokenKind::Colon | TokenKind::Comma => Wanted::Value,
            _ => self.after_value(),
        };
        Ok((kind, length))
    }

    fn enter(&mut self, container: Container) -> (TokenKind, usize) {
        self.open.push(container);
        self.wanted = match container {
            Container::Array => Wanted::ValueOrClose,
            Container::Object => Wanted::NameOrClose,
        };
        (TokenKind::Open, 1)
    }

    fn leave(&mut self, close: u8) -> Result<(TokenKind, usize), Wrong> {
        let closes = if close == b']' {
            Container::Array
        } else {
            Container::Object
        };
        if self.open.last() != Some(&closes) {
            return Err(self.wrong(0, "this bracket does not close the one that is open"));
        }
        self.open.pop();
        self.wanted = self.after_value();
        Ok((TokenKind::Close, 1))
    }

    fn after_value(&self) -> Wanted {
        if self.open.is_empty() {
            Wanted::End
        } else {
            Wanted::CommaOrClose
        }
    }

    /// What is wrong so many bytes on from here; the position is moved back to the beginning of its character.
    fn wrong(&self, after: usize, why: &'static str) -> Wrong {
        let mut at = self.at + after;
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        Wrong { at, why }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, Wrong>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text.as_bytes()[self.at..];
        let blank = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        let start = self.at + blank.count();
        let Some(&first) = self.text.as_bytes().get(start) else {
            // Asked again, a text that ended early has nothing more to say.
            let ended_early = std::mem::replace(&mut self.wanted, Wanted::End) != Wanted::End;
            return ended_early.then_some(Err(Wrong {
                at: start,
                why: "the text ends too early",
            }));
        };
        self.at = start;
        let read = self.read(first).map(|(kind, length)| {
            self.at = start + length;
            Token {
                kind,
                text: &self.text[start..self.at],
            }
        });
        if read.is_err() {
            self.at = self.text.len();
            self.wanted = Wanted::End;
        }
        Some(read)
    }
}

/// How many bytes a token has, or what is wrong so many bytes into it.
type Length = Result<usize, (usize, &'static str)>;

fn string(text: &[u8]) -> Length {
    let mut at = 1;
    loop {
        match text.get(at) {
            None => return Err((0, "this string is not closed")),
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at += escape(&text[at..]).ok_or((at, "this is no escape of JSON"))?,
            Some(0..=0x1f) => return Err((at, "a control character stands in a string")),
            Some(_) => at += 1,
        }
    }
}

/// How many bytes an escape has.
fn escape(text: &[u8]) -> Option<usize> {
    match text.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => text
            .get(2..6)?
            .iter()
            .all(u8::is_ascii_hexdigit)
            .then_some(6),
        _ => None,
    }
}

fn number(text: &[u8]) -> Length {
    let digits = |from: usize| {
        let run = text[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if run == 0 {
            Err((from, "a digit is missing"))
        } else {
            Ok(from + run)
        }
    };
    let start = usize::from(text.first() == Some(&b'-'));
    let mut at = digits(start)?;
    if text[start] == b'0' && at > start + 1 {
        return Err((start, "a number may not begin with 0"));
    }
    if text.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let signed = matches!(text.get(at + 1), Some(b'+' | b'-'));
        at = digits(at + 1 + usize::from(signed))?;
    }
    Ok(at)
}

fn word(text: &[u8]) -> Length {
    let words: [&[u8]; 3] = [b"true", b"false", b"null"];
    let found = words.iter().find(|word| text.starts_with(word));
    found
        .map(|word| word.len())
        .ok_or((0, "only true, false and null may stand without quotes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Option<String> {
        Tokens::new(text)
            .find_map(Result::err)
            .map(|wrong| wrong.sentence(text))
    }

    #[test]
    fn json_is_read_to_the_letter() {
        for text in [
            "{}",
            "[]",
            " [ ] ",
            "0",
            "-0.0e+10",
            "1E5",
            "\"\\u00e9\\\"\"",
            "true",
            "[null,false]",
            "{\"a\":1,\"a\":{\"b\":[[]]}}",
            "123456789012345678901234567890.10",
        ] {
            assert_eq!(wrong(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (text, why) in [
            ("", "line 1, column 1: the text ends too early"),
            ("[1,]", "line 1, column 4: a value is missing"),
            (
                "{\"a\":1,}",
                "line 1, column 8: a name in quotes is missing",
            ),
            ("{\n \"é\" 1}", "line 2, column 6: a colon is missing"),
            (
                "[1 2]",
                "line 1, column 4: a comma or a closing bracket is missing",
            ),
            (
                "[1}",
                "line 1, column 3: this bracket does not close the one that is open",
            ),
            ("[1]]", "line 1, column 4: something follows the value"),
            ("[01]", "line 1, column 2: a number may not begin with 0"),
            ("[1.]", "line 1, column 4: a digit is missing"),
            ("-", "line 1, column 2: a digit is missing"),
            (
                "[tru]",
                "line 1, column 2: only true, false and null may stand without quotes",
            ),
            (
                "[\"a\n\"]",
                "line 1, column 4: a control character stands in a string",
            ),
            ("\"é\\é\"", "line 1, column 3: this is no escape of JSON"),
            ("[\"a", "line 1, column 2: this string is not closed"),
            ("[[", "line 1, column 3: the text ends too early"),
        ] {
            assert_eq!(wrong(text).as_deref(), Some(why), "{text}");
        }
    }

    #[test]
    fn wrong_text_is_told_once() {
        assert_eq!(Tokens::new("[1,").filter(Result::is_err).count(), 1);
        assert_eq!(Tokens::new("[1,]").filter(Result::is_err).count(), 1);
    }
}
