//! Whatever bytes a server says.
use keygrove::model::acl::replies;
use keygrove::model::{Cmd, Reply};
use keygrove::server::{Answer, Request, Topic};

use super::common::Server;
use super::room::Room;

#[tokio::test]
async fn whatever_bytes_a_server_says_them_in_its_words_arrive_and_the_line_holds() {
    let server = Server::start();
    let mut room = Room::at(server.target()).await;
    let say = |script: &str, what: &[u8]| Cmd::new("EVAL").arg(script).num(0).arg(what);
    let (error, status) = ("return redis.error_reply(ARGV[1])", "return {ok=ARGV[1]}");
    for (cmd, words) in [
        (say(error, b"BAD \xff\x1b]52"), r"BAD \xff\x1b]52"),
        (say(error, b"BAD \xfe\x1b]52"), r"BAD \xfe\x1b]52"),
        (say(error, "BAD \u{10ffff}é".as_bytes()), "BAD \\u{10ffff}é"),
        (say(status, b"\xc3\x28\x9b"), r"\xc3(\x9b"),
        (say(status, b"\x1b[2J"), r"\x1b[2J"),
        (say(status, "schön".as_bytes()), "schön"),
        (Cmd::new("NO").arg(b"\xff\x1bc"), r"'\xff\x1bc'"),
    ] {
        let answer = room.ask(Request::Act(vec![cmd])).await;
        let Ok(Answer::Replies(replies)) = answer else {
            panic!("{words}: {answer:?}");
        };
        let said = match &replies[..] {
            [Reply::Error { code, text }] => format!("{code} {text}"),
            [Reply::Status(text)] => text.clone(),
            other => panic!("{words}: {other:?}"),
        };
        assert!(said.contains(words), "{said}");
    }
    // What a server repeats is cut to 128 bytes, in the midst of a character too; what stands beside it is unharmed.
    let cmds = vec![
        Cmd::new("CLIENT ID"),
        Cmd::new("ACL CAT").arg(b"\xff"),
        Cmd::new("ACL CAT").arg("é".repeat(200)),
        Cmd::new("CLIENT LIST"),
        Cmd::new("CLIENT ID"),
    ];
    let topic = Topic::Clients;
    let answer = room.ask(Request::Read { topic, cmds }).await;
    let Ok(Answer::Replies(replies)) = answer else {
        panic!("{answer:?}");
    };
    assert!(matches!(&replies[1], Reply::Error { text, .. } if text.contains(r"\xff")));
    assert!(matches!(&replies[2], Reply::Error { text, .. } if text.contains("éé")));
    assert!(matches!(&replies[3], Reply::Bytes(list) if list.starts_with(b"id=")));
    assert_eq!(replies[0], replies[4]);
}

#[tokio::test]
async fn connections_of_users_whose_names_are_no_text_are_told_apart() {
    let server = Server::start();
    let mut boss = Room::at(server.target()).await;
    let user = |name: &[u8]| {
        Cmd::new("ACL SETUSER")
            .arg(name)
            .arg("on")
            .arg("nopass")
            .arg("+@all")
    };
    let cmds = [b"a\xff", b"a\xfe"].map(|name| user(name)).to_vec();
    boss.ask(Request::Act(cmds)).await.unwrap();
    let mut guest = Room::at(server.target()).await;
    let login = Cmd::new("AUTH").arg(b"a\xff").arg("");
    guest.ask(Request::Act(vec![login])).await.unwrap();
    let (topic, cmds) = (Topic::Clients, vec![Cmd::new("CLIENT LIST")]);
    let answer = boss.ask(Request::Read { topic, cmds }).await;
    let Ok(Answer::Replies(replies)) = answer else {
        panic!("{answer:?}");
    };
    let connections = replies::connections(replies[0].bytes().unwrap());
    let users: Vec<&[u8]> = connections.iter().map(|one| one.user.as_slice()).collect();
    assert!(users.contains(&&b"a\xff"[..]), "{users:?}");
}
