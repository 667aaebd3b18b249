//! Words → rules: lenient for what a server tells, strict with place and reason for what a person types.
use super::catalog::{Catalog, Source};
use super::rule::{Access, CommandRule, KeyPattern, Rule, Sign, What};
use super::secret::{Hash, Secret};
use crate::model::printed::unprint;

/// Why a typed line is no list of rules, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{why}")]
pub struct Unclear {
    /// Where the word starts, in bytes of the line.
    pub at: usize,
    /// How long the word is, in bytes.
    pub len: usize,
    pub why: Why,
}

/// What is wrong with one word.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Why {
    #[error("{0}")]
    Escape(#[from] crate::model::printed::NoEscape),
    #[error("no rule looks like this; see the reference")]
    NoRule,
    #[error("a hash is 64 lower-case hex digits (SHA-256)")]
    Hash,
    #[error("after % come R, W or RW, then ~ and a pattern: %R~app:*")]
    Letters,
    #[error("a pattern holds no white space and no zero byte; ? stands for any one byte")]
    Space,
    #[error("name a command or a @category")]
    Nothing,
    #[error("this server knows no command {0}")]
    Command(String),
    #[error("this server knows no subcommand {0}")]
    Sub(String),
    #[error("{0} has no subcommands: only a first argument can be allowed, not taken away")]
    FirstArg(String),
    #[error("this server knows no category @{0}")]
    Category(String),
    #[error("( is never closed")]
    Open,
    #[error(") closes nothing")]
    Close,
    #[error("this does not belong in a selector")]
    Inside,
    #[error("after db= come numbers with commas: db=0,1")]
    Databases,
}

/// Reads one word of a server's reply; what cannot be read is kept as [`Rule::Unknown`].
pub fn read(word: &[u8]) -> Rule {
    rule(word).unwrap_or_else(|_| Rule::Unknown(word.to_vec()))
}

/// Reads a definition of a server (`on #… ~a &* +@all (…)`): words at single spaces, selectors in parentheses.
pub fn read_line(line: &[u8]) -> Vec<Rule> {
    let mut rules = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.iter().position(|byte| *byte != b' ') {
        rest = &rest[start..];
        let end = if rest[0] == b'(' {
            closing(rest)
        } else {
            rest.iter()
                .position(|byte| *byte == b' ')
                .unwrap_or(rest.len())
        };
        rules.push(read(&rest[..end]));
        rest = &rest[end..];
    }
    rules
}

/// Where a selector ends: after the first `)` that a space or the end follows.
fn closing(text: &[u8]) -> usize {
    (1..=text.len())
        .find(|end| text[end - 1] == b')' && matches!(text.get(*end), None | Some(b' ' | b'\t')))
        .unwrap_or(text.len())
}

/// One word, bytes as on the wire.
pub fn rule(word: &[u8]) -> Result<Rule, Why> {
    if let Some(rule) = keyword(&word.to_ascii_lowercase()) {
        return Ok(rule);
    }
    let Some((first, rest)) = word.split_first() else {
        return Err(Why::NoRule);
    };
    match first {
        b'>' => Ok(Rule::AddPassword(Secret::new(rest))),
        b'<' => Ok(Rule::RemovePassword(Secret::new(rest))),
        b'#' => Hash::new(rest).map(Rule::AddHash).ok_or(Why::Hash),
        b'!' => Hash::new(rest).map(Rule::RemoveHash).ok_or(Why::Hash),
        b'~' => key(Access::Both, rest),
        b'%' => letters(rest),
        b'&' => pattern(rest).map(Rule::Channel),
        b'+' => command(Sign::Allow, rest),
        b'-' => command(Sign::Deny, rest),
        b'(' => selector(rest.strip_suffix(b")").ok_or(Why::Open)?),
        _ => databases(word),
    }
}

fn keyword(word: &[u8]) -> Option<Rule> {
    Some(match word {
        b"on" => Rule::On,
        b"off" => Rule::Off,
        b"nopass" => Rule::NoPass,
        b"resetpass" => Rule::ResetPass,
        b"reset" => Rule::Reset,
        b"sanitize-payload" => Rule::SanitizePayload,
        b"skip-sanitize-payload" => Rule::SkipSanitizePayload,
        b"~*" | b"allkeys" => Rule::AllKeys,
        b"resetkeys" => Rule::ResetKeys,
        b"&*" | b"allchannels" => Rule::AllChannels,
        b"resetchannels" => Rule::ResetChannels,
        b"+@all" | b"allcommands" => CommandRule::allow(What::All).into(),
        b"-@all" | b"nocommands" => CommandRule::deny(What::All).into(),
        b"clearselectors" => Rule::ClearSelectors,
        b"alldbs" => Rule::AllDatabases,
        b"resetdbs" => Rule::ResetDatabases,
        _ => return None,
    })
}

/// A pattern as every server accepts it.
fn pattern(bytes: &[u8]) -> Result<Vec<u8>, Why> {
    if has_space(bytes) {
        return Err(Why::Space);
    }
    Ok(bytes.to_vec())
}

/// Whether white space or a zero stands in it; white space as the server's `isspace()` knows it, with the vertical tab
/// that `is_ascii_whitespace` leaves out.
fn has_space(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| matches!(byte, 0 | b' ' | 9..=13))
}

fn key(access: Access, bytes: &[u8]) -> Result<Rule, Why> {
    let pattern = pattern(bytes)?;
    Ok(Rule::Key(KeyPattern { access, pattern }))
}

fn letters(rest: &[u8]) -> Result<Rule, Why> {
    let at = rest
        .iter()
        .position(|byte| *byte == b'~')
        .ok_or(Why::Letters)?;
    let access = match rest[..at].to_ascii_uppercase().as_slice() {
        b"R" => Access::Read,
        b"W" => Access::Write,
        b"RW" | b"WR" => Access::Both,
        _ => return Err(Why::Letters),
    };
    key(access, &rest[at + 1..])
}

fn command(sign: Sign, rest: &[u8]) -> Result<Rule, Why> {
    let text = |bytes: &[u8]| match String::from_utf8(bytes.to_ascii_lowercase()) {
        // No command is called so, and printed it would be read as two rules.
        Ok(name) if !has_space(bytes) => Ok(name),
        _ => Err(Why::NoRule),
    };
    let what = match rest {
        [] | [b'@'] | [b'|', ..] => return Err(Why::Nothing),
        [b'@', category @ ..] => What::Category(text(category)?),
        _ => match rest.iter().position(|byte| *byte == b'|') {
            None => What::Command(text(rest)?),
            Some(at) if at + 1 == rest.len() => return Err(Why::Nothing),
            Some(at) => What::Sub {
                command: text(&rest[..at])?,
                arg: rest[at + 1..].to_ascii_lowercase(),
            },
        },
    };
    Ok(Rule::Command(CommandRule { sign, what }))
}

fn selector(inside: &[u8]) -> Result<Rule, Why> {
    let words = inside
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty());
    let rules = words.map(|word| {
        let rule = rule(word)?;
        if belongs(&rule) {
            Ok(rule)
        } else {
            Err(Why::Inside)
        }
    });
    Ok(Rule::Selector(rules.collect::<Result<_, _>>()?))
}

/// Whether a rule may stand in a selector.
fn belongs(rule: &Rule) -> bool {
    matches!(
        rule,
        Rule::AllKeys
            | Rule::ResetKeys
            | Rule::Key(_)
            | Rule::AllChannels
            | Rule::ResetChannels
            | Rule::Channel(_)
            | Rule::Command(_)
            | Rule::AllDatabases
            | Rule::ResetDatabases
            | Rule::Databases(_)
    )
}

fn databases(word: &[u8]) -> Result<Rule, Why> {
    let numbers = word.strip_prefix(b"db=").ok_or(Why::NoRule)?;
    let numbers = std::str::from_utf8(numbers).map_err(|_| Why::Databases)?;
    let numbers: Result<Vec<u32>, _> = numbers.split(',').map(str::parse).collect();
    numbers.map(Rule::Databases).map_err(|_| Why::Databases)
}

/// Reads a typed line: printed words (with escapes as everywhere on the screen) between white space.
///
/// Commands and categories must be known to the server. Words in `kept` need not be understood: they came from the
/// server and stay as they are.
pub fn line(text: &str, catalog: &Catalog, kept: &[Rule]) -> Result<Vec<Rule>, Unclear> {
    let mut rules = Vec::new();
    for (at, word) in words(text)? {
        let len = word.len();
        let unclear = |why| Unclear { at, len, why };
        let bytes = unprint(word).map_err(|error| unclear(error.into()))?;
        let unknown = Rule::Unknown(bytes.clone());
        if kept.contains(&unknown) {
            rules.push(unknown);
            continue;
        }
        let rule = rule(&bytes).map_err(unclear)?;
        known(&rule, catalog).map_err(unclear)?;
        rules.push(rule);
    }
    Ok(rules)
}

/// The words of a line and where they start; a selector is one word.
pub fn words(text: &str) -> Result<Vec<(usize, &str)>, Unclear> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| !c.is_whitespace()) {
        let start = at + start;
        let rest = &text[start..];
        let space = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let unclear = |why| Unclear {
            at: start,
            len: space,
            why,
        };
        let len = match rest.as_bytes()[0] {
            b'(' => closing(rest.as_bytes()),
            b')' => return Err(unclear(Why::Close)),
            _ => space,
        };
        if rest.starts_with('(') && !rest[..len].ends_with(')') {
            return Err(unclear(Why::Open));
        }
        words.push((start, &rest[..len]));
        at = start + len;
    }
    Ok(words)
}

/// Whether the server knows what a rule names. An assumed catalog cannot say no.
pub(super) fn known(rule: &Rule, catalog: &Catalog) -> Result<(), Why> {
    match rule {
        _ if catalog.source == Source::Assumed => Ok(()),
        Rule::Selector(rules) => rules.iter().try_for_each(|rule| known(rule, catalog)),
        Rule::Command(CommandRule { sign, what }) => named(*sign, what, catalog),
        _ => Ok(()),
    }
}

fn named(sign: Sign, what: &What, catalog: &Catalog) -> Result<(), Why> {
    match what {
        What::All => Ok(()),
        What::Category(name) if catalog.category(name).is_some() => Ok(()),
        What::Category(name) => Err(Why::Category(name.clone())),
        What::Command(name) if catalog.find(name).is_some() => Ok(()),
        What::Command(name) => Err(Why::Command(name.clone())),
        What::Sub { command, arg } => {
            let id = catalog
                .find(command)
                .ok_or_else(|| Why::Command(command.clone()))?;
            if catalog.command(id).subs.is_empty() {
                return match sign {
                    Sign::Allow => Ok(()),
                    Sign::Deny => Err(Why::FirstArg(command.clone())),
                };
            }
            let name = format!("{command}|{}", String::from_utf8_lossy(arg));
            catalog.find(&name).map(|_| ()).ok_or(Why::Sub(name))
        }
    }
}
