//! Commands and categories as the connected server tells them.
use std::collections::HashMap;

use super::dialect::{Dialect, Feature};
use super::keyspec::KeySpec;

/// A command of a [`Catalog`]: an index into it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct CommandId(pub(super) usize);

/// One command or subcommand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// Lower case; a subcommand is `container|sub`.
    pub name: String,
    /// Number of arguments with the name; at least so many where negative.
    pub arity: i64,
    /// `write`, `readonly`, `no_auth` …
    pub flags: Vec<String>,
    /// Without the `@`.
    pub categories: Vec<String>,
    pub keys: Vec<KeySpec>,
    /// Key positions came as 6.x tells them: first, last, step.
    pub(super) legacy_keys: bool,
    pub subs: Vec<CommandId>,
}

impl Command {
    pub fn flag(&self, flag: &str) -> bool {
        self.flags.iter().any(|have| have == flag)
    }

    pub fn within(&self, category: &str) -> bool {
        self.categories.iter().any(|have| have == category)
    }

    /// Whether so many arguments (the name counts) are accepted.
    pub fn takes(&self, count: usize) -> bool {
        let count = count.cast_signed() as i64;
        if self.arity >= 0 {
            count == self.arity
        } else {
            count >= -self.arity
        }
    }

    /// Whether it can name keys at all; what cannot ignores every key pattern.
    pub fn has_keys(&self) -> bool {
        self.keys.iter().any(|spec| !spec.notes.not_key)
    }
}

/// Where a catalog comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The server's own COMMAND.
    Asked,
    /// Compiled in, since COMMAND is refused: every verdict is an estimate.
    Assumed,
}

/// All a server can do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Catalog {
    pub dialect: Dialect,
    pub source: Source,
    commands: Vec<Command>,
    index: HashMap<String, CommandId>,
    categories: HashMap<String, Vec<CommandId>>,
}

impl Catalog {
    /// `commands` holds containers and their subcommands alike; `subs` is filled in from the names.
    pub fn new(dialect: Dialect, source: Source, mut commands: Vec<Command>) -> Self {
        commands.sort_by(|a, b| a.name.cmp(&b.name));
        commands.dedup_by(|a, b| a.name == b.name);
        let ids = 0..commands.len();
        let index: HashMap<String, CommandId> = ids
            .map(|id| (commands[id].name.clone(), CommandId(id)))
            .collect();
        for id in 0..commands.len() {
            commands[id].subs.clear();
            let container = commands[id]
                .name
                .split_once('|')
                .and_then(|(name, _)| index.get(name));
            if let Some(container) = container {
                commands[container.0].subs.push(CommandId(id));
            }
        }
        let mut catalog = Self {
            dialect,
            source,
            commands,
            index,
            categories: HashMap::new(),
        };
        catalog.categories = catalog.members();
        catalog
    }

    /// What each category holds. A container in a category brings all its subcommands along.
    fn members(&self) -> HashMap<String, Vec<CommandId>> {
        let mut members: HashMap<String, Vec<CommandId>> = HashMap::new();
        for id in self.ids() {
            let command = self.command(id);
            if command.flag("module") && !self.dialect.categories_reach_modules() {
                continue;
            }
            for category in &command.categories {
                let ids = members.entry(category.clone()).or_default();
                ids.push(id);
                ids.extend(&command.subs);
            }
        }
        for ids in members.values_mut() {
            ids.sort_unstable();
            ids.dedup();
        }
        members
    }

    /// Whether rules come down to this command: from 7.0 on to the subcommands in place of their container, before that
    /// to the container alone.
    pub fn is_leaf(&self, id: CommandId) -> bool {
        let command = self.command(id);
        if self.dialect.has(Feature::Subcommands) {
            command.subs.is_empty()
        } else {
            !command.name.contains('|')
        }
    }

    /// Adds categories that ACL CAT tells and no command is in.
    #[must_use]
    pub fn with_categories(mut self, names: impl IntoIterator<Item = String>) -> Self {
        for name in names {
            self.categories.entry(name).or_default();
        }
        self
    }

    pub fn ids(&self) -> impl Iterator<Item = CommandId> + use<> {
        (0..self.commands.len()).map(CommandId)
    }

    pub fn len(&self) -> usize {
        self.commands.len()
    }

    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    pub fn command(&self, id: CommandId) -> &Command {
        &self.commands[id.0]
    }

    /// A command by its name in lower case, a subcommand as `container|sub`.
    pub fn find(&self, name: &str) -> Option<CommandId> {
        self.index.get(name).copied()
    }

    /// The members of a category; `None` if the server has no such category.
    pub fn category(&self, name: &str) -> Option<&[CommandId]> {
        self.categories.get(name).map(Vec::as_slice)
    }

    /// Names of all categories, sorted.
    pub fn categories(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.categories.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// The command an argv means; `None` for what the server does not know.
    pub fn lookup(&self, argv: &[&[u8]]) -> Option<CommandId> {
        let lower = |bytes: &[u8]| String::from_utf8(bytes.to_ascii_lowercase()).ok();
        let name = lower(argv.first()?).filter(|name| !name.contains('|'))?;
        let id = self.find(&name)?;
        match argv.get(1) {
            Some(sub) if !self.command(id).subs.is_empty() => {
                self.find(&format!("{name}|{}", lower(sub)?))
            }
            _ => Some(id),
        }
    }
}
