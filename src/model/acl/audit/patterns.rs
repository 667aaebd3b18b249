//! Patterns that do not mean what they seem to.
use super::super::escape::{literal, split};
use super::super::overlap::overlap;
use super::super::rule::{KeyPattern, Rule};
use super::super::user::{Keys, User};
use super::super::valid;
use super::{Level, Lint, Subject};
use crate::model::printed::print;

/// What separates an app's name from the rest of a key.
const SEPARATORS: &[u8] = b":./|-_#}";

pub(super) fn lints(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    for pattern in subject.user.rights().flat_map(patterns) {
        found.extend(wide(pattern));
        found.extend(crossing(pattern));
        found.extend(glob_in_prefix(pattern));
        found.extend(minus(pattern));
    }
    found.extend(uncovered(subject));
    found.extend(shared(subject));
    for reason in valid::user(subject.user) {
        // These have a lint of their own.
        if matches!(
            reason,
            valid::Unsafe::Minus(_) | valid::Unsafe::EmptySelector | valid::Unsafe::FirstArg(_)
        ) {
            continue;
        }
        found.push(Lint {
            id: "L29",
            level: Level::Error,
            text: reason.to_string(),
            fix: "spell it otherwise: ? stands for any one byte".into(),
            rules: Vec::new(),
        });
    }
}

fn patterns(rights: &super::super::user::Rights) -> &[KeyPattern] {
    match &rights.keys {
        Keys::All => &[],
        Keys::Only(patterns) => patterns,
    }
}

fn of(pattern: &KeyPattern, bytes: Vec<u8>) -> KeyPattern {
    let access = pattern.access;
    KeyPattern {
        access,
        pattern: bytes,
    }
}

/// `~myapp*`: no separator before the star.
fn wide(pattern: &KeyPattern) -> Option<Lint> {
    let (start, rest) = split(&pattern.pattern);
    let last = *start.last()?;
    if rest != b"*" || SEPARATORS.contains(&last) {
        return None;
    }
    let better = of(pattern, [&literal(&start), &b":*"[..]].concat());
    let start = print(&start);
    Some(Lint {
        id: "L10",
        level: Level::Warning,
        text: format!("{pattern} also matches {start}2:1, {start}s and whatever else begins so"),
        fix: format!("end it with a separator: {better}"),
        rules: Vec::new(),
    })
}

/// `~*:cache:*`: begins with a wildcard.
fn crossing(pattern: &KeyPattern) -> Option<Lint> {
    let (start, rest) = split(&pattern.pattern);
    (start.is_empty() && !rest.is_empty()).then(|| Lint {
        id: "L13",
        level: Level::Warning,
        text: format!("{pattern} begins with a wildcard: it reaches into every app"),
        fix: "begin it with the app's prefix".into(),
        rules: Vec::new(),
    })
}

/// `~a[b]:*`: a wildcard that may have been meant as a letter.
fn glob_in_prefix(pattern: &KeyPattern) -> Option<Lint> {
    let (start, rest) = split(&pattern.pattern);
    if start.is_empty() || !matches!(rest, [b'[' | b'?', ..]) {
        return None;
    }
    let (last, body) = match pattern.pattern.split_last() {
        Some((b'*', body)) => (&b"*"[..], body),
        _ => (&b""[..], pattern.pattern.as_slice()),
    };
    let better = of(pattern, [&literal(body), last].concat());
    Some(Lint {
        id: "L12",
        level: Level::Warning,
        text: format!(
            "in {pattern} the {} is a wildcard, not a letter",
            print(&rest[..1])
        ),
        // A blank can be written in no other way.
        fix: match rest {
            [b'?', ..] => format!("if the letter is meant, and not a blank: {better}"),
            _ => format!("if the letter is meant: {better}"),
        },
        rules: Vec::new(),
    })
}

fn minus(pattern: &KeyPattern) -> Option<Lint> {
    pattern.pattern.starts_with(b"-").then(|| Lint {
        id: "L15",
        level: Level::Error,
        text: format!("{pattern} takes nothing away: it grants names that begin with a minus"),
        fix: "there are no exceptions; list what is allowed".into(),
        rules: Vec::new(),
    })
}

/// What a prefix leaves out, said once.
fn uncovered(subject: &Subject<'_>) -> Option<Lint> {
    let prefixes = subject
        .user
        .rights()
        .flat_map(patterns)
        .filter_map(|pattern| {
            let (start, rest) = split(&pattern.pattern);
            let app = start.strip_suffix(b":")?.to_vec();
            (rest == b"*" && !app.is_empty() && !app.contains(&b':') && app[0] != b'{')
                .then_some((pattern, app))
        });
    let (pattern, app) = prefixes.into_iter().next()?;
    let tagged = of(pattern, [b"{", &literal(&app)[..], b"}:*"].concat());
    let shown = print(&app);
    Some(Lint {
        id: "L11",
        level: Level::Info,
        text: format!(
            "{pattern} leaves out the key {shown} itself, {{{shown}}}:x and names in other case"
        ),
        fix: format!("if the app uses hash tags add {tagged}"),
        rules: vec![Rule::Key(tagged)],
    })
}

fn shared(subject: &Subject<'_>) -> Option<Lint> {
    let own: Vec<&KeyPattern> = subject.user.rights().flat_map(patterns).collect();
    let meets = |other: &&User| {
        let theirs = other.rights().flat_map(patterns);
        let mut pairs =
            theirs.flat_map(|their| own.iter().map(move |our| (&our.pattern, &their.pattern)));
        other.on && other.name != subject.user.name && pairs.any(|(a, b)| overlap(a, b))
    };
    let others: Vec<String> = subject
        .facts
        .users
        .iter()
        .filter(meets)
        .map(User::title)
        .collect();
    (!others.is_empty()).then(|| Lint {
        id: "L14",
        level: Level::Warning,
        text: format!("some of its keys are also reached by {}", others.join(", ")),
        fix: "give each app its own prefix, or make sure that it is meant".into(),
        rules: Vec::new(),
    })
}
