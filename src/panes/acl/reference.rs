//! The reference: the words of the ACL language, and what each category holds on this server.
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Chord, Layer};
use crate::model::Printed;
use crate::model::acl::{Catalog, Command, Source};
use crate::panes::overlay::finder::{self, Finder, Item};
use crate::widgets::Theme;

use super::words::WORDS;

/// What a chord leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    Close,
}

/// The reference; a category can be looked into.
#[derive(Clone, Debug)]
pub struct Reference {
    catalog: Arc<Catalog>,
    all: Finder,
    /// The commands of one category, over the list of everything.
    inside: Option<Finder>,
}

impl Reference {
    pub fn new(catalog: Arc<Catalog>) -> Self {
        let words = WORDS.iter().map(|word| Item {
            section: word.section.to_owned(),
            keys: word.form.to_owned(),
            name: String::new(),
            sentence: if word.example == word.form {
                word.sentence.to_owned()
            } else {
                format!("{}; so: {}", word.sentence, word.example)
            },
            refused: None,
        });
        let categories = catalog.categories();
        let categories = categories.iter().map(|name| category(name, &catalog));
        let items = words.chain(categories).collect();
        Self {
            all: Finder::new("The words of ACL", items),
            inside: None,
            catalog,
        }
    }

    pub fn layer(&self) -> Layer {
        Layer::AclReference
    }

    pub fn press(&mut self, chord: Chord) -> Turn {
        if let Some(inside) = &mut self.inside {
            if inside.press(chord) == finder::Turn::Close {
                self.inside = None;
            }
            return Turn::Stay;
        }
        match self.all.press(chord) {
            finder::Turn::Close => return Turn::Close,
            finder::Turn::Chosen(at) => self.open(at),
            finder::Turn::Stay => {}
        }
        Turn::Stay
    }

    /// Looks into the category on this row; a word holds nothing.
    fn open(&mut self, at: usize) {
        let categories = self.catalog.categories();
        let name = at
            .checked_sub(WORDS.len())
            .and_then(|at| categories.get(at));
        let Some(name) = name else {
            return;
        };
        let commands = self.catalog.category(name).unwrap_or_default();
        let items = commands
            .iter()
            .map(|id| member(name, self.catalog.command(*id)));
        let title = format!("What is in @{}", safe(name));
        self.inside = Some(Finder::new(title, items.collect()));
    }

    pub fn paste(&mut self, pasted: &str) {
        self.top_mut().paste(pasted);
    }

    pub fn arrange(&mut self, area: Rect) {
        self.top_mut().arrange(area);
    }

    fn top_mut(&mut self) -> &mut Finder {
        self.inside.as_mut().unwrap_or(&mut self.all)
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let top = self.inside.as_ref().unwrap_or(&self.all);
        top.draw(area, buf, theme);
    }
}

/// Names come from the server: a module may call its commands anything.
fn safe(name: &str) -> String {
    Printed::new(name.as_bytes()).into_text()
}

/// A category with the names of all it holds, so that searching for a command finds it.
fn category(name: &str, catalog: &Catalog) -> Item {
    let commands = catalog.category(name).unwrap_or_default();
    let names: Vec<String> = commands
        .iter()
        .map(|id| safe(&catalog.command(*id).name))
        .collect();
    let section = match catalog.source {
        Source::Asked => "Categories of this server",
        Source::Assumed => "Categories of Redis 7.0 (this server does not tell its own)",
    };
    let noun = if names.len() == 1 {
        "command"
    } else {
        "commands"
    };
    Item {
        section: section.to_owned(),
        keys: format!("@{}", safe(name)),
        name: String::new(),
        sentence: format!("{} {noun}: {}", names.len(), names.join(" ")),
        refused: None,
    }
}

/// A command in its category, with the other categories it is in.
fn member(category: &str, command: &Command) -> Item {
    let others = command.categories.iter().filter(|name| *name != category);
    let others: Vec<String> = others.map(|name| format!("@{}", safe(name))).collect();
    let keys = if command.has_keys() {
        "names keys"
    } else {
        "names no key: patterns do not limit it"
    };
    let also = if others.is_empty() {
        String::new()
    } else {
        format!("; also in {}", others.join(" "))
    };
    Item {
        section: format!("@{}", safe(category)),
        keys: String::new(),
        name: safe(&command.name),
        sentence: format!("{keys}{also}"),
        refused: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{catalog, chord, painted, sees};
    use super::*;
    use crate::input::{BINDINGS, lookup};

    fn shown(reference: &mut Reference, width: u16, height: u16) -> Vec<String> {
        painted(width, height, |area, buf, theme| {
            reference.arrange(area);
            reference.draw(area, buf, theme);
        })
    }

    #[test]
    fn words_and_categories_are_found_by_typing() {
        let mut reference = Reference::new(Arc::new(catalog()));
        sees(
            &shown(&mut reference, 80, 24),
            &["Logging in", "the user may log in", "so: #2bb80d537b"],
        );
        reference.paste("flushall @dangerous");
        sees(
            &shown(&mut reference, 80, 24),
            &["@dangerous", "75 commands:"],
        );
        assert_eq!(reference.press(chord("enter")), Turn::Stay);
        let rows = shown(&mut reference, 80, 24);
        sees(&rows, &["What is in @dangerous", "75 of 75", "acl|setuser"]);
        reference.paste("flushall");
        let rows = shown(&mut reference, 80, 24);
        sees(
            &rows,
            &[
                "1 of 75",
                "names no key: patterns do not limit it; also in @keyspace",
            ],
        );
        assert_eq!(reference.press(chord("esc")), Turn::Stay);
        sees(&shown(&mut reference, 40, 10), &["The words of ACL"]);
        assert_eq!(reference.press(chord("esc")), Turn::Close);
    }

    #[test]
    fn a_word_holds_nothing() {
        let mut reference = Reference::new(Arc::new(catalog()));
        assert_eq!(reference.press(chord("enter")), Turn::Stay);
        assert!(reference.inside.is_none());
    }

    #[test]
    fn its_bindings_are_those_of_the_list() {
        for binding in BINDINGS.iter().filter(|b| b.layer == Layer::AclReference) {
            for chord in binding.keys {
                let list = lookup(&[Layer::Finder], *chord);
                assert_eq!(list.map(|b| b.action), Some(binding.action), "{chord}");
            }
        }
    }
}
