//! A guarded save on every rung: what server and user allow decides how it is guarded, and never what comes of it.
//!
//! Besides the `redis-server` on the path, those named in `KEYGROVE_SERVERS` (paths, `:` between) are tried.
#![allow(clippy::unwrap_used, clippy::panic)]
use std::path::PathBuf;
use std::sync::Arc;

use between::Between;
use common::Server;
use keygrove::model::change::{Change, Outcome};
use keygrove::model::kinds::{self, Row, Verb};
use keygrove::model::{Key, Reply};
use keygrove::server::{Answer, Consent, Fault, Request};
use room::Room;

#[path = "common/between.rs"]
mod between;
mod common;
#[path = "common/room.rs"]
mod room;

/// One edit of every type: what is on the server, its kind, the row as it was read, what is typed; what another
/// client does, what the key is asked with, what it answers to that after our edit, and after theirs.
struct Edit {
    stock: &'static str,
    kind: &'static str,
    row: &'static [&'static str],
    typed: &'static str,
    theirs: &'static str,
    ask: &'static str,
    mine_answer: &'static str,
    theirs_answer: &'static str,
}

const EDITS: &[Edit] = &[
    Edit {
        stock: "SET k old",
        kind: "string",
        row: &["old"],
        typed: "mine",
        theirs: "SET k theirs KEEPTTL",
        ask: "GET k",
        mine_answer: "mine",
        theirs_answer: "theirs",
    },
    Edit {
        stock: "HSET k f old",
        kind: "hash",
        row: &["f", "old"],
        typed: "mine",
        theirs: "HSET k f theirs",
        ask: "HGET k f",
        mine_answer: "mine",
        theirs_answer: "theirs",
    },
    Edit {
        stock: "RPUSH k old",
        kind: "list",
        row: &["old"],
        typed: "mine",
        theirs: "LSET k 0 theirs",
        ask: "LINDEX k 0",
        mine_answer: "mine",
        theirs_answer: "theirs",
    },
    Edit {
        stock: "SADD k old",
        kind: "set",
        row: &["old"],
        typed: "mine",
        theirs: "SMOVE k other old",
        ask: "SMEMBERS k",
        mine_answer: "mine",
        theirs_answer: "",
    },
    Edit {
        stock: "ZADD k 0.1 m",
        kind: "zset",
        row: &["0.1", "m"],
        typed: "7",
        theirs: "ZADD k 5 m",
        ask: "ZSCORE k m",
        mine_answer: "7",
        theirs_answer: "5",
    },
];

/// Who saves, and the word in the request that writes.
const RUNGS: &[(&str, &str)] = &[
    ("+@all", "EXEC"),
    ("+@all -@transaction", "EVAL"),
    ("+@all -exec", "EVAL"),
    ("+@all -@transaction -@scripting", ""),
];

impl Edit {
    fn change(&self) -> Change {
        let row = Row {
            cells: self
                .row
                .iter()
                .map(|cell| cell.as_bytes().to_vec())
                .collect(),
            at: 0,
            left: None,
        };
        let kind = kinds::of(self.kind);
        kind.change(
            &Key::from("k"),
            Verb::Edit,
            Some(&row),
            &[self.typed.into()],
        )
        .unwrap()
    }

    fn stock(&self, server: &Server) {
        line(server, "DEL k other");
        line(server, self.stock);
        line(server, "PEXPIRE k 100000");
    }

    fn asked(&self, server: &Server) -> String {
        line(server, self.ask)
    }
}

fn line(server: &Server, line: &str) -> String {
    server.redis(&line.split(' ').collect::<Vec<_>>())
}

fn lives(server: &Server) -> bool {
    let left: i64 = line(server, "PTTL k").parse().unwrap();
    (99_000..=100_000).contains(&left)
}

fn programs() -> Vec<PathBuf> {
    let more = std::env::var_os("KEYGROVE_SERVERS").unwrap_or_default();
    let mut programs = vec![PathBuf::from("redis-server")];
    programs.extend(std::env::split_paths(&more).filter(|path| !path.as_os_str().is_empty()));
    programs
}

/// Saves; where nothing can guard it, that is said first and consented to.
async fn save(room: &mut Room, change: &Change, guarded: bool) -> Outcome {
    let apply = |consent| Request::Apply {
        change: change.clone(),
        consent,
    };
    let first = room.ask(apply(Consent::Guarded)).await;
    let last = if guarded {
        first
    } else {
        let Err(Fault::Unguardable { command }) = first else {
            panic!("{first:?}")
        };
        assert_eq!(command, "WATCH or EVAL");
        room.ask(apply(Consent::Unguarded)).await
    };
    match last {
        Ok(Answer::Applied(outcome)) => outcome,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_rung_saves_what_is_unchanged_and_nothing_else() {
    for program in programs() {
        let server = Server::of(&program);
        for &(rules, word) in RUNGS {
            server.user("ada", &format!("~* {rules}"));
            let mut room = Room::at(server.target_as("ada")).await;
            for edit in EDITS {
                let said = format!("{} {rules}: {}", program.display(), edit.stock);
                let guarded = !word.is_empty() || edit.kind == "string" && compares(&program);
                edit.stock(&server);
                let outcome = save(&mut room, &edit.change(), guarded).await;
                assert!(matches!(outcome, Outcome::Done(_)), "{said}: {outcome:?}");
                assert_eq!(edit.asked(&server), edit.mine_answer, "{said}");
                assert!(lives(&server), "{said}");

                edit.stock(&server);
                line(&server, edit.theirs);
                let outcome = save(&mut room, &edit.change(), guarded).await;
                assert!(
                    matches!(outcome, Outcome::Conflict(_)),
                    "{said}: {outcome:?}"
                );
                assert_eq!(edit.asked(&server), edit.theirs_answer, "{said}");

                for other in ["HSET k x 1", "SET k x"] {
                    line(&server, "DEL k");
                    line(&server, other);
                    let dump = line(&server, "TYPE k");
                    let outcome = save(&mut room, &edit.change(), guarded).await;
                    assert!(
                        matches!(outcome, Outcome::Conflict(_)),
                        "{said}: {outcome:?}"
                    );
                    assert_eq!(line(&server, "TYPE k"), dump, "{said}");
                }
                line(&server, "DEL k");
                let outcome = save(&mut room, &edit.change(), guarded).await;
                assert!(
                    matches!(outcome, Outcome::Conflict(_)),
                    "{said}: {outcome:?}"
                );
                assert_eq!(line(&server, "EXISTS k"), "0", "{said}");
            }
            let sent = |word: &str| room.log.iter().any(|sent| sent.cmd.name() == word);
            assert!(word.is_empty() || sent(word), "{rules}");
            assert!(
                !sent("EVAL") || word == "EVAL" || word.is_empty(),
                "{rules}"
            );
            let refused = |word: &str| {
                let lines = room.log.iter().filter(|sent| sent.cmd.name() == word);
                lines.filter(|sent| sent.result.is_err()).count()
            };
            for word in ["WATCH", "MULTI", "EXEC", "EVAL"] {
                assert!(
                    refused(word) <= 1,
                    "{rules}: {word} was refused more than once"
                );
            }
        }
    }
}

/// Whether the server compares by itself.
fn compares(program: &std::path::Path) -> bool {
    let path = program.display().to_string();
    path.contains("valkey-8.1") || path.contains("valkey-9")
}

/// Somebody else writes after the checks, and before the write arrives.
#[tokio::test]
async fn nothing_comes_between_the_check_and_the_write() {
    for program in programs() {
        let server = Arc::new(Server::of(&program));
        let between = Between::new(&server.socket());
        for &(rules, word) in RUNGS.iter().filter(|(_, word)| !word.is_empty()) {
            server.user("ada", &format!("~* {rules}"));
            let mut room = Room::at(between.target(server.target_as("ada"))).await;
            for edit in EDITS {
                let said = format!("{} {rules}: {}", program.display(), edit.stock);
                let alone = edit.kind == "string" && compares(&program);
                edit.stock(&server);
                // Learns what is refused, so that the next one writes at once.
                save(&mut room, &edit.change(), true).await;
                edit.stock(&server);
                let (behind, theirs) = (Arc::clone(&server), edit.theirs);
                between.before(if alone { "IFEQ" } else { word }, 1, move || {
                    line(&behind, theirs);
                });
                let outcome = save(&mut room, &edit.change(), true).await;
                assert_eq!(between.left(), 0, "{said}");
                assert!(
                    matches!(outcome, Outcome::Conflict(_)),
                    "{said}: {outcome:?}"
                );
                assert_eq!(edit.asked(&server), edit.theirs_answer, "{said}");
            }
        }
    }
}

/// What is on the server, its kind, what is done, to which row, and what is typed.
type Deed = (
    &'static str,
    &'static str,
    Verb,
    &'static [&'static str],
    &'static [&'static str],
);

#[rustfmt::skip]
const DEEDS: &[Deed] = &[
    ("SET k 5", "string", Verb::Edit, &["5"], &["mine"]),
    ("SET k 5", "string", Verb::Increment, &["5"], &["1"]),
    ("SET k 5", "string", Verb::Reset, &["5"], &[]),
    ("HSET k f 5", "hash", Verb::Add, &["f", "5"], &["g", "v"]),
    ("HSET k f 5", "hash", Verb::Edit, &["f", "5"], &["mine"]),
    ("HSET k f 5", "hash", Verb::Rename, &["f", "5"], &["g"]),
    ("HSET k f 5", "hash", Verb::Increment, &["f", "5"], &["1"]),
    ("HSET k f 5", "hash", Verb::Remove, &["f", "5"], &[]),
    ("RPUSH k a", "list", Verb::Add, &["a"], &["head", "x"]),
    ("RPUSH k a", "list", Verb::Pop, &["a"], &["head"]),
    ("RPUSH k a", "list", Verb::Edit, &["a"], &["mine"]),
    ("RPUSH k a", "list", Verb::Remove, &["a"], &[]),
    ("RPUSH k a", "list", Verb::RemoveValue, &["a"], &["a", "0"]),
    ("SADD k a", "set", Verb::Add, &["a"], &["b"]),
    ("SADD k a", "set", Verb::Edit, &["a"], &["mine"]),
    ("SADD k a", "set", Verb::Remove, &["a"], &[]),
    ("ZADD k 1 a", "zset", Verb::Add, &["1", "a"], &["2", "b"]),
    ("ZADD k 1 a", "zset", Verb::Edit, &["1", "a"], &["7"]),
    ("ZADD k 1 a", "zset", Verb::Increment, &["1", "a"], &["1"]),
    ("ZADD k 1 a", "zset", Verb::Remove, &["1", "a"], &[]),
];

/// The key becomes another, or none, when all checks are done and the write is on its way: it stays as it became.
#[tokio::test]
async fn a_key_that_changes_under_the_write_is_left_alone() {
    let server = Arc::new(Server::start());
    let between = Between::new(&server.socket());
    for &(rules, word) in RUNGS.iter().filter(|(_, word)| !word.is_empty()) {
        server.user("ada", &format!("~* {rules}"));
        let mut room = Room::at(between.target(server.target_as("ada"))).await;
        for &(stock, kind, verb, cells, typed) in DEEDS {
            let other = if kind == "string" {
                "HSET k theirs 1"
            } else {
                "SET k theirs"
            };
            for theirs in ["DEL k", other] {
                line(&server, "DEL k");
                line(&server, stock);
                let row = Row {
                    cells: cells.iter().map(|cell| cell.as_bytes().to_vec()).collect(),
                    at: 0,
                    left: None,
                };
                let typed: Vec<Vec<u8>> =
                    typed.iter().map(|text| text.as_bytes().to_vec()).collect();
                let change = kinds::of(kind)
                    .change(&Key::from("k"), verb, Some(&row), &typed)
                    .unwrap();
                let name = change.cmds[0].cmd.name();
                let behind = Arc::clone(&server);
                // Where this rung is refused at first, the word may pass once more on the next.
                between.before(&name, 1, move || {
                    line(&behind, "DEL k");
                    line(&behind, theirs);
                });
                let consent = Consent::Guarded;
                let ended = room.ask(Request::Apply { change, consent }).await;
                let said = format!("{rules} {word} {stock} {verb:?} {theirs}: {ended:?}");
                assert_eq!(between.left(), 0, "{said}");
                assert!(
                    !matches!(ended, Ok(Answer::Applied(Outcome::Done(_)))),
                    "{said}"
                );
                let (is, value) = match theirs {
                    "DEL k" => ("none", "0"),
                    "SET k theirs" => ("string", "1"),
                    _ => ("hash", "1"),
                };
                assert_eq!(line(&server, "TYPE k"), is, "{said}");
                assert_eq!(line(&server, "EXISTS k"), value, "{said}");
            }
        }
    }
}

/// Touched, but not changed: the same value written again, an expiry moved.
#[tokio::test]
async fn a_touch_that_changes_nothing_is_no_conflict() {
    let server = Arc::new(Server::start());
    let between = Between::new(&server.socket());
    let mut room = Room::at(between.target(server.target())).await;
    for edit in EDITS {
        edit.stock(&server);
        let behind = Arc::clone(&server);
        between.before("EXEC", 3, move || {
            line(&behind, "PEXPIRE k 200000");
        });
        let outcome = save(&mut room, &edit.change(), true).await;
        assert_eq!(between.left(), 0);
        assert!(
            matches!(outcome, Outcome::Done(_)),
            "{}: {outcome:?}",
            edit.stock
        );
        assert_eq!(edit.asked(&server), edit.mine_answer);
        let left: i64 = line(&server, "PTTL k").parse().unwrap();
        assert!((199_000..=200_000).contains(&left), "{left}");
    }
    // Touched every time: it gives up, and nothing is written.
    let edit = &EDITS[0];
    edit.stock(&server);
    let behind = Arc::clone(&server);
    between.before("EXEC", 100, move || {
        line(&behind, "PEXPIRE k 200000");
    });
    let outcome = save(&mut room, &edit.change(), true).await;
    assert!(matches!(outcome, Outcome::Conflict(_)), "{outcome:?}");
    assert_eq!(
        (between.left(), edit.asked(&server)),
        (95, "old".to_owned())
    );
}

/// Without any guard somebody else can come in between; then it is told what was overwritten.
#[tokio::test]
async fn what_was_overwritten_without_guard_is_told() {
    for program in programs() {
        let server = Arc::new(Server::of(&program));
        if compares(&program) {
            continue;
        }
        server.user("ada", "~* +@read +@write");
        let between = Between::new(&server.socket());
        let mut room = Room::at(between.target(server.target_as("ada"))).await;
        // The word in the write, and what was there as it is told.
        for (edit, word, was) in [
            (&EDITS[0], "KEEPTTL", Reply::Bytes(b"theirs".to_vec())),
            (&EDITS[1], "HSET", Reply::Bytes(b"theirs".to_vec())),
            (&EDITS[2], "LSET", Reply::Bytes(b"theirs".to_vec())),
            (&EDITS[4], "ZADD", Reply::Double(5.0)),
        ] {
            edit.stock(&server);
            // Learns what is refused, so that the next request with this word is the write.
            save(&mut room, &edit.change(), false).await;
            edit.stock(&server);
            let (behind, theirs) = (Arc::clone(&server), edit.theirs);
            between.before(word, 1, move || {
                line(&behind, theirs);
            });
            let outcome = save(&mut room, &edit.change(), false).await;
            assert_eq!(between.left(), 0);
            let Outcome::Overwrote(now) = &outcome else {
                panic!("{}: {outcome:?}", edit.stock)
            };
            let last = now.last().unwrap();
            assert!(*last == was || last.score().is_some() && last.score() == was.score());
            assert_eq!(edit.asked(&server), edit.mine_answer, "{}", edit.stock);
            assert!(lives(&server));
        }
        // A key that went is not made anew.
        let edit = &EDITS[0];
        edit.stock(&server);
        let behind = Arc::clone(&server);
        between.before("KEEPTTL", 1, move || {
            line(&behind, "DEL k");
        });
        let outcome = save(&mut room, &edit.change(), false).await;
        assert!(matches!(outcome, Outcome::Nothing(_)), "{outcome:?}");
        assert_eq!(line(&server, "EXISTS k"), "0");
    }
}

fn sent(room: &Room, begins: &str) -> bool {
    room.log
        .iter()
        .any(|sent| sent.cmd.name().starts_with(begins))
}

/// An edit, another name, a number added: what becomes of the field `f`, and which field is there then.
const OF_A_FIELD: &[(Verb, &str, &str)] = &[
    (Verb::Edit, "6", "f"),
    (Verb::Rename, "g", "g"),
    (Verb::Increment, "1", "f"),
    (Verb::Increment, "0.5", "f"),
];

#[tokio::test]
async fn a_fields_own_expiry_goes_on() {
    for program in programs() {
        let server = Arc::new(Server::of(&program));
        let knows = !line(&server, "HPTTL k FIELDS 1 f").contains("unknown command");
        let between = Between::new(&server.socket());
        for &(rules, word) in RUNGS {
            let said = format!("{} {rules}", program.display());
            server.user("ada", &format!("~* {rules}"));
            let mut room = Room::at(between.target(server.target_as("ada"))).await;
            let row = Row {
                cells: vec![b"f".to_vec(), b"5".to_vec()],
                at: 0,
                left: None,
            };
            for &(verb, typed, field) in OF_A_FIELD {
                line(&server, "DEL k");
                line(&server, "HSET k f 5 other x");
                line(&server, "HPEXPIRE k 100000 FIELDS 1 f");
                let change = kinds::of("hash")
                    .change(&Key::from("k"), verb, Some(&row), &[typed.into()])
                    .unwrap();
                // Somebody else lets it live longer meanwhile.
                let behind = Arc::clone(&server);
                let times = usize::from(!word.is_empty() && knows);
                between.before(word, times, move || {
                    line(&behind, "HPEXPIRE k 200000 FIELDS 1 f");
                });
                let outcome = save(&mut room, &change, !word.is_empty()).await;
                assert_eq!(between.left(), 0, "{said}");
                let Outcome::Done(replies) = &outcome else {
                    panic!("{said}: {outcome:?}")
                };
                // The reply to what keeps the expiry is nobody's.
                let steps = change.told(replies).steps.len();
                assert_eq!(steps, change.cmds.len(), "{said}: {outcome:?}");
                let left = line(&server, &format!("HPTTL k FIELDS 1 {field}"));
                let left = left.parse().unwrap_or(0);
                let wanted = if times == 1 {
                    199_000..=200_000
                } else {
                    99_000..=100_000
                };
                assert!(!knows || wanted.contains(&left), "{said} {verb:?}: {left}");
                assert_eq!(line(&server, "HLEN k"), "2", "{said}");
            }
            assert_eq!(sent(&room, "HPEX"), knows, "{said}");

            line(&server, "HSET k f 5");
            line(&server, "HPEXPIRE k 100000 FIELDS 1 f");
            let look = Request::Look {
                key: Key::from("k"),
                look: kinds::Look::whole(),
            };
            let Ok(Answer::Seen(seen)) = room.ask(look).await else {
                panic!("{said}: a look")
            };
            let lives: Vec<bool> = seen
                .page
                .rows
                .iter()
                .map(|row| row.left.is_some())
                .collect();
            assert_eq!(
                lives.iter().filter(|&&lives| lives).count(),
                usize::from(knows),
                "{said}"
            );
            if knows {
                room.logged("HPTTL k FIELDS 2").await;
            } else {
                room.logged("HSCAN").await;
                assert!(!sent(&room, "HPTTL"), "{said}");
            }
        }
    }
}

/// A user who may not read when a field expires is not made to lose that.
#[tokio::test]
async fn an_expiry_that_cannot_be_kept_is_not_lost() {
    for program in programs() {
        let server = Server::of(&program);
        if line(&server, "HPTTL k FIELDS 1 f").contains("unknown command") {
            continue;
        }
        for rules in [
            "+@all",
            "+@all -@transaction",
            "+@all -@transaction -@scripting",
        ] {
            server.user("ada", &format!("~* {rules} -hpexpiretime"));
            let mut room = Room::at(server.target_as("ada")).await;
            EDITS[1].stock(&server);
            for consent in [Consent::Guarded, Consent::Unguarded] {
                let change = EDITS[1].change();
                let refused = room.ask(Request::Apply { change, consent }).await;
                assert!(
                    matches!(
                        refused,
                        Err(Fault::Denied { .. } | Fault::Unguardable { .. })
                    ),
                    "{rules}: {refused:?}"
                );
                assert_eq!(EDITS[1].asked(&server), "old");
            }
        }
    }
}

#[tokio::test]
async fn what_a_script_is_refused_is_told_as_what_it_is() {
    for program in programs() {
        let server = Server::of(&program);
        for (rules, fault) in [
            ("~* +@all -@transaction -hget", "HGET"),
            ("~* +@all -@transaction -hstrlen", "HSTRLEN"),
        ] {
            server.user("ada", rules);
            EDITS[1].stock(&server);
            let mut room = Room::at(server.target_as("ada")).await;
            let request = Request::Apply {
                change: EDITS[1].change(),
                consent: Consent::Guarded,
            };
            let refused = room.ask(request).await;
            let wanted = Fault::Unguardable {
                command: fault.to_owned(),
            };
            assert_eq!(refused, Err(wanted), "{}", program.display());
            assert_eq!(EDITS[1].asked(&server), "old");
        }
        server.user("ada", "~* +@all -@transaction -hset");
        let mut room = Room::at(server.target_as("ada")).await;
        let request = Request::Apply {
            change: EDITS[1].change(),
            consent: Consent::Guarded,
        };
        let refused = room.ask(request).await;
        assert!(matches!(refused, Err(Fault::Denied { .. })), "{refused:?}");
        assert_eq!(EDITS[1].asked(&server), "old");
    }
}
