//! A server in every bad mood, and a line in every bad state: what works keeps working, the rest says why, and
//! nothing is lost.
use std::path::PathBuf;

use crate::common::Server;
use crate::drive::client;

mod cluster;
mod line;
mod login;
mod refusing;
mod waiting;

/// A primary with these serves a replica without waiting for others.
const AT_ONCE: [&str; 2] = ["--repl-diskless-sync-delay", "0"];

/// A command that keeps a server busy until somebody ends it, sent by a client of its own.
struct Running(Option<std::thread::JoinHandle<String>>);

impl Running {
    fn at(server: &Server, command: &'static str) -> Self {
        let socket: PathBuf = server.socket();
        Self(Some(std::thread::spawn(move || {
            client::run(&socket, command)
        })))
    }

    /// What it got in the end.
    fn ends(mut self) -> String {
        self.0.take().unwrap().join().unwrap()
    }
}
