//! How big keys are, before they are deleted: whether an undo can keep them.
use std::collections::{HashMap, HashSet};
use std::time::Instant;

use super::conn::Conn;
use super::out::Out;
use super::refusals::neighbourhood;
use super::unlink::shortened;
use super::{Answer, Fault, Ticket, Weighed, wire};
use crate::model::kinds::{self, Look};
use crate::model::undo::{MOST, MOST_ELEMENTS};
use crate::model::{Cmd, Key, Reply, dump};

/// Keys asked about in one go.
const BATCH: usize = 1000;

/// Answers [`super::Request::Weigh`]. Where keys may belong to others, one of those that stand together is asked about
/// first: if it is refused, so would the others be, and every refusal is a line of the server's log of denials.
pub(super) async fn weigh(conn: Conn, out: Out, ticket: Ticket, keys: Vec<Key>) {
    let mut told = Weighed::default();
    for batch in keys.chunks(BATCH) {
        match batched(&conn, &out, batch).await {
            Ok(bytes) => told.bytes.extend(bytes),
            Err(fault) => return out.answer(ticket, Err(fault)).await,
        }
        if !conn.rights().allows("RESTORE") {
            told.restore_only = restore_only(&conn, &out, batch).await.unwrap_or(0);
        }
        let told = std::mem::take(&mut told);
        out.answer(ticket, Ok(Answer::Weighed(told))).await;
    }
    told.done = true;
    out.answer(ticket, Ok(Answer::Weighed(told))).await;
}

/// The bytes of each, where they were told.
async fn batched(conn: &Conn, out: &Out, keys: &[Key]) -> Result<Vec<Option<u64>>, Fault> {
    let mut known: HashMap<&Key, u64> = HashMap::new();
    let mut open: Vec<&Key> = keys.iter().collect();
    while !open.is_empty() {
        let rights = conn.rights();
        let mut seen = HashSet::new();
        let (now, later): (Vec<&Key>, Vec<&Key>) = open
            .into_iter()
            .filter(|key| !rights.distrusts(key))
            .partition(|key| rights.trusts(key) || seen.insert(neighbourhood(key.bytes())));
        for (key, bytes) in now.iter().zip(bytes(conn, out, &now).await?) {
            known.extend(bytes.map(|bytes| (*key, bytes)));
        }
        open = later;
    }
    Ok(keys.iter().map(|key| known.get(key).copied()).collect())
}

/// How many of those that are ours are of a type that cannot be built anew by plain writes.
async fn restore_only(conn: &Conn, out: &Out, keys: &[Key]) -> Result<u64, Fault> {
    let rights = conn.rights();
    let ours: Vec<&Key> = keys.iter().filter(|key| rights.trusts(key)).collect();
    let types = all(conn, out, "TYPE", &ours).await?;
    let only = |reply: &&Reply| {
        let name = name(reply);
        !name.is_empty() && name != "none" && !dump::is_rebuilt(&name)
    };
    Ok(types.iter().filter(only).count() as u64)
}

/// The bytes of each; which of them are ours is learned.
async fn bytes(conn: &Conn, out: &Out, keys: &[&Key]) -> Result<Vec<Option<u64>>, Fault> {
    let mut replies = all(conn, out, "MEMORY USAGE", keys).await?;
    let untold = |reply: &Reply| wire::whole_command(reply) || wire::unknown(reply);
    let types = if replies.iter().any(untold) {
        replies = all(conn, out, "TYPE", keys).await?;
        Some(replies.clone())
    } else {
        None
    };
    for (key, reply) in keys.iter().zip(&replies) {
        if wire::foreign_key(reply) {
            conn.rights().distrust(key);
        } else {
            conn.rights().trust(key);
        }
    }
    if let Some(types) = types {
        return by_elements(conn, keys, &types).await;
    }
    let bytes = |reply: &Reply| reply.int().and_then(|bytes| u64::try_from(bytes).ok());
    Ok(replies.iter().map(bytes).collect())
}

/// Where bytes are not told: a string by its length, a collection by its elements, a few of which count as small.
async fn by_elements(
    conn: &Conn,
    keys: &[&Key],
    types: &[Reply],
) -> Result<Vec<Option<u64>>, Fault> {
    let names: Vec<String> = types.iter().map(name).collect();
    let length = |(key, name): (&&Key, &String)| {
        if name.is_empty() {
            return None;
        }
        let page = kinds::of(name).page(key, &Look::whole());
        page.into_iter().next()
    };
    let cmds: Vec<Option<Cmd>> = keys.iter().zip(&names).map(length).collect();
    let open: Vec<Cmd> = cmds.iter().flatten().cloned().collect();
    let mut lengths = conn.read(&open).await?.into_iter();
    let small = |(cmd, name): (&Option<Cmd>, &String)| {
        let length = cmd.as_ref().and_then(|_| lengths.next())?;
        let length = u64::try_from(length.int()?).ok()?;
        match name.as_str() {
            "string" => Some(length),
            _ if length <= MOST_ELEMENTS => Some(MOST / MOST_ELEMENTS * length),
            _ => None,
        }
    };
    Ok(cmds.iter().zip(&names).map(small).collect())
}

fn name(reply: &Reply) -> String {
    reply
        .bytes()
        .map(crate::model::printed::print)
        .unwrap_or_default()
}

async fn all(conn: &Conn, out: &Out, command: &str, keys: &[&Key]) -> Result<Vec<Reply>, Fault> {
    let cmds: Vec<Cmd> = keys
        .iter()
        .map(|key| Cmd::new(command).arg(key.bytes()))
        .collect();
    let asked = Instant::now();
    let replies = conn.read(&cmds).await;
    let told = replies.clone().map(Reply::Array);
    out.sent(
        &shortened(command, keys.iter().copied()),
        asked.elapsed(),
        &told,
    );
    replies
}
