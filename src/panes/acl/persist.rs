//! Commands that change no user: making users permanent, forgetting denials, trying one command.
use crate::model::Printed;
use crate::model::acl::{matrix, valid};
use crate::model::resp::{Cmd, Reply};
use crate::panes::overlay::confirm::Confirm;
use crate::panes::{Cx, Effects, Mood, Why, say};
use crate::server::{Answer, Fault, Request, Ticket};

use super::disk::Home;
use super::over::{Over, Then};
use super::{AGAIN, Acl};

/// A command under way.
pub struct Errand {
    ticket: Ticket,
    saves: bool,
    /// What is said when it is done.
    done: &'static str,
}

const OTHERS: &str = "What others changed cannot be known.";
const SAVED: &str = "the users are permanent now";

impl Acl {
    /// Why users can not be made permanent.
    pub(super) fn cannot_persist(&self) -> Option<Why> {
        match &self.facts.home.known {
            None => {
                let refused = self.facts.home.refused.clone();
                Some(refused.unwrap_or_else(|| {
                    "it is not known yet where this server keeps its users".into()
                }))
            }
            Some(home @ (Home::Nowhere | Home::Untold(_))) => Some(home.words()),
            Some(_) => None,
        }
    }

    /// Asks before all users are written to disk. Nothing is written while one of them would break the next start.
    pub(super) fn ask_to_persist(&mut self) -> Effects {
        let Some(home) = &self.facts.home.known else {
            return Vec::new();
        };
        let harms =
            |user: &&crate::model::acl::User| valid::user(user).iter().any(|bad| !bad.is_mild());
        let bad: Vec<String> = self
            .facts
            .all()
            .iter()
            .filter(harms)
            .map(crate::model::acl::User::title)
            .collect();
        if !bad.is_empty() {
            let words = format!(
                "not saved: the next start could fail or read other rights because of {}; its warnings say why",
                bad.join(", ")
            );
            return vec![say(Mood::Bad, words)];
        }
        let Some(cmd) = home.save() else {
            return Vec::new();
        };
        let confirm = Confirm::new(
            "Make permanent",
            vec![home.words(), self.differing(), OTHERS.to_owned()],
            vec![cmd.cli()],
            None,
        );
        let then = Then::Run(cmd, SAVED);
        self.over.push(Over::Confirm { confirm, then });
        Vec::new()
    }

    /// Who differs from what is on disk, as far as it can be known: no command tells what the file holds.
    fn differing(&self) -> String {
        let name = |name: &Vec<u8>| match self.facts.user(name) {
            Some(user) => user.title(),
            None => format!("{} (deleted)", Printed::new(name)),
        };
        let names: Vec<String> = self.unsaved.iter().map(name).collect();
        match names.as_slice() {
            [] => "Nobody was changed here since the last save.".into(),
            names => format!("Changed here and not saved: {}.", names.join(", ")),
        }
    }

    pub(super) fn ask_to_clear(&mut self, cx: &mut Cx) -> Effects {
        if let Some(why) = crate::panes::refuses_writes(cx.world) {
            return vec![say(Mood::Bad, why)];
        }
        let cmd = Cmd::new("ACL LOG RESET");
        let question = vec!["Forget all denials, for everybody who looks?".to_owned()];
        let confirm = Confirm::new("Denials", question, vec![cmd.cli()], None);
        let then = Then::Run(cmd, "the server has forgotten its denials");
        self.over.push(Over::Confirm { confirm, then });
        Vec::new()
    }

    /// Sends a command that changes no user.
    pub(super) fn run(&mut self, cmd: Cmd, done: &'static str, cx: &mut Cx) -> Effects {
        let (ticket, effect) = cx.ask(Request::Act(vec![cmd]));
        let saves = done == SAVED;
        self.errand = Some(Errand {
            ticket,
            saves,
            done,
        });
        vec![effect]
    }

    /// The answer to one of these, if it is one.
    pub(super) fn take_errand(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Fault>,
        cx: &mut Cx,
    ) -> Option<Effects> {
        if self.tell_test(ticket, answer) {
            return Some(Vec::new());
        }
        let errand = self.errand.take_if(|errand| errand.ticket == ticket)?;
        let said = match answer {
            Ok(Answer::Replies(replies)) => match replies.last() {
                Some(Reply::Error { code, text }) => {
                    Err(format!("the server refused: {code} {text}"))
                }
                _ => Ok(errand.done),
            },
            Ok(_) => return Some(Vec::new()),
            Err(fault) => Err(fault.to_string()),
        };
        let mut effects = Vec::new();
        match said {
            Ok(done) => {
                if errand.saves {
                    self.unsaved.clear();
                } else {
                    effects.extend(self.facts.load_denials(cx));
                }
                effects.push(say(Mood::Good, done));
            }
            Err(why) => effects.push(say(Mood::Bad, why)),
        }
        Some(effects)
    }

    fn tell_test(&mut self, ticket: Ticket, answer: &Result<Answer, Fault>) -> bool {
        for over in &mut self.over {
            let Over::Test { test, asked } = over else {
                continue;
            };
            if *asked != Some(ticket) {
                continue;
            }
            *asked = None;
            test.set_server_verdict(match answer {
                Ok(Answer::Replies(replies)) => match replies.first().map(matrix::dryrun) {
                    Some(matrix::Shown::Allowed) => Ok(()),
                    Some(matrix::Shown::Refused(why) | matrix::Shown::Unclear(why)) => Err(why),
                    None => Err("no answer".into()),
                },
                Ok(_) => Err("an answer that makes no sense".into()),
                Err(fault) => Err(fault.to_string()),
            });
            return true;
        }
        false
    }

    /// Newer denials for the list on screen; it is read again after a while.
    pub(super) fn tell_over(&mut self, cx: &mut Cx) -> Effects {
        let Some(known) = &self.facts.denials.known else {
            return self.drop_denials();
        };
        for over in &mut self.over {
            if let Over::Denials(denials) = over {
                denials.set(known.clone());
                if !self.facts.denials.is_asked() {
                    self.again = Some(cx.world.now + AGAIN);
                }
            }
        }
        Vec::new()
    }

    /// There is no list to show: it was refused.
    fn drop_denials(&mut self) -> Effects {
        let refused = self.facts.denials.refused.clone();
        let open = self
            .over
            .iter()
            .any(|over| matches!(over, Over::Denials(_)));
        let Some(refused) = refused.filter(|_| open) else {
            return Vec::new();
        };
        self.over.retain(|over| !matches!(over, Over::Denials(_)));
        vec![say(Mood::Bad, refused)]
    }
}
