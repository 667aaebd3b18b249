//! The finder: what is found, in which order, and how it is shown.
use proptest::prelude::*;

use super::*;
use crate::widgets::Depth;

fn item(section: &str, keys: &str, name: &str, sentence: &str, refused: Option<&str>) -> Item {
    let [section, keys, name, sentence] = [section, keys, name, sentence].map(str::to_owned);
    Item {
        section,
        keys,
        name,
        sentence,
        refused: refused.map(str::to_owned),
    }
}

fn finder() -> Finder {
    Finder::new(
        "help",
        vec![
            item("Tree", "n", "new", "new key; never overwrites", None),
            item(
                "Tree",
                "d delete",
                "delete",
                "delete the key",
                Some("read-only: U unlocks"),
            ),
            item("Value", "e", "edit", "edit the value", None),
        ],
    )
}

fn type_in(finder: &mut Finder, names: &[&str]) -> Vec<Turn> {
    names
        .iter()
        .filter_map(|name| name.parse().ok())
        .map(|chord| finder.press(chord))
        .collect()
}

fn drawn(finder: &mut Finder, width: u16, height: u16) -> Vec<String> {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    finder.arrange(area);
    finder.draw(area, &mut buf, &Theme::new(Depth::None));
    (0..height)
        .map(|y| (0..width).map(|x| buf[(x, y)].symbol()).collect())
        .collect()
}

#[test]
fn headings_are_passed_over() {
    let mut finder = finder();
    for (name, selected) in [
        ("up", 0),
        ("down", 1),
        ("down", 2),
        ("down", 2),
        ("up", 1),
        ("pgup", 0),
        ("pgdn", 2),
        ("pgup", 0),
    ] {
        let _ = type_in(&mut finder, &[name]);
        assert_eq!(finder.selected(), Some(selected), "{name}");
    }
}

#[test]
fn every_word_must_appear_somewhere() {
    for (query, found) in [
        ("key", vec![0, 1]),
        ("KEY tree", vec![0, 1]),
        ("key unlocks", vec![1]),
        ("edit key", vec![]),
        ("  ", vec![0, 1, 2]),
    ] {
        let mut finder = finder();
        finder.paste(query);
        let items = finder.shown.iter().filter_map(|s| {
            if let Shown::Item(at) = s {
                Some(*at)
            } else {
                None
            }
        });
        assert_eq!(items.collect::<Vec<_>>(), found, "{query}");
    }
}

#[test]
fn enter_chooses_and_esc_closes() {
    let mut finder = finder();
    assert_eq!(
        type_in(&mut finder, &["e", "d", "i", "t", "enter"]).last(),
        Some(&Turn::Chosen(2))
    );
    assert_eq!(
        type_in(&mut finder, &["x", "enter", "esc"])[1..],
        [Turn::Stay, Turn::Close]
    );
}

#[test]
fn it_reads_well_at_every_size() {
    for (width, height) in [(40, 10), (80, 24), (200, 60)] {
        let mut finder = finder();
        let _ = type_in(&mut finder, &["down"]);
        let rows = drawn(&mut finder, width, height);
        let has = |text: &str| rows.iter().any(|row| row.contains(text));
        for text in [
            "help",
            "3 of 3",
            "Tree",
            "n",
            "new key",
            "delete the key",
            "U unlocks",
        ] {
            assert!(has(text), "{text} at {width}x{height}: {rows:#?}");
        }
    }
}

proptest! {
    #[test]
    fn it_fits_anywhere(width in 0_u16..120, height in 0_u16..40, presses in 0_usize..6) {
        let mut finder = finder();
        for _ in 0..presses {
            let _ = type_in(&mut finder, &["down"]);
        }
        drawn(&mut finder, width, height);
    }
}
