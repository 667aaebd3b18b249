//! Definitions and what is found about them.
use super::*;
use crate::model::acl::dialect::Dialect;
use crate::model::acl::{commands, parse, secret::Secret, user};

fn catalog() -> Catalog {
    let mut catalog = commands::assumed(Dialect::new("redis", "7.0.15"));
    catalog.source = crate::model::acl::Source::Asked;
    catalog
}

fn made(name: &str, text: &str, catalog: &Catalog) -> User {
    let mut made = User::new(name);
    let rules = parse::line(text, catalog, &[]).expect("clear rules");
    user::apply_all(&mut made, &rules, catalog).expect("rules that apply");
    made
}

/// `E L03`, in the order of the findings, without those about every user.
fn found(user: &User, users: &[User], catalog: &Catalog) -> Vec<String> {
    let facts = Facts {
        catalog,
        users,
        admin: None,
        cluster: false,
        databases: 1,
        certificates: false,
        seen: None,
    };
    let lints = lints(user, &facts);
    assert!(
        lints
            .iter()
            .all(|lint| !lint.text.is_empty() && !lint.fix.is_empty())
    );
    lints
        .iter()
        .map(|lint| format!("{} {}", lint.level.letter(), lint.id))
        .collect()
}

#[test]
fn what_is_risky_is_found() {
    let catalog = catalog();
    for (name, text, expected) in [
        ("a", "on nopass ~a:* +get", &["E L01"][..]),
        ("default", "on nopass ~* &* +@all", &["E L02"]),
        ("a", "on >longenoughpassword ~* +@all", &["E L03"]),
        ("a", "on >x ~a:* +acl|setuser", &["E L04"]),
        ("a", "on >x ~a:* +config|get", &["E L05"]),
        ("a", "on >x ~a:* +acl|list", &["W L06"]),
        ("a", "on >x ~a:* +@read +@connection", &["W L07"]),
        ("a", "on ~a:* +get", &["W L08"]),
        ("a", "on > ~a:* +get", &["E L09"]),
        ("a", "on >x >y >z ~a:* +get", &["I L09"]),
        ("a", "on >x ~myapp* +get", &["W L10"]),
        ("a", "on >x ~myapp:* +get", &["I L11"]),
        ("a", "on >x ~a[b]:* +get", &["W L12"]),
        ("a", "on >x ~*:cache:* +get", &["W L13"]),
        ("a", "on >x ~-secret:* +get", &["E L15"]),
        ("a", "on >x ~a:* &* +get", &["E L17"]),
        ("a", "on >x ~a:* +publish", &["W L17"]),
        ("a", "on >x &a:* +psubscribe", &["I L17"]),
        ("a", "on >x %W~a:* +set +get", &["W L18"]),
        ("a", "on >x ~a:* +set", &["W L18"]),
        ("a", "on >x ~a:* +get", &["W L19", "I L22"]),
        ("a", "on >x ~a:* +eval", &["W L20"]),
        ("a", "on >x ~a:* +@scripting", &["E L23", "E L04", "W L20"]),
        ("a", "on >x ~a:* +@all -@dangerous", &["W L22", "E L04"]),
        ("a", "on >x ~a:* +@write", &["E L23"]),
        ("a", "on >x ~a:* +scan", &["I L24"]),
        ("a", "on >x ~a:* +keys", &["W L24"]),
        ("a", "on >x ~a:* +get (~a:b:* +get)", &["W L25"]),
        ("a", "on >x ~a:* +get ()", &["W L25"]),
        ("a", "on >x +set (~k:* +get)", &["W L25"]),
        ("a", "on >x ~a:* +get|x", &["W L26"]),
        ("a", "on >x %RW~* +get", &["E L29"]),
    ] {
        let user = made(name, text, &catalog);
        let found = found(&user, std::slice::from_ref(&user), &catalog);
        for lint in expected {
            assert!(
                found.contains(&(*lint).to_owned()),
                "{text}: {lint} not in {found:?}"
            );
        }
    }
}

#[test]
fn a_good_role_has_no_error() {
    let catalog = catalog();
    let book = crate::model::acl::roles::ours();
    for name in [
        "read-write",
        "read-only",
        "cache",
        "publisher",
        "queue-worker",
    ] {
        let role = book.role(name).expect("a role of ours");
        let password = Secret::new("a long enough password");
        let user = role
            .user(b"a", &password, b"app:", role.channels, &catalog)
            .expect("a user");
        let found = found(&user, std::slice::from_ref(&user), &catalog);
        assert!(
            !found.iter().any(|lint| lint.starts_with('E')),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn users_are_held_against_each_other() {
    let catalog = catalog();
    let users = [
        made("a", "on >same ~app:* +get", &catalog),
        made("b", "on >same ~app:b:* +get", &catalog),
        made("c", "on >other ~c:* +get", &catalog),
    ];
    let ids = found(&users[0], &users, &catalog);
    assert!(
        ids.contains(&"W L14".to_owned()) && ids.contains(&"W L30".to_owned()),
        "{ids:?}"
    );
    let ids = found(&users[2], &users, &catalog);
    assert!(
        !ids.contains(&"W L14".to_owned()) && !ids.contains(&"W L30".to_owned()),
        "{ids:?}"
    );
    let changed = [users[0].clone(), made("b", "off ~app:b:* +get", &catalog)];
    let expected = [Drift::Differs(b"b".to_vec()), Drift::Here(b"c".to_vec())];
    assert_eq!(drift(&users, &changed, &catalog), expected);
    assert_eq!(
        drift(&changed, &users, &catalog)[1],
        Drift::There(b"c".to_vec())
    );
}

#[test]
fn an_order_that_undoes_is_found() {
    let catalog = catalog();
    for (text, count) in [
        ("~app:* +@all -@dangerous", 0),
        ("-@dangerous +@all", 2),
        ("+@read -@all +get", 1),
        ("&app:* resetchannels", 1),
        ("~app:* resetkeys", 1),
        ("+@all -@dangerous +@keyspace", 1),
        ("+@all -eval +@scripting", 2),
        ("~app:* +get +set -@dangerous", 1),
        ("~app:* +@all -@scripting +eval", 0),
    ] {
        let rules = parse::line(text, &catalog, &[]).expect("clear rules");
        let found = order(&rules, &catalog);
        assert_eq!(found.len(), count, "{text}: {found:#?}");
    }
}

#[test]
fn nobody_is_stranded_unasked() {
    let catalog = catalog();
    let admin = made("ada", "on >one ~* +@all", &catalog);
    let other = made("bob", "on >two +acl", &catalog);
    let app = made("app", "on >three ~app:* +get", &catalog);
    let all = [admin.clone(), other.clone(), app.clone()];
    let strands = |me: &str, before: &User, after: Option<&User>, all: &[User]| {
        super::strands(me.as_bytes(), Some(before), after, all, &catalog)
    };
    let changed = |text: &str| made("ada", text, &catalog);
    assert_eq!(strands("ada", &app, None, &all), []);
    assert_eq!(strands("ada", &admin, None, &all), [Strand::DeletesMe]);
    assert_eq!(strands("bob", &admin, None, &all), []);
    assert_eq!(strands("bob", &admin, None, &all[..1]), [Strand::NoAdmin]);
    let off = changed("off >one ~* +@all");
    assert_eq!(
        strands("ada", &admin, Some(&off), &all),
        [Strand::DisablesMe]
    );
    let weak = changed("on >one ~* +@all -acl");
    assert_eq!(
        strands("ada", &admin, Some(&weak), &all),
        [Strand::TakesMyAcl]
    );
    let rotated = changed("on >new ~* +@all");
    assert_eq!(
        strands("ada", &admin, Some(&rotated), &all),
        [Strand::ChangesMyPassword]
    );
    let both = changed("on >one >new ~* +@all");
    assert_eq!(strands("ada", &admin, Some(&both), &all), []);
    let open = made("default", "on nopass ~* &* +@all", &catalog);
    let closed = made("default", "off", &catalog);
    let all = [open.clone(), admin.clone()];
    assert_eq!(
        strands("ada", &open, Some(&closed), &all),
        [Strand::ClosesDefault]
    );
    assert_eq!(super::strands(b"ada", None, Some(&app), &all, &catalog), []);
}

#[test]
fn a_weak_password_is_named() {
    for (text, level) in [
        ("", Some(Level::Error)),
        ("myapp_user", Some(Level::Warning)),
        ("Password", Some(Level::Warning)),
        ("short", Some(Level::Warning)),
        ("Zk3xv8Q2mBn5cRt7wYp1Lg", None),
    ] {
        let found = password(&Secret::new(text), b"myapp_user");
        assert_eq!(found.first().map(|lint| lint.level), level, "{text}");
    }
}
