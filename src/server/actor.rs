//! Takes requests and keeps the lanes: a new read ends the older one of its lane, writes go in order.
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::{AbortHandle, JoinHandle};

use super::conn::Conn;
use super::gate::Gate;
use super::keeper::{Process, keep};
use super::out::Out;
use super::private::Private;
use super::refusals::Refusals;
use super::writer::{self, What, Write};
use super::{
    Access, Event, Fault, Load, Purpose, Request, Ticket, Topic, facts, look, scan, weigh,
};
use crate::model::target::Target;

/// Requests that may wait for the actor.
const DEPTH: usize = 64;

/// How the server room begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Whether writing is allowed at first; [`Request::Access`] changes it.
    pub access: Access,
    /// How much of the server a walk may take.
    pub load: Load,
}

/// The door for requests. When the last clone is dropped, the room closes.
#[derive(Clone, Debug)]
pub struct Handle {
    orders: mpsc::UnboundedSender<Order>,
    room: Arc<Semaphore>,
}

/// What comes through the door. A request takes a place in the queue; forgetting needs none and is never refused.
#[derive(Debug)]
enum Order {
    Ask(Ticket, Request, OwnedSemaphorePermit),
    Forget(Ticket),
}

impl Handle {
    /// Hands over a request without waiting; the answers come as events.
    ///
    /// [`Fault::Busy`]: 64 requests are waiting already. [`Fault::Lost`]: the room is closed.
    pub fn ask(&self, ticket: Ticket, request: Request) -> Result<(), Fault> {
        let place = Arc::clone(&self.room)
            .try_acquire_owned()
            .map_err(|_| Fault::Busy)?;
        self.orders
            .send(Order::Ask(ticket, request, place))
            .map_err(|_| Fault::Lost)
    }

    /// Nobody waits for this ticket any more: reads end, deletions stop after the batch in flight, and a
    /// change that was asked for is still made.
    pub fn forget(&self, ticket: Ticket) {
        if self.orders.send(Order::Forget(ticket)).is_err() {
            // The room is closed, and with it all its work has ended.
        }
    }
}

/// Opens the room. Must be called inside a tokio runtime.
pub fn start(settings: Settings) -> (Handle, mpsc::Receiver<Event>) {
    let (orders, inbox) = mpsc::unbounded_channel();
    let (out, events) = Out::new();
    let actor = Actor {
        gate: Gate::new(settings.access),
        load: settings.load,
        out,
        lanes: HashMap::new(),
        stops: HashMap::new(),
        session: None,
        left: None,
    };
    tokio::spawn(actor.run(inbox));
    (
        Handle {
            orders,
            room: Arc::new(Semaphore::new(DEPTH)),
        },
        events,
    )
}

/// In each lane of reads only the newest request is alive.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Lane {
    Describe,
    Look,
    Question,
    Weigh,
    Read(Topic),
    Walk(Purpose),
}

struct Actor {
    gate: Gate,
    load: Load,
    out: Out,
    lanes: HashMap<Lane, (Ticket, AbortHandle)>,
    /// Long writes that have not ended, to be stopped by ticket.
    stops: HashMap<Ticket, Arc<AtomicBool>>,
    session: Option<Session>,
    /// The last target that let us in, after a session with another one: the way back leads to the same place.
    left: Option<(Target, Process)>,
}

/// Everything that belongs to one target.
struct Session {
    target: Target,
    keeper: JoinHandle<()>,
    /// Asks the keeper for a new connection.
    nudge: Arc<Notify>,
    current: watch::Sender<Option<Conn>>,
    writes: mpsc::Sender<Write>,
    /// What is known of the server's process.
    process: watch::Receiver<Process>,
}

impl Session {
    fn open(target: Target, process: Process, gate: &Gate, out: &Out) -> Self {
        let current = watch::Sender::new(None);
        let (writes, queue) = mpsc::channel(writer::DEPTH);
        let refusals = Refusals::of(&target).told(out.clone());
        let private = Private::new(target.clone(), gate.clone(), refusals.clone());
        tokio::spawn(writer::write(
            queue,
            current.subscribe(),
            private,
            out.clone(),
        ));
        let nudge = Arc::new(Notify::new());
        let (known, process) = watch::channel(process);
        let keeper = tokio::spawn(keep(
            target.clone(),
            gate.clone(),
            refusals,
            out.clone(),
            current.clone(),
            Arc::clone(&nudge),
            known,
        ));
        Self {
            target,
            keeper,
            nudge,
            current,
            writes,
            process,
        }
    }

    /// Ends the session; a write in flight is finished first, those behind it find no connection. Returns where it
    /// was, if there was a connection.
    async fn close(self) -> Option<(Target, Process)> {
        self.keeper.abort();
        if self.keeper.await.is_err() {
            // Aborted, as it should be; a keeper that had given up has ended by itself.
        }
        self.current.send_replace(None);
        let process = self.process.borrow().clone();
        process.known.then_some((self.target, process))
    }
}

impl Actor {
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Order>) {
        while let Some(order) = inbox.recv().await {
            match order {
                Order::Ask(ticket, request, place) => {
                    drop(place);
                    self.take(ticket, request).await;
                }
                Order::Forget(ticket) => self.forget(ticket),
            }
        }
        self.end_all();
        if let Some(session) = self.session.take() {
            session.close().await;
        }
    }

    async fn take(&mut self, ticket: Ticket, request: Request) {
        match request {
            Request::Connect(target) => self.connect(target).await,
            Request::Retry => {
                if let Some(target) = self.session.as_ref().map(|session| session.target.clone()) {
                    self.connect(target).await;
                }
            }
            Request::Access(access) => self.gate.set(access),
            Request::Apply { change, consent } => {
                self.write(ticket, What::Apply { change, consent }).await;
            }
            Request::Act(cmds) => self.write(ticket, What::Act(cmds)).await,
            Request::LogIn {
                user,
                password,
                cmds,
            } => {
                let login = What::LogIn {
                    user,
                    password,
                    cmds,
                };
                self.write(ticket, login).await;
            }
            Request::Unlink(doomed) => {
                let stop = self.stop(ticket);
                self.write(ticket, What::Unlink { doomed, stop }).await;
            }
            Request::Restore(kept) => {
                let stop = self.stop(ticket);
                self.write(ticket, What::Restore { kept, stop }).await;
            }
            read => self.read(ticket, read).await,
        }
    }

    /// What ends a long write of this ticket.
    fn stop(&mut self, ticket: Ticket) -> Arc<AtomicBool> {
        let stop = Arc::new(AtomicBool::new(false));
        self.stops.retain(|_, stop| Arc::strong_count(stop) > 1);
        self.stops.insert(ticket, Arc::clone(&stop));
        stop
    }

    async fn connect(&mut self, target: Target) {
        self.end_all();
        if let Some(session) = &self.session
            && session.target == target
            && !session.keeper.is_finished()
        {
            // What is known of the server's process, and with it of cursors, is kept.
            session.nudge.notify_one();
            return;
        }
        if let Some(session) = self.session.take() {
            self.left = session.close().await.or(self.left.take());
        }
        let same = self.left.take_if(|(left, _)| *left == target);
        let process = same.map(|(_, process)| process).unwrap_or_default();
        self.session = Some(Session::open(target, process, &self.gate, &self.out));
    }

    /// Ends all reads and tells deletions to stop.
    fn end_all(&mut self) {
        for (_, (_, task)) in self.lanes.drain() {
            task.abort();
        }
        for (_, stop) in self.stops.drain() {
            stop.store(true, Ordering::SeqCst);
        }
    }

    fn forget(&mut self, ticket: Ticket) {
        self.lanes.retain(|_, (holder, task)| {
            if *holder == ticket {
                task.abort();
            }
            *holder != ticket
        });
        if let Some(stop) = self.stops.remove(&ticket) {
            stop.store(true, Ordering::SeqCst);
        }
    }

    async fn write(&self, ticket: Ticket, what: What) {
        let Some(session) = &self.session else {
            return self.out.answer(ticket, Err(Fault::Lost)).await;
        };
        match session.writes.try_send(Write { ticket, what }) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.out.answer(ticket, Err(Fault::Busy)).await;
            }
            Err(mpsc::error::TrySendError::Closed(_)) => {
                self.out.answer(ticket, Err(Fault::Lost)).await;
            }
        }
    }

    async fn read(&mut self, ticket: Ticket, request: Request) {
        let Some(conn) = self
            .session
            .as_ref()
            .and_then(|session| session.current.borrow().clone())
        else {
            return self.out.answer(ticket, Err(Fault::Lost)).await;
        };
        let out = self.out.clone();
        let (lane, task) = match request {
            Request::Keys(walk) => (
                Lane::Walk(walk.purpose),
                tokio::spawn(scan::walk(conn, out, ticket, walk, self.load)),
            ),
            Request::Describe(keys) => (
                Lane::Describe,
                tokio::spawn(look::describe(conn, out, ticket, keys)),
            ),
            Request::Look { key, look } => (
                Lane::Look,
                tokio::spawn(look::look(conn, out, ticket, (key, look), self.load)),
            ),
            Request::Get(key) => (
                Lane::Look,
                tokio::spawn(look::get(conn, out, ticket, key, self.load)),
            ),
            Request::Question(cmd) => (
                Lane::Question,
                tokio::spawn(look::question(conn, out, ticket, cmd)),
            ),
            Request::Weigh(keys) => (
                Lane::Weigh,
                tokio::spawn(weigh::weigh(conn, out, ticket, keys)),
            ),
            Request::Read { topic, cmds } => (
                Lane::Read(topic),
                tokio::spawn(facts::read(conn, out, ticket, topic, cmds)),
            ),
            Request::Connect(_)
            | Request::Apply { .. }
            | Request::Act(_)
            | Request::LogIn { .. }
            | Request::Unlink(_)
            | Request::Restore(_)
            | Request::Retry
            | Request::Access(_) => return,
        };
        if let Some((_, older)) = self.lanes.insert(lane, (ticket, task.abort_handle())) {
            older.abort();
        }
    }
}
