//! Hashes: fields and their values.
use super::super::change::{Change, Check, Keep, Read, Step, Told};
use super::super::key::Key;
use super::super::resp::{Cmd, Reply};
use super::super::undo::{Cannot, Deed, Ground, Touched, Turn};
use super::typed::{self, Amount, Number};
use super::{Ability, Field, Kind, Look, Odd, Page, Refusal, Row, Shape, Verb, reads};

pub(super) struct Hash;

const NAME: &str = "hash";

impl Kind for Hash {
    fn name(&self) -> &'static str {
        NAME
    }

    fn shape(&self) -> Shape {
        Shape::Grid(&["field", "value"])
    }

    fn page(&self, key: &Key, look: &Look) -> Vec<Cmd> {
        let rows = match reads::named(look) {
            Some(field) => about("HGET", key, &field),
            None => reads::scan("HSCAN", key, look),
        };
        vec![Cmd::new("HLEN").arg(key.bytes()), rows]
    }

    fn read(&self, look: &Look, replies: &[Reply]) -> Result<Page, Odd> {
        if let Some(field) = reads::named(look) {
            let value = reads::reply(replies, 1, "HGET")?;
            let total = reads::elements(replies, "HLEN")?;
            let cells = match value {
                Reply::Nil => None,
                value => Some(vec![field, reads::cell(value, "HGET")?]),
            };
            return Ok(reads::one(cells, total));
        }
        let (next, found) = reads::scanned(reads::reply(replies, 1, "HSCAN")?, "HSCAN")?;
        let total = reads::elements(replies, "HLEN")?;
        let row = |(field, value)| {
            let cells = vec![reads::cell(field, "HSCAN")?, reads::cell(value, "HSCAN")?];
            Ok(Row::new(cells, 0))
        };
        let rows = reads::pairs(found, "HSCAN")?
            .into_iter()
            .map(row)
            .collect::<Result<_, _>>()?;
        Ok(Page {
            rows,
            next,
            total,
            ..Page::default()
        })
    }

    fn lives(&self, key: &Key, page: &Page) -> Option<Cmd> {
        let read = Cmd::new("HPTTL").arg(key.bytes()).arg("FIELDS");
        let fields = page.rows.iter().filter_map(|row| row.cells.first());
        (!page.rows.is_empty()).then(|| fields.fold(read.num(page.rows.len()), Cmd::arg))
    }

    /// One number for each field: -1 lives as long as the hash, -2 is gone.
    fn live(&self, page: &mut Page, reply: &Reply) {
        let lives = reply.items().unwrap_or_default();
        for (row, left) in page.rows.iter_mut().zip(lives) {
            row.left = left.int().and_then(|left| u64::try_from(left).ok());
        }
    }

    fn form(&self, verb: Verb, row: Option<&Row>) -> Option<Vec<Field>> {
        let cells = || Some((row?.cells.first()?, row?.cells.get(1)?));
        match verb {
            Verb::Create | Verb::Add => Some(vec![typed::line("Field"), typed::line("Value")]),
            Verb::Edit => {
                cells().map(|(_, value)| vec![typed::field("Value", typed::editor(value), value)])
            }
            Verb::Rename => {
                cells().map(|(field, _)| vec![typed::field("Name", super::Input::Line, field)])
            }
            Verb::Increment => cells()
                .and_then(|(_, value)| Number::of(value))
                .map(|_| typed::by_one()),
            Verb::Remove => cells().map(|_| Vec::new()),
            _ => None,
        }
    }

    fn change(
        &self,
        key: &Key,
        verb: Verb,
        row: Option<&Row>,
        typed: &[Vec<u8>],
    ) -> Result<Change, Refusal> {
        let shown = || Ok((typed::cell(row, 0)?, typed::cell(row, 1)?));
        match verb {
            Verb::Create => Ok(create(key, typed::text(typed, 0)?, typed::text(typed, 1)?)),
            Verb::Add => Ok(add(key, typed::text(typed, 0)?, typed::text(typed, 1)?)),
            Verb::Edit => {
                edit(key, shown()?, typed::text(typed, 0)?).map(|change| lasting(change, row))
            }
            Verb::Rename => {
                rename(key, shown()?, typed::text(typed, 0)?).map(|change| lasting(change, row))
            }
            Verb::Increment => increment(key, shown()?, &Amount::typed(typed)?),
            Verb::Remove => Ok(remove(key, typed::cell(row, 0)?)),
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
        let shown = || Ok::<_, Refusal>((typed::cell(row, 0)?, typed::cell(row, 1)?));
        let put = typed::put;
        Ok(match verb {
            Verb::Create | Verb::Add => {
                let (field, value) = (typed::text(typed, 0)?, typed::text(typed, 1)?);
                vec![put(field, None, Some(value))]
            }
            Verb::Edit => {
                let (field, old) = shown()?;
                vec![put(field, Some(old), Some(typed::text(typed, 0)?))]
            }
            Verb::Rename => {
                let (field, value) = shown()?;
                let new = typed::text(typed, 0)?;
                vec![put(new, None, Some(value)), put(field, Some(value), None)]
            }
            Verb::Increment => {
                let was = told.before.first().and_then(Reply::bytes);
                vec![typed::counted(shown()?.0, typed, was, told)?]
            }
            Verb::Remove => {
                let also = Touched::also(told);
                let was = also.first().and_then(Reply::bytes);
                let was = was.ok_or_else(|| typed::unheld("the field"))?;
                let until = also.get(1).and_then(|at| at.items()?.first()?.int());
                vec![Deed::Put {
                    place: typed::cell(row, 0)?.to_vec(),
                    was: Some(was.to_vec()),
                    is: None,
                    until: until.filter(|at| *at > 0),
                }]
            }
            _ => return Err(typed::cannot(verb, NAME).into()),
        })
    }

    fn turn(&self, key: &Key, deed: &Deed, _ground: Ground) -> Option<Turn> {
        match deed {
            Deed::Put {
                place,
                was,
                is,
                until,
            } => {
                let checks = match is {
                    Some(is) => still(key, place, is),
                    None => vec![Check::new(about("HEXISTS", key, place), Reply::Int(0))],
                };
                let mut steps = match was {
                    Some(was) => write(key, place, was),
                    None => vec![Step::any(about("HDEL", key, place))],
                };
                if let (Some(_), None, Some(at)) = (was, is, until) {
                    let expire = Cmd::new("HPEXPIREAT").arg(key.bytes()).num(at);
                    steps.push(Step::any(expire.arg("FIELDS").num(1).arg(place)));
                }
                Some(Turn::new(checks, steps))
            }
            Deed::Count {
                place, by, whole, ..
            } => {
                let name = if *whole { "HINCRBY" } else { "HINCRBYFLOAT" };
                let there = Check::new(about("HEXISTS", key, place), Reply::Int(1));
                let step = Step::any(about(name, key, place).arg(typed::opposite(by)));
                Some(Turn::new(vec![there], vec![step]))
            }
            Deed::At { .. } | Deed::Swept(_) => None,
        }
    }

    /// Of a field whose value is set back, and of one that gets its name back.
    fn lasting<'d>(&self, deeds: &'d [Deed]) -> Option<[&'d [u8]; 2]> {
        let put = |deed: &'d Deed| match deed {
            Deed::Put { place, was, is, .. } => Some((place.as_slice(), was, is)),
            _ => None,
        };
        match deeds {
            [one] => match put(one)? {
                (place, Some(_), Some(_)) => Some([place, place]),
                _ => None,
            },
            [one, other] => match (put(one)?, put(other)?) {
                ((from, None, Some(_)), (to, Some(_), None)) => Some([from, to]),
                _ => None,
            },
            _ => None,
        }
    }

    fn member(&self, key: &Key, member: &[u8]) -> Option<Cmd> {
        Some(about("HEXISTS", key, member))
    }

    fn can(&self, ability: Ability) -> bool {
        ability == Ability::Filter
    }

    fn locate(&self, row: &Row) -> Option<Look> {
        Look::named(row.cells.first()?)
    }

    fn edited_cell(&self) -> usize {
        1
    }

    fn command(&self, key: &Key, row: Option<&Row>) -> Cmd {
        match row.and_then(|row| row.cells.first()) {
            Some(field) => about("HGET", key, field),
            None => Cmd::new("HSCAN")
                .arg(key.bytes())
                .num(0)
                .arg("COUNT")
                .num(100),
        }
    }
}

fn create(key: &Key, field: &[u8], value: &[u8]) -> Change {
    Change::plain(key, "created", write(key, field, value)).guarded(vec![Check::absent(key)])
}

/// Guarded by the type, as a hash that vanished would be made anew without its expiry.
fn add(key: &Key, field: &[u8], value: &[u8]) -> Change {
    let add = Step::done(
        about("HSETNX", key, field).arg(value),
        "this field exists already; edit it instead",
    );
    Change::plain(key, "field added", vec![add]).guarded(vec![Check::kind(key, NAME)])
}

fn edit(key: &Key, (field, old): (&[u8], &[u8]), new: &[u8]) -> Result<Change, Refusal> {
    typed::differs(old, new)?;
    Ok(Change::plain(key, "saved", write(key, field, new))
        .guarded(holds(key, field, old))
        .keeping(field, field))
}

/// Sets the new field before the old one goes, so that a hash of one field never vanishes with its expiry.
fn rename(key: &Key, (field, value): (&[u8], &[u8]), new: &[u8]) -> Result<Change, Refusal> {
    typed::differs(field, new)?;
    let mut checks = holds(key, field, value);
    checks.push(Check::new(about("HEXISTS", key, new), Reply::Int(0)));
    let mut steps = write(key, new, value);
    steps.push(Step::any(about("HDEL", key, field)));
    Ok(Change::plain(key, "field renamed", steps)
        .guarded(checks)
        .keeping(field, new))
}

/// Counters move all the time: only the field must still be there.
fn increment(
    key: &Key,
    (field, value): (&[u8], &[u8]),
    amount: &Amount,
) -> Result<Change, Refusal> {
    let number =
        Number::of(value).ok_or_else(|| typed::refusal(0, "this value is not a number"))?;
    let cmd = about(
        number.command(amount, "HINCRBY", "HINCRBYFLOAT"),
        key,
        field,
    )
    .arg(amount.text());
    let there = Check::new(about("HEXISTS", key, field), Reply::Int(1));
    Ok(Change::plain(key, "incremented", vec![Step::any(cmd)])
        .guarded(vec![Check::kind(key, NAME), there])
        .reading(vec![held(key, field)], Vec::new()))
}

/// Needs no guard: HDEL neither makes a key nor touches one of another type.
fn remove(key: &Key, field: &[u8]) -> Change {
    let remove = Step::done(about("HDEL", key, field), "the field is gone already");
    let keep = Keep {
        from: field.to_vec(),
        to: field.to_vec(),
        seen: None,
    };
    let also = vec![held(key, field), Read::small(keep.read(key))];
    let (before, after) = Touched::taking(key, also);
    Change::plain(key, "field deleted", vec![remove])
        .reading(before, after)
        .destructive()
}

/// Says of the expiry that goes on whether it was seen.
fn lasting(mut change: Change, row: Option<&Row>) -> Change {
    if let Some(keep) = &mut change.keep {
        keep.seen = row.and_then(|row| row.left);
    }
    change
}

/// Writes one field. Its own expiry is lost by HSET: see [`Change::keeping`].
fn write(key: &Key, field: &[u8], value: &[u8]) -> Vec<Step> {
    vec![Step::any(about("HSET", key, field).arg(value))]
}

/// The field still holds this value: its length first, so that the value read back is bounded.
fn holds(key: &Key, field: &[u8], value: &[u8]) -> Vec<Check> {
    let mut checks = vec![Check::kind(key, NAME)];
    checks.extend(still(key, field, value));
    checks
}

fn still(key: &Key, field: &[u8], value: &[u8]) -> Vec<Check> {
    vec![
        Check::new(about("HSTRLEN", key, field), reads::length(value)),
        Check::new(about("HGET", key, field), Reply::Bytes(value.to_vec())),
    ]
}

/// What a field holds, where that is not big.
fn held(key: &Key, field: &[u8]) -> Read {
    Read::sized(about("HGET", key, field), about("HSTRLEN", key, field))
}

/// A command about one field.
fn about(name: &str, key: &Key, field: &[u8]) -> Cmd {
    Cmd::new(name).arg(key.bytes()).arg(field)
}
