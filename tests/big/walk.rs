//! Every screen is walked through over big values, and each command that leaves is one that may.
use crate::common::target;
use crate::drive::Drive;
use crate::grove::{Sizes, grove};
use crate::spy::{Spy, forbidden, shown};
use keygrove::model::target::Place;

/// Nothing that passed may stall the server.
#[track_caller]
fn assert_allowed(spy: &Spy, what: &str) -> usize {
    let passed = spy.take();
    for words in &passed {
        if let Some(why) = forbidden(words) {
            panic!("{what}: {}: {why}", shown(words));
        }
    }
    passed.len()
}

/// What is done with every collection.
const COLLECTION: &str = "pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgup pgup \
                          pgup pgup pgup pgup G G G k k g G pgup pgup g j j w w ctrl-r enter esc y v y c esc";

#[test]
fn no_command_that_stalls_a_server_ever_leaves() {
    let sizes = Sizes::wanted();
    let folder = tempfile::tempdir().unwrap();
    let server = grove(sizes);
    let spy = Spy::before(&server.socket(), folder.path().join("spy.sock"));
    let place = Place::Unix(spy.socket().to_owned());
    let mut t = Drive::open(server, |how| how.target = target(place));
    assert!(assert_allowed(&spy, "the first scan") > 0);

    for name in [
        "big:hash",
        "big:set",
        "big:list",
        "big:zset",
        "big:most:hash",
        "big:most:zset",
    ] {
        t.go(name);
        t.press(COLLECTION);
        assert_allowed(&spy, &format!("{name}: paging"));
        t.go(name);
        t.press("/ '7777' enter");
        t.sees("7777");
        t.press("down esc");
        t.press("/ '*:1?99' enter j j j esc");
        assert_allowed(&spy, &format!("{name}: a filter"));
    }
    for name in ["big:list", "big:most:zset"] {
        t.go(name);
        let jump = if name == "big:list" {
            "# '15000' ctrl-s"
        } else {
            "# ctrl-u '100' tab ctrl-u '(9000' ctrl-s"
        };
        t.press(jump);
        t.press("j j k k k k pgdn G G pgup g");
        assert_allowed(&spy, &format!("{name}: a jump"));
    }
    // Changes deep inside, each under its guard.
    t.go("big:list");
    t.press("# '15000' ctrl-s e ctrl-u 'new' ctrl-s");
    assert_eq!(t.redis("LINDEX big:list 15000"), "new");
    t.press("d y");
    assert_ne!(t.redis("LINDEX big:list 15000"), "new");
    t.go("big:most:hash");
    t.press("/ '*field:43210' enter e ctrl-u 'new' ctrl-s");
    assert_eq!(t.redis("HGET big:most:hash field:43210"), "new");
    t.press("d y");
    assert_eq!(t.redis("HEXISTS big:most:hash field:43210"), "0");
    t.press("esc m 'field:1' ctrl-s");
    t.go("big:most:zset");
    t.press("# ctrl-u '40000' tab ctrl-u '40010' ctrl-s e ctrl-u '7.5' ctrl-s");
    assert_eq!(t.redis("ZSCORE big:most:zset member:40000"), "7.5");
    t.go("big:set");
    t.press("/ 'member:1999' enter d y");
    assert_allowed(&spy, "changes deep inside");

    for name in [
        "big:string",
        "big:line",
        "big:lines",
        "big:json",
        "big:items",
    ] {
        t.go(name);
        t.press("pgdn pgdn G j pgdn g k f f f f e esc esc");
        t.go(name);
        t.press("enter esc E y v y c");
        assert_allowed(&spy, name);
    }
    // Another name, another time to live, the end.
    t.go("big:most:hash");
    t.press("esc r ctrl-u 'big:renamed' ctrl-s");
    t.press("t '90m' ctrl-s");
    t.press("d");
    t.sees("UNLINK big:renamed");
    t.press("y");
    assert_eq!(t.redis("EXISTS big:renamed big:most:hash"), "0");
    t.go("big:set");
    t.press("r ctrl-u 'big:list' ctrl-s");
    t.sees("that name is taken");
    t.press("esc esc");
    assert_allowed(&spy, "names, times, the end");

    // The tree and what stands over it.
    t.press("g j j l j j space space s '*7*' tab l ctrl-s esc / 's' 'm' enter esc o o p p ctrl-r n esc ? esc : esc");
    assert_allowed(&spy, "the tree");
    t.press("g G d esc");
    t.press(
        "2 j k enter esc t esc k esc L esc S esc ? esc n esc n 'app' ctrl-s esc esc 6 g G k y c 1",
    );
    assert_allowed(&spy, "the other screens");
    assert!(spy.longest_reply() <= 1024 * 1024);
    let (open, most) = spy.lines();
    assert!(open <= 2 && most <= 3, "{open} lines, {most} at most");
}
