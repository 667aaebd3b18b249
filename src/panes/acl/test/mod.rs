//! What may this user do? A command line with its verdict while it is typed, and all of it at a glance.
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::Printed;
use crate::model::acl::decide::{Allowed, Denied, grant};
use crate::model::acl::reach::Because;
use crate::model::acl::{
    Catalog, Feature, Reason, Rule, Sign, Source, User, Verdict, decide, print,
};
use crate::model::resp::{Cmd, Unreadable, parse_cli};
use crate::panes::paint;
use crate::widgets::{Field, Focused, Theme, popup};

use super::rights;
use super::sheet::{self, Entry, Sheet, Tone};

mod typed;

/// What a chord leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    Close,
    /// Grant these rules to the user; leads to the review.
    Grant(Vec<Rule>),
    /// ACL DRYRUN; what it says goes to [`Test::set_server_verdict`].
    Ask(Cmd),
}

/// Questions about one user.
#[derive(Clone, Debug)]
pub struct Test {
    title: String,
    user: User,
    catalog: Arc<Catalog>,
    line: Field,
    verdict: Ours,
    theirs: Theirs,
    matrix: Vec<Entry<'static>>,
    sheet: Sheet,
}

/// What we say to the line as it stands.
#[derive(Clone, Debug)]
enum Ours {
    Nothing(Unreadable),
    Decided { verdict: Verdict, grant: Vec<Rule> },
}

/// What the server says to it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Theirs {
    NotAsked,
    Waiting,
    /// The reason of a denial, in its words.
    Said(Result<(), String>),
}

impl Test {
    pub fn new(user: User, catalog: Arc<Catalog>, prefix: &[u8]) -> Self {
        Self {
            title: format!("What may {} do?", user.title()),
            matrix: rights::matrix(&user, &catalog, prefix),
            user,
            catalog,
            line: Field::default(),
            verdict: Ours::Nothing(Unreadable::Empty),
            theirs: Theirs::NotAsked,
            sheet: Sheet::default(),
        }
    }

    pub fn layer(&self) -> Layer {
        Layer::AclTest
    }

    pub fn press(&mut self, chord: Chord) -> Turn {
        let before = self.line.text().to_owned();
        if self.line.press(chord) {
            self.typed(&before);
            return Turn::Stay;
        }
        let layers = [Layer::AclTest, Layer::Everywhere];
        match lookup(&layers, chord).map(|binding| binding.action) {
            Some(Action::Back) => Turn::Close,
            Some(Action::Submit) => self.ask(),
            Some(Action::Grant) => self.grant(),
            Some(action) => {
                self.sheet.scroll(action);
                Turn::Stay
            }
            None => Turn::Stay,
        }
    }

    pub fn paste(&mut self, pasted: &str) {
        let before = self.line.text().to_owned();
        paint::paste(&mut self.line, pasted);
        self.typed(&before);
    }

    /// Decides anew where the line is another one; what the server said was about the old one.
    fn typed(&mut self, before: &str) {
        if self.line.text() == before {
            return;
        }
        self.theirs = Theirs::NotAsked;
        self.sheet.scroll(Action::First);
        self.verdict = match parse_cli(self.line.text()) {
            Err(why) => Ours::Nothing(why),
            Ok(cmd) => {
                let argv: Vec<&[u8]> = cmd.args().collect();
                let verdict = decide(&self.user, &self.catalog, &argv);
                let grant = grant(&self.user, &self.catalog, &argv);
                Ours::Decided { verdict, grant }
            }
        };
    }

    fn ask(&mut self) -> Turn {
        let Ok(line) = parse_cli(self.line.text()) else {
            return Turn::Stay;
        };
        if !self.catalog.dialect.has(Feature::Dryrun) {
            return Turn::Stay;
        }
        self.theirs = Theirs::Waiting;
        let argv: Vec<&[u8]> = line.args().collect();
        let secrets = typed::secrets(&argv);
        let mut cmd = Cmd::new("ACL DRYRUN").arg(&self.user.name);
        for (at, word) in argv.iter().enumerate() {
            let secret = secrets.contains(&at);
            cmd = cmd.arg(if secret {
                typed::DUMMY.as_bytes()
            } else {
                word
            });
        }
        Turn::Ask(cmd)
    }

    fn grant(&self) -> Turn {
        match &self.verdict {
            Ours::Decided { grant, .. } if !grant.is_empty() => Turn::Grant(grant.clone()),
            _ => Turn::Stay,
        }
    }

    /// What the server said to the command that was asked last; an answer to a line that was changed since is
    /// dropped.
    pub fn set_server_verdict(&mut self, verdict: Result<(), String>) {
        if self.theirs == Theirs::Waiting {
            self.theirs = Theirs::Said(verdict);
        }
    }

    fn entries(&self) -> Vec<Entry<'_>> {
        let mut entries = match &self.verdict {
            Ours::Nothing(Unreadable::Empty) => vec![Entry::new(
                Tone::Dim,
                "type a command line: GET myapp:user:1",
            )],
            Ours::Nothing(why) => vec![Entry::new(Tone::Bad, why.to_string())],
            Ours::Decided { verdict, grant } => ours(verdict, grant),
        };
        if let Ours::Decided { verdict, .. } = &self.verdict {
            entries.extend(self.compared(verdict));
        }
        if let Some(why) = self.user.shut() {
            let words = format!("whatever stands here: nobody can log in as this user now ({why})");
            entries.push(Entry::new(Tone::Warn, words));
        }
        if self.catalog.source == Source::Assumed {
            let guess = "an estimate: this server does not tell its commands";
            entries.push(Entry::new(Tone::Warn, guess));
        }
        entries.push(Entry::blank());
        entries.extend(self.matrix.iter().cloned());
        entries
    }

    /// What the server says, and whether it says something else.
    fn compared(&self, ours: &Verdict) -> Vec<Entry<'_>> {
        let label = "server    ";
        if !self.catalog.dialect.has(Feature::Dryrun) {
            let needs = Feature::Dryrun.to_string();
            return vec![Entry::labelled(label, Tone::Dim, needs)];
        }
        let said = match &self.theirs {
            Theirs::NotAsked => return Vec::new(),
            Theirs::Waiting => return vec![Entry::labelled(label, Tone::Dim, "asking…")],
            Theirs::Said(said) => said,
        };
        let entry = match said {
            Ok(()) => Entry::labelled(label, Tone::Good, "allowed"),
            Err(why) => Entry::labelled(label, Tone::Bad, "denied")
                .and(Tone::Plain, format!(": {}", Printed::new(why.as_bytes()))),
        };
        let mut entries = vec![entry];
        if said.is_ok() != ours.is_allowed() {
            let words = "they differ: the server is right, ours is wrong";
            entries.push(Entry::labelled("          ", Tone::Warn, words));
        }
        entries
    }

    pub fn arrange(&mut self, area: Rect) {
        let mut sheet = self.sheet;
        let body = popup::below(sheet::inner(sheet::outer(area)), 1);
        sheet.arrange(&self.entries(), body);
        self.sheet = sheet;
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let room = popup::frame(sheet::outer(area), buf, &self.title, theme);
        popup::stack([Line::styled(">", theme.accent)], room, buf);
        let entry = Rect {
            x: room.x + 2.min(room.width),
            width: room.width.saturating_sub(2),
            height: room.height.min(1),
            ..room
        };
        self.line.draw(entry, buf, Focused::Yes, theme);
        self.sheet
            .draw(&self.entries(), popup::below(room, 1), buf, theme);
    }
}

/// Our verdict with the rule that decides, and what would turn a denial.
fn ours<'a>(verdict: &Verdict, grant: &[Rule]) -> Vec<Entry<'a>> {
    let label = "verdict   ";
    let mut entries = match verdict {
        Verdict::Invalid(why) => vec![Entry::labelled(label, Tone::Warn, why.to_string())],
        Verdict::Allowed(allowed) => vec![
            Entry::labelled(label, Tone::Good, "allowed"),
            Entry::labelled("because   ", Tone::Plain, why_allowed(allowed)),
        ],
        Verdict::Denied(denied) => vec![
            Entry::labelled(label, Tone::Bad, "denied")
                .and(Tone::Plain, format!(": {}", denied.reason)),
            Entry::labelled("because   ", Tone::Plain, why_denied(denied)),
        ],
    };
    if !grant.is_empty() {
        entries.push(
            Entry::labelled("grant     ", Tone::Accent, print::line(grant))
                .and(Tone::Dim, " would allow it"),
        );
    } else if matches!(verdict, Verdict::Denied(_)) {
        entries.push(Entry::labelled(
            "grant     ",
            Tone::Dim,
            "no rule can allow exactly this",
        ));
    }
    entries
}

fn why_allowed(allowed: &Allowed) -> String {
    let rule = match &allowed.because {
        Because::Rule(rule) => format!("{rule} grants it"),
        Because::NoAuth => "everybody may".to_owned(),
    };
    rule + &place(allowed.selector)
}

fn why_denied(denied: &Denied) -> String {
    let rule = match (&denied.reason, &denied.by) {
        (Reason::Database(_), _) => "no db= names the database".to_owned(),
        (Reason::Key(_), _) => "no pattern covers the key".to_owned(),
        (Reason::Channel(_), _) => "no pattern covers the channel".to_owned(),
        (Reason::Command(_), Some(rule)) if rule.sign == Sign::Deny => {
            format!("{rule} takes it away")
        }
        (Reason::Command(_), _) => "no rule grants it".to_owned(),
    };
    rule + &place(denied.selector)
}

fn place(selector: usize) -> String {
    match selector {
        0 => String::new(),
        n => format!(" in selector {n}"),
    }
}

#[cfg(test)]
mod tests;
