//! The keyspace: rows, folders, orders and filters of names that are held.
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
