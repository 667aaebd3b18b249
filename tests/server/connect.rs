//! Connecting, and failing to.
use std::io::{Read, Write};
use std::path::PathBuf;

use keygrove::model::Reply;
use keygrove::model::target::{Place, Secret, Target};
use keygrove::server::{Access, Answer, ConnectStep, Request, Topic};

use super::common::{Server, free_port, target};
use super::room::Room;
use super::{assert_says, bulk, bytes, fails, get, read, replies};

#[tokio::test]
async fn the_first_bytes_are_one_hello_and_nothing_else_is_asked() {
    let server = Server::start();
    for target in [server.target(), server.tcp()] {
        let mut room = Room::open(Access::ReadOnly);
        room.send(Request::Connect(target));
        let hello = room.up().await;
        assert_eq!(
            (
                hello.server.as_str(),
                hello.mode.as_str(),
                hello.role.as_str()
            ),
            ("redis", "standalone", "master")
        );
        assert_eq!((hello.protocol, hello.restarted), (3, false));
        assert!(
            hello.version.starts_with(|c: char| c.is_ascii_digit()),
            "{hello:?}"
        );
        assert!(server.redis(&["CLIENT", "LIST"]).contains("name=keygrove"));
    }
    let stats = server.redis(&["INFO", "commandstats"]);
    let asked: Vec<&str> = stats
        .lines()
        .filter_map(|line| line.split(':').next())
        .collect();
    for line in &asked {
        assert!(
            matches!(
                *line,
                "# Commandstats" | "" | "cmdstat_ping" | "cmdstat_hello" | "cmdstat_client|list"
            ),
            "{line}"
        );
    }
}

#[tokio::test]
async fn every_step_that_fails_is_named() {
    let name = target(Place::Tcp {
        host: "no-such-host.invalid".into(),
        port: 1,
    });
    assert_says(
        &fails(name).await,
        ConnectStep::Name,
        "no-such-host.invalid was not found",
        "spelling",
    );
    let port = target(Place::Tcp {
        host: "127.0.0.1".into(),
        port: free_port(),
    });
    assert_says(&fails(port).await, ConnectStep::Tcp, "refused", "running");
    let socket = target(Place::Unix(PathBuf::from("/nowhere/redis.sock")));
    assert_says(
        &fails(socket).await,
        ConnectStep::Tcp,
        "no such socket",
        "unixsocket",
    );
    let server = Server::start();
    let db = Target {
        db: 99,
        ..server.target()
    };
    assert_says(
        &fails(db).await,
        ConnectStep::Select,
        "database 99",
        "0 to 15",
    );
    let password = Target {
        password: Some(Secret::new("wrong")),
        user: Some("ada".into()),
        ..server.target()
    };
    let failed = fails(password).await;
    assert_says(&failed, ConnectStep::Auth, "ada", "no such user");
    for cause in ["wrong", "off", "no password set"] {
        assert!(failed.hint.contains(cause), "{failed:?}");
    }
}

#[tokio::test]
async fn passwords_go_with_hello_or_are_asked_for() {
    let server = Server::with(&["--requirepass", "s e\"cret"]);
    assert_says(
        &fails(server.target()).await,
        ConnectStep::Auth,
        "wants a password",
        "--askpass",
    );
    let right = Target {
        password: Some(Secret::new("s e\"cret")),
        ..server.target()
    };
    assert_eq!(
        Room::at(right.clone())
            .await
            .up_again(&right)
            .await
            .protocol,
        3
    );
}

#[tokio::test]
async fn who_is_named_without_a_password_comes_in_as_that_user_or_not_at_all() {
    for server in [
        Server::start(),
        Server::with(&["--rename-command", "HELLO", ""]),
    ] {
        server.redis(&["ACL", "SETUSER", "open", "on", "nopass", "~*", "+@all"]);
        server.user("ada", "~* +@all");
        let named = |user: &str| Target {
            user: Some(user.into()),
            ..server.target()
        };
        let mut room = Room::open(Access::ReadWrite);
        for user in ["open", "default"] {
            room.up_again(&named(user)).await;
            let own = replies(room.ask(read(Topic::Users, &["ACL WHOAMI"])).await);
            assert_eq!(own, [bytes(user)]);
        }
        let failed = fails(named("ada")).await;
        assert_says(
            &failed,
            ConnectStep::Auth,
            "let ada in without a",
            "--askpass",
        );
    }
}

#[tokio::test]
async fn a_server_without_hello_gets_auth_and_protocol_2() {
    let server = Server::with(&["--rename-command", "HELLO", "", "--requirepass", "pw"]);
    assert_says(
        &fails(server.target()).await,
        ConnectStep::Auth,
        "wants a password",
        "--askpass",
    );
    let wrong = Target {
        password: Some(Secret::new("no")),
        ..server.target()
    };
    assert_says(
        &fails(wrong).await,
        ConnectStep::Auth,
        "default",
        "password is wrong",
    );
    for user in [None, Some("default".to_owned())] {
        let mut room = Room::open(Access::ReadWrite);
        let target = Target {
            user,
            password: Some(Secret::new("pw")),
            db: 3,
            ..server.target()
        };
        let hello = room.up_again(&target).await;
        assert_eq!(hello.protocol, 2);
        assert_eq!(
            (hello.server.as_str(), hello.mode.as_str()),
            ("redis", "standalone")
        );
        assert!(
            hello.version.starts_with(|c: char| c.is_ascii_digit()),
            "{hello:?}"
        );
        assert_eq!(get(&mut room, "k").await, Ok(Answer::Replied(Reply::Nil)));
    }
    let open = Server::with(&["--rename-command", "HELLO", ""]);
    assert_eq!(
        Room::open(Access::ReadWrite)
            .up_again(&open.target())
            .await
            .protocol,
        2
    );
    let needless = Target {
        password: Some(Secret::new("pw")),
        ..open.target()
    };
    assert_says(
        &fails(needless).await,
        ConnectStep::Auth,
        "has no password",
        "Leave",
    );
}

#[tokio::test]
async fn restricted_users_connect_and_leave_no_denial_behind() {
    let server = Server::start();
    server.redis(&["SET", "myapp:k", "v"]);
    for (user, rules) in [
        ("a", "~myapp:* +@all -@dangerous"),
        ("b", "~myapp:* +@read -@dangerous"),
        ("j", "~myapp:* -@all +get"),
    ] {
        server.user(user, rules);
        server.redis(&["ACL", "LOG", "RESET"]);
        let mut room = Room::open(Access::ReadWrite);
        room.up_again(&server.target_as(user)).await;
        assert_eq!(server.redis(&["ACL", "LOG"]), "", "{user}");
        assert_eq!(get(&mut room, "myapp:k").await, Ok(bulk("v")));
    }
    let db = Target {
        db: 1,
        ..server.target_as("b")
    };
    assert_says(
        &fails(db).await,
        ConnectStep::Select,
        "may not choose database 1",
        "+select",
    );
}

#[tokio::test]
async fn a_server_in_protected_mode_says_so_and_what_to_do() {
    // As such a server does to whoever comes from elsewhere: it says why at once, and hangs up.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let says = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let words = "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user.\r\n";
        std::io::Write::write_all(&mut stream, words.as_bytes()).unwrap();
    });
    let denied = target(Place::Tcp {
        host: "127.0.0.1".into(),
        port,
    });
    assert_says(
        &fails(denied).await,
        ConnectStep::Auth,
        "protected mode",
        "ssh -L",
    );
    says.join().unwrap();
}

#[tokio::test]
async fn a_full_server_is_tried_again() {
    let server = Server::with(&["--maxclients", "1"]);
    let mut first = Room::at(server.target()).await;
    let mut second = Room::open(Access::ReadWrite);
    second.send(Request::Connect(server.target()));
    let (failed, retry) = second.down().await;
    assert_says(&failed, ConnectStep::Auth, "no room", "maxclients");
    assert!(retry.is_some());
    assert_eq!(get(&mut first, "k").await, Ok(Answer::Replied(Reply::Nil)));
    drop(first);
    second.up().await;
}

#[tokio::test]
async fn what_answers_and_is_no_redis_is_told_as_such() {
    for (answer, words, hint) in [
        (
            &b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n"[..],
            "no Redis: it answers HTTP/1.1 400 Bad Request",
            "port",
        ),
        (
            b"SSH-2.0-\x1b[31m\r\n",
            "it answers SSH-2.0-\\x1b[31m",
            "port",
        ),
        (b"\x15\x03\x01\x00\x02\x02\x46", "speaks TLS", "rediss://"),
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let (mut line, _) = listener.accept().unwrap();
            let mut asked = [0; 64];
            assert!(line.read(&mut asked).unwrap() > 0);
            line.write_all(answer).unwrap();
            // Until the client hangs up.
            while line.read(&mut asked).is_ok_and(|bytes| bytes > 0) {}
        });
        let failed = fails(target(Place::Tcp {
            host: "127.0.0.1".into(),
            port,
        }))
        .await;
        assert_says(&failed, ConnectStep::Auth, words, hint);
        server.join().unwrap();
    }
}
