//! Writes under guard: made once, and only while what was read still stands.
use keygrove::model::change::{Change, Check, Outcome, Read, Step, Swap};
use keygrove::model::{Cmd, Key, Reply};
use keygrove::server::{Answer, Consent, Fault, Request};

use super::common::Server;
use super::room::{Room, until};
use super::{applied, apply, bytes, cmd, edit, ok};

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
async fn an_unguarded_write_that_is_refused_is_sent_once() {
    let server = Server::start();
    server.redis(&["SET", "k", "one"]);
    server.user("ro", "~* +@read -@dangerous");
    let mut room = Room::at(server.target_as("ro")).await;
    server.redis(&["CONFIG", "RESETSTAT"]);
    let swap = Swap {
        cmd: cmd("SET k two KEEPTTL GET"),
        was: b"one".to_vec(),
    };
    let plainly = Request::Apply {
        change: edit("k", "one", "two").in_one(None, swap),
        consent: Consent::Unguarded,
    };
    let Err(Fault::Denied { command, .. }) = room.ask(plainly).await else {
        panic!("a denial")
    };
    assert_eq!(command, "SET");
    let calls = server.redis(&["INFO", "commandstats"]);
    let set = calls.lines().find(|line| line.starts_with("cmdstat_set:"));
    assert!(
        set.is_some_and(|line| line.contains("rejected_calls=1,")),
        "{set:?}"
    );
}
