//! A box in the middle of the screen, on a clean ground.
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Widget};

use super::text;
use super::theme::Theme;

/// Columns that a frame takes from its area: two lines, and a blank beside each.
pub const SIDES: u16 = 4;
/// Rows that a frame takes from its area.
pub const EDGES: u16 = 2;

/// The middle of an area; never larger than the area.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    let x = area.x + (area.width - width) / 2;
    let y = area.y + (area.height - height) / 2;
    Rect {
        x,
        y,
        width,
        height,
    }
}

/// Clears the area, paints a box with this title around it, and gives the room inside, one column away from the
/// lines at the sides.
pub fn frame(area: Rect, buf: &mut Buffer, title: &str, theme: &Theme) -> Rect {
    let area = area.intersection(buf.area);
    heal_left_edge(area, buf);
    Clear.render(area, buf);
    let room = usize::from(area.width).saturating_sub(4);
    let title = text::fit(Line::styled(title, theme.title), room);
    let block = Block::bordered().border_style(theme.border_focused);
    let block = if title.width() == 0 {
        block
    } else {
        block.title(pad(title))
    };
    let inner = block.inner(area);
    block.render(area, buf);
    let side = u16::from(inner.width > 2);
    Rect {
        x: inner.x + side,
        width: inner.width - 2 * side,
        ..inner
    }
}

/// Paints lines one below the other, each cut to fit, and gives the room that is left below them.
pub fn stack<'a>(lines: impl IntoIterator<Item = Line<'a>>, area: Rect, buf: &mut Buffer) -> Rect {
    let mut left = area.intersection(buf.area);
    for line in lines {
        if left.height == 0 {
            break;
        }
        text::fit(line, usize::from(left.width)).render(Rect { height: 1, ..left }, buf);
        left = Rect {
            y: left.y + 1,
            height: left.height - 1,
            ..left
        };
    }
    left
}

/// Area without its first rows.
pub fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect {
        y: area.y + rows,
        height: area.height - rows,
        ..area
    }
}

/// A wide character that reaches under the box from the left would push its border aside.
fn heal_left_edge(area: Rect, buf: &mut Buffer) {
    let Some(x) = area.x.checked_sub(1).filter(|_| area.width > 0) else {
        return;
    };
    for y in area.top()..area.bottom() {
        if let Some(cell) = buf.cell_mut(Position { x, y })
            && text::width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }
}

fn pad(mut line: Line<'_>) -> Line<'_> {
    line.spans.insert(0, " ".into());
    line.push_span(" ");
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widgets::Depth;

    #[test]
    fn a_popup_stays_in_its_area() {
        let area = Rect::new(2, 1, 40, 10);
        assert_eq!(centred(area, 20, 4), Rect::new(12, 4, 20, 4));
        assert_eq!(centred(area, 99, 99), area);
        assert_eq!(centred(Rect::ZERO, 5, 5), Rect::ZERO);
    }

    #[test]
    fn a_wide_character_under_the_border_gives_way() {
        let theme = Theme::new(Depth::None);
        let mut buf = Buffer::with_lines(["日本語日本語"; 3]);
        let inner = frame(Rect::new(3, 0, 9, 3), &mut buf, "long title", &theme);
        assert_eq!(inner, Rect::new(5, 1, 5, 1));
        assert_eq!(
            buf.cell(Position { x: 2, y: 1 })
                .map(|c| c.symbol().to_owned()),
            Some(" ".to_owned())
        );
        let top: String = (3..12)
            .filter_map(|x| buf.cell((x, 0)))
            .map(|c| c.symbol().to_owned())
            .collect();
        assert_eq!(top, "┌ long… ┐");
    }
}
