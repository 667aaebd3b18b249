//! Walking through the rows: by keys, by clicks, by the wheel.
use super::Tree;
use crate::input::Action;
use crate::model::keyspace::Spot;
use crate::panes::{Cx, Effect, Effects, Focus, News, REST};
use std::time::Instant;

impl Tree {
    /// Sees which keys are on screen, and whether the cursor came to stand on something else by itself: the first key
    /// that came, or the next one where a key went. After [`Pane::arrange`].
    pub fn look(&mut self, now: Instant) {
        // While a new scan has yet to bring what the cursor stood on, the value stays.
        if !self.shown().is_wanting() && self.stood != self.shown().selected {
            self.stood = self.shown().selected.clone();
            self.rest.get_or_insert(now + REST);
        }
        let keys = self.rows.iter().filter_map(|row| match &row.spot {
            Spot::Key(key) => Some(key.clone()),
            Spot::Folder(_) => None,
        });
        self.cells.show(keys.collect(), now);
    }

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
        // What was seen there, wherever it would stand by now.
        let Some(clicked) = self.rows.get(usize::from(row - top)) else {
            return Vec::new();
        };
        let spot = clicked.spot.clone();
        let folder = matches!(spot, Spot::Folder(_));
        let listing = self.shown_mut();
        let again = listing.selected.as_ref() == Some(&spot);
        listing.stand_on(spot);
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
