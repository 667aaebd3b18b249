//! A stage for the app without server, terminal or clock: messages in, scripted answers, the screen as text.
use std::time::{Duration, Instant};

use keygrove::app::{App, Gesture, Msg, Pointer};
use keygrove::model::change::Outcome;
use keygrove::model::kinds::{Page, Row};
use keygrove::model::target::{Environment, Target};
use keygrove::model::{Cmd, Key, Reply};
use keygrove::panes::{Effect, Effects, Lock, Setup};
use keygrove::server::{
    Access, Answer, Batch, Described, Effort, Event, Fault, Hello, Left, Link, Place, Purpose,
    Request, Restored, Seen, Unlinked, Walk, Weighed,
};
use keygrove::widgets::theme::{Depth, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use unicode_width::UnicodeWidthStr;

mod users;

/// How long the person waits after each press; longer than any rest the app waits for.
const PAUSE: Duration = Duration::from_millis(200);
/// Beats that one pause may bring.
const BEATS: usize = 5;

pub struct Stage {
    pub app: App,
    terminal: Terminal<TestBackend>,
    now: Instant,
    clock: jiff::Zoned,
    pub script: Script,
}

/// How the scripted server behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    /// Answers everything at once.
    Willing,
    /// Its walks never end.
    Scanning,
    /// Refuses every guarded write, because the value is another one by now.
    Changed,
    /// Refuses writes, because its memory is full.
    Full,
    /// Refuses everything but walks.
    Denying,
}

/// A scripted key: name, type, milliseconds to live, and the cells of its rows.
type Sample = (
    &'static [u8],
    &'static str,
    Option<u64>,
    &'static [&'static [&'static str]],
);

/// The keys of the scripted server.
const KEYS: &[Sample] = &[
    (b"blog:post:1", "hash", None, &[&["title", "First"]]),
    (b"blog:post:2", "hash", None, &[&["title", "Second"]]),
    (b"odd:\x1b[31mred\xff", "string", None, &[&["a bell\x07"]]),
    (b"shop:cache:front", "string", Some(3_599_000), &[&[JSON]]),
    (b"shop:cache:rates", "string", Some(9_500), &[&["1.0873"]]),
    (b"shop:counter", "string", None, &[&["41"]]),
    (b"shop:queue", "list", None, &[&["first"], &["second"]]),
    (
        b"shop:rank",
        "zset",
        None,
        &[&["1.5", "ada"], &["2", "bob"]],
    ),
    (b"shop:roles", "set", None, &[&["alice"], &["bob"]]),
    (
        b"shop:user:42",
        "hash",
        None,
        &[
            &["name", "Alice Example"],
            &["email", "alice@example.com"],
            &["lastLogin", "2026-01-09T10:11:12Z"],
        ],
    ),
    (
        "shop:user:日本".as_bytes(),
        "hash",
        None,
        &[&["name", "花子"]],
    ),
    (b"lonely", "string", None, &[&["a key without a folder"]]),
];

const JSON: &str =
    r#"{"title":"Winter sale","products":[1,2,9007199254740993],"banner":null,"draft":false}"#;

impl Stage {
    /// A connected app that may write, on a screen of this size.
    pub fn new(size: (u16, u16)) -> Self {
        Self::with(size, Script::Willing, Environment::Dev)
    }

    pub fn with(size: (u16, u16), script: Script, env: Environment) -> Self {
        let mut stage = Self::unconnected(size, script, env);
        stage.send(Msg::Server(Event::Link(Link::Up(hello()))));
        stage
    }

    pub fn unconnected((width, height): (u16, u16), script: Script, env: Environment) -> Self {
        let (access, lock) = match env {
            Environment::Prod => (Access::ReadOnly, Lock::Word),
            _ => (Access::ReadWrite, Lock::Open),
        };
        let setup = Setup {
            env,
            lock,
            ..Setup::default()
        };
        let target = Target::parse("redis://ada:tulip@grove.example:6379/0").unwrap();
        let now = Instant::now();
        let clock: jiff::Zoned = "2026-01-09T10:11:12+00:00[UTC]".parse().unwrap();
        let theme = Theme::new(Depth::True);
        let app = App::new(target, setup, access, theme, now, clock.clone());
        let mut stage = Self {
            app,
            terminal: Terminal::new(TestBackend::new(width, height)).unwrap(),
            now,
            clock,
            script,
        };
        let first = stage.app.start();
        stage.perform(first);
        stage.draw();
        stage
    }

    /// The mouse, where this text stands.
    pub fn point(&mut self, gesture: Gesture, text: &str) {
        let screen = self.screen();
        let mut rows = screen.lines().zip(0..);
        let found = rows.find_map(|(line, row)| Some((line.split_once(text)?.0, row)));
        let (before, row) = found.unwrap_or_else(|| panic!("{text}\n{screen}"));
        let column = before.chars().count() as u16;
        self.send(Msg::Point(Pointer {
            gesture,
            column,
            row,
        }));
    }

    /// Presses these chords, parted by spaces; what is no chord is pasted.
    pub fn press(&mut self, script: &str) -> &mut Self {
        for word in script.split(' ') {
            self.send(
                word.parse()
                    .map_or_else(|_| Msg::Paste(word.into()), Msg::Press),
            );
        }
        self
    }

    /// One message, the answers that it leads to, a pause, and a frame.
    pub fn send(&mut self, msg: Msg) {
        let effects = self.app.update(msg, self.now, self.clock.clone());
        self.perform(effects);
        self.draw();
        self.now += PAUSE;
        // One beat may lead to the next: a question about one key, then about its neighbours.
        for _ in 0..BEATS {
            if self.app.wakes_at().is_none_or(|at| at > self.now) {
                break;
            }
            let effects = self.app.update(Msg::Beat, self.now, self.clock.clone());
            self.perform(effects);
            self.draw();
        }
    }

    /// The person does nothing for so long.
    pub fn wait(&mut self, long: Duration) {
        self.now += long;
        self.send(Msg::Beat);
    }

    /// How often the app wakes by itself while the person does nothing for so long.
    pub fn wakes_in(&mut self, long: Duration) -> usize {
        let (end, mut wakes) = (self.now + long, 0);
        while let Some(at) = self.app.wakes_at().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            let effects = self.app.update(Msg::Beat, self.now, self.clock.clone());
            self.perform(effects);
            self.draw();
            wakes += 1;
        }
        wakes
    }

    pub fn resize(&mut self, (width, height): (u16, u16)) {
        self.terminal.backend_mut().resize(width, height);
        self.send(Msg::Resize);
    }

    /// The screen as text, a line for each row; what a wide character covers is not there.
    pub fn screen(&self) -> String {
        let buffer = self.terminal.backend().buffer();
        let mut text = String::new();
        for row in buffer.content.chunks(usize::from(buffer.area.width)) {
            let mut line = String::new();
            let mut covered = 0;
            for cell in row {
                if covered == 0 {
                    line.push_str(cell.symbol());
                    covered = cell.symbol().width().max(1);
                }
                covered -= 1;
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    fn draw(&mut self) {
        self.terminal.autoresize().unwrap();
        self.app.arrange(self.terminal.get_frame().area());
        self.terminal.draw(|frame| self.app.draw(frame)).unwrap();
    }

    fn perform(&mut self, effects: Effects) {
        let mut todo: std::collections::VecDeque<Effect> = effects.into();
        while let Some(effect) = todo.pop_front() {
            let Effect::Ask(ticket, request) = effect else {
                continue;
            };
            let Some(answer) = self.script.answer(&request) else {
                continue;
            };
            let event = Event::Answer { ticket, answer };
            todo.extend(
                self.app
                    .update(Msg::Server(event), self.now, self.clock.clone()),
            );
        }
    }
}

/// What the scripted server says of itself.
pub fn hello() -> Hello {
    Hello {
        server: "redis".into(),
        version: "7.0.15".into(),
        mode: "standalone".into(),
        role: "master".into(),
        protocol: 3,
        restarted: false,
    }
}

/// A reply for each of these.
fn told(cmds: &[Cmd]) -> Vec<Reply> {
    cmds.iter().map(users::told).collect()
}

impl Script {
    pub fn answer(self, request: &Request) -> Option<Result<Answer, Fault>> {
        let denied = || Fault::Denied {
            command: "GET".into(),
            text: "NOPERM this user has no permissions to run the 'get' command".into(),
        };
        Some(match request {
            Request::Connect(_) | Request::Retry | Request::Access(_) => return None,
            Request::Keys(walk) => Ok(Answer::Keys(self.walk(walk))),
            _ if self == Self::Denying => Err(denied()),
            Request::Describe(keys) => Ok(Answer::Described(keys.iter().map(describe).collect())),
            Request::Look { key, .. } | Request::Get(key) => see(key).map(Answer::Seen),
            Request::Question(_) => Ok(Answer::Replied(Reply::Int(1))),
            Request::Read { cmds, .. } | Request::Act(cmds) => Ok(Answer::Replies(told(cmds))),
            Request::LogIn { cmds, .. } => Ok(Answer::LoggedIn(Ok(told(cmds)))),
            Request::Apply { change, .. } if self == Self::Changed && change.guard.is_some() => {
                Ok(Answer::Applied(Outcome::Conflict(Vec::new())))
            }
            Request::Apply { .. } if self == Self::Full => Err(Fault::Refused {
                code: "OOM".into(),
                text: "command not allowed when used memory > 'maxmemory'.".into(),
            }),
            Request::Apply { .. } => Ok(Answer::Applied(Outcome::Done(vec![Reply::Int(1)]))),
            Request::Weigh(keys) => Ok(Answer::Weighed(Weighed {
                bytes: vec![Some(100); keys.len()],
                done: true,
                ..Weighed::default()
            })),
            Request::Restore(kept) => Ok(Answer::Restored(Restored {
                back: kept.iter().map(|kept| kept.key.clone()).collect(),
                done: true,
                ..Restored::default()
            })),
            Request::Unlink(doomed) => Ok(Answer::Unlinked(Unlinked {
                deleted: doomed.keys.len() as u64,
                done: true,
                ..Unlinked::default()
            })),
        })
    }

    fn walk(self, walk: &Walk) -> Batch {
        let wanted = |name: &&[u8]| walk.pattern.as_ref().is_none_or(|glob| glob.matches(name));
        let names = KEYS.iter().map(|(name, ..)| *name).filter(wanted);
        let done = self != Self::Scanning || walk.purpose == Purpose::Folder;
        Batch {
            keys: names.collect(),
            share: if done { 1.0 } else { 0.42 },
            place: Place::default(),
            // Four requests, and a tenth of the server.
            effort: Effort {
                requests: 4,
                worked: Duration::from_micros(1_600),
            },
            done,
        }
    }
}

fn left(millis: Option<u64>) -> Left {
    millis.map_or(Left::Forever, Left::Millis)
}

fn describe(key: &Key) -> Described {
    let found = KEYS.iter().find(|(name, ..)| *name == key.bytes());
    let (kind, left) = found.map_or(("none", Left::Gone), |(_, kind, ms, _)| (kind, left(*ms)));
    Described {
        kind: Ok(kind.to_owned()),
        left: Ok(left),
    }
}

fn see(key: &Key) -> Result<Seen, Fault> {
    let found = KEYS.iter().find(|(name, ..)| *name == key.bytes());
    let (_, kind, millis, rows) = found.ok_or(Fault::Gone)?;
    let cells = |row: &&[&str]| row.iter().map(|cell| cell.as_bytes().to_vec()).collect();
    let rows: Vec<Row> = (0..)
        .zip(*rows)
        .map(|(at, row)| Row {
            cells: cells(row),
            at: if *kind == "hash" { 0 } else { at },
            left: None,
        })
        .collect();
    let total = match *kind {
        "string" => rows[0].cells[0].len() as u64,
        _ => rows.len() as u64,
    };
    Ok(Seen {
        kind: (*kind).to_owned(),
        left: Ok(left(*millis)),
        encoding: Ok("listpack".into()),
        memory: Ok(216),
        page: Page {
            rows,
            next: None,
            total: Some(total),
            span: None,
        },
        unread: None,
    })
}
