//! The users at the left: on or off, what each may do, how many are connected.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};

use crate::model::acl::audit::Level;
use crate::model::acl::{Channels, User};
use crate::panes::{World, paint};
use crate::widgets::rows::Rows;
use crate::widgets::theme::Theme;
use crate::widgets::{Focused, text};

use super::Acl;
use super::disk::Home;
use super::sheet;

/// Widest that names become, in columns.
const NAME: usize = 24;
/// Columns for passwords, connections and the last denial.
const NUMBERS: usize = 20;
/// From this width on they have room.
const WIDE: usize = 64;

pub fn draw(acl: &Acl, area: Rect, buf: &mut Buffer, focused: Focused, world: &World) {
    let theme = &world.theme;
    let border = match focused {
        Focused::Yes => theme.border_focused,
        Focused::No => theme.border,
    };
    let block = Block::bordered().border_style(border).title(text::fit(
        title(acl, theme),
        usize::from(area.width.saturating_sub(2)),
    ));
    let inner = block.inner(area);
    block.render(area, buf);
    let users = acl.facts.all();
    if users.is_empty() {
        draw_nobody(acl, inner, buf, theme);
        return;
    }
    let width = usize::from(inner.width);
    let names = users.iter().map(|user| text::width(&user.title())).max();
    let star = usize::from(!acl.unsaved.is_empty());
    let name = names.unwrap_or(0).clamp(4, NAME) + star;
    let [head, list] = split(inner);
    let [list, filter] = sheet::foot(list, acl.narrow.height());
    if filter.height > 0 {
        acl.narrow.draw(filter, buf, theme);
    }
    text::fit(heading(name, width, theme), width).render(head, buf);
    let row = |at: usize| {
        acl.listed(at)
            .map_or_else(Line::default, |user| line(acl, user, name, width, theme))
    };
    Rows {
        len: acl.narrow.rows().len(),
        scroll: &acl.scroll,
        focused: focused == Focused::Yes,
        theme,
        row,
    }
    .render(list, buf);
}

/// The line of headings and what is below.
pub fn split(inner: Rect) -> [Rect; 2] {
    let head = Rect {
        height: inner.height.min(1),
        ..inner
    };
    let list = Rect {
        y: inner.y + head.height,
        height: inner.height - head.height,
        ..inner
    };
    [head, list]
}

/// ` ACL ─ 4 users · not saved: S · you are default `.
fn title(acl: &Acl, theme: &Theme) -> Line<'static> {
    let mut spans = vec![Span::styled(" ACL ─ ", theme.title)];
    match acl.facts.all().len() {
        0 if acl.facts.is_reading() => spans.push(Span::styled("reading… · ", theme.dim)),
        0 => {}
        count if acl.narrow.is_narrow() => {
            let found = paint::count(acl.narrow.rows().len() as u64);
            let words = format!("{found} of {} users · ", paint::count(count as u64));
            spans.push(Span::styled(words, theme.text));
        }
        1 => spans.push(Span::styled("1 user · ", theme.text)),
        count => {
            let words = format!("{} users · ", paint::count(count as u64));
            spans.push(Span::styled(words, theme.text));
        }
    }
    if !acl.unsaved.is_empty() {
        let words = match acl.facts.home.known {
            Some(Home::Nowhere) => "not saved: lost at restart",
            _ => "not saved: S",
        };
        spans.push(Span::styled(words, theme.error));
        spans.push(Span::styled(" · ", theme.dim));
    }
    spans.push(Span::styled("you are ", theme.dim));
    spans.extend(paint::bytes(&acl.facts.me, theme.accent, theme).spans);
    spans.push(Span::raw(" "));
    Line::from(spans)
}

/// What is said in place of the users.
const UNSEEN: &str = "The users of this server are not for this user to see. What is known of its own rights stands beside; an admin sees more.";

fn draw_nobody(acl: &Acl, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let words = match (&acl.facts.users.refused, acl.facts.is_reading()) {
        (Some(_), _) => UNSEEN.to_owned(),
        (None, true) => "reading the users…".to_owned(),
        (None, false) => "nobody may be seen here".to_owned(),
    };
    let lines = text::wrap(Line::styled(words, theme.warn), usize::from(area.width));
    for (line, row) in lines.into_iter().zip(area.rows()) {
        line.render(row, buf);
    }
}

fn heading(name: usize, width: usize, theme: &Theme) -> Line<'static> {
    let scope = scope_width(name, width);
    let mut head = format!("  {:name$} {:scope$}", "user", "may");
    if width >= WIDE {
        head.push_str("  pw    live  denied");
    }
    Line::styled(head, theme.dim)
}

/// Columns that are left for what a user may do.
fn scope_width(name: usize, width: usize) -> usize {
    let numbers = if width >= WIDE { NUMBERS } else { 0 };
    width.saturating_sub(name + 4 + numbers)
}

fn line(acl: &Acl, user: &User, name: usize, width: usize, theme: &Theme) -> Line<'static> {
    let (sign, style) = if user.on {
        ("●", theme.good)
    } else {
        ("○", theme.dim)
    };
    let text_style = if user.on { theme.text } else { theme.dim };
    let mut line = Line::from(vec![Span::styled(sign, style), mark(acl, user, theme)]);
    let mut shown = text::fit(paint::bytes(&user.name, text_style, theme), name);
    if acl.unsaved.contains(&user.name) {
        shown = text::fit(shown, name.saturating_sub(1));
        shown.push_span(Span::styled("*", theme.error));
    }
    push_wide(&mut line, shown, name + 1);
    let room = scope_width(name, width);
    push_wide(
        &mut line,
        text::fit(may(acl, user, text_style, theme), room),
        room,
    );
    if width >= WIDE {
        line.spans.extend(numbers(acl, user, theme));
    }
    line
}

fn push_wide(line: &mut Line<'static>, part: Line<'static>, columns: usize) {
    let blank = columns.saturating_sub(part.width());
    line.spans.extend(part.spans);
    line.push_span(Span::raw(" ".repeat(blank)));
}

fn mark(acl: &Acl, user: &User, theme: &Theme) -> Span<'static> {
    match acl.views.get(&user.name).and_then(super::view::View::worst) {
        Some(Level::Error) => Span::styled("!", theme.error),
        Some(_) => Span::styled("!", theme.warn),
        None => Span::raw(" "),
    }
}

/// `reads and writes myapp:* · channels myapp:*`.
fn may(acl: &Acl, user: &User, style: Style, theme: &Theme) -> Line<'static> {
    let Some(view) = acl.views.get(&user.name) else {
        return Line::default();
    };
    let mut line = Line::from(Span::styled(view.scope.clone(), style));
    let none = user
        .rights()
        .all(|rights| rights.channels == Channels::Only(Vec::new()));
    if !none {
        line.push_span(Span::styled(
            format!(" · channels {}", view.channels),
            theme.dim,
        ));
    }
    line
}

fn numbers(acl: &Acl, user: &User, theme: &Theme) -> Vec<Span<'static>> {
    let passwords = match user.passwords.len() {
        _ if user.nopass => Span::styled(" any  ", theme.error),
        0 => Span::styled("   -  ", theme.dim),
        number => Span::styled(format!("{number:>4}  "), theme.text),
    };
    let live = match acl.facts.connected(&user.name) {
        None => "     ?".to_owned(),
        Some(0) => "     -".to_owned(),
        Some(live) => format!("{live:>6}"),
    };
    let denied = match acl.facts.denied(&user.name) {
        Some(denial) => Span::styled(format!("{:>8}", ago(denial.age)), theme.warn),
        None => Span::styled("       -", theme.dim),
    };
    vec![passwords, Span::styled(live, theme.dim), denied]
}

/// Seconds in few letters: `12s`, `5m`, `3h`, `2d`.
pub fn ago(seconds: f64) -> String {
    match seconds {
        s if s < 60.0 => format!("{s:.0}s"),
        s if s < 3_600.0 => format!("{:.0}m", s / 60.0),
        s if s < 86_400.0 => format!("{:.0}h", s / 3_600.0),
        s => format!("{:.0}d", s / 86_400.0),
    }
}
