//! Finding: the filter of what is loaded, the search of the server, a key by its name, and the prefix that confines.
use crate::Drive;
use crate::drive::stocked;

/// Many keys, and a few that are searched for.
const MANY: &str = "EVAL \"for i=1,100000 do redis.call('SET', 'k:'..i, i) end\" 0
                    HSET needle:1 f v
                    HSET needle:2 f v
                    SET needle:3 v";

/// Room for a long title.
const WIDE: (u16, u16) = (160, 30);

#[test]
fn the_filter_narrows_as_one_types() {
    let mut t = Drive::with("MSET app:user:1 a app:user:12 b app:cache c other d");
    t.press("/ 'user'");
    t.sees("2 of 4 loaded");
    t.type_text(":12");
    t.sees("1 of 4 loaded");
    t.press("backspace");
    t.sees("2 of 4 loaded");
    // Enter keeps it, and the cursor stands on the first match.
    t.press("enter");
    t.sees("app:user:1 ─ string");
    t.never_sees("other");
    t.press("esc");
    t.never_sees("loaded");
    t.sees("other");
    t.press("/ 'nowhere'");
    t.sees("nothing matches, of 4 loaded");
    t.press("esc");
    t.sees("other");
}

#[test]
fn a_search_says_what_it_found_and_that_it_is_over() {
    let mut t = Drive::open(stocked(MANY), |how| how.size = WIDE);
    t.press("s 'needle:*' ctrl-s");
    t.sees("Search · needle:*");
    t.sees("3 matches · complete");
    // A few matches need no folder opened by hand.
    assert_eq!(
        t.tree(),
        ["▾ needle 3", "    1 hash", "    2 hash", "    3 string"]
    );
    t.press("s ctrl-u 'needle:*' tab h ctrl-s");
    t.sees("Search · needle:* hash");
    t.sees("2 matches · complete");
    t.press("s ctrl-u 'nothing*' ctrl-s");
    t.sees("no key matches; esc goes back");
    t.press("esc");
    t.sees("100,003 keys · complete");
    t.press("6");
    t.sees("SCAN 0 MATCH needle:* COUNT ");
    t.sees(" TYPE hash");
}

#[test]
fn a_search_can_be_stopped_and_gone_on_with() {
    let mut t = Drive::open(stocked(MANY), |how| {
        how.setup.count = 10;
        how.size = WIDE;
    });
    t.press("s");
    t.type_text("needle*");
    t.send("ctrl-s p");
    t.sees("paused at");
    t.rest();
    t.press("p");
    t.sees("3 matches · complete");
}

#[test]
fn the_scan_can_be_paused_and_gone_on_with() {
    let mut t = Drive::begin(stocked(MANY), |how| {
        how.setup.count = 10;
        how.size = WIDE;
    });
    t.sees("% scanned");
    t.sees("% of the server");
    t.sees("p pause");
    t.send("p");
    t.sees("paused at");
    t.rest();
    t.sees("p resume");
    t.never_sees("% of the server");
    t.never_sees("100,003 keys");
    // What is loaded can be used meanwhile.
    t.go("needle:1");
    t.sees("needle:1 ─ hash");
    t.press("esc p");
    t.sees("100,003 keys · complete");
    t.press("p");
    t.sees("the scan is complete; ctrl-r scans again");
}

#[test]
fn a_key_by_its_exact_name() {
    let mut t = Drive::begin(stocked(MANY), |how| how.setup.count = 10);
    t.sees("% scanned");
    t.send("ctrl-g n e e d l e : 2 enter");
    t.sees("needle:2 ─ hash");
    t.rest();
    t.go("no:such:key");
    t.sees("there is no key no:such:key");
    t.press("ctrl-g ctrl-s");
    t.sees("type the exact name of a key");
}

#[test]
fn a_prefix_confines_everything() {
    let server = stocked("MSET app:1 a app:2 b other:1 c application d");
    let mut t = Drive::open(server, |how| how.prefix("app:"));
    t.sees("Keys · app:*");
    t.sees("2 keys · complete");
    // The folder that all of them stand in is open.
    assert_eq!(t.tree().len(), 3, "{}", t.screen());
    t.press("l");
    t.never_sees("other");
    t.never_sees("application");
    let confined = "keygrove is confined to names that begin with app:";
    for keys in [
        "ctrl-g ctrl-u 'other:1' ctrl-s",
        "n ctrl-u 'other:2' tab tab 'v' ctrl-s",
        "r ctrl-u 'other:2' ctrl-s",
        "D ctrl-u 'other:2' ctrl-s",
        "s ctrl-u 'other:*' ctrl-s",
    ] {
        t.press(keys);
        t.sees(confined);
        t.press("esc");
        t.never_sees(confined);
    }
    assert_eq!(t.redis("EXISTS other:2"), "0");
    // A search can ask for anything, and still shows only what is below the prefix.
    t.press("s");
    t.sees("Pattern  app:");
    t.press("ctrl-u '*:1' ctrl-s l");
    t.sees("1 match · complete");
    t.never_sees("other");
    // What is typed replaces the prefix, unless one goes behind it first.
    t.press("esc ctrl-g");
    t.sees("Name  app:");
    t.press("end");
    t.type_text("2\n");
    t.sees("app:2 ─ string");
}

#[test]
fn a_key_that_comes_back_is_found_again_where_it_was_found() {
    let mut t = Drive::with("MSET app:1 a app:2 b other c");
    t.press("s ctrl-u 'app:*' ctrl-s");
    t.sees("2 matches");
    t.press("j d y");
    t.sees("1 match ");
    t.press("u");
    t.sees("2 matches");
    t.press("esc");
    t.sees("3 keys");
    // What does not match is not among what was found.
    t.press("s ctrl-u 'app:*' ctrl-s n ctrl-u 'third' tab tab 'v' ctrl-s");
    t.sees("created");
    t.sees("2 matches");
    t.press("esc");
    t.sees("4 keys");
}

#[test]
fn where_only_hidden_names_match_that_is_said() {
    let stock = "MSET my:a 1 my:b 2 other:a 3 other:b 4 other:c 5";
    let mut t = Drive::open(stocked(stock), |how| how.size = WIDE);
    t.press("g enter j H");
    t.sees("2 keys · 3 hidden");
    t.press("s 'other:*' ctrl-s");
    t.sees("0 matches · 3 hidden · complete");
    t.sees("3 match and are hidden; H shows them, esc goes back");
    t.press("s ctrl-u 'other:a' ctrl-s");
    t.sees("1 matches and is hidden; H shows them, esc goes back");
    t.press("H");
    t.sees("1 match · 1 others");
    t.press("esc H / 'other'");
    t.sees("nothing matches, of 2 loaded; 3 hidden are not looked ");
    t.never_sees("H shows them");
    t.press("enter");
    t.sees("through, H shows them");
}
