//! What each action does to the tree, and why it cannot be done now.
use super::Tree;
use super::listing::Scan;
use crate::input::Action;
use crate::model::Key;
use crate::model::keyspace::{Order, Spot};
use crate::panes::intent::Intent;
use crate::panes::{
    Cx, Effect, Effects, Focus, Mood, News, Reach, Setup, Why, World, refuses_whole,
    refuses_writes, say,
};
use crate::widgets::field::Field;

impl Tree {
    pub(super) fn refused(&self, action: Action, world: &World) -> Option<Why> {
        let no_key = || {
            self.shown()
                .key()
                .is_none()
                .then(|| "choose a key first".to_owned())
        };
        match action {
            Action::Others => self.cannot_tell_ours(world),
            Action::New => refuses_writes(world),
            Action::Rename | Action::Duplicate | Action::Ttl => refuses_writes(world)
                .or_else(no_key)
                .or_else(|| refuses_whole(action, self.shown().key(), world)),
            Action::Delete => refuses_writes(world)
                .or_else(|| {
                    (self.marks.is_empty() && self.shown().selected.is_none())
                        .then(|| "there is nothing to delete".into())
                })
                .or_else(|| refuses_whole(action, self.shown().key(), world)),
            Action::Edit => refuses_writes(world)
                .or_else(no_key)
                .or_else(|| self.refuses_edit(world)),
            Action::Mark => no_key(),
            Action::Copy | Action::Open => self
                .shown()
                .selected
                .is_none()
                .then(|| "there is nothing under the cursor".into()),
            Action::Pause if matches!(self.shown().scan(), Scan::Complete) => {
                Some("the scan is complete; ctrl-r scans again".into())
            }
            Action::Pause | Action::Rescan | Action::Search
                if world.own.refuses("SCAN").is_some() =>
            {
                world.own.refuses("SCAN")
            }
            Action::Pause | Action::Rescan | Action::Search | Action::GoTo
                if world.link == Reach::Down =>
            {
                Some("not connected".into())
            }
            _ => None,
        }
    }

    pub(super) fn perform(&mut self, action: Action, cx: &mut Cx) -> Effects {
        let now = cx.world.now;
        match action {
            Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::First
            | Action::Last => {
                self.travel(action, now);
            }
            Action::Right => self.right(now),
            Action::Left => self.left(now),
            Action::Open => return self.enter(),
            Action::Back => return self.back(cx),
            Action::Pause => return self.pause(cx),
            Action::Rescan => {
                self.cells.forget(now);
                return self.shown_mut().restart(cx);
            }
            Action::Mark => self.mark(),
            Action::Filter => {
                if self.filter.is_empty() {
                    self.before = self.shown().selected.clone();
                }
                let mut field = Field::default();
                field.set(&self.filter);
                self.typing = Some(field);
            }
            Action::Order => {
                self.order = if self.order == Order::Name {
                    Order::Count
                } else {
                    Order::Name
                };
                let order = self.order;
                self.main.set_order(order);
                self.shown_mut().set_order(order);
                let by = if order == Order::Name {
                    "by name"
                } else {
                    "folders by number of keys"
                };
                return vec![say(Mood::Plain, format!("ordered {by}"))];
            }
            Action::Others => return self.turn_others(cx),
            Action::Delete => return self.delete(),
            Action::Edit => {
                self.rest = None;
                let show = self
                    .shown()
                    .key()
                    .map(|key| News::Show(key.clone(), Focus::Value));
                return show
                    .into_iter()
                    .chain([News::EditNext])
                    .map(Effect::Tell)
                    .collect();
            }
            action => {
                return self
                    .ask(action, cx.world)
                    .map(|intent| Effect::Tell(News::Ask(intent)))
                    .into_iter()
                    .collect();
            }
        }
        Vec::new()
    }

    /// Esc: one thing after the other: marks, filter, search.
    pub(super) fn back(&mut self, cx: &mut Cx) -> Effects {
        if !self.filter.is_empty() {
            self.set_filter("");
            if self.shown().selected.is_none() {
                self.go_back();
            }
        } else if self.search.is_some() {
            return self.end_search(cx);
        } else {
            self.marks.clear();
        }
        Vec::new()
    }

    pub(super) fn pause(&mut self, cx: &mut Cx) -> Effects {
        match self.shown().scan() {
            Scan::Running(_) => self.shown_mut().halt(Scan::Paused),
            _ => self.shown_mut().resume(cx),
        }
    }

    pub(super) fn mark(&mut self) {
        if let Some(key) = self.shown().key().cloned()
            && !self.marks.remove(&key)
        {
            self.marks.insert(key);
        }
    }

    pub(super) fn delete(&self) -> Effects {
        let news = if self.marks.is_empty() {
            match &self.shown().selected {
                Some(Spot::Key(key)) => News::Delete(vec![key.clone()]),
                Some(Spot::Folder(folder)) => {
                    News::DeleteFolder(folder.clone(), self.only_shows(folder))
                }
                None => return Vec::new(),
            }
        } else {
            News::Delete(self.marks.iter().cloned().collect())
        };
        vec![Effect::Tell(news)]
    }

    /// How many keys below a folder are on show, where not all need be.
    fn only_shows(&self, folder: &Key) -> Option<usize> {
        let listing = self.shown();
        let narrow = !self.filter.is_empty() || self.search.is_some() || listing.hides();
        narrow.then(|| listing.keys.count_shown_below(folder))
    }

    pub(super) fn begins(&self, setup: &Setup) -> Vec<u8> {
        let begins = self.shown().begins();
        match &setup.prefix {
            Some(prefix) if !begins.starts_with(prefix) => prefix.clone(),
            _ => begins,
        }
    }

    pub(super) fn ask(&self, action: Action, world: &World) -> Option<Intent> {
        let key = self.shown().key().cloned();
        Some(match action {
            Action::New => Intent::Create {
                begins: self.begins(&world.setup),
                kind: "string",
            },
            Action::GoTo => Intent::GoTo {
                begins: world.setup.prefix.clone().unwrap_or_default(),
            },
            Action::Search => Intent::Search {
                begins: world.setup.prefix.clone().unwrap_or_default(),
            },
            Action::Rename => Intent::Rename(key?),
            Action::Duplicate => Intent::Duplicate(key?),
            Action::Ttl => Intent::Ttl(key?),
            _ => return None,
        })
    }
}
