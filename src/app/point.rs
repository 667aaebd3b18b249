//! The mouse: a click chooses or opens, the wheel scrolls what it is over.
use ratatui::layout::Position;

use crate::panes::{Effects, Focus};

use super::{App, Screen};

/// A gesture of the mouse on a place of the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pointer {
    pub gesture: Gesture,
    /// Counted from 0 at the left.
    pub column: u16,
    /// Counted from 0 at the top.
    pub row: u16,
}

/// What the mouse does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gesture {
    Click,
    WheelUp,
    WheelDown,
}

/// Rows that one notch of the wheel scrolls.
const NOTCH: isize = 3;

impl App {
    pub(super) fn point(&mut self, pointer: Pointer) -> Effects {
        if self.is_blind() || !self.overlays.is_empty() || self.connect.is_some() {
            return Vec::new();
        }
        let at = Position::new(pointer.column, pointer.row);
        let rows = match pointer.gesture {
            Gesture::Click => None,
            Gesture::WheelUp => Some(-NOTCH),
            Gesture::WheelDown => Some(NOTCH),
        };
        if self.screen == Screen::Acl {
            match rows {
                Some(rows) => self.acl.wheel(rows),
                None => self.acl.point(at),
            }
            return Vec::new();
        }
        if self.screen == Screen::Log {
            if let Some(rows) = rows {
                self.log.wheel(rows);
            }
            return Vec::new();
        }
        let now = self.world.now;
        let over_tree = self.places.tree.is_some_and(|area| area.contains(at));
        let over_value = self.places.value.is_some_and(|area| area.contains(at));
        if over_tree {
            if self.value.editing() {
                return Vec::new();
            }
            return if let Some(rows) = rows {
                self.tree.wheel(rows, now);
                Vec::new()
            } else {
                self.focus = Focus::Tree;
                self.with(|app, cx| app.tree.point(pointer.column, pointer.row, cx))
            };
        }
        if over_value && !self.value.editing() {
            return if let Some(rows) = rows {
                self.with(|app, cx| app.value.wheel(rows, cx))
            } else {
                self.focus = Focus::Value;
                self.value.point(pointer.row);
                Vec::new()
            };
        }
        Vec::new()
    }
}
