//! Users who may not do everything: one refused command spoils one cell, not the page.
use crate::Drive;
use crate::drive::stocked;

/// As this user of a server that holds two keys.
fn as_user(rules: &str) -> Drive {
    let server = stocked("SET app:1 x EX 1000\nHSET app:2 f v");
    server.user("ada", rules);
    let target = server.target_as("ada");
    let mut t = Drive::open(server, |how| how.target = target);
    t.press("l");
    t
}

#[test]
fn a_refused_command_is_a_dash_in_its_cell() {
    let t = as_user("~* +@all");
    assert_eq!(t.tree()[1..], ["    1 string 16m39s", "    2 hash"]);
    let t = as_user("~* +@all -type");
    assert_eq!(t.tree()[1..], ["    1 — 16m39s", "    2 —"]);
    let t = as_user("~* +@all -pttl");
    assert_eq!(t.tree()[1..], ["    1 string —", "    2 hash —"]);
}

#[test]
fn values_open_without_the_commands_around_them() {
    for rules in [
        "~* +@all -type",
        "~* +@all -pttl",
        "~* +@all -object -memory",
    ] {
        let mut t = as_user(rules);
        t.press("j j enter");
        t.sees("app:2 ─ hash");
        assert_eq!(t.value()[..2], ["field value", "f v"], "{rules}");
    }
}

#[test]
fn without_scan_a_key_opens_by_its_name() {
    let mut t = as_user("~* +@all -scan");
    t.sees("this user may not SCAN: ctrl-g opens");
    t.sees("a key by its exact name");
    t.go("app:2");
    assert_eq!(t.value()[..2], ["field value", "f v"]);
    // It joins the tree.
    t.press("esc");
    assert_eq!(t.tree(), ["▾ app 1", "    2 hash"]);
}

#[test]
fn a_value_that_may_not_be_read_says_so() {
    let mut t = as_user("~* +@all -getrange -substr -get");
    t.press("j enter");
    t.sees("NOPERM this user has no permissions");
    t.sees("this user may not GETRANGE: it needs +getrange");
    t.press("esc j enter");
    t.sees("app:2 ─ hash");
}

#[test]
fn only_the_keys_of_the_user_can_be_opened() {
    let server = stocked("MSET app:1 mine other:1 secret");
    server.user("ada", "~app:* +@all");
    let target = server.target_as("ada");
    let mut t = Drive::open(server, |how| how.target = target);
    t.go("other:1");
    t.sees("NOPERM this user has no permissions");
    t.never_sees("secret");
    t.go("app:1");
    t.sees("mine");
}

#[test]
fn looking_at_a_foreign_folder_leaves_one_line_in_the_acl_log() {
    let keys: Vec<String> = (1..=15).map(|n| format!("SET other:{n} x")).collect();
    let server = stocked(&format!("{}\nSET app:1 x\nSET app:2 x", keys.join("\n")));
    server.user("ada", "~app:* +@all");
    let target = server.target_as("ada");
    let mut t = Drive::open(server, |how| how.target = target);
    t.press("l j j");
    assert_eq!(t.tree()[1..3], ["    1 string", "    2 string"]);
    t.press("j l");
    assert_eq!(t.tree()[4..7], ["    1 — —", "    10 — —", "    11 — —"]);
    assert_eq!(t.redis("ACL LOG").matches("other:").count(), 1);
    // Whoever opens a key that is allowed after all sees its neighbours too.
    t.redis("ACL SETUSER ada ~other:*");
    t.press("j enter");
    t.sees("not open to this user");
    t.press("ctrl-r");
    t.sees("other:1 ─ string");
    t.press("esc");
    assert_eq!(t.tree()[4..6], ["    1 string", "    10 string"]);
}

#[test]
fn no_password_is_ever_shown() {
    let server = stocked("ACL SETUSER eve on >hunter2 ~* +@all\nSET k v");
    let mut target = server.target_as("eve");
    target.password = Some(keygrove::model::target::Secret::new("hunter2"));
    let mut t = Drive::open(server, |how| how.target = target);
    t.sees("eve@");
    for keys in ["6", "1 C", "esc ?", "esc :"] {
        t.press(keys);
        t.never_sees("hunter2");
    }
}
