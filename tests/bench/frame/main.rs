//! What a frame costs, however many keys there are: the whole app on a screen of 200x60, with a thousand keys, a
//! million and ten million in its tree, in turn.
//!
//! `cargo bench --bench frame`; `KEYGROVE_BENCH_KEYS=1000000` takes another number for the largest.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]
use std::time::Duration;

#[path = "../keyspace/names.rs"]
#[allow(dead_code, reason = "other benches use more of it")]
mod names;

#[path = "../median.rs"]
mod median;

mod desk;

use desk::{Desk, SIZE};
use median::{median, millis};
use names::{Names, Shape, mix};

/// Frames in a round, and rounds; a figure is the median over rounds, for others use this machine too.
const FRAMES: usize = 500;
const ROUNDS: usize = 7;
/// Names that come with a batch: few, so that a small tree stays small.
const FEW: usize = 3;

/// A tree of so many keys.
struct Case {
    keys: usize,
    desk: Desk,
}

/// The half and the 99th of a hundred of some times.
#[derive(Clone, Copy)]
struct Times {
    half: Duration,
    worst: Duration,
}

fn main() {
    let most = std::env::var("KEYGROVE_BENCH_KEYS");
    let most = most.map_or(10_000_000, |keys| keys.parse().unwrap());
    let mut sizes = vec![1_000, 1_000_000, most];
    sizes.dedup();
    println!(
        "frames of {}x{}: half / 99 % of them take less, and as ratios to those with 1000 keys; {} cores",
        SIZE.0,
        SIZE.1,
        std::thread::available_parallelism().unwrap()
    );
    let mut cases: Vec<Case> = sizes.into_iter().map(case).collect();
    compare("folders closed", &mut cases, pressed);

    for folder in ["shop", "myapp", "session"] {
        each(&mut cases, |desk| desk.open(folder));
    }
    compare("three folders open, the cursor moves", &mut cases, pressed);
    compare("the same, and keys come", &mut cases, brought);

    for (what, filter) in [
        ("a filter that lets most through", "/ e"),
        ("a filter that lets few through", "/ a b 1 2"),
    ] {
        say_each(&format!("{what}, letters"), &mut cases, |desk| {
            let typed = filter.split(' ').map(|letter| {
                let took = desk.press(letter) + desk.frame();
                took.max(desk.rest())
            });
            typed.max().unwrap()
        });
        each(&mut cases, |desk| _ = desk.press("enter"));
        compare(what, &mut cases, pressed);
        compare("the same, and keys come", &mut cases, brought);
        each(&mut cases, |desk| _ = desk.press("esc"));
        each(&mut cases, |desk| _ = desk.rest());
    }

    each(&mut cases, |desk| desk.shut("myapp"));
    each(&mut cases, |desk| desk.stand_on("myapp"));
    say_each("names of others hidden", &mut cases, |desk| {
        desk.press("H") + desk.frame()
    });
    compare("hidden names", &mut cases, pressed);
    compare("the same, and keys come", &mut cases, brought);
    say_each("shown again", &mut cases, |desk| {
        desk.press("H") + desk.frame()
    });
    say_each("hidden once more", &mut cases, |desk| {
        desk.press("H") + desk.frame()
    });
}

fn case(keys: usize) -> Case {
    Case {
        keys,
        desk: Desk::new(&Names::new(Shape::Mixed, keys)),
    }
}

fn each(cases: &mut [Case], mut act: impl FnMut(&mut Desk)) {
    for case in cases {
        act(&mut case.desk);
    }
}

fn say_each(what: &str, cases: &mut [Case], mut act: impl FnMut(&mut Desk) -> Duration) {
    println!("{what}, the longest that a person waits");
    for case in cases {
        println!(
            "  {:>8} keys {:8.3} ms",
            case.keys,
            millis(act(&mut case.desk))
        );
    }
}

/// The cursor moves, and a frame shows it: row by row, now and then by pages and to the ends.
fn pressed(desk: &mut Desk, n: usize) -> Duration {
    let chord = match n % 100 {
        50 => "end",
        99 => "home",
        n if n % 10 == 0 => "pgdn",
        n if n % 10 == 7 => "up",
        _ => "down",
    };
    desk.press(chord) + desk.frame()
}

/// A batch of a walk comes, and a frame shows what became of it; only the frame is counted.
fn brought(desk: &mut Desk, n: usize) -> Duration {
    let name = |more: usize| {
        let h = mix((n * FEW + more) as u64 ^ 0xABCD_0000_0000);
        match more % 3 {
            0 => format!("myapp:session:{h:032x}"),
            1 => format!("shop:product:SKU-{h}"),
            _ => format!("myapp:user:{h}"),
        }
    };
    desk.come((0..FEW).map(name));
    desk.frame()
}

/// Takes times in turn, so that whatever slows the machine down slows all of them.
fn compare(what: &str, cases: &mut [Case], mut step: impl FnMut(&mut Desk, usize) -> Duration) {
    println!("{what}");
    let mut rounds = vec![Vec::new(); cases.len()];
    for round in 0..ROUNDS {
        let mut took = vec![Vec::new(); cases.len()];
        for n in 0..FRAMES {
            for (case, took) in cases.iter_mut().zip(&mut took) {
                took.push(step(&mut case.desk, round * FRAMES + n));
            }
        }
        for (took, rounds) in took.into_iter().zip(&mut rounds) {
            rounds.push(times(took));
        }
    }
    let smallest = rounds[0].clone();
    for (case, rounds) in cases.iter().zip(&rounds) {
        let of = |pick: fn(&Times) -> Duration| {
            let ratios = rounds.iter().zip(&smallest);
            (
                median(rounds.iter().map(|times| millis(pick(times)))),
                median(
                    ratios
                        .map(|(ours, first)| pick(ours).as_secs_f64() / pick(first).as_secs_f64()),
                ),
            )
        };
        let ((half, half_ratio), (worst, worst_ratio)) =
            (of(|times| times.half), of(|times| times.worst));
        println!(
            "  {:>8} keys {half:8.3} / {worst:.3} ms   {half_ratio:5.2}x / {worst_ratio:.2}x",
            case.keys
        );
    }
}

fn times(mut took: Vec<Duration>) -> Times {
    took.sort_unstable();
    Times {
        half: took[took.len() / 2],
        worst: took[took.len() * 99 / 100],
    }
}
