//! A real server for laws about what it does.
use std::ffi::OsString;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use keygrove::model::resp::parse_cli;
use keygrove::model::{Cmd, Reply};

/// How replies are told.
#[derive(Clone, Copy)]
pub enum Protocol {
    Resp2,
    Resp3,
}

impl Protocol {
    fn name(self) -> &'static str {
        match self {
            Self::Resp2 => "resp2",
            Self::Resp3 => "resp3",
        }
    }
}

/// A server of its own on a unix socket in a directory of its own; both go with it.
pub struct Server {
    child: Child,
    dir: tempfile::TempDir,
}

impl Server {
    pub fn start() -> Self {
        Self::start_by("redis-server".into())
    }

    /// One of each program at hand: the one on the path, and those in `KEYGROVE_SERVERS` (paths, `:` between).
    pub fn start_each() -> Vec<Self> {
        let more = std::env::var_os("KEYGROVE_SERVERS").unwrap_or_default();
        let more = std::env::split_paths(&more).map(OsString::from);
        let named = more.filter(|path| !path.is_empty());
        let all = std::iter::once("redis-server".into()).chain(named);
        all.map(Self::start_by).collect()
    }

    fn start_by(program: OsString) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let child = Command::new(program)
            .args([
                "--port",
                "0",
                "--save",
                "",
                "--appendonly",
                "no",
                "--unixsocket",
                "socket",
            ])
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, dir }
    }

    /// Connects as soon as the server listens.
    pub fn connect(&self, protocol: Protocol) -> redis::Connection {
        let url = format!(
            "unix://{}?protocol={}",
            self.dir.path().join("socket").display(),
            protocol.name()
        );
        let client = redis::Client::open(url).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            match client.get_connection() {
                Ok(connection) => return connection,
                Err(error) => assert!(Instant::now() < deadline, "no server: {error}"),
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A connection that speaks our words.
pub struct Client(redis::Connection);

impl Client {
    pub fn new(server: &Server, protocol: Protocol) -> Self {
        Self(server.connect(protocol))
    }

    /// The reply; a refusal is one too.
    pub fn ask(&mut self, cmd: &Cmd) -> Reply {
        let mut raw = redis::Cmd::new();
        for arg in cmd.args() {
            raw.arg(arg);
        }
        match raw.query(&mut self.0) {
            Ok(value) => ours(value),
            Err(error) => Reply::Error {
                code: error.code().unwrap_or_default().to_owned(),
                text: error.to_string(),
            },
        }
    }

    /// The reply to what must not be refused.
    pub fn send(&mut self, cmd: &Cmd) -> Reply {
        let reply = self.ask(cmd);
        if let Reply::Error { text, .. } = &reply {
            panic!("{}: {text}", cmd.cli())
        }
        reply
    }

    pub fn line(&mut self, line: &str) -> Reply {
        self.send(&parse_cli(line).unwrap())
    }
}

/// A redis value in our words.
fn ours(value: redis::Value) -> Reply {
    match value {
        redis::Value::Nil => Reply::Nil,
        redis::Value::Int(number) => Reply::Int(number),
        redis::Value::BulkString(bytes) => Reply::Bytes(bytes),
        redis::Value::Array(items) => Reply::Array(items.into_iter().map(ours).collect()),
        redis::Value::SimpleString(text) => Reply::Status(text),
        redis::Value::Okay => Reply::Status("OK".into()),
        redis::Value::Double(number) => Reply::Double(number),
        other => panic!("not expected: {other:?}"),
    }
}
