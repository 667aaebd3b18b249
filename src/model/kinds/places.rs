//! Elements of lists by their place: taken out, put back, and where they stood.
use super::super::change::{Check, Read, Step, Told};
use super::super::key::Key;
use super::super::resp::{Cmd, Reply};
use super::super::undo::{Cannot, Deed, Ground, Swept, Touched, Turn};
use super::reads;

/// Most elements of a list that is remembered as a whole.
const SHORT: usize = 1000;

/// An element that was pushed; `len` is how long the list was then.
pub fn pushed(index: i64, element: &[u8], len: Option<i64>) -> Deed {
    Deed::At {
        index,
        was: None,
        is: Some(element.to_vec()),
        beside: None,
        len,
    }
}

/// An element that was popped.
pub fn popped(index: i64, element: &[u8]) -> Deed {
    Deed::At {
        index,
        was: Some(element.to_vec()),
        is: None,
        beside: None,
        len: None,
    }
}

/// An element that was set to another one.
pub fn replaced(at: u64, was: &[u8], is: &[u8]) -> Result<Deed, Cannot> {
    Ok(Deed::At {
        index: index(at)?,
        was: Some(was.to_vec()),
        is: Some(is.to_vec()),
        beside: None,
        len: None,
    })
}

/// What stands beside an element.
pub fn beside(key: &Key, at: u64) -> Vec<Read> {
    let read = |at: u64| Read::small(Cmd::new("LINDEX").arg(key.bytes()).num(at));
    let before = at.checked_sub(1).map(read);
    let after = read(at.saturating_add(1));
    before.into_iter().chain([after]).collect()
}

/// An element that was removed from between what [`beside`] told.
pub fn removed(at: u64, element: &[u8], told: Told) -> Result<Deed, Cannot> {
    let (before, after) = match (at, Touched::also(told)) {
        (0, [after]) => (None, neighbour(after)?),
        (1.., [before, after]) => (neighbour(before)?, neighbour(after)?),
        _ => return Err(Cannot::unread("where it stood")),
    };
    Ok(Deed::At {
        index: index(at)?,
        was: Some(element.to_vec()),
        is: None,
        beside: Some([before, after]),
        len: None,
    })
}

fn neighbour(reply: &Reply) -> Result<Option<Vec<u8>>, Cannot> {
    match reply {
        Reply::Nil => Ok(None),
        Reply::Bytes(element) => Ok(Some(element.clone())),
        _ => Err(Cannot::unread("where it stood")),
    }
}

fn index(at: u64) -> Result<i64, Cannot> {
    i64::try_from(at).map_err(|_| Cannot::new("no list is so long"))
}

/// All elements of a list that is short.
pub fn short(key: &Key) -> Read {
    let all = Cmd::new("LRANGE").arg(key.bytes()).num(0).num(SHORT);
    Read::sized(all, Cmd::new("MEMORY USAGE").arg(key.bytes()))
}

/// Elements that were removed by their value, from what [`short`] told.
pub fn swept(element: &[u8], count: i64, told: Told) -> Result<Deed, Cannot> {
    let long = || {
        Cannot::new(format!(
            "where they stood was not kept: the list has more than {SHORT} elements, or is big"
        ))
    };
    let items = Touched::also(told).first().and_then(Reply::items);
    let items = items
        .filter(|items| items.len() <= SHORT)
        .ok_or_else(long)?;
    let items: Option<Vec<&[u8]>> = items.iter().map(Reply::bytes).collect();
    let items = items.ok_or_else(long)?;
    let mut at: Vec<usize> = (0..items.len())
        .filter(|at| items[*at] == element)
        .collect();
    let most = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if count > 0 {
        at.truncate(most);
    } else if count < 0 {
        at.drain(..at.len().saturating_sub(most));
    }
    let left = |(place, item): (usize, &&[u8])| (!at.contains(&place)).then(|| item.to_vec());
    let rest = items.iter().enumerate().filter_map(left).collect();
    Ok(Deed::Swept(Swept {
        element: element.to_vec(),
        at,
        rest,
        out: true,
    }))
}

/// What turns a deed at a list round.
pub fn turn(key: &Key, deed: &Deed, ground: Ground) -> Option<Turn> {
    match deed {
        Deed::At { was: Some(was), .. } if ground == Ground::Bare => {
            Some(Turn::new(Vec::new(), vec![push("RPUSH", key, was)]))
        }
        Deed::At {
            index,
            was,
            is,
            beside,
            len,
        } => {
            let mut checks = Vec::new();
            let steps = match (was, is) {
                (Some(was), Some(is)) => {
                    checks.push(stands(key, *index, Some(is)));
                    vec![set(key, index, was)]
                }
                (None, Some(is)) => {
                    checks.extend(len.map(|len| Check::new(length(key), Reply::Int(len))));
                    checks.push(stands(key, *index, Some(is)));
                    out(key, *index)
                }
                (Some(was), None) => {
                    let gap = beside.as_ref();
                    checks.extend(gap.into_iter().flat_map(|gap| around(key, *index, gap)));
                    insert(
                        key,
                        *index,
                        was,
                        gap.and_then(|[_, after]| after.as_deref()),
                    )
                }
                (None, None) => return None,
            };
            Some(Turn::new(checks, steps))
        }
        Deed::Swept(swept) => Some(turn_swept(key, swept, ground)),
        Deed::Put { .. } | Deed::Count { .. } => None,
    }
}

fn turn_swept(key: &Key, swept: &Swept, ground: Ground) -> Turn {
    let now = if swept.out {
        swept.rest.clone()
    } else {
        swept.full()
    };
    let mut checks = vec![Check::new(length(key), reads::len(now.len()))];
    if let Some(last) = now.len().checked_sub(1) {
        let all = Cmd::new("LRANGE").arg(key.bytes()).num(0).num(last);
        let items = now.iter().cloned().map(Reply::Bytes).collect();
        checks.push(Check::new(all, Reply::Array(items)));
    }
    let mut steps = Vec::new();
    if !swept.out {
        let marks = swept.at.iter().map(|at| set(key, at, MARK));
        steps.extend(marks);
        steps.push(Step::any(
            Cmd::new("LREM").arg(key.bytes()).num(0).arg(MARK),
        ));
        return Turn::new(checks, steps);
    }
    let mut list = now;
    for &at in &swept.at {
        let after = list.get(at).cloned();
        if ground == Ground::Bare {
            steps.push(push("RPUSH", key, &swept.element));
        } else {
            let index = if after.is_none() {
                -1
            } else {
                i64::try_from(at).unwrap_or(-1)
            };
            steps.extend(insert(key, index, &swept.element, after.as_deref()));
        }
        list.insert(at.min(list.len()), swept.element.clone());
    }
    Turn::new(checks, steps)
}

/// An element that nothing else in a list is.
const MARK: &[u8] = b"keygrove:removed:3f9c1be27a5d48e0b6647d10c2a98f5e";

/// Redis has no "delete at this index": the element becomes a mark that nothing else in the list is, and the mark is
/// removed, in one transaction.
pub fn cut(key: &Key, at: impl std::fmt::Display) -> Vec<Step> {
    let remove = Step::any(Cmd::new("LREM").arg(key.bytes()).num(1).arg(MARK));
    vec![set(key, at, MARK), remove]
}

fn out(key: &Key, index: i64) -> Vec<Step> {
    let pop = |name| vec![Step::any(Cmd::new(name).arg(key.bytes()))];
    match index {
        0 => pop("LPOP"),
        -1 => pop("RPOP"),
        _ => cut(key, index),
    }
}

/// Nor has it "insert at this index": the element that stands there becomes a mark, before which the new one comes.
fn insert(key: &Key, index: i64, element: &[u8], after: Option<&[u8]>) -> Vec<Step> {
    match (index, after) {
        (0, _) => vec![push("LPUSHX", key, element)],
        (_, None) => vec![push("RPUSHX", key, element)],
        (index, Some(after)) => {
            let come = Cmd::new("LINSERT").arg(key.bytes()).arg("BEFORE");
            let come = Step::any(come.arg(MARK).arg(element));
            vec![set(key, index, MARK), come, set(key, index + 1, after)]
        }
    }
}

/// What stands before and after a gap.
fn around(key: &Key, index: i64, [before, after]: &[Option<Vec<u8>>; 2]) -> Vec<Check> {
    let first = (index > 0).then(|| stands(key, index - 1, before.as_ref()));
    first
        .into_iter()
        .chain([stands(key, index, after.as_ref())])
        .collect()
}

/// This element stands there, or none.
fn stands(key: &Key, index: i64, element: Option<&Vec<u8>>) -> Check {
    let expect = element.map_or(Reply::Nil, |element| Reply::Bytes(element.clone()));
    Check::new(Cmd::new("LINDEX").arg(key.bytes()).num(index), expect)
}

fn length(key: &Key) -> Cmd {
    Cmd::new("LLEN").arg(key.bytes())
}

fn push(name: &str, key: &Key, element: &[u8]) -> Step {
    Step::any(Cmd::new(name).arg(key.bytes()).arg(element))
}

/// LSET.
pub fn set(key: &Key, index: impl std::fmt::Display, element: &[u8]) -> Step {
    Step::any(Cmd::new("LSET").arg(key.bytes()).num(index).arg(element))
}
