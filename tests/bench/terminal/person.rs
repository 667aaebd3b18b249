//! Somebody at the terminal: starts the program, presses, and looks at the clock.
use std::fs;
use std::time::{Duration, Instant};

use super::common::{PATIENCE, Server};
use super::tty::{Process, Tty};

/// Where the selected row is looked for: a column within the tree.
const INSIDE: u16 = 6;
/// What has not changed for so long changes no more.
const REST: Duration = Duration::from_millis(300);

pub struct Person {
    tty: Tty,
    began: Instant,
}

impl Person {
    /// Starts keygrove on this server.
    pub fn sits_down(server: &Server, args: &[&str]) -> Self {
        let url = format!("redis://127.0.0.1:{}", server.port);
        let began = Instant::now();
        let tty = Tty::sized((200, 60), &[&[url.as_str()], args].concat());
        Self { tty, began }
    }

    /// Waits until the screen shows this; how long after the start that was.
    pub fn waits_for(&mut self, what: &str, is: impl Fn(&str) -> bool) -> Duration {
        self.tty.until(what, |tty| is(&tty.screen().contents()));
        self.began.elapsed()
    }

    pub fn types(&mut self, keys: &str) {
        self.tty.types(keys);
        self.rests();
    }

    /// Lets everything come to rest.
    pub fn rests(&mut self) {
        self.overhears(REST);
    }

    /// Bytes written until now.
    pub fn written(&self) -> usize {
        self.tty.raw.len()
    }

    /// Bytes written within so long a time.
    pub fn overhears(&mut self, time: Duration) -> usize {
        let (before, until) = (self.written(), Instant::now() + time);
        while let Ok(()) = self
            .tty
            .hears(until.saturating_duration_since(Instant::now()))
        {}
        self.written() - before
    }

    /// CPU time of the program until now.
    pub fn work(&self) -> Duration {
        let ticks = Process::of(self.tty.pid()).unwrap().ticks;
        Duration::from_millis(ticks * 10)
    }

    /// The most memory it held until now, in bytes.
    pub fn memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.tty.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.unwrap().trim().split(' ').next().unwrap();
        kib.parse::<usize>().unwrap() * 1024
    }

    /// Moves the cursor up and down while the walk goes on, at most so often; how long each took to be seen.
    pub fn moves(&mut self, most: usize) -> Vec<Duration> {
        let mut took = Vec::new();
        while took.len() < most && !self.tty.screen().contents().contains("· complete") {
            let (before, key) = (self.selected(), if took.len() % 2 == 0 { "j" } else { "k" });
            let pressed = Instant::now();
            self.tty.types(key);
            took.push(self.sees(pressed, "the cursor moves", |person| {
                person.selected() != before
            }));
            self.overhears(Duration::from_millis(5));
        }
        took
    }

    /// Types a filter letter by letter, and takes it away again; how long each took until it was shown, with its first
    /// hits, and until the last of its hits was counted.
    pub fn filters(&mut self, text: &str) -> Vec<(Duration, Duration)> {
        self.types("/");
        let mut took = Vec::new();
        for letter in text.chars() {
            let before = self.hits();
            let pressed = Instant::now();
            self.tty.types(letter.encode_utf8(&mut [0; 4]));
            let first = self.sees(pressed, "a letter", |person| person.hits() != before);
            took.push((first, self.settles(pressed).unwrap_or(first)));
        }
        self.types("\x1b");
        took
    }

    /// Waits until the hits of a filter change no more; how long after the press they did so last.
    fn settles(&mut self, pressed: Instant) -> Option<Duration> {
        let (mut shown, mut last) = (self.hits(), None);
        let mut until = Instant::now() + REST;
        while let Ok(()) = self
            .tty
            .hears(until.saturating_duration_since(Instant::now()))
        {
            if self.hits() != shown {
                shown = self.hits();
                last = Some(pressed.elapsed());
                until = Instant::now() + REST;
            }
        }
        last
    }

    /// Waits for a fact; how long after the press it was heard.
    fn sees(&mut self, pressed: Instant, what: &str, is: impl Fn(&Self) -> bool) -> Duration {
        loop {
            let heard = self.tty.hears(PATIENCE);
            let after = pressed.elapsed();
            assert!(heard.is_ok(), "{what}: {}", self.tty.screen().contents());
            if is(self) {
                return after;
            }
        }
    }

    /// The row that the cursor stands on, and what stands there: a list that scrolls moves under the cursor.
    fn selected(&self) -> Option<(u16, String)> {
        let screen = self.tty.screen();
        let row = (2..58).find(|row| {
            let cell = screen.cell(*row, INSIDE);
            cell.is_some_and(|cell| cell.bgcolor() != vt100::Color::Default)
        })?;
        Some((row, screen.contents_between(row, 0, row, 60)))
    }

    /// The line of the filter, which counts the hits.
    fn hits(&self) -> Option<String> {
        let contents = self.tty.screen().contents();
        let line = contents.lines().find(|line| line.starts_with("│/"))?;
        Some(line.chars().take(80).collect())
    }
}
