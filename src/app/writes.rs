//! Writes: from what was typed to a confirmed change, its one sending, and what came of it.
use crate::model::Reply;
use crate::model::change::{Outcome, Stakes};
use crate::model::kinds::{self, Verb};
use crate::model::target::Environment;
use crate::model::undo::Cannot;
use crate::panes::intent::{After, Intent, Plan};
use crate::panes::overlay::confirm::Confirm;
use crate::panes::overlay::conflict::{Conflict, Theirs};
use crate::panes::own::{self, Met};
use crate::panes::{Effect, Effects, Mood};
use crate::server::{Answer, Consent, Fault, Request, Ticket};

use super::clash::Clash;
use super::history::{Origin, What};
use super::moved::{is_taken, why_not};
use super::overlays::{Overlay, Then};
use super::{App, doubts};

/// A write that was sent and not answered yet.
pub struct Write {
    ticket: Ticket,
    plan: Plan,
}

/// The word for a destructive change in production.
pub(super) const WORD: &str = "yes";
impl App {
    /// Makes a change of what was typed; asks first where something is lost for good, else sends it. `known` is what the
    /// person was told to be wrong with it, and wants so all the same.
    pub(super) fn plan(
        &mut self,
        intent: &Intent,
        typed: Vec<Vec<u8>>,
        known: Option<&str>,
    ) -> Effects {
        if self.writes.iter().any(|write| write.plan.intent == *intent) {
            return Vec::new();
        }
        if let Some(why) = crate::panes::refuses_writes(&self.world) {
            self.refuse(intent, 0, why);
            return Vec::new();
        }
        if let (Some(prefix), Some(name)) = (&self.world.setup.prefix, names_a_key(intent, &typed))
            && !name.starts_with(prefix)
        {
            let why = format!(
                "keygrove is confined to names that begin with {}",
                crate::model::printed::print(prefix)
            );
            self.refuse(intent, 0, why);
            return Vec::new();
        }
        let heavy = self.copies_much(intent);
        match intent.plan(typed, &self.world) {
            Err(refusal) => {
                self.refuse(intent, refusal.field, refusal.why);
                Vec::new()
            }
            Ok(plan) if plan.intent.unseen() => {
                self.ask_unseen(plan);
                Vec::new()
            }
            Ok(plan) if plan.change.stakes == Stakes::Destructive => {
                let word = (self.world.setup.env == Environment::Prod).then(|| WORD.to_owned());
                let question = vec![doubts::question(&plan)];
                let confirm = Confirm::new("Really?", question, plan.change.lines(), word);
                let then = Then::Write(Box::new(plan), Consent::Guarded);
                self.overlays.push(Overlay::Confirm { confirm, then });
                Vec::new()
            }
            Ok(plan) if heavy.is_some() => {
                let question = vec![format!(
                    "{} takes {} in memory. Nobody is served while it is copied. Copy it all the same?",
                    plan.change.key.called(),
                    crate::panes::paint::size(heavy.unwrap_or(0))
                )];
                let confirm = Confirm::new("It is big", question, plan.change.lines(), None);
                let then = Then::Write(Box::new(plan), Consent::Guarded);
                self.overlays.push(Overlay::Confirm { confirm, then });
                Vec::new()
            }
            Ok(plan) => {
                match doubts::unsound(&plan).filter(|wrong| known != Some(wrong.as_str())) {
                    None => self.send(plan, Consent::Guarded),
                    Some(wrong) => {
                        let question = vec![format!("{wrong}. Save it as it is?")];
                        let lines = plan.change.lines();
                        let confirm = Confirm::new("Not JSON any more", question, lines, None);
                        let then = Then::Write(Box::new(plan), Consent::Guarded);
                        self.overlays.push(Overlay::Confirm { confirm, then });
                        Vec::new()
                    }
                }
            }
        }
    }

    /// The bytes of a key that is about to be copied, where they hold up the server.
    fn copies_much(&self, intent: &Intent) -> Option<u64> {
        const MUCH: u64 = 8 * 1024 * 1024;
        let Intent::Duplicate(key) = intent else {
            return None;
        };
        self.value.memory(key).filter(|bytes| *bytes > MUCH)
    }

    /// Sends a change, once.
    pub(super) fn send(&mut self, plan: Plan, consent: Consent) -> Effects {
        let ticket = self.tickets.draw();
        let request = Request::Apply {
            change: plan.change.clone(),
            consent,
        };
        self.note(&plan.intent, "sending…");
        self.writes.push(Write { ticket, plan });
        vec![Effect::Ask(ticket, request)]
    }

    /// The answer to a write, if it is one.
    pub(super) fn take_write(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Fault>,
    ) -> Option<Effects> {
        let at = self
            .writes
            .iter()
            .position(|write| write.ticket == ticket)?;
        let Write { plan, .. } = self.writes.remove(at);
        self.learn_refusal(&plan.change, answer);
        Some(match answer {
            Ok(Answer::Applied(Outcome::Done(replies))) => {
                self.remember(&plan, replies);
                self.done(&plan)
            }
            Ok(Answer::Applied(Outcome::Nothing(why))) => {
                self.refuse(&plan.intent, 0, (*why).to_owned());
                let key = plan.change.key;
                self.with(|app, cx| app.value.reread(&key, cx))
            }
            Ok(Answer::Applied(Outcome::Conflict(now))) => self.conflict(plan, now),
            Ok(Answer::Applied(Outcome::Unknown(words))) => {
                let said = format!(
                    "unknown whether it was written: {words}. It is read back, never sent again"
                );
                self.note(&plan.intent, &said);
                self.say(Mood::Bad, said);
                let key = plan.change.key;
                self.tree.stale(&key, self.world.now);
                self.with(|app, cx| app.value.reread(&key, cx))
            }
            Ok(Answer::Applied(Outcome::Overwrote(now))) => {
                self.remember_lost(&plan, "it was written over what somebody else wrote then");
                self.overwrote(&plan, now)
            }
            Ok(_) => Vec::new(),
            Err(fault @ Fault::Unguardable { .. }) => {
                self.ask_unguarded(plan, fault);
                Vec::new()
            }
            Err(fault @ (Fault::WrongKind | Fault::Gone)) => {
                self.refuse(&plan.intent, 0, fault.to_string());
                let key = plan.change.key;
                self.tree.stale(&key, self.world.now);
                self.with(|app, cx| app.value.reread(&key, cx))
            }
            Err(fault @ (Fault::Lost | Fault::Slow(_))) => {
                // Of a write that may have been made it is said that this is unknown.
                self.refuse(&plan.intent, 0, format!("{fault}: nothing was written"));
                Vec::new()
            }
            Err(fault) => {
                if matches!(fault, Fault::Denied { command, .. } if command == "key") {
                    let met = Met::Unwritable(fault.clone());
                    self.world.own.met(&plan.change.key, met);
                }
                let name = names_a_key(&plan.intent, &plan.typed);
                let name = name.unwrap_or(plan.change.key.bytes());
                let words = own::words_of(fault, name, &self.world.setup.separator);
                self.refuse(&plan.intent, 0, words);
                Vec::new()
            }
        })
    }

    /// The list of what can be undone has it now.
    pub(super) fn remember(&mut self, plan: &Plan, replies: &[Reply]) {
        let (what, about) = match plan.past(replies) {
            Ok(past) => (What::Keys(past.clone()), past.about()),
            Err(Cannot(why)) => return self.remember_lost(plan, &why),
        };
        let at = self.world.clock.clone();
        self.history
            .push(plan.change.done, about, at, what, Origin::Person);
    }

    fn remember_lost(&mut self, plan: &Plan, why: &str) {
        let (at, what) = (self.world.clock.clone(), What::Lost(Cannot::new(why)));
        let about = plan.change.key.called();
        self.history
            .push(plan.change.done, about, at, what, Origin::Person);
    }

    pub(super) fn done(&mut self, plan: &Plan) -> Effects {
        self.close_form(&plan.intent);
        if edits_text(&plan.intent) {
            self.value.saved(self.world.now);
            // Whether to give up a draft is no question any more.
            self.overlays.retain(|overlay| {
                !matches!(
                    overlay,
                    Overlay::Confirm {
                        then: Then::DropDraft | Then::Quit,
                        ..
                    }
                )
            });
        }
        self.say(Mood::Good, plan.change.done);
        let key = plan.change.key.clone();
        self.done = touches_part(&plan.intent).then(|| (key.clone(), plan.change.done));
        self.tree.stale(&key, self.world.now);
        match &plan.after {
            After::Reload => self.with(|app, cx| app.value.reread(&key, cx)),
            After::Born(new) => self.with(|app, cx| {
                app.tree.born(new, cx);
                app.value.show(new, crate::panes::Focus::Tree, cx)
            }),
            After::Renamed(new) => self.with(|app, cx| {
                app.tree.gone(&key);
                app.tree.born(new, cx);
                app.value.renamed(&key, new);
                app.value.show(new, crate::panes::Focus::Tree, cx)
            }),
        }
    }

    /// Nothing was written, because the value changed since it was shown: both versions are put side by side.
    fn conflict(&mut self, plan: Plan, now: &[Reply]) -> Effects {
        let key = plan.change.key.clone();
        let (
            Intent::Verb {
                kind,
                verb: Verb::Edit,
                row: Some(row),
                read,
                ..
            },
            false,
        ) = (&plan.intent, is_taken(&plan.change, now))
        else {
            let why = why_not(&plan.change, now);
            let why = why.unwrap_or("it changed on the server meanwhile".into());
            self.refuse(&plan.intent, 0, format!("nothing was written: {why}"));
            return self.with(|app, cx| app.value.reread(&key, cx));
        };
        let look = kinds::of(kind).locate(row);
        let was = read.and_then(|read| self.value.total(&key, read));
        self.note(
            &plan.intent,
            "not saved: it changed on the server since it was opened",
        );
        let title = format!("Changed meanwhile · {}", key.called());
        let mine = plan.typed.last().cloned().unwrap_or_default();
        let mut screen = Conflict::new(title, &mine, Theirs::Waiting);
        let mut effects = Vec::new();
        let asked = if let Some(look) = look {
            let ticket = self.tickets.draw();
            effects.push(Effect::Ask(ticket, Request::Look { key, look }));
            Some(ticket)
        } else {
            screen.set_theirs(Theirs::Unreadable(
                "its name is too long to look it up alone".into(),
            ));
            None
        };
        self.overlays.push(Overlay::Conflict(Box::new(Clash {
            screen,
            plan,
            asked,
            was,
            read: self.world.now,
            now: None,
        })));
        effects
    }

    /// Says beside the thing concerned why it was not done: in its form, beside its draft, else as a notice.
    pub(super) fn refuse(&mut self, intent: &Intent, field: usize, why: String) {
        if let Some(form) = self.form_of(intent) {
            form.set_note("");
            form.set_error(field, why);
        } else if edits_text(intent) && self.value.editing() {
            self.value.note(why);
        } else {
            self.say(Mood::Bad, why);
        }
    }

    pub(super) fn note(&mut self, intent: &Intent, words: &str) {
        if let Some(form) = self.form_of(intent) {
            form.set_note(words);
        } else if edits_text(intent) {
            self.value.note(words.to_owned());
        }
    }

    fn form_of(&mut self, wanted: &Intent) -> Option<&mut crate::panes::overlay::form::Form> {
        self.overlays
            .iter_mut()
            .rev()
            .find_map(|overlay| match overlay {
                Overlay::Form { form, intent } if intent == wanted => Some(form),
                _ => None,
            })
    }

    /// Closes the form that an intent came from, and the question whether to leave it.
    pub(super) fn close_form(&mut self, done: &Intent) {
        self.overlays.retain(|overlay| match overlay {
            Overlay::Form { intent, .. } => intent != done,
            Overlay::Confirm {
                then: Then::DropForm(intent),
                ..
            } => **intent != *done,
            _ => true,
        });
    }

    /// The form goes on with the newer version of its row.
    pub(super) fn take_over_form(&mut self, from: &Intent, to: &Intent) {
        for overlay in &mut self.overlays {
            if let Overlay::Form { intent, .. } = overlay
                && intent == from
            {
                intent.clone_from(to);
            }
        }
    }
}

/// The name that an intent brings into the world.
fn names_a_key<'t>(intent: &Intent, typed: &'t [Vec<u8>]) -> Option<&'t [u8]> {
    let named = matches!(
        intent,
        Intent::Create { .. } | Intent::Rename(_) | Intent::Duplicate(_)
    );
    typed.first().filter(|_| named).map(Vec::as_slice)
}

/// Whether an intent is about a part of a value, with whose last part the key goes.
fn touches_part(intent: &Intent) -> bool {
    matches!(intent, Intent::Verb { kind, .. } if kinds::of(kind).shape() != kinds::Shape::Text)
}

/// Whether an intent is the save of a text, whose draft stands in the value pane.
fn edits_text(intent: &Intent) -> bool {
    matches!(intent, Intent::Verb { kind, verb: Verb::Edit, .. } if kinds::of(kind).shape() == kinds::Shape::Text)
}
