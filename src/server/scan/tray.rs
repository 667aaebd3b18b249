//! Names on their way to the app: gathered into batches, each with the place one may go on from.
use std::time::{Duration, Instant};

use super::parts::Parts;
use crate::model::Names;
use crate::server::out::Out;
use crate::server::{Answer, Batch, Effort, Ticket};

/// Most names in one batch.
const BATCH: usize = 1000;
/// Bytes there is room for in a batch, for each name.
const NAME: usize = 48;
/// Batches that are not full are sent this far apart, so that finding nothing costs no redraws.
const BEAT: Duration = Duration::from_millis(16);
/// Handing over a batch takes no longer, unless the app is busy.
const AT_ONCE: Duration = Duration::from_micros(200);

/// Names that were found and not told of yet.
pub(super) struct Tray {
    out: Out,
    ticket: Ticket,
    /// What finding them has cost.
    pub(super) effort: Effort,
    found: Names,
    told: Option<Instant>,
    /// When the app last had room after having kept us waiting.
    waited: Option<Instant>,
}

impl Tray {
    pub(super) fn new(out: Out, ticket: Ticket) -> Self {
        Self {
            out,
            ticket,
            effort: Effort::default(),
            found: Names::default(),
            told: None,
            waited: None,
        }
    }

    /// Takes the names of a page that `parts` have not taken yet. What is more than a batch goes out from there:
    /// whoever goes on at its place loses none.
    pub(super) async fn add(&mut self, names: &Names, parts: &Parts) {
        if self.found.is_empty() {
            self.found = Names::with_room(BATCH, BATCH * NAME);
        }
        self.found.append(names);
        while self.found.len() > BATCH {
            let rest = self.found.split_off(BATCH);
            let full = std::mem::replace(&mut self.found, rest);
            self.send(full, parts).await;
        }
    }

    /// Sends what is there when it is a batch, or its time has come. The end is for [`Self::empty`].
    pub(super) async fn tell(&mut self, parts: &Parts) {
        let due = self.told.is_none_or(|told| told.elapsed() >= BEAT);
        if !parts.done() && (due || self.found.len() == BATCH) {
            self.empty(parts).await;
        }
    }

    /// Sends what is there, if only the news of how far the walk is.
    pub(super) async fn empty(&mut self, parts: &Parts) {
        let keys = std::mem::take(&mut self.found);
        self.send(keys, parts).await;
        self.told = Some(Instant::now());
    }

    /// Whether the app kept us waiting after that: what took its time then says nothing of the server.
    pub(super) fn kept_waiting_since(&self, then: Instant) -> bool {
        self.waited.is_some_and(|waited| waited > then)
    }

    async fn send(&mut self, keys: Names, parts: &Parts) {
        let batch = Batch {
            keys,
            share: parts.share(),
            place: parts.place(),
            effort: self.effort,
            done: parts.done(),
        };
        let began = Instant::now();
        self.out.answer(self.ticket, Ok(Answer::Keys(batch))).await;
        if began.elapsed() > AT_ONCE {
            self.waited = Some(Instant::now());
        }
    }
}
