//! A line that fails on command: between the app and its server, steered by the test.
#![allow(dead_code, reason = "each test file uses a part of it")]
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use keygrove::model::target::{Place, Target};

use crate::common::{PATIENCE, target};

/// A way through the proxy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// From the app to the server.
    Up,
    /// From the server to the app.
    Down,
}

/// What happens to bytes on their way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    Pass,
    /// One byte after the other, so long apart.
    Drip(Duration),
    /// Each piece so much later.
    Late(Duration),
    /// They are kept; nobody hangs up.
    Keep,
    /// So many go through; then all connections are closed, and the next ones pass.
    Cut(u64),
}

/// A proxy on a port of its own.
pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    server: PathBuf,
}

struct State {
    rules: [Rule; 2],
    /// Bytes that went through, and those that came and did not, each way.
    passed: [u64; 2],
    kept: [u64; 2],
    accepted: usize,
    cuts: usize,
    lines: Vec<Line>,
    ended: bool,
}

/// Both ends of a connection.
struct Line {
    app: TcpStream,
    server: UnixStream,
    /// The app is not told when the server's end is gone.
    silent: Arc<AtomicBool>,
}

impl Proxy {
    /// To the server at this socket.
    pub fn to(server: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                rules: [Rule::Pass; 2],
                passed: [0; 2],
                kept: [0; 2],
                accepted: 0,
                cuts: 0,
                lines: Vec::new(),
                ended: false,
            }),
            changed: Condvar::new(),
            server: server.to_owned(),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || accept(&listener, &accepting));
        Self { port, shared }
    }

    pub fn target(&self) -> Target {
        target(Place::Tcp {
            host: "127.0.0.1".to_owned(),
            port: self.port,
        })
    }

    /// From now on; bytes are counted anew.
    pub fn rule(&self, way: Way, rule: Rule) {
        let mut state = self.shared.state.lock().unwrap();
        state.rules[way as usize] = rule;
        state.passed = [0; 2];
        self.shared.changed.notify_all();
    }

    /// Nothing goes through any more, either way, and nobody hangs up.
    pub fn swallow(&self) {
        self.rule(Way::Up, Rule::Keep);
        self.rule(Way::Down, Rule::Keep);
    }

    /// Everything goes through again, what was kept first.
    pub fn pass(&self) {
        self.rule(Way::Up, Rule::Pass);
        self.rule(Way::Down, Rule::Pass);
    }

    /// The lines that are there now are dead, without a word; new ones are good.
    pub fn abandon(&self) {
        let mut state = self.shared.state.lock().unwrap();
        for line in state.lines.drain(..) {
            line.silent.store(true, Ordering::SeqCst);
            line.server.close();
            // The app's end stays open for as long as the test.
            std::mem::forget(line.app);
        }
    }

    /// Closes all connections: at once with a reset, so that what is under way is lost.
    pub fn reset(&self) {
        let mut state = self.shared.state.lock().unwrap();
        for Line { app, server, .. } in state.lines.drain(..) {
            let linger = Some(Duration::ZERO);
            let _ = socket2::SockRef::from(&app).set_linger(linger);
            app.close();
            server.close();
        }
        self.shared.changed.notify_all();
    }

    /// Bytes that went through since the last rule.
    pub fn passed(&self, way: Way) -> u64 {
        self.shared.state.lock().unwrap().passed[way as usize]
    }

    /// How many connections were made.
    pub fn accepted(&self) -> usize {
        self.shared.state.lock().unwrap().accepted
    }

    /// How often a line was cut.
    pub fn cuts(&self) -> usize {
        self.shared.state.lock().unwrap().cuts
    }

    /// Waits until bytes came this way that are kept.
    #[track_caller]
    pub fn keeps(&self, way: Way) {
        self.until("bytes are kept", |state| state.kept[way as usize] > 0);
    }

    /// Waits until so many connections were made.
    #[track_caller]
    pub fn accepts(&self, count: usize) {
        self.until("a connection", |state| state.accepted >= count);
    }

    #[track_caller]
    fn until(&self, what: &str, so: impl Fn(&State) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shared.state.lock().unwrap();
        while !so(&state) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "never: {what}");
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.state.lock().unwrap().ended = true;
        self.reset();
        // Wakes the one who accepts.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for app in listener.incoming() {
        let Ok(app) = app else { return };
        let mut state = shared.state.lock().unwrap();
        if state.ended {
            return;
        }
        state.accepted += 1;
        shared.changed.notify_all();
        app.set_nodelay(true).unwrap();
        let Ok(server) = UnixStream::connect(&shared.server) else {
            // Nobody is there: the app is hung up on.
            continue;
        };
        let (app2, server2) = (app.try_clone().unwrap(), server.try_clone().unwrap());
        let (app3, server3) = (app.try_clone().unwrap(), server.try_clone().unwrap());
        let silent = Arc::<AtomicBool>::default();
        let (silent2, silent3) = (Arc::clone(&silent), Arc::clone(&silent));
        state.lines.push(Line {
            app: app3,
            server: server3,
            silent,
        });
        drop(state);
        let (up, down) = (Arc::clone(shared), Arc::clone(shared));
        std::thread::spawn(move || pump(app, server, Way::Up, &silent2, &up));
        std::thread::spawn(move || pump(server2, app2, Way::Down, &silent3, &down));
    }
}

trait Close {
    fn close(&self);
}

impl Close for TcpStream {
    fn close(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

impl Close for UnixStream {
    fn close(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

/// Carries bytes one way until one side hangs up, and hangs up on the other then, unless that is to be silent.
fn pump(
    mut from: impl Read + Close,
    mut to: impl Write + Close,
    way: Way,
    silent: &AtomicBool,
    shared: &Shared,
) {
    let mut bytes = [0; 16 * 1024];
    loop {
        let count = from.read(&mut bytes).unwrap_or(0);
        let mut rest = &bytes[..count];
        while !rest.is_empty() {
            let Some(count) = shared.let_through(way, rest.len()) else {
                return;
            };
            let (now, later) = rest.split_at(count);
            if to.write_all(now).is_err() {
                break;
            }
            rest = later;
            shared.gone(way);
        }
        if count == 0 || !rest.is_empty() {
            if !silent.load(Ordering::SeqCst) {
                from.close();
                to.close();
            }
            return;
        }
    }
}

impl Shared {
    /// How many of these bytes may go now; none when the line is cut.
    fn let_through(&self, way: Way, count: usize) -> Option<usize> {
        let mut state = self.state.lock().unwrap();
        state.kept[way as usize] += count as u64;
        self.changed.notify_all();
        while state.rules[way as usize] == Rule::Keep && !state.ended {
            state = self.changed.wait(state).unwrap();
        }
        state.kept[way as usize] -= count as u64;
        let rule = state.rules[way as usize];
        // Counted before they go: who hears the answer to them finds them counted.
        let now = match rule {
            Rule::Pass | Rule::Keep | Rule::Late(_) => count,
            Rule::Cut(0) => {
                self.cut(&mut state, way);
                return None;
            }
            Rule::Cut(left) => {
                let now = count.min(usize::try_from(left).unwrap());
                state.rules[way as usize] = Rule::Cut(left - now as u64);
                now
            }
            Rule::Drip(_) => 1,
        };
        state.passed[way as usize] += now as u64;
        drop(state);
        if let Rule::Drip(pause) | Rule::Late(pause) = rule {
            std::thread::sleep(pause);
        }
        Some(now)
    }

    /// Bytes have gone this way: was it the last one before a cut?
    fn gone(&self, way: Way) {
        let mut state = self.state.lock().unwrap();
        if state.rules[way as usize] == Rule::Cut(0) {
            self.cut(&mut state, way);
        }
        self.changed.notify_all();
    }

    fn cut(&self, state: &mut State, way: Way) {
        state.rules[way as usize] = Rule::Pass;
        state.cuts += 1;
        for Line { app, server, .. } in state.lines.drain(..) {
            app.close();
            server.close();
        }
        self.changed.notify_all();
    }
}
