//! JSON, indented and coloured by our own printer: exact digits, the order of names, duplicates, any depth.
use super::json_tokens::{Token, TokenKind, Tokens};
use super::lines::{Backslash, Lines, Role};
use super::{Decoder, Lossy};

pub(super) struct Json;

/// A value on one line longer than this many characters is opened indented.
const LONG: usize = 100;
/// Columns of one level.
const INDENT: usize = 2;
/// Deeper levels are indented like this one: a value of brackets only must not grow by the square.
const DEEPEST_INDENT: usize = 24;
const SPACES: &str = "                                                ";
const _: () = assert!(SPACES.len() == INDENT * DEEPEST_INDENT);

impl Decoder for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn guess(&self, bytes: &[u8]) -> bool {
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        matches!(first, Some(b'{' | b'[')) && valid(bytes).is_some()
    }

    fn lines(&self, bytes: &[u8]) -> Option<Lines> {
        let text = valid(bytes)?;
        let mut lines = Lines::default();
        indented(text, |part| match part {
            Part::Break(spaces) => {
                lines.end_line();
                lines.add_safe(spaces, Role::Plain);
            }
            Part::Gap => lines.add_safe(" ", Role::Plain),
            Part::Token(token) => say(token, &mut lines),
        });
        lines.end_line();
        Some(lines)
    }

    /// The text itself; a long single line indented, if that can be taken back exactly.
    fn edit_text(&self, bytes: &[u8]) -> Option<String> {
        let text = valid(bytes)?;
        Some(if OneLine::of(text).is_some() {
            indent(text)
        } else {
            text.to_owned()
        })
    }

    /// Back onto one line where it was opened indented; text that is not JSON is kept as it was typed.
    fn back(&self, original: &[u8], text: &str) -> Result<Vec<u8>, Lossy> {
        let line = valid(original).and_then(OneLine::of);
        let written = match line {
            Some(line) if valid(text.as_bytes()).is_some() => line.join(text),
            _ => text.to_owned(),
        };
        Ok(written.into_bytes())
    }

    fn warn(&self, bytes: &[u8]) -> Option<String> {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Some("this is not valid JSON: it is not UTF-8".to_owned());
        };
        let wrong = Tokens::new(text).find_map(Result::err)?;
        Some(format!("this is not valid JSON: {}", wrong.sentence(text)))
    }
}

/// The text, if it is one JSON value.
fn valid(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    Tokens::new(text).all(|token| token.is_ok()).then_some(text)
}

/// How a value on one line is written, so that it can be put back.
struct OneLine<'a> {
    /// White space before and after the value.
    around: (&'a str, &'a str),
    comma: &'static str,
    colon: &'static str,
}

impl<'a> OneLine<'a> {
    /// For valid JSON: `None` if it is short, on several lines, or spaced so that it could not be put back exactly.
    fn of(text: &'a str) -> Option<Self> {
        let value = text.trim_ascii();
        if value.contains('\n') || value.chars().nth(LONG).is_none() {
            return None;
        }
        let lead = text.len() - text.trim_ascii_start().len();
        let around = (&text[..lead], &text[lead + value.len()..]);
        let comma = if spaced(value, TokenKind::Comma) {
            ", "
        } else {
            ","
        };
        let colon = if spaced(value, TokenKind::Colon) {
            ": "
        } else {
            ":"
        };
        let line = Self {
            around,
            comma,
            colon,
        };
        (line.join(value) == text).then_some(line)
    }

    /// Valid JSON on one line, written like this.
    fn join(&self, text: &str) -> String {
        let mut line = String::with_capacity(text.len());
        line.push_str(self.around.0);
        for token in Tokens::new(text).flatten() {
            line.push_str(match token.kind {
                TokenKind::Comma => self.comma,
                TokenKind::Colon => self.colon,
                _ => token.text,
            });
        }
        line.push_str(self.around.1);
        line
    }
}

/// Whether a space follows the first token of this kind.
fn spaced(text: &str, kind: TokenKind) -> bool {
    let mut tokens = Tokens::new(text);
    let found = tokens.any(|token| token.is_ok_and(|token| token.kind == kind));
    found && text[tokens.at()..].starts_with(' ')
}

/// A part of the indented form.
enum Part<'a> {
    /// A new line, and the spaces it begins with.
    Break(&'static str),
    /// The space after a colon.
    Gap,
    Token(Token<'a>),
}

/// Tells the parts of valid JSON in its indented form; nothing but white space differs.
fn indented<'a>(text: &'a str, mut part: impl FnMut(Part<'a>)) {
    let (mut depth, mut before) = (0_usize, None);
    for token in Tokens::new(text).flatten() {
        if token.kind == TokenKind::Close {
            depth -= 1;
        }
        match (before, token.kind) {
            (Some(TokenKind::Open), TokenKind::Close) => {}
            (Some(TokenKind::Open | TokenKind::Comma), _) | (_, TokenKind::Close) => {
                part(Part::Break(spaces(depth)));
            }
            (Some(TokenKind::Colon), _) => part(Part::Gap),
            _ => {}
        }
        if token.kind == TokenKind::Open {
            depth += 1;
        }
        before = Some(token.kind);
        part(Part::Token(token));
    }
}

fn spaces(depth: usize) -> &'static str {
    &SPACES[..INDENT * depth.min(DEEPEST_INDENT)]
}

/// The indented form as one text.
fn indent(text: &str) -> String {
    let mut indent = String::with_capacity(text.len() * 2);
    indented(text, |part| match part {
        Part::Break(spaces) => {
            indent.push('\n');
            indent.push_str(spaces);
        }
        Part::Gap => indent.push(' '),
        Part::Token(token) => indent.push_str(token.text),
    });
    indent
}

/// Shows a token as it stands in the text; the escapes of its strings get their own role.
fn say(token: Token<'_>, lines: &mut Lines) {
    let role = match token.kind {
        TokenKind::Open | TokenKind::Close | TokenKind::Comma | TokenKind::Colon => Role::Punct,
        TokenKind::Name => Role::Name,
        TokenKind::Str => Role::Str,
        TokenKind::Number => Role::Number,
        TokenKind::Word => Role::Word,
    };
    let mut rest = token.text;
    while let Some(start) = memchr::memchr(b'\\', rest.as_bytes()) {
        let length = if rest[start + 1..].starts_with('u') {
            6
        } else {
            2
        };
        lines.say(&rest.as_bytes()[..start], role, Backslash::Plain);
        lines.add_safe(&rest[start..start + length], Role::Escape);
        rest = &rest[start + length..];
    }
    lines.say(rest.as_bytes(), role, Backslash::Plain);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn view(text: &str) -> Vec<String> {
        let lines = Json.lines(text.as_bytes()).unwrap();
        lines.iter().map(|line| line.text().to_owned()).collect()
    }

    #[test]
    fn the_view_indents_and_changes_nothing_else() {
        let json = r#"{"b":1.10,"a":[],"b":[1e400,{"x":{}}],"s":"a\n\u00e9\\"}"#;
        assert_eq!(
            view(json),
            [
                "{",
                "  \"b\": 1.10,",
                "  \"a\": [],",
                "  \"b\": [",
                "    1e400,",
                "    {",
                "      \"x\": {}",
                "    }",
                "  ],",
                "  \"s\": \"a\\n\\u00e9\\\\\"",
                "}",
            ]
        );
    }

    #[test]
    fn tokens_have_roles() {
        let lines = Json.lines(b"{\"k\\t\":[true,\"\xe2\x80\xae\"]}").unwrap();
        let spans: Vec<(&str, Role)> = lines
            .iter()
            .flat_map(|line| line.spans().collect::<Vec<_>>())
            .map(|span| (span.text, span.role))
            .collect();
        for wanted in [
            ("\"k", Role::Name),
            ("\\t", Role::Escape),
            ("true", Role::Word),
            ("\\u{202e}", Role::Escape),
            ("[", Role::Punct),
        ] {
            assert!(spans.contains(&wanted), "{wanted:?} in {spans:?}");
        }
    }

    #[test]
    fn long_single_lines_open_indented_and_go_back_as_they_were() {
        let long = format!("\"{}\"", "x".repeat(LONG));
        for (json, opens_indented) in [
            (format!("{{\"a\":{long},\"b\":2}}"), true),
            (format!("{{\"a\": {long}, \"b\": 2}}\n"), true),
            (format!("{{\"a\" : {long}}}"), false),
            (format!("{{\"a\":{long}, \"b\":2,\"c\":3}}"), false),
            (format!("{{\n\"a\":{long}}}"), false),
            ("{\"a\":1}".to_owned(), false),
        ] {
            let text = Json.edit_text(json.as_bytes()).unwrap();
            assert_eq!(text != json, opens_indented, "{json}");
            assert_eq!(Json.back(json.as_bytes(), &text), Ok(json.into_bytes()));
        }
    }

    #[test]
    fn what_was_typed_is_kept_and_warned_about_when_it_is_not_json() {
        let json = format!("[\"{}\",1]", "x".repeat(LONG));
        let typed = Json
            .edit_text(json.as_bytes())
            .unwrap()
            .replace('1', "1.50");
        assert_eq!(
            Json.back(json.as_bytes(), &typed),
            Ok(json.replace('1', "1.50").into_bytes())
        );
        let broken = typed.replace("1.50", "1,");
        assert_eq!(
            Json.back(json.as_bytes(), &broken),
            Ok(broken.clone().into_bytes())
        );
        let warning = Json.warn(broken.as_bytes());
        assert_eq!(
            warning.as_deref(),
            Some("this is not valid JSON: line 4, column 1: a value is missing")
        );
        assert_eq!(Json.warn(b"[1]"), None);
    }

    #[test]
    fn depth_has_no_limit() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(Json.lines(deep.as_bytes()).unwrap().len(), 199_999);
        assert_eq!(
            Json.edit_text(deep.as_bytes())
                .and_then(|text| Json.back(deep.as_bytes(), &text).ok()),
            Some(deep.into_bytes())
        );
    }
}
