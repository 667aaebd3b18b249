//! Keeping a connection: connects, tells of it, notices when it is lost, and comes back to the same place.
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::conn::{Conn, READ};
use super::dial::{Steps, failed};
use super::gate::Gate;
use super::link::{Cure, Failure, Ready, connect};
use super::out::Out;
use super::refusals::Refusals;
use super::{ConnectStep, Fault, Link};
use crate::model::printed::print;
use crate::model::target::Target;
use crate::model::{Cmd, Reply};

/// The first pause before a lost connection is opened again; it doubles up to the longest.
const SHORTEST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(5);

/// Connects and keeps connected until the task is aborted. `current` holds the connection while there is one.
///
/// A first connect that fails is left to the person, unless only time can help. After a connection was
/// good once, it is tried again for as long as it takes.
pub(super) async fn keep(
    target: Target,
    gate: Gate,
    refusals: Refusals,
    out: Out,
    current: watch::Sender<Option<Conn>>,
) {
    let mut process = Process::default();
    let mut pause = SHORTEST;
    loop {
        let (failed, retry) = match connect(&target, &gate, Steps::Told(&out)).await {
            Ok(mut ready) => {
                refusals.forget();
                ready.conn.share(&refusals);
                let since = Instant::now();
                stay(ready, &mut process, &out, &current).await;
                if since.elapsed() > LONGEST {
                    pause = SHORTEST;
                }
                (
                    failed(ConnectStep::Tcp, "the connection was lost", "Trying again."),
                    Some(pause),
                )
            }
            Err(failure) if process.known => {
                if failure.failed.step == ConnectStep::Auth && failure.cure == Cure::Person {
                    pause = LONGEST;
                }
                (after_good_login(failure), Some(pause))
            }
            Err(Failure { failed, cure }) => (failed, (cure == Cure::Time).then_some(pause)),
        };
        out.link(Link::Down { failed, retry }).await;
        let Some(wait) = retry else { return };
        tokio::time::sleep(wait).await;
        pause = (pause * 2).min(LONGEST);
    }
}

/// Announces the connection and waits for its end.
async fn stay(
    ready: Ready,
    process: &mut Process,
    out: &Out,
    current: &watch::Sender<Option<Conn>>,
) {
    let Ready {
        conn,
        mut hello,
        number,
    } = ready;
    hello.restarted = process.meet(&conn, number).await;
    current.send_replace(Some(conn.clone()));
    out.link(Link::Up(hello)).await;
    tokio::select! {
        () = conn.lost() => {}
        () = async { out.answered().await; process.remember(&conn).await; conn.lost().await } => {}
    }
    current.send_replace(None);
}

/// A login that was good and is not any more has its own likely reason.
fn after_good_login(failure: Failure) -> super::Failed {
    let mut failed = failure.failed;
    if failed.step == ConnectStep::Auth && failure.cure == Cure::Person {
        failed.hint = format!(
            "It was good before: the account may have been removed or disabled. {}",
            failed.hint
        );
    }
    failed
}

/// What is known of the server's process, to tell a restart from a broken line.
#[derive(Default)]
struct Process {
    /// Whether there was a connection before.
    known: bool,
    run: Run,
    /// The number of the last connection.
    number: Option<i64>,
}

/// The `run_id` of INFO, which another process never has.
#[derive(Default)]
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
    let reply: Result<Reply, Fault> = conn.ask(&Cmd::new("INFO").arg("server"), READ).await;
    let text = print(reply.ok()?.bytes()?);
    let (_, after) = text.split_once("run_id:")?;
    Some(after.chars().take_while(char::is_ascii_hexdigit).collect())
}
