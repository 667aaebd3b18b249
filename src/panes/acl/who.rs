//! Who may touch a key, or keys like it: every user by seeing its name, reading, writing, deleting, and being admin.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::acl::effect::sample;
use crate::model::acl::keyspec::{self, Need};
use crate::model::acl::{Access, Catalog, Command, Keys, Reach, User, escape, overlap, reach};
use crate::model::printed;
use crate::widgets::{Field, Focused, Rows, Scroll, Theme, popup, text};

use super::{rights, sheet};

/// What a chord leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    Close,
    /// Go to the user of this name.
    Show(Vec<u8>),
}

/// Who is able to change users or the server itself; names in lower case.
const ADMIN: &[&str] = &[
    "acl|setuser",
    "acl|load",
    "config|set",
    "module|load",
    "debug",
    "replicaof",
    "shutdown",
];
/// What tells names of keys, and what deletes them, whatever the patterns say.
const NAMERS: &[&str] = &["scan", "keys", "randomkey"];
const FLUSHERS: &[&str] = &["flushall", "flushdb", "swapdb"];
/// What deletes the keys it names.
const DELETERS: &[&str] = &["del", "unlink"];

/// Columns below which answers are a single sign.
const NARROW: u16 = 64;
const HEADINGS: [&str; 5] = ["name", "read", "write", "delete", "admin"];

/// What a key or pattern is asked for, and who may.
#[derive(Clone, Debug)]
pub struct Who {
    asked: Field,
    people: Vec<Person>,
    /// Places in `people`, those who may do something first.
    order: Vec<usize>,
    scroll: Scroll,
    height: usize,
}

/// A user, and everything of it that does not depend on the key.
#[derive(Clone, Debug)]
struct Person {
    user: User,
    admin: bool,
    /// SCAN and the like tell every name.
    names: bool,
    /// FLUSHALL and the like ask for no pattern.
    flushes: bool,
    powers: Vec<Power>,
    answers: [Answer; 5],
}

/// One way in which a set of rights lets keys be touched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Power {
    /// 0 for the root, n for the n-th selector.
    selector: usize,
    does: Does,
    need: Need,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Does {
    Read,
    Write,
    Delete,
}

/// How much of what is asked for; more is greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Answer {
    No,
    /// Some of the keys that the pattern matches.
    Some,
    Yes,
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// One key, or all that match a pattern.
enum Asked {
    Key(Vec<u8>),
    Pattern(Vec<u8>),
}

impl Who {
    pub fn new(users: Vec<User>, catalog: &Catalog) -> Self {
        let person = |user| Person::new(user, catalog);
        let mut who = Self {
            asked: Field::default(),
            people: users.into_iter().map(person).collect(),
            order: Vec::new(),
            scroll: Scroll::default(),
            height: 1,
        };
        who.answer();
        who
    }

    /// Asks for this key or pattern, as it is printed.
    #[must_use]
    pub fn about(mut self, printed: &str) -> Self {
        self.asked.set(printed);
        self.answer();
        self
    }

    pub fn layer(&self) -> Layer {
        Layer::AclWho
    }

    pub fn press(&mut self, chord: Chord) -> Turn {
        if self.asked.press(chord) {
            self.answer();
            return Turn::Stay;
        }
        let (len, page) = (self.order.len(), self.height.saturating_sub(1).max(1));
        let layers = [Layer::AclWho, Layer::Everywhere];
        match lookup(&layers, chord).map(|binding| binding.action) {
            Some(Action::Back) => return Turn::Close,
            Some(Action::Open) => {
                let selected = self.selected();
                return selected.map_or(Turn::Stay, |person| Turn::Show(person.user.name.clone()));
            }
            Some(Action::Up) => self.scroll.up(1),
            Some(Action::Down) => self.scroll.down(1, len),
            Some(Action::PageUp) => self.scroll.up(page),
            Some(Action::PageDown) => self.scroll.down(page, len),
            _ => {}
        }
        self.scroll.keep_in_view(self.height);
        Turn::Stay
    }

    pub fn paste(&mut self, pasted: &str) {
        self.asked.paste(pasted);
        self.answer();
    }

    fn selected(&self) -> Option<&Person> {
        let at = self.order.get(self.scroll.selected)?;
        self.people.get(*at)
    }

    fn answer(&mut self) {
        let asked = Asked::read(self.asked.text());
        for person in &mut self.people {
            person.answer(&asked);
        }
        self.order = (0..self.people.len()).collect();
        let people = &self.people;
        self.order.sort_by_key(|at| people[*at].rank());
        self.scroll.first();
    }

    pub fn arrange(&mut self, area: Rect) {
        let [_, list, _] = parts(sheet::inner(sheet::outer(area)));
        self.height = usize::from(list.height);
        self.scroll.clamp(self.order.len(), self.height);
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let outer = sheet::outer(area);
        let room = popup::frame(outer, buf, "Who may touch a key or pattern?", theme);
        let [head, list, detail] = parts(room);
        let rest = popup::stack([Line::styled(">", theme.accent)], head, buf);
        let entry = Rect {
            x: head.x + 2.min(head.width),
            width: head.width.saturating_sub(2),
            height: head.height.min(1),
            ..head
        };
        self.asked.draw(entry, buf, Focused::Yes, theme);
        if self.asked.text().is_empty() {
            let hint = "a name, or a pattern: myapp:user:*; nothing is any key";
            popup::stack(
                [Line::styled(hint, theme.dim)],
                Rect {
                    x: entry.x + 2.min(entry.width),
                    width: entry.width.saturating_sub(2),
                    ..entry
                },
                buf,
            );
        }
        let width = list.width.saturating_sub(1);
        popup::stack([heading(width, theme)], rest, buf);
        let row = |at: usize| {
            let person = self.order.get(at).and_then(|at| self.people.get(*at));
            person.map_or(Line::default(), |person| person.line(width, theme))
        };
        let rows = Rows {
            len: self.order.len(),
            scroll: &self.scroll,
            focused: true,
            theme,
            row,
        };
        rows.render(list, buf);
        if let Some(person) = self.selected() {
            let words = Line::styled(person.words(), theme.dim);
            popup::stack(text::wrap(words, usize::from(detail.width)), detail, buf);
        }
    }
}

impl Asked {
    /// What was typed: escapes as we print them where they are some, else the bytes; nothing is any key.
    fn read(typed: &str) -> Self {
        let bytes = printed::unprint(typed).unwrap_or_else(|_| typed.as_bytes().to_vec());
        if bytes.is_empty() {
            return Self::Pattern(b"*".to_vec());
        }
        match escape::split(&bytes) {
            (key, []) => Self::Key(key),
            _ => Self::Pattern(bytes),
        }
    }

    /// How much of it these patterns cover for this need.
    fn covered(&self, keys: &Keys, need: Need) -> Answer {
        let Keys::Only(patterns) = keys else {
            return Answer::Yes;
        };
        let fitting = patterns.iter().filter(|pattern| match pattern.access {
            Access::Both => true,
            Access::Read => !need.write,
            Access::Write => !need.read,
        });
        let covered = |pattern: &[u8]| match self {
            Self::Key(key) => Answer::from(reach::fits(pattern, key)),
            Self::Pattern(asked) if overlap::covers(pattern, asked) => Answer::Yes,
            Self::Pattern(asked) if overlap::overlap(pattern, asked) => Answer::Some,
            Self::Pattern(_) => Answer::No,
        };
        let answers = fitting.map(|pattern| covered(&pattern.pattern));
        answers.max().unwrap_or(Answer::No)
    }
}

impl Person {
    fn new(user: User, catalog: &Catalog) -> Self {
        let reach = Reach::of(&user, catalog);
        let any = |names: &[&str]| names.iter().any(|name| rights::may(&reach, name));
        let [admin, names, flushes] = [ADMIN, NAMERS, FLUSHERS].map(any);
        let mut powers = Vec::new();
        for (selector, scope) in reach.selectors.iter().enumerate() {
            for id in catalog.ids().filter(|id| scope.allows(*id)) {
                for (does, need) in touches(catalog.command(id)) {
                    let power = Power {
                        selector,
                        does,
                        need,
                    };
                    if !powers.contains(&power) {
                        powers.push(power);
                    }
                }
            }
        }
        Self {
            user,
            admin,
            names,
            flushes,
            powers,
            answers: [Answer::No; 5],
        }
    }

    fn answer(&mut self, asked: &Asked) {
        let rights: Vec<_> = self.user.rights().collect();
        let best = |does: Does| {
            let powers = self.powers.iter().filter(|power| power.does == does);
            let answers = powers.map(|power| {
                let rights = rights.get(power.selector);
                rights.map_or(Answer::No, |rights| asked.covered(&rights.keys, power.need))
            });
            answers.max().unwrap_or(Answer::No)
        };
        self.answers = [
            self.names.into(),
            best(Does::Read),
            best(Does::Write),
            best(Does::Delete).max(self.flushes.into()),
            self.admin.into(),
        ];
    }

    /// Who may touch it comes first, who only sees its name after that, who may nothing last.
    fn rank(&self) -> u8 {
        let [name, touches @ .., _] = self.answers;
        match touches.iter().max() {
            Some(Answer::Yes) => 0,
            Some(Answer::Some) => 1,
            _ if name == Answer::Yes => 2,
            _ => 3,
        }
    }

    fn line(&self, width: u16, theme: &Theme) -> Line<'static> {
        let style = if self.user.can_log_in() {
            theme.text
        } else {
            theme.dim
        };
        let mut spans = first(self.user.title(), width, style);
        for (heading, answer) in HEADINGS.iter().zip(self.answers) {
            let (word, sign, style) = match answer {
                Answer::Yes if *heading == "admin" => ("yes", "y", theme.error),
                Answer::Yes => ("yes", "y", theme.good),
                Answer::Some => ("some", "~", theme.warn),
                Answer::No => ("no", "-", theme.dim),
            };
            spans.push(cell(word, sign, width, style));
        }
        Line::from(spans)
    }

    /// The answers in a sentence.
    fn words(&self) -> String {
        let verbs = ["sees the name", "reads", "writes", "deletes"];
        let told: Vec<String> = verbs
            .iter()
            .zip(self.answers)
            .filter_map(|(verb, answer)| match answer {
                Answer::Yes => Some((*verb).to_owned()),
                Answer::Some => Some(format!("{verb} some")),
                Answer::No => None,
            })
            .collect();
        let mut words = format!("{}: ", self.user.title());
        words += &if told.is_empty() {
            "may not touch it".to_owned()
        } else {
            told.join(", ")
        };
        if self.flushes {
            words += " (can empty the database whatever its patterns)";
        }
        if self.admin {
            words += ", can change users or the server";
        }
        if !self.user.can_log_in() {
            words += "; cannot log in now";
        }
        words
    }
}

/// What a command does to the keys it names, and what it needs for that: in its simplest form, and at most.
fn touches(command: &Command) -> Vec<(Does, Need)> {
    let argv = sample(command, b"key");
    let argv: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
    let simplest = keyspec::places(command, &argv);
    let simplest = simplest.iter().map(|place| place.need);
    let real = command.keys.iter().filter(|spec| !spec.notes.not_key);
    let most = real.map(|spec| spec.need);
    simplest
        .chain(most)
        .flat_map(|need| does(command, need).map(move |does| (does, need)))
        .collect()
}

fn does(command: &Command, need: Need) -> impl Iterator<Item = Does> {
    let deletes = DELETERS.contains(&command.name.as_str());
    // 6.x tells no needs, and has no letters to match them.
    let untold = need == Need::NOTHING;
    let reads = !deletes && (need.read || (untold && command.flag("readonly")));
    let writes = !deletes && (need.write || (untold && command.flag("write")));
    [
        (deletes, Does::Delete),
        (reads, Does::Read),
        (writes, Does::Write),
    ]
    .into_iter()
    .filter_map(|(yes, does)| yes.then_some(does))
}

fn heading(width: u16, theme: &Theme) -> Line<'static> {
    let mut spans = first("user".to_owned(), width, theme.dim);
    let cells = HEADINGS
        .iter()
        .map(|word| cell(word, &word[..1], width, theme.dim));
    spans.extend(cells);
    Line::from(spans)
}

/// Columns of one answer.
fn cell_width(width: u16) -> usize {
    if width < NARROW { 2 } else { 8 }
}

fn cell(word: &str, sign: &str, width: u16, style: Style) -> Span<'static> {
    let shown = if width < NARROW { sign } else { word };
    Span::styled(format!("{shown:<0$}", cell_width(width)), style)
}

/// The first column: a name in what the answers leave.
fn first(name: String, width: u16, style: Style) -> Vec<Span<'static>> {
    let room = usize::from(width).saturating_sub(HEADINGS.len() * cell_width(width));
    let line = text::fit(Line::styled(name, style), room.saturating_sub(1));
    let blank = room.saturating_sub(line.width());
    let style = line.style;
    let mut spans: Vec<Span<'static>> = line.spans;
    for span in &mut spans {
        span.style = style.patch(span.style);
    }
    spans.push(Span::raw(" ".repeat(blank)));
    spans
}

/// What is asked and the headings, the list, and what explains the selected user.
fn parts(room: Rect) -> [Rect; 3] {
    let head = Rect {
        height: room.height.min(2),
        ..room
    };
    let detail = if room.height > 6 { 2 } else { 0 };
    let [list, detail] = sheet::foot(popup::below(room, 2), detail);
    [head, list, detail]
}

#[cfg(test)]
mod tests {
    use super::super::tests::{catalog, chord, painted, sees, user};
    use super::*;

    fn who(asked: &str) -> Who {
        let users = vec![
            user("nobody", "on nopass +ping"),
            user("reader", "on nopass %R~app:* +@read -@dangerous"),
            user("writer", "on nopass %W~app:users:* +set"),
            user("app", "on nopass ~app:* +@all -@dangerous"),
            user("flusher", "off +flushall"),
            user("root", "on nopass ~* +@all"),
        ];
        Who::new(users, &catalog()).about(asked)
    }

    fn answers(who: &Who, name: &str) -> String {
        let person = who.people.iter().find(|person| person.user.title() == name);
        let sign = |answer: &Answer| match answer {
            Answer::Yes => 'y',
            Answer::Some => '~',
            Answer::No => '-',
        };
        person.map_or(String::new(), |person| {
            person.answers.iter().map(sign).collect()
        })
    }

    #[test]
    fn every_user_is_held_against_the_key() {
        for (asked, name, told) in [
            ("app:1", "nobody", "-----"),
            ("app:1", "reader", "yy---"),
            ("other:1", "reader", "y----"),
            ("app:*", "reader", "yy---"),
            ("*", "reader", "y~---"),
            ("", "reader", "y~---"),
            ("a?p:1", "reader", "y~---"),
            ("app:users:1", "writer", "--y--"),
            ("app:*", "writer", "--~--"),
            ("app:1", "writer", "-----"),
            ("app:users:*", "app", "yyyy-"),
            ("app:1", "flusher", "---y-"),
            ("\\xff", "root", "yyyyy"),
            ("app:\\*", "app", "yyyy-"),
        ] {
            assert_eq!(answers(&who(asked), name), told, "{asked} {name}");
        }
    }

    #[test]
    fn selectors_count_only_with_their_own_commands() {
        let catalog = catalog();
        let mut split = user("split", "on nopass +get");
        split.selectors.push(user("x", "~app:* +set").root);
        let who = Who::new(vec![split], &catalog).about("app:1");
        // SET … GET reads too.
        assert_eq!(answers(&who, "split"), "-yy--");
    }

    #[test]
    fn keys_lead_where_they_say() {
        let mut who = who("app:users:1");
        assert_eq!(who.press(chord("down")), Turn::Stay);
        assert_eq!(who.press(chord("enter")), Turn::Show(b"writer".to_vec()));
        assert_eq!(who.press(chord("x")), Turn::Stay);
        assert_eq!(who.press(chord("enter")), Turn::Show(b"reader".to_vec()));
        assert_eq!(who.press(chord("esc")), Turn::Close);
        let mut empty = Who::new(Vec::new(), &catalog());
        assert_eq!(empty.press(chord("enter")), Turn::Stay);
    }

    #[test]
    fn answers_are_seen_at_every_size() {
        for (width, height, texts) in [
            (
                40,
                10,
                &["user", "n r w d a", "root", "y y y y y", "reader"][..],
            ),
            (
                100,
                30,
                &["name    read    write   delete  admin", "flusher", "yes"],
            ),
        ] {
            let mut who = who("app:1");
            let rows = painted(width, height, |area, buf, theme| {
                who.arrange(area);
                who.draw(area, buf, theme);
            });
            sees(&rows, texts);
            sees(&rows, &["reader: sees the name, reads"]);
        }
    }
}
