//! A server to ask, over our own client.
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use keygrove::model::acl::{Catalog, Dialect, commands};
use keygrove::model::{Cmd, Reply};

use super::client::Client;

/// A server of its own on a unix socket in a directory of its own; both go with it.
pub struct Server {
    child: Child,
    dir: tempfile::TempDir,
}

impl Server {
    /// Starts the program that `KEYGROVE_TEST_SERVER` names, else `redis-server`, with nothing but the defaults.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts it with these files, and with a config file if one of them is `redis.conf`.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(dir.path().join(name), text).unwrap();
        }
        let child = run(dir.path());
        Self { child, dir }
    }

    /// Kills it and starts it again in the same directory.
    pub fn restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        fs::remove_file(self.dir.path().join("socket")).unwrap();
        self.child = run(self.dir.path());
    }

    /// Connects as soon as the server listens.
    pub fn connect(&self) -> Client {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            match UnixStream::connect(self.dir.path().join("socket")) {
                Ok(stream) => return Client::new(stream),
                Err(error) => assert!(Instant::now() < deadline, "no server: {error}"),
            }
        }
    }
}

fn run(dir: &Path) -> Child {
    let named = env::var_os("KEYGROVE_TEST_SERVER");
    let mut command = Command::new(named.unwrap_or_else(|| "redis-server".into()));
    if dir.join("redis.conf").exists() {
        command.arg("redis.conf");
    }
    if dir.join("users.acl").exists() {
        command.args(["--aclfile", "users.acl"]);
    }
    command.args([
        "--port",
        "0",
        "--save",
        "",
        "--appendonly",
        "no",
        "--unixsocket",
        "socket",
    ]);
    command
        .current_dir(dir)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Switches to RESP3.
pub fn hello3(client: &mut Client) {
    assert!(matches!(client.ask_one(Cmd::new("HELLO 3")), Reply::Map(_)));
}

/// What the server speaks, and its commands.
pub fn catalog(client: &mut Client) -> Catalog {
    let info = client.ask_one(Cmd::new("INFO server"));
    let info = String::from_utf8(info.bytes().unwrap().to_vec()).unwrap();
    let field = |name: &str| {
        let line = info.lines().find_map(|line| line.strip_prefix(name));
        line.map(str::to_owned)
    };
    let dialect = match field("valkey_version:") {
        Some(version) => Dialect::new("valkey", &version),
        None => Dialect::new("redis", &field("redis_version:").unwrap()),
    };
    commands::catalog(&client.ask_one(Cmd::new("COMMAND")), dialect).unwrap()
}

/// Asserts that the server said OK.
pub fn accepted(reply: &Reply) {
    assert_eq!(reply, &Reply::Status("OK".to_owned()));
}
