//! Deletions: of many keys, where some are refused, and stopped half-way.
use keygrove::model::change::{Change, Outcome, Step};
use keygrove::model::{Key, Reply};
use keygrove::server::{Fault, Request};

use super::common::Server;
use super::room::Room;
use super::{applied, apply, cmd, fill, keys, last_unlinked};

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
