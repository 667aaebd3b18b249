//! Values that flags and the configuration file share: one reading, one sentence.
use crate::model::target::Environment;

pub(super) const COUNT: u32 = 1000;
/// What to type for it.
pub(super) const COUNT_WANTED: &str = "type a number from 1 to 1000";

pub(super) fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .ok()
        .filter(|&port| port > 0)
        .ok_or_else(|| "a port is a number from 1 to 65535".into())
}

pub(super) fn db(text: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| "a database is a number, 0 or more".into())
}

/// SCAN COUNT. More than a thousand names at a time would keep other clients waiting.
pub(super) fn count(text: &str) -> Result<u32, String> {
    let known = text.parse().ok().filter(|count| (1..=1000).contains(count));
    known.ok_or_else(|| COUNT_WANTED.into())
}

pub(super) fn environment(text: &str) -> Result<Environment, String> {
    let known = Environment::ALL.into_iter().find(|env| env.name() == text);
    known.ok_or_else(|| "type dev, staging or prod".into())
}

pub(super) fn separator(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if bytes.is_empty() {
        Err("a separator has at least one character".into())
    } else {
        Ok(bytes)
    }
}
