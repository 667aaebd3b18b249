//! Order among the folders of a folder: noted while names come and go, made at settling.
use super::folder::Body;
use super::order::{self, Order};
use super::{Id, Tree};

impl Tree {
    pub fn set_order(&mut self, order: Order) {
        if self.order == order {
            return;
        }
        self.order = order;
        for id in 0..self.folders.len() as Id {
            let Body::Spread(spread) = &mut self.folder_mut(id).body else {
                continue;
            };
            let kids = std::mem::take(&mut spread.kids);
            for kid in kids {
                self.loosen(kid);
            }
        }
    }

    /// Puts everything in order that changed; false when nothing did.
    pub fn settle(&mut self) -> bool {
        for id in std::mem::take(&mut self.touched) {
            self.arrange(id);
        }
        self.free.append(&mut self.given_up);
        std::mem::take(&mut self.changed)
    }

    /// Tells the parent that a folder has its first key, or another number of keys.
    pub(super) fn recount(&mut self, id: Id, first: bool) {
        let (parent, moves) = (self.folder(id).parent, first || self.order == Order::Count);
        match &mut self.folder_mut(parent).body {
            Body::Packed(packed) if first => packed.kids.push(id),
            Body::Spread(_) if moves => self.loosen(id),
            _ => {}
        }
    }

    /// Tells the parent that a folder lost its last key.
    pub(super) fn leave(&mut self, id: Id) {
        let parent = self.folder(id).parent;
        match &mut self.folder_mut(parent).body {
            Body::Packed(packed) => packed.kids.retain(|&kid| kid != id),
            Body::Spread(spread) => {
                spread.holes = true;
                self.touch(parent);
            }
        }
    }

    /// Has a folder put in its place among its siblings at the next settling; the parent must be spread.
    pub(super) fn loosen(&mut self, id: Id) {
        if self.folder(id).loose {
            return;
        }
        let folder = self.folder_mut(id);
        folder.loose = true;
        let parent = folder.parent;
        if let Body::Spread(spread) = &mut self.folder_mut(parent).body {
            spread.loose.push(id);
            spread.holes = true;
        }
        self.touch(parent);
    }

    /// Has a spread folder arranged at the next settling.
    pub(super) fn touch(&mut self, id: Id) {
        self.changed = true;
        if let Body::Spread(spread) = &mut self.folder_mut(id).body
            && !spread.touched
        {
            spread.touched = true;
            self.touched.push(id);
        }
    }

    /// Brings the order of a spread folder up to date.
    fn arrange(&mut self, id: Id) {
        let Body::Spread(spread) = &mut self.folder_mut(id).body else {
            return;
        };
        spread.touched = false;
        spread.shelf.settle();
        if !std::mem::take(&mut spread.holes) {
            return;
        }
        let (mut kids, mut loose) = (
            std::mem::take(&mut spread.kids),
            std::mem::take(&mut spread.loose),
        );
        kids.retain(|&kid| !self.folder(kid).loose && self.folder(kid).keys > 0);
        for &kid in &loose {
            self.folder_mut(kid).loose = false;
        }
        loose.retain(|&kid| self.folder(kid).keys > 0);
        loose.sort_unstable_by(|&a, &b| self.order.compare(self, a, b));
        order::merge(&mut kids, &loose, |a, b| self.order.compare(self, a, b));
        if let Body::Spread(spread) = &mut self.folder_mut(id).body {
            spread.kids = kids;
        }
    }
}
