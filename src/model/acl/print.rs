//! Users → rules → the one command that writes them.
use super::catalog::Catalog;
use super::dialect::{Dialect, Feature};
use super::diff;
use super::rule::{Access, CommandRule, Rule, Sign, What};
use super::user::{Channels, Databases, Keys, Rights, User};
use crate::model::resp::Cmd;

/// Why a user cannot be sent to this server.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{rule}: {needs}")]
pub struct Unsendable {
    /// The rule, as it is shown.
    pub rule: String,
    pub needs: Feature,
}

/// The rules that make this user out of nothing, in an order that every server accepts: `reset` first, then flags,
/// password hashes, keys, `resetchannels` and channels, commands, databases, selectors, and what is not understood.
pub fn rules(user: &User, dialect: Dialect) -> Vec<Rule> {
    let mut rules = vec![Rule::Reset];
    if user.on {
        rules.push(Rule::On);
    }
    if user.nopass {
        rules.push(Rule::NoPass);
    }
    if user.skip_sanitize {
        rules.push(Rule::SkipSanitizePayload);
    }
    rules.extend(user.passwords.iter().cloned().map(Rule::AddHash));
    rules.extend(rights(&user.root, dialect));
    let selectors = user.selectors.iter();
    rules.extend(selectors.map(|selector| Rule::Selector(self::rights(selector, dialect))));
    rules.extend(user.unknown.words.iter().cloned().map(Rule::Unknown));
    rules
}

/// The rules of one set of rights; `rights` of nothing is only `resetchannels`.
pub fn rights(rights: &Rights, dialect: Dialect) -> Vec<Rule> {
    let mut rules = Vec::new();
    match &rights.keys {
        Keys::All => rules.push(Rule::AllKeys),
        Keys::Only(patterns) => rules.extend(patterns.iter().cloned().map(Rule::Key)),
    }
    match &rights.channels {
        // 6.0 knows no channels: everybody may use all of them.
        Channels::All if !dialect.has(Feature::Channels) => {}
        Channels::All => rules.push(Rule::AllChannels),
        Channels::Only(patterns) => {
            if dialect.has(Feature::Channels) || !patterns.is_empty() {
                rules.push(Rule::ResetChannels);
            }
            rules.extend(patterns.iter().cloned().map(Rule::Channel));
        }
    }
    rules.extend(rights.commands.iter().cloned().map(Rule::Command));
    if dialect.has(Feature::Databases) {
        match &rights.databases {
            Databases::All => {}
            Databases::Only(numbers) if numbers.is_empty() => rules.push(Rule::ResetDatabases),
            Databases::Only(numbers) => rules.push(Rule::Databases(numbers.clone())),
        }
    }
    rules.extend(rights.unknown.iter().cloned().map(Rule::Unknown));
    rules
}

/// `ACL SETUSER name …`, hashes marked as secret; an error if the server does not understand one of the rules.
pub fn set_user(name: &[u8], rules: &[Rule], dialect: Dialect) -> Result<Cmd, Unsendable> {
    let mut cmd = Cmd::new("ACL SETUSER").arg(name);
    for rule in rules {
        if let Some(needs) = missing(rule, dialect) {
            let rule = rule.to_string();
            return Err(Unsendable { rule, needs });
        }
        let token = rule.token();
        cmd = if rule.is_secret() {
            cmd.secret(token)
        } else {
            cmd.arg(token)
        };
    }
    Ok(cmd)
}

/// The command that makes a user what it is here, whatever it was: an atomic replacement. A user with fields that
/// are not understood would lose them: [`write()`] sees to that.
pub fn replace(user: &User, dialect: Dialect) -> Result<Cmd, Unsendable> {
    set_user(&user.name, &rules(user, dialect), dialect)
}

/// The command that writes a changed user: a replacement, unless the server told fields that are not understood and
/// that a `reset` would lose; then only what differs from `before`, what the server has now.
pub fn write(before: &User, after: &User, catalog: &Catalog) -> Result<Cmd, Unsendable> {
    if before.unknown.fields.is_empty() {
        return replace(after, catalog.dialect);
    }
    let rules = diff::rules(before, after, catalog);
    set_user(&after.name, &rules, catalog.dialect)
}

/// What a server would have to understand for a rule, and does not.
pub fn missing(rule: &Rule, dialect: Dialect) -> Option<Feature> {
    let needs = match rule {
        Rule::Key(pattern) if pattern.access != Access::Both || pattern.pattern == b"*" => {
            Feature::KeyLetters
        }
        Rule::AllChannels | Rule::ResetChannels | Rule::Channel(_) => Feature::Channels,
        Rule::SanitizePayload | Rule::SkipSanitizePayload => Feature::Payload,
        Rule::Command(CommandRule {
            sign: Sign::Deny,
            what: What::Sub { .. },
        }) => Feature::Subcommands,
        Rule::Selector(_) | Rule::ClearSelectors if !dialect.has(Feature::Selectors) => {
            Feature::Selectors
        }
        Rule::Selector(rules) => return rules.iter().find_map(|rule| missing(rule, dialect)),
        Rule::AllDatabases | Rule::ResetDatabases | Rule::Databases(_) => Feature::Databases,
        _ => return None,
    };
    (!dialect.has(needs)).then_some(needs)
}

/// Rules as one line, secrets masked.
pub fn line(rules: &[Rule]) -> String {
    let words: Vec<String> = rules.iter().map(Rule::to_string).collect();
    words.join(" ")
}

/// The line a person edits: everything but passwords, which no line can show.
pub fn editable(user: &User, dialect: Dialect) -> String {
    let mut rules = rules(user, dialect);
    rules.retain(|rule| !rule.is_secret() && *rule != Rule::Reset);
    if !user.on {
        rules.insert(0, Rule::Off);
    }
    line(&rules)
}
