//! The connect screen: which step failed, and the address to mend.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::target::{Secret, Target};
use crate::server::{ConnectStep, Failed};
use crate::widgets::field::{Field, Mask};
use crate::widgets::{Focused, popup, text};

use super::{Effect, Effects, News, World, paint};

/// The connect screen.
pub struct Connect {
    target: Target,
    fields: [Field; 3],
    at: usize,
    /// Which step failed; nothing when the person came here by choice.
    failed: Option<Failed>,
    /// What is wrong with what was typed.
    error: Option<(usize, String)>,
    /// At which step a try is, while one is under way.
    pub trying: Option<ConnectStep>,
    /// Whether it lies over what else is open, as the person wants it now.
    pub on_top: bool,
    /// Whether something was typed and not sent.
    touched: bool,
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
            on_top: false,
            touched: false,
        }
    }

    /// There is a connection meanwhile. True: something is being typed here, and it stays.
    pub fn stays(&mut self) -> bool {
        (self.failed, self.trying) = (None, None);
        self.touched
    }

    /// The try failed. Where one stands in a password that was sent, the next one takes its place.
    pub fn fail(&mut self, failed: Failed) {
        (self.failed, self.trying) = (Some(failed), None);
        if !self.touched {
            self.go(0);
        }
    }

    /// A chord; the form keeps what it takes.
    pub fn press(&mut self, chord: Chord) -> Effects {
        match lookup(&[Layer::Connect], chord).map(|binding| binding.action) {
            Some(Action::Submit) => return self.submit(),
            Some(Action::NextField) => self.go(1),
            Some(Action::PreviousField) => self.go(self.fields.len() - 1),
            Some(Action::Quit) => return vec![Effect::Quit],
            Some(_) => {}
            None => {
                self.error = None;
                self.touched |= self.fields[self.at].press(chord);
            }
        }
        Vec::new()
    }

    fn go(&mut self, steps: usize) {
        self.at = (self.at + steps) % self.fields.len();
        // Nobody can mend a password that cannot be seen: what is typed takes its place.
        let field = &mut self.fields[self.at];
        if field.mask == Mask::Hidden {
            *field = std::mem::take(field).chosen();
        }
    }

    pub fn paste(&mut self, text: &str) {
        self.error = None;
        self.touched = true;
        paint::paste(&mut self.fields[self.at], text);
    }

    fn submit(&mut self) -> Effects {
        match self.typed() {
            Ok(target) => {
                self.failed = None;
                self.touched = false;
                vec![Effect::Tell(News::Connect(target))]
            }
            Err(why) => {
                self.error = Some((0, why));
                Vec::new()
            }
        }
    }

    /// What was typed, as a target. TLS files stay as they were given at the start, and so do user and password
    /// unless they were typed anew, or the address brings its own.
    fn typed(&self) -> Result<Target, String> {
        let [address, user, password] = &self.fields;
        let mut target = Target::parse(address.text()).map_err(|bad| bad.to_string())?;
        let (given_user, given_password) = (
            self.target.user.as_deref(),
            self.target.password.as_ref().map(Secret::reveal),
        );
        let brings_login = target.user.is_some() || target.password.is_some();
        let holds = |field: &Field, given: Option<&str>| {
            let untouched = field.text() == given.unwrap_or_default();
            !(field.text().is_empty() || brings_login && untouched)
        };
        if holds(user, given_user) {
            target.user = Some(user.text().to_owned());
        }
        if holds(password, given_password) {
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
        // Why the last try failed stays while the next one is under way.
        if let Some(failed) = &self.failed {
            say(
                &format!("{} failed: {}", step_name(failed.step), failed.words),
                theme.error,
            );
            say(&failed.hint, theme.text);
        }
        match self.trying {
            Some(step) => say(&format!("{}…", trying(step)), theme.text),
            None if self.failed.is_none() => say("Where to?", theme.text),
            None => {}
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    /// The login after these fields were typed over; empty fields stay as they were.
    fn login(given: &str, typed: [&str; 3]) -> String {
        let mut connect = Connect::new(Target::parse(given).unwrap());
        for (field, text) in connect.fields.iter_mut().zip(typed) {
            if !text.is_empty() {
                field.set(text);
            }
        }
        let target = connect.typed().unwrap();
        let password = target.password.as_ref().map_or("", Secret::reveal);
        format!("{} {password}", target.user.as_deref().unwrap_or("-"))
    }

    #[test]
    fn a_password_that_cannot_be_seen_is_typed_anew() {
        let mut connect = Connect::new(Target::parse("redis://ada:old@h:1").unwrap());
        for name in ["tab", "tab", "n", "e", "w"] {
            connect.press(name.parse().unwrap());
        }
        let password = connect.typed().unwrap().password.unwrap();
        assert_eq!(password.reveal(), "new");
        for name in ["tab", "shift-tab", "end", "2"] {
            connect.press(name.parse().unwrap());
        }
        let password = connect.typed().unwrap().password.unwrap();
        assert_eq!(password.reveal(), "new2");
    }

    #[test]
    fn a_refused_password_is_typed_anew_unless_one_types_already() {
        let press = |connect: &mut Connect, names: &str| {
            for name in names.split(' ') {
                connect.press(name.parse().unwrap());
            }
        };
        let failed = Failed {
            step: ConnectStep::Auth,
            words: "refused".into(),
            hint: String::new(),
        };
        for (meanwhile, after, wanted) in [("", "n e w", "new"), ("n", "e w", "badnew")] {
            let mut connect = Connect::new(Target::parse("redis://ada:@h:1").unwrap());
            press(&mut connect, "tab tab b a d enter");
            if !meanwhile.is_empty() {
                press(&mut connect, meanwhile);
            }
            connect.fail(failed.clone());
            press(&mut connect, after);
            let password = connect.typed().unwrap().password.unwrap();
            assert_eq!(password.reveal(), wanted);
        }
    }

    #[test]
    fn an_address_that_brings_its_own_login_is_meant_as_it_stands() {
        for (typed, wanted) in [
            (["", "", ""], "ada old"),
            (["redis://elsewhere:1", "", ""], "ada old"),
            (["redis://bob:new@h:1", "", ""], "bob new"),
            (["redis://:new@h:1", "", ""], "- new"),
            (["redis://bob:new@h:1", "", "typed"], "bob typed"),
            (["", "", "typed"], "ada typed"),
            (["", "eve", ""], "eve old"),
        ] {
            assert_eq!(login("redis://ada:old@h:1", typed), wanted, "{typed:?}");
        }
    }
}
