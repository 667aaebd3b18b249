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
    /// Which of them is there also where not all have room: it leads to the others.
    pub always: Option<usize>,
    pub theme: &'a Theme,
}

impl Footer<'_> {
    /// Those that fit whole.
    fn fitting(&self, width: usize) -> Vec<&(String, &str)> {
        // The last column of the last hint is only a gap.
        let mut left = width + 1;
        let columns =
            |(key, hint): &(String, &str)| 1 + text::width(key) + 1 + text::width(hint) + 1;
        if self.hints.iter().map(columns).sum::<usize>() <= left {
            return self.hints.iter().collect();
        }
        let always = self.always.and_then(|at| self.hints.get(at));
        let always = always.filter(|hint| columns(hint) <= left);
        left -= always.map_or(0, columns);
        let others = self.hints.iter().enumerate();
        others
            .filter(|(at, _)| always.is_none() || Some(*at) != self.always)
            .map(|(_, hint)| hint)
            .take_while(|hint| {
                let fits = columns(hint) <= left;
                left = left.saturating_sub(columns(hint));
                fits
            })
            .chain(always)
            .collect()
    }
}

impl Widget for &Footer<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let mut spans = Vec::new();
        for (key, hint) in self.fitting(usize::from(area.width)) {
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
            (25, " enter open  ? help"),
            (19, " enter open  ? help"),
            (18, " ? help"),
            (7, " ? help"),
            (6, ""),
            (0, ""),
        ] {
            let area = Rect::new(0, 0, width, 1);
            let mut buf = Buffer::empty(area);
            (&Footer {
                hints: &hints,
                always: Some(2),
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
