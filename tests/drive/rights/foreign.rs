//! Names of others: hidden once it is known which are ours, shown by a key, never asked about in bulk. And values that
//! only GET may read.
use std::path::Path;

use super::{as_user, denials, server, told};
use crate::Drive;
use crate::common::Server;

/// As a user with these rules on a server with names of others.
fn ada(rules: &str) -> Drive {
    let server = server(Path::new("redis-server"));
    login(server, rules)
}

fn login(server: Server, rules: &str) -> Drive {
    server.user("ada", rules);
    server.redis(&["ACL", "LOG", "RESET"]);
    as_user(server, "ada")
}

#[test]
fn one_key_hides_the_names_of_others_as_soon_as_it_is_known_which_are_ours() {
    let mut t = ada("~myapp:* +@all -@dangerous");
    t.press("j l j");
    t.sees("29 keys · complete");
    t.press("G l");
    t.sees("begins with myapp: so far: H hides all other");
    t.press("j");
    t.sees("not open to this user");
    t.press("H");
    t.sees("5 keys · 24 hidden");
    t.sees("24 names other than myapp:*");
    t.sees("hidden, H shows them; a courtesy");
    assert_eq!(t.tree()[0], "▾ myapp 5");
    t.press("s ctrl-u '*:1' ctrl-s");
    t.sees("3 match and are hidden; H shows them");
    t.press("esc n 'x' tab tab 'v' ctrl-s");
    t.sees("created");
    t.press("H");
    t.sees("24 others · complete");
    assert!(
        t.tree().iter().any(|row| row.starts_with("▸ blog 8")),
        "{}",
        t.screen()
    );
    assert_eq!(told(&denials(&t)), ["shop:0 by type"]);
}

#[test]
fn deleting_a_folder_says_how_many_names_of_others_are_in_it() {
    let mut t = ada("~*:1 +@all");
    t.press("2 1");
    t.sees("3 keys · 26 hidden");
    t.press("g d");
    t.sees("Delete these 8 keys?");
    t.sees("7 of them are not shown now: a filter, a search or H hides them");
}

#[test]
fn where_nothing_is_known_the_folder_under_the_cursor_is_ours() {
    let mut t = ada("~myapp:* +@all -@dangerous");
    t.press("j H");
    t.sees("5 keys · 24 hidden");
    t.press("ctrl-r");
    t.sees("5 keys · 24 hidden · complete");
    assert_eq!(t.tree()[0], "▾ myapp 5");
    assert_eq!(told(&denials(&t)), [""; 0]);
}

#[test]
fn who_may_read_its_own_rules_is_refused_nothing_at_all() {
    let mut t = ada("~myapp:* +@all -@dangerous +acl|getuser");
    t.press("2");
    t.sees("reads and writes myapp:*");
    t.sees("what key patterns do not fence in");
    t.sees("hiding the names of others");
    t.press("L");
    t.sees("this user may not ACL LOG");
    t.press("1");
    t.sees("5 keys · 24 hidden");
    t.press("H g l j j j");
    t.sees("not open to this user");
    t.press("enter esc G l j enter");
    t.sees("no key pattern in the rules of this user");
    assert_eq!(told(&denials(&t)), [""; 0]);
}

#[test]
fn denials_can_be_read_by_who_may_read_nothing_else() {
    let mut t = ada("~myapp:* +@all -@dangerous +acl|log");
    t.press("2 L");
    t.sees("Denials");
    t.sees("ada may not run acl|list");
    assert_eq!(told(&denials(&t)), ["acl|getuser", "acl|list"]);
}

#[test]
fn an_admin_with_a_name_is_refused_nothing() {
    let mut t = ada("~* +@all");
    t.press("l j enter esc 2 L esc t 'GET x' enter esc 1 s '*:1' ctrl-s");
    t.sees("3 matches");
    assert_eq!(told(&denials(&t)), [""; 0]);
}

#[test]
fn a_screen_full_of_foreign_folders_costs_three_denials() {
    let server = server(Path::new("redis-server"));
    for n in 0..40 {
        server.redis(&["SET", &format!("app{n}:1"), "secret"]);
    }
    let mut t = login(server, "~myapp:* +@all -@dangerous");
    t.press("s ctrl-u '*:1' ctrl-s");
    t.sees("43 matches");
    for _ in 0..31 {
        t.press("j");
    }
    assert_eq!(denials(&t).len(), 3, "{:?}", denials(&t));
    t.sees("not asked, because other keys were refused");
    // What is ours is found all the same, and trusted from then on.
    t.press("esc");
    t.go("myapp:h");
    t.sees("myapp:h ─ hash");
    t.press("esc j");
    assert!(
        t.tree().iter().any(|row| row == "    l list"),
        "{}",
        t.screen()
    );
    assert_eq!(denials(&t).len(), 3);
}

#[test]
fn the_key_under_the_cursor_is_asked_about_once() {
    let server = Server::start();
    for name in ["a", "b", "c"] {
        server.redis(&["SET", name, "secret"]);
    }
    let mut t = login(server, "~myapp:* +@all -@dangerous");
    t.sees("not open to this user");
    t.press("j enter esc j enter esc k");
    let denials = denials(&t);
    assert_eq!(told(&denials), ["a by type"]);
    assert_eq!(denials[0].count, 1);
}

#[test]
fn deleting_among_foreign_keys_is_not_tried_one_by_one() {
    let mut t = ada("~myapp:* +@all -@dangerous");
    t.press("G d");
    t.sees("8 keys");
    t.press("y");
    t.sees("shop:");
    t.press("esc");
    let tries: usize = denials(&t).iter().map(|denial| denial.count).sum();
    // Once for its size, and by UNLINK together and alone.
    assert!(tries <= 3, "{:?}", denials(&t));
    assert_eq!(t.redis("EXISTS shop:0 shop:7"), "2");
}

#[test]
fn the_default_user_is_doubted_from_its_first_refusal_on() {
    let server = server(Path::new("redis-server"));
    server.redis(&["ACL", "SETUSER", "boss", "on", ">pw", "~*", "+@all"]);
    let mut t = Drive::open(server, |_| {});
    t.redis_as(
        "boss",
        "pw",
        "ACL SETUSER default resetkeys ~myapp:* -@dangerous",
    );
    t.press("l j j enter esc G l j j enter");
    let log = t.redis_as("boss", "pw", "ACL LOG 128");
    let of = |app: &str| log.matches(&format!("object {app}:")).count();
    assert_eq!((of("blog"), of("shop")), (8, 1), "{log}");
    t.never_sees("secret");
}

#[test]
fn a_small_string_is_read_by_get_where_slices_are_refused() {
    let mut t = ada("~* +get +strlen +type");
    t.go("myapp:s");
    t.sees("myapp:s ─ string · 4 B");
    t.sees("mine");
    assert!(told(&denials(&t)).contains(&"getrange".to_owned()));
}

#[test]
fn a_big_string_is_read_by_get_only_when_the_person_says_so() {
    let server = server(Path::new("redis-server"));
    server.redis(&["SETRANGE", "big", "3000000", "end"]);
    let mut t = login(server, "~* +get +strlen +type +set");
    t.go("big");
    t.sees("which brings all of its");
    t.sees("3000003 bytes at once");
    assert!(!t.redis("INFO commandstats").contains("cmdstat_get:"));
    t.press("enter");
    t.sees("big ─ string");
    t.sees("a part");
    // Only its beginning is here, and so it is not saved as the whole.
    t.press("e");
    t.sees("cannot be saved as the whole");
    assert_eq!(t.redis("STRLEN big"), "3000003");
}

#[test]
fn a_refused_deletion_is_told_in_words_and_nothing_to_undo() {
    let mut t = ada("~myapp:* +@all -@dangerous -unlink -del");
    t.redis("SET myapp:k v");
    t.go("myapp:k");
    t.press("esc d y");
    t.sees("nothing was deleted: this user may not DEL: it needs +del");
    t.press("ctrl-u");
    t.sees("nothing was changed yet");
    assert_eq!(t.redis("GET myapp:k"), "v");
}

#[test]
fn who_may_write_and_not_read_is_refused_once_for_a_screen_full_of_keys() {
    let mut t = ada("%W~myapp:* +@all -@dangerous");
    t.press("j l j");
    assert_eq!(told(&denials(&t)), ["myapp:h by pttl"]);
    t.press("j j j j");
    t.sees("myapp:z ─ zset · 1 member");
    t.sees("This user may not read the value");
    assert_eq!(told(&denials(&t)), ["myapp:h by pttl"]);
    // Who opens a key means that one, and means it once.
    t.press("enter");
    let opened = denials(&t);
    assert!(
        told(&opened)
            .iter()
            .any(|denial| denial.starts_with("myapp:z by")),
        "{opened:?}"
    );
    t.press("ctrl-r ctrl-r");
    assert_eq!(denials(&t), opened);
    // What was not read may be written.
    t.press("a");
    t.fill(&["2", "other"]);
    t.press("y");
    t.sees("added");
    assert_eq!(t.redis("ZCARD myapp:z"), "2");
    assert_eq!(denials(&t), opened);
}

#[test]
fn a_key_that_may_be_read_is_read_beside_one_that_may_not() {
    let mut t = ada("%W~myapp:* ~myapp:z +@all -@dangerous");
    t.redis("XADD myapp:x * f v");
    t.go("myapp:s");
    t.sees("e sets a new value");
    t.go("myapp:x");
    t.sees("myapp:x ─ stream");
    t.never_sees("e sets a new value");
    t.go("myapp:z");
    t.sees("grant %R~myapp:*; ctrl-r asks again");
    t.press("ctrl-r");
    t.sees("mine");
    t.sees("no expiry");
}

#[test]
fn what_only_restore_brings_back_is_said_before_it_is_deleted() {
    let mut t = ada("~myapp:* +@all -@dangerous");
    t.redis("XADD myapp:x * f v");
    t.go("myapp:x");
    t.press("esc d");
    t.sees("by RESTORE alone, which may be");
    t.press("y");
    t.sees("1 key deleted; u brings that back if this user may RESTORE");
    t.press("u");
    t.sees("RESTORE is refused to this user");
    t.press("esc");
    // From then on it is known.
    t.redis("XADD myapp:x * f v");
    t.go("myapp:x");
    t.press("esc h d");
    t.sees("1 of them is a stream or the like");
    t.sees("refused to this user");
    t.press("y");
    t.sees("6 keys deleted; u brings 5 of them back");
    // Where there is none, nothing is said of it.
    t.press("u");
    t.press("esc");
    t.go("myapp:h");
    t.press("esc d");
    t.never_sees("RESTORE");
    t.press("y");
    t.sees("1 key deleted; u brings it back");
}

#[test]
fn nothing_is_said_of_restore_to_who_may_do_all() {
    let mut t = Drive::with("XADD x * f v");
    t.go("x");
    t.press("esc d");
    t.never_sees("RESTORE");
    t.press("y u");
    t.sees("is back");
    assert_eq!(t.redis("XLEN x"), "1");
}

#[test]
fn a_refused_name_says_which_pattern_would_let_it_in() {
    let mut t = ada("~myapp:* +@all -@dangerous");
    t.go("myapp:s");
    for keys in [
        "r ctrl-u 'other:new' ctrl-s",
        "n ctrl-u 'other:new' tab tab 'v' ctrl-s",
    ] {
        t.press(keys);
        t.sees("this user may not write this key: it needs ~other:*");
        t.press("esc");
    }
    let mut t = ada("%R~myapp:* +@all -@dangerous");
    t.go("myapp:h");
    t.press("e ctrl-u 'new' ctrl-s");
    t.sees("this user may not write this key: it needs ~myapp:*");
    // From then on it is known beforehand.
    t.press("esc");
    t.never_sees("it needs");
    t.press("e");
    t.sees("this user may not write this key: it needs ~myapp:*");
}

#[test]
fn that_nothing_can_be_kept_is_said_before_it_is_deleted() {
    for (less, why) in [
        ("-dump", "this user may not DUMP: it needs +dump"),
        (
            "-pttl -pexpiretime",
            "this user may not PTTL: it needs +pttl",
        ),
        (
            "-time -pexpiretime",
            "this user may not TIME: it needs +time",
        ),
    ] {
        let mut t = ada(&format!("~myapp:* +@all -@dangerous {less}"));
        t.go("myapp:s");
        t.press("esc d");
        t.sees("Undo cannot bring anything back");
        t.sees(why);
        t.press("y");
        t.sees("1 key deleted ");
        t.press("u");
        t.sees("nothing was kept of it");
        for denial in denials(&t) {
            assert_eq!(denial.count, 1, "{denial:?}");
        }
    }
    // One of them is enough.
    let mut t = ada("~myapp:* +@all -@dangerous -pttl -time");
    t.go("myapp:s");
    t.press("esc d");
    t.never_sees("Undo cannot");
    t.press("y");
    t.sees("u brings it back");
}
