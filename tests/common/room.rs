//! The server room as a test drives it: ask, and wait for a fact with a deadline.
#![allow(dead_code, reason = "each test file uses a part of it")]
use std::time::{Duration, Instant};

use keygrove::model::Plight;
use keygrove::model::target::Target;
use keygrove::server::{
    Access, Answer, Event, Failed, Fault, Handle, Hello, Link, Load, Request, Sent, Settings,
    Ticket, start,
};
use tokio::sync::mpsc::Receiver;

use crate::common::PATIENCE;

pub struct Room {
    pub handle: Handle,
    pub events: Receiver<Event>,
    tickets: u64,
    /// Lines of the log that came while something else was waited for.
    pub log: Vec<Sent>,
}

impl Room {
    pub fn open(access: Access) -> Self {
        Self::with(access, Load::Fair)
    }

    pub fn with(access: Access, load: Load) -> Self {
        let (handle, events) = start(Settings { access, load });
        Self {
            handle,
            events,
            tickets: 0,
            log: Vec::new(),
        }
    }

    /// Allowed to write, and connected.
    pub async fn at(target: Target) -> Self {
        Self::under(Load::Fair, target).await
    }

    /// Connected, and walking as hard as this.
    pub async fn under(load: Load, target: Target) -> Self {
        let mut room = Self::with(Access::ReadWrite, load);
        room.send(Request::Connect(target));
        room.up().await;
        room
    }

    pub fn send(&mut self, request: Request) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.handle.ask(ticket, request).unwrap();
        ticket
    }

    pub async fn event(&mut self) -> Event {
        let event = tokio::time::timeout(PATIENCE, self.events.recv()).await;
        let event = event
            .expect("an event within the deadline")
            .expect("the room is open");
        if let Event::Sent(line) = &event {
            self.log.push(line.clone());
        }
        event
    }

    pub async fn up(&mut self) -> Hello {
        loop {
            match self.event().await {
                Event::Link(Link::Up(hello)) => return hello,
                Event::Link(Link::Down {
                    failed,
                    retry: None,
                }) => panic!("not connected: {failed:?}"),
                _ => {}
            }
        }
    }

    pub async fn down(&mut self) -> (Failed, Option<Duration>) {
        loop {
            match self.event().await {
                Event::Link(Link::Down { failed, retry }) => return (failed, retry),
                Event::Link(Link::Up(hello)) => panic!("connected: {hello:?}"),
                _ => {}
            }
        }
    }

    /// The next plight, or the end of one.
    pub async fn plight(&mut self) -> Option<Plight> {
        loop {
            if let Event::Link(Link::Plight(plight)) = self.event().await {
                return plight;
            }
        }
    }

    /// The next answer to this ticket.
    pub async fn answer(&mut self, ticket: Ticket) -> Result<Answer, Fault> {
        loop {
            match self.event().await {
                Event::Answer {
                    ticket: holder,
                    answer,
                } if holder == ticket => return answer,
                _ => {}
            }
        }
    }

    pub async fn ask(&mut self, request: Request) -> Result<Answer, Fault> {
        let ticket = self.send(request);
        self.answer(ticket).await
    }

    /// Waits until a line of the log begins like this.
    pub async fn logged(&mut self, start: &str) -> Sent {
        loop {
            if let Some(at) = self
                .log
                .iter()
                .position(|line| line.cmd.cli().starts_with(start))
            {
                return self.log.remove(at);
            }
            self.event().await;
        }
    }
}

/// Waits until something seen from outside is so, while the room goes on working.
pub async fn until(what: &str, so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !so() {
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::task::yield_now().await;
    }
}
