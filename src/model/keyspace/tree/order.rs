//! The order of the folders within a folder. Keys stand behind them, by name.
use std::cmp::{Ordering, Reverse};

use super::{Id, Tree};

/// How the folders within a folder are ordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// By the bytes of the label.
    #[default]
    Name,
    /// The folder with the most keys first; by name where they are as many.
    Count,
}

impl Order {
    /// Which of two folders of one folder comes first; of a search, what counts is what matches.
    pub fn compare(self, tree: &Tree, search: Option<u32>, a: Id, b: Id) -> Ordering {
        let label = |id| &tree.folder(id).label;
        let count = |id| Reverse(tree.count(id, search));
        match self {
            Self::Name => label(a).cmp(label(b)),
            Self::Count => (count(a), label(a)).cmp(&(count(b), label(b))),
        }
    }
}

/// Puts some folders, themselves in order, into a list that is in order.
///
/// Each finds its place by bisection and what lies between is moved in one piece: a few new ones in a list of many
/// cost little.
pub fn merge(list: &mut Vec<Id>, new: &[Id], compare: impl Fn(Id, Id) -> Ordering) {
    let mut end = list.len();
    list.extend_from_slice(new);
    for (before, &id) in new.iter().enumerate().rev() {
        let at = list[..end].partition_point(|&held| compare(held, id) == Ordering::Less);
        list.copy_within(at..end, at + before + 1);
        list[at + before] = id;
        end = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_keeps_order() {
        for (old, new, all) in [
            (vec![], vec![1, 2], vec![1, 2]),
            (vec![1, 4, 6], vec![0, 2, 3, 7], vec![0, 1, 2, 3, 4, 6, 7]),
            (vec![5, 6], vec![1, 2], vec![1, 2, 5, 6]),
            (vec![1, 2], vec![], vec![1, 2]),
        ] {
            let mut list = old;
            merge(&mut list, &new, |a, b| a.cmp(&b));
            assert_eq!(list, all);
        }
    }
}
