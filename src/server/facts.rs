//! Reads whose replies a screen reads itself: one pipeline, one reply each.

use super::conn::Conn;
use super::gate::only_reads;
use super::out::Out;
use super::{Answer, Ticket, Topic};
use crate::model::Cmd;

/// Answers [`super::Request::Read`]. A read may be cut off at any time, and so nothing that writes is let into its lane.
pub(super) async fn read(conn: Conn, out: Out, ticket: Ticket, topic: Topic, cmds: Vec<Cmd>) {
    let replies = match (only_reads(&cmds), topic) {
        (Err(fault), _) => Err(fault),
        // They are read again and again.
        (Ok(()), Topic::Denials | Topic::Clients) => conn.read(&cmds).await,
        (Ok(()), _) => conn.read_logged(&cmds, &out).await,
    };
    out.answer(ticket, replies.map(Answer::Replies)).await;
}
