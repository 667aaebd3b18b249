//! One user held against a key or pattern: what it may do with it, whatever rule says so.
use crate::model::acl::effect::sample;
use crate::model::acl::keyspec::{self, Need};
use crate::model::acl::reach::Scope;
use crate::model::acl::{
    Access, Catalog, Command, CommandId, Keys, Reach, User, escape, overlap, reach,
};
use crate::model::printed;
use crate::panes::acl::rights;

/// Who is able to change users or the server itself; names in lower case.
const ADMIN: &[&str] = &[
    "acl|setuser",
    "acl|load",
    "config|set",
    "module|load",
    "debug",
    "replicaof",
    "shutdown",
];
/// What tells names of keys, and what deletes them, whatever the patterns say.
const NAMERS: &[&str] = &["scan", "keys", "randomkey"];
const FLUSHERS: &[&str] = &["flushall", "flushdb", "swapdb"];
/// What deletes the keys it names.
const DELETERS: &[&str] = &["del", "unlink"];

/// A user, and everything of it that does not depend on the key.
#[derive(Clone, Debug)]
pub struct Person {
    pub user: User,
    admin: bool,
    /// SCAN and the like tell every name.
    names: bool,
    /// FLUSHALL and the like ask for no pattern.
    flushes: bool,
    /// Of the root, then of each selector.
    powers: Vec<Vec<Power>>,
    /// Sees the name, reads, writes, deletes, is admin.
    pub answers: [Answer; 5],
}

/// What a command does to a key.
#[derive(Clone, Copy, Debug)]
pub struct Touch {
    id: CommandId,
    power: Power,
}

/// One way in which a key is touched, and what a pattern must allow for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Power {
    does: Does,
    need: Need,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Does {
    Read,
    Write,
    Delete,
}

/// How much of what is asked for; more is greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Answer {
    No,
    /// Some of the keys that the pattern matches.
    Some,
    Yes,
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// One key, or all that match a pattern.
pub enum Asked {
    Key(Vec<u8>),
    Pattern(Vec<u8>),
}

impl Asked {
    /// What was typed: escapes as we print them where they are some, else the bytes; nothing is any key.
    pub fn read(typed: &str) -> Self {
        let bytes = printed::unprint(typed).unwrap_or_else(|_| typed.as_bytes().to_vec());
        if bytes.is_empty() {
            return Self::Pattern(b"*".to_vec());
        }
        match escape::split(&bytes) {
            (key, []) => Self::Key(key),
            _ => Self::Pattern(bytes),
        }
    }

    /// How much of it each pattern covers, with the letters of the pattern.
    fn covered(&self, keys: &Keys) -> Vec<(Access, Answer)> {
        let Keys::Only(patterns) = keys else {
            return vec![(Access::Both, Answer::Yes)];
        };
        let covered = |pattern: &[u8]| match self {
            Self::Key(key) => Answer::from(reach::fits(pattern, key)),
            Self::Pattern(asked) if overlap::covers(pattern, asked) => Answer::Yes,
            Self::Pattern(asked) if overlap::overlap(pattern, asked) => Answer::Some,
            Self::Pattern(_) => Answer::No,
        };
        let patterns = patterns.iter();
        patterns
            .map(|pattern| (pattern.access, covered(&pattern.pattern)))
            .collect()
    }
}

/// Whether a pattern with these letters serves a need.
fn serves(access: Access, need: Need) -> bool {
    match access {
        Access::Both => true,
        Access::Read => !need.write,
        Access::Write => !need.read,
    }
}

impl Person {
    /// A user of this catalog, whose commands touch keys so.
    pub fn new(user: User, catalog: &Catalog, touches: &[Touch]) -> Self {
        let reach = Reach::of(&user, catalog);
        let any = |names: &[&str]| names.iter().any(|name| rights::may(&reach, name));
        let [admin, names, flushes] = [ADMIN, NAMERS, FLUSHERS].map(any);
        let powers = |scope: &Scope<'_>| {
            let mut powers: Vec<Power> = Vec::new();
            for touch in touches.iter().filter(|touch| scope.allows(touch.id)) {
                if !powers.contains(&touch.power) {
                    powers.push(touch.power);
                }
            }
            powers
        };
        Self {
            powers: reach.selectors.iter().map(powers).collect(),
            user,
            admin,
            names,
            flushes,
            answers: [Answer::No; 5],
        }
    }

    pub fn answer(&mut self, asked: &Asked) {
        let [mut read, mut write, mut delete] = [Answer::No, Answer::No, self.flushes.into()];
        for (rights, powers) in self.user.rights().zip(&self.powers) {
            let covered = asked.covered(&rights.keys);
            for power in powers {
                let fitting = covered
                    .iter()
                    .filter(|(access, _)| serves(*access, power.need));
                let best = fitting.map(|(_, answer)| *answer).max();
                let kind = match power.does {
                    Does::Read => &mut read,
                    Does::Write => &mut write,
                    Does::Delete => &mut delete,
                };
                *kind = best.unwrap_or(Answer::No).max(*kind);
            }
        }
        self.answers = [self.names.into(), read, write, delete, self.admin.into()];
    }

    /// Who may touch it comes first, who only sees its name after that, who may nothing last.
    pub fn rank(&self) -> u8 {
        let [name, touches @ .., _] = self.answers;
        match touches.iter().max() {
            Some(Answer::Yes) => 0,
            Some(Answer::Some) => 1,
            _ if name == Answer::Yes => 2,
            _ => 3,
        }
    }

    /// The answers in a sentence.
    pub fn words(&self) -> String {
        let verbs = ["sees the name", "reads", "writes", "deletes"];
        let told: Vec<String> = verbs
            .iter()
            .zip(self.answers)
            .filter_map(|(verb, answer)| match answer {
                Answer::Yes => Some((*verb).to_owned()),
                Answer::Some => Some(format!("{verb} some")),
                Answer::No => None,
            })
            .collect();
        let mut words = format!("{}: ", self.user.title());
        words += &if told.is_empty() {
            "may not touch it".to_owned()
        } else {
            told.join(", ")
        };
        if self.flushes {
            words += " (can empty the database whatever its patterns)";
        }
        if self.admin {
            words += ", can change users or the server";
        }
        if let Some(why) = self.user.shut() {
            words.extend(["; cannot log in now: ", why]);
        }
        words
    }
}

/// What the commands of a server do to the keys they name; the same for every user.
pub fn touches(catalog: &Catalog) -> Vec<Touch> {
    let of = |id| {
        let powers = powers(catalog.command(id)).into_iter();
        powers.map(move |power| Touch { id, power })
    };
    catalog.ids().flat_map(of).collect()
}

/// What a command does to the keys it names, and what it needs for that: in its simplest form, and at most.
fn powers(command: &Command) -> Vec<Power> {
    let argv = sample(command, b"key");
    let argv: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
    let simplest = keyspec::places(command, &argv);
    let simplest = simplest.iter().map(|place| place.need);
    let real = command.keys.iter().filter(|spec| !spec.notes.not_key);
    let most = real.map(|spec| spec.need);
    simplest
        .chain(most)
        .flat_map(|need| does(command, need).map(move |does| Power { does, need }))
        .collect()
}

fn does(command: &Command, need: Need) -> impl Iterator<Item = Does> {
    let deletes = DELETERS.contains(&command.name.as_str());
    // 6.x tells no needs, and has no letters to match them.
    let untold = need == Need::NOTHING;
    let reads = !deletes && (need.read || (untold && command.flag("readonly")));
    let writes = !deletes && (need.write || (untold && command.flag("write")));
    [
        (deletes, Does::Delete),
        (reads, Does::Read),
        (writes, Does::Write),
    ]
    .into_iter()
    .filter_map(|(yes, does)| yes.then_some(does))
}
