//! Plain commands in order: all, or up to the first that is refused.
use keygrove::model::Reply;
use keygrove::server::{Access, Fault, Request, Topic};

use super::common::Server;
use super::room::{Room, until};
use super::{act, calls, ok, read, read_only_room, refusal, replies};

#[tokio::test]
async fn an_act_runs_in_order_and_stops_at_the_first_refusal() {
    let server = Server::start();
    let mut room = Room::at(server.target()).await;
    let sent = act(&[
        "ACL SETUSER app reset on nopass ~app:* +@read",
        "ACL SETUSER app nonsense",
        "ACL DELUSER app",
    ]);
    let all = replies(room.ask(sent).await);
    assert_eq!(all.len(), 2);
    assert_eq!(all[0], ok());
    assert!(refusal(&all[1]).contains("'nonsense'"), "{all:?}");
    assert!(server.redis(&["ACL", "USERS"]).contains("app"));
    assert_eq!(
        room.logged("ACL SETUSER app reset").await.result,
        Ok("OK".into())
    );
    assert!(room.logged("ACL SETUSER app nons").await.result.is_err());

    let all = replies(room.ask(act(&["ACL SAVE", "CONFIG REWRITE"])).await);
    assert!(refusal(&all[0]).contains("ACL file"), "{all:?}");
    assert_eq!(all.len(), 1);
    let all = replies(room.ask(act(&["ACL LOG RESET", "ACL DELUSER app"])).await);
    assert_eq!(all, [ok(), Reply::Int(1)]);
    assert_eq!(replies(room.ask(act(&[])).await), []);
}

#[tokio::test]
async fn read_only_holds_back_a_whole_act() {
    let server = Server::start();
    let mut room = read_only_room(&server, None).await;
    let answer = room.ask(act(&["ACL WHOAMI", "ACL SETUSER app on"])).await;
    let command = "ACL SETUSER".to_owned();
    assert_eq!(answer, Err(Fault::ReadOnly { command }));
    assert_eq!(calls(&server, "acl|whoami"), 0);
    room.send(Request::Access(Access::ReadWrite));
    let all = replies(room.ask(act(&["ACL SETUSER app on"])).await);
    assert_eq!(all, [ok()]);
}

#[tokio::test]
async fn an_act_without_an_answer_is_unknown_and_told_apart_from_one_not_sent() {
    let mut server = Server::start();
    let mut room = Room::at(server.target()).await;
    let ticket = room.send(act(&["SET k v", "BLPOP never 0", "SET k w"]));
    until("it waits", || {
        server.redis(&["CLIENT", "LIST"]).contains("cmd=blpop")
    })
    .await;
    server.kill();
    let fault = room.answer(ticket).await.unwrap_err();
    let command = "BLPOP".to_owned();
    assert_eq!(fault, Fault::Unknown { command, done: 1 });
    assert_eq!(room.logged("BLPOP").await.result, Err(fault));
    room.down().await;
    let answer = room.ask(act(&["SET k w"])).await;
    assert_eq!(answer, Err(Fault::Lost), "not sent");
}

#[tokio::test]
async fn whoever_ends_their_own_connection_hears_of_it_first() {
    let server = Server::start();
    server.user("ada", "~* +@all");
    for line in ["CLIENT KILL USER ada SKIPME no", "ACL DELUSER ada"] {
        let mut ada = Room::at(server.target_as("ada")).await;
        assert_eq!(replies(ada.ask(act(&[line])).await), [Reply::Int(1)]);
        ada.down().await;
    }
}

#[tokio::test]
async fn after_an_act_everything_is_worth_asking_again() {
    let server = Server::start();
    server.user("boss", "~* +@all -acl|list");
    let mut room = Room::at(server.target_as("boss")).await;
    let list = || read(Topic::Users, &["ACL LIST"]);
    let refused = replies(room.ask(list()).await);
    assert!(refusal(&refused[0]).starts_with("NOPERM"), "{refused:?}");
    replies(room.ask(act(&["ACL SETUSER boss +acl|list"])).await);
    let all = replies(room.ask(list()).await);
    assert!(matches!(&all[0], Reply::Array(users) if users.len() == 2));
}
