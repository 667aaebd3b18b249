//! What to know before a change is sent: who it would lock out, and what is risky about it.
use crate::model::acl::{Hash, Secret, User, audit};

use super::Acl;
use super::review::{self, Warning};
use super::wish::Wish;

impl Acl {
    /// Who would be stranded by this wish. What becomes of our own password is only known here.
    fn stranded(&self, wish: &Wish, before: Option<&User>, after: &User) -> Vec<audit::Strand> {
        let mut strands = self.strands(before, Some(after), self.facts.all());
        if after.name != self.facts.me {
            return strands;
        }
        let holds = |hash: &Hash| after.nopass || after.passwords.contains(hash);
        // keygrove logs in with a password that it knows from then on.
        let next = wish.password.as_ref().map(Secret::hash);
        strands.retain(|strand| {
            *strand != audit::Strand::ChangesMyPassword || !next.as_ref().is_some_and(holds)
        });
        let now = next
            .as_ref()
            .filter(|hash| holds(hash))
            .or(self.login.as_ref());
        let known = strands.contains(&audit::Strand::ChangesMyPassword);
        if now.is_some_and(|hash| !holds(hash)) && !known {
            strands.push(audit::Strand::ChangesMyPassword);
        }
        strands
    }

    pub(super) fn strands(
        &self,
        before: Option<&User>,
        after: Option<&User>,
        all: &[User],
    ) -> Vec<audit::Strand> {
        audit::strands(&self.facts.me, before, after, all, self.facts.catalog())
    }

    /// What to know before a user is made this: who would be stranded, and what is risky and is not so with the user it is like.
    pub(super) fn warnings(
        &self,
        wish: &Wish,
        before: Option<&User>,
        after: &User,
    ) -> Vec<Warning> {
        let like = wish.like.as_ref().or(before);
        let strands = self.stranded(wish, before, after).into_iter();
        let mut warnings: Vec<Warning> = strands
            .map(|strand| Warning {
                level: review::Level::Blocks,
                text: strand.to_string(),
            })
            .collect();
        let about = audit::Facts {
            catalog: self.facts.catalog(),
            users: self.facts.all(),
            admin: None,
            cluster: self.cluster,
            databases: 1,
            certificates: false,
            seen: None,
        };
        let had = like
            .map(|user| audit::lints(user, &about))
            .unwrap_or_default();
        let typed = wish.password.as_ref();
        let weak = typed.map(|password| audit::password(password, &after.name));
        let found = weak.unwrap_or_default().into_iter();
        for lint in found.chain(audit::lints(after, &about)) {
            if had
                .iter()
                .any(|old| old.id == lint.id && old.text == lint.text)
            {
                continue;
            }
            let level = match lint.level {
                audit::Level::Error => review::Level::Blocks,
                audit::Level::Warning => review::Level::Warns,
                audit::Level::Info => review::Level::Informs,
            };
            let text = match lint.fix.as_str() {
                "" => lint.text,
                fix => format!("{} → {fix}", lint.text),
            };
            warnings.push(Warning { level, text });
        }
        if self.replica {
            warnings.push(Warning {
                level: review::Level::Warns,
                text: "this server is a replica: what is changed here stays here, and its primary and other replicas do not learn of it"
                    .into(),
            });
        }
        warnings
    }
}
