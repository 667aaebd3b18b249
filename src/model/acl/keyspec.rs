//! Where a command's keys stand, and what it does with them.
use super::catalog::Command;
use super::native::native;

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

pub(super) fn is(argv: &[&[u8]], at: usize, word: &[u8]) -> bool {
    argv.get(at)
        .is_some_and(|arg| arg.eq_ignore_ascii_case(word))
}

/// A number as strictly as `string2ll` reads it: no sign but `-`, no leading zeros.
fn number(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
