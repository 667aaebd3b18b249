//! What is risky about a user, and whether a change would lock somebody out.
mod lockout;
mod login;
mod order;
mod patterns;
mod rights;
mod selectors;
#[cfg(test)]
mod tests;
mod watch;

pub use lockout::{Strand, is_admin, strands};
pub use login::password;
pub use order::order;

use super::catalog::Catalog;
use super::dialect::Feature;
use super::diff;
use super::reach::Reach;
use super::rule::{CommandRule, Rule, What};
use super::user::{Keys, User};

/// One finding about a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lint {
    /// `L01` … `L31`, as in the reference.
    pub id: &'static str,
    pub level: Level,
    pub text: String,
    /// What to do about it, in words.
    pub fix: String,
    /// What to do about it in rules, to be applied to the user; empty where a person must choose.
    pub rules: Vec<Rule>,
}

/// How bad a finding is; the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Nothing of the kind is sent without a typed word.
    Error,
    Warning,
    Info,
}

impl Level {
    pub fn letter(self) -> char {
        match self {
            Self::Error => 'E',
            Self::Warning => 'W',
            Self::Info => 'I',
        }
    }
}

/// What is known about the server besides the user.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub catalog: &'a Catalog,
    /// All users, the one in question included.
    pub users: &'a [User],
    /// The account that is meant to be the administrator's, if one is named.
    pub admin: Option<&'a [u8]>,
    pub cluster: bool,
    /// How many databases hold keys.
    pub databases: usize,
    /// Whether a client certificate can stand for a password (`tls-auth-clients-user`).
    pub certificates: bool,
    /// Names seen in CLIENT LIST and ACL LOG; `None` if nobody could look.
    pub seen: Option<&'a [Vec<u8>]>,
}

/// All findings about a user, the worst first.
pub fn lints(user: &User, facts: &Facts<'_>) -> Vec<Lint> {
    let subject = Subject {
        user,
        facts,
        reach: Reach::of(user, facts.catalog),
    };
    let mut found = Vec::new();
    login::lints(&subject, &mut found);
    patterns::lints(&subject, &mut found);
    if !subject.is_root() {
        watch::lints(&subject, &mut found);
        rights::lints(&subject, &mut found);
    }
    selectors::lints(&subject, &mut found);
    found.sort_by_key(|lint| (lint.level, lint.id));
    found
}

/// A user under audit.
struct Subject<'a> {
    user: &'a User,
    facts: &'a Facts<'a>,
    reach: Reach<'a>,
}

impl Subject<'_> {
    /// Whether it may do everything: then only that is worth saying.
    fn is_root(&self) -> bool {
        self.user
            .rights()
            .any(|rights| rights.keys == Keys::All && rights.all_commands())
    }

    fn is_default(&self) -> bool {
        self.user.name == b"default"
    }

    /// Whether key patterns are meant to hold the user back.
    fn is_limited(&self) -> bool {
        self.user.rights().all(|rights| rights.keys != Keys::All)
    }

    /// Whether a command or `container|sub` is allowed, as a first argument of the container too (6.x).
    fn may(&self, name: &str) -> bool {
        may(&self.reach, name)
    }

    /// Those of the named commands that are allowed.
    fn allowed<'n>(&self, names: &[&'n str]) -> Vec<&'n str> {
        names
            .iter()
            .copied()
            .filter(|name| self.may(name))
            .collect()
    }

    /// Rules that take commands away, in a form this server takes.
    fn without(&self, names: &[&str]) -> Vec<Rule> {
        let subs = self.facts.catalog.dialect.has(Feature::Subcommands);
        let mut rules: Vec<Rule> = Vec::new();
        for name in names {
            let what = match name.split_once('|') {
                Some((command, sub)) if subs => What::Sub {
                    command: command.to_owned(),
                    arg: sub.as_bytes().to_vec(),
                },
                Some((command, _)) => What::Command(command.to_owned()),
                None => What::Command((*name).to_owned()),
            };
            let rule = Rule::Command(CommandRule::deny(what));
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        rules
    }
}

/// Whether some set of rights allows a command or `container|sub`, as a first argument of the container too (6.x).
pub(super) fn may(reach: &Reach<'_>, name: &str) -> bool {
    if let Some(id) = reach.catalog.find(name) {
        return reach.allows(id);
    }
    let Some((container, sub)) = name.split_once('|') else {
        return false;
    };
    let Some(id) = reach.catalog.find(container) else {
        return false;
    };
    let first_arg = |arg: &[u8]| arg.eq_ignore_ascii_case(sub.as_bytes());
    reach.catalog.command(id).subs.is_empty()
        && reach
            .selectors
            .iter()
            .any(|scope| scope.allows(id) || scope.first_args(id).any(first_arg))
}

/// A user that two places hold differently: memory and file, one node and another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Drift {
    /// Only here: would be lost (or is missing there).
    Here(Vec<u8>),
    /// Only there: would come back.
    There(Vec<u8>),
    Differs(Vec<u8>),
}

/// Which users differ between two places, by what they may do and their passwords, not by words.
pub fn drift(here: &[User], there: &[User], catalog: &Catalog) -> Vec<Drift> {
    let find = |users: &[User], name: &[u8]| users.iter().find(|user| user.name == name).cloned();
    let mut drift = Vec::new();
    for user in here {
        match find(there, &user.name) {
            None => drift.push(Drift::Here(user.name.clone())),
            Some(other) if !diff::same(user, &other, catalog) => {
                drift.push(Drift::Differs(user.name.clone()));
            }
            Some(_) => {}
        }
    }
    let missing = there.iter().filter(|user| find(here, &user.name).is_none());
    drift.extend(missing.map(|user| Drift::There(user.name.clone())));
    drift
}
