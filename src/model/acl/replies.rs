//! Server replies → users, denials, categories, connections: every version, RESP2 and RESP3.
use super::dialect::{Dialect, Feature};
use super::fields::{fields, text, texts};
use super::parse;
use super::rule::Rule;
use super::user::{self, Channels, Rights, User};
use crate::model::printed::print;
use crate::model::resp::Reply;

/// Reads ACL GETUSER's reply; `None` if there is no such user or the reply is none of a user.
pub fn get_user(name: &[u8], reply: &Reply, dialect: Dialect) -> Option<User> {
    let told = fields(reply);
    if told.is_empty() {
        return None;
    }
    let mut user = User::new(name);
    user.root = rights(&told, dialect);
    for (field, value) in &told {
        match field.as_str() {
            "flags" => flags(&mut user, value),
            "passwords" => {
                let hashes = value
                    .items()
                    .unwrap_or_default()
                    .iter()
                    .filter_map(Reply::bytes);
                // A password beside `nopass` cannot be; the server told the flag.
                user.passwords = hashes.filter_map(super::secret::Hash::new).collect();
            }
            "selectors" => {
                let selectors = value.items().unwrap_or_default();
                user.selectors = selectors
                    .iter()
                    .map(|told| rights(&fields(told), dialect))
                    .collect();
            }
            "commands" | "keys" | "channels" | "databases" => {}
            _ => user.unknown.fields.push((field.clone(), shown(value))),
        }
    }
    Some(user)
}

fn flags(user: &mut User, value: &Reply) {
    for flag in value
        .items()
        .unwrap_or_default()
        .iter()
        .filter_map(Reply::bytes)
    {
        match flag {
            // 6.x repeats here what the other fields tell.
            b"allkeys" | b"allcommands" | b"allchannels" => {}
            _ => take(user, &parse::read(flag)),
        }
    }
}

/// Applies what a server told of its own user. What does not fit is kept as an unknown word.
fn take(user: &mut User, rule: &Rule) {
    if user::put(user, rule).is_err() {
        user.unknown.words.push(rule.token());
    }
}

fn rights(told: &[(String, &Reply)], dialect: Dialect) -> Rights {
    let mut rights = Rights::none();
    if !dialect.has(Feature::Channels) {
        rights.channels = Channels::All;
    }
    for (field, value) in told {
        let sigil: &[u8] = match field.as_str() {
            "commands" | "databases" => b"",
            "keys" => b"~",
            "channels" => b"&",
            _ => continue,
        };
        for mut word in words(value, sigil) {
            if field == "databases" && word.first().is_some_and(u8::is_ascii_digit) {
                word = [b"db=", word.as_slice()].concat();
            }
            let rule = parse::read(&word);
            if rights.put(&rule).is_err() {
                rights.unknown.push(word);
            }
        }
    }
    rights
}

/// The words of a field: a string with spaces, or (6.x) a list of patterns without their sigil.
fn words(value: &Reply, sigil: &[u8]) -> Vec<Vec<u8>> {
    if let Some(items) = value.items() {
        let patterns = items.iter().filter_map(Reply::bytes);
        return patterns.map(|pattern| [sigil, pattern].concat()).collect();
    }
    let text = value.bytes().unwrap_or_default();
    let words = text
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty());
    words.map(<[u8]>::to_vec).collect()
}

fn shown(value: &Reply) -> String {
    match value {
        Reply::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(" "),
        Reply::Map(pairs) => {
            let pairs = pairs
                .iter()
                .map(|(name, value)| format!("{}={}", shown(name), shown(value)));
            pairs.collect::<Vec<_>>().join(" ")
        }
        Reply::Int(number) => number.to_string(),
        other => print(other.bytes().unwrap_or_default()),
    }
}

/// Reads one line of ACL LIST or of an ACL file. GETUSER tells more surely what a user is: a `)` in a pattern
/// cannot be told apart here.
pub fn list_line(line: &[u8], dialect: Dialect) -> Option<User> {
    let rest = line.strip_prefix(b"user ")?;
    let end = rest.iter().position(|byte| *byte == b' ')?;
    let mut user = User::new(&rest[..end]);
    if !dialect.has(Feature::Channels) {
        user.root.channels = Channels::All;
    }
    for rule in parse::read_line(&rest[end..]) {
        take(&mut user, &rule);
    }
    Some(user)
}

/// Reads ACL LIST's reply.
pub fn list(reply: &Reply, dialect: Dialect) -> Vec<User> {
    let lines = reply
        .items()
        .unwrap_or_default()
        .iter()
        .filter_map(Reply::bytes);
    lines.filter_map(|line| list_line(line, dialect)).collect()
}

/// The names in a list reply: ACL CAT, ACL USERS (lossless for names that are text).
pub fn names(reply: &Reply) -> Vec<String> {
    texts(reply)
}

/// One entry of ACL LOG.
#[derive(Clone, PartialEq, Debug)]
pub struct Denial {
    /// How often, within a minute of each other.
    pub count: i64,
    /// `command`, `key`, `channel`, `auth`, or a word of a newer server.
    pub reason: String,
    /// `toplevel`, `multi`, `lua`, `module`.
    pub context: String,
    /// The command, key or channel; for `auth` the command that logged in.
    pub object: Vec<u8>,
    /// Who was refused; for `auth` the name that was tried.
    pub user: Vec<u8>,
    /// Seconds since it last happened.
    pub age: f64,
    /// A line as of CLIENT LIST.
    pub client: Vec<u8>,
    /// Number of the entry (7.2); entries before have none.
    pub id: Option<i64>,
}

/// Reads ACL LOG's reply, newest first; entries that make no sense are left out.
pub fn log(reply: &Reply) -> Vec<Denial> {
    reply
        .items()
        .unwrap_or_default()
        .iter()
        .filter_map(denial)
        .collect()
}

fn denial(reply: &Reply) -> Option<Denial> {
    let told = fields(reply);
    let field = |name| {
        told.iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| *value)
    };
    let bytes = |name| {
        field(name)
            .and_then(Reply::bytes)
            .unwrap_or_default()
            .to_vec()
    };
    Some(Denial {
        count: field("count")?.int()?,
        reason: text(field("reason")?)?,
        context: field("context").and_then(text).unwrap_or_default(),
        object: bytes("object"),
        user: bytes("username"),
        age: field("age-seconds").and_then(Reply::score).unwrap_or(0.0),
        client: bytes("client-info"),
        id: field("entry-id").and_then(Reply::int),
    })
}

/// One connection of CLIENT LIST.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connection {
    pub id: u64,
    pub user: Vec<u8>,
    /// `address:port` or the path of a socket.
    pub address: Vec<u8>,
    pub name: Vec<u8>,
    /// Seconds since it was opened.
    pub age: u64,
    /// Seconds since its last command.
    pub idle: u64,
}

/// Reads CLIENT LIST's text.
pub fn connections(text: &[u8]) -> Vec<Connection> {
    text.split(|byte| *byte == b'\n')
        .filter_map(connection)
        .collect()
}

fn connection(line: &[u8]) -> Option<Connection> {
    let mut line = line;
    if let [start @ .., b'\r'] = line {
        line = start;
    }
    let told: Vec<(&[u8], &[u8])> = line
        .split(|byte| *byte == b' ')
        .filter_map(|word| {
            let at = word.iter().position(|byte| *byte == b'=')?;
            Some((&word[..at], &word[at + 1..]))
        })
        .collect();
    let field = |name: &[u8]| {
        told.iter()
            .find(|(field, _)| *field == name)
            .map(|(_, value)| *value)
    };
    let number = |name| std::str::from_utf8(field(name)?).ok()?.parse().ok();
    Some(Connection {
        id: number(b"id")?,
        user: field(b"user").unwrap_or_default().to_vec(),
        address: field(b"addr").unwrap_or_default().to_vec(),
        name: field(b"name").unwrap_or_default().to_vec(),
        age: number(b"age").unwrap_or(0),
        idle: number(b"idle").unwrap_or(0),
    })
}
