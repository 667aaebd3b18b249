//! The key tree: what the scan brings, narrowed, marked and walked through.
use std::collections::BTreeSet;
use std::time::Instant;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Action, Layer};
use crate::model::keyspace::{Order, Row, Spot};
use crate::model::{Key, Pattern};
use crate::server::{Answer, Fault, Left, Purpose, Ticket};
use crate::widgets::Focused;
use crate::widgets::field::Field;

use super::own::Standing;
use super::{Cx, Effect, Effects, Focus, News, Pane, REST, Setup, Why, World};

mod actions;
mod cells;
mod draw;
mod listing;
mod meter;
mod narrow;
mod others;
mod search;
#[cfg(test)]
mod tests;
mod travel;
mod veil;

use cells::{Cell, Cells};
use listing::{Listing, Scan, Terms};
use veil::Ours;

/// How many names are looked at before other things may happen: a few milliseconds.
const STEP: usize = 100_000;
/// How many are looked at when a letter was typed, before the next frame.
const FIRST_STEP: usize = 3 * STEP;

/// The key tree.
pub struct Tree {
    main: Listing,
    /// A search of the server, shown instead of the tree until Esc.
    search: Option<Listing>,
    /// The filter being typed.
    typing: Option<Field>,
    /// The filter that is kept.
    filter: String,
    /// What the cursor stood on before there was a filter.
    before: Option<Spot>,
    /// The cursor goes to the first match as soon as the filter has looked at all names.
    jumps: bool,
    marks: BTreeSet<Key>,
    order: Order,
    cells: Cells,
    /// What the rows on screen stand for.
    rows: Vec<Row>,
    /// When the value pane is told where the cursor rests.
    rest: Option<Instant>,
    /// What the cursor stood on in the last frame.
    stood: Option<Spot>,
    area: Rect,
    /// A key the person went to by its name.
    seeks: Option<Key>,
    /// Which names are ours, as soon as that is known.
    ours: Option<Ours>,
}

impl Tree {
    pub fn new(setup: &Setup) -> Self {
        let prefix = setup.prefix.as_deref().unwrap_or_default();
        Self {
            main: Listing::new(&setup.separator, terms(setup, Purpose::Tree))
                .opening(prefix, &setup.separator),
            search: None,
            typing: None,
            filter: String::new(),
            before: None,
            jumps: false,
            marks: BTreeSet::new(),
            order: Order::Name,
            cells: Cells::new(&setup.separator),
            rows: Vec::new(),
            rest: None,
            stood: None,
            area: Rect::ZERO,
            seeks: None,
            ours: None,
        }
    }

    fn shown(&self) -> &Listing {
        self.search.as_ref().unwrap_or(&self.main)
    }

    fn shown_mut(&mut self) -> &mut Listing {
        self.search.as_mut().unwrap_or(&mut self.main)
    }

    /// Rows of the list inside the frame.
    fn height(&self) -> usize {
        usize::from(
            self.area
                .height
                .saturating_sub(2 + u16::from(self.narrow_line())),
        )
    }

    /// Whether a line at the bottom shows the filter.
    fn narrow_line(&self) -> bool {
        self.typing.is_some() || !self.filter.is_empty()
    }

    /// Another connection is made: nothing that was asked of the old one is answered any more.
    pub fn unlinked(&mut self) -> Effects {
        let searching = self.search.as_mut().map(|search| search.halt(Scan::Held));
        let mut effects = self.main.halt(Scan::Held);
        effects.extend(searching.into_iter().flatten());
        effects
    }

    /// The connection is there. `restarted` says that old cursors mean nothing any more.
    pub fn linked(&mut self, restarted: Restarted, cx: &mut Cx) -> Effects {
        self.cells.forget(cx.world.now);
        if restarted == Restarted::Yes {
            self.main.lose_place();
            if let Some(search) = &mut self.search {
                search.lose_place();
            }
        }
        match &mut self.search {
            Some(search) if search.waits() => search.resume(cx),
            None if self.main.waits() => self.main.resume(cx),
            _ => Vec::new(),
        }
    }

    /// Another user lists the keys: what the last one saw and was refused goes, open folders and the cursor stay.
    pub fn relist(&mut self) {
        self.main.relist();
        (self.search, self.ours) = (None, None);
        self.marks.clear();
    }

    /// Another server: nothing of the old one is kept but the person's choices.
    pub fn reset(&mut self, setup: &Setup) {
        *self = Self {
            area: self.area,
            order: self.order,
            ..Self::new(setup)
        };
        self.main.set_order(self.order);
    }

    /// The filter being typed, which gets characters first.
    pub fn typing(&mut self) -> Option<&mut Field> {
        self.typing.as_mut()
    }

    /// A key was written that may be new.
    pub fn born(&mut self, key: &Key, cx: &mut Cx) {
        self.list(key);
        self.shown_mut().reveal(&Spot::Key(key.clone()));
        self.cells.stale(key, cx.world.now);
    }

    /// Keys are there again; the cursor stays.
    pub fn back_again(&mut self, keys: &[Key], now: Instant) {
        for key in keys {
            self.list(key);
            self.cells.stale(key, now);
        }
    }

    /// A key is there: in the tree, and in a search that would have found it.
    fn list(&mut self, key: &Key) {
        self.main.insert(key.bytes());
        if let Some(search) = &mut self.search {
            search.born(key.bytes());
        }
    }

    /// A key is no longer there; tells whether the tree held it.
    pub fn gone(&mut self, key: &Key) -> Known {
        self.marks.remove(key);
        let mut known = self.main.remove(key.bytes());
        if let Some(search) = &mut self.search {
            known |= search.remove(key.bytes());
        }
        if known { Known::Yes } else { Known::No }
    }

    /// The keys beside this one can be asked about after all.
    pub fn retry(&mut self, key: &Key, now: Instant) {
        self.cells.retry(key, now);
    }

    /// Something about a key may have changed.
    pub fn stale(&mut self, key: &Key, now: Instant) {
        self.cells.stale(key, now);
    }

    /// What was learned by opening a key; a key that was not loaded yet joins the tree.
    pub fn learn(&mut self, key: &Key, kind: String, left: Result<Left, Fault>, now: Instant) {
        self.cells.learn(key, kind, left, now);
        self.main.insert(key.bytes());
        if self.seeks.as_ref() == Some(key) {
            self.seeks = None;
            let spot = Spot::Key(key.clone());
            if self.shown_mut().reveal(&spot).is_none() && !self.filter.is_empty() {
                // Who goes to a key by its name wants to see it, and not what the filter lets through.
                (self.typing, self.before) = (None, None);
                self.set_filter("");
                self.shown_mut().reveal(&spot);
            }
        }
    }

    /// The value pane follows the cursor again, if it shows another key than the one the cursor stands on.
    pub fn follow_again(&mut self, shown: Option<&Key>, now: Instant) {
        if self.key().is_some_and(|key| Some(key) != shown) {
            self.rest = Some(now + REST);
        }
    }

    /// The person goes to this key by its name: the cursor stands on it as soon as it is known to be there.
    pub fn seek(&mut self, key: &Key) {
        self.rest = None;
        self.seeks = Some(key.clone());
    }

    /// What happens when its time has come.
    pub fn beat(&mut self, cx: &mut Cx) -> Effects {
        if !self.shown_mut().work(STEP) && self.jumps {
            self.jump(cx.world.now);
        }
        self.cells.tick(cx.world.now);
        let mut effects = self.cells.beat(cx);
        if self.rest.is_some_and(|rest| rest <= cx.world.now) {
            effects.extend(self.rested(cx));
        }
        effects
    }

    /// Whether the names are worked at: filtered, counted, put in order.
    pub fn works(&self) -> bool {
        self.shown().is_working()
    }

    /// When [`Self::beat`] has something to do that a person waits for.
    pub fn due(&self, world: &World) -> Option<Instant> {
        let working = self.works().then_some(world.now);
        [working, self.rest, self.cells.due(world)]
            .into_iter()
            .flatten()
            .min()
    }

    /// When a time that is shown changes.
    pub fn counts_at(&self, now: Instant) -> Option<Instant> {
        self.cells.counts_at(now)
    }

    fn rested(&mut self, cx: &mut Cx) -> Effects {
        self.rest = None;
        let unknown = |key: &&Key| cx.world.own.standing(key) == Standing::Unknown;
        if let Some(key) = self.shown().key().filter(unknown)
            && self.cells.will_tell(key, cx.world)
        {
            // Its row is being asked about, and two questions would be refused where one is enough.
            self.rest = Some(cx.world.now + REST);
            return Vec::new();
        }
        let listing = self.shown();
        match listing.key() {
            // It went since the last frame: the cursor moves on, and rests then.
            Some(key) if !listing.keys.contains(key.bytes()) => Vec::new(),
            Some(key) if self.cells.get(key).is_some_and(Cell::is_gone) => {
                vec![Effect::Tell(News::Blank)]
            }
            Some(key) => vec![Effect::Tell(News::Show(key.clone(), Focus::Tree))],
            None => vec![Effect::Tell(News::Blank)],
        }
    }
}

/// Whether a key was in the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    Yes,
    No,
}

/// Whether the server behind the connection is another process than before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Restarted {
    Yes,
    No,
}

fn terms(setup: &Setup, purpose: Purpose) -> Terms {
    // A prefix too long for a pattern is still held to, name by name, in `Listing::take`.
    let pattern = setup
        .prefix
        .as_ref()
        .and_then(|prefix| Pattern::below(prefix).ok());
    Terms {
        purpose,
        pattern,
        kind: None,
        count: setup.count,
    }
}

impl Pane for Tree {
    fn refuses(&self, action: Action, world: &World) -> Option<Why> {
        self.refused(action, world)
    }

    fn hint(&self, action: Action) -> Option<&'static str> {
        let stands = !matches!(self.shown().scan(), Scan::Running(_));
        (action == Action::Pause && stands).then_some("resume")
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Effects {
        self.perform(action, cx)
    }

    fn layers(&self) -> &'static [Layer] {
        if self.typing.is_some() {
            &[Layer::Narrow]
        } else {
            &[Layer::Tree, Layer::Keys, Layer::Everywhere]
        }
    }

    fn take(&mut self, ticket: Ticket, answer: &Result<Answer, Fault>, cx: &mut Cx) -> Effects {
        let described = match answer {
            Ok(Answer::Described(described)) => Ok(described.as_slice()),
            Err(fault) => Err(fault),
            _ => Ok(&[][..]),
        };
        if let Some(news) = self.cells.take(ticket, described, cx.world.now) {
            return news.into_iter().map(Effect::Tell).collect();
        }
        let prefix = cx.world.setup.prefix.as_deref();
        let listings = [Some(&mut self.main), self.search.as_mut()];
        let Some(listing) = listings
            .into_iter()
            .flatten()
            .find(|listing| listing.awaits(ticket))
        else {
            return Vec::new();
        };
        match answer {
            Ok(Answer::Keys(batch)) => listing.take(batch, prefix, cx.world.now),
            Err(fault) => listing.fail(fault),
            _ => {}
        }
        Vec::new()
    }

    fn arrange(&mut self, area: Rect) {
        self.area = area;
        let height = self.height();
        let listing = self.shown_mut();
        listing.settle(height);
        self.rows = listing.keys.window(listing.scroll.top, height);
    }

    fn draw(&self, buf: &mut Buffer, focused: Focused, world: &World) {
        draw::draw(self, self.area, buf, focused, world);
    }
}

impl Tree {
    /// The key under the cursor.
    pub fn key(&self) -> Option<&Key> {
        self.shown().key()
    }

    /// The name under the cursor: of a key or of a folder.
    pub fn name(&self) -> Option<Vec<u8>> {
        match self.shown().selected.as_ref()? {
            Spot::Key(key) | Spot::Folder(key) => Some(key.bytes().to_vec()),
        }
    }

    /// The loaded names below a folder.
    pub fn names_below(&self, folder: &Key) -> Vec<Key> {
        self.main.keys.names_below(folder)
    }
}
