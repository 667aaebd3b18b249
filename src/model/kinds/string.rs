//! Strings: read by slices, saved as a whole, counted when they are numbers.
use super::super::change::{Change, Check, Read, Step, Swap, Told};
use super::super::key::Key;
use super::super::printed::print;
use super::super::resp::{Cmd, Reply};
use super::super::undo::{Cannot, Deed, Ground, Turn};
use super::typed::{self, Amount, Number};
use super::{Field, Input, Kind, Look, Odd, Page, Refusal, Row, SLICE, Shape, Verb, reads};

pub(super) struct Str;

const NAME: &str = "string";
/// Most bytes of an old value that are sent along to be compared by the server (SET … IFEQ).
const COMPARED: usize = 64 * 1024;
const GONE: &str = "the key is gone: it expired or was deleted";

impl Kind for Str {
    fn name(&self) -> &'static str {
        NAME
    }

    fn shape(&self) -> Shape {
        Shape::Text
    }

    fn page(&self, key: &Key, look: &Look) -> Vec<Cmd> {
        let start = reads::index(look);
        vec![
            Cmd::new("STRLEN").arg(key.bytes()),
            Cmd::new("GETRANGE")
                .arg(key.bytes())
                .num(start)
                .num(start + u64::from(SLICE) - 1),
        ]
    }

    fn read(&self, look: &Look, replies: &[Reply]) -> Result<Page, Odd> {
        let slice = reads::cell(reads::reply(replies, 1, "GETRANGE")?, "GETRANGE")?;
        let total = reads::size(replies, "STRLEN")?;
        let at = reads::index(look);
        let next = reads::next(at, slice.len(), u64::from(SLICE), total);
        Ok(Page {
            rows: vec![Row::new(vec![slice], at)],
            next,
            total,
            span: None,
        })
    }

    fn form(&self, verb: Verb, row: Option<&Row>) -> Option<Vec<Field>> {
        let value = || row.and_then(|row| row.cells.first()).map(Vec::as_slice);
        match verb {
            Verb::Create => Some(vec![typed::line("Value")]),
            // Without a row the value was not read, as this user may not.
            Verb::Edit => {
                let value = value().unwrap_or_default();
                Some(vec![typed::field("Value", Input::Text, value)])
            }
            Verb::Increment => Number::of(value()?).map(|_| typed::by_one()),
            Verb::Reset => (Number::of(value()?) == Some(Number::Integer)).then(Vec::new),
            _ => None,
        }
    }

    fn has(&self, verb: Verb, row: Option<&Row>) -> bool {
        match verb {
            Verb::Edit => row.is_none_or(|row| !row.cells.is_empty()),
            verb => self.form(verb, row).is_some(),
        }
    }

    fn change(
        &self,
        key: &Key,
        verb: Verb,
        row: Option<&Row>,
        typed: &[Vec<u8>],
    ) -> Result<Change, Refusal> {
        match verb {
            Verb::Create => Ok(create(key, typed::text(typed, 0)?)),
            Verb::Edit => match row {
                Some(row) => edit(key, row, typed::text(typed, 0)?),
                None => Ok(set_unseen(key, typed::text(typed, 0)?)),
            },
            Verb::Increment => increment(key, typed::cell(row, 0)?, &Amount::typed(typed)?),
            Verb::Reset => reset(key, typed::cell(row, 0)?),
            _ => Err(typed::cannot(verb, NAME)),
        }
    }

    fn did(
        &self,
        verb: Verb,
        row: Option<&Row>,
        typed: &[Vec<u8>],
        told: Told,
    ) -> Result<Vec<Deed>, Cannot> {
        let was = told.before.first().and_then(Reply::bytes);
        Ok(match verb {
            Verb::Create => vec![typed::put(b"", None, Some(typed::text(typed, 0)?))],
            Verb::Edit => {
                let row = row.ok_or_else(|| Cannot::unread("what it held before"))?;
                let (old, new) = (typed::cell(Some(row), 0)?, typed::text(typed, 0)?);
                vec![typed::put(b"", Some(old), Some(new))]
            }
            Verb::Increment => vec![typed::counted(b"", typed, was, told)?],
            Verb::Reset => {
                let was = was.ok_or_else(|| Cannot::unread("what it was before"))?;
                if Number::of(was) != Some(Number::Integer) {
                    return Err(Cannot::new("it was no whole number before"));
                }
                vec![Deed::Count {
                    place: Vec::new(),
                    by: typed::opposite(&print(was)),
                    whole: true,
                    exact: None,
                }]
            }
            _ => return Err(typed::cannot(verb, NAME).into()),
        })
    }

    fn turn(&self, key: &Key, deed: &Deed, _ground: Ground) -> Option<Turn> {
        match deed {
            Deed::Put { was, is, .. } => {
                let checks = is.as_ref().map_or_else(Vec::new, |is| still(key, is));
                let steps = was.iter().map(|was| overwrite(key, was)).collect();
                Some(Turn::new(checks, steps))
            }
            Deed::Count { by, whole, .. } => {
                let name = if *whole { "INCRBY" } else { "INCRBYFLOAT" };
                let cmd = Cmd::new(name).arg(key.bytes()).arg(typed::opposite(by));
                Some(Turn::new(Vec::new(), vec![Step::any(cmd)]))
            }
            Deed::At { .. } | Deed::Swept(_) => None,
        }
    }

    fn identity<'r>(&self, row: &'r Row) -> super::Identity<'r> {
        super::Identity::Place(row.at)
    }

    /// A slice of a big value is shown by a command for that slice.
    fn command(&self, key: &Key, row: Option<&Row>) -> Cmd {
        let slice = row.and_then(|row| Some((row.at, row.cells.first()?.len() as u64)));
        match slice {
            Some((at, len)) if at > 0 || len >= u64::from(SLICE) => Cmd::new("GETRANGE")
                .arg(key.bytes())
                .num(at)
                .num(at + len.max(1) - 1),
            _ => Cmd::new("GET").arg(key.bytes()),
        }
    }
}

/// One command that is its own condition; a time to live goes into it as PX.
fn create(key: &Key, value: &[u8]) -> Change {
    let set = Cmd::new("SET").arg(key.bytes()).arg(value).arg("NX");
    Change::plain(
        key,
        "created",
        vec![Step::done(
            set,
            "a key of this name exists already: nothing was written",
        )],
    )
}

/// Compares length and bytes with what was opened; a key that vanished is not made anew without its expiry (XX).
fn edit(key: &Key, row: &Row, new: &[u8]) -> Result<Change, Refusal> {
    let old = typed::cell(Some(row), 0)?;
    if row.at != 0 || old.len() > SLICE as usize {
        return Err(typed::refusal(
            0,
            "only a part of this value is shown, so it cannot be saved as a whole",
        ));
    }
    typed::differs(old, new)?;
    let mut checks = vec![Check::kind(key, NAME)];
    checks.extend(still(key, old));
    let set = Cmd::new("SET").arg(key.bytes()).arg(new);
    let alone = (old.len() <= COMPARED).then(|| set.arg("IFEQ").arg(old).arg("KEEPTTL"));
    let step = overwrite(key, new);
    let swap = Swap {
        cmd: step.cmd.clone().arg("GET"),
        was: old.to_vec(),
    };
    Ok(Change::plain(key, "saved", vec![step])
        .guarded(checks)
        .in_one(alone, swap))
}

/// A new value in place of one that could not be read: only the type must be the same.
fn set_unseen(key: &Key, new: &[u8]) -> Change {
    Change::plain(key, "saved", vec![overwrite(key, new)]).guarded(vec![Check::kind(key, NAME)])
}

/// The string is this: its length first, so that the bytes read back are bounded.
fn still(key: &Key, value: &[u8]) -> Vec<Check> {
    let length = Cmd::new("STRLEN").arg(key.bytes());
    let mut checks = vec![Check::new(length, reads::length(value))];
    if let Some(last) = value.len().checked_sub(1) {
        let slice = Cmd::new("GETRANGE").arg(key.bytes()).num(0).num(last);
        checks.push(Check::new(slice, Reply::Bytes(value.to_vec())));
    }
    checks
}

/// What a number is, for an undo: longer ones are no numbers.
fn digits(key: &Key) -> Vec<Read> {
    const DIGITS: u32 = 63;
    let slice = Cmd::new("GETRANGE").arg(key.bytes()).num(0).num(DIGITS);
    vec![Read::small(slice)]
}

/// Counters move all the time: only the type must still be the same.
fn increment(key: &Key, value: &[u8], amount: &Amount) -> Result<Change, Refusal> {
    let number =
        Number::of(value).ok_or_else(|| typed::refusal(0, "this value is not a number"))?;
    let name = number.command(amount, "INCRBY", "INCRBYFLOAT");
    let cmd = Cmd::new(name).arg(key.bytes()).arg(amount.text());
    Ok(Change::plain(key, "incremented", vec![Step::any(cmd)])
        .guarded(vec![Check::kind(key, NAME)])
        .reading(digits(key), Vec::new()))
}

fn reset(key: &Key, value: &[u8]) -> Result<Change, Refusal> {
    if Number::of(value) != Some(Number::Integer) {
        return Err(typed::refusal(
            0,
            "this value is not a counter: it is no whole number",
        ));
    }
    let reset = Change::plain(key, "set to 0", vec![overwrite(key, b"0")]);
    let reset = reset.reading(digits(key), Vec::new());
    Ok(reset.guarded(vec![Check::kind(key, NAME)]).destructive())
}

/// A new value under the old expiry.
fn overwrite(key: &Key, value: &[u8]) -> Step {
    Step::done(
        Cmd::new("SET")
            .arg(key.bytes())
            .arg(value)
            .arg("KEEPTTL")
            .arg("XX"),
        GONE,
    )
}
