//! Watching over a connection that is up: tells when the server is in a plight, and sees whether that is over.
use std::time::Duration;

use super::Link;
use super::conn::Conn;
use super::dial::Steps;
use super::gate::Gate;
use super::keeper::Ended;
use super::link::{Cure, connect};
use super::out::Out;
use crate::model::printed::print;
use crate::model::target::Target;
use crate::model::{Cmd, Plight};

/// How long a silent server is left alone before another connection is tried; each further try comes later.
const TRUST: Duration = Duration::from_secs(4);
const LONGEST_TRUST: Duration = Duration::from_secs(30);
/// How long after a refusal the server is asked whether it is over; each further time comes later.
const ASK_AGAIN: Duration = Duration::from_millis(200);
const LONGEST_ASK: Duration = Duration::from_secs(2);

/// Watches over one connection.
pub(super) struct Watcher<'a> {
    pub(super) conn: &'a Conn,
    pub(super) target: &'a Target,
    pub(super) gate: &'a Gate,
    pub(super) out: &'a Out,
}

impl Watcher<'_> {
    /// Tells of every plight and of its end, until the connection is of no more use.
    pub(super) async fn watch(&self) -> Ended {
        let mut state = self.conn.health().watch();
        let mut told = None;
        let mut pause = ASK_AGAIN;
        loop {
            let (plight, refused) = {
                let state = state.borrow_and_update();
                (state.plight.clone(), state.refused.clone())
            };
            if plight != told {
                if told.is_none() {
                    pause = ASK_AGAIN;
                }
                told.clone_from(&plight);
                self.out.link(Link::Plight(plight.clone())).await;
            }
            let changed = state.changed();
            tokio::select! {
                biased;
                _ = changed => {}
                ended = self.try_another(), if plight == Some(Plight::Silent) => return ended,
                () = self.conn.health().goes_silent(), if plight != Some(Plight::Silent) => {
                    self.conn.health().note(Plight::Silent);
                }
                () = self.ask_again(refused, pause), if plight.is_some() && plight != Some(Plight::Silent) => {
                    pause = (pause * 2).min(LONGEST_ASK);
                }
            }
        }
    }

    /// Tries whether the server speaks on another connection. A blocked or paused one does not, and then this one is
    /// as good as any.
    async fn try_another(&self) -> Ended {
        let mut pause = TRUST;
        loop {
            tokio::time::sleep(pause).await;
            match connect(self.target, self.gate, Steps::Quiet).await {
                Ok(ready) => return Ended::Replaced(Box::new(ready)),
                Err(failure) if failure.cure == Cure::Person => return Ended::Lost,
                Err(_) => pause = (pause * 2).min(LONGEST_TRUST),
            }
        }
    }

    /// Sends once more what was refused. Where that was a write, another read must do.
    async fn ask_again(&self, refused: Option<Cmd>, pause: Duration) {
        tokio::time::sleep(pause).await;
        let known = refused.is_some();
        let probe = [refused.unwrap_or_else(|| Cmd::new("PING"))];
        if self.conn.read_now(&probe).await.is_ok_and(|_| !known) {
            // PING was answered, or is not for this user: the next read will tell.
            self.conn.health().recover();
        }
        self.see_progress().await;
    }

    /// How far loading has got, where this user may ask.
    async fn see_progress(&self) {
        let loading = matches!(
            self.conn.health().watch().borrow().plight,
            Some(Plight::Loading(_))
        );
        if !loading {
            return;
        }
        let info = [Cmd::new("INFO").arg("persistence")];
        if let Ok(replies) = self.conn.read_now(&info).await
            && let Some(percent) = replies.first().and_then(|reply| percent(reply.bytes()?))
        {
            self.conn.health().note(Plight::Loading(Some(percent)));
        }
    }
}

/// `loading_loaded_perc:12.34`
fn percent(info: &[u8]) -> Option<u8> {
    let text = print(info);
    let (_, after) = text.split_once("loading_loaded_perc:")?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
