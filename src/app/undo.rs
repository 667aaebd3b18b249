//! Taking back what was done: each undo is a change of its own, guarded, sent once, and told what came of it.
use crate::input::Action;
use crate::model::change::{Change, Outcome, Stakes, Told};
use crate::model::target::Environment;
use crate::model::undo::{Back, Cannot, Past};
use crate::model::{Key, Reply};
use crate::panes::acl::wish;
use crate::panes::overlay::confirm::Confirm;
use crate::panes::overlay::finder::Finder;
use crate::panes::overlay::revive::Revive;
use crate::panes::overlay::sweep::Swept;
use crate::panes::{Effect, Effects, Focus, Mood, Pane, refuses_writes};
use crate::server::{Answer, Consent, Fault, Request, Restored, Ticket};

use super::history::{Entry, Origin, What};
use super::moved::{Moved, moved};
use super::overlays::{Overlay, Then};
use super::{App, Screen};

/// The word for an undo that deletes, in production.
const WORD: &str = "yes";

/// An undo that is to be sent, or was.
#[derive(Clone)]
pub struct Undo {
    /// Its number in the list.
    pub id: u64,
    pub change: Change,
    /// Sent instead, where the first one meets another value.
    pub otherwise: Option<Change>,
}

/// An undo that was sent and not answered yet.
pub struct Undoing {
    ticket: Ticket,
    undo: Undo,
}

impl App {
    /// Why there is nothing to take back now.
    pub(super) fn refuses_undo(&self, action: Action) -> Option<String> {
        if action == Action::History {
            let empty = self.history.is_empty();
            return empty.then(|| "nothing was changed yet: there is nothing to undo".into());
        }
        let of_users = self.screen == Screen::Acl;
        refuses_writes(&self.world)
            .or_else(|| {
                of_users
                    .then(|| self.acl.refuses(action, &self.world))
                    .flatten()
            })
            .or_else(|| {
                let none = self.last_change().is_none();
                none.then(|| "nothing was changed here that is not undone; ctrl-u lists all".into())
            })
    }

    /// What `u` takes back: the last change of what the screen shows.
    fn last_change(&self) -> Option<u64> {
        let of_users = |what: &What| matches!(what, What::Users(_));
        let last = match self.screen {
            Screen::Acl => self.history.last(of_users),
            Screen::Keys => self.history.last(|what| !of_users(what)),
            Screen::Log => self.history.last(|_| true),
        };
        last.map(|entry| entry.id)
    }

    pub(super) fn undo_last(&mut self) -> Effects {
        let last = self.last_change();
        last.map(|id| self.take_back(id)).unwrap_or_default()
    }

    /// Everything that can be undone, and what cannot.
    pub(super) fn open_history(&mut self) {
        let now = self.world.clock.timestamp().as_millisecond();
        let (items, ids) = self.history.list(now);
        let finder = Finder::new("What can be undone", items);
        self.overlays.push(Overlay::History { finder, ids });
    }

    /// Takes back one thing of the list.
    pub(super) fn take_back(&mut self, id: u64) -> Effects {
        if let Some(why) = refuses_writes(&self.world) {
            self.say(Mood::Bad, why);
            return Vec::new();
        }
        if self.undoing.is_some() {
            self.say(Mood::Bad, "another undo is under way: wait for it");
            return Vec::new();
        }
        let now = self.world.clock.timestamp().as_millisecond();
        let Some(Entry { what, about, .. }) = self.history.get(id) else {
            return Vec::new();
        };
        let (what, about) = (what.clone(), about.clone());
        let back = match what {
            What::Keys(past) => past.back(now),
            What::Users(steps) => {
                self.screen = Screen::Acl;
                let mut effects = self.with(|app, cx| app.acl.enter(cx));
                effects.extend(self.with(|app, cx| app.acl.take_back(id, steps, cx)));
                return effects;
            }
            What::Lost(why) => Err(why),
        };
        match back {
            Err(why) => {
                self.say(Mood::Bad, format!("not undone: {about}: {why}"));
                Vec::new()
            }
            Ok(Back::Change { change, otherwise }) => self.begin_undo(Undo {
                id,
                change,
                otherwise: otherwise.map(|change| *change),
            }),
            Ok(Back::Restore(kept)) => {
                let (revive, effect) = self.with(|_, cx| Revive::new(id, kept, cx));
                self.overlays.push(Overlay::Revive(revive));
                vec![effect]
            }
            Ok(Back::Delete(keys)) => self.delete_keys(keys),
        }
    }

    /// Asks first where the undo deletes.
    fn begin_undo(&mut self, undo: Undo) -> Effects {
        if undo.change.stakes == Stakes::Plain {
            return self.send_undo(undo, Consent::Guarded);
        }
        let key = undo.change.key.called();
        let question = vec![format!(
            "Undo by deleting {key}? It is deleted only if it is still as it was made."
        )];
        self.ask_undo("Undo", question, undo, Consent::Guarded)
    }

    fn ask_undo(
        &mut self,
        title: &str,
        question: Vec<String>,
        undo: Undo,
        consent: Consent,
    ) -> Effects {
        let word = (self.world.setup.env == Environment::Prod).then(|| WORD.to_owned());
        let confirm = Confirm::new(title, question, undo.change.lines(), word);
        let then = Then::Undo(Box::new(undo), consent);
        self.overlays.push(Overlay::Confirm { confirm, then });
        Vec::new()
    }

    /// Sends an undo, once.
    pub(super) fn send_undo(&mut self, undo: Undo, consent: Consent) -> Effects {
        let ticket = self.tickets.draw();
        let request = Request::Apply {
            change: undo.change.clone(),
            consent,
        };
        self.undoing = Some(Undoing { ticket, undo });
        vec![Effect::Ask(ticket, request)]
    }

    /// The answer to an undo, if it is one.
    pub(super) fn take_undo(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Fault>,
    ) -> Option<Effects> {
        let Undoing { undo, .. } = self.undoing.take_if(|undoing| undoing.ticket == ticket)?;
        let key = undo.change.key.clone();
        Some(match answer {
            Ok(Answer::Applied(Outcome::Done(replies))) => {
                let told = undo.change.told(replies);
                self.undone(undo.id, told)
            }
            Ok(Answer::Applied(Outcome::Nothing(why))) => self.not_undone(&key, why),
            Ok(Answer::Applied(Outcome::Conflict(now))) => self.meet(undo, now),
            Ok(Answer::Applied(Outcome::Overwrote(_))) => {
                let why = "it is undone, over what somebody else wrote at that moment";
                self.history.lose(undo.id, Cannot::new(why));
                self.say(Mood::Bad, why);
                self.with(|app, cx| app.value.reread(&key, cx))
            }
            Ok(Answer::Applied(Outcome::Unknown(words))) => {
                let why = "unknown whether it was undone";
                self.history.lose(undo.id, Cannot::new(why));
                self.not_undone(
                    &key,
                    &format!("{why}: {words}. It is read back, never sent again"),
                )
            }
            Ok(_) => Vec::new(),
            Err(fault @ Fault::Unguardable { .. }) => {
                let question = vec![
                    format!("{fault}."),
                    "Undo it all the same? A change that somebody made meanwhile would be overwritten.".into(),
                ];
                self.ask_undo("Not guarded", question, undo, Consent::Unguarded)
            }
            Err(fault) => self.not_undone_for(&key, fault),
        })
    }

    fn not_undone_for(&mut self, key: &Key, fault: &Fault) -> Effects {
        if *fault != Fault::Gone {
            return self.not_undone(key, &fault.to_string());
        }
        let effects = self.gone(key);
        self.say(Mood::Bad, format!("not undone: {fault}"));
        effects
    }

    fn not_undone(&mut self, key: &Key, why: &str) -> Effects {
        self.say(Mood::Bad, format!("not undone: {why}"));
        self.tree.stale(key, self.world.now);
        self.with(|app, cx| app.value.reread(key, cx))
    }

    /// Nothing was written: the world moved on. Where something of others would be lost, the person decides.
    fn meet(&mut self, mut undo: Undo, now: &[Reply]) -> Effects {
        if let Some(otherwise) = undo.otherwise.take() {
            undo.change = otherwise;
            return self.send_undo(undo, Consent::Guarded);
        }
        let key = undo.change.key.clone();
        match moved(&mut undo.change, now) {
            Moved::Gone => self.not_undone_for(&key, &Fault::Gone),
            Moved::Look => self.send_undo(undo, Consent::Guarded),
            Moved::Away(why) => self.not_undone(&key, &why),
            Moved::Other(how) => {
                let question = vec![
                    format!("Not undone: {how}."),
                    "Undo it all the same? What is there now is lost, unless it changes once more before.".into(),
                ];
                self.ask_undo("Changed meanwhile", question, undo, Consent::Guarded)
            }
        }
    }

    /// It was taken back: the list has the way forth now, and the screen what is there.
    fn undone(&mut self, id: u64, told: Told) -> Effects {
        let Some(Entry {
            what,
            done,
            about,
            origin,
            ..
        }) = self.history.remove(id)
        else {
            return Vec::new();
        };
        let What::Keys(past) = what else {
            return Vec::new();
        };
        let before = past.clone();
        let (what, after) = match past.turned(told) {
            Ok(past) => (What::Keys(past.clone()), Some(past)),
            Err(why) => (What::Lost(why), None),
        };
        let said = format!("{}: {done} · {about}", origin.called());
        let at = self.world.clock.clone();
        self.history.push(done, about, at, what, origin.back());
        let effects = self.show_undone(&before, after.as_ref());
        self.say(Mood::Good, said);
        effects
    }

    fn show_undone(&mut self, before: &Past, after: Option<&Past>) -> Effects {
        let now = self.world.now;
        if let (Past::Name { was, is }, _) = (before, after) {
            return self.with(|app, cx| {
                app.tree.gone(is);
                app.tree.born(was, cx);
                app.value.renamed(is, was);
                app.value.show(was, Focus::Tree, cx)
            });
        }
        let Some(key) = before.key().cloned() else {
            return Vec::new();
        };
        let made = matches!(before, Past::Value(touched) if touched.emptied.is_some());
        let went = match after {
            Some(Past::Value(touched)) => touched.emptied.is_some(),
            _ => matches!(before, Past::Born { .. }),
        };
        if went {
            return self.swept(&[key]);
        }
        self.tree.stale(&key, now);
        self.with(|app, cx| {
            if made {
                app.tree.born(&key, cx);
                return app.value.show(&key, Focus::Tree, cx);
            }
            app.value.reread(&key, cx)
        })
    }

    /// Keys were deleted: the list has what can be brought back.
    pub(super) fn remember_swept(&mut self, swept: Swept) -> Effects {
        let Swept { gone, kept, lost } = swept;
        self.history.gone(&gone.iter().collect());
        if !kept.is_empty() || lost > 0 {
            let at = self.world.clock.clone();
            let done = if kept.len() as u64 + lost == 1 {
                "key deleted"
            } else {
                "keys deleted"
            };
            let what = if kept.is_empty() {
                What::Lost(Cannot::new("nothing was kept of it"))
            } else {
                What::Keys(Past::Gone {
                    kept: kept.clone(),
                    lost,
                })
            };
            let about = Past::Gone { kept, lost }.about();
            self.history.push(done, about, at, what, Origin::Person);
        }
        self.swept(&gone)
    }

    /// Keys came back, or some of them.
    pub(super) fn revived(&mut self, id: u64, so_far: &Restored) -> Effects {
        self.tree.back_again(&so_far.back, self.world.now);
        let rest = self.history.remove(id);
        let at = self.world.clock.clone();
        let now = at.timestamp().as_millisecond();
        if let Some(Entry {
            what: What::Keys(Past::Gone { mut kept, .. }),
            done,
            about,
            origin,
            ..
        }) = rest
        {
            if !so_far.back.is_empty() {
                let past = Past::Restored(so_far.back.clone());
                let (about, what) = (past.about(), What::Keys(past));
                let (done, at) = (done.clone(), at.clone());
                self.history.push(done, about, at, what, origin.back());
            }
            let back: std::collections::HashSet<&Key> = so_far.back.iter().collect();
            kept.retain(|kept| !back.contains(&kept.key) && !kept.life.over(now));
            if !kept.is_empty() {
                // What did not come back may come back once its name is free.
                let what = What::Keys(Past::Gone { kept, lost: 0 });
                self.history.push(done, about, at, what, origin);
            }
        }
        match so_far.back.as_slice() {
            [key] => self.with(|app, cx| {
                app.tree.born(key, cx);
                app.value.show(key, Focus::Tree, cx)
            }),
            _ => Vec::new(),
        }
    }

    /// Users were changed on the ACL screen.
    pub(super) fn users_changed(
        &mut self,
        done: &'static str,
        about: String,
        back: Vec<wish::Step>,
        origin: wish::Origin,
    ) {
        let (at, what) = (self.world.clock.clone(), What::Users(back));
        match origin {
            wish::Origin::Person => self.history.push(done, about, at, what, Origin::Person),
            wish::Origin::Undo(id) => {
                let (done, origin) = match self.history.remove(id) {
                    Some(entry) => (entry.done, entry.origin.back()),
                    None => (done.to_owned(), Origin::Undo),
                };
                self.history.push(done, about, at, what, origin);
            }
        }
    }
}
