//! How the tree looks: a truthful title, rows, and the line of the filter.
use ratatui::buffer::Buffer;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};

use crate::model::key::NAMELESS;
use crate::model::keyspace::{Row, RowKind};
use crate::panes::{Focused, Reach, World, paint};
use crate::server::{Fault, Left};
use crate::widgets::rows::Rows;
use crate::widgets::text;

use super::cells::Cell;
use super::listing::{Listing, Scan};
use super::{Key, Spot, Tree};

/// Columns for a type and for a time to live.
const KIND_WIDTH: usize = 7;
const LEFT_WIDTH: usize = 7;
/// A time to live below this many milliseconds is shown as urgent.
const SOON: u64 = 60_000;

pub fn draw(tree: &Tree, area: Rect, buf: &mut Buffer, focused: Focused, world: &World) {
    let theme = &world.theme;
    let border = if focused == Focused::Yes {
        theme.border_focused
    } else {
        theme.border
    };
    let block = Block::bordered()
        .border_style(border)
        .title(title(tree, world, width_in(area)))
        .title_bottom(cost(tree.shown(), world, width_in(area)));
    let mut inner = block.inner(area);
    block.render(area, buf);
    if tree.narrow_line() && inner.height > 0 {
        inner.height -= 1;
        let bottom = Rect {
            y: inner.y + inner.height,
            height: 1,
            ..inner
        };
        draw_filter(tree, bottom, buf, world);
    }
    let listing = tree.shown();
    if listing.keys.rows() == 0 {
        let words = Line::styled(empty(tree, listing, world), theme.dim);
        for (line, row) in text::wrap(words, usize::from(inner.width))
            .into_iter()
            .zip(inner.rows())
        {
            line.render(row, buf);
        }
        return;
    }
    let top = listing.scroll.top;
    Rows {
        len: listing.keys.rows(),
        scroll: &listing.scroll,
        focused: focused == Focused::Yes,
        theme,
        row: |at: usize| {
            let row = at.checked_sub(top).and_then(|at| tree.rows.get(at));
            row.map(|row| line(tree, row, usize::from(inner.width), world))
                .unwrap_or_default()
        },
    }
    .render(inner, buf);
}

fn width_in(area: Rect) -> usize {
    usize::from(area.width.saturating_sub(2))
}

/// ` Keys · myapp:* ─ 812,430 keys · 63 % scanned · 410k/s `; where that is too long, first the rate goes, then what
/// is listed, for how far it has got must be seen.
fn title(tree: &Tree, world: &World, width: usize) -> Line<'static> {
    let theme = &world.theme;
    let listing = tree.shown();
    let (name, of) = match (&tree.search, &world.setup.prefix) {
        (Some(search), _) => {
            let terms = search.terms();
            let pattern = terms.pattern.as_ref();
            let pattern = pattern.map_or("*".into(), |p| p.printed().into_text());
            let kind = terms.kind.as_deref().unwrap_or_default();
            ("Search", format!("{pattern} {kind}"))
        }
        (None, Some(prefix)) => ("Keys", format!("{}*", crate::model::printed::print(prefix))),
        (None, None) => ("Keys", listing.shows_only().unwrap_or_default()),
    };
    let of = of.trim_end();
    let whole = if of.is_empty() {
        format!(" {name} ")
    } else {
        format!(" {name} · {of} ")
    };
    let held = held(tree);
    let progress = progress(listing);
    let paced = match listing.scan() {
        Scan::Running(_) if listing.pace().keys > 0.0 && world.plight.is_none() => {
            format!("{progress} · {}/s", paint::short(listing.pace().keys))
        }
        _ => progress.clone(),
    };
    let versions = [
        (&whole, &paced),
        (&whole, &progress),
        (&format!(" {name} "), &progress),
    ];
    let version = |(what, progress): (&String, &String)| {
        let facts = format!("─ {held} · {progress} ");
        Line::from(vec![
            Span::styled(what.clone(), theme.title),
            Span::styled(facts, theme.dim),
        ])
    };
    let mut lines = versions.map(version).into_iter();
    let fitting = lines.find(|line| line.width() <= width);
    fitting.unwrap_or_else(|| {
        text::fit(
            Line::styled(format!(" {held} · {progress} "), theme.dim),
            width,
        )
    })
}

/// What a running walk costs: ` 1.6k requests/s · ~45 % of the server `; where that is too long, only the share.
fn cost(listing: &Listing, world: &World, width: usize) -> Line<'static> {
    let pace = listing.pace();
    let runs = matches!(listing.scan(), Scan::Running(_)) && world.plight.is_none();
    if !runs || pace.requests <= 0.0 {
        return Line::default();
    }
    let requests = paint::short(pace.requests);
    let share = (pace.share * 100.0).ceil();
    let share = format!("~{share:.0} % of the server ");
    let versions = [
        format!(" {requests} requests/s · {share}"),
        format!(" {share}"),
    ];
    let lines = versions.map(|words| Line::styled(words, world.theme.dim));
    let fitting = lines.into_iter().find(|line| line.width() <= width);
    fitting.unwrap_or_default().alignment(Alignment::Right)
}

/// How many keys are listed, and how many of them are marked.
fn held(tree: &Tree) -> String {
    let held = tree.shown().keys.keys();
    let noun = match (tree.search.is_some(), held) {
        (true, 1) => "match",
        (true, _) => "matches",
        (false, 1) => "key",
        (false, _) => "keys",
    };
    let others = match (hidden(tree.shown()), tree.shown().others()) {
        (Some(hidden), _) => format!(" · {hidden} hidden"),
        (None, 0) => String::new(),
        (None, others) => format!(" · {} others", paint::count(others as u64)),
    };
    let marks = match tree.marks.len() {
        0 => String::new(),
        marks => format!("{marks} marked · "),
    };
    format!("{marks}{} {noun}{others}", paint::count(held as u64))
}

/// How many names of others are hidden, if any are.
fn hidden(listing: &Listing) -> Option<String> {
    let others = listing.others();
    (listing.hides() && others > 0).then(|| paint::count(others as u64))
}

/// How far the walk has got, truthfully.
fn progress(listing: &Listing) -> String {
    // Never "100 %" before it is complete.
    let walked = (listing.share() * 100.0).floor().min(99.0);
    match listing.scan() {
        Scan::Waiting => "not scanned yet".into(),
        Scan::Running(_) => format!("{walked} % scanned"),
        Scan::Complete if !listing.is_counted() => format!("{walked} % scanned"),
        Scan::Paused => format!("paused at {walked} %"),
        Scan::Held => format!("waiting at {walked} %"),
        Scan::Complete => "complete".into(),
        Scan::Failed(Fault::Denied { .. }) => "no SCAN, so no list".into(),
        Scan::Failed(fault) => format!("stopped at {walked} %: {fault}"),
    }
}

fn empty(tree: &Tree, listing: &Listing, world: &World) -> String {
    match listing.scan() {
        _ if !tree.filter.is_empty() => {
            let loaded = paint::count(listing.keys.keys() as u64);
            // A letter is only typed as long as the filter is.
            let how = match tree.typing {
                Some(_) => "",
                None => ", H shows them",
            };
            let hidden = hidden(listing).map_or(String::new(), |hidden| {
                format!("; {hidden} hidden are not looked through{how}")
            });
            format!("nothing matches, of {loaded} loaded{hidden}")
        }
        Scan::Complete if tree.search.is_some() && hidden(listing).is_some() => {
            let are = match listing.others() {
                1 => "matches and is",
                _ => "match and are",
            };
            let hidden = hidden(listing).unwrap_or_default();
            format!("{hidden} {are} hidden; H shows them, esc goes back")
        }
        Scan::Complete if tree.search.is_some() && is_literal(listing) => {
            "no key has exactly this name; * before and after it finds it anywhere".into()
        }
        Scan::Complete if tree.search.is_some() => "no key matches; esc goes back".into(),
        Scan::Complete if listing.others() > 0 => {
            "no keys of yours here; n makes one, H shows the names of others".into()
        }
        Scan::Complete => "no keys here; n makes one".into(),
        Scan::Failed(Fault::Denied { .. }) => {
            "this user may not SCAN: ctrl-g opens a key by its exact name; the list needs +scan"
                .into()
        }
        Scan::Failed(_) => "the scan stopped; p goes on, ctrl-r begins again".into(),
        Scan::Paused => "paused: p goes on".into(),
        Scan::Waiting if world.link == Reach::Down => "not connected yet".into(),
        _ => world
            .plight
            .as_ref()
            .map_or_else(|| "scanning…".into(), paint::plight),
    }
}

/// Whether a search asks for one name, without any wildcard.
fn is_literal(listing: &Listing) -> bool {
    let pattern = listing.terms().pattern.as_ref();
    pattern.is_some_and(|pattern| !pattern.bytes().iter().any(|byte| b"*?[".contains(byte)))
}

fn draw_filter(tree: &Tree, area: Rect, buf: &mut Buffer, world: &World) {
    let theme = &world.theme;
    let listing = tree.shown();
    let loaded = paint::count(listing.keys.keys() as u64);
    let found = listing
        .keys
        .matches()
        .map_or(String::new(), |found| paint::count(found as u64));
    let tails = match listing.keys.alike() {
        0 => vec![format!(" {found} of {loaded} loaded ")],
        alike => {
            let alike = paint::count(alike as u64);
            vec![
                format!(" {found} + {alike} alike of {loaded} loaded "),
                format!(" {found} + {alike} of {loaded} loaded "),
                format!(" {found} of {loaded} loaded "),
            ]
        }
    };
    // What was typed stays in view, or half of the line of it.
    let typed = Line::raw(&tree.filter).width() as u16 + 2;
    let left = area.width - typed.min(area.width / 2);
    let fits = |tail: &&String| Line::raw(tail.as_str()).width() <= usize::from(left);
    let tail = tails.iter().find(fits).or(tails.last());
    let tail =
        Line::styled(tail.cloned().unwrap_or_default(), theme.dim).alignment(Alignment::Right);
    let line = Rect {
        width: area.width.saturating_sub(tail.width() as u16),
        ..area
    };
    paint::filter(tree.typing.as_ref(), &tree.filter, line, buf, theme);
    tail.render(area, buf);
}

/// One row: indentation, name, and what is known of it at the right.
fn line(tree: &Tree, row: &Row, width: usize, world: &World) -> Line<'static> {
    let theme = &world.theme;
    // Deep trees keep half of the width for names.
    let indent = (row.depth * 2).min(width / 2);
    let (sign, style, mut right) = match (&row.kind, &row.spot) {
        (RowKind::Folder { open, keys }, _) => {
            let sign = if *open { "▾ " } else { "▸ " };
            (
                sign,
                theme.folder,
                vec![Span::styled(
                    format!(" {}", paint::count(*keys as u64)),
                    theme.count,
                )],
            )
        }
        (RowKind::Key, Spot::Key(key)) => {
            let cell = tree.cells.get(key);
            let style = if cell.is_some_and(Cell::is_gone) {
                theme.dim
            } else {
                theme.text
            };
            (marked(tree, key), style, about(cell, width, world))
        }
        (RowKind::Key, Spot::Folder(_)) => ("  ", theme.text, Vec::new()),
    };
    let right_width: usize = right.iter().map(Span::width).sum();
    let room = width.saturating_sub(indent + 2 + right_width + 1);
    let mut name = paint::start(&row.label, room, style, theme);
    if row.label.is_empty() {
        name = Line::styled(NAMELESS, theme.dim);
    }
    let name = text::fit(name, room);
    let gap = width.saturating_sub(indent + 2 + name.width() + right_width + 1);
    let mut spans = vec![
        Span::raw(" ".repeat(indent)),
        Span::styled(sign, theme.marked),
    ];
    spans.extend(name.spans);
    spans.push(Span::raw(" ".repeat(gap)));
    spans.append(&mut right);
    Line::from(spans)
}

fn marked(tree: &Tree, key: &Key) -> &'static str {
    if tree.marks.contains(key) {
        "● "
    } else {
        "  "
    }
}

/// Type and time to live; what was refused is a dash.
fn about(cell: Option<&Cell>, width: usize, world: &World) -> Vec<Span<'static>> {
    let theme = &world.theme;
    let Some(cell) = cell else {
        return Vec::new();
    };
    if width < KIND_WIDTH + LEFT_WIDTH + 10 {
        return Vec::new();
    }
    if cell.is_gone() {
        let blank = KIND_WIDTH + LEFT_WIDTH;
        return vec![Span::styled(format!(" {:<blank$}", "gone"), theme.dim)];
    }
    let kind = match &cell.kind {
        Ok(kind) => Span::styled(
            format!(
                "{:<KIND_WIDTH$}",
                crate::model::printed::print(short_kind(kind).as_bytes())
            ),
            theme.kind(kind),
        ),
        Err(_) => Span::styled(format!("{:<KIND_WIDTH$}", "—"), theme.dim),
    };
    let (words, style) = match &cell.left {
        Ok(Left::Forever) => (String::new(), theme.ttl),
        Ok(_) => {
            let left = cell.millis(world.now).unwrap_or(0);
            (
                paint::left(Left::Millis(left)),
                if left < SOON {
                    theme.ttl_soon
                } else {
                    theme.ttl
                },
            )
        }
        Err(_) => ("—".to_owned(), theme.dim),
    };
    vec![
        Span::raw(" "),
        kind,
        Span::styled(format!("{words:>LEFT_WIDTH$}"), style),
    ]
}

/// Names of module types are long; what stands before the dash tells them apart.
fn short_kind(kind: &str) -> String {
    kind.chars().take(KIND_WIDTH - 1).collect()
}
