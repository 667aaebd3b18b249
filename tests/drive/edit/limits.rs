//! What must refuse a write, or ask twice: read-only, production, missing rights, a connection that dies.
use keygrove::run::End;

use crate::drive::stocked;
use crate::{Drive, How};

#[test]
fn read_only_refuses_every_write_and_sends_none() {
    for (stock, at_value) in [
        ("SET k 5", "e E d i 0 t r D n"),
        ("HSET k f 5", "e E d i a t r D n"),
        ("RPUSH k 5", "e E d a x X t r D n"),
        ("SADD k 5", "e E d a t r D n"),
        ("ZADD k 5 a", "e E d i a t r D n"),
    ] {
        let mut t = Drive::open(stocked(stock), How::read_only);
        let before = t.redis("DUMP k");
        for (place, writes) in [("esc", "e d t r D n"), ("enter", at_value)] {
            t.press(place);
            for key in writes.split(' ') {
                t.press(key);
                t.sees("read-only: keygrove was started with --read-only");
                // Were a form or a question open, this would answer it.
                t.press("y ctrl-s");
            }
        }
        assert_eq!(t.redis("DUMP k"), before, "{stock}");
        let stats = t.redis("INFO commandstats");
        for write in ["unlink", "multi", "set", "hset", "lpush", "sadd", "zadd"] {
            let sent = format!("cmdstat_{write}:calls=1,");
            assert_eq!(
                stats.contains(&sent),
                stock.to_lowercase().starts_with(write),
                "{stats}"
            );
        }
    }
}

#[test]
fn read_only_from_the_start_cannot_be_unlocked() {
    let mut t = Drive::open(stocked("SET k 5"), How::read_only);
    t.sees(" RO ");
    t.press("U");
    t.sees("was started with --read-only, and that holds");
    t.go("k");
    t.press("i");
    t.sees("read-only");
}

#[test]
fn production_is_locked_until_its_word_is_typed() {
    let mut t = Drive::open(stocked("SET k 5"), How::prod);
    t.sees("PROD");
    t.go("k");
    t.press("e");
    t.sees("read-only: U unlocks writing");
    t.press("U");
    t.fill(&["yes"]);
    t.sees("type write to unlock");
    t.fill(&["write"]);
    t.sees("writing is allowed now");
    t.press("i ctrl-s");
    assert_eq!(t.redis("GET k"), "6");
    t.press("U");
    t.sees("read-only: nothing that writes leaves keygrove");
    t.press("i");
    assert_eq!(t.redis("GET k"), "6");
}

#[test]
fn production_wants_words_before_anything_is_destroyed() {
    let mut t = Drive::open(
        stocked("SET k 5\nHSET h f v\nMSET dir:1 a dir:2 b"),
        How::prod,
    );
    t.press("U");
    t.fill(&["write"]);
    t.go("k");
    t.press("d");
    t.sees("type delete and press enter");
    t.press("y enter");
    assert_eq!(t.redis("EXISTS k"), "1");
    t.press("ctrl-u 'delete' enter");
    assert_eq!(t.redis("EXISTS k"), "0");
    t.go("h");
    t.press("d");
    t.sees("type yes and press enter");
    t.press("enter y enter esc");
    assert_eq!(t.redis("EXISTS h"), "1");
    t.press("d 'yes' enter");
    assert_eq!(t.redis("EXISTS h"), "0");
    t.press("g d");
    t.sees("type delete and press enter");
    t.press("'delete' enter");
    assert_eq!(t.redis("DBSIZE"), "0");
}

#[test]
fn without_watch_the_person_is_asked_and_decides() {
    for (stock, edit, ask, before, after) in [
        (
            "SET k old",
            "e ctrl-end 'er' ctrl-s",
            "GET k",
            "old",
            "older",
        ),
        (
            "HSET k f old",
            "e ctrl-u 'new' ctrl-s",
            "HGET k f",
            "old",
            "new",
        ),
        ("RPUSH k a b", "d y", "LRANGE k 0 -1", "a b", "b"),
    ] {
        let server = stocked(stock);
        server.user("ada", "~* +@all -watch -eval");
        let target = server.target_as("ada");
        let mut t = Drive::open(server, |how| how.target = target);
        t.go("k");
        t.press(edit);
        t.sees("Not guarded");
        t.sees("this user may not WATCH or EVAL");
        assert_eq!(t.redis(ask), before, "{edit}");
        t.press("n");
        assert_eq!(t.redis(ask), before, "{edit}");
        let again = if edit.starts_with('d') {
            "d y"
        } else {
            "ctrl-s"
        };
        t.press(again);
        t.sees("Not guarded");
        t.press("y");
        assert_eq!(t.redis(ask), after, "{edit}\n{}", t.screen());
    }
}

#[test]
fn what_the_user_may_not_is_said_in_words() {
    let server = stocked("SET k old");
    server.user("ada", "~* +@read +hello +info");
    let target = server.target_as("ada");
    let mut t = Drive::open(server, |how| how.target = target);
    t.go("k");
    for (keys, command) in [
        ("t '90s' ctrl-s", "+expire"),
        ("D ctrl-u 'x' ctrl-s", "+copy"),
        ("r ctrl-u 'x' ctrl-s", "+renamenx"),
    ] {
        t.press(keys);
        t.sees(command);
        t.sees(command);
        t.press("esc");
    }
    assert_eq!(t.redis("KEYS *"), "k");
    assert_eq!(t.redis("TTL k"), "-1");
}

#[test]
fn a_write_whose_connection_dies_is_unknown_and_not_sent_again() {
    let mut t = Drive::with("SET n 5");
    t.go("n");
    t.press("i");
    t.redis("CLIENT PAUSE 60000 WRITE");
    t.send("ctrl-s");
    t.server_hears("incr");
    t.server.restart();
    t.sees("unknown whether it was written");
    t.sees("redis 7");
    t.rest();
    assert_eq!(t.redis("EXISTS n"), "0");
    assert!(!t.redis("INFO commandstats").contains("cmdstat_incr"));
}

#[test]
fn a_draft_whose_save_is_unknown_stays_and_can_be_saved_again() {
    let mut t = Drive::with("SET k old");
    t.go("k");
    t.press("e 'er'");
    t.redis("SAVE");
    t.redis("CLIENT PAUSE 60000 WRITE");
    t.send("ctrl-s");
    t.server_hears("set");
    t.server.restart();
    t.sees("unknown whether it was written");
    t.sees("older");
    // The answer comes before the news that the line broke: that has come once there is a new one.
    t.until_redis("CLIENT LIST", "name=keygrove");
    t.press("left");
    t.loses("not connected");
    t.rest();
    assert_eq!(t.redis("GET k"), "old");
    t.press("ctrl-s");
    assert_eq!(t.redis("GET k"), "older", "{}", t.screen());
}

#[test]
fn pressing_twice_writes_once() {
    let mut t = Drive::with("SET k 5\nRPUSH l a");
    t.go("k");
    t.press("i");
    t.send("ctrl-s ctrl-s enter");
    t.rest();
    assert_eq!(t.redis("GET k"), "6");
    t.go("l");
    t.press("a tab 'x'");
    t.send("enter enter");
    t.rest();
    assert_eq!(t.redis("LRANGE l 0 -1"), "x a");
}

#[test]
fn quitting_asks_when_something_is_not_saved() {
    let mut t = Drive::with("SET k old");
    t.go("k");
    t.press("e 'x' ctrl-c");
    t.sees("Quit? What you typed is not saved.");
    t.press("n");
    t.sees("oldx");
    t.press("ctrl-c");
    t.send("y");
    assert_eq!(t.ends(), End::Quit);
    assert_eq!(t.redis("GET k"), "old");
}

/// Opened at `k`, what is typed, and whether it is lost by one key.
#[test]
fn a_form_that_holds_much_is_not_left_unasked() {
    let long = "x".repeat(61);
    for (stock, open, typed, asks) in [
        ("HSET k f old", "a", "'some' tab 'thing'".to_owned(), false),
        ("HSET k f old", "a", format!("'f' tab '{long}'"), true),
        ("SADD k m", "a", "'one\ntwo'".to_owned(), true),
        ("SADD k m", "a", "'one'".to_owned(), false),
        ("HSET k f \"a\\nb\"", "e", String::new(), false),
        ("HSET k f \"a\\nb\"", "e", "'c'".to_owned(), true),
    ] {
        let mut t = super::at_k(stock);
        t.press(open);
        let form = if open == "a" { "Add" } else { "Edit · k" };
        t.press(&typed);
        t.sees(form);
        t.press("esc");
        if asks {
            t.sees("Leave the form? What you typed is lost.");
            t.press("n");
            t.sees(form);
            t.press("ctrl-c");
            t.sees("Quit? What you typed is not saved.");
            t.press("n esc y");
        }
        t.never_sees("What you typed");
        t.never_sees(form);
    }
}

#[test]
fn a_question_about_a_form_ends_when_it_is_saved() {
    let mut t = super::at_k("HSET k f old");
    t.press("a 'g' tab");
    t.type_text(&"x".repeat(61));
    t.redis("CLIENT PAUSE 60000 WRITE");
    t.send("ctrl-s esc");
    t.sees("What you typed is lost");
    t.redis("CLIENT UNPAUSE");
    t.loses("What you typed is lost");
    t.sees("└ field added");
}

#[test]
fn a_question_about_a_draft_ends_when_the_draft_is_saved() {
    let mut t = super::at_k("SET k old");
    t.press("e 'er'");
    t.redis("CLIENT PAUSE 60000 WRITE");
    t.send("ctrl-s esc");
    t.sees("What you typed is lost");
    t.redis("CLIENT UNPAUSE");
    t.loses("What you typed is lost");
    t.sees("└ saved");
    assert_eq!(t.redis("GET k"), "older");
}

#[test]
fn what_is_big_is_not_deleted_by_del_without_being_asked_about() {
    let stock = "EVAL \"for i=1,120000 do redis.call('SADD', 'big', 'a member of this set '..i) end\" 0\nSET small v\nSET other v";
    let server = stocked(stock);
    server.user("slow", "~* +@all -unlink");
    let target = server.target_as("slow");
    let mut t = Drive::open(server, |how| how.target = target);
    t.go("small");
    t.press("d y");
    assert_eq!(t.redis("EXISTS small"), "0");
    t.press("6");
    t.sees("DEL small");
    t.press("1");
    t.go("big");
    t.press("esc d");
    t.sees("UNLINK big");
    t.press("y");
    t.sees("UNLINK is refused, and DEL would hold up the server for");
    t.sees("DEL big");
    t.press("n");
    assert_eq!(t.redis("EXISTS big"), "1");
    t.press("d y");
    t.sees("Delete what is too big all the same?");
    t.press("y");
    t.sees("1 key deleted");
    assert_eq!(t.redis("EXISTS big"), "0");
    // Small ones of a lot go, the big one stays until it is asked about.
    t.redis(
        "EVAL \"for i=1,120000 do redis.call('SADD', 'big', 'a member of this set '..i) end\" 0",
    );
    t.press("ctrl-r g space j space d y");
    t.sees("1 key deleted");
    t.sees("DEL big");
    assert_eq!(t.redis("EXISTS big other"), "1");
}

#[test]
fn what_is_big_is_not_copied_without_being_asked_about() {
    let stock =
        "EVAL \"for i=1,150000 do redis.call('SADD', 'big', 'a member of this set '..i) end\" 0";
    let mut t = Drive::with(stock);
    t.go("big");
    t.press("D ctrl-u 'twin' ctrl-s");
    t.sees("Nobody is served while it is copied");
    t.press("n");
    assert_eq!(t.redis("EXISTS twin"), "0");
    t.press("ctrl-s y");
    assert_eq!(t.redis("EXISTS twin"), "1");
}
