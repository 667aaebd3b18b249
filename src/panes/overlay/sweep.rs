//! Deleting keys: count and sample first, then progress that can be stopped, then what failed.
use std::collections::HashSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::resp::quote;
use crate::model::target::Environment;
use crate::model::{Key, Pattern};
use crate::panes::{Cx, Effect, Effects, paint};
use crate::server::{Answer, Fault, Purpose, Request, Ticket, Unlinked, Walk};
use crate::widgets::theme::Theme;
use crate::widgets::{popup, text};

use super::confirm::{self, Confirm};

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
}

enum Stage {
    /// Gathering the names below a folder.
    Counting {
        ticket: Ticket,
        folder: Key,
        found: HashSet<Key>,
        share: f64,
    },
    Asking {
        keys: Vec<Key>,
        confirm: Confirm,
    },
    Deleting {
        ticket: Ticket,
        keys: Vec<Key>,
        so_far: Unlinked,
    },
    Report {
        lines: Vec<String>,
    },
}

/// What a chord or an answer leads to.
pub enum Turn {
    Stay(Effects),
    /// It is over: these keys are gone, and this is what to say.
    Over {
        effects: Effects,
        gone: Vec<Key>,
        said: Option<String>,
    },
    /// Keys are gone, but there is something to read first.
    Read(Vec<Key>),
}

impl Sweep {
    /// Asks before these keys are deleted.
    pub fn keys(keys: Vec<Key>, env: Environment) -> Self {
        let what = match keys.as_slice() {
            [key] => format!("Delete {}", key.printed()),
            keys => format!("Delete {} keys", paint::count(keys.len() as u64)),
        };
        let stage = asking(&what, keys, env);
        Self { what, stage, env }
    }

    /// Counts what is below a folder, then asks.
    pub fn folder(folder: Key, cx: &mut Cx) -> (Self, Effects) {
        let walk = Walk {
            purpose: Purpose::Folder,
            pattern: Pattern::below(folder.bytes()).ok(),
            kind: None,
            count: cx.world.setup.count,
            from: None,
        };
        let what = format!("Delete all below {}", folder.printed());
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
            },
            vec![effect],
        )
    }

    pub fn press(&mut self, chord: Chord, cx: &mut Cx) -> Turn {
        let action = lookup(&[self.layer()], chord).map(|binding| binding.action);
        match &mut self.stage {
            Stage::Counting { ticket, .. } if action == Some(Action::No) => over(
                vec![Effect::Forget(*ticket)],
                Vec::new(),
                Some("nothing was deleted".into()),
            ),
            Stage::Deleting {
                ticket,
                keys,
                so_far,
            } if action == Some(Action::No) => {
                let forget = vec![Effect::Forget(*ticket)];
                let said = format!(
                    "stopped: {} of {} deleted; a batch that was on its way may have been deleted too",
                    paint::count(so_far.deleted),
                    paint::count(keys.len() as u64)
                );
                over(forget, gone(keys, so_far), Some(said))
            }
            Stage::Asking { keys, confirm } => match confirm.press(chord) {
                confirm::Turn::Stay => Turn::Stay(Vec::new()),
                confirm::Turn::No => over(Vec::new(), Vec::new(), None),
                confirm::Turn::Yes => {
                    let keys = std::mem::take(keys);
                    let (ticket, effect) = cx.ask(Request::Unlink(keys.clone()));
                    self.stage = Stage::Deleting {
                        ticket,
                        keys,
                        so_far: Unlinked::default(),
                    };
                    Turn::Stay(vec![effect])
                }
            },
            Stage::Report { .. } if action == Some(Action::Back) => {
                over(Vec::new(), Vec::new(), None)
            }
            _ => Turn::Stay(Vec::new()),
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
    ) -> Option<Turn> {
        match &mut self.stage {
            Stage::Counting {
                ticket,
                folder,
                found,
                share,
            } if *ticket == own => {
                let keys = match answer {
                    Ok(Answer::Keys(batch)) => {
                        let below = batch
                            .keys
                            .iter()
                            .filter(|key| key.bytes().starts_with(folder.bytes()));
                        found.extend(below.cloned());
                        *share = batch.share;
                        if !batch.done {
                            return Some(Turn::Stay(Vec::new()));
                        }
                        let mut keys: Vec<Key> = std::mem::take(found).into_iter().collect();
                        keys.sort_unstable();
                        keys
                    }
                    Err(Fault::Denied { .. }) => loaded(folder),
                    Err(fault) => {
                        return Some(over(
                            Vec::new(),
                            Vec::new(),
                            Some(format!("not counted: {fault}")),
                        ));
                    }
                    Ok(_) => return Some(Turn::Stay(Vec::new())),
                };
                if keys.is_empty() {
                    return Some(over(
                        Vec::new(),
                        Vec::new(),
                        Some("there is no key below this folder any more".into()),
                    ));
                }
                self.stage = asking(&self.what, keys, self.env);
                Some(Turn::Stay(Vec::new()))
            }
            Stage::Deleting {
                ticket,
                keys,
                so_far,
            } if *ticket == own => {
                match answer {
                    Ok(Answer::Unlinked(progress)) => so_far.clone_from(progress),
                    Err(fault) => {
                        let unsure = match fault {
                            Fault::Lost | Fault::Slow(_) => {
                                "; the next few hundred may be gone too"
                            }
                            _ => "",
                        };
                        let deleted = paint::count(so_far.deleted);
                        let said = format!("{deleted} deleted, then: {fault}{unsure}");
                        return Some(over(Vec::new(), gone(keys, so_far), Some(said)));
                    }
                    Ok(_) => {}
                }
                if !so_far.done {
                    return Some(Turn::Stay(Vec::new()));
                }
                let gone = gone(keys, so_far);
                if so_far.failed.is_empty() {
                    return Some(over(Vec::new(), gone, Some(summary(so_far))));
                }
                let lines = report(so_far);
                self.stage = Stage::Report { lines };
                Some(Turn::Read(gone))
            }
            _ => None,
        }
    }

    pub fn arrange(&mut self, area: Rect) {
        if let Stage::Asking { confirm, .. } = &mut self.stage {
            confirm.arrange(area);
        }
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let lines = match &self.stage {
            Stage::Asking { confirm, .. } => return confirm.draw(area, buf, theme),
            Stage::Counting { found, share, .. } => vec![
                format!(
                    "{} keys so far, {:.0} % scanned",
                    paint::count(found.len() as u64),
                    (share * 100.0).floor()
                ),
                "esc stops".into(),
            ],
            Stage::Deleting { keys, so_far, .. } => vec![
                format!(
                    "{} of {} deleted",
                    paint::count(so_far.deleted),
                    paint::count(keys.len() as u64)
                ),
                "esc stops".into(),
            ],
            Stage::Report { lines } => lines.clone(),
        };
        let height = (lines.len() as u16)
            .saturating_add(popup::EDGES)
            .min(area.height);
        let inner = popup::frame(popup::centred(area, 70, height), buf, &self.what, theme);
        for (line, row) in lines.into_iter().zip(inner.rows()) {
            text::fit(Line::styled(line, theme.text), usize::from(inner.width)).render(row, buf);
        }
    }

    /// For the footer.
    pub fn layer(&self) -> Layer {
        match &self.stage {
            Stage::Asking { confirm, .. } => confirm.layer(),
            Stage::Counting { .. } | Stage::Deleting { .. } => Layer::Progress,
            Stage::Report { .. } => Layer::Report,
        }
    }
}

fn over(effects: Effects, gone: Vec<Key>, said: Option<String>) -> Turn {
    Turn::Over {
        effects,
        gone,
        said,
    }
}

fn asking(what: &str, keys: Vec<Key>, env: Environment) -> Stage {
    let word = (env == Environment::Prod).then(|| WORD.to_owned());
    let mut question = vec![match keys.as_slice() {
        [key] => format!("Delete {} ?", key.printed()),
        keys => format!("Delete these {} keys?", paint::count(keys.len() as u64)),
    }];
    if keys.len() > 1 {
        question.extend(
            keys.iter()
                .take(SAMPLE)
                .map(|key| format!("  {}", key.printed())),
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
    Stage::Asking {
        confirm: Confirm::new(what, question, commands, word),
        keys,
    }
}

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

fn summary(end: &Unlinked) -> String {
    let noun = if end.deleted == 1 { "key" } else { "keys" };
    let missing = match end.missing {
        0 => String::new(),
        n => format!(", {} were already gone", paint::count(n)),
    };
    format!("{} {noun} deleted{missing}", paint::count(end.deleted))
}

fn report(end: &Unlinked) -> Vec<String> {
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
