//! One user held against a key or pattern: what it may do with it, whatever rule says so.
use crate::model::acl::effect::sample;
use crate::model::acl::keyspec::{self, Need};
use crate::model::acl::{Access, Catalog, Command, Keys, Reach, User, escape, overlap, reach};
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
    powers: Vec<Power>,
    /// Sees the name, reads, writes, deletes, is admin.
    pub answers: [Answer; 5],
}

/// One way in which a set of rights lets keys be touched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Power {
    /// 0 for the root, n for the n-th selector.
    selector: usize,
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

    /// How much of it these patterns cover for this need.
    fn covered(&self, keys: &Keys, need: Need) -> Answer {
        let Keys::Only(patterns) = keys else {
            return Answer::Yes;
        };
        let fitting = patterns.iter().filter(|pattern| match pattern.access {
            Access::Both => true,
            Access::Read => !need.write,
            Access::Write => !need.read,
        });
        let covered = |pattern: &[u8]| match self {
            Self::Key(key) => Answer::from(reach::fits(pattern, key)),
            Self::Pattern(asked) if overlap::covers(pattern, asked) => Answer::Yes,
            Self::Pattern(asked) if overlap::overlap(pattern, asked) => Answer::Some,
            Self::Pattern(_) => Answer::No,
        };
        let answers = fitting.map(|pattern| covered(&pattern.pattern));
        answers.max().unwrap_or(Answer::No)
    }
}

impl Person {
    pub fn new(user: User, catalog: &Catalog) -> Self {
        let reach = Reach::of(&user, catalog);
        let any = |names: &[&str]| names.iter().any(|name| rights::may(&reach, name));
        let [admin, names, flushes] = [ADMIN, NAMERS, FLUSHERS].map(any);
        let mut powers = Vec::new();
        for (selector, scope) in reach.selectors.iter().enumerate() {
            for id in catalog.ids().filter(|id| scope.allows(*id)) {
                for (does, need) in touches(catalog.command(id)) {
                    let power = Power {
                        selector,
                        does,
                        need,
                    };
                    if !powers.contains(&power) {
                        powers.push(power);
                    }
                }
            }
        }
        Self {
            user,
            admin,
            names,
            flushes,
            powers,
            answers: [Answer::No; 5],
        }
    }

    pub fn answer(&mut self, asked: &Asked) {
        let rights: Vec<_> = self.user.rights().collect();
        let best = |does: Does| {
            let powers = self.powers.iter().filter(|power| power.does == does);
            let answers = powers.map(|power| {
                let rights = rights.get(power.selector);
                rights.map_or(Answer::No, |rights| asked.covered(&rights.keys, power.need))
            });
            answers.max().unwrap_or(Answer::No)
        };
        self.answers = [
            self.names.into(),
            best(Does::Read),
            best(Does::Write),
            best(Does::Delete).max(self.flushes.into()),
            self.admin.into(),
        ];
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
        if !self.user.can_log_in() {
            words += "; cannot log in now";
        }
        words
    }
}

/// What a command does to the keys it names, and what it needs for that: in its simplest form, and at most.
fn touches(command: &Command) -> Vec<(Does, Need)> {
    let argv = sample(command, b"key");
    let argv: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
    let simplest = keyspec::places(command, &argv);
    let simplest = simplest.iter().map(|place| place.need);
    let real = command.keys.iter().filter(|spec| !spec.notes.not_key);
    let most = real.map(|spec| spec.need);
    simplest
        .chain(most)
        .flat_map(|need| does(command, need).map(move |does| (does, need)))
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
