//! Small forms about a user: clone, rename, another password.
use crate::input::{Action, Chord, Layer, lookup};
use crate::model::acl::{Hash, Secret, User, audit, valid};
use crate::model::kinds::{Field, Input};
use crate::panes::overlay::form::{self, Form};

use super::load::Facts;
use super::new_user::NewUser;
use super::prove::prefix;
use super::wish::{Step, Wish};

/// A form and what it is about.
pub struct Ask {
    pub form: Form,
    what: What,
    /// As it was when the form was opened.
    user: User,
    /// The password that was drawn for it.
    drawn: Secret,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Clone,
    Rename,
    Password,
}

const REPLACE: &str = "replace";
const KEEP: &str = "keep both";
const RETIRE: &str = "retire one";
const HOW: &[&str] = &[REPLACE, KEEP, RETIRE];

impl Ask {
    /// A new user who may do the same.
    pub fn clone_of(user: User, password: &Secret) -> Self {
        let title = format!("Clone · {}", user.title());
        let fields = vec![
            line("Name", &user.name),
            line("Password", password.reveal()),
        ];
        let form = hidden(Form::new(title, fields)).beginning("Name");
        let what = What::Clone;
        let drawn = password.clone();
        Self {
            form,
            what,
            user,
            drawn,
        }
    }

    /// Another name. The user is copied and then deleted.
    pub fn rename(user: User, live: Option<usize>) -> Self {
        let title = format!("Rename · {}", user.title());
        let hint = format!(
            "copied with its passwords, then deleted: {}",
            cut(live, "who is logged in")
        );
        let form = Form::new(title, vec![line("Name", &user.name)])
            .with_hint("Name", hint)
            .beginning("Name");
        let what = What::Rename;
        let drawn = Secret::new("");
        Self {
            form,
            what,
            user,
            drawn,
        }
    }

    /// Another password: in place of the others, beside them, or one of them goes.
    pub fn password(user: User, password: &Secret, live: Option<usize>) -> Self {
        let title = format!("Password · {}", user.title());
        let stay = match live {
            Some(1) => "1 connection is logged in and stays".to_owned(),
            Some(live) => format!("{live} connections are logged in and stay"),
            None => "who is logged in stays".to_owned(),
        };
        let hint = format!("keep both until nobody uses the old one, then retire it; {stay}");
        let form = hidden(Form::new(title, password_fields(&user, REPLACE, password)))
            .with_hint("How", hint)
            .with_hint("Mark", marks(&user));
        let what = What::Password;
        let drawn = password.clone();
        Self {
            form,
            what,
            user,
            drawn,
        }
    }

    pub fn layers(&self) -> &'static [Layer] {
        match self.what {
            What::Rename => &[Layer::Form],
            What::Clone | What::Password => NewUser::LAYERS,
        }
    }

    pub fn press(&mut self, chord: Chord) -> form::Turn {
        let action = lookup(self.layers(), chord).map(|binding| binding.action);
        if action == Some(Action::Reveal) {
            self.form.reveal("Password");
            return form::Turn::Stay;
        }
        let turn = self.form.press(chord);
        if let (form::Turn::Changed(_), Some(how)) = (turn, self.form.text("How")) {
            self.form
                .set_fields(password_fields(&self.user, &how, &self.drawn));
        }
        turn
    }

    /// What the form stands for; or the field that is wrong, and why.
    pub fn wish(&self, facts: &Facts) -> Result<Wish, (usize, String)> {
        let typed = self.form.typed()?;
        let first = typed.first().cloned().unwrap_or_default();
        let second = typed.get(1).cloned().unwrap_or_default();
        match self.what {
            What::Clone => self.cloned(&first, second, facts),
            What::Rename => self.renamed(&first, facts),
            What::Password => self.repassworded(&first, second),
        }
    }

    fn cloned(
        &self,
        name: &[u8],
        password: Vec<u8>,
        facts: &Facts,
    ) -> Result<Wish, (usize, String)> {
        free(name, facts)?;
        let password = strong(password, name)?;
        let after = User {
            name: name.to_vec(),
            on: true,
            nopass: false,
            passwords: vec![password.hash()],
            ..self.user.clone()
        };
        let prefix = prefix(&after);
        let done = format!("{} may do what {} may", after.title(), self.user.title());
        Ok(Wish {
            password: Some(password),
            prefix,
            like: Some(self.user.clone()),
            ..Wish::of(Step::put(None, after), done)
        })
    }

    fn renamed(&self, name: &[u8], facts: &Facts) -> Result<Wish, (usize, String)> {
        free(name, facts)?;
        let after = User {
            name: name.to_vec(),
            ..self.user.clone()
        };
        let done = format!("{} is {} now", self.user.title(), after.title());
        let mut wish = Wish::of(Step::put(None, after), done);
        wish.steps.push(Step::delete(self.user.clone()));
        Ok(wish)
    }

    fn repassworded(&self, how: &[u8], second: Vec<u8>) -> Result<Wish, (usize, String)> {
        let mut after = self.user.clone();
        let title = after.title();
        if how == RETIRE.as_bytes() {
            let mark = String::from_utf8_lossy(&second).into_owned();
            let fits = |hash: &&Hash| !mark.is_empty() && hash.mark().starts_with(&mark);
            let found: Vec<_> = after.passwords.iter().filter(fits).cloned().collect();
            let [hash] = found.as_slice() else {
                return Err((1, marks(&after)));
            };
            after.passwords.retain(|have| have != hash);
            let done = format!("a password of {title} is retired");
            return Ok(Wish::of(Step::put(Some(self.user.clone()), after), done));
        }
        let password = strong(second, &after.name)?;
        after.nopass = false;
        if how == REPLACE.as_bytes() {
            after.passwords.clear();
        }
        after.passwords.push(password.hash());
        let prefix = prefix(&after);
        let done = format!("{title} has a new password");
        Ok(Wish {
            password: Some(password),
            prefix,
            ..Wish::of(Step::put(Some(self.user.clone()), after), done)
        })
    }
}

/// A name that may be given.
fn free(name: &[u8], facts: &Facts) -> Result<(), (usize, String)> {
    valid::name(name).map_err(|why| (0, why.to_string()))?;
    match facts.user(name) {
        Some(_) => Err((0, "there is a user of this name already".into())),
        None => Ok(()),
    }
}

fn strong(password: Vec<u8>, name: &[u8]) -> Result<Secret, (usize, String)> {
    let password = Secret::new(password);
    let weak = audit::password(&password, name);
    match weak.iter().find(|lint| lint.level == audit::Level::Error) {
        Some(weak) => Err((1, format!("{}; {}", weak.text, weak.fix))),
        None => Ok(password),
    }
}

fn hidden(form: Form) -> Form {
    form.with_hint(
        "Password",
        "generated; ctrl-r shows it. The server gets its SHA-256 only",
    )
    .beginning("Password")
    .masked("Password")
}

fn password_fields(user: &User, how: &str, password: &Secret) -> Vec<Field> {
    let choice = Field {
        label: "How",
        input: Input::Choice(HOW),
        initial: how.into(),
    };
    let first = user.passwords.first().map_or("", |hash| hash.mark());
    let second = match how {
        RETIRE => line("Mark", first.as_bytes()),
        _ => line("Password", password.reveal()),
    };
    vec![choice, second]
}

/// Which passwords there are.
fn marks(user: &User) -> String {
    let marks: Vec<&str> = user.passwords.iter().map(Hash::mark).collect();
    match marks.as_slice() {
        [] => "it has no password".into(),
        marks => format!("its passwords, the oldest first: {}", marks.join(" ")),
    }
}

/// `3 connections are cut`.
pub fn cut(live: Option<usize>, unknown: &str) -> String {
    match live {
        None => format!("{unknown} is cut off"),
        Some(0) => "nobody is connected as this user".into(),
        Some(1) => "1 connection is cut".into(),
        Some(live) => format!("{live} connections are cut"),
    }
}

fn line(label: &'static str, initial: &[u8]) -> Field {
    Field {
        label,
        input: Input::Line,
        initial: initial.to_vec(),
    }
}
