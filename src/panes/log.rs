//! The log: every command sent because of the person, and what came of it.
use std::collections::VecDeque;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};

use crate::input::{Action, Layer};
use crate::model::printed::again;
use crate::server::{Answer, Fault, Sent, Ticket};
use crate::widgets::Focused;
use crate::widgets::rows::{Rows, Scroll};
use crate::widgets::text;

use super::{Cx, Effects, Pane, Why, World};

/// How many commands are kept, and how many bytes of them: a command may carry a whole value.
const KEPT: usize = 2_000;
const KEPT_BYTES: usize = 8 * 1024 * 1024;

/// The log screen.
#[derive(Default)]
pub struct Log {
    /// The newest last.
    sent: VecDeque<Entry>,
    bytes: usize,
    scroll: Scroll,
    area: Rect,
}

struct Entry {
    at: Timestamp,
    sent: Sent,
}

/// The bytes of a command.
fn size(sent: &Sent) -> usize {
    sent.cmd.args().map(<[u8]>::len).sum()
}

impl Log {
    /// A command was sent.
    pub fn push(&mut self, sent: Sent, world: &World) {
        let follows = self.scroll.selected + 1 >= self.sent.len();
        self.bytes += size(&sent);
        while self.sent.len() >= KEPT || self.bytes > KEPT_BYTES {
            let Some(oldest) = self.sent.pop_front() else {
                break;
            };
            self.bytes -= size(&oldest.sent);
            self.scroll.selected = self.scroll.selected.saturating_sub(1);
        }
        self.sent.push_back(Entry {
            at: world.clock.timestamp(),
            sent,
        });
        if follows {
            self.scroll.last(self.sent.len());
        }
    }

    /// The command under the cursor, secrets masked.
    pub fn command(&self) -> Option<String> {
        self.sent
            .get(self.scroll.selected)
            .map(|entry| entry.sent.cmd.cli())
    }

    fn height(&self) -> usize {
        usize::from(self.area.height.saturating_sub(2))
    }

    /// The wheel.
    pub fn wheel(&mut self, rows: isize) {
        if rows < 0 {
            self.scroll.up(rows.unsigned_abs());
        } else {
            self.scroll.down(rows.unsigned_abs(), self.sent.len());
        }
    }
}

impl Pane for Log {
    fn layers(&self) -> &'static [Layer] {
        &[Layer::Log, Layer::Everywhere]
    }

    fn refuses(&self, action: Action, _world: &World) -> Option<Why> {
        let empty = self.sent.is_empty() && matches!(action, Action::Copy);
        match action {
            Action::Open => Some("there is nothing to open here; y copies the command".into()),
            _ => empty.then(|| "nothing was sent yet".into()),
        }
    }

    fn act(&mut self, action: Action, _cx: &mut Cx) -> Effects {
        let (len, page) = (self.sent.len(), self.height().max(1));
        self.scroll.travel(action, len, page);
        Vec::new()
    }

    fn take(&mut self, _ticket: Ticket, _answer: &Result<Answer, Fault>, _cx: &mut Cx) -> Effects {
        Vec::new()
    }

    fn arrange(&mut self, area: Rect) {
        self.area = area;
        let height = self.height();
        self.scroll.clamp(self.sent.len(), height);
    }

    fn draw(&self, buf: &mut Buffer, focused: Focused, world: &World) {
        let theme = &world.theme;
        let title = Line::styled(format!(" Log ─ {} commands ", self.sent.len()), theme.title);
        let block = Block::bordered()
            .border_style(theme.border_focused)
            .title(title);
        let inner = block.inner(self.area);
        block.render(self.area, buf);
        if self.sent.is_empty() {
            Line::styled("nothing was sent because of you yet", theme.dim).render(inner, buf);
        }
        let row = |at: usize| {
            let Some(entry) = self.sent.get(at) else {
                return Line::default();
            };
            let (result, style) = match &entry.sent.result {
                Ok(result) => (result.clone(), theme.good),
                Err(fault) => (fault.to_string(), theme.error),
            };
            let took = format!(
                "{:>8}",
                format!("{:.1} ms", entry.sent.took.as_secs_f64() * 1_000.0)
            );
            let at = entry.at.to_zoned(world.clock.time_zone().clone());
            let head = format!("{} {took}  ", at.strftime("%H:%M:%S"));
            let tail = format!("  {}", again(&result));
            let room = usize::from(inner.width).saturating_sub(head.len() + 2);
            let cmd = entry.sent.cmd.cli_start(room * 2);
            let cmd = text::fit(Line::styled(cmd, theme.text), room * 2 / 3);
            let mut line = Line::from(Span::styled(head, theme.dim));
            line.spans.extend(cmd.spans);
            line.push_span(Span::styled(tail, style));
            text::fit(line, usize::from(inner.width))
        };
        Rows {
            len: self.sent.len(),
            scroll: &self.scroll,
            focused: focused == Focused::Yes,
            theme,
            row,
        }
        .render(inner, buf);
    }
}
