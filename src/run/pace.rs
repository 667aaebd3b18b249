//! When a frame is due: at once after a rest, then only so often.
use std::time::{Duration, Instant};

/// Frames are drawn at most this often while data streams in.
const FRAME: Duration = Duration::from_millis(16);
/// After a rest so many may follow one another at once: from the start of the program to its first keys there are five.
const AT_ONCE: u32 = 5;

/// How much was drawn of late.
pub struct Pace {
    /// When all frames up to now would have been drawn, had each waited for the one before it.
    paid: Instant,
}

impl Pace {
    pub fn new(now: Instant) -> Self {
        Self { paid: now }
    }

    /// When the next frame may be drawn for what came by itself. What a person pressed does not wait for it.
    pub fn due(&self) -> Instant {
        let ahead = FRAME * (AT_ONCE - 1);
        self.paid.checked_sub(ahead).unwrap_or(self.paid)
    }

    /// A frame was drawn.
    pub fn drew(&mut self, now: Instant) {
        self.paid = (self.paid.max(now) + FRAME).min(now + FRAME * AT_ONCE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames in a second in which something comes all the time, and when they were drawn.
    fn frames(pace: &mut Pace, start: Instant) -> Vec<Duration> {
        let moments = (0..1000).map(Duration::from_millis);
        let drawn = moments.filter(|after| {
            let now = start + *after;
            let due = pace.due() <= now;
            if due {
                pace.drew(now);
            }
            due
        });
        drawn.collect()
    }

    #[test]
    fn a_stream_is_drawn_at_once_and_then_at_a_steady_pace() {
        let start = Instant::now();
        let drawn = frames(&mut Pace::new(start), start);
        let millis: Vec<u128> = drawn.iter().map(Duration::as_millis).collect();
        assert_eq!(millis[..7], [0, 1, 2, 3, 4, 16, 32]);
        assert_eq!(millis.len(), 1000 / 16 + 5);
    }

    #[test]
    fn keys_held_down_do_not_keep_what_streams_in_from_the_screen() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        for _ in 0..100 {
            pace.drew(start);
        }
        assert!(pace.due() <= start + FRAME);
    }
}
