//! One rule: the alphabet of the ACL language.
use std::fmt;

use super::secret::{Hash, Secret};
use crate::model::printed::print;
use crate::model::resp::MASK;

/// One word of an ACL definition, as `ACL SETUSER` takes it.
///
/// Words that mean the same are one rule: `~*` and `allkeys`, `+@all` and `allcommands`, `%WR~a` and `~a`.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Rule {
    On,
    Off,
    NoPass,
    ResetPass,
    Reset,
    /// `>password`.
    AddPassword(Secret),
    /// `<password`.
    RemovePassword(Secret),
    /// `#sha256`.
    AddHash(Hash),
    /// `!sha256`.
    RemoveHash(Hash),
    SanitizePayload,
    SkipSanitizePayload,
    AllKeys,
    ResetKeys,
    Key(KeyPattern),
    AllChannels,
    ResetChannels,
    /// `&pattern`.
    Channel(Vec<u8>),
    /// `+…`, `-…`.
    Command(CommandRule),
    /// `( … )`.
    Selector(Vec<Self>),
    ClearSelectors,
    AllDatabases,
    ResetDatabases,
    /// `db=0,1`.
    Databases(Vec<u32>),
    /// A word of a newer server: kept and sent back as it is.
    Unknown(Vec<u8>),
}

/// A key pattern and what may be done with the keys it matches.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct KeyPattern {
    pub access: Access,
    pub pattern: Vec<u8>,
}

/// The letters of a key pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Access {
    Read,
    Write,
    Both,
}

impl Access {
    pub fn reads(self) -> bool {
        self != Self::Write
    }

    pub fn writes(self) -> bool {
        self != Self::Read
    }

    /// What two patterns of the same text allow together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Both }
    }
}

/// Grants or takes away commands.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct CommandRule {
    pub sign: Sign,
    pub what: What,
}

/// `+` or `-`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Sign {
    Allow,
    Deny,
}

/// What a command rule is about; names in lower case.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum What {
    /// `@all`: every command, those of later versions and of modules included.
    All,
    /// `@category`, without the `@`.
    Category(String),
    /// A command, with all its subcommands.
    Command(String),
    /// `command|arg`: a subcommand, or on other commands a first argument.
    Sub { command: String, arg: Vec<u8> },
}

impl What {
    /// The command of this name, as a catalog spells it: `get`, `config|get`.
    pub fn named(name: &str) -> Self {
        match name.split_once('|') {
            Some((command, sub)) => Self::Sub {
                command: command.to_owned(),
                arg: sub.into(),
            },
            None => Self::Command(name.to_owned()),
        }
    }
}

impl CommandRule {
    pub fn allow(what: What) -> Self {
        let sign = Sign::Allow;
        Self { sign, what }
    }

    pub fn deny(what: What) -> Self {
        let sign = Sign::Deny;
        Self { sign, what }
    }

    /// The bytes as the server takes them.
    pub fn token(&self) -> Vec<u8> {
        let mut token = match self.sign {
            Sign::Allow => b"+".to_vec(),
            Sign::Deny => b"-".to_vec(),
        };
        match &self.what {
            What::All => token.extend(b"@all"),
            What::Category(name) => token.extend([b"@", name.as_bytes()].concat()),
            What::Command(name) => token.extend(name.as_bytes()),
            What::Sub { command, arg } => token.extend([command.as_bytes(), b"|", arg].concat()),
        }
        token
    }
}

impl From<CommandRule> for Rule {
    fn from(rule: CommandRule) -> Self {
        Self::Command(rule)
    }
}

impl KeyPattern {
    /// The bytes as the server takes them. A `*` in the list of patterns is not `~*`: it matches no empty key.
    pub fn token(&self) -> Vec<u8> {
        let letters: &[u8] = match self.access {
            Access::Read => b"%R~",
            Access::Write => b"%W~",
            Access::Both if self.pattern == b"*" => b"%RW~",
            Access::Both => b"~",
        };
        [letters, &self.pattern].concat()
    }
}

impl Rule {
    /// Whether it carries a password or the hash of one.
    pub fn is_secret(&self) -> bool {
        matches!(
            self,
            Self::AddPassword(_) | Self::RemovePassword(_) | Self::AddHash(_) | Self::RemoveHash(_)
        )
    }

    /// The bytes as the server takes them, secrets in clear: for the wire only. A password becomes its hash.
    pub fn token(&self) -> Vec<u8> {
        let word: &[u8] = match self {
            Self::On => b"on",
            Self::Off => b"off",
            Self::NoPass => b"nopass",
            Self::ResetPass => b"resetpass",
            Self::Reset => b"reset",
            Self::AddPassword(secret) => return hashed(b'#', &secret.hash()),
            Self::RemovePassword(secret) => return hashed(b'!', &secret.hash()),
            Self::AddHash(hash) => return hashed(b'#', hash),
            Self::RemoveHash(hash) => return hashed(b'!', hash),
            Self::SanitizePayload => b"sanitize-payload",
            Self::SkipSanitizePayload => b"skip-sanitize-payload",
            Self::AllKeys => b"~*",
            Self::ResetKeys => b"resetkeys",
            Self::Key(pattern) => return pattern.token(),
            Self::AllChannels => b"&*",
            Self::ResetChannels => b"resetchannels",
            Self::Channel(pattern) => return [b"&", pattern.as_slice()].concat(),
            Self::Command(rule) => return rule.token(),
            Self::Selector(rules) => {
                let tokens: Vec<Vec<u8>> = rules.iter().map(Self::token).collect();
                return [b"(", tokens.join(&b' ').as_slice(), b")"].concat();
            }
            Self::ClearSelectors => b"clearselectors",
            Self::AllDatabases => b"alldbs",
            Self::ResetDatabases => b"resetdbs",
            Self::Databases(numbers) => {
                let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
                return format!("db={}", numbers.join(",")).into_bytes();
            }
            Self::Unknown(bytes) => bytes,
        };
        word.to_vec()
    }
}

fn hashed(sign: u8, hash: &Hash) -> Vec<u8> {
    [&[sign], hash.reveal().as_bytes()].concat()
}

/// As it is typed and shown: escapes for what cannot be printed, a mask for secrets.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddPassword(_) => write!(f, ">{MASK}"),
            Self::RemovePassword(_) => write!(f, "<{MASK}"),
            Self::AddHash(_) => write!(f, "#{MASK}"),
            Self::RemoveHash(_) => write!(f, "!{MASK}"),
            Self::Selector(rules) => {
                let words: Vec<String> = rules.iter().map(Self::to_string).collect();
                write!(f, "({})", words.join(" "))
            }
            other => f.write_str(&print(&other.token())),
        }
    }
}

impl fmt::Display for CommandRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(&self.token()))
    }
}

impl fmt::Display for KeyPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(&self.token()))
    }
}
