//! Something that is asked of the server by itself: what is known of it, what is under way, what was refused.
use crate::model::resp::{Cmd, Reply};
use crate::panes::{Cx, Effects};
use crate::server::{Answer, Fault, Request, Ticket, Topic};

use super::load::refusal;

/// Something that is asked by itself: what is known of it, what is under way, what was refused.
#[derive(Debug)]
pub struct Told<T> {
    pub known: Option<T>,
    pub asked: Option<Ticket>,
    /// Why it is not known, or no longer fresh.
    pub refused: Option<String>,
}

impl<T> Default for Told<T> {
    fn default() -> Self {
        Self {
            known: None,
            asked: None,
            refused: None,
        }
    }
}

impl<T> Told<T> {
    pub fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    pub fn ask(&mut self, topic: Topic, cmds: Vec<Cmd>, cx: &mut Cx) -> Effects {
        let (ticket, effect) = cx.ask(Request::Read { topic, cmds });
        self.asked = Some(ticket);
        vec![effect]
    }

    /// The replies, if this ticket was asked for here; what was read before stays when nothing new came.
    pub fn answered<'r>(
        &mut self,
        ticket: Ticket,
        answer: &'r Result<Answer, Fault>,
    ) -> Option<&'r [Reply]> {
        if self.asked != Some(ticket) {
            return None;
        }
        self.asked = None;
        match answer {
            Ok(Answer::Replies(replies)) => Some(replies),
            Ok(_) => Some(&[]),
            Err(fault) => {
                self.refused = Some(fault.to_string());
                Some(&[])
            }
        }
    }

    /// Takes the reply to a command of this name, or the words of its refusal.
    pub fn hold(&mut self, name: &str, reply: &Reply, read: impl FnOnce(&Reply) -> Option<T>) {
        match (refusal(name, reply), read(reply)) {
            (Some(words), _) => self.refused = Some(words),
            (None, Some(known)) => {
                self.known = Some(known);
                self.refused = None;
            }
            (None, None) => self.refused = Some(format!("{name}: an answer that makes no sense")),
        }
    }
}
