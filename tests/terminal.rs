//! The real program on a real terminal: what it takes it gives back, however it ends.
#![allow(clippy::unwrap_used, clippy::panic)]
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::Server;
use rustix::process::Signal;
use tty::{Process, Tty, offspring, wait_until};

mod common;
mod tty;

const KEYGROVE: &str = env!("CARGO_BIN_EXE_keygrove");
const PASSWORD: &str = "tulip-in-winter";

/// keygrove with the sample data, all of it there.
fn demo(vars: &[(&str, &str)]) -> Tty {
    let mut tty = Tty::start(&["--demo"], vars);
    tty.sees("· complete").sees("▸ shop");
    tty
}

fn on(server: &Server) -> Tty {
    let url = format!("unix://{}", server.socket().display());
    let mut tty = Tty::start(&[&url], &[]);
    tty.sees("· complete");
    tty
}

/// The demo's guard and server.
fn demo_processes(tty: &Tty) -> Vec<u32> {
    let all = offspring(tty.pid());
    assert_eq!(all.len(), 2, "a guard and a server: {all:?}");
    all
}

fn are_gone(pids: &[u32]) {
    wait_until("the demo is gone", || {
        pids.iter().all(|pid| Process::is_gone(*pid))
    });
}

#[test]
fn quitting_gives_everything_back() {
    let mut tty = demo(&[]);
    let processes = demo_processes(&tty);
    assert!(tty.is_taken());
    assert_eq!(tty.types("q").ends(), 0);
    assert!(tty.is_given_back());
    are_gone(&processes);
}

#[test]
fn a_signal_gives_everything_back() {
    for (signal, status) in [
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
    ] {
        let mut tty = demo(&[]);
        let processes = demo_processes(&tty);
        tty.signal(signal);
        assert_eq!(tty.ends(), status);
        assert!(tty.is_given_back(), "{signal:?}");
        are_gone(&processes);
    }
}

#[test]
fn a_demo_whose_server_was_killed_says_so() {
    let mut tty = demo(&[]);
    let server = *demo_processes(&tty).last().unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(server).unwrap()).unwrap();
    rustix::process::kill_process(pid, Signal::KILL).unwrap();
    tty.sees("the demo's server is gone: start keygrove --demo again");
    tty.sees("▸ shop");
    assert_eq!(tty.types("q").ends(), 0);
}

#[test]
fn killing_it_leaves_no_demo_behind() {
    let mut tty = demo(&[]);
    let processes = demo_processes(&tty);
    tty.signal(Signal::KILL);
    tty.ends();
    are_gone(&processes);
}

#[test]
fn it_goes_to_the_shell_and_comes_back() {
    for by_signal in [false, true] {
        let mut tty = demo(&[]);
        let pid = tty.pid();
        if by_signal {
            tty.signal(Signal::TSTP);
        } else {
            tty.types("\x1a");
        }
        wait_until("it stops", || {
            Process::of(pid).is_some_and(|process| process.state == 'T')
        });
        tty.until("given back", Tty::is_given_back);
        tty.signal(Signal::CONT);
        tty.until("taken again", Tty::is_taken).sees("▸ shop");
        assert_eq!(tty.types("q").ends(), 0);
    }
}

/// With `spring` under `note`, in an editor that is these words of a shell and then the file.
fn editing(server: &Server, editor: &str) -> Tty {
    server.redis(&["SET", "note", "spring"]);
    let port = server.port.to_string();
    let mut tty = Tty::start(&["-p", &port], &[("EDITOR", editor)]);
    tty.sees("· complete").types("\r").sees("spring").types("E");
    tty
}

#[test]
fn ctrl_c_in_the_editor_ends_the_editor_alone() {
    let server = Server::start();
    for signal in ["INT", "QUIT"] {
        // The terminal sends it to both.
        let ends = format!("kill -{signal} $PPID; kill -{signal} $$; :");
        let mut tty = editing(&server, &ends);
        tty.sees("nothing was saved");
        assert_eq!(tty.types("q").ends(), 0);
        assert_eq!(server.redis(&["GET", "note"]), "spring");
    }
}

#[test]
fn a_password_is_asked_for_without_echo_and_the_echo_comes_back() {
    let server = Server::with(&["--requirepass", PASSWORD]);
    let port = server.port.to_string();
    let asked = || {
        let mut tty = Tty::start(&["-p", &port, "--askpass"], &[]);
        tty.sees("Please input password:");
        assert!(!tty.echoes());
        tty
    };
    for end in ["\x03", "\x1c"] {
        let mut tty = asked();
        assert_ne!(tty.types("tul").types(end).ends(), 0);
        assert!(tty.echoes());
    }
    let mut tty = asked();
    tty.types(PASSWORD).types("x\x7f\r").sees("· complete");
    assert!(!String::from_utf8_lossy(&tty.raw).contains("tul"));
    assert_eq!(tty.types("q").ends(), 0);
}

#[test]
fn it_goes_to_the_shell_with_the_editor() {
    let server = Server::start();
    // The shell sends ctrl-z to both.
    let mut tty = editing(&server, "kill -TSTP $PPID; read line; printf summer >");
    let pid = tty.pid();
    wait_until("it stops", || {
        Process::of(pid).is_some_and(|process| process.state == 'T')
    });
    tty.until("given back", Tty::is_given_back);
    tty.signal(Signal::CONT);
    tty.types("\n").sees("saved");
    assert_eq!(server.redis(&["GET", "note"]), "summer");
    assert_eq!(tty.types("q").ends(), 0);
}

#[test]
fn no_color_means_none() {
    assert!(uses_colours(&demo(&[]).raw));
    let plain = demo(&[("NO_COLOR", "1")]).raw.clone();
    assert!(!uses_colours(&plain));
    let reversed = b"\x1b[7m";
    let selected = plain.windows(reversed.len()).any(|bytes| bytes == reversed);
    assert!(selected, "the cursor can be seen all the same");
}

/// Whether any sequence that styles text (SGR) asks for a colour other than the terminal's own.
fn uses_colours(raw: &[u8]) -> bool {
    let text = String::from_utf8_lossy(raw);
    let styles = text.split("\x1b[").filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        rest[end..].starts_with('m').then(|| &rest[..end])
    });
    let mut codes = styles
        .flat_map(|style| style.split(';'))
        .filter_map(|code| code.parse().ok());
    codes.any(|code: u8| matches!(code, 30..=38 | 40..=48 | 90..=107))
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let mut tty = demo(&[]);
    tty.resize(30, 5);
    tty.sees("keygrove needs 40 x 10");
    tty.resize(40, 10);
    tty.sees("▸ shop")
        .until("all of it", |tty| tty.row_of("┌ Keys") == Some(1));
    assert!(tty.row_of("Value").is_none());
    tty.resize(100, 30);
    tty.sees("┌ Value");
    assert_eq!(tty.types("q").ends(), 0);
}

#[test]
fn the_mouse_opens_and_scrolls() {
    let mut tty = demo(&[]);
    tty.resize(100, 12);
    tty.until("all of it", |tty| {
        [tty.row_of("┌ Keys"), tty.row_of("▸ shop"), tty.row_of("└")]
            == [Some(1), Some(4), Some(10)]
    });
    let row = tty.row_of("▸ shop").unwrap() + 1;
    tty.types(&format!("\x1b[<0;4;{row}M\x1b[<0;4;{row}m"));
    tty.sees("▾ shop").sees("▸ blog");
    tty.types(&format!("\x1b[<65;4;{row}M").repeat(3));
    tty.until("scrolled", |tty| tty.row_of("▸ blog").is_none());
    tty.types(&format!("\x1b[<64;4;{row}M").repeat(4));
    tty.sees("▸ blog");
}

#[test]
fn what_is_pasted_is_typed_and_not_pressed() {
    let mut tty = demo(&[]);
    tty.types("n").sees("New key");
    tty.types("\x1b[200~q\x1b[201~")
        .types("\x1b[200~uite d:n\x1b[201~");
    tty.sees("quite d:n");
    assert_eq!(tty.types("\x1b").types("\x03").ends(), 0);
}

#[test]
fn whatever_is_typed_at_once_arrives() {
    let server = Server::start();
    let mut tty = on(&server);
    let name: String = ('a'..='z').cycle().take(3000).collect();
    tty.types("n").sees("New key");
    tty.types(&name).types("\x13");
    wait_until("the key is there", || {
        server.redis(&["EXISTS", &name]) == "1"
    });
    assert_eq!(server.redis(&["DBSIZE"]), "1");
}

#[test]
fn the_log_tells_the_time_of_the_place() {
    const ZONE: &str = "<+0545>-5:45";
    let zone = jiff::tz::TimeZone::posix(ZONE).unwrap();
    let minute = || {
        jiff::Timestamp::now()
            .to_zoned(zone.clone())
            .strftime("│%H:%M:")
            .to_string()
    };
    let server = Server::start();
    server.redis(&["SET", "k", "v"]);
    let url = format!("unix://{}", server.socket().display());
    let began = minute();
    let mut tty = Tty::start(&[&url], &[("TZ", ZONE)]);
    tty.sees("· complete").types("6").sees("TYPE k");
    let shown = tty.screen().contents();
    assert!(
        [began, minute()]
            .iter()
            .any(|minute| shown.contains(minute)),
        "{shown}"
    );
}

#[test]
fn the_first_frame_does_not_wait_for_the_time_zone() {
    let server = Server::start();
    server.redis(&["SET", "k", "v"]);
    let folder = tempfile::tempdir().unwrap();
    // Whoever reads this waits until somebody writes, and nobody does.
    let zone = folder.path().join("zone");
    assert!(
        Command::new("mkfifo")
            .arg(&zone)
            .status()
            .unwrap()
            .success()
    );
    let url = format!("unix://{}", server.socket().display());
    let zone = format!(":{}", zone.display());
    Tty::start(&[&url], &[("TZ", &zone)])
        .sees("keygrove")
        .sees(" k ");
}

#[test]
fn nothing_happens_while_nothing_happens() {
    let server = Server::start();
    server.redis(&["SET", "a:b", "c"]);
    let mut tty = on(&server);
    // Until the last frame has come.
    while tty.hears(Duration::from_millis(500)).is_ok() {}
    let ticks = |tty: &Tty| Process::of(tty.pid()).unwrap().ticks;
    let before = ticks(&tty);
    let heard = tty.hears(Duration::from_secs(1));
    assert!(heard.is_err(), "something was drawn");
    assert!(ticks(&tty) - before <= 1, "something was worked on");
}

#[test]
fn without_a_terminal_it_says_so() {
    let output = Command::new(KEYGROVE)
        .arg("--demo")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(
        words.starts_with("keygrove: this is not a terminal"),
        "{words}"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn a_flag_that_is_none_is_refused() {
    let output = Command::new(KEYGROVE).arg("--flags").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .starts_with("keygrove: ")
    );
}

#[test]
fn a_password_reaches_neither_the_editor_nor_the_log_nor_the_screen() {
    let server = Server::start();
    server.redis(&["SET", "note", "spring"]);
    server.redis(&[
        "ACL",
        "SETUSER",
        "ada",
        "on",
        &format!(">{PASSWORD}"),
        "~*",
        "+@all",
    ]);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (editor, seen, log) = (path("editor"), path("seen"), path("log"));
    let temporary = path("temporary");
    let script = format!(
        "#!/bin/sh\n{{ env; cat /proc/$$/cmdline /proc/$PPID/cmdline; ls -la \"${{1%/*}}\"; }} >{seen}\n\
         cp \"$1\" \"$1.swp\"\nprintf summer >\"$1\"\n"
    );
    fs::write(&editor, script).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o700)).unwrap();
    let url = format!("redis://ada:{PASSWORD}@127.0.0.1:{}", server.port);
    let vars = [
        ("REDIS_URL", url.as_str()),
        ("REDISCLI_AUTH", PASSWORD),
        ("EDITOR", &editor),
        ("TMPDIR", &temporary),
    ];
    fs::create_dir(&temporary).unwrap();
    let mut tty = Tty::start(&["--log-file", &log], &vars);
    tty.sees("· complete").types("\r").sees("spring").types("E");
    wait_until("the editor has saved it", || {
        server.redis(&["GET", "note"]) == "summer"
    });
    tty.sees("saved");
    assert_eq!(tty.types("q").ends(), 0);
    let read = |path: &str| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    assert!(
        read(&seen).contains("EDITOR="),
        "it looked at its surroundings"
    );
    let alone = |mode: &str| read(&seen).lines().any(|line| line.starts_with(mode));
    assert!(
        alone("drwx------ ") && alone("-rw------- "),
        "{}",
        read(&seen)
    );
    let left = fs::read_dir(&temporary).unwrap().count();
    assert_eq!(left, 0, "what the editor had, and what it put beside it");
    let screen = String::from_utf8_lossy(&tty.raw).into_owned();
    for behind in screen.split("\x1b[?1049l").skip(1) {
        let (shell, _) = behind.split_once("\x1b[?1049h").unwrap_or((behind, ""));
        let told = ["spring", "summer", "note", "ada"]
            .iter()
            .any(|word| shell.contains(word));
        assert!(!told, "what stays on the terminal: {shell:?}");
    }
    assert!(
        read(&log).contains("SET note summer"),
        "the log tells what was done"
    );
    for (place, text) in [
        ("the editor", read(&seen)),
        ("the log", read(&log)),
        ("the screen", String::from_utf8_lossy(&tty.raw).into_owned()),
    ] {
        assert!(!text.contains(PASSWORD), "{place} shows the password");
    }
}

/// Not a test of itself: what [`a_panic_gives_everything_back_and_repeats_nothing`] starts on a terminal. It takes the
/// terminal as the program does, and panics in one of its tasks or in the first.
#[test]
#[ignore = "started by another test, on a terminal"]
fn panics_on_a_terminal() {
    // The tasks of the program run on its first thread.
    let first = std::thread::Builder::new().name("main".to_owned());
    let first = first.spawn(|| {
        let runtime = keygrove::start::runtime().unwrap();
        keygrove::run::restore_on_panic();
        // Its words repeat what it stumbles over.
        let stumble = |secret: &str| assert_eq!(secret[1..].len(), 0);
        runtime.block_on(async {
            let _screen = keygrove::run::Screen::open().unwrap();
            let secret = format!("é{PASSWORD}\u{1b}]0;x\u{7}");
            tokio::spawn(async move { stumble(&secret) });
            std::future::pending::<()>().await;
        });
    });
    first.unwrap().join().unwrap();
}

#[test]
fn a_panic_gives_everything_back_and_repeats_nothing() {
    let this = std::env::current_exe().unwrap();
    let args = [
        "--exact",
        "panics_on_a_terminal",
        "--ignored",
        "--nocapture",
    ];
    let mut tty = Tty::run(&this, &args, &[("RUST_BACKTRACE", "0")]);
    assert_eq!(tty.ends(), 101);
    assert!(tty.is_given_back());
    let raw = String::from_utf8_lossy(&tty.raw).into_owned();
    let (screen, after) = raw.rsplit_once("\x1b[?1049l").unwrap();
    assert!(screen.contains("\x1b[?1049h"));
    assert!(
        after.contains("keygrove: ended by a fault of its own at "),
        "{after}"
    );
    assert!(
        !after.contains(PASSWORD) && !after.contains("\x1b]"),
        "{after}"
    );
}
