//! The arena of folders: insertion, removal, counts. A folder nobody looked at keeps what is below it packed.
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::bag::Bag;
use super::order::{self, Order};
use super::page::Names;
use super::seed::{AsIs, Seed};
use super::separator::Separator;
use super::shelf::Shelf;

/// A place in the arena.
pub(super) type Id = u32;
/// The folder that holds everything; its path is empty and it has no row.
pub(super) const ROOT: Id = 0;
/// A packed folder with as many child folders makes no more: `user:<id>:cart` would make one a key.
const MOST_KIDS: usize = 512;
/// A packed folder this deep makes no child folders.
const MOST_DEPTH: usize = 16;

/// Whether folders nobody has touched show what they hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fresh {
    Closed,
    Open,
}

/// One folder.
pub(super) struct Folder {
    pub parent: Id,
    /// The last segment of its path, without the separator.
    pub label: Box<[u8]>,
    /// Keys below it on all levels. A folder without keys is a memory of whether it was open, and has no row.
    pub keys: usize,
    /// Folders in the arena that stand directly in it, with or without keys.
    children: u32,
    pub open: bool,
    /// Whether the parent's [`Spread::loose`] has it.
    loose: bool,
    pub body: Body,
}

/// What a folder holds.
pub(super) enum Body {
    /// As it arrived; never looked at.
    Packed(Packed),
    /// In order; every folder in it is in the arena.
    Spread(Box<Spread>),
}

/// Child folders up to a limit; all other names with the segments that remain.
#[derive(Default)]
pub(super) struct Packed {
    kids: Vec<Id>,
    bag: Bag,
    /// How many names of the bag contain the separator. While there are any, no child folder is made, so that
    /// a name has one place only.
    deep: usize,
}

#[derive(Default)]
pub(super) struct Spread {
    /// Child folders with keys, in order as of the last settling.
    pub kids: Vec<Id>,
    /// Child folders that are to be put in their place; may also be in `kids` still, at an old place.
    loose: Vec<Id>,
    /// Whether `kids` has folders that are loose or lost their last key.
    holes: bool,
    /// Whether it waits in [`Tree::touched`].
    touched: bool,
    /// Child folders that are open, in no order.
    pub opened: Vec<Id>,
    /// The keys directly in it.
    pub shelf: Shelf,
}

/// The folders and keys of a keyspace.
pub(super) struct Tree {
    pub separator: Separator,
    seed: Seed,
    fresh: Fresh,
    order: Order,
    folders: Vec<Folder>,
    /// By hash of parent and label; where two hash alike, the later has the next free number.
    places: HashMap<u64, Id, BuildHasherDefault<AsIs>>,
    /// Spread folders whose rows are not up to date.
    touched: Vec<Id>,
    /// Places given up since the last settling, and places that can be used again.
    given_up: Vec<Id>,
    free: Vec<Id>,
    changed: bool,
}

impl Tree {
    pub fn new(separator: &[u8], fresh: Fresh, order: Order) -> Self {
        let root = Folder {
            parent: ROOT,
            label: Box::default(),
            keys: 0,
            children: 0,
            open: true,
            loose: false,
            body: Body::Spread(Box::default()),
        };
        Self {
            separator: Separator::new(separator),
            seed: Seed::new(),
            fresh,
            order,
            folders: vec![root],
            places: HashMap::default(),
            touched: Vec::new(),
            given_up: Vec::new(),
            free: Vec::new(),
            changed: true,
        }
    }

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

    pub fn folder(&self, id: Id) -> &Folder {
        &self.folders[id as usize]
    }

    fn folder_mut(&mut self, id: Id) -> &mut Folder {
        &mut self.folders[id as usize]
    }

    pub fn order(&self) -> Order {
        self.order
    }

    /// How many keys it holds.
    pub fn keys(&self) -> usize {
        self.folder(ROOT).keys
    }

    /// Adds a name; false when it is already held.
    pub fn insert(&mut self, name: &[u8]) -> bool {
        let (id, added) = self.place(ROOT, name);
        if added {
            self.count_up(id, None);
        }
        added
    }

    /// Takes a name out; false when it is not held.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        let (id, rest) = self.descend(name);
        let (seed, deep) = (self.seed, self.separator.cut(rest).is_some());
        let removed = match &mut self.folder_mut(id).body {
            Body::Packed(packed) => {
                let removed = packed.bag.remove(seed, rest);
                packed.deep -= usize::from(removed && deep);
                removed
            }
            Body::Spread(spread) => spread.shelf.remove(rest),
        };
        if removed {
            self.count_down(id);
        }
        removed
    }

    pub fn contains(&self, name: &[u8]) -> bool {
        let (id, rest) = self.descend(name);
        match &self.folder(id).body {
            Body::Packed(packed) => packed.bag.holds(self.seed, rest),
            Body::Spread(spread) => spread.shelf.holds(rest),
        }
    }

    /// The full path of a folder, with its last separator; empty for the root.
    pub fn path(&self, id: Id) -> Vec<u8> {
        let mut labels = Vec::new();
        let mut at = id;
        while at != ROOT {
            labels.push(&self.folder(at).label);
            at = self.folder(at).parent;
        }
        let mut path = Vec::new();
        for label in labels.into_iter().rev() {
            path.extend_from_slice(label);
            path.extend_from_slice(self.separator.bytes());
        }
        path
    }

    /// The folder of this path, when it is in the arena.
    pub fn find(&self, path: &[u8]) -> Option<Id> {
        let (id, rest) = self.descend(path);
        rest.is_empty().then_some(id)
    }

    /// The folder of this path; spreads the folders above it as far as needed. `None` when it holds no key.
    pub fn enter(&mut self, path: &[u8]) -> Option<Id> {
        if self.count_below(path) == 0 {
            return None;
        }
        loop {
            let (id, rest) = self.descend(path);
            if rest.is_empty() {
                return Some(id);
            }
            if !self.spread(id) {
                return None;
            }
        }
    }

    /// How many keys have names that begin with the path of this folder.
    pub fn count_below(&self, path: &[u8]) -> usize {
        let (id, rest) = self.descend(path);
        if rest.is_empty() {
            return self.folder(id).keys;
        }
        match &self.folder(id).body {
            Body::Packed(packed) if self.separator.folders(rest) == rest.len() => packed
                .bag
                .iter()
                .filter(|name| name.starts_with(rest))
                .count(),
            _ => 0,
        }
    }

    /// The names of all keys below a folder, in no order.
    pub fn names_below(&self, path: &[u8]) -> Vec<Vec<u8>> {
        let (top, rest) = self.descend(path);
        if self.separator.folders(rest) != rest.len() {
            return Vec::new();
        }
        let mut names = Vec::new();
        let mut todo = vec![top];
        while let Some(id) = todo.pop() {
            let path = self.path(id);
            let mut take = |name: &[u8]| {
                if id != top || name.starts_with(rest) {
                    names.push([&path, name].concat());
                }
            };
            match &self.folder(id).body {
                Body::Packed(packed) => packed.bag.iter().for_each(&mut take),
                Body::Spread(spread) => spread.shelf.iter().for_each(&mut take),
            }
            if id != top || rest.is_empty() {
                todo.extend(self.kids(id));
            }
        }
        names
    }

    /// The next few names of a walk over all names and the folder they are in; none at the end of each folder.
    pub fn walk(&self, walk: &mut Walk) -> Option<(Id, Option<Names<'_>>)> {
        let id = walk.folder;
        let names = match &self.folders.get(id as usize)?.body {
            Body::Packed(packed) => packed.bag.page(walk.page),
            Body::Spread(spread) => spread.shelf.page(walk.page),
        };
        *walk = match names {
            Some(_) => Walk {
                folder: id,
                page: walk.page + 1,
            },
            None => Walk {
                folder: id + 1,
                page: 0,
            },
        };
        Some((id, names))
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

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        let ids = (self.touched.capacity() + self.given_up.capacity() + self.free.capacity())
            * size_of::<Id>();
        // A hash map of the standard library keeps an eighth of its slots empty and a byte of control a slot.
        let places = (self.places.capacity() * 8).div_ceil(7) * (size_of::<(u64, Id)>() + 1);
        self.folders.capacity() * size_of::<Folder>()
            + ids
            + places
            + self.folders.iter().map(Folder::heap_bytes).sum::<usize>()
    }

    /// Walks down the folders of the arena as far as they go; gives the last one and what is left of the name.
    fn descend<'n>(&self, name: &'n [u8]) -> (Id, &'n [u8]) {
        let (mut at, mut rest) = (ROOT, name);
        while let Some((label, below)) = self.separator.cut(rest) {
            let Some(child) = self.child(at, label) else {
                break;
            };
            (at, rest) = (child, below);
        }
        (at, rest)
    }

    /// Puts a name below a folder without counting it; gives the folder that holds it and whether it is new.
    fn place(&mut self, from: Id, name: &[u8]) -> (Id, bool) {
        let (mut at, mut rest, mut depth) = (from, name, 0);
        let mut deep = false;
        while let Some((label, below)) = self.separator.cut(rest) {
            at = match self.child(at, label) {
                Some(child) => child,
                None if self.takes_child(at, depth) => self.grow(at, label),
                None => {
                    deep = true;
                    break;
                }
            };
            rest = below;
            depth += 1;
        }
        let seed = self.seed;
        let added = match &mut self.folder_mut(at).body {
            Body::Packed(packed) => {
                let added = packed.bag.insert(seed, rest);
                packed.deep += usize::from(added && deep);
                added
            }
            Body::Spread(spread) => spread.shelf.insert(rest),
        };
        (at, added)
    }

    /// Whether a new child folder is made in a folder, this many levels below where a walk began.
    fn takes_child(&self, id: Id, depth: usize) -> bool {
        match &self.folder(id).body {
            Body::Packed(packed) => {
                packed.deep == 0 && packed.kids.len() < MOST_KIDS && depth < MOST_DEPTH
            }
            Body::Spread(_) => true,
        }
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
    fn grow(&mut self, parent: Id, label: &[u8]) -> Id {
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

    /// The child folder of this label.
    fn child(&self, parent: Id, label: &[u8]) -> Option<Id> {
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
    fn link(&mut self, id: Id) {
        let mut slot = self.slot(id);
        while self.places.contains_key(&slot) {
            slot = slot.wrapping_add(1);
        }
        self.places.insert(slot, id);
    }

    /// Takes a folder out of [`Self::places`]; those it had pushed aside move up.
    fn unlink(&mut self, id: Id) {
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

    /// Spreads a folder and all above it: a folder a person touched never stands in a packed one.
    fn spread_upwards(&mut self, id: Id) {
        let mut at = id;
        while at != ROOT {
            self.spread(at);
            at = self.folder(at).parent;
        }
    }

    /// Counts one more key from a folder upwards, up to but not including `top`.
    fn count_up(&mut self, id: Id, top: Option<Id>) {
        self.touch(id);
        let mut at = id;
        while Some(at) != top {
            let folder = self.folder_mut(at);
            folder.keys += 1;
            let first = folder.keys == 1;
            if at == ROOT {
                break;
            }
            self.recount(at, first);
            at = self.folder(at).parent;
        }
    }

    /// Counts one key less from a folder upwards; folders that became empty go.
    fn count_down(&mut self, id: Id) {
        self.touch(id);
        let mut at = id;
        loop {
            self.folder_mut(at).keys -= 1;
            if at == ROOT {
                break;
            }
            let parent = self.folder(at).parent;
            if self.folder(at).keys == 0 {
                self.leave(at);
            } else {
                self.recount(at, false);
            }
            at = parent;
        }
        self.prune(id);
    }

    /// Tells the parent that a folder has its first key, or another number of keys.
    fn recount(&mut self, id: Id, first: bool) {
        let (parent, moves) = (self.folder(id).parent, first || self.order == Order::Count);
        match &mut self.folder_mut(parent).body {
            Body::Packed(packed) if first => packed.kids.push(id),
            Body::Spread(_) if moves => self.loosen(id),
            _ => {}
        }
    }

    /// Tells the parent that a folder lost its last key.
    fn leave(&mut self, id: Id) {
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
    fn loosen(&mut self, id: Id) {
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
    fn touch(&mut self, id: Id) {
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

    /// Unpacks a folder: makes the folders directly in it and sorts its keys. False when it was done before.
    fn spread(&mut self, id: Id) -> bool {
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

    /// Gives up a folder that holds nothing and that nobody touched, and what was kept for its sake.
    fn prune(&mut self, id: Id) {
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

    /// Whether a folder is not as new ones are: it was opened, or closed, by a person.
    fn is_touched_by_hand(&self, folder: &Folder) -> bool {
        folder.open != (self.fresh == Fresh::Open)
    }

    /// The child folders that have keys.
    fn kids(&self, id: Id) -> impl Iterator<Item = Id> {
        let (kids, loose) = match &self.folder(id).body {
            Body::Packed(packed) => (packed.kids.as_slice(), [].as_slice()),
            Body::Spread(spread) => (spread.kids.as_slice(), spread.loose.as_slice()),
        };
        let kids = kids.iter().filter(|&&kid| !self.folder(kid).loose);
        kids.chain(loose)
            .copied()
            .filter(|&kid| self.folder(kid).keys > 0)
    }
}

impl Folder {
    fn heap_bytes(&self) -> usize {
        let ids = |list: &Vec<Id>| list.capacity() * size_of::<Id>();
        let body = match &self.body {
            Body::Packed(packed) => ids(&packed.kids) + packed.bag.heap_bytes(),
            Body::Spread(spread) => {
                size_of::<Spread>()
                    + ids(&spread.kids)
                    + ids(&spread.loose)
                    + ids(&spread.opened)
                    + spread.shelf.heap_bytes()
            }
        };
        self.label.len() + body
    }
}

/// How far a walk over all names has come.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Walk {
    folder: Id,
    page: usize,
}

impl Walk {
    /// To be called at each removal: it may have moved the names of one page to the page before.
    pub fn step_back(&mut self) {
        self.page = self.page.saturating_sub(1);
    }
}
