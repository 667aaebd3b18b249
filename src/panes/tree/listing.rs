//! One listing of keys: the walk that fills it, what is held of it, and the row one stands on.
use std::time::Instant;

use crate::model::keyspace::{Keyspace, Spot};
use crate::model::{Key, Pattern, glob};
use crate::panes::{Cx, Effect, Effects};
use crate::server::{Batch, Fault, Place, Purpose, Request, Ticket, Walk};
use crate::widgets::rows::Scroll;

use super::FIRST_STEP;
use super::meter::{Meter, Pace};
use super::veil::Veil;

/// Keys as a walk brings them.
pub struct Listing {
    pub keys: Keyspace,
    pub scroll: Scroll,
    /// What the cursor stands on: the thing, not the row, so that arriving keys never move it.
    pub selected: Option<Spot>,
    /// Whether the person has put the cursor somewhere; until then it stays at the top.
    placed: bool,
    /// The first rows are on screen wherever the cursor stands, until it is moved: a filter is typed.
    from_top: bool,
    /// What the cursor stood on when the walk began again, until that comes or the cursor is moved.
    wanted: Option<Spot>,
    scan: Scan,
    terms: Terms,
    /// Where the walk goes on.
    place: Option<Place>,
    /// How much of the keyspace has been walked, 0 to 1.
    share: f64,
    meter: Meter,
    /// What is held is of an older walk, and goes when this one brings something.
    outdated: bool,
    /// What keeps the names of others out of sight.
    pub(super) veil: Option<Veil>,
    /// Folders that open as soon as they are known.
    opens: Vec<Key>,
}

/// What a listing looks for.
#[derive(Clone, Debug)]
pub struct Terms {
    pub purpose: Purpose,
    pub pattern: Option<Pattern>,
    pub kind: Option<String>,
    pub count: u32,
}

/// How a walk stands.
#[derive(Clone, PartialEq, Debug)]
pub enum Scan {
    /// Not begun yet.
    Waiting,
    Running(Ticket),
    /// By the person.
    Paused,
    /// Until the connection is back, or a search is over.
    Held,
    Complete,
    Failed(Fault),
}

impl Terms {
    /// Whether a key of this name is looked for, whatever its type.
    fn want(&self, name: &[u8]) -> bool {
        let matches = |pattern: &Pattern| glob::matches(pattern.bytes(), name);
        self.kind.is_none() && self.pattern.as_ref().is_none_or(matches)
    }
}

impl Listing {
    /// A key was made, or brought back: it is listed where it is looked for.
    pub fn born(&mut self, name: &[u8]) {
        if self.terms.want(name) {
            self.insert(name);
        }
    }

    /// An empty listing that looks for these.
    pub fn new(separator: &[u8], terms: Terms) -> Self {
        Self {
            keys: Keyspace::new(separator),
            scroll: Scroll::default(),
            selected: None,
            placed: false,
            from_top: false,
            wanted: None,
            scan: Scan::Waiting,
            terms,
            place: None,
            share: 0.0,
            meter: Meter::default(),
            outdated: false,
            veil: None,
            opens: Vec::new(),
        }
    }

    /// The folders that all names stand in open by themselves, where all begin so.
    #[must_use]
    pub fn opening(mut self, prefix: &[u8], separator: &[u8]) -> Self {
        let ends = (1..=prefix.len()).filter_map(|end| prefix.get(..end));
        self.opens = ends
            .filter(|start| start.ends_with(separator))
            .map(Key::new)
            .collect();
        self
    }

    pub fn scan(&self) -> &Scan {
        &self.scan
    }

    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// How much of the keyspace has been walked, 0 to 1.
    pub fn share(&self) -> f64 {
        self.share
    }

    /// How fast the walk is and what it costs, while running.
    pub fn pace(&self) -> Pace {
        self.meter.pace()
    }

    /// Begins the walk, or goes on where it stands.
    pub fn resume(&mut self, cx: &mut Cx) -> Effects {
        if matches!(self.scan, Scan::Running(_) | Scan::Complete) {
            return Vec::new();
        }
        let Terms {
            purpose,
            pattern,
            kind,
            count,
        } = self.terms.clone();
        let walk = Walk {
            purpose,
            pattern,
            kind,
            count,
            from: self.place.clone(),
        };
        let (ticket, effect) = cx.ask(Request::Keys(walk));
        self.scan = Scan::Running(ticket);
        self.meter = Meter::start(cx.world.now);
        vec![effect]
    }

    /// Walks again from the start. What is held stays until the first keys come; open folders stay open.
    pub fn restart(&mut self, cx: &mut Cx) -> Effects {
        let mut effects = self.halt(Scan::Waiting);
        self.scan = Scan::Waiting;
        self.outdated = true;
        self.place = None;
        self.share = 0.0;
        effects.extend(self.resume(cx));
        effects
    }

    /// Stops a running walk for this reason; it can be resumed.
    pub fn halt(&mut self, why: Scan) -> Effects {
        let Scan::Running(ticket) = self.scan else {
            return Vec::new();
        };
        self.scan = why;
        vec![Effect::Forget(ticket)]
    }

    /// The walk cannot go on where it stood: the server was restarted.
    pub fn lose_place(&mut self) {
        self.place = None;
        self.share = 0.0;
        // What is held stays until the new walk brings something: loading a big data set takes its time.
        self.outdated = true;
        if self.scan == Scan::Complete {
            self.scan = Scan::Waiting;
        }
    }

    /// Nothing of what is held may be there for whoever walks now.
    pub fn relist(&mut self) {
        self.lose_place();
        self.uncover();
        self.want();
        self.clear();
        self.outdated = false;
        self.scan = Scan::Waiting;
    }

    /// Whether it goes on by itself as soon as it may: nobody stopped it.
    pub fn waits(&self) -> bool {
        matches!(self.scan, Scan::Held | Scan::Waiting)
    }

    /// Whether the cursor is to go back to something that may still come.
    pub fn is_wanting(&self) -> bool {
        self.wanted.is_some()
    }

    /// Whether this listing waits for that ticket.
    pub fn awaits(&self, ticket: Ticket) -> bool {
        self.scan == Scan::Running(ticket)
    }

    /// Takes keys that came.
    pub fn take(&mut self, batch: &Batch, prefix: Option<&[u8]>, now: Instant) {
        if std::mem::take(&mut self.outdated) {
            self.want();
            self.clear();
        }
        let is_in = |name: &&[u8]| prefix.is_none_or(|prefix| name.starts_with(prefix));
        let mut names = batch.keys.iter().filter(is_in);
        if self.terms.purpose == Purpose::Search {
            while self.keys.keys() < SEEN_AT_ONCE
                && let Some(name) = names.next()
            {
                self.add(name);
            }
        }
        self.insert_all(names);
        self.opens.retain(|folder| !self.keys.open(folder));
        self.share = batch.share;
        self.place = Some(batch.place.clone());
        self.meter.measure(batch.keys.len(), batch.effort, now);
        if batch.done {
            self.scan = Scan::Complete;
            self.share = 1.0;
            self.complete();
            self.work(FIRST_STEP);
        }
    }

    /// Whether every key was brought and is counted once.
    pub fn is_counted(&self) -> bool {
        self.scan == Scan::Complete && !self.keys.is_counting()
    }

    /// What was searched for is seen at once where it is little; where it is much, its folders say how much.
    fn add(&mut self, name: &[u8]) {
        if self.insert(name) {
            self.keys.reveal(&Spot::Key(Key::new(name)));
        }
    }

    /// The walk was refused or broke off.
    pub fn fail(&mut self, fault: &Fault) {
        self.scan = match fault {
            // It goes on by itself when the connection is back.
            Fault::Lost => Scan::Held,
            fault => Scan::Failed(fault.clone()),
        };
    }

    /// The cursor comes back to where it stands now, or should have come back to before.
    fn want(&mut self) {
        self.wanted = self.wanted.take().or(self.selected.clone());
    }

    /// Brings rows and the cursor in line with what is held now. `height` is that of the list.
    pub fn settle(&mut self, height: usize) {
        self.keys.settle();
        let rows = self.keys.rows();
        let here = |wanted: &mut Spot| self.keys.row_of(wanted).is_some();
        if let Some(back) = self.wanted.take_if(here) {
            self.stand_on(back);
        } else if self.scan == Scan::Complete && !self.is_working() {
            self.wanted = None;
        }
        self.unfold();
        if !self.placed {
            self.scroll.selected = 0;
            self.selected = self.keys.row(0).map(|row| row.spot);
        } else if let Some(row) = self
            .selected
            .as_ref()
            .and_then(|spot| self.keys.row_of(spot))
        {
            self.scroll.selected = row;
        } else if rows > 0 || !matches!(self.scan, Scan::Running(_)) {
            // Before the first keys come, what one stood on may be among them.
            let reach = if self.from_top {
                rows.min(height)
            } else {
                rows
            };
            self.scroll.selected = self.scroll.selected.min(reach.saturating_sub(1));
            self.selected = self.keys.row(self.scroll.selected).map(|row| row.spot);
        }
        self.scroll.clamp(rows, height);
        if self.from_top {
            self.scroll.top = 0;
        }
    }

    /// Shows the first rows, and leaves the cursor where it stands.
    pub fn show_top(&mut self) {
        self.from_top = true;
    }

    /// What the cursor stands on stays in sight when folders close by themselves: a filter closes them where it lets
    /// very many keys through.
    fn unfold(&mut self) {
        let spot = self.selected.as_ref().filter(|_| self.placed);
        if let Some(spot) = spot.filter(|spot| self.keys.row_of(spot).is_none()) {
            self.keys.reveal(spot);
        }
    }

    /// Moves the cursor by a movement of the list.
    pub fn travel(&mut self, movement: impl FnOnce(&mut Scroll, usize)) {
        // Names that came since the last frame may have moved the row that the cursor is seen on.
        self.keys.settle();
        let seen = self.selected.as_ref();
        if let Some(row) = seen.and_then(|spot| self.keys.row_of(spot)) {
            self.scroll.selected = row;
        }
        let rows = self.keys.rows();
        movement(&mut self.scroll, rows);
        self.scroll.selected = self.scroll.selected.min(rows.saturating_sub(1));
        match self.keys.row(self.scroll.selected) {
            Some(row) => self.stand_on(row.spot),
            None => self.selected = None,
        }
    }

    /// Puts the cursor on something that has a row, or will have when rows are next brought in line.
    pub fn stand_on(&mut self, spot: Spot) {
        self.selected = Some(spot);
        (self.placed, self.wanted) = (true, None);
        self.from_top = false;
    }

    /// Puts the cursor on a key or folder and opens what leads to it; `None` where it cannot be shown.
    pub fn reveal(&mut self, spot: &Spot) -> Option<()> {
        self.scroll.selected = self.keys.reveal(spot)?;
        self.stand_on(spot.clone());
        Some(())
    }

    /// Puts the cursor on the first key that the filter lets through.
    pub fn first_match(&mut self) {
        self.keys.settle();
        let rows = self.keys.window(0, FIRST_MATCH_WITHIN);
        let found = rows.iter().position(|row| matches!(row.spot, Spot::Key(_)));
        if let Some(row) = found {
            self.travel(|scroll, _| scroll.selected = row);
        }
    }

    /// The key under the cursor.
    pub fn key(&self) -> Option<&Key> {
        match &self.selected {
            Some(Spot::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// What a new name begins with: the folder one stands in. One stands in an open folder, and before a closed one.
    pub fn begins(&self) -> Vec<u8> {
        let folder = match &self.selected {
            Some(Spot::Folder(folder)) if self.keys.is_open(folder) => Some(folder.clone()),
            Some(spot) => match self.keys.parent(spot) {
                Some(Spot::Folder(folder)) => Some(folder),
                _ => None,
            },
            None => None,
        };
        folder
            .map(|folder| folder.bytes().to_vec())
            .unwrap_or_default()
    }
}

/// How many matches of a search are shown with their folders open.
const SEEN_AT_ONCE: usize = 200;

/// How many rows are looked through for the first match; folders lead to it long before.
const FIRST_MATCH_WITHIN: usize = 1_000;
