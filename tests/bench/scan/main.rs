//! What a walk over a real server costs, beside the plain loop that everybody writes: time, what others wait, CPU.
//!
//! `cargo bench --bench scan` fills a server of its own with a million keys and walks it in turn: with one cursor and
//! COUNT 1000 that only counts (the reference), with the server room alone, and with the whole app drawing on a
//! screen of 200x60. Ratios are medians over pairs of runs. `KEYGROVE_BENCH_KEYS=5000000` takes another number of
//! keys, `KEYGROVE_BENCH_PAIRS=7` another number of pairs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]
use std::time::{Duration, Instant};

use common::Server;
use keygrove::server::Load;

#[path = "../../common/mod.rs"]
mod common;
#[path = "../median.rs"]
mod median;
#[path = "../keyspace/names.rs"]
#[allow(dead_code, reason = "other benches use more of it")]
mod names;

mod beside;
mod fill;
mod walks;

use beside::{Cpu, Pings};
use median::{median, millis};
use names::{Names, Shape};

/// One walk: how long it took, and what it cost others and us.
struct Run {
    took: Duration,
    /// The worst PING in a hundred of another connection meanwhile.
    ping: Duration,
    /// CPU time of the server, and of this process without those PINGs.
    server: Duration,
    client: Duration,
}

fn main() {
    let keys: usize = number("KEYGROVE_BENCH_KEYS").unwrap_or(1_000_000);
    let pairs = number("KEYGROVE_BENCH_PAIRS").unwrap_or(5).max(1);
    let server = Server::with(&["--save", "", "--appendonly", "no"]);
    let names = Names::new(Shape::Mixed, keys);
    fill::fill(&server, &names);
    drop(names);
    let held: usize = server.redis(&["DBSIZE"]).parse().unwrap();
    println!(
        "{held} keys; medians of {pairs} pairs of runs, {} cores",
        std::thread::available_parallelism().unwrap()
    );
    let quiet = quiet(&server);
    println!("  PING p99 with nobody walking: {:.2} ms", millis(quiet));

    let plain = || measured(&server, || walks::plain(&server, held));
    let against = |what: &str, walk: &dyn Fn() -> Run| {
        let runs: Vec<(Run, Run)> = (0..pairs).map(|_| (plain(), walk())).collect();
        say(what, &runs);
    };
    against("the server room", &|| {
        measured(&server, || walks::room(&server, Load::Fair, held))
    });
    against("the whole app", &|| {
        measured(&server, || walks::app(&server, Load::Fair, held))
    });
    against("the whole app, --fast", &|| {
        measured(&server, || walks::app(&server, Load::Fast, held))
    });
    against("the whole app, --gentle", &|| {
        measured(&server, || walks::app(&server, Load::Gentle, held))
    });
    beside::saturated(&server, held);
}

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

/// What another client waits while nothing else happens.
fn quiet(server: &Server) -> Duration {
    let pings = Pings::start(server);
    std::thread::sleep(Duration::from_secs(1));
    pings.end().0
}

fn measured(server: &Server, walk: impl FnOnce()) -> Run {
    let cpu = Cpu::now(server);
    let pings = Pings::start(server);
    let began = Instant::now();
    walk();
    let took = began.elapsed();
    let (ping, asking) = pings.end();
    let (server, client) = Cpu::now(server).since(&cpu);
    let client = client.saturating_sub(asking);
    Run {
        took,
        ping,
        server,
        client,
    }
}

/// One line for a way to walk: time and PING as ratios to the plain loop, and its own CPU to that of the server.
fn say(what: &str, runs: &[(Run, Run)]) {
    let of = |pick: &dyn Fn(&(Run, Run)) -> f64| median(runs.iter().map(pick));
    let seconds = |time: Duration| time.as_secs_f64();
    println!(
        "  {what:<26} {:6.2} s = {:.2}x of {:.2} s · PING p99 {:.2} ms = {:.2}x of {:.2} ms · own CPU {:.2}x of the server's",
        of(&|(_, ours)| seconds(ours.took)),
        of(&|(plain, ours)| seconds(ours.took) / seconds(plain.took)),
        of(&|(plain, _)| seconds(plain.took)),
        of(&|(_, ours)| millis(ours.ping)),
        of(&|(plain, ours)| seconds(ours.ping) / seconds(plain.ping)),
        of(&|(plain, _)| millis(plain.ping)),
        of(&|(_, ours)| seconds(ours.client) / seconds(ours.server)),
    );
}
