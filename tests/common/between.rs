//! Stands between keygrove and a server, and lets somebody else act at the moment a command passes.
#![allow(dead_code, reason = "each test file uses a part of it")]
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use keygrove::model::target::{Place, Target};

type Act = Box<dyn FnMut() + Send>;

/// What is waited for, what is done before it goes on to the server, and how often still.
struct Trap {
    word: Vec<u8>,
    act: Act,
    times: usize,
}

/// A socket in front of the server's; bytes pass unchanged.
pub struct Between {
    path: PathBuf,
    trap: Arc<Mutex<Option<Trap>>>,
}

impl Between {
    /// In front of this socket.
    pub fn new(server: &Path) -> Self {
        let path = server.with_extension("between");
        let between = Self {
            path: path.clone(),
            trap: Arc::default(),
        };
        let listener = UnixListener::bind(path).unwrap();
        let (trap, server) = (Arc::clone(&between.trap), server.to_owned());
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, trap) = (client.unwrap(), Arc::clone(&trap));
                let to = UnixStream::connect(&server).unwrap();
                thread::spawn(move || pass(client, to, &trap));
            }
        });
        between
    }

    /// The same place by way of here.
    pub fn target(&self, target: Target) -> Target {
        Target {
            place: Place::Unix(self.path.clone()),
            ..target
        }
    }

    /// Before the next `times` requests with this word in them go on, this is done.
    pub fn before(&self, word: &str, times: usize, act: impl FnMut() + Send + 'static) {
        *self.trap.lock().unwrap() = Some(Trap {
            word: word.as_bytes().to_vec(),
            act: Box::new(act),
            times,
        });
    }

    /// How often it is still waited for.
    pub fn left(&self) -> usize {
        self.trap
            .lock()
            .unwrap()
            .as_ref()
            .map_or(0, |trap| trap.times)
    }
}

impl Drop for Between {
    /// Lets go of what was to be done, and of the server that it was to be done to: the thread that waits for clients
    /// lives as long as the tests.
    fn drop(&mut self) {
        let trap = self.trap.lock().map(|mut trap| trap.take());
        drop(trap);
    }
}

fn pass(mut client: UnixStream, mut server: UnixStream, trap: &Mutex<Option<Trap>>) {
    let (mut answers, mut back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    thread::spawn(move || std::io::copy(&mut answers, &mut back));
    let mut bytes = vec![0; 1 << 20];
    while let Ok(read @ 1..) = client.read(&mut bytes) {
        let bytes = &bytes[..read];
        if let Some(trap) = trap.lock().unwrap().as_mut()
            && trap.times > 0
            && bytes.windows(trap.word.len()).any(|at| at == trap.word)
        {
            trap.times -= 1;
            (trap.act)();
        }
        if server.write_all(bytes).is_err() {
            break;
        }
    }
    // The end of one side is the end of the other.
    let _ = server.shutdown(std::net::Shutdown::Both);
}
