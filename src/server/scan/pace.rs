//! How hard a walk may work: names per request and names under way, by what the replies so far have taken.
use std::time::{Duration, Instant};

use super::parts::Cursors;
use crate::server::Load;

/// Names asked for at first, and again when the server is busy: it keeps four fifths of its work beside that.
const FIRST: u32 = 100;
/// No shorter wait until the server may be sent more is worth its trouble, in microseconds.
const TICK: f64 = 100.0;
/// Most names for one request among several.
const ONE: u32 = 250;
/// Names under way on a long line at first.
const LINE_FIRST: u32 = 1_600;
/// Names under way on a long line, most of which are on the line and not at the server.
const LINE: u32 = 32_000;
/// Parts that are walked in turn, and on a long line.
const PARTS: u64 = 16;
const LINE_PARTS: u64 = 128;
/// A line is long when the best reply took so much more than the server worked on it, in microseconds.
const FAR: f64 = 2_000.0;
/// What it costs both sides to wake for a reply, in microseconds.
const WAKE: f64 = 60.0;
/// What reading a request and writing its reply costs a server, in microseconds.
const REQUEST: f64 = 10.0;
/// A reply waits no longer than this where hardly anybody else is served, in microseconds.
const IDLE: f64 = 120.0;
/// What finding a name costs a server, in microseconds: never less, and never more unless others are served too.
const CHEAP: f64 = 0.7;
const DEAR: f64 = 1.3;
/// Replies in a row that are quick before more is asked for.
const CALM: u32 = 4;
/// A reply that takes so many times the best is slow.
const SLOW: f64 = 3.0;

/// The pace of one walk.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    load: Load,
    cursors: Cursors,
    /// Most names in one request, as the person said.
    most: u32,
    /// The way to the server and back, in microseconds, as opening the connection took it.
    away: f64,
    /// Names that may be under way.
    width: u32,
    /// Quick replies in a row.
    calm: u32,
    /// Microseconds for a name; it follows the cheap replies quickly and the dear ones slowly.
    cost: f64,
    /// Microseconds that replies wait for others, at best and lately.
    least: f64,
    lately: f64,
    /// Names the server may be sent at once on a long line, and when that was so.
    desk: f64,
    filled: Option<Instant>,
}

impl Pace {
    pub(super) fn new(load: Load, cursors: Cursors, most: u32, away: Duration) -> Self {
        let mut pace = Self {
            load,
            cursors,
            most: most.max(1),
            away: micros(away),
            width: FIRST,
            calm: 0,
            cost: DEAR,
            least: f64::INFINITY,
            lately: 0.0,
            desk: f64::from(FIRST),
            filled: None,
        };
        pace.reach();
        pace
    }

    /// Learns from a reply to a request that went alone, for so many names, whether the line is long.
    pub(super) fn sound(&mut self, took: Duration, names: u32) -> bool {
        let waited = micros(took) - self.away - WAKE - f64::from(names) * DEAR;
        let long = self.away + waited > FAR;
        if long {
            (self.least, self.lately) = (self.least.min(waited.max(0.0)), waited);
            self.reach();
        }
        long
    }

    /// On a long line much is under way from the start.
    fn reach(&mut self) {
        if self.far() {
            // Half of what the line holds while the server is sent no more than it may be.
            let half = (self.away + self.lately) * self.rate() / 2.0;
            self.width = self.width.max(LINE_FIRST).max(half as u32).min(self.room());
        }
    }

    /// How many parts are worth having.
    pub(super) fn parts(&self) -> u64 {
        match (self.load, self.far()) {
            (Load::Gentle, _) => 1,
            (_, false) => PARTS,
            (_, true) => LINE_PARTS,
        }
    }

    /// How many names the next request may ask for while so many are under way; `None`: not now.
    pub(super) fn next(&self, under_way: u32) -> Option<u32> {
        let one = match (self.cursors, self.load) {
            (Cursors::Opaque, Load::Fair | Load::Fast) => {
                return (under_way == 0).then_some(self.most);
            }
            (_, Load::Gentle) => FIRST,
            _ => self.one(),
        };
        (under_way == 0 || under_way + one <= self.width).then_some(one.min(self.most))
    }

    /// Names for a request that goes alone. The very first asks for few, so that these are seen soon.
    pub(super) fn alone(&self, first: bool) -> u32 {
        match self.cursors {
            Cursors::Opaque => self.most,
            Cursors::Reversed if first && !self.far() => self.most.min(FIRST),
            Cursors::Reversed => self.most.min(self.budget()),
        }
    }

    /// Names for one request among several: while one is answered, the server has another.
    fn one(&self) -> u32 {
        (self.width / 2).clamp(FIRST, ONE)
    }

    /// Sends so many names' worth of request now, or says how long to wait. What is on a long line is not at the
    /// server yet; but sent at once it would arrive at once.
    pub(super) fn send(&mut self, names: u32, now: Instant) -> Result<(), Duration> {
        if !self.far() || self.load == Load::Gentle || self.cursors == Cursors::Opaque {
            return Ok(());
        }
        let since = self
            .filled
            .replace(now)
            .map_or(0.0, |then| micros(now - then));
        self.desk = (self.desk + since * self.rate()).min(f64::from(self.budget()));
        if self.desk < f64::from(names) {
            let wait = (f64::from(names) - self.desk) / self.rate();
            return Err(Duration::from_secs_f64(wait.max(TICK) / 1e6));
        }
        self.desk -= f64::from(names);
        Ok(())
    }

    /// So many names fewer were asked for than [`Self::send`] was told.
    pub(super) fn spare(&mut self, names: u32) {
        self.desk = (self.desk + f64::from(names)).min(f64::from(self.budget()));
    }

    /// How long a server works on a request for so many names, going by the replies until now.
    pub(super) fn work(&self, names: u32) -> Duration {
        Duration::from_secs_f64((REQUEST + f64::from(names) * self.cost) / 1e6)
    }

    /// How long to leave the server alone after a reply that took so long.
    pub(super) fn rest(&self, took: Duration) -> Duration {
        match self.load {
            Load::Gentle => took,
            Load::Fair | Load::Fast => Duration::ZERO,
        }
    }

    /// Learns from a reply that took so long while so many names were under way.
    pub(super) fn learn(&mut self, took: Duration, under_way: u32) {
        // No more than the budget is at the server at once; the rest is on the line.
        let names = f64::from(under_way.clamp(1, self.budget()));
        let took = micros(took);
        let there = (took - self.away - WAKE).max(0.0);
        let change = (there / names).clamp(CHEAP, DEAR) - self.cost;
        self.cost += if change < 0.0 {
            change / 32.0
        } else {
            change / 2048.0
        };
        let waited = (there - names * self.cost).max(0.0);
        if self.least.is_infinite() {
            self.lately = waited;
        }
        self.least = self.least.min(waited);
        // One that waits much longer than the others says little; when many do, it soon shows.
        self.lately += (waited.min(2.0 * self.lately + IDLE) - self.lately) / 8.0;
        let best = self.away + WAKE + self.least + names * self.cost;
        let room = self.room();
        if took > SLOW * best {
            self.calm = 0;
            self.width = (self.width / 2).max(FIRST);
        } else if self.far() {
            self.width = (self.width + 3 * self.one()).max(LINE_FIRST);
        } else {
            self.calm += 1;
            if self.calm >= CALM {
                self.calm = 0;
                self.width *= 2;
            }
        }
        self.width = self.width.min(room);
    }

    /// Names that may be under way now: where others are served too, no more than a quarter of the work.
    fn room(&self) -> u32 {
        if self.load == Load::Gentle {
            FIRST
        } else if self.far() {
            LINE
        } else if self.lately <= IDLE {
            self.budget()
        } else {
            ((self.lately / 3.0) as u32).clamp(FIRST, self.budget())
        }
    }

    /// Names that may be at the server at once.
    fn budget(&self) -> u32 {
        match self.load {
            Load::Gentle => FIRST,
            Load::Fair => 500,
            Load::Fast => 2_000,
        }
    }

    /// Names per microsecond on a long line.
    fn rate(&self) -> f64 {
        match self.load {
            Load::Gentle | Load::Fair => 0.7,
            Load::Fast => 1.0,
        }
    }

    /// Whether the way is what takes the time.
    fn far(&self) -> bool {
        let waits = if self.least.is_finite() {
            self.least
        } else {
            0.0
        };
        self.away + waits > FAR
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pace(load: Load, most: u32) -> Pace {
        Pace::new(load, Cursors::Reversed, most, Duration::ZERO)
    }

    /// Asks for all that it may; gives the names of each request.
    fn fill(pace: &Pace) -> Vec<u32> {
        let mut asked: Vec<u32> = Vec::new();
        while let Some(names) = pace.next(asked.iter().sum()) {
            asked.push(names);
        }
        asked
    }

    /// So many rounds with a server that takes a microsecond for a name, on a line of this length, and serves
    /// others for so long before us.
    fn serve(pace: &mut Pace, rounds: usize, line: u64, others: u64) {
        for _ in 0..rounds {
            let names = fill(pace).iter().sum::<u32>();
            let work = u64::from(names.min(500)) + WAKE as u64;
            pace.learn(Duration::from_micros(line + others + work), names);
        }
    }

    #[test]
    fn it_begins_gently_and_widens_while_replies_stay_quick() {
        let mut pace = pace(Load::Fair, 1000);
        assert_eq!(
            (fill(&pace), pace.alone(true), pace.alone(false)),
            (vec![100], 100, 500)
        );
        serve(&mut pace, 40, 0, 0);
        assert_eq!(fill(&pace), [250; 2]);
    }

    #[test]
    fn a_slow_reply_is_answered_with_less_at_once() {
        let mut pace = pace(Load::Fair, 1000);
        serve(&mut pace, 200, 0, 0);
        pace.learn(Duration::from_millis(5), 500);
        assert!(fill(&pace).iter().sum::<u32>() <= 250);
        serve(&mut pace, 40, 0, 0);
        assert_eq!(fill(&pace), [250; 2]);
    }

    #[test]
    fn where_others_are_served_it_takes_a_quarter() {
        for quiet in [0, 200] {
            let mut pace = pace(Load::Fair, 1000);
            serve(&mut pace, quiet, 0, 0);
            serve(&mut pace, 100, 0, 350);
            assert_eq!(fill(&pace), [100], "after {quiet} rounds alone");
        }
    }

    #[test]
    fn a_long_line_is_filled_but_the_server_is_not_sent_it_all_at_once() {
        let mut pace = pace(Load::Fair, 1000);
        serve(&mut pace, 60, 20_000, 0);
        assert_eq!(pace.parts(), 128);
        let asked = fill(&pace);
        assert_eq!((asked.len(), asked.iter().max()), (128, Some(&250)));
        let now = Instant::now();
        let sent = (0..64).take_while(|_| pace.send(250, now).is_ok()).count();
        assert!(sent <= 2, "{sent} at once");
        let later = now + Duration::from_millis(50);
        let sent = (0..64)
            .take_while(|_| pace.send(250, later).is_ok())
            .count();
        assert_eq!(sent, 2);
    }

    #[test]
    fn a_long_line_is_sent_more_as_soon_as_the_server_will_be_ready() {
        let mut pace = pace(Load::Fair, 1000);
        serve(&mut pace, 60, 20_000, 0);
        let start = Instant::now();
        assert!(pace.send(250, start).is_err(), "gently at first");
        let now = start + Duration::from_secs(1);
        assert_eq!((pace.send(250, now), pace.send(250, now)), (Ok(()), Ok(())));
        let wait = pace.send(250, now).unwrap_err();
        assert!((300..=400).contains(&wait.as_micros()), "{wait:?}");
        assert_eq!(pace.send(250, now + wait), Ok(()));
        pace.spare(200);
        assert_eq!(pace.send(190, now + wait), Ok(()), "it was hardly anything");
    }

    #[test]
    fn a_line_that_is_known_to_be_long_is_filled_at_once() {
        let far = Duration::from_millis(20);
        let known = Pace::new(Load::Fair, Cursors::Reversed, 1000, far);
        let mut told = pace(Load::Fair, 1000);
        assert!(!told.sound(Duration::from_millis(3), 1000));
        assert_eq!(fill(&told), [100]);
        assert!(told.sound(far, 1000));
        for pace in [known, told] {
            let asked = fill(&pace);
            assert!(matches!(asked.len(), 26..=28), "{asked:?}");
            assert_eq!((asked[0], pace.parts()), (250, 128));
        }
        let mut gentle = Pace::new(Load::Gentle, Cursors::Reversed, 1000, far);
        assert!(gentle.sound(2 * far, 100));
        assert_eq!(fill(&gentle), [100]);
    }

    #[test]
    fn gently_is_one_small_request_and_as_long_a_rest() {
        let mut pace = pace(Load::Gentle, 1000);
        serve(&mut pace, 100, 20_000, 0);
        assert_eq!((fill(&pace), pace.parts()), (vec![100], 1));
        let took = Duration::from_micros(300);
        assert_eq!(pace.rest(took), took);
    }

    #[test]
    fn where_cursors_are_opaque_it_is_one_request_as_the_person_said() {
        let mut pace = Pace::new(Load::Fast, Cursors::Opaque, 1000, Duration::ZERO);
        serve(&mut pace, 100, 0, 0);
        assert_eq!((fill(&pace), pace.alone(true)), (vec![1000], 1000));
    }

    proptest! {
        #[test]
        fn never_more_than_the_budget_near_by_and_never_more_than_the_person_said(
            replies in prop::collection::vec((1_u64..1_900, 1_u32..500), 0..300),
            most in 1_u32..=1000,
        ) {
            let mut pace = pace(Load::Fair, most);
            for (took, under_way) in replies {
                let asked = fill(&pace);
                prop_assert!(!asked.is_empty() && asked.iter().all(|names| *names <= most.min(250)));
                prop_assert!(asked.iter().sum::<u32>() <= 500);
                pace.learn(Duration::from_micros(took), under_way);
            }
        }
    }
}
