//! What the server has refused on a connection, so that the same is not asked for again and again.
use std::collections::{HashMap, HashSet};

use super::wire;
use crate::model::printed::print;
use crate::model::{Cmd, Reply};

/// Commands that were refused as such, or that this server does not have, with its words; and options it does not have.
#[derive(Default)]
pub(super) struct Refusals {
    commands: HashMap<String, Reply>,
    lacking: HashSet<&'static str>,
}

impl Refusals {
    /// For each command the refusal it would get, or nothing where it is not known.
    pub(super) fn replies(&self, cmds: &[Cmd]) -> Vec<Option<Reply>> {
        if self.commands.is_empty() {
            return vec![None; cmds.len()];
        }
        cmds.iter()
            .map(|cmd| self.commands.get(&name(cmd)).cloned())
            .collect()
    }

    /// Whoever changed rights may have changed their own: everything is worth asking again.
    pub(super) fn forget(&mut self) {
        self.commands.clear();
    }

    /// Learns from the replies to commands that were sent.
    pub(super) fn learn(&mut self, cmds: &[Cmd], replies: &[Reply]) {
        for (cmd, reply) in cmds.iter().zip(replies) {
            if wire::whole_command(reply) || wire::unknown(reply) {
                self.refuse(cmd, reply.clone());
            }
        }
    }

    /// Learns that the server does not know this option.
    pub(super) fn lack(&mut self, what: &'static str) {
        self.lacking.insert(what);
    }

    pub(super) fn lacks(&self, what: &str) -> bool {
        self.lacking.contains(what)
    }

    /// Learns that a command is refused as such.
    pub(super) fn refuse(&mut self, cmd: &Cmd, reply: Reply) {
        self.commands.insert(name(cmd), reply);
    }
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

    #[test]
    fn a_command_refused_once_is_answered_from_memory_but_a_key_is_not() {
        let denied = |text: &str| Reply::Error {
            code: "NOPERM".into(),
            text: text.into(),
        };
        let object = |key: &str| Cmd::new("OBJECT ENCODING").arg(key);
        let whole = denied("User a has no permissions to run the 'object|encoding' command");
        let mut refusals = Refusals::default();
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
        refusals.forget();
        assert_eq!(refusals.replies(&next), [None, None, None]);
    }
}
