//! Keys that are about to be deleted: what an undo can keep of them, said before they go.
use crate::model::Key;
use crate::model::resp::quote;
use crate::model::undo;
use crate::panes::Why;
use crate::panes::own::Own;
use crate::panes::paint;
use crate::server::Doomed;

use super::SAMPLE;

/// Keys that RESTORE alone brings back, where this user may be refused it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RestoreOnly {
    keys: u64,
    restore: Restore,
}

/// What is known of RESTORE.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Restore {
    Refused,
    Untried,
}

impl RestoreOnly {
    /// Nothing where there are no such keys.
    pub fn of(keys: u64, own: &Own) -> Option<Self> {
        let restore = match own.refuses("RESTORE") {
            Some(_) => Restore::Refused,
            None => Restore::Untried,
        };
        (keys > 0).then_some(Self { keys, restore })
    }

    /// Said before they go; `all` is how many go.
    fn warning(self, all: u64) -> String {
        let these = match (self.keys, all) {
            (_, 1) => "Undo brings a value of this type back by RESTORE alone".to_owned(),
            (1, _) => {
                "1 of them is a stream or the like: undo brings that back by RESTORE alone".into()
            }
            (keys, _) => format!(
                "{} of them are streams or the like: undo brings those back by RESTORE alone",
                paint::count(keys)
            ),
        };
        let then = match self.restore {
            Restore::Refused => "and that is refused to this user",
            Restore::Untried => "which may be refused to this user",
        };
        format!("{these}, {then}.")
    }

    /// Said when this many of those that went were kept.
    pub fn back(self, kept: u64) -> String {
        match (self.restore, kept.saturating_sub(self.keys)) {
            (Restore::Refused, 0) => String::new(),
            (Restore::Refused, others) => {
                format!("; u brings {} of them back", paint::count(others))
            }
            (Restore::Untried, 0) => "; u brings that back if this user may RESTORE".into(),
            (Restore::Untried, others) => format!(
                "; u brings {} of them back, and the rest if this user may RESTORE",
                paint::count(others)
            ),
        }
    }
}

/// Keys that are about to go, and what an undo can keep of them.
pub struct Load {
    /// Those that are kept stand first.
    pub doomed: Doomed,
    /// Too big each, or their size is not told.
    big: u64,
    /// Too much together.
    over: u64,
    pub only: Option<RestoreOnly>,
    /// Why nothing is kept of any.
    unkept: Option<Why>,
    /// Those that the person does not see where they stand.
    hidden: usize,
}

impl Load {
    /// Shares out what an undo may keep: `bytes` are theirs in order, where they are told.
    pub fn of(keys: Vec<Key>, bytes: &[Option<u64>], only: Option<RestoreOnly>) -> Self {
        let (mut keep, mut lose) = (Vec::with_capacity(keys.len()), Vec::new());
        let (mut left, mut big, mut over) = (undo::BUDGET, 0, 0);
        for (at, key) in keys.into_iter().enumerate() {
            let size = bytes
                .get(at)
                .copied()
                .flatten()
                .filter(|size| *size <= undo::MOST);
            match size.map(|size| left.checked_sub(size + key.bytes().len() as u64 + OVERHEAD)) {
                Some(Some(rest)) => {
                    left = rest;
                    keep.push(key);
                    continue;
                }
                Some(None) => over += 1,
                None => big += 1,
            }
            lose.push(key);
        }
        let doomed = Doomed {
            keep: keep.len(),
            keys: keep.into_iter().chain(lose).collect(),
        };
        Self {
            doomed,
            big,
            over,
            only,
            unkept: None,
            hidden: 0,
        }
    }

    /// No more than so many of them are on show.
    #[must_use]
    pub fn beside(mut self, shown: Option<usize>) -> Self {
        let all = self.doomed.keys.len();
        self.hidden = shown.map_or(0, |shown| all.saturating_sub(shown));
        self
    }

    /// Nothing can be kept of them, for this reason.
    #[must_use]
    pub fn unkept(mut self, why: Option<Why>) -> Self {
        if why.is_some() {
            (self.doomed.keep, self.only, self.unkept) = (0, None, why);
        }
        self
    }

    /// The question before they go: how many, which, and what cannot be brought back; and the literal command.
    pub fn question(&self) -> (Vec<String>, Vec<String>) {
        let keys = &self.doomed.keys;
        let mut question = vec![match keys.as_slice() {
            [key] => format!("Delete {} ?", key.called()),
            keys => format!("Delete these {} keys?", paint::count(keys.len() as u64)),
        }];
        if self.hidden > 0 {
            let (are, them) = match self.hidden {
                1 => ("is", "it"),
                _ => ("are", "them"),
            };
            let hidden = paint::count(self.hidden as u64);
            question.push(format!(
                "{hidden} of them {are} not shown now: a filter, a search or H hides {them}."
            ));
        }
        // Before the names, which fill a small screen.
        question.extend(self.warning());
        let all = keys.len() as u64;
        question.extend(self.only.map(|only| only.warning(all)));
        if keys.len() > 1 {
            question.extend(
                keys.iter()
                    .take(SAMPLE)
                    .map(|key| format!("  {}", key.called())),
            );
        }
        if keys.len() > SAMPLE {
            question.push(format!(
                "  … and {} more",
                paint::count((keys.len() - SAMPLE) as u64)
            ));
        }
        let shown: Vec<String> = keys.iter().take(3).map(|key| quote(key.bytes())).collect();
        let rest = if keys.len() > 3 { " …" } else { "" };
        let commands = vec![format!("UNLINK {}{rest}", shown.join(" "))];
        (question, commands)
    }

    /// What cannot be brought back, and why.
    fn warning(&self) -> Option<String> {
        if let Some(why) = &self.unkept {
            return Some(format!("Undo cannot bring anything back: {why}."));
        }
        let all = self.doomed.keys.len() as u64;
        let mib = |bytes: u64| bytes / 1024 / 1024;
        let big = format!("more than {} MiB, or its size is not told", mib(undo::MOST));
        Some(match (self.big, self.over) {
            (0, 0) => return None,
            (1.., 0) if all == 1 => format!("It cannot be brought back by undo: {big}."),
            (n, 0) if n == all => format!("None of them can be brought back by undo: each {big}."),
            (n, 0) => format!(
                "{} of them cannot be brought back by undo: {big}.",
                paint::count(n)
            ),
            (n, over) => format!(
                "{} of them cannot be brought back by undo: it keeps {} MiB in all, and no key of {big}.",
                paint::count(n + over),
                mib(undo::BUDGET)
            ),
        })
    }
}

/// Bytes that a key takes in memory besides its name and contents.
const OVERHEAD: u64 = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panes::Login;

    #[test]
    fn what_is_lost_is_said_before_the_names_that_fill_a_small_screen() {
        let keys: Vec<Key> = (0..9)
            .map(|n| Key::from(format!("k{n}").as_str()))
            .collect();
        let mut bytes = vec![Some(100); 9];
        bytes[4] = None;
        let only = RestoreOnly::of(1, &Own::new(Login::Named, b":"));
        let (question, _) = Load::of(keys, &bytes, only).question();
        let at = |words: &str| question.iter().position(|line| line.contains(words));
        assert_eq!(at("Delete these 9 keys?"), Some(0), "{question:?}");
        assert_eq!(
            at("1 of them cannot be brought back"),
            Some(1),
            "{question:?}"
        );
        assert_eq!(at("1 of them is a stream"), Some(2), "{question:?}");
        // Those that cannot be kept go last.
        assert_eq!(at("k0"), Some(3), "{question:?}");
        assert_eq!(RestoreOnly::of(0, &Own::new(Login::Named, b":")), None);
    }
}
