//! Narrowing the rows by what is typed; the server matches.
use super::open::Open;
use super::{FILTER_REST, Value};
use crate::input::{Action, Chord, Layer, lookup};
use crate::model::Pattern;
use crate::model::key::TooLong;
use crate::panes::{Cx, Effects, Mood, say};
use crate::widgets::Field;

impl Value {
    pub(super) fn narrow(&mut self, chord: Chord, cx: &mut Cx) -> Effects {
        match lookup(&[Layer::Narrow], chord).map(|binding| binding.action) {
            Some(Action::Open) => {
                let text = self.typing.as_ref().map_or("", Field::text).to_owned();
                match self.filter_by(&text, cx) {
                    Ok(effects) => {
                        self.typing = None;
                        effects
                    }
                    // It stays, to be made shorter.
                    Err(too_long) => vec![say(Mood::Bad, too_long.to_string())],
                }
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
        self.filter_by(text, cx)
            .unwrap_or_else(|too_long| vec![say(Mood::Bad, too_long.to_string())])
    }

    fn filter_by(&mut self, text: &str, cx: &mut Cx) -> Result<Effects, TooLong> {
        self.narrow_at = None;
        let Some(open) = &mut self.open else {
            return Ok(Vec::new());
        };
        let before = open.look.filter.clone();
        open.narrow(text)?;
        Ok(if open.look.filter == before {
            Vec::new()
        } else {
            open.renew(cx)
        })
    }
}

impl Open {
    /// Narrows by what was typed: a pattern, or a text that may stand anywhere. One that is too long to be sent changes
    /// nothing.
    pub fn narrow(&mut self, typed: &str) -> Result<(), TooLong> {
        let bytes =
            crate::model::printed::unprint(typed).unwrap_or_else(|_| typed.as_bytes().to_vec());
        let glob = if typed.contains(['*', '?', '[']) {
            bytes
        } else {
            [b"*".as_slice(), &crate::model::key::escape(&bytes), b"*"].concat()
        };
        self.look.filter = if typed.is_empty() {
            None
        } else {
            Some(Pattern::new(&glob)?)
        };
        self.look.from = None;
        Ok(())
    }
}
