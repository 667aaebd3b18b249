//! The exact commands of every look and verb, and the forms they come from.
use super::Verb::{Add, Create, Edit, Increment, Pop, Remove, RemoveValue, Rename, Reset};
use super::*;
use crate::model::change::{Check, Expect, Stakes, Step};
use crate::model::printed::print;

fn look() -> Look {
    Look {
        filter: None,
        order: Order::Ascending,
        scores: None,
        from: None,
        count: 10,
    }
}

fn row(cells: &[&str], at: u64) -> Row {
    Row::new(
        cells.iter().map(|cell| cell.as_bytes().to_vec()).collect(),
        at,
    )
}

fn lines(cmds: &[Cmd]) -> String {
    cmds.iter().map(Cmd::cli).collect::<Vec<_>>().join("; ")
}

fn text(bytes: &str) -> Reply {
    Reply::Bytes(bytes.into())
}

fn texts(items: &[&str]) -> Reply {
    Reply::Array(items.iter().map(|item| text(item)).collect())
}

/// A change as text: `checks ? steps`, `!` before what is confirmed first, `~` after steps that may do nothing.
fn changed(kind: &str, verb: Verb, row: Option<&Row>, typed: &[&str]) -> String {
    let typed: Vec<Vec<u8>> = typed.iter().map(|text| text.as_bytes().to_vec()).collect();
    let change = match of(kind).change(&"k".into(), verb, row, &typed) {
        Ok(change) => change,
        Err(refusal) => return format!("{}: {refusal}", refusal.field),
    };
    let stakes = if change.stakes == Stakes::Destructive {
        "! "
    } else {
        ""
    };
    let checks = change.guard.map_or_else(String::new, |guard| {
        let check = |check: &Check| format!("{}={}", check.cmd.cli(), plain(&check.expect));
        format!(
            "{} ? ",
            guard
                .checks
                .iter()
                .map(check)
                .collect::<Vec<_>>()
                .join(", ")
        )
    });
    let step = |step: &Step| match step.expect {
        Expect::Any => step.cmd.cli(),
        Expect::Done(_) => format!("{} ~", step.cmd.cli()),
    };
    let steps = change.cmds.iter().map(step).collect::<Vec<_>>().join("; ");
    format!("{stakes}{checks}{steps}")
}

fn plain(reply: &Reply) -> String {
    match reply {
        Reply::Bytes(bytes) => print(bytes),
        Reply::Status(text) => text.clone(),
        Reply::Int(number) => number.to_string(),
        Reply::Double(number) => format!("{number}f"),
        other => format!("{other:?}"),
    }
}

/// Checks which commands each verb becomes: verb, row, typed, and what [`changed`] says.
fn check(kind: &str, table: &[(Verb, Option<&Row>, &[&str], &str)]) {
    for (verb, row, typed, expected) in table {
        assert_eq!(
            changed(kind, *verb, *row, typed),
            *expected,
            "{kind} {verb:?} {typed:?}"
        );
    }
}

#[test]
fn strings_are_changed_as_a_whole() {
    let (old, number, empty) = (row(&["old"], 0), row(&["41"], 0), row(&[""], 0));
    let slice = row(&["old"], 3);
    check(
        "string",
        &[
            (Create, None, &["v"], "SET k v NX ~"),
            (
                Edit,
                Some(&old),
                &["new"],
                "TYPE k=string, STRLEN k=3, GETRANGE k 0 2=old ? SET k new KEEPTTL XX ~",
            ),
            (
                Edit,
                Some(&empty),
                &["new"],
                "TYPE k=string, STRLEN k=0 ? SET k new KEEPTTL XX ~",
            ),
            (
                Edit,
                Some(&old),
                &["old"],
                "0: unchanged: there is nothing to save",
            ),
            (
                Edit,
                Some(&slice),
                &["new"],
                "0: only a part of this value is shown, so it cannot be saved as a whole",
            ),
            (
                Increment,
                Some(&number),
                &["-5"],
                "TYPE k=string ? INCRBY k -5",
            ),
            (
                Increment,
                Some(&number),
                &["0.5"],
                "TYPE k=string ? INCRBYFLOAT k 0.5",
            ),
            (
                Increment,
                Some(&old),
                &["1"],
                "0: this value is not a number",
            ),
            (
                Reset,
                Some(&number),
                &[],
                "! TYPE k=string ? SET k 0 KEEPTTL XX ~",
            ),
            (
                Reset,
                Some(&old),
                &[],
                "0: this value is not a counter: it is no whole number",
            ),
            (
                Pop,
                None,
                &[],
                "0: keygrove cannot pop from a string like this",
            ),
        ],
    );
}

#[test]
fn hashes_are_changed_by_field() {
    let (old, number) = (row(&["f", "old"], 0), row(&["f", "4.5"], 0));
    check(
        "hash",
        &[
            (Create, None, &["f", "v"], "EXISTS k=0 ? HSET k f v"),
            (Add, None, &["f", "v"], "TYPE k=hash ? HSETNX k f v ~"),
            (
                Edit,
                Some(&old),
                &["new"],
                "TYPE k=hash, HSTRLEN k f=3, HGET k f=old ? HSET k f new",
            ),
            (
                Rename,
                Some(&old),
                &["g"],
                "TYPE k=hash, HSTRLEN k f=3, HGET k f=old, HEXISTS k g=0 ? HSET k g old; HDEL k f",
            ),
            (
                Rename,
                Some(&old),
                &["f"],
                "0: unchanged: there is nothing to save",
            ),
            (
                Increment,
                Some(&number),
                &["1"],
                "TYPE k=hash, HEXISTS k f=1 ? HINCRBYFLOAT k f 1",
            ),
            (
                Increment,
                Some(&row(&["f", "4"], 0)),
                &["1"],
                "TYPE k=hash, HEXISTS k f=1 ? HINCRBY k f 1",
            ),
            (Remove, Some(&old), &[], "! HDEL k f ~"),
            (Edit, None, &["new"], "0: choose a row first"),
        ],
    );
}

#[test]
fn lists_are_changed_by_index_and_end() {
    let old = row(&["old"], 3);
    check(
        "list",
        &[
            (Create, None, &["v"], "EXISTS k=0 ? RPUSH k v"),
            (Add, None, &["head", "v"], "LPUSHX k v ~"),
            (Add, None, &["tail", "v"], "RPUSHX k v ~"),
            (Add, None, &["left", "v"], "0: choose head or tail"),
            (Pop, None, &["head"], "! LPOP k ~"),
            (Pop, None, &["tail"], "! RPOP k ~"),
            (
                Edit,
                Some(&old),
                &["new"],
                "TYPE k=list, LINDEX k 3=old ? LSET k 3 new",
            ),
            (
                Remove,
                Some(&old),
                &[],
                "! TYPE k=list, LINDEX k 3=old ? LSET k 3 keygrove:removed:3f9c1be27a5d48e0b6647d10c2a98f5e; \
             LREM k 1 keygrove:removed:3f9c1be27a5d48e0b6647d10c2a98f5e",
            ),
            (RemoveValue, None, &["v", "-2"], "! LREM k -2 v ~"),
            (
                RemoveValue,
                None,
                &["v", "all"],
                "1: type how many: 0 for all, 2 for the first two from the head, -2 from the tail",
            ),
        ],
    );
}

#[test]
fn sets_are_changed_by_member() {
    let old = row(&["old"], 0);
    check(
        "set",
        &[
            (Create, None, &["m"], "EXISTS k=0 ? SADD k m"),
            (
                Add,
                None,
                &["a\n\nb c\n"],
                "TYPE k=set ? SADD k a \"b c\" ~",
            ),
            (
                Add,
                None,
                &["\n"],
                "0: type at least one member, each on its own line",
            ),
            (
                Edit,
                Some(&old),
                &["new"],
                "TYPE k=set, SISMEMBER k old=1, SISMEMBER k new=0 ? SADD k new; SREM k old",
            ),
            (Remove, Some(&old), &[], "! SREM k old ~"),
        ],
    );
}

#[test]
fn sorted_sets_are_changed_by_member() {
    let old = row(&["1.5", "m"], 0);
    check(
        "zset",
        &[
            (Create, None, &["1", "m"], "EXISTS k=0 ? ZADD k 1 m"),
            (
                Add,
                None,
                &["-inf", "m"],
                "TYPE k=zset ? ZADD k NX -inf m ~",
            ),
            (
                Add,
                None,
                &["nan", "m"],
                "0: type a score: a number such as 10 or -2.5, inf or -inf",
            ),
            (
                Add,
                None,
                &["1e999", "m"],
                "0: this number is too large for a score; inf stands for infinity",
            ),
            (
                Edit,
                Some(&old),
                &["2"],
                "TYPE k=zset, ZSCORE k m=1.5f ? ZADD k XX CH 2 m ~",
            ),
            (
                Edit,
                Some(&old),
                &["1.50"],
                "0: unchanged: there is nothing to save",
            ),
            (Increment, Some(&old), &["0.1"], "ZADD k XX INCR 0.1 m ~"),
            (Remove, Some(&old), &[], "! ZREM k m ~"),
        ],
    );
}

#[test]
fn other_types_are_not_changed() {
    let old = row(&["old"], 0);
    check(
        "stream",
        &[(
            Edit,
            Some(&old),
            &["v"],
            "0: keygrove cannot edit a value of this type like this",
        )],
    );
}

#[test]
fn forms_have_these_fields() {
    let (old, number) = (row(&["old"], 0), row(&["41"], 0));
    let (field, member) = (row(&["f", "old"], 0), row(&["1.5", "m"], 0));
    for (kind, verb, row, expected) in [
        ("string", Create, None, Some("Value=")),
        ("string", Edit, Some(&old), Some("Value=old")),
        ("string", Edit, None, Some("Value=")),
        ("string", Increment, Some(&number), Some("By=1")),
        ("string", Increment, Some(&old), None),
        ("string", Reset, Some(&number), Some("")),
        ("string", Reset, Some(&old), None),
        ("hash", Create, None, Some("Field=, Value=")),
        ("hash", Add, None, Some("Field=, Value=")),
        ("hash", Edit, Some(&field), Some("Value=old")),
        ("hash", Rename, Some(&field), Some("Name=f")),
        ("hash", Increment, Some(&field), None),
        ("hash", Remove, Some(&field), Some("")),
        ("hash", Remove, None, None),
        ("list", Create, None, Some("Element=")),
        ("list", Add, None, Some("Side=head, Element=")),
        ("list", Pop, None, Some("Side=head")),
        (
            "list",
            RemoveValue,
            Some(&old),
            Some("Element=old, Count (0: all)=0"),
        ),
        ("set", Create, None, Some("Member=")),
        ("set", Add, None, Some("Members=")),
        ("set", Increment, Some(&old), None),
        ("zset", Create, None, Some("Score=, Member=")),
        ("zset", Edit, Some(&member), Some("Score=1.5")),
        ("zset", Increment, Some(&member), Some("By=1")),
        ("stream", Create, None, None),
        ("ReJSON-RL", Edit, Some(&old), None),
    ] {
        let field = |field: &Field| format!("{}={}", field.label, print(&field.initial));
        let form = of(kind)
            .form(verb, row)
            .map(|form| form.iter().map(field).collect::<Vec<_>>().join(", "));
        assert_eq!(form.as_deref(), expected, "{kind} {verb:?}");
    }
}

#[test]
fn a_look_is_these_reads() {
    let filter = || Pattern::new(b"a*").ok();
    let from = |mark| Look {
        from: Some(mark),
        ..look()
    };
    let scores = Some(("(1".to_owned(), "inf".to_owned()));
    for (kind, look, expected) in [
        (
            "string",
            from(Mark::Index(20)),
            "STRLEN k; GETRANGE k 20 1048595",
        ),
        ("hash", look(), "HLEN k; HSCAN k 0 COUNT 10"),
        (
            "hash",
            Look {
                filter: filter(),
                ..from(Mark::Cursor(7))
            },
            "HLEN k; HSCAN k 7 MATCH a* COUNT 10",
        ),
        ("list", look(), "LLEN k; LRANGE k 0 9"),
        (
            "list",
            Look {
                filter: filter(),
                ..from(Mark::Index(10))
            },
            "LLEN k; LRANGE k 10 19",
        ),
        ("set", look(), "SCARD k; SSCAN k 0 COUNT 10"),
        ("zset", look(), "ZCARD k; ZRANGE k 0 9 WITHSCORES"),
        (
            "zset",
            Look {
                order: Order::Descending,
                ..from(Mark::Index(10))
            },
            "ZCARD k; ZREVRANGE k 10 19 WITHSCORES",
        ),
        (
            "zset",
            Look {
                filter: filter(),
                ..look()
            },
            "ZCARD k; ZSCAN k 0 MATCH a* COUNT 10",
        ),
        (
            "zset",
            Look {
                scores: scores.clone(),
                ..look()
            },
            "ZCARD k; ZRANGEBYSCORE k (1 inf WITHSCORES LIMIT 0 10; ZCOUNT k -inf 1; ZCOUNT k (1 inf",
        ),
        (
            "zset",
            Look {
                scores,
                order: Order::Descending,
                ..look()
            },
            "ZCARD k; ZREVRANGEBYSCORE k inf (1 WITHSCORES LIMIT 0 10; ZCOUNT k (inf +inf; ZCOUNT k (1 inf",
        ),
        ("stream", look(), "XLEN k"),
        ("ReJSON-RL", look(), ""),
        ("list", Look { count: 0, ..look() }, "LLEN k; LRANGE k 0 0"),
        (
            "list",
            from(Mark::Index(u64::MAX)),
            "LLEN k; LRANGE k 4611686018427387903 4611686018427387912",
        ),
    ] {
        assert_eq!(lines(&of(kind).page(&"k".into(), &look)), expected);
    }
}

#[test]
fn replies_become_rows() {
    let size = Reply::Int(12);
    let scanned = |cursor: &str, items: &[&str]| Reply::Array(vec![text(cursor), texts(items)]);
    let next = |index| Some(Mark::Index(index));
    for (kind, replies, rows, mark) in [
        (
            "string",
            vec![size.clone(), text("0123456789")],
            vec![row(&["0123456789"], 0)],
            next(10),
        ),
        (
            "string",
            vec![Reply::Int(0), text("")],
            vec![row(&[""], 0)],
            None,
        ),
        (
            "hash",
            vec![size.clone(), scanned("18446744073709551615", &["f", "v"])],
            vec![row(&["f", "v"], 0)],
            Some(Mark::Cursor(u64::MAX)),
        ),
        ("hash", vec![size.clone(), scanned("0", &[])], vec![], None),
        (
            "list",
            vec![size.clone(), texts(&["a", "b"])],
            vec![row(&["a"], 0), row(&["b"], 1)],
            next(2),
        ),
        (
            "list",
            vec![Reply::Int(2), texts(&["a", "b"])],
            vec![row(&["a"], 0), row(&["b"], 1)],
            None,
        ),
        (
            "set",
            vec![size.clone(), scanned("0", &["m"])],
            vec![row(&["m"], 0)],
            None,
        ),
        (
            "zset",
            vec![
                size.clone(),
                texts(&["a", "0.10000000000000001", "b", "-inf"]),
            ],
            vec![row(&["0.1", "a"], 0), row(&["-inf", "b"], 1)],
            next(2),
        ),
        (
            "zset",
            vec![
                size,
                Reply::Array(vec![Reply::Array(vec![text("a"), Reply::Double(1e300)])]),
            ],
            vec![row(&["1e300", "a"], 0)],
            next(1),
        ),
    ] {
        let page = of(kind)
            .read(&look(), &replies)
            .map(|page| (page.rows, page.next));
        assert_eq!(page, Ok((rows, mark)), "{kind}");
    }
}

#[test]
fn a_filtered_list_moves_on_by_what_it_walked() {
    let look = Look {
        filter: Pattern::new(b"b*").ok(),
        from: Some(Mark::Index(5)),
        ..look()
    };
    let page = of("list").read(&look, &[Reply::Int(100), texts(&["a", "b1", "c"])]);
    let expected = Page {
        rows: vec![row(&["b1"], 6)],
        next: Some(Mark::Index(8)),
        total: Some(100),
        span: Some((0, 100)),
    };
    assert_eq!(page, Ok(expected));
}

#[test]
fn odd_replies_are_told_apart() {
    let refused = |code: &str| Reply::Error {
        code: code.into(),
        text: "no".into(),
    };
    let read = |kind: &str, replies: &[Reply]| of(kind).read(&look(), replies);
    let odd = Odd::Refused {
        code: "WRONGTYPE".into(),
        text: "no".into(),
    };
    assert_eq!(
        read("list", &[refused("WRONGTYPE"), refused("WRONGTYPE")]),
        Err(odd)
    );
    assert_eq!(read("list", &[Reply::Int(0), texts(&[])]), Err(Odd::Gone));
    assert_eq!(
        read("hash", &[Reply::Int(1), texts(&["0"])]),
        Err(Odd::Shape("HSCAN"))
    );
    assert_eq!(read("list", &[]), Err(Odd::Shape("LRANGE")));
    // A user who may not ask for the size still sees the rows.
    let page = read("list", &[refused("NOPERM"), texts(&["a"])]);
    assert_eq!(
        page.map(|page| (page.rows.len(), page.next, page.total)),
        Ok((1, None, None))
    );
}

#[test]
fn a_row_is_copied_as_a_command() {
    for (kind, row, expected) in [
        ("string", None, "GET k"),
        ("hash", Some(row(&["f", "v"], 0)), "HGET k f"),
        ("hash", None, "HSCAN k 0 COUNT 100"),
        ("list", Some(row(&["e"], 3)), "LINDEX k 3"),
        ("list", None, "LRANGE k 0 99"),
        ("set", Some(row(&["m"], 0)), "SISMEMBER k m"),
        ("set", None, "SSCAN k 0 COUNT 100"),
        ("zset", Some(row(&["1", "m"], 0)), "ZSCORE k m"),
        ("zset", None, "ZRANGE k 0 99 WITHSCORES"),
        ("stream", None, "XRANGE k - + COUNT 100"),
        ("ReJSON-RL", None, "TYPE k"),
    ] {
        assert_eq!(of(kind).command(&"k".into(), row.as_ref()).cli(), expected);
    }
}

#[test]
fn membership_is_one_cheap_question() {
    for (kind, expected) in [
        ("string", None),
        ("hash", Some("HEXISTS k m")),
        ("list", None),
        ("set", Some("SISMEMBER k m")),
        ("zset", Some("ZSCORE k m")),
        ("stream", None),
    ] {
        let question = of(kind).member(&"k".into(), b"m").map(|cmd| cmd.cli());
        assert_eq!(question.as_deref(), expected, "{kind}");
    }
}

#[test]
fn types_can_look_in_their_own_ways() {
    use Ability::{Filter, Index, Order, Scores};
    for (kind, expected) in [
        ("string", &[][..]),
        ("hash", &[Filter]),
        ("list", &[Index, Filter]),
        ("set", &[Filter]),
        ("zset", &[Order, Scores, Index, Filter]),
        ("stream", &[]),
    ] {
        for ability in [Order, Scores, Index, Filter] {
            assert_eq!(
                of(kind).can(ability),
                expected.contains(&ability),
                "{kind} {ability:?}"
            );
        }
    }
}
