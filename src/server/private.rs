//! The private connection of guarded writes: WATCH and MULTI belong to a whole connection, and so to its own.
use super::Fault;
use super::conn::Conn;
use super::dial::Steps;
use super::gate::Gate;
use super::link::connect;
use super::refusals::Refusals;
use crate::model::change::Outcome;
use crate::model::target::{Secret, Target};

/// A second connection to the same place as the same user, opened when it is first needed.
pub(super) struct Private {
    target: Target,
    gate: Gate,
    refusals: Refusals,
    idle: Option<Conn>,
}

impl Private {
    pub(super) fn new(target: Target, gate: Gate, refusals: Refusals) -> Self {
        Self {
            target,
            gate,
            refusals,
            idle: None,
        }
    }

    /// The same place as another user, in database 0: choosing one takes a right they may not have.
    pub(super) fn as_user(&self, user: String, password: Secret) -> Target {
        Target {
            user: Some(user),
            password: Some(password),
            db: 0,
            ..self.target.clone()
        }
    }

    /// A connection with nothing watched and no transaction begun.
    pub(super) async fn take(&mut self) -> Result<Conn, Fault> {
        if let Some(conn) = self.idle.take().filter(Conn::is_alive) {
            return Ok(conn);
        }
        match connect(&self.target, &self.gate, Steps::Quiet).await {
            Ok(mut ready) => {
                ready.conn.share(&self.refusals);
                Ok(ready.conn)
            }
            Err(failure) => {
                let words = failure.failed.words;
                Err(Fault::Odd(format!(
                    "nothing was sent: the second connection for guarded writes failed: {words}"
                )))
            }
        }
    }

    /// Closes it, if it is idle.
    pub(super) fn hang_up(&mut self) {
        self.idle = None;
    }

    /// Gives it back after this outcome. One whose last answer never came is closed, as is one that is not
    /// given back; then the server forgets its state.
    pub(super) fn put(&mut self, conn: Conn, outcome: &Outcome) {
        if !matches!(outcome, Outcome::Unknown(_)) {
            self.keep(conn);
        }
    }

    /// Gives it back, with nothing watched and no transaction begun.
    pub(super) fn keep(&mut self, conn: Conn) {
        self.idle = Some(conn);
    }
}
