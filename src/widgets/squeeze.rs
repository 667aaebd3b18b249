//! A sentence that is too long for its room, cut where it hurts least.
use std::borrow::Cow;

use ratatui::text::Line;
use unicode_segmentation::UnicodeSegmentation;

use super::text::{CUT, graphemes, width, wrap};

/// The text in at most this many rows when it is wrapped at this many columns. What is too much goes from its middle, a
/// `…` in its place: a sentence about a very long name keeps its beginning and its verb. Names are cut where they must
/// be, words are not.
///
/// Reads no further than what fits from either end.
pub fn squeeze(text: &str, columns: usize, most: usize) -> Cow<'_, str> {
    let room = columns.saturating_mul(most);
    let fits = |text: &str| wrap(Line::from(text), columns).len() <= most;
    if prefix(text, room).len() == text.len() && fits(text) {
        return Cow::Borrowed(text);
    }
    // Breaking after spaces takes columns too, how many shows only when it is done.
    let short = |room: usize| {
        let head = whole_words(text, prefix(text, room / 2).len());
        let tail = whole_words_from(text, text.len() - suffix(text, room - room / 2).len());
        format!("{head}{CUT}{tail}")
    };
    let short = (0..room).rev().map(short).find(|short| fits(short));
    Cow::Owned(short.unwrap_or_default())
}

/// What is longer is a name, of which a part tells something; in bytes.
const LONGEST_WORD: usize = 16;

/// The text up to here, without a word that would be cut.
fn whole_words(text: &str, end: usize) -> &str {
    let (head, rest) = text.split_at(end);
    let begun = head.rfind(' ').map(|blank| blank + 1);
    let begun = begun.filter(|begun| is_word(end - begun, next_blank(rest)));
    begun.map_or(head, |begun| &head[..begun])
}

/// The text from here on, without a word that would be cut.
fn whole_words_from(text: &str, start: usize) -> &str {
    let (before, tail) = text.split_at(start);
    let cut = before.bytes().rev().take(LONGEST_WORD + 1);
    let cut = cut.take_while(|byte| *byte != b' ').count();
    let ends = tail.find(' ').filter(|ends| is_word(cut, *ends));
    ends.map_or(tail, |ends| &tail[ends + 1..])
}

/// Whether these parts at either side of a cut are a word that it would cut in two.
fn is_word(before: usize, behind: usize) -> bool {
    before > 0 && behind > 0 && before + behind <= LONGEST_WORD
}

/// How far the next blank is, as far as a word goes.
fn next_blank(text: &str) -> usize {
    let bytes = text.bytes().take(LONGEST_WORD + 1);
    bytes.take_while(|byte| *byte != b' ').count()
}

/// As much of the beginning as takes at most this many columns.
fn prefix(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, _, wide) in graphemes(text) {
        used += wide;
        if used > columns {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

/// As much of the end as takes at most this many columns.
fn suffix(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += width(grapheme);
        if used > columns {
            return text.get(at + grapheme.len()..).unwrap_or_default();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_keeps_its_beginning_and_its_end() {
        for (words, columns, most, shown) in [
            ("a key is gone", 20, 1, "a key is gone"),
            ("a key is gone", 9, 2, "a key is gone"),
            (
                "aaaaaaaaaaaaaaaaaaaa is gone",
                10,
                2,
                "aaaaaaaaa…aa is gone",
            ),
            ("undone: aaaaaaaaaaaaaaa", 8, 2, "undone:…aaaaaaaa"),
            // A long word begins a row of its own, and what is before it takes a whole one.
            (
                " undone: aaaaaaaaaaaaaaaaaaaaaaaa is back ",
                12,
                3,
                " undone: aaaaaaa…aaaaaaa is back ",
            ),
            ("日本語日本語", 4, 2, "日…本語"),
            ("日本語", 2, 0, ""),
            ("", 4, 1, ""),
        ] {
            let squeezed = squeeze(words, columns, most);
            assert_eq!(squeezed, shown, "{words} in {columns}");
            let rows = wrap(Line::from(&*squeezed), columns).len();
            assert!(rows <= most.max(1), "{words} in {columns}: {rows}");
        }
        let long = format!("{} is gone", "a".repeat(1 << 20));
        let started = std::time::Instant::now();
        for _ in 0..100 {
            assert!(squeeze(&long, 78, 3).ends_with(" is gone"));
        }
        assert!(
            started.elapsed().as_secs() < 2,
            "it reads no more than fits"
        );
    }

    #[test]
    fn words_go_whole_and_names_in_part() {
        for (words, columns, most, shown) in [
            (
                "ctrl-t logs in anew. The account may have been removed",
                20,
                2,
                "ctrl-t logs in …have been removed",
            ),
            (
                "the_name_of_a_very_long_key_that_was is gone for good",
                20,
                2,
                "the_name_of_a_very_…was is gone for good",
            ),
        ] {
            assert_eq!(squeeze(words, columns, most), shown, "{words} in {columns}");
        }
    }
}
