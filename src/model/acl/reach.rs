//! What a user reaches: its rules worked out for every command of a catalog.
use std::collections::BTreeMap;

use super::catalog::{Catalog, CommandId};
use super::keyspec::{Need, Place};
use super::rule::{Access, CommandRule, KeyPattern, Rule, Sign, What};
use super::user::{Channels, Keys, Rights, User};
use crate::model::glob;

/// A user's rights worked out once, so that many questions are cheap.
#[derive(Clone, Debug)]
pub struct Reach<'a> {
    pub catalog: &'a Catalog,
    pub selectors: Vec<Scope<'a>>,
}

/// One set of rights worked out.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    pub rights: &'a Rights,
    cells: Vec<Cell>,
    /// First arguments that are allowed of commands that are not, and by which rule.
    first_args: BTreeMap<CommandId, Vec<(&'a [u8], usize)>>,
}

/// What the rules say of one command: the last one that spoke of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Cell {
    allowed: bool,
    by: Option<usize>,
}

/// Why a command as such is allowed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Because {
    /// This rule spoke last.
    Rule(CommandRule),
    /// Everybody may: AUTH, HELLO, QUIT, RESET.
    NoAuth,
}

impl<'a> Reach<'a> {
    pub fn of(user: &'a User, catalog: &'a Catalog) -> Self {
        let selectors = user
            .rights()
            .map(|rights| Scope::of(rights, catalog))
            .collect();
        Self { catalog, selectors }
    }

    /// Whether some set of rights allows the command as such, on some keys or none.
    pub fn allows(&self, id: CommandId) -> bool {
        self.selectors.iter().any(|scope| scope.allows(id))
    }

    /// Whether a command or `container|sub` of this name is allowed; not if the server does not know it.
    pub fn allows_named(&self, name: &str) -> bool {
        self.catalog.find(name).is_some_and(|id| self.allows(id))
    }
}

impl<'a> Scope<'a> {
    pub fn of(rights: &'a Rights, catalog: &'a Catalog) -> Self {
        let mut scope = Self {
            rights,
            cells: vec![Cell::default(); catalog.len()],
            first_args: BTreeMap::new(),
        };
        for (place, rule) in rights.commands.iter().enumerate() {
            scope.add(place, rule, catalog);
        }
        scope
    }

    fn add(&mut self, by: usize, rule: &'a CommandRule, catalog: &Catalog) {
        let cell = Cell {
            allowed: rule.sign == Sign::Allow,
            by: Some(by),
        };
        match &rule.what {
            What::All => {
                self.cells.fill(cell);
                self.first_args.clear();
            }
            What::Category(name) => {
                for id in catalog.category(name).unwrap_or_default() {
                    self.set(*id, cell);
                }
            }
            What::Command(name) => {
                if let Some(id) = catalog.find(name) {
                    self.set(id, cell);
                    for sub in &catalog.command(id).subs {
                        self.set(*sub, cell);
                    }
                }
            }
            What::Sub { command, arg } => {
                let name = format!("{command}|{}", String::from_utf8_lossy(arg));
                match (catalog.find(&name), catalog.find(command)) {
                    (Some(sub), _) => self.set(sub, cell),
                    (None, Some(id)) if cell.allowed && catalog.command(id).subs.is_empty() => {
                        self.first_args.entry(id).or_default().push((arg, by));
                    }
                    _ => {}
                }
            }
        }
    }

    fn set(&mut self, id: CommandId, cell: Cell) {
        self.cells[id.0] = cell;
        self.first_args.remove(&id);
    }

    pub fn allows(&self, id: CommandId) -> bool {
        self.cells[id.0].allowed
    }

    /// How many commands of a category are allowed, and how many there are; containers do not count.
    pub fn share(&self, category: &str, catalog: &Catalog) -> (usize, usize) {
        let members = catalog.category(category).unwrap_or_default();
        let real = members
            .iter()
            .filter(|id| catalog.command(**id).subs.is_empty());
        let allowed = real.clone().filter(|id| self.allows(**id));
        (allowed.count(), real.count())
    }

    /// The rule that spoke last of a command, whatever it said.
    pub fn rule_of(&self, id: CommandId) -> Option<&'a CommandRule> {
        self.cells[id.0].by.map(|by| &self.rights.commands[by])
    }

    /// First arguments that are allowed of a command that is not.
    pub fn first_args(&self, id: CommandId) -> impl Iterator<Item = &'a [u8]> {
        self.first_args
            .get(&id)
            .into_iter()
            .flatten()
            .map(|(arg, _)| *arg)
    }

    /// Why this command with this first argument may run; `None` if it may not.
    pub fn command(&self, id: CommandId, argv: &[&[u8]], catalog: &Catalog) -> Option<Because> {
        if catalog.command(id).flag("no_auth") {
            return Some(Because::NoAuth);
        }
        let by = if self.allows(id) {
            self.cells[id.0].by?
        } else {
            let given = argv.get(1)?;
            let firsts = self.first_args.get(&id)?;
            firsts
                .iter()
                .find(|(arg, _)| arg.eq_ignore_ascii_case(given))?
                .1
        };
        Some(Because::Rule(self.rights.commands[by].clone()))
    }

    /// Whether a key may be used so.
    pub fn key(&self, key: &[u8], need: Need) -> bool {
        match &self.rights.keys {
            Keys::All => true,
            Keys::Only(patterns) => patterns.iter().any(|pattern| pattern.lets(key, need)),
        }
    }

    /// The rule by which a key may be used so.
    pub fn key_rule(&self, key: &[u8], need: Need) -> Option<Rule> {
        match &self.rights.keys {
            Keys::All => Some(Rule::AllKeys),
            Keys::Only(patterns) => {
                let lets = patterns.iter().find(|pattern| pattern.lets(key, need));
                lets.cloned().map(Rule::Key)
            }
        }
    }

    /// The first key that may not be used so.
    pub fn foreign(&self, places: &[Place], argv: &[&[u8]]) -> Option<Place> {
        let foreign = |place: &&Place| {
            argv.get(place.at)
                .is_some_and(|key| !self.key(key, place.need))
        };
        places.iter().find(foreign).copied()
    }

    /// Whether a channel may be used; PSUBSCRIBE's patterns must be listed literally.
    pub fn channel(&self, channel: &[u8], how: Match) -> bool {
        self.channel_rule(channel, how).is_some()
    }

    /// The rule by which a channel may be used.
    pub fn channel_rule(&self, channel: &[u8], how: Match) -> Option<Rule> {
        let lets = |pattern: &&Vec<u8>| match how {
            Match::Literal => pattern.as_slice() == channel,
            Match::Glob => fits(pattern, channel),
        };
        match &self.rights.channels {
            Channels::All => Some(Rule::AllChannels),
            Channels::Only(patterns) => patterns.iter().find(lets).cloned().map(Rule::Channel),
        }
    }
}

/// How a channel is held against the patterns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Match {
    Glob,
    Literal,
}

impl KeyPattern {
    /// Whether this one pattern carries all the letters needed and matches.
    pub fn lets(&self, key: &[u8], need: Need) -> bool {
        let letters = match self.access {
            Access::Both => true,
            Access::Read => !need.write,
            Access::Write => !need.read,
        };
        letters && fits(&self.pattern, key)
    }
}

/// The server's glob, and its one oddity here: nothing but the empty pattern matches the empty name.
pub fn fits(pattern: &[u8], name: &[u8]) -> bool {
    if name.is_empty() {
        pattern.is_empty()
    } else {
        glob::matches(pattern, name)
    }
}
