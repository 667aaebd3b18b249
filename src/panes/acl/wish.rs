//! A change to users before anything is sent: what each was and shall be, the commands, and what must hold afterwards.
use crate::model::acl::matrix::Row;
use crate::model::acl::{Catalog, Secret, User, print, valid};
use crate::model::resp::Cmd;

/// One user made another: a new one, a changed one, or none.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    pub name: Vec<u8>,
    /// As it was when the form was opened; `None` if there was none.
    pub before: Option<User>,
    /// `None` deletes it.
    pub after: Option<User>,
}

/// What a person wants done.
#[derive(Clone, Debug)]
pub struct Wish {
    /// In order; the first one is what the review is about.
    pub steps: Vec<Step>,
    /// The password of the first user, where it is known: it proves the login and stands on the card.
    pub password: Option<Secret>,
    /// What must work afterwards and what must be refused, as the first user.
    pub rows: Vec<Row>,
    /// The prefix of the app whose developer gets the card.
    pub prefix: Vec<u8>,
    /// What is said when it is done.
    pub done: String,
    pub origin: Origin,
    /// A user whose risks are accepted already: the one that is cloned or restored.
    pub like: Option<User>,
}

/// Where a wish comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    Person,
    /// It restores what an earlier one changed, which has this number in the list of what can be undone.
    Undo(u64),
}

impl Step {
    /// A user becomes another; `None` where there was none.
    pub fn put(before: Option<User>, after: User) -> Self {
        let name = after.name.clone();
        let after = Some(after);
        Self {
            name,
            before,
            after,
        }
    }

    pub fn delete(before: User) -> Self {
        let name = before.name.clone();
        let before = Some(before);
        Self {
            name,
            before,
            after: None,
        }
    }

    /// What undoes it.
    #[must_use]
    pub fn back(&self) -> Self {
        Self {
            name: self.name.clone(),
            before: self.after.clone(),
            after: self.before.clone(),
        }
    }

    /// The literal command; or why this server does not take it.
    pub fn cmd(&self, catalog: &Catalog) -> Result<Cmd, String> {
        let sent = match (&self.before, &self.after) {
            (_, None) => return Ok(Cmd::new("ACL DELUSER").arg(&self.name)),
            (Some(before), Some(after)) => print::write(before, after, catalog),
            (None, Some(after)) => print::replace(after, catalog.dialect),
        };
        sent.map_err(|why| why.to_string())
    }

    /// Why it must never be sent, if so; what the server already holds is no reason.
    pub fn refusal(&self) -> Option<String> {
        let after = self.after.as_ref()?;
        let had = self.before.as_ref().map(valid::user).unwrap_or_default();
        let mut found = valid::user(after).into_iter();
        let bad = found.find(|bad| !bad.is_mild() && !had.contains(bad))?;
        Some(bad.to_string())
    }
}

impl Wish {
    /// A change of one user that says this when it is done.
    pub fn of(step: Step, done: impl Into<String>) -> Self {
        Self {
            steps: vec![step],
            password: None,
            rows: Vec::new(),
            prefix: Vec::new(),
            done: done.into(),
            origin: Origin::Person,
            like: None,
        }
    }

    /// The user it is about.
    pub fn name(&self) -> &[u8] {
        self.steps.first().map_or(b"", |step| &step.name)
    }

    /// The user as it shall be; `None` where it is deleted.
    pub fn user(&self) -> Option<&User> {
        self.steps.first()?.after.as_ref()
    }

    /// The commands in order; or why they must or can not be sent.
    pub fn cmds(&self, catalog: &Catalog) -> Result<Vec<Cmd>, String> {
        if let Some(why) = self.steps.iter().find_map(Step::refusal) {
            return Err(why);
        }
        self.steps.iter().map(|step| step.cmd(catalog)).collect()
    }

    /// What restores everything, the last step first.
    pub fn back(&self) -> Vec<Step> {
        self.steps.iter().rev().map(Step::back).collect()
    }
}
