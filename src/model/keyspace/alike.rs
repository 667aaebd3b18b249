//! Names alike to what is looked for: they have its letters in this order with others between, the best first.
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// How many names are kept.
const MOST: usize = 100;
/// What a letter is worth that follows the letter before it.
const FOLLOWS: i32 = 16;
/// What a letter is worth with which a word begins.
const BEGINS: i32 = 12;
/// What a gap costs at most; each letter in it costs one.
const GAP: i32 = 8;

/// The best names so far: by what they are worth, then short ones first, then by name.
#[derive(Default)]
pub struct Best(BTreeSet<(Reverse<i32>, usize, Box<[u8]>)>);

impl Best {
    /// Keeps a name if it is among the best; true when it is kept now and was not before.
    pub fn offer(&mut self, worth: i32, name: &[u8]) -> bool {
        let is_full = self.0.len() >= MOST;
        if is_full
            && let Some((Reverse(least), length, _)) = self.0.last()
            && (Reverse(worth), name.len()) > (Reverse(*least), *length)
        {
            return false;
        }
        let fresh = self.0.insert((Reverse(worth), name.len(), name.into()));
        if self.0.len() > MOST {
            self.0.pop_last();
        }
        fresh
    }

    /// Forgets a name that is no longer there; true when it was kept.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        let before = self.0.len();
        self.0.retain(|(_, _, held)| **held != *name);
        self.0.len() < before
    }

    /// The names, the best first.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|(_, _, name)| &**name)
    }
}

/// How many of the letters from `have` on stand in a name in their order, counted with those before.
#[inline]
pub fn letters(needle: &[u8], have: usize, name: &[u8], fold: impl Fn(u8) -> u8) -> usize {
    let mut have = have;
    for &byte in name {
        if needle.get(have) == Some(&fold(byte)) {
            have += 1;
        }
    }
    have
}

/// What a name is worth that has all letters in their order: as close to its end as they stand closest.
pub fn worth(needle: &[u8], name: &[u8], fold: impl Fn(u8) -> u8) -> i32 {
    let mut wanted = needle.iter().rev().peekable();
    let mut places = Vec::with_capacity(needle.len());
    for (place, &byte) in name.iter().enumerate().rev() {
        if wanted.next_if(|wanted| **wanted == fold(byte)).is_some() {
            places.push(place);
        }
    }
    let mut worth = 0;
    let mut before: Option<usize> = None;
    for &place in places.iter().rev() {
        let begins = place
            .checked_sub(1)
            .and_then(|at| name.get(at))
            .is_none_or(|byte| !byte.is_ascii_alphanumeric());
        worth += if begins { BEGINS } else { 0 };
        worth += match before {
            Some(before) if before + 1 == place => FOLLOWS,
            Some(before) => -i32::try_from(place - before).map_or(GAP, |gap| gap.min(GAP)),
            None => 0,
        };
        before = Some(place);
    }
    worth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_stand_together_or_begin_words_are_worth_more() {
        let worth = |name: &str| worth(b"usca", name.as_bytes(), |byte| byte.to_ascii_lowercase());
        for (better, worse) in [
            ("user:cart", "mouse:scale"),
            ("US:CA", "uxsxcxa"),
            ("xuscxa", "xuxsxcxa"),
            ("shop:user:cart", "shop:queue:sorted:cabinet"),
        ] {
            assert!(worth(better) > worth(worse), "{better} before {worse}");
        }
    }

    #[test]
    fn only_the_best_are_kept() {
        let mut best = Best::default();
        for n in 0..1000_i32 {
            best.offer(n % 500, n.to_string().as_bytes());
        }
        assert_eq!(best.iter().count(), MOST);
        assert_eq!(best.iter().next(), Some(&b"499"[..]));
        assert!(best.remove(b"499") && !best.remove(b"1"));
        assert!(best.offer(1, b"x"), "a place is free");
        assert!(!best.offer(1, b"xx"), "no place is free");
    }
}
