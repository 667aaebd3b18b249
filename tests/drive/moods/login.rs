//! Moods about who we are and whether there is room: killed, removed, disabled, another password, full, too old.
use keygrove::model::target::Secret;

use crate::Drive;
use crate::common::Server;
use crate::drive::stocked;

/// As ada, whose password is `pw`, editing.
fn ada() -> Drive {
    let server = stocked("MSET app:1 one app:2 two");
    server.user("ada", "~* +@all");
    let target = server.target_as("ada");
    let mut t = Drive::open(server, |how| how.target = target);
    t.press("l");
    t.go("app:1");
    t.press("e 'x'");
    t
}

/// Mends a refused login from where one is.
fn logs_in_as_bob(t: &mut Drive) {
    t.server.user("bob", "~* +@all");
    t.send("ctrl-t");
    t.sees("AUTH failed");
    t.send("tab ctrl-u");
    t.type_now("bob");
    t.send("ctrl-s");
    t.sees("bob@");
}

#[test]
fn a_killed_connection_comes_back_by_itself() {
    let mut t = ada();
    t.redis("CLIENT KILL USER ada");
    t.sees("connected again");
    t.press("ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("GET app:1"), "onex");
}

#[test]
fn a_user_deleted_under_us_is_said_and_nothing_is_lost() {
    let mut t = ada();
    t.redis("ACL DELUSER ada");
    t.sees("the server does not let ada in");
    t.sees("removed or disabled");
    t.sees("onex");
    t.sees("▾ app");
    // A login is mended from inside the editor, and the draft is still there.
    logs_in_as_bob(&mut t);
    t.sees("onex");
    t.rest();
    t.press("ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("GET app:1"), "onex");
}

#[test]
fn a_user_turned_off_or_with_another_password_stays_until_the_line_breaks() {
    for change in ["ACL SETUSER ada off", "ACL SETUSER ada resetpass >other"] {
        let mut t = ada();
        t.redis(change);
        // What is open stays open; the second connection that a save needs is not let in.
        t.press("ctrl-s");
        t.sees("nothing was sent");
        t.sees("does not let ada in");
        t.press("'y'");
        t.redis("CLIENT KILL USER ada");
        t.sees("removed or disabled, or has");
        t.sees("onexy");
        t.server.user("ada", "~* +@all");
        t.send("ctrl-t ctrl-s");
        t.sees("redis 7");
        t.sees("onexy");
        t.press("ctrl-s");
        t.sees("saved");
    }
}

#[test]
fn another_password_is_typed_where_the_old_one_was() {
    let mut t = ada();
    t.redis("ACL SETUSER ada resetpass >other");
    t.redis("CLIENT KILL USER ada");
    t.sees("the server does not let ada in");
    t.send("ctrl-t tab tab");
    t.type_now("other");
    t.send("ctrl-s");
    t.sees("redis 7");
    t.rest();
    t.sees("onex");
    t.press("ctrl-s");
    t.sees("saved");
    t.never_sees("other");
}

#[test]
fn a_password_that_came_later_is_asked_for() {
    let mut t = Drive::with("SET k v");
    t.redis("CONFIG SET requirepass pw");
    t.server.login("pw", &["CLIENT", "KILL", "TYPE", "normal"]);
    t.sees("the server wants a password");
    t.sees("k");
    t.send("ctrl-t tab tab");
    t.type_now("pw");
    t.send("ctrl-s");
    t.sees("1 key · complete");
    t.rest();
}

#[test]
fn a_full_server_is_tried_again_and_no_more() {
    let server = stocked("SET k v");
    server.redis(&["CONFIG", "SET", "maxclients", "1"]);
    let first = Drive::open(server, |_| {});
    let target = first.server.target();
    let mut t = Drive::begin(Server::start(), |how| how.target = target);
    t.sees("no room for another client");
    t.sees("maxclients");
    t.sees("again in");
    // The address may be mended meanwhile; and it comes in by itself when there is room.
    let _server = first_leaves(first);
    t.sees("1 key · complete");
}

/// The server stays when its app goes.
fn first_leaves(mut first: Drive) -> Server {
    first.send("q");
    first.ends();
    std::mem::replace(&mut first.server, Server::start())
}

#[test]
fn without_room_for_a_second_connection_a_save_says_so_and_the_screen_goes_on() {
    let server = stocked("SET k v\nSET other x");
    server.redis(&["CONFIG", "SET", "maxclients", "3"]);
    let mut t = Drive::open(server, |_| {});
    let connect = || std::os::unix::net::UnixStream::connect(t.server.socket()).unwrap();
    let held = [connect(), connect()];
    t.go("k");
    t.press("e '1' ctrl-s");
    t.sees("nothing was sent");
    t.sees("no room for");
    t.sees("v1");
    drop(held);
    // The app, and who asks.
    t.until_redis("INFO clients", "connected_clients:2");
    t.press("ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("GET k"), "v1");
}

#[test]
fn a_restart_with_other_data_is_scanned_again_and_shows_nothing_of_the_old() {
    let saved = "MSET app:9 new zoo new\nSAVE\nDEL app:9 zoo";
    let mut t = Drive::with(&format!("{saved}\nMSET app:1 old app:2 old app:3 old"));
    t.server.kill();
    t.sees("3 keys");
    t.sees("not connected");
    t.server.restart();
    t.sees("the server was restarted: the scan begins again");
    t.sees("2 keys · complete");
    t.rest();
    assert_eq!(t.tree(), ["▸ app 1", "  zoo string"]);
}

#[test]
fn a_server_gone_for_good_can_be_left_for_another_and_comes_back() {
    let mut t = Drive::with("MSET a 1 b 2");
    t.server.kill();
    t.sees("not connected");
    t.sees("again in");
    // Everything that needs no server works.
    t.send("j / a enter ?");
    t.sees("enter do it");
    t.send("esc esc 6");
    t.sees("TYPE a");
    t.send("1 n");
    t.sees("not connected: wait for the reconnect");
    t.server.restart();
    t.send("ctrl-t");
    t.sees("redis 7");
    t.rest();
}

#[test]
fn a_server_of_old_without_hello_serves_all_screens() {
    let server = Server::with(&["--rename-command", "HELLO", "", "--requirepass", "pw"]);
    server.login("pw", &["MSET", "app:1", "one", "app:2", "two"]);
    server.login("pw", &["ZADD", "z", "0.1", "a", "2", "b"]);
    server.login("pw", &["HSET", "h", "f", "1"]);
    let mut target = server.target();
    target.password = Some(Secret::new("pw"));
    let mut t = Drive::open(server, |how| how.target = target);
    t.sees("4 keys · complete");
    t.go("app:1");
    t.press("e '1' ctrl-s");
    t.sees("saved");
    t.go("z");
    assert_eq!(t.value()[1], "0.1 a");
    t.press("i ctrl-u '1' ctrl-s");
    t.rest();
    t.go("h");
    t.press("i ctrl-u '4' ctrl-s");
    t.rest();
    t.sees("5");
    t.press("esc 2");
    t.sees("default");
    t.sees("everything");
    let server = &t.server;
    assert_eq!(server.login("pw", &["GET", "app:1"]), "one1");
    assert_eq!(server.login("pw", &["HGET", "h", "f"]), "5");
}

#[test]
fn a_login_is_mended_over_a_form_and_what_was_typed_there_stays() {
    let mut t = ada();
    t.press("esc y esc n");
    t.type_text("typed:here");
    t.redis("ACL DELUSER ada");
    t.sees("the server does not let ada in");
    logs_in_as_bob(&mut t);
    t.sees("app:typed:here");
    t.rest();
    t.press("tab tab 'v' ctrl-s");
    assert_eq!(t.redis("GET app:typed:here"), "v");
}

#[test]
fn a_form_about_one_server_does_not_go_to_another() {
    let other = stocked("SET theirs x");
    other.user("ada", "~* +@all");
    let mut t = ada();
    t.press("esc y esc d");
    t.sees("UNLINK");
    t.redis("ACL DELUSER ada");
    t.sees("the server does not let ada in");
    t.send("ctrl-t");
    t.sees("AUTH failed");
    t.send("ctrl-u");
    t.type_now(&format!("unix://{}", other.socket().display()));
    t.send("ctrl-s");
    t.sees("theirs");
    t.rest();
    t.never_sees("UNLINK");
}
