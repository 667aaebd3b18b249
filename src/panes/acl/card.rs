//! The hand-over card: what the person a user is for needs, shown once.
use std::fmt;
use std::hint::black_box;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::Printed;
use crate::model::acl::{Catalog, User, words};
use crate::model::resp::MASK;
use crate::model::target::{Secret, Target};
use crate::widgets::{Theme, popup};

use super::sheet::{self, Entry, Sheet, Tone};
use super::shell;

/// What a chord leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    /// The URL with its password.
    Copy(Secret),
    /// Show the proof row by row.
    Proof,
    Close,
}

/// What is handed over. The URL lives here and nowhere else; it is overwritten when the card goes.
pub struct Card {
    title: String,
    url: Vec<u8>,
    advice: &'static str,
    prefix: String,
    scope: String,
    channels: String,
    commands: [String; 2],
    proof: Option<String>,
    sheet: Sheet,
}

/// Shows no URL.
impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card")
            .field("title", &self.title)
            .field("url", &MASK)
            .finish_non_exhaustive()
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        self.url.fill(0);
        // Without this the compiler may leave out what nobody reads.
        black_box(&self.url);
    }
}

impl Card {
    /// The card of a user that is reached at `target`, with the login that the target carries.
    pub fn new(target: &Target, user: &User, prefix: &[u8], catalog: &Catalog) -> Self {
        let off = if user.on {
            ""
        } else {
            ", once it is turned on"
        };
        Self {
            title: format!("Hand over · {}", user.title()),
            url: target.revealed().into_bytes(),
            advice: match target.password {
                Some(_) => "Shown once: after esc nobody can see this password again.",
                None => "The password is not known here: it belongs after the colon.",
            },
            scope: words::scope(user, catalog) + off,
            channels: words::channels(user),
            commands: shell::lines(target, user, prefix, catalog),
            prefix: Printed::new(prefix).into_text(),
            proof: None,
            sheet: Sheet::default(),
        }
    }

    /// What came of the proof, in a few words.
    pub fn prove(&mut self, summary: String) {
        self.proof = Some(summary);
    }

    pub fn layer(&self) -> Layer {
        Layer::AclCard
    }

    pub fn press(&mut self, chord: Chord) -> Turn {
        let layers = [Layer::AclCard, Layer::Everywhere];
        match lookup(&layers, chord).map(|binding| binding.action) {
            Some(Action::Back) => return Turn::Close,
            Some(Action::Proof) => return Turn::Proof,
            Some(Action::Copy) => return Turn::Copy(Secret::new(self.url())),
            Some(action) => self.sheet.scroll(action),
            None => {}
        }
        Turn::Stay
    }

    /// There is nothing to type here.
    pub fn paste(&mut self, _pasted: &str) {}

    fn url(&self) -> &str {
        std::str::from_utf8(&self.url).unwrap_or_default()
    }

    /// What is read; the URL is borrowed, not copied.
    fn entries(&self) -> Vec<Entry<'_>> {
        let mut entries = vec![
            Entry::new(Tone::Warn, self.advice),
            Entry::blank(),
            Entry::new(Tone::Dim, "REDIS_URL=").and(Tone::Accent, self.url()),
            Entry::blank(),
        ];
        if !self.prefix.is_empty() {
            entries.push(Entry::labelled("prefix    ", Tone::Plain, &*self.prefix));
        }
        entries.push(Entry::labelled("may       ", Tone::Plain, &*self.scope));
        entries.push(Entry::labelled("channels  ", Tone::Plain, &*self.channels));
        if let Some(proof) = &self.proof {
            entries.push(Entry::labelled("proof     ", Tone::Plain, &**proof));
        }
        entries.extend(Entry::heading("Try it"));
        let commands = self.commands.iter();
        entries.extend(commands.map(|line| Entry::marked("$ ", Tone::Plain, &**line)));
        entries
    }

    pub fn arrange(&mut self, area: Rect) {
        let mut sheet = self.sheet;
        let entries = self.entries();
        sheet.arrange(&entries, sheet::inner(sheet::snug(&entries, area)));
        self.sheet = sheet;
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let entries = self.entries();
        let room = popup::frame(sheet::snug(&entries, area), buf, &self.title, theme);
        self.sheet.draw(&entries, room, buf, theme);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{catalog, chord, painted, sees, user};
    use super::*;
    use crate::model::target::Tls;

    fn card() -> Card {
        let target = Target {
            user: Some("app_user".into()),
            password: Some(Secret::new("pa:s/s@%é")),
            tls: Some(Tls::default()),
            ..Target::default()
        };
        let user = user("app_user", "on >x ~my'app:* resetchannels +@read +@write");
        let mut card = Card::new(&target, &user, b"my'app:", &catalog());
        card.prove("all 38 as meant".into());
        card
    }

    const URL: &str = "rediss://app_user:pa%3As%2Fs%40%25%C3%A9@127.0.0.1:6379";

    #[test]
    fn keys_lead_where_they_say() {
        for (name, turn) in [
            ("y", Turn::Copy(Secret::new(URL))),
            ("esc", Turn::Close),
            ("enter", Turn::Stay),
            ("q", Turn::Stay),
            ("down", Turn::Stay),
        ] {
            assert_eq!(card().press(chord(name)), turn, "{name}");
        }
    }

    #[test]
    fn all_that_is_needed_stands_on_it_and_the_secret_once() {
        let mut card = card();
        let rows = painted(100, 30, |area, buf, theme| {
            card.arrange(area);
            card.draw(area, buf, theme);
        });
        let url = format!("REDIS_URL={URL}");
        sees(
            &rows,
            &[
                "Hand over · app_user",
                "Shown once",
                &url,
                "prefix    my'app:",
                "may       reads and writes my'app:*",
                "channels  none",
                "proof     all 38 as meant",
                r"$ export REDIS_URL; keygrove --prefix 'my'\''app:'",
                r#"$ redis-cli -u "$REDIS_URL" --scan --pattern 'my'\''app:*'"#,
            ],
        );
        assert_eq!(rows.concat().matches("pa%3As").count(), 1);
    }

    #[test]
    fn who_is_off_is_not_handed_over_as_if_it_worked() {
        let user = user("app_user", "off >x ~app:* +get");
        let mut card = Card::new(&Target::default(), &user, b"app:", &catalog());
        let rows = painted(80, 24, |area, buf, theme| {
            card.arrange(area);
            card.draw(area, buf, theme);
        });
        sees(&rows, &["may       reads app:*, once it is turned on"]);
    }

    #[test]
    fn nothing_else_of_it_shows_the_secret() {
        let mut card = card();
        let shown = format!("{card:?} {:?}", card.press(chord("y")));
        assert!(!shown.contains("pa%3As") && shown.contains(MASK), "{shown}");
    }
}
