//! What a person wants done: its form, and the change that comes of what was typed.
use std::time::Instant;

use crate::model::change::Change;
use crate::model::kinds::{self, Field, Identity, Input, Refusal, Row, Verb};
use crate::model::undo::{self, Cannot, Past, Touched};
use crate::model::{Key, Pattern, Reply, ttl, whole};

use super::World;

/// Something wanted that needs a few words typed, or none.
#[derive(Clone, PartialEq, Debug)]
pub enum Intent {
    /// A new key; its name begins with the folder one stands in.
    Create {
        begins: Vec<u8>,
        kind: &'static str,
    },
    /// A verb of a type, on a row of a key's value.
    Verb {
        key: Key,
        kind: &'static str,
        verb: Verb,
        row: Option<Row>,
        /// When the value was read; `None` where this user may not read it, and so writes over what was not seen.
        read: Option<Instant>,
    },
    Ttl(Key),
    Rename(Key),
    Duplicate(Key),
    /// Open a key by its exact name.
    GoTo {
        begins: Vec<u8>,
    },
    /// Search the server.
    Search {
        begins: Vec<u8>,
    },
    /// Go to an index.
    Index {
        key: Key,
    },
    /// Show a range of scores.
    Scores {
        key: Key,
    },
    /// Is this a member?
    Member {
        key: Key,
        kind: &'static str,
    },
    /// What a counter may reach.
    Limit {
        key: Key,
    },
    /// Write in production.
    Unlock,
}

/// A write that is ready to be confirmed and sent.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    pub change: Change,
    pub after: After,
    pub intent: Intent,
    pub typed: Vec<Vec<u8>>,
}

/// What a write does to the keyspace, once it is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum After {
    /// The same keys as before.
    Reload,
    Born(Key),
    Renamed(Key),
}

/// The word that unlocks production.
pub const UNLOCK_WORD: &str = "write";
/// Any type, in a search.
pub const ANY_KIND: &str = "any";

const CREATE_KINDS: &[&str] = &["string", "hash", "list", "set", "zset"];
const SEARCH_KINDS: &[&str] = &[ANY_KIND, "string", "hash", "list", "set", "zset", "stream"];

fn line(label: &'static str, initial: &[u8]) -> Field {
    Field {
        label,
        input: Input::Line,
        initial: initial.to_vec(),
    }
}

fn refuse<T>(field: usize, why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal {
        field,
        why: why.into(),
    })
}

impl Intent {
    /// The heading of its form, safe to print.
    pub fn title(&self) -> String {
        match self {
            Self::Create { .. } => "New key".into(),
            Self::Verb {
                key,
                verb: Verb::Edit,
                read: None,
                ..
            } => format!("A new value · {}", key.called()),
            Self::Verb {
                key,
                verb,
                kind,
                row,
                ..
            } => {
                let place = row.as_ref().filter(|_| is_about_a_row(*verb));
                let about = match place.map(|row| kinds::of(kind).identity(row)) {
                    Some(Identity::Name(name)) => undo::about(key, name),
                    Some(Identity::Place(at)) if *kind == "list" => {
                        format!("{} · index {at}", key.called())
                    }
                    _ => key.called(),
                };
                format!("{} · {about}", verb_title(*verb, kind))
            }
            Self::Ttl(key) => format!("Time to live · {}", key.called()),
            Self::Rename(key) => format!("Rename · {}", key.called()),
            Self::Duplicate(key) => format!("Duplicate · {}", key.called()),
            Self::GoTo { .. } => "Go to a key".into(),
            Self::Search { .. } => "Search the server".into(),
            Self::Index { key } => format!("Go to index · {}", key.called()),
            Self::Scores { key } => format!("Range of scores · {}", key.called()),
            Self::Member { key, .. } => format!("Is this a member? · {}", key.called()),
            Self::Limit { key } => format!("Limit of a counter · {}", key.called()),
            Self::Unlock => "Unlock writing in production".into(),
        }
    }

    /// Its fields, in order.
    pub fn fields(&self) -> Vec<Field> {
        match self {
            Self::Create { begins, kind } => {
                let mut fields = vec![
                    line("Name", begins),
                    Field {
                        label: "Type",
                        input: Input::Choice(CREATE_KINDS),
                        initial: kind.as_bytes().to_vec(),
                    },
                ];
                fields.extend(kinds::of(kind).form(Verb::Create, None).unwrap_or_default());
                fields.push(line("TTL", b""));
                fields
            }
            Self::Verb {
                kind, verb, row, ..
            } => kinds::of(kind)
                .form(*verb, row.as_ref())
                .unwrap_or_default(),
            Self::Ttl(_) => vec![line("TTL", b"")],
            Self::Rename(key) | Self::Duplicate(key) => vec![line("Name", key.bytes())],
            Self::GoTo { begins } => vec![line("Name", begins)],
            Self::Search { begins } => vec![
                line("Pattern", &crate::model::key::escape(begins)),
                Field {
                    label: "Type",
                    input: Input::Choice(SEARCH_KINDS),
                    initial: ANY_KIND.into(),
                },
            ],
            Self::Index { .. } => vec![line("Index", b"")],
            Self::Scores { .. } => vec![line("From", b"-inf"), line("To", b"+inf")],
            Self::Member { .. } => vec![line("Member", b"")],
            Self::Limit { .. } => vec![line("Limit", b"")],
            Self::Unlock => vec![line("Word", b"")],
        }
    }

    /// The fields of an edit, were these the bytes of its row.
    pub fn fields_with(&self, bytes: Vec<u8>) -> Vec<Field> {
        let mut with = self.clone();
        if let Self::Verb {
            kind,
            row: Some(row),
            ..
        } = &mut with
            && let Some(cell) = row.cells.get_mut(kinds::of(kind).edited_cell())
        {
            *cell = bytes;
        }
        with.fields()
    }

    /// A line of help for a field.
    pub fn hint(&self, label: &str) -> Option<&'static str> {
        Some(match (self, label) {
            (Self::Create { .. }, "TTL") => "90s, 5m, 1h30m, 2d, a date; empty: never",
            (Self::Ttl(_), _) => "90s, 5m, 1h30m, 2d, a date, or never",
            (Self::Search { .. }, "Pattern") => "* any text, ? one character, [ab] one of these",
            (Self::Scores { .. }, _) => "a number, -inf, +inf; ( before it leaves it out",
            (Self::Index { .. }, _) => "0 is the first; -1 the last",
            (
                Self::Verb {
                    verb: Verb::RemoveValue,
                    ..
                },
                "Count (0: all)",
            ) => "2: the first two; -2: the last two",
            (Self::Unlock, _) => "type write and press enter",
            _ => return None,
        })
    }

    /// Whether it writes.
    pub fn writes(&self) -> bool {
        matches!(
            self,
            Self::Create { .. }
                | Self::Verb { .. }
                | Self::Ttl(_)
                | Self::Rename(_)
                | Self::Duplicate(_)
        )
    }

    /// Whether it writes into a value that this user may not read.
    pub fn unseen(&self) -> bool {
        matches!(self, Self::Verb { read: None, .. })
    }

    /// The write that comes of what was typed; only for intents that write.
    pub fn plan(&self, typed: Vec<Vec<u8>>, world: &World) -> Result<Plan, Refusal> {
        let (change, after) = match self {
            Self::Create { kind, .. } => create(kind, &typed, world)?,
            Self::Verb {
                key,
                kind,
                verb,
                row,
                ..
            } => (
                kinds::of(kind).change(key, *verb, row.as_ref(), &typed)?,
                After::Reload,
            ),
            Self::Ttl(key) => {
                let text = text_of(&typed, 0)?;
                // Enter alone must not take away an expiry.
                let why = || "type how long, a date, or never".to_owned();
                let text = Some(text).filter(|text| !text.trim().is_empty());
                let text = text.ok_or_else(|| Refusal {
                    field: 0,
                    why: why(),
                })?;
                let ttl = ttl::parse(text, &world.clock).map_err(|bad| Refusal {
                    field: 0,
                    why: bad.to_string(),
                })?;
                (ttl::change(key, &ttl), After::Reload)
            }
            Self::Rename(key) => {
                let new = named(&typed, Some(key))?;
                (whole::rename(key, &new), After::Renamed(new))
            }
            Self::Duplicate(key) => {
                let new = named(&typed, Some(key))?;
                (whole::copy(key, &new), After::Born(new))
            }
            _ => return refuse(0, "this writes nothing"),
        };
        Ok(Plan {
            change,
            after,
            intent: self.clone(),
            typed,
        })
    }
}

impl Plan {
    /// What was done, for an undo: `replies` as [`Outcome::Done`](crate::model::change::Outcome::Done) told them.
    pub fn past(&self, replies: &[Reply]) -> Result<Past, Cannot> {
        let (key, told) = (&self.change.key, self.change.told(replies));
        match &self.intent {
            Intent::Create { kind, .. } => {
                let last = self.typed.len().saturating_sub(1);
                let first = self.typed.get(2..last).unwrap_or_default();
                Past::created(key, kind, first)
            }
            Intent::Verb {
                kind, verb, row, ..
            } => Touched::by(key, kind, *verb, row.as_ref(), &self.typed, told).map(Past::Value),
            Intent::Ttl(_) => Past::expiry(key, told),
            Intent::Rename(_) | Intent::Duplicate(_) => match &self.after {
                After::Renamed(is) => Ok(Past::Name {
                    was: key.clone(),
                    is: is.clone(),
                }),
                After::Born(name) => Past::copied(name, told),
                After::Reload => Err(Cannot::new("it made no key")),
            },
            _ => Err(Cannot::new("it wrote nothing")),
        }
    }
}

fn create(kind: &str, typed: &[Vec<u8>], world: &World) -> Result<(Change, After), Refusal> {
    let key = named(typed, None)?;
    let last = typed.len().saturating_sub(1);
    let text = text_of(typed, last)?;
    let ttl = ttl::parse(text, &world.clock).map_err(|bad| Refusal {
        field: last,
        why: bad.to_string(),
    })?;
    let first = typed.get(2..last).unwrap_or_default();
    let change = kinds::of(kind)
        .change(&key, Verb::Create, None, first)
        .map_err(|refusal| Refusal {
            field: refusal.field + 2,
            why: refusal.why,
        })?;
    Ok((ttl::with_ttl(change, &ttl), After::Born(key)))
}

/// The first field as a key's name; it may not be empty, nor the name the key already has.
fn named(typed: &[Vec<u8>], old: Option<&Key>) -> Result<Key, Refusal> {
    match typed.first() {
        None => refuse(0, "type a name"),
        Some(name) if name.is_empty() => refuse(0, "type a name: it is empty"),
        Some(name) if old.is_some_and(|old| old.bytes() == name) => {
            refuse(0, "that is its name already")
        }
        Some(name) => Ok(Key::new(name.as_slice())),
    }
}

fn text_of(typed: &[Vec<u8>], field: usize) -> Result<&str, Refusal> {
    let bytes = typed.get(field).map(Vec::as_slice).unwrap_or_default();
    std::str::from_utf8(bytes).or_else(|_| refuse(field, "this is not text"))
}

/// A field as a pattern for the server.
pub fn pattern(typed: &[u8], field: usize) -> Result<Pattern, Refusal> {
    let glob = if typed.is_empty() { b"*" } else { typed };
    Pattern::new(glob).map_err(|long| Refusal {
        field,
        why: long.to_string(),
    })
}

/// Whether a verb is for the row under the cursor, which its form may cover.
fn is_about_a_row(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Edit | Verb::Rename | Verb::Increment | Verb::Remove
    )
}

fn verb_title(verb: Verb, kind: &str) -> &'static str {
    match (verb, kind) {
        (Verb::Create, _) => "New key",
        (Verb::Add, "list") => "Push",
        (Verb::Add, "hash") => "Add field",
        (Verb::Add, _) => "Add",
        (Verb::Edit, "zset") => "Score",
        (Verb::Edit, _) => "Edit",
        (Verb::Rename, _) => "Rename field",
        (Verb::Increment, _) => "Increment",
        (Verb::Remove, _) => "Remove",
        (Verb::Pop, _) => "Pop",
        (Verb::RemoveValue, _) => "Remove by value",
        (Verb::Reset, _) => "Reset",
    }
}
