//! The walk: it starts, shows what is allowed, says what is not, and is refused everything once at most.
use std::path::{Path, PathBuf};

use keygrove::input::Layer;

use super::{Denial, USERS, User, as_user, denials, every_key, server, told};
use crate::Drive;

/// Every user on the server of the path, and on those that are named besides.
#[test]
fn every_user_is_led_everywhere_and_refused_nothing_twice() {
    let more = std::env::var_os("KEYGROVE_SERVERS").unwrap_or_default();
    let mut programs = vec![PathBuf::from("redis-server")];
    programs.extend(std::env::split_paths(&more).filter(|path| !path.as_os_str().is_empty()));
    for program in programs {
        std::thread::scope(|scope| {
            for user in USERS {
                let program = program.clone();
                scope.spawn(move || lead(&program, user));
            }
        });
    }
}

/// Those who press every key of every screen here too; the others do so where more servers are tried.
const LED_EVERYWHERE: &[&str] = &["A", "B", "G", "J"];

fn lead(program: &Path, user: &User) {
    let server = server(program);
    let info = server.redis(&["INFO", "server"]);
    let version = info.split("redis_version:").nth(1).unwrap();
    if user.but.iter().any(|old| version.starts_with(old)) {
        return;
    }
    server.user(user.name, user.rules);
    server.redis(&["ACL", "LOG", "RESET"]);
    let mut t = as_user(server, user.name);
    let at = format!(
        "{} on {}",
        user.name,
        version.lines().next().unwrap_or_default()
    );
    let expected: &[&str] = if user.scans { &[] } else { &["scan"] };
    assert_eq!(told(&denials(&t)), expected, "{at}: at the start");
    t.sees(&format!("{}@", user.name));

    keys(&mut t, user, &at);
    others(&mut t, user, &at);
    writes(&mut t, user, &at);
    acl(&mut t, user, &at);
    if LED_EVERYWHERE.contains(&user.name) || std::env::var_os("KEYGROVE_SERVERS").is_some() {
        everything(&mut t, &at);
    }
    t.press("6");
    t.sees("Log");
    let entries = denials(&t);
    once(&entries, &at);
}

/// No command was refused twice, whatever the person did; and of keys, one of a folder and what was asked for by name.
#[track_caller]
fn once(entries: &[Denial], at: &str) {
    for entry in entries {
        // Where subcommands are no commands of their own, they are noted as one.
        let container = ["acl", "client", "memory", "object", "config"].contains(&&*entry.object);
        assert!(
            entry.count == 1 || container,
            "{at}: {entry:?} in {entries:#?}"
        );
    }
    let keys = entries.iter().filter(|entry| entry.reason == "key");
    assert!(keys.count() <= 3, "{at}: {entries:#?}");
    assert!(entries.len() <= 32, "{at}: {entries:#?}");
}

/// What is ours is there, each value with what may be known of it.
fn keys(t: &mut Drive, user: &User, at: &str) {
    if !user.scans {
        t.sees("this user may not SCAN");
    }
    if user.name == "G" {
        // Which type a key is of, only opening it tells.
        t.press("j l");
        assert!(shows(t, "    s — 16m"), "{at}\n{}", t.screen());
    }
    for (key, kind) in [
        ("s", "string"),
        ("h", "hash"),
        ("l", "list"),
        ("m", "set"),
        ("z", "zset"),
    ] {
        t.go(&format!("myapp:{key}"));
        if user.reads {
            t.sees(&format!("myapp:{key} ─ {kind}"));
            t.sees("mine");
        } else if kind == "string" {
            t.sees("this user may only GET it");
            t.press("enter");
            t.sees("myapp:s ─ string");
            t.sees("expiry hidden");
            t.sees("mine");
        }
        t.press("esc");
    }
    if user.name == "G" {
        assert!(shows(t, "    s string 16m"), "{at}\n{}", t.screen());
    }
}

fn shows(t: &Drive, start: &str) -> bool {
    t.tree().iter().any(|row| row.starts_with(start))
}

/// What is not ours says so, and costs one denial: the others of its folder are not asked about.
fn others(t: &mut Drive, user: &User, at: &str) {
    t.go("other:3");
    t.never_sees("secret");
    if user.reads {
        t.sees("not open to this user");
        t.sees("~other:*");
    }
    let before = denials(t);
    t.press("esc");
    for key in ["j", "j", "k", "enter", "esc", "ctrl-r"] {
        t.press(key);
        t.never_sees("secret");
    }
    assert_eq!(told(&denials(t)), told(&before), "{at}");
    if user.scans {
        assert!(
            told(&before).contains(&"other:3 by type".to_owned()) || user.name == "G",
            "{at}: {before:?}"
        );
    }
}

/// A write is done or refused in words, and what was refused is known from then on.
fn writes(t: &mut Drive, user: &User, at: &str) {
    t.go("myapp:h");
    if !user.reads {
        t.press("esc");
        return;
    }
    t.press("e ctrl-u 'new' ctrl-s");
    if user.name == "G" {
        // The guard looks at the type, and so the person is asked first.
        t.sees("not atomic: this user may not TYPE");
        t.press("y");
    }
    if user.writes {
        t.sees("saved");
        assert_eq!(t.redis("HGET myapp:h field"), "new", "{at}");
    } else {
        // Without WATCH the person is asked first.
        if t.screen().contains("Not guarded") {
            t.press("y");
        }
        t.rest();
        t.press("esc esc");
        let before = denials(t);
        t.go("myapp:h");
        t.press("e");
        t.sees("this user may");
        assert_eq!(told(&denials(t)), told(&before), "{at}");
        assert_eq!(t.redis("HGET myapp:h field"), "mine", "{at}");
    }
    t.press("esc");
}

/// The ACL screen tells who one is, what was learned and what would help; coming back to it costs nothing.
fn acl(t: &mut Drive, user: &User, at: &str) {
    let before = denials(t).len();
    t.press("2");
    t.sees(&format!("you are {}", user.name));
    t.sees("what an admin could grant");
    t.sees("commands refused: ");
    let opened = denials(t);
    assert!(opened.len() - before <= 2, "{at}: {opened:#?}");
    t.press("1 2 ctrl-r L");
    t.sees("this user may not ACL LOG");
    let listed = told(&denials(t));
    t.press("L 1 2 L");
    assert_eq!(told(&denials(t)), listed, "{at}");
}

/// Every key of every screen: none ends the program, none empties it, none is refused a second time.
fn everything(t: &mut Drive, at: &str) {
    for (screen, layers) in [
        ("1", &[Layer::Tree, Layer::Keys, Layer::Everywhere][..]),
        ("1 enter", &[Layer::Value, Layer::Keys, Layer::Everywhere]),
        ("2", &[Layer::Acl, Layer::Everywhere]),
        ("6", &[Layer::Log, Layer::Everywhere]),
    ] {
        for key in every_key(layers) {
            t.press(screen);
            t.press(&key);
            t.press("esc esc");
            assert!(
                t.screen().contains("keygrove") || t.screen().contains("RW"),
                "{at}: {key}"
            );
        }
        once(&denials(t), at);
    }
}
