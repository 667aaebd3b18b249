//! A login as somebody else, on a line of its own.
use std::fmt::Write as _;

use keygrove::model::target::{Secret, Target};
use keygrove::model::{Cmd, Reply};
use keygrove::server::{Answer, ConnectStep, Failed, Fault, Request, Topic};

use super::common::Server;
use super::room::{Room, until};
use super::{act, bytes, calls, cmds, ok, read, read_only_room, refusal, replies};

fn log_in(user: &str, password: &str, lines: &[&str]) -> Request {
    Request::LogIn {
        user: user.to_owned(),
        password: Secret::new(password),
        cmds: cmds(lines),
    }
}

fn logged_in(answer: Result<Answer, Fault>) -> Result<Vec<Reply>, Failed> {
    let Ok(Answer::LoggedIn(replies)) = answer else {
        panic!("{answer:?}")
    };
    replies
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
    let own = replies(room.ask(read(Topic::Users, &["ACL WHOAMI"])).await);
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
    let own = replies(room.ask(read(Topic::Users, &["ACL WHOAMI"])).await);
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
    let own = replies(room.ask(read(Topic::Users, &["ACL WHOAMI"])).await);
    assert_eq!(own, [bytes("default")]);
}
