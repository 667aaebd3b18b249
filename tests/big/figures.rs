//! What a big value costs: time to the screen, time from a key to the screen, memory, and what others feel of it.
use std::time::{Duration, Instant};

use keygrove::model::decode;

use crate::common::Server;
use crate::grove::{Sizes, grove, is_full};
use crate::probe::{Probe, memory, share};
use crate::tty::Tty;

/// The most memory that is taken whatever is opened, in kB, in the short version and in the long one.
const MEMORY: [u64; 2] = [120 * 1024, 120 * 1024];
/// Presses of a key that is measured, in the short version and in the long one.
const PRESSES: [usize; 2] = [6, 200];

/// The program before a server, with a client beside it.
struct Scene {
    tty: Tty,
    probe: Probe,
}

impl Scene {
    fn open(server: &Server) -> Self {
        let url = format!("unix://{}", server.socket().display());
        let mut tty = Tty::start(&[&url], &[]);
        tty.sees("· complete");
        Self {
            tty,
            probe: Probe::of(server),
        }
    }

    /// Goes to a key by its name, and waits for this.
    fn go(&mut self, name: &str, seen: &str) {
        self.tty.types("\x07").sees("Go to");
        self.tty.types("\x15").types(name).types("\r").sees(seen);
    }

    /// Does something and tells how long it took, what others felt meanwhile, and what memory is taken then.
    fn measure(&mut self, what: &str, act: impl FnOnce(&mut Self)) {
        self.probe.take();
        let began = Instant::now();
        act(self);
        let took = began.elapsed();
        let (most_waited, longest) = self.probe.take();
        let (now, most) = memory(self.tty.pid());
        println!(
            "{what:44} {:8.1} ms   PING p99 {:6.2} ms, longest {:6.2} ms   {now:6} kB, at most {most:6} kB",
            millis(took),
            millis(most_waited),
            millis(longest)
        );
        self.tty.raw.clear();
    }

    /// Presses a key again and again, each time as soon as something has come of the last.
    fn presses(&mut self, what: &str, key: &str) {
        while self.tty.hears(Duration::from_millis(100)).is_ok() {}
        self.probe.take();
        let mut waits: Vec<Duration> = (0..PRESSES[usize::from(is_full())])
            .map(|_| {
                let pressed = Instant::now();
                self.tty.types(key);
                // Where nothing changes on the screen, nothing is written.
                let heard = self.tty.hears(Duration::from_millis(500)).is_ok();
                let waited = pressed.elapsed();
                while self.tty.hears(Duration::from_millis(2)).is_ok() {}
                if heard { waited } else { Duration::ZERO }
            })
            .filter(|waited| !waited.is_zero())
            .collect();
        waits.sort_unstable();
        let (most_waited, longest) = self.probe.take();
        let (now, most) = memory(self.tty.pid());
        println!(
            "{what:44} key to screen p50 {:5.1} p99 {:5.1} max {:5.1} ms   PING p99 {:6.2} ms, longest {:6.2} ms   {now:6} kB, \
             at most {most:6} kB",
            millis(share(&waits, 0.5)),
            millis(share(&waits, 0.99)),
            millis(waits.last().copied().unwrap_or_default()),
            millis(most_waited),
            millis(longest)
        );
        self.tty.raw.clear();
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[test]
fn big_values_cost_little() {
    let sizes = Sizes::wanted();
    let server = grove(sizes);
    let mut at = Scene::open(&server);
    let (start, _) = memory(at.tty.pid());
    println!("{start} kB before anything is opened");

    for (name, word) in [
        ("big:hash", "fields"),
        ("big:set", "members"),
        ("big:list", "elements"),
        ("big:zset", "members"),
        ("big:most:hash", "fields"),
        ("big:most:zset", "members"),
    ] {
        at.measure(&format!("{name}: open"), |at| {
            at.go(name, &format!(" {name} ─ "));
        });
        at.tty.sees(word);
        at.presses(&format!("{name}: page down"), "\x1b[6~");
        at.presses(&format!("{name}: page up"), "\x1b[5~");
        at.presses(&format!("{name}: to the end"), "G");
        at.measure(&format!("{name}: to the beginning"), |at| {
            at.tty
                .types("g")
                .until("the beginning", |tty| tty.row_of("from ").is_none());
        });
        at.measure(&format!("{name}: a filter over all of it"), |at| {
            at.tty
                .types("/")
                .types("none:of:them")
                .types("\r")
                .sees("nothing matches");
        });
        at.tty
            .types("\x1b")
            .until("no filter", |tty| tty.row_of("nothing matches").is_none());
    }
    at.go("big:most:zset", " big:most:zset ─ ");
    at.measure("big:most:zset: a range of scores", |at| {
        at.tty
            .types("#")
            .sees("From")
            .types("\x15")
            .types("1000\t\x15")
            .types("(49000\x13")
            .sees("scores 1000");
    });
    at.presses("big:most:zset: end and beginning of it", "G");
    at.go("big:list", " big:list ─ ");
    at.measure("big:list: to an index", |at| {
        at.tty
            .types("#")
            .sees("Index")
            .types("15000\x13")
            .sees("from 15,000");
    });
    for name in ["big:string", "big:line", "big:json", "big:items"] {
        at.measure(&format!("{name}: open"), |at| {
            at.go(name, &format!(" {name} ─ string"));
        });
        at.tty
            .until("it is here", |tty| tty.row_of("reading").is_none());
        at.presses(&format!("{name}: page down"), "\x1b[6~");
        at.presses(&format!("{name}: another format"), "f");
    }
    at.go("big:line", " big:line ─ string");
    at.measure("big:line: edit", |at| {
        at.tty.types("e").sees("editing text");
    });
    at.presses("big:line: a letter", "x");
    at.presses("big:line: cursor up", "\x1b[A");
    at.tty
        .types("\x1b")
        .sees("What you typed is lost")
        .types("y");
    at.go("big:items", " big:items ─ string");
    at.measure("big:items: edit", |at| {
        at.tty.types("e").until("an editor or a refusal", |tty| {
            tty.row_of("editing json").is_some() || tty.row_of("too long").is_some()
        });
    });
    at.presses("big:items: cursor down", "\x1b[B");
    at.tty.types("\x1b");
    let (_, most) = memory(at.tty.pid());
    assert!(most < MEMORY[usize::from(is_full())], "{most} kB");

    for name in ["big:most:hash", "big:set"] {
        at.go(name, &format!(" {name} ─ "));
        at.tty.types("\x1b").sees("s search");
        at.tty.types("d").sees(&format!("UNLINK {name}"));
        at.measure(&format!("{name}: delete"), |at| {
            at.tty
                .types("y")
                .until("it is gone", |_| server.redis(&["EXISTS", name]) == "0");
        });
        // Where a read of it was on its way, that is said last.
        at.tty.until("it is over", |tty| {
            tty.row_of("key deleted").is_some() || tty.row_of("there is no key").is_some()
        });
    }
    assert_eq!(at.tty.types("q").ends(), 0);
}

/// Everything that is done with a text when it comes: its format guessed, laid out, wrapped.
#[test]
fn a_slice_of_a_text_is_laid_out_quickly() {
    let size = if is_full() { 1024 * 1024 } else { 64 * 1024 };
    let fill = |piece: &[u8]| {
        piece
            .iter()
            .copied()
            .cycle()
            .take(size)
            .collect::<Vec<u8>>()
    };
    let items: Vec<String> = (0..size / 32)
        .map(|at| format!("{{\"id\":{at},\"name\":\"{at}\"}}"))
        .collect();
    for (what, bytes) in [
        (
            "json of many items",
            format!("[{}]", items.join(",")).into_bytes(),
        ),
        (
            "json of one line",
            format!("[\"{}\"]", "a".repeat(size)).into_bytes(),
        ),
        ("text of many lines", fill(b"a line of text\n")),
        ("text of one line", fill(b"abcdefgh")),
        (
            "text of wide characters",
            "日本語".repeat(size / 9).into_bytes(),
        ),
        ("zeros", fill(b"\0")),
    ] {
        for view in decode::ALL {
            let began = Instant::now();
            let guessed = decode::guess(&bytes).name();
            let guess = began.elapsed();
            let Some(lines) = view.lines(&bytes) else {
                continue;
            };
            let laid = began.elapsed();
            let rows = lines.wrap(100);
            println!(
                "{what:24} {:16} guess ({guessed}) {:6.1} ms, lines {:6.1} ms, wrap {:6.1} ms, {} rows",
                view.name(),
                millis(guess),
                millis(laid.saturating_sub(guess)),
                millis(began.elapsed().saturating_sub(laid)),
                rows.len()
            );
            assert!(!rows.is_empty());
        }
    }
}
