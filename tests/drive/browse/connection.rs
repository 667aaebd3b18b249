//! Losing the server and finding it again: nothing of the person's is lost.
use crate::Drive;
use crate::drive::stocked;

#[test]
fn a_restarted_server_finds_tree_and_draft_where_they_were() {
    let mut t = Drive::with("MSET app:1 old app:2 b");
    t.press("l");
    t.go("app:1");
    t.press("e 'x'");
    t.redis("SAVE");
    t.server.kill();
    t.sees("not connected");
    t.sees("oldx");
    t.sees("2 keys");
    t.press("'y' ctrl-s");
    t.sees("not connected: wait for the reconnect");
    t.server.restart();
    t.sees("redis 7");
    t.sees("oldxy");
    assert_eq!(t.tree().len(), 3);
    t.press("ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("GET app:1"), "oldxy");
}

#[test]
fn the_database_is_kept() {
    let server = stocked("SET zero x");
    let mut t = Drive::open(server, |how| how.target.db = 3);
    t.sees("/3 ·");
    t.sees("no keys here");
    t.server.restart();
    t.sees("the server was restarted");
    t.press("n 'three' tab tab 'v' ctrl-s");
    assert_eq!(t.redis("EXISTS three"), "0");
    assert!(t.redis("INFO keyspace").contains("db3:keys=1"));
}

#[test]
fn a_scan_goes_on_after_the_server_was_away() {
    let many = "EVAL \"for i=1,100000 do redis.call('SET', 'k:'..i, i) end\" 0";
    let mut t = Drive::begin(stocked(many), |how| how.setup.count = 10);
    t.sees("% scanned");
    // Only the connection breaks: the server is the same, and its cursors still mean something.
    t.redis("CLIENT KILL TYPE normal SKIPME yes");
    t.sees("connected again");
    t.sees("100,000 keys · complete");
    t.server.kill();
    t.sees("not connected");
    t.loses("connected again");
}

#[test]
fn a_search_outlives_a_restart_and_leads_back_to_a_tree_that_is_scanned_anew() {
    let mut t = Drive::with("MSET app:1 a app:2 b other c");
    t.press("s ctrl-u 'app:*' ctrl-s");
    t.sees("2 matches · complete");
    t.redis("SET app:3 d");
    t.redis("SAVE");
    t.server.restart();
    t.sees("the server was restarted");
    t.sees("3 matches · complete");
    t.rest();
    t.press("esc");
    t.sees("4 keys · complete");
    t.press("g l");
    assert_eq!(t.tree().len(), 5, "{}", t.screen());
}

#[test]
fn connecting_again_to_the_same_server_goes_on_with_the_scan() {
    let many = "EVAL \"for i=1,100000 do redis.call('SET', 'k:'..i, i) end\" 0";
    let mut t = Drive::begin(stocked(many), |how| how.setup.count = 10);
    t.sees("% scanned");
    t.send("C enter");
    t.sees("100,000 keys · complete");
    t.rest();
}

#[test]
fn another_server_brings_another_tree() {
    let other = stocked("SET theirs x");
    let mut t = Drive::with("SET mine x");
    t.press("C ctrl-u");
    t.type_text(&format!("unix://{}", other.socket().display()));
    t.press("ctrl-s");
    assert_eq!(t.tree(), ["  theirs string"]);
    t.sees("theirs ─ string");
}

#[test]
fn an_address_can_be_mended_and_tried_again() {
    let server = stocked("SET k v");
    let right = format!("unix://{}", server.socket().display());
    let mut t = Drive::open(server, |how| {
        how.target.place = keygrove::model::target::Place::Unix("/nowhere/redis.sock".into());
    });
    t.sees("no such socket");
    t.press("ctrl-u");
    t.type_text(&right);
    t.press("ctrl-s");
    t.sees("1 key · complete");
}

#[test]
fn a_mistyped_address_costs_nothing() {
    let mut t = Drive::with("MSET app:1 old app:2 b");
    t.press("l");
    t.go("app:1");
    t.press("e 'er' ctrl-s");
    t.sees("saved");
    let scans = t.asked("scan");
    let right = format!("unix://{}?db=0", t.server.socket().display());
    for back in ["esc", "right"] {
        t.press("C ctrl-u");
        t.type_text("/nowhere/redis.sock");
        t.press("ctrl-s");
        t.sees("no such socket");
        if back == "esc" {
            t.press("esc");
        } else {
            t.press("ctrl-u");
            t.type_text(&right);
            t.press("ctrl-s");
        }
        t.sees("redis 7");
        t.rest();
        t.sees("older");
        assert_eq!(t.tree(), ["▾ app 2", "    1 string", "    2 string"]);
    }
    assert_eq!(t.asked("scan"), scans, "all was there");
    t.press("u");
    t.sees("undone");
    assert_eq!(t.redis("GET app:1"), "old");
}

#[test]
fn a_restart_is_noticed_on_the_way_back_from_a_mistyped_address() {
    let mut t = Drive::with("SET before x");
    t.press("C ctrl-u");
    t.type_text("/nowhere/redis.sock");
    t.press("ctrl-s");
    t.sees("no such socket");
    t.server.restart();
    t.redis("SET after x");
    t.press("esc");
    t.sees("after");
    t.rest();
    assert_eq!(t.tree(), ["  after string"]);
}

#[test]
fn another_user_lists_the_keys_anew_and_undoes_what_was_done_here() {
    let server = stocked("MSET app:1 old app:2 b other:1 c");
    server.user("ada", "~app:* +@all -scan");
    server.user("bob", "~* +@all");
    let target = server.target_as("ada");
    let mut t = Drive::open(server, |how| how.target = target);
    t.go("app:1");
    t.press("e 'er' ctrl-s");
    t.sees("saved");
    t.sees("no SCAN");
    t.press("C tab ctrl-u");
    t.type_text("bob");
    t.press("ctrl-s");
    t.sees("bob@");
    t.sees("3 keys · complete");
    assert_eq!(
        t.tree(),
        ["▾ app 2", "    1 string", "    2 string", "▸ other 1"]
    );
    t.press("u");
    t.sees("undone");
    assert_eq!(t.redis("GET app:1"), "old");
}

#[test]
fn the_connect_screen_stays_while_one_types_although_the_server_is_back() {
    let mut t = Drive::with("SET k v");
    t.redis("SAVE");
    for typed in ["else", ""] {
        t.server.kill();
        t.sees("not connected");
        t.send("C");
        t.type_now(typed);
        t.sees("Address");
        t.server.restart();
        t.sees("redis 7");
        if typed.is_empty() {
            t.loses("Address");
        } else {
            t.sees("redis.sock?db=0else");
            t.send("esc");
        }
        t.sees("1 key · complete");
    }
}
