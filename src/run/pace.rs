//! When a frame is due: at once after a rest, then only so often, and ever more seldom for how far a walk is.
use std::time::{Duration, Instant};

use crate::server::{Answer, Event};

/// Frames are drawn at most this often while data streams in.
const FRAME: Duration = Duration::from_millis(16);
/// After a rest so many may follow one another at once: from the start of the program to its first keys there are five.
const AT_ONCE: u32 = 5;
/// Frames that only show how far a walk is are drawn this often in the end.
const SELDOM: Duration = Duration::from_millis(64);

/// What there is to show; the more urgent, the greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum News {
    /// Time has passed.
    Beat,
    /// A walk has found more names and is not at its end.
    Progress,
    /// Anything else that came by itself.
    Came,
    Pressed,
}

impl News {
    /// What an event is for the screen.
    pub fn of(event: &Event) -> Self {
        match event {
            Event::Answer {
                answer: Ok(Answer::Keys(batch)),
                ..
            } if !batch.done => Self::Progress,
            _ => Self::Came,
        }
    }
}

/// How much was drawn of late.
pub struct Pace {
    /// When all frames up to now would have been drawn, had each waited for the one before it.
    paid: Instant,
    drawn: Instant,
    /// How long after that frame one may follow that only shows how far a walk is. It doubles from one to the next, so
    /// that the first names are seen at once, and a long walk does not keep the terminal busy.
    seldom: Duration,
}

impl Pace {
    pub fn new(now: Instant) -> Self {
        Self {
            paid: now,
            drawn: now,
            seldom: Duration::ZERO,
        }
    }

    /// When the next frame may be drawn for this. What a person pressed does not wait.
    pub fn due(&self, news: News) -> Instant {
        let ahead = FRAME * (AT_ONCE - 1);
        let due = self.paid.checked_sub(ahead).unwrap_or(self.paid);
        match news {
            News::Beat | News::Progress => due.max(self.drawn + self.seldom),
            News::Came => due,
            News::Pressed => self.drawn,
        }
    }

    /// A frame was drawn for this.
    pub fn drew(&mut self, news: News, now: Instant) {
        self.paid = (self.paid.max(now) + FRAME).min(now + FRAME * AT_ONCE);
        self.drawn = now;
        match news {
            News::Progress => self.seldom = (self.seldom * 2).clamp(FRAME, SELDOM),
            News::Beat | News::Came => {}
            News::Pressed => self.seldom = Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames in a second in which something comes all the time, and when they were drawn.
    fn frames(news: News, pace: &mut Pace, start: Instant) -> Vec<u128> {
        let moments = (0..1000).map(Duration::from_millis);
        let drawn = moments.filter(|after| {
            let now = start + *after;
            let due = pace.due(news) <= now;
            if due {
                pace.drew(news, now);
            }
            due
        });
        drawn.map(|after| after.as_millis()).collect()
    }

    #[test]
    fn a_stream_is_drawn_at_once_and_then_at_a_steady_pace() {
        let start = Instant::now();
        let millis = frames(News::Came, &mut Pace::new(start), start);
        assert_eq!(millis[..7], [0, 1, 2, 3, 4, 16, 32]);
        assert_eq!(millis.len(), 1000 / 16 + 5);
    }

    #[test]
    fn how_far_a_walk_is_is_shown_ever_more_seldom_until_a_key_is_pressed() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let first = [0, 16, 48, 112, 176];
        assert_eq!(frames(News::Progress, &mut pace, start)[..5], first);
        let later = start + Duration::from_secs(1);
        let drawn = frames(News::Progress, &mut pace, later);
        assert!((15..=16).contains(&drawn.len()), "{drawn:?}");
        let later = start + Duration::from_secs(2);
        assert!(pace.due(News::Came) <= later && pace.due(News::Pressed) <= later);
        pace.drew(News::Pressed, later);
        assert_eq!(frames(News::Progress, &mut pace, later)[..5], first);
    }

    #[test]
    fn the_first_names_do_not_wait_for_a_frame_that_showed_nothing_of_the_walk() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        pace.drew(News::Beat, start);
        assert!(pace.due(News::Progress) <= start);
    }

    #[test]
    fn keys_held_down_do_not_keep_what_streams_in_from_the_screen() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        for _ in 0..100 {
            pace.drew(News::Pressed, start);
        }
        assert!(pace.due(News::Progress) <= start + FRAME);
    }
}
