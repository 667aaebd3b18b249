//! Strings as texts on screens of every size: how their rows are laid out, and what the line below them says.
use crate::Drive;
use crate::drive::stocked;

/// A key of so many times the same sixteen bytes, four of which are no text.
fn binary(times: u32) -> String {
    format!(
        "EVAL \"redis.call('SET', 'k', string.rep(string.char(0, 1, 2, 3) .. 'ABCDEFGHIJKL', {times}))\" 0"
    )
}

#[test]
fn the_bytes_of_a_row_are_as_many_as_fit() {
    for (size, rows) in [
        (
            (160, 40),
            [
                "00000000 00 01 02 03 41 42 43 44 45 46 47 48 49 4a 4b 4c ....ABCDEFGHIJKL",
                "00000010 00 01 02 03 41 42 43 44 45 46 47 48 49 4a 4b 4c ....ABCDEFGHIJKL",
            ],
        ),
        (
            (120, 36),
            [
                "0000 00 01 02 03 41 42 43 44 45 46 47 48 49 4a 4b 4c ....ABCDEFGHIJKL",
                "0010 00 01 02 03 41 42 43 44 45 46 47 48 49 4a 4b 4c ....ABCDEFGHIJKL",
            ],
        ),
        (
            (80, 24),
            [
                "0000 00 01 02 03 41 42 43 44 ....ABCD",
                "0008 45 46 47 48 49 4a 4b 4c EFGHIJKL",
            ],
        ),
    ] {
        let mut t = Drive::open(stocked(&binary(100)), |how| how.size = size);
        t.go("k");
        assert_eq!(t.value()[..2], rows, "{size:?}\n{}", t.screen());
        t.press("j");
        assert_eq!(t.value()[0], rows[1], "{size:?}\n{}", t.screen());
        t.press("G");
        let last = t.value().into_iter().rfind(|row| row.contains("4c"));
        assert!(last.unwrap().ends_with("EFGHIJKL"), "{}", t.screen());
    }
}

#[test]
fn offsets_of_a_part_are_those_in_the_whole() {
    let mut t = Drive::open(stocked(&binary(196_608)), |how| how.size = (80, 24));
    t.go("k");
    assert_eq!(t.value()[0], "000000 00 01 02 03 41 42 43 44 ....ABCD");
    t.press("G j");
    t.sees("1,048,576–2,097,152");
    assert_eq!(t.value()[0], "100000 00 01 02 03 41 42 43 44 ....ABCD");
    t.press("j");
    assert_eq!(t.value()[0], "100008 45 46 47 48 49 4a 4b 4c EFGHIJKL");
}

#[test]
fn below_a_value_the_words_that_matter_have_room_at_80_columns() {
    let narrow = |stock: &str| {
        let mut t = Drive::open(stocked(stock), |how| how.size = (80, 24));
        t.go("k");
        t
    };
    let mut t = narrow(&binary(196_608));
    t.sees("bytes 0–1,048,576 of 3,145,728: a part");
    t.press("G j");
    t.sees("1,048,576–2,097,152 of 3,145,728");
    t.press("w");
    t.sees("1,048,576–2,097,152 of 3,145,728");
    let mut t = narrow("EVAL \"for i=1,3000 do redis.call('HSET', 'k', 'field'..i, i) end\" 0");
    // Where much is to be said of it, what is typed is seen all the same.
    t.press("/ 'field'");
    t.sees("│/field ");
    t.sees(" % searched · ");
    t.sees("+ shown");
    t.press("'299'");
    t.sees("/field299 ");
    t.sees("11 shown of 3,000");
    t.press("9");
    t.sees("/field2999 ");
    t.sees("1 shown of 3,000");
    // Of what is long the end is seen, where one types, and how much matches.
    t.press("ctrl-u 'nothing-is-called-anything-like-this'");
    t.sees("like-this ");
    t.sees("0 shown");
}

#[test]
fn of_a_long_name_the_end_is_cut_and_not_what_the_value_is() {
    for long in [40, 54, 200] {
        let name = format!("session:{}", "x".repeat(long));
        let mut t = Drive::with(&format!("SET {name} {}", "v".repeat(63)));
        t.go(&name);
        let screen = t.screen();
        let title = screen.lines().nth(1).unwrap_or_default();
        assert!(title.contains("x… ─ string · 63 B ┐"), "{title}");
    }
}
