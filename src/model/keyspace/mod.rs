//! The key tree of the browser: names as folders and keys, rows by number, made for ten million keys.
//!
//! Insertion is a walk down the folders and an append; nothing is ordered until a folder is opened. What a frame
//! needs is brought up to date by [`Keyspace::settle`], once before drawing; the rows on screen are then made by
//! [`Keyspace::window`] and no others.
mod alike;
mod block;
mod group;
mod groups;
mod hits;
mod loose;
mod needle;
mod page;
mod rows;
mod seed;
mod separator;
mod shelf;
mod spot;
mod tree;

use self::rows::Layout;
use self::tree::{ROOT, Tree};
use super::Key;

pub use self::tree::Order;

/// What a row stands for; stays the same when rows move.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Spot {
    /// A folder, by its full path with the separator at its end.
    Folder(Key),
    /// A key, by its full name.
    Key(Key),
}

/// One visible row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub spot: Spot,
    /// How many folders it stands in.
    pub depth: usize,
    /// The last segment of a folder; what is left of a key's name below its folder. May be empty.
    pub label: Vec<u8>,
    pub kind: RowKind,
}

/// Whether a row is a folder or a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowKind {
    Folder {
        open: bool,
        /// Keys below it on all levels; while a filter is on, those that match.
        keys: usize,
    },
    Key,
}

/// The keys that are known, which folders are open, their order and the filter.
pub struct Keyspace {
    tree: Tree,
    layout: Layout,
}

impl Keyspace {
    /// An empty keyspace. The separator has one byte or more.
    ///
    /// # Panics
    /// When the separator is empty.
    pub fn new(separator: &[u8]) -> Self {
        Self {
            tree: Tree::new(separator, Order::default()),
            layout: Layout::default(),
        }
    }

    /// Adds a key; false when it is held already, as SCAN may name a key more than once.
    pub fn insert(&mut self, name: &[u8]) -> bool {
        self.tree.insert(name)
    }

    /// Adds keys, faster than one by one. One that is held already may be counted
    /// twice until its folder is opened, or they are [complete](Self::complete).
    pub fn insert_all<'n>(&mut self, names: impl Iterator<Item = &'n [u8]>) {
        self.tree.insert_all(names);
    }

    /// All keys were added: has [`Self::work`] find those that were counted twice.
    pub fn complete(&mut self) {
        self.tree.look_for_twins();
    }

    /// Whether some may still be counted twice, though they are complete.
    pub fn is_counting(&self) -> bool {
        self.tree.is_looking_for_twins()
    }

    /// Takes a key out; false when it is not held. Folders that became empty go with it.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        self.tree.remove(name)
    }

    /// Whether a key is held, whatever the filter.
    pub fn contains(&self, name: &[u8]) -> bool {
        self.tree.contains(name, None)
    }

    /// Forgets the keys; folders that were open will be open when they come again.
    pub fn clear(&mut self) {
        self.tree = self.tree.emptied();
        self.layout = Layout::default();
    }

    /// How many keys are held, whatever the filter.
    pub fn keys(&self) -> usize {
        self.tree.count(ROOT, None)
    }

    /// How many keys are below a folder on all levels, whatever the filter; the empty path is all.
    pub fn count_below(&self, folder: &Key) -> usize {
        self.tree.count_below(folder.bytes(), None)
    }

    /// The same of those that match the filter.
    pub fn count_shown_below(&self, folder: &Key) -> usize {
        self.tree.count_below(folder.bytes(), self.tree.lens())
    }

    /// The keys below a folder on all levels in no order, whatever the filter; the empty path is all.
    pub fn names_below(&self, folder: &Key) -> Vec<Key> {
        let mut names = Vec::new();
        self.each_below(folder, |name| names.push(Key::new(name)));
        names
    }

    /// The same, one by one, where there may be too many to hold them twice.
    pub fn each_below(&self, folder: &Key, visit: impl FnMut(&[u8])) {
        self.tree.each_below(folder.bytes(), visit);
    }

    /// How many rows are visible, as of the last [`Self::settle`].
    pub fn rows(&self) -> usize {
        self.layout.rows()
    }

    /// One visible row, as of the last [`Self::settle`].
    pub fn row(&self, n: usize) -> Option<Row> {
        self.window(n, 1).pop()
    }

    /// The visible rows from one on, at most `len`, as of the last [`Self::settle`].
    pub fn window(&self, from: usize, len: usize) -> Vec<Row> {
        self.layout.window(&self.tree, from, len)
    }

    /// The row of a folder or key, as of the last [`Self::settle`]; `None` when it is not visible.
    pub fn row_of(&self, spot: &Spot) -> Option<usize> {
        self.layout.row_of(&self.tree, spot)
    }

    /// The folder a folder or key stands in; `None` at the top.
    pub fn parent(&self, spot: &Spot) -> Option<Spot> {
        let separator = &self.tree.separator;
        let inner = match spot {
            Spot::Folder(path) => path.bytes().strip_suffix(separator.bytes())?,
            Spot::Key(name) => name.bytes(),
        };
        let above = &inner[..separator.folders(inner)];
        (!above.is_empty()).then(|| Spot::Folder(Key::new(above)))
    }

    /// Opens a folder; false when it is open, or holds no key that is shown.
    pub fn open(&mut self, folder: &Key) -> bool {
        let id = self.tree.enter(folder.bytes());
        let opened = id.is_some_and(|id| self.tree.set_open(id, true));
        if opened {
            self.tree.unpack_on(OPENING / UNPACKING);
        }
        opened
    }

    /// Closes a folder; false when it is closed, or unknown. Folders in it stay as they are.
    pub fn close(&mut self, folder: &Key) -> bool {
        let known = self.tree.enter(folder.bytes());
        let id = known.or_else(|| self.tree.find(folder.bytes()));
        id.is_some_and(|id| self.tree.set_open(id, false))
    }

    /// Whether a folder is open.
    pub fn is_open(&self, folder: &Key) -> bool {
        let id = self.tree.find(folder.bytes());
        id.is_some_and(|id| self.tree.is_open(id))
    }

    /// Opens all folders above a folder or key, settles, and gives its row, which may change as [`Self::work`] makes
    /// folders beside it; `None` when it is not held, or does not match the filter.
    pub fn reveal(&mut self, spot: &Spot) -> Option<usize> {
        let (lens, tree) = (self.tree.lens(), &mut self.tree);
        let path = match spot {
            Spot::Folder(path) => (tree.count_below(path.bytes(), lens) > 0).then_some(path),
            Spot::Key(name) => tree.contains(name.bytes(), lens).then_some(name),
        }?;
        let bytes = path.bytes();
        let mut end = 0;
        while let Some((_, below)) = tree.separator.cut(&bytes[end..]) {
            end = bytes.len() - below.len();
            let id = tree.enter(&bytes[..end])?;
            if matches!(spot, Spot::Key(_)) || end < bytes.len() {
                tree.set_open(id, true);
            }
        }
        if matches!(spot, Spot::Key(_)) {
            tree.bring_up(bytes);
        }
        self.settle();
        self.row_of(spot)
    }

    /// Brings the order and the rows up to date; to be called once before drawing. Costs nothing when nothing
    /// changed.
    pub fn settle(&mut self) {
        if self.tree.settle() {
            self.layout = Layout::new(&self.tree);
        }
    }

    /// Orders the folders within each folder.
    pub fn set_order(&mut self, order: Order) {
        self.tree.set_order(order);
    }

    /// Shows only keys that have this text in their name, and the folders that lead to them; these are open unless
    /// there are very many keys.
    ///
    /// The text is read as the printed form of bytes; ASCII case matters when it has an upper-case letter. `None`
    /// or no text shows all keys again, in the folders that were open before. Matches appear as
    /// [`Self::work`] finds them.
    pub fn set_filter(&mut self, text: Option<&str>) {
        match text.filter(|text| !text.is_empty()) {
            Some(text) => self.tree.search_for(text),
            None => self.tree.end_search(),
        }
        self.layout = Layout::default();
    }

    /// Works at what is left to do, on about this many names: looks for what the filter lets through, and makes
    /// folders in what was opened. True while more remains.
    pub fn work(&mut self, names: usize) -> bool {
        if self.tree.is_searching() {
            self.tree.search_on(names);
        } else if self.tree.is_looking_alike() {
            self.tree.look_alike_on((names / ALIKE).max(1));
        } else if self.tree.is_unpacking() {
            self.tree.unpack_on((names / UNPACKING).max(1));
        } else {
            self.tree.look_for_twins_on(names);
        }
        self.is_working()
    }

    /// Whether [`Self::work`] has something to do.
    pub fn is_working(&self) -> bool {
        self.tree.is_searching()
            || self.tree.is_looking_alike()
            || self.tree.is_unpacking()
            || self.is_counting()
    }

    /// How many keys match the filter so far; `None` without a filter.
    pub fn matches(&self) -> Option<usize> {
        let search = self.tree.lens()?;
        Some(self.tree.count(ROOT, Some(search)))
    }

    /// How many rows at the end are keys that do not match, but have what is looked for with other letters between;
    /// as of the last [`Self::settle`]. The best are first. There are none where many keys match.
    pub fn alike(&self) -> usize {
        self.layout.alike()
    }

    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        self.tree.heap_bytes() + self.layout.heap_bytes()
    }
}

/// Names that are searched in the time the letters of one are counted.
const ALIKE: usize = 4;
/// Names that are searched in the time one gets a folder.
const UNPACKING: usize = 32;
/// The work that is done at once when a folder is opened.
const OPENING: usize = 200_000;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
