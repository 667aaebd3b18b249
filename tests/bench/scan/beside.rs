//! What others feel of a walk: their PINGs, their GETs, and the CPU time of both sides.
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use keygrove::server::Load;

use super::common::{PATIENCE, Server};
use super::walks;

/// How long a busy server is looked at, at least.
const LASTS: Duration = Duration::from_secs(2);

/// A client that sends a PING every millisecond.
pub struct Pings {
    stop: Arc<AtomicBool>,
    client: JoinHandle<(Vec<Duration>, Duration)>,
}

impl Pings {
    pub fn start(server: &Server) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let client = std::thread::spawn(move || {
            let mut took = Vec::new();
            let mut reply = [0; 7];
            while !stopped.load(Ordering::SeqCst) {
                let asked = Instant::now();
                stream.write_all(b"*1\r\n$4\r\nPING\r\n").unwrap();
                stream.read_exact(&mut reply).unwrap();
                took.push(asked.elapsed());
                std::thread::sleep(Duration::from_millis(1).saturating_sub(asked.elapsed()));
            }
            (took, of_process("thread-self"))
        });
        Self { stop, client }
    }

    /// The 99th of a hundred, from the quickest; and the CPU time that asking took.
    pub fn end(self) -> (Duration, Duration) {
        self.stop.store(true, Ordering::SeqCst);
        let (mut took, cpu) = self.client.join().unwrap();
        took.sort_unstable();
        (took[took.len() * 99 / 100], cpu)
    }
}

/// CPU time until now.
pub struct Cpu {
    server: Duration,
    client: Duration,
}

impl Cpu {
    pub fn now(server: &Server) -> Self {
        Self {
            server: of_process(&server.pid().to_string()),
            client: of_process("self"),
        }
    }

    /// That of the server and of this process since then.
    pub fn since(&self, then: &Self) -> (Duration, Duration) {
        let (server, client) = (self.server, self.client);
        (
            server.saturating_sub(then.server),
            client.saturating_sub(then.client),
        )
    }
}

/// CPU time of a process and of its threads that have ended, or of one thread, to a hundredth of a second (`/proc/PID/stat`).
fn of_process(pid: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name in parentheses may hold anything; fields count from behind it.
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split(' ').collect();
    let ticks = |at: usize| fields[at].parse::<u64>().unwrap();
    Duration::from_millis((ticks(12) + ticks(13)) * 10)
}

/// How much of a server's work stays for 50 others who GET as fast as they can, beside the plain loop and beside the app.
pub fn saturated(server: &Server, held: usize) {
    let Some(alone) = gets(server, || std::thread::sleep(LASTS)) else {
        println!("  no redis-benchmark here: what a busy server keeps was not measured");
        return;
    };
    let plain = gets(server, || walks::plain(server, held)).unwrap();
    println!(
        "  a busy server keeps {:.0} % of its GETs beside the plain loop",
        plain / alone * 100.0
    );
    for load in [Load::Fair, Load::Gentle] {
        let beside = gets(server, || walks::app(server, load, held)).unwrap();
        println!(
            "  a busy server keeps {:.0} % beside the app ({load:?})",
            beside / alone * 100.0
        );
    }
}

/// GETs a second of 50 connections while this is done, again and again for [`LASTS`].
fn gets(server: &Server, meanwhile: impl Fn()) -> Option<f64> {
    let count = |server: &Server| -> u64 {
        let stats = server.redis(&["INFO", "commandstats"]);
        let calls = stats
            .split_once("cmdstat_get:calls=")
            .map_or("0", |(_, rest)| rest);
        calls.split(',').next().unwrap().parse().unwrap()
    };
    let mut others = Command::new("redis-benchmark")
        .args([
            "-p",
            &server.port.to_string(),
            "-c",
            "50",
            "-n",
            "100000000",
            "-t",
            "get",
            "-q",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let asked = Instant::now();
    let idle = count(server);
    while count(server) == idle {
        assert!(asked.elapsed() < PATIENCE, "redis-benchmark does not begin");
    }
    let (before, began) = (count(server), Instant::now());
    while began.elapsed() < LASTS {
        meanwhile();
    }
    let rate = (count(server) - before) as f64 / began.elapsed().as_secs_f64();
    others.kill().unwrap();
    others.wait().unwrap();
    Some(rate)
}
