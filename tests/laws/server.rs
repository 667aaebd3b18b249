//! A real server for laws about what it does.
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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
        let dir = tempfile::tempdir().unwrap();
        let child = Command::new("redis-server")
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
