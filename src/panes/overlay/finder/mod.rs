//! A list that is searched by typing: help and palette.
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Margin, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::input::{Action, Chord, Layer, lookup};
use crate::panes::paint;
use crate::widgets::{Field, Focused, Rows, Scroll, Theme, popup, text};

/// Widest that the box becomes, in columns.
const WIDTH: u16 = 96;
/// Rows that explain the selected item in full, where there is room for them.
const DETAIL: u16 = 2;
/// Most columns for keys.
const KEYS: usize = 14;
/// Most columns for names.
const NAME: usize = 16;

/// What a chord leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    /// This item, by its place in the list that was given.
    Chosen(usize),
    Close,
}

/// One thing that can be found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// The heading it stands under; items of one section stand together.
    pub section: String,
    /// The keys that do it, printed.
    pub keys: String,
    pub name: String,
    pub sentence: String,
    /// Why it cannot be done now.
    pub refused: Option<String>,
}

/// One row of the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shown {
    /// The section of this item.
    Heading(usize),
    Item(usize),
}

/// The list, what is searched for, and what was found.
#[derive(Clone, Debug)]
pub struct Finder {
    title: String,
    items: Vec<Item>,
    query: Field,
    shown: Vec<Shown>,
    scroll: Scroll,
    /// The place of the list on screen.
    list: Rect,
}

impl Finder {
    /// A list of all these items.
    pub fn new(title: impl Into<String>, items: Vec<Item>) -> Self {
        let mut finder = Self {
            title: title.into(),
            items,
            query: Field::default(),
            shown: Vec::new(),
            scroll: Scroll::default(),
            list: Rect::new(0, 0, 0, 10),
        };
        finder.search();
        finder
    }

    /// Does what a chord means in a list that is searched.
    pub fn press(&mut self, chord: Chord) -> Turn {
        if let Some(binding) = lookup(&[Layer::Finder], chord) {
            return self.act(binding.action);
        }
        if self.query.press(chord) {
            self.search();
        }
        Turn::Stay
    }

    fn act(&mut self, action: Action) -> Turn {
        let (len, page) = (self.shown.len(), self.height().saturating_sub(1).max(1));
        match action {
            Action::Back => return Turn::Close,
            Action::Open => return self.selected().map_or(Turn::Stay, Turn::Chosen),
            _ => {
                self.scroll.travel(action, len, page);
            }
        }
        self.leave_heading(action);
        self.follow();
        Turn::Stay
    }

    /// Headings cannot be selected: goes on to the item behind, in the direction one came from.
    fn leave_heading(&mut self, came_by: Action) {
        if let Some(Shown::Heading(_)) = self.shown.get(self.scroll.selected) {
            match came_by {
                Action::Up | Action::PageUp if self.scroll.selected > 0 => self.scroll.up(1),
                _ => self.scroll.down(1, self.shown.len()),
            }
        }
    }

    /// Brings the selected item on screen, with the heading above it.
    fn follow(&mut self) {
        self.scroll.clamp(self.shown.len(), self.height());
        let above = self
            .scroll
            .selected
            .checked_sub(1)
            .and_then(|row| self.shown.get(row));
        if self.scroll.top == self.scroll.selected
            && self.height() > 1
            && matches!(above, Some(Shown::Heading(_)))
        {
            self.scroll.top -= 1;
        }
    }

    /// The selected item.
    fn selected(&self) -> Option<usize> {
        match self.shown.get(self.scroll.selected)? {
            Shown::Item(at) => Some(*at),
            Shown::Heading(_) => None,
        }
    }

    /// Takes what was pasted into the search.
    pub fn paste(&mut self, pasted: &str) {
        paint::paste(&mut self.query, pasted);
        self.search();
    }

    /// Finds the items that have every word, anywhere; without a word all of them, under headings.
    fn search(&mut self) {
        let query = self.query.text().to_lowercase();
        let words: Vec<&str> = query.split_whitespace().collect();
        self.shown = if words.is_empty() {
            self.sections()
        } else {
            self.matches(&words)
        };
        self.scroll.first();
        self.leave_heading(Action::Down);
        self.follow();
    }

    fn sections(&self) -> Vec<Shown> {
        let mut shown = Vec::with_capacity(self.items.len());
        for (at, item) in self.items.iter().enumerate() {
            if at == 0 || self.items[at - 1].section != item.section {
                shown.push(Shown::Heading(at));
            }
            shown.push(Shown::Item(at));
        }
        shown
    }

    fn matches(&self, words: &[&str]) -> Vec<Shown> {
        let has = |item: &Item| {
            let refused = item.refused.as_deref().unwrap_or_default();
            let all = [
                &item.section,
                &item.keys,
                &item.name,
                &item.sentence,
                refused,
            ]
            .join("\n")
            .to_lowercase();
            words.iter().all(|word| all.contains(word))
        };
        self.items
            .iter()
            .enumerate()
            .filter(|(_, item)| has(item))
            .map(|(at, _)| Shown::Item(at))
            .collect()
    }

    /// Learns how many rows there are, and keeps the selected one among them.
    pub fn arrange(&mut self, area: Rect) {
        [_, self.list, _] = parts(inner(outer(area)));
        self.follow();
    }

    fn height(&self) -> usize {
        usize::from(self.list.height)
    }

    /// A click on an item selects it, and one on the selected item chooses it.
    pub fn point(&mut self, at: Position) -> Turn {
        let row = self.scroll.top + usize::from(at.y.saturating_sub(self.list.y));
        let on_item = matches!(self.shown.get(row), Some(Shown::Item(_)));
        if !self.list.contains(at) || !on_item {
            return Turn::Stay;
        }
        if self.scroll.selected == row {
            return self.act(Action::Open);
        }
        self.scroll.selected = row;
        Turn::Stay
    }

    /// Paints the list into the middle of the area.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let room = popup::frame(outer(area), buf, &self.title, theme);
        let [query, list, detail] = parts(room);
        self.draw_query(query, buf, theme);
        if self.shown.is_empty() {
            popup::stack(
                [Line::styled("nothing has all of these words", theme.dim)],
                list,
                buf,
            );
        }
        let widths = self.widths(list.width);
        let row = |at: usize| match self.shown[at] {
            Shown::Heading(at) => Line::styled(self.items[at].section.as_str(), theme.title),
            Shown::Item(at) => line(&self.items[at], widths, theme),
        };
        let rows = Rows {
            len: self.shown.len(),
            scroll: &self.scroll,
            focused: true,
            theme,
            row,
        };
        rows.render(list, buf);
        if let Some(at) = self.selected() {
            popup::stack(explained(&self.items[at], detail.width, theme), detail, buf);
        }
    }

    fn draw_query(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let found = self
            .shown
            .iter()
            .filter(|shown| matches!(shown, Shown::Item(_)))
            .count();
        let count = format!("{found} of {}", self.items.len());
        let [sign, field, tail] = Layout::horizontal([
            Constraint::Length(2),
            Constraint::Fill(1),
            Constraint::Length(text::width(&count) as u16 + 1),
        ])
        .areas(area);
        popup::stack([Line::styled("/", theme.accent)], sign, buf);
        self.query.draw(field, buf, Focused::Yes, theme);
        popup::stack([Line::styled(count, theme.dim).right_aligned()], tail, buf);
    }

    /// Columns for keys and for names: what the longest needs, within reason.
    fn widths(&self, total: u16) -> (usize, usize) {
        let widest = |text: fn(&Item) -> &str| {
            self.items
                .iter()
                .map(|item| text::width(text(item)))
                .max()
                .unwrap_or(0)
        };
        let most = usize::from(total) / 4;
        (
            widest(|item| &item.keys).min(KEYS).min(most),
            widest(|item| &item.name).min(NAME).min(most),
        )
    }
}

fn outer(area: Rect) -> Rect {
    let margin = if area.height > 20 { 2 } else { 0 };
    popup::centred(area, WIDTH, area.height - 2 * margin)
}

/// The room inside of a frame.
fn inner(outer: Rect) -> Rect {
    outer.inner(Margin::new(popup::SIDES / 2, popup::EDGES / 2))
}

/// Query, list, and what explains the selected item.
fn parts(room: Rect) -> [Rect; 3] {
    let detail = if room.height > 6 { DETAIL } else { 0 };
    let query = Rect {
        height: room.height.min(1),
        ..room
    };
    let below = popup::below(room, 1);
    let list = Rect {
        height: below.height - detail.min(below.height),
        ..below
    };
    [query, list, popup::below(below, list.height)]
}

fn line<'a>(item: &'a Item, (keys, name): (usize, usize), theme: &Theme) -> Line<'a> {
    let style = |plain| {
        if item.refused.is_some() {
            theme.dim
        } else {
            plain
        }
    };
    let mut spans = column(&item.keys, keys, style(theme.key_hint));
    spans.extend(column(&item.name, name, style(theme.accent)));
    spans.push(Span::styled(item.sentence.as_str(), style(theme.text)));
    if let Some(why) = &item.refused {
        spans.push(Span::styled(format!(" — {why}"), theme.dim));
    }
    Line::from(spans)
}

/// A text in so many columns, and two blank ones behind it.
fn column(words: &str, columns: usize, style: Style) -> Vec<Span<'_>> {
    let fitted = text::fit(Line::styled(words, style), columns);
    let blank = columns.saturating_sub(fitted.width()) + 2;
    let mut spans: Vec<Span> = fitted
        .spans
        .into_iter()
        .map(|span| span.style(style))
        .collect();
    spans.push(Span::raw(" ".repeat(blank)));
    spans
}

fn explained<'a>(item: &'a Item, width: u16, theme: &Theme) -> Vec<Line<'a>> {
    let mut spans = vec![
        Span::styled(item.keys.as_str(), theme.key_hint),
        Span::raw(" "),
        Span::styled(item.sentence.as_str(), theme.dim),
    ];
    if let Some(why) = &item.refused {
        spans.push(Span::styled(format!(" — not now: {why}"), theme.warn));
    }
    text::wrap(Line::from(spans), usize::from(width))
}

#[cfg(test)]
mod tests;
