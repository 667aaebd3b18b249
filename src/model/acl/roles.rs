//! What a user can be made to be: role templates, ours and a person's own.
use serde::Deserialize;

use super::catalog::Catalog;
use super::dialect::{Dialect, Feature};
use super::escape::literal;
use super::parse::{self, Why};
use super::rule::Rule;
use super::secret::Secret;
use super::user::{self, Refusal, User};
use crate::model::resp::{Unreadable, parse_cli};

/// A file of roles.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// Command lines refused to every role that does not list the same command under `must`.
    #[serde(default)]
    pub never: Vec<String>,
    #[serde(rename = "role")]
    pub roles: Vec<Role>,
}

/// One role: rules per server version, and what they are meant to allow and refuse.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub name: String,
    /// One line: who it is for and what it does.
    pub title: String,
    pub group: Group,
    /// Proposed after the app's name: `myapp_user`.
    #[serde(default)]
    pub name_suffix: String,
    /// Whether it is what a person wants who does not know better.
    #[serde(default)]
    pub default: bool,
    /// Which channels are proposed.
    #[serde(default)]
    pub channels: Reachable,
    /// What to know about it.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What is wrong with it.
    #[serde(default)]
    pub wrong: Vec<String>,
    pub must: Vec<String>,
    #[serde(default)]
    pub must_not: Vec<String>,
    #[serde(rename = "variant")]
    variants: Vec<Variant>,
}

/// Where a role is offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// The platform's recipes as they are commonly written.
    Recipe,
    App,
    Job,
    Operations,
    /// Added to another role.
    Addition,
}

/// Which channels a new user gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reachable {
    #[default]
    None,
    /// Those that start with the prefix.
    Own,
    All,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Variant {
    from: String,
    #[serde(default)]
    family: Option<String>,
    rules: String,
}

/// Why a file is no file of roles, or a role not usable here.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum Unusable {
    #[error("{0}")]
    File(String),
    #[error("{role}: no variant for this server's version")]
    Version { role: String },
    #[error("{role}: {word}: {why}")]
    Rule {
        role: String,
        word: String,
        why: Why,
    },
    #[error("{role}: {word}: {why}")]
    Refused {
        role: String,
        word: String,
        why: Refusal,
    },
    #[error("{role}: {line}: {why}")]
    Line {
        role: String,
        line: String,
        why: Unreadable,
    },
}

/// The roles that come with keygrove.
///
/// # Panics
/// Never: a test reads the compiled file.
pub fn ours() -> Book {
    read(include_str!("../../../assets/roles.toml")).expect("a test reads the compiled roles")
}

/// Reads a file of roles; the error says where it is wrong.
pub fn read(toml: &str) -> Result<Book, Unusable> {
    toml::from_str(toml).map_err(|error| Unusable::File(error.to_string()))
}

impl Book {
    /// A role by its name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// Adds a person's own roles; one of the same name replaces ours.
    pub fn join(&mut self, own: Self) {
        self.roles.retain(|role| own.role(&role.name).is_none());
        self.roles.extend(own.roles);
        self.never.extend(own.never);
    }
}

impl Variant {
    /// The version it begins with; `None` where the family is another one.
    fn since(&self, dialect: Dialect) -> Option<(u16, u16)> {
        let family = self.family.as_deref().unwrap_or("redis");
        let wanted = Dialect::new(family, &self.from);
        let any = self.family.is_none();
        (any || wanted.family == dialect.family).then_some((wanted.major, wanted.minor))
    }
}

impl Role {
    /// Whether there are rules for this server's version.
    pub fn is_for(&self, dialect: Dialect) -> bool {
        self.words(dialect).is_some()
    }

    /// The words of the newest variant that a server understands.
    fn words(&self, dialect: Dialect) -> Option<&str> {
        let version = (dialect.major, dialect.minor);
        let variants = self
            .variants
            .iter()
            .filter_map(|variant| Some((variant.since(dialect)?, variant)));
        let (_, variant) = variants
            .filter(|(since, _)| *since <= version)
            .max_by_key(|(since, _)| *since)?;
        Some(&variant.rules)
    }

    /// The rules for an app's prefix (`myapp:`): channels reset and chosen, keys, commands; no login.
    pub fn expand(
        &self,
        prefix: &[u8],
        channels: Reachable,
        dialect: Dialect,
    ) -> Result<Vec<Rule>, Unusable> {
        let named = || self.name.clone();
        let words = self
            .words(dialect)
            .ok_or_else(|| Unusable::Version { role: named() })?;
        let mut rules = Vec::new();
        if dialect.has(Feature::Channels) {
            rules.push(Rule::ResetChannels);
            match channels {
                Reachable::None => {}
                Reachable::Own => rules.push(Rule::Channel([&literal(prefix), &b"*"[..]].concat())),
                Reachable::All => rules.push(Rule::AllChannels),
            }
        }
        for word in words.split_whitespace() {
            let bytes = filled(word, &literal(prefix));
            let rule = parse::rule(&bytes).map_err(|why| Unusable::Rule {
                role: named(),
                word: word.to_owned(),
                why,
            })?;
            rules.push(rule);
        }
        Ok(rules)
    }

    /// A user of this role who can log in with this password.
    pub fn user(
        &self,
        name: &[u8],
        password: &Secret,
        prefix: &[u8],
        channels: Reachable,
        catalog: &Catalog,
    ) -> Result<User, Unusable> {
        let mut rules = vec![Rule::On, Rule::AddHash(password.hash())];
        rules.extend(self.expand(prefix, channels, catalog.dialect)?);
        let mut made = User::new(name);
        if !catalog.dialect.has(Feature::Channels) {
            made.root.channels = user::Channels::All;
        }
        self.apply(&mut made, &rules, catalog)?;
        Ok(made)
    }

    /// Adds this role's commands and keys to a user, whose channels stay as they are: for [`Group::Addition`].
    pub fn add_to(
        &self,
        user: &mut User,
        prefix: &[u8],
        catalog: &Catalog,
    ) -> Result<(), Unusable> {
        let mut rules = self.expand(prefix, Reachable::None, catalog.dialect)?;
        rules.retain(|rule| *rule != Rule::ResetChannels);
        self.apply(user, &rules, catalog)
    }

    fn apply(&self, user: &mut User, rules: &[Rule], catalog: &Catalog) -> Result<(), Unusable> {
        user::apply_all(user, rules, catalog).map_err(|(place, why)| Unusable::Refused {
            role: self.name.clone(),
            word: rules[place].to_string(),
            why,
        })
    }

    /// Command lines with the prefix filled in.
    pub(super) fn lines(
        &self,
        lines: &[String],
        prefix: &[u8],
    ) -> Result<Vec<Vec<Vec<u8>>>, Unusable> {
        lines
            .iter()
            .map(|line| argv(&self.name, line, prefix))
            .collect()
    }
}

/// One command line of a role as an argv.
pub(super) fn argv(role: &str, line: &str, prefix: &[u8]) -> Result<Vec<Vec<u8>>, Unusable> {
    let cmd = parse_cli(line).map_err(|why| Unusable::Line {
        role: role.to_owned(),
        line: line.to_owned(),
        why,
    })?;
    Ok(cmd
        .args()
        .map(|arg| filled(&foreign(&String::from_utf8_lossy(arg), prefix), prefix))
        .collect())
}

/// What stands for the names of another app in command lines, and what does where the app itself is called so.
const OTHERS: [&str; 2] = ["other:", "another:"];

/// A word that names something of another app never names something of this one.
fn foreign(word: &str, prefix: &[u8]) -> String {
    let [other, another] = OTHERS;
    match word.strip_prefix(other) {
        Some(rest) if !prefix.is_empty() && other.as_bytes().starts_with(prefix) => {
            format!("{another}{rest}")
        }
        _ => word.to_owned(),
    }
}

/// Puts a prefix in the place of `{p}`, and the pattern that matches it in the place of `{g}`.
fn filled(word: &str, prefix: &[u8]) -> Vec<u8> {
    let (mark, value) = if word.contains("{g}") {
        ("{g}", literal(prefix))
    } else {
        ("{p}", prefix.to_vec())
    };
    let parts: Vec<&[u8]> = word.split(mark).map(str::as_bytes).collect();
    parts.join(value.as_slice())
}

/// The name that is proposed for a user: `myapp_user` for the app `myapp:`.
pub fn proposed_name(app: &str, role: &Role) -> String {
    let app = app.trim_end_matches([':', '.', '/', '-', '_', '|']);
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "_.:@-".contains(c) {
            c
        } else {
            '_'
        }
    };
    let app: String = app.chars().map(plain).collect();
    match role.name_suffix.as_str() {
        "" => app,
        suffix => format!("{app}_{suffix}"),
    }
}
