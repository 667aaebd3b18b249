//! Sets: members without order.
use super::super::change::{Change, Check, Read, Step, Told};
use super::super::key::Key;
use super::super::resp::{Cmd, Reply};
use super::super::undo::{Cannot, Deed, Ground, Touched, Turn};
use super::{
    Ability, Field, Input, Kind, Look, Odd, Page, Refusal, Row, Shape, Verb, reads, typed,
};

pub(super) struct Set;

const NAME: &str = "set";

impl Kind for Set {
    fn name(&self) -> &'static str {
        NAME
    }

    fn shape(&self) -> Shape {
        Shape::Grid(&["member"])
    }

    fn page(&self, key: &Key, look: &Look) -> Vec<Cmd> {
        let rows = match reads::named(look) {
            Some(member) => about("SISMEMBER", key, &member),
            None => reads::scan("SSCAN", key, look),
        };
        vec![Cmd::new("SCARD").arg(key.bytes()), rows]
    }

    fn read(&self, look: &Look, replies: &[Reply]) -> Result<Page, Odd> {
        if let Some(member) = reads::named(look) {
            let there = reads::reply(replies, 1, "SISMEMBER")?;
            let there = there.int().ok_or(Odd::Shape("SISMEMBER"))?;
            let total = reads::elements(replies, "SCARD")?;
            return Ok(reads::one((there == 1).then(|| vec![member]), total));
        }
        let (next, found) = reads::scanned(reads::reply(replies, 1, "SSCAN")?, "SSCAN")?;
        let total = reads::elements(replies, "SCARD")?;
        let row = |member| Ok(Row::new(vec![reads::cell(member, "SSCAN")?], 0));
        let rows = reads::items(found, "SSCAN")?
            .iter()
            .map(row)
            .collect::<Result<_, _>>()?;
        Ok(Page {
            rows,
            next,
            total,
            ..Page::default()
        })
    }

    fn form(&self, verb: Verb, row: Option<&Row>) -> Option<Vec<Field>> {
        let member = || row.and_then(|row| row.cells.first());
        match verb {
            Verb::Create => Some(vec![typed::line("Member")]),
            Verb::Add => Some(vec![typed::field("Members", Input::Lines, b"")]),
            Verb::Edit => {
                member().map(|member| vec![typed::field("Member", typed::editor(member), member)])
            }
            Verb::Remove => member().map(|_| Vec::new()),
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
            Verb::Add => add(key, typed::text(typed, 0)?),
            Verb::Edit => replace(key, typed::cell(row, 0)?, typed::text(typed, 0)?),
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
        let come = |member: &[u8]| typed::put(member, None, Some(b""));
        let gone = |member: &[u8]| typed::put(member, Some(b""), None);
        Ok(match verb {
            Verb::Create => vec![come(typed::text(typed, 0)?)],
            Verb::Add => {
                let known = told.before.first().and_then(Reply::items);
                let known = known.ok_or_else(|| Cannot::unread("which were members before"))?;
                let typed = typed_members(typed::text(typed, 0)?).zip(known);
                let new = typed.filter(|(_, known)| known.int() == Some(0));
                let mut deeds: Vec<Deed> = Vec::new();
                for deed in new.map(|(member, _)| come(member)) {
                    if !deeds.contains(&deed) {
                        deeds.push(deed);
                    }
                }
                deeds
            }
            Verb::Edit => vec![come(typed::text(typed, 0)?), gone(typed::cell(row, 0)?)],
            Verb::Remove => vec![gone(typed::cell(row, 0)?)],
            _ => return Err(typed::cannot(verb, NAME).into()),
        })
    }

    fn turn(&self, key: &Key, deed: &Deed, _ground: Ground) -> Option<Turn> {
        let Deed::Put { place, was, is, .. } = deed else {
            return None;
        };
        let member = Reply::Int(i64::from(is.is_some()));
        let checks = vec![Check::new(about("SISMEMBER", key, place), member)];
        let name = if was.is_some() { "SADD" } else { "SREM" };
        let steps = vec![Step::any(about(name, key, place))];
        Some(Turn::new(checks, steps))
    }

    fn member(&self, key: &Key, member: &[u8]) -> Option<Cmd> {
        Some(about("SISMEMBER", key, member))
    }

    fn can(&self, ability: Ability) -> bool {
        ability == Ability::Filter
    }

    fn locate(&self, row: &Row) -> Option<Look> {
        Look::named(row.cells.first()?)
    }

    fn command(&self, key: &Key, row: Option<&Row>) -> Cmd {
        match row.and_then(|row| row.cells.first()) {
            Some(member) => about("SISMEMBER", key, member),
            None => Cmd::new("SSCAN")
                .arg(key.bytes())
                .num(0)
                .arg("COUNT")
                .num(100),
        }
    }
}

fn create(key: &Key, member: &[u8]) -> Change {
    Change::plain(key, "created", vec![Step::any(about("SADD", key, member))])
        .guarded(vec![Check::absent(key)])
}

/// Each line is a member. Guarded by the type, as a set that vanished would be made anew without its expiry.
fn add(key: &Key, lines: &[u8]) -> Result<Change, Refusal> {
    let mut members = typed_members(lines).peekable();
    if members.peek().is_none() {
        return Err(typed::refusal(
            0,
            "type at least one member, each on its own line",
        ));
    }
    let cmd = members.fold(Cmd::new("SADD").arg(key.bytes()), Cmd::arg);
    let add = Step::done(cmd, "all of them are members already");
    let known = typed_members(lines).fold(Cmd::new("SMISMEMBER").arg(key.bytes()), Cmd::arg);
    Ok(Change::plain(key, "added", vec![add])
        .guarded(vec![Check::kind(key, NAME)])
        .reading(vec![Read::small(known)], Vec::new()))
}

fn typed_members(lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = lines.split(|byte| *byte == b'\n');
    lines.filter(|line| !line.is_empty())
}

/// Adds the new member before the old one goes, so that a set of one member never vanishes with its expiry.
fn replace(key: &Key, old: &[u8], new: &[u8]) -> Result<Change, Refusal> {
    typed::differs(old, new)?;
    let steps = vec![
        Step::any(about("SADD", key, new)),
        Step::any(about("SREM", key, old)),
    ];
    let checks = vec![
        Check::kind(key, NAME),
        Check::new(about("SISMEMBER", key, old), Reply::Int(1)),
        Check::new(about("SISMEMBER", key, new), Reply::Int(0)),
    ];
    Ok(Change::plain(key, "saved", steps).guarded(checks))
}

/// Needs no guard: SREM neither makes a key nor touches one of another type.
fn remove(key: &Key, member: &[u8]) -> Change {
    let remove = Step::done(about("SREM", key, member), "the member is gone already");
    let (before, after) = Touched::taking(key, Vec::new());
    Change::plain(key, "member removed", vec![remove])
        .reading(before, after)
        .destructive()
}

/// A command about one member.
fn about(name: &str, key: &Key, member: &[u8]) -> Cmd {
    Cmd::new(name).arg(key.bytes()).arg(member)
}
