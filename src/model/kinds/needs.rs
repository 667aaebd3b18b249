//! Which commands the verbs of a type send, to tell before one is tried whether it would be refused.
use super::Verb;

/// Commands without which a verb of this type cannot be done. Empty where it depends on what is typed or on the row,
/// and for types that are not changed.
pub fn commands(kind: &str, verb: Verb) -> &'static [&'static str] {
    match (kind, verb) {
        ("string", Verb::Edit | Verb::Reset) => &["SET"],
        ("hash", Verb::Add) => &["HSETNX"],
        ("hash", Verb::Edit) => &["HSET"],
        ("hash", Verb::Rename) => &["HSET", "HDEL"],
        ("hash", Verb::Remove) => &["HDEL"],
        ("list", Verb::Edit) => &["LSET"],
        ("list", Verb::Remove) => &["LSET", "LREM"],
        ("list", Verb::RemoveValue) => &["LREM"],
        ("set", Verb::Add) => &["SADD"],
        ("set", Verb::Edit) => &["SADD", "SREM"],
        ("set", Verb::Remove) => &["SREM"],
        ("zset", Verb::Add | Verb::Edit | Verb::Increment) => &["ZADD"],
        ("zset", Verb::Remove) => &["ZREM"],
        _ => &[],
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{ALL, Row, Verb, of};
    use super::*;

    #[test]
    fn what_a_verb_is_said_to_need_it_sends() {
        let row = |cells: &[&str]| {
            Row::new(
                cells.iter().map(|cell| cell.as_bytes().to_vec()).collect(),
                0,
            )
        };
        for kind in ALL {
            for (verb, typed) in [
                (Verb::Add, &["x", "1"][..]),
                (Verb::Edit, &["2"]),
                (Verb::Rename, &["2"]),
                (Verb::Increment, &["1"]),
                (Verb::Remove, &[]),
                (Verb::RemoveValue, &["a", "0", "head"]),
                (Verb::Reset, &[]),
            ] {
                let needs = commands(kind.name(), verb);
                let cells: &[&str] = match kind.name() {
                    "hash" => &["a", "1"],
                    "zset" => &["1", "a"],
                    _ => &["1"],
                };
                let typed: &[&str] = match (kind.name(), verb) {
                    ("list", Verb::RemoveValue) => &["a", "1"],
                    ("zset", Verb::Add) => &["1", "x"],
                    _ => typed,
                };
                let typed: Vec<Vec<u8>> =
                    typed.iter().map(|text| text.as_bytes().to_vec()).collect();
                if needs.is_empty() {
                    continue;
                }
                let change = of(kind.name())
                    .change(&"k".into(), verb, Some(&row(cells)), &typed)
                    .unwrap();
                let sent: Vec<String> = change.cmds.iter().map(|step| step.cmd.name()).collect();
                for need in needs {
                    let sent = sent.iter().any(|name| name == need);
                    assert!(
                        sent,
                        "{} {verb:?}: {need}, {:?}",
                        kind.name(),
                        change.lines()
                    );
                }
            }
        }
    }
}
