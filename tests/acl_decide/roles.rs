//! Every role by real login: what it must do works, what it must not is refused.
use keygrove::model::acl::matrix::{self, Row, Shown};
use keygrove::model::acl::roles::{self, Group, Role};
use keygrove::model::acl::{Catalog, Feature, Secret, print, user};
use keygrove::model::{Cmd, printed};

use super::live::{Server, accepted, catalog};

const PREFIX: &[u8] = b"my[app]:";

fn shown(row: &Row) -> String {
    let words: Vec<String> = row.argv.iter().map(|word| printed::print(word)).collect();
    words.join(" ")
}

/// Makes the user of a role and gives the rows that do not hold, by DRYRUN, by login and by our own decision.
fn failures(server: &Server, role: &Role, catalog: &Catalog) -> Vec<String> {
    let mut admin = server.connect();
    let password = Secret::new(format!("password of {}", role.name));
    let user = role
        .user(b"subject", &password, PREFIX, role.channels, catalog)
        .unwrap();
    accepted(&admin.ask_one(print::replace(&user, catalog.dialect).unwrap()));
    let rows = matrix::of_role(&roles::ours(), role, PREFIX, catalog).unwrap();
    assert!(rows.len() > 8, "{}", role.name);
    let mut failures = Vec::new();
    for row in rows {
        let words: Vec<&[u8]> = row.argv.iter().map(Vec::as_slice).collect();
        let verdict = super::decided(&user, catalog, &words);
        let dryrun = matrix::dryrun(&admin.ask_one(row.dryrun(b"subject")));
        let mut client = server.connect();
        accepted(&client.ask_one(Cmd::new("AUTH").arg("subject").secret(password.reveal())));
        let run = words
            .iter()
            .skip(1)
            .fold(Cmd::new(std::str::from_utf8(words[0]).unwrap()), Cmd::arg);
        let login = matrix::login(&client.ask_one(run));
        let asked = catalog.dialect.has(Feature::Dryrun);
        for (by, said) in [("decision", verdict), ("dryrun", dryrun), ("login", login)] {
            if (by != "dryrun" || asked) && !row.holds(&said) {
                failures.push(format!(
                    "{}: {} {:?}, {by} said {said:?}",
                    role.name,
                    shown(&row),
                    row.want
                ));
            }
        }
    }
    failures
}

#[test]
fn a_role_does_what_it_must_and_nothing_else() {
    let server = Server::start();
    let catalog = catalog(&mut server.connect());
    let book = roles::ours();
    let failures: Vec<String> = book
        .roles
        .iter()
        .flat_map(|role| failures(&server, role, &catalog))
        .collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

/// Roles whose every word is needed by something the role must do.
#[test]
fn a_job_has_no_word_too_many() {
    let server = Server::start();
    let catalog = catalog(&mut server.connect());
    let book = roles::ours();
    for role in book.roles.iter().filter(|role| role.group == Group::Job) {
        let rules = role.expand(PREFIX, role.channels, catalog.dialect).unwrap();
        let rows = matrix::of_role(&book, role, PREFIX, &catalog).unwrap();
        for left_out in 0..rules.len() {
            let rest = rules
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != left_out)
                .map(|(_, rule)| rule);
            let mut subject = keygrove::model::acl::User::new("subject");
            if user::apply_all(&mut subject, rest, &catalog).is_err() {
                continue;
            }
            let word = rules[left_out].to_string();
            // These belong to others on the list: scripts by their hash, the ends of subscriptions.
            let companion = ["evalsha", "unsubscribe", "resetchannels"]
                .iter()
                .any(|name| word.contains(name));
            let broken = rows.iter().any(|row| {
                let words: Vec<&[u8]> = row.argv.iter().map(Vec::as_slice).collect();
                !row.holds(&super::decided(&subject, &catalog, &words))
            });
            assert!(broken || companion, "{}: {word} is not needed", role.name);
        }
    }
}

/// The user we expect is the user the server has, for the usual operations of anybody.
#[test]
fn the_usual_operations_are_proved() {
    let server = Server::start();
    let mut admin = server.connect();
    let catalog = catalog(&mut admin);
    if !catalog.dialect.has(Feature::Dryrun) {
        return;
    }
    let book = roles::ours();
    for role in &book.roles {
        let password = Secret::new("x");
        let user = role
            .user(b"subject", &password, b"app:", role.channels, &catalog)
            .unwrap();
        accepted(&admin.ask_one(print::replace(&user, catalog.dialect).unwrap()));
        for row in matrix::of_user(&user, b"app:", &catalog) {
            let said = matrix::dryrun(&admin.ask_one(row.dryrun(b"subject")));
            assert!(row.holds(&said), "{}: {} {said:?}", role.name, shown(&row));
            assert!(!matches!(said, Shown::Unclear(_)));
        }
    }
}
