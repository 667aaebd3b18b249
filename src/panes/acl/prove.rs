//! The proof after a change: what must work and what must not, by ACL DRYRUN or by a login of that user.
use crate::model::acl::escape;
use crate::model::acl::matrix::{self, Row};
use crate::model::acl::{Feature, Keys, User};
use crate::model::resp::{Cmd, Reply};
use crate::model::target;
use crate::panes::{Cx, Effect, Effects, Mood, News, say};
use crate::server::{Answer, Fault, Request, Topic};

use super::Acl;
use super::apply::{Job, Stage, Trial};
use super::card::Card;
use super::over::Over;
use super::proof::Proof;
use super::wish::Wish;

/// Why nothing can be proved.
const NO_WAY: &str =
    "ACL DRYRUN cannot be used here, and no login is possible without the password";

impl Acl {
    /// Tries what the user may, as this server allows.
    pub(super) fn prove(&mut self, job: Job, cx: &mut Cx) -> Effects {
        let rows = self.rows(&job);
        if !self.facts.dialect.has(Feature::Dryrun) {
            return self.prove_by_login(job, rows, cx);
        }
        let after = job.wish.user();
        if after.is_some_and(|after| !after.may_use(self.target.db)) {
            // ACL DRYRUN answers for the database in which we are.
            if after.is_some_and(|after| after.may_use(0)) && password(&job.wish).is_some() {
                return self.prove_by_login(job, rows, cx);
            }
            let why = format!(
                "ACL DRYRUN answers for database {}, which this user may not use; connect to one that it may",
                self.target.db
            );
            return self.finish(&job, Err(why));
        }
        let cmds = rows.iter().map(|row| row.dryrun(job.wish.name())).collect();
        let topic = Topic::Proof;
        self.await_answer(job, Stage::DryRun(rows), Request::Read { topic, cmds }, cx)
    }

    fn rows(&self, job: &Job) -> Vec<Row> {
        match job.wish.user() {
            Some(after) if job.wish.rows.is_empty() => {
                matrix::of_user(after, &prefix(after), self.facts.catalog())
            }
            _ => job.wish.rows.clone(),
        }
    }

    pub(super) fn dry_run(
        &mut self,
        job: Job,
        rows: Vec<Row>,
        answer: &Result<Answer, Fault>,
        cx: &mut Cx,
    ) -> Effects {
        let replies = match answer {
            Ok(Answer::Replies(replies)) => replies,
            Ok(_) => return Vec::new(),
            Err(fault) => return self.finish(&job, Err(fault.to_string())),
        };
        if replies.first().is_some_and(is_denied) {
            return self.prove_by_login(job, rows, cx);
        }
        let mut proof = Proof::new(job.wish.name(), rows, &job.wish.prefix);
        for (at, reply) in replies.iter().enumerate() {
            proof.set(at, matrix::dryrun(reply));
        }
        self.finish(&job, Ok(proof))
    }

    /// Logs in as the user, where its password is known. First only to see that a transaction can be opened and
    /// dropped: what is tried afterwards is queued and dropped, so that nothing of it is done.
    fn prove_by_login(&mut self, job: Job, rows: Vec<Row>, cx: &mut Cx) -> Effects {
        let cmds = vec![Cmd::new("MULTI"), Cmd::new("DISCARD")];
        self.log_in(job, Stage::Login(rows), cmds, cx)
    }

    fn log_in(&mut self, job: Job, stage: Stage, cmds: Vec<Cmd>, cx: &mut Cx) -> Effects {
        match login(&job, cmds) {
            Some(request) => self.await_answer(job, stage, request, cx),
            None => self.finish(&job, Err(NO_WAY.into())),
        }
    }

    pub(super) fn logged_in(
        &mut self,
        mut job: Job,
        rows: Vec<Row>,
        answer: &Result<Answer, Fault>,
        cx: &mut Cx,
    ) -> Effects {
        let replies = match answer {
            Ok(Answer::LoggedIn(Ok(replies))) => replies,
            Ok(Answer::LoggedIn(Err(failed))) => {
                return self.finish(&job, Err(format!("the login failed: {}", failed.words)));
            }
            Ok(_) => return Vec::new(),
            Err(fault) => return self.finish(&job, Err(fault.to_string())),
        };
        job.logged += denied(replies);
        let queues = replies.len() == 2
            && replies
                .iter()
                .all(|reply| !matches!(reply, Reply::Error { .. }));
        let (cmds, trial) = if queues {
            let dropped = |row| [Cmd::new("MULTI"), cmd(row), Cmd::new("DISCARD")];
            (rows.iter().flat_map(dropped).collect(), Trial::Queued)
        } else {
            // Only what is harmless when it is done: commands that read.
            let reads = |at: &usize| rows.get(*at).is_some_and(|row| self.reads(row));
            let tried: Vec<usize> = (0..rows.len()).filter(reads).collect();
            let cmds = tried.iter().filter_map(|at| rows.get(*at)).map(cmd);
            (cmds.collect(), Trial::Done(tried))
        };
        self.log_in(job, Stage::Trial(rows, trial), cmds, cx)
    }

    fn reads(&self, row: &Row) -> bool {
        let argv: Vec<&[u8]> = row.argv.iter().map(Vec::as_slice).collect();
        let catalog = self.facts.catalog();
        catalog
            .lookup(&argv)
            .is_some_and(|id| catalog.command(id).flag("readonly"))
    }

    pub(super) fn tried(
        &mut self,
        mut job: Job,
        rows: Vec<Row>,
        trial: &Trial,
        answer: &Result<Answer, Fault>,
    ) -> Effects {
        let replies = match answer {
            Ok(Answer::LoggedIn(Ok(replies))) => replies,
            Ok(Answer::LoggedIn(Err(failed))) => {
                return self.finish(&job, Err(format!("the login failed: {}", failed.words)));
            }
            Ok(_) => return Vec::new(),
            Err(fault) => return self.finish(&job, Err(fault.to_string())),
        };
        job.logged += denied(replies);
        let all = rows.len();
        let mut proof = Proof::new(job.wish.name(), rows, &job.wish.prefix);
        for at in 0..all {
            let place = match trial {
                Trial::Queued => Some(at * 3 + 1),
                Trial::Done(tried) => tried.iter().position(|tried| *tried == at),
            };
            match place.and_then(|place| replies.get(place)) {
                Some(reply) if !matrix::is_unqueued(reply) => proof.set(at, matrix::login(reply)),
                _ => proof.leave_out(at),
            }
        }
        proof.set_logged(job.logged);
        self.finish(&job, Ok(proof))
    }

    /// The end of a change: what came of the proof, and the card where there is something to hand over.
    fn finish(&mut self, job: &Job, proof: Result<Proof, String>) -> Effects {
        let summary = match &proof {
            Ok(proof) => proof.summary(),
            Err(why) => format!("not proved: {why}"),
        };
        let holds = job.trouble.is_none() && proof.as_ref().is_ok_and(Proof::holds);
        let mut card = self.card(job);
        if let Some(card) = &mut card {
            card.prove(summary.clone());
        }
        let said = match &job.trouble {
            Some(trouble) => format!("{}; {trouble}; {summary}", job.wish.done),
            None => format!("{}; {summary}", job.wish.done),
        };
        let mood = match (holds, &proof) {
            (true, _) => Mood::Good,
            (false, Ok(proof)) if job.trouble.is_none() && !proof.fails() => Mood::Plain,
            (false, Err(_)) if job.trouble.is_none() => Mood::Plain,
            _ => Mood::Bad,
        };
        match proof {
            // The card is what one waits for; it says what came of the proof, which stands behind it.
            proof if card.is_some() => self.over.extend(card.map(|card| Over::Card {
                card,
                proof: proof.ok(),
            })),
            Ok(proof) if !proof.holds() => self.over.push(Over::Proof(proof)),
            _ => {}
        }
        let mut effects = vec![say(mood, said)];
        if let Some(password) = self.own_password(&job.wish) {
            effects.push(Effect::Tell(News::Password(password)));
        }
        effects
    }

    /// The password that we log in with from now on, where this change gave us another one.
    fn own_password(&self, wish: &Wish) -> Option<target::Secret> {
        let user = wish.user().filter(|user| user.name == self.facts.me)?;
        let secret = wish.password.as_ref()?;
        let works = user.can_log_in() && user.passwords.contains(&secret.hash());
        works.then(|| password(wish)).flatten()
    }

    fn card(&self, job: &Job) -> Option<Card> {
        let user = job.wish.user()?;
        let target = target::Target {
            user: Some(String::from_utf8(user.name.clone()).ok()?),
            password: Some(password(&job.wish)?),
            db: user.home(),
            ..self.target.clone()
        };
        Some(Card::new(
            &target,
            user,
            &job.wish.prefix,
            self.facts.catalog(),
        ))
    }
}

/// A login as the user of a change, to run these.
fn login(job: &Job, cmds: Vec<Cmd>) -> Option<Request> {
    let user = job.wish.user().filter(|user| user.can_log_in())?;
    Some(Request::LogIn {
        user: String::from_utf8(user.name.clone()).ok()?,
        password: password(&job.wish)?,
        cmds,
    })
}

/// The password of the first user, where it is known and text.
fn password(wish: &Wish) -> Option<target::Secret> {
    let secret = wish.password.as_ref()?;
    let text = std::str::from_utf8(secret.reveal()).ok()?;
    Some(target::Secret::new(text))
}

fn cmd(row: &Row) -> Cmd {
    let name = row.argv.first().map(|name| String::from_utf8_lossy(name));
    let cmd = Cmd::new(&name.unwrap_or_default());
    row.argv.iter().skip(1).fold(cmd, Cmd::arg)
}

fn denied(replies: &[Reply]) -> usize {
    replies.iter().filter(|reply| is_denied(reply)).count()
}

fn is_denied(reply: &Reply) -> bool {
    matches!(reply, Reply::Error { code, .. } if code == "NOPERM")
}

/// How the keys of a user begin: the literal start of its first key pattern.
pub fn prefix(user: &User) -> Vec<u8> {
    user.rights()
        .find_map(|rights| match &rights.keys {
            Keys::Only(patterns) => Some(escape::split(&patterns.first()?.pattern).0),
            Keys::All => None,
        })
        .unwrap_or_default()
}
