//! Whether two patterns have names in common.
use crate::model::glob::{Accepts, one};

/// Whether some name matches both patterns: exact, in `a.len() * b.len()` steps.
pub fn overlap(a: &[u8], b: &[u8]) -> bool {
    let (a, b) = (places(a), places(b));
    // `below[j]`: whether what is left of `a` after the place at hand and `b[j..]` have a name in common.
    let mut below: Vec<bool> = (0..=b.len())
        .map(|j| b[j..].iter().all(Place::is_run))
        .collect();
    for place in a.iter().rev() {
        let mut row = vec![false; b.len() + 1];
        row[b.len()] = place.is_run() && below[b.len()];
        for j in (0..b.len()).rev() {
            row[j] = match (place, &b[j]) {
                (Place::Run, _) | (_, Place::Run) => below[j] || row[j + 1],
                (Place::One(ours), Place::One(theirs)) => {
                    below[j + 1] && (0..=u8::MAX).any(|byte| ours.takes(byte) && theirs.takes(byte))
                }
            };
        }
        below = row;
    }
    below[0]
}

/// Whether every name of `inner` surely matches `outer`: the same pattern, or one that ends in its only `*`.
pub fn covers(outer: &[u8], inner: &[u8]) -> bool {
    if outer == inner {
        return true;
    }
    let (start, rest) = super::escape::split(outer);
    rest == b"*" && super::escape::split(inner).0.starts_with(&start)
}

enum Place<'p> {
    Run,
    One(Accepts<'p>),
}

impl Place<'_> {
    fn is_run(&self) -> bool {
        matches!(self, Self::Run)
    }
}

fn places(pattern: &[u8]) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    let mut rest = pattern;
    loop {
        if let [b'*', after @ ..] = rest {
            places.push(Place::Run);
            rest = after;
        } else if let Some((accepts, after)) = one(rest) {
            places.push(Place::One(accepts));
            rest = after;
        } else {
            return places;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_overlap_where_they_share_a_name() {
        for (a, b, shared) in [
            ("app:*", "app:1", true),
            ("app:*", "apps:*", false),
            ("myapp*", "myapp2:*", true),
            ("*:cache:*", "app:*", true),
            ("a?c", "ab?", true),
            ("a[xy]", "a[yz]", true),
            ("a[x]", "a[z]", false),
            ("a[^a-z]", "ab", false),
            ("", "*", true),
            ("", "a*", false),
            ("*a", "*b", false),
            ("a*b*c", "*d*", true),
            ("ab", "abc", false),
        ] {
            assert_eq!(overlap(a.as_bytes(), b.as_bytes()), shared, "{a} {b}");
            assert_eq!(overlap(b.as_bytes(), a.as_bytes()), shared, "{b} {a}");
        }
    }

    #[test]
    fn a_prefix_covers_what_starts_with_it() {
        assert!(covers(b"app:*", b"app:users:*") && covers(b"*", b"x"));
        assert!(!covers(b"app:*", b"app*") && !covers(b"app:?", b"app:1"));
    }
}
