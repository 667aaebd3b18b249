//! What panes tell the app, and what comes of it.
use crate::panes::tree::Known;
use crate::panes::{Effects, Focus, Mood, News};

use super::App;
use super::overlays::Overlay;

impl App {
    /// News from a pane.
    pub(super) fn learn(&mut self, news: News) -> Effects {
        match news {
            News::Say(mood, text) => self.say(mood, text),
            News::Ask(intent) => self.overlays.push(Overlay::form(intent)),
            News::Fill(intent, typed) => return self.fill(&intent, typed),
            News::Edited(intent, bytes) => {
                // The form keeps the text until it is saved, so that a refusal loses nothing.
                let form = Overlay::edited(intent.clone(), bytes.clone());
                self.overlays.push(form);
                return self.fill(&intent, vec![bytes]);
            }
            News::Show(key, focus) => {
                if focus == Focus::Value {
                    self.focus = Focus::Value;
                }
                return self.with(|app, cx| app.value.show(&key, focus, cx));
            }
            News::EditNext => self.value.edit_next(),
            News::Read(title, bytes) => self.overlays.push(Overlay::reading(title, bytes)),
            News::Blank => self.value.blank(),
            News::Delete(keys) => return self.delete_keys(keys),
            News::DeleteFolder(folder, shown) => return self.delete_folder(folder, shown),
            News::Gone(key) => return self.gone(&key),
            News::Learned(key, kind, left) => {
                let now = self.world.now;
                self.done = self.done.take().filter(|(done, _)| *done != key);
                self.tree.learn(&key, kind, left, now);
            }
            News::Met(key, met) => return self.met(&key, met),
            News::Mine(user, catalog) => return self.read_own(*user, &catalog),
            News::Focus(focus) => {
                self.focus = focus;
                if focus == Focus::Tree {
                    self.tree.follow_again(self.value.key(), self.world.now);
                }
            }
            News::Connect(target) => return self.connect_to(target),
            News::Users {
                done,
                about,
                back,
                origin,
            } => self.users_changed(done, about, back, origin),
            News::Password(password) => return self.log_in_with(password),
        }
        Vec::new()
    }

    /// A key turned out to be gone: it expired, or somebody deleted it.
    pub(super) fn gone(&mut self, key: &crate::model::Key) -> Effects {
        let shown = self.value.key() == Some(key);
        let known = self.tree.gone(key);
        if self.value.editing() && shown {
            self.value.note(
                "the key is gone: it expired or was deleted; what you typed is still here".into(),
            );
        } else if shown {
            self.value.gone(key);
            self.focus = Focus::Tree;
            self.tree.follow_again(None, self.world.now);
            let printed = key.called();
            let (mood, words) = match (self.done.take_if(|(done, _)| done == key), known) {
                (Some((_, done)), _) => (
                    Mood::Good,
                    format!("{done}; that was the last, and {printed} is gone with it"),
                ),
                (None, Known::Yes) => (
                    Mood::Plain,
                    format!("{printed} is gone: it expired or was deleted"),
                ),
                (None, Known::No) => (Mood::Plain, format!("there is no key {printed}")),
            };
            self.say(mood, words);
        }
        Vec::new()
    }
}
