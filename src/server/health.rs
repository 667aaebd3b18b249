//! How a connection fares: how long it has been waiting for any byte, and in what state the server says it is.
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use redis::{RedisResult, Value};
use tokio::sync::{Notify, watch};

use super::Fault;
use super::gate::only_reads;
use crate::model::{Cmd, Plight, Reply};

/// After so long without a byte a server that owes answers counts as silent, and no more is asked of it.
pub const SILENT: Duration = Duration::from_secs(2);

/// The health of one connection.
pub(super) struct Health {
    wait: Mutex<Wait>,
    begun: Notify,
    state: watch::Sender<State>,
    /// What came first, where that begins no reply of a Redis.
    strange: OnceLock<Vec<u8>>,
}

/// The bytes with which replies begin (RESP2, RESP3).
const REPLIES: &[u8] = b"+-:$*_,#!=(%~>|";
/// So much of what is no reply tells what it is.
const TELLING: usize = 40;

/// What is owed to us.
struct Wait {
    /// Requests that are sent and not answered, those nobody waits for any more included.
    flying: usize,
    /// Since when nothing has come, while anything is owed.
    since: Instant,
}

/// What is known of the server.
#[derive(Clone, Default)]
pub(super) struct State {
    /// Why it answers no reads now.
    pub(super) plight: Option<Plight>,
    /// A read that it refused for that reason: it tells when that is over.
    pub(super) refused: Option<Cmd>,
    /// Another connection takes the place of this one.
    given_up: bool,
}

impl Health {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            wait: Mutex::new(Wait {
                flying: 0,
                since: Instant::now(),
            }),
            begun: Notify::new(),
            state: watch::Sender::default(),
            strange: OnceLock::new(),
        })
    }

    /// Follows what is known of the server.
    pub(super) fn watch(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// These bytes have come.
    pub(super) fn heard(&self, bytes: &[u8]) {
        self.wait().since = Instant::now();
        self.speaks();
        // Only the first ones are looked at.
        self.strange.get_or_init(|| match bytes.first() {
            Some(first) if !REPLIES.contains(first) => {
                bytes.iter().take(TELLING).copied().collect()
            }
            _ => Vec::new(),
        });
    }

    /// What came first, if that begins no reply of a Redis: the beginning of it.
    pub(super) fn strange(&self) -> Option<&[u8]> {
        let strange = self.strange.get()?;
        (!strange.is_empty()).then_some(strange)
    }

    /// Learns from the replies to commands in which state the server is.
    pub(super) fn learn(&self, cmds: &[Cmd], replies: &[Reply]) {
        let mut pairs = cmds.iter().zip(replies);
        if let Some((cmd, plight)) = pairs.find_map(|(cmd, reply)| Some((cmd, stops_reads(reply)?)))
        {
            let probe = only_reads(std::slice::from_ref(cmd))
                .is_ok()
                .then(|| cmd.clone());
            self.state.send_if_modified(|state| {
                state.refused = probe.or_else(|| state.refused.take());
                // How far it has got stays.
                let new = !matches!(
                    (&state.plight, &plight),
                    (Some(Plight::Loading(_)), Plight::Loading(_))
                ) && state.plight.as_ref() != Some(&plight);
                if new {
                    state.plight = Some(plight);
                }
                new
            });
        } else if self.state.borrow().plight.is_some() {
            self.state.send_if_modified(|state| {
                let over = state
                    .refused
                    .as_ref()
                    .is_some_and(|refused| cmds.iter().any(|cmd| cmd.name() == refused.name()));
                over && end(state)
            });
        }
    }

    /// Notes a plight that the keeper sees, or how far it has got.
    pub(super) fn note(&self, plight: Plight) {
        self.state
            .send_if_modified(|state| state.plight.replace(plight.clone()) != Some(plight));
    }

    /// The plight is over as far as anybody can tell.
    pub(super) fn recover(&self) {
        self.state.send_if_modified(end);
    }

    /// Whoever reads on this connection is told that it is lost. Writes that are under way wait for their answers.
    pub(super) fn give_up(&self) {
        self.state.send_modify(|state| state.given_up = true);
    }

    /// Waits until the connection is given up.
    pub(super) async fn given_up(&self) {
        let mut state = self.watch();
        // It ends only with the connection, which whoever waits holds.
        let _ended = state.wait_for(|state| state.given_up).await;
    }

    /// Waits while the server is silent.
    pub(super) async fn speaking(&self) {
        self.until(|plight| plight != Some(&Plight::Silent)).await;
    }

    /// Waits while the server refuses reads.
    pub(super) async fn recovered(&self) {
        self.until(|plight| !plight.is_some_and(Plight::stops_reads))
            .await;
    }

    async fn until(&self, enough: impl Fn(Option<&Plight>) -> bool) {
        if enough(self.state.borrow().plight.as_ref()) {
            return;
        }
        let mut state = self.watch();
        let _ended = state.wait_for(|state| enough(state.plight.as_ref())).await;
    }

    /// Whether an answer is owed, and nothing has come for [`SILENT`].
    pub(super) fn is_silent(&self) -> bool {
        let wait = self.wait();
        wait.flying > 0 && wait.since.elapsed() >= SILENT
    }

    /// Waits until the server is silent.
    pub(super) async fn goes_silent(&self) {
        loop {
            let since = {
                let wait = self.wait();
                (wait.flying > 0).then_some(wait.since)
            };
            match since {
                None => self.begun.notified().await,
                Some(_) if self.is_silent() => return,
                Some(since) => tokio::time::sleep_until((since + SILENT).into()).await,
            }
        }
    }

    fn begin(&self) {
        let mut wait = self.wait();
        wait.flying += 1;
        if wait.flying == 1 {
            wait.since = Instant::now();
            drop(wait);
            self.begun.notify_one();
        }
    }

    fn end(&self) {
        let left = {
            let mut wait = self.wait();
            wait.flying -= 1;
            wait.flying
        };
        if left == 0 {
            self.speaks();
        }
    }

    fn speaks(&self) {
        if self.state.borrow().plight == Some(Plight::Silent) {
            self.state
                .send_if_modified(|state| state.plight == Some(Plight::Silent) && end(state));
        }
    }

    fn wait(&self) -> MutexGuard<'_, Wait> {
        // Nothing that holds it can panic half-way.
        self.wait.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a plight; tells whether there was one.
fn end(state: &mut State) -> bool {
    state.refused = None;
    state.plight.take().is_some()
}

/// The plight of the whole server for which a reply refuses a read.
pub(super) fn stops_reads(reply: &Reply) -> Option<Plight> {
    match reply {
        Reply::Error { code, text } => Plight::of(code, text).filter(Plight::stops_reads),
        _ => None,
    }
}

/// A request on its way. When nobody waits for it any more its answer is still awaited: until then the server owes it.
pub(super) struct Flight {
    request: Option<BoxFuture<'static, RedisResult<Vec<Value>>>>,
    health: Arc<Health>,
}

impl Flight {
    pub(super) fn new(
        health: &Arc<Health>,
        request: BoxFuture<'static, RedisResult<Vec<Value>>>,
    ) -> Self {
        health.begin();
        Self {
            request: Some(request),
            health: Arc::clone(health),
        }
    }
}

impl Future for Flight {
    type Output = Result<Vec<Value>, Fault>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(request) = &mut self.request else {
            return Poll::Ready(Err(Fault::Lost));
        };
        let answer = std::task::ready!(request.as_mut().poll(cx));
        self.request = None;
        self.health.end();
        Poll::Ready(answer.map_err(|_| Fault::Lost))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let Some(request) = self.request.take() else {
            return;
        };
        let health = Arc::clone(&self.health);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    // It is for nobody.
                    let _answer = request.await;
                    health.end();
                });
            }
            Err(_) => health.end(),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    fn refusal(code: &str) -> Reply {
        Reply::Error {
            code: code.into(),
            text: String::new(),
        }
    }

    fn plight(health: &Health) -> Option<Plight> {
        health.state.borrow().plight.clone()
    }

    #[test]
    fn a_plight_ends_when_what_was_refused_is_answered() {
        let health = Health::new();
        let (scan, info) = ([Cmd::new("SCAN").num(0)], [Cmd::new("INFO")]);
        health.learn(&scan, &[refusal("LOADING")]);
        health.note(Plight::Loading(Some(7)));
        health.learn(&scan, &[refusal("LOADING")]);
        assert_eq!(plight(&health), Some(Plight::Loading(Some(7))));
        health.learn(&info, &[Reply::Nil]);
        assert_eq!(plight(&health), Some(Plight::Loading(Some(7))));
        health.learn(&scan, &[Reply::Nil]);
        assert_eq!(plight(&health), None);
        health.learn(&scan, &[refusal("OOM")]);
        assert_eq!(plight(&health), None);
    }

    #[test]
    fn a_write_is_no_probe() {
        let health = Health::new();
        health.learn(&[Cmd::new("SET")], &[refusal("BUSY")]);
        assert_eq!(health.state.borrow().refused, None);
        health.learn(&[Cmd::new("GET")], &[refusal("BUSY")]);
        health.learn(&[Cmd::new("SET")], &[refusal("BUSY")]);
        assert_eq!(health.state.borrow().refused.clone().unwrap().name(), "GET");
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_still_owed() {
        let health = Health::new();
        let (answer, answered) = tokio::sync::oneshot::channel();
        let request = Box::pin(async move { answered.await.unwrap() });
        drop(Flight::new(&health, request));
        assert_eq!(health.wait().flying, 1);
        health.note(Plight::Silent);
        answer.send(Ok(Vec::new())).unwrap();
        health.speaking().await;
        assert_eq!(health.wait().flying, 0);
    }
}
