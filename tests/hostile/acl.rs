//! Harm in names of users, in patterns, channels and what was refused, on every screen of the ACL.
use crate::names;
use crate::world::{World, typed};

/// Users, one with everything in its name, patterns and channels, and denials of all kinds.
fn world() -> (World, Vec<u8>) {
    let world = World::new();
    let evil = names::everything_but_spaces();
    let rule = |sign: &[u8]| [sign, evil.as_slice()].concat();
    let (keys, channels) = (rule(b"~"), rule(b"&"));
    let rules: [&[u8]; 8] = [
        &evil,
        b"on",
        b">pw",
        b"resetkeys",
        &keys,
        b"resetchannels",
        &channels,
        b"+@all",
    ];
    world.run("ACL SETUSER", &rules);
    for harm in names::harm() {
        let name = [b"u", harm.as_slice()].concat();
        if !name
            .iter()
            .any(|byte| matches!(byte, 0 | b'\t'..=b'\r' | b' '))
        {
            world.run("ACL SETUSER", &[name.as_slice(), b"on", b"nopass", b"+get"]);
        }
    }
    let all = names::everything();
    world.refused(&evil, &[b"AUTH", &evil, b"wrong"]);
    world.refused(&evil, &[b"GET", &all]);
    world.refused(&evil, &[b"PUBLISH", &all, b"x"]);
    (world, evil)
}

#[test]
fn no_screen_of_users_lets_harm_through() {
    let (world, evil) = world();
    let mut walk = world.open("");
    let start: String = typed(&evil).chars().take(12).collect();
    walk.step("2", &["users · you are default"])
        .step("g", &["┌ \\x01\\x02"]);
    for _ in 0..4 {
        walk.step("\x06", &["users · you are default"]);
    }
    walk.step("g\r", &["reads and writes"]);
    walk.step("G", &["@"]).step("\t", &[&start]);
    walk.step("t", &["What may"])
        .step("GET a", &["no permission"])
        .leave("\x1b", "What may");
    walk.step("k", &["Who may"])
        .step("\x1b[200~\u{202e}a\x1b[201~", &["Who may"])
        .leave("\x1b", "Who may");
    walk.step("L", &["Denials"])
        .step("jjG", &["Denials"])
        .leave("\x1b", "Denials");
    walk.step("?", &["resetkeys"]).leave("\x1b", "resetkeys");
    walk.step("e", &["rule line"]);
    for _ in 0..9 {
        walk.step("\t", &["rule line"]);
    }
    walk.leave("\x1b", "rule line");
    walk.step(" ", &["Review ·", "cannot be sent"])
        .leave("\x1b", "Review ·");
    for (key, sees) in [
        ("c", "esc cancel"),
        ("r", "esc cancel"),
        ("w", "esc cancel"),
        ("d", "n no"),
    ] {
        walk.step(key, &[sees]).leave("\x1b", sees);
    }
    walk.step("yn", &["copied"])
        .step("yc", &["copied"])
        .step("yv", &["copied"]);
    walk.step("S", &["neither an aclfile nor a config file"]);
    walk.step("d", &["> ACL DELUSER"]).step("y", &["130 users"]);
    walk.step("6", &["Log ─", "ACL GETUSER"]);
    walk.quit();
}
