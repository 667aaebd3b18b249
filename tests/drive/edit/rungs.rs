//! What a user may decides how a save is guarded, and whether the person is asked.
use crate::Drive;
use crate::between::Between;
use crate::drive::stocked;

/// The app as a user of these rules, with this on the server and `app:k` open.
#[track_caller]
fn as_user(rules: &str, stock: &str) -> Drive {
    let server = stocked(&format!("{stock}\nPEXPIRE app:k 100000"));
    server.user("ada", rules);
    let target = server.target_as("ada");
    let mut t = Drive::open(server, |how| {
        how.target = target;
        how.prefix("app:");
    });
    t.go("app:k");
    t
}

#[track_caller]
fn lives(t: &Drive) {
    let left: i64 = t.redis("PTTL app:k").parse().unwrap();
    assert!((90_000..=100_000).contains(&left), "{left}");
}

#[test]
fn a_transaction_or_a_script_is_enough_not_to_be_asked() {
    for rules in [
        "~app:* +@all -@dangerous",
        "~app:* +@all -@dangerous -@transaction",
        "~app:* +@all -@dangerous -@scripting",
    ] {
        let mut t = as_user(rules, "HSET app:k f old");
        t.press("e ctrl-u 'new' ctrl-s");
        t.never_sees("Not guarded");
        t.sees("saved");
        assert_eq!(t.redis("HGET app:k f"), "new", "{rules}");
        t.press("e ctrl-u 'mine'");
        t.redis("HSET app:k f theirs");
        t.press("ctrl-s");
        t.sees("Changed meanwhile");
        assert_eq!(t.redis("HGET app:k f"), "theirs", "{rules}");
        lives(&t);
    }
}

#[test]
fn without_both_it_is_said_and_looked_once_more() {
    let mut t = as_user("~app:* +@read +@write", "SET app:k old");
    t.press("e ctrl-end 'er' ctrl-s");
    t.sees("Not guarded");
    t.sees("not atomic: this user may not WATCH or EVAL");
    t.sees("It was read ");
    t.sees(" ago, and is read once more directly before the write.");
    t.sees("SET app:k older KEEPTTL XX GET");
    assert_eq!(t.redis("GET app:k"), "old");
    t.press("y");
    assert_eq!(t.redis("GET app:k"), "older");
    lives(&t);
    // While the question stands somebody else writes.
    t.press("e ctrl-end '!' ctrl-s");
    t.sees("Not guarded");
    t.redis("SET app:k theirs KEEPTTL");
    t.press("y");
    t.sees("Changed meanwhile");
    assert_eq!(t.redis("GET app:k"), "theirs");
    t.press("m y");
    assert_eq!(t.redis("GET app:k"), "older!");
    lives(&t);
    let log = t.redis("ACL LOG 128");
    for command in ["watch", "eval"] {
        let denied = log.matches(&format!(" {command} ")).count();
        assert_eq!(denied, 1, "{command} is refused once\n{log}");
    }
}

#[test]
fn who_may_not_write_is_asked_once_at_most() {
    let mut t = as_user("~app:* +@read", "SET app:k old");
    t.press("e ctrl-end 'er' ctrl-s");
    t.sees("Not guarded");
    t.press("y");
    t.sees("this user may not SET");
    t.press("ctrl-s");
    t.never_sees("Not guarded");
    t.sees("this user may not SET");
    t.sees("older");
    assert_eq!(t.redis("GET app:k"), "old");
    let log = t.redis("ACL LOG 128");
    for command in ["watch", "eval", "set"] {
        let denied = log.matches(&format!(" {command} ")).count();
        assert_eq!(denied, 1, "{command}\n{log}");
    }
}

/// Somebody writes in the very instant: it is shown, and can be put back.
#[test]
fn what_was_overwritten_is_offered_back() {
    for (stock, edit, word, theirs, ask, mine, was) in [
        (
            "SET app:k old",
            "e ctrl-end '!' ctrl-s",
            "KEEPTTL",
            "SET app:k theirs KEEPTTL",
            "GET app:k",
            "old!",
            "theirs",
        ),
        (
            "HSET app:k f old",
            "e ctrl-u 'mine' ctrl-s",
            "HSET",
            "HSET app:k f theirs",
            "HGET app:k f",
            "mine",
            "theirs",
        ),
        (
            "RPUSH app:k old",
            "e ctrl-u 'mine' ctrl-s",
            "LSET",
            "LSET app:k 0 theirs",
            "LINDEX app:k 0",
            "mine",
            "theirs",
        ),
        (
            "ZADD app:k 0.1 m",
            "e ctrl-u '7' ctrl-s",
            "ZADD",
            "ZADD app:k 0.3 m",
            "ZRANGEBYSCORE app:k 0.3 0.3",
            "",
            "m",
        ),
    ] {
        for (choice, after) in [("n", mine), ("y", was)] {
            let server = stocked(&format!("{stock}\nPEXPIRE app:k 100000"));
            server.user("ada", "~app:* +@read +@write");
            let between = Between::new(&server.socket());
            let target = between.target(server.target_as("ada"));
            let mut t = Drive::open(server, |how| how.target = target);
            t.go("app:k");
            t.press(edit);
            t.sees("Not guarded");
            let (socket, line) = (t.server.socket(), theirs.to_owned());
            between.before(word, 1, move || {
                crate::drive::client::run(&socket, &line);
            });
            t.press("y");
            assert_eq!(between.left(), 0);
            t.sees("Overwritten");
            t.sees("Somebody else wrote at the same moment");
            assert_eq!(t.redis(ask), mine, "{stock}");
            t.press(choice);
            assert_eq!(t.redis(ask), after, "{stock} {choice}\n{}", t.screen());
            lives(&t);
        }
    }
}

#[test]
fn what_may_be_written_but_not_read_is_written_unseen() {
    for (stock, offer, edit, ask, before, after) in [
        (
            "SET app:k old",
            "e sets a new value",
            "e 'new' ctrl-s",
            "GET app:k",
            "old",
            "new",
        ),
        (
            "HSET app:k f old",
            "a adds to it",
            "a 'g' tab 'new' ctrl-s",
            "HGETALL app:k",
            "f old",
            "f old g new",
        ),
        (
            "RPUSH app:k old",
            "a adds to it",
            "a t tab 'new' ctrl-s",
            "LRANGE app:k 0 -1",
            "old",
            "old new",
        ),
        (
            "SADD app:k old",
            "a adds to it",
            "a 'new' ctrl-s",
            "SCARD app:k",
            "1",
            "2",
        ),
        (
            "ZADD app:k 1 old",
            "a adds to it",
            "a '2' tab 'new' ctrl-s",
            "ZRANGE app:k 0 -1",
            "old",
            "old new",
        ),
    ] {
        let mut t = as_user("%W~app:* +@all", stock);
        t.sees("This user may not read the value");
        t.sees(offer);
        t.never_sees("old");
        // Without rows, d is about the key.
        t.press("d");
        t.sees("UNLINK app:k");
        t.press("n");
        t.press(edit);
        t.sees("Unseen");
        t.sees("nothing guards what is there now");
        assert_eq!(t.redis(ask), before, "{stock}");
        t.press("n");
        assert_eq!(t.redis(ask), before, "{stock}");
        t.press("ctrl-s y");
        assert_eq!(t.redis(ask), after, "{stock}\n{}", t.screen());
        lives(&t);
        let log = t.redis("ACL LOG 128");
        assert!(!log.contains(" watch ") && !log.contains(" eval "), "{log}");
    }
    // Nothing is made where there is nothing, and no other type is written over.
    for (meanwhile, answer) in [
        (["DEL app:k", "PING"], "none"),
        (["DEL app:k", "RPUSH app:k x"], "list"),
    ] {
        let mut t = as_user("%W~app:* +@all", "SET app:k old");
        t.press("e 'new' ctrl-s");
        for command in meanwhile {
            t.redis(command);
        }
        t.press("y");
        assert_eq!(t.redis("TYPE app:k"), answer, "{}", t.screen());
        t.never_sees("saved");
    }
}

#[test]
fn what_needs_the_value_is_refused_where_it_may_not_be_read() {
    let mut t = as_user("%W~app:* +@all", "SET app:k old");
    for key in ["E", "f"] {
        t.press(key);
        t.sees("this user may not read the value");
    }
    t.press("i");
    t.sees("this is not a number");
}
