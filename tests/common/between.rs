//! Stands between keygrove and a server, and lets somebody else act at the moment a command passes.
#![allow(dead_code, reason = "each test file uses a part of it")]
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use keygrove::model::target::{Place, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

type Act = Box<dyn FnMut() + Send>;

/// What is waited for, what is done before it goes on to the server, and how often still.
struct Trap {
    word: Vec<u8>,
    act: Act,
    times: usize,
}

/// A socket in front of the server's; bytes pass unchanged.
#[derive(Clone)]
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
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let to = UnixStream::connect(&server).await.unwrap();
                tokio::spawn(pass(client, to, Arc::clone(&trap)));
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

async fn pass(client: UnixStream, server: UnixStream, trap: Arc<Mutex<Option<Trap>>>) {
    let (mut from, mut back) = client.into_split();
    let (mut answers, mut to) = server.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut answers, &mut back).await });
    let mut bytes = vec![0; 1 << 20];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if let Some(trap) = trap.lock().unwrap().as_mut()
            && trap.times > 0
            && bytes[..read]
                .windows(trap.word.len())
                .any(|window| window == trap.word)
        {
            trap.times -= 1;
            (trap.act)();
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
