//! Forms: moving, typing, choosing, submitting.
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::widgets::{Depth, Theme};

const KINDS: Input = Input::Choice(&["string", "hash", "list", "set"]);

fn field(label: &'static str, input: Input, initial: &[u8]) -> kinds::Field {
    kinds::Field {
        label,
        input,
        initial: initial.to_vec(),
    }
}

fn new_key() -> Form {
    Form::new(
        "new key",
        vec![
            field("Name", Input::Line, b"myapp:"),
            field("Type", KINDS, b"string"),
            field("Value", Input::Text, b""),
            field("TTL", Input::Line, b""),
        ],
    )
    .with_hint("TTL", "90s, 5m, 1h30m, 2d, a date; empty is never")
    .beginning("Name")
}

fn press(form: &mut Form, names: &[&str]) -> Turn {
    let mut turn = Turn::Stay;
    for name in names {
        turn = form.press(name.parse().unwrap());
    }
    turn
}

fn tap(form: &mut Form, names: &[&str]) {
    assert_ne!(press(form, names), Turn::Cancel);
}

fn drawn(form: &Form, width: u16, height: u16) -> Vec<String> {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    form.draw(area, &mut buf, &Theme::new(Depth::None));
    (0..height)
        .map(|y| (0..width).map(|x| buf[(x, y)].symbol()).collect())
        .collect()
}

#[test]
fn enter_goes_on_and_submits_at_the_end() {
    let mut form = new_key();
    assert_eq!(press(&mut form, &["4", "2", "enter"]), Turn::Stay);
    assert_eq!(press(&mut form, &["enter", "a", "enter", "b"]), Turn::Stay);
    assert_eq!(press(&mut form, &["tab", "5", "m", "enter"]), Turn::Submit);
    let typed = form.typed().unwrap();
    assert_eq!(typed, [&b"myapp:42"[..], b"string", b"a\nb", b"5m"]);
    assert_eq!(press(&mut form, &["tab", "ctrl-s"]), Turn::Submit);
    assert_eq!(press(&mut form, &["esc"]), Turn::Cancel);
}

#[test]
fn fields_are_walked_round_and_round() {
    let mut form = new_key();
    for (name, focus) in [
        ("shift-tab", 3),
        ("tab", 0),
        ("down", 1),
        ("down", 2),
        ("down", 2),
        ("tab", 3),
        ("up", 2),
    ] {
        tap(&mut form, &[name]);
        assert_eq!(form.focus, focus, "{name}");
    }
}

#[test]
fn a_choice_takes_arrows_and_first_letters() {
    let mut form = new_key();
    tap(&mut form, &["tab"]);
    for (name, turn, word) in [
        ("right", Turn::Changed(1), "hash"),
        ("s", Turn::Changed(1), "set"),
        ("s", Turn::Changed(1), "string"),
        ("left", Turn::Changed(1), "set"),
        ("x", Turn::Stay, "set"),
        ("L", Turn::Changed(1), "list"),
        ("l", Turn::Stay, "list"),
    ] {
        assert_eq!(press(&mut form, &[name]), turn, "{name}");
        assert_eq!(form.text("Type").unwrap(), word, "{name}");
    }
}

#[test]
fn typing_replaces_a_chosen_text_and_moving_first_keeps_it() {
    for (presses, text) in [
        (&["9"][..], "9"),
        (&["end", "9"], "59"),
        (&["left", "9"], "95"),
        (&["backspace", "9"], "9"),
        (&["ctrl-u", "9"], "9"),
        (&[], "5"),
    ] {
        let mut form = Form::new("score", vec![field("Score", Input::Line, b"5")]);
        tap(&mut form, presses);
        assert_eq!(form.text("Score").unwrap(), text, "{presses:?}");
    }
}

#[test]
fn other_fields_keep_what_was_typed_and_the_focus() {
    let mut form = new_key();
    tap(&mut form, &["7", "tab", "right"]);
    form.set_fields(vec![
        field("Name", Input::Line, b"myapp:"),
        field("Type", KINDS, b"string"),
        field("Field", Input::Line, b""),
        field("Value", Input::Line, b""),
        field("TTL", Input::Line, b""),
    ]);
    assert_eq!(form.focus, 1);
    assert_eq!(
        form.typed().unwrap(),
        [&b"myapp:7"[..], b"hash", b"", b"", b""]
    );
}

#[test]
fn any_bytes_survive_a_form_that_is_not_touched() {
    for bytes in [
        &b"plain"[..],
        b"",
        b"a\\b",
        b"\xff\x00\n\n\xfe\n",
        b"x\r\ny\n",
        "日本\u{202e}".as_bytes(),
        b"\x1b[31m",
    ] {
        for input in [Input::Line, Input::Text, Input::Lines] {
            let form = Form::new("edit", vec![field("Value", input, bytes)]);
            assert_eq!(form.typed().unwrap(), [bytes], "{input:?}");
        }
    }
}

#[test]
fn a_wrong_escape_is_told_at_its_field() {
    let mut form = new_key();
    tap(&mut form, &["\\", "q"]);
    let (at, why) = form.typed().unwrap_err();
    assert_eq!(
        (at, why.starts_with("\\ at character 7")),
        (0, true),
        "{why}"
    );
    let mut lines = Form::new("add", vec![field("Members", Input::Lines, b"")]);
    tap(&mut lines, &["a", "enter", "\\"]);
    assert!(lines.typed().unwrap_err().1.starts_with("line 2: "));
}

#[test]
fn what_is_pasted_is_what_is_sent() {
    for input in [Input::Line, Input::Text, Input::Lines] {
        let mut form = Form::new("edit", vec![field("Value", input, b"")]);
        form.paste("{\"a\":\"x\\ny\"}\r\n\t");
        assert_eq!(
            form.typed().unwrap(),
            [b"{\"a\":\"x\\ny\"}\n\t"],
            "{input:?}"
        );
    }
}

#[test]
fn errors_and_notes_go_when_something_is_typed() {
    let mut form = new_key();
    form.set_error(3, "no such time");
    form.set_note("the server refused");
    for (width, height) in [(40, 10), (80, 24), (200, 60)] {
        let text = drawn(&form, width, height).concat();
        assert!(
            text.contains("no such time") && text.contains("the server refused"),
            "{text}"
        );
    }
    tap(&mut form, &["tab"]);
    assert!(drawn(&form, 80, 24).concat().contains("no such time"));
    tap(&mut form, &["shift-tab", "5"]);
    let text = drawn(&form, 80, 24).concat();
    assert!(
        !text.contains("no such time") && !text.contains("refused"),
        "{text}"
    );
}

#[test]
fn the_focused_field_is_always_in_view() {
    for (width, height) in [(40, 10), (40, 6), (80, 24), (200, 60)] {
        let mut form = new_key();
        for label in ["Name", "Type", "Value", "TTL"] {
            let rows = drawn(&form, width, height);
            assert!(
                rows.iter().any(|row| row.contains(&format!("▸ {label}"))),
                "{label}: {rows:#?}"
            );
            tap(&mut form, &["tab"]);
        }
    }
}

#[test]
fn a_form_reads_well() {
    let mut form = new_key();
    tap(&mut form, &["shift-tab"]);
    let rows = drawn(&form, 60, 12);
    assert!(rows[0].contains(" new key "), "{rows:#?}");
    assert!(rows[1].contains("  Name   myapp:"), "{rows:#?}");
    assert!(
        rows[2].contains("  Type   ‹string› hash  list  set"),
        "{rows:#?}"
    );
    assert!(
        rows.concat()
            .contains("90s, 5m, 1h30m, 2d, a date; empty is never"),
        "{rows:#?}"
    );
}

#[test]
fn a_masked_field_is_not_shown() {
    let mut form = Form::new("login", vec![field("Password", Input::Line, b"")]).masked("Password");
    tap(&mut form, &["g", "e", "h"]);
    let rows = drawn(&form, 40, 5).concat();
    assert!(rows.contains("•••") && !rows.contains("geh"), "{rows}");
    form.paste("\\q\n");
    assert_eq!(form.typed().unwrap(), [b"geh\\q"]);
}

proptest! {
    #[test]
    fn it_fits_anywhere(width in 0_u16..90, height in 0_u16..30, tabs in 0_usize..4, error: bool) {
        let mut form = new_key();
        for _ in 0..tabs {
            tap(&mut form, &["tab"]);
        }
        if error {
            form.set_error(tabs, "this is wrong in quite a lot of words");
            form.set_note("so is this");
        }
        drawn(&form, width, height);
    }
}

#[test]
fn who_types_a_backslash_is_told_what_it_means() {
    let told = |form: &Form| drawn(form, 76, 20).concat().contains("\\\\ is a backslash");
    let mut form = new_key();
    assert!(!told(&form));
    tap(&mut form, &["\\"]);
    assert!(told(&form));
    tap(&mut form, &["backspace"]);
    assert!(!told(&form));
    // In the editor of a plain text a backslash is one.
    tap(&mut form, &["tab", "tab", "\\"]);
    assert!(!told(&form));
    // Of a field with a hint, what is typed matters more.
    tap(&mut form, &["tab", "\\"]);
    assert!(told(&form));
    let mut masked = new_key().masked("Name");
    tap(&mut masked, &["\\"]);
    assert!(!told(&masked));
    let lines = vec![field("Members", Input::Lines, b"")];
    assert!(told(&Form::new("add", lines)));
}
