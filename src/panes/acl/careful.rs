//! Asking as a user who may be refused: our own rules first, and then only what they allow.
use std::collections::HashSet;

use crate::model::acl::{Feature, Reach, User, replies};
use crate::model::resp::{Cmd, Reply};
use crate::panes::{Cx, Effects};
use crate::server::{Answer, Fault, Ticket, Topic};

use super::disk::Home;
use super::load::{Came, Facts, refusal};
use super::rights;
use super::told::Told;

/// What the screen asks, and the name of it among the commands of a catalog.
const ASKED: &[(&str, &str)] = &[
    ("ACL WHOAMI", "acl|whoami"),
    ("ACL LIST", "acl|list"),
    ("ACL USERS", "acl|users"),
    ("ACL LOG", "acl|log"),
    ("ACL CAT", "acl|cat"),
    ("CLIENT LIST", "client|list"),
    ("CONFIG GET", "config|get"),
    ("COMMAND", "command"),
    ("INFO", "info"),
];

/// How far a user who may be refused has been asked for.
#[derive(Debug, Default)]
pub struct Careful {
    own: Told<()>,
    /// What is not asked, because our rules forbid it or because too much was refused already.
    barred: HashSet<&'static str>,
    /// Our rules are hidden; whether the others' may be seen is still to be tried.
    trying: bool,
}

impl Facts {
    /// Asks for everything anew; where refusals are to be expected, first for our own rules.
    pub fn load(&mut self, cx: &mut Cx) -> Effects {
        if !cx.world.own.is_careful() {
            self.careful.barred.clear();
            return self.load_all(cx);
        }
        let own = vec![Cmd::new("ACL GETUSER").arg(&self.me)];
        self.careful.own.ask(Topic::Users, own, cx)
    }

    /// Whether this is not to be asked.
    pub fn bars(&self, name: &str) -> bool {
        self.careful.barred.contains(name)
    }

    pub fn is_asking_for_own(&self) -> bool {
        self.careful.own.is_asked()
    }

    /// Another connection.
    pub fn forget_own(&mut self) {
        self.careful = Careful::default();
    }

    /// Our own rules came, or a refusal.
    pub fn take_own(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Fault>,
        cx: &mut Cx,
    ) -> Option<(Came, Effects)> {
        let replies = self.careful.own.answered(ticket, answer)?;
        let Some(reply) = replies.first() else {
            return Some((Came::Other, Vec::new()));
        };
        let mine = replies::get_user(&self.me, reply, self.dialect);
        Some(match (mine, refusal("ACL GETUSER", reply)) {
            (Some(mine), _) => {
                self.careful.barred = self.forbidden(&mine);
                (Came::Other, self.load_all(cx))
            }
            (None, Some(words)) => self.only_try(words, cx),
            // Somebody else's connection: the users tell who we are.
            (None, None) => (Came::Other, self.load_all(cx)),
        })
    }

    /// What our rules forbid of what the screen asks.
    fn forbidden(&self, mine: &User) -> HashSet<&'static str> {
        let reach = Reach::of(mine, self.catalog());
        let forbidden = ASKED.iter().filter(|(_, name)| !rights::may(&reach, name));
        forbidden.map(|(asked, _)| *asked).collect()
    }

    /// Who may not see their own rules hardly sees those of others: one more question, and no other by itself.
    fn only_try(&mut self, refused: String, cx: &mut Cx) -> (Came, Effects) {
        self.users.refused = Some(refused);
        self.careful.barred = ASKED.iter().map(|(asked, _)| *asked).collect();
        self.careful.barred.remove("ACL LOG");
        if !self.dialect.has(Feature::Subcommands) {
            // There ACL is allowed or refused as one.
            return (self.nobody(), Vec::new());
        }
        self.careful.barred.remove("ACL LIST");
        self.careful.trying = true;
        (Came::Other, self.load_names(cx))
    }

    /// Whether the others' rules can be seen after all; if so, everything is worth asking.
    pub fn try_ends(&mut self, list: &Reply, cx: &mut Cx) -> Option<(Came, Effects)> {
        if !std::mem::take(&mut self.careful.trying) {
            return None;
        }
        if refusal("ACL LIST", list).is_some() {
            return Some((self.nobody(), Vec::new()));
        }
        self.careful.barred.clear();
        Some((Came::Other, self.load_rest(cx)))
    }

    /// Nobody can be seen.
    fn nobody(&mut self) -> Came {
        self.users.known = Some(Vec::new());
        let unasked = || Home::Untold("this user may see nobody, and so it was not asked".into());
        self.home.known.get_or_insert_with(unasked);
        Came::Users
    }
}
