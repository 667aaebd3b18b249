//! The whole screen: top line, panes, overlays, notice, footer.
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::input::keymap::reachable;
use crate::input::{Action, Layer};
use crate::model::printed::shows;
use crate::panes::{Focus, Mood, Pane, paint};
use crate::server::Access;
use crate::widgets::Focused;
use crate::widgets::footer::Footer;
use crate::widgets::squeeze;
use crate::widgets::text;

use super::overlays::Overlay;
use super::{App, Screen};

/// The smallest screen keygrove works on, columns and rows.
pub const SMALLEST: (u16, u16) = (40, 10);
/// From this width on, tree and value stand side by side.
const SIDE_BY_SIDE: u16 = 72;
/// Rows that a notice has at most.
const NOTICE_ROWS: usize = 3;

/// Where things stand, as last arranged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places {
    pub tree: Option<Rect>,
    pub value: Option<Rect>,
    pub(super) top: Rect,
    body: Rect,
    /// The terminal is too small to show anything of it.
    blind: bool,
}

/// The last guard before the terminal: whatever a pane painted, nothing that hides or commands goes out.
fn only_what_shows(buf: &mut Buffer) {
    for cell in &mut buf.content {
        if !shows(cell.symbol()) {
            cell.set_symbol("\u{fffd}");
        }
    }
}

impl App {
    /// Sizes, scroll positions and hit boxes for a screen of this size.
    pub fn arrange(&mut self, area: Rect) {
        self.places.blind = too_small(area);
        if self.places.blind {
            return;
        }
        let body = Rect {
            y: area.y + 1,
            height: area.height - 2,
            ..area
        };
        self.places = Places {
            top: top_line(area),
            body,
            ..Places::default()
        };
        match self.screen {
            Screen::Keys => {}
            Screen::Acl => self.acl.arrange(body),
            Screen::Log => self.log.arrange(body),
        }
        let left = Rect {
            width: (body.width * 2 / 5).max(38),
            ..body
        };
        let right = Rect {
            x: body.x + left.width,
            width: body.width - left.width.min(body.width),
            ..body
        };
        match self.focus {
            _ if area.width >= SIDE_BY_SIDE => {
                self.places.tree = Some(left);
                self.places.value = Some(right);
            }
            Focus::Tree => self.places.tree = Some(body),
            Focus::Value => self.places.value = Some(body),
        }
        self.tree.arrange(self.places.tree.unwrap_or(body));
        self.value.arrange(self.places.value.unwrap_or(body));
        self.tree.look(self.world.now);
        for overlay in &mut self.overlays {
            overlay.arrange(body);
        }
    }

    /// The overlay that keys go to; none while the connect screen lies over them.
    fn overlay(&self) -> Option<&Overlay> {
        let covered = self.connect.as_ref().is_some_and(|connect| connect.on_top);
        self.overlays.last().filter(|_| !covered)
    }

    /// Whether the terminal is too small to show what a key would do.
    pub(super) fn is_blind(&self) -> bool {
        self.places.blind
    }

    /// Paints; cannot change anything.
    pub fn draw(&self, frame: &mut Frame) {
        let area = frame.area();
        let buf = frame.buffer_mut();
        if too_small(area) {
            let words = format!("keygrove needs {} x {}", SMALLEST.0, SMALLEST.1);
            let lines = text::wrap(Line::raw(words), usize::from(area.width.max(1)));
            for (row, line) in area.rows().zip(lines) {
                line.render(row, buf);
            }
            return;
        }
        self.draw_top(top_line(area), buf);
        self.draw_body(buf);
        if self.overlay().is_some() {
            for overlay in &self.overlays {
                overlay.draw(self.places.body, buf, &self.world.theme);
            }
        }
        self.draw_notice(buf);
        self.draw_footer(
            Rect {
                y: area.bottom() - 1,
                height: 1,
                ..area
            },
            buf,
        );
        only_what_shows(buf);
    }

    fn draw_body(&self, buf: &mut Buffer) {
        if let Some(connect) = &self.connect {
            connect.draw(self.places.body, buf, &self.world);
            return;
        }
        if self.screen == Screen::Log {
            self.log.draw(buf, Focused::Yes, &self.world);
            return;
        }
        if self.screen == Screen::Acl {
            self.acl.draw(buf, Focused::Yes, &self.world);
            return;
        }
        let focused = |focus: Focus| {
            if self.focus == focus {
                Focused::Yes
            } else {
                Focused::No
            }
        };
        if self.places.tree.is_some() {
            self.tree.draw(buf, focused(Focus::Tree), &self.world);
        }
        if self.places.value.is_some() {
            self.value.draw(buf, focused(Focus::Value), &self.world);
        }
    }

    fn draw_notice(&self, buf: &mut Buffer) {
        // While the server is in a plight, what to do about it stands where notices do.
        let plight = || {
            let plight = self
                .world
                .plight
                .as_ref()
                .filter(|_| self.connect.is_none());
            plight.map(|plight| (Mood::Bad, paint::plight(plight)))
        };
        let Some((mood, words)) = self.notice.clone().or_else(plight) else {
            return;
        };
        let theme = &self.world.theme;
        let style = match mood {
            Mood::Good => theme.good,
            Mood::Plain => theme.text,
            Mood::Bad => theme.error,
        };
        let body = self.places.body;
        // Inside the border, and a blank at either side.
        let room = usize::from(body.width.saturating_sub(4));
        let most = usize::from(body.height).min(NOTICE_ROWS);
        let words = squeeze(&words, room, most);
        let mut lines = text::wrap(Line::styled(words, style), room);
        lines.truncate(most);
        let top = body.bottom().saturating_sub(lines.len() as u16);
        let shown = |line: &Line| text::width(line.to_string().trim_end());
        let widest = lines.iter().map(shown).max().unwrap_or_default() as u16;
        for (at, line) in lines.into_iter().enumerate() {
            let row = Rect {
                x: body.x + 1,
                y: top + at as u16,
                width: widest + 2,
                height: 1,
            };
            let inside = Rect {
                x: row.x + 1,
                width: widest,
                ..row
            };
            ratatui::widgets::Clear.render(row, buf);
            line.render(inside, buf);
            mend_border(row, buf);
        }
    }

    fn draw_footer(&self, area: Rect, buf: &mut Buffer) {
        let layers: Vec<Layer> = match (self.overlay(), &self.connect) {
            (Some(overlay), _) => vec![overlay.layer()],
            (None, Some(_)) => vec![Layer::Connect],
            (None, None) => self.layers().to_vec(),
        };
        let in_pane = self.overlays.is_empty() && self.connect.is_none();
        let works = |action: Action| match self.overlay() {
            Some(overlay) => overlay.offers(action),
            None => !in_pane || self.refuses(action).is_none(),
        };
        let mut bindings: Vec<_> = reachable(&layers)
            .filter(|binding| binding.rank > 0 && works(binding.action))
            .collect();
        bindings.sort_by_key(|binding| binding.rank);
        let mut in_order = bindings.iter();
        let always = in_order.position(|binding| binding.action == Action::Help);
        let hints: Vec<(String, &str)> = bindings
            .into_iter()
            .filter_map(|binding| {
                let now = match self.overlay() {
                    Some(overlay) => overlay.hint(binding.action),
                    None => self.hint(binding.action).filter(|_| in_pane),
                };
                Some((
                    binding.keys.first()?.to_string(),
                    now.unwrap_or(binding.hint),
                ))
            })
            .collect();
        Footer {
            hints: &hints,
            always,
            theme: &self.world.theme,
        }
        .render(area, buf);
    }

    /// What an action would do now, in the footer's words, where that is something else than usual.
    fn hint(&self, action: Action) -> Option<&'static str> {
        match (action, self.screen, self.focus) {
            (Action::Unlock, ..) => (self.world.access == Access::ReadWrite).then_some("lock"),
            (_, Screen::Keys, Focus::Tree) => self.tree.hint(action),
            (_, Screen::Keys, Focus::Value) => self.value.hint(action),
            (_, Screen::Acl | Screen::Log, _) => None,
        }
    }
}

/// What a notice leaves of words on a border is no words any more.
fn mend_border(notice: Rect, buf: &mut Buffer) {
    let corner = buf.cell((notice.x.saturating_sub(1), notice.y));
    if corner.is_none_or(|corner| corner.symbol() != "└") {
        return;
    }
    for x in notice.right()..buf.area.right() {
        match buf.cell_mut((x, notice.y)) {
            Some(cell) if !matches!(cell.symbol(), "─" | "┘") => cell.set_symbol("─"),
            _ => return,
        };
    }
}

fn top_line(area: Rect) -> Rect {
    Rect { height: 1, ..area }
}

fn too_small(area: Rect) -> bool {
    area.width < SMALLEST.0 || area.height < SMALLEST.1
}
