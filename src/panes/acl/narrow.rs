//! Narrowing the users by their names, as one types.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::acl::User;
use crate::panes::{Cx, Effects, paint};
use crate::widgets::{Field, Theme};

use super::Acl;

/// The users that are listed, and the part of a name that they were narrowed by.
#[derive(Debug, Default)]
pub struct Narrow {
    /// The filter being typed.
    typing: Option<Field>,
    text: String,
    /// Places in the list of all users.
    rows: Vec<usize>,
    /// Whom the cursor stood on before there was a filter.
    before: Option<Vec<u8>>,
}

impl Narrow {
    /// Takes the users as they are now.
    pub fn list(&mut self, users: &[User]) {
        let text = self.text.to_lowercase();
        let fits = |user: &User| user.title().to_lowercase().contains(&text);
        let fitting = users.iter().enumerate().filter(|(_, user)| fits(user));
        self.rows = fitting.map(|(at, _)| at).collect();
    }

    /// The places of those who are listed in the list of all users.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    pub fn is_typed(&self) -> bool {
        self.typing.is_some()
    }

    /// Whether some users may be left out.
    pub fn is_narrow(&self) -> bool {
        !self.text.is_empty()
    }

    /// Rows that the filter itself takes.
    pub fn height(&self) -> u16 {
        u16::from(self.is_typed() || self.is_narrow())
    }

    /// The line of the filter.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        paint::filter(self.typing.as_ref(), &self.text, area, buf, theme);
    }
}

impl Acl {
    /// The user under the cursor.
    pub(super) fn chosen(&self) -> Option<&User> {
        self.listed(self.scroll.selected)
    }

    /// The user on this row of the list.
    pub(super) fn listed(&self, row: usize) -> Option<&User> {
        self.facts.all().get(*self.narrow.rows().get(row)?)
    }

    /// Puts the cursor on a user, also where the filter leaves it out: then there is no filter any more.
    pub(super) fn choose(&mut self, name: &[u8]) {
        if self.facts.user(name).is_none() {
            return;
        }
        let mut rows = 0..self.narrow.rows().len();
        let found = rows.find(|row| self.listed(*row).is_some_and(|user| user.name == name));
        if let Some(row) = found {
            self.scroll.selected = row;
            self.top = 0;
        } else {
            self.clear_filter();
            self.choose(name);
        }
    }

    /// Begins to type a filter, or goes on with the one there is.
    pub(super) fn begin_filter(&mut self) {
        if !self.narrow.is_narrow() {
            self.narrow.before = self.chosen().map(|user| user.name.clone());
        }
        self.narrow.typing = Some(Field::new(self.narrow.text.clone()));
    }

    /// A chord while the filter is typed.
    pub(super) fn press_filter(&mut self, chord: Chord, cx: &mut Cx) -> Effects {
        match lookup(&[Layer::Narrow], chord).map(|binding| binding.action) {
            Some(Action::Open) => self.narrow.typing = None,
            Some(Action::Back) => {
                self.narrow.typing = None;
                self.clear_filter();
                if let Some(before) = self.narrow.before.take() {
                    self.choose(&before);
                    self.prepare();
                }
            }
            Some(action) => return self.do_action(action, cx),
            None => self.type_filter(|field| {
                field.press(chord);
            }),
        }
        Vec::new()
    }

    pub(super) fn paste_filter(&mut self, pasted: &str) {
        self.type_filter(|field| paint::paste(field, pasted));
    }

    fn type_filter(&mut self, typed: impl FnOnce(&mut Field)) {
        let Some(field) = &mut self.narrow.typing else {
            return;
        };
        typed(field);
        if field.text() != self.narrow.text {
            field.text().clone_into(&mut self.narrow.text);
            self.narrow.list(self.facts.all());
            self.scroll.first();
            self.top = 0;
            self.prepare();
        }
    }

    /// All users again, the cursor on the one it is on.
    pub(super) fn clear_filter(&mut self) {
        let chosen = self.chosen().map(|user| user.name.clone());
        self.narrow.text.clear();
        self.narrow.list(self.facts.all());
        if let Some(chosen) = chosen {
            self.choose(&chosen);
        }
        self.prepare();
    }
}
