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
mod tests {
    use super::*;

    fn holding(names: &[&str]) -> Keyspace {
        let mut keyspace = Keyspace::new(b":");
        for name in names {
            assert!(keyspace.insert(name.as_bytes()));
        }
        keyspace.settle();
        keyspace
    }

    /// The visible rows, one a line: depth as dots, folders with their mark and count.
    fn seen(keyspace: &Keyspace) -> Vec<String> {
        let rows = keyspace.window(0, usize::MAX);
        let line = |row: Row| {
            let label = String::from_utf8(row.label).unwrap();
            let mark = match row.kind {
                RowKind::Folder { open: true, keys } => format!("v{keys} "),
                RowKind::Folder { open: false, keys } => format!(">{keys} "),
                RowKind::Key => String::new(),
            };
            format!("{}{mark}{label}", ".".repeat(row.depth))
        };
        rows.into_iter().map(line).collect()
    }

    #[test]
    fn a_name_may_be_a_folder_and_a_key_and_segments_may_be_empty() {
        let mut keyspace = holding(&["stat", "stat:a", "a::b", "a:", ""]);
        assert_eq!(seen(&keyspace), [">2 a", ">1 stat", "", "stat"]);
        assert_eq!(keyspace.reveal(&Spot::Key("a::b".into())), Some(2));
        assert_eq!(
            seen(&keyspace),
            ["v2 a", ".v1 ", "..b", ".", ">1 stat", "", "stat"]
        );
        assert_eq!(
            keyspace.parent(&Spot::Key("a::b".into())),
            Some(Spot::Folder("a::".into()))
        );
        assert_eq!(
            keyspace.parent(&Spot::Folder("a::".into())),
            Some(Spot::Folder("a:".into()))
        );
        assert_eq!(keyspace.parent(&Spot::Folder("a:".into())), None);
    }

    #[test]
    fn open_folders_are_open_when_their_keys_come_again() {
        let mut keyspace = holding(&["a:b:c", "d:e"]);
        keyspace.reveal(&Spot::Key("a:b:c".into()));
        for forget in [Keyspace::clear, |keyspace: &mut Keyspace| {
            assert!(keyspace.remove(b"a:b:c"));
        }] {
            forget(&mut keyspace);
            keyspace.insert(b"a:b:d");
            keyspace.settle();
            assert_eq!(seen(&keyspace)[..3], ["v1 a", ".v1 b", "..d"]);
            keyspace.remove(b"a:b:d");
            keyspace.insert(b"a:b:c");
        }
    }

    #[test]
    fn more_folders_than_are_made_at_once_are_all_there_when_looked_at() {
        let mut keyspace = Keyspace::new(b":");
        for n in 0..2000 {
            assert!(keyspace.insert(format!("user:{n}:cart").as_bytes()));
            assert!(keyspace.insert(format!("user:{n}:name").as_bytes()));
        }
        assert_eq!(keyspace.count_below(&"user:1999:".into()), 2);
        assert_eq!(keyspace.names_below(&"user:1999:".into()).len(), 2);
        assert!(!keyspace.insert(b"user:1999:cart"));
        let before = (0..2000)
            .filter(|n| n.to_string().as_str() < "1999")
            .count();
        let spot = Spot::Key("user:1999:name".into());
        assert!(keyspace.reveal(&spot).is_some());
        assert!(keyspace.is_working(), "others wait to be unpacked");
        assert!(!keyspace.insert(b"user:1998:cart"));
        while keyspace.work(100) {}
        keyspace.settle();
        assert_eq!(
            keyspace.row_of(&spot),
            Some(before + 3),
            "behind user, the folders before 1999, 1999 itself and its cart"
        );
        assert_eq!(keyspace.rows(), 2003);
        assert!(!keyspace.insert(b"user:1999:cart"));
        assert!(keyspace.remove(b"user:1998:cart"));
        assert_eq!(keyspace.count_below(&"user:1998:".into()), 1);
    }

    #[test]
    fn names_may_be_long_and_deep() {
        let (deep, long) = ("d:".repeat(3000), format!("long:{}", "x".repeat(100_000)));
        let mut keyspace = holding(&[&deep, &long]);
        assert_eq!(seen(&keyspace), [">1 d", ">1 long"]);
        assert_eq!(
            keyspace.reveal(&Spot::Key(deep.as_str().into())),
            Some(3000)
        );
        assert_eq!(keyspace.row(3000).unwrap().depth, 3000);
        assert!(keyspace.contains(long.as_bytes()));
        assert!(keyspace.remove(deep.as_bytes()));
        keyspace.settle();
        assert_eq!(seen(&keyspace), [">1 long"]);
    }

    #[test]
    fn a_filter_shows_what_leads_to_its_matches_and_keeps_what_was_open() {
        let mut keyspace = holding(&["a:b:one", "a:b:two", "a:c", "z:one"]);
        keyspace.open(&"a:".into());
        keyspace.set_filter(Some("ON"));
        assert_eq!(keyspace.matches(), Some(0));
        while keyspace.work(1) {}
        keyspace.settle();
        assert_eq!(seen(&keyspace), Vec::<String>::new());
        keyspace.set_filter(Some("on"));
        keyspace.work(100);
        keyspace.insert(b"z:stone");
        keyspace.close(&"a:".into());
        keyspace.settle();
        assert_eq!(seen(&keyspace), [">1 a", "v2 z", ".one", ".stone"]);
        keyspace.set_filter(Some("one"));
        keyspace.remove(b"z:one");
        while keyspace.work(1) {}
        keyspace.settle();
        assert_eq!(seen(&keyspace), [">1 a", "v1 z", ".stone"]);
        assert_eq!(keyspace.matches(), Some(2));
        keyspace.set_filter(None);
        keyspace.settle();
        assert_eq!(seen(&keyspace), ["v3 a", ".>2 b", ".c", ">1 z"]);
    }

    #[test]
    fn keys_alike_follow_the_matches_best_first() {
        let mut keyspace = holding(&["us:ca", "uscar", "mouse:scale", "user:cart", "acus"]);
        keyspace.set_filter(Some("usca"));
        while keyspace.work(1) {}
        keyspace.settle();
        assert_eq!(
            seen(&keyspace),
            ["uscar", "us:ca", "user:cart", "mouse:scale"]
        );
        assert_eq!((keyspace.matches(), keyspace.alike()), (Some(1), 3));
        assert_eq!(keyspace.row_of(&Spot::Key("user:cart".into())), Some(2));
        keyspace.remove(b"us:ca");
        keyspace.insert(b"u-s-c-a");
        keyspace.settle();
        assert_eq!(
            seen(&keyspace),
            ["uscar", "user:cart", "u-s-c-a", "mouse:scale"]
        );
    }

    #[test]
    fn folders_are_closed_where_very_many_keys_match() {
        let mut keyspace = Keyspace::new(b":");
        let names: Vec<String> = (0..11_000).map(|n| format!("a:{n}")).collect();
        keyspace.insert_all(names.iter().map(String::as_bytes));
        assert_eq!(keyspace.keys(), 11_000);
        keyspace.set_filter(Some("a"));
        while keyspace.work(5000) {}
        keyspace.settle();
        assert_eq!(seen(&keyspace), [">11000 a"]);
        assert!(keyspace.open(&"a:".into()));
        keyspace.settle();
        assert_eq!(keyspace.rows(), 11_001);
        keyspace.set_filter(Some("a:1"));
        while keyspace.work(5000) {}
        keyspace.close(&"a:".into());
        keyspace.settle();
        assert_eq!(
            seen(&keyspace).len(),
            1,
            "a choice stays while one types on"
        );
    }

    #[test]
    fn removals_behind_a_search_hide_nothing_from_it() {
        let mut keyspace = Keyspace::new(b":");
        for n in 0..1000 {
            keyspace.insert(format!("{n:04}").as_bytes());
        }
        keyspace.set_filter(Some("0"));
        keyspace.work(300);
        for n in 0..200 {
            keyspace.remove(format!("{n:04}").as_bytes());
        }
        while keyspace.work(300) {}
        assert_eq!(keyspace.matches(), Some(800));
    }

    /// A folder that nobody looked at, with so many keys, each of which came twice.
    fn twice(keys: usize) -> Keyspace {
        let mut keyspace = Keyspace::new(b":");
        let names: Vec<String> = (0..keys).map(|n| format!("a:{n}")).collect();
        for _ in 0..2 {
            keyspace.insert_all(names.iter().map(String::as_bytes));
        }
        assert_eq!(keyspace.keys(), 2 * keys);
        keyspace
    }

    #[test]
    fn keys_that_came_twice_are_counted_once_when_all_are_there() {
        let mut keyspace = twice(1000);
        keyspace.complete();
        while keyspace.work(100) {}
        assert_eq!(keyspace.keys(), 1000);
        assert_eq!(keyspace.names_below(&"a:".into()).len(), 1000);
    }

    #[test]
    fn keys_that_came_twice_are_shown_once() {
        let mut keyspace = twice(1000);
        assert!(!keyspace.insert(b"a:7"));
        assert!(keyspace.open(&"a:".into()));
        while keyspace.work(100) {}
        keyspace.settle();
        assert_eq!((keyspace.keys(), keyspace.rows()), (1000, 1001));
    }

    #[test]
    fn a_key_that_came_twice_is_gone_when_it_is_removed() {
        let mut keyspace = twice(100_000);
        assert!(keyspace.remove(b"a:7") && !keyspace.contains(b"a:7"));
        assert!(!keyspace.remove(b"a:7"));
        keyspace.open(&"a:".into());
        while keyspace.work(1000) {}
        assert_eq!(keyspace.keys(), 99_999);
    }

    #[test]
    fn a_key_has_its_row_before_all_others_are_in_order() {
        let mut keyspace = twice(200_000);
        let spot = Spot::Key("a:123456".into());
        assert!(keyspace.reveal(&spot).is_some());
        assert!(keyspace.is_working() && keyspace.rows() < 200_000);
        keyspace.work(1);
        keyspace.settle();
        let row = keyspace.row_of(&spot).unwrap();
        assert_eq!(keyspace.row(row).unwrap().spot, spot);
    }
}
