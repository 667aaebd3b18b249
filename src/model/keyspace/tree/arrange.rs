//! Order among the folders of a folder: noted while names come and go, made at settling.
use super::growth::SHOWN_OPEN;
use super::order::{self, Order};
use super::{Id, ROOT, Tree};
use crate::model::keyspace::shelf::Shelf;

impl Tree {
    pub fn set_order(&mut self, order: Order) {
        if self.order == order {
            return;
        }
        self.order = order;
        self.changed = true;
        for id in 0..self.folders.len() as Id {
            let folder = self.folder_mut(id);
            if folder.view.is_some() {
                for kid in std::mem::take(&mut folder.kids) {
                    self.loosen(kid);
                }
            }
        }
    }

    /// Puts everything in order that changed and may be seen; false when nothing changed.
    pub fn settle(&mut self) -> bool {
        let lens = self.lens().filter(|_| self.changed);
        if let Some(search) = lens {
            self.look_into_matching(search);
        }
        for id in std::mem::take(&mut self.touched) {
            let view = self.folder(id).view.as_ref();
            if !view.is_some_and(|view| view.touched) {
                continue;
            }
            // What is closed is not seen: however much comes into it, it is put in order when it is opened.
            if id == ROOT || self.is_open(id) {
                self.arrange(id);
            } else {
                self.touched.push(id);
            }
        }
        if let Some(search) = lens {
            self.list_matching(search);
        }
        // A list that is not in order yet may name folders that were given up.
        if self.touched.is_empty() {
            self.free.append(&mut self.given_up);
        }
        std::mem::take(&mut self.changed)
    }

    /// The child folders as rows show them, in order as of the last settling.
    pub fn listed(&self, id: Id) -> &[Id] {
        let folder = self.folder(id);
        match &folder.view {
            Some(view) if self.search.is_some() => &view.matching,
            Some(_) => &folder.kids,
            None => &[],
        }
    }

    /// The child folders that are open, in no order; `None` while a filter is on, where many are.
    pub fn opened(&self, id: Id) -> Option<&[Id]> {
        let view = self.folder(id).view.as_ref()?;
        self.search.is_none().then_some(view.opened.as_slice())
    }

    /// Tells the parent that a folder has its first key, or another number of keys where that is what orders it.
    pub(super) fn recount(&mut self, id: Id, first: bool) {
        let parent = self.folder(id).parent;
        let parent = self.folder_mut(parent);
        if let Some(view) = &mut parent.view {
            view.holes |= !first;
            self.loosen(id);
        } else if first {
            parent.kids.push(id);
        }
    }

    /// Tells the parent that a folder lost its last key.
    pub(super) fn leave(&mut self, id: Id) {
        let parent = self.folder(id).parent;
        let folder = self.folder_mut(parent);
        if let Some(view) = &mut folder.view {
            view.holes = true;
            self.touch(parent);
        } else {
            folder.kids.retain(|&kid| kid != id);
        }
    }

    /// Has a folder put in its place among its siblings at the next settling; the parent must have a view.
    pub(super) fn loosen(&mut self, id: Id) {
        let folder = self.folder_mut(id);
        if folder.loose {
            return;
        }
        folder.loose = true;
        let parent = folder.parent;
        if let Some(view) = &mut self.folder_mut(parent).view {
            view.loose.push(id);
        }
        self.touch(parent);
    }

    /// Has a folder that is looked at arranged at the next settling.
    pub(super) fn touch(&mut self, id: Id) {
        self.changed = true;
        if let Some(view) = &mut self.folder_mut(id).view
            && !view.touched
        {
            view.touched = true;
            self.touched.push(id);
        }
    }

    /// Brings the order of a folder's folders up to date.
    fn arrange(&mut self, id: Id) {
        let folder = self.folder_mut(id);
        let Some(view) = &mut folder.view else {
            return;
        };
        view.touched = false;
        let holes = std::mem::take(&mut view.holes);
        let mut loose = std::mem::take(&mut view.loose);
        if loose.is_empty() && !holes {
            return;
        }
        let mut kids = std::mem::take(&mut folder.kids);
        if holes {
            kids.retain(|&kid| !self.folder(kid).loose && self.folder(kid).keys > 0);
        }
        for &kid in &loose {
            self.folder_mut(kid).loose = false;
        }
        loose.retain(|&kid| self.folder(kid).keys > 0);
        let compare = |a, b| self.order.compare(self, None, a, b);
        // Unpacking brings most of them in order.
        loose.sort_by(|&a, &b| compare(a, b));
        order::merge(&mut kids, &loose, compare);
        self.folder_mut(id).kids = kids;
    }

    /// Looks into the open folders that lead to matches, and has unpacked what stands deep in them.
    fn look_into_matching(&mut self, search: u32) {
        let mut todo = vec![ROOT];
        while let Some(id) = todo.pop() {
            self.look_into(id);
            // Where all folders are open that have matches, these are no more.
            self.shelve_matching(id, search, SHOWN_OPEN);
            let folder = self.folder(id);
            let is_left = |deep: &Shelf| deep.count(Some(search)) > 0;
            let loose = folder.leaves.loose();
            if folder.deep.as_deref().is_some_and(is_left)
                || loose.is_some_and(|loose| loose.count(Some(search)) > 0)
            {
                self.queue(id);
            }
            todo.extend(
                self.kids(id)
                    .filter(|&kid| self.leads_to_match(kid, search)),
            );
        }
    }

    /// Lists the folders with matches in the open ones, in order.
    fn list_matching(&mut self, search: u32) {
        let mut todo = vec![ROOT];
        while let Some(id) = todo.pop() {
            let folder = self.folder(id);
            let kids = folder.kids.iter().copied();
            let mut matching: Vec<Id> = kids
                .filter(|&kid| self.count(kid, Some(search)) > 0)
                .collect();
            if self.order == Order::Count {
                matching.sort_by(|&a, &b| self.order.compare(self, Some(search), a, b));
            }
            let open = matching.iter().copied();
            todo.extend(open.filter(|&kid| self.leads_to_match(kid, search)));
            if let Some(view) = &mut self.folder_mut(id).view {
                view.matching = matching;
            }
        }
    }

    fn leads_to_match(&self, id: Id, search: u32) -> bool {
        self.is_open(id) && self.count(id, Some(search)) > 0
    }
}
