//! The throw-away server: filled with samples of every kind, and gone with whoever holds it.
#![allow(clippy::unwrap_used, clippy::panic)]
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use keygrove::demo::{Demo, DemoError};
use keygrove::model::target::Place;

const KEYGROVE: &str = env!("CARGO_BIN_EXE_keygrove");
const SERVER: &str = "redis-server";
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends a line and returns everything the server says until it hangs up (`QUIT`).
fn talk(socket: &Path, lines: &str) -> String {
    let mut stream = connect(socket);
    stream
        .write_all(format!("{lines}\r\nQUIT\r\n").as_bytes())
        .unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    String::from_utf8_lossy(&reply).into_owned()
}

fn connect(socket: &Path) -> UnixStream {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match UnixStream::connect(socket) {
            Ok(stream) => {
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                return stream;
            }
            Err(error) if Instant::now() > deadline => panic!("{}: {error}", socket.display()),
            Err(_) => std::thread::yield_now(),
        }
    }
}

/// Starts a guard whose input is `input`, and returns it with the socket that it names.
fn guard(input: impl Into<Stdio>) -> (Child, PathBuf) {
    let mut guard = Command::new(KEYGROVE)
        .args(["--demo-guard", SERVER])
        .stdin(input)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(guard.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    (guard, PathBuf::from(line.trim_end()))
}

/// Waits until the server has hung up on us and the guard has swept up.
fn assert_gone(mut stream: UnixStream, mut guard: Child, socket: &Path) {
    assert_eq!(
        stream.read(&mut [0; 16]).unwrap_or(0),
        0,
        "the server is gone"
    );
    assert!(guard.wait().unwrap().success());
    assert!(!socket.parent().unwrap().exists(), "the folder is gone");
}

fn socket(demo: &Demo) -> PathBuf {
    match demo.target().place {
        Place::Unix(path) => path,
        Place::Tcp { .. } => panic!("a demo listens on no port"),
    }
}

#[test]
fn the_samples_load_and_hold_every_kind() {
    let demo = Demo::start_by(Path::new(KEYGROVE), None).unwrap();
    let socket = socket(&demo);
    let kinds = [
        ("shop:cache:front-page", "string"),
        ("shop:user:42", "hash"),
        ("shop:queue:email", "list"),
        ("shop:users:online", "set"),
        ("shop:leaderboard", "zset"),
        ("shop:events", "stream"),
    ];
    for (key, kind) in kinds {
        assert_eq!(
            talk(&socket, &format!("TYPE {key}")),
            format!("+{kind}\r\n+OK\r\n")
        );
    }
    let size: usize = talk(&socket, "DBSIZE").lines().next().unwrap()[1..]
        .parse()
        .unwrap();
    assert!((3_000..=10_000).contains(&size), "{size} keys");
    assert_eq!(talk(&socket, "LLEN shop:queue:import"), ":50000\r\n+OK\r\n");
    assert_eq!(
        talk(&socket, "HLEN shop:catalog:names"),
        ":20000\r\n+OK\r\n"
    );
    assert!(talk(&socket, "ACL LIST").contains("user shop_readonly on"));
    assert!(talk(&socket, "TTL shop:lock:inventory").starts_with(":1"));
}

#[test]
fn only_this_user_can_come_near() {
    let demo = Demo::start_by(Path::new(KEYGROVE), None).unwrap();
    let socket = socket(&demo);
    let mode = fs::metadata(socket.parent().unwrap())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
    assert!(
        talk(&socket, "CONFIG GET port").contains("\r\n$1\r\n0\r\n"),
        "no TCP port"
    );
    assert!(
        talk(&socket, "ACL SAVE").starts_with("+OK"),
        "users can be saved"
    );
}

#[test]
fn dropping_a_demo_ends_it() {
    let demo = Demo::start_by(Path::new(KEYGROVE), None).unwrap();
    let socket = socket(&demo);
    let mut stream = connect(&socket);
    drop(demo);
    assert_eq!(stream.read(&mut [0; 16]).unwrap_or(0), 0);
    assert!(!socket.parent().unwrap().exists());
}

#[test]
fn killing_the_holder_ends_it() {
    // A process that holds the only other end of the guard's input, as the app does, and gets no chance to clean up.
    let mut holder = Command::new("sleep")
        .arg("600")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (guard, socket) = guard(holder.stdout.take().unwrap());
    let stream = connect(&socket);
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_gone(stream, guard, &socket);
}

#[test]
fn a_guard_that_is_told_to_end_leaves_nothing() {
    let (guard, socket) = guard(Stdio::piped());
    let stream = connect(&socket);
    let told = Command::new("sh")
        .args(["-c", "kill -TERM \"$0\"", &guard.id().to_string()])
        .status()
        .unwrap();
    assert!(told.success());
    assert_gone(stream, guard, &socket);
}

#[test]
fn a_guard_goes_with_its_server() {
    let (mut guard, socket) = guard(Stdio::piped());
    let mut stream = connect(&socket);
    let held = guard.stdin.take();
    stream.write_all(b"SHUTDOWN NOSAVE\r\n").unwrap();
    assert!(!guard.wait().unwrap().success());
    assert!(!socket.parent().unwrap().exists());
    drop(held);
}

#[test]
fn a_server_that_dies_is_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let server = folder.path().join("odd-server");
    fs::write(
        &server,
        "#!/bin/sh\necho loading >&2\necho 'no room on\x1b[31m device' >&2\nexit 1\n",
    )
    .unwrap();
    fs::set_permissions(&server, fs::Permissions::from_mode(0o755)).unwrap();
    let error = Demo::start_by(Path::new(KEYGROVE), Some(&server)).unwrap_err();
    assert!(matches!(error, DemoError::Died { .. }), "{error:?}");
    assert!(
        error
            .to_string()
            .ends_with("did not stay up: loading / no room on\\x1b[31m device"),
        "{error}"
    );
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let error =
        Demo::start_by(Path::new(KEYGROVE), Some(Path::new("/no/such/server"))).unwrap_err();
    let words = error.to_string();
    assert!(
        words.starts_with("/no/such/server did not stay up: it cannot be started"),
        "{words}"
    );
}
