//! Lines: roles of what is shown, where they break, and where a window cuts them.
use super::*;
use crate::model::Printed;

fn one(text: &str) -> Lines {
    let mut lines = Lines::default();
    lines.say(text.as_bytes(), Role::Plain, Backslash::Plain);
    lines.end_line();
    lines
}

fn window(text: &str, from: usize, width: usize) -> String {
    let lines = one(text);
    let shown = lines.line(0).unwrap().window(from, width);
    shown.iter().map(|span| span.text).collect()
}

#[test]
fn a_window_cuts_by_columns() {
    for (text, from, width, shown) in [
        ("abcdef", 2, 3, "cde"),
        ("abcdef", 4, 9, "ef"),
        ("abcdef", 9, 9, ""),
        ("日本語", 0, 3, "日 "),
        ("日本語", 1, 4, " 本 "),
        ("日本語", 2, 2, "本"),
        ("e\u{301}x", 1, 1, "x"),
        ("a\x1bb", 2, 4, "x1bb"),
        ("a\u{1161}", 0, 9, "a\\u{1161}"),
        ("ab\\日", 1, 3, "b\\ "),
    ] {
        assert_eq!(window(text, from, width), shown, "{text} {from} {width}");
    }
}

#[test]
fn escapes_have_a_role_and_literal_backslashes_do_not() {
    let lines = one("a\\b\tc");
    let spans: Vec<(&str, Role)> = lines
        .line(0)
        .unwrap()
        .spans()
        .map(|span| (span.text, span.role))
        .collect();
    let plain = Role::Plain;
    assert_eq!(
        spans,
        [
            ("a\\", plain),
            ("b", plain),
            ("\\t", Role::Escape),
            ("c", plain)
        ]
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::default()
    })]

    #[test]
    fn bytes_are_shown_as_they_are_printed(text in "[\\x00-\\x1fa\\\\\u{301}\u{200b}日\\x7f]{0,20}", tail in proptest::collection::vec(proptest::num::u8::ANY, 0..6)) {
        let bytes = [text.as_bytes(), &tail].concat();
        let mut lines = Lines::default();
        lines.say(&bytes, Role::Plain, Backslash::Doubled);
        lines.end_line();
        let printed = Printed::new(&bytes);
        proptest::prop_assert_eq!(lines.line(0).unwrap().text(), printed.text());
    }
}

#[test]
fn escapes_side_by_side_are_few_runs() {
    let zeros = "\0".repeat(100_000);
    let lines = one(&zeros);
    assert!(lines.pieces.len() < 1_000, "{}", lines.pieces.len());
    assert_eq!(lines.line(0).unwrap().width(), 400_000);
    assert_eq!(window(&zeros, 399_998, 9), "00");
    assert_eq!(lines.wrap(100).len(), 4_000);
}

#[test]
fn wrapping_keeps_every_column_once() {
    let rows = |text: &str, width| -> Vec<(usize, usize)> {
        one(text)
            .wrap(width)
            .iter()
            .map(|row| (row.from, row.width))
            .collect()
    };
    assert_eq!(rows("", 4), [(0, 0)]);
    assert_eq!(rows("abcd", 4), [(0, 4)]);
    assert_eq!(rows("abcde", 4), [(0, 4), (4, 1)]);
    assert_eq!(rows("日本語", 5), [(0, 4), (4, 2)]);
    assert_eq!(rows("日本", 1), [(0, 2), (2, 2)]);
    assert_eq!(rows("ab\tcd", 3), [(0, 3), (3, 3)]);
    assert_eq!(rows("日ab", 1), [(0, 2), (2, 1), (3, 1)]);
    assert_eq!(rows("日abcd", 3), [(0, 3), (3, 3)]);
}
