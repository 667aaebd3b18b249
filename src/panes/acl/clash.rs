//! What becomes of a change that met another one: it goes on top of it, or it is dropped, or one goes on with it.
use crate::input::Chord;
use crate::model::acl::User;
use crate::model::printed::print;
use crate::panes::{Cx, Effects, Mood, say};

use super::Acl;
use super::over::Over;
use super::review::conflict::{Conflict, Turn};
use super::wish::Wish;

impl Acl {
    /// Asks which change shall stand, in place of the review that is still open; whether it does.
    pub(super) fn clash(&mut self, wish: &Wish, now: Option<User>) -> bool {
        let conflict = Conflict::of(wish, now, self.facts.catalog());
        match (self.over.last_mut(), conflict) {
            (Some(over @ Over::Review { .. }), Some(conflict)) => {
                *over = Over::Conflict(Box::new(conflict));
                true
            }
            _ => false,
        }
    }

    pub(super) fn press_conflict(
        &mut self,
        mut conflict: Box<Conflict>,
        chord: Chord,
        cx: &mut Cx,
    ) -> Effects {
        match conflict.press(chord) {
            Turn::Stay => self.over.push(Over::Conflict(conflict)),
            Turn::Back => {}
            Turn::Mine => {
                let wish = conflict.on_top(self.facts.catalog());
                self.edit_on_top(&wish);
                return self.review(wish, cx);
            }
            Turn::Theirs => {
                let name = print(conflict.name());
                self.over
                    .pop_if(|over| matches!(over, Over::Editor { .. } | Over::Ask(_)));
                let words = format!("nothing was sent; {name} is as somebody else left it");
                return vec![say(Mood::Plain, words)];
            }
        }
        Vec::new()
    }

    /// The editor that the change came from goes on from what is there now.
    fn edit_on_top(&mut self, wish: &Wish) {
        let step = wish.steps.first();
        let now = step.and_then(|step| step.before.as_ref().zip(step.after.as_ref()));
        if let (Some(Over::Editor { editor, before }), Some((now, after))) =
            (self.over.last_mut(), now)
        {
            editor.rebase(now.clone(), after.clone());
            **before = now.clone();
        }
    }
}
