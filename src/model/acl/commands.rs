//! COMMAND's reply → a catalog, for 6.x and 7+, RESP2 and RESP3.
use super::catalog::{Catalog, Command, Source};
use super::dialect::Dialect;
use super::fields::{fields, text, texts};
use super::keyspec::{Begin, Find, KeySpec, Need, Notes};
use crate::model::resp::Reply;

/// A catalog for a server that refuses COMMAND: that of Redis 7.0, marked as assumed.
pub fn assumed(dialect: Dialect) -> Catalog {
    let commands = include_str!("../../../assets/commands.txt");
    Catalog::new(dialect, Source::Assumed, super::compiled::read(commands))
}

/// Reads COMMAND's reply. Entries that make no sense are left out; `None` if the reply is no list.
pub fn catalog(reply: &Reply, dialect: Dialect) -> Option<Catalog> {
    let mut commands = Vec::new();
    for entry in reply.items()? {
        read(entry, &mut commands);
    }
    Some(Catalog::new(dialect, Source::Asked, commands))
}

fn read(entry: &Reply, commands: &mut Vec<Command>) -> Option<()> {
    let items = entry.items()?;
    let specs = items.get(8).and_then(Reply::items);
    let name = text(items.first()?)?.to_ascii_lowercase();
    commands.push(Command {
        name,
        arity: items.get(1)?.int()?,
        flags: texts(items.get(2)?),
        categories: texts(items.get(6)?)
            .iter()
            .map(|name| name.trim_start_matches('@').to_owned())
            .collect(),
        keys: match specs {
            Some(specs) => specs.iter().map(spec).collect(),
            None => legacy(items).into_iter().collect(),
        },
        legacy_keys: specs.is_none(),
        subs: Vec::new(),
    });
    for sub in items.get(9).and_then(Reply::items).unwrap_or_default() {
        read(sub, commands);
    }
    Some(())
}

/// The one group of keys that 6.x tells; `None` for a command without keys at fixed places.
fn legacy(items: &[Reply]) -> Option<KeySpec> {
    let [first, last, step] = [3, 4, 5].map(|at| items.get(at).and_then(Reply::int));
    let (first, last, step) = (first?, last?, step?);
    if first == 0 {
        return None;
    }
    // 6.x counts the last key from the start of the argv, a group from its own first key.
    let last = if last < 0 { last } else { last - first };
    Some(KeySpec {
        begin: Begin::At(first),
        find: Find::Range {
            last,
            step,
            limit: 0,
        },
        need: Need::NOTHING,
        notes: Notes::default(),
    })
}

fn spec(reply: &Reply) -> KeySpec {
    let parts = fields(reply);
    let part = |name| {
        parts
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| *value)
    };
    let flags: Vec<String> = part("flags").map(texts).unwrap_or_default();
    let has = |flag: &str| flags.iter().any(|have| have.eq_ignore_ascii_case(flag));
    KeySpec {
        begin: part("begin_search").map_or(Begin::Unknown, begin),
        find: part("find_keys").map_or(Find::Unknown, find),
        need: Need {
            read: has("access"),
            write: has("insert") || has("delete") || has("update"),
        },
        notes: Notes {
            not_key: has("not_key"),
            incomplete: has("incomplete"),
            variable: has("variable_flags"),
        },
    }
}

/// The `type` of a part of a group, and a look-up of the numbers in its `spec`.
fn typed(reply: &Reply) -> Option<(String, Vec<(String, &Reply)>)> {
    let parts = fields(reply);
    let part = |name| {
        parts
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| *value)
    };
    Some((text(part("type")?)?, fields(part("spec")?)))
}

fn number(parts: &[(String, &Reply)], name: &str) -> Option<i64> {
    parts.iter().find(|(field, _)| field == name)?.1.int()
}

fn begin(reply: &Reply) -> Begin {
    let read = || {
        let (kind, parts) = typed(reply)?;
        match kind.as_str() {
            "index" => Some(Begin::At(number(&parts, "index")?)),
            "keyword" => Some(Begin::Word {
                word: parts
                    .iter()
                    .find(|(field, _)| field == "keyword")?
                    .1
                    .bytes()?
                    .to_vec(),
                from: number(&parts, "startfrom")?,
            }),
            _ => None,
        }
    };
    read().unwrap_or(Begin::Unknown)
}

fn find(reply: &Reply) -> Find {
    let read = || {
        let (kind, parts) = typed(reply)?;
        let number = |name| number(&parts, name);
        match kind.as_str() {
            "range" => Some(Find::Range {
                last: number("lastkey")?,
                step: number("keystep")?,
                limit: number("limit")?,
            }),
            "keynum" => Some(Find::Count {
                at: number("keynumidx")?,
                first: number("firstkey")?,
                step: number("keystep")?,
            }),
            _ => None,
        }
    };
    read().unwrap_or(Find::Unknown)
}
