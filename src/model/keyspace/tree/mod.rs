//! The arena of folders: insertion, removal, counts. A folder nobody looked at keeps what is below it packed.
mod alike;
mod arrange;
mod batch;
mod folder;
mod growth;
mod lately;
mod order;
mod places;
mod search;
mod shelve;
mod twins;
mod unpack;

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::seed::{AsIs, Seed};
use super::separator::Separator;
use super::shelf::Added;

use self::lately::Lately;
use self::search::Search;
use self::twins::Twins;

pub use self::folder::Folder;
pub use self::order::Order;

/// A place in the arena.
pub type Id = u32;
/// The folder that holds everything; its path is empty and it has no row.
pub const ROOT: Id = 0;
/// A packed folder with as many child folders makes no more: `user:<id>:cart` would make one a key.
const MOST_KIDS: usize = 512;
/// A packed folder this deep makes no child folders.
const MOST_DEPTH: usize = 16;
/// Loose names put in order for one that is taken out.
const REMOVING: usize = 4096;

/// The folders and keys of a keyspace.
pub struct Tree {
    pub separator: Separator,
    seed: Seed,
    order: Order,
    folders: Vec<Folder>,
    /// By hash of parent and label; where two hash alike, the later has the next free number.
    places: HashMap<u64, Id, BuildHasherDefault<AsIs>>,
    lately: Lately,
    /// Folders with a view whose rows are not up to date.
    touched: Vec<Id>,
    /// Shown folders of whose deep names no folders are made yet.
    unpacking: Vec<Id>,
    /// Places given up since the last settling, and places that can be used again.
    given_up: Vec<Id>,
    free: Vec<Id>,
    changed: bool,
    search: Option<Search>,
    twins: Option<Twins>,
    /// The number of the last search.
    searches: u32,
    /// Folders a person opened or closed in the search that is on.
    chosen: Vec<Id>,
}

impl Tree {
    pub fn new(separator: &[u8], order: Order) -> Self {
        let root = Folder {
            open: true,
            view: Some(Box::default()),
            ..Folder::default()
        };
        Self {
            separator: Separator::new(separator),
            seed: Seed::new(),
            order,
            folders: vec![root],
            places: HashMap::default(),
            lately: Lately::default(),
            touched: Vec::new(),
            unpacking: Vec::new(),
            given_up: Vec::new(),
            free: Vec::new(),
            changed: true,
            search: None,
            twins: None,
            searches: 0,
            chosen: Vec::new(),
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

    /// How many keys are below a folder; of a search, how many match so far.
    pub fn count(&self, id: Id, search: Option<u32>) -> usize {
        let folder = self.folder(id);
        search.map_or(folder.keys, |search| folder.hits.of(search))
    }

    /// Adds a name; false when it is already held.
    pub fn insert(&mut self, name: &[u8]) -> bool {
        let fresh = !self.contains(name, None);
        if fresh {
            self.add(name);
        }
        fresh
    }

    /// Adds a name. Where nobody looks it is not looked for: it may be held twice then, until it is put in order.
    fn add(&mut self, name: &[u8]) {
        let is_match = self.is_match(name);
        let (id, added) = self.place(ROOT, name, is_match);
        if added.fresh {
            self.count_up(id, None, added.hit);
        }
    }

    /// Takes a name out; false when it is not held.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        let (id, rest) = self.descend(name);
        // Who takes one out will take more out, and among loose names each has to be searched for.
        let was_loose = self.shelve_any(id, REMOVING);
        let removed = self.take_out(id, rest, name);
        if was_loose && removed {
            while self.take_out(id, rest, name) {}
        }
        removed
    }

    /// Takes a name out of the folder that holds it, once.
    fn take_out(&mut self, id: Id, rest: &[u8], name: &[u8]) -> bool {
        let deep = self.separator.cut(rest).is_some();
        let (seed, search) = (self.seed, self.lens().unwrap_or(0));
        let folder = self.folder_mut(id);
        let hit = if deep {
            let deep = folder.deep.as_deref_mut();
            let hit = deep.and_then(|deep| deep.remove(seed, rest, search));
            if hit.is_some() {
                folder.deep.take_if(|deep| deep.count(None) == 0);
            }
            hit
        } else {
            folder.leaves.remove(seed, rest, search)
        };
        let Some(hit) = hit else { return false };
        if let Some(search) = &mut self.search {
            search.step_back();
            search.alike.remove(name);
        }
        self.count_down(id, hit);
        true
    }

    /// Whether a name is held; of a search, whether it is known to match.
    pub fn contains(&self, name: &[u8], search: Option<u32>) -> bool {
        let (id, rest) = self.descend(name);
        let folder = self.folder(id);
        if self.separator.cut(rest).is_some() {
            let deep = folder.deep.as_ref();
            deep.is_some_and(|deep| deep.holds(self.seed, rest, search))
        } else {
            folder.leaves.holds(self.seed, rest, search)
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

    /// How many keys have names that begin with the path of this folder; of a search, how many match so far.
    pub fn count_below(&self, path: &[u8], search: Option<u32>) -> usize {
        let (id, rest) = self.descend(path);
        if rest.is_empty() {
            return self.count(id, search);
        }
        let deep = self.folder(id).deep.as_ref();
        deep.filter(|_| self.separator.folders(rest) == rest.len())
            .map_or(0, |deep| deep.count_below(rest, search))
    }

    /// Visits the names of all keys below a folder, in no order.
    pub fn each_below(&self, path: &[u8], mut visit: impl FnMut(&[u8])) {
        let (top, rest) = self.descend(path);
        if self.separator.folders(rest) != rest.len() {
            return;
        }
        let mut whole = Vec::new();
        let mut todo = vec![top];
        while let Some(id) = todo.pop() {
            let (path, folder) = (self.path(id), self.folder(id));
            let deep = folder.deep.iter().flat_map(|deep| deep.iter());
            for name in folder.leaves.iter().chain(deep) {
                if id != top || name.starts_with(rest) {
                    whole.clear();
                    whole.extend_from_slice(&path);
                    whole.extend_from_slice(name);
                    visit(&whole);
                }
            }
            if id != top || rest.is_empty() {
                todo.extend(self.kids(id));
            }
        }
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        let lists = [
            &self.touched,
            &self.unpacking,
            &self.given_up,
            &self.free,
            &self.chosen,
        ];
        let ids: usize = lists.iter().map(|list| list.capacity()).sum();
        // A hash map of the standard library keeps an eighth of its slots empty and a byte of control a slot.
        let places = (self.places.capacity() * 8).div_ceil(7) * (size_of::<(u64, Id)>() + 1);
        self.folders.capacity() * size_of::<Folder>()
            + ids * size_of::<Id>()
            + places
            + self.lately.heap_bytes()
            + self.search.as_ref().map_or(0, Search::heap_bytes)
            + self.folders.iter().map(Folder::heap_bytes).sum::<usize>()
    }

    /// Walks down the folders of the arena as far as they go; gives the last one and what is left of the name.
    fn descend<'n>(&self, name: &'n [u8]) -> (Id, &'n [u8]) {
        self.descend_from(ROOT, name)
    }

    /// The same from a folder on.
    fn descend_from<'n>(&self, from: Id, name: &'n [u8]) -> (Id, &'n [u8]) {
        let (mut at, mut rest) = (from, name);
        while let Some((label, below)) = self.separator.cut(rest) {
            let Some(child) = self.child(at, label) else {
                break;
            };
            (at, rest) = (child, below);
        }
        (at, rest)
    }

    /// Puts a name below a folder without counting it; gives the folder that holds it and what came of it.
    fn place(&mut self, from: Id, name: &[u8], is_match: Option<(u32, bool)>) -> (Id, Added) {
        let (mut at, mut rest, mut depth) = (from, name, 0);
        let seed = self.seed;
        while let Some((label, below)) = self.separator.cut(rest) {
            let path = &rest[..rest.len() - below.len()];
            at = match self.child(at, label) {
                Some(child) => child,
                None if self.takes_child(at, path, depth) => self.grow(at, label),
                None => {
                    let folder = self.folder_mut(at);
                    let deep = folder.deep.get_or_insert_default();
                    return (
                        at,
                        deep.receive(folder.view.is_some(), seed, rest, is_match),
                    );
                }
            };
            rest = below;
            depth += 1;
        }
        let folder = self.folder_mut(at);
        let in_order = folder.view.is_some();
        (at, folder.leaves.receive(in_order, seed, rest, is_match))
    }

    /// Whether a new child folder of this path is made in a folder, this many levels below where a walk began.
    fn takes_child(&self, id: Id, path: &[u8], depth: usize) -> bool {
        let folder = self.folder(id);
        match &folder.deep {
            None => folder.view.is_some() || (folder.kids.len() < MOST_KIDS && depth < MOST_DEPTH),
            Some(deep) => {
                let in_order = folder.view.is_some() && deep.loose().is_none();
                in_order && deep.count_below(path, None) == 0
            }
        }
    }

    /// Counts one more key from a folder upwards, up to but not including `top`.
    fn count_up(&mut self, id: Id, top: Option<Id>, hit: bool) {
        let search = self.lens().filter(|_| hit);
        self.touch(id);
        let mut at = id;
        while Some(at) != top {
            let folder = self.folder_mut(at);
            folder.keys += 1;
            if let Some(search) = search {
                folder.hits.add(search, 1, 0);
            }
            let first = folder.keys == 1;
            if at == ROOT {
                break;
            }
            let parent = folder.parent;
            if first || self.order == Order::Count {
                self.recount(at, first);
            }
            at = parent;
        }
    }

    /// Counts one key less from a folder upwards; folders that became empty go.
    fn count_down(&mut self, id: Id, hit: bool) {
        let search = self.lens().filter(|_| hit);
        self.touch(id);
        let mut at = id;
        loop {
            let folder = self.folder_mut(at);
            folder.keys -= 1;
            if let Some(search) = search {
                folder.hits.add(search, 0, 1);
            }
            if at == ROOT {
                break;
            }
            let parent = folder.parent;
            if folder.keys == 0 {
                self.leave(at);
            } else if self.order == Order::Count {
                self.recount(at, false);
            }
            at = parent;
        }
        self.prune(id);
    }

    /// The child folders that have keys.
    fn kids(&self, id: Id) -> impl Iterator<Item = Id> {
        let folder = self.folder(id);
        let loose = folder.view.as_ref().map_or(&[][..], |view| &view.loose);
        let kids = folder.kids.iter().filter(|&&kid| !self.folder(kid).loose);
        kids.chain(loose)
            .copied()
            .filter(|&kid| self.folder(kid).keys > 0)
    }
}
