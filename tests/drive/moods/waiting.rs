//! Moods that pass: reads wait for their end and go on by themselves; writes say why not.
use super::{AT_ONCE, Running};
use crate::common::Server;
use crate::drive::stocked;
use crate::{Drive, How};

/// Loading takes as long as a test wants: a tenth of a second for each key, and commands are served between them.
const SLOWLY: [&str; 4] = [
    "--key-load-delay",
    "100000",
    "--loading-process-events-interval-bytes",
    "1024",
];

/// A server with two small keys among a hundred bigger ones, that loads them slowly from its next start on.
fn slow_to_load() -> Server {
    let big =
        "EVAL \"for i=1,100 do redis.call('SET', 'big:'..i, string.rep(tostring(i), 2000)) end\" 0";
    let mut server = stocked(&format!(
        "MSET app:1 one app:2 two\n{big}\nCONFIG SET rdbcompression no\nSAVE"
    ));
    server.give(&SLOWLY);
    server
}

#[test]
fn a_server_that_loads_says_how_far_and_is_read_when_it_is_ready() {
    let mut server = slow_to_load();
    server.wake();
    let mut t = Drive::begin(server, |_| {});
    t.sees("the server is loading its data (LOADING)");
    t.sees("(LOADING), ");
    t.sees("It goes on by itself");
    // The app lives on: help, other screens, a new key whose form says why it cannot be made.
    t.send("?");
    t.sees("enter do it");
    t.send("esc n");
    t.type_now("app:new");
    t.send("tab tab v ctrl-s");
    t.sees("loading its data");
    t.sees("app:new");
    t.send("esc");
    t.redis("CONFIG SET key-load-delay 0");
    t.sees("102 keys · complete");
    t.sees("redis 7");
    t.send("j");
    t.loses("LOADING");
    assert_eq!(t.redis("EXISTS app:new"), "0");
}

#[test]
fn a_restart_into_loading_keeps_the_tree_the_value_and_the_draft() {
    let mut t = Drive::open(slow_to_load(), |_| {});
    t.press("l");
    t.go("app:1");
    t.press("e 'x'");
    t.server.wake();
    t.sees("(LOADING)");
    t.sees("onex");
    t.sees("app:1");
    t.sees("102 keys");
    t.redis("CONFIG SET key-load-delay 0");
    t.sees("102 keys · complete");
    t.sees("onex");
    t.press("ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("GET app:1"), "onex");
}

fn busy(change: impl FnOnce(&mut How)) -> (Drive, Running) {
    let server = Server::with(&["--busy-reply-threshold", "100"]);
    server.redis(&["MSET", "a", "1", "b", "2", "c", "3"]);
    let t = Drive::open(server, change);
    let script = Running::at(&t.server, "EVAL 'while true do end' 0");
    t.until_redis("PING", "BUSY");
    (t, script)
}

#[test]
fn a_server_busy_with_a_script_can_be_freed_from_it() {
    let (mut t, script) = busy(|_| {});
    let before = t.asked("type");
    t.send("j j k k j j k k enter");
    t.sees("the server is busy with a script (BUSY)");
    t.sees("! stops");
    // Another key was moved to all the time; nothing piled up at the server.
    // A save is refused at once, and keeps what was typed.
    t.send("e ctrl-u 7 ctrl-s");
    t.sees("editing");
    // The refusal may come before the next frame.
    t.answers();
    t.loses("sending…");
    t.sees("7");
    t.send("esc y !");
    t.sees("SCRIPT KILL");
    t.send("y");
    t.sees("it was stopped");
    assert!(script.ends().contains("Script killed"));
    t.loses("BUSY");
    t.rest();
    t.press("e ctrl-u '7' ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("GET a"), "7");
    let asked = t.asked("type") - before;
    assert!(asked < 20, "{asked} TYPE");
}

#[test]
fn a_script_that_has_written_is_not_stopped_and_says_so() {
    let server = Server::with(&["--busy-reply-threshold", "100"]);
    let mut t = Drive::open(server, |_| {});
    let endless = "EVAL \"redis.call('SET','k','v') while redis.call('EXISTS','k') do end\" 0";
    let _script = Running::at(&t.server, endless);
    t.until_redis("PING", "BUSY");
    t.send("ctrl-r");
    t.sees("(BUSY)");
    t.send("! y");
    t.sees("UNKILLABLE");
    t.server.kill();
    t.sees("not connected");
}

#[test]
fn in_read_only_mode_nothing_is_stopped() {
    let (mut t, script) = busy(How::read_only);
    t.send("ctrl-r");
    t.sees("(BUSY)");
    t.send("!");
    t.sees("read-only");
    t.never_sees("SCRIPT KILL?");
    assert_eq!(t.redis("SCRIPT KILL"), "OK");
    script.ends();
    t.sees("3 keys · complete");
}

#[test]
fn a_replica_without_its_primary_waits_for_it() {
    let primary = Server::with(&AT_ONCE);
    primary.redis(&["SET", "k", "v"]);
    let port = primary.port.to_string();
    let server = Server::with(&["--replica-serve-stale-data", "no"]);
    assert_eq!(server.redis(&["REPLICAOF", "127.0.0.1", "1"]), "OK");
    let mut t = Drive::begin(server, |_| {});
    t.sees("this replica has lost its primary (MASTERDOWN)");
    t.sees(" REPLICA ");
    // The screen of users needs no data, and works.
    t.send("2");
    t.sees("default");
    t.send("1");
    t.redis(&format!("REPLICAOF 127.0.0.1 {port}"));
    t.sees("1 key · complete");
    t.loses("MASTERDOWN");
}

#[test]
fn a_paused_server_is_waited_for_and_the_screen_lives() {
    let mut t = Drive::with("MSET a 1 b 2");
    t.redis("CLIENT PAUSE 4500 ALL");
    t.send("j enter");
    t.sees("the server does not answer · 2 s");
    t.sees("the server does not answer · 3 s");
    t.send("?");
    t.sees("enter do it");
    t.send("esc");
    t.loses("does not answer");
    t.sees("b ─ string");
    t.rest();
}

#[test]
fn a_save_that_waits_for_a_silent_server_says_so() {
    let mut t = Drive::with("SET k v");
    t.go("k");
    t.press("e '1' ctrl-s");
    t.sees("saved");
    t.press("e '2'");
    t.redis("CLIENT PAUSE 4500 ALL");
    t.send("ctrl-s");
    t.sees("sending…");
    t.sees("the server does not answer · 2 s");
    t.sees("saved");
    t.loses("does not answer");
    assert_eq!(t.redis("GET k"), "v12");
}

#[test]
fn writes_that_are_paused_wait_while_reads_go_on() {
    let mut t = Drive::with("SET k v\nRPUSH list a");
    t.go("k");
    t.press("e '1'");
    t.redis("CLIENT PAUSE 60000 WRITE");
    t.send("ctrl-s");
    t.sees("sending…");
    t.server_hears("set");
    assert_eq!(t.redis("GET k"), "v");
    t.redis("CLIENT UNPAUSE");
    t.sees("saved");
    t.rest();
    assert_eq!(t.redis("GET k"), "v1");
}

#[test]
fn what_is_typed_while_a_save_waits_is_not_lost() {
    let mut t = Drive::with("SET k v");
    t.go("k");
    t.redis("CLIENT PAUSE 60000 WRITE");
    t.press("e '1'");
    t.send("ctrl-s");
    t.sees("sending…");
    t.type_now("2");
    t.redis("CLIENT UNPAUSE");
    t.sees("saved, but for what was typed since then");
    t.sees("v12");
    assert_eq!(t.redis("GET k"), "v1");
    t.press("ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("GET k"), "v12");
    t.never_sees("editing");
}
