//! How long a key lives, as a moment: an undo brings back the same moment, and so never lengthens a life.
use super::super::change::{Check, Read, Step};
use super::super::key::Key;
use super::super::resp::{Cmd, Reply};

/// When a key goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Life {
    Forever,
    /// At this unix time in milliseconds, as PEXPIRETIME tells (Redis 7.0).
    Until(i64),
    /// The same, reckoned from TIME and PTTL: up to some milliseconds too early, and no two reckonings are alike.
    About(i64),
}

impl Life {
    /// How many reads tell it.
    pub const LEN: usize = 3;

    /// The reads that tell it, whatever the server's age: [`Self::of`] wants the replies.
    pub fn reads(key: &Key) -> Vec<Read> {
        let cmds = [
            Cmd::new("PEXPIRETIME").arg(key.bytes()),
            Cmd::new("TIME"),
            Cmd::new("PTTL").arg(key.bytes()),
        ];
        cmds.map(Read::small).into()
    }

    /// What the replies to [`Self::reads`] tell; `None` where they do not, or there is no such key.
    ///
    /// TIME is asked before PTTL: the sum of the two is never later than the true moment.
    pub fn of(replies: &[Reply]) -> Option<Self> {
        let [at, time, left] = replies.first_chunk()?;
        match at.int() {
            Some(-1) => return Some(Self::Forever),
            Some(at) => return (at >= 0).then_some(Self::Until(at)),
            None => {}
        }
        match (left.int()?, time.items()) {
            (-1, _) => Some(Self::Forever),
            (left, Some([seconds, micros])) if left >= 0 => {
                let now = seconds
                    .int()?
                    .checked_mul(1000)?
                    .checked_add(micros.int()? / 1000)?;
                now.checked_add(left).map(Self::About)
            }
            _ => None,
        }
    }

    /// The moment, in unix milliseconds.
    pub fn until(self) -> Option<i64> {
        match self {
            Self::Forever => None,
            Self::Until(at) | Self::About(at) => Some(at),
        }
    }

    /// Whether it is over at this unix time in milliseconds.
    pub fn over(self, now: i64) -> bool {
        self.until().is_some_and(|at| at <= now)
    }

    /// That a key still lives so long; as exactly as it is known.
    pub fn check(self, key: &Key) -> Check {
        let ask = |name| Cmd::new(name).arg(key.bytes());
        match self {
            // PTTL answers the same, and is there before 7.0.
            Self::Forever => Check::new(ask("PTTL"), Reply::Int(-1)),
            Self::Until(at) => Check::new(ask("PEXPIRETIME"), Reply::Int(at)),
            Self::About(_) => Check::new(ask("EXISTS"), Reply::Int(1)),
        }
    }

    /// Lets a key live so long.
    pub fn set(self, key: &Key) -> Step {
        match self.until() {
            None => Step::any(Cmd::new("PERSIST").arg(key.bytes())),
            Some(at) => Step::any(Cmd::new("PEXPIREAT").arg(key.bytes()).num(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_by_old_servers_and_new() {
        let unknown = || Reply::Error {
            code: "ERR".into(),
            text: "unknown command".into(),
        };
        let time = |seconds, micros| Reply::Array(vec![Reply::Int(seconds), Reply::Int(micros)]);
        for (at, time, left, life) in [
            (Reply::Int(-1), Reply::Nil, Reply::Nil, Some(Life::Forever)),
            (Reply::Int(-2), time(1, 0), Reply::Int(-2), None),
            (
                Reply::Int(77),
                Reply::Nil,
                Reply::Nil,
                Some(Life::Until(77)),
            ),
            (
                unknown(),
                time(5, 2_999),
                Reply::Int(10),
                Some(Life::About(5_012)),
            ),
            (unknown(), time(5, 0), Reply::Int(-1), Some(Life::Forever)),
            (unknown(), time(5, 0), Reply::Int(-2), None),
            (unknown(), Reply::Nil, Reply::Int(10), None),
            (unknown(), time(i64::MAX, 0), Reply::Int(10), None),
            (unknown(), unknown(), unknown(), None),
        ] {
            assert_eq!(Life::of(&[at, time, left]), life);
        }
        assert_eq!(Life::of(&[]), None);
        assert!(Life::Until(5).over(5) && !Life::Until(6).over(5) && !Life::Forever.over(5));
    }
}
