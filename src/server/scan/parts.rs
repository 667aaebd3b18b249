//! The keyspace cut into parts, each walked by a cursor of its own.
//!
//! SCAN's cursor is the number of a bucket and counts with its bits reversed, so that it means the same while the
//! table grows and shrinks. Read with its bits reversed back, it is a position between 0 and 2^64, and every key
//! has its own, which never changes. A SCAN from one position that answers with a later one has returned every key
//! between the two: that is all a part needs, wherever it begins and ends.
use std::collections::VecDeque;

/// No part is worth a cursor of its own for fewer names than this.
const WORTH: f64 = 250.0;
/// Fewest names a part asks for: what is left of it is only an estimate. Names lie at random, and so it is as far off as
/// the root of their number, twice that in one case of forty.
const FEWEST: f64 = 10.0;
const SPREAD: f64 = 2.0;
/// A table has no more buckets than this, and so a cursor is no greater.
const BUCKETS: u64 = 1 << 48;
/// A reply that goes further than this many times what it was asked for, goes where no SCAN of ours would.
const FURTHEST: f64 = 16.0;

/// Where a walk stands: what is left of it, part by part. Only the server room looks inside.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place(Vec<Part>);

/// A stretch of positions that is still to be walked, both ends included. No two parts of a walk end at the same one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Part {
    at: u64,
    last: u64,
}

/// The cursor does not count as it should: nothing may be concluded from it but that 0 is the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Foreign;

/// What a cursor may be taken for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::server) enum Cursors {
    /// Positions, known to be.
    Reversed,
    /// Words of the server's, to be handed back as they are; one walks with one of them.
    Opaque,
}

/// The parts of a walk, and which of them are being asked for.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    cursors: Cursors,
    /// In turn, so that all parts are about as far: their buckets are then neighbours, which is cheaper to read.
    waiting: VecDeque<Part>,
    asked: Vec<Part>,
    /// Names asked for until now, and the share of the keyspace they were found in.
    names: f64,
    stretch: f64,
}

impl Part {
    const WHOLE: Self = Self {
        at: 0,
        last: u64::MAX,
    };

    /// What SCAN is asked to go on from.
    pub(super) fn cursor(self) -> u64 {
        self.at.reverse_bits()
    }

    /// The share of the keyspace it is.
    fn share(self) -> f64 {
        of_all(self.last - self.at)
    }
}

impl Parts {
    /// The whole keyspace, or what was left of it. Of an opaque walk there is one part, and it is begun anew when
    /// there were more.
    pub(super) fn new(cursors: Cursors, from: Option<&Place>) -> Self {
        let parts = match from {
            Some(place) if cursors == Cursors::Reversed || place.0.len() <= 1 => place.0.clone(),
            _ => vec![Part::WHOLE],
        };
        Self {
            cursors,
            waiting: parts.into(),
            asked: Vec::new(),
            names: 0.0,
            stretch: 0.0,
        }
    }

    /// What is left, that which is being asked for included.
    pub(super) fn place(&self) -> Place {
        Place(self.left().collect())
    }

    /// How much has been walked, 0 to 1. It never falls.
    pub(super) fn share(&self) -> f64 {
        (1.0 - self.left().map(Part::share).sum::<f64>()).clamp(0.0, 1.0)
    }

    /// Whether nothing is left.
    pub(super) fn done(&self) -> bool {
        self.waiting.is_empty() && self.asked.is_empty()
    }

    /// Whether a part waits to be asked for.
    pub(super) fn wait(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Cuts what waits at the borders of `most` equal parts of the keyspace; of fewer where so few names are left
    /// that a part were hardly worth asking for. A power of two of them.
    pub(super) fn cut(&mut self, most: u64) {
        let worth = match self.names_in(1.0) {
            Some(names) if self.cursors == Cursors::Reversed => names / WORTH,
            _ => return,
        };
        let pieces = worth.clamp(1.0, most as f64) as u64;
        // The last position of the piece that a position lies in has these bits set.
        let within = u64::MAX.checked_shr(pieces.ilog2()).unwrap_or(u64::MAX);
        for Part { mut at, last } in std::mem::take(&mut self.waiting) {
            while at | within < last {
                self.waiting.push_back(Part {
                    at,
                    last: at | within,
                });
                at = (at | within) + 1;
            }
            self.waiting.push_back(Part { at, last });
        }
    }

    /// The part whose turn it is, and how many names to ask it for, `most` at most: no more than it is likely to have.
    pub(super) fn ask(&mut self, most: u32) -> Option<(Part, u32)> {
        let part = self.waiting.pop_front()?;
        self.asked.push(part);
        let has = self
            .names_in(part.share())
            .filter(|_| self.cursors == Cursors::Reversed)
            .map_or(most, |names| {
                (names + SPREAD * names.sqrt() + FEWEST) as u32
            });
        Some((part, has.min(most)))
    }

    /// Takes the cursor a part was answered with when it had been asked for so many names.
    pub(super) fn answer(&mut self, part: Part, names: u32, cursor: u64) -> Result<(), Foreign> {
        let at = cursor.reverse_bits();
        if self.cursors == Cursors::Reversed {
            self.check(part, names, cursor)?;
        }
        self.asked.retain(|asked| *asked != part);
        let ended = cursor == 0 || (self.cursors == Cursors::Reversed && at > part.last);
        if cursor != 0 {
            self.names += f64::from(names);
            self.stretch += of_all(at.saturating_sub(part.at));
        }
        if !ended {
            self.waiting.push_back(Part {
                at,
                last: part.last,
            });
        }
        Ok(())
    }

    /// Whether a cursor can have come of counting in reversed binary through about as many names as were asked for.
    fn check(&self, part: Part, names: u32, cursor: u64) -> Result<(), Foreign> {
        let step = match cursor {
            0 => u64::MAX - part.at,
            _ => cursor.reverse_bits().checked_sub(part.at).ok_or(Foreign)?,
        };
        let most = FURTHEST * f64::from(names.max(50));
        let too_far = self
            .names_in(of_all(step))
            .is_some_and(|passed| passed > most);
        if step == 0 || cursor >= BUCKETS || too_far {
            return Err(Foreign);
        }
        Ok(())
    }

    /// How many names such a share of the keyspace has, going by what was asked for until now.
    fn names_in(&self, share: f64) -> Option<f64> {
        (self.stretch > 0.0).then(|| share * self.names / self.stretch)
    }

    fn left(&self) -> impl Iterator<Item = Part> {
        self.asked.iter().chain(&self.waiting).copied()
    }
}

fn of_all(positions: u64) -> f64 {
    positions as f64 / 2_f64.powi(64)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    /// SCAN as a server does it with a table of `1 << bits` buckets, where keys are their positions.
    fn scan(keys: &[u64], bits: u32, cursor: u64, names: u32) -> (u64, Vec<u64>) {
        let within = u64::MAX >> bits;
        let mut at = cursor.reverse_bits() & !within;
        let mut found = Vec::new();
        loop {
            let bucket = at..=at | within;
            found.extend(keys.iter().filter(|key| bucket.contains(key)));
            match (at | within).checked_add(1) {
                None => return (0, found),
                Some(next) if found.len() >= names as usize => return (next.reverse_bits(), found),
                Some(next) => at = next,
            }
        }
    }

    /// What happens between two replies.
    #[derive(Clone, Debug)]
    struct Turn {
        /// How many may be asked for at once, and which of them is answered.
        wide: usize,
        which: usize,
        /// The size of the table by now.
        bits: u32,
        /// The most parts by now.
        parts: u64,
        resumed: bool,
    }

    fn turn() -> impl Strategy<Value = Turn> {
        let parts = prop_oneof![Just(1), Just(16), Just(64)];
        (
            1_usize..20,
            any::<usize>(),
            6_u32..10,
            parts,
            prop::bool::weighted(0.1),
        )
            .prop_map(|(wide, which, bits, parts, resumed)| Turn {
                wide,
                which,
                bits,
                parts,
                resumed,
            })
    }

    proptest! {
        #[test]
        fn every_key_is_found_whatever_comes_between(
            keys in prop::collection::vec(any::<u64>(), 0..400),
            turns in prop::collection::vec(turn(), 1..60),
            most in 1_u32..100,
            cursors in prop_oneof![Just(Cursors::Reversed), Just(Cursors::Opaque)],
        ) {
            let mut parts = Parts::new(cursors, None);
            let mut found = HashSet::new();
            let mut flying = Vec::new();
            let mut share = 0.0;
            for turn in turns.iter().cycle() {
                if turn.resumed {
                    let place = parts.place();
                    parts = Parts::new(cursors, Some(&place));
                    prop_assert_eq!(parts.place(), place);
                    flying.clear();
                }
                while flying.len() < turn.wide && let Some(asked) = parts.ask(most) {
                    prop_assert!((1..=most).contains(&asked.1));
                    flying.push(asked);
                }
                if flying.is_empty() {
                    break;
                }
                let (part, names) = flying.swap_remove(turn.which % flying.len());
                let (cursor, page) = scan(&keys, turn.bits, part.cursor(), names);
                found.extend(page);
                prop_assert_eq!(parts.answer(part, names, cursor), Ok(()));
                parts.cut(turn.parts);
                prop_assert!(parts.share() >= share - 1e-9);
                share = parts.share();
            }
            prop_assert!(parts.done());
            prop_assert_eq!(parts.share().to_bits(), 1.0_f64.to_bits());
            prop_assert_eq!(found, keys.into_iter().collect::<HashSet<_>>());
        }
    }

    /// A walk of so many names for each reply, which was answered once.
    fn begun(names: u32, cursor: u64) -> Parts {
        let mut parts = Parts::new(Cursors::Reversed, None);
        let (part, asked) = parts.ask(names).unwrap();
        parts.answer(part, asked, cursor).unwrap();
        parts
    }

    #[test]
    fn it_is_cut_where_the_parts_of_the_table_begin() {
        // A hundred names in the first 1/1024th: a hundred thousand in all.
        let mut parts = begun(100, 1 << 9);
        parts.cut(16);
        let cursors: Vec<u64> = parts.left().map(Part::cursor).collect();
        assert_eq!(
            cursors,
            [512, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15]
        );
        let before = parts.place();
        parts.cut(16);
        assert_eq!(parts.place(), before);
        parts.cut(64);
        assert_eq!(parts.left().count(), 64);
    }

    #[test]
    fn what_is_small_is_not_cut() {
        let mut parts = begun(100, 1 << 1);
        parts.cut(16);
        assert_eq!(parts.left().count(), 1);
        assert_eq!(parts.ask(500).unwrap().1, 344, "no more than it has, about");
    }

    #[test]
    fn a_cursor_that_does_not_count_so_is_foreign() {
        for (then, cursor) in [
            (1 << 9, 1 << 10),       // backwards
            (1 << 9, 1 << 9),        // not on
            (1 << 9, 1 << 63 | 256), // of no table
            (1 << 9, 1),             // half of all at once
            (1 << 9, 0),             // all at once
        ] {
            let mut parts = begun(100, then);
            let (part, names) = parts.ask(100).unwrap();
            assert_eq!(parts.answer(part, names, cursor), Err(Foreign), "{cursor}");
        }
    }

    #[test]
    fn where_cursors_are_opaque_one_goes_on_with_whatever_comes() {
        let mut parts = Parts::new(Cursors::Opaque, Some(&begun_and_cut()));
        for cursor in [1 << 63, 7, 1 << 10, 5] {
            let (part, names) = parts.ask(1000).unwrap();
            assert_eq!(names, 1000);
            parts.answer(part, names, cursor).unwrap();
            parts.cut(16);
            assert_eq!(parts.left().map(Part::cursor).collect::<Vec<_>>(), [cursor]);
        }
        let (part, names) = parts.ask(1000).unwrap();
        parts.answer(part, names, 0).unwrap();
        assert!(parts.done());
    }

    fn begun_and_cut() -> Place {
        let mut parts = begun(100, 1 << 9);
        parts.cut(16);
        parts.place()
    }
}
