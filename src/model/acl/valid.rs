//! What must never be sent: definitions that brick, crash or widen a server (each seen on real ones).
use super::rule::{CommandRule, KeyPattern, Rule, Sign, What};
use super::user::{Channels, Keys, Rights, User};
use crate::model::printed::print;

/// Why a part of a definition is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unsafe {
    #[error("a user needs a name")]
    NoName,
    #[error("the name {0} is longer than 64 bytes")]
    LongName(String),
    #[error(
        "the name {0} may hold letters, digits and _ . : @ - only: other bytes break restarts or ACL LIST"
    )]
    Name(String),
    #[error("{0}: a quote breaks the next start after CONFIG REWRITE")]
    Quote(String),
    #[error("{0}: white space and control bytes cannot stand in a pattern")]
    Space(String),
    #[error("{0}: a parenthesis in a selector is read back wrongly, rights may move to the root")]
    Parenthesis(String),
    #[error("{0}: a backslash in a selector is read as a shell would and is lost")]
    Backslash(String),
    #[error("{0}: Valkey drops the byte \\xff from a selector, and what is left allows more")]
    Dropped(String),
    #[error("{0}: an empty pattern matches the empty name only")]
    Empty(String),
    #[error(
        "{0}: is stored as a list pattern and saved as ~*, after which no server accepts another; use ~* alone"
    )]
    Star(String),
    #[error("{0}: looks like an exception and is none: it grants names that start with a minus")]
    Minus(String),
    #[error("{0}: longer than 256 bytes; long patterns have crashed servers")]
    Long(String),
    #[error("{0}: a first argument other than select|N is unchecked and deprecated")]
    FirstArg(String),
    #[error("{0}: this first argument crashes some servers")]
    Arg(String),
    #[error("an empty selector grants nothing")]
    EmptySelector,
}

impl Unsafe {
    /// Whether it only means something else than it seems to; the others harm the server or its next start.
    pub fn is_mild(&self) -> bool {
        matches!(
            self,
            Self::Empty(_) | Self::Minus(_) | Self::FirstArg(_) | Self::EmptySelector
        )
    }
}

/// The longest pattern that is sent, in bytes.
pub const LONGEST_PATTERN: usize = 256;
/// The longest name that is sent, in bytes.
pub const LONGEST_NAME: usize = 64;

/// Everything wrong with a user; nothing of it must be sent, and nobody's may be made permanent.
pub fn user(user: &User) -> Vec<Unsafe> {
    let mut found: Vec<Unsafe> = held_name(&user.name).err().into_iter().collect();
    rights(&user.root, Place::Root, &mut found);
    for selector in &user.selectors {
        rights(selector, Place::Selector, &mut found);
        if *selector == Rights::none() {
            found.push(Unsafe::EmptySelector);
        }
    }
    found
}

/// Everything wrong with one typed rule.
pub fn rule(rule: &Rule) -> Vec<Unsafe> {
    let mut found = Vec::new();
    one(rule, Place::Root, &mut found);
    found
}

/// Whether a name that a server holds already is harmless: it is one word in a line, whatever else it is.
fn held_name(name: &[u8]) -> Result<(), Unsafe> {
    let harms = |byte: &u8| {
        byte.is_ascii_whitespace() || byte.is_ascii_control() || b"\"'\\".contains(byte)
    };
    match name {
        [] => Err(Unsafe::NoName),
        _ if name.iter().any(harms) || std::str::from_utf8(name).is_err() => {
            Err(Unsafe::Name(print(name)))
        }
        _ => Ok(()),
    }
}

/// Whether a name is safe to give: `[A-Za-z0-9_.:@-]{1,64}`.
pub fn name(name: &[u8]) -> Result<(), Unsafe> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.:@-".contains(byte);
    match name {
        [] => Err(Unsafe::NoName),
        _ if !name.iter().all(plain) => Err(Unsafe::Name(print(name))),
        _ if name.len() > LONGEST_NAME => Err(Unsafe::LongName(print(name))),
        _ => Ok(()),
    }
}

/// Where a rule stands; selectors are split as a shell would split them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Selector,
}

fn one(rule: &Rule, place: Place, found: &mut Vec<Unsafe>) {
    match rule {
        Rule::Key(pattern) => key(pattern, place, found),
        Rule::Channel(bytes) => self::pattern(bytes, &rule.to_string(), place, found),
        Rule::Command(command) => self::command(command, place, found),
        Rule::Selector(rules) if rules.is_empty() => found.push(Unsafe::EmptySelector),
        Rule::Selector(rules) => rules
            .iter()
            .for_each(|rule| one(rule, Place::Selector, found)),
        _ => {}
    }
}

fn rights(rights: &Rights, place: Place, found: &mut Vec<Unsafe>) {
    if let Keys::Only(patterns) = &rights.keys {
        for pattern in patterns {
            key(pattern, place, found);
        }
    }
    if let Channels::Only(patterns) = &rights.channels {
        for bytes in patterns {
            let shown = Rule::Channel(bytes.clone()).to_string();
            pattern(bytes, &shown, place, found);
        }
    }
    for rule in &rights.commands {
        command(rule, place, found);
    }
}

fn key(key: &KeyPattern, place: Place, found: &mut Vec<Unsafe>) {
    let shown = key.to_string();
    if key.pattern == b"*" && key.access == super::rule::Access::Both {
        found.push(Unsafe::Star(shown.clone()));
    }
    if key.pattern.starts_with(b"-") {
        found.push(Unsafe::Minus(shown.clone()));
    }
    pattern(&key.pattern, &shown, place, found);
}

fn pattern(bytes: &[u8], shown: &str, place: Place, found: &mut Vec<Unsafe>) {
    let has = |wanted: &[u8]| bytes.iter().any(|byte| wanted.contains(byte));
    let shown = || shown.to_owned();
    if bytes.is_empty() {
        found.push(Unsafe::Empty(shown()));
    }
    if bytes.len() > LONGEST_PATTERN {
        found.push(Unsafe::Long(shown()));
    }
    if has(b"\"'") {
        found.push(Unsafe::Quote(shown()));
    }
    if bytes
        .iter()
        .any(|byte| byte.is_ascii_control() || *byte == b' ')
    {
        found.push(Unsafe::Space(shown()));
    }
    if place == Place::Selector && has(b"()") {
        found.push(Unsafe::Parenthesis(shown()));
    }
    if place == Place::Selector && has(b"\\") {
        found.push(Unsafe::Backslash(shown()));
    }
    if place == Place::Selector && has(b"\xff") {
        found.push(Unsafe::Dropped(shown()));
    }
}

fn command(rule: &CommandRule, place: Place, found: &mut Vec<Unsafe>) {
    let What::Sub { command, arg } = &rule.what else {
        return;
    };
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
    if !arg.iter().all(plain) {
        found.push(Unsafe::Arg(rule.to_string()));
        if place == Place::Selector && arg.contains(&b')') {
            found.push(Unsafe::Parenthesis(rule.to_string()));
        }
    } else if command == "select" && rule.sign == Sign::Allow && !arg.iter().all(u8::is_ascii_digit)
    {
        found.push(Unsafe::FirstArg(rule.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::acl::parse;

    /// What is found, by the names of the variants.
    fn found(text: &[u8]) -> Vec<String> {
        let found = rule(&parse::rule(text).expect("a rule"));
        let name = |reason: &Unsafe| {
            format!("{reason:?}")
                .split('(')
                .next()
                .unwrap_or("")
                .to_owned()
        };
        found.iter().map(name).collect()
    }

    #[test]
    fn what_breaks_servers_is_refused() {
        for (text, reasons) in [
            (&b"~app:*"[..], &[][..]),
            (b"+select|0", &[]),
            (b"+config|get", &[]),
            (b"&app:*", &[]),
            (b"(~app:* +get)", &[]),
            (b"%RW~*", &["Star"]),
            (b"~a\"b", &["Quote"]),
            (b"~-secret:*", &["Minus"]),
            (b"%R~", &["Empty"]),
            (b"&a'", &["Quote"]),
            (b"~a\x1b", &["Space"]),
            (b"()", &["EmptySelector"]),
            (b"(~a\\[ +get)", &["Backslash"]),
            (b"(~a) +get)", &["Parenthesis"]),
            (b"(~\xff* +get)", &["Dropped"]),
            (b"~\xff*", &[]),
            (b"+get|x\ny", &["Arg"]),
            (b"+get|x\"y", &["Arg"]),
            (b"+select|a", &["FirstArg"]),
        ] {
            assert_eq!(found(text), reasons, "{}", print(text));
        }
        assert_eq!(
            found(&[b"~", b"x".repeat(257).as_slice()].concat()),
            ["Long"]
        );
    }

    #[test]
    fn names_are_plain() {
        assert_eq!(name(b"myapp_user"), Ok(()));
        assert_eq!(name(b""), Err(Unsafe::NoName));
        assert_eq!(name(b"a b"), Err(Unsafe::Name("a b".into())));
        assert_eq!(name(b"\x1b]0;"), Err(Unsafe::Name("\\x1b]0;".into())));
        assert!(matches!(name(&[b'a'; 65]), Err(Unsafe::LongName(_))));
    }
}
