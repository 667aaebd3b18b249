//! What a user may do at a glance: types of data by reading, writing and deleting, what needs no key, channels.
use crate::model::acl::effect::allows;
use crate::model::acl::{Catalog, CommandId, Reach, User, words};

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

/// The matrix, in rows of at most 36 columns where a table must stand.
pub fn matrix(user: &User, catalog: &Catalog, prefix: &[u8]) -> Vec<Entry<'static>> {
    let reach = Reach::of(user, catalog);
    let own = [prefix, b"key"].concat();
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
    let known = || KEYLESS.iter().filter(|name| find(catalog, name).is_some());
    let list = |wanted: bool| {
        let names: Vec<&str> = known()
            .filter(|name| may(&reach, name) == wanted)
            .copied()
            .collect();
        if names.is_empty() {
            "nothing of note".to_owned()
        } else {
            names.join(" ")
        }
    };
    entries.extend(Entry::heading("Whatever the key"));
    entries.push(Entry::labelled("may         ", Tone::Warn, list(true)));
    entries.push(Entry::labelled("may not     ", Tone::Dim, list(false)));
    let channels = words::channels(user);
    entries.push(Entry::labelled("channels    ", Tone::Plain, channels));
    entries
}
