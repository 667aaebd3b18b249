//! Changing: every edit of every type, and everything that must refuse one.
use crate::Drive;

mod conflict;
mod digits;
mod interleave;
mod keys;
mod limits;
mod outside;
mod rungs;
mod undo;
mod values;

/// What is on the server, what is pressed at the open key `k`, a command, and what it answers then.
type Edit = (&'static str, &'static str, &'static str, &'static str);

/// Each edit does what it says, and the key keeps its time to live.
#[track_caller]
fn each_is_done(edits: &[Edit]) {
    for &(stock, keys, ask, answer) in edits {
        let mut t = at_k(stock);
        let expires = t.expires("k");
        t.press(keys);
        assert_eq!(t.redis(ask), answer, "{keys}\n{}", t.screen());
        let after = t.expires("k");
        assert!(
            after == GONE || (after - expires).abs() <= 1_000,
            "{keys}: the time to live went from {expires} to {after}"
        );
    }
}

/// What is on the server, what is pressed at the open key `k`, and what the screen says; nothing is changed.
type Refusal = (&'static str, &'static str, &'static str);

#[track_caller]
fn each_is_refused(refusals: &[Refusal]) {
    for &(stock, keys, says) in refusals {
        let mut t = at_k(stock);
        let (before, expires) = (t.redis("DUMP k"), t.expires("k"));
        t.press(keys);
        assert!(t.screen().contains(says), "{keys}\n{}", t.screen());
        assert_eq!(t.redis("DUMP k"), before, "{keys}");
        assert_eq!(t.expires("k"), expires, "{keys}");
    }
}

/// When a key that is not there expires.
const GONE: i64 = -2;

/// The app with the key `k` open; it lives for a while.
#[track_caller]
fn at_k(stock: &str) -> Drive {
    let mut t = Drive::with(&format!("{stock}\nPEXPIRE k 100000"));
    t.go("k");
    t
}
