//! What keys do on the screen itself, and why some of it is refused here and now.
use crate::input::Action;
use crate::model::acl::{Rule, User, print, user};
use crate::model::target::Environment;
use crate::panes::overlay::confirm::Confirm;
use crate::panes::{Cx, Effects, Mood, NOT_CONNECTED, Reach, Why, World, refuses_writes, say};

use super::ask::{Ask, cut};
use super::denials::Denials;
use super::editor::Editor;
use super::new_user::NewUser;
use super::over::{Over, Then};
use super::prove::prefix;
use super::reference::Reference;
use super::review::{self, Review};
use super::test::Test;
use super::travel::Way;
use super::who::Who;
use super::wish::{Origin, Step, Wish};
use super::{Acl, Side, password};

/// What must be typed before users are deleted where that is dangerous.
const WORD: &str = "delete";

impl Acl {
    /// Why an action cannot be done now.
    pub(super) fn refusal(&self, action: Action, world: &World) -> Option<Why> {
        if self.is_covered() {
            return None;
        }
        match action {
            Action::New
            | Action::Edit
            | Action::Clone
            | Action::Rename
            | Action::Delete
            | Action::OnOff
            | Action::Password => refuses_writes(world)
                .or_else(|| self.may_not())
                .or_else(|| self.lacks(action)),
            Action::Undo => self.may_not(),
            Action::Persist => refuses_writes(world).or_else(|| self.cannot_persist()),
            Action::Test | Action::Copy => self.lacks(action),
            Action::Who | Action::Filter if self.facts.all().is_empty() => {
                Some("no users are known here".into())
            }
            Action::Denials if self.facts.denials.known.is_none() => {
                let reading = self.facts.denials.is_asked() || self.facts.is_reading();
                let reading = reading.then(|| "the denials are still being read".to_owned());
                self.facts.denials.refused.clone().or(reading)
            }
            Action::Reload if world.link == Reach::Down => Some(NOT_CONNECTED.into()),
            _ => None,
        }
    }

    /// Why nobody can be changed by us: we may not, as far as our own rules are known.
    fn may_not(&self) -> Option<Why> {
        let me = self.facts.user(&self.facts.me)?;
        let reach = crate::model::acl::Reach::of(me, self.facts.catalog());
        let needed = [
            ("acl|setuser", "ACL SETUSER"),
            ("acl|getuser", "ACL GETUSER"),
        ];
        let may = |name: &str| {
            // Before 7.0 subcommands are no commands of their own.
            self.facts.catalog().find(name).is_none() || reach.allows_named(name)
        };
        let (_, lacking) = needed.into_iter().find(|(name, _)| !may(name))?;
        Some(format!(
            "this user may not {lacking}, and so changes nobody"
        ))
    }

    /// Why there is nothing to do it with.
    fn lacks(&self, action: Action) -> Option<Why> {
        let chosen = self.chosen();
        match action {
            Action::New if self.facts.all().is_empty() => {
                Some("without seeing the users keygrove changes none".into())
            }
            Action::New => None,
            Action::Delete | Action::Rename
                if chosen.is_some_and(|user| user.name == b"default") =>
            {
                Some("the user default cannot be removed; space turns it off".into())
            }
            _ if chosen.is_none() && self.narrow.is_narrow() => {
                Some("no user has such a name; esc shows all".into())
            }
            _ if chosen.is_none() => {
                let refused = self.facts.users.refused.clone();
                Some(refused.unwrap_or_else(|| "no user is known here".into()))
            }
            _ => None,
        }
    }

    pub(super) fn do_action(&mut self, action: Action, cx: &mut Cx) -> Effects {
        match action {
            Action::Up => self.move_by(Way::Up, 1),
            Action::Down => self.move_by(Way::Down, 1),
            Action::PageUp => self.move_by(Way::Up, self.height()),
            Action::PageDown => self.move_by(Way::Down, self.height()),
            Action::First => self.move_by(Way::Up, usize::MAX),
            Action::Last => self.move_by(Way::Down, usize::MAX >> 1),
            Action::NextPane | Action::PreviousPane => {
                self.side = match self.side {
                    Side::Users => Side::User,
                    Side::User => Side::Users,
                };
            }
            Action::Filter => {
                self.side = Side::Users;
                self.begin_filter();
            }
            Action::Back if self.side == Side::Users && self.narrow.is_narrow() => {
                self.clear_filter();
            }
            Action::Open | Action::Right => self.side = Side::User,
            Action::Back | Action::Left => self.side = Side::Users,
            Action::Reload => return self.facts.load(cx),
            Action::Who => {
                let users = self.facts.all().to_vec();
                self.over
                    .push(Over::Who(Who::new(users, self.facts.catalog())));
            }
            Action::Reference => {
                let reference = Reference::new(self.facts.catalog().clone());
                self.over.push(Over::Reference(Box::new(reference)));
            }
            Action::Denials => return self.open_denials(cx),
            Action::New | Action::Clone | Action::Password => return self.ask_password(action, cx),
            Action::Persist => return self.ask_to_persist(),
            action => {
                if let Some(user) = self.chosen().cloned() {
                    return self.do_with(action, user, cx);
                }
            }
        }
        Vec::new()
    }

    fn do_with(&mut self, action: Action, user: User, cx: &mut Cx) -> Effects {
        let live = self.facts.connected(&user.name);
        match action {
            Action::Edit => {
                let (catalog, dialect) = (self.facts.catalog().clone(), self.facts.dialect);
                let editor = Box::new(Editor::new(user.clone(), catalog, dialect));
                let before = Box::new(user);
                self.over.push(Over::Editor { editor, before });
            }
            Action::Rename => self.over.push(Over::Ask(Ask::rename(user, live))),
            Action::Delete => {
                let title = user.title();
                let step = Step::delete(user);
                let done = match step.back().refusal() {
                    None => format!("{title} is deleted; u brings it back"),
                    Some(_) => format!("{title} is deleted"),
                };
                return self.review(Wish::of(step, done), cx);
            }
            Action::OnOff => {
                let mut after = user.clone();
                after.on = !user.on;
                let word = if after.on { "on" } else { "off" };
                let done = format!("{} is {word}", user.title());
                return self.review(Wish::of(Step::put(Some(user), after), done), cx);
            }
            Action::Test => {
                let prefix = prefix(&user);
                let test = Test::new(user, self.facts.catalog().clone(), &prefix);
                let (test, asked) = (Box::new(test), None);
                self.over.push(Over::Test { test, asked });
            }
            _ => {}
        }
        Vec::new()
    }

    /// Forms with a new password in them.
    fn ask_password(&mut self, action: Action, cx: &Cx) -> Effects {
        let drawn = match password::generate() {
            Ok(drawn) => drawn,
            Err(why) => return vec![say(Mood::Bad, why)],
        };
        let over = match (action, self.chosen().cloned()) {
            (Action::Clone, Some(user)) => Over::Ask(Ask::clone_of(user, &drawn)),
            (Action::Password, Some(user)) => {
                let live = self.facts.connected(&user.name);
                Over::Ask(Ask::password(user, &drawn, live))
            }
            _ => {
                let setup = &cx.world.setup;
                let prefix = setup.prefix.as_deref().unwrap_or_default();
                let app = prefix.strip_suffix(setup.separator.as_slice());
                let app = String::from_utf8_lossy(app.unwrap_or(prefix)).into_owned();
                let catalog = self.facts.catalog().clone();
                Over::New(NewUser::new(
                    &app,
                    &setup.separator,
                    &drawn,
                    &mut self.levels,
                    &catalog,
                ))
            }
        };
        self.over.push(over);
        Vec::new()
    }

    fn open_denials(&mut self, cx: &mut Cx) -> Effects {
        let known = self.facts.denials.known.clone().unwrap_or_default();
        self.over.push(Over::Denials(Denials::new(known)));
        self.facts.load_denials(cx)
    }

    /// Restores what a change changed, through the review; `id` is its number in the list of what can be undone.
    pub fn take_back(&mut self, id: u64, steps: Vec<Step>, cx: &mut Cx) -> Effects {
        let Some(first) = steps.first() else {
            return Vec::new();
        };
        let name = crate::model::printed::print(&first.name);
        let done = format!("undone: {name} is as it was before");
        let mut wish = Wish::of(first.clone(), done);
        wish.steps = steps;
        wish.origin = Origin::Undo(id);
        wish.like = wish.user().cloned();
        self.review(wish, cx)
    }

    /// These rules more for a user, through the review.
    pub(super) fn grant(&mut self, name: &[u8], rules: &[Rule], cx: &mut Cx) -> Effects {
        let Some(before) = self.facts.user(name).cloned() else {
            let name = crate::model::printed::print(name);
            return vec![say(Mood::Bad, format!("there is no user {name} here"))];
        };
        let mut after = before.clone();
        if let Err((_, why)) = user::apply_all(&mut after, rules, self.facts.catalog()) {
            return vec![say(Mood::Bad, why.to_string())];
        }
        let done = format!("{} may do more: {}", after.title(), print::line(rules));
        self.review(Wish::of(Step::put(Some(before), after), done), cx)
    }

    /// Shows what would be sent and what it means; nothing is sent before.
    pub(super) fn review(&mut self, wish: Wish, cx: &mut Cx) -> Effects {
        if let Some(why) = refuses_writes(cx.world) {
            return vec![say(Mood::Bad, why)];
        }
        match (wish.user(), wish.steps.len()) {
            (Some(after), 1) => {
                let before = wish.steps.first().and_then(|step| step.before.as_ref());
                let own = prefix(after);
                let proposal = review::Proposal {
                    before,
                    after,
                    catalog: self.facts.catalog(),
                    warnings: self.warnings(&wish, before, after),
                    live: self.facts.connected(&after.name),
                    prefix: if wish.prefix.is_empty() {
                        &own
                    } else {
                        &wish.prefix
                    },
                };
                let review = Box::new(Review::new(proposal));
                let wish = Box::new(wish);
                self.over.push(Over::Review { review, wish });
                Vec::new()
            }
            _ => self.confirm(wish, cx),
        }
    }

    /// The question before users are deleted: the literal commands, who is cut off, what would strand somebody.
    fn confirm(&mut self, wish: Wish, cx: &Cx) -> Effects {
        let cmds = match wish.cmds(self.facts.catalog()) {
            Ok(cmds) => cmds,
            Err(why) => return vec![say(Mood::Bad, format!("this cannot be sent: {why}"))],
        };
        let made = wish.steps.iter().filter_map(|step| step.after.as_ref());
        let mut question: Vec<String> = made
            .map(|user| {
                format!(
                    "First make {} with the same rules and passwords.",
                    user.title()
                )
            })
            .collect();
        let mut strands = Vec::new();
        for step in wish.steps.iter().filter(|step| step.after.is_none()) {
            let name = crate::model::printed::print(&step.name);
            let live = self.facts.connected(&step.name);
            question.push(if live == Some(0) {
                format!("Delete {name}? Nobody is connected as this user.")
            } else {
                let cut = cut(live, "Who is connected as this user");
                format!("Delete {name}? {cut} at once.")
            });
            let undo = step
                .back()
                .refusal()
                .filter(|_| wish.origin == Origin::Person);
            question.extend(undo.map(|why| format!("It cannot be brought back by undo: {why}.")));
            // Whoever takes the place of a user that is renamed is there by then.
            let born = wish.steps.iter().filter_map(|step| step.after.clone());
            let all: Vec<User> = self.facts.all().iter().cloned().chain(born).collect();
            strands.extend(self.strands(step.before.as_ref(), None, &all));
        }
        if wish.steps.len() == 1 && wish.origin == Origin::Person {
            let gentle = "To be gentle, leave it and turn it off with space first: who is connected stays, new logins fail.";
            question.push(gentle.into());
        }
        question.extend(strands.iter().map(|strand| format!("! {strand}")));
        let stern = !strands.is_empty() || cx.world.setup.env == Environment::Prod;
        let word = stern.then(|| WORD.to_owned());
        let lines = cmds.iter().map(crate::model::Cmd::cli).collect();
        let title = match wish.origin {
            Origin::Person => "Really?",
            Origin::Undo(_) => "Undo",
        };
        let confirm = Confirm::new(title, question, lines, word);
        let then = Then::Wish(Box::new(wish));
        self.over.push(Over::Confirm { confirm, then });
        Vec::new()
    }

    /// What is copied of the chosen user; secrets stay masked.
    pub fn copied(&self, action: Action) -> Option<String> {
        let user = self.chosen()?;
        match action {
            Action::CopyName => Some(user.title()),
            Action::CopyCommand => {
                let cmd = print::replace(user, self.facts.dialect).ok()?;
                Some(cmd.cli())
            }
            _ => {
                let rules = print::rules(user, self.facts.dialect);
                Some(print::line(rules.get(1..)?))
            }
        }
    }
}
