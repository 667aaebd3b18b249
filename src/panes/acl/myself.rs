//! What a user who sees nobody is told: who it is, what was learned of its rights, what an admin would have to grant.
use crate::model::printed::print;
use crate::panes::own::Own;

use super::load::Facts;

/// Folders that are named, at most.
const NAMED: usize = 6;

/// One thing that is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    Heading(&'static str),
    Fact(String),
    Advice(String),
}

/// What is known of ourselves; of who is refused nothing, nothing needs to be said.
pub fn lines(facts: &Facts, own: &Own) -> Vec<Said> {
    let seen = facts.user(&facts.me).is_some();
    let restricted = own.patterns().is_some() || !seen && own.is_careful();
    if !restricted {
        return Vec::new();
    }
    let mut said = Vec::new();
    if !seen {
        said.push(Said::Fact(format!("logged in as {}", print(&facts.me))));
        said.extend(learned(own));
        said.extend(help());
    }
    said.extend(limits());
    said
}

/// What the answers on this connection told.
fn learned(own: &Own) -> Vec<Said> {
    let [refused, open, shut] = own.learned();
    let mut said = vec![Said::Heading("learned on this connection")];
    let mut tell = |what: &str, names: Vec<String>| {
        if names.is_empty() {
            return;
        }
        let more = names.len().saturating_sub(NAMED);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let named: Vec<String> = names.into_iter().take(NAMED).collect();
        said.push(Said::Fact(format!("{what}: {}{more}", named.join(", "))));
    };
    tell("names open", open);
    tell("names refused", shut);
    if !refused.is_empty() {
        said.push(Said::Fact(format!(
            "commands refused: {}",
            refused.join(", ")
        )));
    }
    said.push(Said::Advice(
        "each was tried once and is not sent again before the next connection (C)".into(),
    ));
    said
}

fn help() -> Vec<Said> {
    let advice = |words: &str| Said::Advice(words.to_owned());
    vec![
        Said::Heading("what an admin could grant"),
        advice(
            "+acl|getuser: your own rules, and with them those of everybody, hashes of passwords included",
        ),
        advice(
            "+acl|list with it: the users · +acl|log: what was refused (L) · +client|list: who is connected",
        ),
        advice("or ask for the prefix of your names and start with --prefix"),
    ]
}

fn limits() -> Vec<Said> {
    let advice = |words: &str| Said::Advice(words.to_owned());
    vec![
        Said::Heading("what key patterns do not fence in"),
        advice(
            "SCAN, RANDOMKEY and DBSIZE: who may run them learns the names and number of all keys on this server, and by SCAN TYPE their types. Values, expiry and size of keys outside of the patterns stay closed.",
        ),
        advice("hiding the names of others (H in the tree) is a courtesy to the eye, not a fence"),
    ]
}
