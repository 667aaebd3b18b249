//! A server that is there and does not serve: what is said of it, and what a person can do about it.
use std::time::{Duration, Instant};

use crate::model::change::Change;
use crate::model::plight::Stop;
use crate::model::{Cmd, Plight, Reply};
use crate::panes::connect::Connect;
use crate::panes::overlay::confirm::Confirm;
use crate::panes::tree::Restarted;
use crate::panes::{Effect, Effects, Mood, Reach, refuses_writes};
use crate::server::{Answer, ConnectStep, Fault, Request, Ticket};

use super::overlays::{Overlay, Then};
use super::{App, Line};

/// Why writes were refused last, and which command told.
pub struct Refusal {
    pub plight: Plight,
    command: String,
    /// After that it may be over, and nobody has tried.
    pub until: Instant,
}

/// So long the top line repeats why writes were refused.
const REMEMBERED: Duration = Duration::from_secs(60);

impl App {
    /// The connection is good, and the server serves no reads, or does so again.
    pub(super) fn in_plight(&mut self, plight: Option<Plight>) -> Effects {
        let over = plight.is_none() && self.world.plight.is_some();
        self.world.plight = plight;
        self.plight_since = Some(self.world.now);
        if !over {
            return Vec::new();
        }
        // Reads have waited in the server room. What was given up goes on where it stood.
        let mut effects = self.with(|app, cx| app.tree.linked(Restarted::No, cx));
        effects.extend(self.with(|app, cx| app.value.recovered(cx)));
        effects
    }

    /// What the answer to a change tells of the server's state.
    pub(super) fn learn_refusal(&mut self, change: &Change, answer: &Result<Answer, Fault>) {
        let names = || change.cmds.iter().map(|step| step.cmd.name());
        match answer {
            Err(Fault::Refused { code, text }) => {
                let plight = Plight::of(code, text).filter(|plight| !plight.stops_reads());
                if let (Some(plight), Some(command)) = (plight, names().next()) {
                    let until = self.world.now + REMEMBERED;
                    self.refusal = Some(Refusal {
                        plight,
                        command,
                        until,
                    });
                }
            }
            // A full server deletes all the same: only the command that was refused tells.
            Ok(Answer::Applied(_)) => {
                self.refusal.take_if(|refusal| {
                    refusal.plight != Plight::Oom || names().any(|name| name == refusal.command)
                });
            }
            _ => {}
        }
    }

    /// Connects again at once. Where the login is refused, with what the person gives.
    pub(super) fn retry(&mut self) -> Effects {
        if let Some(why) = self.refuses_retry() {
            self.say(Mood::Bad, why);
            return Vec::new();
        }
        if let Line::Down { failed, .. } = &self.line
            && failed.step == ConnectStep::Auth
            && self.connect.as_ref().is_none_or(|connect| !connect.on_top)
        {
            let failed = failed.clone();
            let connect = self
                .connect
                .get_or_insert_with(|| Connect::new(self.target.clone()));
            connect.fail(failed);
            connect.on_top = true;
            return Vec::new();
        }
        self.say(Mood::Plain, "connecting again");
        self.line = Line::Trying(ConnectStep::Tcp);
        self.world.link = Reach::Down;
        vec![Effect::Ask(self.tickets.draw(), Request::Retry)]
    }

    pub(super) fn refuses_retry(&self) -> Option<String> {
        // A write may be waiting on a connection of its own.
        let good = matches!(self.line, Line::Up)
            && self.world.plight != Some(Plight::Silent)
            && self.writes.is_empty();
        good.then(|| "the connection is good".to_owned())
    }

    /// Asks before it stops what keeps the server busy.
    pub(super) fn ask_to_stop(&mut self) {
        let Some(Plight::Busy(stop)) = self.world.plight else {
            return;
        };
        let (cmd, question) = match stop {
            Stop::Script => (
                Cmd::new("SCRIPT KILL"),
                "Stop the script? Whoever runs it gets an error.",
            ),
            Stop::Function => (
                Cmd::new("FUNCTION KILL"),
                "Stop the function? Whoever runs it gets an error.",
            ),
        };
        let lines = vec![cmd.cli()];
        let confirm = Confirm::new("Really?", vec![question.to_owned()], lines, None);
        let then = Then::Stop(cmd);
        self.overlays.push(Overlay::Confirm { confirm, then });
    }

    pub(super) fn refuses_to_stop(&self) -> Option<String> {
        match self.world.plight {
            Some(Plight::Busy(_)) => refuses_writes(&self.world),
            _ => Some("no script keeps the server busy".into()),
        }
    }

    pub(super) fn stop(&mut self, cmd: Cmd) -> Effects {
        let ticket = self.tickets.draw();
        self.stopping = Some(ticket);
        vec![Effect::Ask(ticket, Request::Act(vec![cmd]))]
    }

    /// What came of stopping, if it is that.
    pub(super) fn take_stop(&mut self, ticket: Ticket, answer: &Result<Answer, Fault>) -> bool {
        if self.stopping != Some(ticket) {
            return false;
        }
        self.stopping = None;
        let refused = match answer {
            Ok(Answer::Replies(replies)) => replies.iter().find_map(|reply| match reply {
                Reply::Error { code, .. } if code == "NOTBUSY" => None,
                Reply::Error { code, .. } if code == "UNKILLABLE" => {
                    Some("it has written already and cannot be stopped (UNKILLABLE): only SHUTDOWN NOSAVE ends it, and loses what was not saved".to_owned())
                }
                Reply::Error { code, text } => Some(format!("not stopped: {code} {text}")),
                _ => None,
            }),
            Ok(_) => None,
            Err(fault) => Some(format!("not stopped: {fault}")),
        };
        match refused {
            Some(why) => self.say(Mood::Bad, why),
            None => self.say(Mood::Good, "it was stopped"),
        }
        true
    }
}
