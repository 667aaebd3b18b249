//! What the kinds' commands do on a real server.
use std::collections::{BTreeMap, BTreeSet};

use keygrove::model::change::Change;
use keygrove::model::kinds::{self, Look, Order, Page, Verb};
use keygrove::model::{Key, Pattern, Reply};

use super::server::{Client, Protocol, Server};

impl Client {
    fn page(&mut self, kind: &str, key: &Key, look: &Look) -> Page {
        let kind = kinds::of(kind);
        let replies: Vec<Reply> = kind
            .page(key, look)
            .iter()
            .map(|cmd| self.send(cmd))
            .collect();
        kind.read(look, &replies).unwrap()
    }

    /// All rows of a value, page by page: cells by place.
    fn walk(&mut self, kind: &str, key: &Key, mut look: Look) -> Vec<Vec<Vec<u8>>> {
        let mut rows = Vec::new();
        loop {
            let page = self.page(kind, key, &look);
            rows.extend(page.rows.into_iter().map(|row| row.cells));
            match page.next {
                Some(next) => look.from = Some(next),
                None => return rows,
            }
        }
    }

    /// Does a change when its guard holds and tells whether it did what it should.
    fn apply(&mut self, change: &Change) -> bool {
        let mut checks = change.guard.iter().flat_map(|guard| &guard.checks);
        let holds = checks.all(|check| {
            let reply = self.send(&check.cmd);
            reply == check.expect
                || (reply.score().is_some() && reply.score() == check.expect.score())
        });
        holds
            && change
                .cmds
                .iter()
                .all(|step| step.fell_short(&self.send(&step.cmd)).is_none())
    }

    /// Does a verb to the row that holds this text, if any.
    fn act(&mut self, kind: &str, verb: Verb, on: Option<&str>, typed: &[&str]) -> bool {
        let key = Key::from("k");
        let row = on.map(|text| {
            let rows = self.page(kind, &key, &whole()).rows;
            rows.into_iter()
                .find(|row| row.cells.iter().any(|cell| cell == text.as_bytes()))
                .unwrap()
        });
        let typed: Vec<Vec<u8>> = typed.iter().map(|text| text.as_bytes().to_vec()).collect();
        let change = kinds::of(kind)
            .change(&key, verb, row.as_ref(), &typed)
            .unwrap();
        self.apply(&change)
    }

    /// The value as one line: rows sorted, cells joined.
    fn value(&mut self, kind: &str) -> String {
        let mut rows: Vec<String> = self
            .walk(kind, &"k".into(), whole())
            .iter()
            .map(|cells| {
                cells
                    .iter()
                    .map(|cell| String::from_utf8_lossy(cell))
                    .collect::<Vec<_>>()
                    .join("=")
            })
            .collect();
        if kind != "list" {
            rows.sort();
        }
        rows.join(" ")
    }
}

fn whole() -> Look {
    Look {
        filter: None,
        order: Order::Ascending,
        scores: None,
        from: None,
        count: 100,
    }
}

#[test]
fn pages_make_the_whole_value() {
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        pages_make_the_whole_value_in(protocol);
    }
}

fn pages_make_the_whole_value_in(protocol: Protocol) {
    let server = Server::start();
    let mut client = Client::new(&server, protocol);
    let names: Vec<String> = (0..1000).map(|number| format!("n{number:03}")).collect();
    for name in &names {
        client.line(&format!("HSET hash {name} v"));
        client.line(&format!("RPUSH list {name}"));
        client.line(&format!("SADD set {name}"));
        client.line(&format!("ZADD zset {} {name}", &name[1..]));
        client.line(&format!("APPEND string {name}"));
    }
    let small = || Look {
        count: 7,
        ..whole()
    };
    let filtered = || Look {
        filter: Some(Pattern::new(b"n12?").unwrap()),
        ..small()
    };
    for (kind, cell) in [("hash", 0), ("list", 0), ("set", 0), ("zset", 1)] {
        let mut count = |look| {
            let mut seen = BTreeMap::new();
            for cells in client.walk(kind, &kind.into(), look) {
                *seen.entry(cells[cell].clone()).or_insert(0) += 1;
            }
            seen.into_keys()
                .map(|name| String::from_utf8(name).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(count(small()), names, "{kind}");
        assert_eq!(count(filtered()), names[120..130], "{kind}");
    }
    let bytes: Vec<u8> = client
        .walk("string", &"string".into(), small())
        .concat()
        .concat();
    assert_eq!(bytes, names.concat().into_bytes());
    let scores = Some(("(100".to_owned(), "128".to_owned()));
    let look = Look {
        scores,
        order: Order::Descending,
        ..small()
    };
    let rows = client.walk("zset", &"zset".into(), look.clone());
    assert_eq!(rows.len(), 28);
    assert_eq!(rows[0], [b"128".to_vec(), b"n128".to_vec()]);
    assert_eq!(
        client
            .walk(
                "zset",
                &"zset".into(),
                Look {
                    filter: filtered().filter,
                    ..look
                }
            )
            .len(),
        9
    );
}

#[test]
fn verbs_do_what_they_say_and_keep_the_expiry() {
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        verbs_do_what_they_say_and_keep_the_expiry_in(protocol);
    }
}

fn verbs_do_what_they_say_and_keep_the_expiry_in(protocol: Protocol) {
    use Verb::{Add, Create, Edit, Increment, Pop, Remove, RemoveValue, Rename, Reset};
    let server = Server::start();
    let mut client = Client::new(&server, protocol);
    for (kind, create, acts) in [
        (
            "string",
            &["a"][..],
            &[
                (Edit, Some("a"), &["41"][..], "41"),
                (Increment, Some("41"), &["1"], "42"),
                (Increment, Some("42"), &["0.5"], "42.5"),
                (Edit, Some("42.5"), &["7"], "7"),
                (Reset, Some("7"), &[], "0"),
                (Edit, Some("0"), &[""], ""),
                (Edit, Some(""), &["b"], "b"),
            ][..],
        ),
        (
            "hash",
            &["f", "1"],
            &[
                (Add, None, &["g", "x"], "f=1 g=x"),
                (Edit, Some("g"), &["y"], "f=1 g=y"),
                (Rename, Some("g"), &["h"], "f=1 h=y"),
                (Increment, Some("f"), &["2"], "f=3 h=y"),
                (Increment, Some("f"), &["0.5"], "f=3.5 h=y"),
                (Remove, Some("f"), &[], "h=y"),
                (Rename, Some("h"), &["i"], "i=y"),
            ],
        ),
        (
            "list",
            &["b"],
            &[
                (Add, None, &["head", "a"], "a b"),
                (Add, None, &["tail", "c"], "a b c"),
                (Edit, Some("b"), &["a"], "a a c"),
                (Remove, Some("c"), &[], "a a"),
                (Add, None, &["tail", "z"], "a a z"),
                (RemoveValue, None, &["a", "-1"], "a z"),
                (Pop, None, &["head"], "z"),
            ],
        ),
        (
            "set",
            &["a"],
            &[
                (Add, None, &["b\nc"], "a b c"),
                (Edit, Some("a"), &["d"], "b c d"),
                (Remove, Some("b"), &[], "c d"),
            ],
        ),
        (
            "zset",
            &["0.1", "m"],
            &[
                (Add, None, &["1", "n"], "0.1=m 1=n"),
                (Edit, Some("m"), &["-inf"], "-inf=m 1=n"),
                (Edit, Some("m"), &["0.1"], "0.1=m 1=n"),
                (Increment, Some("n"), &["-1"], "0.1=m 0=n"),
                (Remove, Some("n"), &[], "0.1=m"),
            ],
        ),
    ] {
        client.line("DEL k");
        assert!(client.act(kind, Create, None, create), "{kind}");
        assert!(
            !client.act(kind, Create, None, create),
            "{kind} is not made twice"
        );
        client.line("EXPIRE k 1000");
        for (verb, on, typed, value) in acts {
            assert!(
                client.act(kind, *verb, *on, typed),
                "{kind} {verb:?} {typed:?}"
            );
            let shown = client.value(kind);
            assert_eq!(
                shown.split(' ').collect::<BTreeSet<_>>(),
                value.split(' ').collect(),
                "{kind} {verb:?}"
            );
        }
        assert!(
            client.line("TTL k").int().unwrap() > 900,
            "{kind} lost its expiry"
        );
    }
}

#[test]
fn nothing_is_done_to_what_has_changed() {
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        nothing_is_done_to_what_has_changed_in(protocol);
    }
}

fn nothing_is_done_to_what_has_changed_in(protocol: Protocol) {
    use Verb::{Add, Edit, Increment, Pop, Remove, RemoveValue, Rename, Reset};
    let server = Server::start();
    let mut client = Client::new(&server, protocol);
    let seen = |cells: &[&str]| kinds::Row {
        cells: cells.iter().map(|cell| cell.as_bytes().to_vec()).collect(),
        at: 0,
        left: None,
    };
    for (kind, verb, row, typed, now) in [
        ("string", Edit, seen(&["a"]), &["b"][..], "SET k x"),
        ("string", Edit, seen(&["a"]), &["b"], "RPUSH k a"),
        ("string", Increment, seen(&["1"]), &["1"], "PING"),
        ("string", Reset, seen(&["1"]), &[], "PING"),
        ("hash", Add, seen(&["f", "1"]), &["g", "1"], "PING"),
        ("hash", Add, seen(&["f", "1"]), &["f", "2"], "HSET k f 1"),
        ("hash", Edit, seen(&["f", "1"]), &["2"], "HSET k f x"),
        ("hash", Rename, seen(&["f", "1"]), &["g"], "HSET k f 1 g 1"),
        ("hash", Increment, seen(&["f", "1"]), &["1"], "HSET k g 1"),
        ("hash", Remove, seen(&["f", "1"]), &[], "HSET k g 1"),
        ("list", Add, seen(&["a"]), &["head", "b"], "PING"),
        ("list", Pop, seen(&["a"]), &["head"], "PING"),
        ("list", Edit, seen(&["a"]), &["b"], "RPUSH k x a"),
        ("list", Remove, seen(&["a"]), &[], "RPUSH k x a"),
        ("list", RemoveValue, seen(&["a"]), &["a", "0"], "RPUSH k x"),
        ("set", Add, seen(&["a"]), &["b"], "PING"),
        ("set", Edit, seen(&["a"]), &["b"], "SADD k a b"),
        ("set", Edit, seen(&["a"]), &["b"], "SADD k x"),
        ("set", Remove, seen(&["a"]), &[], "SADD k x"),
        ("zset", Add, seen(&["1", "m"]), &["2", "m"], "ZADD k 1 m"),
        ("zset", Edit, seen(&["1", "m"]), &["2"], "ZADD k 3 m"),
        ("zset", Increment, seen(&["1", "m"]), &["2"], "ZADD k 1 x"),
        ("zset", Remove, seen(&["1", "m"]), &[], "ZADD k 1 x"),
    ] {
        client.line("DEL k");
        client.line(now);
        let before = client.line("DUMP k");
        let typed: Vec<Vec<u8>> = typed.iter().map(|text| text.as_bytes().to_vec()).collect();
        let change = kinds::of(kind)
            .change(&"k".into(), verb, Some(&row), &typed)
            .unwrap();
        assert!(!client.apply(&change), "{kind} {verb:?} after {now}");
        assert_eq!(client.line("DUMP k"), before, "{kind} {verb:?} after {now}");
    }
}
