//! Narrowing what is loaded, as one types.
use super::{FIRST_STEP, Tree};
use crate::input::{Action, Chord, Layer, lookup};
use crate::panes::{Cx, Effects, paint};
use std::time::Instant;

impl Tree {
    /// A chord while the filter is typed.
    pub fn narrow(&mut self, chord: Chord, cx: &mut Cx) -> Effects {
        match lookup(&[Layer::Narrow], chord).map(|binding| binding.action) {
            Some(Action::Open) => {
                self.filter = self
                    .typing
                    .take()
                    .map(|field| field.text().to_owned())
                    .unwrap_or_default();
                self.jumps = true;
                if !self.shown().is_working() {
                    self.jump(cx.world.now);
                }
                Vec::new()
            }
            Some(Action::Back) => {
                self.typing = None;
                self.set_filter("");
                self.go_back();
                Vec::new()
            }
            Some(action) => self.perform(action, cx),
            None => {
                if let Some(field) = &mut self.typing
                    && field.press(chord)
                {
                    let text = field.text().to_owned();
                    self.set_filter(&text);
                }
                Vec::new()
            }
        }
    }

    /// The cursor stands where it stood before the filter.
    pub(super) fn go_back(&mut self) {
        if let Some(before) = self.before.take() {
            self.shown_mut().reveal(&before);
        }
    }

    /// Text pasted while the filter is typed.
    pub fn paste(&mut self, text: &str) {
        if let Some(field) = &mut self.typing {
            paint::paste(field, text);
            let text = field.text().to_owned();
            self.set_filter(&text);
        }
    }

    pub(super) fn set_filter(&mut self, text: &str) {
        let cleared = text.is_empty() && !self.filter.is_empty();
        text.clone_into(&mut self.filter);
        let listing = self.shown_mut();
        listing
            .keys
            .set_filter(if text.is_empty() { None } else { Some(text) });
        if let Some(spot) = listing.selected.clone().filter(|_| cleared) {
            // The cursor stays on what it stood on, also where that was open only because of the filter.
            listing.reveal(&spot);
        }
        if self.typing.is_some() && !self.filter.is_empty() {
            self.shown_mut().show_top();
        }
        self.jumps = false;
        self.shown_mut().work(FIRST_STEP);
    }

    /// Puts the cursor on the first match; what it is is shown at the next beat.
    pub(super) fn jump(&mut self, now: Instant) {
        self.jumps = false;
        self.shown_mut().first_match();
        self.rest = Some(now);
    }
}
