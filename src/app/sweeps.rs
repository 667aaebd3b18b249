//! Deleting many keys and bringing them back: what comes of the overlays that do it.
use crate::model::Key;
use crate::panes::overlay::revive::{self, Revive};
use crate::panes::overlay::sweep::{self, Sweep};
use crate::panes::{Effects, Mood};

use super::App;
use super::overlays::Overlay;

impl App {
    pub(super) fn turn_sweep(&mut self, sweep: Sweep, turn: sweep::Turn) -> Effects {
        match turn {
            sweep::Turn::Stay(effects) => {
                self.overlays.push(Overlay::Sweep(sweep));
                effects
            }
            sweep::Turn::Read(swept) => {
                self.overlays.push(Overlay::Sweep(sweep));
                self.remember_swept(swept)
            }
            sweep::Turn::Over {
                effects,
                swept,
                said,
            } => {
                let mut effects = effects;
                effects.extend(self.remember_swept(swept));
                if let Some((mood, said)) = said {
                    self.say(mood, said);
                }
                effects
            }
        }
    }

    pub(super) fn turn_revive(&mut self, revive: Revive, turn: revive::Turn) -> Effects {
        match turn {
            revive::Turn::Stay(effects) => {
                self.overlays.push(Overlay::Revive(revive));
                effects
            }
            revive::Turn::Close => Vec::new(),
            revive::Turn::Over { id, so_far, said } => {
                if said.is_none() {
                    self.overlays.push(Overlay::Revive(revive));
                }
                let effects = self.revived(id, &so_far);
                if let Some(said) = said {
                    let mood = if so_far.back.is_empty() {
                        Mood::Bad
                    } else {
                        Mood::Good
                    };
                    self.say(mood, said);
                }
                effects
            }
        }
    }

    pub(super) fn swept(&mut self, gone: &[Key]) -> Effects {
        for key in gone {
            self.tree.gone(key);
        }
        if self.value.key().is_some_and(|key| gone.contains(key)) {
            self.value.blank();
            self.focus = crate::panes::Focus::Tree;
        }
        Vec::new()
    }

    pub(super) fn delete_keys(&mut self, keys: Vec<Key>) -> Effects {
        let env = self.world.setup.env;
        let (sweep, effects) = self.with(|_, cx| Sweep::keys(keys, env, cx));
        self.overlays.push(Overlay::Sweep(sweep));
        effects
    }

    pub(super) fn delete_folder(&mut self, folder: Key, shown: Option<usize>) -> Effects {
        let (sweep, effects) = self.with(|_, cx| Sweep::folder(folder, shown, cx));
        self.overlays.push(Overlay::Sweep(sweep));
        effects
    }
}
