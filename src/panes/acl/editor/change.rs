//! What is typed in the parts, read and put into the user; a sentence where it cannot be.
use super::draft::Language;
use crate::model::acl::parse;
use crate::model::acl::valid::{self, Unsafe};
use crate::model::acl::{
    Access, Channels, Feature, KeyPattern, Keys, Rights, Rule, Secret, User, apply, print,
};
use crate::model::printed::unprint;

/// Where a list takes what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    End,
    /// Instead of this one.
    At(usize),
}

/// Adds a password; only its hash enters the user.
pub fn password(user: &mut User, secret: &Secret, language: &Language) -> Result<(), String> {
    if secret.reveal().is_empty() {
        return Err("an empty password is no password".into());
    }
    put(user, &Rule::AddPassword(secret.clone()), language)
}

/// Takes the n-th password away, or `nopass` where any will do.
pub fn retire(user: &mut User, at: usize, language: &Language) -> Result<(), String> {
    let rule = match user.passwords.get(at) {
        _ if user.nopass => Rule::ResetPass,
        Some(hash) => Rule::RemoveHash(hash.clone()),
        None => return Ok(()),
    };
    put(user, &rule, language)
}

/// Adds or replaces a key pattern: `app:*`, or with its letters `%R~app:*`.
pub fn key(user: &mut User, place: Place, text: &str, language: &Language) -> Result<(), String> {
    match (pattern(text, b'~', b"~%", language)?, place) {
        (rule @ Rule::AllKeys, _) | (rule @ Rule::Key(_), Place::End) => put(user, &rule, language),
        (Rule::Key(new), Place::At(at)) => {
            match &mut user.root.keys {
                keys @ Keys::All => *keys = Keys::Only(vec![new]),
                Keys::Only(patterns) => replace(patterns, at, new),
            }
            Ok(())
        }
        _ => Err("this is no key pattern".into()),
    }
}

/// Puts a pattern in the place of another; one of the same text takes it in.
fn replace(patterns: &mut Vec<KeyPattern>, at: usize, new: KeyPattern) {
    if at < patterns.len() {
        patterns.remove(at);
    }
    match patterns.iter_mut().find(|have| have.pattern == new.pattern) {
        Some(have) => have.access = have.access.and(new.access),
        None => patterns.insert(at.min(patterns.len()), new),
    }
}

/// The next letters of a key pattern: read and write, read, write. `*` with both is all keys.
pub fn letters(user: &mut User, at: usize, language: &Language) -> Result<(), String> {
    if !language.dialect.has(Feature::KeyLetters) {
        return Err(Feature::KeyLetters.to_string());
    }
    let next = |access| match access {
        Access::Both => Access::Read,
        Access::Read => Access::Write,
        Access::Write => Access::Both,
    };
    match &mut user.root.keys {
        keys @ Keys::All => {
            let (access, pattern) = (Access::Read, b"*".to_vec());
            *keys = Keys::Only(vec![KeyPattern { access, pattern }]);
        }
        Keys::Only(patterns) => {
            let alone = patterns.len() == 1;
            let Some(key) = patterns.get_mut(at) else {
                return Ok(());
            };
            let whole = key.pattern == b"*" && next(key.access) == Access::Both;
            match (whole, alone) {
                (true, true) => user.root.keys = Keys::All,
                // `%RW~*` beside others breaks restarts, and `~*` would drop them.
                (true, false) => key.access = Access::Read,
                _ => key.access = next(key.access),
            }
        }
    }
    Ok(())
}

/// Takes a key pattern away.
pub fn drop_key(user: &mut User, at: usize) {
    match &mut user.root.keys {
        Keys::Only(patterns) if at < patterns.len() => drop(patterns.remove(at)),
        Keys::Only(_) => {}
        all @ Keys::All => *all = Keys::Only(Vec::new()),
    }
}

/// Adds or replaces a channel pattern.
pub fn channel(
    user: &mut User,
    place: Place,
    text: &str,
    language: &Language,
) -> Result<(), String> {
    match (pattern(text, b'&', b"&", language)?, place) {
        (rule @ Rule::AllChannels, _) | (rule @ Rule::Channel(_), Place::End) => {
            put(user, &rule, language)
        }
        (Rule::Channel(new), Place::At(at)) => {
            match &mut user.root.channels {
                all @ Channels::All => *all = Channels::Only(vec![new]),
                Channels::Only(patterns) => {
                    if at < patterns.len() {
                        patterns.remove(at);
                    }
                    if !patterns.contains(&new) {
                        patterns.insert(at.min(patterns.len()), new);
                    }
                }
            }
            Ok(())
        }
        _ => Err("this is no channel pattern".into()),
    }
}

/// Takes a channel pattern away.
pub fn drop_channel(user: &mut User, at: usize) {
    match &mut user.root.channels {
        Channels::Only(patterns) if at < patterns.len() => drop(patterns.remove(at)),
        Channels::Only(_) => {}
        all @ Channels::All => *all = Channels::Only(Vec::new()),
    }
}

/// Adds or replaces a selector: `~cache:* +@read`, in parentheses or not.
pub fn selector(
    user: &mut User,
    place: Place,
    text: &str,
    language: &Language,
) -> Result<(), String> {
    let rights = rights(user, text, language)?;
    match (place, &mut user.selectors) {
        (Place::At(at), selectors) if at < selectors.len() => selectors[at] = rights,
        (_, selectors) => selectors.push(rights),
    }
    Ok(())
}

fn rights(user: &User, text: &str, language: &Language) -> Result<Rights, String> {
    let text = text.trim();
    let inside = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    let mut rules = Vec::new();
    for (_, word) in parse::words(inside.unwrap_or(text)).map_err(|why| why.to_string())? {
        let of_word = |why: parse::Why| format!("{word}: {why}");
        let bytes = unprint(word).map_err(|why| of_word(why.into()))?;
        // What the server told need not be understood.
        let kept = user
            .selectors
            .iter()
            .any(|rights| rights.unknown.contains(&bytes));
        rules.push(if kept {
            Rule::Unknown(bytes)
        } else {
            parse::rule(&bytes).map_err(of_word)?
        });
    }
    let rule = Rule::Selector(rules);
    safe(&rule, language)?;
    let mut scratch = User::new(Vec::new());
    put(&mut scratch, &rule, language)?;
    scratch
        .selectors
        .pop()
        .ok_or_else(|| Unsafe::EmptySelector.to_string())
}

/// The selector as it is edited: without its parentheses.
pub fn selector_text(rights: &Rights, language: &Language) -> String {
    print::line(&print::rights(rights, language.dialect))
}

/// A pattern typed with or without the sign that such rules begin with.
fn pattern(text: &str, sign: u8, signs: &[u8], language: &Language) -> Result<Rule, String> {
    let mut word = unprint(text).map_err(|why| why.to_string())?;
    match word.first() {
        None => return Err("type a pattern: app:*".into()),
        Some(first) if signs.contains(first) => {}
        Some(_) => word.insert(0, sign),
    }
    let rule = parse::rule(&word).map_err(|why| why.to_string())?;
    safe(&rule, language)?;
    Ok(rule)
}

/// Refuses what this server does not understand and what would harm any server.
fn safe(rule: &Rule, language: &Language) -> Result<(), String> {
    if let Some(missing) = print::missing(rule, language.dialect) {
        return Err(missing.to_string());
    }
    let found = valid::rule(rule);
    match found.iter().find(|reason| !reason.is_mild()) {
        Some(reason) => Err(reason.to_string()),
        None => Ok(()),
    }
}

/// Applies a rule as the server would.
pub fn put(user: &mut User, rule: &Rule, language: &Language) -> Result<(), String> {
    apply(user, rule, &language.catalog).map_err(|why| why.to_string())
}
