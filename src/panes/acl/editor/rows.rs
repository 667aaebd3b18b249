//! The rows of the lists and the cells of the grid.
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Editor;
use super::bits::Share;
use super::part::Part;
use crate::model::acl::reach::Scope;
use crate::model::acl::{Access, Channels, CommandId, Keys};
use crate::model::printed::print;
use crate::panes::paint;
use crate::widgets::{Theme, text};

impl Editor {
    /// The commands of the rows of a list of commands.
    pub(super) fn commands(&self, part: Part) -> Vec<Option<CommandId>> {
        match (part, &self.open) {
            (Part::Categories, Some(name)) => self.members(name).into_iter().map(Some).collect(),
            (Part::Commands, _) if !self.query.text().is_empty() => {
                self.found().into_iter().map(Some).collect()
            }
            _ => Vec::new(),
        }
    }

    /// One row of the list of a part.
    pub(super) fn row(
        &self,
        part: Part,
        at: usize,
        command: Option<CommandId>,
        scope: &Scope<'_>,
        theme: &Theme,
    ) -> Line<'static> {
        if let Some(id) = command {
            return self.command_row(id, scope, theme);
        }
        let user = self.draft.user();
        let row = match part {
            Part::Passwords if user.nopass => {
                Some(Line::styled("nopass: any password will do", theme.error))
            }
            Part::Passwords => user.passwords.get(at).map(|hash| {
                Line::from(vec![
                    Span::styled(format!("{}…", hash.mark()), theme.text),
                    Span::styled(" SHA-256", theme.dim),
                ])
            }),
            Part::Keys => match &user.root.keys {
                Keys::All => Some(Line::styled("all keys", theme.warn)),
                Keys::Only(patterns) => patterns.get(at).map(|key| {
                    let letters = match key.access {
                        Access::Both => "RW ",
                        Access::Read => "R  ",
                        Access::Write => " W ",
                    };
                    behind(
                        letters,
                        theme.accent,
                        paint::bytes(&key.pattern, theme.text, theme),
                    )
                }),
            },
            Part::Channels => match &user.root.channels {
                Channels::All => Some(Line::styled("all channels", theme.warn)),
                Channels::Only(patterns) => {
                    let pattern = patterns.get(at);
                    pattern.map(|pattern| paint::bytes(pattern, theme.text, theme))
                }
            },
            Part::Selectors => self
                .text_of(part, at)
                .map(|text| Line::styled(text, theme.text)),
            Part::Commands => self
                .own_rule(at)
                .map(|rule| Line::styled(rule.to_string(), theme.text)),
            Part::State | Part::Categories | Part::Line => None,
        };
        behind("  ", theme.text, row.unwrap_or_default())
    }

    fn command_row(&self, id: CommandId, scope: &Scope<'_>, theme: &Theme) -> Line<'static> {
        let share = self.command_share(id, scope);
        let name = print(self.catalog().command(id).name.as_bytes());
        let blank = " ".repeat(20_usize.saturating_sub(text::width(&name)) + 1);
        let by = scope.rule_of(id).map(|rule| format!("by {rule}"));
        Line::from(vec![
            Span::styled(format!(" {} ", share.sign()), sign_style(share, theme)),
            Span::styled(name, theme.text),
            Span::raw(blank),
            Span::styled(by.unwrap_or_default(), theme.dim),
        ])
    }
}

/// A line with something before it.
fn behind(before: &'static str, style: Style, mut line: Line<'static>) -> Line<'static> {
    let style_of_line = line.style;
    for span in &mut line.spans {
        span.style = style_of_line.patch(span.style);
    }
    line.style = Style::new();
    line.spans.insert(0, Span::styled(before, style));
    line
}

fn sign_style(share: Share, theme: &Theme) -> Style {
    match share.sign() {
        "✓" => theme.good,
        "✗" => theme.error,
        "~" => theme.warn,
        _ => theme.dim,
    }
}

/// One category: sign, name, and how much of it where it is not all or nothing.
pub fn cell(name: &str, share: Share, theme: &Theme) -> Line<'static> {
    let mut spans = vec![
        Span::styled(format!(" {} ", share.sign()), sign_style(share, theme)),
        Span::styled(format!("@{}", print(name.as_bytes())), theme.text),
    ];
    if share.sign() == "~" {
        spans.push(Span::styled(format!(" {}", share.count()), theme.dim));
    }
    Line::from(spans)
}
