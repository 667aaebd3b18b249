//! How a deletion looks: its question, its progress, its report.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::{Stage, Sweep};
use crate::panes::paint;
use crate::widgets::theme::Theme;
use crate::widgets::{popup, text};

impl Sweep {
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let lines = match &self.stage {
            Stage::Asking { confirm, .. } => return confirm.draw(area, buf, theme),
            Stage::Counting { found, share, .. } => vec![
                format!(
                    "{} keys so far, {:.0} % scanned",
                    paint::count(found.len() as u64),
                    (share * 100.0).floor()
                ),
                "esc stops".into(),
            ],
            Stage::Weighing { keys, bytes, .. } => vec![
                format!(
                    "looking what can be brought back: {} of {} so far",
                    paint::count(bytes.len() as u64),
                    paint::count(keys.len() as u64)
                ),
                "esc stops".into(),
            ],
            Stage::Deleting { keys, so_far, .. } => vec![
                format!(
                    "{} of {} deleted",
                    paint::count(so_far.deleted),
                    paint::count(keys.len() as u64)
                ),
                "esc stops".into(),
            ],
            Stage::Report { lines } => lines.clone(),
        };
        let height = (lines.len() as u16)
            .saturating_add(popup::EDGES)
            .min(area.height);
        let inner = popup::frame(popup::centred(area, 70, height), buf, &self.what, theme);
        for (line, row) in lines.into_iter().zip(inner.rows()) {
            text::fit(Line::styled(line, theme.text), usize::from(inner.width)).render(row, buf);
        }
    }
}
