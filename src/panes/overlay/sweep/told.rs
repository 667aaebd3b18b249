//! What a deletion did, in words and as keys.
use std::collections::HashSet;

use crate::model::Key;
use crate::model::undo::Kept;
use crate::panes::{own, paint};
use crate::server::{Fault, Unlinked};

use super::SAMPLE;
use super::load::RestoreOnly;

/// The keys that are gone: all that were dealt with, in order, but those that failed.
fn gone(keys: &[Key], so_far: &Unlinked) -> Vec<Key> {
    let dealt = so_far.deleted + so_far.missing + so_far.failed.len() as u64;
    let failed: HashSet<&Key> = so_far.failed.iter().map(|(key, _)| key).collect();
    keys.iter()
        .take(dealt as usize)
        .filter(|key| !failed.contains(key))
        .cloned()
        .collect()
}

/// What a deletion did.
#[derive(Default)]
pub struct Swept {
    /// Keys that are no longer there.
    pub gone: Vec<Key>,
    /// Those that can be brought back.
    pub kept: Vec<Kept>,
    /// How many were deleted that cannot.
    pub lost: u64,
}

impl Swept {
    /// The server said no: what was read and not dealt with is still there.
    pub fn keep_what_went(&mut self) {
        let gone: HashSet<&Key> = self.gone.iter().collect();
        self.kept.retain(|kept| gone.contains(&kept.key));
    }

    /// How much of it can be brought back.
    pub fn back(&self, only: Option<RestoreOnly>) -> String {
        let kept = self.kept.len() as u64;
        if let Some(only) = only.filter(|_| kept > 0) {
            return only.back(kept);
        }
        match (kept, self.lost) {
            (0, _) => String::new(),
            (1, 0) => "; u brings it back".into(),
            (_, 0) => "; u brings all back".into(),
            (kept, _) => format!("; u brings {} of them back", paint::count(kept)),
        }
    }
}

/// What is gone, of these keys in order, and what was kept of it. Where it is not known whether keys went that were
/// read, they are kept: bringing back overwrites nothing.
pub fn swept(keys: &[Key], so_far: &Unlinked, mut kept: Vec<Kept>) -> Swept {
    let failed: HashSet<&Key> = so_far.failed.iter().map(|(key, _)| key).collect();
    kept.retain(|kept| !failed.contains(&kept.key));
    let lost = so_far.deleted.saturating_sub(kept.len() as u64);
    Swept {
        gone: gone(keys, so_far),
        kept,
        lost,
    }
}

pub fn summary(end: &Unlinked) -> String {
    let noun = if end.deleted == 1 { "key" } else { "keys" };
    let missing = match end.missing {
        0 => String::new(),
        n => format!(", {} were already gone", paint::count(n)),
    };
    format!("{} {noun} deleted{missing}", paint::count(end.deleted))
}

/// What is said where a deletion was broken off.
pub fn broke_off(so_far: &Unlinked, fault: &Fault) -> String {
    let unsure = match fault {
        Fault::Lost | Fault::Slow(_) => "; the next few hundred may be gone too",
        _ => "",
    };
    let done = match so_far.deleted {
        0 if matches!(fault, Fault::Unknown { .. }) => "not known to be deleted:".to_owned(),
        0 if unsure.is_empty() => "nothing was deleted:".to_owned(),
        deleted => format!("{} deleted, then:", paint::count(deleted)),
    };
    format!("{done} {}{unsure}", own::words(fault))
}

pub fn report(end: &Unlinked) -> Vec<String> {
    let mut lines = vec![
        summary(end),
        format!(
            "{} could not be deleted:",
            paint::count(end.failed.len() as u64)
        ),
    ];
    lines.extend(
        end.failed
            .iter()
            .take(SAMPLE)
            .map(|(key, fault)| format!("  {}: {}", key.called(), own::words(fault))),
    );
    if end.failed.len() > SAMPLE {
        lines.push(format!(
            "  … and {} more",
            paint::count((end.failed.len() - SAMPLE) as u64)
        ));
    }
    lines.push("esc closes".into());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_a_deletion_got_is_said_as_far_as_it_is_known() {
        let unknown = Fault::Unknown {
            command: "UNLINK".into(),
            done: 0,
        };
        for (deleted, fault, begins, ends) in [
            (
                0,
                &unknown,
                "not known to be deleted: ",
                "may or may not have been done",
            ),
            (
                1_500,
                &unknown,
                "1,500 deleted, then: ",
                "may or may not have been done",
            ),
            (
                0,
                &Fault::Lost,
                "0 deleted, then: ",
                "the next few hundred may be gone too",
            ),
            (0, &Fault::Busy, "nothing was deleted: ", ""),
        ] {
            let so_far = Unlinked {
                deleted,
                ..Unlinked::default()
            };
            let said = broke_off(&so_far, fault);
            assert!(said.starts_with(begins) && said.ends_with(ends), "{said}");
        }
    }
}
