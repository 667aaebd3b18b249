//! The levels of a new user: the roles that are usable on this server, ours and a person's own.
use std::cell::OnceCell;

use crate::model::acl::Dialect;
use crate::model::acl::roles::{self, Book, Group, Role};
use crate::panes::Setup;

/// The roles, and their names as a form wants them. They are read when they are first wanted: most who start keygrove
/// want to see a key, and soon.
#[derive(Debug)]
pub struct Levels {
    /// The text of the person's own roles, as in [`Setup::roles`].
    own: Option<Result<String, String>>,
    read: OnceCell<Read>,
    /// For this dialect, the one for those who do not know better first.
    names: Option<(Dialect, &'static [&'static str])>,
}

#[derive(Debug)]
struct Read {
    book: Book,
    trouble: Option<String>,
}

impl Levels {
    pub fn new(setup: &Setup) -> Self {
        Self {
            own: setup.roles.clone(),
            read: OnceCell::new(),
            names: None,
        }
    }

    /// All roles.
    pub fn book(&self) -> &Book {
        &self.read().book
    }

    /// Why the person's own roles are not among them.
    pub fn trouble(&self) -> Option<&str> {
        self.read().trouble.as_deref()
    }

    fn read(&self) -> &Read {
        self.read.get_or_init(|| {
            let mut book = roles::ours();
            let own = self.own.as_ref().map(|text| match text {
                Ok(text) => roles::read(text).map_err(|why| format!("roles.toml: {why}")),
                Err(why) => Err(why.clone()),
            });
            let mut trouble = None;
            match own {
                Some(Ok(own)) => book.join(own),
                Some(Err(why)) => trouble = Some(format!("your own roles are left out: {why}")),
                None => {}
            }
            Read { book, trouble }
        })
    }

    /// The names of the roles for a server of this dialect.
    ///
    /// They live as long as the program, as the words of every form do: one small list for each dialect that is met.
    pub fn names(&mut self, dialect: Dialect) -> &'static [&'static str] {
        match self.names {
            Some((known, names)) if known == dialect => names,
            _ => {
                let names = leak(self.usable(dialect));
                self.names = Some((dialect, names));
                names
            }
        }
    }

    fn usable(&self, dialect: Dialect) -> Vec<String> {
        let roles = self.book().roles.iter();
        let mut usable: Vec<&Role> = roles
            .filter(|role| role.group != Group::Addition && role.is_for(dialect))
            .collect();
        usable.sort_by_key(|role| !role.default);
        usable.iter().map(|role| role.name.clone()).collect()
    }

    /// What there is to know about a role: its title, and what is wrong with it.
    pub fn hint(&self, name: &str) -> String {
        let Some(role) = self.book().role(name) else {
            return String::new();
        };
        let wrong = role.wrong.iter().map(|wrong| format!("! {wrong}"));
        let lines: Vec<String> = std::iter::once(role.title.clone())
            .chain(role.notes.iter().cloned())
            .chain(wrong)
            .collect();
        lines.join("; ")
    }
}

fn leak(names: Vec<String>) -> &'static [&'static str] {
    let names: Vec<&'static str> = names.into_iter().map(|name| &*name.leak()).collect();
    names.leak()
}
