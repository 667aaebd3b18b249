//! One thing that a change did to a value, in words that every type understands.
use super::super::change::{Check, Step};
use super::super::key::Key;
use super::super::kinds::Refusal;

/// Why something cannot be undone: a sentence.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Cannot(pub String);

impl Cannot {
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    /// What an undo needs was refused or not told.
    pub fn unread(what: &str) -> Self {
        Self(format!("the server did not tell {what}"))
    }
}

impl From<Refusal> for Cannot {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.why)
    }
}

/// What a change did at one place of a value.
#[derive(Clone, PartialEq, Debug)]
pub enum Deed {
    /// A field, a member, or a string as a whole (an empty place): what it holds, a score for a sorted set and nothing
    /// for a set; `None` where there is no such thing.
    Put {
        place: Vec<u8>,
        was: Option<Vec<u8>>,
        is: Option<Vec<u8>>,
        /// When it went by itself while it was there, in unix milliseconds (a hash field, Redis 7.4).
        until: Option<i64>,
    },
    /// An amount was added to a number; the same amount the other way takes it back, whatever was added meanwhile.
    Count {
        place: Vec<u8>,
        /// As the command takes it.
        by: String,
        whole: bool,
        /// The number before and after, where the digits cannot be counted back.
        exact: Option<(Vec<u8>, Vec<u8>)>,
    },
    /// An element of a list, by its index: 0 is the head, -1 stands for the tail whatever its index.
    At {
        index: i64,
        was: Option<Vec<u8>>,
        is: Option<Vec<u8>>,
        /// What stands before and after the gap while the element is out; `None` where that does not matter.
        beside: Option<[Option<Vec<u8>>; 2]>,
        /// How long the list is while the element is in, where that matters.
        len: Option<i64>,
    },
    /// Equal elements of a short list, wherever they stood.
    Swept(Swept),
}

/// Equal elements that were taken out of a short list, or put back.
#[derive(Clone, PartialEq, Debug)]
pub struct Swept {
    pub element: Vec<u8>,
    /// Their indexes while they are in, ascending.
    pub at: Vec<usize>,
    /// The list without them.
    pub rest: Vec<Vec<u8>>,
    /// Whether they are out now.
    pub out: bool,
}

/// Whether the key is there while a deed is turned round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ground {
    There,
    /// The key went with its last element and is made anew.
    Bare,
}

/// What turns a deed round: what must still be as the deed left it, and the steps.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Turn {
    pub checks: Vec<Check>,
    pub steps: Vec<Step>,
}

impl Deed {
    /// The deed that turning this one round is.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Put {
                place,
                was,
                is,
                until,
            } => Self::Put {
                place,
                was: is,
                is: was,
                until,
            },
            Self::Count {
                place,
                by,
                whole,
                exact,
            } => Self::Count {
                place,
                by: opposite(&by),
                whole,
                exact: exact.map(|(was, is)| (is, was)),
            },
            Self::At {
                index,
                was,
                is,
                beside,
                len,
            } => Self::At {
                index,
                was: is,
                is: was,
                beside,
                len,
            },
            Self::Swept(swept) => Self::Swept(Swept {
                out: !swept.out,
                ..swept
            }),
        }
    }

    /// Whether turning it round puts something there, so that it can make a key anew.
    pub fn puts(&self) -> bool {
        match self {
            Self::Put { was, .. } | Self::At { was, .. } => was.is_some(),
            Self::Swept(swept) => swept.out,
            Self::Count { .. } => false,
        }
    }

    /// Whether turning it round takes something away, so that the key may go with it.
    pub fn takes(&self) -> bool {
        match self {
            Self::Put { was, .. } | Self::At { was, .. } => was.is_none(),
            Self::Swept(swept) => !swept.out,
            Self::Count { .. } => false,
        }
    }

    /// The name of what it is about, where it has one.
    pub fn place(&self) -> &[u8] {
        match self {
            Self::Put { place, .. } | Self::Count { place, .. } => place,
            Self::At { was, is, .. } => was.as_ref().or(is.as_ref()).map_or(b"", Vec::as_slice),
            Self::Swept(swept) => &swept.element,
        }
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let held = |held: &Option<Vec<u8>>| held.as_ref().map_or(0, Vec::len);
        size_of::<Self>()
            + match self {
                Self::Put { place, was, is, .. } => place.len() + held(was) + held(is),
                Self::Count { place, by, .. } => place.len() + by.len(),
                Self::At {
                    was, is, beside, ..
                } => {
                    let beside = beside
                        .as_ref()
                        .map_or(0, |beside| beside.iter().map(held).sum());
                    held(was) + held(is) + beside
                }
                Self::Swept(swept) => {
                    let rest: usize = swept.rest.iter().map(|left| left.len() + 24).sum();
                    rest + swept.element.len() + swept.at.len() * 8
                }
            }
    }
}

impl Swept {
    /// The list with the elements in it.
    pub fn full(&self) -> Vec<Vec<u8>> {
        let mut list = self.rest.clone();
        for &at in &self.at {
            list.insert(at.min(list.len()), self.element.clone());
        }
        list
    }
}

impl Turn {
    /// These steps, if these reads still answer this.
    pub fn new(checks: Vec<Check>, steps: Vec<Step>) -> Self {
        Self { checks, steps }
    }
}

/// The same amount the other way, digit for digit.
pub fn opposite(by: &str) -> String {
    match by.strip_prefix('-') {
        Some(by) => by.to_owned(),
        None => format!("-{}", by.strip_prefix('+').unwrap_or(by)),
    }
}

/// A key and the place in it that something is about, safe to print; a long place is shortened.
pub fn about(key: &Key, place: &[u8]) -> String {
    let key = key.called();
    if place.is_empty() {
        return key;
    }
    format!("{key} · {}", shortened(place))
}

/// The beginning of some bytes, safe to print.
pub fn shortened(bytes: &[u8]) -> String {
    const LONG: usize = 40;
    let text = super::super::printed::print(bytes.get(..LONG * 4).unwrap_or(bytes));
    let short: String = text.chars().take(LONG).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{short}{more}")
}
