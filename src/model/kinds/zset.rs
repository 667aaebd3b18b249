//! Sorted sets: members by score.
use std::cmp::Ordering;

use super::super::change::{Change, Check, Read, Step, Told};
use super::super::key::Key;
use super::super::resp::{Cmd, Reply};
use super::super::undo::{Cannot, Deed, Ground, Touched, Turn};
use super::scored::{self, print, score_of};
use super::typed::{self, Amount};
use super::{Ability, Field, Input, Kind, Look, Odd, Page, Refusal, Row, Shape, Verb};

pub(super) struct Zset;

const NAME: &str = "zset";

impl Kind for Zset {
    fn name(&self) -> &'static str {
        NAME
    }

    fn shape(&self) -> Shape {
        Shape::Grid(&["score", "member"])
    }

    fn page(&self, key: &Key, look: &Look) -> Vec<Cmd> {
        scored::page(key, look)
    }

    fn read(&self, look: &Look, replies: &[Reply]) -> Result<Page, Odd> {
        scored::read(look, replies)
    }

    fn form(&self, verb: Verb, row: Option<&Row>) -> Option<Vec<Field>> {
        let score = || row.and_then(|row| row.cells.first());
        match verb {
            Verb::Create | Verb::Add => Some(vec![typed::line("Score"), typed::line("Member")]),
            Verb::Edit => score().map(|score| vec![typed::field("Score", Input::Line, score)]),
            Verb::Increment => score().map(|_| typed::by_one()),
            Verb::Remove => score().map(|_| Vec::new()),
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
            Verb::Create => Ok(create(key, &Score::typed(typed)?, typed::text(typed, 1)?)),
            Verb::Add => Ok(add(key, &Score::typed(typed)?, typed::text(typed, 1)?)),
            Verb::Edit => edit(
                key,
                typed::cell(row, 0)?,
                typed::cell(row, 1)?,
                &Score::typed(typed)?,
            ),
            Verb::Increment => Ok(increment(key, typed::cell(row, 1)?, &Amount::typed(typed)?)),
            Verb::Remove => Ok(remove(key, typed::cell(row, 1)?)),
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
        let put = typed::put;
        Ok(match verb {
            Verb::Create | Verb::Add => {
                let score = Score::typed(typed)?.text.into_bytes();
                vec![put(typed::text(typed, 1)?, None, Some(&score))]
            }
            Verb::Edit => {
                let score = Score::typed(typed)?.text.into_bytes();
                let (old, member) = (typed::cell(row, 0)?, typed::cell(row, 1)?);
                vec![put(member, Some(old), Some(&score))]
            }
            Verb::Increment => {
                let digits = |replies: &[Reply]| replies.first().and_then(Reply::score).map(print);
                let exact = digits(told.before).zip(digits(told.steps));
                vec![Deed::Count {
                    place: typed::cell(row, 1)?.to_vec(),
                    by: Amount::typed(typed)?.text(),
                    whole: false,
                    exact: exact.map(|(was, is)| (was.into_bytes(), is.into_bytes())),
                }]
            }
            Verb::Remove => {
                let score = Touched::also(told).first().and_then(Reply::score);
                let score = score.ok_or_else(|| Cannot::unread("the score it had"))?;
                let score = print(score).into_bytes();
                vec![put(typed::cell(row, 1)?, Some(&score), None)]
            }
            _ => return Err(typed::cannot(verb, NAME).into()),
        })
    }

    fn turn(&self, key: &Key, deed: &Deed, _ground: Ground) -> Option<Turn> {
        let add = |flags: &[&str], score: &[u8], member: &[u8]| {
            let add = Cmd::new("ZADD").arg(key.bytes());
            let add = flags.iter().fold(add, Cmd::arg);
            Step::any(add.arg(score).arg(member))
        };
        match deed {
            Deed::Put { place, was, is, .. } => {
                let score = match is {
                    Some(is) => Reply::Double(worth(is)?),
                    None => Reply::Nil,
                };
                let step = match was {
                    Some(was) => add(&[], was, place),
                    None => Step::any(Cmd::new("ZREM").arg(key.bytes()).arg(place)),
                };
                let checks = vec![Check::new(score_of(key, place), score)];
                Some(Turn::new(checks, vec![step]))
            }
            Deed::Count { place, by, .. } => {
                let by = typed::opposite(by).into_bytes();
                let Step { cmd, .. } = add(&["XX", "INCR"], &by, place);
                let step = Step::done(cmd, "the member is gone");
                Some(Turn::new(Vec::new(), vec![step]))
            }
            Deed::At { .. } | Deed::Swept(_) => None,
        }
    }

    fn member(&self, key: &Key, member: &[u8]) -> Option<Cmd> {
        Some(score_of(key, member))
    }

    fn can(&self, _ability: Ability) -> bool {
        true
    }

    fn identity<'r>(&self, row: &'r Row) -> super::Identity<'r> {
        super::Identity::Name(row.cells.last().map(Vec::as_slice).unwrap_or_default())
    }

    fn locate(&self, row: &Row) -> Option<Look> {
        Look::named(row.cells.last()?)
    }

    fn command(&self, key: &Key, row: Option<&Row>) -> Cmd {
        match row.and_then(|row| row.cells.get(1)) {
            Some(member) => score_of(key, member),
            None => Cmd::new("ZRANGE")
                .arg(key.bytes())
                .num(0)
                .num(99)
                .arg("WITHSCORES"),
        }
    }
}

/// A score as typed, and what it is worth.
struct Score {
    text: String,
    worth: f64,
}

impl Score {
    /// Reads the field "Score", which comes first.
    fn typed(typed: &[Vec<u8>]) -> Result<Self, Refusal> {
        let why = || typed::refusal(0, "type a score: a number such as 10 or -2.5, inf or -inf");
        let text = std::str::from_utf8(typed::text(typed, 0)?)
            .map_err(|_| why())?
            .trim();
        let worth: f64 = text.parse().map_err(|_| why())?;
        if worth.is_nan() {
            return Err(why());
        }
        if worth.is_infinite() && text.contains(|c: char| c.is_ascii_digit()) {
            return Err(typed::refusal(
                0,
                "this number is too large for a score; inf stands for infinity",
            ));
        }
        if worth.is_finite() && digits(text) != digits(&format!("{worth:e}")) {
            let why = format!(
                "a score has about 16 digits: the server would keep {}; type that, or fewer digits",
                scored::print(worth)
            );
            return Err(typed::refusal(0, why));
        }
        Ok(Self {
            text: text.to_owned(),
            worth,
        })
    }
}

/// The digits of a decimal number without zeros around them, and the power of ten of the first; two spellings of one
/// number have the same.
fn digits(text: &str) -> (String, i64) {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all: String = whole
        .chars()
        .chain(part.chars())
        .filter(char::is_ascii_digit)
        .collect();
    let count = |digits: usize| i64::try_from(digits).unwrap_or(i64::MAX);
    let zeros = count(all.len() - all.trim_start_matches('0').len());
    let digits = all.trim_matches('0').to_owned();
    let before = count(whole.chars().filter(char::is_ascii_digit).count());
    if digits.is_empty() {
        return (digits, 0);
    }
    let power = exponent.parse::<i64>().unwrap_or(0);
    let power = power.saturating_add(before).saturating_sub(zeros);
    (digits, power)
}

fn create(key: &Key, score: &Score, member: &[u8]) -> Change {
    let add = Cmd::new("ZADD")
        .arg(key.bytes())
        .arg(&score.text)
        .arg(member);
    Change::plain(key, "created", vec![Step::any(add)]).guarded(vec![Check::absent(key)])
}

/// Guarded by the type, as a set that vanished would be made anew without its expiry.
fn add(key: &Key, score: &Score, member: &[u8]) -> Change {
    let add = Cmd::new("ZADD")
        .arg(key.bytes())
        .arg("NX")
        .arg(&score.text)
        .arg(member);
    let add = Step::done(add, "this member exists already; edit its score instead");
    Change::plain(key, "member added", vec![add]).guarded(vec![Check::kind(key, NAME)])
}

fn edit(key: &Key, old: &[u8], member: &[u8], new: &Score) -> Result<Change, Refusal> {
    let old = worth(old).ok_or_else(|| typed::refusal(0, "this row has no score"))?;
    if old.partial_cmp(&new.worth) == Some(Ordering::Equal) {
        return Err(typed::refusal(0, "unchanged: there is nothing to save"));
    }
    let set = Cmd::new("ZADD")
        .arg(key.bytes())
        .arg("XX")
        .arg("CH")
        .arg(&new.text)
        .arg(member);
    let set = Step::done(set, "the member is gone");
    let checks = vec![
        Check::kind(key, NAME),
        Check::new(score_of(key, member), Reply::Double(old)),
    ];
    Ok(Change::plain(key, "saved", vec![set]).guarded(checks))
}

/// XX INCR answers nil when the member has vanished, so it needs no guard.
fn increment(key: &Key, member: &[u8], amount: &Amount) -> Change {
    let add = Cmd::new("ZADD")
        .arg(key.bytes())
        .arg("XX")
        .arg("INCR")
        .arg(amount.text())
        .arg(member);
    Change::plain(
        key,
        "incremented",
        vec![Step::done(add, "the member is gone")],
    )
    .reading(vec![Read::small(score_of(key, member))], Vec::new())
}

/// Needs no guard: ZREM neither makes a key nor touches one of another type.
fn remove(key: &Key, member: &[u8]) -> Change {
    let remove = Step::done(
        Cmd::new("ZREM").arg(key.bytes()).arg(member),
        "the member is gone already",
    );
    let score = Read::small(score_of(key, member));
    let (before, after) = Touched::taking(key, vec![score]);
    Change::plain(key, "member removed", vec![remove])
        .reading(before, after)
        .destructive()
}

fn worth(score: &[u8]) -> Option<f64> {
    std::str::from_utf8(score).ok()?.parse().ok()
}
