//! Lines that fit: printed bytes with their escapes coloured, cutting and wrapping by display width.
use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::CellWidth;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use super::theme::Theme;

/// What stands where a text was cut off.
pub const CUT: &str = "…";

/// Columns that a text takes on the screen; control characters are not drawn and take none.
pub fn width(text: &str) -> usize {
    graphemes(text).map(|(_, _, width)| width).sum()
}

/// Where each grapheme begins, the grapheme, and its columns.
pub fn graphemes(text: &str) -> impl Iterator<Item = (usize, &str, usize)> {
    text.grapheme_indices(true).map(|(at, grapheme)| {
        let width = if grapheme.contains(char::is_control) {
            0
        } else {
            usize::from(grapheme.cell_width())
        };
        (at, grapheme, width)
    })
}

/// A printed text with the byte ranges that are escapes in the theme's style for them.
pub fn printed(text: &str, escapes: &[Range<usize>], base: Style, theme: &Theme) -> Line<'static> {
    let mut spans = Vec::with_capacity(escapes.len() * 2 + 1);
    let mut done = 0;
    for escape in escapes {
        if done < escape.start {
            spans.push(Span::styled(text[done..escape.start].to_owned(), base));
        }
        spans.push(Span::styled(
            text[escape.clone()].to_owned(),
            base.patch(theme.escape),
        ));
        done = escape.end;
    }
    if done < text.len() {
        spans.push(Span::styled(text[done..].to_owned(), base));
    }
    Line::from(spans)
}

/// The line in at most this many columns; a `…` says that something was cut off, and no wide character is split.
///
/// Reads no further than what fits, so that a very long line costs nothing.
pub fn fit(mut line: Line<'_>, columns: usize) -> Line<'_> {
    let Some(at) = overflow(&line.spans, columns, 0) else {
        return line;
    };
    let style = line.spans[at.span].style;
    // Where the `…` can take the room of the last grapheme, cut again with one column less.
    let at = overflow(&line.spans, columns.saturating_sub(1), 0).unwrap_or(at);
    line.spans.truncate(at.span + 1);
    if let Some(last) = line.spans.last_mut() {
        last.content = cut(std::mem::take(&mut last.content), 0..at.byte);
    }
    line.spans.retain(|span| !span.content.is_empty());
    if columns > 0 {
        line.spans.push(Span::styled(CUT, style));
    }
    line
}

/// The line in rows of at most this many columns, broken after a space where there is one.
///
/// Nothing is lost: the rows put together are the line again. There is always one row.
pub fn wrap(line: Line<'_>, columns: usize) -> Vec<Line<'_>> {
    let columns = columns.max(1);
    let (style, alignment) = (line.style, line.alignment);
    let mut rows = Vec::new();
    let mut spans = line.spans;
    while let Some(at) = overflow(&spans, columns, 1) {
        let at = after_space(&spans, at).unwrap_or(at);
        let rest = split(&mut spans, at);
        rows.push(std::mem::replace(&mut spans, rest));
    }
    rows.push(spans);
    rows.into_iter()
        .map(|spans| Line {
            spans,
            style,
            alignment,
        })
        .collect()
}

/// The byte ranges of a text's rows where each has at most this many columns. There is always one.
pub fn rows(text: &str, columns: usize) -> Vec<Range<usize>> {
    let (mut rows, mut start, mut used) = (Vec::new(), 0, 0);
    for (at, _, width) in graphemes(text) {
        if used + width > columns && at > start {
            rows.push(start..at);
            (start, used) = (at, 0);
        }
        used += width;
    }
    rows.push(start..text.len());
    rows
}

/// A place in a line.
#[derive(Clone, Copy, PartialEq)]
struct Place {
    span: usize,
    byte: usize,
}

/// The first grapheme that no longer fits, after at least this many that are taken whether they fit or not.
fn overflow(spans: &[Span<'_>], columns: usize, at_least: usize) -> Option<Place> {
    let (mut used, mut taken) = (0, 0);
    for (span, part) in spans.iter().enumerate() {
        for (byte, _, width) in graphemes(&part.content) {
            used += width;
            if used > columns && taken >= at_least {
                return Some(Place { span, byte });
            }
            taken += 1;
        }
    }
    None
}

/// The place after the last space before `end`, unless that is the beginning of the line.
fn after_space(spans: &[Span<'_>], end: Place) -> Option<Place> {
    let before = |span: usize| {
        if span == end.span {
            &spans[span].content[..end.byte]
        } else {
            &*spans[span].content
        }
    };
    (0..=end.span)
        .rev()
        .find_map(|span| {
            before(span).rfind(' ').map(|byte| Place {
                span,
                byte: byte + 1,
            })
        })
        .filter(|place| *place != Place { span: 0, byte: 0 })
}

/// Cuts the spans at a place and gives back what stands after it.
fn split<'a>(spans: &mut Vec<Span<'a>>, at: Place) -> Vec<Span<'a>> {
    let mut rest = spans.split_off(at.span);
    if at.byte > 0 {
        let first = &mut rest[0];
        let len = first.content.len();
        spans.push(Span::styled(
            cut(first.content.clone(), 0..at.byte),
            first.style,
        ));
        first.content = cut(std::mem::take(&mut first.content), at.byte..len);
    }
    rest.retain(|span| !span.content.is_empty());
    rest
}

/// A part of a text, borrowed where the text was.
fn cut(text: Cow<'_, str>, range: Range<usize>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    }
}

/// Pasted text with `\n` for every end of a line: terminals send `\r` or `\r\n` for it.
pub fn pasted(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::widgets::Depth;

    fn plain(line: &Line<'_>) -> String {
        line.spans.iter().map(|span| &*span.content).collect()
    }

    #[test]
    fn escapes_get_the_style_of_escapes() {
        let theme = Theme::new(Depth::True);
        let line = printed("a\\nb\\n", &[1..3, 4..6], theme.text, &theme);
        let parts: Vec<_> = line
            .spans
            .iter()
            .map(|s| (&*s.content, s.style == theme.escape))
            .collect();
        assert_eq!(
            parts,
            [("a", false), ("\\n", true), ("b", false), ("\\n", true)]
        );
    }

    #[test]
    fn a_line_is_cut_by_what_it_takes_on_the_screen() {
        for (text, columns, shown) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("abcd", 1, "…"),
            ("abcd", 0, ""),
            ("", 0, ""),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("日本語", 2, "…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("👩‍🚀👩‍🚀", 3, "👩‍🚀…"),
        ] {
            assert_eq!(
                plain(&fit(Line::from(text), columns)),
                shown,
                "{text} in {columns}"
            );
            assert_eq!(
                plain(&fit(Line::from(text.to_owned()), columns)),
                shown,
                "{text} owned in {columns}"
            );
        }
        let spans = Line::from(vec![Span::raw("ab"), Span::raw("cd"), Span::raw("ef")]);
        assert_eq!(plain(&fit(spans, 5)), "abcd…");
    }

    #[test]
    fn a_line_breaks_after_spaces_where_it_can() {
        for (text, columns, rows) in [
            ("one two three", 8, vec!["one two ", "three"]),
            ("one two three", 5, vec!["one ", "two ", "three"]),
            ("abcdefgh", 3, vec!["abc", "def", "gh"]),
            ("日本語", 4, vec!["日本", "語"]),
            ("日本", 1, vec!["日", "本"]),
            ("", 4, vec![""]),
        ] {
            let wrapped: Vec<_> = wrap(Line::from(text), columns).iter().map(plain).collect();
            assert_eq!(wrapped, rows, "{text} in {columns}");
        }
    }

    #[test]
    fn rows_are_as_wide_as_they_may_be() {
        for (text, columns, expected) in [
            ("abcdef", 4, &["abcd", "ef"][..]),
            ("日本語", 4, &["日本", "語"]),
            ("日本", 1, &["日", "本"]),
            ("ab", 0, &["a", "b"]),
            ("", 4, &[""]),
        ] {
            let shown: Vec<_> = rows(text, columns)
                .into_iter()
                .map(|row| &text[row])
                .collect();
            assert_eq!(shown, expected, "{text} in {columns}");
        }
    }

    proptest! {
        #[test]
        fn fitting_and_wrapping_keep_their_promises(parts in prop::collection::vec("[ a-c日é🎉\u{301}]{0,8}", 0..5), columns in 0_usize..12) {
            let line = Line::from(parts.iter().map(|part| Span::raw(part.as_str())).collect::<Vec<_>>());
            let fitted = fit(line.clone(), columns);
            prop_assert!(fitted.spans.iter().map(|s| width(&s.content)).sum::<usize>() <= columns);
            let rows = wrap(line, columns);
            prop_assert_eq!(rows.iter().map(plain).collect::<String>(), parts.concat());
            if columns >= 2 {
                for row in &rows {
                    prop_assert!(row.spans.iter().map(|s| width(&s.content)).sum::<usize>() <= columns);
                }
            }
        }
    }
}
