//! What is known of what we may do ourselves: read where we may read it, else learned from what was refused.
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::Key;
use crate::model::acl::{Catalog, Keys, Reach, User, escape};
use crate::model::glob;
use crate::model::printed::print;
use crate::server::{Fault, Rights};

use super::{Login, Why};

/// Questions about keys that may be refused before no more are asked unless the person does: each is an entry in the
/// server's log of denials, which holds 128.
const MISSES: usize = 3;

/// What is known of our own rights on this connection.
#[derive(Debug)]
pub struct Own {
    login: Login,
    separator: Vec<u8>,
    refused: BTreeMap<String, Fault>,
    rules: Option<Rules>,
    /// Folders in which something was answered or refused; without the separator at their end.
    folders: HashMap<Vec<u8>, Folder>,
    /// Keys that were refused by their name.
    keys: HashSet<Key>,
    /// Folders whose keys may be read and not be written, and the fault that told so.
    unwritable: HashMap<Vec<u8>, Fault>,
    misses: usize,
    told: bool,
}

/// Our rules as the server holds them.
#[derive(Debug)]
struct Rules {
    user: User,
    /// Commands that are refused, as `CONFIG GET`.
    refused: HashSet<String>,
}

#[derive(Clone, PartialEq, Debug)]
enum Folder {
    Open,
    /// What was asked was refused as such, whatever the key: it may be ours for all we know.
    Untold,
    /// The first key that was asked about was refused.
    Shut(Key, Fault),
}

/// How a key stands to us.
#[derive(Clone, PartialEq, Debug)]
pub enum Standing {
    /// It is ours, or nothing speaks against it.
    Open,
    /// Not known; one key of its folder may be asked about.
    Unknown,
    /// Not known, and too much was refused already to ask without being told to.
    Spared,
    /// Not ours, as far as is known, and why.
    Shut(Fault),
}

/// What came of a question about a key.
#[derive(Clone, PartialEq, Debug)]
pub enum Met {
    Answered,
    /// All that was asked was refused as such, whatever the key.
    Untold,
    /// Refused because of the key, whatever the command.
    Refused(Fault),
    /// A write was refused because of the key.
    Unwritable(Fault),
}

impl Own {
    /// Nothing is known yet. `separator` is what splits a name into folders.
    pub fn new(login: Login, separator: &[u8]) -> Self {
        Self {
            login,
            separator: separator.to_vec(),
            refused: BTreeMap::new(),
            rules: None,
            folders: HashMap::new(),
            keys: HashSet::new(),
            unwritable: HashMap::new(),
            misses: 0,
            told: false,
        }
    }

    /// News from the server room.
    pub fn hear(&mut self, news: Rights) {
        match news {
            Rights::Refused { command, fault } => {
                self.refused.insert(command, fault);
            }
            Rights::Unknown => *self = Self::new(self.login, &self.separator),
        }
    }

    /// Our rules, as the server told them.
    pub fn read(&mut self, user: User, catalog: &Catalog) {
        let reach = Reach::of(&user, catalog);
        let refused = catalog.ids().filter(|id| !reach.allows(*id));
        let name = |id| {
            catalog
                .command(id)
                .name
                .replace('|', " ")
                .to_ascii_uppercase()
        };
        let refused = refused.map(name).collect();
        self.rules = Some(Rules { user, refused });
    }

    /// A question about a key was answered or refused.
    pub fn met(&mut self, key: &Key, met: Met) {
        let folder = key.folder(&self.separator).to_vec();
        match met {
            Met::Answered => {
                self.keys.remove(key);
                self.folders.insert(folder, Folder::Open);
            }
            Met::Untold => {
                self.keys.remove(key);
                self.folders.entry(folder).or_insert(Folder::Untold);
            }
            Met::Refused(fault) => {
                self.keys.insert(key.clone());
                if !self.folders.contains_key(&folder) {
                    self.misses += 1;
                    self.folders
                        .insert(folder, Folder::Shut(key.clone(), fault));
                }
            }
            Met::Unwritable(fault) => {
                self.unwritable.insert(folder, fault);
            }
        }
    }

    /// Whether questions go one after the other, because some may be refused.
    pub fn is_careful(&self) -> bool {
        self.login == Login::Named || !self.refused.is_empty() || self.misses > 0
    }

    /// How this key stands to us.
    pub fn standing(&self, key: &Key) -> Standing {
        if let Some(rules) = &self.rules {
            return rules.standing(key);
        }
        match self.folders.get(key.folder(&self.separator)) {
            Some(Folder::Open | Folder::Untold) => Standing::Open,
            Some(Folder::Shut(witness, fault)) => Standing::Shut(beside(key, witness, fault)),
            None if !self.is_careful() || self.stands_with_ours(key) => Standing::Open,
            None if self.misses < MISSES => Standing::Unknown,
            None => Standing::Spared,
        }
    }

    /// Whether this very key was refused.
    pub fn was_refused(&self, key: &Key) -> bool {
        self.keys.contains(key)
    }

    /// How many folders may still be tried at once.
    pub fn tries(&self) -> usize {
        MISSES.saturating_sub(self.misses)
    }

    /// Whether all that is known under the first segment of its name is ours, and something is.
    fn stands_with_ours(&self, key: &Key) -> bool {
        let Some(top) = top(key.bytes(), &self.separator) else {
            return false;
        };
        let mut under = self.folders.iter().filter(|(folder, _)| {
            *folder == top.strip_suffix(&*self.separator).unwrap_or(top) || folder.starts_with(top)
        });
        let mut open = false;
        let all = under.all(|(_, folder)| {
            open = true;
            !matches!(folder, Folder::Shut(..))
        });
        all && open
    }

    /// What all names begin with that are known to be ours, as long as no refused one does: only where both are
    /// known, and once.
    pub fn offers(&mut self) -> Option<Vec<u8>> {
        if self.told || self.rules.is_some() {
            return None;
        }
        let prefix = self.common()?;
        self.told = true;
        Some(prefix)
    }

    /// What all names begin with that are known to be ours, and no refused one: the first segments that tell them apart.
    pub fn common(&self) -> Option<Vec<u8>> {
        let path = |folder: &[u8]| self.path(folder);
        let (open, shut): (Vec<_>, Vec<_>) = self
            .folders
            .iter()
            .filter(|(_, folder)| **folder != Folder::Untold)
            .partition(|(_, folder)| **folder == Folder::Open);
        let mut open = open.into_iter().map(|(folder, _)| path(folder));
        let mut prefix = open.next()?;
        for folder in open {
            let same = prefix.iter().zip(&folder).take_while(|(a, b)| a == b);
            prefix.truncate(same.count());
        }
        let parts = prefix.windows(self.separator.len()).enumerate();
        let ends = parts.filter(|(_, part)| *part == self.separator);
        let starts = ends.filter_map(|(at, _)| prefix.get(..at + self.separator.len()));
        let tells = |start: &&[u8]| {
            shut.iter()
                .all(|(folder, _)| !path(folder).starts_with(start))
        };
        let mut starts = starts.filter(|start| start.len() > self.separator.len());
        starts
            .find(tells)
            .filter(|_| !shut.is_empty())
            .map(<[u8]>::to_vec)
    }

    /// What the names in a folder begin with.
    fn path(&self, folder: &[u8]) -> Vec<u8> {
        [folder, &self.separator].concat()
    }

    /// Whether a name that begins so was refused, and none was answered.
    pub fn shuts(&self, start: &[u8]) -> bool {
        let folders = self.folders.iter();
        let mut below = folders.filter(|(folder, _)| self.path(folder).starts_with(start));
        below
            .clone()
            .any(|(_, folder)| matches!(folder, Folder::Shut(..)))
            && below.all(|(_, folder)| *folder != Folder::Open)
    }

    /// Whether our rules are known.
    pub fn is_read(&self) -> bool {
        self.rules.is_some()
    }

    /// The patterns that our names match, where our rules are known and do not open all keys.
    pub fn patterns(&self) -> Option<Vec<Vec<u8>>> {
        self.rules.as_ref()?.patterns()
    }

    /// Why this command would be refused, whatever the key.
    pub fn refuses(&self, command: &str) -> Option<Why> {
        let by_rule = || {
            let known = self.rules.as_ref()?.refused.contains(command);
            known.then(|| may_not(command))
        };
        self.refused.get(command).map(words).or_else(by_rule)
    }

    /// Why nothing can be kept of a key that is deleted: its value or its time to live may not be read.
    pub fn refuses_keeping(&self) -> Option<Why> {
        let moment = || {
            let by_moment = self.refuses("PEXPIRETIME");
            let by_rest = || self.refuses("PTTL").or_else(|| self.refuses("TIME"));
            // Before Redis 7.0 there is no PEXPIRETIME, and nothing refuses it.
            by_rest().filter(|_| by_moment.is_some())
        };
        self.refuses("DUMP").or_else(moment)
    }

    /// Why a write of these commands to this key would be refused.
    pub fn refuses_write(&self, key: Option<&Key>, commands: &[&str]) -> Option<Why> {
        let command = commands.iter().find_map(|command| self.refuses(command));
        let folder = key.map(|key| key.folder(&self.separator));
        let unwritable = || {
            let fault = self.unwritable.get(folder?)?;
            Some(words_of(fault, key?.bytes(), &self.separator))
        };
        let shut = || {
            let shut = matches!(self.standing(key?), Standing::Shut(_));
            shut.then(|| "this key is not open to this user".to_owned())
        };
        command.or_else(unwritable).or_else(shut)
    }

    /// The commands that were refused, and folders that were found open and shut, each as text.
    pub fn learned(&self) -> [Vec<String>; 3] {
        let path = |folder: &[u8]| print(&self.path(folder));
        let mut open = Vec::new();
        let mut shut = Vec::new();
        for (folder, state) in &self.folders {
            match state {
                Folder::Open if folder.is_empty() => open.push("names without a folder".to_owned()),
                Folder::Open => open.push(path(folder)),
                Folder::Untold => {}
                Folder::Shut(..) if folder.is_empty() => {
                    shut.push("names without a folder".to_owned());
                }
                Folder::Shut(..) => shut.push(path(folder)),
            }
        }
        open.sort();
        shut.sort();
        [self.refused.keys().cloned().collect(), open, shut]
    }
}

impl Rules {
    fn patterns(&self) -> Option<Vec<Vec<u8>>> {
        let mut all = Vec::new();
        for rights in self.user.rights() {
            match &rights.keys {
                Keys::All => return None,
                Keys::Only(patterns) => all.extend(patterns.iter().map(|own| own.pattern.clone())),
            }
        }
        Some(all)
    }

    fn standing(&self, key: &Key) -> Standing {
        let own = self.patterns().is_none_or(|patterns| {
            let matches = |pattern: &Vec<u8>| glob::matches(pattern, key.bytes());
            patterns.iter().any(matches)
        });
        if own {
            return Standing::Open;
        }
        Standing::Shut(Fault::Denied {
            command: "key".into(),
            text: "no key pattern in the rules of this user lets it in".into(),
        })
    }
}

/// The first segment of a name with the separator behind it; nothing of a name that stands in no folder.
pub fn top<'n>(name: &'n [u8], separator: &[u8]) -> Option<&'n [u8]> {
    let mut parts = name.windows(separator.len().max(1));
    let at = parts.position(|part| part == separator)?;
    name.get(..at + separator.len())
}

/// A refusal of one key as it holds for another of its folder.
fn beside(key: &Key, witness: &Key, fault: &Fault) -> Fault {
    match fault {
        Fault::Denied { command, text } if key != witness => Fault::Denied {
            command: command.clone(),
            text: format!("{text} (so the server said of {})", witness.called()),
        },
        fault => fault.clone(),
    }
}

fn may_not(command: &str) -> String {
    let rule = command.to_ascii_lowercase().replace(' ', "|");
    format!("this user may not {command}: it needs +{rule}")
}

/// What the refusal of a write to the key of this name means for the person, and what would help.
pub fn words_of(fault: &Fault, name: &[u8], separator: &[u8]) -> String {
    match fault {
        Fault::Denied { command, .. } if command == "key" => {
            let pattern = print(&like(name, separator));
            format!("this user may not write this key: it needs ~{pattern}")
        }
        fault => words(fault),
    }
}

/// The pattern of all names that begin as this one does, up to its first separator.
pub fn like(name: &[u8], separator: &[u8]) -> Vec<u8> {
    match top(name, separator) {
        Some(top) => [&*escape::literal(top), b"*"].concat(),
        None => escape::literal(name),
    }
}

/// What the refusal of a write means for the person, and what would help.
pub fn words(fault: &Fault) -> String {
    match fault {
        Fault::Denied { command, .. } if command == "key" => {
            "this user may not write this key".into()
        }
        Fault::Denied { command, text } if command == "channel" => format!("NOPERM {text}"),
        Fault::Denied { command, .. } => may_not(command),
        fault => fault.to_string(),
    }
}

#[cfg(test)]
mod tests;
