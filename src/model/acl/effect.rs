//! What a change means: the commands that become allowed or stop being so, on own keys, on others', on none.
use std::collections::BTreeMap;

use super::catalog::{Catalog, Command, CommandId};
use super::escape;
use super::keyspec::{self, Begin, Find, KeySpec};
use super::reach::Reach;
use super::rule::KeyPattern;
use super::user::{Keys, User};
use super::words;
use crate::model::glob;

/// On what a command may be run.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ground {
    /// It names no keys: patterns do not limit it.
    Keyless,
    /// On keys of the app's own prefix.
    Own,
    /// On keys of this pattern, which one of the two users has or both.
    Pattern(Vec<u8>),
    /// On keys outside of it.
    Other,
}

/// What changes for a user; names as `container|sub`, sorted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Effect {
    pub gained: BTreeMap<Ground, Vec<String>>,
    pub lost: BTreeMap<Ground, Vec<String>>,
    /// The channels before and after, in words, where they differ.
    pub channels: Option<[String; 2]>,
}

impl Effect {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Compares what two users may do with keys that start with `prefix` and with others.
///
/// Every command is tried in its simplest form with one key of the prefix, one of each other pattern that either has,
/// and one outside (a name that nobody uses).
pub fn effect(before: &User, after: &User, prefix: &[u8], catalog: &Catalog) -> Effect {
    let channels = [before, after].map(words::channels);
    let own = [prefix, b"key"].concat();
    let mut keys = beside(before, after, &own);
    keys.extend([(Ground::Own, own), (Ground::Other, b"\x01other".to_vec())]);
    let none = [(Ground::Keyless, Vec::new())];
    let [before, after] = [before, after].map(|user| Reach::of(user, catalog));
    let mut effect = Effect {
        channels: (channels[0] != channels[1]).then_some(channels),
        ..Effect::default()
    };
    for id in catalog.ids() {
        let command = catalog.command(id);
        if !command.subs.is_empty() {
            continue;
        }
        let grounds = if command.has_keys() {
            keys.as_slice()
        } else {
            &none
        };
        for (ground, key) in grounds {
            let may = |reach: &Reach<'_>| allows(reach, id, key);
            let list = match (may(&before), may(&after)) {
                (false, true) => &mut effect.gained,
                (true, false) => &mut effect.lost,
                _ => continue,
            };
            let names = list.entry(ground.clone()).or_default();
            names.push(command.name.clone());
        }
    }
    effect
}

/// The patterns that either has, each with a key that it matches; without those that match `own`.
fn beside(before: &User, after: &User, own: &[u8]) -> Vec<(Ground, Vec<u8>)> {
    let held = [before, after].into_iter().flat_map(patterns);
    let mut beside: Vec<(Ground, Vec<u8>)> = held
        .filter(|held| !glob::matches(&held.pattern, own))
        .filter_map(|held| {
            Some((
                Ground::Pattern(held.pattern.clone()),
                example(&held.pattern)?,
            ))
        })
        .collect();
    beside.sort();
    beside.dedup();
    beside
}

fn patterns(user: &User) -> Vec<&KeyPattern> {
    let limited = user.rights().filter_map(|rights| match &rights.keys {
        Keys::Only(patterns) => Some(patterns),
        Keys::All => None,
    });
    limited.flatten().collect()
}

/// A key that a pattern matches; `None` where none is found with ease.
fn example(pattern: &[u8]) -> Option<Vec<u8>> {
    let (mut key, mut rest) = (Vec::new(), pattern);
    while !rest.is_empty() {
        let (literal, after) = escape::split(rest);
        key.extend(literal);
        rest = match after {
            [b'?', after @ ..] => {
                key.push(b'x');
                after
            }
            [_, after @ ..] => after,
            [] => after,
        };
    }
    glob::matches(pattern, &key).then_some(key)
}

/// Whether a command may run in its simplest form with this key at every place of a key. Channels are left aside.
pub fn allows(reach: &Reach<'_>, id: CommandId, key: &[u8]) -> bool {
    let command = reach.catalog.command(id);
    let argv = sample(command, key);
    let argv: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
    let places = keyspec::places(command, &argv);
    reach.selectors.iter().any(|scope| {
        scope.command(id, &argv, reach.catalog).is_some() && scope.foreign(&places, &argv).is_none()
    })
}

/// A command line with this key wherever a key must stand, `1` elsewhere: a count of keys reads as one.
pub fn sample(command: &Command, key: &[u8]) -> Vec<Vec<u8>> {
    let mut argv: Vec<Vec<u8>> = command
        .name
        .split('|')
        .map(|word| word.as_bytes().to_vec())
        .collect();
    let least = command.arity.unsigned_abs() as usize;
    argv.resize(least.max(argv.len()), b"1".to_vec());
    for spec in command.keys.iter().filter(|spec| !spec.notes.not_key) {
        let begin = match &spec.begin {
            Begin::At(at) => usize::try_from(*at).unwrap_or(1),
            Begin::Word { word, from } if *from > 0 && !optional(command, word) => {
                argv.resize(usize::try_from(*from).unwrap_or(1), b"1".to_vec());
                argv.extend([word.clone(), key.to_vec(), b"0".to_vec()]);
                continue;
            }
            Begin::Word { .. } | Begin::Unknown => continue,
        };
        let at = match spec.find {
            Find::Range { .. } => begin,
            Find::Count { first, .. } => begin + usize::try_from(first).unwrap_or(1),
            Find::Unknown => continue,
        };
        argv.resize(argv.len().max(at + 1), b"1".to_vec());
        argv[at] = key.to_vec();
        if let Find::Range { last, step: 1, .. } = spec.find {
            let end = if last < 0 {
                argv.len().cast_signed() as i64 + last
            } else {
                begin.cast_signed() as i64 + last
            };
            for at in begin..=usize::try_from(end).unwrap_or(begin).min(argv.len() - 1) {
                argv[at] = key.to_vec();
            }
        }
    }
    argv
}

/// Whether a command has keys without this word too.
fn optional(command: &Command, word: &[u8]) -> bool {
    let other =
        |spec: &KeySpec| !matches!(&spec.begin, Begin::Word { word: have, .. } if have == word);
    command.keys.iter().any(other)
}
