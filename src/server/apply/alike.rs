//! Whether what the server says now is what it said before.
use std::cmp::Ordering;

use crate::model::Reply;

/// Whether a refusal means that the value changed, and not that something is wrong.
pub(super) fn is_other(reply: &Reply) -> bool {
    matches!(reply, Reply::Error { code, text } if code == "WRONGTYPE" || text == "no such key")
}

/// Whether two replies say the same, whatever protocol they came by.
pub(super) fn same(a: &Reply, b: &Reply) -> bool {
    match (a, b) {
        (Reply::Status(text), Reply::Bytes(bytes)) | (Reply::Bytes(bytes), Reply::Status(text)) => {
            text.as_bytes() == bytes
        }
        (Reply::Double(_), _) | (_, Reply::Double(_)) => a
            .score()
            .zip(b.score())
            .is_some_and(|(a, b)| a.partial_cmp(&b).is_some_and(Ordering::is_eq)),
        (Reply::Int(_), _) | (_, Reply::Int(_)) => {
            a.int().zip(b.int()).is_some_and(|(a, b)| a == b)
        }
        (Reply::Array(a), Reply::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Reply::Map(pairs), Reply::Array(items)) | (Reply::Array(items), Reply::Map(pairs)) => {
            let flat = pairs.iter().flat_map(|(key, value)| [key, value]);
            pairs.len() * 2 == items.len() && flat.zip(items).all(|(a, b)| same(a, b))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_compared_by_what_they_say() {
        let bytes = |text: &str| Reply::Bytes(text.as_bytes().to_vec());
        let pair = || Reply::Map(vec![(bytes("a"), Reply::Int(1))]);
        for (a, b, equal) in [
            (Reply::Status("hash".into()), bytes("hash"), true),
            (Reply::Int(3), bytes("3"), true),
            (Reply::Double(0.5), bytes("0.50"), true),
            (Reply::Double(f64::INFINITY), bytes("inf"), true),
            // Small sorted sets keep no sign of zero.
            (Reply::Double(-0.0), Reply::Double(0.0), true),
            (Reply::Double(0.5), bytes("x"), false),
            (bytes("0.5"), bytes("0.50"), false),
            (Reply::Nil, bytes(""), false),
            (Reply::Nil, Reply::Nil, true),
            (
                Reply::Array(vec![Reply::Int(1)]),
                Reply::Array(vec![bytes("1")]),
                true,
            ),
            (Reply::Array(vec![]), Reply::Array(vec![Reply::Nil]), false),
            (pair(), Reply::Array(vec![bytes("a"), bytes("1")]), true),
            (pair(), Reply::Array(vec![bytes("a")]), false),
        ] {
            assert_eq!(same(&a, &b), equal, "{a:?} {b:?}");
            assert_eq!(same(&b, &a), equal, "{b:?} {a:?}");
        }
    }
}
