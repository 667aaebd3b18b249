//! A throw-away `redis-server` for tests, and a plain client to look at it from outside.
#![allow(dead_code, reason = "each test file uses a part of it")]
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use keygrove::model::target::{Place, Secret, Target};

/// How long anything may take before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A `redis-server` of our own, on a unix socket and a free port, in a folder that goes with it.
pub struct Server {
    child: Child,
    dir: tempfile::TempDir,
    program: PathBuf,
    args: Vec<String>,
    pub port: u16,
}

impl Server {
    /// With default settings.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Of this program.
    pub fn of(program: &Path) -> Self {
        Self::run(program, tempfile::tempdir().unwrap(), &[])
    }

    /// With more arguments, such as `["--maxclients", "5"]`; a config file comes first.
    pub fn with(args: &[&str]) -> Self {
        Self::within(tempfile::tempdir().unwrap(), args)
    }

    /// In a folder that is already there.
    pub fn within(dir: tempfile::TempDir, args: &[&str]) -> Self {
        Self::run(Path::new("redis-server"), dir, args)
    }

    fn run(program: &Path, dir: tempfile::TempDir, args: &[&str]) -> Self {
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let port = free_port();
            let mut child = spawn(program, dir.path(), port, &args);
            if answers(&mut child, dir.path(), deadline) {
                return Self {
                    child,
                    dir,
                    program: program.to_owned(),
                    args,
                    port,
                };
            }
            // Somebody else took the port in between.
            child.wait().unwrap();
            assert!(Instant::now() < deadline, "redis-server does not start");
        }
    }

    /// Kills it with no chance to say goodbye.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again in the same place, as another process.
    pub fn restart(&mut self) {
        self.wake();
        assert!(
            answers(&mut self.child, self.dir.path(), Instant::now() + PATIENCE),
            "redis-server does not come back"
        );
    }

    /// Starts it again and waits only until it says anything, that it is loading for instance.
    pub fn wake(&mut self) {
        self.kill();
        self.child = spawn(&self.program, self.dir.path(), self.port, &self.args);
        let deadline = Instant::now() + PATIENCE;
        while say(&self.socket(), &["PING"]).is_err() {
            assert!(Instant::now() < deadline, "redis-server does not come back");
            std::thread::yield_now();
        }
    }

    /// From its next start on it has these arguments too.
    pub fn give(&mut self, args: &[&str]) {
        self.args.extend(args.iter().map(|&arg| arg.to_owned()));
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    pub fn socket(&self) -> PathBuf {
        self.dir.path().join("redis.sock")
    }

    /// Its unix socket, database 0, nobody logged in.
    pub fn target(&self) -> Target {
        target(Place::Unix(self.socket()))
    }

    /// The same as this user, whose password is `pw`.
    pub fn target_as(&self, user: &str) -> Target {
        Target {
            user: Some(user.to_owned()),
            password: Some(Secret::new("pw")),
            ..self.target()
        }
    }

    /// Its TCP port.
    pub fn tcp(&self) -> Target {
        target(Place::Tcp {
            host: "127.0.0.1".to_owned(),
            port: self.port,
        })
    }

    /// Makes a user whose password is `pw`.
    pub fn user(&self, name: &str, rules: &str) {
        let rules: Vec<&str> = rules.split(' ').collect();
        let reply = self.redis(
            &[
                &["ACL", "SETUSER", name, "reset", "on", ">pw"],
                rules.as_slice(),
            ]
            .concat(),
        );
        assert_eq!(reply, "OK");
    }

    /// Waits until the reply to a command holds this text.
    #[track_caller]
    pub fn until(&self, args: &[&str], text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.redis(args).contains(text) {
            assert!(Instant::now() < deadline, "{args:?}: {}", self.redis(args));
            std::thread::yield_now();
        }
    }

    /// Runs a command after giving the server's one password.
    pub fn login(&self, password: &str, args: &[&str]) -> String {
        let mut stream = BufReader::new(UnixStream::connect(self.socket()).unwrap());
        let mut reply = String::new();
        for args in [&["AUTH", password], args] {
            stream.get_mut().write_all(&command(args)).unwrap();
            reply = hear(&mut stream).unwrap();
        }
        reply
    }

    /// Runs a command as the default user and gives its reply as text: arrays one item a line, nil as `(nil)`.
    pub fn redis(&self, args: &[&str]) -> String {
        say(&self.socket(), args).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be dead already, when the test killed it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A target without user, password and TLS.
pub fn target(place: Place) -> Target {
    Target {
        place,
        user: None,
        password: None,
        db: 0,
        tls: None,
    }
}

/// A port nobody listens on now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn spawn(program: &Path, dir: &Path, port: u16, args: &[String]) -> Child {
    let given = |name: &str| args.iter().any(|arg| arg == name);
    let mut command = Command::new(program);
    // A config file stands before all options.
    let (file, args) = match args.split_first() {
        Some((file, rest)) if !file.starts_with("--") => (Some(file), rest),
        _ => (None, args),
    };
    command.args(file);
    if !given("--port") {
        command.args(["--port", &port.to_string()]);
    }
    command
        .args([
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--unixsocket",
            "redis.sock",
        ])
        .arg("--dir")
        .arg(dir)
        .args(
            args.iter()
                .map(|arg| arg.replace("{port}", &port.to_string())),
        )
        .current_dir(dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("redis-server is installed")
}

/// Waits until it answers anything at all; false when it ended instead.
fn answers(child: &mut Child, dir: &Path, deadline: Instant) -> bool {
    while Instant::now() < deadline {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        match say(&dir.join("redis.sock"), &["PING"]) {
            Ok(reply) if !reply.starts_with("LOADING") => return true,
            _ => std::thread::yield_now(),
        }
    }
    false
}

fn say(socket: &Path, args: &[&str]) -> std::io::Result<String> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&command(args))?;
    hear(&mut BufReader::new(stream))
}

fn command(args: &[&str]) -> Vec<u8> {
    let mut command = format!("*{}\r\n", args.len()).into_bytes();
    for arg in args {
        command.extend_from_slice(format!("${}\r\n{arg}\r\n", arg.len()).as_bytes());
    }
    command
}

fn hear(stream: &mut impl BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    let (form, rest) = line.trim_end().split_at(1);
    let count = || rest.parse::<i64>().unwrap();
    match form {
        "$" if count() < 0 => Ok("(nil)".to_owned()),
        "$" => {
            let mut bytes = vec![0; usize::try_from(count()).unwrap() + 2];
            stream.read_exact(&mut bytes)?;
            bytes.truncate(bytes.len() - 2);
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        }
        "*" => {
            let items: std::io::Result<Vec<String>> = (0..count()).map(|_| hear(stream)).collect();
            Ok(items?.join("\n"))
        }
        _ => Ok(rest.to_owned()),
    }
}
