//! Where a chord goes: the top overlay, what is being typed, else the table of bindings.
use crate::input::{Action, BINDINGS, Chord, Layer, lookup};
use crate::model::printed::Printed;
use crate::model::target::Secret;
use crate::panes::intent::Intent;
use crate::panes::overlay::confirm::Confirm;
use crate::panes::overlay::finder::{Finder, Item};
use crate::panes::{Effect, Effects, Focus, Lock, Mood, Pane, Reach, paint};
use crate::server::Access;
use crate::widgets::Focused;

use super::overlays::{Overlay, Then};
use super::{App, Screen};

impl App {
    pub(super) fn press(&mut self, chord: Chord) -> Effects {
        self.notice = None;
        self.done = None;
        if chord == Chord::ctrl('c') {
            if let Some(connect) = &mut self.connect {
                connect.on_top = false;
            }
            return self.quit();
        }
        if self.is_blind() {
            let plain = self.overlays.is_empty() && self.connect.is_none() && !self.typing();
            return match chord {
                chord if plain && chord == Chord::char('q') => self.quit(),
                _ => Vec::new(),
            };
        }
        if chord == Chord::ctrl('t') {
            // Whatever is being typed meanwhile stays.
            return self.retry();
        }
        if self.connect.as_ref().is_some_and(|connect| connect.on_top) {
            return self.press_connect(chord);
        }
        if let Some(overlay) = self.overlays.pop() {
            return self.press_overlay(overlay, chord);
        }
        if self.connect.is_some() {
            return self.press_connect(chord);
        }
        if self.screen == Screen::Keys && self.typing() {
            return self.press_typing(chord);
        }
        if self.screen == Screen::Acl && self.typing() {
            return self.with(|app, cx| app.acl.press(chord, cx));
        }
        match lookup(self.layers(), chord) {
            Some(binding) => self.dispatch(binding.action),
            None => Vec::new(),
        }
    }

    /// Whether the pane that keys go to takes characters.
    fn typing(&mut self) -> bool {
        match (self.screen, self.focus) {
            (Screen::Acl, _) => self.acl.types(),
            (Screen::Log, _) => false,
            (Screen::Keys, Focus::Tree) => self.tree.typing().is_some(),
            (Screen::Keys, Focus::Value) => self.value.types(),
        }
    }

    fn press_typing(&mut self, chord: Chord) -> Effects {
        if self.focus == Focus::Tree {
            return self.with(|app, cx| app.tree.narrow(chord, cx));
        }
        let leaves = lookup(self.value.layers(), chord)
            .is_some_and(|binding| binding.action == Action::Back);
        if self.value.editing() && leaves {
            if self.value.changed() {
                let question = vec!["Leave the editor? What you typed is lost.".to_owned()];
                let confirm = Confirm::new("Not saved", question, Vec::new(), None);
                self.overlays.push(Overlay::Confirm {
                    confirm,
                    then: Then::DropDraft,
                });
            } else {
                self.value.drop_draft();
            }
            return Vec::new();
        }
        self.with(|app, cx| app.value.press(chord, cx))
    }

    fn press_connect(&mut self, chord: Chord) -> Effects {
        let action = lookup(&[Layer::Connect], chord).map(|binding| binding.action);
        if action == Some(Action::Back) {
            return self.leave_connect();
        }
        self.connect
            .as_mut()
            .map(|connect| connect.press(chord))
            .unwrap_or_default()
    }

    pub(super) fn paste(&mut self, text: &str) -> Effects {
        if self.is_blind() {
            return Vec::new();
        }
        self.notice = None;
        self.done = None;
        let now = self.world.now;
        let covered = !self.overlays.is_empty();
        let connect = self.connect.as_mut();
        if let Some(connect) = connect.filter(|connect| connect.on_top || !covered) {
            connect.paste(text);
        } else if let Some(overlay) = self.overlays.last_mut() {
            overlay.paste(text);
        } else if self.screen == Screen::Acl {
            self.acl.paste(text);
        } else if self.screen == Screen::Keys && self.focus == Focus::Tree {
            self.tree.paste(text);
        } else if self.screen == Screen::Keys {
            self.value.paste(text, now);
        }
        Vec::new()
    }

    /// Which bindings apply now, the nearest layer first.
    pub(super) fn layers(&self) -> &'static [Layer] {
        match (self.screen, self.focus) {
            (Screen::Acl, _) => self.acl.layers(),
            (Screen::Log, _) => self.log.layers(),
            (Screen::Keys, Focus::Tree) => self.tree.layers(),
            (Screen::Keys, Focus::Value) => self.value.layers(),
        }
    }

    /// Does an action, or says why it is refused.
    pub(super) fn dispatch(&mut self, action: Action) -> Effects {
        if let Some(why) = self.refuses(action) {
            // That there is no connection passes by itself, and then it is talked over.
            let mood = match self.world.link {
                Reach::Up => Mood::Bad,
                Reach::Down => Mood::Plain,
            };
            self.say(mood, why);
            return Vec::new();
        }
        match action {
            Action::KeysScreen => self.screen = Screen::Keys,
            Action::AclScreen => {
                self.screen = Screen::Acl;
                return self.with(|app, cx| app.acl.enter(cx));
            }
            Action::LogScreen => self.screen = Screen::Log,
            Action::Help => self.open_help(),
            Action::Palette => self.open_palette(),
            Action::Connect => {
                self.connect = Some(crate::panes::connect::Connect::new(self.target.clone()));
            }
            Action::Retry => return self.retry(),
            Action::StopScript => self.ask_to_stop(),
            Action::Redraw => return vec![Effect::Redraw],
            Action::Suspend => return vec![Effect::Suspend],
            Action::Quit => return self.quit(),
            Action::Copy => self.overlays.push(Overlay::Copy),
            Action::CopyName | Action::CopyValue | Action::CopyCommand => return self.copy(action),
            Action::Unlock => return self.unlock(),
            Action::Undo => return self.undo_last(),
            Action::History => self.open_history(),
            Action::NextPane | Action::PreviousPane if self.screen == Screen::Keys => {
                self.focus = if self.focus == Focus::Tree {
                    Focus::Value
                } else {
                    Focus::Tree
                };
            }
            action => return self.act(action),
        }
        Vec::new()
    }

    fn act(&mut self, action: Action) -> Effects {
        let (screen, focus) = (self.screen, self.focus);
        self.with(|app, cx| match (screen, focus) {
            (Screen::Acl, _) => app.acl.act(action, cx),
            (Screen::Log, _) => app.log.act(action, cx),
            (Screen::Keys, Focus::Tree) => app.tree.act(action, cx),
            (Screen::Keys, Focus::Value) => app.value.act(action, cx),
        })
    }

    fn quit(&mut self) -> Effects {
        let asked = self.overlays.iter().any(|overlay| {
            matches!(
                overlay,
                Overlay::Confirm {
                    then: Then::Quit,
                    ..
                }
            )
        });
        let typed = self
            .overlays
            .iter()
            .any(|overlay| matches!(overlay, Overlay::Form { form, .. } if form.holds_much()));
        if (typed || self.value.changed() || self.acl.changed()) && !asked {
            let question = vec!["Quit? What you typed is not saved.".to_owned()];
            let confirm = Confirm::new("Not saved", question, Vec::new(), None);
            self.overlays.push(Overlay::Confirm {
                confirm,
                then: Then::Quit,
            });
            return Vec::new();
        }
        vec![Effect::Quit]
    }

    fn unlock(&mut self) -> Effects {
        match (self.world.access, self.world.setup.lock) {
            (Access::ReadWrite, _) => self.set_access(Access::ReadOnly),
            (Access::ReadOnly, Lock::Open) => self.set_access(Access::ReadWrite),
            (Access::ReadOnly, _) => {
                self.overlays.push(Overlay::form(Intent::Unlock));
                Vec::new()
            }
        }
    }

    /// Copies the name, value or command of what stands under the cursor.
    pub(super) fn copy(&mut self, action: Action) -> Effects {
        let in_tree = self.focus == Focus::Tree;
        let as_it_is = |text| (text, false);
        let text = match (action, self.screen) {
            (Action::CopyCommand | Action::CopyName | Action::CopyValue, Screen::Log) => {
                self.log.command().map(as_it_is)
            }
            (action, Screen::Acl) => self.acl.copied(action).map(as_it_is),
            (Action::CopyName, _) => self.copied_name().map(|name| copy_of(&name)),
            (_, _) if in_tree && self.tree.key() != self.value.key() => None,
            (Action::CopyValue, _) => {
                let value = self.value.copied_value();
                if let Some((bytes, Some(part))) = &value {
                    self.say(Mood::Bad, format!("only what is shown was copied: {part}"));
                    return vec![Effect::Copy(Secret::new(copied(bytes)))];
                }
                value.map(|(bytes, _)| copy_of(&bytes))
            }
            _ => self
                .value
                .copied_command(if in_tree { Focused::No } else { Focused::Yes })
                .map(as_it_is),
        };
        let Some((text, escaped)) = text else {
            self.say(Mood::Bad, "there is nothing to copy: open a key first");
            return Vec::new();
        };
        let said = match text.chars().count() {
            1 => "1 character copied".to_owned(),
            chars => format!("{} characters copied", paint::count(chars as u64)),
        };
        // A paste that is not what was on the server must not look as if it were.
        if escaped {
            self.say(
                Mood::Plain,
                format!("{said}, with escapes for what cannot be seen"),
            );
        } else {
            self.say(Mood::Good, said);
        }
        vec![Effect::Copy(Secret::new(text))]
    }

    /// The name that is copied from where one stands.
    fn copied_name(&self) -> Option<Vec<u8>> {
        match self.focus {
            Focus::Tree => self.tree.name(),
            Focus::Value => self.value.key().map(|key| key.bytes().to_vec()),
        }
    }

    /// Help: every binding, those of where one stands first; what is refused now says why.
    pub(super) fn open_help(&mut self) {
        self.open_finder("Help", None);
    }

    /// The palette: every action that can be done from here, by name.
    pub(super) fn open_palette(&mut self) {
        let layers = self.layers().to_vec();
        self.open_finder("Palette", Some(&layers));
    }

    fn open_finder(&mut self, title: &str, only: Option<&[Layer]>) {
        let here = self.layers().to_vec();
        let mut items = Vec::new();
        let mut actions = Vec::new();
        let elsewhere = Layer::ALL.iter().filter(|layer| !here.contains(layer));
        for layer in here
            .iter()
            .chain(elsewhere)
            .filter(|layer| only.is_none_or(|only| only.contains(layer)))
        {
            for binding in BINDINGS.iter().filter(|binding| binding.layer == *layer) {
                let refused = if here.contains(layer) {
                    self.refuses(binding.action)
                } else {
                    None
                };
                let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
                items.push(Item {
                    section: layer.title().to_owned(),
                    keys: keys.join(" "),
                    name: binding.hint.to_owned(),
                    sentence: binding.sentence.to_owned(),
                    refused,
                });
                actions.push(binding.action);
            }
        }
        self.overlays.push(Overlay::Finder {
            finder: Finder::new(title, items),
            actions,
        });
    }
}

/// Bytes for the clipboard: as they are where that is harmless text, else with escapes. A paste into a shell must not
/// carry hidden characters.
fn copied(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).ok();
    let harmless = |text: &&str| {
        text.split(['\n', '\t'])
            .all(|part| Printed::new(part.as_bytes()).text() == part.replace('\\', "\\\\"))
    };
    text.filter(harmless)
        .map_or_else(|| Printed::new(bytes).into_text(), ToOwned::to_owned)
}

/// The same, and whether it is another text than these bytes.
fn copy_of(bytes: &[u8]) -> (String, bool) {
    let text = copied(bytes);
    let escaped = text.as_bytes() != bytes;
    (text, escaped)
}

#[cfg(test)]
mod tests {
    use super::copied;

    #[test]
    fn a_copy_is_exact_unless_it_would_carry_hidden_characters() {
        assert_eq!(copied(b"a\\b\n\tc"), "a\\b\n\tc");
        assert_eq!(copied(b"a\x1b[31m"), "a\\x1b[31m");
        assert_eq!(copied(b"\xff"), "\\xff");
    }
}
