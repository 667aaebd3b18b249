//! The bottom line: the keys that work here and now, as many as fit whole.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::text;
use super::theme::Theme;

/// Keys and what they do, the most important first.
pub struct Footer<'a> {
    /// A key by its printed name and one or two words.
    pub hints: &'a [(String, &'a str)],
    pub theme: &'a Theme,
}

impl Widget for &Footer<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let mut used = 0;
        let mut spans = Vec::new();
        for (key, hint) in self.hints {
            let columns = 1 + text::width(key) + 1 + text::width(hint) + 1;
            // The last column of the last hint is only a gap.
            if used + columns - 1 > usize::from(area.width) {
                break;
            }
            used += columns;
            spans.push(Span::raw(" "));
            spans.push(Span::styled(key.as_str(), self.theme.key_hint));
            spans.push(Span::raw(" "));
            spans.push(Span::styled(*hint, self.theme.dim));
            spans.push(Span::raw(" "));
        }
        Line::from(spans).render(area, buf);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widgets::Depth;

    #[test]
    fn only_whole_hints_are_shown() {
        let theme = Theme::new(Depth::None);
        let hints = [
            ("enter".to_owned(), "open"),
            ("n".to_owned(), "new"),
            ("?".to_owned(), "help"),
        ];
        for (width, shown) in [
            (40, " enter open  n new  ? help"),
            (26, " enter open  n new  ? help"),
            (25, " enter open  n new"),
            (11, " enter open"),
            (10, ""),
            (0, ""),
        ] {
            let area = Rect::new(0, 0, width, 1);
            let mut buf = Buffer::empty(area);
            (&Footer {
                hints: &hints,
                theme: &theme,
            })
                .render(area, &mut buf);
            let row: String = buf
                .content
                .iter()
                .map(ratatui::buffer::Cell::symbol)
                .collect();
            assert_eq!(row.trim_end(), shown, "{width}");
        }
    }
}
