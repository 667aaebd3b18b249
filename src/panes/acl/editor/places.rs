//! Where each part stands: two columns where there is room, else the one part that has the focus.
use ratatui::layout::Rect;

use super::part::Part;
use super::{Editor, Typing, line};
use crate::model::printed::print;
use crate::widgets::{popup, text};

/// From this size on all parts are seen at once.
const WIDE: (u16, u16) = (70, 16);
/// Blank columns between the two columns.
const GAP: u16 = 2;
/// Widest that the left column becomes.
const LEFT: u16 = 64;
/// Columns of a cell besides the name of its category: sign, `@`, share, blanks.
const CELL: usize = 12;
/// Rows from which on what is to be said may take two of them.
const TALL: u16 = 20;

/// Room for one part.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    pub part: Part,
    pub head: Rect,
    /// What is typed into, where something is.
    pub entry: Rect,
    pub body: Rect,
}

/// Room for everything.
#[derive(Clone, Debug)]
pub struct Places {
    pub sections: Vec<Section>,
    /// The rule line at the bottom; empty while it is the one part that is shown.
    pub line: Rect,
    pub note: Rect,
    /// Columns of the grid of categories.
    pub columns: usize,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            sections: Vec::new(),
            line: Rect::ZERO,
            note: Rect::ZERO,
            columns: 1,
        }
    }
}

impl Places {
    /// Rows for what is in a part; none where it is not shown.
    pub fn height(&self, part: Part) -> usize {
        let section = self.sections.iter().find(|section| section.part == part);
        section.map_or(0, |section| usize::from(section.body.height))
    }
}

impl Editor {
    pub(super) fn places_in(&self, area: Rect) -> Places {
        let wide = area.width >= WIDE.0 && area.height >= WIDE.1;
        let [body, line, note] = self.bands(area, wide);
        let mut places = Places {
            line,
            note,
            ..Places::default()
        };
        if !wide {
            places.columns = self.columns(body.width);
            places.sections.push(self.section(self.part, body));
            return places;
        }
        let left = (body.width / 5 * 2).min(LEFT);
        let right = Rect {
            x: body.x + left + GAP,
            width: body.width - left - GAP,
            ..body
        };
        let left = Rect {
            width: left,
            ..body
        };
        places.columns = self.columns(right.width);
        for (column, here) in [(left, false), (right, true)] {
            let belongs = |part: &&Part| {
                **part != Part::Line && matches!(part, Part::Categories | Part::Commands) == here
            };
            let parts: Vec<Part> = self.parts.iter().filter(belongs).copied().collect();
            let heights = self.heights(&parts, column.height, places.columns);
            let mut rest = column;
            for (part, height) in parts.into_iter().zip(heights) {
                let area = Rect {
                    height: height.min(rest.height),
                    ..rest
                };
                places.sections.push(self.section(part, area));
                rest = popup::below(rest, height);
            }
        }
        places
    }

    /// The parts, the rule line, and what is to be said.
    fn bands(&self, area: Rect, wide: bool) -> [Rect; 3] {
        let note = (1 + u16::from(area.height >= TALL)).min(area.height);
        let alone = !wide && self.part == Part::Line;
        let wish = 1 + line::height(&self.draft, area.width) as u16;
        let most = (area.height / 3).max(2);
        let line = if alone { 0 } else { wish.min(most) };
        let body = area.height.saturating_sub(note + line);
        let line = line.min(area.height - note - body);
        let below = popup::below(area, body);
        [
            Rect {
                height: body,
                ..area
            },
            Rect {
                height: line,
                ..below
            },
            popup::below(below, line),
        ]
    }

    fn section(&self, part: Part, area: Rect) -> Section {
        let head = Rect {
            height: area.height.min(1),
            ..area
        };
        let rest = popup::below(area, 1);
        let entry = Rect {
            height: rest.height.min(self.typed_rows(part)),
            ..rest
        };
        let body = popup::below(rest, entry.height);
        Section {
            part,
            head,
            entry,
            body,
        }
    }

    /// Rows that are typed into within a part.
    fn typed_rows(&self, part: Part) -> u16 {
        let typed = match (&self.typing, part) {
            (Typing::Entry(_), part) => part == self.part,
            (Typing::Search, Part::Commands) => true,
            (_, Part::Commands) => !self.query.text().is_empty(),
            _ => false,
        };
        u16::from(typed)
    }

    /// Columns of the grid of categories in so much room.
    fn columns(&self, width: u16) -> usize {
        let names = self.categories().into_iter();
        let widest = names.map(|name| text::width(&print(name.as_bytes()))).max();
        (usize::from(width) / (widest.unwrap_or(0) + CELL)).max(1)
    }

    /// Rows for each of these parts, headings included: a little for all, then what the one in focus wants, then the
    /// others; what is left over is blank rows between them.
    fn heights(&self, parts: &[Part], total: u16, columns: usize) -> Vec<u16> {
        let wish = |part: Part| {
            let rows = match part {
                Part::State => 0,
                Part::Categories if self.open.is_none() => self.len(part).div_ceil(columns),
                part => self.len(part).max(1),
            };
            (1 + rows).min(usize::from(total)) as u16 + self.typed_rows(part)
        };
        let least = |part: Part| wish(part).min(2 + self.typed_rows(part));
        let mut heights: Vec<u16> = parts.iter().map(|part| least(*part)).collect();
        let mut left = total.saturating_sub(heights.iter().sum());
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|at| parts[*at] != self.part);
        for at in &order {
            let more = (wish(parts[*at]) - heights[*at]).min(left);
            heights[*at] += more;
            left -= more;
        }
        let gaps = parts.len().saturating_sub(1);
        if usize::from(left) >= gaps {
            heights
                .iter_mut()
                .take(gaps)
                .for_each(|height| *height += 1);
        }
        heights
    }
}
