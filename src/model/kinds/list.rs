//! Lists: elements by index, pushed and popped at both ends.
use super::super::change::{Change, Check, Step, Told};
use super::super::key::Key;
use super::super::resp::{Cmd, Reply};
use super::super::undo::{Cannot, Deed, Ground, Touched, Turn};
use super::{
    Ability, Field, Input, Kind, Look, Mark, Odd, Page, Refusal, Row, Shape, Verb, places, reads,
    typed,
};

pub(super) struct List;

const NAME: &str = "list";
const SIDES: Input = Input::Choice(&["head", "tail"]);

impl Kind for List {
    fn name(&self) -> &'static str {
        NAME
    }

    fn shape(&self) -> Shape {
        Shape::Grid(&["element"])
    }

    fn page(&self, key: &Key, look: &Look) -> Vec<Cmd> {
        let start = reads::index(look);
        vec![
            Cmd::new("LLEN").arg(key.bytes()),
            Cmd::new("LRANGE")
                .arg(key.bytes())
                .num(start)
                .num(start + reads::count(look) - 1),
        ]
    }

    /// Lists have no MATCH: all elements are walked, those that match become rows.
    fn read(&self, look: &Look, replies: &[Reply]) -> Result<Page, Odd> {
        let elements = reads::items(reads::reply(replies, 1, "LRANGE")?, "LRANGE")?;
        let total = reads::elements(replies, "LLEN")?;
        let start = reads::index(look);
        let mut rows = Vec::with_capacity(elements.len());
        for (at, element) in (start..).zip(elements) {
            let element = reads::cell(element, "LRANGE")?;
            if look.keeps(&element) {
                rows.push(Row::new(vec![element], at));
            }
        }
        let next = reads::next(start, elements.len(), reads::count(look), total);
        Ok(Page {
            rows,
            next,
            total,
            span: total.map(|total| (0, total)),
        })
    }

    fn form(&self, verb: Verb, row: Option<&Row>) -> Option<Vec<Field>> {
        let element = || row.and_then(|row| row.cells.first()).map(Vec::as_slice);
        match verb {
            Verb::Create => Some(vec![typed::line("Element")]),
            Verb::Add => Some(vec![
                typed::field("Side", SIDES, b"head"),
                typed::line("Element"),
            ]),
            Verb::Pop => Some(vec![typed::field("Side", SIDES, b"head")]),
            Verb::Edit => {
                element().map(|old| vec![typed::field("Element", typed::editor(old), old)])
            }
            Verb::Remove => element().map(|_| Vec::new()),
            Verb::RemoveValue => {
                let element = element().unwrap_or_default();
                Some(vec![
                    typed::field("Element", typed::editor(element), element),
                    typed::field("Count (0: all)", Input::Line, b"0"),
                ])
            }
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
        match verb {
            Verb::Create => Ok(create(key, typed::text(typed, 0)?)),
            Verb::Add => Ok(push(key, Side::typed(typed)?, typed::text(typed, 1)?)),
            Verb::Pop => Ok(pop(key, Side::typed(typed)?)),
            Verb::Edit => edit(key, typed::row(row)?, typed::text(typed, 0)?),
            Verb::Remove => remove(key, typed::row(row)?),
            Verb::RemoveValue => remove_value(key, typed),
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
        Ok(vec![match verb {
            Verb::Create => places::pushed(0, typed::text(typed, 0)?, None),
            Verb::Add => {
                let index = Side::typed(typed)?.pick(0, -1);
                let len = told.steps.first().and_then(Reply::int);
                places::pushed(index, typed::text(typed, 1)?, len)
            }
            Verb::Pop => {
                let element = told.steps.first().and_then(Reply::bytes);
                let element = element.ok_or_else(|| Cannot::unread("what was popped"))?;
                places::popped(Side::typed(typed)?.pick(0, -1), element)
            }
            Verb::Edit => {
                let row = typed::row(row)?;
                places::replaced(row.at, typed::cell(Some(row), 0)?, typed::text(typed, 0)?)?
            }
            Verb::Remove => {
                let row = typed::row(row)?;
                places::removed(row.at, typed::cell(Some(row), 0)?, told)?
            }
            Verb::RemoveValue => places::swept(typed::text(typed, 0)?, count(typed)?, told)?,
            _ => return Err(typed::cannot(verb, NAME).into()),
        }])
    }

    fn turn(&self, key: &Key, deed: &Deed, ground: Ground) -> Option<Turn> {
        places::turn(key, deed, ground)
    }

    fn can(&self, ability: Ability) -> bool {
        matches!(ability, Ability::Index | Ability::Filter)
    }

    fn identity<'r>(&self, row: &'r Row) -> super::Identity<'r> {
        super::Identity::Place(row.at)
    }

    fn locate(&self, row: &Row) -> Option<Look> {
        let from = (row.at > 0).then_some(Mark::Index(row.at));
        Some(Look {
            from,
            count: 1,
            ..Look::whole()
        })
    }

    fn command(&self, key: &Key, row: Option<&Row>) -> Cmd {
        match row {
            Some(row) => Cmd::new("LINDEX").arg(key.bytes()).num(row.at),
            None => Cmd::new("LRANGE").arg(key.bytes()).num(0).num(99),
        }
    }
}

/// An end of a list.
#[derive(Clone, Copy)]
enum Side {
    Head,
    Tail,
}

impl Side {
    /// Reads the field "Side", which comes first.
    fn typed(typed: &[Vec<u8>]) -> Result<Self, Refusal> {
        match typed::text(typed, 0)? {
            b"head" => Ok(Self::Head),
            b"tail" => Ok(Self::Tail),
            _ => Err(typed::refusal(0, "choose head or tail")),
        }
    }

    fn pick<T>(self, head: T, tail: T) -> T {
        match self {
            Self::Head => head,
            Self::Tail => tail,
        }
    }
}

fn create(key: &Key, element: &[u8]) -> Change {
    let push = Step::any(Cmd::new("RPUSH").arg(key.bytes()).arg(element));
    Change::plain(key, "created", vec![push]).guarded(vec![Check::absent(key)])
}

/// LPUSHX and RPUSHX are their own condition: a list that vanished is not made anew without its expiry.
fn push(key: &Key, side: Side, element: &[u8]) -> Change {
    let cmd = Cmd::new(side.pick("LPUSHX", "RPUSHX"))
        .arg(key.bytes())
        .arg(element);
    Change::plain(
        key,
        "pushed",
        vec![Step::done(cmd, "the list is gone: it emptied or expired")],
    )
}

fn pop(key: &Key, side: Side) -> Change {
    let cmd = Cmd::new(side.pick("LPOP", "RPOP")).arg(key.bytes());
    let (before, after) = Touched::taking(key, Vec::new());
    Change::plain(key, "popped", vec![Step::done(cmd, "the list is empty")])
        .reading(before, after)
        .destructive()
}

fn edit(key: &Key, row: &Row, new: &[u8]) -> Result<Change, Refusal> {
    let checks = holds(key, row)?;
    typed::differs(typed::cell(Some(row), 0)?, new)?;
    Ok(Change::plain(key, "saved", vec![places::set(key, row.at, new)]).guarded(checks))
}

/// Redis has no "delete at this index": the element becomes a mark that nothing else in the list is, and the
/// mark is removed, in one transaction.
fn remove(key: &Key, row: &Row) -> Result<Change, Refusal> {
    let checks = holds(key, row)?;
    let (before, after) = Touched::taking(key, places::beside(key, row.at));
    Ok(
        Change::plain(key, "element deleted", places::cut(key, row.at))
            .guarded(checks)
            .reading(before, after)
            .destructive(),
    )
}

/// Needs no guard: LREM neither makes a key nor touches one of another type.
fn remove_value(key: &Key, typed: &[Vec<u8>]) -> Result<Change, Refusal> {
    let (element, count) = (typed::text(typed, 0)?, count(typed)?);
    let cmd = Cmd::new("LREM").arg(key.bytes()).num(count).arg(element);
    let (before, after) = Touched::taking(key, vec![places::short(key)]);
    Ok(
        Change::plain(key, "removed", vec![Step::done(cmd, "no such element")])
            .reading(before, after)
            .destructive(),
    )
}

/// How many elements are removed, and from which side.
fn count(typed: &[Vec<u8>]) -> Result<i64, Refusal> {
    let count = std::str::from_utf8(typed::text(typed, 1)?)
        .ok()
        .and_then(|text| text.trim().parse::<i64>().ok());
    count.ok_or_else(|| {
        typed::refusal(
            1,
            "type how many: 0 for all, 2 for the first two from the head, -2 from the tail",
        )
    })
}

/// The element still stands where it was seen; a push at the tail changes nothing about that.
fn holds(key: &Key, row: &Row) -> Result<Vec<Check>, Refusal> {
    let element = Cmd::new("LINDEX").arg(key.bytes()).num(row.at);
    let old = typed::cell(Some(row), 0)?.to_vec();
    Ok(vec![
        Check::kind(key, NAME),
        Check::new(element, Reply::Bytes(old)),
    ])
}
