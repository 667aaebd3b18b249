//! Who there is and what they may do.
use super::{USERS, at_user};
use crate::Drive;

#[test]
fn users_are_told_in_words() {
    let mut t = Drive::with(USERS);
    t.press("2");
    t.sees("4 users · you are default");
    t.sees("reads and writes shop:* · channels shop:*");
    t.sees("reads blog:*");
    t.sees("○!old");
}

#[test]
fn the_chosen_user_is_explained() {
    let mut t = at_user("shop");
    for text in [
        "reads and writes shop:*",
        "on · 1 password · 0 connections",
        "rules as the server holds them",
        "on #(secret) ~shop:*",
        "warnings",
    ] {
        t.sees(text);
    }
    t.press("enter G");
    t.sees("@string");
    t.press("esc k");
    t.sees("Who");
}

#[test]
fn an_unsafe_definition_of_somebody_is_named() {
    let mut t = Drive::with("ACL SETUSER \"we'ird\" on nopass ~* +@all");
    t.press("2 g j");
    t.sees("we'ird");
    t.press("S");
    t.sees("neither an aclfile nor a config file");
}

#[test]
fn what_is_copied_is_masked() {
    let mut t = at_user("shop");
    t.press("y n");
    assert_eq!(t.copied(), ["shop"]);
    t.press("y c");
    let copied = t.copied().concat();
    assert!(
        copied.starts_with("ACL SETUSER shop reset on (secret) ~shop:*"),
        "{copied}"
    );
    t.press("y v");
    let copied = t.copied().concat();
    assert!(copied.starts_with("on #(secret) ~shop:*"), "{copied}");
}

#[test]
fn a_screen_that_is_too_narrow_for_both_shows_one() {
    let mut t = Drive::open(crate::drive::stocked(USERS), |how| how.size = (60, 20));
    t.press("2");
    t.sees("blog");
    t.never_sees("commands by category");
    t.press("enter G");
    t.sees("@transaction");
    t.press("esc");
    t.sees("blog");
}

#[test]
fn tests_and_words_are_a_key_away() {
    let mut t = at_user("shop");
    t.press("t 'GET other:1'");
    t.sees("no permission for the key other:1");
    t.press("enter");
    t.sees("has no permissions to access the 'other:1' key");
    t.press("esc ?");
    t.sees("resetkeys");
    t.press("esc k 'shop:1'");
    t.sees("shop:1");
    t.press("esc");
    t.sees("4 users");
}

#[test]
fn users_are_found_by_their_names() {
    let mut t = at_user("default");
    t.press("/ 'O'");
    t.sees("3 of 4 users");
    t.sees("┌ blog ─");
    t.press("down 'p'");
    t.sees("1 of 4 users");
    t.sees("┌ shop ─");
    t.press("'x'");
    t.sees("0 of 4 users");
    t.sees("┌ no such user ─");
    t.press("esc");
    t.sees("4 users");
    t.sees("┌ default ─");
    t.press("/ 'o' down enter");
    t.sees("┌ old ─");
    t.press("ctrl-r");
    t.sees("3 of 4 users");
    t.sees("┌ old ─");
    t.press("d y");
    t.sees("2 of 3 users");
    t.press("esc");
    t.sees("3 users");
}

#[test]
fn a_new_user_is_shown_whatever_the_filter() {
    let mut t = at_user("default");
    t.press("/ 'blog' enter n 'myapp' ctrl-s enter");
    t.sees("REDIS_URL=");
    t.press("esc");
    t.sees("5 users");
    t.sees("┌ myapp_user ─");
}

#[test]
fn a_category_counts_the_same_wherever_it_is_counted() {
    let server = crate::drive::stocked("ACL SETUSER part on >x +@connection -client|kill");
    let mut t = Drive::open(server, |how| how.size = (160, 60));
    t.press("2 G");
    t.sees("@connection");
    let screen = t.screen();
    let (_, count) = screen.split_once("@connection   ").unwrap();
    let words: Vec<&str> = count.split_whitespace().take(3).collect();
    let [allowed, "of", all] = words[..] else {
        panic!("{words:?}");
    };
    assert!(allowed < all, "{words:?}");
    t.press("e");
    t.sees(&format!("@connection {allowed}/{all}"));
}
