//! Bringing deleted keys back: progress that can be stopped, then what could not be brought back.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::undo::Kept;
use crate::panes::{Cx, Effect, Effects, paint};
use crate::server::{Answer, Fault, Request, Restored, Ticket};
use crate::widgets::theme::Theme;
use crate::widgets::{popup, text};

/// How many keys are named that did not come back.
const SAMPLE: usize = 8;

/// Keys on their way back.
pub struct Revive {
    /// Its number in the list of what can be undone.
    id: u64,
    ticket: Ticket,
    wanted: u64,
    so_far: Restored,
    /// What is to be read at the end.
    report: Option<Vec<String>>,
}

/// What a chord or an answer leads to.
pub enum Turn {
    Stay(Effects),
    Close,
    /// It is over; said in one line, or there is something to read first.
    Over {
        id: u64,
        so_far: Restored,
        said: Option<String>,
    },
}

impl Revive {
    pub fn new(id: u64, kept: Vec<Kept>, cx: &mut Cx) -> (Self, Effect) {
        let wanted = kept.len() as u64;
        let (ticket, effect) = cx.ask(Request::Restore(kept));
        let revive = Self {
            id,
            ticket,
            wanted,
            so_far: Restored::default(),
            report: None,
        };
        (revive, effect)
    }

    pub fn press(&mut self, chord: Chord) -> Turn {
        let action = lookup(&[self.layer()], chord).map(|binding| binding.action);
        match (&self.report, action) {
            (Some(_), Some(Action::Back)) => Turn::Close,
            (None, Some(Action::No)) => Turn::Stay(vec![Effect::Forget(self.ticket)]),
            _ => Turn::Stay(Vec::new()),
        }
    }

    /// Takes an answer; `None` when it is to somebody else.
    pub fn take(&mut self, own: Ticket, answer: &Result<Answer, Fault>) -> Option<Turn> {
        if own != self.ticket {
            return None;
        }
        let fault = match answer {
            Ok(Answer::Restored(progress)) => {
                self.so_far.back.extend(progress.back.iter().cloned());
                self.so_far.taken.extend(progress.taken.iter().cloned());
                self.so_far.failed.extend(progress.failed.iter().cloned());
                if !progress.done {
                    return Some(Turn::Stay(Vec::new()));
                }
                None
            }
            Ok(_) => return Some(Turn::Stay(Vec::new())),
            Err(fault) => Some(fault),
        };
        let mut lines = self.lines(fault);
        let said = match lines.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        if said.is_none() {
            lines.push("esc closes".into());
            self.report = Some(lines);
        }
        Some(Turn::Over {
            id: self.id,
            so_far: std::mem::take(&mut self.so_far),
            said,
        })
    }

    fn lines(&self, fault: Option<&Fault>) -> Vec<String> {
        let Restored {
            back,
            taken,
            failed,
            ..
        } = &self.so_far;
        let met = (back.len() + taken.len() + failed.len()) as u64;
        let rest = self.wanted.saturating_sub(met);
        let first = match (back.as_slice(), self.wanted) {
            ([key], 1) => format!("undone: {} is back", key.called()),
            (_, 1) => "not undone:".to_owned(),
            (back, wanted) => format!(
                "{}{} of {} keys are back",
                if back.is_empty() { "" } else { "undone: " },
                paint::count(back.len() as u64),
                paint::count(wanted)
            ),
        };
        let mut lines = vec![first];
        if let Some(fault) = fault {
            lines.push(format!("then: {fault}"));
        } else if rest > 0 {
            lines.push(format!(
                "stopped: {} were left; u goes on",
                paint::count(rest)
            ));
        }
        let taken = taken.iter().map(|key| {
            let key = key.called();
            format!("  {key}: its name is taken again, and nothing is overwritten")
        });
        let failed = failed
            .iter()
            .map(|(key, fault)| format!("  {}: {fault}", key.called()));
        let mut named: Vec<String> = taken.chain(failed).collect();
        if named.len() > SAMPLE {
            let more = named.len() - SAMPLE;
            named.truncate(SAMPLE);
            named.push(format!("  … and {} more", paint::count(more as u64)));
        }
        lines.extend(named);
        lines
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let lines = self.report.clone().unwrap_or_else(|| {
            let back = paint::count(self.so_far.back.len() as u64);
            let wanted = paint::count(self.wanted);
            vec![
                format!("{back} of {wanted} keys are back"),
                "esc stops".into(),
            ]
        });
        let height = (lines.len() as u16)
            .saturating_add(popup::EDGES)
            .min(area.height);
        let inner = popup::frame(popup::centred(area, 70, height), buf, "Undo", theme);
        for (line, row) in lines.into_iter().zip(inner.rows()) {
            text::fit(Line::styled(line, theme.text), usize::from(inner.width)).render(row, buf);
        }
    }

    /// For the footer.
    pub fn layer(&self) -> Layer {
        match self.report {
            Some(_) => Layer::Report,
            None => Layer::Progress,
        }
    }
}
