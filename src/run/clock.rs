//! What time it is where the person is.
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Tells the time in UTC at first: to read the time zone takes as long as all the rest of the start, and until something
/// is on screen or pressed nobody is told a time of day.
#[derive(Default)]
pub struct Clock {
    local: bool,
}

impl Clock {
    /// The time of day is told from now on, and the zone waited for.
    pub fn matters(&mut self) {
        self.local = true;
    }

    pub fn now(&self) -> Zoned {
        if self.local {
            Zoned::now()
        } else {
            Timestamp::now().to_zoned(TimeZone::UTC)
        }
    }
}
