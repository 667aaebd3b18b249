//! Looks at keys, and questions to a server that is silent.
use keygrove::model::kinds::{Look, Order};
use keygrove::model::{Key, Plight, Reply};
use keygrove::server::{Answer, Event, Fault, Left, Request, Seen};

use super::cmd;
use super::common::Server;
use super::room::Room;

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
