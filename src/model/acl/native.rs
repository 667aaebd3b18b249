//! Commands whose keys the servers find by code of their own, repeated here.
use super::keyspec::{Need, Place, is};

/// A number as loosely as C's `atoi` reads it.
fn loose_number(text: &[u8]) -> i64 {
    let start = text.iter().position(|byte| !matches!(byte, b' ' | 9..=13));
    let text = &text[start.unwrap_or(text.len())..];
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let value =
        digits
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0_i64, |value, digit| {
                value
                    .saturating_mul(10)
                    .saturating_add(i64::from(digit - b'0'))
            });
    // `atoi` keeps the low 32 bits of the long.
    i64::from((if negative { -value } else { value }) as i32)
}

/// The commands for which the servers count keys in code of their own.
#[derive(Clone, Copy)]
pub(super) enum Native {
    Set,
    Bitfield,
    Sort,
    SortRo,
    Migrate,
    Georadius,
    Xread,
    /// `MEMORY USAGE key`, on servers where MEMORY is one command.
    Memory,
    /// `STRALGO LCS … KEYS a b` (6.x).
    Stralgo,
    /// A destination (argument 1 or none), a count, keys after it.
    Counted {
        store: bool,
        count: usize,
    },
}

/// The code of a server's own for a command, if it has some.
pub(super) fn native(command: &str) -> Option<Native> {
    Some(match command {
        "set" => Native::Set,
        "bitfield" => Native::Bitfield,
        "sort" => Native::Sort,
        "sort_ro" => Native::SortRo,
        "migrate" => Native::Migrate,
        "georadius" | "georadiusbymember" => Native::Georadius,
        "xread" | "xreadgroup" => Native::Xread,
        "memory" => Native::Memory,
        "stralgo" => Native::Stralgo,
        "zunionstore" | "zinterstore" | "zdiffstore" => Native::Counted {
            store: true,
            count: 2,
        },
        "zunion" | "zinter" | "zdiff" | "zintercard" | "sintercard" | "lmpop" | "zmpop" => {
            Native::Counted {
                store: false,
                count: 1,
            }
        }
        "eval" | "evalsha" | "eval_ro" | "evalsha_ro" | "fcall" | "fcall_ro" | "blmpop"
        | "bzmpop" => Native::Counted {
            store: false,
            count: 2,
        },
        _ => return None,
    })
}

impl Native {
    /// The keys as that code finds them; those with no need may be matched by any pattern.
    pub(super) fn places(self, argv: &[&[u8]]) -> Vec<Place> {
        match self {
            Self::Set => {
                let get = (3..argv.len()).any(|at| is(argv, at, b"get"));
                vec![Place {
                    at: 1,
                    need: if get { Need::BOTH } else { Need::WRITE },
                }]
            }
            Self::Bitfield => vec![Place {
                at: 1,
                need: bitfield(argv),
            }],
            Self::Sort => sort(argv),
            Self::SortRo => vec![Place {
                at: 1,
                need: Need::READ,
            }],
            Self::Migrate => migrate(argv),
            Self::Georadius => georadius(argv),
            Self::Xread => xread(argv),
            Self::Memory if argv.len() > 2 && is(argv, 1, b"usage") => free(2..3),
            Self::Memory => Vec::new(),
            Self::Stralgo => {
                let keys = (2..argv.len()).find(|at| is(argv, *at, b"keys") && at + 2 < argv.len());
                keys.map_or_else(Vec::new, |at| free(at + 1..at + 3))
            }
            Self::Counted { store, count } => counted(argv, store, count),
        }
    }
}

/// Keys that any pattern may match.
fn free(range: std::ops::Range<usize>) -> Vec<Place> {
    let need = Need::NOTHING;
    range.map(|at| Place { at, need }).collect()
}

fn bitfield(argv: &[&[u8]]) -> Need {
    let mut at = 2;
    while at < argv.len() {
        let left = argv.len() - at - 1;
        at += match argv[at].to_ascii_lowercase().as_slice() {
            b"get" if left >= 2 => 3,
            b"overflow" if left >= 1 => 2,
            _ => return Need::BOTH,
        };
    }
    Need::READ
}

fn sort(argv: &[&[u8]]) -> Vec<Place> {
    let mut places = vec![Place {
        at: 1,
        need: Need::READ,
    }];
    let mut at = 2;
    while at < argv.len() {
        match argv[at].to_ascii_lowercase().as_slice() {
            b"limit" => at += 2,
            b"get" | b"by" => at += 1,
            b"store" if at + 1 < argv.len() => {
                places.truncate(1);
                places.push(Place {
                    at: at + 1,
                    need: Need::WRITE,
                });
            }
            _ => {}
        }
        at += 1;
    }
    places
}

fn migrate(argv: &[&[u8]]) -> Vec<Place> {
    let need = Need::BOTH;
    let mut keys = 3..4;
    let mut at = 6;
    while at < argv.len() {
        match argv[at].to_ascii_lowercase().as_slice() {
            b"keys" => {
                // KEYS beside a key is a syntax error: the servers then look at no key at all.
                keys = if argv[3].is_empty() {
                    at + 1..argv.len()
                } else {
                    0..0
                };
                break;
            }
            b"auth" => at += 1,
            b"auth2" => at += 2,
            _ => {}
        }
        at += 1;
    }
    keys.map(|at| Place { at, need }).collect()
}

fn georadius(argv: &[&[u8]]) -> Vec<Place> {
    let mut places = free(1..2);
    let mut at = 5;
    while at + 1 < argv.len() {
        if is(argv, at, b"store") || is(argv, at, b"storedist") {
            at += 1;
            places.truncate(1);
            places.extend(free(at..at + 1));
        }
        at += 1;
    }
    places
}

fn xread(argv: &[&[u8]]) -> Vec<Place> {
    let mut at = 1;
    while at < argv.len() {
        at += match argv[at].to_ascii_lowercase().as_slice() {
            b"block" | b"count" => 2,
            b"group" => 3,
            b"noack" => 1,
            b"streams" => {
                let rest = argv.len() - at - 1;
                let keys = if rest.is_multiple_of(2) { rest / 2 } else { 0 };
                return free(at + 1..at + 1 + keys);
            }
            _ => return Vec::new(),
        };
    }
    Vec::new()
}

fn counted(argv: &[&[u8]], store: bool, count: usize) -> Vec<Place> {
    let first = count + 1;
    let keys = argv.get(count).map_or(0, |text| loose_number(text));
    let Ok(keys) = usize::try_from(keys) else {
        return Vec::new();
    };
    if keys == 0 || keys > argv.len().saturating_sub(first) {
        return Vec::new();
    }
    let mut places = free(first..first + keys);
    if store {
        places.extend(free(1..2));
    }
    places
}
