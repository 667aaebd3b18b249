//! A value that is dumped, read and rebuilt is the same value, on every server at hand.
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use keygrove::model::dump::{self, Contents, Field, Member};
use keygrove::model::{Cmd, Key, Reply};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::server::{Client, Protocol, Server};

/// A time no test lives to see: the year 2100 and after.
const LATER: std::ops::Range<u64> = 4_102_444_800_000..9_000_000_000_000;

/// Limits between the encodings, so that few elements make each of them. Not every server has every name.
const LIMITS: &[(&str, &[&str])] = &[
    ("hash-max-ziplist-entries", &["0", "8", "512"]),
    ("hash-max-ziplist-value", &["64", "100000"]),
    ("zset-max-ziplist-entries", &["0", "8", "128"]),
    ("zset-max-ziplist-value", &["64", "100000"]),
    ("set-max-listpack-entries", &["0", "8", "128"]),
    ("set-max-intset-entries", &["0", "512"]),
    ("list-max-ziplist-size", &["-2", "-1", "1", "7"]),
    ("list-compress-depth", &["0", "1"]),
    ("rdbcompression", &["yes", "no"]),
];

/// Elements at the edges of every way to write one.
fn element() -> impl Strategy<Value = Vec<u8>> {
    let edge = prop::sample::select(vec![
        0_u32, 3, 4, 6, 7, 8, 12, 13, 15, 16, 23, 24, 31, 32, 47, 63,
    ]);
    let number = (edge, -2..3_i64, any::<bool>()).prop_map(|(bit, near, minus)| {
        let number = (1_i64 << bit).wrapping_add(near);
        let number = if minus { number.wrapping_neg() } else { number };
        number.to_string().into_bytes()
    });
    let length = prop::sample::select(vec![
        0, 1, 10, 11, 20, 21, 62, 63, 64, 65, 126, 127, 253, 254, 4095, 4096,
    ]);
    let same = (any::<u8>(), length).prop_map(|(byte, length)| vec![byte; length]);
    let text = prop::collection::vec(prop::sample::select(b"ab \xff\x00\r\n1-".to_vec()), 0..300);
    prop_oneof![
        4 => number,
        4 => prop::collection::vec(any::<u8>(), 0..30),
        1 => text,
        1 => same,
        1 => prop::collection::vec(any::<u8>(), 1..60).prop_map(|bytes| bytes.repeat(400)),
    ]
}

fn score() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<i32>().prop_map(f64::from),
        any::<f64>().prop_filter("no score", |score| !score.is_nan()),
        prop::sample::select(vec![
            0.0,
            0.1,
            f64::INFINITY,
            f64::NEG_INFINITY,
            1e17,
            f64::MIN_POSITIVE
        ]),
    ]
}

/// What differs goes into a set, with something to each: (name, value, expiry, score).
type Parts = BTreeMap<Vec<u8>, (Vec<u8>, Option<u64>, f64)>;

fn contents() -> impl Strategy<Value = Contents> {
    let count = || prop_oneof![8 => 1..12_usize, 1 => 100..500_usize];
    let list = count().prop_flat_map(|count| prop::collection::vec(element(), count));
    let part = || {
        (
            element(),
            (element(), prop::option::weighted(0.3, LATER), score()),
        )
    };
    let parts = || {
        let parts = count().prop_flat_map(move |count| prop::collection::vec(part(), count));
        parts.prop_map(|parts| parts.into_iter().collect::<Parts>())
    };
    let number = (any::<i64>(), 0..64_u32).prop_map(|(number, less)| number >> less);
    let numbers = prop::collection::vec(number, 1..20).prop_map(|numbers: Vec<i64>| {
        let digits = numbers
            .into_iter()
            .map(|number| number.to_string().into_bytes());
        digits.collect::<BTreeSet<_>>().into_iter().collect()
    });
    let big = prop::collection::vec(any::<u8>(), 0..100).prop_map(|bytes| bytes.repeat(1000));
    prop_oneof![
        element().prop_map(Contents::String),
        big.prop_map(Contents::String),
        list.prop_map(Contents::List),
        parts().prop_map(|parts| Contents::Set(parts.into_keys().collect())),
        numbers.prop_map(Contents::Set),
        parts().prop_map(hash),
        parts().prop_map(zset),
    ]
}

fn hash(parts: Parts) -> Contents {
    let field = |(name, (value, expire_at_ms, _))| Field {
        name,
        value,
        expire_at_ms,
    };
    Contents::Hash(parts.into_iter().map(field).collect())
}

fn zset(parts: Parts) -> Contents {
    let member = |(name, (_, _, score))| Member { name, score };
    Contents::Zset(parts.into_iter().map(member).collect())
}

/// Contents that compare, whatever order they came in.
#[derive(PartialEq, Debug)]
enum Sorted {
    Same(Contents),
    Set(BTreeSet<Vec<u8>>),
    Hash(BTreeMap<Vec<u8>, (Vec<u8>, Option<u64>)>),
    Zset(BTreeMap<Vec<u8>, f64>),
}

fn sorted(contents: Contents) -> Sorted {
    match contents {
        Contents::Set(items) => Sorted::Set(items.into_iter().collect()),
        Contents::Hash(fields) => Sorted::Hash(
            fields
                .into_iter()
                .map(|field| (field.name, (field.value, field.expire_at_ms)))
                .collect(),
        ),
        Contents::Zset(members) => Sorted::Zset(
            members
                .into_iter()
                .map(|member| (member.name, member.score))
                .collect(),
        ),
        same => Sorted::Same(same),
    }
}

/// What the server says that the key holds: read at once, as the test made it no bigger than that.
fn held(client: &mut Client, key: &Key, expiring: bool) -> Contents {
    let mut ask = |name: &str, rest: &[&str]| {
        let cmd = Cmd::new(name).arg(key.bytes());
        let reply = client.send(&rest.iter().fold(cmd, Cmd::arg));
        match reply {
            Reply::Array(items) => items
                .iter()
                .map(|item| item.bytes().unwrap().to_vec())
                .collect(),
            Reply::Bytes(bytes) => vec![bytes],
            Reply::Status(text) => vec![text.into_bytes()],
            other => panic!("{other:?}"),
        }
    };
    let kind = String::from_utf8(ask("TYPE", &[]).concat()).unwrap();
    let pairs = |items: Vec<Vec<u8>>| -> Vec<[Vec<u8>; 2]> { items.as_chunks::<2>().0.to_vec() };
    match kind.as_str() {
        "string" => Contents::String(ask("GET", &[]).concat()),
        "list" => Contents::List(ask("LRANGE", &["0", "-1"])),
        "set" => Contents::Set(ask("SMEMBERS", &[])),
        "zset" => {
            let member = |[name, score]: [Vec<u8>; 2]| Member {
                name,
                score: String::from_utf8(score).unwrap().parse().unwrap(),
            };
            Contents::Zset(
                pairs(ask("ZRANGE", &["0", "-1", "WITHSCORES"]))
                    .into_iter()
                    .map(member)
                    .collect(),
            )
        }
        "hash" => {
            let pairs = pairs(ask("HGETALL", &[]));
            let field = |[name, value]: [Vec<u8>; 2]| {
                let expire_at_ms = expiring.then(|| field_expiry(client, key, &name)).flatten();
                Field {
                    name,
                    value,
                    expire_at_ms,
                }
            };
            Contents::Hash(pairs.into_iter().map(field).collect())
        }
        other => panic!("{other}"),
    }
}

fn field_expiry(client: &mut Client, key: &Key, name: &[u8]) -> Option<u64> {
    let cmd = Cmd::new("HPEXPIRETIME")
        .arg(key.bytes())
        .arg("FIELDS")
        .num(1)
        .arg(name);
    u64::try_from(client.send(&cmd).items().unwrap()[0].int().unwrap()).ok()
}

/// When the key goes; servers before 7 only tell in how long.
fn expiry(client: &mut Client, key: &Key, tells: bool) -> i64 {
    let name = if tells { "PEXPIRETIME" } else { "PTTL" };
    client.send(&Cmd::new(name).arg(key.bytes())).int().unwrap()
}

/// Runs these as one transaction, each of which must do its work.
fn transact(client: &mut Client, cmds: &[Cmd]) {
    client.line("MULTI");
    for cmd in cmds {
        client.send(cmd);
    }
    let replies = client.line("EXEC");
    assert_eq!(replies.items().unwrap().len(), cmds.len());
}

/// Makes a key element by element, in its own way.
fn make(client: &mut Client, key: &str, contents: &Contents) {
    let mut each = |cmd: Cmd| {
        client.send(&cmd);
    };
    match contents {
        Contents::String(value) => each(Cmd::new("SET").arg(key).arg(value)),
        Contents::List(items) => items
            .iter()
            .for_each(|item| each(Cmd::new("RPUSH").arg(key).arg(item))),
        Contents::Set(items) => items
            .iter()
            .for_each(|item| each(Cmd::new("SADD").arg(key).arg(item))),
        Contents::Hash(fields) => {
            for field in fields {
                each(Cmd::new("HSET").arg(key).arg(&field.name).arg(&field.value));
                if let Some(at) = field.expire_at_ms {
                    let cmd = Cmd::new("HPEXPIREAT").arg(key).num(at);
                    each(cmd.arg("FIELDS").num(1).arg(&field.name));
                }
            }
        }
        Contents::Zset(members) => {
            for member in members {
                each(
                    Cmd::new("ZADD")
                        .arg(key)
                        .arg(format!("{:e}", member.score))
                        .arg(&member.name),
                );
            }
        }
    }
}

#[test]
fn a_rebuilt_value_is_the_same_value() {
    for server in Server::start_each() {
        let client = RefCell::new(Client::new(&server, Protocol::Resp2));
        let has = |name: &str| {
            let info = client
                .borrow_mut()
                .send(&Cmd::new("COMMAND INFO").arg(name));
            matches!(info.items(), Some([Reply::Array(_)]))
        };
        let (expiring, tells) = (has("hpexpireat"), has("pexpiretime"));
        let limits = LIMITS
            .iter()
            .map(|(_, values)| prop::sample::select(*values));
        let cases = (
            contents(),
            prop::option::of(LATER),
            limits.collect::<Vec<_>>(),
        );
        let config = super::cases::config(256);
        let law = TestRunner::new(config).run(&cases, |(contents, expire_at_ms, limits)| {
            let client = &mut *client.borrow_mut();
            for ((name, _), value) in LIMITS.iter().zip(limits) {
                client.ask(&Cmd::new("CONFIG SET").arg(name).arg(value));
            }
            let contents = if expiring {
                contents
            } else {
                without_expiry(contents)
            };
            let keys = [Key::from("k"), Key::from("copy")];
            client.line("UNLINK k copy");
            make(client, "k", &contents);
            if let Some(at) = expire_at_ms {
                client.line(&format!("PEXPIREAT k {at}"));
            }
            let Reply::Bytes(payload) = client.line("DUMP k") else {
                panic!("a payload")
            };
            let read = dump::read(&payload).unwrap();
            transact(client, &dump::rebuild(&keys[1], &read, expire_at_ms));
            let [one, other] = keys
                .each_ref()
                .map(|key| sorted(held(client, key, expiring)));
            prop_assert_eq!(&one, &other);
            prop_assert_eq!(one, sorted(read));
            let [one, other] = keys.each_ref().map(|key| expiry(client, key, tells));
            let apart = if tells { 0 } else { 10_000 };
            prop_assert!(one.abs_diff(other) <= apart, "{} {}", one, other);
            prop_assert_eq!(expire_at_ms.is_some(), other > 0);
            Ok(())
        });
        law.unwrap();
    }
}

fn without_expiry(contents: Contents) -> Contents {
    match contents {
        Contents::Hash(fields) => Contents::Hash(
            fields
                .into_iter()
                .map(|field| Field {
                    expire_at_ms: None,
                    ..field
                })
                .collect(),
        ),
        other => other,
    }
}
