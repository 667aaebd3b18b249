//! What a user may do, as typed and as decided.
use super::super::tests::{catalog, chord, painted, sees, user};
use super::*;

fn test(rules: &str, line: &str) -> Test {
    let mut test = Test::new(user("app", rules), Arc::new(catalog()), b"app:");
    test.paste(line);
    test
}

fn shown(test: &mut Test, width: u16, height: u16) -> Vec<String> {
    painted(width, height, |area, buf, theme| {
        test.arrange(area);
        test.draw(area, buf, theme);
    })
}

#[test]
fn a_line_is_decided_while_it_is_typed() {
    for (rules, line, said) in [
        ("~app:* +@read", "", &["type a command line"][..]),
        ("~app:* +@read", "GET \"a", &["the quotes do not match"]),
        ("~app:* +@read", "GETT a", &["knows no such command"]),
        ("~app:* +@read", "GET", &["wrong number of arguments"]),
        (
            "~app:* +@read",
            "GET app:k",
            &["allowed", "+@read grants it"],
        ),
        (
            "~app:* +@all -@dangerous",
            "CONFIG GET *",
            &[
                "denied: no permission to run config|get",
                "-@dangerous takes it away",
                "+config|get would allow it",
            ],
        ),
        (
            "~app:* +@read",
            "SET app:k 1",
            &["no rule grants it", "+set would allow it"],
        ),
        (
            "~app:* +@read",
            "GET other:k",
            &[
                "denied: no permission for the key other:k",
                "no pattern covers the key",
                "%R~other:k would allow it",
            ],
        ),
        ("+auth", "AUTH x", &["allowed", "everybody may"]),
    ] {
        sees(&shown(&mut test(rules, line), 100, 40), said);
    }
}

#[test]
fn who_cannot_log_in_may_nothing_whatever_its_rules() {
    for (rules, why) in [
        ("off >x ~app:* +@read", "(off)"),
        ("on ~app:* +@read", "(no password)"),
    ] {
        for line in ["", "GET app:k", "GET other:k"] {
            let rows = shown(&mut test(rules, line), 100, 40);
            sees(&rows, &["nobody can log in as this user now", why]);
        }
    }
    let rows = shown(&mut test("on >x ~app:* +@read", "GET app:k"), 100, 40);
    assert!(!rows.concat().contains("log in"));
}

#[test]
fn keys_lead_where_they_say() {
    let mut denied = test("~app:* +@read", "SET app:k 1");
    let ask = Cmd::new("ACL DRYRUN")
        .arg("app")
        .arg("SET")
        .arg("app:k")
        .arg("1");
    let Turn::Grant(rules) = denied.press(chord("ctrl-g")) else {
        unreachable!("a denial can be granted")
    };
    assert_eq!(print::line(&rules), "+set");
    assert_eq!(denied.press(chord("enter")), Turn::Ask(ask));
    assert_eq!(denied.press(chord("down")), Turn::Stay);
    assert_eq!(denied.press(chord("q")), Turn::Stay);
    assert_eq!(denied.press(chord("esc")), Turn::Close);
    let mut allowed = test("~app:* +@read", "GET app:k");
    assert_eq!(allowed.press(chord("ctrl-g")), Turn::Stay);
    assert_eq!(test("+@read", " ").press(chord("enter")), Turn::Stay);
}

#[test]
fn both_verdicts_are_shown_where_they_differ() {
    let mut test = test("~app:* +@read", "GET app:k");
    assert!(matches!(test.press(chord("enter")), Turn::Ask(_)));
    sees(&shown(&mut test, 80, 24), &["asking…"]);
    test.set_server_verdict(Err("User app has no permissions".into()));
    let said = [
        "allowed",
        "denied: User app has no permissions",
        "they differ",
    ];
    sees(&shown(&mut test, 80, 24), &said);
    let _ = test.press(chord("2"));
    test.set_server_verdict(Ok(()));
    let rows = shown(&mut test, 80, 24);
    assert!(!rows.concat().contains("server    "), "{rows:#?}");
}

#[test]
fn a_server_that_cannot_be_asked_is_not_asked() {
    use crate::model::acl::{Dialect, commands};
    let catalog = commands::assumed(Dialect::new("redis", "6.2.16"));
    let mut test = Test::new(user("app", "+get"), Arc::new(catalog), b"");
    test.paste("PING");
    assert_eq!(test.press(chord("enter")), Turn::Stay);
    sees(&shown(&mut test, 80, 24), &["ACL DRYRUN needs Redis 7.0"]);
}

#[test]
fn all_of_it_is_seen_at_a_glance() {
    let mut test = test("~app:* &app:* +@all -@dangerous -select +select|0", "");
    sees(
        &shown(&mut test, 80, 40),
        &[
            "own keys    other keys",
            "string      yes yes yes no  no  no",
            "may         scan randomkey select|0 ",
            "may not     keys flushdb",
            "channels    app:*",
        ],
    );
    for _ in 0..40 {
        shown(&mut test, 40, 10);
        let _ = test.press(chord("down"));
    }
    sees(&shown(&mut test, 40, 10), &["channels    app:*"]);
}

#[test]
fn without_a_prefix_the_first_pattern_tells_what_is_own() {
    let user = user("app", "on ~app:* +@read");
    let mut test = Test::new(user, Arc::new(catalog()), b"");
    sees(
        &shown(&mut test, 80, 40),
        &["string      yes no  no  no  no  no"],
    );
}
