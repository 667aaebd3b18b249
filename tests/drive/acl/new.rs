//! A new user: form, review, proof, card, and a login that is fenced.
use super::{USERS, held};
use crate::Drive;

/// The password in a URL on the card.
pub fn password(url: &str) -> String {
    let (_, rest) = url.split_once("://").unwrap();
    let (login, _) = rest.rsplit_once('@').unwrap();
    login.split_once(':').unwrap().1.to_owned()
}

#[test]
fn a_user_is_created_proved_and_handed_over() {
    let server = crate::drive::stocked("SET shop:1 a\nSET other:1 b");
    let mut t = Drive::open(server, |how| how.size = (120, 50));
    t.press("2 n 'shop'");
    t.sees("Name      shop_user");
    t.sees("••••••••••••••••••••••••••••••••");
    t.press("ctrl-s");
    t.sees("Review · new user shop_user");
    t.sees("ACL SETUSER shop_user reset on (secret) ~shop:*");
    assert_eq!(
        t.redis("ACL USERS"),
        "default",
        "nothing is sent before the review"
    );
    t.press("enter");
    t.sees("as meant");
    t.press("p");
    t.sees("Proof · shop_user");
    t.never_sees("✗");
    t.press("esc");
    t.sees("REDIS_URL=unix://shop_user:");
    t.press("y");
    let url = t.copied().concat();
    let password = password(&url);
    assert_eq!(password.len(), 32);
    t.sees(&password);
    t.press("esc");
    for keys in [
        "", "enter", "tab", "6 G", "1", "2", "t", "esc L", "esc e", "esc w",
    ] {
        t.press(keys);
        t.never_sees(&password);
    }
    assert_eq!(t.redis_as("shop_user", &password, "GET shop:1"), "a");
    assert_eq!(t.redis_as("shop_user", &password, "SET shop:2 x"), "OK");
    for command in ["GET other:1", "FLUSHALL", "ACL LIST", "PUBLISH other:c m"] {
        let reply = t.redis_as("shop_user", &password, command);
        assert!(
            reply.contains("NOPERM")
                || reply.contains("NoPerm")
                || reply.contains("no permissions"),
            "{command}: {reply}"
        );
    }
}

#[test]
fn a_password_is_shown_when_it_is_asked_for() {
    let mut t = Drive::with("SET a b");
    t.press("2 n 'a' tab tab tab");
    t.press("ctrl-u 'a-password-of-my-own'");
    t.never_sees("of-my-own");
    t.press("ctrl-r");
    t.sees("a-password-of-my-own");
    t.press("ctrl-s enter");
    t.sees("REDIS_URL=unix://a_user:a-password-of-my-own@");
    t.press("esc");
    assert_eq!(t.redis_as("a_user", "a-password-of-my-own", "PING"), "PONG");
}

#[test]
fn the_common_recipe_says_what_is_wrong_with_it() {
    let mut t = Drive::with("SET a b");
    t.press("2 n 'shop' tab 'p'");
    t.sees("platform-read-write");
    t.sees("FUNCTION LOAD REPLACE stays allowed");
    t.sees("Name      shop_user");
    t.press("'p'");
    t.sees("platform-read-only");
    t.sees("Name      shop_readonly");
}

#[test]
fn what_cannot_be_a_user_is_told_at_its_field() {
    let mut t = Drive::with(USERS);
    t.press("2 n ctrl-s");
    t.sees("type the prefix of the app's keys");
    t.press("'x' tab tab ctrl-u 'a b' ctrl-s");
    t.sees("the name a b may hold letters");
    t.press("ctrl-u 'shop' ctrl-s");
    t.sees("there is a user of this name already");
    t.press("esc");
    t.never_sees("New user");
}

#[test]
fn the_app_is_the_one_that_keygrove_is_confined_to() {
    let mut t = Drive::open(crate::drive::stocked("SET shop:1 a"), |how| {
        how.prefix("shop:");
    });
    t.press("2 n");
    t.sees("App       shop");
    t.sees("Name      shop_user");
}

#[test]
fn own_roles_join_and_a_bad_file_is_a_sentence() {
    let roles = r#"
[[role]]
name = "zebra"
title = "looks at stripes"
group = "app"
must = ["GET {p}k"]
[[role.variant]]
from = "6.0"
rules = "~{p}* +get"
"#;
    let mut t = Drive::open(crate::drive::stocked("SET a b"), |how| {
        how.setup.roles = Some(Ok(roles.into()));
    });
    t.press("2 n 'zoo' tab 'z'");
    t.sees("looks at stripes");
    t.press("ctrl-s enter");
    t.sees("as meant");
    assert!(
        held(&t, "zoo").contains("~zoo:* resetchannels -@all +get"),
        "{}",
        t.redis("ACL LIST")
    );
    let mut t = Drive::open(crate::drive::stocked("SET a b"), |how| {
        how.setup.roles = Some(Ok("nonsense".into()));
    });
    t.press("2 enter G");
    t.sees("your own roles are left out");
}

#[test]
fn no_password_reaches_the_server_in_clear() {
    let mut t =
        Drive::with("CONFIG SET slowlog-log-slower-than 0\nCONFIG SET slowlog-max-len 1000");
    t.press("2 n 'shop' tab tab tab ctrl-u 'tulips-in-the-marker' ctrl-s enter");
    t.sees("shop_user:tulips-in-the-marker@");
    t.press("esc w tab ctrl-u 'roses-in-the-marker' ctrl-s enter esc");
    assert_eq!(
        t.redis_as("shop_user", "roses-in-the-marker", "PING"),
        "PONG"
    );
    let slow = t.redis("SLOWLOG GET -1");
    assert!(slow.contains("SETUSER"), "{slow}");
    assert!(!slow.contains("in-the-marker"), "{slow}");
    t.press("6 g");
    for _ in 0..60 {
        t.never_sees("in-the-marker");
        t.press("down");
    }
}

#[test]
fn a_weak_password_is_warned_of_before_it_is_sent() {
    let mut t = Drive::with("SET a b");
    t.press("2 n 'a' tab tab tab ctrl-u 'geheim' ctrl-s");
    t.sees("W the password is shorter than 16 bytes");
    t.press("esc ctrl-u 'password' ctrl-s");
    t.sees("W the password is one that is tried first");
    t.press("esc ctrl-u ctrl-s");
    t.sees("the password is empty");
}

#[test]
fn an_app_called_like_the_others_of_a_proof_is_proved_all_the_same() {
    let mut t = Drive::with("SET other:1 a");
    t.press("2 n 'other' ctrl-s enter");
    t.sees("as meant");
    t.never_sees("not as meant");
}

#[test]
fn a_name_that_is_no_pattern_by_itself_says_what_becomes_of_it() {
    let mut t = Drive::with(USERS);
    t.press("2 n 'my app'");
    t.sees("no key pattern holds a blank");
    t.press("ctrl-u 'sh*p'");
    t.sees("taken as it stands, not as a pattern");
    t.press("ctrl-u 'shop'");
    t.sees("the prefix of its keys without the separator");
}
