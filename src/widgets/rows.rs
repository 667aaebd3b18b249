//! A list that asks for a row only when it is on screen, and where one stands in it.
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::input::Action;

use super::text;
use super::theme::Theme;

/// Where one stands in a list: the selected row and the first one on screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Scroll {
    pub top: usize,
    pub selected: usize,
}

impl Scroll {
    /// So many rows up.
    pub fn up(&mut self, rows: usize) {
        self.selected = self.selected.saturating_sub(rows);
    }

    /// So many rows down in a list of this length.
    pub fn down(&mut self, rows: usize, len: usize) {
        self.selected = self
            .selected
            .saturating_add(rows)
            .min(len.saturating_sub(1));
    }

    /// To the first row.
    pub fn first(&mut self) {
        *self = Self::default();
    }

    /// To the last row of a list of this length.
    pub fn last(&mut self, len: usize) {
        self.selected = len.saturating_sub(1);
    }

    /// Goes where keys lead in a list of this length, a page being so many rows; false: the action leads nowhere in a
    /// list.
    pub fn travel(&mut self, action: Action, len: usize, page: usize) -> bool {
        match action {
            Action::Up => self.up(1),
            Action::Down => self.down(1, len),
            Action::PageUp => self.up(page),
            Action::PageDown => self.down(page, len),
            Action::First => self.first(),
            Action::Last => self.last(len),
            _ => return false,
        }
        true
    }

    /// Back into a list of this length shown on this many rows: the selected row exists and is on screen, and no
    /// room is left blank below the last row while rows are hidden above.
    pub fn clamp(&mut self, len: usize, height: usize) {
        self.selected = self.selected.min(len.saturating_sub(1));
        self.top = self.top.min(len.saturating_sub(height));
        self.keep_in_view(height);
    }

    /// Moves the window, as little as needed, so that the selected row is on one of its rows.
    pub fn keep_in_view(&mut self, height: usize) {
        let lowest = self.selected.saturating_sub(height.saturating_sub(1));
        self.top = self.top.clamp(lowest, self.selected);
    }
}

/// A list of rows. `row` is called for the rows on screen only.
pub struct Rows<'a, F: Fn(usize) -> Line<'a>> {
    pub len: usize,
    pub scroll: &'a Scroll,
    /// Whether keys go to this list.
    pub focused: bool,
    pub theme: &'a Theme,
    pub row: F,
}

impl<'a, F: Fn(usize) -> Line<'a>> Widget for &Rows<'a, F> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let room = beside_bar(area, self.len);
        let visible = self.scroll.top..self.len;
        for (y, at) in (room.top()..room.bottom()).zip(visible) {
            let row = Rect {
                y,
                height: 1,
                ..room
            };
            text::fit((self.row)(at), usize::from(room.width)).render(row, buf);
            if at == self.scroll.selected {
                let style = if self.focused {
                    self.theme.selected
                } else {
                    self.theme.selected_away
                };
                buf.set_style(row, style);
            }
        }
        bar(area, buf, self.len, self.scroll.top, self.theme);
    }
}

/// The room for rows: all of it, or one column less where a scroll bar is needed.
pub fn beside_bar(area: Rect, len: usize) -> Rect {
    let hidden = len > usize::from(area.height) && area.width > 1;
    Rect {
        width: area.width - u16::from(hidden),
        ..area
    }
}

/// Paints a slim scroll bar into the last column, where not all rows fit.
pub fn bar(area: Rect, buf: &mut Buffer, len: usize, top: usize, theme: &Theme) {
    let area = area.intersection(buf.area);
    if beside_bar(area, len) == area {
        return;
    }
    let (start, size) = thumb(len, top, usize::from(area.height));
    for y in (area.top()..area.bottom()).skip(start).take(size) {
        if let Some(cell) = buf.cell_mut(Position {
            x: area.right() - 1,
            y,
        }) {
            cell.set_symbol("▐").set_style(theme.border);
        }
    }
}

/// Where the thumb begins and how long it is. It touches an end only when the list does.
fn thumb(len: usize, top: usize, height: usize) -> (usize, usize) {
    let size = (height * height / len.max(1)).clamp(1, height.max(1));
    let (room, hidden) = (height - size.min(height), len.saturating_sub(height));
    let start = match top {
        0 => 0,
        top if top >= hidden => room,
        _ if room < 2 => 0,
        // In 128 bits: a row number times a height can be more than 64 hold.
        top => ((top as u128 * room as u128 / hidden as u128) as usize).clamp(1, room - 1),
    };
    (start, size)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::widgets::Depth;

    #[test]
    fn moving_stays_in_the_list() {
        let mut scroll = Scroll::default();
        scroll.up(1);
        assert_eq!(scroll.selected, 0);
        scroll.down(1, 0);
        assert_eq!(scroll.selected, 0);
        scroll.down(1, 3);
        assert_eq!(scroll.selected, 1);
        scroll.down(10, 3);
        assert_eq!(scroll.selected, 2);
        scroll.up(1);
        assert_eq!(scroll.selected, 1);
        scroll.last(100);
        scroll.clamp(100, 10);
        assert_eq!(
            scroll,
            Scroll {
                top: 90,
                selected: 99
            }
        );
        scroll.clamp(50, 10);
        assert_eq!(
            scroll,
            Scroll {
                top: 40,
                selected: 49
            }
        );
        scroll.first();
        assert_eq!(scroll, Scroll::default());
    }

    proptest! {
        #[test]
        fn a_clamped_scroll_shows_its_selection(top: usize, selected: usize, len in 0_usize..50, height in 0_usize..20) {
            let mut scroll = Scroll { top, selected };
            scroll.clamp(len, height);
            prop_assert!(scroll.selected < len.max(1));
            prop_assert!(scroll.top <= scroll.selected && scroll.selected < scroll.top + height.max(1));
            prop_assert!(height == 0 || scroll.top <= len.saturating_sub(height));
        }

        #[test]
        fn the_thumb_tells_the_truth(len in 1_usize.., top: usize, height in 1_usize..200) {
            prop_assume!(len > height);
            let top = top % (len - height + 1);
            let (start, size) = thumb(len, top, height);
            prop_assert!(size >= 1 && start + size <= height);
            if height - size >= 2 {
                prop_assert_eq!(start == 0, top == 0);
                prop_assert_eq!(start + size == height, top == len - height);
            }
        }

        #[test]
        fn rows_paint_only_what_is_on_screen(width in 0_u16..30, height in 0_u16..12, len in 0_usize..40, selected in 0_usize..40) {
            let theme = Theme::new(Depth::True);
            let mut scroll = Scroll { top: 0, selected };
            scroll.clamp(len, usize::from(height));
            let asked = std::cell::Cell::new(0);
            let row = |at| { asked.set(asked.get() + 1); Line::from(format!("日本 row {at}")) };
            let area = Rect::new(1, 1, width, height);
            let mut buf = Buffer::empty(Rect::new(0, 0, width + 2, height + 2));
            (&Rows { len, scroll: &scroll, focused: true, theme: &theme, row }).render(area, &mut buf);
            prop_assert!(asked.get() <= usize::from(height));
            prop_assert_eq!(buf.cell((0, 0)).map(|c| c.symbol().to_owned()), Some(" ".to_owned()));
        }
    }

    #[test]
    fn the_selected_row_and_the_bar_are_seen() {
        let theme = Theme::new(Depth::True);
        let scroll = Scroll {
            top: 4,
            selected: 5,
        };
        let area = Rect::new(0, 0, 8, 3);
        let mut buf = Buffer::empty(area);
        let row = |at| Line::from(format!("row {at} is long"));
        (&Rows {
            len: 10,
            scroll: &scroll,
            focused: true,
            theme: &theme,
            row,
        })
            .render(area, &mut buf);
        let lines: Vec<String> = (0..3)
            .map(|y| (0..8).map(|x| buf[(x, y)].symbol().to_owned()).collect())
            .collect();
        assert_eq!(lines, ["row 4 … ", "row 5 …▐", "row 6 … "]);
        assert_eq!(buf[(0, 1)].bg, theme.selected.bg.unwrap_or_default());
        assert_eq!(buf[(0, 0)].bg, ratatui::style::Color::Reset);
    }
}
