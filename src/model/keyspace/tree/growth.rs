//! How folders come and go: made, opened, unpacked, given up.
use super::folder::{Body, Folder, Packed, Spread};
use super::{Fresh, Id, ROOT, Tree};
use crate::model::keyspace::shelf::Shelf;

impl Tree {
    /// An empty tree that remembers which folders a person opened or closed in this one.
    pub fn emptied(&self) -> Self {
        let mut tree = Self::new(self.separator.bytes(), self.fresh, self.order);
        for (id, folder) in (0..).zip(&self.folders) {
            if self.is_touched_by_hand(folder) {
                let twin = tree.make(&self.path(id));
                tree.set_open(twin, folder.open);
            }
        }
        tree
    }

    /// Opens or closes a folder; false when it was so before.
    pub fn set_open(&mut self, id: Id, open: bool) -> bool {
        if id == ROOT || self.folder(id).open == open {
            return false;
        }
        self.changed = true;
        self.folder_mut(id).open = open;
        self.spread_upwards(id);
        self.list_opened(id);
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
        let open = self.fresh == Fresh::Open;
        let body = if open {
            Body::Spread(Box::default())
        } else {
            Body::Packed(Packed::default())
        };
        let folder = Folder {
            parent,
            label: label.into(),
            keys: 0,
            children: 0,
            open,
            loose: false,
            body,
        };
        let id = if let Some(id) = self.free.pop() {
            self.folders[id as usize] = folder;
            id
        } else {
            self.folders.push(folder);
            Id::try_from(self.folders.len() - 1)
                .expect("fewer folders than keys, and memory for fewer than 2^32 keys")
        };
        self.folder_mut(parent).children += 1;
        self.link(id);
        if open {
            self.list_opened(id);
        }
        id
    }

    /// Unpacks a folder: makes the folders directly in it and sorts its keys. False when it was done before.
    pub(super) fn spread(&mut self, id: Id) -> bool {
        let Body::Packed(packed) = &mut self.folder_mut(id).body else {
            return false;
        };
        let Packed { kids, bag, deep } = std::mem::take(packed);
        let separator = self.separator.bytes().to_vec();
        let is_deep = |name: &&[u8]| deep > 0 && memchr::memmem::find(name, &separator).is_some();
        let keys = Shelf::new(bag.iter().filter(|name| !is_deep(name)));
        self.folder_mut(id).body = Body::Spread(Box::new(Spread {
            shelf: keys,
            ..Spread::default()
        }));
        for kid in kids {
            self.loosen(kid);
        }
        if deep > 0 {
            for name in bag.iter().filter(is_deep) {
                let (holder, _) = self.place(id, name);
                self.count_up(holder, Some(id));
            }
        }
        self.touch(id);
        true
    }

    /// Spreads a folder and all above it: a folder a person touched never stands in a packed one.
    fn spread_upwards(&mut self, id: Id) {
        let mut at = id;
        while at != ROOT {
            self.spread(at);
            at = self.folder(at).parent;
        }
    }

    /// Gives up a folder that holds nothing and that nobody touched, and what was kept for its sake.
    pub(super) fn prune(&mut self, id: Id) {
        let mut at = id;
        while at != ROOT {
            let folder = self.folder(at);
            if folder.keys > 0 || folder.children > 0 || self.is_touched_by_hand(folder) {
                return;
            }
            let parent = folder.parent;
            self.unlink(at);
            if let Body::Spread(spread) = &mut self.folder_mut(parent).body {
                spread.opened.retain(|&kid| kid != at);
            }
            self.folder_mut(parent).children -= 1;
            self.folder_mut(at).body = Body::Packed(Packed::default());
            self.given_up.push(at);
            at = parent;
        }
    }

    /// Tells the parent, which is spread, whether a folder is open.
    fn list_opened(&mut self, id: Id) {
        let (parent, open) = (self.folder(id).parent, self.folder(id).open);
        if let Body::Spread(spread) = &mut self.folder_mut(parent).body {
            if open {
                spread.opened.push(id);
            } else {
                spread.opened.retain(|&kid| kid != id);
            }
        }
    }

    /// Whether a folder is not as new ones are: it was opened, or closed, by a person.
    fn is_touched_by_hand(&self, folder: &Folder) -> bool {
        folder.open != (self.fresh == Fresh::Open)
    }
}
