//! The app on a screen of 200x60, without server and terminal: keys come as a walk brings them, what it asks is answered.
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use keygrove::app::{App, Gesture, Msg, Pointer};
use keygrove::model::Reply;
use keygrove::model::target::Target;
use keygrove::panes::{Effect, Effects, Setup};
use keygrove::server::{
    Access, Answer, Batch, Described, Effort, Event, Fault, Hello, Left, Link, Place, Request,
    Ticket,
};
use keygrove::widgets::theme::{Depth, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::names::Names;

/// The screen, columns and rows.
pub const SIZE: (u16, u16) = (200, 60);
/// Names a walk brings at once.
const BATCH: usize = 1000;
/// How long the person waits until everything has come to rest: longer than the app waits for any rest.
const PAUSE: Duration = Duration::from_millis(200);

pub struct Desk {
    app: App,
    terminal: Terminal<TestBackend>,
    now: Instant,
    clock: jiff::Zoned,
    walk: Option<Ticket>,
    effort: Effort,
}

impl Desk {
    /// With these keys in its tree. The walk goes on.
    pub fn new(names: &Names) -> Self {
        let target = Target::parse("redis://localhost:6379/0").unwrap();
        let (now, clock) = (Instant::now(), jiff::Zoned::now());
        let theme = Theme::new(Depth::True);
        let app = App::new(
            target,
            Setup::default(),
            Access::ReadWrite,
            theme,
            now,
            clock.clone(),
        );
        let mut desk = Self {
            app,
            terminal: Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap(),
            now,
            clock,
            walk: None,
            effort: Effort::default(),
        };
        let first = desk.app.start();
        desk.perform(first);
        desk.send(Msg::Server(Event::Link(Link::Up(Hello::default()))));
        for batch in names.batches(BATCH) {
            desk.come(batch);
        }
        desk.rest();
        desk
    }

    /// A batch of the walk.
    pub fn come<N: AsRef<[u8]>>(&mut self, names: impl Iterator<Item = N>) {
        self.effort.requests += 10;
        self.effort.worked += Duration::from_micros(500);
        self.now += Duration::from_millis(2);
        let batch = Batch {
            keys: names.collect(),
            share: 0.42,
            place: Place::default(),
            effort: self.effort,
            done: false,
        };
        let ticket = self.walk.unwrap();
        let answer = Ok(Answer::Keys(batch));
        self.send(Msg::Server(Event::Answer { ticket, answer }));
    }

    /// Presses these chords, parted by spaces. Tells how long the app took to react.
    pub fn press(&mut self, chords: &str) -> Duration {
        let chords: Vec<Msg> = chords
            .split(' ')
            .map(|chord| Msg::Press(chord.parse().unwrap()))
            .collect();
        let start = Instant::now();
        for chord in chords {
            self.send(chord);
        }
        start.elapsed()
    }

    /// One frame, and how long it took.
    pub fn frame(&mut self) -> Duration {
        let start = Instant::now();
        self.app.arrange(self.terminal.get_frame().area());
        self.terminal.draw(|frame| self.app.draw(frame)).unwrap();
        start.elapsed()
    }

    /// Lets time pass until nothing changes by itself any more. Tells the longest that the app took for one step.
    pub fn rest(&mut self) -> Duration {
        let mut longest = Duration::ZERO;
        self.frame();
        for _ in 0..3 {
            self.now += PAUSE;
            while self.app.wakes_at().is_some_and(|at| at <= self.now) {
                let start = Instant::now();
                self.send(Msg::Beat);
                longest = longest.max(start.elapsed());
                self.frame();
            }
        }
        longest
    }

    /// Opens the folder that a row shows by this name.
    pub fn open(&mut self, folder: &str) {
        self.stand_on(folder);
        self.press("right");
        self.rest();
    }

    /// Closes it again.
    pub fn shut(&mut self, folder: &str) {
        self.stand_on(folder);
        self.press("left");
        self.rest();
    }

    /// Puts the cursor on the row of a folder.
    pub fn stand_on(&mut self, folder: &str) {
        self.press("home");
        self.rest();
        let marks = ["▸", "▾"].map(|mark| format!("{mark} {folder} "));
        let lines = self.lines();
        let shown = |line: &String| marks.iter().any(|mark| line.contains(mark));
        let row = lines.iter().position(shown);
        let row = row.unwrap_or_else(|| panic!("no {folder:?} in {lines:#?}"));
        self.send(Msg::Point(Pointer {
            gesture: Gesture::Click,
            column: 10,
            row: row as u16,
        }));
        self.rest();
    }

    /// The screen, row by row.
    pub fn lines(&self) -> Vec<String> {
        let buffer = self.terminal.backend().buffer();
        let rows = buffer.content.chunks(usize::from(buffer.area.width));
        rows.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect())
            .collect()
    }

    fn send(&mut self, msg: Msg) {
        let effects = self.app.update(msg, self.now, self.clock.clone());
        self.perform(effects);
    }

    fn perform(&mut self, effects: Effects) {
        let mut todo: VecDeque<Effect> = effects.into();
        while let Some(effect) = todo.pop_front() {
            let Effect::Ask(ticket, request) = effect else {
                continue;
            };
            let answer = match request {
                Request::Keys(_) => {
                    self.walk = Some(ticket);
                    continue;
                }
                Request::Connect(_) => continue,
                Request::Describe(keys) => Ok(Answer::Described(vec![described(); keys.len()])),
                Request::Read { cmds, .. } => Ok(Answer::Replies(vec![Reply::Nil; cmds.len()])),
                _ => Err(Fault::Lost),
            };
            let msg = Msg::Server(Event::Answer { ticket, answer });
            todo.extend(self.app.update(msg, self.now, self.clock.clone()));
        }
    }
}

fn described() -> Described {
    Described {
        kind: Ok("string".to_owned()),
        left: Ok(Left::Millis(86_400_000)),
    }
}
