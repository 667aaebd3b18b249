//! One folder, and the two ways to hold what is in it.
use super::Id;
use crate::model::keyspace::bag::Bag;
use crate::model::keyspace::shelf::Shelf;

/// One folder.
pub struct Folder {
    pub parent: Id,
    /// The last segment of its path, without the separator.
    pub label: Box<[u8]>,
    /// Keys below it on all levels. A folder without keys is a memory of whether it was open, and has no row.
    pub keys: usize,
    /// Folders in the arena that stand directly in it, with or without keys.
    pub(super) children: u32,
    pub open: bool,
    /// Whether the parent's `loose` list has it.
    pub(super) loose: bool,
    pub body: Body,
}

/// What a folder holds.
pub enum Body {
    /// As it arrived; never looked at.
    Packed(Packed),
    /// In order; every folder in it is in the arena.
    Spread(Box<Spread>),
}

/// Child folders up to a limit; all other names with the segments that remain.
#[derive(Default)]
pub struct Packed {
    pub(super) kids: Vec<Id>,
    pub(super) bag: Bag,
    /// How many names of the bag contain the separator. While there are any, no child folder is made, so that
    /// a name has one place only.
    pub(super) deep: usize,
}

/// Child folders and keys as rows show them.
#[derive(Default)]
pub struct Spread {
    /// Child folders with keys, in order as of the last settling.
    pub kids: Vec<Id>,
    /// Child folders that are to be put in their place; may also be in `kids` still, at an old place.
    pub(super) loose: Vec<Id>,
    /// Whether `kids` has folders that are loose or lost their last key.
    pub(super) holes: bool,
    /// Whether it waits in the tree's list of such folders.
    pub(super) touched: bool,
    /// Child folders that are open, in no order.
    pub opened: Vec<Id>,
    /// The keys directly in it.
    pub shelf: Shelf,
}

impl Folder {
    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
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
