//! How fast a walk is, and what it costs the server: measured over stretches, so that figures can be read.
use std::time::{Duration, Instant};

use crate::server::Effort;

/// How long a stretch is, and the first one: figures of less say how a walk begins, and not how fast it is.
const STRETCH: Duration = Duration::from_millis(500);
const FIRST: Duration = Duration::from_millis(100);

/// How fast a walk was over the last stretch.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Pace {
    /// Keys per second.
    pub keys: f64,
    /// Requests per second.
    pub requests: f64,
    /// The share of the server's time that the walk takes, 0 to 1; an estimate.
    pub share: f64,
}

/// Measures the pace of a walk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meter {
    since: Option<Instant>,
    /// Keys that came in this stretch, and the effort when it began.
    came: usize,
    before: Effort,
    pace: Pace,
}

impl Meter {
    /// Nothing has come, and the effort is counted from nought.
    pub fn start(now: Instant) -> Self {
        Self {
            since: Some(now),
            ..Self::default()
        }
    }

    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// So many keys came, and the walk has cost so much until now.
    pub fn measure(&mut self, came: usize, effort: Effort, now: Instant) {
        self.came += came;
        let since = *self.since.get_or_insert(now);
        let lasted = now.duration_since(since);
        let stretch = if self.pace == Pace::default() {
            FIRST
        } else {
            STRETCH
        };
        if lasted >= stretch {
            let seconds = lasted.as_secs_f64();
            let requests = effort.requests.saturating_sub(self.before.requests);
            let worked = effort.worked.saturating_sub(self.before.worked);
            self.pace = Pace {
                keys: self.came as f64 / seconds,
                requests: requests as f64 / seconds,
                share: (worked.as_secs_f64() / seconds).min(1.0),
            };
            self.since = Some(now);
            self.came = 0;
            self.before = effort;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_of_the_last_stretch() {
        let began = Instant::now();
        let at = |millis| began + Duration::from_millis(millis);
        let effort = |requests, worked| Effort {
            requests,
            worked: Duration::from_millis(worked),
        };
        let mut meter = Meter::start(began);
        meter.measure(100, effort(1, 5), at(10));
        assert_eq!(meter.pace(), Pace::default(), "it has hardly begun");
        meter.measure(900, effort(10, 50), at(100));
        let first = Pace {
            keys: 10_000.0,
            requests: 100.0,
            share: 0.5,
        };
        assert_eq!(meter.pace(), first);
        meter.measure(30, effort(11, 50), at(200));
        assert_eq!(meter.pace(), first, "until a stretch is over");
        meter.measure(20, effort(12, 51), at(600));
        let last = Pace {
            keys: 100.0,
            requests: 4.0,
            share: 0.002,
        };
        assert_eq!(meter.pace(), last);
    }
}
