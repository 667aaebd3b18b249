//! The visual editor of one ACL user: parts to be walked through, and the rule line that says the same.
use std::sync::Arc;

use ratatui::layout::Rect;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::acl::{Catalog, Dialect, Secret, User};
use crate::panes::paint;
use crate::widgets::{Field, Scroll};

mod bits;
mod change;
mod cycle;
mod draft;
mod draw;
mod edits;
mod entry;
mod line;
mod lists;
mod part;
mod places;
mod rows;
#[cfg(test)]
mod tests;

use cycle::Cycle;
use draft::{Draft, Language};
use entry::Entry;
use part::Part;
use places::Places;

/// What a chord leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    /// The person wants to see what would be sent; the line can be read.
    Review,
    /// The person wants to leave; ask first when [`Editor::changed`].
    Cancel,
}

/// What keys type into, besides the rule line.
#[derive(Clone, Debug)]
enum Typing {
    Nothing,
    Entry(Entry),
    Search,
}

/// One user being edited.
#[derive(Clone, Debug)]
pub struct Editor {
    draft: Draft,
    parts: Vec<Part>,
    part: Part,
    /// Where one came from to the rule line.
    came: Part,
    typing: Typing,
    /// The category whose commands are shown.
    open: Option<String>,
    cycle: Option<Cycle>,
    query: Field,
    /// Where one stands in each part, by [`Part::place`]; in the grid by its cells.
    scrolls: [Scroll; Part::ALL.len()],
    inside: Scroll,
    places: Places,
    /// Why something was not done.
    note: String,
}

impl Editor {
    /// An editor of this user. `catalog` and `dialect` are those of the server that will get it.
    pub fn new(user: User, catalog: Arc<Catalog>, dialect: Dialect) -> Self {
        Self {
            draft: Draft::new(user, Language { catalog, dialect }),
            parts: Part::offered(dialect),
            part: Part::State,
            came: Part::State,
            typing: Typing::Nothing,
            open: None,
            cycle: None,
            query: Field::default(),
            scrolls: [Scroll::default(); Part::ALL.len()],
            inside: Scroll::default(),
            places: Places::default(),
            note: String::new(),
        }
    }

    /// Goes on from the user as it is by now, with what was edited on top of that.
    pub fn rebase(&mut self, now: User, edited: User) {
        self.draft.rebase(now, edited);
        self.follow();
    }

    /// The edited user, or why the rule line is none and where.
    pub fn user(&self) -> Result<&User, String> {
        match self.draft.unread() {
            None => Ok(self.draft.user()),
            Some(unread) => {
                let text = self.draft.line().text();
                let at = text[..unread.at].chars().count() + 1;
                Err(format!("at character {at}: {}", unread.why))
            }
        }
    }

    /// Whether leaving would lose something.
    pub fn changed(&self) -> bool {
        let typing = match &self.typing {
            Typing::Entry(entry) => !entry.field().text().is_empty(),
            Typing::Nothing | Typing::Search => false,
        };
        typing || self.draft.changed()
    }

    /// The passwords that were typed here and that the user has, for a proof by login.
    pub fn typed(&self) -> impl Iterator<Item = &Secret> {
        self.draft.typed()
    }

    /// The bindings that apply now, the nearest layer first.
    pub fn layers(&self) -> &'static [Layer] {
        match (&self.typing, self.part) {
            (Typing::Entry(_), _) => &[Layer::AclEntry],
            (Typing::Search, _) => &[Layer::AclSearch],
            (Typing::Nothing, Part::Categories) if self.open.is_some() => {
                &[Layer::AclCategory, Layer::AclEditor]
            }
            (Typing::Nothing, part) => part.layers(),
        }
    }

    /// The nearest of [`Self::layers`].
    pub fn layer(&self) -> Layer {
        self.layers().first().copied().unwrap_or(Layer::AclEditor)
    }

    /// Does what a chord means here.
    pub fn press(&mut self, chord: Chord) -> Turn {
        self.note.clear();
        if let Some(binding) = lookup(self.layers(), chord) {
            let turn = self.act(binding.action);
            self.follow();
            return turn;
        }
        match &mut self.typing {
            Typing::Entry(entry) => entry.press(chord, &self.draft),
            Typing::Search => self.search(|query| {
                query.press(chord);
            }),
            Typing::Nothing if self.part == Part::Line => self.draft.press(chord),
            Typing::Nothing => {}
        }
        Turn::Stay
    }

    /// Takes what was pasted into what is being typed.
    pub fn paste(&mut self, pasted: &str) {
        self.note.clear();
        match &mut self.typing {
            Typing::Entry(entry) => entry.paste(pasted, &self.draft),
            Typing::Search => self.search(|query| paint::paste(query, pasted)),
            Typing::Nothing if self.part == Part::Line => self.draft.paste(pasted),
            Typing::Nothing => self.note = "nothing is being typed here".into(),
        }
    }

    /// Takes the room that there is.
    pub fn arrange(&mut self, area: Rect) {
        self.places = self.places_in(area);
        self.follow();
    }

    fn act(&mut self, action: Action) -> Turn {
        match (&self.typing, action) {
            (_, Action::Submit) => return self.submit(),
            (Typing::Entry(_), Action::Open) => self.take_entry(),
            (Typing::Entry(_), _) | (Typing::Search, Action::Open) => self.typing = Typing::Nothing,
            (Typing::Search, Action::Back) => {
                self.search(|query| query.set(""));
                self.typing = Typing::Nothing;
            }
            (_, Action::Back) => return self.back(),
            (_, Action::NextPane) => self.walk(1),
            (_, Action::PreviousPane) => self.walk(self.parts.len() - 1),
            (_, Action::RuleLine) => self.go(Part::Line),
            (_, Action::Search) => {
                self.go(Part::Commands);
                self.typing = Typing::Search;
            }
            (_, Action::Reset) => self.draft.reset(),
            (_, action) => {
                if !self.moves(action) {
                    self.edit(action);
                }
            }
        }
        Turn::Stay
    }

    fn submit(&mut self) -> Turn {
        self.take_entry();
        if matches!(self.typing, Typing::Entry(_)) {
            return Turn::Stay;
        }
        if self.draft.unread().is_some() {
            self.go(Part::Line);
            return Turn::Stay;
        }
        Turn::Review
    }

    /// Takes what is being typed; it stays with its error where it cannot be taken. The cursor goes to its row.
    fn take_entry(&mut self) {
        let (part, before) = (self.part, self.texts(self.part));
        if let Typing::Entry(entry) = &mut self.typing {
            entry.take(&mut self.draft);
            if entry.error().is_none() {
                self.typing = Typing::Nothing;
                if let Some(row) = self.new_row(part, &before) {
                    self.scroll_mut(part).selected = row;
                }
            }
        }
    }

    fn back(&mut self) -> Turn {
        match self.part {
            Part::Line => self.go(self.came),
            Part::Categories if self.open.is_some() => self.open = None,
            _ => return Turn::Cancel,
        }
        Turn::Stay
    }

    fn walk(&mut self, parts: usize) {
        let here = self.parts.iter().position(|part| *part == self.part);
        let next = (here.unwrap_or(0) + parts) % self.parts.len();
        self.go(self.parts[next]);
    }

    fn go(&mut self, part: Part) {
        if part == Part::Line && self.part != Part::Line {
            self.came = self.part;
        }
        self.typing = Typing::Nothing;
        self.part = part;
        self.draft.settle();
    }

    fn search(&mut self, change: impl FnOnce(&mut Field)) {
        change(&mut self.query);
        self.scrolls[Part::Commands.place()].first();
    }

    /// Moves in the part, if that is what the action is.
    fn moves(&mut self, action: Action) -> bool {
        let (part, len) = (self.part, self.len(self.part));
        let page = self.places.height(part).saturating_sub(1).max(1);
        let columns = match self.open {
            None if part == Part::Categories => self.places.columns,
            _ => 1,
        };
        let scroll = self.scroll_mut(part);
        match action {
            Action::Up if scroll.selected >= columns => scroll.up(columns),
            Action::Down if scroll.selected + columns < len => scroll.down(columns, len),
            Action::Left if columns > 1 => scroll.up(1),
            Action::Right if columns > 1 => scroll.down(1, len),
            Action::Up | Action::Down | Action::Left | Action::Right => {}
            _ => return scroll.travel(action, len, page),
        }
        true
    }

    /// Keeps each selected row in its list and on screen.
    fn follow(&mut self) {
        for part in Part::ALL {
            let (len, height) = (self.len(part), self.places.height(part));
            if part == Part::Categories && self.open.is_none() {
                let scroll = self.scroll_mut(part);
                scroll.selected = scroll.selected.min(len.saturating_sub(1));
            } else {
                self.scroll_mut(part).clamp(len, height);
            }
        }
    }

    fn scroll(&self, part: Part) -> &Scroll {
        match part {
            Part::Categories if self.open.is_some() => &self.inside,
            _ => &self.scrolls[part.place()],
        }
    }

    fn scroll_mut(&mut self, part: Part) -> &mut Scroll {
        match part {
            Part::Categories if self.open.is_some() => &mut self.inside,
            _ => &mut self.scrolls[part.place()],
        }
    }
}
