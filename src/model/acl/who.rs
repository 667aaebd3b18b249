//! Who can touch a key.
use super::catalog::Catalog;
use super::effect::allows;
use super::overlap::overlap;
use super::reach::Reach;
use super::rule::KeyPattern;
use super::user::{Keys, User};

/// What a user can do with one key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Touch {
    /// It can learn that the key is there, by SCAN, KEYS or RANDOMKEY, which no pattern limits.
    pub sees_name: Hand,
    pub reads: Hand,
    pub writes: Hand,
    pub deletes: Hand,
    pub expires: Hand,
    /// It can empty the server, change users or settings.
    pub administers: Hand,
}

/// Yes or no, for a grid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Hand {
    #[default]
    No,
    Yes,
}

const NAMES: &[&str] = &["scan", "keys", "randomkey"];
const READS: &[&str] = &[
    "get", "getrange", "hget", "hgetall", "lrange", "smembers", "zrange", "xrange", "dump",
];
const WRITES: &[&str] = &[
    "set", "append", "hset", "lpush", "rpush", "sadd", "zadd", "xadd", "restore",
];
const DELETES: &[&str] = &["del", "unlink", "getdel"];
const EXPIRES: &[&str] = &["expire", "pexpire", "expireat", "persist"];
const ADMINISTERS: &[&str] = &[
    "flushall",
    "flushdb",
    "acl|setuser",
    "config|set",
    "shutdown",
    "swapdb",
];

/// What a user can do with this very key. A user that is off can do nothing.
pub fn touch(user: &User, key: &[u8], catalog: &Catalog) -> Touch {
    if !user.on {
        return Touch::default();
    }
    let reach = Reach::of(user, catalog);
    let can = |names: &[&str]| {
        let mut ids = names.iter().filter_map(|name| catalog.find(name));
        if ids.any(|id| allows(&reach, id, key)) {
            Hand::Yes
        } else {
            Hand::No
        }
    };
    Touch {
        sees_name: can(NAMES),
        reads: can(READS),
        writes: can(WRITES),
        deletes: can(DELETES),
        expires: can(EXPIRES),
        administers: can(ADMINISTERS),
    }
}

/// How a user's keys meet a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Meeting {
    No,
    /// By these patterns of its own.
    By(Vec<KeyPattern>),
    /// It may touch all keys.
    All,
}

/// Whether a user may touch some key that matches a pattern.
pub fn meets(user: &User, pattern: &[u8]) -> Meeting {
    let mut by = Vec::new();
    for rights in user.rights() {
        match &rights.keys {
            Keys::All => return Meeting::All,
            Keys::Only(patterns) => {
                by.extend(
                    patterns
                        .iter()
                        .filter(|own| overlap(&own.pattern, pattern))
                        .cloned(),
                );
            }
        }
    }
    if by.is_empty() {
        Meeting::No
    } else {
        Meeting::By(by)
    }
}
