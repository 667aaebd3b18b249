//! Read-only: no write leaves, and what leaves is no write.
use keygrove::model::Key;
use keygrove::model::change::{Change, Outcome, Step};
use keygrove::server::{Access, Fault, READS, Request};

use super::common::Server;
use super::room::Room;
use super::{applied, apply, cmd, edit, last_unlinked, ok};

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

#[tokio::test]
async fn every_command_of_the_read_only_table_is_no_write_to_a_real_server() {
    let server = Server::start();
    let mut known = 0;
    for entry in READS {
        let reply = server.redis(&["COMMAND", "INFO", &entry.replace(' ', "|")]);
        assert!(!reply.lines().any(|flag| flag == "write"), "{entry}");
        known += usize::from(
            reply
                .lines()
                .any(|line| line.eq_ignore_ascii_case(&entry.replace(' ', "|"))),
        );
    }
    assert!(
        known > READS.len() - 6,
        "only {known} of {} are known to this server",
        READS.len()
    );
}
