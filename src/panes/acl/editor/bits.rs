//! Commands and categories as they come out, and the fewest words that change one of them.
use std::collections::HashSet;

use crate::model::acl::reach::Scope;
use crate::model::acl::user::Refusal;
use crate::model::acl::{
    Catalog, CommandId, CommandRule, Dialect, Feature, Sign, User, What, apply,
};

/// How many of some commands are allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Share {
    pub allowed: usize,
    pub of: usize,
    /// Some command is allowed with certain first arguments only.
    pub in_part: bool,
}

impl Share {
    pub fn all(self) -> bool {
        self.of > 0 && self.allowed == self.of
    }

    pub fn none(self) -> bool {
        self.allowed == 0 && !self.in_part
    }

    /// `3/17`.
    pub fn count(self) -> String {
        format!("{}/{}", self.allowed, self.of)
    }

    /// One sign for a cell: allowed, denied, partly, nothing inside.
    pub fn sign(self) -> &'static str {
        match self {
            Self { of: 0, .. } => "·",
            share if share.all() => "✓",
            share if share.none() => "✗",
            _ => "~",
        }
    }
}

/// The name of the command that a rule is about.
pub fn spelled(what: &What) -> Option<String> {
    match what {
        What::All | What::Category(_) => None,
        What::Command(name) => Some(name.clone()),
        What::Sub { command, arg } => Some(format!("{command}|{}", String::from_utf8_lossy(arg))),
    }
}

/// Whether the server has a rule for this command: subcommands are such from 7.0 on only.
pub fn listed(id: CommandId, catalog: &Catalog, dialect: Dialect) -> bool {
    dialect.has(Feature::Subcommands) || !catalog.command(id).name.contains('|')
}

/// How many of these are allowed by a set of rights. A container counts as its subcommands.
pub fn share(ids: &[CommandId], scope: &Scope<'_>, catalog: &Catalog) -> Share {
    let leaves = ids.iter().copied().filter(|id| catalog.is_leaf(*id));
    let leaves: Vec<CommandId> = leaves.collect();
    Share {
        allowed: leaves.iter().filter(|id| scope.allows(**id)).count(),
        of: leaves.len(),
        in_part: leaves
            .iter()
            .any(|id| scope.first_args(*id).next().is_some()),
    }
}

/// How much of one command is allowed.
pub fn share_of(id: CommandId, scope: &Scope<'_>, catalog: &Catalog, dialect: Dialect) -> Share {
    let subs = &catalog.command(id).subs;
    if subs.is_empty() || !dialect.has(Feature::Subcommands) {
        share(&[id], scope, catalog)
    } else {
        share(subs, scope, catalog)
    }
}

/// How much of what a rule is about is allowed.
fn share_in(what: &What, scope: &Scope<'_>, catalog: &Catalog, dialect: Dialect) -> Share {
    let ids: Vec<CommandId> = match what {
        What::All => catalog.ids().collect(),
        What::Category(name) => catalog.category(name).unwrap_or_default().to_vec(),
        What::Command(_) | What::Sub { .. } => {
            let id = spelled(what).and_then(|name| catalog.find(&name));
            let share = id.map(|id| share_of(id, scope, catalog, dialect));
            return share.unwrap_or_default();
        }
    };
    share(&ids, scope, catalog)
}

/// Allows or denies a command or category in the fewest words. What is now said anew is dropped, and so is the rule
/// itself where the others say the same.
pub fn set(
    user: &mut User,
    rule: CommandRule,
    catalog: &Catalog,
    dialect: Dialect,
) -> Result<(), Refusal> {
    let spoken = Spoken::of(&rule.what, catalog);
    let mut plain = user.clone();
    let commands = &mut plain.root.commands;
    commands.retain(|earlier| earlier.what != rule.what && !spoken.covers(&earlier.what, catalog));
    let share = share_in(
        &rule.what,
        &Scope::of(&plain.root, catalog),
        catalog,
        dialect,
    );
    let said = match rule.sign {
        Sign::Allow => share.all(),
        Sign::Deny => share.none(),
    };
    if !said {
        apply(&mut plain, &rule.into(), catalog)?;
    }
    *user = plain;
    Ok(())
}

/// The commands of which a rule speaks.
struct Spoken(HashSet<CommandId>);

impl Spoken {
    fn of(what: &What, catalog: &Catalog) -> Self {
        let ids = match what {
            What::All => catalog.ids().collect(),
            What::Category(name) => catalog
                .category(name)
                .unwrap_or_default()
                .iter()
                .copied()
                .collect(),
            What::Command(name) => with_subs(name, catalog).into_iter().collect(),
            What::Sub { .. } => spelled(what)
                .and_then(|name| catalog.find(&name))
                .into_iter()
                .collect(),
        };
        Self(ids)
    }

    /// Whether all that an earlier rule on a single command says is said anew. A category never is: commands of
    /// later versions may join it.
    fn covers(&self, earlier: &What, catalog: &Catalog) -> bool {
        match earlier {
            What::All | What::Category(_) => false,
            What::Command(name) => {
                let ids = with_subs(name, catalog);
                !ids.is_empty() && ids.iter().all(|id| self.0.contains(id))
            }
            What::Sub { command, .. } => {
                let sub = spelled(earlier).and_then(|name| catalog.find(&name));
                let id = sub.or_else(|| catalog.find(command));
                id.is_some_and(|id| self.0.contains(&id))
            }
        }
    }
}

fn with_subs(name: &str, catalog: &Catalog) -> Vec<CommandId> {
    let found = catalog.find(name);
    let subs = |id| catalog.command(id).subs.iter().copied();
    found
        .into_iter()
        .chain(found.into_iter().flat_map(subs))
        .collect()
}
