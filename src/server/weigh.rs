//! How big keys are, before they are deleted: whether an undo can keep them.
use std::time::Instant;

use super::conn::Conn;
use super::out::Out;
use super::unlink::shortened;
use super::{Answer, Fault, Ticket, Weighed, wire};
use crate::model::kinds::{self, Look};
use crate::model::undo::{MOST, MOST_ELEMENTS};
use crate::model::{Cmd, Key, Reply};

/// Keys asked about in one go.
const BATCH: usize = 1000;

/// Answers [`super::Request::Weigh`]. One key is asked about first: where that one is not ours, the others are not
/// asked about, since every refused key costs a line of the server's log of denials.
pub(super) async fn weigh(conn: Conn, out: Out, ticket: Ticket, keys: Vec<Key>) {
    let (first, rest) = keys.split_at(keys.len().min(1));
    let mut told = Weighed::default();
    match bytes(&conn, &out, first).await {
        Ok(Some(bytes)) => told.bytes = bytes,
        Ok(None) => {
            told.bytes = vec![None; keys.len()];
            told.done = true;
            return out.answer(ticket, Ok(Answer::Weighed(told))).await;
        }
        Err(fault) => return out.answer(ticket, Err(fault)).await,
    }
    for batch in rest.chunks(BATCH) {
        match bytes(&conn, &out, batch).await {
            Ok(bytes) => told
                .bytes
                .extend(bytes.unwrap_or_else(|| vec![None; batch.len()])),
            Err(fault) => return out.answer(ticket, Err(fault)).await,
        }
        let told = std::mem::take(&mut told);
        out.answer(ticket, Ok(Answer::Weighed(told))).await;
    }
    told.done = true;
    out.answer(ticket, Ok(Answer::Weighed(told))).await;
}

/// The bytes of each; `None` when there is only one and it is not ours.
async fn bytes(conn: &Conn, out: &Out, keys: &[Key]) -> Result<Option<Vec<Option<u64>>>, Fault> {
    let replies = all(conn, out, "MEMORY USAGE", keys).await?;
    if replies
        .iter()
        .any(|reply| wire::whole_command(reply) || wire::unknown(reply))
    {
        return by_elements(conn, out, keys).await.map(Some);
    }
    let refused = |reply: &Reply| matches!(reply, Reply::Error { code, .. } if code == "NOPERM");
    if let [reply] = replies.as_slice()
        && refused(reply)
    {
        return Ok(None);
    }
    let bytes = |reply: &Reply| reply.int().and_then(|bytes| u64::try_from(bytes).ok());
    Ok(Some(replies.iter().map(bytes).collect()))
}

/// Where bytes are not told: a string by its length, a collection by its elements, a few of which count as small.
async fn by_elements(conn: &Conn, out: &Out, keys: &[Key]) -> Result<Vec<Option<u64>>, Fault> {
    let types = all(conn, out, "TYPE", keys).await?;
    let names: Vec<String> = types.iter().map(name).collect();
    let length = |(key, name): (&Key, &String)| {
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

async fn all(conn: &Conn, out: &Out, command: &str, keys: &[Key]) -> Result<Vec<Reply>, Fault> {
    let cmds: Vec<Cmd> = keys
        .iter()
        .map(|key| Cmd::new(command).arg(key.bytes()))
        .collect();
    let asked = Instant::now();
    let replies = conn.read(&cmds).await;
    let told = replies.clone().map(Reply::Array);
    out.sent(&shortened(command, keys), asked.elapsed(), &told);
    replies
}
