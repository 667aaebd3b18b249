//! Key sequences and server events: whatever comes in whatever order, the app stands, its screen is harmless and what
//! a person typed is there.
use std::time::{Duration, Instant};

use keygrove::app::{App, Gesture, Msg, Pointer};
use keygrove::input::{BINDINGS, Chord};
use keygrove::model::change::Outcome;
use keygrove::model::kinds::{Page, Row};
use keygrove::model::printed::print;
use keygrove::model::target::Target;
use keygrove::model::undo::{Kept, Life};
use keygrove::model::{Cmd, Key, Reply};
use keygrove::panes::{Effect, Effects, Setup};
use keygrove::server::{
    Access, Answer, Batch, ConnectStep, Described, Effort, Event, Failed, Fault, Hello, Left, Link,
    Place, Request, Restored, Seen, Sent, Ticket, Unlinked, Weighed,
};
use keygrove::widgets::theme::{Depth, Theme};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::stage::{Script, hello};
use super::{config, hostile, printed::harms};

const SIZE: (u16, u16) = (120, 40);
/// Most requests that wait for an answer; older ones are never answered.
const WAITING: usize = 30;

/// The app, and what it asked and nobody has answered.
struct Scene {
    app: App,
    terminal: Terminal<TestBackend>,
    now: Instant,
    clock: jiff::Zoned,
    asked: Vec<(Ticket, Request)>,
    /// Whether nothing gets written, whoever answers.
    refuses: bool,
}

impl Scene {
    fn new() -> Self {
        let target = Target::parse("redis://ada:tulip@grove.example:6379/0").unwrap();
        let (now, clock) = (Instant::now(), "2026-01-09T10:11:12+00:00[UTC]".parse());
        let clock: jiff::Zoned = clock.unwrap();
        let theme = Theme::new(Depth::True);
        let mut scene = Self {
            app: App::new(
                target,
                Setup::default(),
                Access::ReadWrite,
                theme,
                now,
                clock.clone(),
            ),
            terminal: Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap(),
            now,
            clock,
            asked: Vec::new(),
            refuses: false,
        };
        let first = scene.app.start();
        scene.note(first);
        scene.send(Msg::Server(Event::Link(Link::Up(hello()))));
        scene
    }

    /// One message and a frame, which may hold nothing that harms.
    fn send(&mut self, msg: Msg) {
        let effects = self.app.update(msg, self.now, self.clock.clone());
        self.note(effects);
        self.terminal.autoresize().unwrap();
        self.app.arrange(self.terminal.get_frame().area());
        self.terminal.draw(|frame| self.app.draw(frame)).unwrap();
        let buffer = self.terminal.backend().buffer();
        for row in buffer.content.chunks(usize::from(buffer.area.width)) {
            let row: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
            assert!(!row.chars().any(harms), "{row:?}");
        }
    }

    fn note(&mut self, effects: Effects) {
        for effect in effects {
            match effect {
                Effect::Ask(ticket, request) => self.asked.push((ticket, request)),
                Effect::Forget(ticket) => self.asked.retain(|(other, _)| *other != ticket),
                Effect::Copy(text) => {
                    assert!(
                        !text
                            .reveal()
                            .chars()
                            .any(|c| harms(c) && !"\n\t".contains(c)),
                        "{text:?}"
                    );
                }
                _ => {}
            }
        }
        let old = self.asked.len().saturating_sub(WAITING);
        self.asked.drain(..old);
    }

    /// Answers one request as a good server would; whether there was one.
    fn answer(&mut self, at: usize) -> bool {
        if at >= self.asked.len() {
            return false;
        }
        let (ticket, request) = self.asked.remove(at);
        if let Some(answer) = Script::Willing.answer(&request) {
            self.give(ticket, &request, answer);
        }
        true
    }

    fn give(&mut self, ticket: Ticket, request: &Request, answer: Result<Answer, Fault>) {
        let writes = matches!(request, Request::Apply { .. } | Request::Act(_));
        let answer = match answer {
            Ok(Answer::Applied(Outcome::Done(_)) | Answer::Replies(_))
                if writes && self.refuses =>
            {
                Err(Fault::Lost)
            }
            answer => answer,
        };
        self.send(Msg::Server(Event::Answer { ticket, answer }));
    }

    /// Answers all there is, and what it leads to.
    fn calm(&mut self) {
        for _ in 0..40 {
            while self.answer(0) {}
            self.now += Duration::from_millis(200);
            if self.app.wakes_at().is_none_or(|at| at > self.now) {
                return;
            }
            self.send(Msg::Beat);
        }
    }

    fn press(&mut self, presses: &str) {
        for word in presses.split(' ') {
            let pasted = || Msg::Paste(word.into());
            self.send(word.parse().map_or_else(|_| pasted(), Msg::Press));
            self.calm();
        }
    }

    fn shows(&self, text: &str) -> bool {
        let buffer = self.terminal.backend().buffer();
        let all: String = buffer
            .content
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        all.contains(text)
    }

    fn resize(&mut self, (width, height): (u16, u16)) {
        self.terminal.backend_mut().resize(width, height);
        self.send(Msg::Resize);
    }

    fn happen(&mut self, what: Happens) {
        match what {
            Happens::Press(chord) => self.send(Msg::Press(chord)),
            Happens::Paste(text) => self.send(Msg::Paste(text)),
            Happens::Point(gesture, column, row) => self.send(Msg::Point(Pointer {
                gesture,
                column,
                row,
            })),
            Happens::Edited(result) => self.send(Msg::Edited(result)),
            Happens::Served(served) => self.serve(served),
        }
    }

    fn serve(&mut self, served: Served) {
        match served {
            Served::Well(at) if !self.asked.is_empty() => {
                let at = at.index(self.asked.len());
                self.answer(at);
            }
            Served::Badly(at, matter) if !self.asked.is_empty() => {
                let at = at.index(self.asked.len());
                let (ticket, request) = self.asked.remove(at);
                let answer = matter.answer(&request);
                self.give(ticket, &request, answer);
            }
            // An answer that nobody waits for, or a second one.
            Served::Well(_) | Served::Badly(..) => {}
            Served::Stray(ticket, answer) => {
                let ticket = Ticket(ticket);
                self.send(Msg::Server(Event::Answer {
                    ticket,
                    answer: Ok(answer),
                }));
            }
            Served::Link(link) => self.send(Msg::Server(Event::Link(link))),
            Served::Sent(sent) => self.send(Msg::Server(Event::Sent(sent))),
            Served::Rest(millis) => {
                self.now += Duration::from_millis(millis);
                self.send(Msg::Beat);
            }
            Served::Size(width, height) => self.resize((width, height)),
        }
    }
}

/// What answers are made of.
#[derive(Clone, Debug)]
struct Matter {
    bytes: Vec<Vec<u8>>,
    replies: Vec<Reply>,
    numbers: Vec<i64>,
    fault: Fault,
    kind: String,
    /// Of 8: 0 is a fault, 1 another outcome or too few, the rest the usual one.
    how: u8,
}

impl Matter {
    fn keys(&self) -> Vec<Key> {
        self.bytes
            .iter()
            .map(|name| Key::new(name.clone()))
            .collect()
    }

    fn text(&self, at: usize) -> String {
        self.bytes
            .get(at)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .unwrap_or_default()
    }

    fn number(&self, at: usize) -> u64 {
        self.numbers
            .get(at)
            .copied()
            .unwrap_or_default()
            .unsigned_abs()
    }

    fn left(&self) -> Left {
        match self.number(0) {
            0 => Left::Forever,
            1 => Left::Gone,
            millis => Left::Millis(millis),
        }
    }

    fn or_fault<T>(&self, at: usize, value: T) -> Result<T, Fault> {
        if self.number(at) == 3 {
            Err(self.fault.clone())
        } else {
            Ok(value)
        }
    }

    /// An answer of the right kind, with anything in it.
    fn answer(&self, request: &Request) -> Result<Answer, Fault> {
        if self.how == 0 {
            return Err(self.fault.clone());
        }
        let done = self.how != 1;
        Ok(match request {
            Request::Question(_) => {
                Answer::Replied(self.replies.first().cloned().unwrap_or(Reply::Nil))
            }
            Request::Keys(_) => Answer::Keys(Batch {
                keys: self.bytes.iter().collect(),
                share: self.number(1) as f64 / 4.0,
                place: Place::default(),
                effort: Effort {
                    requests: self.number(0),
                    worked: Duration::from_micros(self.number(2) % 1_000_000),
                },
                done,
            }),
            Request::Describe(keys) => {
                let described = |_| Described {
                    kind: self.or_fault(1, self.kind.clone()),
                    left: self.or_fault(2, self.left()),
                };
                Answer::Described(
                    keys.iter()
                        .skip(usize::from(!done))
                        .map(described)
                        .collect(),
                )
            }
            Request::Look { .. } | Request::Get(_) => Answer::Seen(self.seen()),
            Request::Read { cmds, .. } | Request::Act(cmds) => {
                let all = self
                    .replies
                    .iter()
                    .cycle()
                    .take(cmds.len() - usize::from(!done).min(cmds.len()));
                Answer::Replies(all.cloned().collect())
            }
            Request::LogIn { .. } if !done => Answer::LoggedIn(Err(failed())),
            Request::LogIn { .. } => Answer::LoggedIn(Ok(self.replies.clone())),
            Request::Apply { .. } => Answer::Applied(match self.number(0) {
                0 => Outcome::Conflict(self.replies.clone()),
                1 => Outcome::Unknown(print(&self.bytes.concat())),
                2 => Outcome::Nothing("nothing was written"),
                _ => Outcome::Done(self.replies.clone()),
            }),
            Request::Weigh(keys) => Answer::Weighed(Weighed {
                bytes: keys.iter().map(|_| Some(self.number(0))).collect(),
                restore_only: self.number(1),
                done,
            }),
            Request::Unlink(_) => Answer::Unlinked(Unlinked {
                deleted: self.number(0),
                missing: self.number(1),
                failed: self
                    .keys()
                    .into_iter()
                    .map(|key| (key, self.fault.clone()))
                    .collect(),
                kept: self.kept(),
                done,
            }),
            Request::Restore(_) => Answer::Restored(Restored {
                back: self.keys(),
                taken: self.keys(),
                failed: self
                    .keys()
                    .into_iter()
                    .map(|key| (key, self.fault.clone()))
                    .collect(),
                done,
            }),
            // Nothing in it is the server's to choose.
            other => {
                return Script::Willing
                    .answer(other)
                    .unwrap_or(Err(self.fault.clone()));
            }
        })
    }

    fn kept(&self) -> Vec<Kept> {
        let kept = |key| Kept {
            key,
            payload: self.bytes.concat(),
            life: Life::Forever,
        };
        self.keys().into_iter().map(kept).collect()
    }

    /// As many cells as the type's rows have: the server room never lets others through.
    fn seen(&self) -> Seen {
        let cells = match self.kind.as_str() {
            "hash" | "zset" => 2,
            _ => 1,
        };
        let rows = self
            .bytes
            .chunks_exact(cells)
            .zip(0..)
            .map(|(cells, at)| Row {
                cells: cells.to_vec(),
                at,
                left: (self.kind == "hash" && at % 2 == 0).then(|| self.number(1)),
            });
        let mut rows: Vec<Row> = rows.collect();
        if self.kind == "string" {
            rows.truncate(1);
        }
        let unread = (self.number(2) == 4).then(|| Box::new(self.fault.clone()));
        if unread.is_some() {
            rows.clear();
        }
        if self.kind == "zset" {
            for row in &mut rows {
                row.cells[0] = self.number(2).to_string().into_bytes();
            }
        }
        Seen {
            kind: self.kind.clone(),
            left: self.or_fault(0, self.left()),
            encoding: self.or_fault(1, self.text(0)),
            memory: self.or_fault(2, self.number(1)),
            page: Page {
                total: Some(rows.len() as u64 + self.number(1) % 3),
                rows,
                next: None,
                ..Page::default()
            },
            unread,
        }
    }
}

/// How a connection fails.
fn failed() -> Failed {
    Failed {
        step: ConnectStep::Auth,
        words: "refused".into(),
        hint: "wait".into(),
    }
}

fn fault() -> impl Strategy<Value = Fault> {
    // Words of a fault are made safe where they come in.
    let words = || hostile::bytes().prop_map(|bytes| print(&bytes));
    let refused = (
        select(vec!["OOM", "LOADING", "READONLY", "MISCONF"]),
        words(),
    );
    prop_oneof![
        2 => Just(Fault::Gone),
        1 => words().prop_map(|text| Fault::Denied {
            command: "hget".into(),
            text
        }),
        1 => refused.prop_map(|(code, text)| Fault::Refused {
            code: code.into(),
            text
        }),
        2 => select(vec![
            Fault::WrongKind,
            Fault::Gone,
            Fault::Lost,
            Fault::Slow(5),
            Fault::Busy,
            Fault::ReadOnly {
                command: "SET".into()
            },
            Fault::Unguardable {
                command: "WATCH".into()
            },
            Fault::Unknown {
                command: "SET".into(),
                done: 0
            },
            Fault::Odd("odd".into()),
        ]),
    ]
}

fn matter() -> impl Strategy<Value = Matter> {
    let kind = select(vec![
        "string", "string", "hash", "list", "set", "zset", "stream", "none", "odd",
    ]);
    (
        prop::collection::vec(hostile::bytes(), 0..6),
        prop::collection::vec(hostile::reply(), 1..4),
        prop::collection::vec(hostile::number(), 3),
        fault(),
        kind,
        0..8_u8,
    )
        .prop_map(|(bytes, replies, numbers, fault, kind, how)| Matter {
            bytes,
            replies,
            numbers,
            fault,
            kind: kind.into(),
            how,
        })
}

/// What comes without the person.
#[derive(Clone, Debug)]
enum Served {
    Well(Index),
    Badly(Index, Matter),
    Stray(u64, Answer),
    Link(Link),
    Sent(Sent),
    Rest(u64),
    Size(u16, u16),
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a test holds few of them")]
enum Happens {
    Press(Chord),
    Paste(String),
    Point(Gesture, u16, u16),
    Edited(Result<Vec<u8>, String>),
    Served(Served),
}

fn link() -> impl Strategy<Value = Link> {
    let down = (any::<bool>(), 1..9_u64).prop_map(|(again, seconds)| Link::Down {
        failed: failed(),
        retry: again.then(|| Duration::from_secs(seconds)),
    });
    let up = (any::<bool>(), select(vec!["6.2.14", "7.0.15", "9.1.2", ""])).prop_map(
        |(restarted, version)| {
            Link::Up(Hello {
                restarted,
                version: version.into(),
                ..hello()
            })
        },
    );
    prop_oneof![down, up, Just(Link::Trying(ConnectStep::Auth))]
}

fn badly() -> impl Strategy<Value = Served> {
    (any::<Index>(), matter()).prop_map(|(at, matter)| Served::Badly(at, matter))
}

/// An answer that is a fault.
fn faulty() -> impl Strategy<Value = Served> {
    (any::<Index>(), matter(), fault()).prop_map(|(at, matter, fault)| {
        Served::Badly(
            at,
            Matter {
                how: 0,
                fault,
                ..matter
            },
        )
    })
}

fn served() -> impl Strategy<Value = Served> {
    let sent = (hostile::bytes(), fault(), any::<bool>()).prop_map(|(arg, fault, good)| Sent {
        cmd: Cmd::new("GET").arg(arg),
        took: Duration::from_micros(90),
        result: if good { Ok("1".into()) } else { Err(fault) },
    });
    let stray = (0..60_u64, matter())
        .prop_map(|(ticket, matter)| Served::Stray(ticket, Answer::Seen(matter.seen())));
    prop_oneof![
        8 => any::<Index>().prop_map(Served::Well),
        4 => badly(),
        1 => stray,
        2 => link().prop_map(Served::Link),
        1 => sent.prop_map(Served::Sent),
        3 => (0..5000_u64).prop_map(Served::Rest),
        1 => (1..210_u16, 1..70_u16).prop_map(|(width, height)| Served::Size(width, height)),
    ]
}

/// What a person pastes, bells and all; only characters of no width are left out, as a field shows what is typed.
fn typed() -> impl Strategy<Value = String> {
    hostile::text().prop_map(|text| {
        text.chars()
            .filter(|c| c.is_control() || !harms(*c))
            .collect()
    })
}

fn happens() -> impl Strategy<Value = Happens> {
    let bound: Vec<Chord> = BINDINGS
        .iter()
        .flat_map(|binding| binding.keys)
        .copied()
        .collect();
    let chord = prop_oneof![
        6 => select(bound),
        3 => select("enter enter esc tab down up left right ctrl-s backspace y n u".split(' ').collect::<Vec<_>>())
            .prop_map(|word| word.parse().unwrap()),
        1 => any::<char>().prop_filter("hidden", |c| c.is_control() || !harms(*c)).prop_map(Chord::char),
    ];
    let gesture = select(vec![Gesture::Click, Gesture::WheelUp, Gesture::WheelDown]);
    let edited = prop_oneof![
        3 => typed().prop_map(|text| Ok(text.into_bytes())),
        1 => Just(Err("the editor failed".to_owned())),
    ];
    prop_oneof![
        12 => chord.prop_map(Happens::Press),
        1 => typed().prop_map(Happens::Paste),
        1 => (gesture, 0..130_u16, 0..45_u16).prop_map(|(gesture, x, y)| Happens::Point(gesture, x, y)),
        1 => edited.prop_map(Happens::Edited),
        12 => served().prop_map(Happens::Served),
    ]
}

/// Ways to begin typing something; each ends where characters are taken.
const DRAFTS: &[&str] = &[
    "ctrl-g shop:cache:rates enter e",
    "ctrl-g shop:user:42 enter e",
    "ctrl-g shop:user:42 enter a",
    "ctrl-g shop:queue enter a tab",
    "ctrl-g shop:roles enter a",
    "n",
    "2 n",
];
const MARK: &str = "qzMARKzq";

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn whatever_is_pressed_and_served_can_be_drawn(all in prop::collection::vec(happens(), 1..50)) {
        let mut scene = Scene::new();
        for what in all {
            scene.happen(what);
        }
        scene.resize(SIZE);
        scene.calm();
    }

    #[test]
    fn what_was_typed_outlives_whatever_the_server_does(
        draft in select(DRAFTS),
        saves in any::<bool>(),
        all in prop::collection::vec(prop_oneof![2 => served(), 1 => badly(), 2 => faulty()], 1..25),
    ) {
        let mut scene = Scene::new();
        scene.calm();
        scene.press(draft);
        scene.send(Msg::Paste(MARK.into()));
        prop_assert!(scene.shows(MARK), "{} takes no text", draft);
        scene.refuses = true;
        if saves {
            scene.send(Msg::Press("ctrl-s".parse().unwrap()));
        }
        // The value is read again, and the world is not as it was.
        scene.send(Msg::Server(Event::Link(Link::Up(hello()))));
        for what in all {
            scene.serve(what);
        }
        scene.resize(SIZE);
        scene.send(Msg::Server(Event::Link(Link::Up(hello()))));
        // Something may stand above it; nothing but the person takes it away.
        for _ in 0..4 {
            if scene.shows(MARK) {
                return Ok(());
            }
            scene.send(Msg::Press("esc".parse().unwrap()));
        }
        prop_assert!(false, "{}: what was typed is gone", draft);
    }
}
