//! The throw-away server of `--demo`: private, filled with samples, gone with the app whatever ends the app.
//!
//! The app starts itself once more as a guard ([`guard_main`]) and holds the guard's standard input open. The guard
//! starts the server and ends it as soon as that input closes, which the system does even when the app is killed.
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::model::printed::print;
use crate::model::target::{Place, Target};

mod guard;
pub mod seed;
mod wire;

pub use guard::guard_main;
use wire::Wire;

/// The programs that can be the server, the first found is taken.
const SERVERS: [&str; 2] = ["valkey-server", "redis-server"];

/// How long a server may take to answer its first PING.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before knocking again at a server that is just starting.
const KNOCK: Duration = Duration::from_millis(2);

/// A running throw-away server; dropping it ends the server and removes its folder.
#[derive(Debug)]
#[must_use]
pub struct Demo {
    guard: Child,
    socket: PathBuf,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error(
        "--demo needs a Redis or Valkey server program: apt install redis-server, dnf install valkey or \
         brew install redis; or name one that lies elsewhere with --server-bin PATH"
    )]
    NoServer,
    #[error("the demo server's guard did not start: {0}")]
    Guard(#[source] io::Error),
    /// The server ended at once; `words` are its last ones.
    #[error("{server} did not stay up: {words}")]
    Died { server: String, words: String },
    #[error("{server} gave no answer within {} s", PATIENCE.as_secs())]
    Slow { server: String },
    #[error("filling the demo server failed: {0}")]
    Wire(#[from] io::Error),
    /// The server refused a line of the samples.
    #[error("the demo server refused {command}: {words}")]
    Sample { command: String, words: String },
    #[error(transparent)]
    Unreadable(#[from] seed::BadLine),
}

impl Demo {
    /// Starts the server, this program or the first known one on the PATH, and fills it with the samples.
    pub fn start(server_bin: Option<&Path>) -> Result<Self, DemoError> {
        let keygrove = std::env::current_exe().map_err(DemoError::Guard)?;
        Self::start_by(&keygrove, server_bin)
    }

    /// As [`Self::start`], with the guard started from this program, which must call [`guard_main`] first of all.
    pub fn start_by(keygrove: &Path, server_bin: Option<&Path>) -> Result<Self, DemoError> {
        let server = match server_bin {
            Some(path) => path.to_owned(),
            None => std::env::var_os("PATH")
                .and_then(|path| find_server(&path))
                .ok_or(DemoError::NoServer)?,
        };
        let mut guard = spawn_guard(keygrove, &server)?;
        let Some(socket) = read_socket(&mut guard) else {
            return Err(died(&mut guard, &server));
        };
        let mut demo = Self { guard, socket };
        let wire = demo.knock(&server)?;
        seed::plant(wire)?;
        Ok(demo)
    }

    /// Where the server listens: a unix socket that only this user can open.
    pub fn target(&self) -> Target {
        Target {
            place: Place::Unix(self.socket.clone()),
            ..Target::default()
        }
    }

    /// Waits for the first answer to PING.
    fn knock(&mut self, server: &Path) -> Result<Wire, DemoError> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Ok(stream) = UnixStream::connect(&self.socket) {
                let mut wire = Wire::new(stream, PATIENCE)?;
                if wire.ping().is_ok() {
                    return Ok(wire);
                }
            }
            if self.guard.try_wait()?.is_some() {
                return Err(died(&mut self.guard, server));
            }
            std::thread::sleep(KNOCK);
        }
        Err(DemoError::Slow {
            server: printed(server),
        })
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // The guard answers a closed input by ending the server; when it is gone, both are.
        let _ = self.guard.wait();
    }
}

/// Starts the guard in a process group of its own, so that Ctrl-C and Ctrl-Z do not reach it, and without the
/// secrets that the environment may hold.
fn spawn_guard(keygrove: &Path, server: &Path) -> Result<Child, DemoError> {
    Command::new(keygrove)
        .arg(guard::FLAG)
        .arg(server)
        .env_remove("REDIS_URL")
        .env_remove("REDISCLI_AUTH")
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(DemoError::Guard)
}

/// The guard's first line is the path of the socket; without one it has failed.
fn read_socket(guard: &mut Child) -> Option<PathBuf> {
    let mut line = Vec::new();
    BufReader::new(guard.stdout.as_mut()?)
        .read_until(b'\n', &mut line)
        .ok()?;
    line.pop_if(|byte| *byte == b'\n')?;
    Some(PathBuf::from(OsString::from_vec(line)))
}

/// What a guard that gave up had to say of the server.
fn died(guard: &mut Child, server: &Path) -> DemoError {
    let mut words = Vec::new();
    if let Some(mut stderr) = guard.stderr.take() {
        // What came before a failure to read is all there is to tell.
        let _ = stderr.read_to_end(&mut words);
    }
    let _ = guard.wait();
    let lines: Vec<String> = words
        .trim_ascii()
        .split(|byte| *byte == b'\n')
        .map(print)
        .collect();
    DemoError::Died {
        server: printed(server),
        words: lines.join(" / "),
    }
}

/// The first server program in these folders, written as PATH is.
fn find_server(path: &OsStr) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(path).collect();
    let mut places = SERVERS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.find(|file| executable(file))
}

fn executable(file: &Path) -> bool {
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

fn printed(path: &Path) -> String {
    print(path.as_os_str().as_encoded_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};

    #[test]
    #[allow(clippy::unwrap_used)]
    fn the_server_is_the_first_one_that_can_be_run() {
        let folder = tempfile::tempdir().unwrap();
        let place = |file: &str, mode| {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            path
        };
        let path = std::env::join_paths(["a", "b"].map(|name| folder.path().join(name))).unwrap();
        assert_eq!(find_server(&path), None);
        place("a/valkey-server", 0o644);
        let redis = place("a/redis-server", 0o755);
        assert_eq!(find_server(&path), Some(redis));
        let valkey = place("b/valkey-server", 0o755);
        assert_eq!(find_server(&path), Some(valkey));
    }
}
