//! Reads whose replies a screen reads itself: one pipeline, one reply each.
use std::time::Instant;

use super::conn::Conn;
use super::gate::only_reads;
use super::out::Out;
use super::{Answer, Fault, Ticket, Topic};
use crate::model::{Cmd, Reply};

/// Answers [`super::Request::Read`].
pub(super) async fn read(conn: Conn, out: Out, ticket: Ticket, topic: Topic, cmds: Vec<Cmd>) {
    let asked = Instant::now();
    let replies = all(&conn, &cmds).await;
    if !matches!(topic, Topic::Denials | Topic::Clients) {
        out.sent_all(&cmds, asked.elapsed(), &replies);
    }
    out.answer(ticket, replies.map(Answer::Replies)).await;
}

/// A read may be cut off at any time, and so nothing that writes is let into its lane.
async fn all(conn: &Conn, cmds: &[Cmd]) -> Result<Vec<Reply>, Fault> {
    only_reads(cmds)?;
    conn.read(cmds).await
}
