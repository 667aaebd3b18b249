//! The ACL screen: who there is and what they may do; whatever changes them goes through a review.
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Action, Chord, Layer};
use crate::model::acl::{Dialect, Hash, Secret};
use crate::model::target::{self, Target};
use crate::server::{Answer, Fault, Hello, Ticket};
use crate::widgets::{Focused, Scroll};

use super::{Cx, Effect, Effects, News, Pane, Setup, Why, World};

mod actions;
mod apply;
mod ask;
pub mod card;
mod careful;
mod clash;
pub mod denials;
mod disk;
mod draw;
pub mod editor;
mod levels;
mod list;
mod load;
mod myself;
mod narrow;
mod new_user;
mod operation;
mod over;
mod password;
mod persist;
pub mod proof;
mod prove;
pub mod reference;
pub mod review;
mod rights;
mod sheet;
mod shell;
pub mod test;
mod told;
mod travel;
mod view;
mod warnings;
pub mod who;
pub mod wish;
mod words;

#[cfg(test)]
mod tests;

use apply::Job;
use levels::Levels;
use load::{Came, Facts};
use myself::Said;
use narrow::Narrow;
use over::Over;
use view::Views;

/// From this width on, the users and the chosen one stand side by side.
const SIDE_BY_SIDE: u16 = 72;
/// How often the denials are read again while they are on screen.
const AGAIN: Duration = Duration::from_secs(2);

/// The ACL screen.
pub struct Acl {
    facts: Facts,
    views: Views,
    levels: Levels,
    /// Where we are connected to, without a login.
    target: Target,
    /// What the server keeps of the password that we log in with.
    login: Option<Hash>,
    cluster: bool,
    /// Users are not replicated, so a change on a replica is a change of it alone.
    replica: bool,
    narrow: Narrow,
    scroll: Scroll,
    side: Side,
    /// The first row of the chosen user on screen.
    top: usize,
    /// Rows that the chosen user has.
    rows: usize,
    places: Places,
    /// What stands over the screen, the top one last.
    over: Vec<Over>,
    /// A change that is under way.
    job: Option<Job>,
    /// A command under way that changes no user.
    errand: Option<persist::Errand>,
    /// Users that were changed here since all were last written to disk, by name.
    unsaved: BTreeSet<Vec<u8>>,
    /// The user that the cursor goes to once it is there.
    wanted: Option<Vec<u8>>,
    /// When the denials are read next.
    again: Option<Instant>,
    /// What is known of ourselves, in words.
    myself: Vec<Said>,
}

/// Which side keys move in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Users,
    User,
}

/// Where things stand, as last arranged.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    body: Rect,
    users: Option<Rect>,
    user: Option<Rect>,
}

impl Acl {
    pub fn new(setup: &Setup) -> Self {
        Self {
            facts: Facts::new(),
            views: Views::default(),
            levels: Levels::new(setup),
            target: Target::default(),
            login: None,
            cluster: false,
            replica: false,
            narrow: Narrow::default(),
            scroll: Scroll::default(),
            side: Side::Users,
            top: 0,
            rows: 0,
            places: Places::default(),
            over: Vec::new(),
            job: None,
            errand: None,
            unsaved: BTreeSet::new(),
            wanted: None,
            again: None,
            myself: Vec::new(),
        }
    }

    /// Another server: nothing that is known holds any more.
    pub fn reset(&mut self, setup: &Setup) {
        *self = Self::new(setup);
    }

    /// The connection is up. What was under way may or may not have been done: the users are read again.
    pub fn linked(
        &mut self,
        hello: &Hello,
        target: &Target,
        shown: Focused,
        cx: &mut Cx,
    ) -> Effects {
        self.target = Target {
            user: None,
            password: None,
            ..target.clone()
        };
        let hash = |password: &target::Secret| Secret::new(password.reveal()).hash();
        self.login = target.password.as_ref().map(hash);
        self.cluster = hello.mode == "cluster";
        self.replica = hello.role == "replica";
        if hello.restarted {
            self.unsaved.clear();
        }
        // Reads that were under way are answered no more. What was sent is: it is done, or told to be unknown.
        self.job.take_if(|job| !job.is_sent());
        let dialect = Dialect::new(&hello.server, &hello.version);
        self.facts.linked(dialect, target.who().into());
        match shown {
            Focused::Yes => self.facts.load(cx),
            Focused::No => Vec::new(),
        }
    }

    /// The screen comes to the front.
    pub fn enter(&mut self, cx: &mut Cx) -> Effects {
        self.learned(cx.world);
        if self.facts.is_reading() {
            return Vec::new();
        }
        self.facts.load(cx)
    }

    /// Something was learned of what we may ourselves.
    pub fn learned(&mut self, world: &World) {
        self.myself = myself::lines(&self.facts, &world.own);
    }

    /// Our own rules are known now.
    fn tell_own(&self) -> Effects {
        let me = self.facts.user(&self.facts.me).cloned();
        let news = |me| News::Mine(Box::new(me), self.facts.catalog().clone());
        me.map(|me| Effect::Tell(news(me))).into_iter().collect()
    }

    /// The users may be others: the cursor stays on the one it was on.
    fn refreshed(&mut self, chosen: Option<Vec<u8>>) {
        self.views.clear();
        self.narrow.list(self.facts.all());
        let me = (!self.narrow.is_narrow()).then(|| self.facts.me.clone());
        if let Some(wanted) = self.wanted.take().or(chosen).or(me) {
            self.choose(&wanted);
        }
        self.prepare();
    }

    /// Works out what is on screen.
    fn prepare(&mut self) {
        let height = self.places.users.map_or(1, |area| usize::from(area.height));
        let shown = self.scroll.top..self.scroll.top + height;
        let wanted = shown.chain([self.scroll.selected]);
        let rows = self.narrow.rows();
        let wanted = wanted.filter_map(|row| rows.get(row).copied());
        self.views.prepare(wanted, &self.facts, self.cluster);
    }

    /// Whether chords go to what stands over the screen, or into the filter.
    pub fn types(&self) -> bool {
        self.is_covered() || self.narrow.is_typed()
    }

    fn is_covered(&self) -> bool {
        !self.over.is_empty()
    }

    /// Whether something was edited and not sent.
    pub fn changed(&self) -> bool {
        self.over.iter().any(Over::changed)
    }

    /// When the denials are to be read again.
    pub fn ticks_at(&self) -> Option<Instant> {
        self.again
    }

    /// A time has come.
    pub fn beat(&mut self, cx: &mut Cx) -> Effects {
        if self.again.is_none_or(|again| again > cx.world.now) {
            return Vec::new();
        }
        self.again = None;
        let shown = self
            .over
            .iter()
            .any(|over| matches!(over, Over::Denials(_)));
        if shown {
            self.facts.load_denials(cx)
        } else {
            Vec::new()
        }
    }
}

impl Pane for Acl {
    fn layers(&self) -> &'static [Layer] {
        match self.over.last() {
            Some(over) => over.layers(),
            None if self.narrow.is_typed() => &[Layer::Narrow],
            None => &[Layer::Acl, Layer::Everywhere],
        }
    }

    fn refuses(&self, action: Action, world: &World) -> Option<Why> {
        self.refusal(action, world)
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Effects {
        self.do_action(action, cx)
    }

    fn take(&mut self, ticket: Ticket, answer: &Result<Answer, Fault>, cx: &mut Cx) -> Effects {
        if let Some(effects) = self
            .take_job(ticket, answer, cx)
            .or_else(|| self.take_errand(ticket, answer, cx))
        {
            return effects;
        }
        let chosen = self.chosen().map(|user| user.name.clone());
        let (came, mut effects) = self.facts.take(ticket, answer, cx);
        match came {
            Came::Not => return effects,
            Came::Users => {
                self.refreshed(chosen);
                effects.extend(self.tell_own());
            }
            Came::Other => {}
        }
        self.learned(cx.world);
        effects.extend(self.tell_over(cx));
        effects
    }

    fn arrange(&mut self, area: Rect) {
        let wide = area.width >= SIDE_BY_SIDE;
        let left = Rect {
            width: (area.width * 11 / 20).max(36),
            ..area
        };
        let right = Rect {
            x: area.x + left.width.min(area.width),
            width: area.width - left.width.min(area.width),
            ..area
        };
        self.places = match self.side {
            _ if wide => Places {
                body: area,
                users: Some(left),
                user: Some(right),
            },
            Side::Users => Places {
                body: area,
                users: Some(area),
                user: None,
            },
            Side::User => Places {
                body: area,
                users: None,
                user: Some(area),
            },
        };
        let shown = self.places.users.map_or(0, |area| self.room(area));
        let len = self.narrow.rows().len();
        self.scroll.clamp(len, usize::from(shown));
        self.prepare();
        let user = self.places.user.unwrap_or_default();
        self.rows = draw::len(self, usize::from(user.width.saturating_sub(3)));
        let room = usize::from(user.height.saturating_sub(2));
        self.top = self.top.min(self.rows.saturating_sub(room));
        for over in &mut self.over {
            over.arrange(area);
        }
    }

    fn draw(&self, buf: &mut Buffer, focused: Focused, world: &World) {
        let at = |side: Side| match focused {
            Focused::Yes if self.side == side => Focused::Yes,
            _ => Focused::No,
        };
        if let Some(area) = self.places.users {
            list::draw(self, area, buf, at(Side::Users), world);
        }
        if let Some(area) = self.places.user {
            draw::draw(self, area, buf, at(Side::User), world);
        }
        for over in &self.over {
            over.draw(self.places.body, buf, &world.theme);
        }
    }
}

impl Acl {
    /// A chord for what stands over the screen.
    pub fn press(&mut self, chord: Chord, cx: &mut Cx) -> Effects {
        match self.over.pop() {
            Some(over) => self.press_over(over, chord, cx),
            None => self.press_filter(chord, cx),
        }
    }

    pub fn paste(&mut self, text: &str) {
        match self.over.last_mut() {
            Some(over) => over.paste(text, &self.levels),
            None => self.paste_filter(text),
        }
    }
}
