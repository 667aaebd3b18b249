//! The arena of folders: insertion, removal, counts. A folder nobody looked at keeps what is below it packed.
mod arrange;
mod folder;
mod growth;
mod order;
mod places;
mod walk;

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::seed::{AsIs, Seed};
use super::separator::Separator;

pub use self::folder::{Body, Folder, Spread};
pub use self::order::Order;
pub use self::walk::Walk;

/// A place in the arena.
pub type Id = u32;
/// The folder that holds everything; its path is empty and it has no row.
pub const ROOT: Id = 0;
/// A packed folder with as many child folders makes no more: `user:<id>:cart` would make one a key.
const MOST_KIDS: usize = 512;
/// A packed folder this deep makes no child folders.
const MOST_DEPTH: usize = 16;

/// Whether folders nobody has touched show what they hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fresh {
    Closed,
    Open,
}

/// The folders and keys of a keyspace.
pub struct Tree {
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
