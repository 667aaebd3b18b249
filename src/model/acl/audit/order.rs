//! Rules in an order that undoes them.
use super::super::catalog::{Catalog, CommandId};
use super::super::diff;
use super::super::rule::{CommandRule, Rule, Sign, What};
use super::super::user::{self, User};
use super::{Level, Lint};

/// Findings about rules as they were typed: those without effect, and those that bring back what was taken away.
pub fn order(rules: &[Rule], catalog: &Catalog) -> Vec<Lint> {
    let mut found = Vec::new();
    let whole = replay(rules.iter(), catalog);
    for (place, rule) in rules.iter().enumerate() {
        let others = rules
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != place)
            .map(|(_, rule)| rule);
        if gives(rule) && diff::same(&whole, &replay(others, catalog), catalog) {
            found.push(lint(format!(
                "rule {} ({rule}) has no effect here",
                place + 1
            )));
        }
        if let Some((earlier, names)) = brings_back(&rules[..=place], catalog) {
            found.push(lint(format!(
                "rule {} ({rule}) brings back what {earlier} took away: {}",
                place + 1,
                names.join(", ")
            )));
        }
    }
    found
}

fn lint(text: String) -> Lint {
    Lint {
        id: "L16",
        level: Level::Warning,
        text,
        fix: "the last rule wins: put it elsewhere or leave it out".into(),
        rules: Vec::new(),
    }
}

/// Whether a rule is there to change something; resets at the beginning are not missed.
fn gives(rule: &Rule) -> bool {
    match rule {
        Rule::Key(_) | Rule::Channel(_) | Rule::AllKeys | Rule::AllChannels => true,
        Rule::Command(command) => *command != CommandRule::deny(What::All),
        _ => false,
    }
}

fn replay<'r>(rules: impl Iterator<Item = &'r Rule>, catalog: &Catalog) -> User {
    let mut subject = User::new("");
    for rule in rules {
        // What a server would refuse changes nothing.
        drop(user::apply(&mut subject, rule, catalog));
    }
    subject
}

/// The earlier rule that the last one undoes in part, and up to five of the commands.
fn brings_back(rules: &[Rule], catalog: &Catalog) -> Option<(String, Vec<String>)> {
    let (last, earlier) = rules.split_last()?;
    let given = members(last, Sign::Allow, catalog)?;
    earlier.iter().rev().find_map(|rule| {
        let taken = members(rule, Sign::Deny, catalog)?;
        let both = given.iter().filter(|id| taken.contains(id));
        let names: Vec<String> = both
            .take(5)
            .map(|id| catalog.command(*id).name.clone())
            .collect();
        (!names.is_empty()).then(|| (rule.to_string(), names))
    })
}

/// The commands that a rule of this sign speaks of by category; single commands are put back on purpose.
fn members(rule: &Rule, sign: Sign, catalog: &Catalog) -> Option<Vec<CommandId>> {
    let Rule::Command(rule) = rule else {
        return None;
    };
    match &rule.what {
        _ if rule.sign != sign => None,
        What::Category(name) => Some(catalog.category(name)?.to_vec()),
        What::All => (sign == Sign::Allow).then(|| catalog.ids().collect()),
        What::Command(name) if sign == Sign::Deny => {
            let id = catalog.find(name)?;
            Some([&[id][..], &catalog.command(id).subs].concat())
        }
        What::Sub { command, arg } if sign == Sign::Deny => {
            let name = format!("{command}|{}", String::from_utf8_lossy(arg));
            Some(vec![catalog.find(&name)?])
        }
        What::Command(_) | What::Sub { .. } => None,
    }
}
