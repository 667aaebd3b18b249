//! The end of a value: going there, going up over the start of a part, and an end that moves meanwhile.
use crate::Drive;

/// The row above the footing.
fn last_row(t: &Drive) -> String {
    t.value().into_iter().nth_back(1).unwrap_or_default()
}

#[test]
fn the_last_element_deleted_leaves_the_one_before_it() {
    let mut t = Drive::with("EVAL \"for i=0,499 do redis.call('RPUSH', 'k', 'e'..i) end\" 0");
    t.go("k");
    t.press("# '-1' enter");
    t.sees("from 499");
    t.press("d y");
    t.sees("from 299 · 200 shown of 499");
    assert_eq!(last_row(&t), "e498");
    t.press("d y");
    t.sees("of 498");
    assert_eq!(last_row(&t), "e497");
}

#[test]
fn of_rows_that_are_gone_the_last_page_before_them_is_shown() {
    for (fill, cut, last) in [
        ("RPUSH', 'k', 'e'..i", "LTRIM k 0 299", "e299"),
        (
            "ZADD', 'k', i, 'e'..i",
            "ZREMRANGEBYRANK k 300 -1",
            "299 e299",
        ),
    ] {
        // Read again, and gone back over.
        for keys in ["ctrl-r ", &"pgup ".repeat(9)] {
            let mut t = Drive::with(&format!(
                "EVAL \"for i=0,4999 do redis.call('{fill}) end\" 0"
            ));
            t.go("k");
            t.press("G");
            t.sees("from 4,800");
            t.redis(cut);
            t.press(keys);
            t.sees("from 100 · 200 shown of 300");
            if keys == "ctrl-r " {
                assert_eq!(last_row(&t), last, "{}", t.screen());
            }
            t.press("g");
            t.sees("200+ shown of 300");
        }
    }
}

#[test]
fn a_range_of_scores_that_was_emptied_says_so() {
    let mut t = Drive::with("EVAL \"for i=0,4999 do redis.call('ZADD', 'k', i, 'm'..i) end\" 0");
    t.go("k");
    t.press("# ctrl-u '1000' tab ctrl-u '4000' ctrl-s G");
    assert_eq!(last_row(&t), "4000 m4000");
    t.redis("ZREMRANGEBYSCORE k 1200 4000");
    t.press("ctrl-r");
    assert_eq!(last_row(&t), "1199 m1199");
    t.redis("ZREMRANGEBYSCORE k 1000 4000");
    t.press("ctrl-r");
    t.sees("no score is in this range");
    t.never_sees("reading…");
}

#[test]
fn up_from_the_first_line_of_a_part_is_the_last_line_of_the_one_before() {
    for (up, again) in [("k", "j"), ("pgup", "pgdn"), ("k", "pgdn")] {
        let mut t = Drive::with(
            "EVAL \"redis.call('SET', 'k', string.rep('0123456789abcdef', 196608))\" 0",
        );
        t.go("k");
        t.press("G");
        let end = t.value();
        t.press("j");
        t.sees("bytes 1,048,576–2,097,152");
        t.press(up);
        assert_eq!(t.value(), end, "{up}");
        // One step down is the next part again.
        t.press(again);
        t.sees("bytes 1,048,576–2,097,152");
    }
}

#[test]
fn the_end_of_a_big_string_is_its_last_line() {
    let mut t = Drive::with(
        "EVAL \"redis.call('SET', 'k', string.rep('0123456789abcdef', 196608)..'the end')\" 0",
    );
    t.go("k");
    t.press("G G");
    t.sees("bytes 3,145,728–3,145,735");
    t.sees("the end");
    t.press("k");
    t.sees("bytes 2,097,152–3,145,728");
    let end = t.value();
    // One step away from the end of a part, and down again.
    t.press("k j");
    assert_eq!(t.value(), end);
    t.press("G");
    t.sees("the end");
}

#[test]
fn of_a_part_that_is_gone_what_is_the_last_one_is_shown() {
    let mut t =
        Drive::with("EVAL \"redis.call('SET', 'k', string.rep('0123456789abcdef', 196608))\" 0");
    t.go("k");
    t.press("G G");
    t.sees("bytes 2,097,152–3,145,728");
    t.redis("EVAL \"redis.call('SET', 'k', string.rep('0123456789abcdef', 70000)..'the end')\" 0");
    t.press("ctrl-r");
    t.sees("bytes 1,048,576–1,120,007 of 1,120,007");
    t.sees("the end");
    t.redis("SET k short");
    t.press("ctrl-r");
    t.sees("short");
    t.never_sees("a part");
}
