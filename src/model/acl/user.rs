//! A user, and what applying a rule does to it.
use super::catalog::Catalog;
use super::dialect::Feature;
use super::parse;
use super::reach::Scope;
use super::rule::{CommandRule, KeyPattern, Rule, Sign, What};
use super::secret::Hash;
use crate::model::printed::print;

/// A user as a value: everything that a server keeps about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    pub name: Vec<u8>,
    /// Whether it may log in.
    pub on: bool,
    /// Whether any password will do.
    pub nopass: bool,
    pub passwords: Vec<Hash>,
    pub skip_sanitize: bool,
    pub root: Rights,
    /// Further sets of rights; a command must be allowed wholly by one of them or by the root.
    pub selectors: Vec<Rights>,
    pub unknown: Unknown,
}

/// One set of rights: the root's or a selector's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rights {
    pub keys: Keys,
    pub channels: Channels,
    /// In order; the last one that speaks of a command decides. None means no command at all.
    pub commands: Vec<CommandRule>,
    pub databases: Databases,
    /// Words not understood.
    pub unknown: Vec<Vec<u8>>,
}

/// Which keys may be touched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Keys {
    All,
    Only(Vec<KeyPattern>),
}

/// Which channels may be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Channels {
    All,
    Only(Vec<Vec<u8>>),
}

/// Which databases may be used (Valkey 9.1); all of them elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Databases {
    All,
    Only(Vec<u32>),
}

/// What a newer server told that is not understood.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Unknown {
    /// Words and flags: sent back as they are.
    pub words: Vec<Vec<u8>>,
    /// Fields of ACL GETUSER, printed. They cannot be sent back, so such a user is changed without `reset`.
    pub fields: Vec<(String, String)>,
}

/// Why a server would refuse a rule, given those before it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("{0}")]
    Unknown(#[from] parse::Why),
    #[error("a pattern after ~* adds nothing and is refused; reset the keys first")]
    AfterAllKeys,
    #[error("a channel after &* adds nothing and is refused; reset the channels first")]
    AfterAllChannels,
    #[error("the whole command is allowed already; take it away before you allow a part of it")]
    AlreadyWhole,
    #[error("the user has no such password")]
    NoSuchPassword,
}

impl Rights {
    /// No key, no channel, no command.
    pub fn none() -> Self {
        Self {
            keys: Keys::Only(Vec::new()),
            channels: Channels::Only(Vec::new()),
            commands: Vec::new(),
            databases: Databases::All,
            unknown: Vec::new(),
        }
    }

    /// Whether commands of later versions are included: it starts from `+@all`.
    pub fn is_open(&self) -> bool {
        self.commands
            .first()
            .is_some_and(|rule| *rule == CommandRule::allow(What::All))
    }

    /// Whether every command is allowed.
    pub fn all_commands(&self) -> bool {
        self.is_open() && self.commands.len() == 1
    }

    /// Adds a rule; one that speaks of exactly the same as an earlier one replaces it.
    pub(super) fn command(&mut self, rule: CommandRule) {
        if rule.what == What::All {
            self.commands.clear();
            if rule.sign == Sign::Deny {
                return;
            }
        }
        self.commands.retain(|earlier| earlier.what != rule.what);
        self.commands.push(rule);
    }

    fn key(&mut self, pattern: &KeyPattern) -> Result<(), Refusal> {
        let Keys::Only(patterns) = &mut self.keys else {
            return Err(Refusal::AfterAllKeys);
        };
        match patterns
            .iter_mut()
            .find(|have| have.pattern == pattern.pattern)
        {
            Some(have) => have.access = have.access.and(pattern.access),
            None => patterns.push(pattern.clone()),
        }
        Ok(())
    }

    fn channel(&mut self, pattern: &[u8]) -> Result<(), Refusal> {
        let Channels::Only(patterns) = &mut self.channels else {
            return Err(Refusal::AfterAllChannels);
        };
        if !patterns.iter().any(|have| have == pattern) {
            patterns.push(pattern.to_vec());
        }
        Ok(())
    }

    /// Applies a rule that may stand in a selector as the server does; `Inside` for any other.
    pub fn apply(&mut self, rule: &Rule, catalog: &Catalog) -> Result<(), Refusal> {
        parse::known(rule, catalog)?;
        self.put(rule)
    }

    /// Applies a rule without asking whether the server knows what it names.
    pub(super) fn put(&mut self, rule: &Rule) -> Result<(), Refusal> {
        match rule {
            Rule::AllKeys => self.keys = Keys::All,
            Rule::ResetKeys => self.keys = Keys::Only(Vec::new()),
            Rule::Key(pattern) => self.key(pattern)?,
            Rule::AllChannels => self.channels = Channels::All,
            Rule::ResetChannels => self.channels = Channels::Only(Vec::new()),
            Rule::Channel(pattern) => self.channel(pattern)?,
            Rule::AllDatabases => self.databases = Databases::All,
            Rule::ResetDatabases => self.databases = Databases::Only(Vec::new()),
            Rule::Databases(numbers) => self.databases = Databases::Only(numbers.clone()),
            Rule::Unknown(word) => self.unknown.push(word.clone()),
            Rule::Command(command) => self.command(command.clone()),
            _ => return Err(parse::Why::Inside.into()),
        }
        Ok(())
    }
}

impl User {
    /// A new user, or one after `reset`: off, no password, no rights.
    pub fn new(name: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            on: false,
            nopass: false,
            passwords: Vec::new(),
            skip_sanitize: false,
            root: Rights::none(),
            selectors: Vec::new(),
            unknown: Unknown::default(),
        }
    }

    /// The name as it is shown.
    pub fn title(&self) -> String {
        print(&self.name)
    }

    /// The root and the selectors, in the order in which they are asked.
    pub fn rights(&self) -> impl Iterator<Item = &Rights> {
        std::iter::once(&self.root).chain(&self.selectors)
    }

    /// Whether some set of rights lets this database be used.
    pub fn may_use(&self, db: u32) -> bool {
        self.rights().any(|rights| match &rights.databases {
            Databases::All => true,
            Databases::Only(numbers) => numbers.contains(&db),
        })
    }

    /// The database to connect to: 0 where it may be used, as clients do unasked, else the first that may.
    pub fn home(&self) -> u32 {
        let numbers = self.rights().filter_map(|rights| match &rights.databases {
            Databases::All => None,
            Databases::Only(numbers) => numbers.first().copied(),
        });
        let first = numbers.into_iter().next();
        first.filter(|_| !self.may_use(0)).unwrap_or_default()
    }

    /// Whether anybody at all can log in as this user with a password or without one.
    pub fn can_log_in(&self) -> bool {
        self.on && (self.nopass || !self.passwords.is_empty())
    }

    /// Why nobody can log in as this user, if so.
    pub fn shut(&self) -> Option<&'static str> {
        match self.on {
            _ if self.can_log_in() => None,
            true => Some("no password"),
            false => Some("off"),
        }
    }

    fn password(&mut self, hash: Hash) {
        self.nopass = false;
        if !self.passwords.contains(&hash) {
            self.passwords.push(hash);
        }
    }

    fn retire(&mut self, hash: &Hash) -> Result<(), Refusal> {
        let at = self.passwords.iter().position(|have| have == hash);
        self.passwords.remove(at.ok_or(Refusal::NoSuchPassword)?);
        Ok(())
    }
}

/// Applies one rule as the server does; on a refusal the user is as it was.
pub fn apply(user: &mut User, rule: &Rule, catalog: &Catalog) -> Result<(), Refusal> {
    parse::known(rule, catalog)?;
    if repeats(&user.root, rule, catalog) {
        return Err(Refusal::AlreadyWhole);
    }
    put(user, rule)
}

/// Whether 6.x would refuse a rule for adding one subcommand to a command that is allowed already.
fn repeats(root: &Rights, rule: &Rule, catalog: &Catalog) -> bool {
    let Rule::Command(CommandRule {
        sign: Sign::Allow,
        what: What::Sub { command, .. },
    }) = rule
    else {
        return false;
    };
    let whole = |id| Scope::of(root, catalog).allows(id);
    !catalog.dialect.has(Feature::Subcommands) && catalog.find(command).is_some_and(whole)
}

/// Applies one rule without asking whether the server knows what it names: the server itself told it.
pub(super) fn put(user: &mut User, rule: &Rule) -> Result<(), Refusal> {
    match rule {
        Rule::On => user.on = true,
        Rule::Off => user.on = false,
        Rule::NoPass => {
            user.nopass = true;
            user.passwords.clear();
        }
        Rule::ResetPass => {
            user.nopass = false;
            user.passwords.clear();
        }
        Rule::Reset => *user = User::new(std::mem::take(&mut user.name)),
        Rule::AddPassword(secret) => user.password(secret.hash()),
        Rule::RemovePassword(secret) => user.retire(&secret.hash())?,
        Rule::AddHash(hash) => user.password(hash.clone()),
        Rule::RemoveHash(hash) => user.retire(hash)?,
        Rule::SanitizePayload => user.skip_sanitize = false,
        Rule::SkipSanitizePayload => user.skip_sanitize = true,
        Rule::Selector(rules) => {
            let mut rights = Rights::none();
            for rule in rules {
                rights.put(rule)?;
            }
            user.selectors.push(rights);
        }
        Rule::ClearSelectors => user.selectors.clear(),
        Rule::Unknown(word) => user.unknown.words.push(word.clone()),
        rule => user.root.put(rule)?,
    }
    Ok(())
}

/// Applies rules from left to right; all or none, as the server does. The refusal comes with the rule's place.
pub fn apply_all<'r>(
    user: &mut User,
    rules: impl IntoIterator<Item = &'r Rule>,
    catalog: &Catalog,
) -> Result<(), (usize, Refusal)> {
    let mut changed = user.clone();
    for (place, rule) in rules.into_iter().enumerate() {
        apply(&mut changed, rule, catalog).map_err(|refusal| (place, refusal))?;
    }
    *user = changed;
    Ok(())
}
