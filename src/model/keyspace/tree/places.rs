//! Which folder is the child of this label: one map for all folders.
use super::{Id, Tree};

impl Tree {
    /// The child folder of this label.
    pub(super) fn child(&self, parent: Id, label: &[u8]) -> Option<Id> {
        let mut slot = self.seed.hash(parent, label);
        loop {
            let id = *self.places.get(&slot)?;
            let folder = self.folder(id);
            if folder.parent == parent && *folder.label == *label {
                return Some(id);
            }
            slot = slot.wrapping_add(1);
        }
    }

    /// Makes a folder findable by parent and label.
    pub(super) fn link(&mut self, id: Id) {
        let mut slot = self.slot(id);
        while self.places.contains_key(&slot) {
            slot = slot.wrapping_add(1);
        }
        self.places.insert(slot, id);
    }

    /// Takes a folder out of [`Self::places`]; those it had pushed aside move up.
    pub(super) fn unlink(&mut self, id: Id) {
        let mut slot = self.slot(id);
        while self.places.get(&slot).is_some_and(|&held| held != id) {
            slot = slot.wrapping_add(1);
        }
        self.places.remove(&slot);
        slot = slot.wrapping_add(1);
        while let Some(next) = self.places.remove(&slot) {
            self.link(next);
            slot = slot.wrapping_add(1);
        }
    }

    fn slot(&self, id: Id) -> u64 {
        let folder = self.folder(id);
        self.seed.hash(folder.parent, &folder.label)
    }
}
