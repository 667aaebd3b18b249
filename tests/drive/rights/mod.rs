//! Users who may not do everything, each led through every screen and every key: what they see, and what it leaves in
//! the server's log of denials.
mod foreign;
mod walk;

use std::path::Path;

use keygrove::input::{BINDINGS, Layer};

use crate::Drive;
use crate::common::Server;

/// One user of the walk.
struct User {
    name: &'static str,
    rules: &'static str,
    /// Names of servers on which its rules mean something else.
    but: &'static [&'static str],
    scans: bool,
    reads: bool,
    writes: bool,
}

const fn user(name: &'static str, rules: &'static str) -> User {
    User {
        name,
        rules,
        but: &[],
        scans: true,
        reads: true,
        writes: true,
    }
}

impl User {
    const fn without_writes(self) -> Self {
        Self {
            writes: false,
            ..self
        }
    }

    const fn without_scan(self) -> Self {
        Self {
            scans: false,
            ..self
        }
    }

    const fn with_get_alone(self) -> Self {
        Self {
            scans: false,
            reads: false,
            writes: false,
            ..self
        }
    }

    const fn since_7(self) -> Self {
        Self {
            but: &["6."],
            ..self
        }
    }
}

/// What platforms give, and less.
const USERS: &[User] = &[
    user("A", "~myapp:* +@all -@dangerous"),
    user("B", "~myapp:* +@read -@dangerous").without_writes(),
    user("C", "~myapp:* +@read").without_writes(),
    user("D", "~myapp:* +@read -@dangerous +@connection").without_writes(),
    user("E", "~myapp:* +@all -@dangerous -@connection"),
    user("F", "~myapp:* +@all -@dangerous -scan").without_scan(),
    user("G", "~myapp:* +@all -@dangerous -type"),
    user("H", "~myapp:* +@all -@dangerous -client"),
    user("I", "%R~myapp:* +@all -@dangerous")
        .without_writes()
        .since_7(),
    user("J", "~myapp:* +get").with_get_alone(),
    user("K", "~myapp:* +@all -@dangerous +info"),
];

const KEYS: &[&str] = &[
    "SET myapp:s mine EX 1000",
    "HSET myapp:h field mine",
    "RPUSH myapp:l mine",
    "SADD myapp:m mine",
    "ZADD myapp:z 1 mine",
];

/// A server of this program with names of ours and of others.
fn server(program: &Path) -> Server {
    let server = Server::of(program);
    for line in KEYS {
        let words: Vec<&str> = line.split(' ').collect();
        server.redis(&words);
    }
    for app in ["blog", "other", "shop"] {
        for n in 0..8 {
            server.redis(&["SET", &format!("{app}:{n}"), "secret"]);
        }
    }
    server
}

/// As this user of that server; the first scan is over.
fn as_user(server: Server, name: &str) -> Drive {
    let target = server.target_as(name);
    Drive::open(server, |how| how.target = target)
}

/// One entry of the server's log of denials.
#[derive(Debug, PartialEq)]
struct Denial {
    /// How many alike the server counted as one.
    count: usize,
    /// `command`, `key`.
    reason: String,
    /// The command or the key that was refused.
    object: String,
    /// The command that was sent.
    sent: String,
}

/// What the server noted of the user who is logged in, the oldest first.
fn denials(t: &Drive) -> Vec<Denial> {
    let log = t.redis("ACL LOG 128");
    let words: Vec<&str> = log.split_whitespace().collect();
    let after = |entry: &[&str], name: &str| {
        let at = entry.iter().position(|word| *word == name);
        at.and_then(|at| entry.get(at + 1))
            .map_or(String::new(), |word| (*word).to_owned())
    };
    let starts: Vec<usize> = (0..words.len())
        .filter(|at| words[*at] == "count" && words.get(at + 2) == Some(&"reason"))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([words.len()]);
    let mut entries: Vec<Denial> = starts
        .iter()
        .zip(ends)
        .map(|(from, to)| {
            let entry = &words[*from..to];
            let sent = entry.iter().find_map(|word| word.strip_prefix("cmd="));
            Denial {
                count: after(entry, "count").parse().unwrap(),
                reason: after(entry, "reason"),
                object: after(entry, "object"),
                sent: sent.unwrap_or_default().to_owned(),
            }
        })
        .collect();
    entries.reverse();
    entries
}

/// The commands of these denials, each as the server names it; behind a key stands what asked for it.
fn told(denials: &[Denial]) -> Vec<String> {
    let told = |denial: &Denial| match denial.reason.as_str() {
        "key" => format!("{} by {}", denial.object, denial.sent),
        _ => denial.object.clone(),
    };
    denials.iter().map(told).collect()
}

/// Every key that these layers know, but those that end or leave the program.
fn every_key(layers: &[Layer]) -> impl Iterator<Item = String> {
    BINDINGS
        .iter()
        .filter(|binding| layers.contains(&binding.layer))
        .flat_map(|binding| binding.keys)
        .map(ToString::to_string)
        .filter(|chord| !["q", "ctrl-c", "ctrl-z", "C", "U", "1", "2", "6"].contains(&&**chord))
}
