//! No digit changes that was not typed: scores, and numbers inside JSON.
use super::at_k;

/// Scores as they are sent, and as they are shown, in order; the server prints some of them in another way.
const SCORES: &[(&str, &str)] = &[
    ("-inf", "-inf"),
    ("-1.7976931348623157e308", "-1.7976931348623157e308"),
    ("-0", "0"),
    ("5e-324", "5e-324"),
    ("1e-7", "0.0000001"),
    ("0.1", "0.1"),
    ("0.30000000000000004", "0.30000000000000004"),
    ("3", "3"),
    ("17179869184.5", "17179869184.5"),
    ("9007199254740993", "9007199254740992"),
    ("9007199254740994", "9007199254740994"),
    ("1e300", "1e300"),
    ("inf", "inf"),
];

#[test]
fn a_score_that_was_not_typed_stays() {
    let adds: Vec<String> = (0..)
        .zip(SCORES)
        .map(|(at, (score, _))| format!("ZADD k {score} m{at}"))
        .collect();
    let mut t = at_k(&adds.join("\n"));
    let dump = t.redis("DUMP k");
    for (_, shown) in SCORES {
        t.press("e");
        t.sees(&format!("Score  {shown} "));
        t.press("ctrl-s");
        t.sees("unchanged");
        t.press("esc j");
    }
    assert_eq!(t.redis("DUMP k"), dump);
    // The last one is edited: what the server holds of the others is the same to the bit.
    let before = t.redis("ZRANGE k 0 -2 WITHSCORES");
    t.press("e ctrl-u '1e301' ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("ZRANGE k 0 -2 WITHSCORES"), before);
}

#[test]
fn a_score_is_what_was_typed_or_is_refused() {
    let mut t = at_k("ZADD k 1 m");
    for (typed, kept) in [
        ("0.1", "0.1"),
        ("1e300", "1e300"),
        ("00012.50", "12.5"),
        ("+7", "7"),
    ] {
        t.press(&format!("e ctrl-u '{typed}' ctrl-s"));
        t.never_sees("a score has about 16 digits");
        assert_eq!(t.value()[1], format!("{kept} m"), "{}", t.screen());
    }
    for (typed, kept) in [
        ("9007199254740993", "9007199254740992"),
        ("12345678901234567890", "12345678901234567000"),
        ("0.1234567890123456789", "0.12345678901234568"),
        ("1e-400", "0"),
    ] {
        t.press(&format!("e ctrl-u '{typed}' ctrl-s"));
        t.sees("a score has about 16 digits");
        t.sees(&format!("{kept}; "));
        assert_eq!(t.redis("ZSCORE k m"), "7", "{typed}");
        t.press("esc");
    }
}

/// Numbers no double can hold, other spellings of one number, names twice and out of order, escapes.
const JSON: &[&str] = &[
    r#"{"b":12345678901234567890,"a":1.10,"a":1.1000,"z":-0,"e":1E400,"E":1e+5,"s":"x"}"#,
    r#"{"n":0.1000000000000000055511151231257827,"u":"\u0041\/","s":"x"}"#,
    r#"{ "n" : 1.0 ,"m":[1,2 , 3.00],  "s":"x"}"#,
    r#"{"long":123456789012345678901234567890123456789012345678901234567890.000,"deep":{"a":{"b":[1e0,1E0,10e-1]}},"and":"so on and on and on","s":"x"}"#,
];

#[test]
fn a_number_in_json_that_was_not_typed_stays() {
    for json in JSON {
        let mut t = at_k("SET k x");
        t.server.redis(&["SET", "k", json]);
        t.press("ctrl-r e");
        t.sees("editing json");
        t.press("ctrl-s esc");
        assert_eq!(t.server.redis(&["GET", "k"]), *json);
        // Behind the last letter of the last string; where it is shown indented, a line stands between.
        let indented = json.len() > 100;
        t.press("e ctrl-end left left");
        t.press(if indented {
            "left '!' ctrl-s"
        } else {
            "'!' ctrl-s"
        });
        let wanted = json.replace("\"x\"}", "\"x!\"}");
        assert_eq!(t.server.redis(&["GET", "k"]), wanted, "{}", t.screen());
    }
}
