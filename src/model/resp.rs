//! Our own words for the wire: commands we send and replies that come back.
use std::fmt::{self, Write as _};

use super::Names;
use super::args::{Arg, Args};
use super::printed::print;

/// One command: an argv of bytes, some of which may be secret.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cmd {
    args: Args,
}

/// What stands for a secret wherever a command is shown.
pub const MASK: &str = "(secret)";
/// From so many characters on the beginning of a secret is as good as the secret.
const CUT: usize = 8;

impl Cmd {
    /// A command of this name; several words ("OBJECT ENCODING") become several arguments.
    pub fn new(name: &str) -> Self {
        let words = name.split(' ');
        words.fold(Self::empty(), Self::arg)
    }

    fn empty() -> Self {
        Self {
            args: Args::default(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.args.push(Arg {
            bytes: bytes.as_ref(),
            secret: false,
        });
        self
    }

    /// Adds a number as an argument.
    #[must_use]
    pub fn num(self, number: impl fmt::Display) -> Self {
        self.arg(number.to_string())
    }

    /// Adds an argument that is never shown or logged.
    #[must_use]
    pub fn secret(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.args.push(Arg {
            bytes: bytes.as_ref(),
            secret: true,
        });
        self
    }

    /// The arguments, the name first.
    pub fn args(&self) -> impl Iterator<Item = &[u8]> {
        self.args.iter().map(|arg| arg.bytes)
    }

    /// The name in upper case, without subcommand.
    pub fn name(&self) -> String {
        let name = self.args().next().unwrap_or_default();
        print(name).to_ascii_uppercase()
    }

    /// An error about this command with its secrets masked: servers repeat in quotes what they refuse, cut off
    /// where it is long. Elsewhere the same letters are chance, and masking them would give them away.
    pub fn mask(&self, text: &str) -> String {
        let secrets = self.args.iter().filter(|arg| arg.secret);
        secrets.fold(text.to_owned(), |text, arg| {
            let secret = print(arg.bytes);
            let cuts = secret.char_indices().map(|(end, _)| end).skip(CUT);
            cuts.chain([secret.len()]).fold(text, |text, end| {
                ['\'', '`'].into_iter().fold(text, |text, quote| {
                    let quoted = |inner: &str| format!("{quote}{inner}{quote}");
                    text.replace(&quoted(&secret[..end]), &quoted(MASK))
                })
            })
        })
    }

    /// The command as redis-cli would take it at its prompt, secrets masked.
    pub fn cli(&self) -> String {
        let words: Vec<String> = self
            .args
            .iter()
            .map(|arg| {
                if arg.secret {
                    MASK.to_owned()
                } else {
                    quote(arg.bytes)
                }
            })
            .collect();
        words.join(" ")
    }

    /// The beginning of [`Self::cli`], at least so many bytes of it: for a row, a whole value is not spelled out.
    pub fn cli_start(&self, bytes: usize) -> String {
        let mut start = String::new();
        for arg in self.args.iter() {
            if start.len() >= bytes {
                break;
            }
            if !start.is_empty() {
                start.push(' ');
            }
            if arg.secret {
                start.push_str(MASK);
            } else {
                start.push_str(&quote(&arg.bytes[..arg.bytes.len().min(bytes)]));
            }
        }
        start
    }
}

impl fmt::Debug for Cmd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cmd({})", self.cli())
    }
}

/// An argument as redis-cli reads it: bare where that is safe, else in double quotes with escapes.
pub fn quote(bytes: &[u8]) -> String {
    let bare =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/@*+=,%^{}[]()<>!~#?&|".contains(byte);
    if !bytes.is_empty() && bytes.iter().all(bare) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut quoted = String::with_capacity(bytes.len() + 2);
    quoted.push('"');
    for &byte in bytes {
        match byte {
            b'"' => quoted.push_str("\\\""),
            b'\\' => quoted.push_str("\\\\"),
            b'\n' => quoted.push_str("\\n"),
            b'\r' => quoted.push_str("\\r"),
            b'\t' => quoted.push_str("\\t"),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\x{byte:02x}");
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Why a typed line is not a command.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unreadable {
    /// A quote was opened and not closed, or text follows a closing quote.
    #[error("the quotes do not match")]
    Quotes,
    /// Nothing but white space.
    #[error("type a command")]
    Empty,
}

/// Reads a line as redis-cli does: words, `"…"` with escapes, `'…'` with `\'`.
pub fn parse_cli(line: &str) -> Result<Cmd, Unreadable> {
    let mut cmd = Cmd::empty();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (bytes, after) = word(rest)?;
        cmd = cmd.arg(bytes);
        rest = after.trim_start();
    }
    if cmd.args().next().is_none() {
        Err(Unreadable::Empty)
    } else {
        Ok(cmd)
    }
}

fn word(text: &str) -> Result<(Vec<u8>, &str), Unreadable> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return Ok((text.as_bytes()[..end].to_vec(), &text[end..]));
    };
    let mut bytes = Vec::new();
    let mut rest = &text[1..];
    loop {
        let mut chars = rest.chars();
        let c = chars.next().ok_or(Unreadable::Quotes)?;
        let after = chars.as_str();
        if c == quote {
            let closed = after.is_empty() || after.starts_with(char::is_whitespace);
            return if closed {
                Ok((bytes, after))
            } else {
                Err(Unreadable::Quotes)
            };
        }
        if c != '\\' {
            bytes.extend_from_slice(&rest.as_bytes()[..c.len_utf8()]);
            rest = after;
            continue;
        }
        rest = if quote == '"' {
            escaped(after, &mut bytes)?
        } else {
            single(after, &mut bytes)
        };
    }
}

/// What follows a backslash inside double quotes.
fn escaped<'t>(after: &'t str, bytes: &mut Vec<u8>) -> Result<&'t str, Unreadable> {
    if let Some(hex) = after.strip_prefix('x').and_then(|tail| tail.get(..2))
        && let Ok(byte) = u8::from_str_radix(hex, 16)
    {
        bytes.push(byte);
        return Ok(&after[3..]);
    }
    let c = after.chars().next().ok_or(Unreadable::Quotes)?;
    match c {
        'n' => bytes.push(b'\n'),
        'r' => bytes.push(b'\r'),
        't' => bytes.push(b'\t'),
        'b' => bytes.push(8),
        'a' => bytes.push(7),
        _ => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
    Ok(&after[c.len_utf8()..])
}

/// What follows a backslash inside single quotes: only `\'` means something.
fn single<'t>(after: &'t str, bytes: &mut Vec<u8>) -> &'t str {
    if let Some(tail) = after.strip_prefix('\'') {
        bytes.push(b'\'');
        tail
    } else {
        bytes.push(b'\\');
        after
    }
}

/// A reply, RESP2 or RESP3, in our own words.
#[derive(Clone, PartialEq, Debug)]
pub enum Reply {
    Nil,
    /// A status such as `OK` or `QUEUED`.
    Status(String),
    Int(i64),
    Double(f64),
    Bool(bool),
    /// A bulk string, a verbatim string or a big number.
    Bytes(Vec<u8>),
    /// An array, a set or a push.
    Array(Vec<Self>),
    /// The names in a reply to SCAN: an array of bulk strings in one piece. No other command is answered with it.
    Names(Names),
    Map(Vec<(Self, Self)>),
    /// The server refused: `code` is the first word (`ERR`, `WRONGTYPE`, `NOPERM` …).
    Error {
        code: String,
        text: String,
    },
}

impl Reply {
    /// The number in an integer reply, or in a string that holds one.
    pub fn int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok()?.parse().ok(),
            _ => None,
        }
    }

    /// The bytes of a string or status reply.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Status(text) => Some(text.as_bytes()),
            _ => None,
        }
    }

    /// The items of an array.
    pub fn items(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// A score: RESP3 sends a double, RESP2 its text.
    pub fn score(&self) -> Option<f64> {
        match self {
            Self::Double(score) => Some(*score),
            Self::Int(number) => Some(*number as f64),
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok()?.parse().ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_prints_as_redis_cli_takes_it() {
        let cmd = Cmd::new("SET").arg("my key").arg(b"a\"\\\n\xff").num(5);
        assert_eq!(cmd.cli(), r#"SET "my key" "a\"\\\n\xff" 5"#);
        assert_eq!(parse_cli(&cmd.cli()), Ok(cmd));
    }

    #[test]
    fn a_secret_is_masked_everywhere() {
        let cmd = Cmd::new("AUTH").arg("ada").secret("hunter2");
        assert!(!format!("{cmd:?} {}", cmd.cli()).contains("hunter2"));
        assert_eq!(cmd.args().last(), Some(&b"hunter2"[..]));
    }

    #[test]
    fn a_secret_is_masked_in_what_is_said_of_its_command() {
        let cmd = Cmd::new("ACL SETUSER")
            .arg("ada")
            .secret(">pw")
            .secret(">no\\2")
            .secret(">a-long-one")
            .secret("no")
            .secret("");
        for (said, shown) in [
            (
                r"bad '>no\\2' after '>pw' of ada",
                "bad '(secret)' after '(secret)' of ada",
            ),
            (
                "unknown command 'ACL' 'no'",
                "unknown command 'ACL' '(secret)'",
            ),
            (
                "args `ada`, `>a-long-`, `>a-l`",
                "args `ada`, `(secret)`, `>a-l`",
            ),
        ] {
            assert_eq!(cmd.mask(said), shown);
        }
    }

    #[test]
    fn a_line_reads_like_at_the_prompt() {
        let args = |line: &str| {
            parse_cli(line).map(|cmd| cmd.args().map(<[u8]>::to_vec).collect::<Vec<_>>())
        };
        assert_eq!(
            args(r"  GET 'it\'s' "),
            Ok(vec![b"GET".to_vec(), b"it's".to_vec()])
        );
        assert_eq!(
            args(r#"SET "" "\x00\a""#),
            Ok(vec![b"SET".to_vec(), vec![], vec![0, 7]])
        );
        assert_eq!(args("SET \"a"), Err(Unreadable::Quotes));
        assert_eq!(args("SET \"a\"b"), Err(Unreadable::Quotes));
        assert_eq!(args("  "), Err(Unreadable::Empty));
    }
}
