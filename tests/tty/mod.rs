//! A real terminal for the real program: what it writes is read by a terminal emulator, and kept as it came.
use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use vt100::{MouseProtocolMode, Parser};

use crate::common::PATIENCE;

const KEYGROVE: &str = env!("CARGO_BIN_EXE_keygrove");

/// keygrove on a terminal of its own; killed when dropped.
pub struct Tty {
    child: Box<dyn Child + Send + Sync>,
    terminal: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    written: Receiver<Vec<u8>>,
    emulator: Parser,
    /// Everything the program wrote.
    pub raw: Vec<u8>,
}

impl Tty {
    /// On 100 columns and 30 rows, with these arguments and variables; colours are promised.
    pub fn start(args: &[&str], vars: &[(&str, &str)]) -> Self {
        Self::run(Path::new(KEYGROVE), args, vars)
    }

    /// The same with another program.
    pub fn run(program: &Path, args: &[&str], vars: &[(&str, &str)]) -> Self {
        Self::open(program, (100, 30), args, vars)
    }

    /// On so many columns and rows.
    #[allow(dead_code, reason = "the benches use it")]
    pub fn sized(sized: (u16, u16), args: &[&str]) -> Self {
        Self::open(Path::new(KEYGROVE), sized, args, &[])
    }

    fn open(
        program: &Path,
        (columns, rows): (u16, u16),
        args: &[&str],
        vars: &[(&str, &str)],
    ) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        for name in ["REDIS_URL", "REDISCLI_AUTH", "NO_COLOR", "VISUAL", "EDITOR"] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        for (name, value) in vars {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (write, written) = channel();
        std::thread::spawn(move || {
            let mut bytes = vec![0; 64 * 1024];
            // An error means that nobody has the terminal open any more.
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if write.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            keyboard: pair.master.take_writer().unwrap(),
            terminal: pair.master,
            written,
            emulator: Parser::new(cells(rows), cells(columns), 0),
            raw: Vec::new(),
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    pub fn types(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
        self
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.pid()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.emulator.set_size(cells(rows), cells(columns));
        self.terminal.resize(size(columns, rows)).unwrap();
    }

    pub fn screen(&self) -> &vt100::Screen {
        self.emulator.screen()
    }

    /// The row, counted from 0, on which this stands.
    pub fn row_of(&self, text: &str) -> Option<usize> {
        self.screen()
            .contents()
            .lines()
            .position(|line| line.contains(text))
    }

    /// Waits until this stands on the screen.
    pub fn sees(&mut self, text: &str) -> &mut Self {
        self.until(text, |tty| tty.row_of(text).is_some())
    }

    /// Waits until this is true of the screen.
    pub fn until(&mut self, what: &str, is: impl Fn(&Self) -> bool) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        while !is(self) {
            let heard = self.hears(deadline.saturating_duration_since(Instant::now()));
            assert!(
                heard.is_ok(),
                "{what}: {heard:?}\n{}",
                self.screen().contents()
            );
        }
        self
    }

    /// Waits this long for the next thing that is written.
    pub fn hears(&mut self, patience: Duration) -> Result<(), RecvTimeoutError> {
        let bytes = self.written.recv_timeout(patience)?;
        self.emulator.process(&bytes);
        self.raw.extend(bytes);
        Ok(())
    }

    /// Waits for its end; its exit status.
    pub fn ends(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        // The terminal falls silent for good when the program has closed it.
        while let Ok(()) = self.hears(deadline.saturating_duration_since(Instant::now())) {}
        assert!(Instant::now() < deadline, "it does not end");
        self.child.wait().unwrap().exit_code()
    }

    /// Its exit status, if it has ended.
    #[allow(dead_code, reason = "the tests in big use it")]
    pub fn ended(&mut self) -> Option<u32> {
        let ended = self.child.try_wait().unwrap();
        ended.map(|status| status.exit_code())
    }

    /// Whether the terminal is as a shell wants it.
    pub fn is_given_back(&self) -> bool {
        let screen = self.screen();
        let modes = self.terminal.get_termios().unwrap().local_flags;
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == MouseProtocolMode::None
            && format!("{modes:?}").contains("ICANON")
    }

    /// Whether the terminal shows what is typed.
    #[allow(dead_code, reason = "the benches use a part")]
    pub fn echoes(&self) -> bool {
        let modes = self.terminal.get_termios().unwrap().local_flags;
        let modes = format!("{modes:?}");
        modes
            .split(|c: char| !c.is_alphanumeric())
            .any(|mode| mode == "ECHO")
    }

    /// Whether the terminal is as keygrove wants it.
    pub fn is_taken(&self) -> bool {
        let screen = self.screen();
        let modes = self.terminal.get_termios().unwrap().local_flags;
        screen.alternate_screen()
            && screen.hide_cursor()
            && screen.bracketed_paste()
            && screen.mouse_protocol_mode() != MouseProtocolMode::None
            && !format!("{modes:?}").contains("ICANON")
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}

/// A process as the system sees it: its state's letter, its parent, and the ticks of work it has done.
pub struct Process {
    pub state: char,
    parent: u32,
    pub ticks: u64,
}

impl Process {
    /// None when there is no such process.
    pub fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<&str> = stat[stat.rfind(')')? + 2..].split(' ').collect();
        let number = |at: usize| fields[at].parse::<u64>().unwrap();
        Some(Self {
            state: fields[0].chars().next()?,
            parent: u32::try_from(number(1)).unwrap(),
            ticks: number(11) + number(12),
        })
    }

    /// Whether it runs no more; who should bury it may not have done so yet.
    pub fn is_gone(pid: u32) -> bool {
        Self::of(pid).is_none_or(|process| process.state == 'Z')
    }
}

/// What this process started, and what that started, and so on.
pub fn offspring(pid: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").unwrap();
    let pids = all.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|child| Process::of(*child).is_some_and(|process| process.parent == pid))
        .flat_map(|child| [vec![child], offspring(child)].concat())
        .collect()
}

/// Waits for a fact about the system.
pub fn wait_until(what: &str, is: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::yield_now();
    }
}
