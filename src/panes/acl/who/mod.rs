//! Who may touch a key, or keys like it: every user by seeing its name, reading, writing, deleting, and being admin.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::acl::{Catalog, User};
use crate::panes::paint;
use crate::widgets::{Field, Focused, Rows, Scroll, Theme, popup, text};

use super::sheet;

mod person;

use person::{Answer, Asked, Person};

/// What a chord leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    Close,
    /// Go to the user of this name.
    Show(Vec<u8>),
}

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

impl Who {
    pub fn new(users: Vec<User>, catalog: &Catalog) -> Self {
        let touches = person::touches(catalog);
        let person = |user| Person::new(user, catalog, &touches);
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
            Some(action) => {
                self.scroll.travel(action, len, page);
            }
            None => {}
        }
        self.scroll.keep_in_view(self.height);
        Turn::Stay
    }

    pub fn paste(&mut self, pasted: &str) {
        paint::paste(&mut self.asked, pasted);
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
            person.map_or(Line::default(), |person| line(person, width, theme))
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

/// A user and the answers.
fn line(person: &Person, width: u16, theme: &Theme) -> Line<'static> {
    let title = person.user.title();
    let (name, style) = match person.user.shut() {
        None => (title, theme.text),
        Some(why) => (format!("{title} ({why})"), theme.dim),
    };
    let mut spans = first(name, width, style);
    for (heading, answer) in HEADINGS.iter().zip(person.answers) {
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
    use super::*;
    use crate::panes::acl::tests::{catalog, chord, painted, sees, user};

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
                &[
                    "name    read    write   delete  admin",
                    "flusher (off)",
                    "yes",
                ],
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
