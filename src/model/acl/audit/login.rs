//! Who may log in as the user, and how surely.
use super::super::rule::Rule;
use super::super::secret::Secret;
use super::super::user::{Keys, User};
use super::{Level, Lint, Subject};
use crate::model::printed::print;

pub(super) fn lints(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    let user = subject.user;
    if subject.is_default() {
        open_door(subject, found);
    } else {
        everything(subject, found);
    }
    if user.on && user.passwords.is_empty() && !user.nopass && !subject.facts.certificates {
        found.push(Lint {
            id: "L08",
            level: Level::Warning,
            text: "it is on and has no password: nobody can log in".into(),
            fix: "set a password".into(),
            rules: Vec::new(),
        });
    }
    if user.passwords.contains(&Secret::new("").hash()) {
        found.push(Lint {
            id: "L09",
            level: Level::Error,
            text: "the empty password is one of its passwords".into(),
            fix: "retire it".into(),
            rules: vec![Rule::RemoveHash(Secret::new("").hash())],
        });
    }
    if user.passwords.len() > 2 {
        found.push(Lint {
            id: "L09",
            level: Level::Info,
            text: format!(
                "it has {} passwords: was a change of password never finished?",
                user.passwords.len()
            ),
            fix: "retire the old ones".into(),
            rules: Vec::new(),
        });
    }
    shared(subject, found);
    let never_seen = |seen: &[Vec<u8>]| !seen.contains(&user.name);
    if user.on && subject.facts.seen.is_some_and(never_seen) {
        found.push(Lint {
            id: "L31",
            level: Level::Info,
            text: "nobody is logged in as it and the log of denials does not know it: is it still used?".into(),
            fix: "turn it off, and delete it later".into(),
            rules: vec![Rule::Off],
        });
    }
}

fn open_door(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    let user = subject.user;
    if user.on && user.nopass && subject.is_root() {
        found.push(Lint {
            id: "L02",
            level: Level::Error,
            text: "whoever connects without logging in is an administrator".into(),
            fix: "make another administrator first, prove it by a second login, then give default a password or turn \
                  it off"
                .into(),
            rules: Vec::new(),
        });
    }
}

fn everything(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    let user = subject.user;
    if user.on && user.nopass {
        found.push(Lint {
            id: "L01",
            level: Level::Error,
            text: "any password logs in".into(),
            fix: "set a password".into(),
            rules: vec![Rule::ResetPass],
        });
    }
    let all =
        |rights: &super::super::user::Rights| rights.keys == Keys::All && rights.all_commands();
    if user.rights().any(all) {
        let named = subject.facts.admin == Some(user.name.as_slice());
        found.push(Lint {
            id: "L03",
            level: if named { Level::Info } else { Level::Error },
            text: "it may run every command on every key".into(),
            fix: "give it a role, unless it is the administrator".into(),
            rules: Vec::new(),
        });
    }
}

fn shared(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    let user = subject.user;
    let shares = |other: &&User| {
        other.name != user.name
            && other
                .passwords
                .iter()
                .any(|hash| user.passwords.contains(hash))
    };
    let others: Vec<String> = subject
        .facts
        .users
        .iter()
        .filter(shares)
        .map(User::title)
        .collect();
    if !others.is_empty() {
        found.push(Lint {
            id: "L30",
            level: Level::Warning,
            text: format!("it shares a password with {}", others.join(", ")),
            fix: "give each user its own password".into(),
            rules: Vec::new(),
        });
    }
}

/// The fewest bytes of a password that nobody asks about.
const SHORT: usize = 16;

/// Passwords that are tried first.
const COMMON: &[&str] = &[
    "password",
    "passw0rd",
    "123456",
    "12345678",
    "123456789",
    "1234567890",
    "qwerty",
    "letmein",
    "admin",
    "redis",
    "secret",
    "changeme",
    "foobared",
    "default",
    "welcome",
    "test",
    "root",
    "qwertyuiop123456",
];

/// What is weak about a password: only known while it is typed.
pub fn password(secret: &Secret, name: &[u8]) -> Vec<Lint> {
    let bytes = secret.reveal();
    let lower = bytes.to_ascii_lowercase();
    let (level, text) = if bytes.is_empty() {
        (Level::Error, "the password is empty".to_owned())
    } else if lower == name.to_ascii_lowercase() {
        (
            Level::Warning,
            format!("the password is the name {}", print(name)),
        )
    } else if COMMON.iter().any(|common| common.as_bytes() == lower) {
        (
            Level::Warning,
            "the password is one that is tried first".to_owned(),
        )
    } else if bytes.len() < SHORT {
        (
            Level::Warning,
            format!("the password is shorter than {SHORT} bytes; its hash can be searched"),
        )
    } else {
        return Vec::new();
    };
    let fix = "take a generated password".to_owned();
    vec![Lint {
        id: "L09",
        level,
        text,
        fix,
        rules: Vec::new(),
    }]
}
