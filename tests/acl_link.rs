//! What the ACL screen asks of the server room: reads by topic, plain commands, a login as somebody else.
#![allow(clippy::unwrap_used, clippy::panic)]
use std::fmt::Write as _;

use common::Server;
use keygrove::model::resp::parse_cli;
use keygrove::model::target::{Secret, Target};
use keygrove::model::{Cmd, Reply};
use keygrove::server::{Access, Answer, ConnectStep, Event, Failed, Fault, Request, Topic};
use room::{Room, until};

mod common;
#[path = "common/room.rs"]
mod room;

fn cmds(lines: &[&str]) -> Vec<Cmd> {
    lines.iter().map(|line| parse_cli(line).unwrap()).collect()
}

fn read(topic: Topic, lines: &[&str]) -> Request {
    Request::Read {
        topic,
        cmds: cmds(lines),
    }
}

fn act(lines: &[&str]) -> Request {
    Request::Act(cmds(lines))
}

fn log_in(user: &str, password: &str, lines: &[&str]) -> Request {
    Request::LogIn {
        user: user.to_owned(),
        password: Secret::new(password),
        cmds: cmds(lines),
    }
}

fn replies(answer: Result<Answer, Fault>) -> Vec<Reply> {
    let Ok(Answer::Replies(replies)) = answer else {
        panic!("{answer:?}")
    };
    replies
}

fn logged_in(answer: Result<Answer, Fault>) -> Result<Vec<Reply>, Failed> {
    let Ok(Answer::LoggedIn(replies)) = answer else {
        panic!("{answer:?}")
    };
    replies
}

fn ok() -> Reply {
    Reply::Status("OK".into())
}

fn bytes(text: &str) -> Reply {
    Reply::Bytes(text.as_bytes().to_vec())
}

/// How a reply begins when it is a refusal; nothing when it is none.
fn refusal(reply: &Reply) -> String {
    match reply {
        Reply::Error { code, text } => format!("{code} {text}"),
        _ => String::new(),
    }
}

async fn read_only_room(server: &Server, user: Option<&str>) -> Room {
    let mut room = Room::open(Access::ReadOnly);
    room.send(Request::Connect(
        user.map_or_else(|| server.target(), |user| server.target_as(user)),
    ));
    room.up().await;
    room
}

/// How often the server was asked for this command, by its own count.
fn calls(server: &Server, command: &str) -> usize {
    let stats = server.redis(&["INFO", "commandstats"]);
    let counts = |field: &str| {
        let start = format!("cmdstat_{command}:");
        let line = stats.lines().find_map(|line| line.strip_prefix(&start))?;
        let (_, after) = line.split_once(field)?;
        after.split(',').next()?.trim().parse::<usize>().ok()
    };
    counts("calls=").unwrap_or_default() + counts("rejected_calls=").unwrap_or_default()
}

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
        let answer = room.ask(read(Topic::Me, &["ACL WHOAMI", line])).await;
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
    let other = room.send(read(Topic::Me, &["ACL WHOAMI"]));
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
async fn a_secret_comes_back_neither_in_the_log_nor_in_a_refusal() {
    let server = Server::start();
    let mut room = Room::at(server.target()).await;
    let marker = "nXq7-marker";
    let typed_wrong = Cmd::new("ACL SETUSER").arg("app").arg("on").secret(marker);
    assert!(
        server
            .redis(&["ACL", "SETUSER", "app", "on", marker])
            .contains(marker),
        "the server repeats what it refuses"
    );
    let all = replies(room.ask(Request::Act(vec![typed_wrong])).await);
    assert!(refusal(&all[0]).contains("(secret)"), "{all:?}");
    let good = Cmd::new("ACL SETUSER")
        .arg("app")
        .arg("on")
        .secret(format!(">{marker}"));
    replies(room.ask(Request::Act(vec![good])).await);
    logged_in(room.ask(log_in("app", marker, &[])).await).unwrap();
    logged_in(room.ask(log_in("app", &format!("{marker}!"), &[])).await).unwrap_err();
    let mut told = format!("{all:?} {:?}", log_in("app", marker, &[]));
    for start in [
        "ACL SETUSER app on",
        "ACL SETUSER app on",
        "HELLO 3 AUTH app",
        "HELLO 3 AUTH app",
    ] {
        let line = room.logged(start).await;
        write!(told, "{line:?} {}", line.cmd.cli()).unwrap();
    }
    assert!(!told.contains(marker), "{told}");
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

#[tokio::test]
async fn a_login_shows_what_another_user_may_and_hangs_up() {
    let server = Server::start();
    let target = Target {
        db: 3,
        ..server.target()
    };
    let mut room = Room::at(target).await;
    // Nobody waits for the first answer: the login comes after the change all the same.
    room.send(act(&[
        "ACL SETUSER app reset on >pw ~app:* resetchannels &app:* +@all -@dangerous -select",
    ]));
    let lines = [
        "ACL WHOAMI",
        "SET app:k v",
        "GET app:k",
        "GET foreign",
        "INFO",
        "MULTI",
        "DEL app:k",
        "DEL foreign",
        "DISCARD",
        "PUBLISH app:news x",
        "PUBLISH news x",
        "SUBSCRIBE app:news",
        "GET app:k",
    ];
    let all = logged_in(room.ask(log_in("app", "pw", &lines)).await).unwrap();
    assert_eq!(all.len(), lines.len());
    assert_eq!(all[..3], [bytes("app"), ok(), bytes("v")]);
    for refused in [3, 4, 7, 10] {
        assert!(
            refusal(&all[refused]).starts_with("NOPERM"),
            "{refused}: {all:?}"
        );
    }
    assert_eq!(all[5], ok());
    assert_eq!(all[6], Reply::Status("QUEUED".into()));
    assert_eq!(all[8], ok());
    assert_eq!(all[9], Reply::Int(0));
    assert!(matches!(&all[11], Reply::Array(_)), "{all:?}");
    assert_eq!(all[12], bytes("v"));
    assert_eq!(server.redis(&["GET", "app:k"]), "v", "in database 0");
    until("it hung up", || {
        !server.redis(&["CLIENT", "LIST"]).contains("user=app")
    })
    .await;
    let own = replies(room.ask(read(Topic::Me, &["ACL WHOAMI"])).await);
    assert_eq!(own, [bytes("default")]);
    let greeted = room.logged("HELLO").await;
    assert_eq!(
        greeted.cmd.cli(),
        "HELLO 3 AUTH app (secret) SETNAME keygrove"
    );
    assert_eq!(greeted.result, Ok("OK".into()));
    assert!(room.logged("GET foreign").await.result.is_err());
}

#[tokio::test]
async fn a_login_that_fails_leaves_our_own_connection_alone() {
    let server = Server::start();
    server.user("off", "off ~* +@all");
    let mut room = Room::at(server.target()).await;
    for (user, password) in [("off", "pw"), ("nobody", "pw"), ("default", "x y")] {
        let answer = logged_in(room.ask(log_in(user, password, &["PING"])).await);
        if user == "default" {
            // A user that needs no password is let in with any.
            assert_eq!(answer, Ok(vec![Reply::Status("PONG".into())]));
            continue;
        }
        let failed = answer.unwrap_err();
        assert_eq!(failed.step, ConnectStep::Auth);
        assert!(failed.words.contains(user), "{failed:?}");
        assert!(room.logged("HELLO 3 AUTH").await.result.is_err());
    }
    let own = replies(room.ask(read(Topic::Me, &["ACL WHOAMI"])).await);
    assert_eq!(own, [bytes("default")]);
}

#[tokio::test]
async fn in_read_only_mode_a_login_only_reads() {
    let server = Server::start();
    server.user("app", "~app:* +@all");
    let mut room = read_only_room(&server, None).await;
    let all = logged_in(room.ask(log_in("app", "pw", &["GET app:k", "GET k"])).await).unwrap();
    assert_eq!(all[0], Reply::Nil);
    assert!(refusal(&all[1]).starts_with("NOPERM"), "{all:?}");
    let before = calls(&server, "hello");
    for line in ["MULTI", "DISCARD", "SET app:k v"] {
        let answer = room.ask(log_in("app", "pw", &["GET app:k", line])).await;
        let command = line.split(' ').next().unwrap().to_owned();
        assert_eq!(answer, Err(Fault::ReadOnly { command }));
    }
    assert_eq!(calls(&server, "hello"), before, "nobody logged in");
}

#[tokio::test]
async fn a_login_cut_off_half_way_is_unknown() {
    let server = Server::start();
    server.user("app", "~app:* +@all");
    let mut room = Room::at(server.target()).await;
    let ticket = room.send(log_in("app", "pw", &["SET app:k v", "BLPOP app:never 0"]));
    until("it waits", || {
        server.redis(&["CLIENT", "LIST"]).contains("cmd=blpop")
    })
    .await;
    server.redis(&["CLIENT", "KILL", "USER", "app"]);
    let command = "BLPOP".to_owned();
    let unknown = Fault::Unknown { command, done: 1 };
    assert_eq!(room.answer(ticket).await, Err(unknown));
    let own = replies(room.ask(read(Topic::Me, &["ACL WHOAMI"])).await);
    assert_eq!(own, [bytes("default")]);
}
