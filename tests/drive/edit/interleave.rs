//! Every edit of every type, and another client between opening and saving: it changes the value, the type, the time
//! to live, or takes the key away. Nothing of theirs is lost, nothing is made anew, and the person is told.
use super::{GONE, at_k};
use crate::Drive;

/// One edit of the open key `k`.
struct Edit {
    /// What is on the server.
    stock: &'static str,
    /// What is pressed up to the moment before it is sent, and what sends it.
    open: &'static str,
    save: &'static str,
    /// What another client writes meanwhile, what is asked afterwards, and the answer.
    theirs: &'static str,
    ask: &'static str,
    answer: &'static str,
    /// What the screen says then.
    says: &'static str,
}

#[rustfmt::skip]
const EDITS: &[Edit] = &[
    Edit { stock: "SET k old", open: "e ctrl-end '!'", save: "ctrl-s", theirs: "SET k theirs KEEPTTL", ask: "GET k", answer: "theirs", says: "Changed meanwhile" },
    Edit { stock: "SET k 5", open: "i", save: "ctrl-s", theirs: "SET k 100 KEEPTTL", ask: "GET k", answer: "101", says: "incremented" },
    Edit { stock: "SET k 5", open: "i", save: "ctrl-s", theirs: "SET k text KEEPTTL", ask: "GET k", answer: "text", says: "not an integer" },
    Edit { stock: "SET k 0.5", open: "i", save: "ctrl-s", theirs: "INCRBYFLOAT k 1", ask: "GET k", answer: "2.5", says: "incremented" },
    Edit { stock: "SET k 5", open: "0", save: "y", theirs: "INCRBY k 95", ask: "GET k", answer: "0", says: "set to 0" },
    Edit { stock: "HSET k f old", open: "a 'g' tab 'v'", save: "ctrl-s", theirs: "HSET k g theirs", ask: "HGET k g", answer: "theirs", says: "this field exists already" },
    Edit { stock: "HSET k f old", open: "a 'g' tab 'v'", save: "ctrl-s", theirs: "HSET k f theirs", ask: "HGETALL k", answer: "f theirs g v", says: "field added" },
    Edit { stock: "HSET k f old", open: "e ctrl-u 'mine'", save: "ctrl-s", theirs: "HSET k f theirs", ask: "HGET k f", answer: "theirs", says: "Changed meanwhile" },
    Edit { stock: "HSET k f old", open: "e ctrl-u 'mine'", save: "ctrl-s", theirs: "HSET k g theirs", ask: "HGETALL k", answer: "f mine g theirs", says: "saved" },
    Edit { stock: "HSET k f old g x", open: "e ctrl-u 'mine'", save: "ctrl-s", theirs: "HDEL k f", ask: "HGETALL k", answer: "g x", says: "it is gone" },
    Edit { stock: "HSET k f old", open: "r ctrl-u 'g'", save: "ctrl-s", theirs: "HSET k f theirs", ask: "HGETALL k", answer: "f theirs", says: "the value of the field changed" },
    Edit { stock: "HSET k f old", open: "r ctrl-u 'g'", save: "ctrl-s", theirs: "HSET k g theirs", ask: "HGETALL k", answer: "f old g theirs", says: "a field of this name exists already" },
    Edit { stock: "HSET k n 5", open: "i", save: "ctrl-s", theirs: "HSET k n 100", ask: "HGET k n", answer: "101", says: "incremented" },
    Edit { stock: "HSET k n 5 g x", open: "i", save: "ctrl-s", theirs: "HDEL k n", ask: "HGETALL k", answer: "g x", says: "the field is gone" },
    Edit { stock: "HSET k f old g x", open: "d", save: "y", theirs: "HSET k g theirs", ask: "HGETALL k", answer: "g theirs", says: "field deleted" },
    Edit { stock: "HSET k f old g x", open: "d", save: "y", theirs: "HDEL k f", ask: "HGETALL k", answer: "g x", says: "the field is gone already" },
    Edit { stock: "RPUSH k a b", open: "a tab 'x'", save: "ctrl-s", theirs: "LPUSH k theirs", ask: "LRANGE k 0 -1", answer: "x theirs a b", says: "pushed" },
    Edit { stock: "RPUSH k a b", open: "a t tab 'x'", save: "ctrl-s", theirs: "RPOP k", ask: "LRANGE k 0 -1", answer: "a x", says: "pushed" },
    Edit { stock: "RPUSH k a b", open: "x ctrl-s", save: "y", theirs: "RPUSH k theirs", ask: "LRANGE k 0 -1", answer: "b theirs", says: "popped" },
    Edit { stock: "RPUSH k a b", open: "j e ctrl-u 'mine'", save: "ctrl-s", theirs: "LSET k 1 theirs", ask: "LRANGE k 0 -1", answer: "a theirs", says: "Changed meanwhile" },
    Edit { stock: "RPUSH k a b", open: "j e ctrl-u 'mine'", save: "ctrl-s", theirs: "LPUSH k theirs", ask: "LRANGE k 0 -1", answer: "theirs a b", says: "Changed meanwhile" },
    Edit { stock: "RPUSH k a b", open: "j e ctrl-u 'mine'", save: "ctrl-s", theirs: "RPUSH k theirs", ask: "LRANGE k 0 -1", answer: "a mine theirs", says: "saved" },
    Edit { stock: "RPUSH k a b", open: "j d", save: "y", theirs: "LPUSH k theirs", ask: "LRANGE k 0 -1", answer: "theirs a b", says: "at its place stands “a” now" },
    Edit { stock: "RPUSH k a b", open: "d", save: "y", theirs: "RPUSH k theirs", ask: "LRANGE k 0 -1", answer: "b theirs", says: "element deleted" },
    Edit { stock: "RPUSH k a b", open: "X ctrl-s", save: "y", theirs: "LPUSH k theirs", ask: "LRANGE k 0 -1", answer: "theirs b", says: "removed" },
    Edit { stock: "RPUSH k a b", open: "X ctrl-s", save: "y", theirs: "LPOP k", ask: "LRANGE k 0 -1", answer: "b", says: "no such element" },
    Edit { stock: "SADD k a", open: "a 'x'", save: "ctrl-s", theirs: "SADD k theirs", ask: "SCARD k", answer: "3", says: "added" },
    Edit { stock: "SADD k a", open: "a 'x'", save: "ctrl-s", theirs: "SADD k x", ask: "SCARD k", answer: "2", says: "members already" },
    Edit { stock: "SADD k a", open: "e ctrl-u 'mine'", save: "ctrl-s", theirs: "SADD k mine", ask: "SCARD k", answer: "2", says: "this is a member already" },
    Edit { stock: "SADD k a b", open: "d", save: "y", theirs: "SREM k a b", ask: "EXISTS k", answer: "0", says: "gone" },
    Edit { stock: "ZADD k 5 a", open: "a '1' tab 'b'", save: "ctrl-s", theirs: "ZADD k 9 b", ask: "ZSCORE k b", answer: "9", says: "this member exists already" },
    Edit { stock: "ZADD k 5 a", open: "a '1' tab 'b'", save: "ctrl-s", theirs: "ZADD k 9 a", ask: "ZRANGE k 0 -1 WITHSCORES", answer: "b 1 a 9", says: "member added" },
    Edit { stock: "ZADD k 5 a", open: "e ctrl-u '7'", save: "ctrl-s", theirs: "ZADD k 9 a", ask: "ZSCORE k a", answer: "9", says: "Changed meanwhile" },
    Edit { stock: "ZADD k 5 a", open: "i", save: "ctrl-s", theirs: "ZADD k 9 a", ask: "ZSCORE k a", answer: "10", says: "incremented" },
    Edit { stock: "ZADD k 5 a 6 b", open: "i", save: "ctrl-s", theirs: "ZREM k a", ask: "ZRANGE k 0 -1", answer: "b", says: "the member is gone" },
    Edit { stock: "ZADD k 5 a 6 b", open: "d", save: "y", theirs: "ZADD k 9 b", ask: "ZRANGE k 0 -1 WITHSCORES", answer: "b 9", says: "member removed" },
];

/// What the screen may say of an edit whose key became something else.
const TOLD: &[&str] = &[
    "changed on the server",
    "the key holds a",
    "another type",
    "is gone",
    "emptied",
];

impl Edit {
    #[track_caller]
    fn opened(&self) -> Drive {
        let mut t = at_k(self.stock);
        t.press(self.open);
        t
    }

    fn named(&self) -> String {
        format!("{}: {}", self.stock, self.open)
    }
}

/// Each edit, whatever others do.
fn each_once() -> impl Iterator<Item = &'static Edit> {
    let same = |at: usize| at > 0 && EDITS[at - 1].open == EDITS[at].open;
    (0..EDITS.len())
        .filter(move |&at| !same(at))
        .map(|at| &EDITS[at])
}

/// A value of another type than this one.
fn other_type(stock: &str) -> &'static str {
    if stock.starts_with("SET") {
        "HSET k theirs 1"
    } else {
        "SET k theirs"
    }
}

#[test]
fn another_value_meanwhile_is_not_lost() {
    for edit in EDITS {
        let mut t = edit.opened();
        let expires = t.expires("k");
        t.redis(edit.theirs);
        t.press(edit.save);
        assert_eq!(
            t.redis(edit.ask),
            edit.answer,
            "{}\n{}",
            edit.named(),
            t.screen()
        );
        assert!(
            t.screen().contains(edit.says),
            "{}\n{}",
            edit.named(),
            t.screen()
        );
        let after = t.expires("k");
        assert!(after == expires || after == GONE, "{}", edit.named());
    }
}

#[test]
fn another_type_meanwhile_is_not_touched() {
    for edit in each_once() {
        let mut t = edit.opened();
        t.redis("DEL k");
        t.redis(other_type(edit.stock));
        t.redis("PEXPIRE k 70000");
        let (dump, expires) = (t.redis("DUMP k"), t.expires("k"));
        t.press(edit.save);
        assert_eq!(t.redis("DUMP k"), dump, "{}", edit.named());
        assert_eq!(t.expires("k"), expires, "{}", edit.named());
        let screen = t.screen();
        assert!(
            TOLD.iter().any(|told| screen.contains(told)),
            "{}\n{screen}",
            edit.named()
        );
    }
}

#[test]
fn a_key_that_went_meanwhile_is_not_made_anew() {
    for edit in each_once() {
        let mut t = edit.opened();
        t.redis("DEL k");
        t.press(edit.save);
        assert_eq!(t.redis("EXISTS k"), "0", "{}", edit.named());
        let screen = t.screen();
        let told = TOLD
            .iter()
            .chain(&["the list is empty", "no such element"])
            .any(|told| screen.contains(told));
        assert!(told, "{}\n{screen}", edit.named());
    }
}

#[test]
fn another_time_to_live_meanwhile_stays() {
    for (at, edit) in each_once().enumerate() {
        let mut t = edit.opened();
        t.redis(["PEXPIRE k 500000", "PERSIST k"][at % 2]);
        let expires = t.expires("k");
        t.press(edit.save);
        t.never_sees("Changed meanwhile");
        t.never_sees("changed on the server");
        assert_eq!(t.expires("k"), expires, "{}", edit.named());
    }
}

/// What is pressed at `k`, what another client does meanwhile, what is asked, the answer, what is said.
type Whole = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[test]
fn keys_as_a_whole_meet_others_too() {
    #[rustfmt::skip]
    let cases: &[Whole] = &[
        ("t '90s'", "ctrl-s", "SET k theirs KEEPTTL", "GET k", "theirs", "expiry set"),
        ("t '90s'", "ctrl-s", "DEL k", "EXISTS k", "0", "gone"),
        ("t 'never'", "ctrl-s", "PERSIST k", "PTTL k", "-1", "no expiry already"),
        ("r ctrl-u 'n'", "ctrl-s", "SET k theirs KEEPTTL", "GET n", "theirs", "renamed"),
        ("r ctrl-u 'n'", "ctrl-s", "SET n theirs", "MGET k n", "old theirs", "taken"),
        ("r ctrl-u 'n'", "ctrl-s", "DEL k", "EXISTS k n", "0", "gone"),
        ("D ctrl-u 'n'", "ctrl-s", "SET k theirs KEEPTTL", "MGET k n", "theirs theirs", "duplicated"),
        ("D ctrl-u 'n'", "ctrl-s", "SET n theirs", "MGET k n", "old theirs", "taken"),
        ("D ctrl-u 'n'", "ctrl-s", "DEL k", "EXISTS k n", "0", "gone"),
        ("d", "y", "DEL k", "EXISTS k", "0", "gone"),
        ("n ctrl-u 'n' tab tab 'v'", "ctrl-s", "SET n theirs", "GET n", "theirs", "exists already"),
        ("n ctrl-u 'n' tab tab 'v' tab '90s'", "ctrl-s", "SET n theirs", "GET n", "theirs", "exists already"),
        ("n ctrl-u 'n' tab h tab 'f' tab 'v'", "ctrl-s", "HSET n f theirs", "HGETALL n", "f theirs", "exists already"),
        ("n ctrl-u 'n' tab h tab 'f' tab 'v' tab '90s'", "ctrl-s", "HSET n g theirs", "HGETALL n", "g theirs", "exists already"),
        ("n ctrl-u 'n' tab l tab 'v'", "ctrl-s", "RPUSH n theirs", "LRANGE n 0 -1", "theirs", "exists already"),
        ("n ctrl-u 'n' tab s tab 'v'", "ctrl-s", "SADD n theirs", "SMEMBERS n", "theirs", "exists already"),
        ("n ctrl-u 'n' tab z tab '1' tab 'v'", "ctrl-s", "ZADD n 2 v", "ZSCORE n v", "2", "exists already"),
    ];
    for (open, save, theirs, ask, answer, says) in cases {
        let mut t = at_k("SET k old");
        t.press(open);
        t.redis(theirs);
        let there = t.expires("n");
        t.press(save);
        assert_eq!(t.redis(ask), *answer, "{open} {theirs}\n{}", t.screen());
        assert!(t.screen().contains(says), "{open} {theirs}\n{}", t.screen());
        if theirs.contains(" n ") {
            assert_eq!(t.expires("n"), there, "{open}");
        }
    }
}
