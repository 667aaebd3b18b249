//! The Redis types: what to ask for to show one, how to read the answer, what a change of it is.
//!
//! One type is one file and one line in [`ALL`]. Everything here is pure: commands out, replies in.
use super::change::{Change, Told};
use super::key::{Key, Pattern};
use super::resp::{Cmd, Reply};
use super::undo::{Cannot, Deed, Ground, Turn};

mod hash;
mod list;
pub mod needs;
mod opaque;
mod places;
mod reads;
mod scored;
mod set;
mod string;
mod typed;
mod zset;

pub use scored::print as print_score;

/// Every type keygrove can change, in the order in which "new key" offers them.
pub static ALL: &[&dyn Kind] = &[
    &string::Str,
    &hash::Hash,
    &list::List,
    &set::Set,
    &zset::Zset,
];

/// The kind of this name as TYPE answers it; types we cannot change are shown by their size, or not at all.
pub fn of(name: &str) -> &'static dyn Kind {
    ALL.iter()
        .copied()
        .find(|kind| kind.name() == name)
        .unwrap_or_else(|| opaque::of(name))
}

/// How a value looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// One run of bytes.
    Text,
    /// Rows of cells under these headings.
    Grid(&'static [&'static str]),
}

/// What a person wants to see of a value: which part, in which order, narrowed how.
#[derive(Clone, PartialEq, Debug)]
pub struct Look {
    /// Narrowing by a glob over the field, member or element: by the server's MATCH where it has one, else
    /// the rows are matched as they are read. A sorted set that is narrowed comes in no order. What has no wildcard
    /// is looked up by its name, where there are names.
    pub filter: Option<Pattern>,
    pub order: Order,
    /// Only members with a score between these texts, as ZRANGE BYSCORE takes them (`(5`, `-inf`).
    pub scores: Option<(String, String)>,
    /// Where to go on; `None` is the beginning. The index of a sorted set narrowed by scores is a rank in the whole.
    pub from: Option<Mark>,
    /// About how many rows (elements walked, for a cursor). A string comes in slices of [`SLICE`] whatever this is:
    /// who asks need not know the type yet.
    pub count: u32,
}

impl Look {
    /// The beginning of a value as it stands, as much as fits into one answer.
    pub fn whole() -> Self {
        Self {
            filter: None,
            order: Order::Ascending,
            scores: None,
            from: None,
            count: SLICE,
        }
    }

    /// Where an element of this name is found, if anywhere.
    fn named(name: &[u8]) -> Option<Self> {
        let filter = Pattern::new(&super::key::escape(name)).ok()?;
        Some(Self {
            filter: Some(filter),
            ..Self::whole()
        })
    }

    /// Whether the filter, if there is one, lets this element through.
    pub fn keeps(&self, element: &[u8]) -> bool {
        self.filter
            .as_ref()
            .is_none_or(|filter| filter.matches(element))
    }
}

/// Most bytes of a string read at once, and the most that can be edited.
pub const SLICE: u32 = 1024 * 1024;
/// Rows asked for at once.
pub const PAGE: u32 = 200;

/// The order of a sorted collection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    #[default]
    Ascending,
    Descending,
}

/// Where the next page begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// A cursor of HSCAN, SSCAN, ZSCAN.
    Cursor(u64),
    /// An index of a list, a place in a sorted set in the order looked at, an offset into a string.
    Index(u64),
}

impl Mark {
    /// How far a walk has come at this mark: marks of one walk come in this order. A cursor counts with its bits
    /// reversed, so that it is a share of the whole whatever the size of the table.
    pub fn place(self) -> u64 {
        match self {
            Self::Cursor(cursor) => cursor.reverse_bits(),
            Self::Index(index) => index,
        }
    }
}

/// A part of a value.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Page {
    pub rows: Vec<Row>,
    /// Where the rest begins; `None` at the end.
    pub next: Option<Mark>,
    /// True size of the whole: elements, or bytes of a string; `None` where it was not told.
    pub total: Option<u64>,
    /// Where rows have indexes: those that the look covers, from the first to before the last.
    pub span: Option<(u64, u64)>,
}

/// One row: its cells as bytes, and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// As many as the shape has headings; one for a text.
    pub cells: Vec<Vec<u8>>,
    /// Index in a list, offset of a string's slice, rank in a sorted set in the order looked at; 0 where there is
    /// none.
    pub at: u64,
    /// Milliseconds for which it lives by itself, counted from when the server was asked (a hash field's own expiry);
    /// `None` where it lives as long as its key, or that was not told.
    pub left: Option<u64>,
}

impl Row {
    /// A row of these cells, of which no own expiry was told.
    pub fn new(cells: Vec<Vec<u8>>, at: u64) -> Self {
        Self {
            cells,
            at,
            left: None,
        }
    }
}

/// What tells a row from all others of its value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Identity<'r> {
    /// A field or member.
    Name(&'r [u8]),
    /// An index or offset.
    Place(u64),
}

/// What can be done to a value, beyond looking.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Verb {
    /// A new key with a first value.
    Create,
    /// `a`: add a field or member, push an element.
    Add,
    /// `e`: the value of the row (a sorted set: its score).
    Edit,
    /// `r`: another name for a hash field.
    Rename,
    /// `i`: increment.
    Increment,
    /// `d`: delete the row.
    Remove,
    /// `x`: pop from a list.
    Pop,
    /// `X`: remove by value, wherever it stands in a list.
    RemoveValue,
    /// `0`: set a counter to zero, keeping its window.
    Reset,
}

/// One field of a form.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    pub label: &'static str,
    pub input: Input,
    /// What stands in it at first.
    pub initial: Vec<u8>,
}

/// How a field is filled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Input {
    /// One line; escapes of [`super::printed`] stand for bytes that cannot be typed.
    Line,
    /// A text of many lines.
    Text,
    /// One thing per line: each line is one item.
    Lines,
    /// One of these, by Left/Right or first letter.
    Choice(&'static [&'static str]),
}

/// Why a change cannot be made as typed; a sentence that says what to do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{why}")]
pub struct Refusal {
    /// Which field of the form it is about.
    pub field: usize,
    pub why: String,
}

/// Replies that do not look like what was asked for.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Odd {
    /// The server refused one of the reads.
    #[error("{code} {text}")]
    Refused { code: String, text: String },
    /// The key is no longer there.
    #[error("the key is gone")]
    Gone,
    /// The reply has another shape than this command's.
    #[error("the server answered {0} in a form keygrove does not know")]
    Shape(&'static str),
}

/// One Redis type.
pub trait Kind: Sync {
    /// The name as TYPE answers it.
    fn name(&self) -> &'static str;

    /// How its values look.
    fn shape(&self) -> Shape;

    /// The reads that answer a look, as one pipeline: bounded, length included.
    fn page(&self, key: &Key, look: &Look) -> Vec<Cmd>;

    /// Reads the replies to [`Self::page`].
    fn read(&self, look: &Look, replies: &[Reply]) -> Result<Page, Odd>;

    /// The read that tells how long the rows of a page live by themselves, for servers whose values have such
    /// (Redis 7.4, Valkey 9).
    fn lives(&self, _key: &Key, _page: &Page) -> Option<Cmd> {
        None
    }

    /// Reads the reply to [`Self::lives`] into the rows; one that is refused or odd tells nothing.
    fn live(&self, _page: &mut Page, _reply: &Reply) {}

    /// The form for a verb; `None` where this type has no such thing. `row` is the chosen row (for a text: its
    /// whole value as the only cell).
    fn form(&self, verb: Verb, row: Option<&Row>) -> Option<Vec<Field>>;

    /// Whether there is a form for a verb; asked for every frame.
    fn has(&self, verb: Verb, row: Option<&Row>) -> bool {
        self.form(verb, row).is_some()
    }

    /// The change for a verb, from what was typed into the fields of its form.
    fn change(
        &self,
        key: &Key,
        verb: Verb,
        row: Option<&Row>,
        typed: &[Vec<u8>],
    ) -> Result<Change, Refusal>;

    /// What a verb did, for an undo: from what the change was made of and what the server told of it.
    fn did(
        &self,
        _verb: Verb,
        _row: Option<&Row>,
        _typed: &[Vec<u8>],
        _told: Told,
    ) -> Result<Vec<Deed>, Cannot> {
        Err(Cannot::new("keygrove cannot change this type"))
    }

    /// What turns a deed round: the checks that it still stands, and the steps. On bare ground, where the key is made
    /// anew, only the steps count.
    fn turn(&self, _key: &Key, _deed: &Deed, _ground: Ground) -> Option<Turn> {
        None
    }

    /// Where an expiry of its own goes on while deeds are turned round: from which place, to which.
    fn lasting<'d>(&self, _deeds: &'d [Deed]) -> Option<[&'d [u8]; 2]> {
        None
    }

    /// The question "is this a member?" (SISMEMBER, HEXISTS, ZSCORE), where the type has it; nil or 0 is no.
    fn member(&self, _key: &Key, _member: &[u8]) -> Option<Cmd> {
        None
    }

    /// What the type can be asked for besides pages.
    fn can(&self, _ability: Ability) -> bool {
        false
    }

    /// What a row is, whatever becomes of its value: its field or member.
    fn identity<'r>(&self, row: &'r Row) -> Identity<'r> {
        Identity::Name(row.cells.first().map(Vec::as_slice).unwrap_or_default())
    }

    /// Whether two rows are the same thing at two times.
    fn same(&self, one: &Row, other: &Row) -> bool {
        self.identity(one) == self.identity(other)
    }

    /// A look that finds a row again, whatever became of its value; `None` where its name is too long to ask for.
    fn locate(&self, _row: &Row) -> Option<Look> {
        Some(Look::whole())
    }

    /// Which cell of a row `e` edits.
    fn edited_cell(&self) -> usize {
        0
    }

    /// A read-only redis-cli command that shows this value or row; what copy-as-command gives.
    fn command(&self, key: &Key, row: Option<&Row>) -> Cmd;
}

/// Ways to look that only some types have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ability {
    /// Other order (sorted sets).
    Order,
    /// A range of scores (sorted sets).
    Scores,
    /// Going to an index (lists; ranks of sorted sets).
    Index,
    /// Narrowing by a pattern.
    Filter,
}

#[cfg(test)]
mod tests;
