//! The stack of overlays: what stands over the panes, and what comes of it.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::kinds::Verb;
use crate::model::{Cmd, Key};
use crate::panes::intent::{Intent, Plan};
use crate::panes::overlay::confirm::{self, Confirm};
use crate::panes::overlay::finder::{self, Finder};
use crate::panes::overlay::form::{self, Form};
use crate::panes::overlay::reading::{self, Reading};
use crate::panes::overlay::revive::Revive;
use crate::panes::overlay::sweep::Sweep;
use crate::panes::{Cx, Effect, Effects, Mood, News};
use crate::server::{Answer, Consent, Fault, Ticket};
use crate::widgets::theme::Theme;

use super::App;
use super::clash::Clash;
use super::undo::Undo;

/// What stands over the panes.
pub enum Overlay {
    Form {
        form: Form,
        intent: Intent,
    },
    Confirm {
        confirm: Confirm,
        then: Then,
    },
    Finder {
        finder: Finder,
        actions: Vec<Action>,
    },
    Conflict(Box<Clash>),
    /// After `y`: what to copy.
    Copy,
    Reading(Box<Reading>),
    Sweep(Sweep),
    Revive(Revive),
    /// What can be undone.
    History {
        finder: Finder,
        ids: Vec<u64>,
    },
}

/// What a yes does.
pub enum Then {
    Write(Box<Plan>, Consent),
    Undo(Box<Undo>, Consent),
    DropDraft,
    DropForm(Box<Intent>),
    Quit,
    /// Ends what keeps the server busy.
    Stop(Cmd),
}

impl Overlay {
    /// The form of an intent.
    pub fn form(intent: Intent) -> Self {
        let fields = intent.fields();
        let labels: Vec<&'static str> = fields.iter().map(|field| field.label).collect();
        let mut form = Form::new(intent.title(), fields);
        for label in labels {
            if let Some(hint) = intent.hint(label) {
                form = form.with_hint(label, hint);
            }
        }
        if matches!(intent, Intent::Create { .. }) {
            form = form.beginning("Name");
        }
        Self::Form { form, intent }
    }

    /// The form of an edit with other bytes in it than the row has.
    pub fn edited(intent: Intent, bytes: Vec<u8>) -> Self {
        let form = Form::new(intent.title(), intent.fields_with(bytes));
        let form = form.opened_with(intent.fields());
        Self::Form { form, intent }
    }

    /// An element that is shown whole.
    pub fn reading(title: String, bytes: Vec<u8>) -> Self {
        Self::Reading(Box::new(Reading::new(title, bytes)))
    }

    /// The bindings that work in it.
    pub fn layer(&self) -> Layer {
        match self {
            Self::Form { .. } => Layer::Form,
            Self::Confirm { confirm, .. } => confirm.layer(),
            Self::Finder { .. } | Self::History { .. } => Layer::Finder,
            Self::Conflict(_) => Layer::Conflict,
            Self::Copy => Layer::Copy,
            Self::Reading(_) => Layer::Reading,
            Self::Sweep(sweep) => sweep.layer(),
            Self::Revive(revive) => revive.layer(),
        }
    }

    /// Whether an action of its layer leads anywhere now.
    pub fn offers(&self, action: Action) -> bool {
        match self {
            Self::Conflict(clash) => clash.screen.offers(action),
            _ => true,
        }
    }

    /// What an action would do now, in the footer's words, where that is something else than usual.
    pub fn hint(&self, action: Action) -> Option<&'static str> {
        match self {
            Self::Form { form, .. } if action == Action::Open => {
                form.breaks_lines().then_some("new line")
            }
            _ => None,
        }
    }

    pub fn paste(&mut self, text: &str) {
        match self {
            Self::Form { form, .. } => form.paste(text),
            Self::Confirm { confirm, .. } => confirm.paste(text),
            Self::Finder { finder, .. } | Self::History { finder, .. } => finder.paste(text),
            Self::Sweep(sweep) => sweep.paste(text),
            Self::Conflict(_) | Self::Reading(_) | Self::Copy | Self::Revive(_) => {}
        }
    }

    pub fn arrange(&mut self, area: Rect) {
        match self {
            Self::Confirm { confirm, .. } => confirm.arrange(area),
            Self::Finder { finder, .. } | Self::History { finder, .. } => finder.arrange(area),
            Self::Conflict(clash) => clash.screen.arrange(area),
            Self::Reading(reading) => reading.arrange(area),
            Self::Sweep(sweep) => sweep.arrange(area),
            Self::Form { .. } | Self::Copy | Self::Revive(_) => {}
        }
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        match self {
            Self::Form { form, .. } => form.draw(area, buf, theme),
            Self::Confirm { confirm, .. } => confirm.draw(area, buf, theme),
            Self::Finder { finder, .. } | Self::History { finder, .. } => {
                finder.draw(area, buf, theme);
            }
            Self::Conflict(clash) => clash.screen.draw(area, buf, theme),
            Self::Reading(reading) => reading.draw(area, buf, theme),
            Self::Sweep(sweep) => sweep.draw(area, buf, theme),
            Self::Revive(revive) => revive.draw(area, buf, theme),
            // The footer says what can be copied.
            Self::Copy => {}
        }
    }
}

impl App {
    /// A chord for the top overlay. It is taken off while it reacts, and put back unless it is over.
    pub(super) fn press_overlay(&mut self, overlay: Overlay, chord: Chord) -> Effects {
        match overlay {
            Overlay::Form { form, intent } => self.press_form(form, intent, chord),
            Overlay::Confirm { mut confirm, then } => match confirm.press(chord) {
                confirm::Turn::Stay => self.put_back(Overlay::Confirm { confirm, then }),
                confirm::Turn::No => self.declined(&then),
                confirm::Turn::Yes => self.confirmed(then),
            },
            Overlay::Finder {
                mut finder,
                actions,
            } => match finder.press(chord) {
                finder::Turn::Stay => self.put_back(Overlay::Finder { finder, actions }),
                finder::Turn::Close => Vec::new(),
                finder::Turn::Chosen(at) => self.find(&actions, at),
            },
            Overlay::Conflict(clash) => self.press_conflict(clash, chord),
            Overlay::Copy => self.press_copy(chord),
            Overlay::Reading(mut reading) => match reading.press(chord) {
                reading::Turn::Stay => self.put_back(Overlay::Reading(reading)),
                reading::Turn::Close => Vec::new(),
            },
            Overlay::Sweep(mut sweep) => {
                let turn = self.with(|_, cx| sweep.press(chord, cx));
                self.turn_sweep(sweep, turn)
            }
            Overlay::Revive(mut revive) => {
                let turn = revive.press(chord);
                self.turn_revive(revive, turn)
            }
            Overlay::History { mut finder, ids } => match finder.press(chord) {
                finder::Turn::Stay => self.put_back(Overlay::History { finder, ids }),
                finder::Turn::Close => Vec::new(),
                finder::Turn::Chosen(at) => self.find_back(&ids, at),
            },
        }
    }

    /// Does the action that was found.
    pub(super) fn find(&mut self, actions: &[Action], at: usize) -> Effects {
        let action = actions.get(at).copied();
        action
            .map(|action| self.dispatch(action))
            .unwrap_or_default()
    }

    /// Takes back what was found in the list of what can be undone.
    pub(super) fn find_back(&mut self, ids: &[u64], at: usize) -> Effects {
        let id = ids.get(at).copied();
        id.map(|id| self.take_back(id)).unwrap_or_default()
    }

    pub(super) fn put_back(&mut self, overlay: Overlay) -> Effects {
        self.overlays.push(overlay);
        Vec::new()
    }

    fn press_form(&mut self, mut form: Form, mut intent: Intent, chord: Chord) -> Effects {
        let turn = form.press(chord);
        let mut effects = Vec::new();
        match turn {
            form::Turn::Cancel if form.holds_much() => {
                self.overlays.push(Overlay::Form {
                    form,
                    intent: intent.clone(),
                });
                let question = vec!["Leave the form? What you typed is lost.".to_owned()];
                let confirm = Confirm::new("Not saved", question, Vec::new(), None);
                let then = Then::DropForm(Box::new(intent));
                return self.put_back(Overlay::Confirm { confirm, then });
            }
            form::Turn::Cancel => return effects,
            form::Turn::Stay => {}
            form::Turn::Changed(_) => {
                if let (Intent::Create { kind, .. }, Some(chosen)) =
                    (&mut intent, form.text("Type"))
                {
                    *kind = crate::model::kinds::of(&chosen).name();
                    form.set_fields(intent.fields());
                }
            }
            form::Turn::Submit => match form.typed() {
                Ok(typed) => effects.push(Effect::Tell(News::Fill(intent.clone(), typed))),
                Err((field, why)) => form.set_error(field, why),
            },
        }
        self.overlays.push(Overlay::Form { form, intent });
        effects
    }

    /// A no to a pop is one to its form as well: nothing was typed there that could be lost.
    fn declined(&mut self, then: &Then) -> Effects {
        if let Then::Write(plan, _) = then
            && let Intent::Verb {
                verb: Verb::Pop, ..
            } = &plan.intent
        {
            self.close_form(&plan.intent);
        }
        Vec::new()
    }

    fn confirmed(&mut self, then: Then) -> Effects {
        match then {
            Then::Write(plan, consent) => self.send(*plan, consent),
            Then::Undo(undo, consent) => self.send_undo(*undo, consent),
            Then::DropDraft => {
                self.value.drop_draft();
                // A save may have met another version: what is shown then is the server's.
                let key = self.value.key().cloned();
                key.map(|key| self.with(|app, cx| app.value.reread(&key, cx)))
                    .unwrap_or_default()
            }
            Then::DropForm(intent) => {
                self.close_form(&intent);
                Vec::new()
            }
            Then::Quit => vec![Effect::Quit],
            Then::Stop(cmd) => self.stop(cmd),
        }
    }

    fn press_copy(&mut self, chord: Chord) -> Effects {
        match lookup(&[Layer::Copy], chord).map(|binding| binding.action) {
            Some(Action::Back) => Vec::new(),
            Some(action) => self.copy(action),
            None => {
                self.say(Mood::Plain, "nothing was copied");
                Vec::new()
            }
        }
    }

    /// An answer that an overlay waits for.
    pub(super) fn take_overlay(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Fault>,
    ) -> Option<Effects> {
        for at in (0..self.overlays.len()).rev() {
            match &mut self.overlays[at] {
                Overlay::Conflict(clash) if clash.asked == Some(ticket) => {
                    clash.take(answer, self.world.now);
                    return Some(Vec::new());
                }
                Overlay::Revive(revive) => {
                    if let Some(turn) = revive.take(ticket, answer) {
                        let Overlay::Revive(revive) = self.overlays.remove(at) else {
                            return Some(Vec::new());
                        };
                        return Some(self.turn_revive(revive, turn));
                    }
                }
                Overlay::Sweep(sweep) => {
                    let tree = &self.tree;
                    let mut cx = Cx {
                        world: &self.world,
                        tickets: &mut self.tickets,
                    };
                    let loaded = |folder: &Key| tree.names_below(folder);
                    if let Some(turn) = sweep.take(ticket, answer, loaded, &mut cx) {
                        let Overlay::Sweep(sweep) = self.overlays.remove(at) else {
                            return Some(Vec::new());
                        };
                        return Some(self.turn_sweep(sweep, turn));
                    }
                }
                _ => {}
            }
        }
        None
    }
}
