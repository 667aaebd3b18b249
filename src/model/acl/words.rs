//! A user in plain words, for lists and cards.
use super::catalog::Catalog;
use super::reach::Reach;
use super::rule::{Access, KeyPattern};
use super::user::{Channels, Keys, Rights, User};
use crate::model::printed::print;

/// What a user may do with which keys: `reads and writes myapp:*`, `everything`, `nothing yet`.
pub fn scope(user: &User, catalog: &Catalog) -> String {
    let reach = Reach::of(user, catalog);
    let mut sentences: Vec<String> = Vec::new();
    for scope in &reach.selectors {
        let does = |flag| {
            catalog
                .ids()
                .any(|id| scope.allows(id) && catalog.command(id).flag(flag))
        };
        let level = Level {
            reads: does("readonly"),
            writes: does("write"),
        };
        if let Some(sentence) = rights(scope.rights, level)
            && !sentences.contains(&sentence)
        {
            sentences.push(sentence);
        }
    }
    if sentences.is_empty() {
        let any = catalog.ids().any(|id| reach.allows(id));
        return if any {
            "no keys, only commands without one"
        } else {
            "nothing yet"
        }
        .to_owned();
    }
    sentences.join(", also ")
}

/// What the commands of a set of rights do to keys.
#[derive(Clone, Copy)]
struct Level {
    reads: bool,
    writes: bool,
}

fn rights(rights: &Rights, level: Level) -> Option<String> {
    if !level.reads && !level.writes {
        return None;
    }
    match &rights.keys {
        Keys::All if rights.all_commands() => Some("everything".to_owned()),
        Keys::All => verb(Access::Both, level).map(|verb| format!("{verb} all keys")),
        Keys::Only(patterns) => {
            let groups = [Access::Both, Access::Read, Access::Write];
            let sentences: Vec<String> = groups
                .iter()
                .filter_map(|access| group(patterns, *access, level))
                .collect();
            (!sentences.is_empty()).then(|| sentences.join(", "))
        }
    }
}

fn group(patterns: &[KeyPattern], access: Access, level: Level) -> Option<String> {
    let of = patterns.iter().filter(|pattern| pattern.access == access);
    let names: Vec<String> = of.map(|pattern| print(&pattern.pattern)).collect();
    if names.is_empty() {
        return None;
    }
    verb(access, level).map(|verb| format!("{verb} {}", names.join(" ")))
}

fn verb(access: Access, level: Level) -> Option<&'static str> {
    match (
        access.reads() && level.reads,
        access.writes() && level.writes,
    ) {
        (true, true) => Some("reads and writes"),
        (true, false) => Some("reads"),
        (false, true) => Some("writes"),
        (false, false) => None,
    }
}

/// Which channels: `all`, `none`, or the patterns.
pub fn channels(user: &User) -> String {
    let mut names: Vec<String> = Vec::new();
    for rights in user.rights() {
        match &rights.channels {
            Channels::All => return "all".to_owned(),
            Channels::Only(patterns) => names.extend(patterns.iter().map(|pattern| print(pattern))),
        }
    }
    names.dedup();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(" ")
    }
}
