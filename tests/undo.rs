//! Every change that can be made is turned round exactly, and its undo as well: random ones, against real servers.
//!
//! Besides the `redis-server` on the path, those named in `KEYGROVE_SERVERS` (paths, `:` between) are tried;
//! `PROPTEST_CASES` tries more changes.
#![allow(clippy::unwrap_used, clippy::panic)]
use std::path::PathBuf;

use common::Server;
use keygrove::model::Key;
use keygrove::model::change::{Change, Outcome};
use keygrove::model::kinds::{self, Look, Verb};
use keygrove::model::undo::{Back, Past, Touched};
use keygrove::server::{Answer, Consent, Request};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use room::Room;

mod common;
#[path = "common/room.rs"]
mod room;

/// Changes that are tried on each server, unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 500;
/// When the key goes, if it does.
const UNTIL: i64 = 4_102_444_800_000;

fn programs() -> Vec<PathBuf> {
    let more = std::env::var_os("KEYGROVE_SERVERS").unwrap_or_default();
    let mut programs = vec![PathBuf::from("redis-server")];
    programs.extend(std::env::split_paths(&more).filter(|path| !path.as_os_str().is_empty()));
    programs
}

/// A value, what is done to it, and how.
#[derive(Clone, Debug)]
struct Case {
    kind: &'static str,
    /// Fields, members or elements; few, so that they meet.
    held: Vec<(u8, String)>,
    verb: Verb,
    row: prop::sample::Index,
    typed: (u8, String),
    side: bool,
    count: i8,
    lives: bool,
}

fn case() -> impl Strategy<Value = Case> {
    use Verb::{Add, Edit, Increment, Pop, Remove, RemoveValue, Rename, Reset};
    let verbs = [
        Add,
        Edit,
        Increment,
        Pop,
        Remove,
        RemoveValue,
        Rename,
        Reset,
    ];
    let value = || {
        prop_oneof![
            "-?[1-9][0-9]{0,3}",
            "-?[0-9]{1,2}\\.[0-9]{1,2}",
            "[ab]{1,3}"
        ]
    };
    (
        prop::sample::select(&["string", "hash", "list", "set", "zset"][..]),
        prop::collection::vec((0_u8..6, value()), 1..6),
        prop::sample::select(verbs.to_vec()),
        any::<prop::sample::Index>(),
        (0_u8..6, value()),
        any::<bool>(),
        -2_i8..3,
        any::<bool>(),
    )
        .prop_map(|(kind, held, verb, row, typed, side, count, lives)| Case {
            kind,
            held,
            verb,
            row,
            typed,
            side,
            count,
            lives,
        })
}

impl Case {
    fn stock(&self, server: &Server) {
        server.redis(&["DEL", "k"]);
        for (name, value) in &self.held {
            let name = format!("n{name}");
            let score = value.parse::<f64>().unwrap_or(0.5).to_string();
            match self.kind {
                "string" => server.redis(&["SET", "k", value]),
                "hash" => server.redis(&["HSET", "k", &name, value]),
                "list" => server.redis(&["RPUSH", "k", &name]),
                "set" => server.redis(&["SADD", "k", &name]),
                _ => server.redis(&["ZADD", "k", &score, &name]),
            };
        }
        if self.lives && self.kind == "hash" {
            // A field's own expiry, where the server knows such a thing.
            let field = format!("n{}", self.held[0].0);
            let until = (UNTIL - 1).to_string();
            server.redis(&["HPEXPIREAT", "k", &until, "FIELDS", "1", &field]);
        }
        if self.lives {
            server.redis(&["PEXPIREAT", "k", &UNTIL.to_string()]);
        }
    }

    fn typed(&self) -> Vec<Vec<u8>> {
        let name = format!("n{}", self.typed.0);
        let side = if self.side { "head" } else { "tail" };
        let (value, count) = (self.typed.1.clone(), self.count.to_string());
        let typed = match (self.kind, self.verb) {
            ("list", Verb::Add) => vec![side.into(), name],
            ("list", Verb::Pop) => vec![side.into()],
            ("list", Verb::RemoveValue) => vec![name, count],
            ("set", Verb::Add) => vec![format!("{name}\nn1\n{value}\n{name}")],
            (_, Verb::Increment) | ("hash" | "string" | "zset", Verb::Edit) => vec![value],
            ("zset", Verb::Add) => vec![value, name],
            ("hash", Verb::Add) => vec![name, value],
            _ => vec![name],
        };
        typed.into_iter().map(String::into_bytes).collect()
    }
}

/// All that the key holds, and when it goes.
fn all(server: &Server) -> (String, i64) {
    let kind = server.redis(&["TYPE", "k"]);
    let sorted = |text: String| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    };
    let held = match kind.as_str() {
        "string" => server.redis(&["GET", "k"]),
        "hash" => {
            let fields = ["n0", "n1", "n2", "n3", "n4", "n5"];
            let ask = [&["HPEXPIRETIME", "k", "FIELDS", "6"][..], &fields].concat();
            sorted(server.redis(&["HGETALL", "k"])) + "\n" + &server.redis(&ask)
        }
        "list" => server.redis(&["LRANGE", "k", "0", "-1"]),
        "set" => sorted(server.redis(&["SMEMBERS", "k"])),
        "zset" => server.redis(&["ZRANGE", "k", "0", "-1", "WITHSCORES"]),
        _ => String::new(),
    };
    let until = server.redis(&["PEXPIRETIME", "k"]).parse();
    let left = || match server.redis(&["PTTL", "k"]).parse().unwrap() {
        left @ ..0 => left,
        left => {
            let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
            left + i64::try_from(now.as_millis()).unwrap()
        }
    };
    (format!("{kind}\n{held}"), until.unwrap_or_else(|_| left()))
}

#[track_caller]
fn alike(now: &(String, i64), then: &(String, i64), exact: bool, said: &str) {
    assert_eq!(now.0, then.0, "{said}");
    // Before 7.0 a moment is reckoned; it may be a little early, and never late.
    let slack = if exact { 0..=0 } else { -50..=20 };
    assert!(
        slack.contains(&(now.1 - then.1)),
        "{said}: {now:?} {then:?}"
    );
}

async fn written(room: &mut Room, change: &Change) -> Option<Outcome> {
    let change = change.clone();
    let consent = Consent::Guarded;
    match room.ask(Request::Apply { change, consent }).await {
        Ok(Answer::Applied(outcome)) => Some(outcome),
        _ => None,
    }
}

/// Takes something back, and gives what would take that back.
async fn back(room: &mut Room, past: Past, said: &str) -> Past {
    let Ok(Back::Change { change, .. }) = past.back(0) else {
        panic!("{said}: {past:?}")
    };
    let Some(Outcome::Done(replies)) = written(room, &change).await else {
        panic!("{said}: {change:?}")
    };
    past.turned(change.told(&replies)).expect(said)
}

async fn turn_round(server: &Server, room: &mut Room, case: &Case) {
    case.stock(server);
    let exact = server.redis(&["PEXPIRETIME", "k"]).parse::<i64>().is_ok();
    let (key, kind) = (Key::from("k"), kinds::of(case.kind));
    let Ok(Answer::Seen(seen)) = room
        .ask(Request::Look {
            key: key.clone(),
            look: Look::whole(),
        })
        .await
    else {
        panic!("{case:?}")
    };
    let row = &seen.page.rows[case.row.index(seen.page.rows.len())];
    let typed = case.typed();
    let Ok(change) = kind.change(&key, case.verb, Some(row), &typed) else {
        return;
    };
    let before = all(server);
    let Some(Outcome::Done(replies)) = written(room, &change).await else {
        alike(&all(server), &before, exact, &format!("{case:?}"));
        return;
    };
    let after = all(server);
    let said = format!("{case:?} {before:?} {after:?}");
    let told = change.told(&replies);
    let touched = Touched::by(&key, kind.name(), case.verb, Some(row), &typed, told);
    let past = Past::Value(touched.expect(&said));
    let past = back(room, past, &said).await;
    alike(&all(server), &before, exact, &said);
    let past = back(room, past, &said).await;
    alike(&all(server), &after, exact, &said);
    back(room, past, &said).await;
    alike(&all(server), &before, exact, &said);
}

#[test]
fn a_change_and_what_turns_it_round_leave_all_as_it_was() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for program in programs() {
        let server = Server::of(&program);
        let mut room = runtime.block_on(Room::at(server.target()));
        let cases = std::env::var("PROPTEST_CASES").map_or(CASES, |cases| cases.parse().unwrap());
        let config = ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(cases)
        };
        let room = std::cell::RefCell::new(&mut room);
        TestRunner::new(config)
            .run(&case(), |case| {
                runtime.block_on(turn_round(&server, &mut room.borrow_mut(), &case));
                Ok(())
            })
            .unwrap_or_else(|why| panic!("{}: {why}", program.display()));
    }
}
