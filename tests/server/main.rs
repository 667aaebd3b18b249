//! The server room against real servers: connecting and losing the line, guarded writes, the gate, deletions, walks, looks.
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(
    clippy::unnecessary_wraps,
    reason = "expected values have the type of what they are compared with"
)]
use common::Server;
use keygrove::model::change::{Change, Check, Outcome, Step};
use keygrove::model::target::Target;
use keygrove::model::{Cmd, Key, Reply};
use keygrove::server::{
    Access, Answer, ConnectStep, Consent, Failed, Fault, Hello, Request, Ticket, Topic, Unlinked,
};
use room::Room;

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/room.rs"]
mod room;

mod act;
mod connect;
mod gate;
mod guard;
mod login;
mod look;
mod lost;
mod read;
mod tls;
mod unlink;
mod walk;
mod words;

fn cmd(line: &str) -> Cmd {
    keygrove::model::resp::parse_cli(line).unwrap()
}

fn bytes(text: &str) -> Reply {
    Reply::Bytes(text.as_bytes().to_vec())
}

fn ok() -> Reply {
    Reply::Status("OK".into())
}

fn apply(change: Change) -> Request {
    Request::Apply {
        change,
        consent: Consent::Guarded,
    }
}

/// Sets a string from one value to another, if it still has the first.
fn edit(key: &str, from: &str, to: &str) -> Change {
    let write = Cmd::new("SET").arg(key).arg(to).arg("KEEPTTL");
    Change::plain(&Key::from(key), "saved", vec![Step::any(write)]).guarded(vec![
        Check::kind(&Key::from(key), "string"),
        Check::new(
            Cmd::new("STRLEN").arg(key),
            Reply::Int(i64::try_from(from.len()).unwrap()),
        ),
        Check::new(Cmd::new("GET").arg(key), bytes(from)),
    ])
}

fn applied(answer: Result<Answer, Fault>) -> Outcome {
    let Ok(Answer::Applied(outcome)) = answer else {
        panic!("{answer:?}")
    };
    outcome
}

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

/// What came of a deletion when it was through.
async fn last_unlinked(room: &mut Room, ticket: Ticket) -> Result<Unlinked, Fault> {
    loop {
        match room.answer(ticket).await {
            Ok(Answer::Unlinked(so_far)) if !so_far.done => {}
            Ok(Answer::Unlinked(all)) => return Ok(all),
            Err(fault) => return Err(fault),
            Ok(other) => panic!("{other:?}"),
        }
    }
}

/// Names as [`fill`] makes them.
fn keys(prefix: &str, count: usize) -> Vec<Key> {
    (0..count)
        .map(|at| Key::from(format!("{prefix}{at}").as_str()))
        .collect()
}

/// Makes so many strings.
fn fill(server: &Server, prefix: &str, count: usize) {
    let script = format!(
        "for i=0,{} do redis.call('SET', '{prefix}'..i, i) end",
        count - 1
    );
    server.redis(&["EVAL", &script, "0"]);
}

fn cmds(lines: &[&str]) -> Vec<Cmd> {
    lines.iter().map(|line| cmd(line)).collect()
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

fn replies(answer: Result<Answer, Fault>) -> Vec<Reply> {
    let Ok(Answer::Replies(replies)) = answer else {
        panic!("{answer:?}")
    };
    replies
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

impl Room {
    /// Connects to another server, or as somebody else.
    async fn up_again(&mut self, target: &Target) -> Hello {
        self.send(Request::Connect(target.clone()));
        self.up().await
    }
}
