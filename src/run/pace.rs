//! When a frame is due: at once after a rest, then only so often, and ever more seldom for how far a walk is. The very
//! first waits a moment for something to show.
use std::time::{Duration, Instant};

use crate::server::{Answer, Event};

/// Frames are drawn at most this often while data streams in.
const FRAME: Duration = Duration::from_millis(16);
/// After a rest so many may follow one another at once: nobody waits for the answer to what they just pressed.
const AT_ONCE: u32 = 5;
/// The first frame waits this long for names: a server near by has sent some before, and a frame that says that it is
/// asked would only keep them from the screen.
const FIRST: Duration = Duration::from_millis(10);
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
    /// A walk has found the last names.
    Found,
    Pressed,
}

impl News {
    /// What an event is for the screen.
    pub fn of(event: &Event) -> Self {
        match event {
            Event::Answer {
                answer: Ok(Answer::Keys(batch)),
                ..
            } => {
                if batch.done {
                    Self::Found
                } else {
                    Self::Progress
                }
            }
            _ => Self::Came,
        }
    }
}

/// What is not shown yet, and how much was drawn of late.
pub struct Pace {
    /// When all frames up to now would have been drawn, had each waited for the one before it.
    paid: Instant,
    drawn: Option<Instant>,
    /// How long after that frame one may follow that only shows how far a walk is. It doubles from one to the next, so
    /// that the first names are seen at once, and a long walk does not keep the terminal busy.
    seldom: Duration,
    unseen: Option<Unseen>,
}

/// What there is to show since the last frame.
#[derive(Clone, Copy)]
struct Unseen {
    most: News,
    due: Instant,
}

impl Pace {
    /// Nothing is drawn yet.
    pub fn new(now: Instant) -> Self {
        let mut pace = Self {
            paid: now,
            drawn: None,
            seldom: Duration::ZERO,
            unseen: None,
        };
        pace.note(News::Beat);
        pace
    }

    /// There is this to show.
    pub fn note(&mut self, news: News) {
        let due = self.earliest(news);
        let unseen = self.unseen.get_or_insert(Unseen { most: news, due });
        unseen.most = unseen.most.max(news);
        unseen.due = unseen.due.min(due);
    }

    /// When the next frame is due; `None`: there is nothing to show.
    pub fn due(&self) -> Option<Instant> {
        self.unseen.map(|unseen| unseen.due)
    }

    /// When a frame may be drawn for this. What a person pressed does not wait.
    fn earliest(&self, news: News) -> Instant {
        let Some(drawn) = self.drawn else {
            return match news {
                News::Beat | News::Came => self.paid + FIRST,
                News::Progress | News::Found | News::Pressed => self.paid,
            };
        };
        let ahead = FRAME * (AT_ONCE - 1);
        let due = self.paid.checked_sub(ahead).unwrap_or(self.paid);
        match news {
            News::Beat | News::Progress => due.max(drawn + self.seldom),
            News::Came | News::Found => due,
            News::Pressed => drawn,
        }
    }

    /// All of it was drawn.
    pub fn drew(&mut self, now: Instant) {
        self.paid = (self.paid.max(now) + FRAME).min(now + FRAME * AT_ONCE);
        self.drawn = Some(now);
        match self.unseen.take().map(|unseen| unseen.most) {
            Some(News::Progress) => self.seldom = (self.seldom * 2).clamp(FRAME, SELDOM),
            Some(News::Pressed) => self.seldom = Duration::ZERO,
            Some(News::Beat | News::Came | News::Found) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pace at which frames were drawn before.
    fn going(now: Instant) -> Pace {
        let mut pace = Pace::new(now);
        pace.drew(now);
        pace.paid = now;
        pace
    }

    /// Whether a frame is due for this, as nothing else is to be shown.
    fn is_due(pace: &Pace, news: News, now: Instant) -> bool {
        pace.earliest(news) <= now
    }

    /// Frames in a second in which something comes all the time, and when they were drawn.
    fn frames(news: News, pace: &mut Pace, start: Instant) -> Vec<u128> {
        let moments = (0..1000).map(Duration::from_millis);
        let drawn = moments.filter(|after| {
            let now = start + *after;
            pace.note(news);
            let due = pace.due().is_some_and(|due| due <= now);
            if due {
                pace.drew(now);
            }
            due
        });
        drawn.map(|after| after.as_millis()).collect()
    }

    #[test]
    fn a_stream_is_drawn_at_once_and_then_at_a_steady_pace() {
        let start = Instant::now();
        let millis = frames(News::Came, &mut going(start), start);
        assert_eq!(millis[..7], [0, 1, 2, 3, 4, 16, 32]);
        assert_eq!(millis.len(), 1000 / 16 + 5);
    }

    #[test]
    fn the_first_frame_waits_a_moment_for_names_and_for_nothing_else() {
        let start = Instant::now();
        for (news, after) in [
            (News::Beat, FIRST),
            (News::Came, FIRST),
            (News::Progress, Duration::ZERO),
            (News::Found, Duration::ZERO),
            (News::Pressed, Duration::ZERO),
        ] {
            let mut pace = Pace::new(start);
            pace.note(News::Came);
            pace.note(news);
            assert_eq!(pace.due(), Some(start + after), "{news:?}");
            pace.drew(start);
            assert_eq!(pace.due(), None);
        }
    }

    #[test]
    fn how_far_a_walk_is_is_shown_ever_more_seldom_until_a_key_is_pressed() {
        let start = Instant::now();
        let mut pace = going(start);
        let first = [0, 16, 48, 112, 176];
        assert_eq!(frames(News::Progress, &mut pace, start)[..5], first);
        let later = start + Duration::from_secs(1);
        let drawn = frames(News::Progress, &mut pace, later);
        assert!((15..=16).contains(&drawn.len()), "{drawn:?}");
        let later = start + Duration::from_secs(2);
        assert!(is_due(&pace, News::Came, later) && is_due(&pace, News::Pressed, later));
        pace.note(News::Pressed);
        pace.drew(later);
        assert_eq!(frames(News::Progress, &mut pace, later)[..5], first);
    }

    #[test]
    fn the_first_names_do_not_wait_for_a_frame_that_showed_nothing_of_the_walk() {
        let start = Instant::now();
        let mut pace = going(start);
        pace.note(News::Beat);
        pace.drew(start);
        assert!(is_due(&pace, News::Progress, start));
    }

    #[test]
    fn keys_held_down_do_not_keep_what_streams_in_from_the_screen() {
        let start = Instant::now();
        let mut pace = going(start);
        for _ in 0..100 {
            pace.note(News::Pressed);
            pace.drew(start);
        }
        assert!(is_due(&pace, News::Progress, start + FRAME));
    }
}
