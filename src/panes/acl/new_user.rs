//! The form of a new user: app, level, name, password, channels. The name follows the first two until it is typed.
use crate::input::{Action, Chord, Layer, lookup};
use crate::model::acl::roles::{Group, Reachable, Role, proposed_name};
use crate::model::acl::{Catalog, Feature, Secret, audit, escape, matrix, valid};
use crate::model::kinds::{Field, Input};
use crate::model::printed;
use crate::panes::overlay::form::{self, Form};

use super::levels::Levels;
use super::wish::{Step, Wish};

/// The form and what was proposed in it.
pub struct NewUser {
    pub form: Form,
    /// The name as it was proposed last; another one was typed.
    proposed: String,
    /// The level whose channels were proposed last.
    level: String,
    separator: Vec<u8>,
}

const OWN: &str = "own prefix";
const NONE: &str = "none";
const ALL: &str = "all";

impl NewUser {
    /// For this app (empty where nothing is known), with this password.
    pub fn new(
        app: &str,
        separator: &[u8],
        password: &Secret,
        levels: &mut Levels,
        catalog: &Catalog,
    ) -> Self {
        let names = levels.names(catalog.dialect);
        let channels: &[&str] = if catalog.dialect.has(Feature::Channels) {
            &[OWN, NONE, ALL]
        } else {
            &[ALL]
        };
        let fields = vec![
            line("App", app.as_bytes()),
            choice("Level", names),
            line("Name", b""),
            line("Password", password.reveal()),
            choice("Channels", channels),
        ];
        let form = Form::new("New user", fields)
            .with_hint("App", about_app(b""))
            .with_hint("Name", "letters, digits and _ . : @ -")
            .with_hint(
                "Password",
                "generated; ctrl-r shows it. The server gets its SHA-256 only",
            )
            .with_hint(
                "Channels",
                "which channels of pub/sub it may use; own prefix: those named like its keys",
            )
            .beginning("App")
            .beginning("Password")
            .masked("Password");
        let mut new = Self {
            form,
            proposed: String::new(),
            level: String::new(),
            separator: separator.to_vec(),
        };
        new.follow(levels);
        new
    }

    /// The layers of its bindings, the nearest first.
    pub const LAYERS: &'static [Layer] = &[Layer::Secret, Layer::Form];

    /// Does what a chord means; what was not typed follows what was.
    pub fn press(&mut self, chord: Chord, levels: &Levels) -> form::Turn {
        let reveals = lookup(Self::LAYERS, chord).map(|binding| binding.action);
        if reveals == Some(Action::Reveal) {
            self.form.reveal("Password");
            return form::Turn::Stay;
        }
        let turn = self.form.press(chord);
        self.follow(levels);
        turn
    }

    pub fn paste(&mut self, text: &str, levels: &Levels) {
        self.form.paste(text);
        self.follow(levels);
    }

    fn text(&self, label: &str) -> String {
        self.form.text(label).unwrap_or_default()
    }

    fn follow(&mut self, levels: &Levels) {
        let app = self.text("App");
        let app = printed::unprint(&app).unwrap_or_else(|_| app.into_bytes());
        self.form.set_hint("App", about_app(&app));
        let level = self.text("Level");
        let Some(role) = levels.book().role(&level) else {
            return;
        };
        if self.text("Name") == self.proposed {
            self.proposed = match self.text("App").as_str() {
                "" => String::new(),
                app => proposed_name(app, role),
            };
            self.form.set_text("Name", self.proposed.clone());
        }
        if level != self.level {
            self.form.choose("Channels", word(role.channels));
            self.form.set_hint("Level", levels.hint(&level));
            self.level = level;
        }
    }

    /// What the form stands for; or the field that is wrong, and why. There may not be such a user yet.
    pub fn wish(&self, levels: &Levels, catalog: &Catalog) -> Result<Wish, (usize, String)> {
        let typed = self.form.typed()?;
        let [app, _, name, password, channels] = typed.as_slice() else {
            return Err((0, "fill in the form".into()));
        };
        let role = levels
            .book()
            .role(&self.level)
            .ok_or((1, "choose a level".to_owned()))?;
        let prefix = self.prefix(app, role)?;
        valid::name(name).map_err(|why| (2, why.to_string()))?;
        let password = Secret::new(password.as_slice());
        let weak = audit::password(&password, name);
        if let Some(weak) = weak.iter().find(|lint| lint.level == audit::Level::Error) {
            return Err((3, format!("{}; {}", weak.text, weak.fix)));
        }
        let user = role
            .user(name, &password, &prefix, reachable(channels), catalog)
            .map_err(|why| (1, why.to_string()))?;
        let rows = matrix::of_role(levels.book(), role, &prefix, catalog);
        let mut rows = rows.map_err(|why| (1, why.to_string()))?;
        if reachable(channels) != role.channels {
            rows = matrix::with_channels(rows, &user, catalog);
        }
        let done = format!("{} is there and may do what it should", user.title());
        Ok(Wish {
            password: Some(password),
            rows,
            prefix,
            ..Wish::of(Step::put(None, user), done)
        })
    }

    /// `myapp` → `myapp:`. Only a level of operations has none.
    fn prefix(&self, app: &[u8], role: &Role) -> Result<Vec<u8>, (usize, String)> {
        if app.is_empty() && role.group != Group::Operations {
            return Err((
                0,
                "type the prefix of the app's keys, without its separator".into(),
            ));
        }
        if app.is_empty() || app.ends_with(&self.separator) {
            return Ok(app.to_vec());
        }
        Ok([app, &self.separator].concat())
    }
}

/// What is typed for an app; where its name is no pattern by itself, what becomes of it.
fn about_app(app: &[u8]) -> &'static str {
    let stood_for = |byte: &u8| escape::literal(&[*byte]) == b"?";
    if app.iter().any(stood_for) {
        "! no key pattern holds a blank or a quote: ? stands for it, which lets in keys with any other character there"
    } else if escape::literal(app) != app {
        "! this is taken as it stands, not as a pattern: its keys begin with these very characters"
    } else {
        "the prefix of its keys without the separator: myapp for myapp:*"
    }
}

fn line(label: &'static str, initial: &[u8]) -> Field {
    Field {
        label,
        input: Input::Line,
        initial: initial.to_vec(),
    }
}

fn choice(label: &'static str, words: &'static [&'static str]) -> Field {
    Field {
        label,
        input: Input::Choice(words),
        initial: Vec::new(),
    }
}

fn word(channels: Reachable) -> &'static str {
    match channels {
        Reachable::Own => OWN,
        Reachable::None => NONE,
        Reachable::All => ALL,
    }
}

fn reachable(word: &[u8]) -> Reachable {
    match word {
        word if word == OWN.as_bytes() => Reachable::Own,
        word if word == ALL.as_bytes() => Reachable::All,
        _ => Reachable::None,
    }
}
