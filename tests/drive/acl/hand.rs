//! What the hand-over card tells to try works as it stands, pasted into a shell, as the new user.
use std::io::Write;
use std::process::{Command, Stdio};

use super::new::password;
use crate::Drive;
use crate::drive::stocked;

/// What the card's line for redis-cli says when it is run with the URL of the card; the password is typed where it is
/// asked for.
fn tried(t: &mut Drive) -> (String, String) {
    t.sees("Try it");
    let screen = t.screen();
    let (_, rest) = screen.split_once("$ redis-cli").unwrap();
    let line = rest.lines().next().unwrap().split('│').next().unwrap();
    let line = format!("redis-cli{}", line.trim_end());
    t.press("y");
    let url = t.copied().concat();
    let mut shell = Command::new("bash")
        .args(["-c", &line])
        .env("REDIS_URL", &url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let typed = format!("{}\n", password(&url));
    // Whoever takes it from the URL may be gone before it is typed.
    let _ = shell.stdin.take().unwrap().write_all(typed.as_bytes());
    let said = shell.wait_with_output().unwrap().stdout;
    (line, String::from_utf8(said).unwrap())
}

#[test]
fn every_level_can_try_what_its_card_tells() {
    for (socket, form, option, said) in [
        (true, "'sh*p'", "--askpass --scan", "sh*p:1"),
        (false, "'sh*p'", "-u \"$REDIS_URL\" --scan", "sh*p:1"),
        (true, "'sh*p' tab 'l'", "--askpass GET", ""),
        (false, "'sh*p' tab 'q'", "-u \"$REDIS_URL\" LLEN", "0"),
    ] {
        let server = stocked("SET sh*p:1 a\nSET shop:1 b");
        let target = if socket {
            server.target()
        } else {
            server.tcp()
        };
        let mut t = Drive::open(server, |how| {
            how.size = (160, 40);
            how.target = target;
        });
        t.press(&format!("2 n {form} ctrl-s enter"));
        t.sees("REDIS_URL=");
        let (line, heard) = tried(&mut t);
        assert!(line.contains(option), "{line}");
        assert_eq!(heard.trim(), said, "{line}");
    }
}
