//! What is learned of our own rights, and who is told.
use std::sync::Arc;

use super::App;
use crate::model::Key;
use crate::model::acl::{Catalog, User};
use crate::model::printed::print;
use crate::panes::own::{Met, Standing};
use crate::panes::{Effects, Mood};

impl App {
    /// A question about a key was answered, or refused.
    pub(super) fn met(&mut self, key: &Key, met: Met) -> Effects {
        let answered = met == Met::Answered;
        let refused = matches!(met, Met::Refused(_));
        let is_open = |app: &Self| app.world.own.standing(key) == Standing::Open;
        let was_open = is_open(self);
        self.world.own.met(key, met);
        let opened = !was_open && (answered || is_open(self));
        if opened {
            // Its neighbours were spared until now.
            self.tree.retry(key, self.world.now);
        }
        if refused && let Some(prefix) = self.world.own.offers() {
            let words = format!(
                "{} is refused to this user; what is open to it begins with {} so far: H hides all other names",
                key.called(),
                print(&prefix)
            );
            self.say(Mood::Plain, words);
        }
        Vec::new()
    }

    /// Our own rules were read.
    pub(super) fn read_own(&mut self, user: User, catalog: &Arc<Catalog>) -> Effects {
        self.world.own.read(user, catalog);
        self.acl.learned(&self.world);
        self.tree.know(&self.world.own, &self.world.setup)
    }
}
