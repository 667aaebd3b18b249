//! The line below a value: what it is narrowed to, and how much of the whole is shown.
use ratatui::buffer::Buffer;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::model::kinds::{Mark, Order, Shape};
use crate::panes::{World, paint};
use crate::widgets::text;

use super::open::Open;
use super::window::Narrowed;
use super::{Value, body};

/// The last line: the filter, the order, the range, and how much of the whole is shown.
pub(super) fn footing(value: &Value, open: &Open, area: Rect, buf: &mut Buffer, world: &World) {
    let theme = &world.theme;
    let words = narrowing(open);
    // What was typed stays in view, or half of the line of it.
    let said = match &value.typing {
        Some(typing) => Line::raw(typing.text()).width() + 2,
        None => Line::raw(&words).width() + 1,
    };
    let left = area.width - said.min(usize::from(area.width / 2)) as u16;
    let tails = tails(value, open);
    let fits = |tail: &&String| Line::raw(tail.as_str()).width() <= usize::from(left);
    let tail = tails.iter().find(fits).or(tails.last());
    let tail = Line::styled(tail.cloned().unwrap_or_default(), theme.dim);
    let tail = text::fit(tail, usize::from(area.width)).alignment(Alignment::Right);
    let room = area.width.saturating_sub(tail.width() as u16 + 1);
    if value.typing.is_some() {
        let line = Rect {
            width: room + 1,
            ..area
        };
        paint::filter(value.typing.as_ref(), "", line, buf, theme);
    } else {
        text::fit(Line::styled(words, theme.accent), usize::from(room)).render(area, buf);
    }
    if let (Some(fault), Some(_)) = (&open.fault, &open.head) {
        let words = format!("could not be read again: {fault}");
        text::fit(Line::styled(words, theme.error), usize::from(area.width)).render(area, buf);
        return;
    }
    tail.render(area, buf);
}

/// The filter, the range, the order, as far as the person chose any.
fn narrowing(open: &Open) -> String {
    let filter = open.look.filter.as_ref();
    let filter = filter.map(|filter| format!("/{}", filter.printed()));
    let scores = open.look.scores.as_ref();
    let scores = scores.map(|(from, to)| format!("scores {from} to {to}"));
    let order = (open.look.order == Order::Descending).then(|| "highest first".to_owned());
    let words: Vec<String> = [filter, scores, order].into_iter().flatten().collect();
    words.join(" · ")
}

/// How much of the whole is shown, the longest words first.
fn tails(value: &Value, open: &Open) -> Vec<String> {
    let watching = if value.watch_at.is_some() {
        "watching · "
    } else {
        ""
    };
    let Some(head) = &open.head else {
        return Vec::new();
    };
    if head.kind.shape() == Shape::Text {
        let part = span(open);
        return if open.whole() {
            vec![watching.to_owned()]
        } else {
            vec![
                format!("{watching}bytes {part}: a part "),
                format!("{watching}{part}: a part "),
                format!("{watching}{part} "),
                format!("{part} "),
            ]
        };
    }
    if let Some(awaited) = body::awaited(open) {
        return vec![format!("{watching}{awaited} "), format!("{awaited} ")];
    }
    let rows = open.rows().len() as u64;
    // A cursor may stand before its end with nothing left to bring.
    let all = head.total == Some(open.window.passed() + rows);
    let more = open.window.next.is_some() && !all;
    let shown = format!("{}{}", paint::count(rows), if more { "+" } else { "" });
    let of = head.total.map_or(String::new(), |total| {
        format!(" of {}", paint::count(total))
    });
    let from = match (open.window.passed(), open.narrowed()) {
        (0, _) => String::new(),
        (passed, Narrowed::No) => format!("from {} · ", paint::count(passed)),
        (passed, Narrowed::Yes) => format!("behind {} more · ", paint::count(passed)),
    };
    let searched = body::searched(open).map_or(String::new(), |words| format!("{words} · "));
    let old = if open.is_outdated() {
        " · out of date: ctrl-r"
    } else {
        ""
    };
    vec![
        format!("{watching}{searched}{from}{shown} shown{of}{old} "),
        format!("{searched}{from}{shown} shown{old} "),
        format!("{searched}{shown}{old} "),
    ]
}

/// Which bytes of a big text are shown: `bytes 0–1,048,576 of 3,145,728`.
pub(super) fn part(open: &Open) -> String {
    format!("bytes {}", span(open))
}

fn span(open: &Open) -> String {
    let from = if let Some(Mark::Index(at)) = open.look.from {
        at
    } else {
        0
    };
    let cell = open.row().and_then(|row| row.cells.first());
    let len = cell.map_or(0, Vec::len) as u64;
    let total = open.head.as_ref().and_then(|head| head.total).unwrap_or(0);
    format!(
        "{}–{} of {}",
        paint::count(from),
        paint::count(from + len),
        paint::count(total)
    )
}
