//! Where a command's keys stand, and what it does with them.
use super::catalog::Command;

/// Where keys of one group are and what happens to them; a command has any number of groups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeySpec {
    pub begin: Begin,
    pub find: Find,
    pub need: Need,
    pub notes: Notes,
}

/// Where a group begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Begin {
    At(i64),
    /// After this word, looked for from this argument on (from the end where negative).
    Word {
        word: Vec<u8>,
        from: i64,
    },
    Unknown,
}

/// How far a group goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Find {
    /// Up to `last` (relative to the first; from the end where negative), or only a `limit`-th part of the rest.
    Range {
        last: i64,
        step: i64,
        limit: i64,
    },
    /// As many as the argument `at` says, beginning at `first`, both relative.
    Count {
        at: i64,
        first: i64,
        step: i64,
    },
    Unknown,
}

/// What a key is needed for: reading, writing, both or neither.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct Need {
    pub read: bool,
    pub write: bool,
}

impl Need {
    pub const NOTHING: Self = Self {
        read: false,
        write: false,
    };
    pub const READ: Self = Self {
        read: true,
        write: false,
    };
    pub const WRITE: Self = Self {
        read: false,
        write: true,
    };
    pub const BOTH: Self = Self {
        read: true,
        write: true,
    };
}

/// What makes a group special.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Notes {
    /// It looks like a key and is none.
    pub not_key: bool,
    /// There are more keys than the group tells.
    pub incomplete: bool,
    /// What is done with the key depends on other arguments.
    pub variable: bool,
}

/// One key among the arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Index in the argv.
    pub at: usize,
    pub need: Need,
}

/// The keys a command line names, as the server finds them for its permission check.
pub fn places(command: &Command, argv: &[&[u8]]) -> Vec<Place> {
    let native = native(&command.name);
    let real = || command.keys.iter().filter(|spec| !spec.notes.not_key);
    if let Some(native) = native
        && (command.legacy_keys || real().any(|spec| spec.notes.variable))
    {
        return native.places(argv);
    }
    let mut places = Vec::new();
    for spec in real() {
        match spec.places(argv) {
            Found::Nothing => {}
            Found::Keys(found) if !spec.notes.incomplete => places.extend(found),
            Found::Keys(_) | Found::Misfit => {
                return native.map(|native| native.places(argv)).unwrap_or_default();
            }
        }
    }
    places
}

/// What one group finds.
enum Found {
    Keys(Vec<Place>),
    /// Its word is not there.
    Nothing,
    /// The arguments do not fit it, or it does not tell.
    Misfit,
}

impl KeySpec {
    fn places(&self, argv: &[&[u8]]) -> Found {
        let begin = match &self.begin {
            Begin::At(at) => Some(*at),
            Begin::Word { word, from } => after(word, *from, argv),
            Begin::Unknown => return Found::Misfit,
        };
        match begin {
            Some(begin) => self.range(begin, argv).map_or(Found::Misfit, Found::Keys),
            None => Found::Nothing,
        }
    }

    /// The keys of a group that begins there; `None` where the arguments do not fit.
    fn range(&self, begin: i64, argv: &[&[u8]]) -> Option<Vec<Place>> {
        let count = argv.len().cast_signed() as i64;
        let (first, last, step) = match self.find {
            Find::Range { last, step, limit } => {
                let last = match (last, limit) {
                    (0.., _) => begin + last,
                    (_, 0) => count + last,
                    (_, limit) => begin + (count - begin) / limit + last,
                };
                (begin, last, step)
            }
            Find::Count { at, first, step } => {
                let told = argv.get(usize::try_from(begin + at).ok()?)?;
                let keys = number(told).filter(|keys| *keys >= 0)?;
                let first = begin + first;
                (
                    first,
                    first.checked_add(keys.checked_sub(1)?.checked_mul(step)?)?,
                    step,
                )
            }
            Find::Unknown => return None,
        };
        if last >= count || last < first || first >= count {
            return None;
        }
        let need = self.need;
        let step = usize::try_from(step.max(1)).ok()?;
        let range = (usize::try_from(first).ok()?..=usize::try_from(last).ok()?).step_by(step);
        Some(range.map(|at| Place { at, need }).collect())
    }
}

/// The argument after a word. Looking forward the servers leave out the last argument, looking back the first two.
fn after(word: &[u8], from: i64, argv: &[&[u8]]) -> Option<i64> {
    let count = argv.len().cast_signed() as i64;
    let is_word = |at: &i64| usize::try_from(*at).is_ok_and(|at| is(argv, at, word));
    let found = if from > 0 {
        (from..count - 1).find(is_word)
    } else {
        (2..=count + from).rev().find(is_word)
    };
    found.map(|at| at + 1)
}

fn is(argv: &[&[u8]], at: usize, word: &[u8]) -> bool {
    argv.get(at)
        .is_some_and(|arg| arg.eq_ignore_ascii_case(word))
}

/// A number as strictly as `string2ll` reads it: no sign but `-`, no leading zeros.
fn number(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

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
enum Native {
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

fn native(command: &str) -> Option<Native> {
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
    fn places(self, argv: &[&[u8]]) -> Vec<Place> {
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
