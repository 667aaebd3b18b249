//! What was accepted and made permanent is there after a restart and means the same, in both ways of keeping users.
use keygrove::model::acl::user::apply_all;
use keygrove::model::acl::{Catalog, User, diff, parse, print, replies, valid};
use keygrove::model::{Cmd, Reply};

use super::dice::{self, Dice};
use super::live::{Server, accepted, catalog};

/// Random users, odd ones included, that our own checks let through.
fn users(catalog: &Catalog, count: usize) -> Vec<User> {
    let mut dice = Dice::new(5);
    let mut users = Vec::new();
    let mut refused = 0;
    while users.len() < count {
        let tokens = dice::odd_user(&mut dice, catalog);
        let rules: Result<Vec<_>, _> = tokens.iter().map(|token| parse::rule(token)).collect();
        let mut user = User::new(format!("user{}", users.len()));
        let Ok(rules) = rules else { continue };
        if apply_all(&mut user, &rules, catalog).is_err() {
            continue;
        }
        if valid::user(&user).is_empty() {
            users.push(user);
        } else {
            refused += 1;
        }
    }
    assert!(refused > count / 10, "{refused}");
    users
}

fn survive(mut server: Server, save: &str) {
    let mut admin = server.connect();
    let catalog = catalog(&mut admin);
    let users = users(&catalog, 500);
    for user in &users {
        accepted(&admin.ask_one(print::replace(user, catalog.dialect).unwrap()));
    }
    accepted(&admin.ask_one(Cmd::new(save)));
    server.restart();
    let mut admin = server.connect();
    for user in &users {
        let told = admin.ask_one(Cmd::new("ACL GETUSER").arg(&user.name));
        assert_ne!(told, Reply::Nil, "{} is lost", user.title());
        let told = replies::get_user(&user.name, &told, catalog.dialect).unwrap();
        let sent = print::line(&print::rules(user, catalog.dialect));
        assert!(diff::same(user, &told, &catalog), "{sent}");
    }
}

#[test]
fn users_survive_in_a_file_of_their_own() {
    let server = Server::with(&[("users.acl", "user default on nopass ~* &* +@all\n")]);
    survive(server, "ACL SAVE");
}

#[test]
fn users_survive_in_the_config_file() {
    let server = Server::with(&[("redis.conf", "save \"\"\n")]);
    survive(server, "CONFIG REWRITE");
}
