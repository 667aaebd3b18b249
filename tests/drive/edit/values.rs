//! Every edit of every type: what is pressed, and what the server holds then.
use super::{at_k, each_is_done, each_is_refused};

#[test]
fn strings() {
    each_is_done(&[
        ("SET k old", "e 'er' ctrl-s", "GET k", "older"),
        (
            "SET k one",
            "e ctrl-end enter 'two' ctrl-s",
            "GET k",
            "one\\ntwo",
        ),
        ("SET k \"one\\n\"", "e 'x' ctrl-s", "GET k", "xone\\n"),
        ("SET k \"\"", "e 'x' ctrl-s", "GET k", "x"),
        ("SET k x", "e backspace ctrl-s", "STRLEN k", "0"),
        (
            "SET k \"\\xff\\x00\"",
            "e ' 61' ctrl-s",
            "GET k",
            "\\xff\\x00a",
        ),
        ("SET k \"a\\\\b\"", "e 'x' ctrl-s", "GET k", "a\\\\bx"),
        ("SET k 41", "i ctrl-s", "GET k", "42"),
        ("SET k 41", "i ctrl-u '-42' ctrl-s", "GET k", "-1"),
        (
            "SET k 9223372036854775806",
            "i ctrl-s",
            "GET k",
            "9223372036854775807",
        ),
        ("SET k 41", "i ctrl-u '0.5' ctrl-s", "GET k", "41.5"),
        ("SET k 1.5", "i ctrl-u '0.25' ctrl-s", "GET k", "1.75"),
        ("SET k 41", "0 y", "GET k", "0"),
        ("SET k x", "d y", "EXISTS k", "0"),
        ("SET k x", "d n", "GET k", "x"),
    ]);
    each_is_refused(&[
        ("SET k x", "i", "this is not a number"),
        ("SET k x", "0", "this is not a counter"),
        ("SET k 1", "i ctrl-u 'abc' ctrl-s", "type a number such as"),
        ("SET k 1", "i ctrl-u '0' ctrl-s", "0 changes nothing"),
        ("SET k 9223372036854775807", "i ctrl-s", "overflow"),
        ("SET k x", "e ctrl-s", "unchanged: there is nothing to save"),
        ("SET k x", "a", "a string has nothing of the kind"),
        ("SET k x", "x", "a string has nothing of the kind"),
        ("SET k x", "m", "a string has no members"),
    ]);
}

#[test]
fn json_keeps_every_digit() {
    each_is_done(&[(
        r#"SET k '{"a":1.10,"big":12345678901234567890123,"e":1E5}'"#,
        "e end left '5' ctrl-s",
        "GET k",
        r#"{"a":1.10,"big":12345678901234567890123,"e":1E55}"#,
    )]);
}

#[test]
fn hashes() {
    each_is_done(&[
        ("HSET k f old", "e ctrl-u 'new' ctrl-s", "HGET k f", "new"),
        (
            "HSET k f 1 g 2",
            "j e ctrl-u 'x' enter",
            "HGETALL k",
            "f 1 g x",
        ),
        ("HSET k f old", "e ctrl-u ctrl-s", "HGET k f", ""),
        (
            "HSET k f \"a\\nb\"",
            "e ctrl-end 'c' ctrl-s",
            "HGET k f",
            "a\\nbc",
        ),
        (
            "HSET k f \"\\xff\\x00\"",
            "e end '1' ctrl-s",
            "HGET k f",
            "\\xff\\x001",
        ),
        (
            "HSET k f old",
            "e ctrl-u '\\xfe' ctrl-s",
            "HGET k f",
            "\\xfe",
        ),
        (
            "HSET k \"\\xff\" old",
            "e ctrl-u 'x' ctrl-s",
            "HGETALL k",
            "\\xff x",
        ),
        ("HSET k f v", "a 'g' tab 'w' ctrl-s", "HGETALL k", "f v g w"),
        ("HSET k f v", "r ctrl-u 'g' ctrl-s", "HGETALL k", "g v"),
        ("HSET k f 5", "i ctrl-s", "HGET k f", "6"),
        ("HSET k f 5", "i ctrl-u '-10' ctrl-s", "HGET k f", "-5"),
        ("HSET k f 1.5", "i ctrl-u '0.25' ctrl-s", "HGET k f", "1.75"),
        ("HSET k f 1 g 2", "d y", "HGETALL k", "g 2"),
        ("HSET k f 1 g 2", "d n", "HGETALL k", "f 1 g 2"),
        ("HSET k f 1", "d y", "EXISTS k", "0"),
    ]);
    each_is_refused(&[
        (
            "HSET k f v",
            "a 'f' tab 'w' ctrl-s",
            "this field exists already",
        ),
        (
            "HSET k f v g w",
            "r ctrl-u 'g' ctrl-s",
            "a field of this name exists already",
        ),
        ("HSET k f v", "r ctrl-s", "unchanged"),
        ("HSET k f v", "e ctrl-s", "unchanged"),
        ("HSET k f v", "e ctrl-u '\\x' ctrl-s", "escape"),
        ("HSET k f v", "i", "this is not a number"),
        ("HSET k f v", "x", "a hash has nothing of the kind"),
    ]);
}

#[test]
fn lists() {
    each_is_done(&[
        ("RPUSH k a b", "a tab 'x' ctrl-s", "LRANGE k 0 -1", "x a b"),
        (
            "RPUSH k a b",
            "a t tab 'x' ctrl-s",
            "LRANGE k 0 -1",
            "a b x",
        ),
        (
            "RPUSH k a b",
            "a right enter 'x' enter",
            "LRANGE k 0 -1",
            "a b x",
        ),
        ("RPUSH k a b", "x ctrl-s y", "LRANGE k 0 -1", "b"),
        ("RPUSH k a b", "x t ctrl-s y", "LRANGE k 0 -1", "a"),
        ("RPUSH k a b", "x ctrl-s n esc", "LRANGE k 0 -1", "a b"),
        ("RPUSH k a", "x ctrl-s y", "EXISTS k", "0"),
        (
            "RPUSH k a b",
            "j e ctrl-u 'B' ctrl-s",
            "LRANGE k 0 -1",
            "a B",
        ),
        ("RPUSH k a b a c", "j j d y", "LRANGE k 0 -1", "a b c"),
        ("RPUSH k a b a c", "X ctrl-s y", "LRANGE k 0 -1", "b c"),
        (
            "RPUSH k a b a c",
            "X tab ctrl-u '1' ctrl-s y",
            "LRANGE k 0 -1",
            "b a c",
        ),
        (
            "RPUSH k a b a c",
            "X tab ctrl-u '-1' ctrl-s y",
            "LRANGE k 0 -1",
            "a b c",
        ),
        (
            "RPUSH k a b",
            "X ctrl-u '\\xff' ctrl-s y",
            "LRANGE k 0 -1",
            "a b",
        ),
    ]);
    each_is_refused(&[
        ("RPUSH k a b", "X ctrl-u 'z' ctrl-s y", "no such element"),
        ("RPUSH k a b", "X tab ctrl-u 'z' ctrl-s", "type how many"),
        ("RPUSH k a b", "i", "this is not a number"),
        ("RPUSH k a b", "m", "a list has no members"),
        ("RPUSH k a b", "o", "a list has one order only"),
    ]);
}

#[test]
fn sets() {
    each_is_done(&[
        ("SADD k a", "a 'x\ny' ctrl-s", "SMISMEMBER k a x y", "1 1 1"),
        ("SADD k a", "a 'x\n\n' ctrl-s", "SCARD k", "2"),
        ("SADD k a", "a '\\xff' ctrl-s", "SISMEMBER k \"\\xff\"", "1"),
        ("SADD k a", "e ctrl-u 'z' ctrl-s", "SMEMBERS k", "z"),
        ("SADD k a b", "g d y", "SCARD k", "1"),
        ("SADD k a", "d y", "EXISTS k", "0"),
        ("SADD k a", "d n", "SCARD k", "1"),
    ]);
    each_is_refused(&[
        (
            "SADD k a",
            "a 'a' ctrl-s",
            "all of them are members already",
        ),
        ("SADD k a", "a ctrl-s", "type at least one member"),
        ("SADD k a", "e ctrl-s", "unchanged"),
        (
            "SADD k 1 2",
            "e ctrl-u '2' ctrl-s",
            "this is a member already",
        ),
        ("SADD k a", "i", "this is not a number"),
    ]);
}

#[test]
fn sorted_sets() {
    each_is_done(&[
        ("ZADD k 1 a", "a '5' tab 'm' ctrl-s", "ZSCORE k m", "5"),
        (
            "ZADD k 1 a",
            "a '-inf' tab 'm' ctrl-s",
            "ZRANGE k 0 -1",
            "m a",
        ),
        (
            "ZADD k 1 a 2 b",
            "j e ctrl-u '0.5' ctrl-s",
            "ZRANGE k 0 -1 WITHSCORES",
            "b 0.5 a 1",
        ),
        ("ZADD k 1 a", "i ctrl-s", "ZSCORE k a", "2"),
        (
            "ZADD k 1 a",
            "i ctrl-u '-0.25' ctrl-s",
            "ZSCORE k a",
            "0.75",
        ),
        ("ZADD k 1 a 2 b", "d y", "ZRANGE k 0 -1", "b"),
        ("ZADD k 1 a 2 b", "o d y", "ZRANGE k 0 -1", "a"),
        ("ZADD k 1 a", "d n", "ZRANGE k 0 -1", "a"),
    ]);
    each_is_refused(&[
        (
            "ZADD k 1 a",
            "a '5' tab 'a' ctrl-s",
            "this member exists already",
        ),
        ("ZADD k 1 a", "a 'x' tab 'm' ctrl-s", "type a score"),
        ("ZADD k 1 a", "a 'nan' tab 'm' ctrl-s", "type a score"),
        ("ZADD k 1 a", "e ctrl-s", "unchanged"),
        ("ZADD k 1 a", "e ctrl-u '1.0' ctrl-s", "unchanged"),
        ("ZADD k 1 a", "i ctrl-u 'x' ctrl-s", "type a number"),
    ]);
}

#[test]
fn a_no_to_a_pop_leaves_no_form_behind() {
    let mut t = super::at_k("RPUSH k a b");
    t.press("x enter");
    t.sees("LPOP k");
    t.press("n");
    t.never_sees("Side");
    assert_eq!(t.redis("LLEN k"), "2");
}

#[test]
fn what_went_with_its_last_part_is_not_said_to_have_expired() {
    for (stock, keys, done) in [
        ("HSET k f v", "d y", "field deleted"),
        ("RPUSH k e", "x ctrl-s y", "popped"),
        ("SADD k m", "d y", "removed"),
        ("ZADD k 1 m", "d y", "removed"),
    ] {
        let mut t = at_k(stock);
        t.press(keys);
        t.sees(&format!("{done}; that was the last, and k is gone with it"));
        // What goes by itself later is told as ever.
        t.press("u");
        t.sees("k ─ ");
        t.press("enter");
        t.redis("DEL k");
        t.press("ctrl-r");
        t.sees("k is gone: it expired or was deleted");
    }
}

#[test]
fn a_form_says_which_row_it_is_about() {
    for (stock, keys, title) in [
        ("HSET k f 1", "e", "Edit · k · f"),
        ("HSET k f 1", "i", "Increment · k · f"),
        ("HSET k f 1", "d", "Remove · k · f ?"),
        ("RPUSH k a b", "j e", "Edit · k · index 1"),
        ("ZADD k 1 m", "e", "Score · k · m"),
        ("HSET k f 1", "a", "Add field · k "),
    ] {
        let mut t = at_k(stock);
        t.press(keys);
        t.sees(title);
    }
}

#[test]
fn what_goes_from_a_list_is_named_before_it_goes() {
    for (stock, keys, question) in [
        ("RPUSH k a b", "j d", "Remove · k · index 1 · b ?"),
        ("RPUSH k \"\\x1b\\t\"", "d", "index 0 · \\x1b\\t ?"),
        ("RPUSH k \"\"", "d", "Remove · k · index 0 · (empty) ?"),
        (
            "RPUSH k a b",
            "X ctrl-u 'b' ctrl-s",
            "Remove by value · k · b ?",
        ),
    ] {
        let mut t = at_k(stock);
        t.press(keys);
        t.sees(question);
    }
    let mut t = at_k(&format!("RPUSH k {}", "long".repeat(100)));
    t.press("d");
    t.sees(&format!("index 0 · {}… ?", "long".repeat(10)));
}

#[test]
fn json_is_not_broken_by_chance() {
    // A string is warned of in its editor, once.
    let json = r#"'{"a":1}'"#;
    let mut t = at_k(&format!("SET k {json}"));
    t.press("e ctrl-end backspace ctrl-s");
    t.sees("this is not valid JSON: ");
    t.sees("ctrl-s again saves it as it is");
    assert_eq!(t.redis("GET k"), r#"{"a":1}"#);
    t.press("ctrl-s");
    assert_eq!(t.redis("GET k"), r#"{"a":1"#);
    // What was broken before is nobody's doing now.
    t.press("e ctrl-end '2' ctrl-s");
    assert_eq!(t.redis("GET k"), r#"{"a":12"#);
    for (stock, ask) in [("HSET k f", "HGET k f"), ("RPUSH k", "LINDEX k 0")] {
        let mut t = at_k(&format!("{stock} {json}"));
        t.press("e end backspace ctrl-s");
        t.sees("this is not valid JSON: ");
        t.press("n");
        assert_eq!(t.redis(ask), r#"{"a":1}"#);
        t.press("'}' ctrl-s");
        t.sees("unchanged");
        t.press("backspace ctrl-s y");
        assert_eq!(t.redis(ask), r#"{"a":1"#);
        t.press("e end '2' ctrl-s");
        assert_eq!(t.redis(ask), r#"{"a":12"#);
    }
    // What comes from outside is asked about as well.
    let mut t = at_k(&format!("HSET k f {json}"));
    t.editor_saves("[");
    t.press("E");
    t.sees("this is not valid JSON: ");
    assert_eq!(t.redis("HGET k f"), r#"{"a":1}"#);
    t.press("y");
    assert_eq!(t.redis("HGET k f"), "[");
}

#[test]
fn forms_say_what_enter_does_and_what_no_count_means() {
    let mut t = at_k("SADD k a");
    t.press("a");
    t.sees("enter new line");
    let mut t = at_k("RPUSH k a b");
    t.press("X");
    t.sees("enter next or done");
    t.sees("Count (0: all)");
    t.press("tab");
    t.sees("2: the first two; -2: the last two");
}
