//! Undo: every change is taken back, exactly where it was made, and never over what somebody else did meanwhile.
use keygrove::model::target::Environment;

use super::at_k;
use crate::Drive;
use crate::drive::stocked;

/// When all keys of these tests expire: an undo brings back this moment, not a while.
const UNTIL: &str = "4102444800000";

/// What is on the server, and what is pressed at the open key `k`.
type Change = (&'static str, &'static str);

const CHANGES: &[Change] = &[
    ("SET k old", "e ctrl-end 'er' ctrl-s"),
    ("SET k \"\"", "e 'x' ctrl-s"),
    ("SET k 5", "i ctrl-s"),
    ("SET k -5", "i ctrl-u '-7' ctrl-s"),
    ("SET k 0.1", "i ctrl-u '0.2' ctrl-s"),
    ("SET k 3.0", "i ctrl-s"),
    ("SET k 17", "0 y"),
    ("SET k old", "t ctrl-u '90s' ctrl-s"),
    ("SET k old", "t ctrl-u 'never' ctrl-s"),
    ("HSET k f 1 g 2", "a 'h' tab '3' ctrl-s"),
    ("HSET k f old g 2", "e ctrl-u 'new' ctrl-s"),
    ("HSET k f old", "r ctrl-u 'name' ctrl-s"),
    ("HSET k f 5", "i ctrl-s"),
    ("HSET k f 10.5", "i ctrl-u '0.3' ctrl-s"),
    ("HSET k f 1 g 2", "d y"),
    ("HSET k f 1", "d y"),
    ("HSET k \\xff \\x00", "d y"),
    ("RPUSH k a b c", "a tab 'x' ctrl-s"),
    ("RPUSH k a b c", "a 't' tab 'x' ctrl-s"),
    ("RPUSH k a b c", "j e ctrl-u 'x' ctrl-s"),
    ("RPUSH k a b c", "d y"),
    ("RPUSH k a b c", "j d y"),
    ("RPUSH k a b c", "G d y"),
    ("RPUSH k a a a", "j d y"),
    ("RPUSH k a", "d y"),
    ("RPUSH k a b c", "x ctrl-s y"),
    ("RPUSH k a b c", "x 't' ctrl-s y"),
    ("RPUSH k a", "x ctrl-s y"),
    ("RPUSH k a b a c a", "X ctrl-s y"),
    ("RPUSH k a b a c a", "X tab ctrl-u '2' ctrl-s y"),
    ("RPUSH k a b a c a", "X tab ctrl-u '-2' ctrl-s y"),
    ("RPUSH k a a", "X ctrl-s y"),
    ("SADD k a b", "a 'c\nd\nb\nc' ctrl-s"),
    ("SADD k a", "e ctrl-u 'x' ctrl-s"),
    ("SADD k a b", "d y"),
    ("SADD k a", "d y"),
    ("ZADD k 1 a 2 b", "a '3' tab 'c' ctrl-s"),
    ("ZADD k 0.1 a 2 b", "e ctrl-u '7' ctrl-s"),
    ("ZADD k 0.1 a", "i ctrl-u '0.2' ctrl-s"),
    ("ZADD k 1 a 2 b", "d y"),
    ("ZADD k 0.1 a", "d y"),
    ("ZADD k inf a -inf b", "d y"),
];

/// All that `k` holds, and when it goes.
fn all(t: &Drive) -> String {
    let kind = t.redis("TYPE k");
    let held = match kind.as_str() {
        "string" => t.redis("GET k"),
        "list" => t.redis("LRANGE k 0 -1"),
        "hash" => sorted(&t.redis("HGETALL k")),
        "set" => sorted(&t.redis("SMEMBERS k")),
        "zset" => t.redis("ZRANGE k 0 -1 WITHSCORES"),
        _ => String::new(),
    };
    format!("{kind} {held} until {}", t.redis("PEXPIRETIME k"))
}

fn sorted(words: &str) -> String {
    let mut words: Vec<&str> = words.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

/// At `k`, which goes at a moment that is known.
fn begin(stock: &str) -> Drive {
    begin_as(&format!("{stock}\nPEXPIREAT k {UNTIL}"), "")
}

/// The same as a user with these rights.
fn begin_as(stock: &str, rights: &str) -> Drive {
    let server = stocked(stock);
    let mut target = server.target();
    if !rights.is_empty() {
        server.user("ada", rights);
        target = server.target_as("ada");
    }
    let mut t = Drive::open(server, |how| how.target = target);
    t.go("k");
    t
}

#[test]
fn every_change_is_taken_back_and_its_undo_as_well() {
    for (stock, keys) in CHANGES {
        let mut t = begin(stock);
        let before = all(&t);
        t.press(keys);
        let changed = all(&t);
        assert_ne!(changed, before, "{keys}\n{}", t.screen());
        t.press("esc u");
        t.sees("undone:");
        assert_eq!(all(&t), before, "{stock} {keys}\n{}", t.screen());
        t.press("u");
        t.sees("nothing was changed here that is not undone");
        assert_eq!(all(&t), before);
        t.press("ctrl-u");
        t.sees("What can be undone");
        t.press("enter");
        t.sees("done again: ");
        // What expires in a while does so anew.
        if !keys.contains("90s") {
            assert_eq!(all(&t), changed, "{stock} {keys}\n{}", t.screen());
        }
        t.press("u");
        t.sees("undone: ");
        assert_eq!(all(&t), before, "{stock} {keys}\n{}", t.screen());
    }
}

#[test]
fn a_developer_who_may_not_restore_takes_back_as_much() {
    let rights = "~k* +@all -@dangerous";
    for (stock, keys) in [
        ("HSET k f 1", "d y"),
        ("RPUSH k a b a", "X ctrl-s y"),
        ("SADD k a", "d y"),
        ("ZADD k 0.1 a", "d y"),
        ("SET k 5", "i ctrl-s"),
        ("SET k old", "t ctrl-u '90s' ctrl-s"),
    ] {
        let mut t = begin_as(&format!("{stock}\nPEXPIREAT k {UNTIL}"), rights);
        let before = all(&t);
        t.press(keys);
        assert_ne!(all(&t), before, "{keys}\n{}", t.screen());
        t.press("esc u");
        t.sees("undone:");
        assert_eq!(all(&t), before, "{keys}");
    }
    let long = "x".repeat(200);
    for stock in [
        "SET k old",
        "HSET k f 1 g 2",
        "RPUSH k a b c",
        "SADD k a b",
        "SADD k 1 2 3",
        "ZADD k 0.1 a inf b",
        &format!("HSET k f {long}"),
    ] {
        let mut t = begin_as(&format!("{stock}\nPEXPIREAT k {UNTIL}"), rights);
        let before = all(&t);
        t.press("esc d");
        t.sees("Delete k ?");
        t.never_sees("cannot be brought back");
        t.press("y");
        t.sees("u brings it back");
        assert_eq!(t.redis("EXISTS k"), "0");
        t.press("u");
        t.sees("undone: k is back");
        assert_eq!(all(&t), before, "{stock}");
        t.press("esc d y");
        t.sees("deleted");
        t.press("u");
        t.sees("undone: k is back");
        assert_eq!(all(&t), before, "{stock}");
        let denials = t.redis("ACL LOG");
        assert_eq!(denials.matches("restore").count(), 2, "{denials}");
        assert!(denials.starts_with("count 1 "), "refused once: {denials}");
    }
}

#[test]
fn what_makes_keys_is_taken_back_by_deleting_them_after_a_question() {
    for (keys, born) in [
        ("n ctrl-u 'new' tab tab 'v' ctrl-s", "string"),
        (
            "n ctrl-u 'new' tab 'h' tab 'f' tab 'v' tab '5m' ctrl-s",
            "hash",
        ),
        ("n ctrl-u 'new' tab 'l' tab 'e' ctrl-s", "list"),
        ("n ctrl-u 'new' tab 's' tab 'm' ctrl-s", "set"),
        ("n ctrl-u 'new' tab 'z' tab '0.1' tab 'm' ctrl-s", "zset"),
        ("D ctrl-u 'new' ctrl-s", "hash"),
    ] {
        let mut t = begin("HSET k f v g w");
        t.press("esc");
        t.press(keys);
        assert_eq!(t.redis("TYPE new"), born, "{keys}\n{}", t.screen());
        let made = t.redis("DUMP new");
        t.press("u");
        t.sees("> UNLINK new");
        assert_eq!(t.redis("EXISTS new"), "1");
        t.press("y");
        t.sees("undone:");
        assert_eq!(t.redis("KEYS *"), "k", "{keys}");
        assert!(
            !t.tree().iter().any(|row| row.contains("new")),
            "{}",
            t.screen()
        );
        t.press("ctrl-u enter");
        t.sees("new is back");
        assert_eq!(t.redis("DUMP new"), made, "{keys}");
    }
}

#[test]
fn a_key_that_was_made_and_used_since_is_not_deleted() {
    for (keys, others) in [
        ("n ctrl-u 'new' tab tab 'v' ctrl-s", "APPEND new x"),
        (
            "n ctrl-u 'new' tab 'h' tab 'f' tab 'v' ctrl-s",
            "HSET new g 1",
        ),
        ("D ctrl-u 'new' ctrl-s", "HSET new f x"),
    ] {
        let mut t = begin("HSET k f v g w");
        t.press("esc");
        t.press(keys);
        t.redis(others);
        let now = t.redis("DUMP new");
        t.press("u y");
        t.sees("Changed meanwhile");
        assert_eq!(t.redis("DUMP new"), now, "{keys}");
        t.press("n");
        assert_eq!(t.redis("DUMP new"), now, "{keys}");
    }
}

#[test]
fn a_renaming_is_taken_back() {
    let mut t = begin("HSET k f v");
    let before = all(&t);
    t.press("esc r ctrl-u 'other' ctrl-s");
    assert_eq!(t.redis("KEYS *"), "other");
    t.press("u");
    t.sees("undone: renamed · k → other");
    assert_eq!(t.redis("KEYS *"), "k");
    assert_eq!(all(&t), before);
    t.press("r ctrl-u 'other' ctrl-s");
    t.redis("SET k taken");
    t.press("u");
    t.sees("that name is taken");
    assert_eq!(t.redis("GET k"), "taken");
    assert_eq!(t.redis("EXISTS other"), "1");
}

/// What is on the server, what is pressed, what somebody else does then, and what is said: nothing is overwritten.
const MOVED: &[(&str, &str, &str, &str)] = &[
    (
        "SET k old",
        "e ctrl-end 'er' ctrl-s",
        "SET k theirs",
        "the value is “theirs” now",
    ),
    (
        "SET k old",
        "e ctrl-end 'er' ctrl-s",
        "DEL k",
        "the key is gone",
    ),
    (
        "SET k old",
        "e ctrl-end 'er' ctrl-s",
        "EVAL \"redis.call('del','k') redis.call('sadd','k','x')\" 0",
        "the key is a set now",
    ),
    (
        "HSET k f old g 2",
        "e ctrl-u 'new' ctrl-s",
        "HSET k f theirs",
        "the field holds “theirs” now",
    ),
    (
        "HSET k f old g 2",
        "d y",
        "HSET k f theirs",
        "somebody put it there",
    ),
    (
        "HSET k f old",
        "d y",
        "HSET k g theirs",
        "its name is taken again",
    ),
    (
        "HSET k f old",
        "d y",
        "SET k theirs",
        "its name is taken again",
    ),
    (
        "SADD k a b",
        "a 'c' ctrl-s",
        "SREM k c",
        "somebody took it away",
    ),
    (
        "ZADD k 1 a",
        "e ctrl-u '7' ctrl-s",
        "ZADD k 8 a",
        "has the score 8 now",
    ),
    (
        "RPUSH k a b",
        "a tab 'x' ctrl-s",
        "LPOP k",
        "there are 2 elements now",
    ),
    (
        "RPUSH k a b c",
        "j d y",
        "LPUSH k new",
        "at its place stands",
    ),
    (
        "RPUSH k a b a",
        "X ctrl-s y",
        "RPUSH k c",
        "there are 2 elements now",
    ),
    (
        "SET k v",
        "t ctrl-u '1h' ctrl-s",
        "PEXPIRE k 99000000",
        "its expiry was changed",
    ),
];

#[test]
fn when_the_world_has_moved_on_nothing_is_overwritten_and_it_is_said() {
    for (stock, keys, others, says) in MOVED {
        let mut t = begin(stock);
        t.press(keys);
        t.redis(others);
        let now = all(&t);
        t.press("esc u");
        t.sees(says);
        assert_eq!(all(&t), now, "{keys}\n{}", t.screen());
        t.press("n");
        assert_eq!(all(&t), now, "{keys}\n{}", t.screen());
    }
}

#[test]
fn who_insists_overwrites_what_was_shown_and_no_third() {
    let mut t = begin("HSET k f old g 2");
    t.press("e ctrl-u 'new' ctrl-s");
    t.redis("HSET k f theirs");
    t.press("esc u");
    t.sees("the field holds “theirs” now");
    t.redis("HSET k f third");
    t.press("y");
    t.sees("the field holds “third” now");
    assert_eq!(t.redis("HGET k f"), "third");
    t.press("y");
    t.sees("undone:");
    assert_eq!(t.redis("HGET k f"), "old");
}

#[test]
fn what_others_did_beside_it_stays() {
    for (stock, keys, others, ask, after) in [
        (
            "HSET k f 1 g 2",
            "e ctrl-u 'x' ctrl-s",
            "HSET k g 3",
            "HGETALL k",
            "f 1 g 3",
        ),
        ("SET k 5", "i ctrl-s", "INCRBY k 10", "GET k", "15"),
        ("SET k 17", "0 y", "INCRBY k 3", "GET k", "20"),
        (
            "ZADD k 1 a",
            "i ctrl-u '2' ctrl-s",
            "ZINCRBY k 10 a",
            "ZSCORE k a",
            "11",
        ),
        (
            "RPUSH k a b c",
            "x ctrl-s y",
            "RPUSH k d",
            "LRANGE k 0 -1",
            "a b c d",
        ),
        (
            "RPUSH k a b c",
            "j d y",
            "RPUSH k d",
            "LRANGE k 0 -1",
            "a b c d",
        ),
        ("SADD k a b", "d y", "SADD k c", "SCARD k", "3"),
    ] {
        let mut t = begin(stock);
        t.press(keys);
        t.redis(others);
        t.press("esc u");
        t.sees("undone:");
        assert_eq!(t.redis(ask), after, "{keys}");
    }
}

#[test]
fn a_folder_of_keys_is_brought_back_but_for_names_that_are_taken() {
    for rights in ["~* +@all", "~* +@all -@dangerous"] {
        let stock = "EVAL \"for i=1,1500 do redis.call('SET', 'f:'..i, i, 'PXAT', 4102444800000) end\" 0\nSET k v";
        let mut t = begin_as(stock, rights);
        t.press("esc g d");
        t.sees("Delete these 1,500 keys?");
        t.press("y");
        t.sees("1,500 keys deleted; u brings all back");
        assert_eq!(t.redis("DBSIZE"), "1");
        t.redis("SET f:7 theirs");
        t.press("u");
        t.sees("1,499 of 1,500 keys are back");
        t.sees("f:7: its name is taken again");
        t.press("esc");
        assert_eq!(t.redis("DBSIZE"), "1501");
        assert_eq!(t.redis("GET f:7"), "theirs");
        assert_eq!(t.redis("GET f:1500"), "1500");
        assert_eq!(t.redis("PEXPIRETIME f:1500"), UNTIL);
        assert!(
            t.screen().contains("1,5"),
            "the tree has them\n{}",
            t.screen()
        );
        t.redis("DEL f:7");
        t.press("u");
        t.sees("undone: f:7 is back");
        assert_eq!(t.redis("GET f:7"), "7");
    }
}

#[test]
fn a_deletion_that_was_stopped_is_taken_back_as_far_as_it_got() {
    let stock = "EVAL \"for i=1,20000 do redis.call('SET', 'f:'..i, i) end\" 0\nSET k v";
    let mut t = begin_as(stock, "");
    t.press("esc g d");
    t.sees("Delete these 20,000 keys?");
    t.send("y");
    // Stopped any sooner, there would be nothing to take back.
    t.until_redis("EXISTS f:1 f:10 f:100 f:1000 f:10000", "0");
    t.send("esc");
    t.sees("deleted; u brings");
    t.press("u");
    t.sees("are back");
    assert_eq!(t.redis("DBSIZE"), "20001");
    assert_eq!(t.redis("GET f:1"), "1");
}

#[test]
fn what_is_too_big_to_come_back_is_said_before_it_goes() {
    let big = "SETRANGE k 1100000 x";
    let mut t = begin_as(big, "");
    t.press("esc d");
    t.sees("It cannot be brought back by undo");
    t.press("y");
    t.sees("1 key deleted");
    t.never_sees("u brings");
    t.press("ctrl-u");
    t.sees("nothing was kept of it");
    t.press("esc u");
    t.sees("not undone: 1 key: nothing was kept");
    let stock = "EVAL \"for i=1,40 do redis.call('SET', 'f:'..i, string.rep('x', 900000)) end\" 0
                 SETRANGE f:big 1100000 x
                 SET k v";
    let mut t = begin_as(stock, "");
    t.press("esc g d");
    t.sees("Delete these 41 keys?");
    t.sees("5 of them cannot be brought back by undo: it keeps 32 MiB in all");
    t.press("y");
    t.sees("41 keys deleted; u brings 36 of them back");
    t.press("u");
    t.sees("36 of 36 keys are back");
    assert_eq!(t.redis("DBSIZE"), "37");
}

#[test]
fn an_undo_is_a_write_like_any_other() {
    let mut t = Drive::open(stocked("SET k old"), |how| how.setup.env = Environment::Dev);
    t.press("u");
    t.sees("nothing was changed here");
    t.go("k");
    t.press("e 'er' ctrl-s esc U u");
    t.sees("read-only");
    t.press("ctrl-u enter");
    t.sees("read-only");
    assert_eq!(t.redis("GET k"), "older");
    t.press("U u");
    t.sees("undone: saved · k");
    assert_eq!(t.redis("GET k"), "old");
    t.press("6");
    t.sees("SET k old KEEPTTL XX");
}

#[test]
fn the_list_tells_what_when_and_why_not_and_any_of_it_can_be_chosen() {
    let mut t = at_k("HSET k f 1 g 2 h 3");
    t.press("d y");
    t.press("d y");
    t.press("t ctrl-u '1h' ctrl-s");
    t.press("ctrl-u");
    t.sees("kept in memory only");
    let rows: Vec<usize> = ["expiry set", "k · g", "k · f"]
        .iter()
        .map(|text| {
            t.screen()
                .lines()
                .position(|row| row.contains(text))
                .unwrap()
        })
        .collect();
    assert!(rows.is_sorted(), "the newest first\n{}", t.screen());
    t.press("down down enter");
    t.sees("undone: field deleted · k · f");
    assert_eq!(sorted(&t.redis("HKEYS k")), "f h");
}

#[test]
fn users_join_the_list() {
    let mut t = at_k("SET k old");
    t.press("e 'er' ctrl-s esc");
    t.press("2 n 'shop' ctrl-s enter");
    t.sees("Shown once");
    t.press("esc 1 u");
    t.sees("undone: saved");
    t.press("ctrl-u");
    t.sees("user created");
    t.press("down enter");
    t.sees("Delete shop_user?");
    t.press("y");
    t.sees("undone: shop_user is as it was before");
    assert_eq!(t.redis("ACL USERS"), "default");
}

#[test]
fn another_database_has_another_past() {
    let mut t = at_k("SET k old");
    t.press("e 'er' ctrl-s esc");
    let socket = t.server.socket();
    t.press("C ctrl-u");
    t.type_text(&format!("unix://{}?db=1", socket.display()));
    t.press("ctrl-s");
    t.sees("can no longer be undone");
    t.press("u");
    t.sees("nothing was changed here");
    assert_eq!(t.redis("GET k"), "older");
}

#[test]
fn without_a_guard_the_person_decides() {
    let mut t = begin_as(
        &format!("HSET k f 1 g 2\nPEXPIREAT k {UNTIL}"),
        "~* +@all -watch -@scripting",
    );
    t.press("d y");
    t.press("u");
    t.sees("Not guarded");
    assert_eq!(t.redis("HLEN k"), "1");
    t.press("y");
    t.sees("undone:");
    assert_eq!(t.redis("HLEN k"), "2");
}

#[test]
fn members_that_were_added_together_are_counted() {
    let mut t = at_k("SADD k a");
    t.press("a 'one\ntwo\nthree' ctrl-s u");
    t.sees("undone: added · k · one and 2 more");
    let mut t = at_k("SADD k a");
    t.press("e ctrl-u 'b' ctrl-s u");
    t.sees("· k · b");
    t.never_sees("more");
}
