//! Types keygrove cannot change: shown by their size where one cheap read tells it, and never a failure.
use super::super::change::Change;
use super::super::key::Key;
use super::super::resp::{Cmd, Reply};
use super::{Field, Kind, Look, Odd, Page, Refusal, Row, Shape, Verb, typed};

/// The kind that stands in for a type of this name.
pub(super) fn of(name: &str) -> &'static dyn Kind {
    match name {
        "stream" => &Opaque::Stream,
        _ => &Opaque::Unknown,
    }
}

enum Opaque {
    Stream,
    /// A module's type, or one newer than keygrove.
    Unknown,
}

impl Kind for Opaque {
    fn name(&self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Unknown => "unknown",
        }
    }

    fn shape(&self) -> Shape {
        Shape::Text
    }

    fn page(&self, key: &Key, _look: &Look) -> Vec<Cmd> {
        match self {
            Self::Stream => vec![Cmd::new("XLEN").arg(key.bytes())],
            Self::Unknown => Vec::new(),
        }
    }

    fn read(&self, _look: &Look, replies: &[Reply]) -> Result<Page, Odd> {
        let total = replies
            .first()
            .and_then(Reply::int)
            .and_then(|size| u64::try_from(size).ok());
        Ok(Page {
            total,
            ..Page::default()
        })
    }

    fn form(&self, _verb: Verb, _row: Option<&Row>) -> Option<Vec<Field>> {
        None
    }

    fn change(
        &self,
        _key: &Key,
        verb: Verb,
        _row: Option<&Row>,
        _typed: &[Vec<u8>],
    ) -> Result<Change, Refusal> {
        Err(typed::cannot(verb, "value of this type"))
    }

    fn command(&self, key: &Key, _row: Option<&Row>) -> Cmd {
        match self {
            Self::Stream => Cmd::new("XRANGE")
                .arg(key.bytes())
                .arg("-")
                .arg("+")
                .arg("COUNT")
                .num(100),
            Self::Unknown => Cmd::new("TYPE").arg(key.bytes()),
        }
    }
}
