//! Searching the server: a listing of its own, shown until it is left.
use super::Tree;
use super::listing::{Listing, Scan, Terms};
use crate::model::Pattern;
use crate::panes::{Cx, Effects, Reach};
use crate::server::Purpose;

impl Tree {
    /// Starts a search of the server; the tree's own scan waits meanwhile.
    pub fn start_search(&mut self, pattern: Pattern, kind: Option<String>, cx: &mut Cx) -> Effects {
        let mut effects = self.end_search(cx);
        effects.extend(self.main.halt(Scan::Held));
        let setup = &cx.world.setup;
        let terms = Terms {
            purpose: Purpose::Search,
            pattern: Some(pattern),
            kind,
            count: setup.count,
        };
        let mut search = Listing::new(&setup.separator, terms);
        search.set_order(self.order);
        if let Some(ours) = self.ours.clone().filter(|_| self.main.hides()) {
            search.cover(ours, &setup.separator, self.order);
        }
        effects.extend(search.resume(cx));
        self.search = Some(search);
        self.filter.clear();
        self.typing = None;
        effects
    }

    pub(super) fn end_search(&mut self, cx: &mut Cx) -> Effects {
        let Some(mut search) = self.search.take() else {
            return Vec::new();
        };
        let mut effects = search.halt(Scan::Paused);
        if self.main.waits() && cx.world.link == Reach::Up {
            effects.extend(self.main.resume(cx));
        }
        self.set_filter("");
        effects
    }
}
