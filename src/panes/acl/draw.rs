//! The chosen user at the right: rules as the server holds them, the same in words, commands by category, warnings.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};

use crate::model::acl::audit::{Level, Lint};
use crate::model::acl::{Hash, Source, User, print, valid};
use crate::model::printed::print as printed;
use crate::panes::World;
use crate::widgets::theme::{Depth, Theme};
use crate::widgets::{Focused, rows, text};

use super::myself::Said;
use super::view::View;
use super::{Acl, list};

pub fn draw(acl: &Acl, area: Rect, buf: &mut Buffer, focused: Focused, world: &World) {
    let theme = &world.theme;
    let border = match focused {
        Focused::Yes => theme.border_focused,
        Focused::No => theme.border,
    };
    let user = acl.chosen();
    // Who may see nobody is at least told of oneself.
    let name = match user {
        Some(user) => user.title(),
        None if acl.narrow.is_narrow() => "no such user".into(),
        None => printed(&acl.facts.me),
    };
    let title = Line::styled(format!(" {name} "), theme.title);
    let room = usize::from(area.width.saturating_sub(2));
    let block = Block::bordered()
        .border_style(border)
        .title(text::fit(title, room));
    let inner = block.inner(area);
    block.render(area, buf);
    let lines = lines(acl, usize::from(inner.width.saturating_sub(1)), theme);
    let top = acl
        .top
        .min(lines.len().saturating_sub(usize::from(inner.height)));
    rows::bar(inner, buf, lines.len(), top, theme);
    for (line, row) in lines.into_iter().skip(top).zip(inner.rows()) {
        text::fit(line, usize::from(row.width)).render(row, buf);
    }
}

/// How many rows there are to read at this width.
pub fn len(acl: &Acl, width: usize) -> usize {
    // Colours take no room.
    lines(acl, width, &Theme::new(Depth::None)).len()
}

fn lines(acl: &Acl, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut page = Page {
        lines: Vec::new(),
        width,
        theme,
    };
    let chosen = acl.chosen();
    if let Some(user) = chosen {
        page.user(acl, user);
    }
    if chosen.is_none() {
        page.myself(&acl.myself);
    }
    // Who sees nobody was told so already.
    let refusals = match chosen {
        None if !acl.myself.is_empty() => Vec::new(),
        _ => acl.facts.refusals(),
    };
    let trouble = acl.levels.trouble();
    if !refusals.is_empty() || trouble.is_some() {
        page.heading("not known");
        for words in refusals.into_iter().chain(trouble) {
            page.text(words, theme.warn);
        }
    }
    page.lines
}

/// Lines that are put one below the other.
struct Page<'t> {
    lines: Vec<Line<'static>>,
    width: usize,
    theme: &'t Theme,
}

impl Page<'_> {
    fn line(&mut self, line: Line<'static>) {
        let rows = text::wrap(line, self.width.max(1));
        self.lines.extend(rows);
    }

    fn text(&mut self, words: &str, style: Style) {
        self.line(Line::styled(words.to_owned(), style));
    }

    fn heading(&mut self, words: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        self.text(words, self.theme.accent);
    }

    fn user(&mut self, acl: &Acl, user: &User) {
        let theme = self.theme;
        let Some(view) = acl.views.get(&user.name) else {
            return;
        };
        self.text(&view.scope, theme.text);
        self.text(&login(acl, user), theme.dim);
        self.text(&format!("channels: {}", view.channels), theme.dim);
        if let Some(denial) = acl.facts.denied(&user.name) {
            let words = format!(
                "last refused: {} {}, {} ago",
                printed(denial.reason.as_bytes()),
                printed(&denial.object),
                list::ago(denial.age)
            );
            self.text(&words, theme.warn);
        }
        self.heading("rules as the server holds them");
        let rules = print::rules(user, acl.facts.dialect);
        self.text(&print::line(&rules[1..]), theme.text);
        if !user.passwords.is_empty() {
            let marks: Vec<&str> = user.passwords.iter().map(Hash::mark).collect();
            self.text(
                &format!("passwords by their mark: {}", marks.join(" ")),
                theme.dim,
            );
        }
        for (field, value) in &user.unknown.fields {
            let words = format!(
                "{}: {} (not understood, kept as it is)",
                printed(field.as_bytes()),
                value
            );
            self.text(&words, theme.warn);
        }
        if user.name == acl.facts.me {
            self.myself(&acl.myself);
        }
        self.warnings(view, user);
        self.categories(acl, view);
    }

    fn myself(&mut self, said: &[Said]) {
        for said in said {
            match said {
                Said::Heading(words) => self.heading(words),
                Said::Fact(words) => self.text(words, self.theme.text),
                Said::Advice(words) => self.text(words, self.theme.dim),
            }
        }
    }

    fn categories(&mut self, acl: &Acl, view: &View) {
        let theme = self.theme;
        let estimated = match acl.facts.catalog().source {
            Source::Asked => "",
            Source::Assumed => " (estimated: COMMAND is refused)",
        };
        self.heading(&format!("commands by category{estimated}"));
        if view.categories.is_empty() {
            self.text("none at all", theme.dim);
        }
        for (name, allowed, of) in &view.categories {
            let style = if allowed == of {
                theme.good
            } else {
                theme.text
            };
            self.line(Line::from(vec![
                Span::styled(format!("@{name:<12} "), style),
                Span::styled(format!("{allowed:>4} of {of}"), theme.dim),
            ]));
        }
    }

    fn warnings(&mut self, view: &View, user: &User) {
        let unsafe_parts = valid::user(user);
        if view.lints.is_empty() && unsafe_parts.is_empty() {
            return;
        }
        self.heading("warnings");
        for bad in unsafe_parts {
            self.text(&bad.to_string(), self.theme.error);
        }
        for lint in &view.lints {
            self.lint(lint);
        }
    }

    fn lint(&mut self, lint: &Lint) {
        let theme = self.theme;
        let style = match lint.level {
            Level::Error => theme.error,
            Level::Warning => theme.warn,
            Level::Info => theme.dim,
        };
        let mut row = Line::from(vec![
            Span::styled(format!("{} ", lint.id), theme.dim),
            Span::styled(lint.text.clone(), style),
        ]);
        if !lint.fix.is_empty() {
            row.push_span(Span::styled(format!(" → {}", lint.fix), theme.dim));
        }
        self.line(row);
    }
}

/// `on · 1 password · 2 connections`.
fn login(acl: &Acl, user: &User) -> String {
    let state = if user.on { "on" } else { "off" };
    let passwords = match user.passwords.len() {
        _ if user.nopass => "any password works".to_owned(),
        1 => "1 password".to_owned(),
        number => format!("{number} passwords"),
    };
    let live = match acl.facts.connected(&user.name) {
        None => "connections unknown".to_owned(),
        Some(1) => "1 connection".to_owned(),
        Some(live) => format!("{live} connections"),
    };
    format!("{state} · {passwords} · {live}")
}
