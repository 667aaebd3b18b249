//! What the keys of the parts do to the user.
use super::cycle::Cycle;
use super::entry::Entry;
use super::part::Part;
use super::{Editor, Typing, bits, change};
use crate::input::Action;
use crate::model::acl::reach::Scope;
use crate::model::acl::{CommandRule, Rule, Sign, What};

impl Editor {
    /// Changes the user, or says why not.
    pub(super) fn edit(&mut self, action: Action) {
        if let Err(why) = self.try_edit(action) {
            self.note = why;
        }
    }

    fn try_edit(&mut self, action: Action) -> Result<(), String> {
        let (part, at) = (self.part, self.scroll(self.part).selected);
        match (part, action) {
            (_, Action::Add) => self.typing = Typing::Entry(Entry::add(part)),
            (_, Action::Edit) => {
                let text = self.text_of(part, at);
                self.typing = Typing::Entry(match text {
                    Some(text) => Entry::edit(part, at, text),
                    None => Entry::add(part),
                });
            }
            (Part::State, Action::Mark) => self.draft.change(|user, language| {
                let rule = if user.on { Rule::Off } else { Rule::On };
                change::put(user, &rule, language)
            })?,
            (Part::Keys, Action::Mark) => {
                self.draft
                    .change(|user, language| change::letters(user, at, language))?;
            }
            (Part::Categories, Action::Mark) if self.open.is_none() => self.cycle(at)?,
            (Part::Categories | Part::Commands, Action::Mark) => self.toggle(at)?,
            (Part::Categories, Action::Open) => {
                self.open = self.categories().get(at).map(|name| (*name).to_owned());
                self.inside.first();
            }
            (_, Action::AllOf) => self.whole(part, Sign::Allow)?,
            (_, Action::NoneOf) => self.whole(part, Sign::Deny)?,
            (_, Action::Delete) => self.delete(part, at)?,
            _ => {}
        }
        Ok(())
    }

    /// All or none of what the part is about.
    fn whole(&mut self, part: Part, sign: Sign) -> Result<(), String> {
        let rule = match (part, sign) {
            (Part::Keys, Sign::Allow) => Rule::AllKeys,
            (Part::Keys, Sign::Deny) => Rule::ResetKeys,
            (Part::Channels, Sign::Allow) => Rule::AllChannels,
            (Part::Channels, Sign::Deny) => Rule::ResetChannels,
            (_, sign) => {
                let what = What::All;
                CommandRule { sign, what }.into()
            }
        };
        self.draft
            .change(|user, language| change::put(user, &rule, language))
    }

    fn delete(&mut self, part: Part, at: usize) -> Result<(), String> {
        let own = match part {
            Part::Commands => self.own_rule(at),
            _ => None,
        };
        self.draft.change(|user, language| {
            match part {
                Part::Passwords => change::retire(user, at, language)?,
                Part::Keys => change::drop_key(user, at),
                Part::Channels => change::drop_channel(user, at),
                Part::Selectors if at < user.selectors.len() => drop(user.selectors.remove(at)),
                Part::Commands => {
                    let own = own.ok_or("no rule is about this command alone")?;
                    user.root.commands.retain(|rule| *rule != own);
                }
                _ => {}
            }
            Ok(())
        })
    }

    fn cycle(&mut self, at: usize) -> Result<(), String> {
        let Some(name) = self.categories().get(at).map(|name| (*name).to_owned()) else {
            return Ok(());
        };
        let share = self.category_share(&name, &self.scope());
        let last = self.cycle.take();
        let mut next = None;
        self.draft.change(|user, language| {
            next =
                Cycle::step(last, &name, share, user, language).map_err(|why| why.to_string())?;
            Ok(())
        })?;
        self.cycle = next;
        Ok(())
    }

    /// Allows a command that is not wholly allowed, denies one that is.
    fn toggle(&mut self, at: usize) -> Result<(), String> {
        let id = self
            .command_at(at)
            .ok_or("this server has no such command; d drops the rule")?;
        let share = self.command_share(id, &self.scope());
        let sign = if share.all() { Sign::Deny } else { Sign::Allow };
        let what = What::named(&self.catalog().command(id).name);
        let rule = CommandRule { sign, what };
        self.draft.change(|user, language| {
            bits::set(user, rule, &language.catalog, language.dialect)
                .map_err(|why| why.to_string())
        })
    }

    /// The root's commands as they come out.
    pub(super) fn scope(&self) -> Scope<'_> {
        Scope::of(&self.draft.user().root, &self.draft.language.catalog)
    }
}
