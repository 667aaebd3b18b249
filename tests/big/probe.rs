//! What others feel: a client that says PING all the time and remembers how long it waited; and what we take.
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::common::Server;
use crate::grove::Other;

/// A client that says PING every millisecond.
pub struct Probe {
    waits: Arc<Mutex<Vec<Duration>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Probe {
    pub fn of(server: &Server) -> Self {
        let (waits, stop) = (
            Arc::<Mutex<Vec<Duration>>>::default(),
            Arc::<AtomicBool>::default(),
        );
        let (mut other, shared, stopped) =
            (Other::of(server), Arc::clone(&waits), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::SeqCst) {
                let asked = Instant::now();
                if !other.says(&["PING"]) {
                    return;
                }
                shared.lock().unwrap().push(asked.elapsed());
                // The beat of the probe; nothing is waited for.
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        Self {
            waits,
            stop,
            thread: Some(thread),
        }
    }

    /// The wait that 99 of 100 stayed below, and the longest, since this was last asked.
    pub fn take(&self) -> (Duration, Duration) {
        let mut waits = std::mem::take(&mut *self.waits.lock().unwrap());
        waits.sort_unstable();
        (
            share(&waits, 0.99),
            waits.last().copied().unwrap_or_default(),
        )
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// The wait below which this share of all waits is.
pub fn share(sorted: &[Duration], share: f64) -> Duration {
    let at = (sorted.len() as f64 * share) as usize;
    sorted
        .get(at.min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

/// What a process has in memory, in kB: now, and at most so far.
pub fn memory(pid: u32) -> (u64, u64) {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    };
    (line("VmRSS:").unwrap_or(0), line("VmHWM:").unwrap_or(0))
}
