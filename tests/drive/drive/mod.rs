//! Drives the app as a person does, and looks at the server behind its back.
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use keygrove::app::{App, Msg};
use keygrove::input::Chord;
use keygrove::model::target::{Environment, Target};
use keygrove::panes::{Lock, Setup};
use keygrove::run::{self, End, Input, Journal, Loop, Rest};
use keygrove::server::{self, Access, Load, Settings};
use keygrove::widgets::theme::{Depth, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::sync::mpsc::UnboundedSender;

use crate::common::Server;

pub mod client;
mod desk;

use desk::{Desk, Outside};

/// How long anything may take before a test fails; where values are as big as they get, that may be long.
fn patience() -> Duration {
    let big = std::env::var_os("KEYGROVE_TEST_BIG").is_some();
    Duration::from_secs(if big { 120 } else { 30 })
}

/// How the app is started.
pub struct How {
    pub target: Target,
    pub setup: Setup,
    pub access: Access,
    /// Columns and rows.
    pub size: (u16, u16),
    /// As `--log-file`.
    pub log: Option<PathBuf>,
}

impl How {
    /// As production is started: read-only until a word is typed.
    pub fn prod(&mut self) {
        self.setup.env = Environment::Prod;
        self.setup.lock = Lock::Word;
        self.access = Access::ReadOnly;
    }

    /// As with `--read-only`.
    pub fn read_only(&mut self) {
        self.setup.lock = Lock::Fixed;
        self.access = Access::ReadOnly;
    }

    pub fn prefix(&mut self, prefix: &str) {
        self.setup.prefix = Some(prefix.into());
    }
}

/// A frame as it was drawn: its rows, how much input had been taken by then, and whether anything was still to come.
struct Frame {
    taken: usize,
    rest: Rest,
    rows: Vec<String>,
}

impl Frame {
    fn shows(&self, text: &str) -> bool {
        self.rows.iter().any(|row| row.contains(text))
    }
}

/// The app at work, and its server.
pub struct Drive {
    pub server: Server,
    inputs: UnboundedSender<Input>,
    frames: mpsc::Receiver<Frame>,
    frame: Frame,
    sent: usize,
    desk: Desk,
    app: Option<JoinHandle<End>>,
}

impl Drive {
    /// At a new server on which these commands were run, one a line.
    pub fn with(commands: &str) -> Self {
        Self::open(stocked(commands), |_| {})
    }

    /// At this server, started in another way than usual; the first scan is over.
    #[track_caller]
    pub fn open(server: Server, change: impl FnOnce(&mut How)) -> Self {
        let mut drive = Self::begin(server, change);
        drive.rest();
        drive
    }

    /// The same, and the first scan has only begun.
    pub fn begin(server: Server, change: impl FnOnce(&mut How)) -> Self {
        let mut how = How {
            target: server.target(),
            setup: Setup::default(),
            access: Access::ReadWrite,
            size: (100, 30),
            log: None,
        };
        change(&mut how);
        let (inputs, taken) = tokio::sync::mpsc::unbounded_channel();
        let (drawn, frames) = mpsc::channel();
        let desk = Desk::default();
        let outside = Outside::new(taken, drawn, desk.clone());
        let app = std::thread::spawn(|| live(how, outside));
        let frame = Frame {
            taken: 0,
            rest: Rest::Busy,
            rows: Vec::new(),
        };
        Self {
            server,
            inputs,
            frames,
            frame,
            sent: 0,
            desk,
            app: Some(app),
        }
    }

    /// Presses these keys one after the other, and waits after each until nothing more comes by itself. What stands in
    /// single quotes is typed as text.
    #[track_caller]
    pub fn press(&mut self, keys: &str) {
        for (at, part) in keys.split('\'').enumerate() {
            if at % 2 == 1 {
                self.type_text(part);
                continue;
            }
            for chord in part.split_whitespace() {
                self.send(chord);
                self.rest();
            }
        }
    }

    /// Presses these keys at once and waits for nothing.
    #[track_caller]
    pub fn send(&mut self, chords: &str) {
        for chord in chords.split_whitespace() {
            let chord = chord.parse().unwrap();
            self.put(Msg::Press(chord));
        }
    }

    /// The same at once, without waiting for anything.
    pub fn type_now(&mut self, text: &str) {
        for c in text.chars() {
            self.put(Msg::Press(Chord::of(keygrove::input::Key::Char(c))));
        }
    }

    /// Types this text, as a person would: a newline is Enter.
    #[track_caller]
    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            let key = match c {
                '\n' => keygrove::input::Key::Enter,
                c => keygrove::input::Key::Char(c),
            };
            self.put(Msg::Press(Chord::of(key)));
        }
        self.rest();
    }

    #[track_caller]
    pub fn paste(&mut self, text: &str) {
        self.put(Msg::Paste(text.to_owned()));
        self.rest();
    }

    /// Fills in the form on screen from its first field on, and submits it. `_` leaves a field as it is; other
    /// fields are emptied first.
    #[track_caller]
    pub fn fill(&mut self, fields: &[&str]) {
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                self.press("tab");
            }
            if *field != "_" {
                self.press("ctrl-u");
                self.type_text(field);
            }
        }
        self.press("ctrl-s");
    }

    /// Goes to a key by its exact name; the value pane has the focus then.
    #[track_caller]
    pub fn go(&mut self, name: &str) {
        self.press("ctrl-g");
        self.fill(&[name]);
    }

    fn put(&mut self, msg: Msg) {
        // An app that has ended is told of where a frame is waited for.
        let _ = self.inputs.send(Input::Msg(msg));
        self.sent += 1;
    }

    /// Waits until all input was taken and everything is there that was asked for.
    #[track_caller]
    pub fn rest(&mut self) {
        let sent = self.sent;
        self.until("the app at rest", |frame| {
            frame.taken == sent && frame.rest == Rest::Idle
        });
    }

    /// Waits until all input was taken and drawn, whatever else is still to come.
    #[track_caller]
    pub fn answers(&mut self) {
        let sent = self.sent;
        self.until("an answer to a key", |frame| frame.taken == sent);
    }

    /// Waits until this text is on screen.
    #[track_caller]
    pub fn sees(&mut self, text: &str) {
        self.until(text, |frame| frame.shows(text));
    }

    /// Waits until this text is no longer on screen.
    #[track_caller]
    pub fn loses(&mut self, text: &str) {
        self.until(&format!("no {text}"), |frame| !frame.shows(text));
    }

    /// This text is not on screen now.
    #[track_caller]
    pub fn never_sees(&self, text: &str) {
        assert!(!self.frame.shows(text), "{text}\n{}", self.screen());
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.frame.rows.join("\n")
    }

    /// The rows of the pane at the left, each with its indentation and one space between its columns.
    pub fn tree(&self) -> Vec<String> {
        let inside = self
            .frame
            .rows
            .iter()
            .filter_map(|row| row.strip_prefix('│'));
        inside
            .filter_map(|row| columns(row.split('│').next()?))
            .collect()
    }

    /// The first row of the pane at the right: facts about the value.
    pub fn facts(&self) -> String {
        self.right().next().unwrap_or_default()
    }

    /// The other rows of the pane at the right.
    pub fn value(&self) -> Vec<String> {
        self.right().skip(1).collect()
    }

    fn right(&self) -> impl Iterator<Item = String> {
        let inside = self
            .frame
            .rows
            .iter()
            .filter_map(|row| row.split("││").nth(1));
        inside.filter_map(|row| columns(row.trim_end_matches(['│', '▐'])))
    }

    #[track_caller]
    fn until(&mut self, wanted: &str, enough: impl Fn(&Frame) -> bool) {
        let deadline = Instant::now() + patience();
        while !enough(&self.frame) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.frames.recv_timeout(left) {
                Ok(frame) => self.frame = frame,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("waited in vain for: {wanted}\n{}", self.screen())
                }
                Err(RecvTimeoutError::Disconnected) => panic!("the app ended\n{}", self.screen()),
            }
        }
    }

    /// What was copied, in order, since this was last asked.
    pub fn copied(&mut self) -> Vec<String> {
        self.desk.take_copied()
    }

    /// From now on `$EDITOR` saves this.
    pub fn editor_saves(&mut self, saves: impl Into<Vec<u8>>) {
        self.desk.script(Ok(saves.into()));
    }

    /// From now on `$EDITOR` fails, for this reason.
    pub fn editor_fails(&mut self, why: &str) {
        self.desk.script(Err(why.into()));
    }

    /// What `$EDITOR` was given last, and the ending of its file's name.
    pub fn draft(&self) -> (Vec<u8>, &'static str) {
        self.desk.draft()
    }

    /// Runs a command on the second connection, written as in redis-cli, and prints its reply.
    #[track_caller]
    pub fn redis(&self, command: &str) -> String {
        client::run(&self.server.socket(), command)
    }

    /// Runs a command as another user, and prints its reply.
    #[track_caller]
    pub fn redis_as(&self, user: &str, password: &str, command: &str) -> String {
        client::run_as(&self.server.socket(), user, password, command)
    }

    /// Waits until the server has a client at this command that has not been answered.
    #[track_caller]
    pub fn server_hears(&self, command: &str) {
        let (deadline, at) = (Instant::now() + patience(), format!("cmd={command}"));
        while !self.redis("CLIENT LIST").contains(&at) {
            assert!(
                Instant::now() < deadline,
                "{at}\n{}\n{}",
                self.redis("CLIENT LIST"),
                self.screen()
            );
        }
    }

    /// Waits until the reply to a command, on a connection of its own each time, holds this text.
    #[track_caller]
    pub fn until_redis(&self, command: &str, text: &str) {
        let deadline = Instant::now() + patience();
        loop {
            let reply = self.redis(command);
            if reply.contains(text) {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{command}: {reply}\n{}",
                self.screen()
            );
        }
    }

    /// How often a command was called, whoever called it.
    #[track_caller]
    pub fn asked(&self, command: &str) -> u64 {
        let stats = self.redis("INFO commandstats");
        let start = format!("cmdstat_{command}:calls=");
        let calls = stats
            .split("\\r\\n")
            .find_map(|line| line.strip_prefix(start.as_str())?.split(',').next());
        calls.map_or(0, |calls| calls.parse().unwrap())
    }

    /// When a key expires, in unix milliseconds; -1 for never, -2 for no key.
    #[track_caller]
    pub fn expires(&self, key: &str) -> i64 {
        self.redis(&format!("PEXPIRETIME {key}")).parse().unwrap()
    }

    /// The app ends by itself.
    #[track_caller]
    pub fn ends(&mut self) -> End {
        let app = self.app.take().expect("the app has not ended yet");
        app.join().unwrap()
    }
}

impl Drop for Drive {
    fn drop(&mut self) {
        let _ = self.inputs.send(Input::Stop(15));
        if let Some(app) = self.app.take() {
            let ended = app.join();
            assert!(std::thread::panicking() || ended.is_ok(), "the app failed");
        }
    }
}

/// A new server on which these commands were run, one a line.
pub fn stocked(commands: &str) -> Server {
    let server = Server::start();
    for command in commands
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let reply = client::run(&server.socket(), command);
        assert!(!reply.starts_with("(error)"), "{command}: {reply}");
    }
    server
}

/// A row with one space between its columns; none of an empty row.
fn columns(row: &str) -> Option<String> {
    let indent = row.len() - row.trim_start().len();
    let words: Vec<&str> = row
        .split("  ")
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .collect();
    (!words.is_empty()).then(|| format!("{}{}", &row[..indent], words.join(" ")))
}

/// The app's own thread: the same loop as the program's, with another terminal.
fn live(how: How, mut outside: Outside) -> End {
    let runtime = keygrove::start::runtime().unwrap();
    let journal = Journal::open(how.log.as_deref()).unwrap();
    let end = runtime.block_on(async {
        let access = how.access;
        let (handle, events) = server::start(Settings {
            access,
            load: Load::Fair,
        });
        let (now, clock) = (Instant::now(), jiff::Zoned::now());
        let theme = Theme::new(Depth::None);
        let mut app = App::new(how.target, how.setup, access, theme, now, clock);
        let mut terminal = Terminal::new(TestBackend::new(how.size.0, how.size.1)).unwrap();
        let on = Loop {
            terminal: &mut terminal,
            outside: &mut outside,
            handle,
            events,
            journal,
        };
        run::run(&mut app, on).await.unwrap()
    });
    runtime.shutdown_background();
    end
}
