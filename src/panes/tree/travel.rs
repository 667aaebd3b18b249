//! Walking through the rows: by keys, by clicks, by the wheel.
use super::Tree;
use crate::input::Action;
use crate::model::keyspace::Spot;
use crate::panes::{Cx, Effect, Effects, Focus, News, REST};
use std::time::Instant;

impl Tree {
    pub(super) fn travel(&mut self, action: Action, now: Instant) {
        self.jumps = false;
        let height = self.height();
        self.shown_mut().travel(|scroll, rows| {
            scroll.travel(action, rows, height.max(1));
        });
        self.rest = Some(now + REST);
    }

    /// Opens the folder, or goes into it when it is open.
    pub(super) fn right(&mut self, now: Instant) {
        let listing = self.shown_mut();
        let Some(Spot::Folder(folder)) = listing.selected.clone() else {
            return;
        };
        if listing.keys.is_open(&folder) {
            self.travel(Action::Down, now);
        } else {
            listing.keys.open(&folder);
            listing.stand_on(Spot::Folder(folder));
        }
    }

    /// Closes the folder, or goes to the one it stands in.
    pub(super) fn left(&mut self, now: Instant) {
        let listing = self.shown_mut();
        let Some(spot) = listing.selected.clone() else {
            return;
        };
        match &spot {
            Spot::Folder(folder) if listing.keys.is_open(folder) => {
                listing.keys.close(folder);
                listing.stand_on(spot);
            }
            spot => {
                if let Some(parent) = listing.keys.parent(spot) {
                    listing.stand_on(parent);
                    self.rest = Some(now + REST);
                }
            }
        }
    }

    pub(super) fn enter(&mut self) -> Effects {
        self.rest = None;
        let listing = self.shown_mut();
        match listing.selected.clone() {
            Some(Spot::Folder(folder)) => {
                if listing.keys.is_open(&folder) {
                    listing.keys.close(&folder);
                } else {
                    listing.keys.open(&folder);
                }
                listing.stand_on(Spot::Folder(folder));
                Vec::new()
            }
            Some(Spot::Key(key)) => vec![Effect::Tell(News::Show(key, Focus::Value))],
            None => Vec::new(),
        }
    }

    /// A click on a place of the screen; true when it was on this pane.
    pub fn point(&mut self, column: u16, row: u16, cx: &mut Cx) -> Effects {
        let top = self.area.y + 1;
        if row < top || column < self.area.x || usize::from(row - top) >= self.height() {
            return Vec::new();
        }
        let listing = self.shown_mut();
        let clicked = listing.scroll.top + usize::from(row - top);
        if clicked >= listing.keys.rows() {
            return Vec::new();
        }
        let again = listing.scroll.selected == clicked;
        listing.travel(|scroll, _| scroll.selected = clicked);
        let folder = matches!(listing.selected, Some(Spot::Folder(_)));
        if again || folder {
            return self.enter();
        }
        self.rested(cx)
    }

    /// The wheel.
    pub fn wheel(&mut self, rows: isize, now: Instant) {
        let action = if rows < 0 { Action::Up } else { Action::Down };
        for _ in 0..rows.unsigned_abs() {
            self.travel(action, now);
        }
    }
}
