//! The app: panes, focus, overlays. A message goes in, effects come out; nothing here waits or fails.
use std::time::{Duration, Instant};

use crate::input::Action;
use crate::model::target::Target;
use crate::model::{Key, Plight};
use crate::panes::acl::Acl;
use crate::panes::connect::Connect;
use crate::panes::log::Log;
use crate::panes::own::Own;
use crate::panes::tree::Tree;
use crate::panes::value::Value;
use crate::panes::{Cx, Effect, Effects, Focus, Login, Mood, Pane, Reach, Setup, Tickets, World};
use crate::server::{Access, Answer, ConnectStep, Event, Failed, Fault, Hello, Request, Ticket};
use crate::widgets::theme::Theme;

mod bare;
mod clash;
mod doubts;
mod draw;
mod fill;
mod history;
mod link;
mod moved;
mod msg;
mod news;
mod overlays;
mod plight;
mod point;
mod press;
mod rights;
mod sweeps;
mod top;
mod undo;
mod waiting;
mod writes;

use history::History;
use overlays::Overlay;
use undo::Undoing;
use waiting::Waiting;
use writes::Write;

pub use msg::Msg;
pub use point::{Gesture, Pointer};

/// The whole state of the screen.
pub struct App {
    world: World,
    began: Instant,
    tickets: Tickets,
    target: Target,
    /// Where what is on screen comes from: the last target that let us in.
    home: Option<Target>,
    tree: Tree,
    value: Value,
    acl: Acl,
    log: Log,
    connect: Option<Connect>,
    screen: Screen,
    focus: Focus,
    /// The top one last.
    overlays: Vec<Overlay>,
    writes: Vec<Write>,
    history: History,
    /// An undo under way.
    undoing: Option<Undoing>,
    waiting: Waiting,
    notice: Option<(Mood, String)>,
    /// What was done to part of a value, until that is read again: its key, and what was said of it.
    done: Option<(Key, &'static str)>,
    line: Line,
    /// Whether there was a connection to this target.
    reached: bool,
    /// Why the server refused the last write that it refused as a whole.
    refusal: Option<plight::Refusal>,
    /// Since when the server has been in its plight.
    plight_since: Option<Instant>,
    /// A script is being stopped.
    stopping: Option<Ticket>,
    /// What the server told of itself; nothing before the first connection to it.
    hello: Hello,
    places: draw::Places,
}

/// What is in front.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Screen {
    Keys,
    Acl,
    Log,
}

/// How the connection stands.
enum Line {
    Trying(ConnectStep),
    Up,
    Down {
        failed: Failed,
        retry_at: Option<Instant>,
    },
}

impl App {
    /// The app before anything is connected.
    pub fn new(
        target: Target,
        setup: Setup,
        access: Access,
        theme: Theme,
        now: Instant,
        clock: jiff::Zoned,
    ) -> Self {
        let own = Own::new(Login::of(&target), &setup.separator);
        let tree = Tree::new(&setup);
        let value = Value::new(&setup.separator);
        let acl = Acl::new(&setup);
        Self {
            world: World {
                now,
                clock,
                theme,
                setup,
                access,
                link: Reach::Down,
                plight: None,
                own,
            },
            began: now,
            tickets: Tickets::default(),
            target,
            home: None,
            tree,
            value,
            acl,
            log: Log::default(),
            connect: None,
            screen: Screen::Keys,
            focus: Focus::Tree,
            overlays: Vec::new(),
            writes: Vec::new(),
            history: History::default(),
            undoing: None,
            waiting: Waiting::default(),
            notice: None,
            done: None,
            line: Line::Trying(ConnectStep::Name),
            reached: false,
            refusal: None,
            plight_since: None,
            stopping: None,
            hello: Hello::default(),
            places: draw::Places::default(),
        }
    }

    /// What to do first: connect.
    pub fn start(&mut self) -> Effects {
        let target = self.target.clone();
        let ticket = self.tickets.draw();
        self.settle(vec![Effect::Ask(ticket, Request::Connect(target))])
    }

    /// Takes one message. `now` and `clock` are the time at which it came.
    pub fn update(&mut self, msg: Msg, now: Instant, clock: jiff::Zoned) -> Effects {
        self.world.now = now;
        self.world.clock = clock;
        let effects = match msg {
            Msg::Press(chord) => self.press(chord),
            Msg::Paste(text) => self.paste(&text),
            Msg::Point(pointer) => self.point(pointer),
            Msg::Server(event) => self.hear(event),
            Msg::Edited(result) => self.value.edited(result),
            Msg::Resize => Vec::new(),
            Msg::Beat => self.beat(),
        };
        self.settle(effects)
    }

    /// Whether anything is still to come without the person doing anything: an answer, or a question that waits for
    /// the cursor to rest.
    #[must_use]
    pub fn busy(&self) -> bool {
        !self.waiting.is_empty()
            || matches!(self.line, Line::Trying(_))
            || self.tree.due(&self.world).is_some()
            || self.value.due().is_some()
    }

    /// Whether names are worked at, a slice at each [`Msg::Beat`].
    pub fn works(&self) -> bool {
        self.tree.works()
    }

    /// When [`Msg::Beat`] is wanted next; `None` while nothing changes by itself.
    pub fn wakes_at(&self) -> Option<Instant> {
        let now = self.world.now;
        let retry = match self.line {
            Line::Down {
                retry_at: Some(at), ..
            } if at > now => {
                let left = at.duration_since(now).as_millis() as u64;
                Some(now + Duration::from_millis(left.saturating_sub(1) % 1000 + 1))
            }
            // How long it has been silent is counted.
            Line::Up if self.world.plight == Some(Plight::Silent) => {
                Some(now + Duration::from_secs(1))
            }
            _ => None,
        };
        let panes = [
            self.tree.due(&self.world),
            self.value.due(),
            self.value.ticks_at(),
            self.acl.ticks_at(),
            self.refusal.as_ref().map(|refusal| refusal.until),
        ];
        let counts = [self.tree.counts_at(now), self.value.counts_at(now)];
        let counts = counts.into_iter().flatten().min();
        let counts = counts.map(|at| self.whole_second(at));
        panes.into_iter().chain([retry, counts]).flatten().min()
    }

    /// The next of the moments at which all that counts down is drawn anew: one a second, and not one for each row.
    fn whole_second(&self, at: Instant) -> Instant {
        let since = at.saturating_duration_since(self.began);
        let seconds = since.as_secs() + u64::from(since.subsec_nanos() > 0);
        self.began + Duration::from_secs(seconds)
    }

    fn beat(&mut self) -> Effects {
        let now = self.world.now;
        self.refusal.take_if(|refusal| refusal.until <= now);
        let mut effects = self.with(|app, cx| app.tree.beat(cx));
        effects.extend(self.with(|app, cx| app.value.beat(cx)));
        effects.extend(self.with(|app, cx| app.acl.beat(cx)));
        effects
    }

    /// Lets a pane react: lends it the world and the tickets.
    fn with<T>(&mut self, react: impl FnOnce(&mut Panes, &mut Cx) -> T) -> T {
        let mut cx = Cx {
            world: &self.world,
            tickets: &mut self.tickets,
        };
        let mut panes = Panes {
            tree: &mut self.tree,
            value: &mut self.value,
            acl: &mut self.acl,
            log: &mut self.log,
        };
        react(&mut panes, &mut cx)
    }

    /// Does what effects want inside the app, and hands out the rest.
    fn settle(&mut self, effects: Effects) -> Effects {
        let mut out = Vec::new();
        let mut todo: std::collections::VecDeque<Effect> = effects.into();
        while let Some(effect) = todo.pop_front() {
            match effect {
                Effect::Tell(news) => todo.extend(self.learn(news)),
                Effect::Ask(ticket, request) => {
                    self.waiting.ask(ticket, &request);
                    out.push(Effect::Ask(ticket, request));
                }
                Effect::Forget(ticket) => {
                    self.waiting.end(ticket);
                    out.push(Effect::Forget(ticket));
                }
                effect => out.push(effect),
            }
        }
        out
    }

    fn say(&mut self, mood: Mood, text: impl Into<String>) {
        self.notice = Some((mood, text.into()));
    }

    /// An event from the server room.
    fn hear(&mut self, event: Event) -> Effects {
        match event {
            Event::Answer { ticket, answer } => self.take(ticket, &answer),
            Event::Link(link) => self.link(link),
            Event::Sent(sent) => {
                self.log.push(sent, &self.world);
                Vec::new()
            }
            Event::Rights(news) => {
                self.world.own.hear(news);
                self.acl.learned(&self.world);
                Vec::new()
            }
        }
    }

    fn take(&mut self, ticket: Ticket, answer: &Result<Answer, Fault>) -> Effects {
        let more_to_come = match answer {
            Ok(Answer::Keys(batch)) => !batch.done,
            Ok(Answer::Unlinked(progress)) => !progress.done,
            Ok(Answer::Weighed(progress)) => !progress.done,
            Ok(Answer::Restored(progress)) => !progress.done,
            _ => false,
        };
        if !more_to_come {
            self.waiting.end(ticket);
        }
        if self.take_stop(ticket, answer) {
            return Vec::new();
        }
        if let Some(effects) = self
            .take_write(ticket, answer)
            .or_else(|| self.take_undo(ticket, answer))
            .or_else(|| self.take_overlay(ticket, answer))
        {
            return effects;
        }
        let mut effects = self.with(|app, cx| app.tree.take(ticket, answer, cx));
        effects.extend(self.with(|app, cx| app.value.take(ticket, answer, cx)));
        effects.extend(self.with(|app, cx| app.acl.take(ticket, answer, cx)));
        effects
    }
}

/// The panes, lent together.
struct Panes<'a> {
    tree: &'a mut Tree,
    value: &'a mut Value,
    acl: &'a mut Acl,
    log: &'a mut Log,
}

impl App {
    /// Why an action cannot be done here and now; the same answer for dispatch, footer and help.
    fn refuses(&self, action: Action) -> Option<String> {
        if action == Action::Unlock && self.world.setup.lock == crate::panes::Lock::Fixed {
            return Some("keygrove was started with --read-only, and that holds".into());
        }
        match action {
            Action::Retry => return self.refuses_retry(),
            Action::StopScript => return self.refuses_to_stop(),
            Action::Undo | Action::History => return self.refuses_undo(action),
            _ => {}
        }
        match (self.screen, self.focus) {
            (Screen::Acl, _) => self.acl.refuses(action, &self.world),
            (Screen::Log, _) => self.log.refuses(action, &self.world),
            (Screen::Keys, Focus::Tree) => self.tree.refuses(action, &self.world),
            (Screen::Keys, Focus::Value) => self.value.refuses(action, &self.world),
        }
    }
}
