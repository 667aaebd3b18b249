//! What the server has refused to this login, so that the same is not asked for again and again.
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::out::Out;
use super::{Fault, Rights, wire};
use crate::model::printed::print;
use crate::model::target::Target;
use crate::model::{Cmd, Key, Reply};

/// Neighbourhoods that are remembered; so many folders nobody opens in one sitting.
const NEAR: usize = 10_000;

/// What is known of the rights of a login; clones share it, and so all connections of a session know the same.
#[derive(Clone, Default)]
pub(super) struct Refusals {
    known: Arc<Mutex<Known>>,
    /// Who is told of what is learned.
    out: Option<Out>,
}

#[derive(Default)]
struct Known {
    /// Commands that were refused as such, or that this server does not have, with its words.
    commands: HashMap<String, Reply>,
    /// Commands that were not.
    allowed: HashSet<String>,
    /// Options that this server does not have.
    lacking: HashSet<&'static str>,
    /// Where names stand beside which a key was allowed.
    near: HashSet<Vec<u8>>,
    /// Where names stand beside which a key was refused, and none allowed.
    far: HashSet<Vec<u8>>,
    /// Where names stand beside which a key could be read, and not only written.
    sighted: HashSet<Vec<u8>>,
    /// Where names stand beside which a key could not be read, and none could, with the server's words.
    blind: HashMap<Vec<u8>, Reply>,
    /// Keys there that were looked at, and how often.
    looked: HashMap<Key, u32>,
    /// Whether refusals are to be expected. Every one is an entry in the server's log of denials, which holds few.
    doubted: bool,
}

impl Refusals {
    /// Of the login to this target: who has a name may be fenced in.
    pub(super) fn of(target: &Target) -> Self {
        let refusals = Self::default();
        refusals.with(|known| known.doubted = target.is_named());
        refusals
    }

    /// The same, and the app is told.
    pub(super) fn told(self, out: Out) -> Self {
        Self {
            out: Some(out),
            ..self
        }
    }

    /// For each command the refusal it would get, or nothing where it is not known.
    pub(super) fn replies(&self, cmds: &[Cmd]) -> Vec<Option<Reply>> {
        self.with(|known| {
            if known.commands.is_empty() {
                return vec![None; cmds.len()];
            }
            let known = |cmd| known.commands.get(&name(cmd)).cloned();
            cmds.iter().map(known).collect()
        })
    }

    /// Which of these commands to send now: all, or where refusals are to be expected the first of every name that
    /// was not heard of yet, because in one go each of them would be refused.
    pub(super) fn round(&self, cmds: &[Cmd], replies: &[Option<Reply>]) -> Vec<usize> {
        let open = (0..cmds.len()).filter(|at| replies.get(*at).is_some_and(Option::is_none));
        self.with(|known| {
            if !known.doubted {
                return open.collect();
            }
            let mut first = HashSet::new();
            open.filter(|at| {
                let name = cmds.get(*at).map(name).unwrap_or_default();
                known.allowed.contains(&name) || first.insert(name)
            })
            .collect()
        })
    }

    /// Whether questions about these keys, and reading them, will hardly be refused.
    pub(super) fn trusts_all(&self, keys: &[Key]) -> bool {
        !self.with(|known| known.doubted)
            || keys.iter().all(|key| self.trusts(key) && self.reads(key))
    }

    /// Whether a question about this key will hardly be refused: nothing was ever, or something beside it was allowed.
    pub(super) fn trusts(&self, key: &Key) -> bool {
        self.with(|known| !known.doubted || known.near.contains(neighbourhood(key.bytes())))
    }

    /// A question about this key was answered.
    pub(super) fn trust(&self, key: &Key) {
        self.with(|known| {
            if known.near.len() >= NEAR {
                known.near.clear();
            }
            known.near.insert(neighbourhood(key.bytes()).to_vec());
            known.far.remove(neighbourhood(key.bytes()));
        });
    }

    /// A question about this key was refused: it is not ours.
    pub(super) fn distrust(&self, key: &Key) {
        self.with(|known| known.distrust(key.bytes()));
    }

    /// Whether a question about this key is likely to be refused.
    pub(super) fn distrusts(&self, key: &Key) -> bool {
        self.with(|known| known.far.contains(neighbourhood(key.bytes())))
    }

    /// Whether a key that may be named may most likely be read too: all are, or one beside it was.
    pub(super) fn reads(&self, key: &Key) -> bool {
        self.with(|known| !known.doubted || known.sighted.contains(neighbourhood(key.bytes())))
    }

    /// The refusal that reading this key would get too: of a key beside it, which may be written only (`%W~`).
    pub(super) fn unread(&self, key: &Key) -> Option<Reply> {
        self.with(|known| known.blind.get(neighbourhood(key.bytes())).cloned())
    }

    /// The same for a key that is looked at: who looks a second time means it, and then the server is asked once more.
    pub(super) fn spares(&self, key: &Key) -> Option<Reply> {
        let refusal = self.unread(key)?;
        self.with(|known| {
            if known.looked.len() >= NEAR {
                known.looked.clear();
            }
            let times = known.looked.entry(key.clone()).or_default();
            *times = times.saturating_add(1);
            (*times != 2).then_some(refusal)
        })
    }

    /// A key was asked for something that only who may read it is told.
    pub(super) fn read(&self, key: &Key, reply: &Reply) {
        let near = neighbourhood(key.bytes()).to_vec();
        self.with(|known| {
            if known.sighted.len() + known.blind.len() >= NEAR {
                known.sighted.clear();
                known.blind.clear();
            }
            if !wire::foreign_key(reply) {
                known.blind.remove(&near);
                known.sighted.insert(near);
            } else if !known.sighted.contains(&near) {
                known.blind.insert(near, reply.clone());
            }
        });
    }

    /// Which of these keys to ask about now, of those without an answer: all that may most likely be read, and of
    /// others one of each neighbourhood.
    pub(super) fn scouts(&self, keys: &[&Key], answers: &[Option<Reply>]) -> Vec<usize> {
        let mut first = HashSet::new();
        let open = keys.iter().zip(answers).enumerate();
        let open = open.filter(|(_, (_, answer))| answer.is_none());
        open.filter(|(_, (key, _))| self.reads(key) || first.insert(neighbourhood(key.bytes())))
            .map(|(at, _)| at)
            .collect()
    }

    /// Whether this command is allowed, as far as is known: nothing was ever refused, or it was run.
    pub(super) fn allows(&self, name: &str) -> bool {
        self.with(|known| !known.doubted || known.allowed.contains(name))
    }

    /// Whether refusals are to be expected.
    pub(super) fn are_expected(&self) -> bool {
        self.with(|known| known.doubted)
    }

    /// A new connection: everything is worth asking again.
    pub(super) fn forget(&self) {
        self.with(|known| {
            *known = Known {
                doubted: known.doubted,
                ..Known::default()
            };
        });
    }

    /// Rights may have been changed by us.
    pub(super) fn outdate(&self) {
        self.forget();
        self.tell(Rights::Unknown);
    }

    /// Learns from the replies to commands that were sent.
    pub(super) fn learn(&self, cmds: &[Cmd], replies: &[Reply]) {
        let refused = |reply: &Reply| matches!(reply, Reply::Error { .. });
        if !self.with(|known| known.doubted) && !replies.iter().any(refused) {
            return;
        }
        for (cmd, reply) in cmds.iter().zip(replies) {
            if wire::whole_command(reply) || wire::unknown(reply) {
                self.refuse(cmd, reply.clone());
                continue;
            }
            let refused = wire::denied(reply);
            self.with(|known| {
                known.doubted |= refused;
                if !known.doubted {
                    return;
                }
                let name = name(cmd);
                if let Some(key) = only_key(&name, cmd).filter(|_| wire::foreign_key(reply)) {
                    known.distrust(key);
                }
                known.allowed.insert(name);
            });
        }
    }

    /// Learns that a command is refused as such, whatever the words.
    pub(super) fn refuse(&self, cmd: &Cmd, reply: Reply) {
        let news = match &reply {
            Reply::Error { code, text } if wire::whole_command(&reply) => Some(Rights::Refused {
                command: name(cmd),
                fault: wire::fault(code.clone(), text.clone()),
            }),
            _ => None,
        };
        let fresh = self.with(|known| {
            known.doubted |= news.is_some();
            known.commands.insert(name(cmd), reply).is_none()
        });
        if let Some(news) = news.filter(|_| fresh) {
            self.tell(news);
        }
    }

    /// Learns that the server does not know this option.
    pub(super) fn lack(&self, what: &'static str) {
        self.with(|known| {
            known.lacking.insert(what);
        });
    }

    pub(super) fn lacks(&self, what: &str) -> bool {
        self.with(|known| known.lacking.contains(what))
    }

    /// The refusal that one of these commands would get for sure.
    pub(super) fn fault(&self, cmds: &[Cmd]) -> Option<Fault> {
        let refused = self.replies(cmds).into_iter().flatten().next()?;
        wire::accept(refused).err()
    }

    fn tell(&self, news: Rights) {
        if let Some(out) = &self.out {
            out.rights(news);
        }
    }

    fn with<T>(&self, look: impl FnOnce(&mut Known) -> T) -> T {
        // A panic while it was held cannot leave it half-way: it is only ever filled and emptied by whole entries.
        look(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Known {
    fn distrust(&mut self, name: &[u8]) {
        let near = neighbourhood(name);
        if !self.near.contains(near) && self.far.len() < NEAR {
            self.far.insert(near.to_vec());
        }
    }
}

/// The key of a command that names one and nothing else.
fn only_key<'c>(name: &str, cmd: &'c Cmd) -> Option<&'c [u8]> {
    let at = name.split(' ').count();
    cmd.args().nth(at).filter(|_| cmd.args().count() == at + 1)
}

/// Where a name stands: what comes before the last byte that is likely to split names. Finer than the person's
/// folders it may be, and then only a few more questions go one after the other.
pub(super) fn neighbourhood(name: &[u8]) -> &[u8] {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte) || !byte.is_ascii();
    let last = name.iter().rposition(|byte| !word(byte));
    name.get(..last.map_or(0, |at| at + 1)).unwrap_or_default()
}

/// Commands whose subcommands are allowed and refused each by itself.
const CONTAINERS: &[&str] = &[
    "ACL", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "FUNCTION", "LATENCY", "MEMORY", "MODULE",
    "OBJECT", "PUBSUB", "SCRIPT", "SLOWLOG", "XGROUP", "XINFO",
];

/// The name of a command with its subcommand, where it has one.
pub(super) fn name(cmd: &Cmd) -> String {
    let name = cmd.name();
    match (name.as_str(), cmd.args().nth(1)) {
        (container, Some(sub)) if CONTAINERS.contains(&container) => {
            format!("{name} {}", print(sub).to_ascii_uppercase())
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(text: &str) -> Reply {
        Reply::Error {
            code: "NOPERM".into(),
            text: text.into(),
        }
    }

    fn object(key: &str) -> Cmd {
        Cmd::new("OBJECT ENCODING").arg(key)
    }

    #[test]
    fn a_command_refused_once_is_answered_from_memory_but_a_key_is_not() {
        let whole = denied("User a has no permissions to run the 'object|encoding' command");
        let refusals = Refusals::default();
        refusals.learn(
            &[object("a"), Cmd::new("TYPE").arg("foreign")],
            &[whole.clone(), denied("No permissions to access a key")],
        );
        let next = [
            object("b"),
            Cmd::new("TYPE").arg("b"),
            Cmd::new("OBJECT FREQ").arg("b"),
        ];
        assert_eq!(refusals.replies(&next), [Some(whole), None, None]);
        assert!(matches!(
            refusals.fault(&next),
            Some(Fault::Denied { command, .. }) if command == "OBJECT ENCODING"
        ));
        refusals.forget();
        assert_eq!(refusals.replies(&next), [None, None, None]);
    }

    #[test]
    fn one_of_a_name_goes_first_where_refusals_are_to_be_expected() {
        let refusals = Refusals::default();
        let cmds = ["a", "b", "c"].map(object);
        let open = vec![None; 3];
        assert_eq!(
            refusals.round(&cmds, &open),
            [0, 1, 2],
            "nobody was refused anything yet"
        );
        refusals.learn(&[Cmd::new("INFO")], &[denied("run the 'info' command")]);
        assert_eq!(refusals.round(&cmds, &open), [0]);
        refusals.learn(&cmds[..1], &[Reply::Nil]);
        let rest = vec![Some(Reply::Nil), None, None];
        assert_eq!(refusals.round(&cmds, &rest), [1, 2]);
    }

    #[test]
    fn a_key_is_trusted_beside_one_that_was_allowed() {
        let refusals = Refusals::default();
        assert!(
            refusals.trusts(&"other:1".into()),
            "nothing was refused yet"
        );
        refusals.learn(&[object("x")], &[denied("No permissions to access a key")]);
        assert!(!refusals.trusts(&"app:1".into()));
        refusals.trust(&"app:1".into());
        assert!(refusals.trusts(&"app:2".into()));
        assert!(!refusals.trusts(&"other:1".into()) && !refusals.trusts(&"app:x:1".into()));
    }
}
