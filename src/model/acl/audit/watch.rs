//! Commands that are risky to have.
use super::{Level, Lint, Subject};

/// Some commands, and what is wrong with having any of them.
struct Watch {
    id: &'static str,
    level: Level,
    /// Only where key patterns are meant to hold the user back.
    limited: bool,
    commands: &'static [&'static str],
    says: &'static str,
    fix: &'static str,
}

const WATCHES: &[Watch] = &[
    Watch {
        id: "L04",
        level: Level::Error,
        limited: false,
        commands: &[
            "acl|setuser",
            "acl|load",
            "config|set",
            "module|load",
            "module|loadex",
            "debug",
            "function|load",
            "function|restore",
            "replicaof",
            "slaveof",
            "migrate",
            "shutdown",
            "monitor",
            "psync",
            "sync",
            "replconf",
        ],
        says: "it may become an administrator, see all data or stop the server through",
        fix: "take these away unless it is the administrator",
    },
    Watch {
        id: "L05",
        level: Level::Error,
        limited: false,
        commands: &["config|get"],
        says: "requirepass and masterauth are told in clear by",
        fix: "take it away",
    },
    Watch {
        id: "L06",
        level: Level::Warning,
        limited: false,
        commands: &["acl|list", "acl|getuser"],
        says: "hashes of passwords are told by",
        fix: "take these away unless it keeps users",
    },
    Watch {
        id: "L07",
        level: Level::Warning,
        limited: false,
        commands: &["client|kill", "client|list", "client|pause"],
        says: "it may see, cut or stop other people's connections by",
        fix: "take these away; +@connection brings them unless -@dangerous follows",
    },
    Watch {
        id: "L20",
        level: Level::Warning,
        limited: false,
        commands: &[
            "eval",
            "evalsha",
            "eval_ro",
            "evalsha_ro",
            "fcall",
            "fcall_ro",
        ],
        says: "an endless script makes everybody wait:",
        fix: "take scripts away if the app runs none",
    },
    Watch {
        id: "L20",
        level: Level::Warning,
        limited: false,
        commands: &[
            "script|flush",
            "script|kill",
            "function|delete",
            "function|kill",
            "function|list",
            "function|dump",
        ],
        says: "scripts and functions of every app are seen, stopped or lost by",
        fix: "take these away",
    },
    Watch {
        id: "L23",
        level: Level::Error,
        limited: true,
        commands: &["flushall", "flushdb", "swapdb", "function|flush"],
        says: "key patterns do not hold back",
        fix: "take these away: they hit every app",
    },
    Watch {
        id: "L24",
        level: Level::Info,
        limited: true,
        commands: &[
            "scan",
            "randomkey",
            "dbsize",
            "pubsub|channels",
            "pubsub|shardchannels",
            "cluster|getkeysinslot",
            "client|tracking",
        ],
        says: "names or numbers of all keys and channels are told by",
        fix: "take away what the app does not use; browsing needs scan",
    },
    Watch {
        id: "L24",
        level: Level::Warning,
        limited: false,
        commands: &["keys"],
        says: "the whole server waits for",
        fix: "take it away; scan does the same in steps",
    },
];

pub(super) fn lints(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    for watch in WATCHES {
        let names = subject.allowed(watch.commands);
        if names.is_empty() || (watch.limited && !subject.is_limited()) {
            continue;
        }
        found.push(Lint {
            id: watch.id,
            level: watch.level,
            text: format!("{} {}", watch.says, names.join(", ")),
            fix: watch.fix.to_owned(),
            rules: subject.without(&names),
        });
    }
}
