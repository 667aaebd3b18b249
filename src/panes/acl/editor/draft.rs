//! The user being edited and the same as one line of text; the two stay in step.
use std::sync::Arc;

use crate::input::Chord;
use crate::model::acl::parse::{self, Unclear};
use crate::model::acl::{
    Catalog, Channels, Dialect, Feature, Rights, Rule, Secret, User, apply, print,
};
use crate::model::printed;
use crate::widgets::{Field, text};

/// What the connected server understands.
#[derive(Clone, Debug)]
pub struct Language {
    pub catalog: Arc<Catalog>,
    pub dialect: Dialect,
}

/// A user, and the line that says the same unless it cannot be read.
#[derive(Clone, Debug)]
pub struct Draft {
    pub language: Language,
    original: User,
    /// As it was when the line was last written from it; what no line can show comes from here.
    base: User,
    user: User,
    line: Field,
    unread: Option<Unread>,
    typed: Vec<Secret>,
}

/// Why the line is no user, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unread {
    /// Where the word starts, in bytes of the line.
    pub at: usize,
    /// How long the word is, in bytes.
    pub len: usize,
    pub why: String,
}

impl Draft {
    pub fn new(user: User, language: Language) -> Self {
        Self {
            original: user.clone(),
            base: user.clone(),
            line: Field::new(print::editable(&user, language.dialect)),
            language,
            user,
            unread: None,
            typed: Vec::new(),
        }
    }

    /// Another user to start from, and what was made of it.
    pub fn rebase(&mut self, original: User, user: User) {
        self.original = original;
        self.user = user;
        self.unread = None;
        self.settle();
    }

    /// The user; while the line cannot be read, as it was when it last could.
    pub fn user(&self) -> &User {
        &self.user
    }

    pub fn line(&self) -> &Field {
        &self.line
    }

    pub fn unread(&self) -> Option<&Unread> {
        self.unread.as_ref()
    }

    /// Whether there is anything that would be lost.
    pub fn changed(&self) -> bool {
        self.unread.is_some() || self.user != self.original
    }

    /// The passwords that were typed here and still stand, so that a login can prove them.
    pub fn typed(&self) -> impl Iterator<Item = &Secret> {
        let stands = |secret: &&Secret| self.user.passwords.contains(&secret.hash());
        self.typed.iter().filter(stands)
    }

    /// Keeps a password whose hash the user has now.
    pub fn keep(&mut self, secret: Secret) {
        self.typed.push(secret);
    }

    /// Changes the user, and the line with it; all or nothing. An unread line must be mended first.
    pub fn change(
        &mut self,
        change: impl FnOnce(&mut User, &Language) -> Result<(), String>,
    ) -> Result<(), String> {
        if self.unread.is_some() {
            return Err("the rule line cannot be read; : goes there".into());
        }
        let mut user = self.user.clone();
        change(&mut user, &self.language)?;
        self.user = user;
        self.settle();
        Ok(())
    }

    /// Writes the line anew from the user, unless it holds something that cannot be read.
    pub fn settle(&mut self) {
        if self.unread.is_none() {
            self.base.clone_from(&self.user);
            self.line
                .set(print::editable(&self.user, self.language.dialect));
        }
    }

    /// The line as it was before it was edited.
    pub fn reset(&mut self) {
        self.user.clone_from(&self.base);
        self.unread = None;
        self.settle();
    }

    /// A chord in the line.
    pub fn press(&mut self, chord: Chord) {
        if type_in(&mut self.line, chord) {
            self.follow();
        }
    }

    /// A paste into the line; ends of lines are blanks between rules.
    pub fn paste(&mut self, pasted: &str) {
        paste_into(&mut self.line, pasted);
        self.follow();
    }

    fn follow(&mut self) {
        match self.read() {
            Ok(user) => {
                self.user = user;
                self.unread = None;
            }
            Err(unread) => self.unread = Some(unread),
        }
    }

    /// The user that the line says.
    fn read(&self) -> Result<User, Unread> {
        let text = self.line.text();
        let words = parse::words(text).map_err(Unread::from)?;
        let rules =
            parse::line(text, &self.language.catalog, &self.kept()).map_err(Unread::from)?;
        let mut user = User::new(self.base.name.clone());
        user.passwords.clone_from(&self.base.passwords);
        user.unknown.fields.clone_from(&self.base.unknown.fields);
        for (rule, (at, word)) in rules.into_iter().zip(words) {
            self.take(&mut user, rule).map_err(|why| {
                let len = word.len();
                Unread { at, len, why }
            })?;
        }
        self.restore(&mut user);
        Ok(user)
    }

    fn take(&self, user: &mut User, rule: Rule) -> Result<(), String> {
        if matches!(rule, Rule::AddPassword(_) | Rule::RemovePassword(_)) {
            return Err("a password would be seen here: add it in the part above".into());
        }
        if let Some(missing) = print::missing(&rule, self.language.dialect) {
            return Err(missing.to_string());
        }
        let rule = self.selector(&rule).unwrap_or(rule);
        apply(user, &rule, &self.language.catalog).map_err(|why| why.to_string())
    }

    /// The words that need not be understood: the server told them.
    fn kept(&self) -> Vec<Rule> {
        let words = [&self.original, &self.base].into_iter().flat_map(|user| {
            let words = user.unknown.words.iter().chain(&user.root.unknown);
            let selectors = user
                .selectors
                .iter()
                .filter(|rights| !rights.unknown.is_empty());
            words
                .cloned()
                .chain(selectors.map(|rights| self.selector_rule(rights).token()))
        });
        words.map(Rule::Unknown).collect()
    }

    /// The selector that an unknown word is: one with words inside that are not understood.
    fn selector(&self, rule: &Rule) -> Option<Rule> {
        let Rule::Unknown(word) = rule else {
            return None;
        };
        let selectors = self.original.selectors.iter().chain(&self.base.selectors);
        selectors
            .map(|rights| self.selector_rule(rights))
            .find(|rule| rule.token() == *word)
    }

    fn selector_rule(&self, rights: &Rights) -> Rule {
        Rule::Selector(print::rights(rights, self.language.dialect))
    }

    /// What the line does not say: words that stood among the root's, and what this server knows no rules for.
    fn restore(&self, user: &mut User) {
        let roots = |word: &mut Vec<u8>| self.base.root.unknown.contains(word);
        user.root.unknown = user.unknown.words.extract_if(.., roots).collect();
        let dialect = self.language.dialect;
        if !dialect.has(Feature::Channels) && self.base.root.channels == Channels::All {
            user.root.channels = Channels::All;
        }
        if !dialect.has(Feature::Databases) {
            user.root.databases = self.base.root.databases.clone();
        }
    }
}

impl From<Unclear> for Unread {
    fn from(unclear: Unclear) -> Self {
        let Unclear { at, len, why } = unclear;
        let why = why.to_string();
        Self { at, len, why }
    }
}

/// A chord in a field of printed text: what would not be seen is put in as its escape.
pub fn type_in(field: &mut Field, chord: Chord) -> bool {
    match chord.typed() {
        Some(c) => {
            field.insert(&visible(c.encode_utf8(&mut [0; 4])));
            true
        }
        None => field.press(chord),
    }
}

/// A paste into a field of printed text.
pub fn paste_into(field: &mut Field, pasted: &str) {
    let pasted = text::pasted(pasted);
    let line = pasted.trim_end_matches('\n').replace(['\n', '\t'], " ");
    field.insert(&visible(&line));
}

/// What cannot be seen as escapes; a backslash stays one, it may begin an escape.
fn visible(text: &str) -> String {
    printed::print(text.as_bytes()).replace("\\\\", "\\")
}
