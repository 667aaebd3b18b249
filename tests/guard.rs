//! Writes under guard, the read-only gate, deletions, walks and looks: against real servers.
#![allow(clippy::unwrap_used, clippy::panic)]
use std::collections::HashSet;
use std::time::Instant;

use common::Server;
use keygrove::model::change::{Change, Check, Outcome, Read, Step};
use keygrove::model::kinds::{Look, Order};
use keygrove::model::{Cmd, Key, Pattern, Plight, Reply};
use keygrove::server::{
    Access, Answer, Consent, Event, Fault, Left, Purpose, Request, Seen, Unlinked, Walk,
};
use room::{Room, until};

mod common;
#[path = "common/room.rs"]
mod room;

fn cmd(line: &str) -> Cmd {
    keygrove::model::resp::parse_cli(line).unwrap()
}

fn bytes(text: &str) -> Reply {
    Reply::Bytes(text.as_bytes().to_vec())
}

fn ok() -> Reply {
    Reply::Status("OK".into())
}

fn apply(change: Change) -> Request {
    Request::Apply {
        change,
        consent: Consent::Guarded,
    }
}

/// Sets a string from one value to another, if it still has the first.
fn edit(key: &str, from: &str, to: &str) -> Change {
    let write = Cmd::new("SET").arg(key).arg(to).arg("KEEPTTL");
    Change::plain(&Key::from(key), "saved", vec![Step::any(write)]).guarded(vec![
        Check::kind(&Key::from(key), "string"),
        Check::new(
            Cmd::new("STRLEN").arg(key),
            Reply::Int(i64::try_from(from.len()).unwrap()),
        ),
        Check::new(Cmd::new("GET").arg(key), bytes(from)),
    ])
}

fn applied(answer: Result<Answer, Fault>) -> Outcome {
    let Ok(Answer::Applied(outcome)) = answer else {
        panic!("{answer:?}")
    };
    outcome
}

#[tokio::test]
async fn a_guarded_write_is_made_only_while_the_value_is_unchanged() {
    let server = Server::start();
    server.redis(&["SET", "k", "one", "EX", "1000"]);
    let mut room = Room::at(server.target()).await;
    assert_eq!(
        applied(room.ask(apply(edit("k", "one", "two"))).await),
        Outcome::Done(vec![ok()])
    );
    assert_eq!(server.redis(&["GET", "k"]), "two");
    assert_ne!(server.redis(&["TTL", "k"]), "-1");
    assert_eq!(room.logged("SET").await.result, Ok("OK".into()));
    assert_eq!(room.logged("EXEC").await.result, Ok("1 item".into()));

    let stale = applied(room.ask(apply(edit("k", "one", "three"))).await);
    let kind = Reply::Status("string".into());
    assert_eq!(
        stale,
        Outcome::Conflict(vec![kind.clone(), Reply::Int(3), bytes("two")])
    );
    server.redis(&["DEL", "k"]);
    server.redis(&["HSET", "k", "f", "v"]);
    let other = applied(room.ask(apply(edit("k", "two", "three"))).await);
    assert_eq!(other, Outcome::Conflict(vec![Reply::Status("hash".into())]));
    assert_eq!(server.redis(&["HGET", "k", "f"]), "v");
    server.redis(&["SET", "k", "two"]);
    assert_eq!(
        applied(room.ask(apply(edit("k", "two", "three"))).await),
        Outcome::Done(vec![ok()])
    );
    let named = server
        .redis(&["CLIENT", "LIST"])
        .matches("name=keygrove")
        .count();
    assert_eq!(named, 2, "one shared and one private connection, kept");
}

#[tokio::test]
async fn a_change_by_another_client_between_check_and_write_is_a_conflict() {
    let server = Server::start();
    server.redis(&["SET", "k", "0"]);
    let (mut one, mut two) = (
        Room::at(server.target()).await,
        Room::at(server.target()).await,
    );
    let (mut done, mut conflicts) = (0, 0);
    // Both read the same value and write at the same time: never may both succeed.
    for round in 0..300 {
        let now = server.redis(&["GET", "k"]);
        let (a, b) = (format!("a{round}"), format!("b{round}"));
        let answers = tokio::join!(
            one.ask(apply(edit("k", &now, &a))),
            two.ask(apply(edit("k", &now, &b)))
        );
        let wrote = [(applied(answers.0), a), (applied(answers.1), b)];
        let winners: Vec<_> = wrote
            .iter()
            .filter(|(outcome, _)| matches!(outcome, Outcome::Done(_)))
            .collect();
        assert!(winners.len() <= 1, "{wrote:?}");
        let after = server.redis(&["GET", "k"]);
        assert_eq!(
            after,
            winners.first().map_or(now, |winner| winner.1.clone())
        );
        done += winners.len();
        conflicts += wrote
            .iter()
            .filter(|(outcome, _)| matches!(outcome, Outcome::Conflict(_)))
            .count();
    }
    assert_eq!(done + conflicts, 600);
    assert!(done > 0 && conflicts > 0);
}

#[tokio::test]
async fn a_counter_that_others_add_to_is_added_to_all_the_same() {
    let server = Server::start();
    server.redis(&["SET", "n", "0", "EX", "1000"]);
    let (mut one, mut two) = (
        Room::at(server.target()).await,
        Room::at(server.target()).await,
    );
    let add = || {
        let step = Step::any(cmd("INCRBY n 1"));
        let change = Change::plain(&Key::from("n"), "incremented", vec![step]);
        apply(change.guarded(vec![Check::kind(&Key::from("n"), "string")]))
    };
    // Each touches what the other watches; the guard is about the type alone, and that holds.
    let (mut done, mut conflicts) = (0, 0);
    for _ in 0..200 {
        let (a, b) = tokio::join!(one.ask(add()), two.ask(add()));
        for answer in [a, b] {
            match applied(answer) {
                Outcome::Done(_) => done += 1,
                Outcome::Conflict(_) => conflicts += 1,
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(server.redis(&["GET", "n"]), done.to_string());
    assert_eq!(conflicts, 0, "of {done}");
}

#[tokio::test]
async fn where_the_guard_is_refused_nothing_is_written_without_consent() {
    let server = Server::start();
    for (rules, command) in [
        ("~* +@all -@scripting -watch", "WATCH or EVAL"),
        ("~* +@all -@scripting -multi", "MULTI or EVAL"),
        ("~* +@all -@scripting -exec", "EXEC or EVAL"),
        ("~* +@all -strlen", "STRLEN"),
        ("%W~* +@all", "GET"),
    ] {
        server.redis(&["SET", "k", "one"]);
        server.user("ada", rules);
        let mut room = Room::at(server.target_as("ada")).await;
        let refused = room.ask(apply(edit("k", "one", "two"))).await;
        assert_eq!(
            refused,
            Err(Fault::Unguardable {
                command: command.into()
            }),
            "{rules}"
        );
        assert_eq!(server.redis(&["GET", "k"]), "one");
        let plainly = Request::Apply {
            change: edit("k", "one", "two"),
            consent: Consent::Unguarded,
        };
        assert_eq!(
            applied(room.ask(plainly).await),
            Outcome::Done(vec![ok()]),
            "{rules}"
        );
        assert_eq!(server.redis(&["GET", "k"]), "two");
    }
    server.user("ro", "~* +@read -@dangerous");
    let mut room = Room::at(server.target_as("ro")).await;
    let change = Change::plain(&Key::from("k"), "saved", vec![Step::any(cmd("SET k x"))]);
    let Err(Fault::Denied { command, .. }) = room.ask(apply(change)).await else {
        panic!("a denial")
    };
    assert_eq!(command, "SET");
}

#[tokio::test]
async fn steps_that_fall_short_or_fail_are_told() {
    let server = Server::start();
    server.redis(&["SET", "there", "x"]);
    let mut room = Room::at(server.target()).await;
    let key = Key::from("there");
    let create = |name: &str| {
        vec![
            Step::done(cmd(&format!("SET {name} v NX")), "it exists already"),
            Step::any(cmd(&format!("PEXPIRE {name} 5000"))),
        ]
    };
    let exists = applied(
        room.ask(apply(Change::plain(&key, "made", create("there"))))
            .await,
    );
    assert_eq!(exists, Outcome::Nothing("it exists already"));
    assert_eq!(server.redis(&["TTL", "there"]), "-1");
    let made = applied(
        room.ask(apply(Change::plain(&key, "made", create("new"))))
            .await,
    );
    assert_eq!(made, Outcome::Done(vec![ok(), Reply::Int(1)]));

    let both = vec![Step::any(cmd("SET x 1")), Step::any(cmd("LPUSH there v"))];
    let Err(Fault::Odd(words)) = room.ask(apply(Change::plain(&key, "done", both))).await else {
        panic!("a fault")
    };
    assert!(
        words.contains("another type") && words.contains("1 command of this change was done"),
        "{words}"
    );
    let unknown = vec![Step::any(cmd("SET y 1")), Step::any(cmd("NOSUCH there v"))];
    let Err(Fault::Refused { text, .. }) =
        room.ask(apply(Change::plain(&key, "done", unknown))).await
    else {
        panic!("a fault")
    };
    assert!(
        text.contains("unknown command") && !text.contains("done"),
        "{text}"
    );
    assert_eq!(server.redis(&["EXISTS", "y"]), "0");

    let guarded = vec![Step::any(cmd("SET z 1")), Step::any(cmd("NOSUCH"))];
    let guarded = Change::plain(&key, "done", guarded).guarded(vec![Check::kind(&key, "string")]);
    assert!(matches!(
        room.ask(apply(guarded)).await,
        Err(Fault::Refused { .. })
    ));
    assert_eq!(server.redis(&["EXISTS", "z"]), "0");
}

/// Deletes a field, and reads around it what an undo wants; no server of today knows `NOSUCH`.
fn remembered(field: &str) -> Change {
    let (key, delete) = (Key::from("h"), Cmd::new("HDEL").arg("h").arg(field));
    let value = Cmd::new("HGET").arg("h").arg(field);
    let length = Cmd::new("HSTRLEN").arg("h").arg(field);
    let before = vec![
        Read::small(cmd("NOSUCH h")),
        Read::sized(value, length),
        Read::small(cmd("PEXPIRETIME h")),
    ];
    let after = vec![Read::small(cmd("EXISTS h"))];
    Change::plain(&key, "deleted", vec![Step::any(delete)]).reading(before, after)
}

#[tokio::test]
async fn what_an_undo_wants_is_read_along_and_never_stops_a_change() {
    let server = Server::start();
    let long = "x".repeat(1024 * 1024 + 1);
    server.redis(&["HSET", "h", "a", "1", "b", "2", "c", "3", "long", &long]);
    server.redis(&["PEXPIREAT", "h", "4102444800000"]);
    server.user("ada", "~* +@all -pexpiretime");
    server.user("bob", "~* +@all -multi");
    for (user, field, value, until) in [
        ("default", "a", bytes("1"), Some(4_102_444_800_000)),
        ("default", "long", Reply::Nil, Some(4_102_444_800_000)),
        ("ada", "b", bytes("2"), None),
        ("bob", "c", bytes("3"), Some(4_102_444_800_000)),
    ] {
        let target = match user {
            "default" => server.target(),
            user => server.target_as(user),
        };
        let mut room = Room::at(target).await;
        let change = remembered(field);
        let Outcome::Done(replies) = applied(room.ask(apply(change.clone())).await) else {
            panic!("{user} {field}")
        };
        let told = change.told(&replies);
        assert!(matches!(told.before[0], Reply::Error { .. }), "{told:?}");
        assert_eq!(told.before[1], value, "{user} {field}");
        assert_eq!(told.before[2].int(), until, "{user} {field}");
        assert_eq!(told.steps, [Reply::Int(1)]);
        assert_eq!(told.after[0].int(), Some(i64::from(field != "c")));
        server.redis(&["HSET", "h", "again", "1"]);
        assert!(matches!(
            applied(room.ask(apply(remembered("again"))).await),
            Outcome::Done(_)
        ));
        server.redis(&["PEXPIREAT", "h", "4102444800000"]);
    }
    let denials = server.redis(&["ACL", "LOG"]);
    assert_eq!(denials.matches("\npexpiretime\n").count(), 1, "{denials}");
    assert!(!denials.contains("\n2\n"), "asked once only: {denials}");
}

#[tokio::test]
async fn read_only_sends_no_write_from_anywhere() {
    let server = Server::start();
    server.redis(&["SET", "k", "one"]);
    let mut room = Room::open(Access::ReadOnly);
    room.send(Request::Connect(server.target()));
    room.up().await;
    let refused = |command: &str| {
        Err(Fault::ReadOnly {
            command: command.into(),
        })
    };
    assert_eq!(
        room.ask(apply(edit("k", "one", "two"))).await,
        refused("SET")
    );
    let plain = Change::plain(
        &Key::from("k"),
        "x",
        vec![Step::any(cmd("INCR n")), Step::any(cmd("INCR n"))],
    );
    assert_eq!(room.ask(apply(plain)).await, refused("INCR"));
    assert_eq!(
        room.ask(Request::Question(cmd("EVAL 'return 1' 0"))).await,
        refused("EVAL")
    );
    let ticket = room.send(Request::Unlink(vec![Key::from("k")].into()));
    assert_eq!(
        last_unlinked(&mut room, ticket).await,
        Err(Fault::ReadOnly {
            command: "UNLINK".into()
        })
    );
    let stats = server.redis(&["INFO", "commandstats"]);
    for command in ["watch", "multi", "incr", "eval", "unlink", "del"] {
        assert!(!stats.contains(&format!("cmdstat_{command}:")), "{stats}");
    }
    room.send(Request::Access(Access::ReadWrite));
    assert_eq!(
        applied(room.ask(apply(edit("k", "one", "two"))).await),
        Outcome::Done(vec![ok()])
    );
    room.send(Request::Access(Access::ReadOnly));
    assert_eq!(
        room.ask(apply(edit("k", "two", "one"))).await,
        refused("SET")
    );
    assert_eq!(server.redis(&["GET", "k"]), "two");
}

async fn last_unlinked(
    room: &mut Room,
    ticket: keygrove::server::Ticket,
) -> Result<Unlinked, Fault> {
    loop {
        match room.answer(ticket).await {
            Ok(Answer::Unlinked(so_far)) if !so_far.done => {}
            Ok(Answer::Unlinked(all)) => return Ok(all),
            Err(fault) => return Err(fault),
            Ok(other) => panic!("{other:?}"),
        }
    }
}

fn keys(prefix: &str, count: usize) -> Vec<Key> {
    (0..count)
        .map(|at| Key::from(format!("{prefix}{at}").as_str()))
        .collect()
}

fn fill(server: &Server, prefix: &str, count: usize) {
    let script = format!(
        "for i=0,{} do redis.call('SET', '{prefix}'..i, i) end",
        count - 1
    );
    server.redis(&["EVAL", &script, "0"]);
}

#[tokio::test]
async fn a_refused_key_does_not_keep_its_neighbours_alive() {
    let server = Server::start();
    server.redis(&["SET", "other:1", "x"]);
    fill(&server, "mine:", 1200);
    server.user("ada", "~mine:* +@all -@dangerous");
    let mut room = Room::at(server.target_as("ada")).await;
    let mut names = keys("mine:", 1202);
    names.insert(700, Key::from("other:1"));
    let ticket = room.send(Request::Unlink(names.into()));
    let all = last_unlinked(&mut room, ticket).await.unwrap();
    assert_eq!((all.deleted, all.missing, all.failed.len()), (1200, 2, 1));
    let (key, fault) = &all.failed[0];
    assert_eq!(*key, Key::from("other:1"));
    assert!(matches!(fault, Fault::Denied { command, .. } if command == "key"));
    assert_eq!(server.redis(&["DBSIZE"]), "1");
    let line = room.logged("UNLINK").await;
    assert_eq!(line.cmd.cli(), "UNLINK mine:0");
}

#[tokio::test]
async fn without_unlink_del_does_it_and_without_both_it_says_so() {
    let server = Server::start();
    for (rules, deleted) in [("~* +@all -unlink", true), ("~* +@all -unlink -del", false)] {
        fill(&server, "k:", 10);
        server.user("ada", rules);
        let mut room = Room::at(server.target_as("ada")).await;
        let ticket = room.send(Request::Unlink(keys("k:", 10).into()));
        match last_unlinked(&mut room, ticket).await {
            Ok(all) => assert!(deleted && all.deleted == 10 && all.failed.is_empty()),
            Err(Fault::Denied { command, .. }) => assert!(!deleted && command == "DEL"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_forgotten_deletion_stops_between_batches() {
    let server = Server::start();
    let count = 300_000;
    fill(&server, "k:", count);
    let mut room = Room::at(server.target()).await;
    let ticket = room.send(Request::Unlink(keys("k:", count).into()));
    room.answer(ticket).await.unwrap();
    room.handle.forget(ticket);
    // The lane goes on with the next write only when the deletion has ended.
    let next = Change::plain(&Key::from("n"), "x", vec![Step::any(cmd("INCR n"))]);
    assert_eq!(
        applied(room.ask(apply(next)).await),
        Outcome::Done(vec![Reply::Int(1)])
    );
    assert_ne!(server.redis(&["DBSIZE"]), "1");
}

fn walk(purpose: Purpose) -> Walk {
    Walk {
        purpose,
        pattern: None,
        kind: None,
        count: 1000,
        from: None,
    }
}

#[tokio::test]
async fn a_walk_finds_every_key_and_its_share_rises_to_one() {
    let server = Server::start();
    fill(&server, "k:", 25_000);
    let mut room = Room::at(server.target()).await;
    let ticket = room.send(Request::Keys(walk(Purpose::Tree)));
    let (mut seen, mut share) = (HashSet::new(), 0.0);
    loop {
        let Ok(Answer::Keys(batch)) = room.answer(ticket).await else {
            panic!("keys")
        };
        assert!(
            batch.keys.len() <= 1000 && batch.share >= share,
            "{} then {}",
            share,
            batch.share
        );
        share = batch.share;
        seen.extend(batch.keys.keys());
        if batch.done {
            break;
        }
    }
    assert_eq!((seen.len(), share.to_bits()), (25_000, 1.0_f64.to_bits()));
    assert!(
        room.log.is_empty(),
        "a walk of the tree is no line in the log"
    );
}

#[tokio::test]
async fn a_search_narrows_goes_on_where_it_was_and_is_logged_once() {
    let server = Server::start();
    fill(&server, "k:", 30_000);
    for at in 0..50 {
        server.redis(&["HSET", &format!("h:{at}"), "f", "v"]);
    }
    let mut room = Room::at(server.target()).await;
    let pattern = Some(Pattern::new(b"h:*").unwrap());
    let search = Walk {
        pattern,
        kind: Some("hash".into()),
        ..walk(Purpose::Search)
    };
    let mut seen: HashSet<Key> = HashSet::new();
    let mut from = None;
    let mut batches = 0;
    // Every batch is the last one of its walk: the next walk goes on from its place.
    loop {
        let ticket = room.send(Request::Keys(Walk {
            from,
            ..search.clone()
        }));
        let Ok(Answer::Keys(batch)) = room.answer(ticket).await else {
            panic!("keys")
        };
        room.handle.forget(ticket);
        seen.extend(batch.keys.keys());
        batches += 1;
        if batch.done {
            break;
        }
        from = Some(batch.place);
    }
    assert_eq!(seen.len(), 50);
    assert!(batches > 1);
    assert_eq!(
        room.logged("SCAN 0").await.cmd.cli(),
        "SCAN 0 MATCH h:* COUNT 100 TYPE hash"
    );
}

#[tokio::test]
async fn finding_nothing_costs_few_events_and_a_forgotten_walk_is_silent() {
    let server = Server::start();
    fill(&server, "k:", 100_000);
    let mut room = Room::at(server.target()).await;
    let pattern = Some(Pattern::new(b"nothing*").unwrap());
    let search = Walk {
        pattern,
        count: 10,
        ..walk(Purpose::Search)
    };
    let began = Instant::now();
    let ticket = room.send(Request::Keys(search.clone()));
    let mut batches = 0;
    while let Ok(Answer::Keys(batch)) = room.answer(ticket).await {
        batches += 1;
        assert!(batch.keys.is_empty());
        if batch.done {
            break;
        }
    }
    let most = 2 + began.elapsed().as_millis() / 16;
    assert!(
        u128::from(batches as u64) <= most,
        "{batches} batches in {:?}",
        began.elapsed()
    );

    let forgotten = room.send(Request::Keys(search.clone()));
    room.answer(forgotten).await.unwrap();
    room.handle.forget(forgotten);
    // A newer walk of the same purpose ends an older one too.
    let older = room.send(Request::Keys(search.clone()));
    let newer = room.send(Request::Keys(search));
    let mut done = false;
    while !done {
        if let Event::Answer {
            ticket,
            answer: Ok(Answer::Keys(batch)),
        } = room.event().await
        {
            assert!(ticket != older || !batch.done);
            assert!(ticket != forgotten || !batch.done);
            done = ticket == newer && batch.done;
        }
    }
}

#[tokio::test]
async fn a_refused_scan_is_a_denial_of_scan() {
    let server = Server::start();
    server.user("f", "~myapp:* +@all -@dangerous -scan");
    let mut room = Room::at(server.target_as("f")).await;
    let Err(Fault::Denied { command, .. }) = room.ask(Request::Keys(walk(Purpose::Tree))).await
    else {
        panic!("a denial")
    };
    assert_eq!(command, "SCAN");
}

fn look_at(key: &str) -> Request {
    let look = Look {
        filter: None,
        order: Order::Ascending,
        scores: None,
        from: None,
        count: 200,
    };
    Request::Look {
        key: Key::from(key),
        look,
    }
}

async fn see(room: &mut Room, key: &str) -> Seen {
    let answer = room.ask(look_at(key)).await;
    let Ok(Answer::Seen(seen)) = answer else {
        panic!("{answer:?}")
    };
    seen
}

#[tokio::test]
async fn a_look_tells_all_and_a_refusal_spoils_one_cell_once() {
    let server = Server::start();
    server.redis(&["HSET", "h", "f", "v"]);
    server.redis(&["PEXPIRE", "h", "100000"]);
    let mut room = Room::at(server.target()).await;
    let seen = see(&mut room, "h").await;
    assert_eq!(
        (seen.kind.as_str(), seen.page.total, seen.page.rows.len()),
        ("hash", Some(1), 1)
    );
    assert!(matches!(seen.left, Ok(Left::Millis(1..=100_000))));
    assert!(seen.memory.is_ok_and(|bytes| bytes > 0) && seen.encoding.is_ok());
    assert_eq!(room.ask(look_at("gone")).await, Err(Fault::Gone));

    let text = "t".repeat(300);
    server.redis(&["SET", "s", &text]);
    let seen = see(&mut room, "s").await;
    let cells: Vec<usize> = seen
        .page
        .rows
        .iter()
        .map(|row| row.cells[0].len())
        .collect();
    assert_eq!(
        (cells, seen.page.next),
        (vec![300], None),
        "200 rows are asked for, not bytes"
    );

    server.user("ada", "~* +@all -memory|usage -object|encoding -type");
    let mut room = Room::at(server.target_as("ada")).await;
    for _ in 0..3 {
        let seen = see(&mut room, "h").await;
        assert_eq!((seen.kind.as_str(), seen.page.rows.len()), ("hash", 1));
        assert!(
            matches!(&seen.memory, Err(Fault::Denied { command, .. }) if command == "MEMORY USAGE")
        );
        assert!(
            matches!(&seen.encoding, Err(Fault::Denied { command, .. }) if command == "OBJECT ENCODING")
        );
    }
    let Ok(Answer::Described(rows)) = room
        .ask(Request::Describe(vec![Key::from("h"), Key::from("gone")]))
        .await
    else {
        panic!("rows")
    };
    assert!(matches!(&rows[0].kind, Err(Fault::Denied { command, .. }) if command == "TYPE"));
    assert_eq!(rows[1].left, Ok(Left::Gone));
    let stats = server.redis(&["INFO", "commandstats"]);
    for command in ["type", "memory|usage", "object|encoding"] {
        let line = stats
            .lines()
            .find(|line| line.starts_with(&format!("cmdstat_{command}:")))
            .unwrap();
        assert!(line.contains("rejected_calls=1"), "{line}");
    }
}

#[tokio::test]
async fn rows_that_are_big_come_fewer_at_a_time() {
    let server = Server::start();
    server.redis(&["EVAL", "for i=1,300 do redis.call('RPUSH', 'big', string.rep('x', 50000)) end for i=1,50000 do redis.call('RPUSH', 'long', 'item number '..i..string.rep('-', 30)) end", "0"]);
    let mut room = Room::at(server.target()).await;
    let seen = see(&mut room, "big").await;
    assert!(
        (10..=30).contains(&seen.page.rows.len()),
        "{}",
        seen.page.rows.len()
    );
    assert_eq!(seen.page.total, Some(300));
    assert_eq!(see(&mut room, "long").await.page.rows.len(), 200);
}

#[tokio::test]
async fn a_write_is_never_sent_twice() {
    let mut server = Server::start();
    let mut room = Room::at(server.target()).await;
    // The server hears the write but does not answer any more: it is stopped, then killed.
    server.redis(&["CLIENT", "PAUSE", "60000", "WRITE"]);
    let change = Change::plain(&Key::from("n"), "x", vec![Step::any(cmd("INCR n"))]);
    let ticket = room.send(apply(change));
    until("INCR arrives", || {
        server.redis(&["CLIENT", "LIST"]).contains("cmd=incr")
    })
    .await;
    server.restart();
    let Outcome::Unknown(words) = applied(room.answer(ticket).await) else {
        panic!("unknown")
    };
    assert!(words.contains("may or may not"), "{words}");
    room.up().await;
    let after = room.ask(Request::Question(cmd("GET n"))).await;
    assert_eq!(after, Ok(Answer::Replied(Reply::Nil)));
    assert!(
        !server
            .redis(&["INFO", "commandstats"])
            .contains("cmdstat_incr")
    );
}

#[tokio::test]
async fn a_silent_server_is_waited_for_and_asked_nothing_more() {
    let server = Server::start();
    let mut room = Room::at(server.target()).await;
    server.redis(&["CLIENT", "PAUSE", "4000", "ALL"]);
    let first = room.send(Request::Question(cmd("GET a")));
    assert_eq!(room.plight().await, Some(Plight::Silent));
    // A newer one of the lane ends it; neither it nor fifty others are sent.
    for _ in 0..50 {
        room.send(Request::Question(cmd("GETRANGE b 0 1")));
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
    let last = room.send(Request::Question(cmd("GET c")));
    loop {
        match room.event().await {
            Event::Answer { ticket, answer } if ticket == last => {
                break assert_eq!(answer, Ok(Answer::Replied(Reply::Nil)));
            }
            Event::Answer { ticket, .. } => assert_ne!(ticket, first),
            _ => {}
        }
    }
    let stats = server.redis(&["INFO", "commandstats"]);
    assert!(!stats.contains("cmdstat_getrange"), "{stats}");
}
