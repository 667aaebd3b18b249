//! Losing the line, and coming back.
use std::time::Duration;

use keygrove::model::target::Target;
use keygrove::model::{Cmd, Reply};
use keygrove::server::{Answer, ConnectStep, Event, Fault, Link, Request};

use super::common::Server;
use super::room::{Room, until};
use super::{assert_says, bulk, get};

#[tokio::test]
async fn a_reconnect_lands_where_it_was_and_knows_the_same_process() {
    let server = Server::start();
    server.user("b", "~* +@read +select -@dangerous");
    for base in [server.target(), server.target_as("b")] {
        let mut room = Room::at(Target { db: 5, ..base }).await;
        let mut admin = Room::at(Target {
            db: 5,
            ..server.target()
        })
        .await;
        admin
            .ask(Request::Question(Cmd::new("SET").arg("where").arg("db5")))
            .await
            .unwrap();
        assert_eq!(get(&mut room, "where").await, Ok(bulk("db5")));
        drop(admin);
        server.redis(&["CLIENT", "KILL", "TYPE", "normal"]);
        let (failed, retry) = room.down().await;
        assert_says(&failed, ConnectStep::Tcp, "lost", "again");
        assert_eq!(retry, Some(Duration::from_millis(200)));
        assert_eq!(get(&mut room, "where").await, Err(Fault::Lost));
        assert!(!room.up().await.restarted);
        assert_eq!(get(&mut room, "where").await, Ok(bulk("db5")));
    }
}

#[tokio::test]
async fn a_restarted_server_is_told_from_a_broken_line() {
    let mut server = Server::start();
    let mut room = Room::at(server.target()).await;
    assert_eq!(get(&mut room, "k").await, Ok(Answer::Replied(Reply::Nil)));
    // After the first answer it asks for the run_id, once.
    until("INFO is asked", || {
        server.redis(&["CLIENT", "LIST"]).contains("cmd=info")
    })
    .await;
    // What is asked now is answered after that.
    assert_eq!(get(&mut room, "k").await, Ok(Answer::Replied(Reply::Nil)));
    server.restart();
    room.down().await;
    assert!(room.up().await.restarted);
}

#[tokio::test]
async fn a_removed_account_is_a_likely_reason_after_a_good_login() {
    let server = Server::start();
    server.user("ada", "~* +@all");
    let mut room = Room::at(server.target_as("ada")).await;
    server.redis(&["ACL", "DELUSER", "ada"]);
    room.down().await;
    let (failed, retry) = room.down().await;
    assert_says(&failed, ConnectStep::Auth, "ada", "removed or disabled");
    // The same is not said in other words once more.
    assert!(!failed.hint.contains("no such user"), "{}", failed.hint);
    assert_eq!(retry, Some(Duration::from_secs(5)));
}

#[tokio::test]
async fn the_old_server_is_left_behind_with_all_its_questions() {
    let (old, new) = (Server::start(), Server::start());
    old.redis(&["SET", "k", "old"]);
    new.redis(&["SET", "k", "new"]);
    let mut room = Room::at(old.target()).await;
    let stale = room.send(Request::Question(Cmd::new("BLPOP").arg("never").num(0)));
    room.send(Request::Connect(new.target()));
    room.up().await;
    let fresh = room.send(Request::Question(Cmd::new("GET").arg("k")));
    loop {
        match room.event().await {
            Event::Answer { ticket, answer } if ticket == fresh => {
                break assert_eq!(answer, Ok(bulk("new")));
            }
            Event::Answer { ticket, .. } => assert_ne!(ticket, stale),
            Event::Link(Link::Down { .. }) => panic!("a switch is no loss"),
            _ => {}
        }
    }
}
