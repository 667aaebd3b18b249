//! What stands below the facts of the open key: its rows, its text, or why there is neither.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::model::kinds::Shape;
use crate::model::printed::print;
use crate::panes::{Focused, World, own, paint};
use crate::server::{Fault, Left};
use crate::widgets::grid::Grid;
use crate::widgets::rows;
use crate::widgets::text;
use crate::widgets::theme::Theme;

use super::head::Head;
use super::open::Open;
use super::window::Narrowed;

/// A value that may perhaps be written, but not read.
pub fn unread(
    fault: &Fault,
    head: &Head,
    open: &Open,
    area: Rect,
    buf: &mut Buffer,
    world: &World,
) {
    let theme = &world.theme;
    let offer = match head.kind.shape() {
        Shape::Text if head.kind.name() != "string" => "",
        Shape::Text => {
            "Where you may write it: e sets a new value, unseen; its time to live stays."
        }
        Shape::Grid(_) => "Where you may write it: a adds to it; its time to live stays.",
    };
    let help = match fault {
        Fault::Denied { command, .. } if command == "key" => {
            let pattern = print(&own::like(open.key.bytes(), &world.setup.separator));
            format!("an admin would have to grant %R~{pattern}; ctrl-r asks again")
        }
        fault => own::words(fault),
    };
    let lines = [
        Line::styled("This user may not read the value.", theme.warn),
        Line::styled(help, theme.dim),
        Line::styled(offer, theme.dim),
        Line::styled(fault.to_string(), theme.dim),
    ];
    let wrapped = lines
        .into_iter()
        .flat_map(|line| text::wrap(line, usize::from(area.width)));
    for (line, row) in wrapped.zip(area.rows()) {
        line.render(row, buf);
    }
}

pub fn value(
    open: &Open,
    head: &Head,
    area: Rect,
    buf: &mut Buffer,
    focused: Focused,
    world: &World,
) {
    let theme = &world.theme;
    match head.kind.shape() {
        Shape::Text if open.rows().is_empty() => {
            let words = format!(
                "{} values are shown by their facts only",
                crate::model::printed::print(head.name.as_bytes())
            );
            Line::styled(words, theme.dim).render(area, buf);
        }
        Shape::Text => show_text(open, area, buf, theme),
        Shape::Grid(_) if open.rows().is_empty() => {
            let words = match open.narrowed() {
                Narrowed::No if open.waits() => "reading…".to_owned(),
                Narrowed::No if open.look.scores.is_some() => {
                    "no score is in this range".to_owned()
                }
                Narrowed::No => "nothing here".to_owned(),
                Narrowed::Yes => awaited(open)
                    .map(ToOwned::to_owned)
                    .or_else(|| searched(open))
                    .unwrap_or("nothing matches".to_owned()),
            };
            Line::styled(words, theme.dim).render(area, buf);
        }
        Shape::Grid(headings) => {
            let lives = open.rows().iter().any(|row| row.left.is_some());
            let headings = [headings, if lives { &["ttl"] } else { &[] }].concat();
            let since = world.now.saturating_duration_since(head.at).as_millis() as u64;
            let style = if open.is_superseded() {
                theme.dim
            } else {
                theme.text
            };
            Grid {
                headings: &headings,
                len: open.rows().len(),
                passed: usize::try_from(open.window.passed()).unwrap_or(usize::MAX),
                of: usize::try_from(open.window.of(head.total, open.narrowed()))
                    .unwrap_or(usize::MAX),
                scroll: &open.scroll,
                focused: focused == Focused::Yes,
                theme,
                cell: |row: usize, column: usize| {
                    let row = open.rows().get(row);
                    if let Some(cell) = row.and_then(|row| row.cells.get(column)) {
                        return paint::start(cell, usize::from(area.width), style, theme);
                    }
                    let left = row.and_then(|row| row.left);
                    left.map(|left| Left::Millis(left.saturating_sub(since)))
                        .map(|left| Line::styled(paint::left(left), theme.ttl))
                        .unwrap_or_default()
                },
            }
            .render(area, buf);
        }
    }
}

fn show_text(open: &Open, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let shown = &open.text;
    paint::lines(&shown.lines, &shown.rows, open.scroll.top, area, buf, theme);
    rows::bar(area, buf, shown.rows.len(), open.scroll.top, theme);
}

/// What is on its way, where the rows that are shown are no answer to what was asked.
pub fn awaited(open: &Open) -> Option<&'static str> {
    let awaited = match open.narrowed() {
        Narrowed::Yes => "searching…",
        Narrowed::No => "reading…",
    };
    (open.is_superseded() && open.head.is_some()).then_some(awaited)
}

/// How far the search for rows that match has got, unless it has seen them all.
pub fn searched(open: &Open) -> Option<String> {
    open.look.filter.as_ref()?;
    open.head.as_ref()?;
    let share = paint::percent(open.window.share());
    match (open.searches(), open.window.next) {
        (true, _) => Some(format!("searching, {share}")),
        (false, Some(_)) => Some(format!("{share} searched")),
        (false, None) => None,
    }
}
