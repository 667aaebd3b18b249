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
use super::ending::{Way, deleted, gone, heavy, report, summary};

/// How many names are shown before a deletion.
pub const SAMPLE: usize = 8;
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
        way: Way,
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
            Stage::Asking { keys, confirm, way } => match confirm.press(chord) {
                confirm::Turn::Stay => Turn::Stay(Vec::new()),
                confirm::Turn::No => over(Vec::new(), Vec::new(), None),
                confirm::Turn::Yes => {
                    let keys = std::mem::take(keys);
                    let (ticket, effect) = cx.ask(way.request(&keys));
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
                        let said =
                            format!("{} deleted, then: {fault}", paint::count(so_far.deleted));
                        return Some(over(Vec::new(), gone(keys, so_far), Some(said)));
                    }
                    // To DEL, one command for each key; the last of them may be a refusal.
                    Ok(Answer::Replies(replies)) => *so_far = deleted(keys, replies),
                    Ok(_) => {}
                }
                if !so_far.done {
                    return Some(Turn::Stay(Vec::new()));
                }
                let gone = gone(keys, so_far);
                if so_far.failed.is_empty() {
                    return Some(over(Vec::new(), gone, Some(summary(so_far))));
                }
                self.stage = match heavy(so_far) {
                    heavy if heavy.is_empty() => Stage::Report {
                        lines: report(so_far),
                    },
                    heavy => asking_again(&self.what, heavy, report(so_far), self.env),
                };
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
        way: Way::Unlink,
    }
}

/// Asks about keys that only DEL can take, although it holds up the server.
fn asking_again(what: &str, keys: Vec<Key>, told: Vec<String>, env: Environment) -> Stage {
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
        keys,
        way: Way::Del,
    }
}
