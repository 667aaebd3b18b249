//! The top line: who is where, on what server, and what may be written; as much as fits.
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::input::Action;
use crate::model::Plight;
use crate::model::printed::again;
use crate::model::target::{Environment, Target, Trust};
use crate::panes::connect;
use crate::server::{Access, SILENT};
use crate::widgets::text;

use super::{App, Line as Wire, Screen};

/// The tabs are shown where this much is left for everything before them.
const ROOM_BESIDE_TABS: usize = 24;
/// The screens, what goes there, and their names.
const TABS: [(Screen, Action, &str); 3] = [
    (Screen::Keys, Action::KeysScreen, " 1 Keys "),
    (Screen::Acl, Action::AclScreen, " 2 ACL "),
    (Screen::Log, Action::LogScreen, " 6 Log "),
];

impl App {
    /// ` keygrove  ada@127.0.0.1:6379/0 · redis 7.0.15 · standalone · RW `, and the screens at the right.
    pub(super) fn draw_top(&self, area: Rect, buf: &mut Buffer) {
        let badges = self.badges();
        let tabs = self.tabs_in(area);
        let beside = badges.width() + usize::from(tabs.width);
        let room = usize::from(area.width).saturating_sub(beside);
        let mut versions = self.versions();
        let fitting = versions.iter().position(|line| line.width() <= room);
        // What must be cut is the shortest version.
        let line = versions.swap_remove(fitting.unwrap_or(versions.len() - 1));
        let mut line = text::fit(line, room);
        line.spans.extend(badges.spans);
        line.render(area, buf);
        self.tabs().render(tabs, buf);
    }

    /// Where the screens are told of; of no width where there is no room for them.
    fn tabs_in(&self, area: Rect) -> Rect {
        let tabs = self.tabs().width();
        let needed = self.badges().width() + tabs + ROOM_BESIDE_TABS;
        let width = if usize::from(area.width) >= needed {
            tabs as u16
        } else {
            0
        };
        Rect {
            x: area.right() - width,
            width,
            ..area
        }
    }

    /// The screen whose name stands here on the top line.
    pub(super) fn tab_at(&self, at: Position) -> Option<Action> {
        let mut tab = self.tabs_in(self.places.top);
        let tabs = self.tabs();
        let mut screens = TABS.iter().zip(&tabs.spans);
        let found = screens.find(|(_, span)| {
            tab.width = span.width() as u16;
            let here = tab.contains(at);
            tab.x += tab.width;
            here
        });
        found.map(|((_, action, _), _)| *action)
    }

    /// The line before the badges, the longest version first; never none.
    fn versions(&self) -> Vec<Line<'static>> {
        let theme = &self.world.theme;
        let name = || Span::styled(" keygrove ", theme.title);
        let label = || Span::styled(format!(" {} ", self.target.label()), theme.text);
        let (words, style) = self.wire();
        let facts = |words: &str| match words {
            "" => Span::default(),
            words => Span::styled(format!("· {words} "), style),
        };
        let first_fact = words.split(" · ").next().unwrap_or_default();
        match self.line {
            Wire::Up if self.world.plight.is_none() => vec![
                Line::from(vec![name(), label(), facts(&words)]),
                Line::from(vec![name(), label(), facts(first_fact)]),
                Line::from(vec![label(), facts(first_fact)]),
                Line::from(label()),
            ],
            _ => vec![
                Line::from(vec![name(), label(), facts(&words)]),
                Line::from(vec![label(), facts(&words)]),
                Line::styled(format!(" {words} "), style),
            ],
        }
    }

    /// What must always be seen: whether writing is possible, and how careful one has to be.
    fn badges(&self) -> Line<'static> {
        let theme = &self.world.theme;
        let mut spans = vec![match self.world.access {
            Access::ReadOnly => Span::styled(" RO ", theme.badge),
            Access::ReadWrite if self.hello.role == "replica" => {
                Span::styled(" REPLICA ", theme.badge)
            }
            Access::ReadWrite => Span::styled("· RW ", theme.dim),
        }];
        if let Some(refusal) = &self.refusal {
            let badge = format!(" {} ", refusal.plight.badge());
            spans.push(Span::styled(badge, theme.badge_danger));
        }
        match self.world.setup.env {
            Environment::Prod => spans.push(Span::styled(" PROD ", theme.badge_danger)),
            Environment::Staging => spans.push(Span::styled(" STAGING ", theme.badge)),
            Environment::Dev => {}
        }
        if trusts_anything(&self.target) {
            spans.push(Span::styled(" TLS NOT VERIFIED ", theme.badge_danger));
        }
        Line::from(spans)
    }

    fn tabs(&self) -> Line<'static> {
        let theme = &self.world.theme;
        let style = |screen: Screen| {
            if self.screen == screen {
                theme.accent
            } else {
                theme.dim
            }
        };
        let tabs = TABS.map(|(screen, _, name)| Span::styled(name, style(screen)));
        Line::from(tabs.to_vec())
    }

    fn in_words(&self, plight: &Plight) -> String {
        let words = plight.words();
        let since = self.plight_since.unwrap_or(self.world.now);
        let lasted = self.world.now.saturating_duration_since(since) + SILENT;
        match plight {
            Plight::Silent => format!("{words} · {} s", lasted.as_secs()),
            _ => words,
        }
    }

    /// The connection in words.
    fn wire(&self) -> (String, Style) {
        let theme = &self.world.theme;
        match &self.line {
            Wire::Trying(step) => (format!("{}…", connect::trying(*step)), theme.warn),
            Wire::Down { failed, retry_at } => {
                let when = match retry_at {
                    Some(at) => {
                        let left = at
                            .saturating_duration_since(self.world.now)
                            .as_secs_f64()
                            .ceil();
                        format!("; again in {left} s")
                    }
                    None => String::new(),
                };
                (
                    format!("not connected: {}{when}", again(&failed.words)),
                    theme.error,
                )
            }
            Wire::Up => {
                if let Some(plight) = &self.world.plight {
                    return (self.in_words(plight), theme.warn);
                }
                let hello = &self.hello;
                let server = format!("{} {}", hello.server, hello.version);
                let role = if hello.role == "replica" {
                    "replica"
                } else {
                    ""
                };
                // What the server did not tell leaves no gap.
                let known = [server.trim(), hello.mode.as_str(), role];
                let facts: Vec<&str> = known.into_iter().filter(|fact| !fact.is_empty()).collect();
                (again(&facts.join(" · ")), theme.dim)
            }
        }
    }
}

/// Whether the server's certificate is not checked (`--insecure`).
fn trusts_anything(target: &Target) -> bool {
    target
        .tls
        .as_ref()
        .is_some_and(|tls| tls.trust == Trust::Anything)
}
