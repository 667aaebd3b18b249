//! How the editor looks.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::part::Part;
use super::places::{Places, Section};
use super::{Editor, Typing, line, rows};
use crate::model::acl::reach::Scope;
use crate::model::acl::valid;
use crate::model::printed::print;
use crate::widgets::{Field, Focused, Rows, Theme, popup, text};

impl Editor {
    /// Paints the editor over the whole area; a frame around it is for the caller.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let area = area.intersection(buf.area);
        let places = self.places_in(area);
        let scope = self.scope();
        for section in &places.sections {
            self.draw_section(section, &places, &scope, buf, theme);
            if self.draft.unread().is_some() && section.part != Part::Line {
                let shown = section.head.union(section.entry).union(section.body);
                buf.set_style(shown, theme.dim);
            }
        }
        if places.line.height > 0 {
            self.draw_line(places.line, buf, theme);
        }
        let note = text::wrap(self.said(theme), usize::from(places.note.width));
        popup::stack(note, places.note, buf);
    }

    fn draw_section(
        &self,
        section: &Section,
        places: &Places,
        scope: &Scope<'_>,
        buf: &mut Buffer,
        theme: &Theme,
    ) {
        let part = section.part;
        if part == Part::Line {
            let whole = section.head.union(section.body);
            self.draw_line(whole, buf, theme);
            return;
        }
        let mut heading = self.heading(part, scope, theme);
        if places.sections.len() == 1 {
            let at = self.parts.iter().position(|other| *other == part);
            let at = format!("  {} of {}", at.unwrap_or(0) + 1, self.parts.len());
            heading.push_span(Span::styled(at, theme.dim));
        }
        popup::stack([heading], section.head, buf);
        self.draw_typed(section, buf, theme);
        match (part, &self.open) {
            (Part::State, _) => self.draw_state(section.body, buf, theme),
            (Part::Categories, None) => {
                self.draw_grid(section.body, places.columns, scope, buf, theme);
            }
            _ => self.draw_list(part, section.body, scope, buf, theme),
        }
    }

    fn heading(&self, part: Part, scope: &Scope<'_>, theme: &Theme) -> Line<'_> {
        let mut spans = head(part.title(), self.focused(part), theme).spans;
        let detail = match part {
            Part::State => {
                let user = self.draft.user();
                let state = if user.on { " on" } else { " off" };
                let style = if user.on { theme.good } else { theme.warn };
                spans.push(Span::styled(format!(" {}", user.title()), theme.accent));
                spans.push(Span::styled(state, style));
                return Line::from(spans);
            }
            Part::Categories => match &self.open {
                Some(name) => {
                    let share = self.category_share(name, scope);
                    let (name, count) = (print(name.as_bytes()), share.count());
                    format!(" › @{name} {count}")
                }
                None => String::new(),
            },
            Part::Commands if !self.query.text().is_empty() => {
                format!(" · {} found", self.len(part))
            }
            _ => String::new(),
        };
        spans.push(Span::styled(detail, theme.accent));
        Line::from(spans)
    }

    fn focused(&self, part: Part) -> Focused {
        if part == self.part {
            Focused::Yes
        } else {
            Focused::No
        }
    }

    /// What is typed into, below the heading.
    fn draw_typed(&self, section: &Section, buf: &mut Buffer, theme: &Theme) {
        let (label, field, focused) = match &self.typing {
            Typing::Entry(entry) if section.part == self.part => {
                (entry.label(), entry.field(), Focused::Yes)
            }
            Typing::Search if section.part == Part::Commands => ("/", &self.query, Focused::Yes),
            _ => ("/", &self.query, Focused::No),
        };
        if section.entry.height > 0 {
            draw_field(label, field, section.entry, focused, buf, theme);
        }
    }

    fn draw_state(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let user = self.draft.user();
        let words = match (user.on, user.can_log_in()) {
            (false, _) => "  off: nobody can log in as this user",
            (true, true) => "  on: may log in",
            (true, false) => "  on, but without a password nobody can log in",
        };
        popup::stack([Line::styled(words, theme.dim)], area, buf);
    }

    fn draw_list(
        &self,
        part: Part,
        area: Rect,
        scope: &Scope<'_>,
        buf: &mut Buffer,
        theme: &Theme,
    ) {
        let len = self.len(part);
        if len == 0 {
            let searched = part == Part::Commands && !self.query.text().is_empty();
            let words = if searched {
                "no command has this in its name"
            } else {
                part.empty()
            };
            let style = if part == Part::Passwords {
                theme.warn
            } else {
                theme.dim
            };
            popup::stack([Line::styled(format!("  {words}"), style)], area, buf);
            return;
        }
        let scroll = self.scroll(part);
        let commands = self.commands(part);
        let shown = Rows {
            len,
            scroll: if self.part == part {
                scroll
            } else {
                &unselected(*scroll)
            },
            focused: !matches!(self.typing, Typing::Entry(_)),
            theme,
            row: |at| self.row(part, at, commands.get(at).copied().flatten(), scope, theme),
        };
        shown.render(area, buf);
    }

    /// The categories in columns, the selected one in view.
    fn draw_grid(
        &self,
        area: Rect,
        columns: usize,
        scope: &Scope<'_>,
        buf: &mut Buffer,
        theme: &Theme,
    ) {
        let names = self.categories();
        if names.is_empty() {
            let words = Line::styled(format!("  {}", Part::Categories.empty()), theme.dim);
            popup::stack([words], area, buf);
            return;
        }
        let selected = self.scrolls[Part::Categories.place()].selected;
        let height = usize::from(area.height);
        let top = (selected / columns + 1).saturating_sub(height.max(1)) * columns;
        let width = area.width / columns as u16;
        for (at, name) in names.iter().enumerate().skip(top).take(height * columns) {
            let (row, column) = ((at - top) / columns, (at - top) % columns);
            let cell = Rect {
                x: area.x + column as u16 * width,
                y: area.y + row as u16,
                width,
                height: 1,
            };
            let line = rows::cell(name, self.category_share(name, scope), theme);
            popup::stack(
                [line],
                Rect {
                    width: width.saturating_sub(1),
                    ..cell
                },
                buf,
            );
            if at == selected && self.part == Part::Categories {
                buf.set_style(cell, theme.selected);
            }
        }
    }

    fn draw_line(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let focused = self.focused(Part::Line);
        popup::stack([head(Part::Line.title(), focused, theme)], area, buf);
        let below = popup::below(area, 1);
        let rows = line::rows(&self.draft, below.width, below.height, focused, theme);
        popup::stack(rows, below, buf);
    }

    /// The one thing to be said: what is wrong with what is typed, why something was not done, what is risky.
    fn said(&self, theme: &Theme) -> Line<'_> {
        if let Typing::Entry(entry) = &self.typing
            && let Some(why) = entry.error()
        {
            return Line::styled(why, theme.error);
        }
        if !self.note.is_empty() {
            return Line::styled(self.note.as_str(), theme.error);
        }
        match self.user() {
            Err(why) => Line::styled(why, theme.error),
            Ok(user) => match valid::user(user).as_slice() {
                [reason] => Line::styled(reason.to_string(), theme.warn),
                [reason, more @ ..] => {
                    Line::styled(format!("{reason} (and {} more)", more.len()), theme.warn)
                }
                [] if !user.unknown.fields.is_empty() => {
                    let names = user
                        .unknown
                        .fields
                        .iter()
                        .map(|(name, _)| print(name.as_bytes()));
                    let names = names.collect::<Vec<_>>().join(", ");
                    Line::styled(format!("kept as it is, not understood: {names}"), theme.dim)
                }
                [] => Line::default(),
            },
        }
    }
}

fn head(title: &'static str, focused: Focused, theme: &Theme) -> Line<'static> {
    let (sign, style) = match focused {
        Focused::Yes => ("▸ ", theme.accent),
        Focused::No => ("  ", theme.title),
    };
    Line::from(vec![
        Span::styled(sign, theme.accent),
        Span::styled(title, style),
    ])
}

fn draw_field(
    label: &str,
    field: &Field,
    area: Rect,
    focused: Focused,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let label = format!("  {label}");
    let columns = (text::width(&label) as u16).min(area.width);
    popup::stack([Line::styled(label, theme.accent)], area, buf);
    let right = Rect {
        x: area.x + columns,
        width: area.width - columns,
        ..area
    };
    field.draw(right, buf, focused, theme);
    buf.set_style(right, Style::new().add_modifier(Modifier::UNDERLINED));
}

/// A list of another part shows where it begins, and no selected row.
fn unselected(scroll: crate::widgets::Scroll) -> crate::widgets::Scroll {
    crate::widgets::Scroll {
        selected: usize::MAX,
        ..scroll
    }
}
