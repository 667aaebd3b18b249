//! A line that breaks, keeps quiet or is slow, under all that a person does: the screen answers keys, nothing is lost,
//! and the way back leads to the same place.
use std::time::{Duration, Instant};

use keygrove::model::target::Secret;

use crate::common::Server;
use crate::drive::stocked;
use crate::proxy::{Proxy, Rule, Way};
use crate::{Drive, How};

/// The app behind a proxy; the first scan is over.
fn behind(server: Server, change: impl FnOnce(&mut How)) -> (Drive, Proxy) {
    let proxy = Proxy::to(&server.socket());
    let place = proxy.target().place;
    let t = Drive::open(server, |how| {
        how.target.place = place;
        change(how);
    });
    (t, proxy)
}

/// Keys of every type, and many of them.
const STOCK: &str = "MSET app:1 one app:2 two app:3 three
    HSET app:hash f v g w
    RPUSH app:list a b c
    EVAL \"for i=1,3000 do redis.call('SET', 'many:'..i, i) redis.call('HSET', 'big', i, i) end\" 0";

#[test]
fn while_nothing_comes_back_every_key_is_answered() {
    let (mut t, proxy) = behind(stocked(STOCK), |_| {});
    // The cursor stands on the folder that came first.
    t.press("g l");
    proxy.swallow();
    let mut slowest = Duration::ZERO;
    // Each begins something that is never answered: opening, paging, searching, counting, editing, users, a scan.
    for (keys, seen) in [
        ("j", "app:1"),
        ("j", "app:2"),
        ("enter", "app:2 ─"),
        ("esc j j enter", "app:hash"),
        ("esc s", "Pattern"),
        ("esc /", "of 3,006 loaded"),
        ("esc d", "looking what can be brought back"),
        ("esc ctrl-r", "3,006 keys · 0 % scanned"),
        ("2", "2 ACL"),
        ("6", "6 Log"),
        ("1 ?", "enter do it"),
        ("esc ctrl-g", "Name"),
        ("esc n", "TTL"),
        ("esc", "s search"),
    ] {
        for key in keys.split(' ') {
            let began = Instant::now();
            t.send(key);
            t.answers();
            slowest = slowest.max(began.elapsed());
        }
        t.sees(seen);
    }
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    t.sees("the server does not answer");
    proxy.pass();
    t.sees("3,006 keys · complete");
    t.loses("does not answer");
    // And it can always be left.
    proxy.swallow();
    t.send("ctrl-r q");
    t.ends();
}

#[test]
fn a_break_while_scanning_lands_in_the_same_database_as_the_same_user() {
    let server = Server::start();
    server.user("ada", "~* +@all");
    server.redis(&["CONFIG", "SET", "databases", "16"]);
    let proxy = Proxy::to(&server.socket());
    let fill =
        "EVAL \"redis.call('SELECT', 3) for i=1,20000 do redis.call('SET', 'k:'..i, i) end\" 0";
    let place = proxy.target().place;
    crate::drive::client::run(&server.socket(), fill);
    proxy.rule(Way::Down, Rule::Cut(60_000));
    let mut t = Drive::begin(server, |how| {
        how.target.place = place;
        how.target.db = 3;
        how.target.user = Some("ada".into());
        how.target.password = Some(Secret::new("pw"));
    });
    t.sees("connected again");
    t.sees("20,000 keys · complete");
    t.rest();
    let clients = t.redis("CLIENT LIST");
    let ours: Vec<&str> = clients
        .split("\\n")
        .filter(|line| line.contains("name=keygrove"))
        .collect();
    assert_eq!(ours.len(), 1, "{clients}");
    assert!(
        ours[0].contains(" db=3 ") && ours[0].contains(" user=ada "),
        "{ours:?}"
    );
}

#[test]
fn a_save_that_is_cut_off_keeps_the_draft_and_is_not_sent_again() {
    let (mut t, proxy) = behind(stocked("SET k v"), |_| {});
    t.go("k");
    // Once, so that the second connection is there.
    t.press("e '1' ctrl-s");
    t.sees("saved");
    t.press("e '2'");
    // The server hears the save, and its answer is lost.
    proxy.rule(Way::Down, Rule::Keep);
    t.send("ctrl-s");
    proxy.keeps(Way::Down);
    proxy.reset();
    proxy.pass();
    t.sees("nothing was written");
    t.sees("v12");
    t.sees("connected again");
    t.press("ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("GET k"), "v12");
}

#[test]
fn a_dead_line_is_said_and_replaced_with_the_draft_in_place() {
    let (mut t, proxy) = behind(stocked("MSET a 1 b 2"), |_| {});
    t.go("a");
    // Once, so that the second connection is there, to die as well.
    t.press("e '4' ctrl-s");
    t.sees("saved");
    t.press("e '5'");
    proxy.abandon();
    // What is idle is not known to be dead, until something is asked of it.
    t.send("ctrl-s");
    t.sees("sending…");
    // A new connection at once, from inside the editor.
    t.send("ctrl-t");
    t.sees("nothing was written");
    t.sees("145");
    t.sees("redis 7");
    t.press("ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("GET a"), "145");
}

#[test]
fn a_slow_line_shows_all_the_same() {
    let (mut t, proxy) = behind(stocked("SET k v\nHSET h f v"), |_| {});
    proxy.rule(Way::Down, Rule::Late(Duration::from_millis(30)));
    proxy.rule(Way::Up, Rule::Drip(Duration::ZERO));
    t.press("ctrl-r");
    t.sees("2 keys · complete");
    t.go("h");
    t.press("e ctrl-u 'w' ctrl-s");
    t.rest();
    assert_eq!(t.redis("HGET h f"), "w");
}

#[test]
fn a_deletion_that_is_cut_off_says_how_far_it_got() {
    let about_to = || {
        let (mut t, proxy) = behind(stocked(STOCK), |_| {});
        t.press("G k");
        t.sees("many");
        t.press("d");
        t.sees("3,000");
        (t, proxy)
    };
    // Once to its end, to know how much comes back.
    let (mut t, proxy) = about_to();
    proxy.pass();
    t.press("y");
    t.sees("3,000 keys deleted");
    let whole = proxy.passed(Way::Down);
    // Half-way among the answers to what is read before it goes, and to what goes.
    let (mut t, proxy) = about_to();
    proxy.rule(Way::Down, Rule::Cut(whole / 2));
    t.send("y");
    t.sees("deleted, then: the connection was lost");
    let screen = t.screen();
    let (said, _) = screen.split_once(" deleted, then").unwrap();
    let said = said.rsplit(' ').next().unwrap().replace(',', "");
    let said: u64 = said.trim_start_matches('└').parse().unwrap();
    t.sees("may be gone too");
    t.sees("not connected");
    proxy.pass();
    // That there is a connection again is no reason to talk over it.
    t.loses("not connected");
    t.sees("standalone");
    t.sees("deleted, then: the connection was lost");
    let gone = 3_006 - t.redis("DBSIZE").parse::<u64>().unwrap();
    assert!((500..2_500).contains(&said), "{said}");
    assert!(
        (said..=said + 500).contains(&gone),
        "{said} said, {gone} gone"
    );
}

#[test]
fn the_change_of_a_user_that_is_cut_off_is_told_to_be_unknown() {
    let (mut t, proxy) = behind(Server::start(), |_| {});
    t.press("2 n 'app' ctrl-s");
    t.sees("enter apply");
    // That there is no such user is heard, and of what becomes of ACL SETUSER one byte.
    proxy.rule(Way::Down, Rule::Cut(4));
    t.send("enter");
    t.sees("may or may not have been done");
    t.sees("never sent again");
    t.rest();
    assert!(t.redis("ACL USERS").contains("app_user"));
    assert_eq!(t.asked("acl|setuser"), 1);
}

#[test]
fn a_tunnel_whose_server_is_not_back_yet_is_waited_for() {
    let (mut t, _proxy) = behind(stocked("SET k v\nSAVE"), |_| {});
    t.server.kill();
    // The tunnel takes the connection, and then has nobody to hand it to: that is no wrong address now, and no wrong login.
    t.sees("not connected: the server closed the connection again; again in");
    t.never_sees("--tls");
    t.server.restart();
    t.sees("redis 7");
    t.sees("1 key · complete");
}
