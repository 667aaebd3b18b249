//! A walk in parts misses no key: on every server at hand, while its table stands still, grows and shrinks.
//!
//! Besides the `redis-server` on the path, those named in `KEYGROVE_SERVERS` (paths, `:` between) are tried.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;
#[path = "common/room.rs"]
mod room;

use std::collections::HashSet;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use common::Server;
use keygrove::model::{Key, Pattern};
use keygrove::server::{Answer, Load, Purpose, Request, Walk};
use room::Room;

/// Keys that are there throughout, and keys that come or go.
const STAYING: usize = 50_000;
const PASSING: usize = 350_000;
/// Keys in one command.
const LOT: usize = 1_000;

fn programs() -> Vec<PathBuf> {
    let more = std::env::var_os("KEYGROVE_SERVERS").unwrap_or_default();
    let mut programs = vec![PathBuf::from("redis-server")];
    programs.extend(std::env::split_paths(&more).filter(|path| !path.as_os_str().is_empty()));
    programs
}

/// Sends `verb name [value] …` for many names, a lot at a time, until they are done or `stop` is set.
fn send(
    server: &Server,
    verb: &'static str,
    prefix: &'static str,
    count: usize,
    stop: Arc<AtomicBool>,
) -> JoinHandle<()> {
    let mut stream = UnixStream::connect(server.socket()).unwrap();
    stream.set_read_timeout(Some(common::PATIENCE)).unwrap();
    std::thread::spawn(move || {
        let word = |word: &str| format!("${}\r\n{word}\r\n", word.len());
        for start in (0..count).step_by(LOT) {
            if stop.load(Ordering::SeqCst) {
                return;
            }
            let mut words = vec![word(verb)];
            for at in start..start + LOT {
                words.push(word(&format!("{prefix}{at}")));
                if verb == "MSET" {
                    words.push(word("1"));
                }
            }
            let command = format!("*{}\r\n{}", words.len(), words.concat());
            stream.write_all(command.as_bytes()).unwrap();
            let mut reply = Vec::new();
            let mut byte = [0];
            while !reply.ends_with(b"\n") {
                stream.read_exact(&mut byte).unwrap();
                reply.extend(byte);
            }
            assert!(!reply.starts_with(b"-"), "{reply:?}");
        }
    })
}

/// All of them, before anything else happens.
fn fill(server: &Server, prefix: &'static str, count: usize) {
    let go = Arc::new(AtomicBool::new(false));
    send(server, "MSET", prefix, count, go).join().unwrap();
}

fn walk(pattern: Option<&[u8]>) -> Walk {
    Walk {
        purpose: Purpose::Tree,
        pattern: pattern.map(|pattern| Pattern::new(pattern).unwrap()),
        kind: None,
        count: 1000,
        from: None,
    }
}

/// Walks to the end, breaking off and going on at every `breaks`-th batch.
async fn collect(room: &mut Room, walk: Walk, breaks: Option<usize>) -> HashSet<Key> {
    let mut seen = HashSet::new();
    let mut ticket = room.send(Request::Keys(walk.clone()));
    let mut share = 0.0;
    for at in 1.. {
        let Ok(Answer::Keys(batch)) = room.answer(ticket).await else {
            panic!("keys")
        };
        assert!(batch.keys.len() <= 1000 && batch.share >= share);
        share = batch.share;
        seen.extend(batch.keys.keys());
        if batch.done {
            break;
        }
        if breaks.is_some_and(|breaks| at % breaks == 0) {
            room.handle.forget(ticket);
            ticket = room.send(Request::Keys(Walk {
                from: Some(batch.place),
                ..walk.clone()
            }));
        }
    }
    assert_eq!(share.to_bits(), 1.0_f64.to_bits());
    seen
}

/// How many SCANs the server has answered since this was last asked.
fn scans(server: &Server) -> usize {
    let stats = server.redis(&["INFO", "commandstats"]);
    let (_, after) = stats.split_once("cmdstat_scan:calls=").unwrap();
    let (calls, _) = after.split_once(',').unwrap();
    assert_eq!(server.redis(&["CONFIG", "RESETSTAT"]), "OK");
    calls.parse().unwrap()
}

fn assert_all_stayed(seen: &HashSet<Key>, what: &str) {
    let missed = (0..STAYING)
        .map(|at| Key::from(format!("stay:{at}").as_str()))
        .filter(|key| !seen.contains(key))
        .count();
    assert_eq!(missed, 0, "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_key_that_stays_is_missed_on_any_server() {
    for program in programs() {
        let server = Server::of(&program);
        let said = |what: &str| format!("{}: {what}", program.display());
        fill(&server, "stay:", STAYING);
        let mut room = Room::under(Load::Fair, server.target()).await;

        let seen = collect(&mut room, walk(None), None).await;
        assert_eq!(seen.len(), STAYING, "{}", said("still"));
        let calls = scans(&server);
        assert!(
            calls > STAYING / 260,
            "{}: it was to be walked in parts, but {calls} SCANs did",
            program.display()
        );
        let seen = collect(&mut room, walk(None), Some(3)).await;
        assert_eq!(seen.len(), STAYING, "{}", said("broken off"));
        let seen = collect(&mut room, walk(Some(b"stay:*7")), None).await;
        assert_eq!(seen.len(), STAYING / 10, "{}", said("a pattern"));

        for load in [Load::Fair, Load::Fast] {
            let mut room = Room::under(load, server.target()).await;
            for (verb, what) in [("MSET", "growing"), ("UNLINK", "shrinking")] {
                let stop = Arc::new(AtomicBool::new(false));
                let churn = send(&server, verb, "pass:", PASSING, Arc::clone(&stop));
                while !churn.is_finished() {
                    let seen = collect(&mut room, walk(None), None).await;
                    assert_all_stayed(&seen, &said(what));
                    let seen = collect(&mut room, walk(None), Some(7)).await;
                    assert_all_stayed(&seen, &said(what));
                }
                churn.join().unwrap();
            }
        }
        assert_eq!(server.redis(&["DBSIZE"]), STAYING.to_string());
    }
}

#[tokio::test]
async fn one_small_request_at_a_time_where_it_is_to_be_gentle() {
    let server = Server::start();
    fill(&server, "stay:", 5_000);
    let mut room = Room::under(Load::Gentle, server.target()).await;
    let seen = collect(&mut room, walk(None), None).await;
    assert_eq!(seen.len(), 5_000);
    assert!(scans(&server) >= 5_000 / 110);
}

#[tokio::test]
async fn a_cluster_is_walked_with_one_cursor() {
    let server = Server::with(&["--cluster-enabled", "yes"]);
    let all = ["CLUSTER", "ADDSLOTSRANGE", "0", "16383"];
    assert_eq!(server.redis(&all), "OK");
    for at in 0..3_000 {
        let key = format!("k:{at}");
        while server.redis(&["SET", &key, "1"]) != "OK" {}
    }
    let mut room = Room::under(Load::Fair, server.target()).await;
    let seen = collect(&mut room, walk(None), None).await;
    assert_eq!(seen.len(), 3_000);
    assert!(scans(&server) <= 4);
}
