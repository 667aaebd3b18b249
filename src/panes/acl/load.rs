//! What the screen knows: the users and what stands around them, each part asked by itself, each refusal in words.
use std::cell::OnceCell;
use std::sync::Arc;

use crate::model::acl::replies::{self, Connection, Denial};
use crate::model::acl::{Catalog, Dialect, User, commands};
use crate::model::resp::{Cmd, Reply};
use crate::panes::{Cx, Effects};
use crate::server::{Answer, Fault, Request, Ticket, Topic};

use super::careful::Careful;
use super::disk::Home;
use super::told::Told;

/// Denials that are read, at most; servers keep 128 unless told otherwise.
const DENIALS: u32 = 128;

/// Of what our rules forbid, and so was not asked.
pub fn barred(name: &str) -> String {
    format!("this user may not {name}")
}

/// What a refused command means for this user, in words.
pub fn refusal(name: &str, reply: &Reply) -> Option<String> {
    match reply {
        Reply::Error { code, text } if code == "NOPERM" => {
            Some(format!("this user may not {name}: {text}"))
        }
        Reply::Error { code, text } => Some(format!("{name}: {code} {text}")),
        _ => None,
    }
}

/// Everything the server told.
#[derive(Debug)]
pub struct Facts {
    pub dialect: Dialect,
    /// Who we are.
    pub me: Vec<u8>,
    pub users: Told<Vec<User>>,
    /// The names whose rules are being read, as ACL LIST told of them.
    names: Vec<(Vec<u8>, Option<User>)>,
    reading: Option<Ticket>,
    /// As the server told; else filled with what is assumed when it is first wanted.
    catalog: OnceCell<Arc<Catalog>>,
    commands: Told<()>,
    pub clients: Told<Vec<Connection>>,
    pub denials: Told<Vec<Denial>>,
    pub home: Told<Home>,
    pub careful: Careful,
    /// What was asked of the users last.
    listing: Vec<&'static str>,
}

/// What came of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Came {
    /// Nothing here waited for it.
    Not,
    /// Something is known now that was not; `Users` where the users or the commands are others than before.
    Users,
    Other,
}

impl Facts {
    pub fn new() -> Self {
        let dialect = Dialect::new("redis", "");
        Self {
            dialect,
            me: b"default".to_vec(),
            users: Told::default(),
            names: Vec::new(),
            reading: None,
            catalog: OnceCell::new(),
            commands: Told::default(),
            clients: Told::default(),
            denials: Told::default(),
            home: Told::default(),
            careful: Careful::default(),
            listing: Vec::new(),
        }
    }

    /// A server of this dialect, as this user.
    pub fn linked(&mut self, dialect: Dialect, me: Vec<u8>) {
        if dialect != self.dialect {
            self.dialect = dialect;
            self.catalog = OnceCell::new();
        }
        self.me = me;
        self.users.asked = None;
        self.reading = None;
        self.commands = Told::default();
        self.clients.asked = None;
        self.denials.asked = None;
        self.home.asked = None;
        self.forget_own();
    }

    /// Asks for everything that is not barred.
    pub fn load_all(&mut self, cx: &mut Cx) -> Effects {
        let mut effects = self.load_users(cx);
        effects.extend(self.load_known(cx));
        effects
    }

    /// What is worth asking once the users may be seen.
    pub fn load_rest(&mut self, cx: &mut Cx) -> Effects {
        let mut effects = self.load_clients(cx);
        effects.extend(self.load_known(cx));
        effects
    }

    fn load_known(&mut self, cx: &mut Cx) -> Effects {
        let mut effects = Vec::new();
        if self.bars("COMMAND") {
            self.commands.refused = Some(barred("COMMAND"));
        } else if self.commands.known.is_none() {
            let categories = (!self.bars("ACL CAT")).then(|| Cmd::new("ACL CAT"));
            let cmds = [Cmd::new("COMMAND")]
                .into_iter()
                .chain(categories)
                .collect();
            effects.extend(self.commands.ask(Topic::Catalog, cmds, cx));
        } else {
            self.commands.refused = None;
        }
        effects.extend(self.load_denials(cx));
        effects.extend(self.load_home(cx));
        effects
    }

    fn load_home(&mut self, cx: &mut Cx) -> Effects {
        if self.bars("CONFIG GET") {
            self.home.known = Some(Home::Untold(barred("CONFIG GET")));
            return Vec::new();
        }
        let info = (!self.bars("INFO")).then(|| Cmd::new("INFO server"));
        let disk = [Cmd::new("CONFIG GET").arg("aclfile")];
        let disk = disk.into_iter().chain(info).collect();
        self.home.ask(Topic::Disk, disk, cx)
    }

    /// Asks for the users and who is connected.
    pub fn load_users(&mut self, cx: &mut Cx) -> Effects {
        let mut effects = self.load_names(cx);
        effects.extend(self.load_clients(cx));
        effects
    }

    /// Asks who there is.
    pub fn load_names(&mut self, cx: &mut Cx) -> Effects {
        self.reading = None;
        let names = ["ACL WHOAMI", "ACL LIST", "ACL USERS"].into_iter();
        self.listing = names.filter(|name| !self.bars(name)).collect();
        let cmds = self.listing.iter().map(|name| Cmd::new(name)).collect();
        self.users.ask(Topic::Users, cmds, cx)
    }

    fn load_clients(&mut self, cx: &mut Cx) -> Effects {
        if self.bars("CLIENT LIST") {
            self.clients.refused = Some(barred("CLIENT LIST"));
            return Vec::new();
        }
        let clients = vec![Cmd::new("CLIENT LIST")];
        self.clients.ask(Topic::Clients, clients, cx)
    }

    pub fn load_denials(&mut self, cx: &mut Cx) -> Effects {
        if self.bars("ACL LOG") {
            self.denials.refused = Some(barred("ACL LOG"));
            return Vec::new();
        }
        let cmds = vec![Cmd::new("ACL LOG").num(DENIALS)];
        self.denials.ask(Topic::Denials, cmds, cx)
    }

    /// Takes an answer.
    pub fn take(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Fault>,
        cx: &mut Cx,
    ) -> (Came, Effects) {
        if let Some(came) = self.take_own(ticket, answer, cx) {
            return came;
        }
        if let Some(replies) = self.users.answered(ticket, answer) {
            return self.names_came(replies, cx);
        }
        if self.reading == Some(ticket) {
            self.reading = None;
            self.rules_came(answer);
            return (Came::Users, Vec::new());
        }
        if let Some(replies) = self.commands.answered(ticket, answer) {
            self.commands_came(replies);
            return (Came::Users, Vec::new());
        }
        if let Some(replies) = self.clients.answered(ticket, answer) {
            if let [reply] = replies {
                let read = |reply: &Reply| reply.bytes().map(replies::connections);
                self.clients.hold("CLIENT LIST", reply, read);
            }
            return (Came::Other, Vec::new());
        }
        if let Some(replies) = self.denials.answered(ticket, answer) {
            if let [reply] = replies {
                let read = |reply: &Reply| reply.items().map(|_| replies::log(reply));
                self.denials.hold("ACL LOG", reply, read);
            }
            return (Came::Other, Vec::new());
        }
        if let Some(replies) = self.home.answered(ticket, answer) {
            if let Some(aclfile) = replies.first() {
                self.home.known = Some(Home::read(aclfile, replies.get(1)));
            }
            return (Came::Other, Vec::new());
        }
        (Came::Not, Vec::new())
    }

    /// Who there is: now the rules of each are asked for. Where nobody may be listed we ask for ourselves.
    fn names_came(&mut self, replies: &[Reply], cx: &mut Cx) -> (Came, Effects) {
        if replies.len() != self.listing.len() {
            return (Came::Other, Vec::new());
        }
        let told = |name: &str| {
            let at = self.listing.iter().position(|asked| *asked == name);
            at.and_then(|at| replies.get(at)).unwrap_or(&Reply::Nil)
        };
        let [me, list, users] = ["ACL WHOAMI", "ACL LIST", "ACL USERS"].map(told);
        let mut effects = Vec::new();
        match self.try_ends(list, cx) {
            Some((Came::Users, none)) => return (Came::Users, none),
            Some((_, rest)) => effects = rest,
            None => {}
        }
        if let Some(me) = me.bytes() {
            self.me = me.to_vec();
        }
        self.users.refused = refusal("ACL LIST", list);
        if self.bars("ACL LIST") {
            self.users.refused = Some(barred("ACL LIST"));
        }
        let listed = replies::list(list, self.dialect);
        let mut names: Vec<(Vec<u8>, Option<User>)> = listed
            .into_iter()
            .map(|user| (user.name.clone(), Some(user)))
            .collect();
        if names.is_empty() {
            let told = users.items().unwrap_or_default().iter();
            names = told
                .filter_map(Reply::bytes)
                .map(|name| (name.to_vec(), None))
                .collect();
        }
        if names.is_empty() {
            names.push((self.me.clone(), None));
        }
        let cmds = names
            .iter()
            .map(|(name, _)| Cmd::new("ACL GETUSER").arg(name))
            .collect();
        self.names = names;
        let topic = Topic::Users;
        let (ticket, effect) = cx.ask(Request::Read { topic, cmds });
        self.reading = Some(ticket);
        effects.push(effect);
        (Came::Other, effects)
    }

    /// What each user may; ACL LIST stands in where ACL GETUSER is refused.
    fn rules_came(&mut self, answer: &Result<Answer, Fault>) {
        let replies: &[Reply] = match answer {
            Ok(Answer::Replies(replies)) => replies,
            Ok(_) => &[],
            Err(fault) => {
                self.users.refused = Some(fault.to_string());
                return;
            }
        };
        let mut users = Vec::new();
        for ((name, listed), reply) in std::mem::take(&mut self.names).into_iter().zip(replies) {
            if let Some(words) = refusal("ACL GETUSER", reply) {
                self.users.refused.get_or_insert(words);
            }
            users.extend(replies::get_user(&name, reply, self.dialect).or(listed));
        }
        self.users.known = Some(users);
    }

    fn commands_came(&mut self, replies: &[Reply]) {
        let Some(commands) = replies.first() else {
            return;
        };
        let categories = replies.get(1).unwrap_or(&Reply::Nil);
        let dialect = self.dialect;
        let catalog = commands::catalog(commands, dialect).filter(|catalog| !catalog.is_empty());
        self.commands.hold("COMMAND", commands, |_| Some(()));
        if let Some(catalog) = catalog {
            let catalog = catalog.with_categories(replies::names(categories));
            self.catalog = Arc::new(catalog).into();
        }
    }

    /// The commands of this server.
    pub fn catalog(&self) -> &Arc<Catalog> {
        let assumed = || Arc::new(commands::assumed(self.dialect));
        self.catalog.get_or_init(assumed)
    }

    /// A user by name.
    pub fn user(&self, name: &[u8]) -> Option<&User> {
        self.all().iter().find(|user| user.name == name)
    }

    /// All users that are known.
    pub fn all(&self) -> &[User] {
        self.users.known.as_deref().unwrap_or_default()
    }

    /// How many connections a user has; `None` if nobody could look.
    pub fn connected(&self, name: &[u8]) -> Option<usize> {
        let clients = self.clients.known.as_ref()?;
        Some(clients.iter().filter(|client| client.user == name).count())
    }

    /// The newest denial of a user.
    pub fn denied(&self, name: &[u8]) -> Option<&Denial> {
        let denials = self.denials.known.as_ref()?.iter();
        denials
            .filter(|denial| denial.user == name)
            .min_by(|a, b| a.age.total_cmp(&b.age))
    }

    /// What was refused, for each part in words.
    pub fn refusals(&self) -> Vec<&str> {
        let parts = [
            &self.users.refused,
            &self.commands.refused,
            &self.clients.refused,
            &self.denials.refused,
        ];
        parts.into_iter().flatten().map(String::as_str).collect()
    }

    /// Whether the users are being read.
    pub fn is_reading(&self) -> bool {
        self.users.is_asked() || self.reading.is_some() || self.is_asking_for_own()
    }
}
