//! Passwords stay where they belong: on the card, once. Every flow is run with a marker, which is then looked for
//! everywhere it could have gone.
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use crate::Drive;
use crate::common::{PATIENCE, Server};
use crate::drive::stocked;

/// In every password that is typed.
const MARKER: &str = "in-the-marker";

/// A connection that hears every command the server takes.
struct Monitor(BufReader<UnixStream>);

impl Monitor {
    fn of(server: &Server) -> Self {
        let mut stream = UnixStream::connect(server.socket()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(b"MONITOR\r\n").unwrap();
        let mut heard = BufReader::new(stream);
        let mut first = String::new();
        heard.read_line(&mut first).unwrap();
        assert_eq!(first, "+OK\r\n");
        Self(heard)
    }

    /// Everything up to now.
    fn heard(mut self, t: &Drive) -> String {
        t.redis("ECHO the-end");
        let mut all = String::new();
        while !all.contains("the-end") {
            assert_ne!(self.0.read_line(&mut all).unwrap(), 0);
        }
        all
    }
}

/// All that stands in the files of a folder, by their names.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(folder).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.is_file())
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            (path, String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect()
}

/// Types a password that holds the marker, applies, sees it on the card once, and closes the card.
#[track_caller]
fn hand_over(t: &mut Drive, keys: &str, password: &str) {
    t.press(keys);
    t.never_sees(MARKER);
    t.type_text(&format!("{password}-{MARKER}"));
    t.never_sees(MARKER);
    t.press("ctrl-s");
    t.sees("Review");
    t.never_sees(MARKER);
    t.press("enter");
    t.sees("REDIS_URL=");
    assert_eq!(t.screen().matches(MARKER).count(), 1, "{}", t.screen());
    t.press("p");
    t.never_sees(MARKER);
    t.press("esc esc");
    t.never_sees(MARKER);
}

/// Creates, replaces, keeps both, clones, edits, grants, deletes, undoes and saves; then looks everywhere.
fn every_flow(t: &mut Drive, log: &Path) {
    let monitor = Monitor::of(&t.server);
    t.press("2");
    hand_over(t, "n 'shop' tab tab tab ctrl-u", "new");
    hand_over(t, "w tab ctrl-u", "replaced");
    hand_over(t, "w 'k' tab ctrl-u", "joined");
    hand_over(t, "c ctrl-u 'shop2' tab ctrl-u", "cloned");
    let password = format!("cloned-{MARKER}");
    t.redis_as("shop2", &password, "INFO");
    t.press("t 'INFO' ctrl-g enter");
    t.sees("shop2 may do more");
    t.press("w 'r' ctrl-s esc esc e tab a");
    t.type_text(&format!("edited-{MARKER}\n"));
    t.never_sees(MARKER);
    t.press("ctrl-s");
    t.never_sees(MARKER);
    t.press("enter");
    t.sees("REDIS_URL=");
    t.press("esc");
    t.press("space enter space enter d y");
    t.sees("shop2 is deleted");
    t.press("u enter");
    t.sees("undone: shop2");
    assert_ne!(t.redis_as("shop2", &password, "INFO"), "");
    t.press("S y");
    t.sees("the users are permanent now");
    nowhere(t, monitor, log);
}

#[track_caller]
fn nowhere(t: &mut Drive, monitor: Monitor, log: &Path) {
    t.press("6 g");
    t.sees("SETUSER");
    for _ in 0..80 {
        t.never_sees(MARKER);
        t.press("down");
    }
    for keys in [
        "1", "2", "enter", "G", ":", "esc L", "esc e", "esc w", "esc n",
    ] {
        t.press(keys);
        t.never_sees(MARKER);
    }
    let slow = t.redis("SLOWLOG GET -1");
    assert!(slow.contains("SETUSER") && !slow.contains(MARKER), "{slow}");
    let heard = monitor.heard(t);
    assert!(
        heard.contains("WHOAMI") && !heard.contains(MARKER),
        "{heard}"
    );
    let files = [files(t.server.folder()), files(log.parent().unwrap())].concat();
    let has = |path: &str, text: &str| {
        let mut found = files.iter().filter(|(name, _)| name.ends_with(path));
        found.any(|(_, all)| all.contains(text))
    };
    assert!(has("keygrove.log", "ACL SETUSER shop2"));
    assert!(has("users.acl", "user shop2 on "));
    for (path, text) in &files {
        assert!(!text.contains(MARKER), "{}: {text}", path.display());
    }
    assert!(t.copied().is_empty());
}

/// A server that keeps its users in a file of its own folder, and logs every command as slow.
fn watched() -> Server {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("users.acl");
    std::fs::write(&path, "user default on nopass ~* &* +@all\n").unwrap();
    let args = ["--aclfile", path.to_str().unwrap()];
    let slow = [
        "--slowlog-log-slower-than",
        "0",
        "--slowlog-max-len",
        "9999",
    ];
    Server::within(dir, &[args.as_slice(), slow.as_slice()].concat())
}

#[test]
fn a_password_is_on_its_card_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("keygrove.log");
    let mut t = Drive::open(watched(), |how| how.log = Some(log.clone()));
    every_flow(&mut t, &log);
}

#[test]
fn a_proof_by_login_leaves_the_password_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("keygrove.log");
    let server = watched();
    server.user("a-boss", "~* &* +@all -acl|dryrun");
    let target = server.target_as("a-boss");
    let mut t = Drive::open(server, |how| {
        how.target = target;
        how.log = Some(log.clone());
    });
    every_flow(&mut t, &log);
}

#[test]
fn ones_own_new_password_is_nowhere_either() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("keygrove.log");
    let server = stocked("CONFIG SET slowlog-log-slower-than 0");
    server.user("boss", "~* &* +@all");
    let target = server.target_as("boss");
    let mut t = Drive::open(server, |how| {
        how.target = target;
        how.log = Some(log.clone());
    });
    let monitor = Monitor::of(&t.server);
    t.press("2");
    hand_over(&mut t, "w tab ctrl-u", "own");
    t.redis("CLIENT KILL USER boss");
    t.sees("connected again");
    t.never_sees(MARKER);
    let heard = monitor.heard(&t);
    assert!(
        heard.contains("WHOAMI") && !heard.contains(MARKER),
        "{heard}"
    );
    let written = std::fs::read_to_string(&log).unwrap();
    assert!(
        written.contains("connected") && !written.contains(MARKER),
        "{written}"
    );
}
