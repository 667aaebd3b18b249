//! A view shows everything, safely, and what was opened and not touched goes back as it was.
use keygrove::model::compare::{Pair, compare};
use keygrove::model::decode::{self, Decoder, Lines, Role, Span};
use keygrove::model::printed::{print, unprint};
use proptest::prelude::*;

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        any::<String>().prop_map(String::into_bytes),
        "[a\\\\\n\r\t\0\u{1b}\u{301}\u{200b}日🎉\u{1100}\u{1161}\u{1f1e9}]{0,40}"
            .prop_map(String::into_bytes),
        json().prop_map(String::into_bytes),
    ]
}

/// A JSON value, spaced in one way throughout or anyhow.
fn json() -> impl Strategy<Value = String> {
    let spacing = prop_oneof![
        Just(vec![""]),
        Just(vec![" "]),
        Just(vec!["", " "]),
        Just(vec!["", "\n", " ", "\t\r"]),
    ];
    (
        tokens(),
        spacing,
        ".{0,120}".prop_map(|text| quoted(&text)),
        prop::bool::ANY,
    )
        .prop_map(|(tokens, spacing, text, wide)| {
            let mut spaces = spacing.iter().cycle();
            let long = if wide {
                vec!["[".into(), text, ",".into()]
            } else {
                vec![]
            };
            let close = if wide { vec!["]".into()] } else { vec![] };
            let all = long.into_iter().chain(tokens).chain(close);
            all.map(|token| match token.as_str() {
                "," | ":" => format!("{token}{}", spaces.next().unwrap()),
                _ if spacing.len() > 2 => format!("{}{token}", spaces.next().unwrap()),
                _ => token,
            })
            .collect()
        })
}

/// The tokens of a JSON value; names repeat, numbers have more digits than a machine keeps.
fn tokens() -> impl Strategy<Value = Vec<String>> {
    let leaf = prop_oneof![
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,5})?",
        ".{0,8}".prop_map(|text| quoted(&text)),
        Just("\"\\n\\u00e9\\ud800\\\\\\\"\"".to_owned()),
        prop_oneof![Just("true"), Just("false"), Just("null")].prop_map(str::to_owned),
    ];
    leaf.prop_map(|token| vec![token])
        .prop_recursive(6, 60, 5, |inner| {
            let member = ("[ab]", inner.clone()).prop_map(|(name, value)| {
                let name = [quoted(&name), ":".to_owned()];
                name.into_iter().chain(value).collect::<Vec<_>>()
            });
            prop_oneof![
                prop::collection::vec(inner, 0..5).prop_map(|items| within("[", items, "]")),
                prop::collection::vec(member, 0..5).prop_map(|members| within("{", members, "}")),
            ]
        })
}

fn within(open: &str, items: Vec<Vec<String>>, close: &str) -> Vec<String> {
    let mut tokens = vec![open.to_owned()];
    for (at, item) in items.into_iter().enumerate() {
        tokens.extend((at > 0).then(|| ",".to_owned()));
        tokens.extend(item);
    }
    tokens.push(close.to_owned());
    tokens
}

fn quoted(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|c| *c >= ' ' && !matches!(c, '"' | '\\'))
        .collect();
    format!("\"{text}\"")
}

/// What a text of JSON consists of, by a reader that knows strings and nothing else.
fn without_space(json: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let kept = json.chars().filter(|&c| {
        let keep = inside || !c.is_ascii_whitespace();
        if c == '"' && !escaped {
            inside = !inside;
        }
        escaped = c == '\\' && !escaped;
        keep
    });
    kept.collect()
}

/// What a span stands for: our own escapes taken back, those of JSON left.
fn unescaped(span: Span<'_>) -> String {
    let ours = span.role == Role::Escape
        && (span.text.starts_with("\\u{") || span.text.starts_with("\\x"));
    if !ours {
        return span.text.to_owned();
    }
    String::from_utf8(unprint(span.text).unwrap()).unwrap()
}

/// A backslash that begins no escape stands for itself.
fn lone_doubled(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '\\' {
            match chars.peek() {
                Some('\\' | 'n' | 'r' | 't' | 'x' | 'u') => out.extend(chars.next()),
                _ => out.push('\\'),
            }
        }
    }
    out
}

fn view(name: &str) -> &'static dyn Decoder {
    decode::named(name).unwrap()
}

fn joined(spans: &[Span<'_>]) -> String {
    spans.iter().map(|span| span.text).collect()
}

fn all_lines(bytes: &[u8]) -> Vec<Lines> {
    decode::ALL
        .iter()
        .filter_map(|view| view.lines(bytes))
        .collect()
}

proptest! {
    #[test]
    fn untouched_text_goes_back_as_it_was(bytes in bytes()) {
        for view in decode::ALL {
            if let Some(text) = view.edit_text(&bytes) {
                // The editor keeps lines, parted by newlines.
                let kept = text.split('\n').collect::<Vec<_>>().join("\n");
                let back = view.back(&bytes, &kept);
                prop_assert_eq!(back.as_deref(), Ok(&bytes[..]), "{}", view.name());
            }
        }
    }

    #[test]
    fn every_value_can_be_seen_and_edited_as_guessed(bytes in bytes()) {
        let view = decode::guess(&bytes);
        prop_assert!(view.lines(&bytes).is_some_and(|lines| !lines.is_empty()));
        prop_assert!(view.edit_text(&bytes).is_some());
        prop_assert!(decode::after(view, &bytes).lines(&bytes).is_some());
    }

    #[test]
    fn nothing_shown_can_hide_or_harm(bytes in bytes()) {
        for lines in all_lines(&bytes) {
            for line in lines.iter() {
                let doubled = line.text().replace('\\', "\\\\");
                prop_assert_eq!(print(line.text().as_bytes()), doubled);
            }
        }
    }

    #[test]
    fn text_is_told_by_its_characters_alone(bytes in bytes()) {
        if let Some(lines) = view("text").lines(&bytes) {
            let shown: Vec<String> = lines.iter().map(|line| lone_doubled(line.text())).collect();
            let read = shown.iter().map(|line| unprint(line).unwrap());
            prop_assert_eq!(read.collect::<Vec<_>>().join(&b'\n'), bytes);
        }
    }

    #[test]
    fn json_keeps_every_token(json in json()) {
        let json_view = view("json");
        prop_assert!(json_view.warn(json.as_bytes()).is_none());
        let lines = json_view.lines(json.as_bytes()).unwrap();
        let shown: Vec<String> = lines.iter().map(|line| line.spans().map(unescaped).collect()).collect();
        prop_assert_eq!(without_space(&shown.join("\n")), without_space(&json));
        let edited = json_view.edit_text(json.as_bytes()).unwrap();
        prop_assert_eq!(without_space(&edited), without_space(&json));
    }

    #[test]
    fn json_is_what_another_reader_takes_for_json(json in prop_oneof![json(), "[\\[\\]{}:,\"a1e.\\-+ ]{0,12}"]) {
        let depth_fits = json.matches(['[', '{']).count() < 100;
        let other = serde_json::from_str::<serde_json::Value>(&json).map_err(|error| error.to_string());
        let lone_surrogate = json.contains("\\ud800");
        if depth_fits && !lone_surrogate {
            prop_assert_eq!(view("json").warn(json.as_bytes()).is_none(), other.is_ok(), "{:?}", other);
        }
    }

    #[test]
    fn a_window_is_as_wide_as_asked_and_windows_join(bytes in bytes(), from in 0..60_usize, width in 0..60_usize) {
        for lines in all_lines(&bytes) {
            for line in lines.iter() {
                prop_assert_eq!(joined(&line.window(0, usize::MAX)), line.text());
                prop_assert_eq!(joined(&line.spans().collect::<Vec<_>>()), line.text());
                let shown: usize = line.window(from, width).iter().map(columns).sum();
                prop_assert_eq!(shown, width.min(line.width().saturating_sub(from)));
            }
        }
    }

    #[test]
    fn wrapped_rows_show_every_line_once(bytes in bytes(), width in 1..40_usize) {
        for lines in all_lines(&bytes) {
            let mut texts = vec![String::new(); lines.len()];
            for row in lines.wrap(width) {
                prop_assert!(row.width <= width.max(widest(&lines)));
                texts[row.line] += &joined(&lines.line(row.line).unwrap().window(row.from, row.width));
            }
            let wanted: Vec<&str> = lines.iter().map(|line| line.text()).collect();
            prop_assert_eq!(texts, wanted);
        }
    }

    #[test]
    fn a_comparison_holds_both_sides_whole(mine in "[ab\n]{0,20}", theirs in "[ab\n]{0,20}") {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for pair in compare(mine.as_bytes(), theirs.as_bytes()) {
            match pair {
                Pair::Same(both) => {
                    left.push(both.clone());
                    right.push(both);
                }
                Pair::Changed { mine, theirs } => {
                    prop_assert_ne!(&mine, &theirs);
                    left.push(mine);
                    right.push(theirs);
                }
                Pair::OnlyMine(line) => left.push(line),
                Pair::OnlyTheirs(line) => right.push(line),
            }
        }
        prop_assert_eq!(left.join("\n"), mine);
        prop_assert_eq!(right.join("\n"), theirs);
    }
}

/// Columns as the screen counts them: cluster by cluster.
fn columns(span: &Span<'_>) -> usize {
    use unicode_segmentation::UnicodeSegmentation;
    use unicode_width::UnicodeWidthStr;
    span.text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The widest thing that cannot be broken.
fn widest(lines: &Lines) -> usize {
    use unicode_segmentation::UnicodeSegmentation;
    use unicode_width::UnicodeWidthStr;
    let clusters = |line: &str| {
        line.graphemes(true)
            .map(UnicodeWidthStr::width)
            .max()
            .unwrap_or(0)
    };
    lines
        .iter()
        .map(|line| clusters(line.text()))
        .max()
        .unwrap_or(0)
}
