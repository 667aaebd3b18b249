//! Somebody else writes between opening and saving: nothing is lost, and the person decides.
use super::at_k;
use crate::Drive;

/// What is on the server, what is pressed to edit, what somebody else does before it is saved, a command, what it
/// answers after "write mine", and after "take theirs".
type Clash = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const CLASHES: &[Clash] = &[
    (
        "SET k old",
        "e backspace 'b'",
        "SET k theirs KEEPTTL",
        "GET k",
        "olb",
        "theirs",
    ),
    (
        "HSET k f old",
        "e ctrl-u 'mine'",
        "HSET k f theirs",
        "HGET k f",
        "mine",
        "theirs",
    ),
    (
        "RPUSH k a b",
        "j e ctrl-u 'mine'",
        "LSET k 1 theirs",
        "LRANGE k 0 -1",
        "a mine",
        "a theirs",
    ),
    (
        "ZADD k 1 a",
        "e ctrl-u '7'",
        "ZADD k 5 a",
        "ZSCORE k a",
        "7",
        "5",
    ),
];

#[test]
fn both_versions_are_shown_and_the_choice_does_what_it_says() {
    for &(stock, edit, theirs, ask, mine_answer, theirs_answer) in CLASHES {
        for (choice, answer) in [("m", mine_answer), ("t", theirs_answer)] {
            let mut t = at_k(stock);
            t.press(edit);
            t.redis(theirs);
            let expires = t.expires("k");
            t.press("ctrl-s");
            assert_eq!(
                t.redis(ask),
                theirs_answer,
                "{stock}: nothing is written yet"
            );
            t.sees("Changed meanwhile · k");
            t.sees("write mine");
            t.sees(theirs_answer.split(' ').next_back().unwrap());
            t.sees(mine_answer.split(' ').next_back().unwrap());
            t.press(choice);
            assert_eq!(t.redis(ask), answer, "{stock} {choice}\n{}", t.screen());
            assert_eq!(t.expires("k"), expires, "{stock} {choice}");
            t.never_sees("Changed meanwhile");
            // Everything is done: no draft is left that could be saved by chance.
            t.press("ctrl-s");
            assert_eq!(t.redis(ask), answer);
        }
    }
}

#[test]
fn esc_goes_back_to_what_was_typed() {
    let mut t = at_k("SET k old");
    t.press("e ctrl-end 'er'");
    t.redis("SET k theirs");
    t.press("ctrl-s esc");
    t.never_sees("Changed meanwhile");
    t.sees("older");
    // The draft still knows what it began with, so it clashes again.
    t.press("ctrl-end '!' ctrl-s");
    t.sees("Changed meanwhile · k");
    t.sees("older!");
    t.press("m");
    assert_eq!(t.redis("GET k"), "older!");
}

#[test]
fn a_form_keeps_what_was_typed_through_a_conflict() {
    let mut t = at_k("HSET k f old");
    t.press("e ctrl-u 'mine'");
    t.redis("HSET k f theirs");
    t.press("ctrl-s esc");
    t.sees("mine");
    assert_eq!(t.redis("HGET k f"), "theirs");
    t.press("ctrl-s m");
    assert_eq!(t.redis("HGET k f"), "mine");
    t.never_sees("Edit · k");
}

#[test]
fn a_third_version_between_the_conflict_and_the_choice_is_a_conflict_again() {
    let mut t = at_k("SET k old");
    t.press("e ctrl-u 'mine'");
    t.redis("SET k second");
    t.press("ctrl-s");
    t.sees("second");
    t.redis("SET k third");
    t.press("m");
    assert_eq!(t.redis("GET k"), "third");
    t.sees("Changed meanwhile · k");
    t.sees("third");
    t.press("m");
    assert_eq!(t.redis("GET k"), "mine");
}

#[test]
fn a_value_that_became_something_else_is_never_written_over() {
    for (theirs, says, answer) in [
        (["DEL k", "PING"], "it is gone", "none"),
        (["DEL k", "RPUSH k x"], "the key holds a list now", "list"),
    ] {
        let mut t = at_k("SET k old");
        t.press("e ctrl-end 'er'");
        for command in theirs {
            t.redis(command);
        }
        t.press("ctrl-s");
        t.sees(says);
        t.never_sees("write mine");
        t.press("m");
        t.sees("there is nothing to write over");
        assert_eq!(t.redis("TYPE k"), answer);
        t.press("esc");
        t.sees("older");
    }
}

/// An element is known by its index only: where the list moved, what stands there now may be another one.
#[test]
fn a_list_that_moved_is_said_to_have_moved() {
    let moved = "what you edited is perhaps no longer at index 1";
    for (theirs, said) in [
        ("LPUSH k zero", Some("the list grew from 3 to 4 elements")),
        ("LPOP k", Some("the list shrank from 3 to 2 elements")),
        ("LSET k 1 theirs", None),
    ] {
        let mut t = at_k("RPUSH k a b c");
        t.press("j e ctrl-u 'mine'");
        t.redis(theirs);
        t.press("ctrl-s");
        t.sees("Changed meanwhile · k");
        match said {
            Some(said) => t.sees(&format!("{said}: {moved}")),
            None => t.never_sees("the list"),
        }
    }
    let mut t = at_k("RPUSH k a b c");
    t.press("j j e ctrl-u 'mine'");
    t.redis("RPOP k");
    t.press("ctrl-s");
    t.sees("it is gone: the list is shorter now");
    t.never_sees("expired");
}

/// An edit whose row is changed by somebody else, when there is no version of theirs to show: it says why and reads again.
#[test]
fn other_guarded_edits_say_why_not_and_read_again() {
    for (stock, edit, theirs, ask, answer, why) in [
        (
            "RPUSH k a b",
            "d",
            "LSET k 0 z",
            "LRANGE k 0 -1",
            "z b",
            "at its place stands “z” now",
        ),
        (
            "HSET k f v",
            "r ctrl-u 'g'",
            "HSET k f w",
            "HGETALL k",
            "f w",
            "the field holds “w” now",
        ),
        (
            "HSET k f v",
            "r ctrl-u 'g'",
            "HSET k f longer",
            "HGETALL k",
            "f longer",
            "the value of the field changed meanwhile",
        ),
        (
            "HSET k f v",
            "r ctrl-u 'g'",
            "HSET k g w",
            "HGETALL k",
            "f v g w",
            "a field of this name exists already",
        ),
        (
            "HSET k f 1 g w",
            "i",
            "HDEL k f",
            "HGETALL k",
            "g w",
            "the field is gone",
        ),
        (
            "SADD k a",
            "e ctrl-u 'b'",
            "SADD k b",
            "SCARD k",
            "2",
            "this is a member already",
        ),
    ] {
        let mut t = at_k(stock);
        t.press(edit);
        t.redis(theirs);
        t.press(if edit == "d" { "y" } else { "ctrl-s" });
        assert_eq!(t.redis(ask), answer, "{edit}");
        t.sees("nothing was written: ");
        t.sees(why);
    }
}

#[test]
fn edits_that_are_right_whatever_somebody_else_wrote_are_done() {
    for (stock, edit, theirs, save, ask, answer) in [
        ("SET k 5", "i", "SET k 100", "ctrl-s", "GET k", "101"),
        ("SET k 5", "0", "SET k 100", "y", "GET k", "0"),
        (
            "HSET k n 5",
            "i",
            "HSET k n 100",
            "ctrl-s",
            "HGET k n",
            "101",
        ),
        (
            "ZADD k 5 a",
            "i",
            "ZADD k 100 a",
            "ctrl-s",
            "ZSCORE k a",
            "101",
        ),
        (
            "ZADD k 5 a",
            "d",
            "ZADD k 100 a 1 b",
            "y",
            "ZRANGE k 0 -1",
            "b",
        ),
        (
            "RPUSH k a",
            "a t tab 'x'",
            "RPUSH k b",
            "ctrl-s",
            "LRANGE k 0 -1",
            "a b x",
        ),
        ("SADD k a", "a 'x'", "SADD k b", "ctrl-s", "SCARD k", "3"),
        (
            "HSET k f v",
            "a 'g' tab 'v'",
            "HSET k f w",
            "ctrl-s",
            "HGETALL k",
            "f w g v",
        ),
    ] {
        let mut t = at_k(stock);
        t.press(edit);
        t.redis(theirs);
        t.press(save);
        assert_eq!(t.redis(ask), answer, "{stock}");
    }
}

#[test]
fn edits_of_what_is_gone_create_nothing() {
    for (stock, edit, says) in [
        ("SET k 5", "i ctrl-s", "gone"),
        ("HSET k n 5", "i ctrl-s", "the hash is gone: it expired"),
        (
            "HSET k n 5",
            "a 'g' tab 'v' ctrl-s",
            "the hash is gone: it expired",
        ),
        ("RPUSH k a", "a tab 'x' ctrl-s", "the list is gone"),
        ("SADD k a", "a 'x' ctrl-s", "the set is gone: it expired"),
        ("ZADD k 5 a", "i ctrl-s", "the member is gone"),
        (
            "ZADD k 5 a",
            "a '1' tab 'b' ctrl-s",
            "the zset is gone: it expired",
        ),
        ("ZADD k 5 a", "d y", "gone"),
        ("RPUSH k a", "x ctrl-s y", "the list is empty"),
        ("SET k 5", "t '90s' ctrl-s", "gone"),
    ] {
        let mut t = at_k(stock);
        t.redis("DEL k");
        t.press(edit);
        assert_eq!(t.redis("EXISTS k"), "0", "{edit}");
        assert!(t.screen().contains(says), "{edit}: {says}\n{}", t.screen());
    }
}

#[test]
fn a_row_that_went_is_not_written_back_by_chance() {
    for (stock, edit, theirs, ask, answer) in [
        (
            "HSET k f old g x",
            "e ctrl-u 'mine'",
            "HDEL k f",
            "HGETALL k",
            "g x",
        ),
        (
            "RPUSH k a b",
            "j e ctrl-u 'mine'",
            "RPOP k",
            "LRANGE k 0 -1",
            "a",
        ),
        (
            "ZADD k 1 a 2 b",
            "e ctrl-u '7'",
            "ZREM k a",
            "ZRANGE k 0 -1",
            "b",
        ),
        (
            "SADD k a",
            "e ctrl-u 'mine'",
            "SMOVE k other a",
            "EXISTS k",
            "0",
        ),
    ] {
        let mut t = at_k(stock);
        t.press(edit);
        t.redis(theirs);
        t.press("ctrl-s");
        t.sees("it is gone");
        t.press("m");
        assert_eq!(t.redis(ask), answer, "{stock}");
        t.press("t");
        t.never_sees("it is gone:");
        assert_eq!(t.redis(ask), answer, "{stock}");
    }
}

#[test]
fn a_draft_outlives_its_key() {
    let mut t = Drive::with("SET k old");
    t.go("k");
    t.press("e ctrl-end 'er'");
    t.redis("DEL k");
    t.press("ctrl-s");
    t.sees("it is gone");
    t.press("esc");
    t.sees("older");
    t.press("esc");
    t.sees("What you typed is lost");
    t.press("n");
    t.sees("older");
    t.press("esc y");
    t.never_sees("older");
    assert_eq!(t.redis("EXISTS k"), "0");
}

#[test]
fn what_stands_below_a_refused_form_is_what_the_server_has() {
    let mut t = at_k("RPUSH k a b");
    t.press("e ctrl-u 'mine'");
    t.redis("LPUSH k zero");
    t.press("ctrl-s esc esc");
    assert_eq!(t.value()[1..4], ["zero", "a", "b"], "{}", t.screen());
    let mut t = at_k("ZADD k 1 a");
    t.press("i");
    t.redis("DEL k");
    t.redis("SET k text");
    t.press("ctrl-s");
    t.sees("the key holds another type now");
    t.press("esc");
    t.sees("k ─ string");
}
