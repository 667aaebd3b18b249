//! Rows in columns under headings; as in a list, only the rows on screen are asked for.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::rows::{self, Scroll};
use super::text;
use super::theme::Theme;

/// Blank columns between two columns of cells.
const GAP: u16 = 2;

/// Rows that the headings take.
pub const HEADER: u16 = 1;

/// A table. `cell` is called with row and column, for the rows on screen only.
pub struct Grid<'a, F: Fn(usize, usize) -> Line<'a>> {
    pub headings: &'a [&'a str],
    pub len: usize,
    /// Rows that stand before the first of these, and how many there are in all, for the scroll bar.
    pub passed: usize,
    pub of: usize,
    pub scroll: &'a Scroll,
    /// Whether keys go to this table.
    pub focused: bool,
    pub theme: &'a Theme,
    pub cell: F,
}

impl<'a, F: Fn(usize, usize) -> Line<'a>> Widget for &Grid<'a, F> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let head = Rect {
            height: area.height.min(HEADER),
            ..area
        };
        let body = Rect {
            y: area.y + head.height,
            height: area.height - head.height,
            ..area
        };
        let room = rows::beside_bar(body, self.len.max(self.of));
        let cells = self.visible(usize::from(room.height));
        let widths = widths(room.width, &self.natural(&cells));
        let headings = self
            .headings
            .iter()
            .map(|heading| Line::styled(*heading, self.theme.dim))
            .collect();
        if head.height > 0 {
            paint(
                headings,
                &widths,
                Rect {
                    width: room.width,
                    ..head
                },
                buf,
            );
        }
        for ((y, at), row) in (room.top()..).zip(self.scroll.top..).zip(cells) {
            let line = Rect {
                y,
                height: 1,
                ..room
            };
            paint(row, &widths, line, buf);
            if at == self.scroll.selected {
                let style = if self.focused {
                    self.theme.selected
                } else {
                    self.theme.selected_away
                };
                buf.set_style(line, style);
            }
        }
        let top = self.passed.saturating_add(self.scroll.top);
        rows::bar(body, buf, self.len.max(self.of), top, self.theme);
    }
}

impl<'a, F: Fn(usize, usize) -> Line<'a>> Grid<'a, F> {
    fn visible(&self, height: usize) -> Vec<Vec<Line<'a>>> {
        let columns = self.headings.len();
        (self.scroll.top..self.len)
            .take(height)
            .map(|at| (0..columns).map(|c| (self.cell)(at, c)).collect())
            .collect()
    }

    /// Columns that each column of cells would like to have.
    fn natural(&self, cells: &[Vec<Line<'a>>]) -> Vec<usize> {
        let heading = |column: usize| text::width(self.headings[column]);
        let widest = |column: usize| {
            cells
                .iter()
                .map(|row| row[column].width())
                .max()
                .unwrap_or(0)
        };
        (0..self.headings.len())
            .map(|column| heading(column).max(widest(column)))
            .collect()
    }
}

/// What each column gets of this many: the first at most 40 %, those between what they need as long as there is
/// some left, the last all the rest.
fn widths(total: u16, natural: &[usize]) -> Vec<u16> {
    let count = natural.len();
    let mut left = total;
    let mut widths = Vec::with_capacity(count);
    for (column, natural) in natural.iter().enumerate() {
        let most = match column {
            _ if column + 1 == count => left,
            0 => total / 5 * 2 + total % 5 * 2 / 5,
            // Each column to come keeps a fair share.
            _ => left / (count - column) as u16,
        };
        let width = if column + 1 == count {
            most
        } else {
            most.min((*natural).try_into().unwrap_or(u16::MAX))
        };
        widths.push(width);
        left = left.saturating_sub(width).saturating_sub(GAP);
    }
    widths
}

fn paint(cells: Vec<Line<'_>>, widths: &[u16], area: Rect, buf: &mut Buffer) {
    let mut x = area.x;
    for (cell, width) in cells.into_iter().zip(widths) {
        let room = Rect {
            x,
            width: *width,
            ..area
        }
        .intersection(area);
        text::fit(cell, usize::from(room.width)).render(room, buf);
        x = x.saturating_add(*width).saturating_add(GAP);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::widgets::Depth;

    #[test]
    fn the_space_goes_where_it_is_needed() {
        for (total, natural, shared) in [
            (40, vec![5, 100], vec![5, 33]),
            (40, vec![100, 100], vec![16, 22]),
            (40, vec![100], vec![40]),
            (40, vec![5, 5, 5], vec![5, 5, 26]),
            (40, vec![100, 100, 100], vec![16, 11, 9]),
            (3, vec![9, 9], vec![1, 0]),
            (0, vec![9, 9], vec![0, 0]),
            (9, vec![], vec![]),
        ] {
            assert_eq!(widths(total, &natural), shared, "{total} for {natural:?}");
        }
    }

    #[test]
    fn a_grid_shows_headings_and_cut_cells() {
        let theme = Theme::new(Depth::None);
        let scroll = Scroll {
            top: 1,
            selected: 2,
        };
        let area = Rect::new(0, 0, 20, 3);
        let mut buf = Buffer::empty(area);
        let cell = |row: usize, column: usize| {
            Line::from(["a longer field", "値値値値値値値"][column].to_owned() + &row.to_string())
        };
        (&Grid {
            headings: &["field", "value"],
            len: 9,
            passed: 0,
            of: 9,
            scroll: &scroll,
            focused: true,
            theme: &theme,
            cell,
        })
            .render(area, &mut buf);
        let row = |y| (0..20).map(|x| buf[(x, y)].symbol()).collect::<String>();
        assert_eq!(row(0), "field    value      ");
        assert!(row(1).starts_with("a long…  値 値 値 値 "), "{}", row(1));
        assert_eq!(buf[(0, 2)].modifier, theme.selected.add_modifier);
    }

    proptest! {
        #[test]
        fn no_size_is_too_small(width in 0_u16..30, height in 0_u16..8, len in 0_usize..20, columns in 0_usize..4) {
            let theme = Theme::new(Depth::Sixteen);
            let scroll = Scroll::default();
            let area = Rect::new(0, 0, width, height);
            let mut buf = Buffer::empty(area);
            let headings = &["日", "b", "c"][..columns.min(3)];
            let cell = |row: usize, column: usize| Line::from(format!("{row} {column} 日本"));
            (&Grid { headings, len, passed: 0, of: len, scroll: &scroll, focused: false, theme: &theme, cell }).render(area, &mut buf);
        }
    }
}
