//! Before anything is sent: the rules that change, the literal command, what it means, what is risky about it.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::Cmd;
use crate::model::acl::{Catalog, User, print, valid};
use crate::panes::paint;
use crate::widgets::{Field, Focused, Theme, popup, text};

use super::rights;
use super::sheet::{self, Entry, Sheet};

pub mod conflict;
mod told;

/// What must be typed before a dangerous change is sent.
pub const WORD: &str = "apply";

/// What a chord leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    /// Send [`Review::command`].
    Apply,
    Back,
    /// The command, secrets masked.
    Copy(String),
}

/// How bad something is, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// It is sent only once a word was typed.
    Blocks,
    Warns,
    Informs,
}

/// Something to know before sending.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    pub level: Level,
    /// A sentence that is safe to show, with its fix.
    pub text: String,
}

/// A change that is thought of.
#[derive(Clone, Debug)]
pub struct Proposal<'a> {
    /// The user as the server has it; `None` where it has none of this name.
    pub before: Option<&'a User>,
    pub after: &'a User,
    pub catalog: &'a Catalog,
    pub warnings: Vec<Warning>,
    /// Connections that are logged in as this user; `None` if nobody could look.
    pub live: Option<usize>,
    /// How the names of the app's own keys begin; where that is empty the user's first pattern tells.
    pub prefix: &'a [u8],
}

/// A change under review.
#[derive(Clone, Debug)]
pub struct Review {
    title: String,
    entries: Vec<Entry<'static>>,
    command: Option<Cmd>,
    /// Why it cannot be sent at all.
    refused: Option<String>,
    word: Option<Word>,
    sheet: Sheet,
}

/// The word that must be typed, and what was typed so far.
#[derive(Clone, Debug, Default)]
struct Word {
    typed: Field,
    wrong: bool,
}

impl Review {
    pub fn new(proposal: Proposal<'_>) -> Self {
        let Proposal {
            before,
            after,
            catalog,
            mut warnings,
            live,
            prefix,
        } = proposal;
        let prefix = rights::prefix(prefix, after);
        let nobody = told::nobody(after, catalog.dialect);
        let was = before.unwrap_or(&nobody);
        let (command, mut refused) = match print::write(was, after, catalog) {
            Ok(command) => (Some(command), None),
            Err(why) => (None, Some(why.to_string())),
        };
        for bad in valid::user(after) {
            if bad.is_mild() {
                let (level, text) = (Level::Blocks, bad.to_string());
                warnings.push(Warning { level, text });
            } else {
                refused.get_or_insert(bad.to_string());
            }
        }
        warnings.sort_by_key(|warning| warning.level);
        let blocked = warnings
            .first()
            .is_some_and(|worst| worst.level == Level::Blocks);
        let title = match before {
            Some(_) => format!("Review · change of {}", after.title()),
            None => format!("Review · new user {}", after.title()),
        };
        let mut entries = told::meaning(before, after, catalog);
        entries.extend(told::warned(warnings));
        entries.extend(told::connected(live, after));
        entries.extend(told::changed("Rules", was, after, catalog));
        entries.extend(told::sent(command.as_ref()));
        entries.extend(told::meant(was, after, catalog, &prefix));
        Self {
            title,
            entries,
            command,
            refused,
            word: blocked.then(Word::default),
            sheet: Sheet::default(),
        }
    }

    /// What applying sends; `None` where this server cannot take it.
    pub fn command(&self) -> Option<&Cmd> {
        self.command.as_ref().filter(|_| self.refused.is_none())
    }

    pub fn layer(&self) -> Layer {
        Layer::AclReview
    }

    pub fn press(&mut self, chord: Chord) -> Turn {
        if let Some(word) = &mut self.word
            && word.typed.press(chord)
        {
            word.wrong = false;
            return Turn::Stay;
        }
        let layers = [Layer::AclReview, Layer::Everywhere];
        match lookup(&layers, chord).map(|binding| binding.action) {
            Some(Action::Submit) => self.submit(),
            Some(Action::Back) => Turn::Back,
            Some(Action::Copy) => {
                let command = self.command.as_ref();
                command.map_or(Turn::Stay, |command| Turn::Copy(command.cli()))
            }
            Some(action) => {
                self.sheet.scroll(action);
                Turn::Stay
            }
            None => Turn::Stay,
        }
    }

    fn submit(&mut self) -> Turn {
        if self.command().is_none() {
            return Turn::Stay;
        }
        match &mut self.word {
            Some(word) if word.typed.text() != WORD => {
                word.wrong = true;
                Turn::Stay
            }
            _ => Turn::Apply,
        }
    }

    /// Takes what was pasted: the word may be.
    pub fn paste(&mut self, pasted: &str) {
        if let Some(word) = &mut self.word {
            paint::paste(&mut word.typed, pasted);
        }
    }

    pub fn arrange(&mut self, area: Rect) {
        let [body, _] = self.parts(sheet::inner(sheet::outer(area)));
        self.sheet.arrange(&self.entries, body);
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let room = popup::frame(sheet::outer(area), buf, &self.title, theme);
        let [body, foot] = self.parts(room);
        self.sheet.draw(&self.entries, body, buf, theme);
        if let Some(why) = &self.refused {
            let line = Line::styled(format!("cannot be sent: {why}"), theme.error);
            popup::stack(text::wrap(line, usize::from(foot.width)), foot, buf);
        } else if let Some(word) = &self.word {
            let entry = popup::stack([word.prompt(theme)], foot, buf);
            word.typed.draw(entry, buf, Focused::Yes, theme);
        }
    }

    /// What is read, and the foot below it.
    fn parts(&self, room: Rect) -> [Rect; 2] {
        let asks = self.refused.is_some() || self.word.is_some();
        sheet::foot(room, if asks { 2 } else { 0 })
    }
}

impl Word {
    fn prompt(&self, theme: &Theme) -> Line<'static> {
        let style = if self.wrong { theme.error } else { theme.dim };
        Line::from(vec![
            Span::styled("type ", style),
            Span::styled(WORD, theme.accent),
            Span::styled(
                " and press enter to send it in spite of the warnings",
                style,
            ),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panes::acl::tests::{catalog, chord, painted, sees, user};

    fn review(before: Option<&User>, after: &User, warnings: Vec<Warning>) -> Review {
        Review::new(Proposal {
            before,
            after,
            catalog: &catalog(),
            warnings,
            live: Some(3),
            prefix: b"app:",
        })
    }

    fn warning(level: Level) -> Vec<Warning> {
        vec![Warning {
            level,
            text: "any password will do".into(),
        }]
    }

    #[test]
    fn keys_lead_where_they_say() {
        let after = user("app", "on >secret ~app:* +@read");
        for (name, turn) in [
            ("enter", Turn::Apply),
            ("esc", Turn::Back),
            ("down", Turn::Stay),
            ("x", Turn::Stay),
            ("q", Turn::Stay),
            (
                "y",
                Turn::Copy("ACL SETUSER app reset on (secret) ~app:* resetchannels +@read".into()),
            ),
        ] {
            let mut review = review(None, &after, warning(Level::Warns));
            assert_eq!(review.press(chord(name)), turn, "{name}");
        }
    }

    #[test]
    fn a_dangerous_change_wants_its_word() {
        let after = user("app", "on nopass +@all ~*");
        let mut review = review(None, &after, warning(Level::Blocks));
        assert_eq!(review.press(chord("enter")), Turn::Stay);
        for c in ["a", "p", "p", "l", "y"] {
            assert_eq!(review.press(chord(c)), Turn::Stay);
        }
        assert!(matches!(review.press(chord("ctrl-y")), Turn::Copy(_)));
        assert_eq!(review.press(chord("enter")), Turn::Apply);
        assert_eq!(review.press(chord("x")), Turn::Stay);
        assert_eq!(review.press(chord("enter")), Turn::Stay);
    }

    #[test]
    fn what_harms_the_server_is_never_sent() {
        for rules in ["~a\"b", "%RW~*"] {
            let after = user("app", rules);
            let mut review = review(None, &after, Vec::new());
            assert_eq!(review.command(), None, "{rules}");
            assert_eq!(review.press(chord("enter")), Turn::Stay);
            sees(&shown(&mut review, 80, 24), &["cannot be sent"]);
        }
    }

    #[test]
    fn what_means_something_else_wants_the_word() {
        let mut review = review(None, &user("app", "~-secret:* +@all"), Vec::new());
        assert_eq!(review.press(chord("enter")), Turn::Stay);
        sees(&shown(&mut review, 80, 24), &["looks like an exception"]);
        review.paste(WORD);
        assert_eq!(review.press(chord("enter")), Turn::Apply);
    }

    fn shown(review: &mut Review, width: u16, height: u16) -> Vec<String> {
        painted(width, height, |area, buf, theme| {
            review.arrange(area);
            review.draw(area, buf, theme);
        })
    }

    #[test]
    fn a_change_is_told_in_rules_command_and_effect() {
        let before = user("app", "on >old ~app:* +@read");
        let after = user("app", "on >old ~app:* ~other:* +@read +set -get");
        let mut review = review(Some(&before), &after, warning(Level::Warns));
        let rows = shown(&mut review, 100, 40);
        sees(
            &rows,
            &[
                "Review · change of app",
                "3 connections are logged in as this user",
                "W any password will do",
                "+ ~other:* +set -get",
                "> ACL SETUSER app reset on (secret) ~app:* ~other:* resetchannels +@read +set -get",
                "Becomes allowed",
                "then      reads and writes app:* other:*",
                "+ on app:*, 1: set",
                "before    reads app:*",
                "No longer allowed",
                "- on app:*, 1: get",
            ],
        );
        assert!(!rows.concat().contains("old"));
    }

    #[test]
    fn all_of_it_can_be_read_on_a_small_screen() {
        let after = user("app", "on >secret ~app:* +@all");
        let mut review = review(None, &after, warning(Level::Blocks));
        let mut seen = String::new();
        for _ in 0..200 {
            seen += &shown(&mut review, 40, 10).concat();
            assert_eq!(review.press(chord("down")), Turn::Stay);
        }
        for text in [
            "any password",
            "ACL SETUSER",
            "on app:*",
            "zunionstore",
            "type apply",
        ] {
            assert!(seen.contains(text), "{text}");
        }
    }

    #[test]
    fn who_has_unknown_fields_is_not_reset() {
        let mut before = user("app", "on ~app:*");
        let mut after = user("app", "on ~app:* +get");
        for told in [&mut before, &mut after] {
            told.unknown.fields.push(("quota".into(), "5".into()));
        }
        let review = review(Some(&before), &after, Vec::new());
        assert_eq!(
            review.command().map(Cmd::cli),
            Some("ACL SETUSER app +get".into())
        );
    }

    #[test]
    fn a_new_order_alone_is_shown() {
        let before = user("app", "+set -@write");
        let after = user("app", "-@write +set");
        let mut review = review(Some(&before), &after, Vec::new());
        sees(&shown(&mut review, 80, 24), &["~ +set"]);
        let mut same = super::tests::review(Some(&before), &before, Vec::new());
        sees(&shown(&mut same, 80, 24), &["nothing changes"]);
    }
}
