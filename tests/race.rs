//! Saves race with another client, at random moments: whatever the order, every change that was done is there, once.
//!
//! Each value holds a number that both only add one to, ours by reading it and saving it as an edit: a lost update is
//! a number that is too small. `KEYGROVE_TEST_RACE=1000` takes so many steps for each type and rung, and besides the
//! `redis-server` on the path those named in `KEYGROVE_SERVERS` (paths, `:` between) are raced on.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]
use std::path::PathBuf;
use std::sync::mpsc;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use common::Server;
use keygrove::model::Key;
use keygrove::model::change::Outcome;
use keygrove::model::kinds::{self, Row, Verb};
use keygrove::server::{Answer, Consent, Request};
use room::Room;

mod common;
#[path = "common/room.rs"]
mod room;

/// Steps for each type and rung, unless more are asked for.
const STEPS: usize = 250;
/// When the values expire, in unix milliseconds.
const EXPIRES: &str = "4102444800000";

/// A value that holds a number.
struct Value {
    kind: &'static str,
    stock: &'static str,
    /// Lua: adds one to the number, wherever it stands; with other changes around it.
    theirs: &'static str,
    /// Lua: the number, and the sum of all where it stands among others.
    number: &'static str,
}

const VALUES: &[Value] = &[
    Value {
        kind: "string",
        stock: "SET k 0",
        theirs: "redis.call('INCR', 'k')",
        number: "return redis.call('GET', 'k')",
    },
    Value {
        kind: "hash",
        stock: "HSET k f 0",
        theirs: "redis.call('HINCRBY', 'k', 'f', 1) redis.call('HINCRBY', 'k', 'other', 1)",
        number: "return redis.call('HGET', 'k', 'f')",
    },
    // The elements turn round all the time: what stands at an index is another one soon.
    Value {
        kind: "list",
        stock: "RPUSH k 0 0 0 0",
        theirs: "redis.call('LSET', 'k', 0, redis.call('LINDEX', 'k', 0) + 1) redis.call('RPOPLPUSH', 'k', 'k')",
        number: "local sum = 0 for _, n in ipairs(redis.call('LRANGE', 'k', 0, -1)) do sum = sum + n end return tostring(sum)",
    },
    Value {
        kind: "set",
        stock: "SADD k n0",
        theirs: "local n = redis.call('SMEMBERS', 'k')[1] redis.call('SADD', 'k', 'n' .. (n:sub(2) + 1)) redis.call('SREM', 'k', n)",
        number: "local all = redis.call('SMEMBERS', 'k') return #all == 1 and all[1]:sub(2) or 'torn'",
    },
    Value {
        kind: "zset",
        stock: "ZADD k 0 m",
        theirs: "redis.call('ZINCRBY', 'k', 1, 'm') redis.call('ZINCRBY', 'k', 1, 'other')",
        number: "return redis.call('ZSCORE', 'k', 'm')",
    },
];

/// Users who save on different rungs.
const RUNGS: &[&str] = &["+@all", "+@all -@transaction"];

/// A die of our own; what it rolls is told when a test fails.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

impl Value {
    /// The row as it is now, and what adds one to it.
    fn read(&self, server: &Server, dice: &mut Dice) -> (Row, String) {
        let at = dice.roll(4);
        let ask = match self.kind {
            "list" => format!("return redis.call('LINDEX', 'k', {at})"),
            _ => self.number.to_owned(),
        };
        let now = server.redis(&["EVAL", &ask, "0"]);
        let next = (now.parse::<u64>().unwrap() + 1).to_string();
        let (cells, typed) = match self.kind {
            "hash" => (vec!["f".to_owned(), now], next),
            "set" => (vec![format!("n{now}")], format!("n{next}")),
            "zset" => (vec![now, "m".to_owned()], next),
            _ => (vec![now], next),
        };
        let row = Row {
            cells: cells.into_iter().map(String::into_bytes).collect(),
            at: if self.kind == "list" { at } else { 0 },
            left: None,
        };
        (row, typed)
    }
}

/// Somebody else, who adds so many as he is told, and tells nobody when.
fn other(
    server: Arc<Server>,
    theirs: &'static str,
) -> (mpsc::Sender<(u64, Arc<Barrier>)>, thread::JoinHandle<u64>) {
    let (tell, told) = mpsc::channel::<(u64, Arc<Barrier>)>();
    let adds = thread::spawn(move || {
        let mut done = 0;
        for (times, begin) in told {
            begin.wait();
            for _ in 0..times {
                server.redis(&["EVAL", theirs, "0"]);
                done += 1;
            }
        }
        done
    });
    (tell, adds)
}

fn programs() -> Vec<PathBuf> {
    let more = std::env::var_os("KEYGROVE_SERVERS").unwrap_or_default();
    let mut programs = vec![PathBuf::from("redis-server")];
    programs.extend(std::env::split_paths(&more).filter(|path| !path.as_os_str().is_empty()));
    programs
}

/// Our saves against theirs; tells how many of ours were done, and how many met theirs.
async fn race(
    server: &Arc<Server>,
    rules: &str,
    value: &Value,
    dice: &mut Dice,
    steps: usize,
) -> (u64, u64) {
    server.redis(&["DEL", "k"]);
    server.redis(&value.stock.split(' ').collect::<Vec<_>>());
    server.redis(&["PEXPIREAT", "k", EXPIRES]);
    server.user("ada", &format!("~* {rules}"));
    let mut room = Room::at(server.target_as("ada")).await;
    let (tell, adds) = other(Arc::clone(server), value.theirs);
    let (mut done, mut met) = (0, 0);
    for _ in 0..steps {
        let (row, typed) = value.read(server, dice);
        let begin = Arc::new(Barrier::new(2));
        // Sometimes before the save, sometimes while it is on its way, sometimes not at all.
        let times = dice.roll(3);
        tell.send((times, Arc::clone(&begin))).unwrap();
        begin.wait();
        let change = kinds::of(value.kind)
            .change(
                &Key::from("k"),
                Verb::Edit,
                Some(&row),
                &[typed.into_bytes()],
            )
            .unwrap();
        let consent = Consent::Guarded;
        match room.ask(Request::Apply { change, consent }).await {
            Ok(Answer::Applied(Outcome::Done(_))) => done += 1,
            Ok(Answer::Applied(Outcome::Conflict(_))) => met += 1,
            other => panic!("{other:?}"),
        }
    }
    drop(tell);
    let theirs = adds.join().unwrap();
    let number = server.redis(&["EVAL", value.number, "0"]);
    assert_eq!(
        number,
        (done + theirs).to_string(),
        "{} as {rules}: {done} of ours and {theirs} of theirs",
        value.kind
    );
    assert_eq!(server.redis(&["PEXPIRETIME", "k"]), EXPIRES);
    (done, met)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_update_is_lost() {
    let steps = std::env::var("KEYGROVE_TEST_RACE").map_or(STEPS, |steps| steps.parse().unwrap());
    let seed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_nanos() as u64
        | 1;
    println!("the dice began with {seed}");
    let mut dice = Dice(seed);
    for program in programs() {
        let server = Arc::new(Server::of(&program));
        if server
            .redis(&["PEXPIRETIME", "k"])
            .contains("unknown command")
        {
            continue;
        }
        for rules in RUNGS {
            for value in VALUES {
                let (done, met) = race(&server, rules, value, &mut dice, steps).await;
                println!(
                    "{} {rules} {}: {done} done, {met} met theirs",
                    program.display(),
                    value.kind
                );
                assert!(
                    done > 0 && met > 0,
                    "both must happen, or nothing was raced"
                );
            }
        }
    }
}
