//! How the rule line looks: wrapped, its rules coloured, the cursor in view, a caret below what cannot be read.
use std::ops::Range;

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::draft::Draft;
use crate::widgets::{Focused, Theme, text};

/// The line in rows of so many columns, broken after spaces where there are some; one column stays free for the
/// cursor behind the last character. There is always one row.
fn ranges(draft: &Draft, width: u16) -> Vec<Range<usize>> {
    let (text, columns) = (draft.line().text(), usize::from(width.max(2) - 1));
    let (mut rows, mut start, mut used) = (Vec::new(), 0, 0);
    let mut at = 0;
    for word in text.split_inclusive(' ') {
        let wide = text::width(word.trim_end());
        if used > 0 && used + wide > columns {
            rows.push(start..at);
            (start, used) = (at, 0);
        }
        for part in text::rows(word, columns).iter().skip(1) {
            rows.push(start..at + part.start);
            (start, used) = (at + part.start, 0);
        }
        at += word.len();
        used += text::width(&text[start.max(at - word.len())..at]);
    }
    rows.push(start..text.len());
    rows
}

/// Rows that the line takes, the caret included.
pub fn height(draft: &Draft, width: u16) -> usize {
    ranges(draft, width).len() + usize::from(draft.unread().is_some())
}

/// The rows of the line around its cursor, as many as there is room for.
pub fn rows(
    draft: &Draft,
    width: u16,
    most: u16,
    focused: Focused,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let ranges = ranges(draft, width);
    let text = draft.line().text();
    let cursor = match focused {
        Focused::Yes => Some(draft.line().at()),
        Focused::No => None,
    };
    let last = ranges.len() - 1;
    let of = |place: usize| {
        ranges
            .iter()
            .position(|row| row.contains(&place))
            .unwrap_or(last)
    };
    let styles = styles(text, theme);
    let mut rows = Vec::new();
    let mut watched = 0;
    let watch = cursor
        .or(draft.unread().map(|unread| unread.at))
        .map_or(0, of);
    for (at, range) in ranges.iter().enumerate() {
        let here = cursor.filter(|cursor| of(*cursor) == at);
        rows.push(row(text, range.clone(), here, &styles, draft, theme));
        if at == watch {
            watched = rows.len();
        }
        if let Some(unread) = draft.unread().filter(|unread| of(unread.at) == at) {
            let before = text::width(&text[range.start..unread.at.clamp(range.start, range.end)]);
            let end = (unread.at + unread.len).min(range.end).max(unread.at);
            let carets = text::width(text.get(unread.at..end).unwrap_or_default()).max(1);
            let caret = " ".repeat(before) + &"^".repeat(carets);
            rows.push(Line::styled(caret, theme.error));
            if at == watch {
                watched = rows.len();
            }
        }
    }
    let hidden = watched.saturating_sub(usize::from(most));
    rows.into_iter()
        .skip(hidden)
        .take(usize::from(most))
        .collect()
}

fn row(
    text: &str,
    range: Range<usize>,
    cursor: Option<usize>,
    styles: &[(Range<usize>, Style)],
    draft: &Draft,
    theme: &Theme,
) -> Line<'static> {
    let wrong = draft
        .unread()
        .map(|unread| unread.at..unread.at + unread.len);
    let style = |at: usize| {
        let word = styles.iter().find(|(word, _)| word.contains(&at));
        let style = word.map_or(theme.text, |(_, style)| *style);
        if wrong.as_ref().is_some_and(|wrong| wrong.contains(&at)) {
            return theme.error.add_modifier(Modifier::UNDERLINED);
        }
        style
    };
    let mut spans: Vec<Span<'static>> = text::graphemes(&text[range.clone()])
        .map(|(at, grapheme, _)| {
            let at = range.start + at;
            let mut style = style(at);
            if cursor == Some(at) {
                style = style.add_modifier(Modifier::REVERSED);
            }
            Span::styled(grapheme.to_owned(), style)
        })
        .collect();
    if cursor.is_some_and(|cursor| cursor >= range.end) {
        spans.push(Span::styled(
            " ",
            theme.text.add_modifier(Modifier::REVERSED),
        ));
    }
    Line::from(spans)
}

/// The words of the line, each in the style of what it does.
fn styles(text: &str, theme: &Theme) -> Vec<(Range<usize>, Style)> {
    let mut words = Vec::new();
    let mut at = 0;
    for word in text.split(' ') {
        let style = match word.trim_start_matches('(').as_bytes().first() {
            Some(b'+') => theme.good,
            Some(b'-') => theme.warn,
            Some(b'~' | b'%') => theme.folder,
            Some(b'&') => theme.accent,
            _ => theme.text,
        };
        words.push((at..at + word.len(), style));
        at += word.len() + 1;
    }
    words
}
