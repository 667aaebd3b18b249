//! From words of the model to lines on the screen: printed bytes, numbers, sizes, times.
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::model::decode::{Lines, Role, Row};
use crate::model::{Plight, Printed, printed, ttl};
use crate::server::Left;
use crate::widgets::Focused;
use crate::widgets::field::{Field, Mask};
use crate::widgets::text;
use crate::widgets::theme::Theme;

/// Any bytes as a line: safe, with its escapes set apart, and its spaces at the ends among them.
pub fn bytes(bytes: &[u8], style: Style, theme: &Theme) -> Line<'static> {
    let printed = Printed::name(bytes);
    text::printed(printed.text(), printed.escapes(), style, theme)
}

/// The beginning of long bytes, for a row that shows only so many columns.
pub fn start(whole: &[u8], columns: usize, style: Style, theme: &Theme) -> Line<'static> {
    // A character has four bytes at most, so this many always fill the columns.
    let shown = whole.len().min(columns.saturating_add(1) * 4);
    bytes(&whole[..shown], style, theme)
}

/// Whether a text can be edited as it is: all in it can be seen, or are the ends of its lines and tabs.
pub fn can_be_seen(text: &str) -> bool {
    text.split(['\n', '\r', '\t']).all(printed::shows)
}

/// The line of a filter: `/` and what is typed, or what was.
pub fn filter(typing: Option<&Field>, kept: &str, area: Rect, buf: &mut Buffer, theme: &Theme) {
    buf.set_span(area.x, area.y, &Span::styled("/", theme.accent), 1);
    let field = Rect {
        x: area.x + area.width.min(1),
        width: area.width.saturating_sub(1),
        ..area
    };
    match typing {
        Some(typing) => typing.draw(field, buf, Focused::Yes, theme),
        None => Line::styled(kept, theme.text).render(field, buf),
    }
}

/// Puts what was pasted into a field; the end of the last line, which copying often adds, is dropped. What is shown gets
/// visible escapes (`\n`, `\x1b`, `\u{202e}`) for ends of lines and all that would hide; a password stays as it is.
pub fn paste(field: &mut Field, pasted: &str) {
    let pasted = text::pasted(pasted);
    let line = pasted.strip_suffix('\n').unwrap_or(&pasted);
    match field.mask {
        Mask::Shown => field.insert(&printed::again(line)),
        Mask::Hidden => field.insert(line),
    }
}

/// Rows of decoded lines, the first of them at `top`.
pub fn lines(lines: &Lines, rows: &[Row], top: usize, area: Rect, buf: &mut Buffer, theme: &Theme) {
    for (shown, room) in rows.iter().skip(top).zip(area.rows()) {
        let Some(line) = lines.line(shown.line) else {
            break;
        };
        let spans = line
            .window(shown.from, shown.width)
            .into_iter()
            .map(|span| Span::styled(span.text.to_owned(), role(span.role, theme)));
        spans.collect::<Line>().render(room, buf);
    }
}

fn role(role: Role, theme: &Theme) -> Style {
    match role {
        Role::Plain | Role::Ascii => theme.text,
        Role::Escape => theme.escape,
        Role::Name => theme.json_name,
        Role::Str => theme.json_string,
        Role::Number => theme.json_number,
        Role::Word => theme.json_word,
        Role::Punct => theme.json_punct,
        Role::Offset => theme.hex_offset,
    }
}

/// `1234567` as `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number in four places: `999`, `12k`, `1.2M`.
pub fn short(number: f64) -> String {
    match number {
        n if n < 1_000.0 => format!("{n:.0}"),
        n if n < 1_000_000.0 => format!("{:.0}k", n / 1_000.0),
        n => format!("{:.1}M", n / 1_000_000.0),
    }
}

/// A share of a whole: `41 %`; not 100 before it is all.
pub fn percent(share: f64) -> String {
    let hundredths = (share * 100.0).floor().clamp(0.0, 100.0);
    format!("{hundredths:.0} %")
}

/// Bytes as `96 B`, `1.2 kB`, `3.4 MB`.
pub fn size(bytes: u64) -> String {
    match bytes as f64 {
        n if n < 1_000.0 => format!("{bytes} B"),
        n if n < 1e6 => format!("{:.1} kB", n / 1e3),
        n if n < 1e9 => format!("{:.1} MB", n / 1e6),
        n => format!("{:.1} GB", n / 1e9),
    }
}

/// Time to live in words.
pub fn left(left: Left) -> String {
    match left {
        Left::Forever => "no expiry".into(),
        Left::Millis(millis) => ttl::print_left(millis),
        Left::Gone => "gone".into(),
    }
}

/// When [`left`] says something else of a key with so many milliseconds to live now.
pub fn left_changes_at(millis: Option<u64>, now: Instant) -> Option<Instant> {
    let millis = millis.filter(|millis| *millis > 0)?;
    Some(now + Duration::from_millis(ttl::until_other(millis)))
}

/// Why nothing comes, and what to do.
pub fn plight(plight: &Plight) -> String {
    format!("{}. {}", plight.words(), plight.advice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_loses_nothing() {
        for (pasted, text) in [
            ("plain", "plain"),
            ("one\ntwo", "one\\ntwo"),
            ("one\r\ntwo\rthree", "one\\ntwo\\nthree"),
            ("line\n", "line"),
            ("\t\x1b[31m\0\u{9b}", "\\t\\x1b[31m\\x00\\u{9b}"),
            ("a\u{202e}b\u{200b}", "a\\u{202e}b\\u{200b}"),
            ("\\n", "\\n"),
        ] {
            let mut field = Field::default();
            paste(&mut field, pasted);
            assert_eq!(field.text(), text);
        }
        let mut password = Field::hidden();
        paste(&mut password, "a\u{202e}\tb\n");
        assert_eq!(password.text(), "a\u{202e}\tb");
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [0.0, 999.0, 12_400.0, 1_250_000.0].map(short),
            ["0", "999", "12k", "1.2M"]
        );
        assert_eq!(
            [96, 1_200, 3_400_000].map(size),
            ["96 B", "1.2 kB", "3.4 MB"]
        );
    }
}
