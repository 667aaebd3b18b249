//! A server full of harm, and keygrove on a terminal at it.
use std::cell::RefCell;
use std::path::PathBuf;

use redis::{Connection, ToRedisArgs, Value};

use crate::common::{PATIENCE, Server};
use crate::names;
use crate::output::{foreign, ours};
use crate::tty::Tty;

/// A server, and a plain client of it.
pub struct World {
    pub server: Server,
    client: RefCell<Connection>,
    folder: tempfile::TempDir,
}

impl World {
    pub fn new() -> Self {
        let server = Server::start();
        let url = format!("unix://{}", server.socket().display());
        let client = redis::Client::open(url).unwrap().get_connection().unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        Self {
            server,
            client: RefCell::new(client),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Runs a command of any bytes.
    pub fn run<A: ToRedisArgs>(&self, name: &str, args: &[A]) -> Value {
        let mut cmd = redis::Cmd::new();
        cmd.arg(name.split(' ').collect::<Vec<_>>()).arg(args);
        cmd.query(&mut *self.client.borrow_mut()).unwrap()
    }

    pub fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        match self.run("GET", &[key]) {
            Value::BulkString(value) => Some(value),
            _ => None,
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// keygrove as this user, keeping a log; everything is scanned.
    pub fn open(&self, user: &str) -> Walk {
        let url = format!("unix://{user}{}", self.server.socket().display());
        let log = self.log();
        let args = [&url, "--log-file", log.to_str().unwrap()];
        let mut tty = Tty::start(&args, &[("EDITOR", "true")]);
        tty.sees("· complete");
        Walk {
            log: Some(log),
            ..Walk::begin(tty)
        }
    }

    /// What this user is not let do; the server notes it.
    pub fn refused(&self, user: &[u8], words: &[&[u8]]) {
        let url = format!("unix://{}", self.server.socket().display());
        let mut client = redis::Client::open(url).unwrap().get_connection().unwrap();
        let login = redis::cmd("AUTH").arg(user).arg("pw").exec(&mut client);
        login.unwrap();
        let mut cmd = redis::Cmd::new();
        cmd.arg(words);
        assert!(cmd.exec(&mut client).is_err());
    }
}

/// keygrove on its way through its screens.
pub struct Walk {
    pub tty: Tty,
    log: Option<PathBuf>,
    rows: u16,
    /// How much of what was written is known to be ours.
    checked: usize,
}

/// The longest sequence that keygrove writes: what goes onto the clipboard.
const LONGEST: usize = 4096;

impl Walk {
    pub fn begin(mut tty: Tty) -> Self {
        tty.sees("6 Log");
        Self {
            tty,
            log: None,
            rows: 30,
            checked: 0,
        }
    }

    /// Presses keys and waits until all of this is on screen.
    #[track_caller]
    pub fn step(&mut self, keys: &str, sees: &[&str]) -> &mut Self {
        self.press(keys);
        for text in sees {
            self.tty.sees(text);
        }
        self.is_ours(keys);
        self
    }

    /// Presses keys and waits until this is no longer on screen.
    #[track_caller]
    pub fn leave(&mut self, keys: &str, gone: &str) -> &mut Self {
        self.press(keys);
        self.tty
            .until(&format!("no {gone}"), |tty| tty.row_of(gone).is_none());
        self.is_ours(keys);
        self
    }

    /// Presses keys and waits until the whole screen was drawn after them: another size makes it so.
    fn press(&mut self, keys: &str) {
        self.tty.types(keys);
        let before = self.tty.raw.len();
        self.rows ^= 1;
        self.tty.resize(100, self.rows);
        self.tty.until("drawn anew", |tty| {
            let new = &tty.raw[before..];
            let find = |mark: &[u8]| new.windows(mark.len()).rposition(|part| part == mark);
            find(b"\x1b[2J").is_some_and(|cleared| find(b"\x1b[?25l") > Some(cleared))
        });
    }

    #[track_caller]
    fn is_ours(&mut self, keys: &str) {
        let new = &self.tty.raw[self.checked..];
        let ours = ours(new);
        // What has come may end in the midst of a sequence.
        let found = foreign(new).filter(|_| new.len() - ours > LONGEST);
        assert_eq!(found, None, "after {keys:?}");
        // What comes next is judged together with what it belongs to.
        self.checked += new[..ours]
            .iter()
            .rposition(|byte| *byte == 0x1b)
            .unwrap_or(0);
    }

    /// Quits; nothing but the way back is written then.
    #[track_caller]
    pub fn end(&mut self) {
        let before = self.tty.raw.len();
        assert_eq!(self.tty.types("\x03").ends(), 0);
        self.is_ours("ctrl-c");
        assert_eq!(foreign(&self.tty.raw[self.checked..]), None);
        assert!(self.tty.is_given_back());
        let last = String::from_utf8_lossy(&self.tty.raw[before..]).into_owned();
        let (_, after) = last.rsplit_once("\x1b[?1049l").unwrap();
        assert_eq!(after, "\x1b[?25h");
    }

    /// Quits; the log is plain text.
    #[track_caller]
    pub fn quit(&mut self) {
        self.end();
        let log = std::fs::read(self.log.as_ref().unwrap()).unwrap();
        for line in log.split(|byte| *byte == b'\n') {
            assert_eq!(foreign(line), None, "the log");
        }
        assert!(log.ends_with(b"\n"), "the log was kept");
    }
}

/// What is typed for such bytes: their printed form.
pub fn typed(bytes: &[u8]) -> String {
    keygrove::model::printed::print(bytes)
}

/// Harm in text that is UTF-8.
pub fn harmful_text() -> String {
    let parts = names::harm().into_iter();
    parts
        .filter_map(|part| String::from_utf8(part).ok())
        .collect()
}
