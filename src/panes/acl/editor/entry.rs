//! One line that is typed for a part: a password, a pattern, a selector.
use super::change::{self, Place};
use super::draft::{self, Draft};
use super::part::Part;
use crate::input::Chord;
use crate::model::acl::Secret;
use crate::widgets::Field;
use crate::widgets::field::Mask;

/// What is being typed and where it will go.
#[derive(Clone, Debug)]
pub struct Entry {
    part: Part,
    place: Place,
    field: Field,
    /// Why it cannot be taken as it is.
    error: Option<String>,
}

impl Entry {
    /// An empty line for one more.
    pub fn add(part: Part) -> Self {
        let field = match part {
            Part::Passwords => Field::hidden(),
            _ => Field::default(),
        };
        let (place, error) = (Place::End, None);
        Self {
            part,
            place,
            field,
            error,
        }
    }

    /// A line that holds what is there.
    pub fn edit(part: Part, at: usize, text: String) -> Self {
        let (place, field, error) = (Place::At(at), Field::new(text), None);
        Self {
            part,
            place,
            field,
            error,
        }
    }

    pub fn field(&self) -> &Field {
        &self.field
    }

    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// What is asked for.
    pub fn label(&self) -> &'static str {
        match (self.part, self.place) {
            (Part::Passwords, _) => "password ",
            (Part::Selectors, _) => "rules ",
            _ => "pattern ",
        }
    }

    pub fn press(&mut self, chord: Chord, draft: &Draft) {
        if self.field.mask == Mask::Hidden {
            self.field.press(chord);
        } else {
            draft::type_in(&mut self.field, chord);
        }
        self.check(draft);
    }

    pub fn paste(&mut self, pasted: &str, draft: &Draft) {
        if self.field.mask == Mask::Hidden {
            self.field.insert(pasted.trim_end_matches(['\n', '\r']));
        } else {
            draft::paste_into(&mut self.field, pasted);
        }
        self.check(draft);
    }

    /// Says at once what is wrong with what was typed so far.
    fn check(&mut self, draft: &Draft) {
        self.error = None;
        if !self.field.text().is_empty() && self.part != Part::Passwords {
            self.error = self.put(&mut draft.clone()).err();
        }
    }

    /// Puts what was typed into the user; where it cannot be, nothing happens but that the line says why.
    pub fn take(&mut self, draft: &mut Draft) {
        self.error = self.put(draft).err();
    }

    fn put(&self, draft: &mut Draft) -> Result<(), String> {
        let (place, text) = (self.place, self.field.text());
        if self.part == Part::Passwords {
            let secret = Secret::new(text);
            draft.change(|user, language| change::password(user, &secret, language))?;
            draft.keep(secret);
            return Ok(());
        }
        draft.change(|user, language| match self.part {
            Part::Keys => change::key(user, place, text, language),
            Part::Channels => change::channel(user, place, text, language),
            _ => change::selector(user, place, text, language),
        })
    }
}
