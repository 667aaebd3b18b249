//! The mouse: a click chooses or opens, the wheel scrolls what it is over.
use ratatui::layout::Position;

use crate::input::{Chord, Key, Layer};
use crate::panes::overlay::finder::Turn;
use crate::panes::{Effects, Focus};

use super::overlays::Overlay;
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
        if self.is_blind() || self.connect.is_some() {
            return Vec::new();
        }
        let at = Position::new(pointer.column, pointer.row);
        let rows = match pointer.gesture {
            Gesture::Click => None,
            Gesture::WheelUp => Some(-NOTCH),
            Gesture::WheelDown => Some(NOTCH),
        };
        if !self.overlays.is_empty() {
            return match rows {
                Some(rows) => self.wheel_overlay(rows),
                None => self.point_overlay(at),
            };
        }
        if let Some(screen) = self.tab_at(at).filter(|_| rows.is_none()) {
            self.notice = None;
            return self.dispatch(screen);
        }
        if self.screen == Screen::Acl {
            match rows {
                Some(rows) if self.acl.types() => return self.wheel_overlay(rows),
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

    /// A click on a row of a list chooses it, and one more does it.
    fn point_overlay(&mut self, at: Position) -> Effects {
        match self.overlays.pop() {
            Some(Overlay::Finder {
                mut finder,
                actions,
            }) => match finder.point(at) {
                Turn::Chosen(item) => self.find(&actions, item),
                Turn::Stay | Turn::Close => self.put_back(Overlay::Finder { finder, actions }),
            },
            Some(Overlay::History { mut finder, ids }) => match finder.point(at) {
                Turn::Chosen(item) => self.find_back(&ids, item),
                Turn::Stay | Turn::Close => self.put_back(Overlay::History { finder, ids }),
            },
            overlay => {
                self.overlays.extend(overlay);
                Vec::new()
            }
        }
    }

    /// The wheel scrolls what arrows scroll. In a form these go from field to field.
    fn wheel_overlay(&mut self, rows: isize) -> Effects {
        let layers = match self.overlays.last() {
            Some(overlay) => vec![overlay.layer()],
            None => self.layers().to_vec(),
        };
        let scrolls = |layer: &Layer| {
            let fields = [Layer::Form, Layer::Secret, Layer::AclEntry, Layer::AclLine];
            *layer != Layer::Copy && !fields.contains(layer)
        };
        if !layers.iter().all(scrolls) {
            return Vec::new();
        }
        let arrow = Chord::of(if rows < 0 { Key::Up } else { Key::Down });
        (0..rows.unsigned_abs())
            .flat_map(|_| self.press(arrow))
            .collect()
    }
}
