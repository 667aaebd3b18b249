//! What was refused lately (ACL LOG), and the least that would allow it.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::acl::escape::literal;
use crate::model::acl::reach::Scope;
use crate::model::acl::replies::{self, Denial};
use crate::model::acl::{
    Access, Catalog, CommandRule, Feature, KeyPattern, Keys, Rule, User, What,
};
use crate::model::{Printed, ttl};
use crate::widgets::{Rows, Scroll, Theme, popup, text};

use super::{rights, sheet};

/// Rows below the list that explain the selected entry.
const DETAIL: u16 = 3;

/// What a chord leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    Close,
    /// Grant what was refused; leads to the review.
    Grant(Wish),
    /// Forget the server's list (ACL LOG RESET), once the person has said so.
    Clear,
}

/// What a user would have needed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    pub user: Vec<u8>,
    pub object: Object,
}

/// What was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Object {
    /// As `container|sub`.
    Command(String),
    /// A key, and the command that named it where the server tells it.
    Key {
        key: Vec<u8>,
        command: Option<String>,
    },
    /// A channel, and the command that named it where the server tells it.
    Channel {
        channel: Vec<u8>,
        command: Option<String>,
    },
}

/// The list of denials, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Denials {
    entries: Vec<Denial>,
    scroll: Scroll,
    height: usize,
    /// Why nothing can be granted.
    note: Option<&'static str>,
}

impl Denials {
    pub fn new(denials: Vec<Denial>) -> Self {
        let mut list = Self {
            height: 1,
            ..Self::default()
        };
        list.set(denials);
        list
    }

    /// Takes a newer list; the cursor stays on its entry.
    pub fn set(&mut self, mut denials: Vec<Denial>) {
        denials.sort_by(|a, b| a.age.total_cmp(&b.age));
        let selected = self.selected().cloned();
        self.entries = denials;
        let here = |old: Denial| self.entries.iter().position(|new| same(&old, new));
        if let Some(at) = selected.and_then(here) {
            self.scroll.selected = at;
        }
        self.scroll.clamp(self.entries.len(), self.height);
    }

    fn selected(&self) -> Option<&Denial> {
        self.entries.get(self.scroll.selected)
    }

    pub fn layer(&self) -> Layer {
        Layer::AclDenials
    }

    pub fn press(&mut self, chord: Chord) -> Turn {
        self.note = None;
        let (len, page) = (self.entries.len(), self.height.saturating_sub(1).max(1));
        let layers = [Layer::AclDenials, Layer::Everywhere];
        match lookup(&layers, chord).map(|binding| binding.action) {
            Some(Action::Back) => return Turn::Close,
            Some(Action::Delete) if len > 0 => return Turn::Clear,
            Some(Action::Grant) => return self.grant(),
            Some(action) => {
                self.scroll.travel(action, len, page);
            }
            None => {}
        }
        self.scroll.keep_in_view(self.height);
        Turn::Stay
    }

    fn grant(&mut self) -> Turn {
        let Some(denial) = self.selected() else {
            return Turn::Stay;
        };
        if let Some(wish) = Wish::of(denial) {
            return Turn::Grant(wish);
        }
        self.note = Some(if denial.reason == "auth" {
            "a login that failed: no rule helps, only the right name and password"
        } else {
            "no rule is known that helps here"
        });
        Turn::Stay
    }

    /// There is nothing to type here.
    pub fn paste(&mut self, _pasted: &str) {}

    pub fn arrange(&mut self, area: Rect) {
        let [list, _] = parts(sheet::inner(sheet::outer(area)));
        self.height = usize::from(list.height);
        self.scroll.clamp(self.entries.len(), self.height);
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let room = popup::frame(sheet::outer(area), buf, "Denials", theme);
        let [list, detail] = parts(room);
        if self.entries.is_empty() {
            let line = Line::styled("nothing was refused lately", theme.dim);
            popup::stack([line], list, buf);
        }
        let row = |at: usize| {
            let denial = self.entries.get(at);
            denial.map_or(Line::default(), |denial| line(denial, theme))
        };
        let rows = Rows {
            len: self.entries.len(),
            scroll: &self.scroll,
            focused: true,
            theme,
            row,
        };
        rows.render(list, buf);
        let words = match (self.note, self.selected()) {
            (Some(note), _) => Line::styled(note, theme.warn),
            (None, Some(denial)) => Line::styled(words(denial), theme.dim),
            (None, None) => return,
        };
        popup::stack(text::wrap(words, usize::from(detail.width)), detail, buf);
    }
}

/// Whether two entries are one, seen twice: newer servers number them, older ones count equal ones together.
fn same(old: &Denial, new: &Denial) -> bool {
    match (old.id, new.id) {
        (Some(old), Some(new)) => old == new,
        _ => {
            (&old.reason, &old.context, &old.object, &old.user)
                == (&new.reason, &new.context, &new.object, &new.user)
        }
    }
}

impl Wish {
    /// What this denial was about; `None` for a failed login and for reasons we do not know.
    pub fn of(denial: &Denial) -> Option<Self> {
        let object = match denial.reason.as_str() {
            "command" => {
                let name = std::str::from_utf8(&denial.object).ok()?;
                Object::Command(name.to_ascii_lowercase())
            }
            "key" => Object::Key {
                key: denial.object.clone(),
                command: command(denial),
            },
            "channel" => Object::Channel {
                channel: denial.object.clone(),
                command: command(denial),
            },
            _ => return None,
        };
        let user = denial.user.clone();
        Some(Self { user, object })
    }

    /// The least that would have allowed it: the command, the key or the channel itself, nothing wider. Together they
    /// are the root's, so a command that only a selector allows is granted with its key.
    pub fn rules(&self, user: &User, catalog: &Catalog) -> Vec<Rule> {
        let mut rules = vec![match &self.object {
            Object::Command(name) => CommandRule::allow(What::named(name)).into(),
            Object::Key { key, command } => Rule::Key(KeyPattern {
                access: letters(command.as_deref(), catalog),
                pattern: literal(key),
            }),
            // A pattern one subscribes to must be listed letter by letter.
            Object::Channel { channel, command } if command.as_deref() == Some("psubscribe") => {
                Rule::Channel(channel.clone())
            }
            Object::Channel { channel, .. } => Rule::Channel(literal(channel)),
        }];
        if let Object::Key { command, .. } | Object::Channel { command, .. } = &self.object
            && let Some(id) = command.as_deref().and_then(|name| catalog.find(name))
            && !Scope::of(&user.root, catalog).allows(id)
        {
            let what = What::named(&catalog.command(id).name);
            rules.push(CommandRule::allow(what).into());
        }
        rules
    }

    /// What is lacking still once these rules are granted. The server logs the first reason only, and the key that a
    /// refused command was for is not among what it tells.
    pub fn lacks(&self, user: &User, catalog: &Catalog) -> Option<String> {
        let Object::Command(name) = &self.object else {
            return None;
        };
        let id = rights::find(catalog, name)?;
        let blind = catalog.command(id).has_keys() && user.root.keys == Keys::Only(Vec::new());
        blind.then(|| {
            let name = Printed::new(name.as_bytes());
            format!("{name} alone will not do: this user may touch no key; e adds a pattern")
        })
    }
}

/// The letters that a command may need for a key; both where that is not known. SET may, for its GET option.
fn letters(command: Option<&str>, catalog: &Catalog) -> Access {
    let id = command.and_then(|name| rights::find(catalog, name));
    let Some(id) = id.filter(|_| catalog.dialect.has(Feature::KeyLetters)) else {
        return Access::Both;
    };
    let specs = &catalog.command(id).keys;
    let needs = |need: fn(&crate::model::acl::keyspec::Need) -> bool| {
        specs.iter().any(|spec| need(&spec.need))
    };
    match (needs(|need| need.read), needs(|need| need.write)) {
        (true, false) => Access::Read,
        (false, true) => Access::Write,
        _ => Access::Both,
    }
}

/// The command that a connection was running; in a script or transaction that is another one than was refused.
fn command(denial: &Denial) -> Option<String> {
    if denial.context != "toplevel" {
        return None;
    }
    let mut words = denial.client.split(|byte| *byte == b' ');
    let cmd = words.find_map(|word| word.strip_prefix(b"cmd="))?;
    let name = std::str::from_utf8(cmd).ok()?;
    (name != "NULL").then(|| name.to_ascii_lowercase())
}

/// How long ago, in words.
fn age(denial: &Denial) -> String {
    // A float becomes the nearest whole number; what is no age becomes 0.
    match (denial.age * 1000.0) as u64 {
        ..1000 => "now".to_owned(),
        millis => ttl::print_left(millis),
    }
}

fn address(denial: &Denial) -> String {
    let connections = replies::connections(&denial.client);
    let first = connections.first();
    first.map_or(String::new(), |first| {
        Printed::new(&first.address).into_text()
    })
}

fn object(denial: &Denial) -> String {
    let object = Printed::new(&denial.object).into_text();
    match denial.reason.as_str() {
        "auth" => "login".to_owned(),
        "command" => object,
        reason => format!("{} {object}", Printed::new(reason.as_bytes())),
    }
}

fn line(denial: &Denial, theme: &Theme) -> Line<'static> {
    let user = Printed::new(&denial.user);
    Line::from(vec![
        Span::styled(format!("{:>7} ", age(denial)), theme.dim),
        Span::styled(format!("{:>4} ", format!("{}×", denial.count)), theme.count),
        Span::styled(format!("{user} "), theme.accent),
        Span::styled(object(denial), theme.error),
        Span::styled(format!("  {}", address(denial)), theme.dim),
    ])
}

/// The whole entry in a sentence.
fn words(denial: &Denial) -> String {
    let user = Printed::new(&denial.user);
    let object = Printed::new(&denial.object);
    let what = match denial.reason.as_str() {
        "command" => format!("{user} may not run {object}"),
        "key" => format!("{user} may not use the key {object}"),
        "channel" => format!("{user} may not use the channel {object}"),
        "auth" => format!("somebody failed to log in as {user}"),
        reason => format!(
            "{user} was refused {object} ({})",
            Printed::new(reason.as_bytes())
        ),
    };
    let place = match denial.context.as_str() {
        "multi" => " in a transaction",
        "lua" => " in a script",
        "module" => " in a module",
        _ => "",
    };
    let times = match denial.count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let command = command(denial).map_or(String::new(), |name| {
        format!(", by {}", Printed::new(name.as_bytes()))
    });
    let ago = match age(denial).as_str() {
        "now" => "just now".to_owned(),
        age => format!("{age} ago"),
    };
    let from = match address(denial).as_str() {
        "" => String::new(),
        address => format!(", from {address}"),
    };
    format!("{what}{place}: {times}, last {ago}{command}{from}")
}

/// The list, and what explains the selected entry.
fn parts(room: Rect) -> [Rect; 2] {
    sheet::foot(room, if room.height > 6 { DETAIL } else { 0 })
}

#[cfg(test)]
mod tests;
