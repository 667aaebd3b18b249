//! Keeping a connection: connects, tells of it, notices when it is lost, and comes back to the same place.
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use super::conn::Conn;
use super::dial::{Steps, failed};
use super::gate::Gate;
use super::link::{Cure, Failure, Ready, WRONG, connect};
use super::out::Out;
use super::refusals::Refusals;
use super::watcher::Watcher;
use super::{ConnectStep, Link};
use crate::model::Cmd;
use crate::model::printed::print;
use crate::model::target::Target;

/// The first pause before a lost connection is opened again; it doubles up to the longest.
const SHORTEST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(5);

/// Connects and keeps connected until the task is aborted. `current` holds the connection while there is one;
/// `nudge` asks for a new one now; `known` is what is known of the server's process.
///
/// A first connect that fails is left to the person, unless only time can help. After a connection was
/// good once, it is tried again for as long as it takes.
pub(super) async fn keep(
    target: Target,
    gate: Gate,
    refusals: Refusals,
    out: Out,
    current: watch::Sender<Option<Conn>>,
    nudge: Arc<Notify>,
    known: watch::Sender<Process>,
) {
    let process = known.borrow().clone();
    let mut keeper = Keeper {
        target,
        gate,
        refusals,
        out,
        current,
        process,
        known,
    };
    let mut pause = SHORTEST;
    let mut next = None;
    loop {
        let attempt = if let Some(ready) = next.take() {
            Ok(ready)
        } else {
            tokio::select! {
                biased;
                attempt = connect(&keeper.target, &keeper.gate, Steps::Told(&keeper.out)) => attempt,
                () = nudge.notified() => continue,
            }
        };
        let (failed, retry) = match attempt {
            Ok(mut ready) => {
                keeper.refusals.forget();
                ready.conn.share(&keeper.refusals);
                let since = Instant::now();
                let ended = keeper.stay(ready, &nudge).await;
                if since.elapsed() > LONGEST {
                    pause = SHORTEST;
                }
                let (words, wait) = match ended {
                    Ended::Lost => ("the connection was lost", pause),
                    Ended::Left => ("the connection was given up", Duration::ZERO),
                    Ended::Replaced(ready) => {
                        next = Some(*ready);
                        ("the old connection is dead", Duration::ZERO)
                    }
                };
                let failed = failed(ConnectStep::Tcp, words, "Trying again.");
                (failed, Some(wait))
            }
            Err(failure) if keeper.process.known => {
                if failure.failed.step == ConnectStep::Auth && failure.cure == Cure::Person {
                    pause = LONGEST;
                }
                (after_good_login(failure), Some(pause))
            }
            Err(Failure { failed, cure }) => (failed, (cure == Cure::Time).then_some(pause)),
        };
        keeper.out.link(Link::Down { failed, retry }).await;
        let Some(wait) = retry else { return };
        if !wait.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(wait) => pause = (pause * 2).min(LONGEST),
                () = nudge.notified() => pause = SHORTEST,
            }
        }
    }
}

/// Keeps the connection to one target.
struct Keeper {
    target: Target,
    gate: Gate,
    /// What is known of the rights of the login, on all its connections.
    refusals: Refusals,
    out: Out,
    current: watch::Sender<Option<Conn>>,
    process: Process,
    /// The same, for who comes back to this target after another one.
    known: watch::Sender<Process>,
}

/// How a connection ended.
pub(super) enum Ended {
    Lost,
    /// The person wanted another one.
    Left,
    /// This one was made beside it, and is good where the old one is silent.
    Replaced(Box<Ready>),
}

impl Keeper {
    /// Announces the connection and waits for its end.
    async fn stay(&mut self, ready: Ready, nudge: &Notify) -> Ended {
        let Ready {
            conn,
            mut hello,
            number,
        } = ready;
        hello.restarted = self.process.meet(&conn, number).await;
        self.known.send_replace(self.process.clone());
        self.current.send_replace(Some(conn.clone()));
        self.out.link(Link::Up(hello)).await;
        let (out, process, known) = (&self.out, &mut self.process, &self.known);
        let remembers = async {
            out.answered().await;
            process.remember(&conn).await;
            known.send_replace(process.clone());
            std::future::pending().await
        };
        let watcher = Watcher {
            conn: &conn,
            target: &self.target,
            gate: &self.gate,
            out,
        };
        let ended = tokio::select! {
            () = conn.lost() => Ended::Lost,
            () = nudge.notified() => Ended::Left,
            ended = watcher.watch() => ended,
            ended = remembers => ended,
        };
        self.current.send_replace(None);
        conn.health().give_up();
        ended
    }
}

/// A login that was good and is not any more has its own likely reasons.
fn after_good_login(failure: Failure) -> super::Failed {
    if failure.cure == Cure::Either {
        let words = "the server closed the connection again";
        return failed(ConnectStep::Tcp, words, "Trying again.");
    }
    let mut failed = failure.failed;
    if failed.step == ConnectStep::Auth && failure.cure == Cure::Person {
        failed.hint = match failed.hint.as_str() {
            WRONG => "It was good before: the account may have been removed or disabled, or has another password now.".to_owned(),
            hint => format!("It was good before. {hint}"),
        };
    }
    failed
}

/// What is known of the server's process, to tell a restart from a broken line.
#[derive(Clone, Default)]
pub(super) struct Process {
    /// Whether there was a connection before.
    pub(super) known: bool,
    run: Run,
    /// The number of the last connection.
    number: Option<i64>,
}

/// The `run_id` of INFO, which another process never has.
#[derive(Clone, Default)]
enum Run {
    #[default]
    Unasked,
    /// This user may not ask; never asked again in this session.
    Refused,
    Id(String),
}

impl Process {
    /// Takes note of a new connection; true when it is to another process than the last one. Where neither
    /// `run_id` nor the connection's number can tell, a restart is assumed: a needless scan beats a wrong tree.
    async fn meet(&mut self, conn: &Conn, number: Option<i64>) -> bool {
        let before = self.number;
        self.number = number;
        if !std::mem::replace(&mut self.known, true) {
            return false;
        }
        if let Run::Id(old) = &self.run
            && let Some(new) = run_id(conn).await
        {
            let restarted = *old != new;
            self.run = Run::Id(new);
            return restarted;
        }
        match (before, number) {
            (Some(before), Some(now)) => now <= before,
            _ => true,
        }
    }

    /// Asks once for the `run_id`, after the person has had a first answer. Of a user who may be refused it is not
    /// asked: that would be an entry in the server's log of denials for every login.
    async fn remember(&mut self, conn: &Conn) {
        if matches!(self.run, Run::Unasked) && !conn.rights().are_expected() {
            self.run = run_id(conn).await.map_or(Run::Refused, Run::Id);
        }
    }
}

async fn run_id(conn: &Conn) -> Option<String> {
    let info = [Cmd::new("INFO").arg("server")];
    let replies = conn.read_now(&info).await.ok()?;
    let text = print(replies.first()?.bytes()?);
    let (_, after) = text.split_once("run_id:")?;
    Some(after.chars().take_while(char::is_ascii_hexdigit).collect())
}
