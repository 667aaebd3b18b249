//! What each action does to the open key, and why it cannot be done now.
use super::Value;
use super::ask::number;
use super::open::Open;
use crate::input::{Action, Layer};
use crate::model::decode;
use crate::model::kinds::{Ability, Kind, Order, Shape, Verb, needs};
use crate::model::printed::print;
use crate::panes::intent::Intent;
use crate::panes::paint;
use crate::panes::{
    Cx, Effect, Effects, Focus, Mood, News, Why, World, refuses_whole, refuses_writes, say,
};
use crate::server::Fault;
use crate::widgets::field::Field;
use std::time::Instant;

impl Value {
    pub(super) fn refused(&self, action: Action, world: &World) -> Option<Why> {
        use Action as A;
        let Some(open) = &self.open else {
            let needs_key = !matches!(
                action,
                A::New | A::GoTo | A::Up | A::Down | A::Left | A::Right
            );
            let local = needs_key && (layer_of(action) || action == A::Open);
            return local
                .then(|| "no key is open".to_owned())
                .or_else(|| new_refused(action, world));
        };
        let Some(head) = &open.head else {
            if action == A::Open && matches!(open.fault, Some(Fault::Unbounded { .. })) {
                return None;
            }
            return ((layer_of(action) || action == A::Open)
                && !matches!(action, A::New | A::GoTo | A::Reload))
            .then(|| "the value is not here yet".to_owned());
        };
        let kind = head.kind;
        if head.unread.is_some() && reads(action) {
            return Some("this user may not read the value".to_owned());
        }
        let verb = match action {
            A::Add => Verb::Add,
            A::Increment => Verb::Increment,
            A::Pop => Verb::Pop,
            A::RemoveValue => Verb::RemoveValue,
            A::Reset => Verb::Reset,
            A::Edit | A::EditOutside => Verb::Edit,
            A::Delete if open.shape() != Shape::Text && head.unread.is_none() => Verb::Remove,
            A::Rename if kind.form(Verb::Rename, open.row()).is_some() => Verb::Rename,
            A::New | A::Ttl | A::Duplicate | A::Delete | A::Rename => {
                return refuses_writes(world)
                    .or_else(|| refuses_whole(action, Some(&open.key), world));
            }
            A::Member => {
                let asks = kind.member(&open.key, b"").is_some();
                return (!asks).then(|| format!("a {} has no members to ask about", head.name));
            }
            A::Order => return cannot(kind, Ability::Order, "has one order only"),
            A::Filter => return cannot(kind, Ability::Filter, "has no rows to filter"),
            A::Jump if kind.can(Ability::Scores) => return None,
            A::Jump => return cannot(kind, Ability::Index, "has no indexes"),
            A::Format => {
                return match open.shape() {
                    Shape::Text => facts_only(open, &head.name),
                    Shape::Grid(_) => Some("formats are for strings".to_owned()),
                };
            }
            A::Limit => {
                let counter = open.shape() == Shape::Text && number(open.row()).is_some();
                return (!counter).then(|| "only a number has a limit".to_owned());
            }
            A::Open if open.shape() == Shape::Text => {
                let open_already = || "it is open; e edits it, f shows it in another format".into();
                return facts_only(open, &head.name).or_else(|| Some(open_already()));
            }
            A::Open => {
                return open
                    .row()
                    .is_none()
                    .then(|| "there is no row to open".to_owned());
            }
            _ => return None,
        };
        let commands = needs::commands(&head.name, verb);
        refuses_writes(world)
            .or_else(|| refuses_verb(open, kind, verb, &head.name))
            .or_else(|| world.own.refuses_write(Some(&open.key), commands))
    }

    pub(super) fn perform(&mut self, action: Action, cx: &mut Cx) -> Effects {
        use Action as A;
        match action {
            A::Up | A::Down | A::PageUp | A::PageDown | A::First | A::Last => {
                return self.travel(action, cx);
            }
            A::Edit => return self.edit(),
            A::EditOutside => return self.edit_outside(),
            A::Add => return self.verb(Verb::Add),
            A::Increment => return self.verb(Verb::Increment),
            A::Pop => return self.verb(Verb::Pop),
            A::RemoveValue => return self.verb(Verb::RemoveValue),
            A::Reset => return self.verb(Verb::Reset),
            A::Format => return self.pick_format(),
            A::Watch => return self.watch(cx.world.now),
            A::Filter => {
                self.typing = Some(Field::default());
                return Vec::new();
            }
            A::Back if self.open.as_ref().is_some_and(Open::searches) => {
                return self.stop_search();
            }
            A::Back => {
                if self
                    .open
                    .as_ref()
                    .is_some_and(|open| open.look.filter.is_some())
                {
                    return self.send_filter("", cx);
                }
                return vec![Effect::Tell(News::Focus(Focus::Tree))];
            }
            A::Left => return vec![Effect::Tell(News::Focus(Focus::Tree))],
            A::Open if self.open.as_ref().is_some_and(|open| open.head.is_some()) => {
                return self.read_row();
            }
            _ => {}
        }
        if let Some(open) = self.open.as_mut().filter(|open| open.head.is_none())
            && action == A::Open
        {
            return open.whole_by_get(cx);
        }
        let Some(open) = &mut self.open else {
            return match action {
                A::New => vec![Effect::Tell(News::Ask(new_key(cx.world)))],
                _ => Vec::new(),
            };
        };
        let key = open.key.clone();
        let kind = open.head.as_ref().map(|head| head.kind);
        let unread = open.head.as_ref().is_some_and(|head| head.unread.is_some());
        let intent = match action {
            A::Reload => return open.reload(cx),
            A::Order => {
                let other = if open.look.order == Order::Ascending {
                    Order::Descending
                } else {
                    Order::Ascending
                };
                open.look.order = other;
                open.look.from = None;
                return open.renew(cx);
            }
            A::Delete if open.shape() == Shape::Text || unread => {
                return vec![Effect::Tell(News::Delete(vec![key]))];
            }
            A::Delete => return self.verb(Verb::Remove),
            A::Rename if kind.is_some_and(|kind| kind.form(Verb::Rename, open.row()).is_some()) => {
                return self.verb(Verb::Rename);
            }
            A::Rename => Intent::Rename(key),
            A::Duplicate => Intent::Duplicate(key),
            A::Ttl => Intent::Ttl(key),
            A::New => new_key(cx.world),
            A::GoTo => Intent::GoTo {
                begins: cx.world.setup.prefix.clone().unwrap_or_default(),
            },
            A::Jump if kind.is_some_and(|kind| kind.can(Ability::Scores)) => Intent::Scores { key },
            A::Jump => Intent::Index { key },
            A::Member => Intent::Member {
                key,
                kind: kind.map_or("set", Kind::name),
            },
            A::Limit => Intent::Limit { key },
            _ => return Vec::new(),
        };
        vec![Effect::Tell(News::Ask(intent))]
    }

    /// Shows the row under the cursor whole: its value, or its member.
    fn read_row(&self) -> Effects {
        let row = self
            .open
            .as_ref()
            .and_then(|open| Some((open, open.row()?)));
        let Some((open, row)) = row else {
            return Vec::new();
        };
        let mut title = open.key.called();
        if let [name, _] = row.cells.as_slice() {
            title = format!("{title} · {}", print(name));
        }
        let whole = row.cells.last().cloned().unwrap_or_default();
        vec![Effect::Tell(News::Read(title, whole))]
    }

    /// Ends the search for more rows that match; those that were found stay.
    fn stop_search(&mut self) -> Effects {
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        let mut effects = open.stop();
        let share = paint::percent(open.window.share());
        let words =
            format!("stopped at {share}: down at the last row goes on, esc clears the filter");
        effects.push(say(Mood::Plain, words));
        effects
    }

    pub(super) fn pick_format(&mut self) -> Effects {
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        let (Some(current), Some(row)) = (open.decoder(), open.rows().first()) else {
            return Vec::new();
        };
        let bytes = row.cells.first().map(Vec::as_slice).unwrap_or_default();
        let next = decode::after(current, bytes);
        open.pick(next);
        vec![say(Mood::Plain, format!("shown as {}", next.name()))]
    }

    pub(super) fn watch(&mut self, now: Instant) -> Effects {
        self.watch_at = if self.watch_at.is_some() {
            None
        } else {
            Some(now)
        };
        let words = if self.watch_at.is_some() {
            "watching: read every second; w stops"
        } else {
            "no longer watching"
        };
        vec![say(Mood::Plain, words)]
    }
}

/// The actions that need the value, and not only its key.
fn reads(action: Action) -> bool {
    use Action as A;
    matches!(
        action,
        A::EditOutside
            | A::Format
            | A::Filter
            | A::Member
            | A::Jump
            | A::Order
            | A::Limit
            | A::Open
    )
}

/// The actions that need an open key.
fn layer_of(action: Action) -> bool {
    crate::input::BINDINGS.iter().any(|binding| {
        matches!(binding.layer, Layer::Value | Layer::Keys) && binding.action == action
    })
}

fn new_refused(action: Action, world: &World) -> Option<Why> {
    (action == Action::New)
        .then(|| refuses_writes(world))
        .flatten()
}

fn new_key(world: &World) -> Intent {
    Intent::Create {
        begins: world.setup.prefix.clone().unwrap_or_default(),
        kind: "string",
    }
}

fn cannot(kind: &dyn Kind, ability: Ability, words: &str) -> Option<Why> {
    (!kind.can(ability)).then(|| format!("a {} {words}", kind.name()))
}

/// Of a type that keygrove does not read, nothing but facts is shown.
fn facts_only(open: &Open, name: &str) -> Option<Why> {
    let read = open.decoder().is_some();
    (!read).then(|| format!("a {} is shown by its facts only", print(name.as_bytes())))
}

fn refuses_verb(open: &Open, kind: &dyn Kind, verb: Verb, name: &str) -> Option<Why> {
    if open.shape() == Shape::Text && !open.whole() && verb == Verb::Edit {
        return Some("the value is shown in part, and a part cannot be saved as the whole".into());
    }
    let needs_row = matches!(verb, Verb::Edit | Verb::Remove | Verb::Rename);
    if needs_row && open.row().is_none() && open.shape() != Shape::Text {
        return Some("there is no row to work on".into());
    }
    (!kind.has(verb, open.row())).then(|| match verb {
        Verb::Increment => "this is not a number".to_owned(),
        Verb::Reset => "this is not a counter".to_owned(),
        _ => format!("a {name} has nothing of the kind"),
    })
}
