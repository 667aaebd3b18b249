//! Harm in what a server says of itself, in its refusals and statuses: where no real one can be made to say it, a
//! stand-in does.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use crate::names;
use crate::output::foreign;
use crate::tty::Tty;
use crate::world::Walk;

/// A server that answers every command with this, HELLO with the first.
fn stand_in(hello: Vec<u8>, other: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (hello, other) = (hello.clone(), other.clone());
            std::thread::spawn(move || answer(&stream, &hello, &other));
        }
    });
    port
}

fn answer(mut stream: &TcpStream, hello: &[u8], other: &[u8]) -> Option<()> {
    let mut heard = BufReader::new(stream);
    loop {
        let words: Vec<Vec<u8>> = (0..number(&mut heard)?)
            .map(|_| {
                let mut word = vec![0; number(&mut heard)? + 2];
                heard.read_exact(&mut word).ok()?;
                Some(word)
            })
            .collect::<Option<_>>()?;
        let reply = if words[0].starts_with(b"HELLO") {
            hello
        } else {
            other
        };
        stream.write_all(reply).ok()?;
    }
}

/// `*3` or `$5`; nothing at the end of the stream.
fn number(heard: &mut impl BufRead) -> Option<usize> {
    let mut line = String::new();
    heard.read_line(&mut line).ok()?;
    line.get(1..)?.trim_end().parse().ok()
}

/// Everything that fits into a line.
fn line(form: u8, code: &str) -> Vec<u8> {
    let mut harm = names::everything();
    harm.retain(|byte| !b"\r\n".contains(byte));
    [&[form], code.as_bytes(), &harm, b"\r\n"].concat()
}

/// What a server says of itself, all of it harm.
fn greeting() -> Vec<u8> {
    let harm = names::everything();
    let bulk = |bytes: &[u8]| [format!("${}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    let names = ["server", "version", "mode", "role"];
    let fields = names.map(|name| [bulk(name.as_bytes()), bulk(&harm)].concat());
    [b"%4\r\n".as_slice(), &fields.concat()].concat()
}

#[test]
fn a_refused_login_is_told_without_harm() {
    for code in ["ERR ", "WRONGPASS ", "LOADING ", "", "NOAUTH "] {
        let port = stand_in(line(b'-', code), line(b'-', code));
        let url = format!("redis://ada:pw@127.0.0.1:{port}/3");
        let mut walk = Walk::begin(Tty::start(&[], &[("REDIS_URL", &url)]));
        let told = if code == "LOADING " {
            "not connected"
        } else {
            "AUTH failed"
        };
        walk.step("", &[told]);
        walk.end();
    }
}

#[test]
fn whatever_is_refused_is_told_without_harm() {
    for form in [b'-', b'+'] {
        let port = stand_in(greeting(), line(form, "EVIL "));
        let mut walk = Walk::begin(Tty::start(&[&format!("redis://127.0.0.1:{port}")], &[]));
        walk.step("", &["stopped at 0 %"]);
        walk.step("\x07\x15name\x13", &["┌ name ─"]);
        walk.step("n", &["New key"])
            .step("\x15name\t\tvalue\x13", &["name"])
            .leave("\x1b", "New key");
        walk.step("2", &["ACL ─", "EVIL"])
            .step("?", &["resetkeys"])
            .leave("\x1b", "resetkeys");
        walk.step("6", &["Log ─", "EVIL"]);
        walk.end();
    }
}

#[test]
fn what_is_said_before_and_after_the_screen_is_harmless() {
    let harm = "\x1b]0;x\x07\u{202e}\u{9b}2J";
    let file = format!("/nowhere/{harm}");
    for args in [
        [harm, "--demo"].as_slice(),
        &["--log-file", &file, "--demo"],
        &["--config", &file],
        &["--env", harm],
        &["--count", harm],
        &[&format!("--{harm}")],
        &[&format!("redis://{harm}")],
        &["--server-bin", &file, "--demo"],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keygrove"));
        let output = command.args(args).stdin(Stdio::null()).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        assert!(said.starts_with(b"keygrove: "), "{args:?}");
        for line in said.split(|byte| *byte == b'\n') {
            assert_eq!(foreign(line), None, "{args:?}");
        }
    }
}
