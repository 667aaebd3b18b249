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
