//! The way out of the room: answers, news of the connection, lines of the log.
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};

use super::{Answer, Event, Fault, Link, Sent, Ticket, wire};
use crate::model::{Cmd, Reply};

/// Events wait here for the app; whoever sends more waits too, and so a busy screen slows a scan by itself.
const DEPTH: usize = 8;

/// Sends events. When the app is gone nobody listens, and that is not an error.
#[derive(Clone)]
pub(super) struct Out {
    events: mpsc::Sender<Event>,
    log: mpsc::UnboundedSender<Sent>,
    answered: Arc<Notify>,
}

impl Out {
    /// The way out, and the end the app holds.
    pub(super) fn new() -> (Self, mpsc::Receiver<Event>) {
        let (events, inbox) = mpsc::channel(DEPTH);
        let (log, lines) = mpsc::unbounded_channel();
        tokio::spawn(forward(lines, events.clone()));
        (
            Self {
                events,
                log,
                answered: Arc::default(),
            },
            inbox,
        )
    }

    pub(super) async fn answer(&self, ticket: Ticket, answer: Result<Answer, Fault>) {
        self.send(Event::Answer { ticket, answer }).await;
        self.answered.notify_one();
    }

    pub(super) async fn link(&self, link: Link) {
        self.send(Event::Link(link)).await;
    }

    /// Adds a line to the log. It does not wait, so that work which is cut off afterwards is still logged.
    pub(super) fn sent(&self, cmd: &Cmd, took: Duration, reply: &Result<Reply, Fault>) {
        if matches!(reply, Err(Fault::ReadOnly { .. })) {
            // It never left.
            return;
        }
        let result = match reply {
            Ok(Reply::Error { code, text }) => Err(wire::fault(code.clone(), text.clone())),
            Ok(reply) => Ok(wire::brief(reply)),
            Err(fault) => Err(fault.clone()),
        };
        let line = Sent {
            cmd: cmd.clone(),
            took,
            result,
        };
        if self.log.send(line).is_err() {
            // The forwarder ends only when the app no longer listens.
        }
    }

    /// The same for a pipeline whose commands were answered together, or not at all.
    pub(super) fn sent_all(
        &self,
        cmds: &[Cmd],
        took: Duration,
        replies: &Result<Vec<Reply>, Fault>,
    ) {
        for (at, cmd) in cmds.iter().enumerate() {
            match replies {
                Ok(replies) => {
                    if let Some(reply) = replies.get(at) {
                        self.sent(cmd, took, &Ok(reply.clone()));
                    }
                }
                Err(fault) => self.sent(cmd, took, &Err(fault.clone())),
            }
        }
    }

    /// Waits until an answer has gone out.
    pub(super) async fn answered(&self) {
        self.answered.notified().await;
    }

    async fn send(&self, event: Event) {
        if self.events.send(event).await.is_err() {
            // The app no longer listens; the actor ends when the handle is dropped too.
        }
    }
}

async fn forward(mut lines: mpsc::UnboundedReceiver<Sent>, events: mpsc::Sender<Event>) {
    while let Some(line) = lines.recv().await {
        if events.send(Event::Sent(line)).await.is_err() {
            return;
        }
    }
}
