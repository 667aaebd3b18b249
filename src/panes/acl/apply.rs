//! A change on its way: read again, send once, read back, prove. What goes wrong is said, and nothing is sent twice.
use crate::model::acl::matrix::Row;
use crate::model::acl::{User, diff, replies};
use crate::model::printed::print;
use crate::model::resp::{Cmd, Reply};
use crate::panes::{Cx, Effect, Effects, Mood, News, refuses_writes, say};
use crate::server::{Answer, Fault, Request, Ticket, Topic};

use super::Acl;
use super::load::refusal;
use super::over::Over;
use super::wish::{Origin, Step, Wish};

/// A change that is under way.
pub struct Job {
    pub wish: Wish,
    pub stage: Stage,
    pub ticket: Ticket,
    /// What the server holds is not what was sent.
    pub trouble: Option<String>,
    /// Refusals of the proof, each of which the server logs.
    pub logged: usize,
}

/// What is awaited.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The users as they are now, before anything is sent.
    Check,
    Send,
    /// The user as it is afterwards.
    Verify,
    /// ACL DRYRUN of these.
    DryRun(Vec<Row>),
    /// A login that tries whether transactions can be opened and dropped.
    Login(Vec<Row>),
    /// A login that tries these.
    Trial(Vec<Row>, Trial),
}

/// How operations are tried by a login.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trial {
    /// Each is queued in a transaction that is dropped.
    Queued,
    /// These places are done in earnest, the others are left out.
    Done(Vec<usize>),
}

/// Tells that users were changed, and what restores them.
fn changed(back: Vec<Step>, origin: Origin) -> Effect {
    let names = back.first().map_or(String::new(), |step| print(&step.name));
    let done = match back.first() {
        Some(step) if step.after.is_none() => "user created",
        Some(step) if step.before.is_none() => "user deleted",
        _ => "user changed",
    };
    Effect::Tell(News::Users {
        done,
        about: names,
        back,
        origin,
    })
}

fn get_user(name: &[u8]) -> Cmd {
    Cmd::new("ACL GETUSER").arg(name)
}

impl Job {
    /// Whether it waits in the lane of writes, which answers whatever becomes of the connection.
    pub(super) fn is_sent(&self) -> bool {
        matches!(self.stage, Stage::Send | Stage::Login(_))
    }
}

impl Acl {
    /// Does what was reviewed and confirmed, unless it can not be sent.
    pub(super) fn begin(&mut self, wish: Wish, cx: &mut Cx) -> Effects {
        if let Some(why) = refuses_writes(cx.world) {
            return vec![say(Mood::Bad, why)];
        }
        if self.job.is_some() {
            return vec![say(Mood::Bad, "another change is under way: wait for it")];
        }
        if let Err(why) = wish.cmds(self.facts.catalog()) {
            return vec![say(Mood::Bad, format!("nothing was sent: {why}"))];
        }
        let cmds = wish.steps.iter().map(|step| get_user(&step.name)).collect();
        let topic = Topic::User;
        let (ticket, effect) = cx.ask(Request::Read { topic, cmds });
        self.job = Some(Job {
            wish,
            stage: Stage::Check,
            ticket,
            trouble: None,
            logged: 0,
        });
        let said = "checking that nobody changed it meanwhile, then sending and proving…";
        vec![effect, say(Mood::Plain, said)]
    }

    /// The answer to a change under way, if it is one.
    pub(super) fn take_job(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Fault>,
        cx: &mut Cx,
    ) -> Option<Effects> {
        let mut job = self.job.take_if(|job| job.ticket == ticket)?;
        let stage = std::mem::replace(&mut job.stage, Stage::Check);
        Some(match stage {
            Stage::Check => self.checked(job, answer, cx),
            Stage::Send => self.sent(job, answer, cx),
            Stage::Verify => self.read_back(job, answer, cx),
            Stage::DryRun(rows) => self.dry_run(job, rows, answer, cx),
            Stage::Login(rows) => self.logged_in(job, rows, answer, cx),
            Stage::Trial(rows, trial) => self.tried(job, rows, &trial, answer),
        })
    }

    /// Goes on with the job once this is answered.
    pub(super) fn await_answer(
        &mut self,
        mut job: Job,
        stage: Stage,
        request: Request,
        cx: &mut Cx,
    ) -> Effects {
        let (ticket, effect) = cx.ask(request);
        job.stage = stage;
        job.ticket = ticket;
        self.job = Some(job);
        vec![effect]
    }

    /// Sends it, if the users are still what they were when the form was opened.
    fn checked(&mut self, job: Job, answer: &Result<Answer, Fault>, cx: &mut Cx) -> Effects {
        let replies = match answer {
            Ok(Answer::Replies(replies)) => replies,
            Ok(_) => return Vec::new(),
            Err(fault) => return vec![say(Mood::Bad, format!("nothing was sent: {fault}"))],
        };
        for (step, reply) in job.wish.steps.iter().zip(replies) {
            let why = refusal("ACL GETUSER", reply).or_else(|| {
                let now = replies::get_user(&step.name, reply, self.facts.dialect);
                let why = self.meanwhile(&step.name, step.before.as_ref(), now.as_ref())?;
                // What is no change of one user ends here, and is asked for anew.
                let ends = step.before.is_some() && !self.clash(&job.wish, now);
                let hint = if ends { "; esc, and look again" } else { "" };
                Some(format!("{why}{hint}"))
            });
            if let Some(why) = why {
                let mut effects = self.facts.load_users(cx);
                effects.push(say(Mood::Bad, format!("nothing was sent: {why}")));
                return effects;
            }
        }
        match job.wish.cmds(self.facts.catalog()) {
            Ok(cmds) => self.await_answer(job, Stage::Send, Request::Act(cmds), cx),
            Err(why) => vec![say(Mood::Bad, format!("nothing was sent: {why}"))],
        }
    }

    /// What somebody did to a user meanwhile.
    fn meanwhile(&self, name: &[u8], before: Option<&User>, now: Option<&User>) -> Option<String> {
        let name = print(name);
        match (before, now) {
            (None, None) => None,
            (Some(before), Some(now)) => (!diff::same(before, now, self.facts.catalog()))
                .then(|| format!("somebody changed {name} since this was opened")),
            (None, Some(_)) => Some(format!("there is a user {name} already")),
            (Some(_), None) => Some(format!("somebody deleted {name} since this was opened")),
        }
    }

    fn sent(&mut self, job: Job, answer: &Result<Answer, Fault>, cx: &mut Cx) -> Effects {
        match answer {
            Ok(Answer::Replies(replies)) => match replies.last() {
                Some(Reply::Error { code, text }) => {
                    self.refused(&job, replies.len() - 1, &format!("{code} {text}"), cx)
                }
                _ => self.done(job, cx),
            },
            Ok(_) => Vec::new(),
            Err(fault @ Fault::Unknown { .. }) => {
                self.note_unsaved(&job.wish.steps);
                self.close_change();
                let words = format!("{fault}. The users are read again, it is never sent again");
                let mut effects = self.facts.load_users(cx);
                effects.push(say(Mood::Bad, words));
                effects
            }
            Err(fault) => vec![say(Mood::Bad, format!("nothing was sent: {fault}"))],
        }
    }

    /// The server did not take it; so many commands before were done.
    fn refused(&mut self, job: &Job, done: usize, words: &str, cx: &mut Cx) -> Effects {
        let mut said = format!("the server refused: {words}");
        let mut told = None;
        if done > 0 {
            let steps = job.wish.steps.iter().take(done);
            let back = steps.rev().map(Step::back).collect();
            told = Some(changed(back, Origin::Person));
            self.note_unsaved(job.wish.steps.iter().take(done));
            said.push_str("; what came before it is done, u undoes it");
        }
        let mut effects = self.facts.load_users(cx);
        effects.extend(told);
        effects.push(say(Mood::Bad, said));
        effects
    }

    fn done(&mut self, job: Job, cx: &mut Cx) -> Effects {
        self.note_unsaved(&job.wish.steps);
        self.close_change();
        let mut effects = self.facts.load_users(cx);
        effects.push(changed(job.wish.back(), job.wish.origin));
        let Some(after) = job.wish.user() else {
            effects.push(say(Mood::Good, job.wish.done));
            return effects;
        };
        self.wanted = Some(after.name.clone());
        let cmds = vec![get_user(&after.name)];
        let topic = Topic::User;
        effects.extend(self.await_answer(job, Stage::Verify, Request::Read { topic, cmds }, cx));
        effects
    }

    /// These users are no longer what the disk may hold.
    fn note_unsaved<'s>(&mut self, steps: impl IntoIterator<Item = &'s Step>) {
        let names = steps.into_iter().map(|step| step.name.clone());
        self.unsaved.extend(names);
    }

    /// Closes what the change came from: with it go the passwords that were typed or drawn there.
    fn close_change(&mut self) {
        self.over.retain(|over| matches!(over, Over::Denials(_)));
    }

    fn read_back(&mut self, mut job: Job, answer: &Result<Answer, Fault>, cx: &mut Cx) -> Effects {
        let now = match answer {
            Ok(Answer::Replies(replies)) => replies
                .first()
                .and_then(|reply| replies::get_user(job.wish.name(), reply, self.facts.dialect)),
            _ => None,
        };
        let catalog = self.facts.catalog();
        let same = match (&now, job.wish.user()) {
            (Some(now), Some(after)) => diff::same(now, after, catalog),
            _ => false,
        };
        if !same {
            let words = match now {
                Some(_) => {
                    "read back, it is not what was sent: somebody changed it, or the server reads it otherwise"
                }
                None => "it was sent, but could not be read back",
            };
            job.trouble = Some(words.into());
        }
        self.prove(job, cx)
    }
}
