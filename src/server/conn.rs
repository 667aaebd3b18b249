//! One open connection: commands leave through the gate, answers come back within a deadline.
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ProtocolVersion, RedisConnectionInfo, RedisError};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::dial::Stream;
use super::gate::Gate;
use super::health::{Flight, Health, stops_reads};
use super::legible::Legible;
use super::listen::Listen;
use super::out::Out;
use super::packed::Packed;
use super::refusals::Refusals;
use super::scan::Cursors;
use super::skills::Skills;
use super::{Fault, wire};
use crate::model::{Cmd, Reply};

/// How long a read may take before its place on the screen says so.
pub(super) const READ: Duration = Duration::from_secs(10);
/// How long a write may take before its outcome counts as unknown.
pub(super) const WRITE: Duration = Duration::from_secs(30);

/// An open connection; clones share it, and the last one closes it.
#[derive(Clone)]
pub(super) struct Conn {
    wire: MultiplexedConnection,
    gate: Gate,
    refusals: Refusals,
    health: Arc<Health>,
    alive: watch::Receiver<()>,
    peer: Peer,
    _driver: Arc<Driver>,
}

/// What is to be known of the server at the other end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    pub(super) cursors: Cursors,
    pub(super) skills: Skills,
    /// The way there and back, as opening the connection took it.
    pub(super) away: Duration,
    /// How long the first answer took: on a long line no less than the way, but a busy server takes its time too.
    pub(super) greeted: Duration,
}

/// The task that moves bytes; it ends with the connection, and the connection ends with it.
struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Whether reads wait for a server that is silent or refuses reads for now.
#[derive(Clone, Copy)]
enum Patience {
    Much,
    None,
}

impl Conn {
    /// A connection over a stream that is already open. Sends nothing by itself.
    pub(super) async fn over(stream: Box<dyn Stream>, gate: Gate) -> Result<Self, RedisError> {
        // Protocol 2, no password, database 0, no library name: with these the driver sends nothing of its
        // own, so that the first bytes are our HELLO. Replies of protocol 3 are read all the same.
        let info = RedisConnectionInfo::default()
            .set_protocol(ProtocolVersion::RESP2)
            .set_skip_set_lib_name();
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        let health = Health::new();
        let listen = Listen::new(stream, Arc::clone(&health));
        // What is written goes out as it is; what comes in is made fit for the driver.
        let (read, write) = tokio::io::split(listen);
        let stream = tokio::io::join(Packed::new(Legible::new(read)), write);
        let (wire, driver) = MultiplexedConnection::new_with_config(&info, stream, config).await?;
        let (life, alive) = watch::channel(());
        let driver = tokio::spawn(async move {
            driver.await;
            drop(life);
        });
        Ok(Self {
            wire,
            gate,
            refusals: Refusals::default(),
            health,
            alive,
            peer: Peer {
                cursors: Cursors::Opaque,
                skills: Skills::UNTOLD,
                away: Duration::ZERO,
                greeted: Duration::ZERO,
            },
            _driver: Arc::new(Driver(driver)),
        })
    }

    /// Sends commands in one go and waits for all replies; what the server refuses is a [`Reply::Error`].
    ///
    /// [`Fault::ReadOnly`]: nothing was sent. [`Fault::Lost`] and [`Fault::Slow`]: they may have been run.
    pub(super) async fn send(&self, cmds: &[Cmd], within: Duration) -> Result<Vec<Reply>, Fault> {
        if cmds.is_empty() {
            return Ok(Vec::new());
        }
        self.gate.pass(cmds)?;
        match tokio::time::timeout(within, self.fly(cmds)).await {
            Ok(values) => Ok(self.hear(cmds, values?)),
            Err(_) => Err(Fault::Slow(within.as_secs())),
        }
    }

    /// Hands the commands to the driver when it is first polled.
    fn fly(&self, cmds: &[Cmd]) -> Flight {
        let (pipeline, count, mut wire) = (wire::pipeline(cmds), cmds.len(), self.wire.clone());
        let request = async move { wire.send_packed_commands(&pipeline, 0, count).await };
        Flight::new(&self.health, Box::pin(request))
    }

    fn hear(&self, cmds: &[Cmd], values: Vec<redis::Value>) -> Vec<Reply> {
        let answers = cmds.iter().zip(values);
        let replies: Vec<Reply> = answers
            .map(|(cmd, value)| wire::answer(cmd, value))
            .collect();
        self.health.learn(cmds, &replies);
        self.refusals.learn(cmds, &replies);
        replies
    }

    /// Sends reads, and has patience with the server: a silent one is asked nothing more until it speaks, and one
    /// that refuses reads for now (LOADING, BUSY, MASTERDOWN) is asked again when that is over.
    ///
    /// [`Fault::Slow`]: it speaks, and yet there was no answer in [`READ`]. [`Fault::Lost`]: another connection takes
    /// the place of this one.
    async fn fetch(&self, cmds: &[Cmd]) -> Result<Vec<Reply>, Fault> {
        if cmds.is_empty() {
            return Ok(Vec::new());
        }
        self.gate.pass(cmds)?;
        tokio::select! {
            biased;
            replies = self.patiently(cmds) => replies,
            () = self.health.given_up() => Err(Fault::Lost),
        }
    }

    async fn patiently(&self, cmds: &[Cmd]) -> Result<Vec<Reply>, Fault> {
        loop {
            self.health.speaking().await;
            let mut flight = self.fly(cmds);
            let values = loop {
                match tokio::time::timeout(READ, &mut flight).await {
                    Ok(values) => break values?,
                    Err(_) if self.health.is_silent() => {}
                    Err(_) => return Err(Fault::Slow(READ.as_secs())),
                }
            };
            let replies = self.hear(cmds, values);
            if !replies.iter().any(|reply| stops_reads(reply).is_some()) {
                return Ok(replies);
            }
            self.health.recovered().await;
        }
    }

    /// One read; refusals become faults, and what is known to be refused is not sent. See [`Self::fetch`] for how long it may take.
    pub(super) async fn ask(&self, cmd: &Cmd) -> Result<Reply, Fault> {
        if let Some(fault) = self.refusals.fault(std::slice::from_ref(cmd)) {
            return Err(fault);
        }
        let replies = self.fetch(std::slice::from_ref(cmd)).await?;
        wire::accept(replies.into_iter().next().unwrap_or(Reply::Nil))
    }

    /// Reads in one go, for the screen: a command that was refused as such is not sent again on this connection,
    /// so that looking around does not fill the server's log of denials; its reply comes from memory.
    ///
    /// See [`Self::fetch`] for how long it may take.
    pub(super) async fn read(&self, cmds: &[Cmd]) -> Result<Vec<Reply>, Fault> {
        self.unless_refused(cmds, Patience::Much).await
    }

    /// The same, once and now, whatever state the server is in.
    pub(super) async fn read_now(&self, cmds: &[Cmd]) -> Result<Vec<Reply>, Fault> {
        self.unless_refused(cmds, Patience::None).await
    }

    async fn unless_refused(&self, cmds: &[Cmd], patience: Patience) -> Result<Vec<Reply>, Fault> {
        let mut replies = self.refusals.replies(cmds);
        loop {
            let round = self.refusals.round(cmds, &replies);
            if round.is_empty() {
                return Ok(replies.into_iter().flatten().collect());
            }
            if round.len() == cmds.len() {
                return self.patient(cmds, patience).await;
            }
            let asked = round.iter().filter_map(|at| cmds.get(*at).cloned());
            let asked: Vec<Cmd> = asked.collect();
            let mut came = self.patient(&asked, patience).await?.into_iter();
            for at in round {
                if let Some(reply) = replies.get_mut(at) {
                    *reply = Some(came.next().unwrap_or(Reply::Nil));
                }
            }
            // What was just refused answers for the others of its name.
            for (reply, known) in replies.iter_mut().zip(self.refusals.replies(cmds)) {
                if reply.is_none() {
                    *reply = known;
                }
            }
        }
    }

    async fn patient(&self, cmds: &[Cmd], patience: Patience) -> Result<Vec<Reply>, Fault> {
        match patience {
            Patience::Much => self.fetch(cmds).await,
            Patience::None => self.send(cmds, READ).await,
        }
    }

    /// The same because of the person, and so into the log: what was sent, and nothing that came from memory.
    pub(super) async fn read_logged(&self, cmds: &[Cmd], out: &Out) -> Result<Vec<Reply>, Fault> {
        let known = self.refusals.replies(cmds);
        let asked = Instant::now();
        let replies = self.read(cmds).await;
        let took = asked.elapsed();
        for (at, cmd) in cmds.iter().enumerate() {
            if known.get(at).is_some_and(Option::is_some) {
                continue;
            }
            match &replies {
                Ok(replies) => {
                    let reply = replies.get(at).cloned().unwrap_or(Reply::Nil);
                    out.sent(cmd, took, &Ok(reply));
                }
                Err(fault) => out.sent(cmd, took, &Err(fault.clone())),
            }
        }
        replies
    }

    /// What is known of the rights of this login.
    pub(super) fn rights(&self) -> &Refusals {
        &self.refusals
    }

    /// Shares what is known of the rights of this login from now on.
    pub(super) fn share(&mut self, refusals: &Refusals) {
        self.refusals = refusals.clone();
    }

    /// The refusal a command would get, if it was refused as such before.
    pub(super) fn refused(&self, cmd: &Cmd) -> Option<Reply> {
        let known = self.refusals.replies(std::slice::from_ref(cmd));
        known.into_iter().next().flatten()
    }

    /// A command was refused as such, whatever the words.
    pub(super) fn refuse(&self, cmd: &Cmd, reply: Reply) {
        self.refusals.refuse(cmd, reply);
    }

    /// The server does not know this option; it is not tried again.
    pub(super) fn lack(&self, what: &'static str) {
        self.refusals.lack(what);
    }

    pub(super) fn lacks(&self, what: &str) -> bool {
        self.refusals.lacks(what)
    }

    /// For each command the refusal it is known to get on this connection.
    pub(super) fn refusals(&self, cmds: &[Cmd]) -> Vec<Option<Reply>> {
        self.refusals.replies(cmds)
    }

    /// Remembers which of these commands were refused as such.
    pub(super) fn learn(&self, cmds: &[Cmd], replies: &[Reply]) {
        self.refusals.learn(cmds, replies);
    }

    /// Knows the server it is connected to from now on.
    pub(super) fn meet(&mut self, peer: Peer) {
        self.peer = peer;
    }

    /// The server it is connected to.
    pub(super) fn peer(&self) -> Peer {
        self.peer
    }

    /// How it fares.
    pub(super) fn health(&self) -> &Health {
        &self.health
    }

    /// The gate this connection's commands pass.
    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The same for all clones of one connection, and for no other connection.
    pub(super) fn mark(&self) -> Weak<Health> {
        Arc::downgrade(&self.health)
    }

    /// Whether it is not known to be gone.
    pub(super) fn is_alive(&self) -> bool {
        self.alive.has_changed().is_ok()
    }

    /// Waits until the connection is gone.
    pub(super) async fn lost(&self) {
        let mut alive = self.alive.clone();
        while alive.changed().await.is_ok() {}
    }
}
