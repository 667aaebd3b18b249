//! Our words to the driver's and back: commands, replies, refusals.
use redis::Value;

use super::{Fault, legible, packed};
use crate::model::printed::{is_plain, print};
use crate::model::{Cmd, Names, Reply};

/// Commands as the driver sends them: one write, one reply each.
pub(super) fn pipeline(cmds: &[Cmd]) -> redis::Pipeline {
    let mut pipeline = redis::Pipeline::with_capacity(cmds.len());
    for cmd in cmds {
        pipeline.add_command(command(cmd));
    }
    pipeline
}

fn command(cmd: &Cmd) -> redis::Cmd {
    let add = |(count, bytes), arg: &[u8]| (count + 1, bytes + arg.len());
    let (count, bytes) = cmd.args().fold((0, 0), add);
    let mut out = redis::Cmd::with_capacity(count, bytes);
    for arg in cmd.args() {
        out.arg(arg);
    }
    out
}

/// The reply to a command. An error may repeat what it refuses, and so the command's secrets are masked in it.
pub(super) fn answer(cmd: &Cmd, value: Value) -> Reply {
    let list = if cmd.args().next() == Some(b"SCAN") {
        Reply::Names
    } else {
        apart
    };
    match reply(value, list) {
        Reply::Error { code, text } => Reply::Error {
            code,
            text: cmd.mask(&text),
        },
        reply => reply,
    }
}

/// The items of an array that came in one piece, as those of any other.
#[expect(
    clippy::needless_pass_by_value,
    reason = "as the other way to take them"
)]
fn apart(items: Names) -> Reply {
    Reply::Array(
        items
            .iter()
            .map(|item| Reply::Bytes(item.to_vec()))
            .collect(),
    )
}

/// A reply in our own words; texts of the server become safe to print. Arrays that came in one piece are `list`s.
fn reply(value: Value, list: fn(Names) -> Reply) -> Reply {
    let reply = |value| reply(value, list);
    match value {
        Value::Nil => Reply::Nil,
        Value::Int(number) => Reply::Int(number),
        Value::BulkString(bytes) | Value::BigNumber(bytes) => Reply::Bytes(bytes),
        Value::Okay => Reply::Status("OK".to_owned()),
        Value::SimpleString(text) => Reply::Status(said(text)),
        Value::Array(items) | Value::Set(items) | Value::Push { data: items, .. } => {
            Reply::Array(items.into_iter().map(reply).collect())
        }
        Value::Map(pairs) => Reply::Map(
            pairs
                .into_iter()
                .map(|(key, value)| (reply(key), reply(value)))
                .collect(),
        ),
        Value::Attribute { data, attributes } => match *data {
            Value::BulkString(bytes) if attributes.is_empty() => {
                packed::names(&bytes).map_or(Reply::Bytes(bytes), list)
            }
            data => reply(data),
        },
        Value::Double(number) => Reply::Double(number),
        Value::Boolean(truth) => Reply::Bool(truth),
        Value::VerbatimString { text, .. } => Reply::Bytes(text.into_bytes()),
        Value::ServerError(error) => Reply::Error {
            code: said(error.code().to_owned()),
            text: said(error.details().unwrap_or_default().to_owned()),
        },
        _ => Reply::Error {
            code: "ERR".to_owned(),
            text: "a reply of a form keygrove does not know".to_owned(),
        },
    }
}

/// What the server said in a line, safe to print. Most of it is a word, and stays as it is.
fn said(text: String) -> String {
    if is_plain(text.as_bytes()) {
        return text;
    }
    print(&legible::bytes(&text))
}

/// The reply, or the fault where the server refused.
pub(super) fn accept(reply: Reply) -> Result<Reply, Fault> {
    match reply {
        Reply::Error { code, text } => Err(fault(code, text)),
        reply => Ok(reply),
    }
}

/// What a refusal means.
pub(super) fn fault(code: String, text: String) -> Fault {
    match code.as_str() {
        "NOPERM" => Fault::Denied {
            command: what(&text),
            text,
        },
        "WRONGTYPE" => Fault::WrongKind,
        "ERR" if text == "no such key" => Fault::Gone,
        _ => Fault::Refused { code, text },
    }
}

/// Whether the server refused it for want of a right.
pub(super) fn denied(reply: &Reply) -> bool {
    matches!(reply, Reply::Error { code, .. } if code == "NOPERM")
}

/// Whether the server refused it because of the key, and not the command as such.
pub(super) fn foreign_key(reply: &Reply) -> bool {
    matches!(reply, Reply::Error { code, text } if code == "NOPERM" && text.contains("key") && quoted(text).is_none())
}

/// Whether the server refused a command as such, whatever its arguments: asking again is refused again.
pub(super) fn whole_command(reply: &Reply) -> bool {
    matches!(reply, Reply::Error { code, text } if code == "NOPERM" && quoted(text).is_some())
}

/// Whether the server does not have this command, or not this subcommand of it.
pub(super) fn unknown(reply: &Reply) -> bool {
    matches!(reply, Reply::Error { code, text } if code == "ERR" && (text.starts_with("unknown command") || text.starts_with("unknown subcommand")))
}

/// What was denied: the command the server quotes, else "key" or "channel".
fn what(text: &str) -> String {
    match quoted(text) {
        Some(command) => command.replace('|', " ").to_ascii_uppercase(),
        None if text.contains("channel") => "channel".to_owned(),
        None => "key".to_owned(),
    }
}

/// `… to run the 'config|get' command …` on every version.
fn quoted(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("run the '")?;
    after.split_once('\'').map(|(command, _)| command)
}

/// A reply in a few words, for the log.
pub(super) fn brief(reply: &Reply) -> String {
    match reply {
        Reply::Nil => "nil".to_owned(),
        Reply::Status(text) => text.clone(),
        Reply::Int(number) => number.to_string(),
        Reply::Double(number) => number.to_string(),
        Reply::Bool(truth) => truth.to_string(),
        Reply::Bytes(bytes) => counted(bytes.len(), "byte"),
        Reply::Array(items) => counted(items.len(), "item"),
        Reply::Names(names) => counted(names.len(), "item"),
        Reply::Map(pairs) => counted(pairs.len(), "pair"),
        Reply::Error { code, text } => format!("{code} {text}"),
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_names_what_is_denied_on_every_version() {
        for (text, what) in [
            (
                "this user has no permissions to run the 'keys' command or its subcommand",
                "KEYS",
            ),
            (
                "this user has no permissions to run the 'config|get' command",
                "CONFIG GET",
            ),
            (
                "User ro has no permissions to run the 'config|get' command",
                "CONFIG GET",
            ),
            (
                "this user has no permissions to access one of the keys used as arguments",
                "key",
            ),
            ("No permissions to access a key", "key"),
            ("No permissions to access a channel", "channel"),
        ] {
            let Fault::Denied { command, .. } = fault("NOPERM".into(), text.into()) else {
                unreachable!("NOPERM is a denial")
            };
            assert_eq!(command, what);
        }
    }

    #[test]
    fn texts_of_the_server_cannot_reach_the_terminal() {
        let hostile = Value::SimpleString("\u{1b}]0;x".into());
        assert_eq!(reply(hostile, apart), Reply::Status("\\x1b]0;x".into()));
        let cmds = [Cmd::new("GET").arg(b"\xff\0"), Cmd::new("PING")];
        assert_eq!(
            pipeline(&cmds).get_packed_pipeline(),
            b"*2\r\n$3\r\nGET\r\n$2\r\n\xff\0\r\n*1\r\n$4\r\nPING\r\n"
        );
    }

    #[test]
    fn every_form_of_reply_arrives() {
        let map = Value::Map(vec![(Value::Int(1), Value::Boolean(true))]);
        assert_eq!(
            reply(map, apart),
            Reply::Map(vec![(Reply::Int(1), Reply::Bool(true))])
        );
        let set = Value::Set(vec![Value::Double(0.5), Value::Nil, Value::Okay]);
        let items = vec![Reply::Double(0.5), Reply::Nil, Reply::Status("OK".into())];
        assert_eq!(reply(set, apart), Reply::Array(items));
        assert_eq!(
            reply(Value::BigNumber(b"12".to_vec()), apart),
            Reply::Bytes(b"12".to_vec())
        );
    }
}
