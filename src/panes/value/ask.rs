//! What can be asked of the open key besides looking: its size, a copy, its verbs, membership, the limit of a counter.
use std::time::Instant;

use super::{Value, foot};
use crate::model::kinds::{Row, Shape, Verb};
use crate::model::{Key, Reply};
use crate::panes::intent::Intent;
use crate::panes::{Cx, Effect, Effects, Mood, News, Slot, say};
use crate::server::{Answer, Fault, Request};
use crate::widgets::Focused;

impl Value {
    /// What the open key takes in memory, if it is this one, in bytes.
    pub fn memory(&self, key: &Key) -> Option<u64> {
        let open = self.open.as_ref().filter(|open| open.key == *key)?;
        open.head.as_ref()?.memory.as_ref().ok().copied()
    }

    /// How many rows a key had when it was read at this time, if it is the open one.
    pub fn total(&self, key: &Key, read: Instant) -> Option<u64> {
        let open = self.open.as_ref().filter(|open| open.key == *key)?;
        let head = open.head.as_ref().filter(|head| head.since == read)?;
        head.total
    }

    /// Text to copy: the value of the row, or of the whole text; and which part of it this is, where it is one.
    pub fn copied_value(&self) -> Option<(Vec<u8>, Option<String>)> {
        let open = self.open.as_ref()?;
        let bytes = open.row()?.cells.last().cloned()?;
        let part = (open.shape() == Shape::Text && !open.whole()).then(|| foot::part(open));
        Some((bytes, part))
    }

    /// The command that shows the row or value.
    pub fn copied_command(&self, of_row: Focused) -> Option<String> {
        let open = self.open.as_ref()?;
        let kind = open.head.as_ref()?.kind;
        let row = open
            .row()
            .filter(|_| of_row == Focused::Yes || open.shape() == Shape::Text && !open.whole());
        Some(kind.command(&open.key, row).cli())
    }

    /// Asks whether something is a member.
    pub fn ask_member(&mut self, member: &[u8], cx: &mut Cx) -> Effects {
        let Some((open, head)) = self
            .open
            .as_ref()
            .and_then(|open| Some((open, open.head.as_ref()?)))
        else {
            return Vec::new();
        };
        let Some(cmd) = head.kind.member(&open.key, member) else {
            return Vec::new();
        };
        let (ticket, effect) = cx.ask(Request::Question(cmd));
        self.question = Slot::Waiting(ticket);
        self.asked_about = member.to_vec();
        vec![effect]
    }

    /// Remembers what counters beside this one may reach.
    pub fn tell_limit(&mut self, key: &Key, limit: i64) {
        self.limits
            .insert(key.folder(&self.separator).to_vec(), limit);
    }

    pub(super) fn intent(&self, verb: Verb) -> Option<Intent> {
        let open = self.open.as_ref()?;
        let head = open.head.as_ref()?;
        Some(Intent::Verb {
            key: open.key.clone(),
            kind: head.kind.name(),
            verb,
            row: open.row().cloned(),
            read: head.unread.is_none().then_some(head.since),
        })
    }

    /// Opens the form of a verb, or does it at once where there is nothing to type.
    pub(super) fn verb(&self, verb: Verb) -> Effects {
        let Some(intent) = self.intent(verb) else {
            return Vec::new();
        };
        let news = if intent.fields().is_empty() {
            News::Fill(intent, Vec::new())
        } else {
            News::Ask(intent)
        };
        vec![Effect::Tell(news)]
    }
}

pub(super) fn number(row: Option<&Row>) -> Option<i64> {
    // Longer ones are no numbers of the server's, and a big value is not searched for one in every frame.
    let cell = row?.cells.first().filter(|cell| cell.len() <= 20)?;
    std::str::from_utf8(cell).ok()?.parse().ok()
}

pub(super) fn member_says(member: &[u8], answer: &Result<Answer, Fault>) -> Effect {
    let name = crate::model::printed::print(member);
    match answer {
        // A sorted set answers with the score, as a number or as text.
        Ok(Answer::Replied(
            Reply::Int(1) | Reply::Bool(true) | Reply::Double(_) | Reply::Bytes(_),
        )) => say(Mood::Good, format!("yes: {name} is a member")),
        Ok(Answer::Replied(Reply::Int(0) | Reply::Bool(false) | Reply::Nil)) => {
            say(Mood::Plain, format!("no: {name} is not a member"))
        }
        Ok(Answer::Replied(Reply::Error { code, text })) => {
            say(Mood::Bad, format!("{code} {text}"))
        }
        Ok(_) => say(
            Mood::Bad,
            "the server answered in a form keygrove does not know",
        ),
        Err(fault) => say(Mood::Bad, fault.to_string()),
    }
}
