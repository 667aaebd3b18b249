//! Keys as a whole: new ones, names, times to live, deletions.
use super::{at_k, each_is_refused};
use crate::Drive;

#[test]
fn a_new_key_of_every_type() {
    for (fields, ask, answer) in [
        (vec!["k", "_", "v", ""], "GET k", "v"),
        (vec!["k", "h", "f", "v", "1h"], "HGETALL k", "f v"),
        (vec!["k", "l", "e", "90s"], "LRANGE k 0 -1", "e"),
        (vec!["k", "set", "m", "2d"], "SMEMBERS k", "m"),
        (
            vec!["k", "z", "1.5", "m", "never"],
            "ZRANGE k 0 -1 WITHSCORES",
            "m 1.5",
        ),
        (vec!["\\xffk", "_", "\\x00", ""], "GET \"\\xffk\"", "\\x00"),
    ] {
        let mut t = Drive::with("SET other x");
        t.press("n");
        create(&mut t, &fields);
        t.sees("created");
        assert_eq!(t.redis(ask), answer, "{fields:?}");
        let left = t.redis("PTTL k").parse::<i64>().unwrap();
        let wanted = match *fields.last().unwrap() {
            "1h" => 3_600_000,
            "90s" => 90_000,
            "2d" => 172_800_000,
            _ => left,
        };
        assert!((wanted - left).abs() < 5_000, "{fields:?}: {left}");
        t.sees(&format!("│  {}", fields[0]));
    }
}

/// Fills in the form of a new key; the second field is a choice, whose letters are pressed.
#[track_caller]
fn create(t: &mut Drive, fields: &[&str]) {
    t.press("ctrl-u");
    t.type_text(fields[0]);
    t.press("tab");
    if fields[1] == "set" {
        t.press("s");
    } else if fields[1] != "_" {
        t.press(fields[1]);
    }
    for field in &fields[2..] {
        t.press("tab");
        t.type_text(field);
    }
    t.press("ctrl-s");
}

#[test]
fn a_new_key_begins_with_the_folder_one_stands_in_and_the_cursor_goes_there() {
    let mut t = Drive::with("MSET app:user:1 a app:user:2 b");
    t.press("l j l n");
    t.sees("Name   app:user:");
    t.type_text("3\n\nvalue\n\n");
    assert_eq!(t.redis("GET app:user:3"), "value");
    t.sees("app:user:3 ─ string");
    t.sees("3 keys");
}

#[test]
fn deleting_a_folder_says_how_much_of_it_is_out_of_sight() {
    for (narrows, says) in [
        ("/ 'user:1' enter k", "3 of them are not shown now"),
        (
            "s ctrl-u '*:user:[12]' ctrl-s g l",
            "2 of them are not shown now",
        ),
    ] {
        let mut t = Drive::with("MSET app:user:1 a app:user:2 b app:user:3 c app:user:4:x d");
        t.press(narrows);
        t.press("d");
        t.sees(says);
        t.press("esc esc");
    }
    let mut t = Drive::with("MSET app:1 a app:2 b other c");
    t.press("/ 'app:1' enter k d");
    t.sees("1 of them is not shown now");
    t.press("esc esc d");
    t.sees("Delete these 2 keys?");
    t.never_sees("not shown now");
}

#[test]
fn nothing_that_exists_is_ever_overwritten() {
    for kind in ["_", "h", "l", "set", "z"] {
        let mut t = Drive::with("RPUSH k a");
        t.press("n");
        let fields: &[&str] = match kind {
            "h" => &["k", "h", "f", "v", "90s"],
            "z" => &["k", "z", "1", "m", "90s"],
            kind => &["k", kind, "v", "90s"],
        };
        create(&mut t, fields);
        t.sees("a key of this name exists already");
        assert_eq!(t.redis("LRANGE k 0 -1"), "a", "{kind}");
        assert_eq!(t.redis("TTL k"), "-1", "{kind}");
        // The form is still there, with what was typed.
        t.press("esc");
        t.never_sees("New key");
    }
    each_is_refused(&[
        (
            "MSET k v taken w",
            "D ctrl-u 'taken' ctrl-s",
            "that name is taken",
        ),
        (
            "MSET k v taken w",
            "r ctrl-u 'taken' ctrl-s",
            "that name is taken: keygrove never overwrites",
        ),
        ("SET k v", "D ctrl-s", "that is its name already"),
        ("SET k v", "r ctrl-s", "that is its name already"),
        ("SET k v", "r ctrl-u ctrl-s", "type a name: it is empty"),
    ]);
    let mut t = at_k("MSET k v taken w");
    t.press("r");
    t.fill(&["taken"]);
    t.press("esc D");
    t.fill(&["taken"]);
    assert_eq!(t.redis("MGET k taken"), "v w");
}

#[test]
fn rename_and_duplicate_keep_value_and_time_to_live() {
    for (keys, there, ask) in [
        ("r ctrl-u 'new:name' ctrl-s", "0 1", "renamed"),
        ("D ctrl-u 'new:name' ctrl-s", "1 1", "duplicated"),
        ("esc r ctrl-u 'new:name' ctrl-s", "0 1", "renamed"),
        ("esc D ctrl-u 'new:name' ctrl-s", "1 1", "duplicated"),
    ] {
        let mut t = at_k("SET k v");
        let expires = t.expires("k");
        t.press(keys);
        t.sees(ask);
        let exists = format!("{} {}", t.redis("EXISTS k"), t.redis("EXISTS new:name"));
        assert_eq!(exists, there, "{keys}");
        assert_eq!(t.redis("GET new:name"), "v");
        assert_eq!(t.expires("new:name"), expires);
        t.sees("▾ new");
        t.sees("new:name ─ string");
    }
}

#[test]
fn a_time_to_live_in_every_form() {
    for (typed, seconds) in [
        ("90s", 90),
        ("5m", 300),
        ("1h30m", 5_400),
        ("2d", 172_800),
        ("1w", 604_800),
        ("45", 45),
        ("never", -1),
    ] {
        let mut t = at_k("SET k v");
        t.press("t");
        t.fill(&[typed]);
        let left: i64 = t.redis("TTL k").parse().unwrap();
        assert!((seconds - left).abs() <= 2, "{typed}: {left}");
        assert_eq!(t.redis("GET k"), "v");
    }
    let mut t = at_k("SET k v");
    let expires = t.expires("k");
    t.press("t enter");
    t.sees("type how long, a date, or never");
    assert_eq!(t.expires("k"), expires);
    let mut t = at_k("SET k v");
    t.press("t");
    t.fill(&["2031-02-03T04:05:06Z"]);
    assert_eq!(t.redis("EXPIRETIME k"), "1927857906");
    t.press("esc t");
    t.fill(&["2d"]);
    assert!(t.redis("TTL k").parse::<i64>().unwrap() > 172_000);
    t.sees("1d23h");
}

#[test]
fn a_time_that_would_delete_the_key_is_refused_beside_the_field() {
    each_is_refused(&[
        (
            "SET k v",
            "t '0' ctrl-s",
            "0 or less would delete the key at once",
        ),
        (
            "SET k v",
            "t '-5' ctrl-s",
            "0 or less would delete the key at once",
        ),
        ("SET k v", "t 'abc' ctrl-s", "type a time such as 90s"),
        (
            "SET k v",
            "t '2001-01-01' ctrl-s",
            "this date is in the past",
        ),
        ("SET k v", "t '99999999d' ctrl-s", "this is too far away"),
    ]);
    let mut t = at_k("SET k v");
    t.press("t 'abc' ctrl-s");
    t.sees("Time to live · k");
    t.press("ctrl-u '90s' ctrl-s");
    t.never_sees("Time to live · k");
    assert_eq!(t.redis("TTL k"), "90");
}

#[test]
fn deleting_shows_the_command_first() {
    let mut t = Drive::with("MSET a 1 b 2");
    t.press("d");
    t.sees("UNLINK a");
    assert_eq!(t.redis("DBSIZE"), "2");
    t.press("n d esc");
    assert_eq!(t.redis("DBSIZE"), "2");
    t.press("d y");
    assert_eq!(t.redis("KEYS *"), "b");
    t.sees("1 key ·");
    t.press("d y");
    t.sees("no keys here; n makes one");
}

#[test]
fn marks_are_deleted_together_and_nothing_else() {
    let mut t = Drive::with("MSET a 1 b 2 c 3 d 4");
    t.press("space j j space");
    t.sees("2 marked");
    t.press("d");
    t.sees("Delete these 2 keys");
    t.press("y");
    assert_eq!(t.redis("EXISTS a c"), "0");
    assert_eq!(t.redis("EXISTS b d"), "2");
    t.never_sees("marked");
    // Without its mark, the key under the cursor is meant again.
    t.press("G space esc d");
    t.sees("UNLINK d");
}

#[test]
fn a_folder_is_counted_and_sampled_before_it_is_deleted() {
    let mut t = Drive::with("SET keep x");
    t.redis("EVAL \"for i=1,2500 do redis.call('SET', 'tmp:'..i, i) end\" 0");
    t.press("ctrl-r g");
    t.sees("2,501 keys · complete");
    // Two that are loaded go and one comes: the count is the server's.
    t.redis("DEL tmp:1 tmp:2");
    t.redis("SET tmp:new x");
    t.press("d");
    t.sees("Delete these 2,499 keys");
    t.sees("tmp:10");
    assert_eq!(t.redis("DBSIZE"), "2500");
    t.press("n");
    assert_eq!(t.redis("DBSIZE"), "2500");
    t.press("d y");
    t.sees("2,499 keys deleted");
    assert_eq!(t.redis("KEYS *"), "keep");
}

#[test]
fn a_folder_whose_name_looks_like_a_pattern_takes_nothing_else_with_it() {
    let mut t = Drive::with("MSET a*:1 x ab:1 y a[b]:1 z");
    t.press("d");
    t.sees("a*:1");
    t.press("y");
    assert_eq!(t.redis("EXISTS a*:1 ab:1 a[b]:1"), "2");
    t.press("d y");
    assert_eq!(t.redis("EXISTS a*:1 ab:1 a[b]:1"), "1");
    assert_eq!(t.redis("EXISTS ab:1"), "1");
}

#[test]
fn keys_that_may_not_be_deleted_are_named() {
    let server = crate::drive::stocked("MSET app:1 a app:2 b other:1 c");
    server.user("ada", "%R~* ~app:* +@all");
    let target = server.target_as("ada");
    let mut t = Drive::open(server, |how| how.target = target);
    t.press("l j space j space j l j space d");
    t.sees("Delete these 3 keys");
    t.press("y");
    t.sees("other:1");
    assert_eq!(t.redis("KEYS *"), "other:1");
}
