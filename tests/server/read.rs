//! Reads by topic: one reply for each command, and never a write.
use keygrove::model::Reply;
use keygrove::server::{Event, Fault, Topic};

use super::common::Server;
use super::room::Room;
use super::{bytes, calls, ok, read, read_only_room, refusal, replies};

#[tokio::test]
async fn a_read_has_one_reply_for_each_and_passes_in_read_only_mode() {
    let server = Server::start();
    server.user("app", "~app:* +@read");
    let mut room = read_only_room(&server, None).await;
    let all = replies(
        room.ask(read(
            Topic::Users,
            &[
                "ACL WHOAMI",
                "ACL USERS",
                "ACL GETUSER app",
                "ACL GETUSER nobody",
                "ACL CAT nonsense",
                "ACL DRYRUN app get app:k",
                "ACL DRYRUN app get foreign",
                "ACL DRYRUN nobody get k",
                "ACL GENPASS 128",
                "ACL LOG 10",
                "COMMAND COUNT",
                "COMMAND INFO get",
                "CLIENT LIST",
                "CONFIG GET aclfile",
                "INFO server",
            ],
        ))
        .await,
    );
    assert_eq!(all.len(), 15);
    assert_eq!(all[0], bytes("default"));
    assert_eq!(all[1], Reply::Array(vec![bytes("app"), bytes("default")]));
    assert!(matches!(&all[2], Reply::Map(fields) if fields.len() >= 6));
    assert_eq!(all[3], Reply::Nil);
    assert!(refusal(&all[4]).contains("nonsense"), "{:?}", all[4]);
    assert_eq!(all[5], ok());
    assert!(matches!(&all[6], Reply::Bytes(why) if why.ends_with(b"'foreign' key")));
    assert!(refusal(&all[7]).contains("not found"), "{:?}", all[7]);
    assert!(matches!(&all[8], Reply::Bytes(hex) if hex.len() == 32));
    assert_eq!(all[9], Reply::Array(Vec::new()));
    assert_eq!(room.logged("ACL WHOAMI").await.result, Ok("7 bytes".into()));
    assert!(room.logged("ACL CAT nonsense").await.result.is_err());
}

#[tokio::test]
async fn a_read_never_writes_whatever_is_allowed() {
    let server = Server::start();
    let mut room = Room::at(server.target()).await;
    for (line, command) in [
        ("SET k v", "SET"),
        ("ACL LOG RESET", "ACL LOG"),
        ("ACL SETUSER app on", "ACL SETUSER"),
        ("CONFIG SET maxclients 10", "CONFIG SET"),
        ("CLIENT KILL TYPE normal", "CLIENT KILL"),
    ] {
        let answer = room.ask(read(Topic::Users, &["ACL WHOAMI", line])).await;
        let command = command.to_owned();
        assert_eq!(answer, Err(Fault::ReadOnly { command }));
    }
    assert_eq!(server.redis(&["DBSIZE"]), "0");
    assert_eq!(calls(&server, "acl|whoami"), 0, "all or none");
}

#[tokio::test]
async fn a_newer_read_ends_the_older_of_its_topic_only() {
    let server = Server::start();
    let mut room = Room::at(server.target()).await;
    // CLIENT PAUSE holds every command back, so that all three wait at the same time.
    server.redis(&["CLIENT", "PAUSE", "600", "ALL"]);
    let old = room.send(read(Topic::Denials, &["ACL LOG"]));
    let other = room.send(read(Topic::Users, &["ACL WHOAMI"]));
    let new = room.send(read(Topic::Denials, &["ACL LOG 3"]));
    let mut waiting = vec![other, new];
    while !waiting.is_empty() {
        if let Event::Answer { ticket, answer } = room.event().await {
            assert_ne!(ticket, old, "{answer:?}");
            assert_eq!(replies(answer).len(), 1);
            waiting.retain(|other| *other != ticket);
        }
    }
    replies(room.ask(read(Topic::Clients, &["CLIENT LIST"])).await);
    room.logged("ACL WHOAMI").await;
    assert!(
        room.log.is_empty(),
        "what is read again and again is not logged: {:?}",
        room.log
    );
}

#[tokio::test]
async fn a_refused_command_is_refused_in_its_place_and_is_sent_once() {
    let server = Server::start();
    server.user(
        "dev",
        "~app:* +@read +acl|whoami +command|count -@dangerous",
    );
    server.redis(&["ACL", "LOG", "RESET"]);
    let mut room = read_only_room(&server, Some("dev")).await;
    for _ in 0..3 {
        let all = replies(
            room.ask(read(
                Topic::Users,
                &[
                    "ACL LIST",
                    "ACL WHOAMI",
                    "COMMAND INFO get",
                    "COMMAND COUNT",
                ],
            ))
            .await,
        );
        assert!(refusal(&all[0]).starts_with("NOPERM"), "{all:?}");
        assert_eq!(all[1], bytes("dev"));
        assert!(refusal(&all[2]).starts_with("NOPERM"), "{all:?}");
        assert!(matches!(all[3], Reply::Int(_)), "{all:?}");
    }
    assert_eq!(calls(&server, "acl|list"), 1);
    assert_eq!(calls(&server, "command|info"), 1);
    assert_eq!(calls(&server, "acl|whoami"), 3);
}
