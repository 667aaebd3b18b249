//! The way out of the room: answers, news of the connection, lines of the log.
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};

use super::{Answer, Event, Fault, Link, Rights, Sent, Ticket, wire};
use crate::model::{Cmd, Reply};

/// Events wait here for the app; whoever sends more waits too, and so a busy screen slows a scan by itself.
const DEPTH: usize = 8;

/// Sends events. When the app is gone nobody listens, and that is not an error.
#[derive(Clone)]
pub(super) struct Out {
    events: mpsc::Sender<Event>,
    notes: mpsc::UnboundedSender<Event>,
    answered: Arc<Notify>,
}

impl Out {
    /// The way out, and the end the app holds.
    pub(super) fn new() -> (Self, mpsc::Receiver<Event>) {
        let (events, inbox) = mpsc::channel(DEPTH);
        let (notes, lines) = mpsc::unbounded_channel();
        tokio::spawn(forward(lines, events.clone()));
        (
            Self {
                events,
                notes,
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
        self.note(Event::Sent(line));
    }

    /// Tells what was learned of our rights. It does not wait either.
    pub(super) fn rights(&self, news: Rights) {
        self.note(Event::Rights(news));
    }

    fn note(&self, note: Event) {
        if self.notes.send(note).is_err() {
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

async fn forward(mut notes: mpsc::UnboundedReceiver<Event>, events: mpsc::Sender<Event>) {
    while let Some(note) = notes.recv().await {
        if events.send(note).await.is_err() {
            return;
        }
    }
}
