//! How the open key looks: its facts, its rows or its text, the editor.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};

use crate::model::key::NAMELESS;
use crate::model::kinds::Shape;
use crate::model::printed::print;
use crate::panes::{Focused, World, own, paint};
use crate::server::{Fault, Left};
use crate::widgets::text;
use crate::widgets::theme::Theme;

use super::head::Head;
use super::open::Open;
use super::{Value, Writing, number};
use super::{body, foot};

/// The most rows that a note below an editor may take.
const NOTE_ROWS: usize = 4;

pub fn draw(value: &Value, area: Rect, buf: &mut Buffer, focused: Focused, world: &World) {
    let theme = &world.theme;
    let border = if focused == Focused::Yes {
        theme.border_focused
    } else {
        theme.border
    };
    let title = value.open.as_ref().map_or_else(
        || Line::styled(" Value ", theme.dim),
        |open| title(open, usize::from(area.width.saturating_sub(2)), theme),
    );
    let block = Block::bordered().border_style(border).title(title);
    let inner = block.inner(area);
    block.render(area, buf);
    if let Some(writing) = &value.editor {
        draw_editor(writing, inner, buf, theme);
        return;
    }
    let Some(open) = &value.open else {
        Line::styled("open a key with enter", theme.dim).render(inner, buf);
        return;
    };
    let [top, middle, bottom] = split(inner, value.head_rows());
    let head = [
        Some(facts(open, usize::from(top.width), world)),
        purpose(value, open, world),
    ];
    for (line, row) in head.into_iter().flatten().zip(top.rows()) {
        text::fit(line, usize::from(row.width)).render(row, buf);
    }
    foot::footing(value, open, bottom, buf, world);
    match (&open.head, &open.fault) {
        (None, None) => waiting(middle, buf, world),
        (None, Some(_)) if open.waits() => waiting(middle, buf, world),
        (None, Some(fault)) => draw_fault(open, fault, middle, buf, world),
        (
            Some(
                told @ Head {
                    unread: Some(fault),
                    ..
                },
            ),
            _,
        ) => {
            body::unread(fault, told, open, middle, buf, world);
        }
        (Some(head), _) => body::value(open, head, middle, buf, focused, world),
    }
}

/// The lines of facts, the value, and one line for what narrows it and how much is shown.
fn split(inner: Rect, head: u16) -> [Rect; 3] {
    let top = Rect {
        height: inner.height.min(head),
        ..inner
    };
    let bottom_height = inner.height.saturating_sub(head).min(1);
    let body = Rect {
        y: inner.y + top.height,
        height: inner.height - top.height - bottom_height,
        ..inner
    };
    let bottom = Rect {
        y: body.y + body.height,
        height: bottom_height,
        ..inner
    };
    [top, body, bottom]
}

/// ` myapp:user:42 ─ hash · 3 fields `; where that is too long the name is cut, for the tree tells it too.
fn title(open: &Open, width: usize, theme: &Theme) -> Line<'static> {
    let facts = open.head.as_ref().map_or_else(Vec::new, |head| {
        let size = head.total.map_or(String::new(), |total| {
            format!(" · {}", sized(&head.name, total))
        });
        vec![
            Span::styled(" ─ ", theme.dim),
            Span::styled(print(head.name.as_bytes()), theme.kind(&head.name)),
            Span::styled(size, theme.dim),
        ]
    });
    let taken: usize = facts.iter().map(Span::width).sum();
    // One column is left blank at either side.
    let room = width.saturating_sub(taken + 2);
    let name = match open.key.bytes() {
        [] => Line::styled(NAMELESS, theme.dim),
        name => paint::start(name, room, theme.title, theme),
    };
    let mut spans = vec![Span::raw(" ")];
    spans.extend(text::fit(name, room).spans);
    spans.extend(facts);
    spans.push(Span::raw(" "));
    text::fit(Line::from(spans), width)
}

/// The size of a value in its type's own words.
fn sized(kind: &str, total: u64) -> String {
    let noun = match kind {
        "string" => return paint::size(total),
        "hash" => "field",
        "list" => "element",
        "set" | "zset" => "member",
        _ => "item",
    };
    let plural = if total == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", paint::count(total))
}

/// `no expiry · raw · 96 B in memory · json`; where that is too long, what it takes in memory is said in fewer words or
/// not at all, for how the value is read must be seen.
fn facts(open: &Open, width: usize, world: &World) -> Line<'static> {
    let Some(head) = &open.head else {
        return Line::default();
    };
    let versions = match &head.memory {
        Ok(memory) => {
            let size = paint::size(*memory);
            [
                format!(" · {size} in memory"),
                format!(" · {size}"),
                String::new(),
            ]
        }
        Err(_) => Default::default(),
    };
    let [whole, short, without] = versions.map(|memory| facts_with(memory, open, head, world));
    let fitting = [whole, short]
        .into_iter()
        .find(|line| line.width() <= width);
    fitting.unwrap_or(without)
}

fn facts_with(memory: String, open: &Open, head: &Head, world: &World) -> Line<'static> {
    let theme = &world.theme;
    let millis = head.millis(world.now);
    let (left, style) = match (&head.left, millis) {
        (_, Some(millis)) if millis < 60_000 => (
            format!("expires in {}", paint::left(Left::Millis(millis))),
            theme.ttl_soon,
        ),
        (_, Some(millis)) => (
            format!("expires in {}", paint::left(Left::Millis(millis))),
            theme.ttl,
        ),
        (Ok(left), None) => (paint::left(*left), theme.dim),
        (Err(_), None) => ("expiry hidden".to_owned(), theme.dim),
    };
    let mut spans = vec![Span::styled(left, style)];
    if let Ok(encoding) = &head.encoding {
        spans.push(Span::styled(
            format!(" · {}", print(encoding.as_bytes())),
            theme.dim,
        ));
    }
    spans.push(Span::styled(memory, theme.dim));
    if let Some(decoder) = open.decoder().filter(|_| open.shape() == Shape::Text) {
        spans.push(Span::styled(format!(" · {}", decoder.name()), theme.accent));
    }
    Line::from(spans)
}

/// What the value is for, in words, where type, name and time to live tell.
fn purpose(value: &Value, open: &Open, world: &World) -> Option<Line<'static>> {
    let head = open.head.as_ref()?;
    let told = used_of_limit(value, open, head, world);
    let words = told.or_else(|| {
        let purpose = open.purpose(head.millis(world.now))?;
        Some(format!("{}: {}", purpose.word, purpose.sentence))
    })?;
    Some(Line::styled(words, world.theme.accent))
}

/// `17 of 100 used, 83 left`, for a counter whose limit the person told.
fn used_of_limit(value: &Value, open: &Open, head: &Head, world: &World) -> Option<String> {
    let used = number(open.row())?;
    let limit = *value.limits.get(open.key.folder(&world.setup.separator))?;
    let resets = head
        .millis(world.now)
        .map(|left| format!(", resets in {}", paint::left(Left::Millis(left))));
    let left = limit.saturating_sub(used).max(0);
    Some(format!(
        "{used} of {limit} used, {left} left{}",
        resets.unwrap_or_default()
    ))
}

/// What is asked for is not here yet, and why that may take longer.
fn waiting(area: Rect, buf: &mut Buffer, world: &World) {
    let words = match &world.plight {
        None => "reading…".to_owned(),
        Some(plight) => paint::plight(plight),
    };
    let lines = text::wrap(
        Line::styled(words, world.theme.dim),
        usize::from(area.width),
    );
    for (line, row) in lines.into_iter().zip(area.rows()) {
        line.render(row, buf);
    }
}

/// Why there is no value, what would help, and the server's own words.
fn draw_fault(open: &Open, fault: &Fault, area: Rect, buf: &mut Buffer, world: &World) {
    let theme = &world.theme;
    let mut lines = Vec::new();
    match fault {
        Fault::Denied { command, .. } if command == "key" => {
            lines.push(Line::styled("not open to this user", theme.warn));
            let pattern = print(&own::like(open.key.bytes(), &world.setup.separator));
            let help = format!("an admin would have to grant ~{pattern}; ctrl-r asks again");
            lines.push(Line::styled(help, theme.dim));
            let hide = "H in the tree hides names that are not yours";
            lines.push(Line::styled(hide, theme.dim));
            lines.push(Line::styled(fault.to_string(), theme.dim));
        }
        Fault::Denied { .. } => {
            lines.push(Line::styled(own::words(fault), theme.warn));
            lines.push(Line::styled(fault.to_string(), theme.dim));
        }
        Fault::Unbounded { .. } => {
            lines.push(Line::styled(fault.to_string(), theme.warn));
            let help = "enter reads it all the same; +getrange would let it be read in part";
            lines.push(Line::styled(help, theme.dim));
        }
        fault => lines.push(Line::styled(fault.to_string(), theme.error)),
    }
    let width = usize::from(area.width);
    let rows = lines.into_iter().flat_map(|line| text::wrap(line, width));
    for (line, row) in rows.zip(area.rows()) {
        line.render(row, buf);
    }
}

/// The text being edited, and below it what is to be said of it: as many rows as that takes, within reason.
fn draw_editor(writing: &Writing, inner: Rect, buf: &mut Buffer, theme: &Theme) {
    let line = match &writing.note {
        Some(note) => Line::styled(note.clone(), theme.error),
        None if writing.editor.changed() => Line::styled(
            format!("editing {} · changed", writing.decoder.name()),
            theme.warn,
        ),
        None => Line::styled(format!("editing {}", writing.decoder.name()), theme.dim),
    };
    let mut lines = text::wrap(line, usize::from(inner.width));
    lines.truncate(usize::from(inner.height / 2).clamp(1, NOTE_ROWS));
    let body = Rect {
        height: inner.height.saturating_sub(lines.len() as u16),
        ..inner
    };
    writing.editor.draw(body, buf, Focused::Yes, theme);
    let below = Rect {
        y: inner.y + body.height,
        height: inner.height - body.height,
        ..inner
    };
    for (line, row) in lines.into_iter().zip(below.rows()) {
        line.render(row, buf);
    }
}
