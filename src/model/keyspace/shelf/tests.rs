//! A shelf beside a sorted set.
use super::*;
use std::collections::BTreeSet;

/// Inserts and removes, and compares with a sorted set.
fn compare(name: impl Fn(u32) -> Vec<u8>) {
    let seed = Seed::new();
    let (mut shelf, mut oracle) = (Shelf::default(), BTreeSet::new());
    for n in 0..60_000_u32 {
        let new = name(n * 7919 % 50_021);
        let added = shelf.insert(seed, &new, Some((1, n % 2 == 0)));
        assert_eq!(added.fresh, oracle.insert(new));
        if n % 3 == 0 {
            let other = name(n * 31 % 50_021);
            assert_eq!(
                shelf.remove(seed, &other, 1).is_some(),
                oracle.remove(&other)
            );
        }
    }
    assert_eq!(shelf.count(None), oracle.len());
    let rows = shelf.window(0, usize::MAX, None);
    assert!(rows.iter().eq(oracle.iter()));
    let marked = shelf.window(0, usize::MAX, Some(1)).len();
    assert_eq!(shelf.count(Some(1)), marked);
    for (row, name) in oracle.iter().enumerate().step_by(97) {
        assert_eq!(shelf.row_of(name, None), Some(row));
        assert_eq!(shelf.window(row, 1, None), [name]);
        assert!(shelf.holds(seed, name, None));
    }
    assert!(shelf.window(oracle.len(), 1, None).is_empty());
    let prefix = &name(4321)[..name(4321).len() - 2];
    let below = oracle
        .iter()
        .filter(|name| name.starts_with(prefix))
        .count();
    assert_eq!(shelf.count_below(prefix, None), below);
    let (taken, _) = shelf.take(prefix, prefix, 1, |name| name.starts_with(prefix));
    assert_eq!(taken.iter().map(Block::len).sum::<usize>(), below);
    assert_eq!(shelf.count(None), oracle.len() - below);
    assert_eq!(shelf.iter().count(), oracle.len() - below);
}

#[test]
fn a_shelf_is_a_sorted_set_with_rows() {
    compare(|n| format!("SKU-{n:07}").into_bytes());
    compare(|n| n.to_string().into_bytes());
}

#[test]
fn names_that_differ_late_are_told_apart() {
    compare(|n| format!("{}{n:07}", "long beginning ".repeat(n as usize % 3)).into_bytes());
}

#[test]
fn names_before_and_behind_a_beginning_most_have_are_found() {
    compare(|n| match n % 500 {
        0 => format!("A{n:03}").into_bytes(),
        1 => format!("account{n:03}").into_bytes(),
        2 => format!("z{n:03}").into_bytes(),
        _ => format!("account-{n:07}").into_bytes(),
    });
}

#[test]
fn zeros_sort_like_any_byte() {
    compare(|n| [n.to_string().as_bytes(), &vec![0; n as usize % 11], b"xx"].concat());
    compare(|n| vec![0; n as usize % 1500 + 2]);
    let names: [&[u8]; 4] = [b"a\0\0", b"a", b"a\0", b""];
    let (seed, mut shelf) = (Seed::new(), Shelf::default());
    for name in names {
        shelf.insert(seed, name, None);
    }
    assert_eq!(shelf.window(0, 9, None), [&b""[..], b"a", b"a\0", b"a\0\0"]);
}
