//! What Space does to a category: allow, deny, as it was before.
use super::bits::{self, Share};
use super::draft::Language;
use crate::model::acl::user::Refusal;
use crate::model::acl::{CommandRule, Sign, User, What};

/// A category on its way round.
#[derive(Clone, Debug)]
pub struct Cycle {
    category: String,
    before: Vec<CommandRule>,
    /// What this cycle left; anything else there ends it.
    now: Vec<CommandRule>,
    /// What comes next, the last one first; then it is as before.
    left: Vec<Sign>,
}

impl Cycle {
    /// A cycle from how things are; a sign that would change nothing is left out.
    fn new(category: &str, share: Share, user: &User) -> Self {
        let left = match share {
            share if share.all() => vec![Sign::Deny],
            share if share.none() => vec![Sign::Allow],
            _ => vec![Sign::Deny, Sign::Allow],
        };
        Self {
            category: category.to_owned(),
            before: user.root.commands.clone(),
            now: user.root.commands.clone(),
            left,
        }
    }

    /// Goes on with a cycle if nothing came between, or begins one; the user is changed by one step of it.
    pub fn step(
        cycle: Option<Self>,
        category: &str,
        share: Share,
        user: &mut User,
        language: &Language,
    ) -> Result<Option<Self>, Refusal> {
        let same = |cycle: &Self| cycle.category == category && cycle.now == user.root.commands;
        let cycle = cycle.filter(same);
        let mut cycle = cycle.unwrap_or_else(|| Self::new(category, share, user));
        user.root.commands.clone_from(&cycle.before);
        let Some(sign) = cycle.left.pop() else {
            return Ok(None);
        };
        let what = What::Category(category.to_owned());
        let rule = CommandRule { sign, what };
        bits::set(user, rule, &language.catalog, language.dialect)?;
        cycle.now.clone_from(&user.root.commands);
        Ok(Some(cycle))
    }
}
