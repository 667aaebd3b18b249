//! Two users: the rules between them, and whether they mean the same.
use super::catalog::{Catalog, CommandId};
use super::print;
use super::reach::{Reach, Scope};
use super::rule::{CommandRule, KeyPattern, Rule, Sign, What};
use super::user::{Channels, Databases, Keys, Rights, User};

/// The fewest rules that turn one user into the other, for showing and for users that must not be `reset`.
///
/// They never start with `reset`. Applying them to `before` gives what is the [`same`] as `after`, though a rule may
/// be undone by its opposite rather than left out. What is not
/// understood cannot be taken away: `after` keeps the unknown words of `before`.
#[must_use]
pub fn rules(before: &User, after: &User, catalog: &Catalog) -> Vec<Rule> {
    let mut rules = Vec::new();
    if before.on != after.on {
        rules.push(if after.on { Rule::On } else { Rule::Off });
    }
    passwords(before, after, &mut rules);
    if before.skip_sanitize != after.skip_sanitize {
        let skip = after.skip_sanitize;
        rules.push(if skip {
            Rule::SkipSanitizePayload
        } else {
            Rule::SanitizePayload
        });
    }
    rights(&before.root, &after.root, catalog, &mut rules);
    selectors(&before.selectors, &after.selectors, &mut rules);
    let new = after
        .unknown
        .words
        .iter()
        .filter(|word| !before.unknown.words.contains(word));
    rules.extend(new.cloned().map(Rule::Unknown));
    rules
}

fn passwords(before: &User, after: &User, rules: &mut Vec<Rule>) {
    if after.nopass {
        if !before.nopass {
            rules.push(Rule::NoPass);
        }
        return;
    }
    let kept = before
        .passwords
        .iter()
        .filter(|hash| after.passwords.contains(hash));
    let in_order = kept.eq(after
        .passwords
        .iter()
        .take_while(|hash| before.passwords.contains(hash)));
    if after.passwords.is_empty() || !in_order {
        if before.nopass || !before.passwords.is_empty() {
            rules.push(Rule::ResetPass);
        }
        rules.extend(after.passwords.iter().cloned().map(Rule::AddHash));
        return;
    }
    let added = after
        .passwords
        .iter()
        .filter(|hash| !before.passwords.contains(hash));
    rules.extend(added.cloned().map(Rule::AddHash));
    let retired = before
        .passwords
        .iter()
        .filter(|hash| !after.passwords.contains(hash));
    rules.extend(retired.cloned().map(Rule::RemoveHash));
}

fn rights(before: &Rights, after: &Rights, catalog: &Catalog, rules: &mut Vec<Rule>) {
    match (&before.keys, &after.keys) {
        (before, after) if before == after => {}
        (_, Keys::All) => rules.push(Rule::AllKeys),
        (Keys::Only(have), Keys::Only(want)) if want.starts_with(have) => {
            rules.extend(want[have.len()..].iter().cloned().map(Rule::Key));
        }
        (_, Keys::Only(want)) => {
            rules.push(Rule::ResetKeys);
            rules.extend(want.iter().cloned().map(Rule::Key));
        }
    }
    match (&before.channels, &after.channels) {
        (before, after) if before == after => {}
        (_, Channels::All) => rules.push(Rule::AllChannels),
        (Channels::Only(have), Channels::Only(want)) if want.starts_with(have) => {
            rules.extend(want[have.len()..].iter().cloned().map(Rule::Channel));
        }
        (_, Channels::Only(want)) => {
            rules.push(Rule::ResetChannels);
            rules.extend(want.iter().cloned().map(Rule::Channel));
        }
    }
    rules.extend(
        commands(before, after, catalog)
            .into_iter()
            .map(Rule::Command),
    );
    match (&before.databases, &after.databases) {
        (before, after) if before == after => {}
        (_, Databases::All) => rules.push(Rule::AllDatabases),
        (_, Databases::Only(numbers)) if numbers.is_empty() => rules.push(Rule::ResetDatabases),
        (_, Databases::Only(numbers)) => rules.push(Rule::Databases(numbers.clone())),
    }
    let new = after
        .unknown
        .iter()
        .filter(|word| !before.unknown.contains(word));
    rules.extend(new.cloned().map(Rule::Unknown));
}

fn commands(before: &Rights, after: &Rights, catalog: &Catalog) -> Vec<CommandRule> {
    let (have, want) = (&before.commands, &after.commands);
    if have == want {
        return Vec::new();
    }
    let exact = said_anew(have, want);
    let leads = |rules: &Vec<CommandRule>| {
        let mut changed = before.clone();
        for rule in rules {
            changed.command(rule.clone());
        }
        let [ours, wanted] = [&changed, after].map(|rights| Scope::of(rights, catalog));
        changed.is_open() == after.is_open() && equal_commands(&ours, &wanted, catalog)
    };
    let shorter = [Vec::new(), undone(have, want)];
    let mut shorter = shorter
        .into_iter()
        .filter(|rules| rules.len() < exact.len());
    shorter.find(leads).unwrap_or(exact)
}

/// The rules that lead from one list to exactly the other. A rule that speaks again of the same replaces the earlier
/// one and stands last, so what must be said is all after the longest beginning that is left as it is.
fn said_anew(have: &[CommandRule], want: &[CommandRule]) -> Vec<CommandRule> {
    let stays = |kept: &usize| {
        let (start, rest) = want.split_at(*kept);
        let cleared = rest.iter().any(|rule| rule.what == What::All);
        let left = have
            .iter()
            .filter(|rule| !cleared && !rest.iter().any(|new| new.what == rule.what));
        left.eq(start)
    };
    match (0..=want.len()).rev().find(stays) {
        Some(kept) => want[kept..].to_vec(),
        None => [&[CommandRule::deny(What::All)], want].concat(),
    }
}

/// The opposite of what is gone, and what is new: shorter, but it may mean something else.
fn undone(have: &[CommandRule], want: &[CommandRule]) -> Vec<CommandRule> {
    let gone = have.iter().filter(|rule| !want.contains(rule));
    let opposite = gone.map(|rule| CommandRule {
        sign: match rule.sign {
            Sign::Allow => Sign::Deny,
            Sign::Deny => Sign::Allow,
        },
        what: rule.what.clone(),
    });
    let new = want.iter().filter(|rule| !have.contains(rule));
    let mut rules: Vec<CommandRule> = opposite.filter(|rule| !want.contains(rule)).collect();
    rules.extend(new.cloned());
    rules
}

fn selectors(before: &[Rights], after: &[Rights], rules: &mut Vec<Rule>) {
    let newest = super::dialect::Dialect {
        family: super::dialect::Family::Valkey,
        major: u16::MAX,
        minor: 0,
    };
    let new = after.strip_prefix(before).unwrap_or_else(|| {
        rules.push(Rule::ClearSelectors);
        after
    });
    let selector = |rights| Rule::Selector(print::rights(rights, newest));
    rules.extend(new.iter().map(selector));
}

/// Whether two users may do the same, whatever the words: rights, passwords, whether they may log in.
pub fn same(a: &User, b: &User, catalog: &Catalog) -> bool {
    let login = |user: &User| {
        let mut hashes = user.passwords.clone();
        hashes.sort();
        (user.on, user.nopass, hashes, user.skip_sanitize)
    };
    login(a) == login(b) && same_rights(a, b, catalog)
}

/// Whether two users may run the same commands on the same keys and channels.
pub fn same_rights(a: &User, b: &User, catalog: &Catalog) -> bool {
    let (a, b) = (Reach::of(a, catalog), Reach::of(b, catalog));
    a.selectors.len() == b.selectors.len()
        && a.selectors
            .iter()
            .zip(&b.selectors)
            .all(|(a, b)| equal(a, b, catalog))
}

fn equal(a: &Scope<'_>, b: &Scope<'_>, catalog: &Catalog) -> bool {
    places(a.rights) == places(b.rights)
        && a.rights.databases == b.rights.databases
        && equal_commands(a, b, catalog)
}

fn equal_commands(a: &Scope<'_>, b: &Scope<'_>, catalog: &Catalog) -> bool {
    catalog
        .ids()
        .all(|id| a.allows(id) == b.allows(id) && first_args(a, id) == first_args(b, id))
}

/// Keys and channels in an order of their own; `None` for all of them.
type Places = (Option<Vec<Vec<u8>>>, Option<Vec<Vec<u8>>>);

fn places(rights: &Rights) -> Places {
    let sorted = |mut patterns: Vec<Vec<u8>>| {
        patterns.sort();
        patterns
    };
    let keys = match &rights.keys {
        Keys::All => None,
        Keys::Only(patterns) => Some(sorted(patterns.iter().map(KeyPattern::token).collect())),
    };
    let channels = match &rights.channels {
        Channels::All => None,
        Channels::Only(patterns) => Some(sorted(patterns.clone())),
    };
    (keys, channels)
}

fn first_args(scope: &Scope<'_>, id: CommandId) -> Vec<Vec<u8>> {
    // Where the whole command is allowed a first argument adds nothing, and some servers forget it.
    if scope.allows(id) {
        return Vec::new();
    }
    let mut args: Vec<Vec<u8>> = scope
        .first_args(id)
        .map(<[u8]>::to_ascii_lowercase)
        .collect();
    args.sort();
    args.dedup();
    args
}
