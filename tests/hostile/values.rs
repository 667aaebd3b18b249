//! Harm in names, values, fields, members and patterns, on every screen that shows keys.
use crate::names;
use crate::tty::wait_until;
use crate::world::{Walk, World, harmful_text, typed};

/// Text that a view as text takes: what it hides is no control character.
fn quiet_text() -> String {
    let text = harmful_text();
    text.chars()
        .filter(|c| !c.is_control() && !c.is_ascii())
        .collect()
}

/// Opens a key by its exact name.
#[track_caller]
fn go<'w>(walk: &'w mut Walk, name: &[u8], sees: &[&str]) -> &'w mut Walk {
    walk.step(&format!("\x07\x15{}\x13", typed(name)), sees)
}

#[test]
fn no_screen_of_keys_lets_harm_through() {
    let world = World::new();
    let evil = names::everything();
    let (loud, quiet) = (harmful_text(), quiet_text());
    let json = format!("{{\"{quiet}\":[\"{quiet}\",1]}}");
    for (key, value) in [
        (&b"loud"[..], loud.as_bytes()),
        (b"quiet", quiet.as_bytes()),
        (b"json", json.as_bytes()),
        (b"raw", &evil),
        (&evil, b"named"),
    ] {
        world.run("SET", &[key, value]);
    }
    for harm in names::harm() {
        let row = [b"x", harm.as_slice(), b"x"].concat();
        world.run(
            "SET",
            &[&[b"folder:", harm.as_slice(), b":y"].concat(), &harm],
        );
        world.run("HSET", &[b"hash", row.as_slice(), &harm]);
        world.run("RPUSH", &[b"list", row.as_slice()]);
        world.run("SADD", &[b"set", row.as_slice()]);
        world.run("ZADD", &[b"zset", &b"1"[..], &row]);
    }
    world.run("XADD", &[b"stream", &b"*"[..], &evil, &evil]);
    let mut walk = world.open("");
    for name in ["loud", "quiet", "json", "raw"] {
        go(&mut walk, name.as_bytes(), &[&format!("┌ {name} ─ string")]);
        for _ in 0..4 {
            walk.step("f", &["string"]);
        }
        walk.step("e", &["editing"])
            .step("x\x1b", &["Not saved"])
            .leave("y", "editing");
        walk.step("yv", &["copied"]).step("yc", &["copied"]);
        walk.step("E", &["nothing was changed"]);
    }
    for (name, rows) in [
        ("hash", "field"),
        ("list", "#"),
        ("set", "member"),
        ("zset", "score"),
    ] {
        go(&mut walk, name.as_bytes(), &[&format!("┌ {name} ─"), rows]);
        for _ in 0..4 {
            walk.step("\x06", &[rows]);
        }
        walk.step("g\r", &["esc close"]).leave("\x1b", "esc close");
        for form in ["e", "a"] {
            walk.step(form, &["ctrl-s "]).leave("\x1b", "ctrl-s ");
        }
        walk.step("d", &["n no"]).leave("n", "n no");
        walk.step("yn", &["copied"])
            .step("yv", &["copied"])
            .step("yc", &["copied"]);
    }
    go(&mut walk, b"stream", &["┌ stream ─ stream"]);
    go(&mut walk, &evil, &["named"]);
    for (form, title) in [("t", "Time to live"), ("r", "Rename"), ("D", "Duplicate")] {
        walk.step(form, &[title]).leave("\x1b", "esc cancel");
    }
    walk.step("d", &["n no"]).leave("n", "n no");
    walk.step("\x1b", &["space mark"]);
    every_way_to_look_for(&mut walk, &quiet);
    walk.step("?", &["Everywhere"]).leave("\x1b", "Everywhere");
    walk.step(":", &["enter do"]).leave("\x1b", "enter do");
    walk.step("6", &["Log ─"])
        .step("g", &["┌ Log"])
        .step("\x06", &["┌ Log"]);
    walk.quit();
}

/// Filters, searches and names that are typed and pasted.
fn every_way_to_look_for(walk: &mut Walk, quiet: &str) {
    let pasted = |text: &str| format!("\x1b[200~{text}\x1b[201~");
    let few: String = quiet.chars().take(30).collect();
    walk.step("g/", &["loaded"]);
    walk.step(&pasted(&few), &["1 of "]);
    walk.leave("\x1b", "loaded");
    walk.step("s", &["Search the server"]);
    walk.step(&pasted(&few), &["fe0e}"]);
    walk.step("\x13", &["Search ─", "no key has"]);
    walk.leave("\x1b", "Search ─");
    walk.step("\x07", &["Go to a key"]);
    walk.step(&pasted(&few), &["fe0e}"]);
    walk.step("\x13", &["there is no key"]);
}

#[test]
fn what_somebody_else_wrote_meanwhile_is_harmless_too() {
    let world = World::new();
    let evil = names::everything();
    world.run("SET", &[&b"k"[..], b"mine"]);
    world.run("HSET", &[&b"h"[..], b"f", b"mine"]);
    let mut walk = world.open("");
    go(&mut walk, b"k", &["mine"])
        .step("e", &["editing"])
        .step("x", &["changed"]);
    world.run("SET", &[&b"k"[..], &evil]);
    walk.step("\x13", &["Changed meanwhile"])
        .step("\x06", &["Changed meanwhile"]);
    walk.leave("t", "Changed meanwhile");
    go(&mut walk, b"h", &["listpack"]).step("e", &["Edit"]);
    world.run("HSET", &[&b"h"[..], b"f", &evil]);
    walk.step("\x15x\x13", &["Changed meanwhile"])
        .leave("t", "Changed meanwhile");
    world.run("DEL", &[b"h"]);
    world.run("SET", &[&b"h"[..], &evil]);
    walk.step("\x12", &["─ string"]);
    walk.quit();
}

#[test]
fn a_folder_of_harm_is_counted_and_deleted() {
    let world = World::new();
    for harm in names::harm() {
        let name = [b"folder:", harm.as_slice()].concat();
        world.run("SET", &[name.as_slice(), b"x"]);
    }
    let mut walk = world.open("");
    walk.step("d", &["Delete all below folder", "UNLINK"])
        .leave("n", "Delete all below");
    walk.step("lj", &["▾ folder"])
        .step(" ", &["1 marked"])
        .step("j ", &["2 marked"]);
    walk.step("d", &["Delete these 2 keys"])
        .leave("n", "Delete these");
    walk.quit();
}

#[test]
fn a_name_of_a_megabyte_does_no_harm() {
    let world = World::new();
    let long = [
        names::everything(),
        vec![b'm'; 1 << 20],
        b"\x1b]0;end\x07".to_vec(),
    ]
    .concat();
    world.run("SET", &[long.as_slice(), b"the value"]);
    world.run("HSET", &[&b"hash"[..], &long, &long]);
    let mut walk = world.open("");
    walk.step("j\r", &["field"])
        .step("\r", &["esc close"])
        .leave("\x1b", "esc close");
    walk.step("\x1b", &["space mark"]);
    walk.step("g\r", &["the value"]);
    for (form, title) in [("t", "Time to live"), ("r", "Rename"), ("d", "n no")] {
        walk.step(form, &[title]).leave("\x1b", title);
    }
    walk.step("d", &["n no"]).leave("y", "n no");
    wait_until("it is deleted", || world.get(&long).is_none());
    walk.quit();
}
