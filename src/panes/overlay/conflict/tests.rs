//! A conflict: both versions, what differs, and what may be chosen.
use proptest::prelude::*;

use super::*;
use crate::widgets::Depth;

fn conflict() -> Conflict {
    Conflict::new(
        "myapp:1 was changed",
        b"one\ntwo\nthree",
        Theirs::Value(b"one\n2\nthree\nfour".to_vec()),
    )
}

fn drawn(conflict: &Conflict, width: u16, height: u16) -> Vec<String> {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    conflict.draw(area, &mut buf, &Theme::new(Depth::None));
    (0..height)
        .map(|y| (0..width).map(|x| buf[(x, y)].symbol()).collect())
        .collect()
}

fn press(conflict: &mut Conflict, name: &str) -> Turn {
    name.parse()
        .map_or(Turn::Stay, |chord| conflict.press(chord))
}

#[test]
fn the_person_chooses() {
    for (name, turn) in [
        ("m", Turn::Mine),
        ("t", Turn::Theirs),
        ("esc", Turn::Back),
        ("down", Turn::Stay),
    ] {
        assert_eq!(press(&mut conflict(), name), turn, "{name}");
    }
}

#[test]
fn both_are_seen_side_by_side_or_one_below_the_other() {
    for (width, height) in [(40, 14), (80, 24), (200, 60)] {
        let rows = drawn(&conflict(), width, height);
        for text in [
            "mine",
            "the server's",
            "~ two",
            "~ 2",
            "+ four",
            "2 lines differ",
        ] {
            assert!(
                rows.iter().any(|row| row.contains(text)),
                "{text} at {width}x{height}: {rows:#?}"
            );
        }
        let beside = rows
            .iter()
            .any(|row| row.contains("~ two") && row.contains("~ 2"));
        assert_eq!(beside, width >= NARROW);
    }
}

#[test]
fn the_last_line_of_each_can_be_reached_on_a_small_screen() {
    let mut conflict = conflict();
    conflict.arrange(Rect::new(0, 0, 40, 10));
    assert_eq!(press(&mut conflict, "G"), Turn::Stay);
    let text = drawn(&conflict, 40, 10).concat();
    assert!(text.contains("three") && text.contains("+ four"), "{text}");
}

#[test]
fn only_what_differs_in_a_long_line_is_marked() {
    let mine = format!("{{\"name\": \"{}\", \"n\": 1}}", "日".repeat(60));
    let theirs = mine.replace('1', "22");
    let mut conflict = Conflict::new(
        "changed",
        mine.as_bytes(),
        Theirs::Value(theirs.into_bytes()),
    );
    let area = Rect::new(0, 0, 80, 12);
    conflict.arrange(area);
    let mut buf = Buffer::empty(area);
    let theme = Theme::new(Depth::True);
    conflict.draw(area, &mut buf, &theme);
    let marked: Vec<&str> = buf
        .content
        .iter()
        .filter(|cell| theme.marked.fg == Some(cell.fg))
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    assert_eq!(
        marked,
        ["~", " ", "~", " ", "1", "2", "2"],
        "two signs and what differs"
    );
}

#[test]
fn what_was_not_compared_is_said() {
    let mine = vec![b'x'; MOST + 1];
    let theirs = [&mine[..MOST], b"y"].concat();
    let text = drawn(
        &Conflict::new("changed", &mine, Theirs::Value(theirs)),
        80,
        24,
    )
    .concat();
    assert!(
        text.contains("no line differs; only the first MiB was compared"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_compared_is_said() {
    for (theirs, words) in [
        (Theirs::Waiting, "asking the server…"),
        (Theirs::Gone, "it is gone"),
        (Theirs::Shorter(7), "has no index 7"),
        (Theirs::OtherKind("list".into()), "holds a list now"),
        (Theirs::Unreadable("NOPERM".into()), "NOPERM"),
    ] {
        let mut conflict = conflict();
        conflict.set_theirs(theirs);
        let text = drawn(&conflict, 80, 24).concat();
        assert!(text.contains(words) && text.contains("two"), "{text}");
    }
}

#[test]
fn a_long_value_is_shown_where_it_differs() {
    let mine = "same\n".repeat(500) + "mine";
    let theirs = Theirs::Value(("same\n".repeat(500) + "theirs").into_bytes());
    let mut conflict = Conflict::new("changed", mine.as_bytes(), theirs);
    conflict.arrange(Rect::new(0, 0, 80, 24));
    assert!(drawn(&conflict, 80, 24).concat().contains("~ mine"));
    assert_eq!(press(&mut conflict, "g"), Turn::Stay);
    assert!(!drawn(&conflict, 80, 24).concat().contains("~ mine"));
    assert_eq!(press(&mut conflict, "G"), Turn::Stay);
    assert!(drawn(&conflict, 80, 24).concat().contains("~ theirs"));
}

proptest! {
    #[test]
    fn it_fits_anywhere(width in 0_u16..90, height in 0_u16..30) {
        let mut conflict = conflict();
        conflict.arrange(Rect::new(0, 0, width, height));
        drawn(&conflict, width, height);
    }
}

#[test]
fn many_lines_that_differ_are_counted_as_everywhere() {
    let mine = "mine\n".repeat(1_233) + "mine";
    let conflict = Conflict::new("t", mine.as_bytes(), Theirs::Value(b"theirs".to_vec()));
    let rows = drawn(&conflict, 80, 24);
    assert!(rows.iter().any(|row| row.contains("1,234 lines differ")));
}
