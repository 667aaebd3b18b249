//! The connect screen: which step failed, and the address to mend.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::target::{Secret, Target};
use crate::server::{ConnectStep, Failed};
use crate::widgets::field::Field;
use crate::widgets::{Focused, popup, text};

use super::{Effect, Effects, News, World};

/// The connect screen.
pub struct Connect {
    target: Target,
    fields: [Field; 3],
    at: usize,
    /// Which step failed; nothing when the person came here by choice.
    pub failed: Option<Failed>,
    /// What is wrong with what was typed.
    error: Option<(usize, String)>,
    /// At which step a try is, while one is under way.
    pub trying: Option<ConnectStep>,
}

const LABELS: [&str; 3] = ["Address", "User", "Password"];

impl Connect {
    /// The screen for mending this target.
    pub fn new(target: Target) -> Self {
        let bare = Target {
            user: None,
            password: None,
            ..target.clone()
        };
        let user = Field::new(target.user.clone().unwrap_or_default());
        let mut password = Field::hidden();
        if let Some(secret) = &target.password {
            password.set(secret.reveal());
        }
        let fields = [Field::new(bare.url()), user, password];
        Self {
            target,
            fields,
            at: 0,
            failed: None,
            error: None,
            trying: None,
        }
    }

    /// A chord; the form keeps what it takes.
    pub fn press(&mut self, chord: Chord) -> Effects {
        match lookup(&[Layer::Connect], chord).map(|binding| binding.action) {
            Some(Action::Submit) => return self.submit(),
            Some(Action::NextField) => self.at = (self.at + 1) % self.fields.len(),
            Some(Action::PreviousField) => {
                self.at = (self.at + self.fields.len() - 1) % self.fields.len();
            }
            Some(Action::Quit) => return vec![Effect::Quit],
            Some(_) => {}
            None => {
                self.error = None;
                self.fields[self.at].press(chord);
            }
        }
        Vec::new()
    }

    pub fn paste(&mut self, text: &str) {
        self.error = None;
        self.fields[self.at].paste(text);
    }

    fn submit(&mut self) -> Effects {
        match self.typed() {
            Ok(target) => {
                self.failed = None;
                vec![Effect::Tell(News::Connect(target))]
            }
            Err(why) => {
                self.error = Some((0, why));
                Vec::new()
            }
        }
    }

    /// What was typed, as a target. TLS files stay as they were given at the start.
    fn typed(&self) -> Result<Target, String> {
        let [address, user, password] = &self.fields;
        let mut target = Target::parse(address.text()).map_err(|bad| bad.to_string())?;
        if !user.text().is_empty() {
            target.user = Some(user.text().to_owned());
        }
        if !password.text().is_empty() {
            target.password = Some(Secret::new(password.text()));
        }
        if let (Some(tls), Some(given)) = (&mut target.tls, &self.target.tls) {
            let trust = if tls.trust == given.trust {
                given.trust
            } else {
                tls.trust
            };
            *tls = given.clone();
            tls.trust = trust;
        }
        Ok(target)
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, world: &World) {
        let theme = &world.theme;
        let width = area.width.min(76);
        let inner = popup::frame(
            popup::centred(area, width, area.height.min(18)),
            buf,
            "Connect",
            theme,
        );
        let mut lines: Vec<Line> = Vec::new();
        let wide = usize::from(inner.width);
        let mut say = |words: &str, style| {
            lines.extend(text::wrap(Line::styled(words.to_owned(), style), wide));
        };
        match (&self.trying, &self.failed) {
            (Some(step), _) => say(&format!("{}…", trying(*step)), theme.text),
            (None, Some(failed)) => {
                say(
                    &format!("{} failed: {}", step_name(failed.step), failed.words),
                    theme.error,
                );
                say(&failed.hint, theme.text);
            }
            (None, None) => say("Where to?", theme.text),
        }
        lines.push(Line::default());
        let head = lines.len() as u16;
        for (line, row) in lines.into_iter().zip(inner.rows()) {
            line.render(row, buf);
        }
        let mut y = inner.y.saturating_add(head);
        for (at, (label, field)) in LABELS.iter().zip(&self.fields).enumerate() {
            if y >= inner.bottom() {
                return;
            }
            let focused = if at == self.at {
                Focused::Yes
            } else {
                Focused::No
            };
            let style = if at == self.at {
                theme.accent
            } else {
                theme.dim
            };
            buf.set_stringn(inner.x, y, format!("{label:<10}"), wide, style);
            let room = Rect {
                x: inner.x + 10,
                y,
                width: inner.width.saturating_sub(10),
                height: 1,
            };
            field.draw(room, buf, focused, theme);
            y += 1;
            if let Some((_, why)) = self.error.as_ref().filter(|(wrong, _)| *wrong == at) {
                let words = text::wrap(
                    Line::styled(why.clone(), theme.error),
                    usize::from(room.width),
                );
                for line in words {
                    if y < inner.bottom() {
                        line.render(Rect { y, ..room }, buf);
                        y += 1;
                    }
                }
            }
        }
    }
}

fn step_name(step: ConnectStep) -> &'static str {
    match step {
        ConnectStep::Name => "Looking up the name",
        ConnectStep::Tcp => "Connecting",
        ConnectStep::Tls => "TLS",
        ConnectStep::Auth => "AUTH",
        ConnectStep::Select => "SELECT",
    }
}

/// What is being done, in words.
pub fn trying(step: ConnectStep) -> &'static str {
    match step {
        ConnectStep::Name => "looking up the name",
        ConnectStep::Tcp => "connecting",
        ConnectStep::Tls => "agreeing on TLS",
        ConnectStep::Auth => "logging in",
        ConnectStep::Select => "choosing the database",
    }
}
