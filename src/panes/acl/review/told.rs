//! A change in paragraphs: what it means, its rules, the command, the warnings.
use crate::model::acl::effect::{Effect, Ground, effect};
use crate::model::acl::{
    Catalog, Channels, Dialect, Feature, Rule, Source, User, diff, print, words,
};
use crate::model::{Cmd, Printed};
use crate::panes::acl::sheet::{Entry, Tone};

use super::{Level, Warning};

/// What a server has of a user that it does not have.
pub fn nobody(after: &User, dialect: Dialect) -> User {
    let mut user = User::new(after.name.clone());
    if !dialect.has(Feature::Channels) {
        user.root.channels = Channels::All;
    }
    user
}

/// In words, what the user may do then, and before where that was something else.
pub fn meaning(before: Option<&User>, after: &User, catalog: &Catalog) -> Vec<Entry<'static>> {
    let scope = words::scope(after, catalog);
    let was = before.map(|before| words::scope(before, catalog));
    let was = was.filter(|was| *was != scope);
    let off = if after.can_log_in() {
        ""
    } else {
        ", but cannot log in"
    };
    let then = Entry::labelled("then      ", Tone::Accent, scope).and(Tone::Warn, off);
    let was = was.map(|was| Entry::labelled("before    ", Tone::Dim, was));
    was.into_iter().chain([then]).collect()
}

pub fn connected(live: Option<usize>, after: &User) -> Vec<Entry<'static>> {
    let Some(live) = live else {
        return Vec::new();
    };
    let (tone, text) = match live {
        0 => (Tone::Dim, "nobody is logged in as this user".to_owned()),
        live => {
            let who = match live {
                1 => "1 connection is logged in as this user".to_owned(),
                _ => format!("{live} connections are logged in as this user"),
            };
            let then = if after.on {
                "; their rights change at their next command"
            } else {
                "; they stay, only new logins are refused"
            };
            (Tone::Warn, who + then)
        }
    };
    let mut entries = Vec::from(Entry::heading("Connections"));
    entries.push(Entry::new(tone, text));
    entries
}

pub fn warned(warnings: Vec<Warning>) -> Vec<Entry<'static>> {
    if warnings.is_empty() {
        return Vec::new();
    }
    let entry = |warning: Warning| match warning.level {
        Level::Blocks => Entry::marked("E ", Tone::Bad, warning.text),
        Level::Warns => Entry::marked("W ", Tone::Warn, warning.text),
        Level::Informs => Entry::marked("I ", Tone::Dim, warning.text),
    };
    let mut entries = Vec::from(Entry::heading("Warnings"));
    entries.extend(warnings.into_iter().map(entry));
    entries
}

/// The rules that only one of the two has, and where it is only their order that differs, the new order.
pub fn changed(
    heading: &'static str,
    before: &User,
    after: &User,
    catalog: &Catalog,
) -> Vec<Entry<'static>> {
    let dialect = catalog.dialect;
    let (was, will) = (print::rules(before, dialect), print::rules(after, dialect));
    let only = |these: &[Rule], those: &[Rule]| {
        let only = these.iter().filter(|rule| !those.contains(rule));
        let only: Vec<Rule> = only.cloned().collect();
        print::line(&only)
    };
    let (gone, new) = (only(&was, &will), only(&will, &was));
    let mut entries = Vec::from(Entry::heading(heading));
    if gone.is_empty() && new.is_empty() {
        let rules = diff::rules(before, after, catalog);
        entries.push(if rules.is_empty() {
            Entry::new(Tone::Dim, "nothing changes")
        } else {
            Entry::marked("~ ", Tone::Plain, print::line(&rules))
        });
    }
    if !gone.is_empty() {
        entries.push(Entry::marked("- ", Tone::Bad, gone));
    }
    if !new.is_empty() {
        entries.push(Entry::marked("+ ", Tone::Good, new));
    }
    entries
}

pub fn sent(command: Option<&Cmd>) -> Vec<Entry<'static>> {
    let Some(command) = command else {
        return Vec::new();
    };
    let mut entries = Vec::from(Entry::heading("Command"));
    entries.push(Entry::marked("> ", Tone::Warn, command.cli()));
    entries
}

/// What the change means for logging in, channels and commands.
pub fn meant(
    before: &User,
    after: &User,
    catalog: &Catalog,
    prefix: &[u8],
) -> impl Iterator<Item = Entry<'static>> {
    let effect = effect(before, after, prefix, catalog);
    let mut gained = grounds(&effect, Side::Gained, prefix);
    let mut lost = grounds(&effect, Side::Lost, prefix);
    match (before.can_log_in(), after.can_log_in()) {
        (false, true) => gained.insert(0, Entry::marked("+ ", Tone::Good, "to log in")),
        (true, false) => lost.insert(0, Entry::marked("- ", Tone::Warn, "to log in")),
        _ => {}
    }
    let (had, has) = (words::channels(before), words::channels(after));
    if had != has {
        let channels = format!("channels: {has} (before: {had})");
        gained.push(Entry::marked("~ ", Tone::Plain, channels));
    }
    if catalog.source == Source::Assumed {
        let guess = "an estimate: this server does not tell its commands";
        gained.push(Entry::new(Tone::Warn, guess));
    }
    let section = |title, entries: Vec<Entry<'static>>| {
        let heading = (!entries.is_empty()).then(|| Entry::heading(title));
        heading.into_iter().flatten().chain(entries)
    };
    section("Becomes allowed", gained).chain(section("No longer allowed", lost))
}

#[derive(Clone, Copy)]
enum Side {
    Gained,
    Lost,
}

fn grounds(effect: &Effect, side: Side, prefix: &[u8]) -> Vec<Entry<'static>> {
    let (mark, grounds) = match side {
        Side::Gained => ("+ ", &effect.gained),
        Side::Lost => ("- ", &effect.lost),
    };
    let entry = |(ground, names): (&Ground, &Vec<String>)| {
        let place = match ground {
            Ground::Keyless => "without a key".to_owned(),
            Ground::Own if prefix.is_empty() => "on keys".to_owned(),
            Ground::Own => format!("on {}*", Printed::new(prefix)),
            Ground::Pattern(pattern) => format!("on {}", Printed::new(pattern)),
            Ground::Other => "on any other key".to_owned(),
        };
        let tone = match (side, ground) {
            (Side::Gained, Ground::Other) => Tone::Bad,
            (Side::Gained, _) => Tone::Good,
            (Side::Lost, _) => Tone::Warn,
        };
        Entry::marked(mark, tone, format!("{place}, {}: ", names.len()))
            .and(Tone::Plain, names.join(" "))
    };
    grounds.iter().map(entry).collect()
}
