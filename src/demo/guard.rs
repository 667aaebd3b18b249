//! The process between the app and its throw-away server: outlives the app, ends the server, cleans up.
use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{ExitCode, Stdio};

use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

/// The argument that makes a process a guard; the server's program follows it.
pub(super) const FLAG: &str = "--demo-guard";

/// How many of the server's last lines are told.
const LAST_LINES: usize = 3;

/// Is the guard when the arguments (the program's name first) say so, and returns its exit status when it is done.
/// To be called before anything else in `main`.
pub fn guard_main(args: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let mut args = args.into_iter().skip(1);
    if args.next()? != FLAG {
        return None;
    }
    let server = args.next()?;
    let status = match guard(Path::new(&server)) {
        Ok(End::Asked) => ExitCode::SUCCESS,
        Ok(End::Died(words)) => complain(&words),
        Err(error) => complain(error.to_string().as_bytes()),
    };
    Some(status)
}

/// Why the guard is done.
enum End {
    /// The app is gone.
    Asked,
    /// The server is gone; its last words.
    Died(Vec<u8>),
}

fn complain(words: &[u8]) -> ExitCode {
    // Nobody may be left to listen.
    let _ = io::stderr().write_all(words);
    ExitCode::FAILURE
}

/// Runs the server until the app or the server ends; the folder goes with this function.
fn guard(server: &Path) -> io::Result<End> {
    rename_process();
    let folder = tempfile::Builder::new()
        .prefix("keygrove-demo-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let end = runtime.block_on(watch(server, &folder));
    folder.close()?;
    end
}

/// Whoever kills every process called keygrove does not mean this one: it would leave the server behind.
fn rename_process() {
    // Only Linux has this file; elsewhere the name stays.
    let _ = fs::write("/proc/self/comm", "demo-guard");
}

async fn watch(server: &Path, folder: &TempDir) -> io::Result<End> {
    let mut app = pipe::Receiver::from_owned_fd(io::stdin().as_fd().try_clone_to_owned()?)?;
    let mut told_to_end = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    let log = folder.path().join("server.log");
    let socket = folder.path().join("redis.sock");
    let mut child = spawn(server, folder.path(), &socket, &log)?;
    announce(&socket)?;
    let end = tokio::select! {
        _ = closed(&mut app) => End::Asked,
        _ = told_to_end.recv() => End::Asked,
        _ = interrupted.recv() => End::Asked,
        _ = hung_up.recv() => End::Asked,
        _ = child.wait() => End::Died(last_words(&log)),
    };
    // Kills and reaps; an error means that it is dead already.
    let _ = child.kill().await;
    Ok(end)
}

/// No TCP port, nothing written but what is asked for, and an ACL file so that saving users can be tried.
fn spawn(server: &Path, folder: &Path, socket: &Path, log: &Path) -> io::Result<Child> {
    let users = folder.join("users.acl");
    File::create(&users)?;
    let words = File::create(log)?;
    Command::new(server)
        .args([
            "--port",
            "0",
            "--save",
            "",
            "--appendonly",
            "no",
            "--loglevel",
            "warning",
            "--daemonize",
            "no",
        ])
        .arg("--dir")
        .arg(folder)
        .arg("--aclfile")
        .arg(users)
        .arg("--unixsocket")
        .arg(socket)
        .args(["--unixsocketperm", "700"])
        .stdin(Stdio::null())
        .stdout(words.try_clone()?)
        .stderr(words)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("it cannot be started: {error}")))
}

/// Tells the app where the server will listen.
fn announce(socket: &Path) -> io::Result<()> {
    let mut stdout = io::stdout();
    stdout.write_all(socket.as_os_str().as_bytes())?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}

/// Comes back when nobody holds the other end of the pipe any more.
async fn closed(app: &mut pipe::Receiver) -> io::Result<()> {
    while app.read(&mut [0; 64]).await? > 0 {}
    Ok(())
}

fn last_words(log: &Path) -> Vec<u8> {
    let text = fs::read(log).unwrap_or_default();
    let lines: Vec<&[u8]> = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty())
        .collect();
    match lines.len() {
        0 => b"it ended without a word".to_vec(),
        count => lines[count.saturating_sub(LAST_LINES)..].join(&b'\n'),
    }
}
