//! Values of every type: paged, narrowed, shown in other formats, copied.
use crate::Drive;
use crate::drive::stocked;
use crate::proxy::Proxy;

#[test]
fn a_long_list_comes_page_by_page() {
    let mut t = Drive::with("EVAL \"for i=0,4999 do redis.call('RPUSH', 'k', 'e'..i) end\" 0");
    t.go("k");
    t.sees("5,000 elements");
    t.sees("200+ shown of 5,000");
    t.press(&"pgdn ".repeat(8));
    t.sees("400+ shown of 5,000");
    // The end is asked for, not walked to; and from there the way back.
    t.press("G");
    t.sees("from 4,800 · 200 shown of 5,000");
    assert_eq!(t.value().into_iter().nth_back(1).unwrap(), "e4999");
    t.press(&"pgup ".repeat(9));
    t.sees("from 4,600 · 400 shown of 5,000");
    t.press("# '4321' ctrl-s");
    assert_eq!(t.value()[1], "e4321");
    t.sees("from 4,321");
    t.press("k");
    assert_eq!(t.value()[1], "e4320");
    t.press("# '-1' ctrl-s");
    assert_eq!(t.value()[1], "e4999");
    t.press("# '5000' ctrl-s");
    t.sees("the last index is 4999");
    t.press("esc g");
    assert_eq!(t.value()[1], "e0");
    // The row under the cursor after a jump is the one that is edited.
    t.press("# '4321' ctrl-s");
    t.press("e ctrl-u 'new' ctrl-s");
    assert_eq!(t.redis("LINDEX k 4321"), "new");
    assert_eq!(t.redis("LINDEX k 0"), "e0");
}

#[test]
fn a_hash_is_narrowed_by_the_server() {
    let mut t =
        Drive::with("EVAL \"for i=1,3000 do redis.call('HSET', 'k', 'field'..i, i) end\" 0");
    t.go("k");
    t.press("/ 'field300'");
    let mut rows = t.value()[1..].to_vec();
    rows.sort();
    assert_eq!(
        rows,
        [
            "/field300 2 shown of 3,000",
            "field300 300",
            "field3000 3000"
        ]
    );
    t.press("enter");
    t.sees("/*field300*");
    t.press("esc");
    t.never_sees("/*field300*");
    t.press("/ 'field29?9' enter");
    t.sees("10 shown of 3,000");
    t.press("6");
    t.sees("MATCH field29?9");
}

#[test]
fn a_filter_that_is_too_long_says_so_and_waits_to_be_shortened() {
    let mut t = Drive::with("HSET k a 1 b 2");
    t.go("k");
    t.press("/");
    t.type_text(&"x".repeat(300));
    t.sees("a pattern may have 256 bytes at most; this one has 302");
    t.press("enter ctrl-u 'b' enter");
    t.sees("1 shown of 2");
    t.sees("/*b*");
}

#[test]
fn a_hash_comes_page_by_page_and_no_field_twice() {
    let stock = "EVAL \"for i=1,1000 do redis.call('HSET', 'k', 'field'..i, i) end\" 0";
    let mut t = Drive::with(stock);
    t.go("k");
    t.never_sees("1,000 shown of 1,000");
    t.press("G G G G G G");
    t.sees("1,000 shown of 1,000");
    // A row written deep inside is the row that was shown.
    let row = t.value().into_iter().nth_back(1).unwrap();
    let field = row.split(' ').next().unwrap();
    t.press("e 'new' ctrl-s");
    assert_eq!(t.redis(&format!("HGET k {field}")), "new");
    t.sees("1,000 shown of 1,000");
}

#[test]
fn a_sorted_set_in_either_order_and_by_score() {
    let mut t = Drive::with("ZADD k 1 one 2 two 3 three 4 four");
    t.go("k");
    assert_eq!(t.value()[..3], ["score member", "1 one", "2 two"]);
    t.press("o");
    t.sees("highest first");
    assert_eq!(t.value()[1..3], ["4 four", "3 three"]);
    t.press("# ctrl-u '(1' tab ctrl-u '3' ctrl-s");
    t.sees("scores (1 to 3");
    assert_eq!(t.value()[1..3], ["3 three", "2 two"]);
    t.press("# ctrl-u 'abc' ctrl-s");
    t.sees("type a number, -inf or +inf");
    t.press("esc o");
    assert_eq!(t.value()[1..3], ["2 two", "3 three"]);
    t.press("/ 'two' enter");
    t.sees("two");
}

#[test]
fn is_it_a_member() {
    for (stock, member) in [
        ("SADD k a", "SISMEMBER"),
        ("ZADD k 1 a", "ZSCORE"),
        ("HSET k a v", "HEXISTS"),
    ] {
        let mut t = Drive::with(stock);
        t.go("k");
        t.press("m 'a' ctrl-s");
        t.sees("yes: a is a member");
        t.press("m 'b' ctrl-s");
        t.sees("no: b is not a member");
        t.press("6");
        t.sees(&format!("{member} k b"));
    }
}

#[test]
fn a_big_string_is_shown_in_slices_and_cannot_be_saved() {
    let mut t =
        Drive::with("EVAL \"redis.call('SET', 'k', string.rep('0123456789abcdef', 196608))\" 0");
    t.go("k");
    t.sees("3.1 MB");
    t.sees("bytes 0–1,048,576 of 3,145,728: a part");
    t.press("e");
    t.sees("a part cannot be saved as the whole");
    t.press("E");
    t.sees("a part cannot be saved as the whole");
    t.press("G j");
    t.sees("bytes 1,048,576–2,097,152 of 3,145,728: a part");
    t.press("e");
    t.sees("a part cannot be saved as the whole");
    t.press("G j");
    t.sees("bytes 2,097,152–3,145,728 of 3,145,728: a part");
    t.press("e");
    t.sees("a part cannot be saved as the whole");
    t.press("k");
    t.sees("bytes 1,048,576–2,097,152");
    // From the first line to the first slice, and from the last line to the last one.
    t.press("j g g");
    t.sees("bytes 0–1,048,576");
    t.press("G G");
    t.sees("bytes 2,097,152–3,145,728");
    t.press("G G");
    t.sees("bytes 2,097,152–3,145,728");
}

#[test]
fn a_character_cut_by_a_slice_leaves_the_rest_a_text() {
    // 1,048,576 is no multiple of three: both ends of the second slice stand within a character.
    let mut t = Drive::with("EVAL \"redis.call('SET', 'k', string.rep('日', 786432))\" 0");
    t.go("k");
    t.sees("bytes 0–1,048,576 of 2,359,296: a part");
    t.sees("· text");
    t.never_sees("escaped");
    t.press("G j");
    t.sees("bytes 1,048,576–2,097,152");
    t.sees("日");
    t.never_sees("escaped");
}

#[test]
fn formats_are_guessed_and_can_be_picked() {
    let mut t = Drive::with("SET k '{\"a\":[1,2]}'");
    t.go("k");
    t.sees("· json");
    t.sees("\"a\": [");
    t.press("f");
    t.sees("shown as");
    t.sees("{\"a\":[1,2]}");
    t.press("f f");
    t.sees("7b 22 61 22");
    // A value read again keeps the format.
    t.press("ctrl-r");
    t.sees("7b 22 61 22");
    let mut t = Drive::with("SET k \"\\xff\\xfe\\x00\"");
    t.go("k");
    t.sees("ff fe 00");
}

#[test]
fn a_stream_is_looked_at_only() {
    let mut t = Drive::with("XADD k 1-1 f v");
    t.go("k");
    t.sees("k ─ stream");
    let before = t.redis("DUMP k");
    for keys in ["e", "a", "x", "X"] {
        t.press(keys);
        t.sees("nothing of the kind");
    }
    t.press("/");
    t.sees("a stream has no rows to filter");
    for keys in ["f", "enter"] {
        t.press(keys);
        t.sees("a stream is shown by its facts only");
        t.press("esc enter");
    }
    assert_eq!(t.redis("DUMP k"), before);
}

#[test]
fn what_is_copied() {
    for (stock, keys, copied) in [
        ("SET k v", "y n", "k"),
        ("SET k \"one\\ntwo\"", "y v", "one\ntwo"),
        ("SET k v", "y c", "GET k"),
        ("HSET k f v", "y v", "v"),
        ("HSET k \"a b\" v", "y c", "HGET k \"a b\""),
        ("RPUSH k a b", "j y c", "LINDEX k 1"),
        ("ZADD k 5 m", "y v", "m"),
        ("SET k \"\\x1b[0m\"", "y v", "\\x1b[0m"),
        ("SET k v", "esc y n", "k"),
        ("SET k v", "esc y c", "GET k"),
    ] {
        let mut t = Drive::with(stock);
        t.go("k");
        t.press(keys);
        assert_eq!(t.copied(), [copied], "{stock} {keys}\n{}", t.screen());
        let one = copied.chars().count() == 1;
        t.sees(if one {
            "1 character copied"
        } else {
            " characters copied"
        });
        // What is not as it stands on the server is not said to be.
        let escapes = "with escapes for what cannot be seen";
        if copied.contains("\\x1b") {
            t.sees(escapes);
        } else {
            t.never_sees(escapes);
        }
    }
    let mut t = Drive::with(&format!("SET k {}", "v".repeat(1_234)));
    t.go("k");
    t.press("y v");
    t.sees("1,234 characters copied");
    let mut t = Drive::with("SET dir:k v");
    t.press("y n");
    assert_eq!(t.copied(), ["dir:"]);
    t.press("y esc y v");
    t.sees("there is nothing to copy");
    assert!(t.copied().is_empty());
}

#[test]
fn the_log_tells_what_was_sent() {
    let mut t = Drive::with("SET k 5");
    t.go("k");
    t.press("i ctrl-s t '90s' ctrl-s 6");
    t.sees("INCRBY k 1  6");
    t.sees("EXPIRE k 90  1");
    t.press("g y c");
    assert_eq!(t.copied(), ["TYPE k"]);
}

#[test]
fn a_watched_value_is_read_again_by_itself() {
    let mut t = Drive::open(stocked("SET k first"), |how| how.size = (200, 30));
    t.go("k");
    t.press("w");
    t.sees("watching");
    t.sees("w stop watching");
    t.redis("SET k second");
    t.sees("second");
    t.press("w");
    t.loses("watching ·");
}

#[test]
fn a_counter_with_a_limit() {
    let mut t = Drive::open(stocked("SET rate:ada 17 EX 100"), |how| {
        how.size = (160, 30);
    });
    t.go("rate:ada");
    t.press("L '100' ctrl-s");
    t.sees("17 of 100 used, 83 left, resets in 1m");
}

#[test]
fn an_element_that_is_longer_than_its_row_opens_whole() {
    let mut t =
        Drive::with("HSET k f '{\"a\":[1.0,\"far behind the edge of the row, and further\"]}'");
    t.go("k");
    t.press("enter");
    t.sees("k · f · json");
    t.sees("\"a\": [");
    t.sees("1.0,");
    t.press("f");
    t.sees("k · f · text");
    t.press("esc");
    t.never_sees("k · f");
    // Rows of a sorted set open their member.
    let mut t = Drive::with("ZADD k 1 member");
    t.go("k");
    t.press("enter");
    t.sees("k · 1 · text");
    // A string is open already.
    let mut t = Drive::with("SET k v");
    t.go("k");
    t.press("enter");
    t.sees("it is open; e edits it");
}

#[test]
fn however_deep_one_pages_few_rows_are_held_and_the_way_back_is_open() {
    for fill in ["HSET', 'k', 'f'..i, i", "SADD', 'k', 'f'..i"] {
        let mut t = Drive::with(&format!(
            "EVAL \"for i=1,6000 do redis.call('{fill}) end\" 0"
        ));
        t.go("k");
        let first = t.value()[1].clone();
        let mut ends = 0;
        while ends < 60 && !ended(&t) {
            t.press("G");
            ends += 1;
        }
        assert!(ended(&t), "{}", t.screen());
        let last = t.value().into_iter().nth_back(1).unwrap();
        // Up again, page by page, to the very row one came from.
        for _ in 0..400 {
            t.press("pgup pgup");
            if t.value()[1] == first {
                break;
            }
        }
        assert_eq!(t.value()[1], first, "{}", t.screen());
        t.never_sees("from ");
        t.press("G G");
        t.press("g");
        assert_eq!(t.value()[1], first);
        assert_ne!(last, first);
    }
}

/// Whether the last row is held, and not all of them.
fn ended(t: &Drive) -> bool {
    let footing = t.value().pop().unwrap_or_default();
    footing.trim().starts_with("from ") && !footing.contains('+')
}

#[test]
fn a_search_in_a_big_value_says_how_far_it_got_and_can_be_stopped() {
    let server = stocked("EVAL \"for i=1,100000 do redis.call('HSET', 'k', 'field'..i, i) end\" 0");
    let proxy = Proxy::to(&server.socket());
    let place = proxy.target().place;
    let mut t = Drive::open(server, |how| how.target.place = place);
    t.go("k");
    t.press("/ 'nothing-of-the-kind' enter");
    t.sees("nothing matches");
    t.press("esc / 'field99999' enter");
    t.sees("1 shown of 100,000");
    // A row found in many slices is read again alone.
    t.press("e ctrl-u 'new' ctrl-s");
    assert_eq!(t.redis("HGET k field99999"), "new");
    t.sees("new");
    t.press("esc /");
    // It has not come to its end when esc is pressed, however fast the server is.
    proxy.swallow();
    t.send("z enter");
    // Until it has begun to answer, the rows before are there, and not as what was found.
    t.sees("searching…");
    t.never_sees("shown of");
    t.send("esc");
    t.sees("stopped at ");
    t.sees("% searched");
    proxy.pass();
    t.rest();
    t.press("j");
    t.sees("nothing matches");
    t.press("esc");
    t.sees("+ shown of 100,000");
    t.never_sees("searched");
}

#[test]
fn a_big_range_of_scores_is_walked_to_its_end_by_rank() {
    let mut t = Drive::with("EVAL \"for i=0,9999 do redis.call('ZADD', 'k', i, 'm'..i) end\" 0");
    t.go("k");
    t.press("# ctrl-u '1000' tab ctrl-u '(9000' ctrl-s");
    t.sees("scores 1000 to (9000");
    assert_eq!(t.value()[1], "1000 m1000");
    t.press("G");
    assert_eq!(t.value().into_iter().nth_back(1).unwrap(), "8999 m8999");
    t.sees("from 7,800 · 200 shown of 10,000");
    t.press("o G");
    assert_eq!(t.value().into_iter().nth_back(1).unwrap(), "1000 m1000");
    t.press(&"pgup ".repeat(20));
    t.never_sees("+ shown");
    t.press("g");
    assert_eq!(t.value()[1], "8999 m8999");
}

#[test]
fn what_is_copied_of_a_part_is_said_to_be_one() {
    let mut t =
        Drive::with("EVAL \"redis.call('SET', 'k', string.rep('0123456789abcdef', 196608))\" 0");
    t.go("k");
    t.press("y v");
    t.sees("only what is shown was copied: bytes 0–1,048,576 of 3,145,728");
    assert_eq!(t.copied()[0].len(), 1_048_576);
    t.press("G j y c");
    assert_eq!(t.copied(), ["GETRANGE k 1048576 2097151"]);
}

#[test]
fn of_an_element_that_is_very_long_the_beginning_is_shown() {
    let stock = "EVAL \"redis.call('HSET', 'k', 'f', string.rep('0123456789abcdef', 196608))\" 0";
    let mut t = Drive::with(stock);
    t.go("k");
    t.press("enter");
    t.sees("k · f · the first 1,048,576 of 3,145,728 bytes · text");
    t.press("G esc");
    t.never_sees("the first");
}

/// Rows of a value that are searched for in many slices: all of them are there again when they are read anew, and what
/// came since is said to be missing.
#[test]
fn what_was_searched_for_is_read_again_whole_or_said_to_be_out_of_date() {
    for (add, new) in [
        ("HSET', 'k', 'm'..i, i", "a 'mnew75' tab 'v' ctrl-s"),
        ("SADD', 'k', 'm'..i", "a 'mnew75' ctrl-s"),
        ("ZADD', 'k', i, 'm'..i", "a '1' tab 'mnew75' ctrl-s"),
    ] {
        let stock = format!("EVAL \"for i=1,5000 do redis.call('{add}) end\" 0");
        let mut t = Drive::with(&stock);
        t.go("k");
        t.press("/ 'm*7[0-5]' enter G G G");
        t.sees("300 shown of 5,000");
        t.press("ctrl-r j G G G");
        t.sees("300 shown of 5,000");
        t.never_sees("out of date");
        t.press(new);
        t.sees("300 shown of 5,001 · out of date: ctrl-r");
        t.press("ctrl-r");
        t.never_sees("out of date");
        t.press("G G G");
        t.sees("301 shown of 5,001");
        // The row under the cursor is looked at again by itself: it must be another one that goes.
        t.press("g");
        if t.value()[1].contains("mnew75") {
            t.press("j");
        }
        t.press("u");
        t.sees("shown of 5,000 · out of date: ctrl-r");
        t.press("ctrl-r G G G");
        t.sees("300 shown of 5,000");
        t.never_sees("out of date");
    }
}
