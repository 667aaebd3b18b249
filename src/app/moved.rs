//! A change whose guard did not hold: what is other than it was, and whether an undo may go on all the same.
use crate::model::change::{Change, Check};
use crate::model::printed::print;
use crate::model::{Cmd, Reply};

/// What is shown of a value.
const SHOWN: usize = 60;

/// What became of the thing.
#[derive(PartialEq, Debug)]
pub enum Moved {
    /// It is of another length: what it is now is yet to be read, by the same guarded change.
    Look,
    /// There is nothing to write to any more.
    Gone,
    /// Another thing is there, or the name is taken: a sentence.
    Away(String),
    /// It is another one now: a sentence. The change is guarded by what is there now.
    Other(String),
}

/// Reads what the checks of a change answered up to the first that did not hold, and lets them hold for what is there
/// now. A change that was to overwrite one thing may then overwrite this one, and no third.
pub fn moved(change: &mut Change, now: &[Reply]) -> Moved {
    let Some(guard) = &mut change.guard else {
        return Moved::Away("it changed meanwhile".into());
    };
    let met = guard.checks.iter_mut().zip(now).last();
    let Some((check, reply)) = met else {
        return Moved::Away("it changed meanwhile".into());
    };
    let name = check.cmd.name();
    match (name.as_str(), reply) {
        ("TYPE", Reply::Status(kind)) if kind == "none" => return Moved::Gone,
        ("EXISTS", Reply::Int(0)) | ("PTTL" | "PEXPIRETIME", Reply::Int(-2)) => {
            return Moved::Gone;
        }
        ("TYPE", reply) => {
            let kind = reply.bytes().map(print).unwrap_or_default();
            return Moved::Away(format!("the key is a {kind} now"));
        }
        ("EXISTS", _) => {
            return Moved::Away("its name is taken again, and nothing is overwritten".into());
        }
        _ => {}
    }
    if matches!(reply, Reply::Error { .. }) {
        return Moved::Away("it changed meanwhile".into());
    }
    let words = words(&check.cmd, reply);
    check.expect = reply.clone();
    let Some(next) = guard.checks.get_mut(now.len()).filter(|_| small(reply)) else {
        return Moved::Other(words);
    };
    // A value of another length cannot hold any more: it is read as far as it goes, and shown.
    match (name.as_str(), next.cmd.name().as_str()) {
        ("HSTRLEN", "HGET") => Moved::Look,
        ("STRLEN", "GETRANGE") => {
            let last = reply.int().unwrap_or(1) - 1;
            let whole = Cmd::new("GETRANGE").arg(change.key.bytes());
            next.cmd = whole.num(0).num(last);
            Moved::Look
        }
        _ => Moved::Other(words),
    }
}

/// Why a change was not made, where what its checks answered up to the first that did not hold tells.
pub fn why_not(change: &Change, now: &[Reply]) -> Option<String> {
    let (check, reply) = broken(change, now)?;
    Some(match (check.cmd.name().as_str(), reply) {
        ("TYPE", kind) => match (kind.bytes()?, check.expect.bytes()?) {
            (b"none", was) => format!("the {} is gone: it expired or was deleted", print(was)),
            (is, _) => format!("the key holds a {} now", print(is)),
        },
        ("EXISTS", _) => "a key of this name exists already".into(),
        ("HEXISTS", Reply::Int(0)) => "the field is gone".into(),
        ("HEXISTS", _) => "a field of this name exists already".into(),
        ("SISMEMBER", Reply::Int(0)) => "the member is gone".into(),
        ("SISMEMBER", _) => "this is a member already".into(),
        ("HSTRLEN", Reply::Int(1..)) => "the value of the field changed meanwhile".into(),
        (_, Reply::Error { .. }) => return None,
        _ => words(&check.cmd, reply),
    })
}

/// Whether a change was not made because what it was to make is there already: no newer version of it can be shown.
pub fn is_taken(change: &Change, now: &[Reply]) -> bool {
    broken(change, now).is_some_and(|(check, _)| {
        let asks = matches!(check.cmd.name().as_str(), "HEXISTS" | "SISMEMBER");
        asks && check.expect == Reply::Int(0)
    })
}

/// The check that did not hold, and what it answered.
fn broken<'c>(change: &'c Change, now: &'c [Reply]) -> Option<(&'c Check, &'c Reply)> {
    change.guard.as_ref()?.checks.iter().zip(now).next_back()
}

/// There is something, and not too much to read it.
fn small(length: &Reply) -> bool {
    const MOST: i64 = 1024 * 1024;
    length
        .int()
        .is_some_and(|length| (1..=MOST).contains(&length))
}

fn words(cmd: &Cmd, now: &Reply) -> String {
    let value = || match now {
        Reply::Nil => "nothing".to_owned(),
        Reply::Double(score) => score.to_string(),
        reply => reply.bytes().map_or_else(String::new, shown),
    };
    match (cmd.name().as_str(), now) {
        ("HGET", _) => format!("the field holds {} now", value()),
        ("GETRANGE", _) => format!("the value is {} now", value()),
        ("HSTRLEN", Reply::Int(0)) => "the field is gone, or empty now".into(),
        ("HSTRLEN" | "STRLEN", _) => {
            format!("it holds {} bytes now", now.int().unwrap_or_default())
        }
        ("HEXISTS" | "SISMEMBER", Reply::Int(0)) => "somebody took it away meanwhile".into(),
        ("HEXISTS" | "SISMEMBER", _) => "somebody put it there meanwhile".into(),
        ("ZSCORE", Reply::Nil) => "the member is gone".into(),
        ("ZSCORE", _) => format!("the member has the score {} now", value()),
        ("LINDEX", Reply::Nil) => "there is no element at its place now".into(),
        ("LINDEX", _) => format!("at its place stands {} now", value()),
        ("LLEN" | "HLEN" | "SCARD" | "ZCARD", _) => {
            format!("there are {} elements now", now.int().unwrap_or_default())
        }
        ("PTTL" | "PEXPIRETIME", _) => "its expiry was changed meanwhile".into(),
        _ => "it changed meanwhile".into(),
    }
}

fn shown(bytes: &[u8]) -> String {
    let text = print(bytes.get(..SHOWN * 4).unwrap_or(bytes));
    let short: String = text.chars().take(SHOWN).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("\u{201c}{short}{more}\u{201d}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::change::{Check, Step};
    use crate::model::undo::Life;

    fn bytes(text: &str) -> Reply {
        Reply::Bytes(text.as_bytes().to_vec())
    }

    #[test]
    fn what_moved_on_is_said_and_may_be_overwritten_as_it_is_now() {
        let cmd = |line: &str| crate::model::resp::parse_cli(line).unwrap();
        let step = vec![Step::any(cmd("HSET k f old"))];
        let mut change = Change::plain(&"k".into(), "undone", step).guarded(vec![
            Check::kind(&"k".into(), "hash"),
            Check::new(cmd("HSTRLEN k f"), Reply::Int(3)),
            Check::new(cmd("HGET k f"), bytes("new")),
        ]);
        let hash = Reply::Status("hash".into());
        let gone = moved(&mut change.clone(), &[Reply::Status("none".into())]);
        assert_eq!(gone, Moved::Gone);
        let other = moved(&mut change.clone(), &[Reply::Status("set".into())]);
        assert_eq!(other, Moved::Away("the key is a set now".into()));
        assert_eq!(
            moved(&mut change, &[hash.clone(), Reply::Int(5)]),
            Moved::Look
        );
        let checks = |change: &Change| change.guard.clone().unwrap().checks;
        assert_eq!(checks(&change)[1].expect, Reply::Int(5));
        assert_eq!(checks(&change)[2].expect, bytes("new"));
        let now = [hash, Reply::Int(5), bytes("other")];
        let Moved::Other(how) = moved(&mut change, &now) else {
            unreachable!("it can be overwritten")
        };
        assert!(how.contains("other"), "{how}");
        assert_eq!(checks(&change)[2].expect, bytes("other"));
        assert!(matches!(moved(&mut change, &[]), Moved::Away(_)));
    }

    #[test]
    fn an_expiry_of_what_is_gone_is_not_set() {
        for life in [Life::Forever, Life::Until(77), Life::About(77)] {
            let mut change = Change::plain(&"k".into(), "undone", Vec::new())
                .guarded(vec![life.check(&"k".into())]);
            let gone = if matches!(life, Life::About(_)) {
                0
            } else {
                -2
            };
            assert_eq!(moved(&mut change, &[Reply::Int(gone)]), Moved::Gone);
        }
    }

    #[test]
    fn a_string_that_only_begins_as_it_was_left_is_another_one() {
        let cmd = |line: &str| crate::model::resp::parse_cli(line).unwrap();
        let mut change = Change::plain(&"k".into(), "undone", Vec::new()).guarded(vec![
            Check::new(cmd("STRLEN k"), Reply::Int(1)),
            Check::new(cmd("GETRANGE k 0 0"), bytes("v")),
        ]);
        assert_eq!(moved(&mut change, &[Reply::Int(2)]), Moved::Look);
        let checks = change.guard.unwrap().checks;
        assert_eq!(checks[1], Check::new(cmd("GETRANGE k 0 1"), bytes("v")));
    }
}
