//! What a user may do at a glance: types of data by reading, writing and deleting, what needs no key, channels.
use crate::model::Printed;
use crate::model::acl::effect::allows;
use crate::model::acl::{Catalog, CommandId, Keys, Reach, User, escape, words};

use super::sheet::{Entry, Tone};

/// A type of data, and a command that reads, writes and deletes in it.
const KINDS: &[(&str, [&str; 3])] = &[
    ("string      ", ["get", "set", "getdel"]),
    ("hash        ", ["hget", "hset", "hdel"]),
    ("list        ", ["lrange", "lpush", "lpop"]),
    ("set         ", ["sismember", "sadd", "srem"]),
    ("sorted set  ", ["zrange", "zadd", "zrem"]),
    ("stream      ", ["xrange", "xadd", "xdel"]),
    ("any key     ", ["type", "expire", "del"]),
];

/// What is worth knowing about commands that no key pattern limits; names in lower case.
const KEYLESS: &[&str] = &[
    "scan",
    "keys",
    "randomkey",
    "flushdb",
    "flushall",
    "swapdb",
    "select",
    "info",
    "monitor",
    "client|list",
    "client|kill",
    "config|get",
    "config|set",
    "acl|list",
    "acl|setuser",
    "script|flush",
    "function|load",
    "function|flush",
    "eval",
    "debug",
    "module|load",
    "replicaof",
    "shutdown",
];

/// A key that nobody's pattern names.
const FOREIGN: &[u8] = b"\x01other";

/// A command of this name, or its container where the server tells no subcommands (6.x).
pub fn find(catalog: &Catalog, name: &str) -> Option<CommandId> {
    let container = || {
        name.split_once('|')
            .and_then(|(name, _)| catalog.find(name))
    };
    catalog.find(name).or_else(container)
}

/// Whether a command of this name may run at all.
pub fn may(reach: &Reach<'_>, name: &str) -> bool {
    find(reach.catalog, name).is_some_and(|id| reach.allows(id))
}

/// The prefix, or where that is empty what the user's first pattern begins with.
pub fn prefix(prefix: &[u8], user: &User) -> Vec<u8> {
    let first = match &user.root.keys {
        Keys::Only(patterns) if prefix.is_empty() => patterns.first(),
        _ => None,
    };
    first.map_or(prefix.to_vec(), |first| escape::split(&first.pattern).0)
}

/// The matrix, in rows of at most 36 columns where a table must stand.
pub fn matrix(user: &User, catalog: &Catalog, prefix: &[u8]) -> Vec<Entry<'static>> {
    let reach = Reach::of(user, catalog);
    let own = [&*self::prefix(prefix, user), b"key"].concat();
    let mut entries = vec![
        Entry::labelled("            ", Tone::Dim, "own keys    other keys"),
        Entry::labelled("            ", Tone::Dim, "r   w   d   r   w   d"),
    ];
    for (kind, commands) in KINDS {
        let mut entry = Entry::labelled(kind, Tone::Plain, "");
        for (key, good) in [(own.as_slice(), Tone::Good), (FOREIGN, Tone::Bad)] {
            for name in commands {
                entry = match catalog.find(name) {
                    None => entry.and(Tone::Dim, "·   "),
                    Some(id) if allows(&reach, id, key) => entry.and(good, "yes "),
                    Some(_) => entry.and(Tone::Dim, "no  "),
                };
            }
        }
        entries.push(entry);
    }
    let (may, may_not) = keyless(&reach);
    entries.extend(Entry::heading("Whatever the key"));
    entries.push(Entry::labelled("may         ", Tone::Warn, may));
    entries.push(Entry::labelled("may not     ", Tone::Dim, may_not));
    let channels = words::channels(user);
    entries.push(Entry::labelled("channels    ", Tone::Plain, channels));
    entries
}

/// What may run and what may not of those that no pattern limits; `select|0` where only that is allowed. A server that
/// tells no subcommands (6.x) knows them as first arguments.
fn keyless(reach: &Reach<'_>) -> (String, String) {
    let (mut may, mut may_not) = (Vec::new(), Vec::new());
    for name in KEYLESS {
        let Some(id) = find(reach.catalog, name) else {
            continue;
        };
        let container = &reach.catalog.command(id).name;
        let scopes = reach.selectors.iter();
        let firsts = scopes.flat_map(|scope| scope.first_args(id));
        let mut firsts: Vec<String> = firsts
            .map(|arg| format!("{container}|{}", Printed::new(arg)))
            .collect();
        if container != name {
            firsts.retain(|first| first == name);
        }
        if reach.allows(id) {
            may.push((*name).to_owned());
        } else if firsts.is_empty() {
            may_not.push((*name).to_owned());
        } else {
            may.extend(firsts);
        }
    }
    let list = |names: Vec<String>| {
        if names.is_empty() {
            "nothing of note".to_owned()
        } else {
            names.join(" ")
        }
    };
    (list(may), list(may_not))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{catalog, user};
    use super::*;
    use crate::model::acl::Dialect;

    #[test]
    fn subcommands_that_a_server_does_not_tell_are_its_first_arguments() {
        let known = catalog();
        let commands = known.ids().map(|id| known.command(id).clone());
        let commands = commands.filter(|command| !command.name.contains('|'));
        let six = Catalog::new(
            Dialect::new("redis", "6.2.14"),
            known.source,
            commands.collect(),
        );
        let rules = "+scan +client|setname +client|kill -script +script|load +select|0 +config";
        let ada = user("ada", rules);
        let (may, may_not) = keyless(&Reach::of(&ada, &six));
        assert_eq!(may, "scan select|0 client|kill config|get config|set");
        assert!(may_not.contains("client|list"), "{may_not}");
        assert!(may_not.contains("script|flush"), "{may_not}");
    }
}
