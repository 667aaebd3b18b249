//! The connection as the app sees it: up, down, to another server, read-only or not.
use super::Line;
use super::{App, Screen};
use crate::model::target::{Secret, Target};
use crate::panes::connect::Connect;
use crate::panes::own::Own;
use crate::panes::tree::Restarted;
use crate::panes::{Effect, Effects, Focus, Login, Mood, Reach};
use crate::server::{Access, ConnectStep, Failed, Hello, Link, Request};
use crate::widgets::Focused;

/// What is said of a connection that was lost, as long as it holds.
const AGAIN: &str = "connected again";

impl App {
    /// Connects elsewhere. What is on screen stays until there is a connection: the address may be mistyped.
    pub(super) fn connect_to(&mut self, target: Target) -> Effects {
        let home = self.home.as_ref().unwrap_or(&self.target);
        if self.value.changed() && !target.is_beside(home) {
            self.say(Mood::Bad, "save or cancel what you are editing first");
            return Vec::new();
        }
        self.target = target;
        self.connect_anew()
    }

    /// Leaves the connect screen: for what was there before it, if there was a connection once.
    pub(super) fn leave_connect(&mut self) -> Effects {
        let Some(home) = self.home.clone() else {
            return Vec::new();
        };
        self.connect = None;
        if self.reached {
            return Vec::new();
        }
        let effects = self.connect_to(home);
        self.reached = true;
        effects
    }

    /// There is a connection: what is on screen and comes from elsewhere goes.
    fn arrive(&mut self) {
        let Some(left) = self.home.replace(self.target.clone()) else {
            return;
        };
        if !left.is_beside(&self.target) {
            let setup = self.world.setup.clone();
            self.tree.reset(&setup);
            self.value.reset();
            self.acl.reset(&setup);
            // A question about a key of the other server must not be answered here.
            self.overlays.clear();
            self.undoing = None;
            if self.history.forget() {
                self.say(
                    Mood::Plain,
                    "what was done at the other server or database can no longer be undone",
                );
            }
            self.focus = Focus::Tree;
        } else if left.who() != self.target.who() {
            // What was done here can be undone: whether this user may is for the server to say.
            self.tree.relist();
        }
    }

    /// Our password is another one: whatever connects us again must know it. Nothing on screen is lost.
    pub(super) fn log_in_with(&mut self, password: Secret) -> Effects {
        self.target.password = Some(password);
        self.connect_anew()
    }

    fn connect_anew(&mut self) -> Effects {
        let mut effects = self.tree.unlinked();
        self.hello = Hello::default();
        self.reached = false;
        self.refusal = None;
        self.world.plight = None;
        self.line = Line::Trying(ConnectStep::Name);
        self.world.link = Reach::Down;
        self.waiting.clear();
        let connect = Request::Connect(self.target.clone());
        effects.push(Effect::Ask(self.tickets.draw(), connect));
        effects
    }

    pub(super) fn link(&mut self, link: Link) -> Effects {
        match link {
            Link::Trying(step) => {
                if let Some(connect) = &mut self.connect {
                    connect.trying = Some(step);
                }
                self.line = Line::Trying(step);
                Vec::new()
            }
            Link::Up(hello) => self.up(hello),
            Link::Plight(plight) => self.in_plight(plight),
            Link::Down { mut failed, retry } => {
                let retry_at = if self.ends_demo(&failed) {
                    failed.words = "the demo's server is gone: start keygrove --demo again".into();
                    failed.hint.clear();
                    self.say(Mood::Bad, failed.words.clone());
                    None
                } else {
                    retry.map(|retry| self.world.now + retry)
                };
                self.world.link = Reach::Down;
                self.world.plight = None;
                self.notice.take_if(|(_, words)| words == AGAIN);
                if retry.is_none() || self.connect.is_some() || !self.reached {
                    let connect = self
                        .connect
                        .get_or_insert_with(|| Connect::new(self.target.clone()));
                    connect.fail(failed.clone());
                }
                if self.reached && failed.step == ConnectStep::Auth {
                    let words = format!("ctrl-t logs in anew. {}", failed.hint);
                    // What was left unknown must be read; it is not talked over.
                    match self.notice.take_if(|(mood, _)| *mood == Mood::Bad) {
                        None => self.say(Mood::Plain, words),
                        grave => self.notice = grave,
                    }
                }
                self.line = Line::Down { failed, retry_at };
                Vec::new()
            }
        }
    }

    /// Whether this is the end of the demo's server, and not of a connection to it.
    fn ends_demo(&self, failed: &Failed) -> bool {
        let demo = self.world.setup.demo.as_ref() == Some(&self.target.place);
        demo && failed.step == ConnectStep::Tcp && matches!(self.line, Line::Trying(_))
    }

    pub(super) fn up(&mut self, hello: Hello) -> Effects {
        let restarted = if hello.restarted {
            Restarted::Yes
        } else {
            Restarted::No
        };
        // That a write is unknown must be read; it is not talked over.
        let grave = self.notice.take_if(|(mood, _)| *mood == Mood::Bad);
        match (grave, restarted) {
            (None, Restarted::Yes) => {
                self.say(Mood::Bad, "the server was restarted: the scan begins again");
            }
            (Some((_, words)), Restarted::Yes) => {
                self.say(Mood::Bad, format!("the server was restarted. {words}"));
            }
            (None, Restarted::No) if self.reached => self.say(Mood::Good, AGAIN),
            (grave, Restarted::No) => self.notice = grave.or(self.notice.take()),
        }
        self.reached = true;
        self.hello = hello;
        self.line = Line::Up;
        self.world.link = Reach::Up;
        self.world.own = Own::new(Login::of(&self.target), &self.world.setup.separator);
        self.connect.take_if(|connect| !connect.stays());
        self.arrive();
        let mut effects = self.with(|app, cx| app.tree.linked(restarted, cx));
        effects.extend(self.with(|app, cx| app.value.linked(cx)));
        let (hello, target) = (self.hello.clone(), self.target.clone());
        let shown = if self.screen == Screen::Acl {
            Focused::Yes
        } else {
            Focused::No
        };
        effects.extend(self.with(|app, cx| app.acl.linked(&hello, &target, shown, cx)));
        effects
    }

    pub(super) fn set_access(&mut self, access: Access) -> Effects {
        self.world.access = access;
        let words = match access {
            Access::ReadWrite => "writing is allowed now; U forbids it again",
            Access::ReadOnly => "read-only: nothing that writes leaves keygrove",
        };
        self.say(Mood::Good, words);
        vec![Effect::Ask(self.tickets.draw(), Request::Access(access))]
    }
}
