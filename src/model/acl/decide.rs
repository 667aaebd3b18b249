//! May this user run this command line? Which rule says so, and what would allow it?
use super::catalog::{Catalog, Command, CommandId};
use super::dialect::Feature;
use super::escape::literal;
use super::keyspec::{self, Need, Place};
use super::reach::{Because, Match, Reach, Scope};
use super::rule::{Access, CommandRule, KeyPattern, Rule, What};
use super::user::{self, Databases, User};
use crate::model::printed::print;

/// The answer to one command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    Allowed(Allowed),
    Denied(Denied),
    /// The server would refuse it before it looks at permissions.
    Invalid(Invalid),
}

/// Why a command line may run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allowed {
    /// 0 for the root, n for the n-th selector.
    pub selector: usize,
    pub because: Because,
    /// The patterns that let the keys and channels be used, each once.
    pub patterns: Vec<Rule>,
}

/// Why a command line may not run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denied {
    pub reason: Reason,
    /// 0 for the root, n for the n-th selector: the set of rights that came closest.
    pub selector: usize,
    /// The rule that takes the command away; `None` if no rule ever grants it, or keys or channels are the reason.
    pub by: Option<CommandRule>,
    /// What the key is needed for; nothing where the reason is no key.
    pub need: Need,
    /// A pattern that matches the key and lacks a letter.
    pub near: Option<KeyPattern>,
}

/// What a denial is about, as ACL DRYRUN and ACL LOG tell it.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Reason {
    /// The command, as `container|sub`.
    Command(String),
    /// The number of the database, or the command where all are needed (FLUSHALL).
    Database(Vec<u8>),
    Key(Vec<u8>),
    Channel(Vec<u8>),
}

/// Why there is nothing to decide.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Invalid {
    #[error("this server knows no such command or subcommand: {}", print(.0))]
    Unknown(Vec<u8>),
    #[error("wrong number of arguments for {0}")]
    Arity(String),
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Command(name) => write!(f, "no permission to run {name}"),
            Self::Database(which) => write!(f, "no permission for the database {}", print(which)),
            Self::Key(key) => write!(f, "no permission for the key {}", print(key)),
            Self::Channel(channel) => write!(f, "no permission for the channel {}", print(channel)),
        }
    }
}

impl Verdict {
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

/// Decides one command line; for many questions about one user, keep its [`Reach`].
pub fn decide(user: &User, catalog: &Catalog, argv: &[&[u8]]) -> Verdict {
    Reach::of(user, catalog).decide(argv)
}

impl Reach<'_> {
    /// Decides one command line as the server would.
    pub fn decide(&self, argv: &[&[u8]]) -> Verdict {
        let Some(id) = self.catalog.lookup(argv) else {
            let name = argv.first().copied().unwrap_or_default();
            return Verdict::Invalid(Invalid::Unknown(name.to_vec()));
        };
        let command = self.catalog.command(id);
        if !command.takes(argv.len()) {
            return Verdict::Invalid(Invalid::Arity(command.name.clone()));
        }
        let line = Line::of(id, command, argv);
        let mut deepest: Option<(usize, Failure)> = None;
        for (selector, scope) in self.selectors.iter().enumerate() {
            match line.within(scope, self.catalog) {
                Ok(because) => {
                    let patterns = line.patterns(scope);
                    return Verdict::Allowed(Allowed {
                        selector,
                        because,
                        patterns,
                    });
                }
                Err(failure) if deepest.is_none_or(|(_, worst)| failure > worst) => {
                    deepest = Some((selector, failure));
                }
                Err(_) => {}
            }
        }
        let (selector, failure) = deepest.unwrap_or((0, Failure::Command));
        Verdict::Denied(self.denied(&line, selector, failure))
    }

    fn denied(&self, line: &Line<'_>, selector: usize, failure: Failure) -> Denied {
        let at = |at: usize| line.argv.get(at).copied().unwrap_or_default();
        let scope = self.selectors.get(selector);
        let (mut by, mut need, mut near) = (None, Need::NOTHING, None);
        let reason = match failure {
            Failure::Command => {
                by = scope.and_then(|scope| scope.rule_of(line.id)).cloned();
                Reason::Command(self.catalog.command(line.id).name.clone())
            }
            Failure::Key(place) => {
                let needs = line.keys.iter().find(|key| key.at == place);
                need = needs.map_or(Need::NOTHING, |key| key.need);
                near = scope.and_then(|scope| scope.key_rule(at(place), Need::NOTHING));
                Reason::Key(at(place).to_vec())
            }
            Failure::Database(place) => Reason::Database(at(place).to_vec()),
            Failure::Channel(place) => Reason::Channel(at(place).to_vec()),
        };
        let near = near.and_then(|rule| match rule {
            Rule::Key(pattern) => Some(pattern),
            _ => None,
        });
        Denied {
            reason,
            selector,
            by,
            need,
            near,
        }
    }
}

/// How far a set of rights got; the server reports the deepest failure, and of those the one furthest right.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Failure {
    Command,
    Database(usize),
    Key(usize),
    Channel(usize),
}

/// A command line with its keys and channels found.
struct Line<'a> {
    id: CommandId,
    argv: &'a [&'a [u8]],
    keys: Vec<Place>,
    channels: std::ops::Range<usize>,
    how: Match,
}

impl<'a> Line<'a> {
    fn of(id: CommandId, command: &Command, argv: &'a [&'a [u8]]) -> Self {
        let (channels, how) = match command.name.as_str() {
            "publish" | "spublish" => (1..2, Match::Glob),
            "subscribe" | "ssubscribe" => (1..argv.len(), Match::Glob),
            "psubscribe" => (1..argv.len(), Match::Literal),
            _ => (0..0, Match::Glob),
        };
        let keys = keyspec::places(command, argv);
        Self {
            id,
            argv,
            keys,
            channels,
            how,
        }
    }

    /// The patterns of a set of rights that let every key and channel be used.
    fn patterns(&self, scope: &Scope<'_>) -> Vec<Rule> {
        let at = |at: usize| self.argv.get(at).copied().unwrap_or_default();
        let keys = self
            .keys
            .iter()
            .filter_map(|key| scope.key_rule(at(key.at), key.need));
        let channels = self
            .channels
            .clone()
            .filter_map(|place| scope.channel_rule(at(place), self.how));
        let mut patterns: Vec<Rule> = Vec::new();
        for rule in keys.chain(channels) {
            if !patterns.contains(&rule) {
                patterns.push(rule);
            }
        }
        patterns
    }

    fn within(&self, scope: &Scope<'_>, catalog: &Catalog) -> Result<Because, Failure> {
        let because = scope
            .command(self.id, self.argv, catalog)
            .ok_or(Failure::Command)?;
        if let Databases::Only(numbers) = &scope.rights.databases
            && let Some(at) = self.closed_database(numbers, &catalog.command(self.id).name)
        {
            return Err(Failure::Database(at));
        }
        if let Some(place) = scope.foreign(&self.keys, self.argv) {
            return Err(Failure::Key(place.at));
        }
        let closed = |at: &usize| !scope.channel(self.argv[*at], self.how);
        match self.channels.clone().find(closed) {
            Some(at) => Err(Failure::Channel(at)),
            None => Ok(because),
        }
    }
}

impl Line<'_> {
    /// Where a database is named that is not among these; the command itself where it needs all of them. In which one
    /// the user stands is not known here.
    fn closed_database(&self, open: &[u32], command: &str) -> Option<usize> {
        let names_db = |word: &[u8]| word.eq_ignore_ascii_case(b"db");
        let places = match command {
            "flushall" => return Some(0),
            "select" => 1..2,
            "move" => 2..3,
            "swapdb" => 1..3,
            "copy" => {
                let at = self.argv.iter().skip(3).position(|word| names_db(word))? + 4;
                at..at + 1
            }
            _ => return None,
        };
        places.into_iter().find(|at| {
            let number = self
                .argv
                .get(*at)
                .and_then(|word| std::str::from_utf8(word).ok());
            let number = number.and_then(|word| word.parse().ok());
            number.is_some_and(|number: u32| !open.contains(&number))
        })
    }
}

/// The fewest rules for the root that would let a user run this command line; empty if it may already or nothing
/// can help.
///
/// They name the command and the keys themselves, nothing wider. What no pattern can spell (a white space) becomes
/// `?`.
pub fn grant(user: &User, catalog: &Catalog, argv: &[&[u8]]) -> Vec<Rule> {
    let mut user = user.clone();
    let mut rules = Vec::new();
    // Every round grants one of the arguments or the command.
    for _ in 0..=argv.len() {
        let Verdict::Denied(denied) = rooted(&user, catalog, argv) else {
            break;
        };
        let Some(rule) = missing(&denied.reason, catalog, argv) else {
            return Vec::new();
        };
        if user::apply(&mut user, &rule, catalog).is_err() {
            return Vec::new();
        }
        rules.push(rule);
    }
    if decide(&user, catalog, argv).is_allowed() {
        rules
    } else {
        Vec::new()
    }
}

/// The verdict of everything, and where that is a denial, what is wrong with the root.
fn rooted(user: &User, catalog: &Catalog, argv: &[&[u8]]) -> Verdict {
    let mut reach = Reach::of(user, catalog);
    let verdict = reach.decide(argv);
    if matches!(verdict, Verdict::Denied(_)) {
        reach.selectors.truncate(1);
        return reach.decide(argv);
    }
    verdict
}

/// What grants it; `None` for a database, since more of them are seldom meant.
fn missing(reason: &Reason, catalog: &Catalog, argv: &[&[u8]]) -> Option<Rule> {
    Some(match reason {
        Reason::Database(_) => return None,
        Reason::Command(name) => CommandRule::allow(What::named(name)).into(),
        Reason::Channel(channel) => {
            let pattern = catalog
                .lookup(argv)
                .is_some_and(|id| catalog.command(id).name == "psubscribe");
            Rule::Channel(if pattern {
                channel.clone()
            } else {
                literal(channel)
            })
        }
        Reason::Key(key) => Rule::Key(KeyPattern {
            access: letters(key, catalog, argv),
            pattern: literal(key),
        }),
    })
}

/// The fewest letters that serve every place at which a command line names this key.
fn letters(key: &[u8], catalog: &Catalog, argv: &[&[u8]]) -> Access {
    if !catalog.dialect.has(Feature::KeyLetters) {
        return Access::Both;
    }
    let places = catalog
        .lookup(argv)
        .map(|id| keyspec::places(catalog.command(id), argv))
        .unwrap_or_default();
    let needs = places
        .iter()
        .filter(|place| argv.get(place.at) == Some(&key));
    let need = needs.fold(Need::NOTHING, |all, place| Need {
        read: all.read || place.need.read,
        write: all.write || place.need.write,
    });
    match (need.read, need.write) {
        (true, true) => Access::Both,
        (false, true) => Access::Write,
        (_, false) => Access::Read,
    }
}
