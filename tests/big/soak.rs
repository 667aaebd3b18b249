//! Random keys for as long as one likes, on the real program, at a server that others write to and lines that break.
//!
//! The seed is printed; `KEYGROVE_TEST_SEED` presses the same keys again.
use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::common::Server;
use crate::grove::{Other, Sizes, grove};
use crate::probe::memory;
use crate::spy::{Spy, forbidden, shown};
use crate::tty::Tty;

/// Seconds without `KEYGROVE_TEST_SOAK`.
const SHORT: u64 = 4;
/// Keys that are told of when something is wrong.
const TOLD: usize = 300;
/// How much more memory may be taken at the end than once everything has been seen, in kB: what can be undone is kept,
/// 32 MB at most.
const GROWTH: u64 = 40 * 1024;

/// Numbers that look like chance, and are the same for the same seed.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

const MOVES: &[&str] = &[
    "j", "j", "j", "k", "h", "l", "g", "G", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~",
    "\x1b[6~", "\x1b[H", "\x1b[F", "\t", "\x1b[Z", "\r", "\r", "\x1b",
];
const ACTIONS: &[&str] = &[
    "n", "e", "E", "a", "d", "i", "t", "r", "D", "x", "X", "m", "o", "f", "w", "/", "s", "p", "u",
    "y", "yn", "yv", "yc", "#", "L", "S", "0", "U", " ", "1", "2", "6", "?", ":", "\x07", "\x12",
    "\x13", "\x15", "\x17", "c", "v", "b", "\x0c",
];
const ANSWERS: &[&str] = &[
    "y", "\r", "\x13", "\x1b", "n", "yes\r", "delete\r", "m", "t",
];
const TEXTS: &[&str] = &[
    "big:hash",
    "big:list",
    "big:most:zset",
    "tiny:hash:7",
    "a",
    "7",
    "-1",
    "90s",
    "never",
    "*",
    "1?9",
    "é日本",
    "\u{202e}",
    "\x1b[200~two\nlines\t\u{1b}]52;c;eA==\u{7}\x1b[201~",
    "\x1b[200~{\"a\": [1, 2\x1b[201~",
    "app",
    "\x7f\x7f\x7f",
];
const POINTS: &[&str] = &[
    "\x1b[<0;4;6M\x1b[<0;4;6m",
    "\x1b[<0;60;9M\x1b[<0;60;9m",
    "\x1b[<65;60;9M",
    "\x1b[<64;60;9M",
    "\x1b[<65;4;9M",
];

fn keys(chance: &mut Chance) -> &'static str {
    match chance.below(100) {
        0..50 => chance.of(MOVES),
        50..75 => chance.of(ACTIONS),
        75..86 => chance.of(ANSWERS),
        86..97 => chance.of(TEXTS),
        _ => chance.of(POINTS),
    }
}

/// Others who write all the time: values change, vanish and become others, and nobody stays locked out.
fn others(server: &Server, seed: u64, stop: &Arc<AtomicBool>) -> JoinHandle<()> {
    let (mut other, mut chance, stop) = (Other::of(server), Chance(seed ^ 0xff), Arc::clone(stop));
    std::thread::spawn(move || {
        while !stop.load(Ordering::SeqCst) {
            let number = chance.below(100_000).to_string();
            let (key, field) = (
                format!("tiny:hash:{}", chance.below(50)),
                format!("field{number}"),
            );
            let alive = match chance.below(12) {
                0 => other.says(&["HSET", "big:hash", &field, &number]),
                1 => other.says(&["RPUSH", "big:list", &number]),
                2 => other.says(&["LPOP", "big:list"]),
                3 => other.says(&["ZADD", "big:most:zset", &number, &field]),
                4 => other.says(&["SPOP", "big:set"]),
                5 => other.says(&["SADD", "big:set", &field]),
                6 => other.says(&["SET", &format!("small:{number}"), &number, "PX", "900"]),
                7 => other.says(&["UNLINK", &key]),
                8 => other.says(&["HSET", &key, "a", &number]),
                9 => other.says(&["SET", &format!("small:{}:1", chance.below(20)), &number]),
                10 => other.says(&["ZINCRBY", "big:zset", "1", "member:7"]),
                _ => other.says(&[
                    "ACL", "SETUSER", "default", "on", "nopass", "~*", "&*", "+@all",
                ]),
            };
            assert!(alive, "the server is gone");
            // A load, not all that the server can take.
            std::thread::sleep(Duration::from_micros(500));
        }
    })
}

/// One sitting at the program, and what has been pressed.
struct Sitting {
    tty: Tty,
    args: String,
    editor: String,
    pressed: VecDeque<&'static str>,
    count: usize,
    starts: usize,
}

impl Sitting {
    fn begin(url: &str, folder: &Path) -> Self {
        let editor = folder.join("editor");
        fs::write(&editor, "#!/bin/sh\nprintf ' edited' >>\"$1\"\n").unwrap();
        fs::set_permissions(&editor, fs::Permissions::from_mode(0o700)).unwrap();
        let editor = editor.to_str().unwrap().to_owned();
        Self {
            tty: start(url, &editor),
            args: url.to_owned(),
            editor,
            pressed: VecDeque::new(),
            count: 0,
            starts: 1,
        }
    }

    fn press(&mut self, keys: &'static str) {
        // Nobody may be led from here to a server that is not ours.
        let elsewhere =
            self.tty.row_of("Where to?").is_some() || self.tty.row_of("Address").is_some();
        let keys = if elsewhere { "\x1b" } else { keys };
        self.pressed.push_back(keys);
        if self.pressed.len() > TOLD {
            self.pressed.pop_front();
        }
        self.count += 1;
        self.tty.types(keys);
        // What it leads to, if it comes soon.
        while self.tty.hears(Duration::from_millis(3)).is_ok() {
            if self.tty.raw.len() > 1 << 20 {
                self.tty.raw.clear();
            }
        }
    }

    /// Starts again where a key has led out of the program; it ends well or not at all.
    fn is_there(&mut self) -> bool {
        let Some(status) = self.tty.ended() else {
            return true;
        };
        while self.tty.hears(Duration::from_millis(50)).is_ok() {}
        assert_eq!(
            status,
            0,
            "it ended\n{}",
            String::from_utf8_lossy(&self.tty.raw)
        );
        self.tty = start(&self.args, &self.editor);
        self.starts += 1;
        false
    }

    /// It answers, and draws what it should on any size.
    fn draws(&mut self, chance: &mut Chance) {
        // It may have been sent to a shell that is not there.
        self.tty.signal(Signal::CONT);
        self.tty.resize(39, 9);
        self.tty.sees("keygrove needs 40 x 10");
        let size = chance.of(&[(40, 10), (80, 24), (100, 30), (160, 50)]);
        self.tty.resize(size.0, size.1);
        self.tty.until("a frame again", |tty| {
            let shown = tty.screen().contents();
            let rows = shown.lines().filter(|row| !row.trim().is_empty());
            tty.row_of("keygrove needs").is_none() && rows.count() > 3
        });
    }
}

fn start(url: &str, editor: &str) -> Tty {
    let mut tty = Tty::start(&[url], &[("EDITOR", editor)]);
    tty.sees("keygrove");
    tty
}

#[test]
fn random_keys_break_nothing() {
    let seconds = std::env::var("KEYGROVE_TEST_SOAK")
        .ok()
        .and_then(|seconds| seconds.parse().ok());
    let time = Duration::from_secs(seconds.unwrap_or(SHORT));
    let seed = std::env::var("KEYGROVE_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.unwrap().as_nanos() as u64
    });
    println!("KEYGROVE_TEST_SEED={seed} for {time:?}");
    let folder = tempfile::tempdir().unwrap();
    let server = grove(Sizes {
        string: 3 * 1024 * 1024,
        ..Sizes::short()
    });
    server.redis(&["ACL", "SETUSER", "app_user", "on", ">pw", "~app:*", "+@all"]);
    let spy = Spy::before(&server.socket(), folder.path().join("spy.sock"));
    let url = format!("unix://{}", spy.socket().display());
    let stop = Arc::<AtomicBool>::default();
    let others = others(&server, seed, &stop);
    let mut sitting = Sitting::begin(&url, folder.path());
    let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        soak(&mut sitting, &spy, seed, time)
    }));
    stop.store(true, Ordering::SeqCst);
    others.join().unwrap();
    match told {
        Ok(told) => println!("{told}"),
        Err(panic) => {
            println!(
                "KEYGROVE_TEST_SEED={seed}, after {} keys, the last of them {:?}",
                sitting.count, sitting.pressed
            );
            println!("{}", sitting.tty.screen().contents());
            std::panic::resume_unwind(panic);
        }
    }
}

/// Presses keys until the time is over; tells what was seen.
fn soak(sitting: &mut Sitting, spy: &Spy, seed: u64, time: Duration) -> String {
    let mut chance = Chance(seed);
    let began = Instant::now();
    let (mut warm, mut cuts, mut commands, mut cut_at) = (None, 0, 0, began);
    while began.elapsed() < time {
        for _ in 0..100 {
            sitting.press(keys(&mut chance));
        }
        if !sitting.is_there() {
            warm = None;
        }
        for words in spy.take() {
            commands += 1;
            let why = forbidden(&words);
            assert_eq!(why, None, "{}", shown(&words));
        }
        assert!(spy.longest_reply() <= 1024 * 1024);
        let (open, _) = spy.lines();
        assert!(open <= 4, "{open} lines are open");
        if cut_at.elapsed() > time / 20 && cut_at.elapsed() > Duration::from_millis(700) {
            spy.cut();
            (cuts, cut_at) = (cuts + 1, Instant::now());
        }
        sitting.draws(&mut chance);
        let (now, _) = memory(sitting.tty.pid());
        if began.elapsed() > time / 5 {
            let warm = *warm.get_or_insert(now);
            assert!(
                now <= warm + GROWTH,
                "{now} kB, and {warm} kB when it was warm"
            );
        }
    }
    sitting.is_there();
    let (now, most) = memory(sitting.tty.pid());
    format!(
        "{} keys, {commands} commands, {cuts} cuts, {} starts; {:?} kB warm, {now} kB at the end, {most} kB at most",
        sitting.count, sitting.starts, warm
    )
}
