//! Redis's own glob, as SCAN MATCH decides.

/// Whether a pattern matches a name, byte for byte as the server would decide (`stringmatchlen`).
///
/// `*` is any run, `?` any byte, `[a-z]` and `[^a-z]` one byte of a set or outside it, `\` makes the next byte
/// literal. Odd patterns mean what they mean to the server: a reversed range is turned round, a `[` without its
/// `]` ends with the pattern, a `\` at the very end is itself.
///
/// Never more than `pattern.len() * name.len()` steps: only the last `*` is ever tried again, since an earlier one
/// that took more could not leave more ways to match for what follows it.
pub fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut rest, mut left) = (pattern, name);
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        if let [b'*', after @ ..] = rest {
            rest = after;
            retry = Some((after, left));
            continue;
        }
        match (left, one(rest)) {
            ([], _) => return rest.is_empty(),
            ([byte, others @ ..], Some((accepts, after))) if accepts.takes(*byte) => {
                (rest, left) = (after, others);
            }
            _ => match retry {
                Some((after, [_, others @ ..])) => {
                    (rest, left) = (after, others);
                    retry = Some((after, others));
                }
                _ => return false,
            },
        }
    }
}

/// What one place of a pattern accepts.
pub(crate) enum Accepts<'p> {
    Any,
    Byte(u8),
    /// The inside of `[…]`, without `^`.
    Within(&'p [u8]),
    /// The inside of `[^…]`.
    Outside(&'p [u8]),
}

impl Accepts<'_> {
    pub(crate) fn takes(&self, byte: u8) -> bool {
        match self {
            Self::Any => true,
            Self::Byte(wanted) => *wanted == byte,
            Self::Within(set) => Members(set).any(|member| member.holds(byte)),
            Self::Outside(set) => !Members(set).any(|member| member.holds(byte)),
        }
    }
}

/// The first place of a pattern and the rest of it; `None` at the end. Not to be asked about a `*`.
pub(crate) fn one(pattern: &[u8]) -> Option<(Accepts<'_>, &[u8])> {
    match pattern {
        [] => None,
        [b'?', rest @ ..] => Some((Accepts::Any, rest)),
        [b'[', b'^', rest @ ..] => {
            let (set, rest) = bracket(rest);
            Some((Accepts::Outside(set), rest))
        }
        [b'[', rest @ ..] => {
            let (set, rest) = bracket(rest);
            Some((Accepts::Within(set), rest))
        }
        [b'\\', literal, rest @ ..] | [literal, rest @ ..] => Some((Accepts::Byte(*literal), rest)),
    }
}

/// Splits after `[` or `[^`: the inside up to the closing `]`, and what follows it.
fn bracket(inside: &[u8]) -> (&[u8], &[u8]) {
    let mut members = Members(inside);
    while members.next().is_some() {}
    let (set, rest) = inside.split_at(inside.len() - members.0.len());
    (set, rest.get(1..).unwrap_or_default())
}

/// Reads the inside of brackets up to a `]` that is not part of an escape or a range.
struct Members<'p>(&'p [u8]);

/// One byte or one range.
struct Member(u8, u8);

impl Member {
    /// Ranges compare bytes as the C type `char` does where it is signed (x86, macOS): `\xff` is below `a`.
    fn holds(&self, byte: u8) -> bool {
        let [from, to, byte] = [self.0, self.1, byte].map(u8::cast_signed);
        (from.min(to)..=from.max(to)).contains(&byte)
    }
}

impl Iterator for Members<'_> {
    type Item = Member;

    fn next(&mut self) -> Option<Member> {
        let (member, rest) = match self.0 {
            [] | [b']', ..] => return None,
            [b'\\', literal, rest @ ..] => (Member(*literal, *literal), rest),
            [from, b'-', to, rest @ ..] => (Member(*from, *to), rest),
            [byte, rest @ ..] => (Member(*byte, *byte), rest),
        };
        self.0 = rest;
        Some(member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_what_it_means_to_the_server() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("*", "anything", true),
            ("", "", true),
            ("", "a", false),
            ("user:*", "user:", true),
            ("user:*", "use", false),
            ("*a*b*c", "xxaxxbxxc", true),
            ("*a*b*c", "xxaxxbxx", false),
            ("h?llo", "hello", true),
            ("h?llo", "hllo", false),
            ("h[ae]llo", "hallo", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hello", false),
            ("[a-c]", "b", true),
            ("[c-a]", "b", true),
            ("[a-c]", "d", false),
            ("[a-]", "]", true),
            ("[a-", "-", true),
            ("[abc", "c", true),
            ("[", "[", false),
            ("[^", "x", true),
            ("[]", "]", false),
            ("[^]", "]", true),
            ("[\\]]", "]", true),
            ("[\\-a]", "-", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("a\\", "a\\", true),
            ("a\\", "a", false),
            ("a[", "a", false),
        ] {
            assert_eq!(
                matches(pattern.as_bytes(), name.as_bytes()),
                expected,
                "{pattern} {name}"
            );
        }
    }

    #[test]
    fn many_stars_do_not_blow_up() {
        let pattern = b"a*".repeat(128);
        let name = [b"a".repeat(20_000), b"b".to_vec()].concat();
        assert!(matches(&pattern, &name));
        assert!(!matches(&[&pattern[..], b"c"].concat(), &name));
    }
}
