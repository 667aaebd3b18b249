//! Hiding the names of others: which names are ours, and the key that turns it.
use crate::model::keyspace::Spot;
use crate::model::kinds::{Verb, needs};
use crate::panes::own::{self, Own};
use crate::panes::{Cx, Effects, Mood, Setup, Why, World, paint, say};

use super::Tree;
use super::veil::Ours;

/// What hiding is not.
const COURTESY: &str =
    "a courtesy and no fence: SCAN tells every name on this server to everybody who may SCAN";

impl Tree {
    /// Our own rules were read: names that they do not let in are hidden, unless the person has chosen otherwise.
    pub fn know(&mut self, own: &Own, setup: &Setup) -> Effects {
        let Some(patterns) = own.patterns().filter(|_| setup.prefix.is_none()) else {
            return Vec::new();
        };
        let ours = Ours::Patterns(patterns);
        if self.ours.as_ref() == Some(&ours) {
            return Vec::new();
        }
        self.hide(ours, setup)
    }

    fn hide(&mut self, ours: Ours, setup: &Setup) -> Effects {
        self.ours = Some(ours.clone());
        let order = self.order;
        self.main.cover(ours.clone(), &setup.separator, order);
        if let Some(search) = &mut self.search {
            search.cover(ours, &setup.separator, order);
        }
        self.set_filter(&self.filter.clone());
        vec![say(Mood::Plain, self.hiding())]
    }

    fn hiding(&self) -> String {
        let listing = self.shown();
        let noun = if listing.others() == 1 {
            "name"
        } else {
            "names"
        };
        let others = format!("{} {noun}", paint::count(listing.others() as u64));
        let (others, touch) = match &self.ours {
            // It is not known for sure what this user may touch.
            Some(ours @ Ours::Prefix(_)) => {
                let ours = ours.words();
                (
                    format!("{others} other than {ours} (by what is known so far)"),
                    "",
                )
            }
            _ => (
                format!("{others} of others"),
                ", which this user may not touch",
            ),
        };
        if listing.hides() {
            format!("{others} hidden, H shows them; {COURTESY}")
        } else {
            format!("{others} shown{touch}; H hides them")
        }
    }

    /// H: hides the names of others or shows them again.
    pub(super) fn turn_others(&mut self, cx: &mut Cx) -> Effects {
        if self.ours.is_none() {
            let setup = &cx.world.setup;
            return match self.guess_ours(cx.world) {
                Some(prefix) => self.hide(Ours::Prefix(prefix), setup),
                None => Vec::new(),
            };
        }
        self.main.turn();
        if let Some(search) = &mut self.search
            && search.hides() != self.main.hides()
        {
            search.turn();
        }
        self.set_filter(&self.filter.clone());
        vec![say(Mood::Plain, self.hiding())]
    }

    pub(super) fn cannot_tell_ours(&self, world: &World) -> Option<Why> {
        if world.setup.prefix.is_some() {
            return Some("keygrove was started with --prefix: no other names are asked for".into());
        }
        (self.ours.is_none() && self.guess_ours(world).is_none())
            .then(|| "stand on a name of yours: H hides those that begin otherwise".into())
    }

    /// What our names begin with: as the answers tell, or else the folder under the cursor.
    fn guess_ours(&self, world: &World) -> Option<Vec<u8>> {
        world.own.common().or_else(|| {
            let (Spot::Folder(name) | Spot::Key(name)) = self.shown().selected.as_ref()?;
            let top = own::top(name.bytes(), &world.setup.separator)?;
            (!world.own.shuts(top)).then(|| top.to_vec())
        })
    }

    /// Why the value under the cursor would not be saved, as far as its type is known.
    pub(super) fn refuses_edit(&self, world: &World) -> Option<Why> {
        let key = self.shown().key()?;
        let kind = self.cells.get(key)?.kind.as_ref().ok()?;
        world
            .own
            .refuses_write(Some(key), needs::commands(kind, Verb::Edit))
    }
}
