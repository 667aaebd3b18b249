//! How a form looks: labels at the left, entries at the right, what is wrong below.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::entry::{Entry, Reading, words};
use super::{Form, Row};
use crate::widgets::field::Mask;
use crate::widgets::{Focused, Theme, popup, text};

/// Widest that the box becomes, in columns.
const WIDTH: u16 = 76;
/// Most rows for a text of many lines.
const TEXT_ROWS: u16 = 16;
/// Rows that an empty text would like to have.
const EMPTY_ROWS: u16 = 5;
/// Columns before a label, where the focus is marked.
const SIGN: u16 = 2;
/// Blank columns behind a label.
const GAP: u16 = 2;
/// Most rows for what is wrong with one field.
const ERROR_ROWS: usize = 3;
/// Most rows for what helps to fill a field.
const HINT_ROWS: usize = 8;
/// What a backslash means in a field of one line.
const ESCAPES: &str = "\\\\ is a backslash, \\n a new line, \\xff any byte";

impl Form {
    /// Paints the form into the middle of the area.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let width = WIDTH.min(area.width);
        let room = width.saturating_sub(popup::SIDES);
        let labels = self.labels(room);
        let entries = room.saturating_sub(labels);
        let note = wrapped(&self.note, room, theme.warn, ERROR_ROWS);
        let below: Vec<_> = (0..self.rows.len())
            .map(|at| self.below(at, entries, theme))
            .collect();
        let most = area.height.saturating_sub(popup::EDGES + note.len() as u16);
        let heights = self.heights(most, &below);
        let wanted = heights.iter().sum::<u16>() + note.len() as u16 + popup::EDGES;

        let outer = popup::centred(area, width, wanted);
        let inner = popup::frame(outer, buf, &self.title, theme);
        let fields = inner.height.saturating_sub(note.len() as u16);
        let mut left = Rect {
            height: fields,
            ..inner
        };
        for at in self.first_shown(&heights, fields)..self.rows.len() {
            let block = Rect {
                height: heights[at].min(left.height),
                ..left
            };
            self.draw_row(at, block, labels, &below[at], buf, theme);
            left = popup::below(left, heights[at]);
        }
        popup::stack(note, popup::below(inner, fields), buf);
    }

    /// Columns for the labels, sign and gap included.
    fn labels(&self, room: u16) -> u16 {
        let widest = self
            .rows
            .iter()
            .map(|row| text::width(row.label))
            .max()
            .unwrap_or(0);
        (widest as u16 + SIGN + GAP).min(room / 5 * 2)
    }

    /// Rows of each field with what stands below it; texts of many lines share what the others leave.
    fn heights(&self, most: u16, below: &[Vec<Line<'_>>]) -> Vec<u16> {
        let texts = self
            .rows
            .iter()
            .filter(|row| matches!(row.entry, Entry::Text(..)))
            .count() as u16;
        let others = self.rows.len() as u16 - texts
            + below.iter().map(|lines| lines.len() as u16).sum::<u16>();
        let share = most.saturating_sub(others) / texts.max(1);
        let rows = self.rows.iter().map(|row| match &row.entry {
            Entry::Text(editor, _) => {
                let wish = u16::try_from(editor.lines() + 1)
                    .unwrap_or(u16::MAX)
                    .clamp(EMPTY_ROWS, TEXT_ROWS);
                wish.min(share).max(1)
            }
            Entry::Line(_) | Entry::Choice(_) => 1,
        });
        rows.zip(below)
            .map(|(rows, below)| rows + below.len() as u16)
            .collect()
    }

    /// The first field that is shown, so that the one in focus is.
    fn first_shown(&self, heights: &[u16], room: u16) -> usize {
        let mut used = 0;
        let fitting = heights[..heights.len().min(self.focus + 1)]
            .iter()
            .rev()
            .take_while(|height| {
                used += **height;
                used <= room
            });
        (self.focus + 1)
            .saturating_sub(fitting.count())
            .min(self.focus)
    }

    /// What stands below a field: what is wrong with it, or what helps to fill it.
    fn below(&self, at: usize, width: u16, theme: &Theme) -> Vec<Line<'_>> {
        let row = &self.rows[at];
        if let Some(error) = &row.error {
            return wrapped(error, width, theme.error, ERROR_ROWS);
        }
        if at != self.focus {
            return Vec::new();
        }
        let hint = self
            .hints
            .iter()
            .find(|(label, _)| label == row.label)
            .map(|(_, hint)| hint.as_str());
        let escapes = match &row.entry {
            Entry::Text(_, Reading::Printed) => {
                "one item per line; \\\\ is a backslash, \\xff any byte"
            }
            // Who types a backslash may not mean the beginning of an escape.
            Entry::Line(field) if field.mask == Mask::Shown && field.text().contains('\\') => {
                return wrapped(ESCAPES, width, theme.warn, HINT_ROWS);
            }
            _ => "",
        };
        wrapped(hint.unwrap_or(escapes), width, theme.dim, HINT_ROWS)
    }

    fn draw_row(
        &self,
        at: usize,
        area: Rect,
        labels: u16,
        below: &[Line<'_>],
        buf: &mut Buffer,
        theme: &Theme,
    ) {
        let row = &self.rows[at];
        let focused = if at == self.focus {
            Focused::Yes
        } else {
            Focused::No
        };
        let (sign, style) = match focused {
            Focused::Yes => ("▸ ", theme.accent),
            Focused::No => ("  ", theme.text),
        };
        let label = Line::from(vec![
            Span::styled(sign, theme.accent),
            Span::styled(row.label, style),
        ]);
        popup::stack(
            [label],
            Rect {
                width: labels.saturating_sub(1),
                ..area
            },
            buf,
        );
        let right = Rect {
            x: area.x + labels.min(area.width),
            width: area.width.saturating_sub(labels),
            ..area
        };
        let rows = area
            .height
            .saturating_sub(below.len() as u16)
            .max(1)
            .min(area.height);
        draw_entry(
            row,
            Rect {
                height: rows,
                ..right
            },
            buf,
            focused,
            theme,
        );
        popup::stack(below.iter().cloned(), popup::below(right, rows), buf);
    }
}

fn draw_entry(row: &Row, area: Rect, buf: &mut Buffer, focused: Focused, theme: &Theme) {
    match &row.entry {
        Entry::Line(field) => {
            field.draw(area, buf, focused, theme);
            // A line to write on.
            let line = Rect {
                height: area.height.min(1),
                ..area
            };
            buf.set_style(line, Style::new().add_modifier(Modifier::UNDERLINED));
        }
        Entry::Text(editor, _) => {
            let edge = Rect {
                x: area.x.saturating_sub(1),
                width: area.width.min(1),
                ..area
            };
            popup::stack(
                (0..area.height).map(|_| Line::styled("│", theme.border)),
                edge,
                buf,
            );
            editor.draw(area, buf, focused, theme);
        }
        Entry::Choice(at) => {
            popup::stack(
                [choice(
                    words(row.input),
                    *at,
                    usize::from(area.width),
                    focused,
                    theme,
                )],
                area,
                buf,
            );
        }
    }
}

/// The words beside each other, or, where they have no room, the chosen one between arrows.
fn choice(
    words: &[&'static str],
    at: usize,
    width: usize,
    focused: Focused,
    theme: &Theme,
) -> Line<'static> {
    let chosen = if focused == Focused::Yes {
        theme.selected
    } else {
        theme.accent
    };
    let all: usize = words.iter().map(|word| text::width(word) + 2).sum();
    if all > width {
        let word = words.get(at).copied().unwrap_or_default();
        return Line::from(vec![
            Span::styled("‹ ", theme.dim),
            Span::styled(word, chosen),
            Span::styled(format!(" › {} of {}", at + 1, words.len()), theme.dim),
        ]);
    }
    // The arrows tell the chosen one also where colours do not.
    let word = |(n, word): (usize, &&'static str)| {
        let (before, style, behind) = if n == at {
            ("‹", chosen, "›")
        } else {
            (" ", theme.dim, " ")
        };
        [
            Span::styled(before, theme.dim),
            Span::styled(*word, style),
            Span::styled(behind, theme.dim),
        ]
    };
    Line::from(words.iter().enumerate().flat_map(word).collect::<Vec<_>>())
}

/// A text in rows of this width; none where there is nothing to say.
fn wrapped(words: &str, width: u16, style: Style, most: usize) -> Vec<Line<'_>> {
    if words.is_empty() {
        return Vec::new();
    }
    let mut rows = text::wrap(Line::styled(words, style), usize::from(width));
    rows.truncate(most);
    rows
}
