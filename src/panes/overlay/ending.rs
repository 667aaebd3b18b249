//! How keys are deleted, and what came of it: which are gone, which are left and why, in words.
use std::collections::HashSet;

use crate::model::{Cmd, Key, Reply};
use crate::panes::paint;
use crate::server::{Fault, Request, Unlinked};

use super::sweep::SAMPLE;

/// How keys are deleted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Unlink,
    /// By DEL, although it holds up the server: UNLINK is refused.
    Del,
}

/// The keys that were left because they are too big for DEL.
pub fn heavy(end: &Unlinked) -> Vec<Key> {
    let heavy = |(key, fault): &(Key, Fault)| matches!(fault, Fault::Heavy(_)).then(|| key.clone());
    end.failed.iter().filter_map(heavy).collect()
}

/// What came of one DEL for each of these keys; those behind a refusal were not tried.
pub fn deleted(keys: &[Key], replies: &[Reply]) -> Unlinked {
    let mut end = Unlinked {
        done: true,
        ..Unlinked::default()
    };
    for (key, reply) in keys.iter().zip(replies) {
        match reply {
            Reply::Int(0) => end.missing += 1,
            Reply::Error { code, text } => {
                let fault = Fault::Refused {
                    code: code.clone(),
                    text: text.clone(),
                };
                end.failed.push((key.clone(), fault));
            }
            _ => end.deleted += 1,
        }
    }
    end
}

impl Way {
    /// What deletes these keys.
    pub fn request(self, keys: &[Key]) -> Request {
        match self {
            Self::Unlink => Request::Unlink(keys.to_vec().into()),
            Self::Del => {
                let del = |key: &Key| Cmd::new("DEL").arg(key.bytes());
                Request::Act(keys.iter().map(del).collect())
            }
        }
    }
}

/// The keys that are gone: all that were dealt with, in order, but those that failed.
pub fn gone(keys: &[Key], so_far: &Unlinked) -> Vec<Key> {
    let dealt = so_far.deleted + so_far.missing + so_far.failed.len() as u64;
    let failed: HashSet<&Key> = so_far.failed.iter().map(|(key, _)| key).collect();
    keys.iter()
        .take(dealt as usize)
        .filter(|key| !failed.contains(key))
        .cloned()
        .collect()
}

/// How many were deleted, in words.
pub fn summary(end: &Unlinked) -> String {
    let noun = if end.deleted == 1 { "key" } else { "keys" };
    let missing = match end.missing {
        0 => String::new(),
        n => format!(", {} were already gone", paint::count(n)),
    };
    format!("{} {noun} deleted{missing}", paint::count(end.deleted))
}

/// The same, and what was not and why.
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
            .map(|(key, fault)| format!("  {}: {fault}", key.printed())),
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
