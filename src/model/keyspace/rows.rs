//! Which folder or key is on row n, and on which row it is. Nothing is built for rows nobody looks at.
use super::tree::{Id, ROOT, Tree};
use super::{Key, Row, RowKind, Spot};

/// The visible rows as a short list of pieces: an open folder cuts the rows of the folder it is in.
#[derive(Default)]
pub(super) struct Layout {
    pieces: Vec<Piece>,
    rows: usize,
    /// Behind all others: keys alike to what a filter looks for.
    alike: Vec<Key>,
}

/// Rows that follow each other in one folder.
struct Piece {
    first: usize,
    folder: Id,
    depth: usize,
    part: Part,
}

#[derive(Clone, Copy)]
enum Part {
    /// Child folders from one place in the order up to another.
    Folders { from: usize, to: usize },
    /// This many keys, from the first on.
    Keys { count: usize },
}

/// What is still to be laid out.
enum Step {
    Enter(Id, usize),
    Lay(Id, usize, Part),
}

impl Layout {
    /// Lays out a settled tree.
    pub fn new(tree: &Tree) -> Self {
        let mut layout = Self::default();
        let mut steps = vec![Step::Enter(ROOT, 0)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Lay(folder, depth, part) => layout.lay(folder, depth, part),
                Step::Enter(folder, depth) => {
                    let at = steps.len();
                    cut(tree, folder, depth, &mut steps);
                    steps[at..].reverse();
                }
            }
        }
        layout.alike = tree.alike().map(Key::new).collect();
        layout
    }

    pub fn rows(&self) -> usize {
        self.rows + self.alike.len()
    }

    pub fn alike(&self) -> usize {
        self.alike.len()
    }

    pub fn heap_bytes(&self) -> usize {
        self.pieces.capacity() * size_of::<Piece>()
    }

    /// The rows from one on, as many as there are up to `count`.
    pub fn window(&self, tree: &Tree, from: usize, count: usize) -> Vec<Row> {
        let mut rows = Vec::with_capacity(count.min(self.rows().saturating_sub(from)));
        let start = self
            .pieces
            .partition_point(|piece| piece.first <= from)
            .saturating_sub(1);
        for piece in self.pieces.get(start..).unwrap_or(&[]) {
            if rows.len() >= count {
                break;
            }
            piece.push_rows(tree, from.saturating_sub(piece.first), count, &mut rows);
        }
        let alike = self.alike.iter().skip(from.saturating_sub(self.rows));
        rows.extend(alike.take(count - rows.len()).map(|key| Row {
            spot: Spot::Key(key.clone()),
            depth: 0,
            label: key.bytes().to_vec(),
            kind: RowKind::Key,
        }));
        rows
    }

    pub fn row_of(&self, tree: &Tree, spot: &Spot) -> Option<usize> {
        let behind = || {
            let alike = self.alike.iter();
            let place = alike
                .enumerate()
                .find(|(_, key)| matches!(spot, Spot::Key(own) if own == *key));
            place.map(|(place, _)| self.rows + place)
        };
        self.row_in_tree(tree, spot).or_else(behind)
    }

    fn row_in_tree(&self, tree: &Tree, spot: &Spot) -> Option<usize> {
        match spot {
            Spot::Folder(path) => {
                let id = tree.find(path.bytes()).filter(|&id| id != ROOT)?;
                let parent = tree.folder(id).parent;
                let place = place(tree, parent, id)?;
                self.pieces.iter().find_map(|piece| match piece.part {
                    Part::Folders { from, to }
                        if piece.folder == parent && (from..to).contains(&place) =>
                    {
                        Some(piece.first + place - from)
                    }
                    _ => None,
                })
            }
            Spot::Key(name) => {
                let (path, label) = name.bytes().split_at(tree.separator.folders(name.bytes()));
                let id = tree.find(path)?;
                let piece = self
                    .pieces
                    .iter()
                    .find(|piece| piece.folder == id && matches!(piece.part, Part::Keys { .. }))?;
                let row = tree.folder(id).leaves.row_of(label, tree.lens())?;
                matches!(piece.part, Part::Keys { count } if row < count)
                    .then_some(piece.first + row)
            }
        }
    }

    fn lay(&mut self, folder: Id, depth: usize, part: Part) {
        let count = match part {
            Part::Folders { from, to } => to - from,
            Part::Keys { count } => count,
        };
        if count > 0 {
            self.pieces.push(Piece {
                first: self.rows,
                folder,
                depth,
                part,
            });
            self.rows += count;
        }
    }
}

impl Piece {
    /// Adds the rows of this piece from its row `skip` on until there are `most`.
    fn push_rows(&self, tree: &Tree, skip: usize, most: usize, rows: &mut Vec<Row>) {
        let path = tree.path(self.folder);
        let room = most - rows.len();
        match self.part {
            Part::Folders { from, to } => {
                let kids = tree.listed(self.folder).get(from..to).unwrap_or(&[]);
                rows.extend(
                    kids.iter()
                        .skip(skip)
                        .take(room)
                        .map(|&kid| self.folder_row(tree, &path, kid)),
                );
            }
            Part::Keys { count } => {
                let room = room.min(count.saturating_sub(skip));
                let leaves = &tree.folder(self.folder).leaves;
                let labels = leaves.window(skip, room, tree.lens());
                rows.extend(labels.into_iter().map(|label| self.key_row(&path, label)));
            }
        }
    }

    fn folder_row(&self, tree: &Tree, path: &[u8], kid: Id) -> Row {
        let folder = tree.folder(kid);
        Row {
            spot: Spot::Folder(Key::new(
                [path, &folder.label, tree.separator.bytes()].concat(),
            )),
            depth: self.depth,
            label: folder.label.to_vec(),
            kind: RowKind::Folder {
                open: tree.is_open(kid),
                keys: tree.count(kid, tree.lens()),
            },
        }
    }

    fn key_row(&self, path: &[u8], label: &[u8]) -> Row {
        Row {
            spot: Spot::Key(Key::new([path, label].concat())),
            depth: self.depth,
            label: label.to_vec(),
            kind: RowKind::Key,
        }
    }
}

/// Cuts the rows of a folder where folders in it are open.
fn cut(tree: &Tree, folder: Id, depth: usize, steps: &mut Vec<Step>) {
    let mut from = 0;
    for (place, kid) in open_kids(tree, folder) {
        let to = place + 1;
        steps.push(Step::Lay(folder, depth, Part::Folders { from, to }));
        steps.push(Step::Enter(kid, depth + 1));
        from = to;
    }
    let to = tree.listed(folder).len();
    steps.push(Step::Lay(folder, depth, Part::Folders { from, to }));
    let count = tree.folder(folder).leaves.rows(tree.lens());
    steps.push(Step::Lay(folder, depth, Part::Keys { count }));
}

/// The open folders of a folder with their places, in order: by bisection where they are few, else by a look at all.
fn open_kids(tree: &Tree, folder: Id) -> Vec<(usize, Id)> {
    let kids = tree.listed(folder);
    if let Some(opened) = tree.opened(folder)
        && opened.len() <= kids.len() / 32
    {
        let found = opened.iter();
        let found = found.filter_map(|&kid| Some((place(tree, folder, kid)?, kid)));
        let mut open: Vec<_> = found.collect();
        open.sort_unstable();
        return open;
    }
    let kids = kids.iter().copied().enumerate();
    kids.filter(|&(_, kid)| tree.is_open(kid)).collect()
}

/// The place of a folder among those listed in its parent.
fn place(tree: &Tree, parent: Id, id: Id) -> Option<usize> {
    let siblings = tree.listed(parent);
    let before = |&kid: &Id| tree.order().compare(tree, tree.lens(), kid, id).is_lt();
    let place = siblings.partition_point(before);
    (siblings.get(place) == Some(&id)).then_some(place)
}
