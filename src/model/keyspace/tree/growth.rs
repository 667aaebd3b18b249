//! How folders come and go: made, opened, given up.
use super::folder::{Folder, View};
use super::{Id, ROOT, Tree};

/// While a filter is on and lets no more keys through than this, all folders are open.
pub const SHOWN_OPEN: usize = 10_000;

impl Tree {
    /// An empty tree that remembers which folders a person opened or closed in this one, and what is searched for.
    pub fn emptied(&mut self) -> Self {
        let mut tree = Self::new(self.separator.bytes(), self.order);
        tree.searches = self.searches;
        for (id, folder) in (0..).zip(&self.folders) {
            if id != ROOT && is_touched_by_hand(folder) {
                let twin = tree.make(&self.path(id));
                tree.folder_mut(twin).open = folder.open;
                tree.folder_mut(twin).choice = folder.choice;
                tree.chosen.extend(folder.choice.map(|_| twin));
                tree.look_into_all_above(twin);
                tree.look_into(twin);
                tree.list_opened(twin);
            }
        }
        tree.search = self.search.take();
        if let Some(search) = &mut tree.search {
            search.skip_to_end();
        }
        tree
    }

    /// Whether a folder shows what it holds.
    pub fn is_open(&self, id: Id) -> bool {
        let folder = self.folder(id);
        match self.lens() {
            None => folder.open,
            Some(search) => {
                let few = || self.folder(ROOT).hits.of(search) <= SHOWN_OPEN;
                id == ROOT || folder.choice.unwrap_or_else(few)
            }
        }
    }

    /// Opens or closes a folder; false when it was so before.
    pub fn set_open(&mut self, id: Id, open: bool) -> bool {
        if id == ROOT || self.is_open(id) == open {
            return false;
        }
        self.changed = true;
        if self.search.is_some() {
            if self.folder_mut(id).choice.replace(open).is_none() {
                self.chosen.push(id);
            }
        } else {
            self.folder_mut(id).open = open;
        }
        self.look_into_all_above(id);
        self.look_into(id);
        self.list_opened(id);
        self.queue(id);
        self.prune(id);
        true
    }

    /// Makes the folder of this path, without keys.
    fn make(&mut self, path: &[u8]) -> Id {
        let (mut at, mut rest) = self.descend(path);
        while let Some((label, below)) = self.separator.cut(rest) {
            at = self.grow(at, label);
            rest = below;
        }
        at
    }

    /// Makes a child folder, without keys.
    pub(super) fn grow(&mut self, parent: Id, label: &[u8]) -> Id {
        let folder = Folder {
            parent,
            label: label.into(),
            ..Folder::default()
        };
        let id = if let Some(id) = self.free.pop() {
            self.folders[id as usize] = folder;
            id
        } else {
            if self.folders.len() == self.folders.capacity() {
                self.folders.reserve_exact((self.folders.len() / 8).max(16));
            }
            self.folders.push(folder);
            Id::try_from(self.folders.len() - 1)
                .expect("fewer folders than keys, and memory for fewer than 2^32 keys")
        };
        self.folder_mut(parent).children += 1;
        self.link(id);
        id
    }

    /// Keeps the folders in a folder in order from now on.
    pub(super) fn look_into(&mut self, id: Id) {
        let folder = self.folder_mut(id);
        if folder.view.is_some() {
            return;
        }
        folder.view = Some(Box::<View>::default());
        for kid in std::mem::take(&mut folder.kids) {
            self.loosen(kid);
        }
        self.touch(id);
    }

    /// Looks into all folders above: a folder a person touched never stands in one that nobody looked into.
    fn look_into_all_above(&mut self, id: Id) {
        let mut at = id;
        while at != ROOT {
            at = self.folder(at).parent;
            self.look_into(at);
        }
    }

    /// Gives up a folder that holds nothing and that nobody touched, and what was kept for its sake.
    pub(super) fn prune(&mut self, id: Id) {
        let mut at = id;
        while at != ROOT {
            let folder = self.folder(at);
            let queued = folder.view.as_ref().is_some_and(|view| view.queued);
            if folder.keys > 0 || folder.children > 0 || is_touched_by_hand(folder) || queued {
                return;
            }
            let parent = folder.parent;
            self.unlink(at);
            self.lately.forget();
            if let Some(view) = &mut self.folder_mut(parent).view {
                view.opened.retain(|&kid| kid != at);
            }
            self.folder_mut(parent).children -= 1;
            let folder = self.folder_mut(at);
            (folder.leaves, folder.deep, folder.view) = Default::default();
            self.given_up.push(at);
            at = parent;
        }
    }

    /// Tells the parent whether a folder is open.
    fn list_opened(&mut self, id: Id) {
        let (parent, open) = (self.folder(id).parent, self.folder(id).open);
        if let Some(view) = &mut self.folder_mut(parent).view {
            view.opened.retain(|&kid| kid != id);
            if open {
                view.opened.push(id);
            }
        }
    }
}

/// Whether a folder is not as new ones are: it was opened, or closed, by a person.
fn is_touched_by_hand(folder: &Folder) -> bool {
    folder.open || folder.choice.is_some()
}
