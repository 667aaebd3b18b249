//! The key tree shows what a naive sorted set would show, whatever happened to it before.
use std::collections::{BTreeMap, BTreeSet};

use keygrove::model::Key;
use keygrove::model::keyspace::{Keyspace, Order, Row, RowKind, Spot};
use proptest::prelude::*;

/// The same by the plainest means: a sorted set of names, walked anew for every question.
struct Oracle {
    separator: Vec<u8>,
    names: BTreeSet<Vec<u8>>,
    open: BTreeSet<Vec<u8>>,
    order: Order,
    filter: Option<Lens>,
}

struct Lens {
    text: String,
    closed: BTreeSet<Vec<u8>>,
}

impl Oracle {
    /// The folders of a name, outermost first.
    fn folders(&self, name: &[u8]) -> Vec<Vec<u8>> {
        let (mut folders, mut at) = (Vec::new(), 0);
        while at + self.separator.len() <= name.len() {
            if name[at..].starts_with(&self.separator) {
                at += self.separator.len();
                folders.push(name[..at].to_vec());
            } else {
                at += 1;
            }
        }
        folders
    }

    fn shown(&self) -> Vec<Vec<u8>> {
        let matches = |name: &&Vec<u8>| {
            self.filter
                .as_ref()
                .is_none_or(|lens| matches(&lens.text, name))
        };
        self.names.iter().filter(matches).cloned().collect()
    }

    fn is_open(&self, folder: &[u8]) -> bool {
        match &self.filter {
            None => self.open.contains(folder),
            Some(lens) => !lens.closed.contains(folder),
        }
    }

    fn has_folder(&self, folder: &[u8]) -> bool {
        self.shown()
            .iter()
            .any(|name| self.folders(name).iter().any(|held| held == folder))
    }

    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        self.push_rows(b"", 0, &self.shown(), &mut rows);
        rows
    }

    fn push_rows(&self, path: &[u8], depth: usize, names: &[Vec<u8>], rows: &mut Vec<Row>) {
        let (mut folders, mut keys) = (BTreeMap::<Vec<u8>, Vec<Vec<u8>>>::new(), Vec::new());
        for name in names {
            match self.folders(name).get(depth) {
                Some(folder) => folders
                    .entry(folder.clone())
                    .or_default()
                    .push(name.clone()),
                None => keys.push(name[path.len()..].to_vec()),
            }
        }
        let label =
            |folder: &[u8]| folder[path.len()..folder.len() - self.separator.len()].to_vec();
        let mut folders: Vec<_> = folders.into_iter().collect();
        folders.sort_by_key(|(folder, names)| {
            let count = if self.order == Order::Count {
                usize::MAX - names.len()
            } else {
                0
            };
            (count, label(folder))
        });
        for (folder, names) in folders {
            let open = self.is_open(&folder);
            let kind = RowKind::Folder {
                open,
                keys: names.len(),
            };
            rows.push(Row {
                spot: Spot::Folder(Key::new(folder.clone())),
                depth,
                label: label(&folder),
                kind,
            });
            if open {
                self.push_rows(&folder, depth + 1, &names, rows);
            }
        }
        keys.sort();
        for label in keys {
            let spot = Spot::Key(Key::new([path, &label].concat()));
            rows.push(Row {
                spot,
                depth,
                label,
                kind: RowKind::Key,
            });
        }
    }
}

fn matches(text: &str, name: &[u8]) -> bool {
    let exact = text.bytes().any(|byte| byte.is_ascii_uppercase());
    let name = if exact {
        name.to_vec()
    } else {
        name.to_ascii_lowercase()
    };
    name.windows(text.len()).any(|part| part == text.as_bytes())
}

#[derive(Clone, Debug)]
enum Deed {
    Insert(Vec<Vec<u8>>),
    InsertAll(Vec<Vec<u8>>),
    Remove(Vec<u8>),
    RemoveHeld(Vec<prop::sample::Index>),
    Open(prop::sample::Index),
    Close(prop::sample::Index),
    Reveal(prop::sample::Index),
    Order(Order),
    Filter(Option<String>),
    Step(usize),
    Clear,
    Look,
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![6 => Just(b':'), 3 => Just(b'a'), 2 => Just(b'B'), 1 => Just(b'-'), 1 => Just(0xff), 1 => Just(0)];
    prop_oneof![
        8 => prop::collection::vec(byte, 0..9),
        2 => (0..900_u32).prop_map(|n| format!("wide:{}:a", n % 700).into_bytes()),
        1 => (0..40_usize).prop_map(|n| b"d:".repeat(n)),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    let text = prop_oneof![
        Just("a"),
        Just("aa"),
        Just("b"),
        Just("B"),
        Just(":a"),
        Just("1"),
        Just("aB"),
        Just("d:d")
    ];
    prop_oneof![
        6 => prop::collection::vec(name(), 0..20).prop_map(Deed::Insert),
        4 => prop::collection::vec(name(), 0..80).prop_map(Deed::InsertAll),
        1 => prop::collection::vec((0..900_u32).prop_map(|n| format!("wide:{n}:b").into_bytes()), 0..900).prop_map(Deed::InsertAll),
        2 => prop::collection::vec((0..900_u32).prop_map(|n| format!("leaf:{n}").into_bytes()), 0..900).prop_map(Deed::InsertAll),
        2 => name().prop_map(Deed::Remove),
        6 => prop::collection::vec(any::<prop::sample::Index>(), 0..30).prop_map(Deed::RemoveHeld),
        6 => any::<prop::sample::Index>().prop_map(Deed::Open),
        2 => any::<prop::sample::Index>().prop_map(Deed::Close),
        2 => any::<prop::sample::Index>().prop_map(Deed::Reveal),
        3 => prop_oneof![1 => Just(Order::Name), 2 => Just(Order::Count)].prop_map(Deed::Order),
        2 => prop::option::of(text.prop_map(String::from)).prop_map(Deed::Filter),
        2 => (0..30_usize).prop_map(Deed::Step),
        1 => Just(Deed::Clear),
        8 => Just(Deed::Look),
    ]
}

/// A folder that is visible or about to be: any folder of any name held.
fn some_folder(oracle: &Oracle, index: prop::sample::Index) -> Option<Vec<u8>> {
    let rows: Vec<Vec<u8>> = oracle
        .rows()
        .into_iter()
        .filter_map(|row| match row.spot {
            Spot::Folder(path) => Some(path.bytes().to_vec()),
            Spot::Key(_) => None,
        })
        .collect();
    (!rows.is_empty()).then(|| index.get(&rows).clone())
}

fn some_name(oracle: &Oracle, index: prop::sample::Index) -> Option<Vec<u8>> {
    let names: Vec<_> = oracle.names.iter().collect();
    (!names.is_empty()).then(|| (*index.get(&names)).clone())
}

fn act(keyspace: &mut Keyspace, oracle: &mut Oracle, deed: Deed) {
    match deed {
        Deed::Insert(names) => {
            for name in names {
                assert_eq!(keyspace.insert(&name), oracle.names.insert(name.clone()));
            }
        }
        Deed::InsertAll(names) => {
            oracle.names.extend(names.iter().cloned());
            keyspace.insert_all(names.iter().map(Vec::as_slice));
        }
        Deed::Remove(name) => assert_eq!(keyspace.remove(&name), oracle.names.remove(&name)),
        Deed::RemoveHeld(indices) => {
            for index in indices {
                let Some(name) = some_name(oracle, index) else {
                    return;
                };
                assert!(oracle.names.remove(&name));
                assert!(keyspace.remove(&name));
                assert!(!keyspace.contains(&name));
            }
        }
        Deed::Open(index) => {
            finish(keyspace);
            if let Some(folder) = some_folder(oracle, index) {
                let changed = match &mut oracle.filter {
                    None => oracle.open.insert(folder.clone()),
                    Some(lens) => lens.closed.remove(&folder),
                };
                assert_eq!(keyspace.open(&Key::new(folder.clone())), changed);
                assert!(keyspace.is_open(&Key::new(folder)));
            }
        }
        Deed::Close(index) => {
            finish(keyspace);
            if let Some(folder) = some_folder(oracle, index) {
                let changed = match &mut oracle.filter {
                    None => oracle.open.remove(&folder),
                    Some(lens) => lens.closed.insert(folder.clone()),
                };
                assert_eq!(keyspace.close(&Key::new(folder)), changed);
            }
        }
        Deed::Reveal(index) => {
            finish(keyspace);
            let Some(name) = some_name(oracle, index) else {
                return;
            };
            let shown = oracle.shown().contains(&name);
            if shown {
                for folder in oracle.folders(&name) {
                    match &mut oracle.filter {
                        None => oracle.open.insert(folder),
                        Some(lens) => lens.closed.remove(&folder),
                    };
                }
            }
            let spot = Spot::Key(Key::new(name));
            assert_eq!(keyspace.reveal(&spot).is_some(), shown);
            settle(keyspace);
            let matching = keyspace.rows() - keyspace.alike();
            let row = keyspace.row_of(&spot).filter(|row| *row < matching);
            assert_eq!(row, oracle.rows().iter().position(|row| row.spot == spot));
            assert_eq!(row.is_some(), shown);
        }
        Deed::Order(order) => {
            keyspace.set_order(order);
            oracle.order = order;
        }
        Deed::Filter(text) => {
            // Which closed folders the matches so far have is known only at the end of a search.
            finish(keyspace);
            keyspace.set_filter(text.as_deref());
            let closed = oracle
                .filter
                .take()
                .map(|lens| lens.closed)
                .unwrap_or_default();
            oracle.filter = text.map(|text| Lens { text, closed });
        }
        Deed::Step(names) => {
            keyspace.work(names);
        }
        Deed::Clear => {
            finish(keyspace);
            keyspace.clear();
            oracle.names.clear();
        }
        Deed::Look => look(keyspace, oracle),
    }
}

fn finish(keyspace: &mut Keyspace) {
    while keyspace.work(7) {}
}

fn settle(keyspace: &mut Keyspace) {
    keyspace.complete();
    finish(keyspace);
    keyspace.settle();
    // What a filter shows is open, and is unpacked when that is known.
    while keyspace.is_working() {
        finish(keyspace);
        keyspace.settle();
    }
}

/// Compares all there is to see.
fn look(keyspace: &mut Keyspace, oracle: &Oracle) {
    settle(keyspace);
    let rows = oracle.rows();
    assert_eq!(keyspace.rows(), rows.len() + keyspace.alike());
    let mut shown = keyspace.window(0, usize::MAX);
    look_alike(keyspace, oracle, &shown.split_off(rows.len()));
    assert_eq!(shown, rows);
    assert_eq!(
        keyspace.window(rows.len() / 2, 3.min(rows.len() - rows.len() / 2)),
        rows[rows.len() / 2..]
            .iter()
            .take(3)
            .cloned()
            .collect::<Vec<_>>()
    );
    assert_eq!(keyspace.keys(), oracle.names.len());
    assert_eq!(
        keyspace.matches(),
        oracle.filter.as_ref().map(|_| oracle.shown().len())
    );
    for (n, row) in rows.iter().enumerate() {
        assert_eq!(keyspace.row_of(&row.spot), Some(n));
        let (Spot::Folder(path) | Spot::Key(path)) = &row.spot;
        let folders = oracle.folders(path.bytes());
        let parent = row
            .depth
            .checked_sub(1)
            .map(|above| Spot::Folder(Key::new(folders[above].clone())));
        assert_eq!(keyspace.parent(&row.spot), parent);
        if matches!(row.spot, Spot::Folder(_)) && n % 16 == 0 {
            let below: Vec<_> = oracle
                .names
                .iter()
                .filter(|name| name.starts_with(path.bytes()))
                .collect();
            assert_eq!(keyspace.count_below(path), below.len());
            let mut names = keyspace.names_below(path);
            names.sort();
            assert!(
                names
                    .iter()
                    .map(Key::bytes)
                    .eq(below.iter().map(|name| name.as_slice()))
            );
        }
    }
    assert!(oracle.names.iter().all(|name| keyspace.contains(name)));
}

/// Behind the matches stand keys that have the letters in this order, no more than a hundred.
fn look_alike(keyspace: &Keyspace, oracle: &Oracle, rows: &[Row]) {
    let Some(lens) = &oracle.filter else {
        assert_eq!(rows, []);
        return;
    };
    let is_alike = |name: &&Vec<u8>| {
        let exact = lens.text.bytes().any(|byte| byte.is_ascii_uppercase());
        let mut bytes = name.iter();
        let mut has = |letter| {
            bytes.any(|byte| *byte == letter || (!exact && byte.to_ascii_lowercase() == letter))
        };
        !matches(&lens.text, name) && lens.text.bytes().all(&mut has)
    };
    let few = lens.text.len() > 1 && oracle.shown().len() <= 1000;
    let alike: BTreeSet<_> = oracle.names.iter().filter(is_alike).collect();
    assert_eq!(rows.len(), if few { alike.len().min(100) } else { 0 });
    let first = keyspace.rows() - rows.len();
    let mut seen = BTreeSet::new();
    for (n, row) in rows.iter().enumerate() {
        let Spot::Key(name) = &row.spot else {
            panic!("a folder is not alike");
        };
        assert!(alike.contains(&name.bytes().to_vec()) && seen.insert(name));
        assert_eq!(keyspace.row_of(&row.spot), Some(first + n));
    }
}

proptest! {
    #![proptest_config(super::cases::config(256))]

    #[test]
    fn rows_are_those_of_a_sorted_set(
        separator in prop_oneof![Just(&b":"[..]), Just(&b"::"[..]), Just(&b":a"[..])],
        deeds in prop::collection::vec(deed(), 1..60),
    ) {
        let mut keyspace = Keyspace::new(separator);
        let mut oracle = Oracle {
            separator: separator.to_vec(),
            names: BTreeSet::new(),
            open: BTreeSet::new(),
            order: Order::Name,
            filter: None,
        };
        for deed in deeds {
            act(&mut keyspace, &mut oracle, deed);
        }
        look(&mut keyspace, &oracle);
        if let Some(folder) = oracle.names.first().and_then(|name| oracle.folders(name).pop()) {
            prop_assert!(!oracle.has_folder(&folder) || keyspace.count_below(&Key::new(folder)) > 0);
        }
    }
}
