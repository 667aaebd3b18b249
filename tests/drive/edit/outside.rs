//! `$EDITOR`, pasting, and other ways to write than typing into a form.
use super::at_k;
use crate::Drive;

#[test]
fn the_editor_outside_gets_the_value_and_what_it_saves_is_written() {
    for (stock, keys, given, ending, saves, ask, answer) in [
        (
            "SET k old",
            "E",
            "old",
            "txt",
            "new\nlines",
            "GET k",
            "new\\nlines",
        ),
        (
            "SET k '{\"a\":1}'",
            "E",
            "{\"a\":1}",
            "json",
            "{\"a\":2}",
            "GET k",
            "{\"a\":2}",
        ),
        ("HSET k f old", "E", "old", "txt", "new", "HGET k f", "new"),
        (
            "RPUSH k a b",
            "j E",
            "b",
            "txt",
            "B",
            "LRANGE k 0 -1",
            "a B",
        ),
        ("SADD k old", "E", "old", "txt", "new", "SMEMBERS k", "new"),
        ("ZADD k 1 a", "E", "1", "txt", "2.5", "ZSCORE k a", "2.5"),
        (
            "SET k old",
            "e 'er' ctrl-e",
            "older",
            "txt",
            "oldest",
            "GET k",
            "oldest",
        ),
    ] {
        let mut t = at_k(stock);
        let expires = t.expires("k");
        t.editor_saves(saves);
        t.press(keys);
        assert_eq!(t.draft(), (given.into(), ending), "{stock}");
        assert_eq!(t.redis(ask), answer, "{stock}\n{}", t.screen());
        assert_eq!(t.expires("k"), expires, "{stock}");
    }
}

#[test]
fn an_editor_that_changes_nothing_or_fails_writes_nothing() {
    for stock in ["SET k old", "HSET k f old"] {
        let mut t = at_k(stock);
        let before = t.redis("DUMP k");
        t.press("E");
        t.sees("nothing was changed");
        t.editor_fails("vi ended with exit status: 1: nothing was saved");
        t.press("E");
        t.sees("vi ended with exit status: 1");
        assert_eq!(t.redis("DUMP k"), before);
        assert!(!t.redis("INFO commandstats").contains("cmdstat_multi"));
    }
}

#[test]
fn what_comes_from_outside_can_clash_too() {
    let mut t = at_k("SET k old");
    t.redis("SET k theirs");
    t.editor_saves("mine");
    t.press("E");
    t.sees("Changed meanwhile · k");
    assert_eq!(t.redis("GET k"), "theirs");
    t.press("esc");
    t.sees("mine");
    t.press("ctrl-s m");
    assert_eq!(t.redis("GET k"), "mine");
}

#[test]
fn pasted_text_is_text_and_never_a_command() {
    let mut t = at_k("SET k old");
    // Where nothing can be typed, a paste presses no keys.
    t.paste("dyq\n");
    t.press("esc");
    t.paste("dy\u{3}q");
    assert_eq!(t.redis("GET k"), "old");
    t.press("enter e");
    t.paste("\r\npasted\ttext");
    t.press("ctrl-s");
    assert_eq!(t.redis("GET k"), "old\\npasted\\ttext");
    t.press("t");
    t.paste("90s\n");
    t.press("ctrl-s");
    assert!(t.redis("TTL k").parse::<u64>().unwrap() > 80);
}

#[test]
fn the_tree_edits_without_opening_first() {
    let mut t = Drive::with("HSET b f v\nSET c old");
    t.press("j e");
    t.sees("editing text");
    t.press("'er' ctrl-s");
    assert_eq!(t.redis("GET c"), "older");
    t.press("esc k e");
    t.sees("Edit · b");
    t.press("'w' ctrl-s");
    assert_eq!(t.redis("HGET b f"), "w");
}

#[test]
fn a_deletion_of_many_keys_can_be_stopped() {
    let mut t = Drive::with(
        "EVAL \"for i=1,200000 do redis.call('SET', 'k:'..i, i) end\" 0
         SET keep x",
    );
    t.press("d");
    t.sees("Delete these 200,000 keys");
    t.send("y esc");
    t.sees("stopped:");
    t.rest();
    // What was on its way is over when the next write is.
    t.press("n ctrl-u 'next' tab tab 'v' ctrl-s");
    let left: u64 = t.redis("DBSIZE").parse().unwrap();
    assert!(left > 2, "{left}");
    assert_eq!(t.redis("EXISTS keep next"), "2");
}

/// What is on the server, where the cursor goes, what `$EDITOR` saves, what somebody else does meanwhile, a command, and
/// what it answers then, and after "write mine".
const ELEMENTS: &[[&str; 7]] = &[
    [
        "HSET k f old",
        "E",
        "mine",
        "HSET k f theirs",
        "HGET k f",
        "theirs",
        "mine",
    ],
    [
        "RPUSH k a b",
        "j E",
        "two\nlines",
        "LSET k 1 theirs",
        "LINDEX k 1",
        "theirs",
        "two\\nlines",
    ],
    ["ZADD k 1 a", "E", "7", "ZADD k 5 a", "ZSCORE k a", "5", "7"],
];

#[test]
fn an_element_from_outside_stands_in_its_form_until_it_is_saved() {
    for &[stock, keys, saves, meanwhile, ask, theirs, mine] in ELEMENTS {
        let mut t = at_k(stock);
        t.redis(meanwhile);
        t.editor_saves(saves);
        t.press(keys);
        t.sees("Changed meanwhile · k");
        t.press("esc");
        t.never_sees("Changed meanwhile");
        t.sees("· k");
        t.sees(saves.split('\n').next().unwrap());
        assert_eq!(t.redis(ask), theirs, "{stock}");
        t.press("ctrl-s m");
        assert_eq!(t.redis(ask), mine, "{stock}\n{}", t.screen());
        t.never_sees("ctrl-s");
    }
}

#[test]
fn an_element_from_outside_outlives_a_server_that_refuses_it() {
    let mut t = at_k("HSET k f old");
    t.redis("CONFIG SET maxmemory 1");
    t.editor_saves("a long text, \nwritten in a while");
    t.press("E");
    t.sees("memory is full");
    t.sees("written in a while");
    t.press("esc");
    t.sees("What you typed is lost");
    t.press("n");
    t.redis("CONFIG SET maxmemory 0");
    t.press("ctrl-s");
    assert_eq!(t.redis("HGET k f"), "a long text, \\nwritten in a while");
}

#[test]
fn a_no_to_broken_json_from_outside_keeps_it_and_write_mine_does_not_ask_again() {
    let mut t = at_k("HSET k f '{\"a\":1}'");
    t.editor_saves("{\"a\":2");
    t.press("E");
    t.sees("Not JSON any more");
    t.press("n");
    t.sees("Edit · k · f");
    t.sees("{\"a\":2");
    t.redis("HSET k f '{\"a\":3}'");
    t.press("ctrl-s y");
    t.sees("Changed meanwhile · k");
    t.press("m");
    assert_eq!(t.redis("HGET k f"), "{\"a\":2", "{}", t.screen());
    t.never_sees("Not JSON any more");
}

/// Broken JSON of more lines than the editor here can draw.
fn long_and_broken() -> String {
    format!("[{}", "1,\n".repeat(70_000))
}

#[test]
fn a_text_from_outside_too_long_for_the_editor_here_is_kept_and_saved_from_it() {
    let mut t = at_k("SET k [1]");
    t.redis("SET k [2] KEEPTTL");
    let expires = t.expires("k");
    t.editor_saves(long_and_broken());
    t.press("E");
    t.sees("this is not valid JSON");
    t.sees("this text is too long to be edited here");
    assert_eq!(t.redis("GET k"), "[2]");
    t.press("'typed' enter ctrl-s");
    t.sees("Changed meanwhile · k");
    t.press("esc");
    t.sees("too long to be edited here");
    t.press("esc");
    t.sees("What you typed is lost");
    t.press("n");
    // It goes on from what was saved.
    t.press("ctrl-e");
    assert!(t.draft().0 == long_and_broken().as_bytes());
    t.sees("this is not valid JSON");
    t.press("ctrl-s");
    t.sees("Changed meanwhile · k");
    t.press("m");
    assert_eq!(
        t.redis("STRLEN k"),
        long_and_broken().len().to_string(),
        "{}",
        t.screen()
    );
    assert_eq!(t.expires("k"), expires);
    t.never_sees("too long");
}

#[test]
fn bytes_from_outside_that_are_no_text_are_kept_as_well() {
    let mut t = at_k("SET k old");
    t.redis("SET k theirs");
    t.editor_saves(b"caf\xe9");
    t.press("E");
    t.sees("Changed meanwhile · k");
    t.press("esc");
    t.sees("caf\\xe9");
    t.press("ctrl-s m");
    assert_eq!(t.redis("GET k"), "caf\\xe9");
}
