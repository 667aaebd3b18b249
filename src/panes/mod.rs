//! The panes: each holds its state, its reactions and its drawing in one place.
use std::sync::Arc;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Action, Layer};
use crate::model::acl::{Catalog, User};
use crate::model::target::{Environment, Place, Secret};
use crate::model::{Key, Plight};
use crate::server::{Access, Answer, Fault, Request, Ticket};
use crate::widgets::Focused;
use crate::widgets::theme::Theme;

pub mod acl;
pub mod connect;
pub mod intent;
pub mod log;
pub mod overlay;
pub mod own;
pub mod paint;
pub mod tree;
pub mod value;

use intent::Intent;
use own::{Met, Own};

/// How long the cursor must rest before the server is asked about what it stands on.
pub const REST: Duration = Duration::from_millis(60);

/// What every pane may know and none may change.
pub struct World {
    pub now: Instant,
    /// The time of day, for dates that are typed.
    pub clock: jiff::Zoned,
    pub theme: Theme,
    pub setup: Setup,
    pub access: Access,
    /// Whether the server can be asked now.
    pub link: Reach,
    /// Why the server serves no reads, though it is connected.
    pub plight: Option<Plight>,
    /// What is known of what we may do.
    pub own: Own,
}

/// As whom keygrove is connected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Login {
    /// As the user everybody is who gives no name.
    Default,
    /// As a user of its own, who may be fenced in.
    Named,
}

impl Login {
    /// The login to this target.
    pub fn of(target: &crate::model::target::Target) -> Self {
        if target.is_named() {
            Self::Named
        } else {
            Self::Default
        }
    }
}

/// What the person chose at the start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setup {
    /// Everything is confined to names that begin so.
    pub prefix: Option<Vec<u8>>,
    /// What splits a name into folders; never empty.
    pub separator: Vec<u8>,
    /// SCAN COUNT.
    pub count: u32,
    pub env: Environment,
    pub lock: Lock,
    /// The text of the person's own file of roles where there is one, or why it cannot be read.
    pub roles: Option<Result<String, String>>,
    /// Where the server of `--demo` listens: nobody starts it again.
    pub demo: Option<Place>,
}

impl Default for Setup {
    /// What holds when nothing was chosen.
    fn default() -> Self {
        Self {
            prefix: None,
            separator: b":".to_vec(),
            count: 1000,
            env: Environment::Dev,
            lock: Lock::Open,
            roles: None,
            demo: None,
        }
    }
}

/// Whether read-only can be left while keygrove runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lock {
    /// Writing is allowed from the start.
    Open,
    /// Read-only until a word is typed (production).
    Word,
    /// Read-only for good (`--read-only`).
    Fixed,
}

/// Whether the server can be asked now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    Up,
    Down,
}

/// What a pane works with while it reacts.
pub struct Cx<'a> {
    pub world: &'a World,
    pub tickets: &'a mut Tickets,
}

/// Where tickets come from: no two are alike.
#[derive(Debug, Default)]
pub struct Tickets(u64);

impl Tickets {
    /// A ticket that was never given before.
    pub fn draw(&mut self) -> Ticket {
        self.0 += 1;
        Ticket(self.0)
    }
}

impl Cx<'_> {
    /// An effect that asks the server, and the ticket its answer will carry.
    pub fn ask(&mut self, request: Request) -> (Ticket, Effect) {
        let ticket = self.tickets.draw();
        (ticket, Effect::Ask(ticket, request))
    }
}

/// What a reaction leads to.
pub type Effects = Vec<Effect>;

/// One thing to be done outside the pane that wants it.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    Ask(Ticket, Request),
    /// The answer is no longer wanted.
    Forget(Ticket),
    /// Onto the clipboard of the terminal (OSC 52). It may be a password, and so it is shown nowhere else.
    Copy(Secret),
    /// Suspend the screen and let the person edit this outside.
    Edit(Draft),
    Suspend,
    Redraw,
    Quit,
    /// For the app itself or another pane.
    Tell(News),
}

/// A text handed to `$EDITOR`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    pub bytes: Vec<u8>,
    /// Ending of the file name, so that the editor colours it: `json`, `txt`.
    pub ending: &'static str,
}

/// What panes tell the app.
#[derive(Clone, PartialEq, Debug)]
pub enum News {
    /// A sentence for the person.
    Say(Mood, String),
    /// Open the form of this intent.
    Ask(Intent),
    /// The intent is filled in: do it.
    Fill(Intent, Vec<Vec<u8>>),
    /// These bytes came from `$EDITOR`: do as if they had been typed into the form of the intent.
    Edited(Intent, Vec<u8>),
    /// Show this key in the value pane, and who has the focus then.
    Show(Key, Focus),
    /// Edit the key that is being shown as soon as it is here.
    EditNext,
    /// Show these bytes whole, under this title.
    Read(String, Vec<u8>),
    /// Nothing is under the cursor that has a value.
    Blank,
    /// Delete these keys, after a confirmation.
    Delete(Vec<Key>),
    /// Delete everything below this folder, after counting and a confirmation; so many of its keys are on show, where
    /// not all need be.
    DeleteFolder(Key, Option<usize>),
    /// The server says that this key is no longer there.
    Gone(Key),
    /// What the server told of a key that was opened.
    Learned(Key, String, Result<crate::server::Left, Fault>),
    Focus(Focus),
    /// A question about this key was answered, or refused.
    Met(Key, Met),
    /// Our own rules, as the server told them, and the commands that it has.
    Mine(Box<User>, Arc<Catalog>),
    /// Connect to this address.
    Connect(crate::model::target::Target),
    /// Users were changed on the ACL screen; these steps restore them.
    Users {
        done: &'static str,
        about: String,
        back: Vec<acl::wish::Step>,
        origin: acl::wish::Origin,
    },
    /// Our own password was changed: log in with this one from now on.
    Password(Secret),
}

/// How a notice is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mood {
    Good,
    Plain,
    Bad,
}

/// Which pane has the focus on the Keys screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Focus {
    Tree,
    Value,
}

/// Something that is asked of the server and not there yet.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Slot<T> {
    #[default]
    Empty,
    Waiting(Ticket),
    Ready(T),
    Failed(Fault),
}

impl<T> Slot<T> {
    /// Whether this slot awaits that ticket; any other answer changes nothing.
    pub fn awaits(&self, ticket: Ticket) -> bool {
        matches!(self, Self::Waiting(own) if *own == ticket)
    }

    /// What is there, if it is there.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            _ => None,
        }
    }
}

/// Why an action cannot be done here and now: a sentence.
pub type Why = String;

/// A place on the screen with its own state, reactions and drawing.
pub trait Pane {
    /// Which bindings apply while it has the focus, the nearest layer first.
    fn layers(&self) -> &'static [Layer];
    /// Why this action cannot be done now; asked by dispatch, footer and help alike.
    fn refuses(&self, action: Action, world: &World) -> Option<Why>;
    /// What an action would do now, in the footer's words, where that is something else than usual.
    fn hint(&self, _action: Action) -> Option<&'static str> {
        None
    }
    /// Does an action that is not refused.
    fn act(&mut self, action: Action, cx: &mut Cx) -> Effects;
    /// Takes an answer if it holds its ticket.
    fn take(&mut self, ticket: Ticket, answer: &Result<Answer, Fault>, cx: &mut Cx) -> Effects;
    /// Sizes, scroll positions, hit boxes.
    fn arrange(&mut self, area: Rect);
    /// Paints; cannot change anything.
    fn draw(&self, buf: &mut Buffer, focused: Focused, world: &World);
}

/// A notice for the person.
pub fn say(mood: Mood, text: impl Into<String>) -> Effect {
    Effect::Tell(News::Say(mood, text.into()))
}

/// Why an action on a whole key would be refused to this user, as far as that is known.
pub fn refuses_whole(action: Action, key: Option<&Key>, world: &World) -> Option<Why> {
    let own = &world.own;
    match action {
        // Either will do.
        Action::Delete => own
            .refuses_write(key, &["UNLINK"])
            .and_then(|_| own.refuses_write(key, &["DEL"])),
        Action::Rename => own.refuses_write(key, &["RENAMENX"]),
        Action::Duplicate => own.refuses_write(None, &["COPY"]),
        Action::Ttl => own.refuses_write(key, &["EXPIRE"]),
        _ => None,
    }
}

/// Why what needs the server is refused while it cannot be reached.
const NOT_CONNECTED: &str = "not connected: wait for the reconnect; ctrl-t tries at once";

/// Why a write is refused here and now, if it is.
pub fn refuses_writes(world: &World) -> Option<Why> {
    match (world.access, world.link) {
        (Access::ReadOnly, _) if world.setup.lock == Lock::Fixed => Some(
            "read-only: keygrove was started with --read-only; start it without to write".into(),
        ),
        (Access::ReadOnly, _) => Some("read-only: U unlocks writing".into()),
        (_, Reach::Down) => Some(NOT_CONNECTED.into()),
        _ => None,
    }
}
