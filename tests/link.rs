//! Connecting, failing to, losing the line and coming back: against real servers.
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(
    clippy::unnecessary_wraps,
    reason = "expected values have the type of what they are compared with"
)]
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use common::{Server, free_port, target};
use keygrove::model::acl::replies;
use keygrove::model::target::{Place, Secret, Target, Tls, Trust};
use keygrove::model::{Cmd, Reply};
use keygrove::server::{
    Access, Answer, ConnectStep, Event, Failed, Fault, Link, READS, Request, Topic,
};
use room::{Room, until};

mod common;
#[path = "common/room.rs"]
mod room;

/// The failure of a first connect that only the person can mend.
async fn fails(target: Target) -> Failed {
    let mut room = Room::open(Access::ReadWrite);
    room.send(Request::Connect(target));
    let (failed, retry) = room.down().await;
    assert_eq!(retry, None, "{failed:?}");
    failed
}

fn assert_says(failed: &Failed, step: ConnectStep, words: &str, hint: &str) {
    assert_eq!(failed.step, step, "{failed:?}");
    assert!(failed.words.contains(words), "{failed:?}");
    assert!(failed.hint.contains(hint), "{failed:?}");
}

async fn get(room: &mut Room, key: &str) -> Result<Answer, Fault> {
    room.ask(Request::Question(Cmd::new("GET").arg(key))).await
}

fn bulk(text: &str) -> Answer {
    Answer::Replied(Reply::Bytes(text.as_bytes().to_vec()))
}

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

impl Room {
    async fn up_again(&mut self, target: &Target) -> keygrove::server::Hello {
        self.send(Request::Connect(target.clone()));
        self.up().await
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
    assert_eq!(retry, Some(Duration::from_secs(5)));
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

/// How the authority of the tests keeps its book.
const BOOK: &str = "[ca]
default_ca = book
[book]
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
[any]
commonName = supplied
";

/// Certificates for the TLS tests, made by the openssl program.
struct Certificates(tempfile::TempDir);

impl Certificates {
    fn make() -> Self {
        let made = Self(tempfile::tempdir().unwrap());
        made.authority("ca");
        made.authority("other");
        std::fs::write(made.path("ca.cnf"), BOOK).unwrap();
        std::fs::write(made.path("index.txt"), "").unwrap();
        made.signed("server", "DNS:localhost,IP:127.0.0.1", &["-days", "2"]);
        made.signed("elsewhere", "DNS:elsewhere.example", &["-days", "2"]);
        let past = [
            "-startdate",
            "20200101000000Z",
            "-enddate",
            "20210101000000Z",
        ];
        made.signed("expired", "DNS:localhost,IP:127.0.0.1", &past);
        made.signed("client", "DNS:client", &["-days", "2"]);
        made
    }

    fn authority(&self, name: &str) {
        let (key, cert, subject) = (
            format!("{name}.key"),
            format!("{name}.crt"),
            format!("/CN={name}"),
        );
        self.openssl(&[
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", &subject,
            "-keyout", &key, "-out", &cert,
        ]);
    }

    fn signed(&self, name: &str, names: &str, validity: &[&str]) {
        let file = |ending: &str| format!("{name}.{ending}");
        let (key, request, cert, extra) = (file("key"), file("csr"), file("crt"), file("ext"));
        std::fs::write(self.path(&extra), format!("subjectAltName={names}\n")).unwrap();
        let subject = format!("/CN={name}");
        self.openssl(&[
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", &subject, "-keyout", &key, "-out",
            &request,
        ]);
        let sign = [
            "ca",
            "-batch",
            "-config",
            "ca.cnf",
            "-create_serial",
            "-cert",
            "ca.crt",
            "-keyfile",
            "ca.key",
            "-notext",
            "-extfile",
            &extra,
            "-in",
            &request,
            "-out",
            &cert,
        ];
        self.openssl(&[&sign, validity].concat());
    }

    fn openssl(&self, args: &[&str]) {
        let done = Command::new("openssl")
            .args(args)
            .current_dir(self.0.path())
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "openssl {args:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    /// A server that speaks TLS with this certificate on its port.
    fn server(&self, name: &str, clients: &str) -> Server {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let (cert, key, ca) = (
            text(&self.path(&format!("{name}.crt"))),
            text(&self.path(&format!("{name}.key"))),
            text(&self.path("ca.crt")),
        );
        Server::with(&[
            "--port",
            "0",
            "--tls-port",
            "{port}",
            "--tls-cert-file",
            &cert,
            "--tls-key-file",
            &key,
            "--tls-ca-cert-file",
            &ca,
            "--tls-auth-clients",
            clients,
        ])
    }

    fn trusting(&self, authority: &str) -> Tls {
        Tls {
            cacert: Some(self.path(authority)),
            ..Tls::default()
        }
    }
}

#[tokio::test]
async fn tls_trusts_only_what_it_is_told_to() {
    let made = Certificates::make();
    let server = made.server("server", "no");
    let speaks = |tls: Option<Tls>| Target {
        tls,
        ..server.tcp()
    };
    assert_eq!(
        Room::open(Access::ReadWrite)
            .up_again(&speaks(Some(made.trusting("ca.crt"))))
            .await
            .protocol,
        3
    );
    let unknown = fails(speaks(Some(made.trusting("other.crt")))).await;
    assert_says(&unknown, ConnectStep::Tls, "authority", "--cacert");
    let system = fails(speaks(Some(Tls::default()))).await;
    assert_says(&system, ConnectStep::Tls, "authorit", "--cacert");
    let insecure = Tls {
        trust: Trust::Anything,
        ..Tls::default()
    };
    Room::open(Access::ReadWrite)
        .up_again(&speaks(Some(insecure.clone())))
        .await;
    let missing = fails(speaks(Some(made.trusting("nothing.crt")))).await;
    assert_says(&missing, ConnectStep::Tls, "nothing.crt", "PEM");
    assert_says(
        &fails(speaks(None)).await,
        ConnectStep::Auth,
        "closed",
        "--tls",
    );

    let elsewhere = made.server("elsewhere", "no");
    let by = |tls: Option<Tls>| Target {
        tls,
        ..elsewhere.tcp()
    };
    assert_says(
        &fails(by(Some(made.trusting("ca.crt")))).await,
        ConnectStep::Tls,
        "another name than 127.0.0.1",
        "name",
    );
    Room::open(Access::ReadWrite)
        .up_again(&by(Some(insecure)))
        .await;
    let expired = made.server("expired", "no");
    let late = fails(Target {
        tls: Some(made.trusting("ca.crt")),
        ..expired.tcp()
    })
    .await;
    assert_says(&late, ConnectStep::Tls, "expired", "Renew");
}

#[tokio::test]
async fn tls_shows_a_client_certificate_where_one_is_wanted() {
    let made = Certificates::make();
    let server = made.server("server", "yes");
    let with = |tls: Tls| Target {
        tls: Some(tls),
        ..server.tcp()
    };
    let trusting = made.trusting("ca.crt");
    let ours = Tls {
        cert: Some(made.path("client.crt")),
        key: Some(made.path("client.key")),
        ..trusting.clone()
    };
    Room::open(Access::ReadWrite)
        .up_again(&with(ours.clone()))
        .await;
    assert_says(
        &fails(with(trusting)).await,
        ConnectStep::Tls,
        "client certificate",
        "--cert",
    );
    let half = Tls { key: None, ..ours };
    assert_says(
        &fails(with(half)).await,
        ConnectStep::Tls,
        "needs its key",
        "--key",
    );
}

#[tokio::test]
async fn tls_to_a_plain_port_says_so() {
    let server = Server::start();
    let failed = fails(Target {
        tls: Some(Tls {
            trust: Trust::Anything,
            ..Tls::default()
        }),
        ..server.tcp()
    })
    .await;
    assert_says(&failed, ConnectStep::Tls, "", "redis://");
}

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
