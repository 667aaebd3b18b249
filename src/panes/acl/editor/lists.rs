//! What the lists of the editor hold.
use super::Editor;
use super::bits::{self, Share};
use super::change;
use super::part::Part;
use crate::model::acl::reach::Scope;
use crate::model::acl::{Catalog, Channels, CommandId, CommandRule, Keys, Rule, What};
use crate::model::printed::print;

impl Editor {
    pub(super) fn catalog(&self) -> &Catalog {
        &self.draft.language.catalog
    }

    /// How many rows or cells a part has.
    pub(super) fn len(&self, part: Part) -> usize {
        let user = self.draft.user();
        match part {
            Part::State | Part::Line => 1,
            Part::Passwords if user.nopass => 1,
            Part::Passwords => user.passwords.len(),
            Part::Keys => match &user.root.keys {
                Keys::All => 1,
                Keys::Only(patterns) => patterns.len(),
            },
            Part::Channels => match &user.root.channels {
                Channels::All => 1,
                Channels::Only(patterns) => patterns.len(),
            },
            Part::Selectors => user.selectors.len(),
            Part::Categories => match &self.open {
                Some(name) => self.members(name).len(),
                None => self.categories().len(),
            },
            Part::Commands if self.query.text().is_empty() => self.single_rules().count(),
            Part::Commands => self.found().len(),
        }
    }

    pub(super) fn categories(&self) -> Vec<&str> {
        self.catalog().categories()
    }

    /// The commands inside of a category.
    pub(super) fn members(&self, category: &str) -> Vec<CommandId> {
        let ids = self.catalog().category(category).unwrap_or_default();
        ids.iter().copied().filter(|id| self.listed(*id)).collect()
    }

    fn listed(&self, id: CommandId) -> bool {
        bits::listed(id, self.catalog(), self.draft.language.dialect)
    }

    pub(super) fn category_share(&self, category: &str, scope: &Scope<'_>) -> Share {
        let ids = self.catalog().category(category).unwrap_or_default();
        bits::share(ids, scope, self.catalog())
    }

    pub(super) fn command_share(&self, id: CommandId, scope: &Scope<'_>) -> Share {
        bits::share_of(id, scope, self.catalog(), self.draft.language.dialect)
    }

    /// The rules on single commands.
    pub(super) fn single_rules(&self) -> impl Iterator<Item = &CommandRule> {
        let rules = self.draft.user().root.commands.iter();
        rules.filter(|rule| matches!(rule.what, What::Command(_) | What::Sub { .. }))
    }

    /// The commands that are searched for, those that begin so first.
    pub(super) fn found(&self) -> Vec<CommandId> {
        let query = self.query.text().trim().to_ascii_lowercase();
        let catalog = self.catalog();
        let name = |id: CommandId| catalog.command(id).name.as_str();
        let fits = |id: &CommandId| name(*id).contains(&query) && self.listed(*id);
        let mut found: Vec<CommandId> = catalog.ids().filter(fits).collect();
        found.sort_by_key(|id| !name(*id).starts_with(&query));
        found
    }

    /// The command on this row of an opened category or of the single commands.
    pub(super) fn command_at(&self, at: usize) -> Option<CommandId> {
        match (&self.open, self.part) {
            (Some(name), Part::Categories) => self.members(name).get(at).copied(),
            _ if self.query.text().is_empty() => {
                let name = bits::spelled(&self.single_rules().nth(at)?.what)?;
                self.catalog().find(&name).filter(|id| self.listed(*id))
            }
            _ => self.found().get(at).copied(),
        }
    }

    /// The rule that is about the command of this row alone.
    pub(super) fn own_rule(&self, at: usize) -> Option<CommandRule> {
        if self.query.text().is_empty() {
            return self.single_rules().nth(at).cloned();
        }
        let what = What::named(&self.catalog().command(*self.found().get(at)?).name);
        self.single_rules().find(|rule| rule.what == what).cloned()
    }

    /// What stands in the rows of a part.
    pub(super) fn texts(&self, part: Part) -> Vec<Option<String>> {
        let rows = 0..self.len(part);
        rows.map(|at| self.text_of(part, at)).collect()
    }

    /// The row that was not there before: the last one where there are more, else the one that took in what was added.
    pub(super) fn new_row(&self, part: Part, before: &[Option<String>]) -> Option<usize> {
        let rows = self.texts(part);
        let differs = || rows.iter().zip(before).position(|(now, was)| now != was);
        if rows.len() > before.len() {
            rows.len().checked_sub(1)
        } else {
            differs()
        }
    }

    /// What stands in a row, as it is edited.
    pub(super) fn text_of(&self, part: Part, at: usize) -> Option<String> {
        let user = self.draft.user();
        match part {
            Part::Keys => Some(match &user.root.keys {
                Keys::All => Rule::AllKeys.to_string(),
                Keys::Only(patterns) => patterns.get(at)?.to_string(),
            }),
            Part::Channels => Some(match &user.root.channels {
                Channels::All => Rule::AllChannels.to_string(),
                Channels::Only(patterns) => print(&[b"&", patterns.get(at)?.as_slice()].concat()),
            }),
            Part::Selectors => {
                let rights = user.selectors.get(at)?;
                Some(change::selector_text(rights, &self.draft.language))
            }
            _ => None,
        }
    }
}
