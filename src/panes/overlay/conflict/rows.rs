//! The rows of two versions that stand beside each other, and what of each row differs.
use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::compare::Pair;
use crate::widgets::{Theme, text};

/// Whose version.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Mine,
    Theirs,
}

/// One row of both versions: a part of a pair.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Which pair.
    pub pair: usize,
    mine: Part,
    theirs: Part,
}

/// A part of one side of a pair, as byte ranges of its words.
#[derive(Clone, PartialEq, Debug)]
pub struct Part {
    shown: Range<usize>,
    /// What of it the other side does not have.
    own: Range<usize>,
}

/// The rows of a pair: as many as its longer side needs.
pub fn rows_of(at: usize, pair: &Pair, columns: usize) -> Vec<Row> {
    let [mine, theirs] = [Side::Mine, Side::Theirs].map(|side| parts(pair, side, columns));
    let part = |n: usize, parts: &[Part]| {
        let end = parts.last().map_or(0, |last| last.shown.end);
        parts.get(n).cloned().unwrap_or(Part {
            shown: end..end,
            own: end..end,
        })
    };
    (0..mine.len().max(theirs.len()))
        .map(|n| Row {
            pair: at,
            mine: part(n, &mine),
            theirs: part(n, &theirs),
        })
        .collect()
}

fn parts(pair: &Pair, side: Side, columns: usize) -> Vec<Part> {
    let own = own(pair, side);
    let part = |shown: Range<usize>| {
        let own = own.start.clamp(shown.start, shown.end)..own.end.clamp(shown.start, shown.end);
        Part { shown, own }
    };
    text::rows(words(pair, side), columns)
        .into_iter()
        .map(part)
        .collect()
}

/// What one side has of a pair.
fn words(pair: &Pair, side: Side) -> &str {
    match (pair, side) {
        (Pair::Same(words), _) => words,
        (Pair::Changed { mine, .. } | Pair::OnlyMine(mine), Side::Mine) => mine,
        (Pair::Changed { theirs, .. } | Pair::OnlyTheirs(theirs), Side::Theirs) => theirs,
        (Pair::OnlyMine(_), Side::Theirs) | (Pair::OnlyTheirs(_), Side::Mine) => "",
    }
}

/// The part of a side's words that the other side does not have, at the same place.
fn own(pair: &Pair, side: Side) -> Range<usize> {
    let Pair::Changed { mine, theirs } = pair else {
        return 0..words(pair, side).len();
    };
    let alike = |a: &(char, char)| a.0 == a.1;
    let head: usize = mine
        .chars()
        .zip(theirs.chars())
        .take_while(alike)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let (mine_rest, theirs_rest) = (mine[head..].chars().rev(), theirs[head..].chars().rev());
    let tail: usize = mine_rest
        .zip(theirs_rest)
        .take_while(alike)
        .map(|(c, _)| c.len_utf8())
        .sum();
    head..words(pair, side).len() - tail
}

/// One row of a version, marked where the other one has something else.
pub fn line<'a>(row: &Row, pair: &'a Pair, side: Side, theme: &Theme) -> Line<'a> {
    let (sign, around, differing) = match (pair, side) {
        (Pair::Same(_), _) => ("  ", theme.dim, theme.dim),
        (Pair::Changed { .. }, _) => ("~ ", theme.text, theme.marked),
        (Pair::OnlyMine(_), Side::Mine) | (Pair::OnlyTheirs(_), Side::Theirs) => {
            ("+ ", theme.good, theme.good)
        }
        (Pair::OnlyMine(_) | Pair::OnlyTheirs(_), _) => ("- ", theme.dim, theme.dim),
    };
    let Part { shown, own } = if side == Side::Mine {
        &row.mine
    } else {
        &row.theirs
    };
    // The sign stands at the first row of a pair only.
    let first = row.mine.shown.start + row.theirs.shown.start == 0;
    let sign = if first {
        Span::styled(sign, differing)
    } else {
        Span::raw("  ")
    };
    let words = words(pair, side);
    let part = |range: Range<usize>, style: Style| Span::styled(&words[range], style);
    Line::from(vec![
        sign,
        part(shown.start..own.start, around),
        part(own.clone(), differing),
        part(own.end..shown.end, around),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_of_a_pair_is_the_same_on_both_sides() {
        let pair = Pair::Changed {
            mine: "abcdef".into(),
            theirs: "ab".into(),
        };
        let rows = rows_of(7, &pair, 3);
        let shown: Vec<_> = rows
            .iter()
            .map(|row| (row.mine.shown.clone(), row.theirs.shown.clone()))
            .collect();
        assert_eq!(shown, [(0..3, 0..2), (3..6, 2..2)]);
        assert_eq!(rows[0].mine.own, 2..3);
    }
}
