//! Two versions of a value side by side, for the moment when a save meets somebody else's change.
use super::printed::print;

/// One row of the comparison; the texts are lines made safe, different wherever the bytes are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pair {
    Same(String),
    Changed { mine: String, theirs: String },
    OnlyMine(String),
    OnlyTheirs(String),
}

/// Most pairs of lines that are weighed against each other; beyond, lines are set side by side by their number.
const MOST_WEIGHED: usize = 1_000_000;

/// Sets two values side by side, line by line (`\n`): most lines that both have in the same order stand together.
pub fn compare(mine: &[u8], theirs: &[u8]) -> Vec<Pair> {
    let mine: Vec<&[u8]> = mine.split(|&byte| byte == b'\n').collect();
    let theirs: Vec<&[u8]> = theirs.split(|&byte| byte == b'\n').collect();
    let head = alike(mine.iter(), theirs.iter());
    let (mine, theirs, mut pairs) = (&mine[head..], &theirs[head..], same(&mine[..head]));
    let tail = alike(mine.iter().rev(), theirs.iter().rev());
    let (mine, after) = mine.split_at(mine.len() - tail);
    let theirs = &theirs[..theirs.len() - tail];
    if mine.len().saturating_mul(theirs.len()) > MOST_WEIGHED {
        by_number(mine, theirs, &mut pairs);
    } else {
        by_likeness(mine, theirs, &mut pairs);
    }
    pairs.extend(same(after));
    pairs
}

/// How many lines are equal from here on.
fn alike<'a>(
    mine: impl Iterator<Item = &'a &'a [u8]>,
    theirs: impl Iterator<Item = &'a &'a [u8]>,
) -> usize {
    mine.zip(theirs)
        .take_while(|(mine, theirs)| mine == theirs)
        .count()
}

fn same(lines: &[&[u8]]) -> Vec<Pair> {
    lines.iter().map(|line| Pair::Same(print(line))).collect()
}

/// Sets lines of the same number side by side.
fn by_number(mine: &[&[u8]], theirs: &[&[u8]], pairs: &mut Vec<Pair>) {
    let both = mine.len().min(theirs.len());
    for (mine, theirs) in mine.iter().zip(theirs) {
        pairs.push(match (print(mine), print(theirs)) {
            (mine, theirs) if mine == theirs => Pair::Same(mine),
            (mine, theirs) => Pair::Changed { mine, theirs },
        });
    }
    pairs.extend(mine[both..].iter().map(|line| Pair::OnlyMine(print(line))));
    pairs.extend(
        theirs[both..]
            .iter()
            .map(|line| Pair::OnlyTheirs(print(line))),
    );
}

/// Sets lines of a longest common subsequence side by side, and what stands between them by number.
fn by_likeness(mine: &[&[u8]], theirs: &[&[u8]], pairs: &mut Vec<Pair>) {
    let common = common(mine, theirs);
    let (mut i, mut j) = (0, 0);
    for (next_i, next_j) in common {
        by_number(&mine[i..next_i], &theirs[j..next_j], pairs);
        pairs.push(Pair::Same(print(mine[next_i])));
        (i, j) = (next_i + 1, next_j + 1);
    }
    by_number(&mine[i..], &theirs[j..], pairs);
}

/// The positions of a longest common subsequence.
fn common(mine: &[&[u8]], theirs: &[&[u8]]) -> Vec<(usize, usize)> {
    let columns = theirs.len() + 1;
    // best[i * columns + j]: how many lines mine[i..] and theirs[j..] have in common.
    let mut best = vec![0_u32; (mine.len() + 1) * columns];
    for i in (0..mine.len()).rev() {
        for j in (0..theirs.len()).rev() {
            let at = i * columns + j;
            best[at] = if mine[i] == theirs[j] {
                best[at + columns + 1] + 1
            } else {
                best[at + columns].max(best[at + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < mine.len() && j < theirs.len() {
        let at = i * columns + j;
        if mine[i] == theirs[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[at + columns] >= best[at + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `=` same, `~` changed, `<` only mine, `>` only theirs.
    fn marks(mine: &str, theirs: &str) -> String {
        let mark = |pair: &Pair| match pair {
            Pair::Same(_) => '=',
            Pair::Changed { .. } => '~',
            Pair::OnlyMine(_) => '<',
            Pair::OnlyTheirs(_) => '>',
        };
        compare(mine.as_bytes(), theirs.as_bytes())
            .iter()
            .map(mark)
            .collect()
    }

    #[test]
    fn lines_stand_beside_their_like() {
        for (mine, theirs, wanted) in [
            ("", "", "="),
            ("a\nb\nc", "a\nb\nc", "==="),
            ("a\nb\nc", "a\nX\nc", "=~="),
            ("a\nb\nc", "a\nc", "=<="),
            ("a\nc", "a\nb\nc", "=>="),
            ("a\nb\nc\nd\ne", "a\nc\nX\ne", "=<=~="),
            ("a", "a\n", "=>"),
            ("a\na", "a\na\na", "==>"),
        ] {
            assert_eq!(marks(mine, theirs), wanted, "{mine:?} {theirs:?}");
        }
    }

    #[test]
    fn huge_values_are_set_side_by_side_by_number() {
        let lines = |word: &str| format!("{word}\n").repeat(2_000);
        let pairs = compare(lines("mine").as_bytes(), lines("theirs").as_bytes());
        assert_eq!(pairs.len(), 2_001);
        assert_eq!(
            pairs.first(),
            Some(&Pair::Changed {
                mine: "mine".into(),
                theirs: "theirs".into()
            })
        );
    }

    #[test]
    fn texts_are_safe_and_tell_bytes_apart() {
        let pairs = compare(b"\x1b", b"\\x1b");
        assert_eq!(
            pairs,
            [Pair::Changed {
                mine: "\\x1b".into(),
                theirs: "\\\\x1b".into()
            }]
        );
    }
}
