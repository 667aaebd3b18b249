//! What a person at a terminal feels: the real program in one of 200x60, from its start until every key is there, and
//! what is pressed meanwhile.
//!
//! `cargo bench --bench terminal` fills a server of its own with a million keys; `KEYGROVE_BENCH_KEYS=5000000` takes
//! another number of keys, `KEYGROVE_BENCH_PAIRS=7` another number of runs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::Server;
use keygrove::server::Load;

#[path = "../scan/beside.rs"]
#[allow(dead_code, reason = "the bench of walks uses more of it")]
mod beside;
#[path = "../../common/mod.rs"]
mod common;
#[path = "../scan/fill.rs"]
mod fill;
#[path = "../median.rs"]
mod median;
#[path = "../keyspace/names.rs"]
#[allow(dead_code, reason = "other benches use more of it")]
mod names;
#[path = "../../tty/mod.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod tty;
#[path = "../scan/walks.rs"]
#[allow(dead_code, reason = "the bench of walks uses more of it")]
mod walks;

mod person;

use beside::Pings;
use median::{median, millis};
use names::{Names, Shape};
use person::Person;

/// How long nothing may be written once all is at rest.
const QUIET: Duration = Duration::from_secs(3);
/// Presses while keys stream in.
const PRESSES: usize = 300;

fn main() {
    let keys: usize = number("KEYGROVE_BENCH_KEYS").unwrap_or(1_000_000);
    let runs = number("KEYGROVE_BENCH_PAIRS").unwrap_or(5).max(1);
    let server = Server::with(&["--save", "", "--appendonly", "no"]);
    fill::fill(&server, &Names::new(Shape::Mixed, keys));
    let held: usize = server.redis(&["DBSIZE"]).parse().unwrap();
    println!(
        "{held} keys, a terminal of 200x60; medians of {runs} runs, {} cores",
        std::thread::available_parallelism().unwrap()
    );
    first(&server, runs);
    all(&server, held, runs);
    pressed(&server);
    filtered(&server);
}

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

/// From the start of the program until a key stands on the screen, beside that of `redis-cli PING` until its end.
fn first(server: &Server, runs: usize) {
    let port = server.port.to_string();
    let pairs = (0..runs.max(15)).map(|_| {
        let began = Instant::now();
        let status = Command::new("redis-cli")
            .args(["-p", &port, "PING"])
            .stdout(Stdio::null())
            .status();
        assert!(status.unwrap().success());
        let plain = began.elapsed();
        let mut person = Person::sits_down(server, &[]);
        let ours = person.waits_for("a folder", |screen| screen.contains('▸'));
        (plain, ours)
    });
    let pairs: Vec<(Duration, Duration)> = pairs.collect();
    let plain = median(pairs.iter().map(|(plain, _)| millis(*plain)));
    let ours = median(pairs.iter().map(|(_, ours)| millis(*ours)));
    let ratio = median(
        pairs
            .iter()
            .map(|(plain, ours)| millis(*ours) / millis(*plain)),
    );
    println!(
        "  first keys           {ours:8.1} ms = {ratio:.2}x of redis-cli PING ({plain:.1} ms)"
    );
}

/// One load of all keys.
struct Told {
    /// The plain loop in the same minute.
    plain: Duration,
    took: Duration,
    /// What another client's PING took meanwhile, the 99th of a hundred: beside the plain loop, beside the program.
    pings: (Duration, Duration),
    written: usize,
    work: Duration,
    memory: usize,
    /// Bytes written in [`QUIET`] after all has come to rest.
    idle: usize,
}

/// From the start until the tree is complete, beside the plain loop; what is written meanwhile and after it.
fn all(server: &Server, held: usize, runs: usize) {
    for load in [Load::Fair, Load::Fast] {
        let args: &[&str] = if load == Load::Fast { &["--fast"] } else { &[] };
        let told = (0..runs).map(|_| {
            let pings = Pings::start(server);
            let began = Instant::now();
            walks::plain(server, held);
            let plain = began.elapsed();
            let (beside_plain, _) = pings.end();
            let pings = Pings::start(server);
            let mut person = Person::sits_down(server, args);
            let took = person.waits_for("all keys", |screen| screen.contains("· complete"));
            let pings = (beside_plain, pings.end().0);
            let (written, work, memory) = (person.written(), person.work(), person.memory());
            person.rests();
            Told {
                plain,
                took,
                pings,
                written,
                work,
                memory,
                idle: person.overhears(QUIET),
            }
        });
        let told: Vec<Told> = told.collect();
        let of = |pick: fn(&Told) -> f64| median(told.iter().map(pick));
        println!(
            "  all keys, {load:?}       {:8.2} s = {:.2}x of the plain loop ({:.2} s) · PING p99 {:.2} ms = {:.2}x of {:.2} ms · own CPU {:.2} s · {:.0} MB at most · {:.0} kB written · idle {:.0} B in {} s",
            of(|told| told.took.as_secs_f64()),
            of(|told| told.took.as_secs_f64() / told.plain.as_secs_f64()),
            of(|told| told.plain.as_secs_f64()),
            of(|told| millis(told.pings.1)),
            of(|told| millis(told.pings.1) / millis(told.pings.0)),
            of(|told| millis(told.pings.0)),
            of(|told| told.work.as_secs_f64()),
            of(|told| told.memory as f64 / 1e6),
            of(|told| told.written as f64 / 1e3),
            of(|told| told.idle as f64),
            QUIET.as_secs(),
        );
    }
}

/// From a key until the screen shows it, while a walk goes on: the cursor moves, in closed folders, in an open one, and
/// in one that is filtered.
fn pressed(server: &Server) {
    for (what, before) in [
        ("folders closed", ""),
        ("folders open", "jjjjjjjjl"),
        ("filtered", "/e\r"),
    ] {
        let mut took = Vec::new();
        while took.len() < PRESSES {
            let mut person = Person::sits_down(server, &[]);
            person.waits_for("nine folders", |screen| screen.matches('▸').count() >= 9);
            person.types(before);
            took.extend(person.moves(PRESSES - took.len()));
        }
        say(&format!("a press, {what}"), took);
    }
}

/// From a letter of a filter until its first hits are shown, and until all are, when all keys are there.
fn filtered(server: &Server) {
    let mut person = Person::sits_down(server, &["--fast"]);
    person.waits_for("all keys", |screen| screen.contains("· complete"));
    for (what, text) in [("a letter", "session:ab1"), ("a letter, fuzzy", "msrw")] {
        let took: Vec<_> = (0..5).flat_map(|_| person.filters(text)).collect();
        let (first, all) = took.into_iter().unzip();
        say(&format!("{what}, first hits"), first);
        say(&format!("{what}, all hits"), all);
    }
}

fn say(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    println!(
        "  {what:<24} p50 {:6.2} ms   p99 {:6.2} ms   of {}",
        millis(took[took.len() / 2]),
        millis(took[took.len() * 99 / 100]),
        took.len()
    );
}
