//! Moving through the users and through what is told of one, by keys and mouse.
use ratatui::layout::{Position, Rect};

use super::{Acl, Side};

/// Up or down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Up,
    Down,
}

impl Acl {
    /// The wheel.
    pub fn wheel(&mut self, rows: isize) {
        if self.is_covered() {
            return;
        }
        if rows < 0 {
            self.move_by(Way::Up, rows.unsigned_abs());
        } else {
            self.move_by(Way::Down, rows.unsigned_abs());
        }
    }

    /// A click: chooses a user, or the side.
    pub fn point(&mut self, at: Position) {
        if self.is_covered() {
            return;
        }
        if self.places.user.is_some_and(|area| area.contains(at)) {
            self.side = Side::User;
        }
        if let Some(area) = self.places.users.filter(|area| area.contains(at)) {
            self.side = Side::Users;
            // The frame and the headings stand above the first row.
            let row = usize::from(at.y.saturating_sub(area.y + 2)) + self.scroll.top;
            if at.y >= area.y + 2 && row < self.narrow.rows().len() {
                self.scroll.selected = row;
                self.top = 0;
            }
            self.prepare();
        }
    }

    /// Rows for users in so much room: the frame, the headings and the filter take some.
    pub(super) fn room(&self, area: Rect) -> u16 {
        area.height.saturating_sub(3 + self.narrow.height())
    }

    /// Rows on screen of the side that keys move in.
    pub(super) fn height(&self) -> usize {
        let area = match self.side {
            Side::Users => self.places.users.map(|area| self.room(area)),
            Side::User => self.places.user.map(|area| area.height.saturating_sub(2)),
        };
        usize::from(area.unwrap_or(1)).max(1)
    }

    /// So many rows up or down.
    pub(super) fn move_by(&mut self, way: Way, rows: usize) {
        let len = self.narrow.rows().len();
        match (self.side, way) {
            (Side::Users, Way::Up) => self.scroll.up(rows),
            (Side::Users, Way::Down) => self.scroll.down(rows, len),
            (Side::User, Way::Up) => self.top = self.top.saturating_sub(rows),
            (Side::User, Way::Down) => self.top = self.top.saturating_add(rows),
        }
        if self.side == Side::Users {
            self.top = 0;
        }
        self.prepare();
    }
}
