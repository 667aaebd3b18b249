//! The key tree: what the scan brings, narrowed, marked and walked through.
use std::collections::BTreeSet;
use std::time::Instant;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::keyspace::{Order, Spot};
use crate::model::{Key, Pattern};
use crate::server::{Answer, Fault, Left, Purpose, Ticket};
use crate::widgets::Focused;
use crate::widgets::field::Field;

use super::intent::Intent;
use super::{
    Cx, Effect, Effects, Focus, Mood, News, Pane, REST, Reach, Setup, Why, World, refuses_writes,
    say,
};

mod cells;
mod draw;
mod listing;

use cells::Cells;
use listing::{Listing, Scan, Terms};

/// How many names one step of a filter looks at before it lets other things happen.
const FILTER_STEP: usize = 20_000;

/// The key tree.
pub struct Tree {
    main: Listing,
    /// A search of the server, shown instead of the tree until Esc.
    search: Option<Listing>,
    /// The filter being typed.
    typing: Option<Field>,
    /// The filter that is kept.
    filter: String,
    /// Names of the filter are still to be looked at.
    narrowing: bool,
    marks: BTreeSet<Key>,
    order: Order,
    cells: Cells,
    /// When the value pane is told where the cursor rests.
    rest: Option<Instant>,
    /// What the cursor stood on in the last frame.
    stood: Option<Spot>,
    area: Rect,
    /// A key the person went to by its name.
    seeks: Option<Key>,
}

impl Tree {
    pub fn new(setup: &Setup) -> Self {
        Self {
            main: Listing::new(&setup.separator, terms(setup, Purpose::Tree)),
            search: None,
            typing: None,
            filter: String::new(),
            narrowing: false,
            marks: BTreeSet::new(),
            order: Order::Name,
            cells: Cells::default(),
            rest: None,
            stood: None,
            area: Rect::ZERO,
            seeks: None,
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
        let held = |listing: &Listing| matches!(listing.scan(), Scan::Held | Scan::Waiting);
        match &mut self.search {
            Some(search) if held(search) => search.resume(cx),
            None if held(&self.main) => self.main.resume(cx),
            _ => Vec::new(),
        }
    }

    /// Another server: nothing of the old one is kept but the person's choices.
    pub fn reset(&mut self, setup: &Setup) {
        *self = Self {
            area: self.area,
            order: self.order,
            ..Self::new(setup)
        };
        self.main.keys.set_order(self.order);
    }

    /// The filter being typed, which gets characters first.
    pub fn typing(&mut self) -> Option<&mut Field> {
        self.typing.as_mut()
    }

    /// A chord while the filter is typed.
    pub fn narrow(&mut self, chord: Chord, cx: &mut Cx) -> Effects {
        match lookup(&[Layer::Narrow], chord).map(|binding| binding.action) {
            Some(Action::Open) => {
                self.filter = self
                    .typing
                    .take()
                    .map(|field| field.text().to_owned())
                    .unwrap_or_default();
                self.finish_narrowing();
                self.shown_mut().first_match();
                self.rested(cx)
            }
            Some(Action::Back) => {
                self.typing = None;
                self.set_filter("");
                Vec::new()
            }
            Some(action) => self.act(action, cx),
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

    /// Text pasted while the filter is typed.
    pub fn paste(&mut self, text: &str) {
        if let Some(field) = &mut self.typing {
            field.paste(text);
            let text = field.text().to_owned();
            self.set_filter(&text);
        }
    }

    fn set_filter(&mut self, text: &str) {
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
        self.narrowing = !text.is_empty() && self.shown_mut().keys.filter_step(FILTER_STEP);
    }

    fn finish_narrowing(&mut self) {
        while self.narrowing {
            self.narrowing = self.shown_mut().keys.filter_step(FILTER_STEP);
        }
    }

    /// A key was written that may be new.
    pub fn born(&mut self, key: &Key, cx: &mut Cx) {
        self.main.keys.insert(key.bytes());
        self.shown_mut().reveal(&Spot::Key(key.clone()));
        self.cells.stale(key, cx.world.now);
    }

    /// A key is no longer there.
    pub fn gone(&mut self, key: &Key) {
        self.marks.remove(key);
        self.main.keys.remove(key.bytes());
        if let Some(search) = &mut self.search {
            search.keys.remove(key.bytes());
        }
    }

    /// Something about a key may have changed.
    pub fn stale(&mut self, key: &Key, now: Instant) {
        self.cells.stale(key, now);
    }

    /// What was learned by opening a key; a key that was not loaded yet joins the tree.
    pub fn learn(&mut self, key: &Key, kind: String, left: Left, now: Instant) {
        self.cells.learn(key, kind, left, now);
        self.main.keys.insert(key.bytes());
        if self.seeks.as_ref() == Some(key) {
            self.seeks = None;
            self.shown_mut().reveal(&Spot::Key(key.clone()));
        }
    }

    /// The person goes to this key by its name: the cursor stands on it as soon as it is known to be there.
    pub fn seek(&mut self, key: &Key) {
        self.rest = None;
        self.seeks = Some(key.clone());
    }

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
        search.keys.set_order(self.order);
        effects.extend(search.resume(cx));
        self.search = Some(search);
        self.filter.clear();
        self.typing = None;
        effects
    }

    fn end_search(&mut self, cx: &mut Cx) -> Effects {
        let Some(mut search) = self.search.take() else {
            return Vec::new();
        };
        let mut effects = search.halt(Scan::Paused);
        if *self.main.scan() == Scan::Held && cx.world.link == Reach::Up {
            effects.extend(self.main.resume(cx));
        }
        self.set_filter("");
        effects
    }

    /// What happens when its time has come.
    pub fn beat(&mut self, cx: &mut Cx) -> Effects {
        if self.narrowing {
            self.narrowing = self.shown_mut().keys.filter_step(FILTER_STEP);
        }
        self.cells.tick(cx.world.now);
        let mut effects = self.cells.beat(cx);
        if self.rest.is_some_and(|rest| rest <= cx.world.now) {
            effects.extend(self.rested(cx));
        }
        effects
    }

    /// When [`Self::beat`] has something to do that a person waits for.
    pub fn due(&self, world: &World) -> Option<Instant> {
        let narrowing = self.narrowing.then_some(world.now);
        [narrowing, self.rest, self.cells.due(world)]
            .into_iter()
            .flatten()
            .min()
    }

    /// When something shown changes by itself.
    pub fn ticks_at(&self, now: Instant) -> Option<Instant> {
        self.cells.ticks_at(now)
    }

    fn rested(&mut self, _cx: &mut Cx) -> Effects {
        self.rest = None;
        vec![Effect::Tell(match self.shown().key() {
            Some(key) => News::Show(key.clone(), Focus::Tree),
            None => News::Blank,
        })]
    }

    fn travel(&mut self, action: Action, now: Instant) {
        let height = self.height();
        self.shown_mut().travel(|scroll, rows| match action {
            Action::Up => scroll.up(1),
            Action::Down => scroll.down(1, rows),
            Action::PageUp => scroll.up(height.max(1)),
            Action::PageDown => scroll.down(height.max(1), rows),
            Action::First => scroll.first(),
            _ => scroll.last(rows),
        });
        self.rest = Some(now + REST);
    }

    /// Opens the folder, or goes into it when it is open.
    fn right(&mut self, now: Instant) {
        let listing = self.shown_mut();
        let Some(Spot::Folder(folder)) = listing.selected.clone() else {
            return;
        };
        if listing.keys.is_open(&folder) {
            self.travel(Action::Down, now);
        } else {
            listing.keys.open(&folder);
        }
    }

    /// Closes the folder, or goes to the one it stands in.
    fn left(&mut self, now: Instant) {
        let listing = self.shown_mut();
        let Some(spot) = listing.selected.clone() else {
            return;
        };
        match &spot {
            Spot::Folder(folder) if listing.keys.is_open(folder) => {
                listing.keys.close(folder);
            }
            spot => {
                if let Some(parent) = listing.keys.parent(spot) {
                    listing.selected = Some(parent);
                    self.rest = Some(now + REST);
                }
            }
        }
    }

    fn enter(&mut self) -> Effects {
        self.rest = None;
        let listing = self.shown_mut();
        match listing.selected.clone() {
            Some(Spot::Folder(folder)) => {
                if listing.keys.is_open(&folder) {
                    listing.keys.close(&folder);
                } else {
                    listing.keys.open(&folder);
                }
                Vec::new()
            }
            Some(Spot::Key(key)) => vec![Effect::Tell(News::Show(key, Focus::Value))],
            None => Vec::new(),
        }
    }

    /// Esc: one thing after the other: marks, filter, search.
    fn back(&mut self, cx: &mut Cx) -> Effects {
        if !self.filter.is_empty() {
            self.set_filter("");
        } else if self.search.is_some() {
            return self.end_search(cx);
        } else {
            self.marks.clear();
        }
        Vec::new()
    }

    fn pause(&mut self, cx: &mut Cx) -> Effects {
        match self.shown().scan() {
            Scan::Running(_) => self.shown_mut().halt(Scan::Paused),
            _ => self.shown_mut().resume(cx),
        }
    }

    fn mark(&mut self, now: Instant) {
        if let Some(key) = self.shown().key().cloned() {
            if !self.marks.remove(&key) {
                self.marks.insert(key);
            }
            self.travel(Action::Down, now);
        }
    }

    fn delete(&self) -> Effects {
        let news = if self.marks.is_empty() {
            match &self.shown().selected {
                Some(Spot::Key(key)) => News::Delete(vec![key.clone()]),
                Some(Spot::Folder(folder)) => News::DeleteFolder(folder.clone()),
                None => return Vec::new(),
            }
        } else {
            News::Delete(self.marks.iter().cloned().collect())
        };
        vec![Effect::Tell(news)]
    }

    fn begins(&self, setup: &Setup) -> Vec<u8> {
        let begins = self.shown().begins();
        match &setup.prefix {
            Some(prefix) if !begins.starts_with(prefix) => prefix.clone(),
            _ => begins,
        }
    }

    fn ask(&self, action: Action, world: &World) -> Option<Intent> {
        let key = self.shown().key().cloned();
        Some(match action {
            Action::New => Intent::Create {
                begins: self.begins(&world.setup),
                kind: "string",
            },
            Action::GoTo => Intent::GoTo {
                begins: world.setup.prefix.clone().unwrap_or_default(),
            },
            Action::Search => Intent::Search {
                begins: world.setup.prefix.clone().unwrap_or_default(),
            },
            Action::Rename => Intent::Rename(key?),
            Action::Duplicate => Intent::Duplicate(key?),
            Action::Ttl => Intent::Ttl(key?),
            _ => return None,
        })
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
    fn layers(&self) -> &'static [Layer] {
        if self.typing.is_some() {
            &[Layer::Narrow]
        } else {
            &[Layer::Tree, Layer::Keys, Layer::Everywhere]
        }
    }

    fn refuses(&self, action: Action, world: &World) -> Option<Why> {
        let no_key = || {
            self.shown()
                .key()
                .is_none()
                .then(|| "choose a key first".to_owned())
        };
        match action {
            Action::New => refuses_writes(world),
            Action::Rename | Action::Duplicate | Action::Ttl => {
                refuses_writes(world).or_else(no_key)
            }
            Action::Delete => refuses_writes(world).or_else(|| {
                (self.marks.is_empty() && self.shown().selected.is_none())
                    .then(|| "there is nothing to delete".into())
            }),
            Action::Edit => refuses_writes(world).or_else(no_key),
            Action::Mark => no_key(),
            Action::Copy | Action::Open => self
                .shown()
                .selected
                .is_none()
                .then(|| "there is nothing under the cursor".into()),
            Action::Pause if matches!(self.shown().scan(), Scan::Complete) => {
                Some("the scan is complete; ctrl-r scans again".into())
            }
            Action::Pause | Action::Rescan | Action::Search | Action::GoTo
                if world.link == Reach::Down =>
            {
                Some("not connected".into())
            }
            _ => None,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Effects {
        let now = cx.world.now;
        match action {
            Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::First
            | Action::Last => {
                self.travel(action, now);
            }
            Action::Right => self.right(now),
            Action::Left => self.left(now),
            Action::Open => return self.enter(),
            Action::Back => return self.back(cx),
            Action::Pause => return self.pause(cx),
            Action::Rescan => {
                self.cells.forget(now);
                return self.shown_mut().restart(cx);
            }
            Action::Mark => self.mark(now),
            Action::Filter => {
                let mut field = Field::default();
                field.set(&self.filter);
                self.typing = Some(field);
            }
            Action::Order => {
                self.order = if self.order == Order::Name {
                    Order::Count
                } else {
                    Order::Name
                };
                let order = self.order;
                self.main.keys.set_order(order);
                self.shown_mut().keys.set_order(order);
                let by = if order == Order::Name {
                    "by name"
                } else {
                    "folders by number of keys"
                };
                return vec![say(Mood::Plain, format!("ordered {by}"))];
            }
            Action::Delete => return self.delete(),
            Action::Edit => {
                self.rest = None;
                let show = self
                    .shown()
                    .key()
                    .map(|key| News::Show(key.clone(), Focus::Value));
                return show
                    .into_iter()
                    .chain([News::EditNext])
                    .map(Effect::Tell)
                    .collect();
            }
            action => {
                return self
                    .ask(action, cx.world)
                    .map(|intent| Effect::Tell(News::Ask(intent)))
                    .into_iter()
                    .collect();
            }
        }
        Vec::new()
    }

    fn take(&mut self, ticket: Ticket, answer: &Result<Answer, Fault>, cx: &mut Cx) -> Effects {
        let described = match answer {
            Ok(Answer::Described(described)) => Ok(described.as_slice()),
            Err(fault) => Err(fault),
            _ => Ok(&[][..]),
        };
        if let Some(gone) = self.cells.take(ticket, described, cx.world.now) {
            return gone
                .into_iter()
                .map(|key| Effect::Tell(News::Gone(key)))
                .collect();
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
        self.narrowing |= self.narrow_line() && self.shown_mut().keys.filter_step(FILTER_STEP);
        Vec::new()
    }

    fn arrange(&mut self, area: Rect) {
        self.area = area;
        let height = self.height();
        self.shown_mut().settle(height);
    }

    fn draw(&self, buf: &mut Buffer, focused: Focused, world: &World) {
        draw::draw(self, self.area, buf, focused, world);
    }
}

impl Tree {
    /// Sees which keys are on screen, and whether the cursor came to stand on something else by itself: the first key
    /// that came, or the next one where a key went. After [`Pane::arrange`].
    pub fn look(&mut self, now: Instant) {
        if self.stood != self.shown().selected {
            self.stood = self.shown().selected.clone();
            self.rest.get_or_insert(now + REST);
        }
        let listing = self.shown();
        let rows = listing.keys.window(listing.scroll.top, self.height());
        let keys = rows.into_iter().filter_map(|row| match row.spot {
            Spot::Key(key) => Some(key),
            Spot::Folder(_) => None,
        });
        let window = keys.collect();
        self.cells.show(window, now);
    }

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

    /// The wheel.
    pub fn wheel(&mut self, rows: isize, now: Instant) {
        let action = if rows < 0 { Action::Up } else { Action::Down };
        for _ in 0..rows.unsigned_abs() {
            self.travel(action, now);
        }
    }
}
