//! What a value is for, guessed from its type, its name and its time to live.
use super::printed::print;
use super::ttl::print_left;

/// A guess, in a word for the header and a sentence made of facts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Purpose {
    /// `lock`, `rate limit`, `queue` …
    pub word: &'static str,
    /// `held by worker-7, frees in 25s`.
    pub sentence: String,
}

/// What is known about a value.
struct Facts<'f> {
    /// Milliseconds until it expires; `None` for never.
    left: Option<u64>,
    value: Option<&'f [u8]>,
}

/// One guess: what it asks of the type, the name and the facts, and what it says.
struct Guess {
    word: &'static str,
    kinds: &'static [&'static str],
    /// One of these stands in the name, as a whole word.
    names: &'static [&'static str],
    expires: Expires,
    says: fn(&Facts) -> Option<String>,
}

/// Whether a guess asks for a time to live.
#[derive(PartialEq)]
enum Expires {
    Must,
    May,
}

/// The guesses; the first that fits is taken.
const GUESSES: &[Guess] = &[
    Guess {
        word: "lock",
        kinds: &["string"],
        names: &["lock", "locks", "mutex", "lease"],
        expires: Expires::Must,
        says: lock,
    },
    Guess {
        word: "rate limit",
        kinds: &["string"],
        names: &[
            "rate",
            "ratelimit",
            "limit",
            "limits",
            "limiter",
            "throttle",
            "quota",
            "attempts",
        ],
        expires: Expires::Must,
        says: window,
    },
    Guess {
        word: "session",
        kinds: &["string", "hash"],
        names: &["session", "sessions", "sess"],
        expires: Expires::May,
        says: |facts| Some(ends(facts)),
    },
    Guess {
        word: "cache",
        kinds: &["string", "hash"],
        names: &["cache", "cached", "caches"],
        expires: Expires::May,
        says: |facts| Some(ends(facts)),
    },
    Guess {
        word: "queue",
        kinds: &["list"],
        names: &[
            "queue", "queues", "job", "jobs", "task", "tasks", "inbox", "outbox", "pending",
        ],
        expires: Expires::May,
        says: |_| Some("work waits here in order".to_owned()),
    },
    Guess {
        word: "delayed queue",
        kinds: &["zset"],
        names: &[
            "queue",
            "queues",
            "job",
            "jobs",
            "delayed",
            "scheduled",
            "schedule",
            "retry",
        ],
        expires: Expires::May,
        says: |_| Some("what has the lowest score is due first".to_owned()),
    },
    Guess {
        word: "leaderboard",
        kinds: &["zset"],
        names: &[
            "leaderboard",
            "leaderboards",
            "ranking",
            "rankings",
            "rank",
            "score",
            "scores",
            "top",
        ],
        expires: Expires::May,
        says: |_| Some("its members are ranked by score".to_owned()),
    },
    Guess {
        word: "presence",
        kinds: &["set", "zset"],
        names: &["online", "active", "present", "presence"],
        expires: Expires::May,
        says: |_| Some("its members are there now".to_owned()),
    },
    Guess {
        word: "counter",
        kinds: &["string"],
        names: &[
            "count", "counts", "counter", "counters", "hits", "views", "visits", "total",
        ],
        expires: Expires::May,
        says: counter,
    },
];

/// Guesses what a value is for.
///
/// `kind` as TYPE answers, `left` in milliseconds (`None` for a key that does not expire), `value` where the type is
/// string and the whole of it is known.
pub fn recognise(
    name: &[u8],
    kind: &str,
    left: Option<u64>,
    value: Option<&[u8]>,
) -> Option<Purpose> {
    let words = words(name);
    let facts = Facts { left, value };
    let fits = |guess: &&Guess| {
        guess.kinds.contains(&kind)
            && (guess.expires == Expires::May || left.is_some())
            && words
                .iter()
                .any(|word| guess.names.contains(&word.as_str()))
    };
    GUESSES.iter().filter(fits).find_map(|guess| {
        Some(Purpose {
            word: guess.word,
            sentence: (guess.says)(&facts)?,
        })
    })
}

/// The words of a name in lower case: runs of letters, also those that camelCase tells apart.
fn words(name: &[u8]) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = b' ';
    for &byte in name {
        let starts = byte.is_ascii_uppercase() && before.is_ascii_lowercase();
        if starts || !byte.is_ascii_alphabetic() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && byte.is_ascii_alphabetic()
        {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
        before = byte;
    }
    words
}

fn lock(facts: &Facts) -> Option<String> {
    let left = print_left(facts.left?);
    Some(match facts.value {
        Some(owner) if (1..=LONGEST_OWNER).contains(&owner.len()) => {
            format!("held by {}, frees in {left}", print(owner))
        }
        _ => format!("held, frees in {left}"),
    })
}

/// The longest owner of a lock that is spelled out, in bytes.
const LONGEST_OWNER: usize = 64;

fn window(facts: &Facts) -> Option<String> {
    let left = print_left(facts.left?);
    Some(format!("{} used, window resets in {left}", number(facts)?))
}

fn counter(facts: &Facts) -> Option<String> {
    let number = number(facts)?;
    Some(match facts.left {
        Some(left) => format!("{number} counted, starts again in {}", print_left(left)),
        None => format!("{number} counted"),
    })
}

fn ends(facts: &Facts) -> String {
    match facts.left {
        Some(left) => format!("ends in {}", print_left(left)),
        None => "never ends by itself: it has no expiry".to_owned(),
    }
}

/// The most characters of a whole number the server counts with.
const LONGEST_COUNT: usize = 20;

fn number(facts: &Facts) -> Option<i64> {
    let value = facts.value.filter(|value| value.len() <= LONGEST_COUNT)?;
    std::str::from_utf8(value).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_recognised_by_type_name_and_time_to_live() {
        let left = Some(42_000);
        for (name, kind, left, value, says) in [
            (
                "app:lock:order:1",
                "string",
                Some(25_000),
                "worker-7",
                "lock: held by worker-7, frees in 25s",
            ),
            (
                "app:lock",
                "string",
                left,
                "a\x1b",
                "lock: held by a\\x1b, frees in 42s",
            ),
            ("app:lock", "string", left, "", "lock: held, frees in 42s"),
            ("app:lock", "string", None, "worker-7", ""),
            ("app:block:1", "string", left, "worker-7", ""),
            (
                "app:userLock",
                "string",
                left,
                "x",
                "lock: held by x, frees in 42s",
            ),
            (
                "app:rate:ip:1",
                "string",
                left,
                "17",
                "rate limit: 17 used, window resets in 42s",
            ),
            ("app:rate:ip:1", "string", left, "seventeen", ""),
            ("app:session:9", "hash", left, "", "session: ends in 42s"),
            (
                "app:cache:9",
                "string",
                None,
                "",
                "cache: never ends by itself: it has no expiry",
            ),
            (
                "app:jobs",
                "list",
                None,
                "",
                "queue: work waits here in order",
            ),
            ("app:jobs", "set", None, "", ""),
            (
                "app:leaderboard",
                "zset",
                None,
                "",
                "leaderboard: its members are ranked by score",
            ),
            (
                "app:users:online",
                "set",
                None,
                "",
                "presence: its members are there now",
            ),
            ("app:hits", "string", None, "3", "counter: 3 counted"),
            ("app:user:1", "hash", None, "", ""),
        ] {
            let purpose = recognise(name.as_bytes(), kind, left, Some(value.as_bytes()));
            let said = purpose.map(|purpose| format!("{}: {}", purpose.word, purpose.sentence));
            assert_eq!(said.unwrap_or_default(), says, "{name}");
        }
    }
}
