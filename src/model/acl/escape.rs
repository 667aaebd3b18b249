//! Bytes ↔ patterns that match exactly them.

/// A pattern that matches these bytes; what may not stand in a pattern becomes `?`, any one byte.
pub fn literal(bytes: &[u8]) -> Vec<u8> {
    let mut pattern = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'*' | b'?' | b'[' | b'\\' => pattern.extend([b'\\', byte]),
            b' ' | b'"' | b'\'' | b'(' | b')' | 0x7f | 0..32 => pattern.push(b'?'),
            _ => pattern.push(byte),
        }
    }
    pattern
}

/// The bytes that a pattern starts with whatever it matches, and what follows them.
pub fn split(pattern: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut start = Vec::new();
    let mut rest = pattern;
    loop {
        match rest {
            [] | [b'*' | b'?' | b'[', ..] => return (start, rest),
            [b'\\', byte, after @ ..] | [byte, after @ ..] => {
                start.push(*byte);
                rest = after;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::glob;

    #[test]
    fn a_literal_pattern_matches_its_bytes() {
        for bytes in [
            &b"app:*"[..],
            b"a[b]\\c?",
            b"two words",
            b"\"(q)'\x00\x1b",
            b"\xff",
        ] {
            assert!(glob::matches(&literal(bytes), bytes));
        }
        assert!(!glob::matches(&literal(b"a*"), b"ab"));
    }

    #[test]
    fn a_pattern_splits_at_its_first_wildcard() {
        assert_eq!(split(b"app:*"), (b"app:".to_vec(), &b"*"[..]));
        assert_eq!(split(b"a\\*b[c]"), (b"a*b".to_vec(), &b"[c]"[..]));
        assert_eq!(split(b"key"), (b"key".to_vec(), &b""[..]));
    }
}
