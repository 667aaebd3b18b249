//! Sets of rights that do nothing, and rights that do not meet.
use super::super::catalog::Catalog;
use super::super::overlap::covers;
use super::super::reach::Scope;
use super::super::rule::{CommandRule, What};
use super::super::user::{Channels, Keys, Rights};
use super::{Level, Lint, Subject};

pub(super) fn lints(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    let catalog = subject.facts.catalog;
    let scopes = &subject.reach.selectors;
    for (number, scope) in scopes.iter().enumerate() {
        let place = if number == 0 {
            "the root".to_owned()
        } else {
            format!("selector {number}")
        };
        if scope.rights.keys == Keys::Only(Vec::new()) {
            apart(scope, &place, catalog, found);
        }
        first_args(scope.rights, catalog, found);
        if number == 0 {
            continue;
        }
        if let Some(text) = dead(number, scopes, catalog) {
            found.push(Lint {
                id: "L25",
                level: Level::Warning,
                text: format!("{place} {text}"),
                fix: "leave it out".into(),
                rules: Vec::new(),
            });
        }
    }
}

/// Commands that need a key where no key is allowed.
fn apart(scope: &Scope<'_>, place: &str, catalog: &Catalog, found: &mut Vec<Lint>) {
    let needs = |id: &super::super::CommandId| {
        let command = catalog.command(*id);
        scope.allows(*id) && command.has_keys() && !command.flag("no_mandatory_keys")
    };
    if let Some(id) = catalog.ids().find(needs) {
        found.push(Lint {
            id: "L25",
            level: Level::Warning,
            text: format!(
                "{place} allows {} and no key: rights of two sets never combine",
                catalog.command(id).name
            ),
            fix: "put commands and their keys into the same set".into(),
            rules: Vec::new(),
        });
    }
}

/// Why a selector does nothing, if so.
fn dead(number: usize, scopes: &[Scope<'_>], catalog: &Catalog) -> Option<String> {
    let scope = &scopes[number];
    let empty = catalog
        .ids()
        .all(|id| !scope.allows(id) && scope.first_args(id).next().is_none());
    if empty {
        return Some("allows no command".to_owned());
    }
    let inside = scopes[..number]
        .iter()
        .position(|outer| within(scope, outer, catalog))?;
    Some(match inside {
        0 => "adds nothing to the root".to_owned(),
        inside => format!("adds nothing to selector {inside}"),
    })
}

/// Whether one set surely allows all that another does.
fn within(inner: &Scope<'_>, outer: &Scope<'_>, catalog: &Catalog) -> bool {
    let keys = match (&inner.rights.keys, &outer.rights.keys) {
        (_, Keys::All) => true,
        (Keys::All, Keys::Only(_)) => false,
        (Keys::Only(inner), Keys::Only(outer)) => inner.iter().all(|pattern| {
            outer.iter().any(|wide| {
                wide.access.and(pattern.access) == wide.access
                    && covers(&wide.pattern, &pattern.pattern)
            })
        }),
    };
    let channels = match (&inner.rights.channels, &outer.rights.channels) {
        (_, Channels::All) => true,
        (Channels::All, Channels::Only(_)) => false,
        (Channels::Only(inner), Channels::Only(outer)) => {
            inner.iter().all(|pattern| outer.contains(pattern))
        }
    };
    let commands = catalog.ids().all(|id| {
        outer.allows(id)
            || (!inner.allows(id)
                && inner
                    .first_args(id)
                    .all(|arg| outer.first_args(id).any(|have| have == arg)))
    });
    keys && channels && commands && inner.rights.databases == outer.rights.databases
}

fn first_args(rights: &Rights, catalog: &Catalog, found: &mut Vec<Lint>) {
    let first_arg = |rule: &&CommandRule| {
        let What::Sub { command, arg } = &rule.what else {
            return false;
        };
        let plain = catalog
            .find(command)
            .is_some_and(|id| catalog.command(id).subs.is_empty());
        let select = command == "select" && arg.iter().all(u8::is_ascii_digit);
        plain && !select && catalog.dialect.has(super::super::Feature::Subcommands)
    };
    for rule in rights.commands.iter().filter(first_arg) {
        found.push(Lint {
            id: "L26",
            level: Level::Warning,
            text: format!(
                "{rule} allows that first argument only, unchecked, in a form that may be removed"
            ),
            fix: "allow the whole command or none of it".into(),
            rules: Vec::new(),
        });
    }
}
