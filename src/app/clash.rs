//! A save that met somebody else's change: what is asked, what is shown, and what the person's choice does.
use std::cmp::Ordering;
use std::time::Instant;

use super::overlays::Overlay;
use super::{App, doubts};
use crate::input::Chord;
use crate::model::kinds::{Ability, Identity, Row};
use crate::panes::intent::{Intent, Plan};
use crate::panes::overlay::conflict::{self, Conflict, Theirs};
use crate::panes::{Effects, Mood, paint};
use crate::server::{Answer, Fault, Ticket};

/// A save that met somebody else's change.
pub struct Clash {
    pub screen: Conflict,
    pub plan: Plan,
    /// The question for what the server has now.
    pub asked: Option<Ticket>,
    /// How many rows there were when the value was read.
    pub was: Option<u64>,
    /// When that was last told.
    pub read: Instant,
    /// The row as the server has it now.
    pub now: Option<Row>,
}

impl Clash {
    /// What the server has now, for the screen.
    pub fn take(&mut self, answer: &Result<Answer, Fault>, at: Instant) {
        self.asked = None;
        self.read = at;
        let Intent::Verb {
            kind,
            row: Some(mine),
            ..
        } = &self.plan.intent
        else {
            return;
        };
        let theirs = match answer {
            Ok(Answer::Seen(seen)) if seen.kind != *kind => Theirs::OtherKind(seen.kind.clone()),
            Ok(Answer::Seen(seen)) => {
                let kind = crate::model::kinds::of(kind);
                let found = seen.page.rows.iter().find(|row| kind.same(row, mine));
                self.now = found.cloned();
                let index = match kind.identity(mine) {
                    Identity::Place(at) if kind.can(Ability::Index) => Some(at),
                    _ => None,
                };
                let cell = found.and_then(|row| row.cells.get(kind.edited_cell()));
                match (cell, index) {
                    (Some(cell), index) => {
                        if let Some((at, lengths)) = index.zip(self.was.zip(seen.page.total)) {
                            self.screen.set_remark(shifted(at, lengths));
                        }
                        Theirs::Value(cell.clone())
                    }
                    (None, Some(at)) => Theirs::Shorter(at),
                    (None, None) => Theirs::Gone,
                }
            }
            Ok(_) | Err(Fault::Gone) => Theirs::Gone,
            Err(fault) => Theirs::Unreadable(fault.to_string()),
        };
        self.screen.set_theirs(theirs);
    }
}

/// What a list of another length says about an element that is known by its index only.
fn shifted(at: u64, (was, is): (u64, u64)) -> String {
    let how = match was.cmp(&is) {
        Ordering::Equal => return String::new(),
        Ordering::Less => "grew",
        Ordering::Greater => "shrank",
    };
    let (was, is) = (paint::count(was), paint::count(is));
    format!(
        "the list {how} from {was} to {is} elements: what you edited is perhaps no longer at index {at}"
    )
}

impl App {
    pub(super) fn press_conflict(&mut self, mut clash: Box<Clash>, chord: Chord) -> Effects {
        match clash.screen.press(chord) {
            conflict::Turn::Stay => self.put_back(Overlay::Conflict(clash)),
            conflict::Turn::Back => {
                // What was typed stands; the pane below shows what the server has.
                let key = clash.plan.change.key.clone();
                self.with(|app, cx| app.value.reread(&key, cx))
            }
            conflict::Turn::Theirs => {
                self.value.drop_draft();
                self.close_form(&clash.plan.intent);
                let key = clash.plan.change.key.clone();
                self.with(|app, cx| app.value.reread(&key, cx))
            }
            conflict::Turn::Mine => self.write_over(clash),
        }
    }

    /// Writes the person's version over what the server has now: the guard is that of the newer version.
    fn write_over(&mut self, clash: Box<Clash>) -> Effects {
        let Some(now) = clash.now.clone() else {
            self.say(
                Mood::Bad,
                "there is nothing to write over: take theirs, or keep editing",
            );
            return self.put_back(Overlay::Conflict(clash));
        };
        let Intent::Verb {
            key, kind, verb, ..
        } = clash.plan.intent.clone()
        else {
            return Vec::new();
        };
        let intent = Intent::Verb {
            key,
            kind,
            verb,
            row: Some(now),
            read: Some(clash.read),
        };
        self.take_over_form(&clash.plan.intent, &intent);
        let known = doubts::unsound(&clash.plan);
        self.plan(&intent, clash.plan.typed, known.as_deref())
    }
}
