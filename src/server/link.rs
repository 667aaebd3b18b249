//! Connecting: open the stream, greet, log in, choose the database; and what each refusal means.
use std::collections::HashMap;
use std::time::Instant;

use super::conn::{Conn, Peer};
use super::dial::{Line, STEP, Steps, dial, failed};
use super::gate::Gate;
use super::refusals::Refusals;
use super::scan::Cursors;
use super::skills::Skills;
use super::{ConnectStep, Failed, Fault, Hello, tls};
use crate::model::plight::explain;
use crate::model::printed::print;
use crate::model::target::{Secret, Target};
use crate::model::{Cmd, Reply};

/// A connection that is ready for work.
pub(super) struct Ready {
    pub(super) conn: Conn,
    pub(super) hello: Hello,
    /// The server's number for this connection (`id` of HELLO); it only grows while the server lives.
    pub(super) number: Option<i64>,
}

/// Why there is no connection, and whether waiting may help.
pub(super) struct Failure {
    pub(super) failed: Failed,
    pub(super) cure: Cure,
}

/// Who can mend a failure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cure {
    /// The person: another address, another password.
    Person,
    /// Time: the server is loading or full.
    Time,
    /// The person, unless it was good before: then time, as a tunnel takes connections before its server is back.
    Either,
}

/// Connects, saying each step. Nothing is required of the user but HELLO or AUTH, and SELECT for a database
/// other than 0.
pub(super) async fn connect(
    target: &Target,
    gate: &Gate,
    steps: Steps<'_>,
) -> Result<Ready, Failure> {
    let Line { stream, away } = dial(target, steps).await.map_err(for_person)?;
    steps.at(ConnectStep::Auth).await;
    let mut conn = Conn::over(stream, gate.clone())
        .await
        .map_err(|_| broken(target, None))?;
    conn.share(&Refusals::of(target));
    let began = Instant::now();
    let (hello, number) = greet(&conn, target).await?;
    let greeted = began.elapsed();
    if target.db != 0 {
        steps.at(ConnectStep::Select).await;
        select(&conn, target).await?;
    }
    conn.meet(Peer {
        cursors: Cursors::of(&hello),
        skills: Skills::of(&hello),
        away,
        greeted,
    });
    Ok(Ready {
        conn,
        hello,
        number,
    })
}

fn for_person(failed: Failed) -> Failure {
    Failure {
        failed,
        cure: Cure::Person,
    }
}

/// HELLO 3 with login and our name in one; servers or users without it get AUTH and protocol 2.
async fn greet(conn: &Conn, target: &Target) -> Result<(Hello, Option<i64>), Failure> {
    match ask(conn, target, &hello(target)).await? {
        Reply::Error { code, text } if unknown_hello(&code, &text) => {
            log_in(conn, target).await?;
            let told = match code.as_str() {
                // A server that does not know HELLO tells who it is in INFO.
                "ERR" => introduce(conn, target).await?,
                // A user who may not say HELLO is not likely to get more; asking would only be a denial in ACL LOG.
                _ => Hello::default(),
            };
            let hello = Hello {
                protocol: 2,
                ..told
            };
            Ok((hello, None))
        }
        Reply::Error { code, text } => Err(refused(target, &code, &text)),
        reply => Ok(read_hello(&reply)),
    }
}

pub(super) fn hello(target: &Target) -> Cmd {
    let cmd = Cmd::new("HELLO").num(3);
    let cmd = match password(target) {
        Some(password) => cmd.arg("AUTH").arg(target.who()).secret(password),
        None => cmd,
    };
    cmd.arg("SETNAME").arg("keygrove")
}

/// What to log in with. Who is named logs in, without a password too: users may need none, and to come in as
/// somebody else is not what was asked for.
fn password(target: &Target) -> Option<&str> {
    let given = target.password.as_ref().map(Secret::reveal);
    given.or_else(|| target.is_named().then_some(""))
}

/// Whether a refusal is about HELLO itself and not about who we are.
fn unknown_hello(code: &str, text: &str) -> bool {
    match code {
        "NOPROTO" | "NOPERM" => true,
        "ERR" => [
            "unknown command",
            "yntax error",
            "wrong number of arguments",
        ]
        .iter()
        .any(|words| text.contains(words)),
        _ => false,
    }
}

/// AUTH as old servers know it; without a password PING tells whether one is needed.
async fn log_in(conn: &Conn, target: &Target) -> Result<(), Failure> {
    let password = password(target);
    let cmd = match (&target.user, password) {
        (Some(user), Some(password)) => Cmd::new("AUTH").arg(user).secret(password),
        (None, Some(password)) => Cmd::new("AUTH").secret(password),
        (_, None) => Cmd::new("PING"),
    };
    match ask(conn, target, &cmd).await? {
        Reply::Error { code, .. } if password.is_none() && code != "NOAUTH" => Ok(()),
        Reply::Error { code, text } => Err(refused(target, &code, &text)),
        _ => Ok(()),
    }
}

async fn select(conn: &Conn, target: &Target) -> Result<(), Failure> {
    let Reply::Error { code, text } = ask(conn, target, &Cmd::new("SELECT").num(target.db)).await?
    else {
        return Ok(());
    };
    let hint = match code.as_str() {
        "NOPERM" => "Connect to database 0, or ask the admin for +select.",
        _ if text.contains("out of range") => {
            "Most servers have databases 0 to 15; a cluster has only 0."
        }
        _ => "Connect to database 0.",
    };
    let words = match code.as_str() {
        "NOPERM" => format!("this user may not choose database {}", target.db),
        _ => format!("database {}: {text}", target.db),
    };
    Err(for_person(failed(ConnectStep::Select, words, hint)))
}

async fn ask(conn: &Conn, target: &Target, cmd: &Cmd) -> Result<Reply, Failure> {
    match conn.send(std::slice::from_ref(cmd), STEP).await {
        Ok(replies) => Ok(replies.into_iter().next().unwrap_or(Reply::Nil)),
        Err(Fault::Lost) => Err(broken(target, conn.health().strange())),
        Err(Fault::Slow(seconds)) => Err(Failure {
            failed: failed(
                ConnectStep::Auth,
                format!(
                    "the server did not answer {} within {seconds} s",
                    cmd.name()
                ),
                "It may be blocked or paused, and is tried again. Is it a Redis? If it speaks TLS, try rediss:// or --tls.",
            ),
            cure: Cure::Time,
        }),
        Err(fault) => Err(for_person(failed(ConnectStep::Auth, fault.to_string(), ""))),
    }
}

/// The first byte of a TLS record that says what is wrong (an alert).
const TLS_ALERT: u8 = 0x15;

/// The stream ended, or made no sense, before the server knew us. `strange` is what it said where that is no reply.
fn broken(target: &Target, strange: Option<&[u8]>) -> Failure {
    let failed = match (&target.tls, strange) {
        (None, Some([TLS_ALERT, ..])) => failed(
            ConnectStep::Auth,
            "the server speaks TLS",
            "Use rediss:// instead of redis://, or --tls.",
        ),
        (_, Some(strange)) => failed(
            ConnectStep::Auth,
            format!("this is no Redis: it answers {}", beginning(strange)),
            "Check the host and the port.",
        ),
        (Some(options), None) => tls::refused_after_handshake(options),
        (None, None) => failed(
            ConnectStep::Auth,
            "the server closed the connection at the first command",
            "If it speaks TLS, try rediss:// or --tls.",
        ),
    };
    let cure = if target.tls.is_none() && strange.is_none() {
        Cure::Either
    } else {
        Cure::Person
    };
    Failure { failed, cure }
}

/// The first line of what was said, as far as it came.
fn beginning(said: &[u8]) -> String {
    let line = said.split(|byte| b"\r\n".contains(byte)).next();
    print(line.unwrap_or_default())
}

/// What a refused HELLO or AUTH means.
fn refused(target: &Target, code: &str, text: &str) -> Failure {
    let auth = |words: &str, hint: &str| for_person(failed(ConnectStep::Auth, words, hint));
    match code {
        "WRONGPASS" => wrong_password(target),
        "NOAUTH" => auth(
            "the server wants a password",
            "Type it here, or give it with --askpass, -a or in the URL.",
        ),
        "LOADING" | "MASTERDOWN" | "BUSY" => Failure {
            cure: Cure::Time,
            ..auth(
                &explain(code, text),
                "The server is not ready yet; trying again.",
            )
        },
        "DENIED" => auth(
            "the server is in protected mode: it serves its own machine only",
            "Its admin must give it a password or a bind address. Or connect from its machine, by ssh -L for instance.",
        ),
        "ERR" if text.contains("invalid password") => wrong_password(target),
        "ERR" if text.contains("without any password configured") => auth(
            "the server has no password, but one was given",
            "Leave the password out.",
        ),
        "ERR" if text.contains("max number of clients") => Failure {
            cure: Cure::Time,
            ..auth(
                "the server has no room for another client",
                "Its maxclients is reached; trying again.",
            )
        },
        _ => auth(&format!("{code} {text}"), "The server refused the login."),
    }
}

/// The server says the same for four causes, and so all four are named.
pub(super) const WRONG: &str = "One of: there is no such user on this server; the password is wrong; the user is off; the user has no password set.";

fn wrong_password(target: &Target) -> Failure {
    let user = print(target.who().as_bytes());
    if target.password.is_none() {
        return for_person(failed(
            ConnectStep::Auth,
            format!("the server does not let {user} in without a password"),
            "Type it here, or give it with --askpass or in the URL. Or leave the user out.",
        ));
    }
    for_person(failed(
        ConnectStep::Auth,
        format!("the server does not let {user} in with this password"),
        WRONG,
    ))
}

/// What INFO tells of a server that has no HELLO; nothing when it refuses.
async fn introduce(conn: &Conn, target: &Target) -> Result<Hello, Failure> {
    let reply = ask(conn, target, &Cmd::new("INFO").arg("server")).await?;
    Ok(read_info(reply.bytes().unwrap_or_default()))
}

/// The same facts as HELLO's, from the lines of INFO.
fn read_info(text: &[u8]) -> Hello {
    let fact = |name: &str| {
        text.split(|byte| b"\r\n".contains(byte))
            .find_map(|line| line.strip_prefix(name.as_bytes())?.strip_prefix(b":"))
            .map(print)
    };
    let version = fact("valkey_version");
    Hello {
        server: fact("server_name")
            .or_else(|| fact("redis_version").map(|_| "redis".to_owned()))
            .unwrap_or_default(),
        version: version
            .or_else(|| fact("redis_version"))
            .unwrap_or_default(),
        mode: fact("redis_mode").unwrap_or_default(),
        ..Hello::default()
    }
}

fn read_hello(reply: &Reply) -> (Hello, Option<i64>) {
    let fields = fields(reply);
    let text = |name: &str| {
        fields
            .get(name)
            .and_then(|value| value.bytes())
            .map(print)
            .unwrap_or_default()
    };
    let number = |name: &str| fields.get(name).and_then(|value| value.int());
    let hello = Hello {
        server: text("server"),
        version: text("version"),
        mode: text("mode"),
        role: text("role"),
        protocol: number("proto")
            .and_then(|proto| u8::try_from(proto).ok())
            .unwrap_or(3),
        restarted: false,
    };
    (hello, number("id"))
}

/// The fields of a map, or of the flat array protocol 2 sends for one.
fn fields(reply: &Reply) -> HashMap<String, &Reply> {
    let name = |key: &Reply| print(key.bytes().unwrap_or_default());
    match reply {
        Reply::Map(pairs) => pairs
            .iter()
            .map(|(key, value)| (name(key), value))
            .collect(),
        Reply::Array(items) => items
            .chunks_exact(2)
            .filter_map(|pair| Some((name(pair.first()?), pair.last()?)))
            .collect(),
        _ => HashMap::new(),
    }
}
