//! The editor: what chords do to a text, and how it is shown.
use proptest::prelude::*;

use super::*;
use crate::widgets::Depth;

fn drawn(editor: &Editor, width: u16, height: u16, focused: Focused) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    editor.draw(area, &mut buf, focused, &Theme::new(Depth::None));
    buf
}

fn rows(buf: &Buffer) -> Vec<String> {
    let width = usize::from(buf.area.width.max(1));
    buf.content
        .chunks(width)
        .map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect())
        .collect()
}

#[test]
fn chords_edit_the_text() {
    for (start, presses, result) in [
        ("", &["a", "enter", "b"][..], "a\nb"),
        ("one two", &["end", "ctrl-w"], "one "),
        ("one two", &["end", "ctrl-w", "alt-u"], "one two"),
        ("one two", &["end", "ctrl-w", "alt-u", "alt-r"], "one "),
        ("one two", &["ctrl-right", "ctrl-k"], "one "),
        ("one two", &["ctrl-right", "ctrl-u"], "two"),
        ("one\ntwo", &["down", "home", "backspace"], "onetwo"),
        (
            "one\ntwo",
            &["ctrl-end", "x", "ctrl-home", "y"],
            "yone\ntwox",
        ),
        ("日本", &["right", "delete"], "日"),
    ] {
        let mut editor = Editor::new(start);
        for name in presses {
            assert!(
                name.parse().is_ok_and(|chord| editor.press(chord)),
                "{name}"
            );
        }
        assert_eq!(editor.text(), result, "{start} {presses:?}");
        assert_eq!(editor.changed(), start != result);
    }
}

#[test]
fn chords_of_forms_are_left_to_them() {
    let mut editor = Editor::new("");
    for name in [
        "tab",
        "shift-tab",
        "esc",
        "ctrl-s",
        "ctrl-c",
        "ctrl-z",
        "f5",
    ] {
        assert!(
            name.parse().is_ok_and(|chord| !editor.press(chord)),
            "{name}"
        );
    }
    assert!(!editor.changed());
}

#[test]
fn what_cannot_be_seen_is_told() {
    let editor = Editor::new("a\0b\r\nc\td");
    assert_eq!(editor.text(), "a\0b\r\nc\td");
    let rows = rows(&drawn(&editor, 40, 4, Focused::Yes));
    assert_eq!(rows[0].trim_end(), "ab");
    assert_eq!(
        rows[3].trim_end(),
        "2 control characters not shown, but kept"
    );
}

#[test]
fn only_the_focus_shows_a_cursor() {
    let editor = Editor::new("text");
    let reversed = |buf: Buffer| {
        buf.content
            .iter()
            .filter(|c| c.modifier.contains(Modifier::REVERSED))
            .count()
    };
    assert_eq!(reversed(drawn(&editor, 9, 2, Focused::Yes)), 1);
    assert_eq!(reversed(drawn(&editor, 9, 2, Focused::No)), 0);
}

#[test]
fn long_lines_are_wrapped_and_pasted_ends_of_lines_are_kept() {
    let mut editor = Editor::new("");
    editor.paste("one two\rthree\r\nfour\n");
    assert_eq!(editor.text(), "one two\nthree\nfour\n");
    assert_eq!((editor.cursor(), editor.lines()), ((3, 0), 4));
    let rows = rows(&drawn(&editor, 5, 6, Focused::No));
    assert_eq!(
        rows.iter().map(|row| row.trim_end()).collect::<Vec<_>>(),
        ["one", "two", "three", "four", "", ""]
    );
}

#[test]
fn a_text_with_too_many_rows_is_refused() {
    assert!(Editor::holds(&"x".repeat(900_000)));
    assert!(!Editor::holds(&"\n".repeat(60_000)));
    let mut editor = Editor::new("x");
    editor.paste(&"\n".repeat(60_000));
    assert!(!editor.changed());
    assert_eq!(
        rows(&drawn(&editor, 30, 3, Focused::No))[2].trim_end(),
        "too long to be pasted here"
    );
}

proptest! {
    #[test]
    fn what_is_opened_is_what_is_saved(text in "(?s).{0,40}", width in 0_u16..20, height in 0_u16..5) {
        let editor = Editor::new(text.clone());
        prop_assert_eq!(editor.text(), text);
        prop_assert!(!editor.changed());
        drawn(&editor, width, height, Focused::Yes);
    }
}

#[test]
fn a_text_too_long_to_be_drawn_is_kept_and_not_typed_into() {
    let long = "x\n".repeat(ROWS);
    let mut editor = Editor::draft("short", long.as_str());
    for name in ["y", "enter", "backspace"] {
        assert!(
            name.parse().is_ok_and(|chord| !editor.press(chord)),
            "{name}"
        );
    }
    editor.paste("y");
    assert!(editor.text() == long && editor.changed());
    assert_eq!(
        rows(&drawn(&editor, 40, 3, Focused::Yes))[..2].join("|"),
        "this text is too long to be edited      |here; it is kept as it is               "
    );
}
