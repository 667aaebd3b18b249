//! What turns each change round, as tables: the checks, then the commands.
#![allow(clippy::unwrap_used)]
use super::super::change::Told;
use super::super::kinds::{Row, Verb};
use super::*;
use crate::model::{Reply, ttl, whole};

const FAR: i64 = 4_102_444_800_000;

fn bytes(text: &str) -> Reply {
    Reply::Bytes(text.as_bytes().to_vec())
}

fn row(cells: &[&str], at: u64) -> Row {
    Row::new(
        cells.iter().map(|cell| cell.as_bytes().to_vec()).collect(),
        at,
    )
}

/// `TYPE k=hash, HEXISTS k f=0 ? HSET k f v`, and behind `|` what is sent where that meets another value.
fn told(back: &Result<Back, Cannot>) -> String {
    let Ok(Back::Change { change, otherwise }) = back else {
        return format!("{back:?}");
    };
    let one = |change: &crate::model::change::Change| {
        let expected = |reply: &Reply| match reply {
            Reply::Nil => "nothing".to_owned(),
            Reply::Int(number) => number.to_string(),
            Reply::Double(score) => score.to_string(),
            Reply::Array(items) => format!("{} items", items.len()),
            other => crate::model::printed::print(other.bytes().unwrap_or_default()),
        };
        let guard = change.guard.as_ref();
        let checks = guard.map_or(&[][..], |guard| &guard.checks).iter();
        let checks: Vec<String> = checks
            .map(|check| format!("{}={}", check.cmd.cli(), expected(&check.expect)))
            .collect();
        format!("{} ? {}", checks.join(", "), change.lines().join("; "))
    };
    let rest = otherwise.as_ref().map(|other| format!(" | {}", one(other)));
    format!("{}{}", one(change), rest.unwrap_or_default())
}

/// A kind, a verb, the row it is about, what was typed, the replies before, of the step and after; what takes it back.
type Turned = (
    &'static str,
    Verb,
    &'static [&'static str],
    &'static [&'static str],
    Vec<Reply>,
    Vec<Reply>,
    i64,
    &'static str,
);

fn life() -> Vec<Reply> {
    vec![Reply::Int(FAR), Reply::Nil, Reply::Nil]
}

fn and(more: &[Reply]) -> Vec<Reply> {
    life().into_iter().chain(more.iter().cloned()).collect()
}

#[test]
fn each_verb_of_each_type_has_what_takes_it_back() {
    use Verb::{Add, Edit, Increment, Pop, Remove, RemoveValue, Rename, Reset};
    let one = || vec![Reply::Int(1)];
    let list = |items: &[&str]| Reply::Array(items.iter().map(|item| bytes(item)).collect());
    #[rustfmt::skip]
    let table: Vec<Turned> = vec![
        ("string", Edit, &["old"], &["newer"], vec![], one(), 1, "TYPE k=string, STRLEN k=5, GETRANGE k 0 4=newer ? SET k old KEEPTTL XX"),
        ("string", Increment, &["5"], &["3"], vec![bytes("5")], vec![Reply::Int(8)], 1, "TYPE k=string ? INCRBY k -3"),
        ("string", Increment, &["0.1"], &["0.2"], vec![bytes("0.1")], vec![bytes("0.3")], 1, "TYPE k=string, STRLEN k=3, GETRANGE k 0 2=0.3 ? SET k 0.1 KEEPTTL XX | TYPE k=string ? INCRBYFLOAT k -0.2"),
        ("string", Reset, &["17"], &[], vec![bytes("19")], one(), 1, "TYPE k=string ? INCRBY k 19"),
        ("hash", Add, &[], &["f", "v"], vec![], one(), 1, "TYPE k=hash, HSTRLEN k f=1, HGET k f=v ? HDEL k f"),
        ("hash", Edit, &["f", "old"], &["new"], vec![], one(), 1, "TYPE k=hash, HSTRLEN k f=3, HGET k f=new ? HSET k f old"),
        ("hash", Rename, &["f", "v"], &["g"], vec![], one(), 1, "TYPE k=hash, HEXISTS k f=0, HSTRLEN k g=1, HGET k g=v ? HSET k f v; HDEL k g"),
        ("hash", Increment, &["f", "5"], &["-2"], vec![bytes("5")], vec![Reply::Int(3)], 1, "TYPE k=hash, HEXISTS k f=1 ? HINCRBY k f 2"),
        ("hash", Remove, &["f", "seen"], &[], and(&[bytes("true"), Reply::Nil]), one(), 1, "TYPE k=hash, HEXISTS k f=0 ? HSET k f true"),
        ("hash", Remove, &["f", "v"], &[], and(&[bytes("v"), Reply::Array(vec![Reply::Int(FAR)])]), one(), 1, "TYPE k=hash, HEXISTS k f=0 ? HSET k f v; HPEXPIREAT k 4102444800000 FIELDS 1 f"),
        ("hash", Remove, &["f", "v"], &[], and(&[bytes("v"), Reply::Nil]), one(), 0, "EXISTS k=0 ? HSET k f v; PEXPIREAT k 4102444800000"),
        ("list", Add, &[], &["head", "x"], vec![], vec![Reply::Int(4)], 1, "TYPE k=list, LLEN k=4, LINDEX k 0=x ? LPOP k"),
        ("list", Add, &[], &["tail", "x"], vec![], vec![Reply::Int(4)], 1, "TYPE k=list, LLEN k=4, LINDEX k -1=x ? RPOP k"),
        ("list", Edit, &["old"], &["new"], vec![], one(), 1, "TYPE k=list, LINDEX k 3=new ? LSET k 3 old"),
        ("list", Pop, &[], &["head"], life(), vec![bytes("x")], 1, "TYPE k=list ? LPUSHX k x"),
        ("list", Pop, &[], &["tail"], life(), vec![bytes("x")], 0, "EXISTS k=0 ? RPUSH k x; PEXPIREAT k 4102444800000"),
        ("list", Remove, &["x"], &[], and(&[bytes("a"), bytes("b")]), one(), 1, "TYPE k=list, LINDEX k 2=a, LINDEX k 3=b ? LSET k 3 MARK; LINSERT k BEFORE MARK x; LSET k 4 b"),
        ("list", Remove, &["x"], &[], and(&[bytes("a"), Reply::Nil]), one(), 1, "TYPE k=list, LINDEX k 2=a, LINDEX k 3=nothing ? RPUSHX k x"),
        ("list", RemoveValue, &[], &["x", "2"], and(&[list(&["x", "a", "x", "x"])]), vec![Reply::Int(2)], 1, "TYPE k=list, LLEN k=2, LRANGE k 0 1=2 items ? LPUSHX k x; LSET k 2 MARK; LINSERT k BEFORE MARK x; LSET k 3 x"),
        ("list", RemoveValue, &[], &["x", "-1"], and(&[list(&["x", "x"])]), one(), 1, "TYPE k=list, LLEN k=1, LRANGE k 0 0=1 items ? RPUSHX k x"),
        ("list", RemoveValue, &[], &["x", "0"], and(&[list(&["x", "x"])]), vec![Reply::Int(2)], 0, "EXISTS k=0 ? RPUSH k x; RPUSH k x; PEXPIREAT k 4102444800000"),
        ("set", Add, &[], &["a\nb\na"], vec![Reply::Array(vec![Reply::Int(0), Reply::Int(1), Reply::Int(0)])], one(), 1, "TYPE k=set, SISMEMBER k a=1 ? SREM k a"),
        ("set", Edit, &["old"], &["new"], vec![], one(), 1, "TYPE k=set, SISMEMBER k old=0, SISMEMBER k new=1 ? SADD k old; SREM k new"),
        ("set", Remove, &["m"], &[], life(), one(), 1, "TYPE k=set, SISMEMBER k m=0 ? SADD k m"),
        ("zset", Add, &[], &["0.1", "m"], vec![], one(), 1, "TYPE k=zset, ZSCORE k m=0.1 ? ZREM k m"),
        ("zset", Edit, &["0.1", "m"], &["7"], vec![], one(), 1, "TYPE k=zset, ZSCORE k m=7 ? ZADD k 0.1 m"),
        ("zset", Increment, &["0.1", "m"], &["0.2"], vec![Reply::Double(0.1)], vec![Reply::Double(0.1 + 0.2)], 1, "TYPE k=zset, ZSCORE k m=0.30000000000000004 ? ZADD k 0.1 m | TYPE k=zset ? ZADD k XX INCR -0.2 m"),
        ("zset", Remove, &["0.1", "m"], &[], and(&[Reply::Double(0.5)]), one(), 1, "TYPE k=zset, ZSCORE k m=nothing ? ZADD k 0.5 m"),
    ];
    for (kind, verb, cells, typed, before, steps, there, expected) in table {
        let typed: Vec<Vec<u8>> = typed.iter().map(|text| text.as_bytes().to_vec()).collect();
        let after = [Reply::Int(there)];
        let told_by = Told {
            before: &before,
            steps: &steps,
            after: &after,
        };
        let row = (!cells.is_empty()).then(|| row(cells, 3));
        let touched = Touched::by(&"k".into(), kind, verb, row.as_ref(), &typed, told_by);
        let back = touched.and_then(|touched| Past::Value(touched).back(0));
        let said = told(&back).replace("keygrove:removed:3f9c1be27a5d48e0b6647d10c2a98f5e", "MARK");
        assert_eq!(said, expected, "{kind} {verb:?}");
    }
}

#[test]
fn what_was_not_told_cannot_be_taken_back() {
    let nothing = Told {
        before: &[],
        steps: &[Reply::Int(1)],
        after: &[],
    };
    let long = vec![bytes("x"); 1001];
    let too_long = and(&[Reply::Array(long)]);
    let too_long = Told {
        before: &too_long,
        ..nothing
    };
    for (kind, verb, told, why) in [
        ("hash", Verb::Remove, nothing, "was not kept"),
        ("zset", Verb::Remove, nothing, "did not tell the score"),
        ("set", Verb::Add, nothing, "did not tell which"),
        ("list", Verb::RemoveValue, nothing, "was not kept"),
        (
            "list",
            Verb::RemoveValue,
            too_long,
            "more than 1000 elements",
        ),
        ("string", Verb::Reset, nothing, "did not tell"),
        ("stream", Verb::Edit, nothing, "cannot change this type"),
    ] {
        let row = row(&["a", "b"], 0);
        let typed = [b"x".to_vec(), b"0".to_vec()];
        let touched = Touched::by(&"k".into(), kind, verb, Some(&row), &typed, told);
        let said = touched.unwrap_err().to_string();
        assert!(said.contains(why), "{kind} {verb:?}: {said}");
    }
}

#[test]
fn an_undo_never_lengthens_a_life() {
    let at = |was: i64, is: i64| {
        let reads = |at| vec![Reply::Int(at), Reply::Nil, Reply::Nil];
        let (before, after) = (reads(was), reads(is));
        let told = Told {
            before: &before,
            steps: &[Reply::Int(1)],
            after: &after,
        };
        Past::expiry(&"k".into(), told).unwrap()
    };
    assert_eq!(
        told(&at(FAR, -1).back(0)),
        "PTTL k=-1 ? PEXPIREAT k 4102444800000"
    );
    assert_eq!(
        told(&at(-1, FAR).back(0)),
        "PEXPIRETIME k=4102444800000 ? PERSIST k"
    );
    assert!(
        at(FAR, -1)
            .back(FAR)
            .unwrap_err()
            .0
            .contains("would delete")
    );
    let emptied = Past::Value(Touched {
        key: "k".into(),
        kind: "set",
        deeds: Vec::new(),
        emptied: Some(Life::Until(FAR)),
    });
    assert!(
        emptied
            .back(FAR)
            .unwrap_err()
            .0
            .contains("would have expired")
    );
    let kept = |life| Kept {
        key: "k".into(),
        payload: Vec::new(),
        life,
    };
    let (old, young) = (kept(Life::Until(FAR)), kept(Life::Forever));
    let gone = |kept: &[&Kept]| Past::Gone {
        kept: kept.iter().copied().cloned().collect(),
        lost: 0,
    };
    assert!(gone(&[&old]).back(FAR).is_err());
    assert_eq!(
        gone(&[&old, &young]).back(FAR),
        Ok(Back::Restore(vec![young]))
    );
}

#[test]
fn keys_that_were_made_are_known_by_what_they_were_made_of() {
    for (kind, typed, expected) in [
        (
            "string",
            &["v"][..],
            "TYPE k=string, STRLEN k=1, GETRANGE k 0 0=v ? UNLINK k",
        ),
        (
            "hash",
            &["f", "v"],
            "TYPE k=hash, HLEN k=1, HSTRLEN k f=1, HGET k f=v ? UNLINK k",
        ),
        (
            "list",
            &["e"],
            "TYPE k=list, LLEN k=1, LINDEX k 0=e ? UNLINK k",
        ),
        (
            "set",
            &["m"],
            "TYPE k=set, SCARD k=1, SISMEMBER k m=1 ? UNLINK k",
        ),
        (
            "zset",
            &["0.1", "m"],
            "TYPE k=zset, ZCARD k=1, ZSCORE k m=0.1 ? UNLINK k",
        ),
    ] {
        let typed: Vec<Vec<u8>> = typed.iter().map(|text| text.as_bytes().to_vec()).collect();
        let past = Past::created(&"k".into(), kind, &typed).unwrap();
        assert_eq!(told(&past.back(0)), expected);
    }
    let renamed = Past::Name {
        was: "a".into(),
        is: "b".into(),
    };
    assert_eq!(told(&renamed.back(0)), " ? RENAMENX b a");
}

#[test]
fn what_takes_back_reads_what_its_own_undo_needs() {
    let change = whole::unlink_kept(&"k".into());
    let reads: Vec<String> = change
        .reads
        .before
        .iter()
        .map(|read| read.cmd.cli())
        .collect();
    assert_eq!(reads, ["PEXPIRETIME k", "TIME", "PTTL k", "DUMP k"]);
    let change = ttl::change(&"k".into(), &ttl::Ttl::Never);
    assert_eq!(change.reads.before, change.reads.after);
}

#[test]
fn a_value_that_is_kept_is_not_shown() {
    let kept = Kept {
        key: "k".into(),
        payload: b"secret".to_vec(),
        life: Life::Forever,
    };
    assert!(!format!("{kept:?}").contains("115"), "{kept:?}");
    assert_eq!(format!("{kept:?}"), "Kept(k, 6 bytes, Forever)");
}
