//! One folder: what is in it as it arrived, and what is kept for showing it.
use super::Id;
use crate::model::keyspace::hits::Hits;
use crate::model::keyspace::shelf::Shelf;

/// One folder.
#[derive(Default)]
pub struct Folder {
    pub parent: Id,
    /// The last segment of its path, without the separator.
    pub label: Box<[u8]>,
    /// Keys below it on all levels. A folder without keys is a memory of whether it was open, and has no row.
    pub keys: usize,
    /// How many of them match the search.
    pub(super) hits: Hits,
    /// Folders in the arena that stand directly in it, with or without keys.
    pub(super) children: u32,
    pub(super) open: bool,
    /// Whether a person opened or closed it while a filter was on.
    pub(super) choice: Option<bool>,
    /// Whether the parent's `loose` list has it.
    pub(super) loose: bool,
    /// The keys directly in it.
    pub leaves: Shelf,
    /// Names with the segments that remain, of which no folders are made before somebody looks. A label stands here
    /// or in a child folder, never in both. Never holds nothing.
    pub(super) deep: Option<Box<Shelf>>,
    /// Child folders with keys. In order as of the last settling where there is a view, else as they came.
    pub(super) kids: Vec<Id>,
    pub(super) view: Option<Box<View>>,
}

/// What is kept of a folder that has been looked at.
#[derive(Default)]
pub struct View {
    /// Child folders that are to be put in their place; may also be in `kids` still, at an old place.
    pub(super) loose: Vec<Id>,
    /// Whether `kids` has folders that are loose or lost their last key.
    pub(super) holes: bool,
    /// Whether it waits in the tree's list of such folders.
    pub(super) touched: bool,
    /// Whether it waits to be unpacked.
    pub(super) queued: bool,
    /// Child folders that are open, in no order.
    pub(super) opened: Vec<Id>,
    /// While a filter is on: child folders with matches, in order as of the last settling.
    pub(super) matching: Vec<Id>,
}

impl Folder {
    /// Bytes taken from the heap.
    pub fn heap_bytes(&self) -> usize {
        let ids = |list: &Vec<Id>| list.capacity() * size_of::<Id>();
        let view = self.view.as_ref().map_or(0, |view| {
            size_of::<View>() + ids(&view.loose) + ids(&view.opened) + ids(&view.matching)
        });
        let deep = self
            .deep
            .as_ref()
            .map_or(0, |deep| size_of::<Shelf>() + deep.heap_bytes());
        self.label.len() + ids(&self.kids) + self.leaves.heap_bytes() + view + deep
    }
}
