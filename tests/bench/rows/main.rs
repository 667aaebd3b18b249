//! What type and time to live of the rows on screen cost, beside the same commands sent raw in one pipeline, and by the
//! redis crate's own connection.
//!
//! `cargo bench --bench rows` asks a server with a million keys about other rows each time, as one who scrolls does.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use common::{PATIENCE, Server};
use keygrove::model::Key;
use keygrove::server::{Access, Answer, Request};
use median::{median, millis};
use names::{Names, Shape};
use room::Room;

#[path = "../../common/mod.rs"]
mod common;
#[path = "../scan/fill.rs"]
mod fill;
#[path = "../median.rs"]
mod median;
#[path = "../keyspace/names.rs"]
#[allow(dead_code, reason = "other benches use more of it")]
mod names;
#[path = "../../common/room.rs"]
mod room;

/// Rows on a screen of 60.
const ROWS: usize = 56;
const ROUNDS: usize = 2_000;
/// Keys on the server.
const KEYS: usize = 1_000_000;

fn main() {
    keygrove::start::runtime().unwrap().block_on(measure());
}

async fn measure() {
    let server = Server::with(&["--save", "", "--appendonly", "no"]);
    let names = Names::new(Shape::Mixed, KEYS);
    fill::fill(&server, &names);
    let mut screens = (0..KEYS / ROWS).map(|screen| {
        let rows = screen * ROWS..(screen + 1) * ROWS;
        rows.map(|n| names.get(n)).collect::<Vec<&[u8]>>()
    });
    let mut raw = Raw::to(&server);
    let mut room = Room::open(Access::ReadOnly);
    room.send(Request::Connect(server.tcp()));
    room.up().await;
    let lib = redis::Client::open(format!("redis://127.0.0.1:{}", server.port)).unwrap();
    let mut lib = lib.get_multiplexed_async_connection().await.unwrap();
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let mut rows = || screens.next().unwrap();
        raw.prepare(&rows());
        let plain = raw.round();
        let keys: Vec<Key> = rows().into_iter().map(Key::new).collect();
        let began = Instant::now();
        let ticket = room.send(Request::Describe(keys));
        let Ok(Answer::Described(told)) = room.answer(ticket).await else {
            panic!("no description");
        };
        let ours = began.elapsed();
        assert_eq!(told.len(), ROWS);
        let names = rows();
        let began = Instant::now();
        let mut pipe = redis::pipe();
        for name in names {
            pipe.cmd("TYPE").arg(name).cmd("PTTL").arg(name);
        }
        let told: Vec<(String, i64)> = pipe.query_async(&mut lib).await.unwrap();
        let theirs = began.elapsed();
        assert_eq!(told.len(), ROWS);
        rounds.push([plain, theirs, ours].map(millis));
    }
    let middle = |of: fn(&[f64; 3]) -> f64| median(rounds.iter().map(of));
    println!(
        "type and TTL of {ROWS} rows: {:.3} ms = {:.2}x of a raw pipeline ({:.3} ms) = {:.2}x of the redis crate's ({:.3} ms); medians of {ROUNDS} rounds, {} cores",
        middle(|[_, _, ours]| *ours),
        middle(|[plain, _, ours]| ours / plain),
        middle(|[plain, _, _]| *plain),
        middle(|[_, theirs, ours]| ours / theirs),
        middle(|[_, theirs, _]| *theirs),
        std::thread::available_parallelism().unwrap()
    );
}

/// A connection that sends what it was given, and counts the lines that come back.
struct Raw {
    out: TcpStream,
    lines: BufReader<TcpStream>,
    commands: Vec<u8>,
}

impl Raw {
    fn to(server: &Server) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self {
            out: stream.try_clone().unwrap(),
            lines: BufReader::new(stream),
            commands: Vec::new(),
        }
    }

    fn prepare(&mut self, names: &[&[u8]]) {
        self.commands.clear();
        for name in names {
            for command in ["TYPE", "PTTL"] {
                let head = format!("*2\r\n$4\r\n{command}\r\n${}\r\n", name.len());
                self.commands.extend_from_slice(head.as_bytes());
                self.commands.extend_from_slice(name);
                self.commands.extend_from_slice(b"\r\n");
            }
        }
    }

    fn round(&mut self) -> Duration {
        let began = Instant::now();
        self.out.write_all(&self.commands).unwrap();
        let mut line = Vec::new();
        for _ in 0..ROWS * 2 {
            line.clear();
            self.lines.read_until(b'\n', &mut line).unwrap();
            assert!(line.ends_with(b"\n"));
        }
        began.elapsed()
    }
}
