//! What was asked of the server and has not come.
use crate::server::{Purpose, Request, Ticket, Topic};

/// Tickets whose last answer has not come.
#[derive(Default)]
pub struct Waiting(Vec<(Ticket, Lane)>);

/// Among reads of a lane only the newest is answered: it ends the older ones. Writes are all answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    Walk(Purpose),
    Describe,
    Look,
    Question,
    Weigh,
    Read(Topic),
    Write,
}

impl Waiting {
    /// This is asked now. Requests that have no answer of their own are not waited for.
    pub fn ask(&mut self, ticket: Ticket, request: &Request) {
        let lane = match request {
            Request::Keys(walk) => Lane::Walk(walk.purpose),
            Request::Describe(_) => Lane::Describe,
            Request::Look { .. } | Request::Get(_) => Lane::Look,
            Request::Question(_) => Lane::Question,
            Request::Weigh(_) => Lane::Weigh,
            Request::Read { topic, .. } => Lane::Read(*topic),
            Request::Apply { .. }
            | Request::Unlink(_)
            | Request::Restore(_)
            | Request::Act(_)
            | Request::LogIn { .. } => Lane::Write,
            Request::Connect(_) | Request::Retry | Request::Access(_) => return,
        };
        if lane != Lane::Write {
            self.0.retain(|(_, older)| *older != lane);
        }
        self.0.push((ticket, lane));
    }

    /// The last answer came, or is no longer wanted.
    pub fn end(&mut self, ticket: Ticket) {
        self.0.retain(|(other, _)| *other != ticket);
    }

    /// Nothing of it will come any more.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
