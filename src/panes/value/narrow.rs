//! Narrowing the rows by what is typed; the server matches.
use super::{FILTER_REST, Value};
use crate::input::{Action, Chord, Layer, lookup};
use crate::panes::{Cx, Effects};

impl Value {
    pub(super) fn narrow(&mut self, chord: Chord, cx: &mut Cx) -> Effects {
        match lookup(&[Layer::Narrow], chord).map(|binding| binding.action) {
            Some(Action::Open) => {
                let text = self
                    .typing
                    .take()
                    .map(|field| field.text().to_owned())
                    .unwrap_or_default();
                self.send_filter(&text, cx)
            }
            Some(Action::Back) => {
                self.typing = None;
                self.send_filter("", cx)
            }
            Some(action) => self.perform(action, cx),
            None => {
                if self.typing.as_mut().is_some_and(|field| field.press(chord)) {
                    self.narrow_at = Some(cx.world.now + FILTER_REST);
                }
                Vec::new()
            }
        }
    }

    pub(super) fn send_filter(&mut self, text: &str, cx: &mut Cx) -> Effects {
        self.narrow_at = None;
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        let before = open.look.filter.clone();
        open.narrow(text);
        if open.look.filter == before {
            Vec::new()
        } else {
            open.renew(cx)
        }
    }
}
