//! Walks over the keyspace.
use std::collections::HashSet;
use std::time::Instant;

use keygrove::model::{Key, Pattern};
use keygrove::server::{Answer, Event, Fault, Purpose, Request, Walk};

use super::common::Server;
use super::fill;
use super::room::Room;

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
    // How many are asked for at first depends on how far away the server seems.
    let sent = room.logged("SCAN 0").await.cmd.cli();
    assert!(
        sent.starts_with("SCAN 0 MATCH h:* COUNT ") && sent.ends_with(" TYPE hash"),
        "{sent}"
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
