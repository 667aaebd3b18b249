//! What the elements of a ziplist or listpack are, two or three at a time.
use super::{Contents, Field, Member, Unreadable, bytes};

/// Names and values in turn.
pub fn hash(items: Vec<Vec<u8>>) -> Result<Contents, Unreadable> {
    let field = |[name, value]: [Vec<u8>; 2]| {
        Ok(Field {
            name,
            value,
            expire_at_ms: None,
        })
    };
    groups(items)
        .map(|group| field(group?))
        .collect::<Result<_, _>>()
        .map(Contents::Hash)
}

/// Names, values and times in turn; 0 is never.
pub fn expiring_hash(items: Vec<Vec<u8>>) -> Result<Contents, Unreadable> {
    let field = |[name, value, at]: [Vec<u8>; 3]| {
        let at = std::str::from_utf8(&at).ok().and_then(|at| at.parse().ok());
        let at: u64 = at.ok_or(Unreadable::Shape("a field's expiry"))?;
        Ok(Field {
            name,
            value,
            expire_at_ms: (at > 0).then_some(at),
        })
    };
    groups(items)
        .map(|group| field(group?))
        .collect::<Result<_, _>>()
        .map(Contents::Hash)
}

/// Members and scores in turn.
pub fn zset(items: Vec<Vec<u8>>) -> Result<Contents, Unreadable> {
    let member = |[name, score]: [Vec<u8>; 2]| {
        let score = bytes::score(&score)?;
        Ok(Member { name, score })
    };
    groups(items)
        .map(|group| member(group?))
        .collect::<Result<_, _>>()
        .map(Contents::Zset)
}

/// So many at a time; the last may not be fewer.
fn groups<const N: usize>(
    items: Vec<Vec<u8>>,
) -> impl Iterator<Item = Result<[Vec<u8>; N], Unreadable>> {
    let mut items = items.into_iter();
    std::iter::from_fn(move || {
        if items.len() == 0 {
            return None;
        }
        let group: Vec<Vec<u8>> = items.by_ref().take(N).collect();
        Some(
            group
                .try_into()
                .map_err(|_| Unreadable::Shape("an element without its value")),
        )
    })
}
