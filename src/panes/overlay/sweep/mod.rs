//! Deleting keys: count, sample and what an undo can keep first, then progress that can be stopped, then what failed.
use std::collections::HashSet;

use ratatui::layout::Rect;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::target::Environment;
use crate::model::undo::Kept;
use crate::model::{Key, Pattern};
use crate::panes::{Cx, Effect, Effects, Mood, paint};
use crate::server::{Answer, Doomed, Fault, Purpose, Request, Ticket, Unlinked, Walk};

use super::confirm::{self, Confirm};

mod draw;
mod heavy;
mod load;
mod told;

use heavy::Way;
use load::{Load, RestoreOnly};
pub use told::Swept;
use told::{broke_off, report, summary, swept};

/// How many names are shown before a deletion.
const SAMPLE: usize = 8;
/// The word that is typed before a deletion in production.
const WORD: &str = "delete";

/// A deletion under way.
pub struct Sweep {
    /// What is deleted, in words.
    what: String,
    stage: Stage,
    env: Environment,
    /// How many of the keys are on show, where not all need be.
    shown: Option<usize>,
}

enum Stage {
    /// Gathering the names below a folder.
    Counting {
        ticket: Ticket,
        folder: Key,
        found: HashSet<Key>,
        share: f64,
    },
    /// Asking how big they are.
    Weighing {
        ticket: Ticket,
        keys: Vec<Key>,
        bytes: Vec<Option<u64>>,
        restore_only: u64,
    },
    Asking {
        doomed: Doomed,
        only: Option<RestoreOnly>,
        confirm: Confirm,
        way: Way,
    },
    Deleting {
        ticket: Ticket,
        keys: Vec<Key>,
        so_far: Unlinked,
        kept: Vec<Kept>,
        only: Option<RestoreOnly>,
        stopped: Stopped,
    },
    Report {
        lines: Vec<String>,
    },
}

/// Whether the person wants no more to be deleted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stopped {
    No,
    Yes,
}

/// What a chord or an answer leads to.
pub enum Turn {
    Stay(Effects),
    /// It is over: this is gone, and this is what to say.
    Over {
        effects: Effects,
        swept: Swept,
        said: Option<(Mood, String)>,
    },
    /// This is gone, but there is something to read first.
    Read(Swept),
}

impl Sweep {
    /// Asks before these keys are deleted.
    pub fn keys(keys: Vec<Key>, env: Environment, cx: &mut Cx) -> (Self, Effects) {
        let what = match keys.as_slice() {
            [key] => format!("Delete {}", key.called()),
            keys => format!("Delete {} keys", paint::count(keys.len() as u64)),
        };
        let (stage, effects) = weigh(keys, cx);
        let sweep = Self {
            what,
            stage,
            env,
            shown: None,
        };
        (sweep, effects)
    }

    /// Counts what is below a folder, then asks. `shown`: so many of its keys are on show, where not all need be.
    pub fn folder(folder: Key, shown: Option<usize>, cx: &mut Cx) -> (Self, Effects) {
        let walk = Walk {
            purpose: Purpose::Folder,
            pattern: Pattern::below(folder.bytes()).ok(),
            kind: None,
            count: cx.world.setup.count,
            from: None,
        };
        let what = format!("Delete all below {}", folder.called());
        let (ticket, effect) = cx.ask(Request::Keys(walk));
        let stage = Stage::Counting {
            ticket,
            folder,
            found: HashSet::new(),
            share: 0.0,
        };
        (
            Self {
                what,
                stage,
                env: cx.world.setup.env,
                shown,
            },
            vec![effect],
        )
    }

    pub fn press(&mut self, chord: Chord, cx: &mut Cx) -> Turn {
        let action = lookup(&[self.layer()], chord).map(|binding| binding.action);
        match &mut self.stage {
            Stage::Counting { ticket, .. } | Stage::Weighing { ticket, .. }
                if action == Some(Action::No) =>
            {
                let forget = vec![Effect::Forget(*ticket)];
                over(
                    forget,
                    Swept::default(),
                    Some((Mood::Plain, "nothing was deleted".into())),
                )
            }
            // The batch that is on its way is waited for: it can be brought back too.
            Stage::Deleting {
                ticket, stopped, ..
            } if action == Some(Action::No) => {
                *stopped = Stopped::Yes;
                Turn::Stay(vec![Effect::Forget(*ticket)])
            }
            Stage::Asking {
                doomed,
                only,
                confirm,
                way,
            } => match confirm.press(chord) {
                confirm::Turn::Stay => stay(),
                confirm::Turn::No => over(Vec::new(), Swept::default(), None),
                confirm::Turn::Yes => {
                    let (ticket, effect) = cx.ask(way.request(doomed));
                    self.stage = Stage::Deleting {
                        ticket,
                        keys: std::mem::take(&mut doomed.keys),
                        so_far: Unlinked::default(),
                        kept: Vec::new(),
                        only: *only,
                        stopped: Stopped::No,
                    };
                    Turn::Stay(vec![effect])
                }
            },
            Stage::Report { .. } if action == Some(Action::Back) => {
                over(Vec::new(), Swept::default(), None)
            }
            _ => stay(),
        }
    }

    pub fn paste(&mut self, text: &str) {
        if let Stage::Asking { confirm, .. } = &mut self.stage {
            confirm.paste(text);
        }
    }

    /// Takes an answer; `None` when it is to somebody else. `loaded` are the names below the folder that the tree
    /// holds, for a user who may not SCAN.
    pub fn take(
        &mut self,
        own: Ticket,
        answer: &Result<Answer, Fault>,
        loaded: impl FnOnce(&Key) -> Vec<Key>,
        cx: &mut Cx,
    ) -> Option<Turn> {
        match &mut self.stage {
            Stage::Counting { ticket, .. } if *ticket == own => {
                Some(self.counted(answer, loaded, cx))
            }
            Stage::Weighing { ticket, .. } if *ticket == own => Some(self.weighed(answer, cx)),
            Stage::Deleting { ticket, .. } if *ticket == own => Some(self.deleted(answer)),
            _ => None,
        }
    }

    /// More names below the folder, or all of them.
    fn counted(
        &mut self,
        answer: &Result<Answer, Fault>,
        loaded: impl FnOnce(&Key) -> Vec<Key>,
        cx: &mut Cx,
    ) -> Turn {
        let Stage::Counting {
            folder,
            found,
            share,
            ..
        } = &mut self.stage
        else {
            return stay();
        };
        let keys = match answer {
            Ok(Answer::Keys(batch)) => {
                let below = |name: &&[u8]| name.starts_with(folder.bytes());
                found.extend(batch.keys.iter().filter(below).map(Key::new));
                *share = batch.share;
                if !batch.done {
                    return stay();
                }
                let mut keys: Vec<Key> = std::mem::take(found).into_iter().collect();
                keys.sort_unstable();
                keys
            }
            Err(Fault::Denied { .. }) => {
                self.what = format!("Delete what is known below {} (no SCAN)", folder.called());
                loaded(folder)
            }
            Err(fault) => return nothing(format!("not counted: {fault}")),
            Ok(_) => return stay(),
        };
        if keys.is_empty() {
            return nothing("there is no key below this folder any more");
        }
        let (stage, effects) = weigh(keys, cx);
        self.stage = stage;
        Turn::Stay(effects)
    }

    /// More sizes, or all of them.
    fn weighed(&mut self, answer: &Result<Answer, Fault>, cx: &Cx) -> Turn {
        let Stage::Weighing {
            keys,
            bytes,
            restore_only,
            ..
        } = &mut self.stage
        else {
            return stay();
        };
        match answer {
            Ok(Answer::Weighed(weighed)) => {
                bytes.extend(&weighed.bytes);
                *restore_only += weighed.restore_only;
                if !weighed.done {
                    return stay();
                }
            }
            // Nothing is kept then, and that is said.
            Err(Fault::Denied { .. } | Fault::Odd(_) | Fault::Refused { .. }) => bytes.clear(),
            Err(fault) => return nothing(format!("nothing was deleted: {fault}")),
            Ok(_) => return stay(),
        }
        let only = RestoreOnly::of(*restore_only, &cx.world.own);
        let unkept = cx.world.own.refuses_keeping();
        let load = Load::of(std::mem::take(keys), bytes, only)
            .unkept(unkept)
            .beside(self.shown);
        self.stage = asking(&self.what, load, self.env);
        stay()
    }

    /// More keys are gone, or all of them.
    fn deleted(&mut self, answer: &Result<Answer, Fault>) -> Turn {
        let Stage::Deleting {
            keys,
            so_far,
            kept,
            only,
            stopped,
            ..
        } = &mut self.stage
        else {
            return stay();
        };
        match answer {
            Ok(Answer::Unlinked(progress)) => {
                kept.extend(progress.kept.iter().cloned());
                so_far.clone_from(progress);
            }
            Err(fault) => {
                let mut swept = swept(keys, so_far, std::mem::take(kept));
                if !matches!(fault, Fault::Lost | Fault::Slow(_)) {
                    swept.keep_what_went();
                }
                // Somebody must read that, whatever happens next.
                let said = (Mood::Bad, broke_off(so_far, fault));
                return over(Vec::new(), swept, Some(said));
            }
            // To DEL, one command for each key; the last of them may be a refusal.
            Ok(Answer::Replies(replies)) => *so_far = heavy::deleted(keys, replies),
            Ok(_) => {}
        }
        if !so_far.done {
            return stay();
        }
        let swept = swept(keys, so_far, std::mem::take(kept));
        if !so_far.failed.is_empty() {
            let (lines, heavy) = (report(so_far), heavy::heavy(so_far));
            self.stage = if heavy.is_empty() {
                Stage::Report { lines }
            } else {
                heavy::asking(&self.what, heavy, lines, self.env)
            };
            return Turn::Read(swept);
        }
        let said = if *stopped == Stopped::Yes && swept.gone.len() < keys.len() {
            let of = paint::count(keys.len() as u64);
            format!("stopped: {} of {of} deleted", paint::count(so_far.deleted))
        } else {
            summary(so_far)
        };
        let said = format!("{said}{}", swept.back(*only));
        over(Vec::new(), swept, Some((Mood::Plain, said)))
    }

    pub fn arrange(&mut self, area: Rect) {
        if let Stage::Asking { confirm, .. } = &mut self.stage {
            confirm.arrange(area);
        }
    }

    /// For the footer.
    pub fn layer(&self) -> Layer {
        match &self.stage {
            Stage::Asking { confirm, .. } => confirm.layer(),
            Stage::Counting { .. } | Stage::Weighing { .. } | Stage::Deleting { .. } => {
                Layer::Progress
            }
            Stage::Report { .. } => Layer::Report,
        }
    }
}

fn stay() -> Turn {
    Turn::Stay(Vec::new())
}

/// It ended before anything was deleted.
fn nothing(said: impl Into<String>) -> Turn {
    let said = (Mood::Plain, said.into());
    over(Vec::new(), Swept::default(), Some(said))
}

fn over(effects: Effects, swept: Swept, said: Option<(Mood, String)>) -> Turn {
    Turn::Over {
        effects,
        swept,
        said,
    }
}

fn weigh(keys: Vec<Key>, cx: &mut Cx) -> (Stage, Effects) {
    let (ticket, effect) = cx.ask(Request::Weigh(keys.clone()));
    let bytes = Vec::with_capacity(keys.len());
    let stage = Stage::Weighing {
        ticket,
        keys,
        bytes,
        restore_only: 0,
    };
    (stage, vec![effect])
}

fn asking(what: &str, load: Load, env: Environment) -> Stage {
    let word = (env == Environment::Prod).then(|| WORD.to_owned());
    let (question, commands) = load.question();
    Stage::Asking {
        confirm: Confirm::new(what, question, commands, word),
        doomed: load.doomed,
        only: load.only,
        way: Way::Unlink,
    }
}
