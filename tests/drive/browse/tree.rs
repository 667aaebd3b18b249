//! The key tree: rows, counts, names of any bytes, order, times to live.
use crate::Drive;
use crate::drive::stocked;

#[test]
fn folders_count_their_keys_and_open_row_by_row() {
    let mut t = Drive::with("MSET app:user:1 a app:user:2 b app:user:2:log c app:tmp:x d top e");
    t.sees("5 keys · complete");
    assert_eq!(t.tree(), ["▸ app 4", "  top string"]);
    t.press("l j j l");
    assert_eq!(
        t.tree(),
        [
            "▾ app 4",
            "  ▸ tmp 1",
            "  ▾ user 3",
            "    ▸ 2 1",
            "      1 string",
            "      2 string",
            "  top string"
        ]
    );
    // Left goes to the parent, and closes what is open.
    t.press("h h h");
    assert_eq!(t.tree(), ["▸ app 4", "  top string"]);
    t.press("enter enter");
    assert_eq!(t.tree().len(), 2);
}

#[test]
fn the_value_follows_the_cursor_and_enter_gives_it_the_focus() {
    let mut t = Drive::with("SET a 1\nHSET b f v\nSET dir:x 1");
    t.sees("open a key with enter");
    t.press("j");
    t.sees("a ─ string");
    t.press("j");
    t.sees("b ─ hash");
    // The focus is still on the tree: the filter is the tree's.
    t.press("/");
    t.sees("of 3 loaded");
    t.press("esc enter /");
    t.never_sees("loaded");
    t.press("esc esc /");
    t.sees("of 3 loaded");
    t.press("esc g");
    t.sees("open a key with enter");
}

#[test]
fn the_value_follows_where_the_cursor_comes_to_stand_by_itself() {
    let mut t = Drive::with("MSET a first b second");
    t.sees("first");
    t.press("d y");
    t.sees("second");
    // What one stands on is not lost by scanning again.
    t.redis("SET a third");
    t.press("ctrl-r");
    t.sees("2 keys · complete");
    assert_eq!(t.tree(), ["  a string", "  b string"]);
    t.sees("b ─ string");
    t.press("s 'a' ctrl-s");
    t.sees("third");
    t.press("esc");
    t.sees("second");
}

#[test]
fn a_name_can_be_a_key_and_a_folder_at_once() {
    let mut t = Drive::with("MSET user v user:1 w");
    assert_eq!(t.tree(), ["▸ user 1", "  user string"]);
    t.press("j enter");
    t.sees("user ─ string");
    t.press("esc k d");
    t.sees("UNLINK user:1");
    t.press("y");
    assert_eq!(t.tree(), ["  user string"]);
    assert_eq!(t.redis("KEYS *"), "user");
}

#[test]
fn empty_segments_stay() {
    let mut t = Drive::with("MSET a::b 1 :x 2 a: 3 \"\" 4");
    t.press("l j j l j l");
    assert_eq!(
        t.tree(),
        [
            "▾ (empty) 1",
            "    x string",
            "▾ a 2",
            "  ▾ (empty) 1",
            "      b string",
            "    (empty) string",
            "  (empty) string"
        ]
    );
    t.press("G");
    t.sees(" ─ string · 1 B");
    t.press("k enter");
    t.sees("a: ─ string");
    t.press("esc k enter");
    t.sees("a::b ─ string");
}

#[test]
fn names_of_any_bytes_are_escaped_and_can_be_opened() {
    let mut t = Drive::with(
        "SET \"\\x1b[31mred\" evil
         SET \"\\xff\\x00\" bytes
         SET \"new\\nline\" two
         SET \"back\\\\slash\" one",
    );
    assert_eq!(
        t.tree(),
        [
            "  \\x1b[31mred string",
            "  back\\\\slash string",
            "  new\\nline string",
            "  \\xff\\x00 string"
        ]
    );
    t.press("G");
    t.sees("bytes");
    t.go("\\x1b[31mred");
    t.sees("evil");
    t.go("back\\\\slash");
    t.sees("one");
    t.press("y n");
    assert_eq!(t.copied(), ["back\\slash"]);
    t.press("d y");
    assert_eq!(t.redis("EXISTS \"back\\\\slash\""), "0");
}

#[test]
fn another_separator_of_two_bytes() {
    let mut t = Drive::open(stocked("MSET a::b::c 1 a:x 2"), |how| {
        how.setup.separator = b"::".to_vec();
    });
    t.press("l j l");
    assert_eq!(
        t.tree(),
        ["▾ a 1", "  ▾ b 1", "      c string", "  a:x string"]
    );
    t.press("n");
    t.sees("Name   a::b::");
}

#[test]
fn folders_are_ordered_by_name_or_by_number_of_keys() {
    let mut t = Drive::with("MSET a:1 x b:1 x b:2 x b:3 x c:1 x c:2 x");
    assert_eq!(t.tree(), ["▸ a 1", "▸ b 3", "▸ c 2"]);
    t.press("o");
    assert_eq!(t.tree(), ["▸ b 3", "▸ c 2", "▸ a 1"]);
    t.press("o");
    assert_eq!(t.tree(), ["▸ a 1", "▸ b 3", "▸ c 2"]);
}

#[test]
fn a_time_to_live_counts_down_and_the_key_goes_by_itself() {
    let mut t = Drive::with("SET stays x\nSET goes y EX 100");
    t.go("goes");
    let (tree, facts) = (t.tree()[0].clone(), t.facts());
    assert!(tree.starts_with("  goes string 1m"), "{tree}");
    assert!(facts.starts_with("expires in 1m"), "{facts}");
    t.loses(&facts);
    assert_ne!(t.tree()[0], tree);
    t.redis("PEXPIRE goes 300");
    t.press("ctrl-r");
    t.sees("goes is gone: it expired or was deleted");
    assert_eq!(t.tree(), ["  stays string"]);
    t.sees("1 key · complete");
}

#[test]
fn an_open_key_that_no_list_shows_goes_too() {
    let mut t = Drive::with("SET goes y PX 1500");
    t.press("s 'nothing*' ctrl-s");
    t.go("goes");
    t.sees("no key matches");
    t.sees("goes is gone: it expired or was deleted");
    t.sees("open a key with enter");
}

#[test]
fn a_key_that_somebody_deleted_is_noticed_when_it_is_opened() {
    let mut t = Drive::with("MSET a 1 b 2");
    t.redis("DEL b");
    assert_eq!(t.tree(), ["  a string", "  b string"]);
    t.press("j");
    t.sees("b is gone: it expired or was deleted");
    assert_eq!(t.tree(), ["  a string"]);
}

#[test]
fn rows_stay_where_somebody_emptied_the_database_until_it_is_scanned_again() {
    let many = "EVAL \"for i=1,5000 do redis.call('SET', 'k:'..i, i) end\" 0";
    let mut t = Drive::with(many);
    t.press("l");
    t.redis("FLUSHALL");
    // Those on screen go, but not all keys one after the other.
    t.press("G");
    t.sees("the keys here are gone: they expired or were deleted; ctrl-r scans again");
    t.rest();
    let rows = t.tree();
    assert!(rows.iter().all(|row| row.contains(" gone")), "{rows:?}");
    assert!(rows.len() > 20, "{rows:?}");
    t.press("k k");
    t.sees("open a key with enter");
    assert_eq!(t.tree(), rows);
    assert!(t.asked("type") < 200, "{}", t.asked("type"));
    t.press("ctrl-r");
    t.sees("no keys here");
}

#[test]
fn scanning_again_forgets_what_went_and_finds_what_came() {
    let mut t = Drive::with("MSET a:1 x b 1");
    t.press("l");
    t.redis("MSET a:2 x c 1");
    t.redis("DEL b");
    t.press("ctrl-r");
    assert_eq!(
        t.tree(),
        ["▾ a 2", "    1 string", "    2 string", "  c string"]
    );
    t.sees("3 keys · complete");
}

#[test]
fn answers_about_keys_passed_by_change_nothing() {
    let mut t = Drive::with("MSET a 1 b 2 c 3 d 4");
    t.send("j j j enter");
    t.rest();
    t.sees("d ─ string");
    assert_eq!(t.value(), ["4"]);
    t.send("esc k enter esc k enter esc k enter");
    t.rest();
    t.sees("a ─ string");
    assert_eq!(t.value(), ["1"]);
}

#[test]
fn one_pane_at_a_time_where_there_is_no_room_for_two() {
    let mut t = Drive::open(stocked("SET a 1"), |how| how.size = (60, 20));
    t.sees("Keys ─ 1 key");
    t.never_sees("Value");
    t.press("enter");
    t.sees("a ─ string");
    t.never_sees("Keys ─");
    t.press("esc");
    t.sees("Keys ─ 1 key");
}

#[test]
fn listing_leaves_no_trace_in_how_long_keys_were_idle() {
    let mut t = Drive::with("SET app:1 x\nHSET app:2 f v\nRPUSH app:3 a\nSET other x");
    let keys = ["app:1", "app:2", "app:3", "other"];
    // A key's clock has seconds; RESTORE sets it.
    for key in keys {
        let dump = format!(
            "EVAL \"local d = redis.call('DUMP', '{key}') redis.call('RESTORE', '{key}', 0, d, 'REPLACE', 'IDLETIME', 1000)\" 0"
        );
        t.redis(&dump);
    }
    let idle = |t: &Drive, key: &str| -> u64 {
        t.redis(&format!("OBJECT IDLETIME {key}")).parse().unwrap()
    };
    t.press("ctrl-r g l / 'app' esc o o 2 1");
    assert_eq!(
        t.tree()[1..],
        ["    1 string", "    2 hash", "    3 list", "  other string"]
    );
    for key in keys {
        assert!(idle(&t, key) >= 1000, "{key} was touched");
    }
    // Opening, or resting on a key, reads its value, and that counts as use.
    t.go("app:1");
    t.sees("app:1 ─ string");
    assert!(idle(&t, "app:1") < 1000);
    assert!(idle(&t, "app:2") >= 1000);
}
