//! A walk over all names that can rest while names come and go.
use super::folder::Body;
use super::{Id, Tree};
use crate::model::keyspace::page::Names;

/// How far a walk over all names has come.
#[derive(Clone, Copy, Default, Debug)]
pub struct Walk {
    folder: Id,
    page: usize,
}

impl Walk {
    /// To be called at each removal: it may have moved the names of one page to the page before.
    pub fn step_back(&mut self) {
        self.page = self.page.saturating_sub(1);
    }
}

impl Tree {
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
}
