//! Keys too big for DEL where UNLINK is refused: asked about a second time, and then deleted all the same.
use crate::model::resp::quote;
use crate::model::target::Environment;
use crate::model::{Cmd, Key, Reply};
use crate::panes::overlay::confirm::Confirm;
use crate::panes::paint;
use crate::server::{Doomed, Fault, Request, Unlinked};

use super::{SAMPLE, Stage, WORD};

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
    pub fn request(self, doomed: &Doomed) -> Request {
        match self {
            Self::Unlink => Request::Unlink(doomed.clone()),
            Self::Del => {
                let del = |key: &Key| Cmd::new("DEL").arg(key.bytes());
                Request::Act(doomed.keys.iter().map(del).collect())
            }
        }
    }
}

/// Asks about keys that only DEL can take, although it holds up the server. `told` is what came of the others.
pub fn asking(what: &str, keys: Vec<Key>, told: Vec<String>, env: Environment) -> Stage {
    let word = (env == Environment::Prod).then(|| WORD.to_owned());
    let mut question = told;
    // "esc closes" is said by the question itself.
    question.pop();
    question.push(String::new());
    question
        .push("Delete what is too big all the same? Nobody is served until each is freed.".into());
    let shown = keys.iter().take(SAMPLE);
    let mut commands: Vec<String> = shown
        .map(|key| format!("DEL {}", quote(key.bytes())))
        .collect();
    if keys.len() > SAMPLE {
        let more = paint::count((keys.len() - SAMPLE) as u64);
        commands.push(format!("… and {more} more"));
    }
    Stage::Asking {
        confirm: Confirm::new(what, question, commands, word),
        doomed: keys.into(),
        only: None,
        way: Way::Del,
    }
}
