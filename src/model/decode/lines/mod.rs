//! What a view shows: lines of safe text in one arena, windowed by column and wrapped without being laid out again.
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

mod say;

pub(super) use say::Backslash;

/// What a piece of a line is, so that it can be coloured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Role {
    Plain,
    /// Stands for something that cannot be shown as it is: `\x1b`, `\n`.
    Escape,
    /// The name of a member of a JSON object, with its quotes.
    Name,
    /// A string, with its quotes.
    Str,
    Number,
    /// `true`, `false`, `null`.
    Word,
    /// Brackets, commas, colons.
    Punct,
    /// Where a row of bytes begins.
    Offset,
    /// Bytes as characters, beside their digits.
    Ascii,
}

/// A run of safe text in one role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span<'a> {
    pub text: &'a str,
    pub role: Role,
}

/// The lines of a view. The text of a whole value stands in one string: a value of half a million short lines costs
/// three allocations.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lines {
    text: String,
    pieces: Vec<Piece>,
    ends: Vec<End>,
}

/// A run in one role, known by where it ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Piece {
    /// Byte of the text.
    end: usize,
    /// Columns on the screen.
    width: u32,
    role: Role,
}

/// Where a line ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct End {
    piece: usize,
    byte: usize,
}

/// One line, borrowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line<'a> {
    /// From the first byte of the arena to the last of this line.
    text: &'a str,
    /// The byte it begins with.
    start: usize,
    pieces: &'a [Piece],
}

/// One row of the screen after soft wrapping: what `lines.line(line)?.window(from, width)` shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// Which line.
    pub line: usize,
    /// Its first column.
    pub from: usize,
    /// How many columns.
    pub width: usize,
}

/// The longest escape: `\u{10ffff}`.
const LONGEST_ESCAPE: usize = 10;
/// Longest run, in bytes, that is walked to find a column in it.
const LONGEST_WALK: usize = 1024;

impl Lines {
    /// How many lines.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no line at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The line of this number, counted from 0.
    pub fn line(&self, number: usize) -> Option<Line<'_>> {
        let end = self.ends.get(number)?;
        let before = number.checked_sub(1).map(|before| self.ends[before]);
        let start = before.unwrap_or(End { piece: 0, byte: 0 });
        Some(Line {
            text: &self.text[..end.byte],
            start: start.byte,
            pieces: &self.pieces[start.piece..end.piece],
        })
    }

    /// All lines in order.
    pub fn iter(&self) -> impl Iterator<Item = Line<'_>> {
        (0..self.len()).filter_map(|number| self.line(number))
    }

    /// The rows of a screen of this many columns; a character too wide for it stands on a row of its own.
    pub fn wrap(&self, width: usize) -> Vec<Row> {
        let width = width.max(1);
        let mut rows = Vec::with_capacity(self.len());
        for (number, line) in self.iter().enumerate() {
            line.break_into(width, |from, width| {
                rows.push(Row {
                    line: number,
                    from,
                    width,
                });
            });
        }
        rows
    }

    /// Ends the line that was said last.
    pub(super) fn end_line(&mut self) {
        self.ends.push(End {
            piece: self.pieces.len(),
            byte: self.text.len(),
        });
    }

    /// Adds ASCII text of our own, known to be safe, to the line in the making.
    pub(super) fn add_safe(&mut self, text: &str, role: Role) {
        self.text.push_str(text);
        self.close(text.len(), role);
    }

    /// Adds safe text, cut where needed so that no run is long to walk. Widths are those of clusters, as the screen
    /// counts them.
    fn add(&mut self, text: &str, role: Role) {
        if text.is_ascii() {
            self.add_safe(text, role);
            return;
        }
        let (mut bytes, mut width) = (0, 0);
        for cluster in text.graphemes(true) {
            let columns = cluster.width();
            if columns == 0 {
                // It would not be painted at all.
                self.close(width, role);
                (bytes, width) = (0, 0);
                self.add_safe(&cluster.escape_unicode().to_string(), Role::Escape);
                continue;
            }
            self.text.push_str(cluster);
            bytes += cluster.len();
            width += columns;
            if bytes >= LONGEST_WALK {
                self.close(width, role);
                (bytes, width) = (0, 0);
            }
        }
        self.close(width, role);
    }

    /// Makes a piece of what was added since the last one.
    fn close(&mut self, width: usize, role: Role) {
        let end = self.text.len();
        let before = self.pieces.last().map_or(0, |piece| piece.end);
        let line = self.ends.last().map_or(0, |end| end.piece);
        if role == Role::Escape
            && end - before <= LONGEST_ESCAPE
            && self.pieces.len() > line
            && let Some(piece) = self.pieces.last_mut()
            && piece.role == role
            && (piece.width as usize) < LONGEST_WALK
        {
            // Escapes side by side are one run: a megabyte of them must not become a million pieces.
            piece.end = end;
            piece.width += width as u32;
            return;
        }
        if end > before {
            self.pieces.push(Piece {
                end,
                width: width as u32,
                role,
            });
        }
    }
}

impl<'a> Line<'a> {
    /// Its whole text.
    pub fn text(&self) -> &'a str {
        &self.text[self.start..]
    }

    /// Columns it takes on the screen.
    pub fn width(&self) -> usize {
        self.pieces.iter().map(|piece| piece.width as usize).sum()
    }

    /// Its runs in order.
    pub fn spans(&self) -> impl Iterator<Item = Span<'a>> {
        self.runs().map(|(span, _)| span)
    }

    /// What `width` columns show from column `from` on. A wide character cut by an edge leaves spaces.
    pub fn window(&self, from: usize, width: usize) -> Vec<Span<'a>> {
        let until = from.saturating_add(width);
        let mut shown = Vec::new();
        let mut column = 0;
        for (span, width) in self.runs() {
            let next = column + width;
            if next > from && column < until {
                span.cut(column, from, until, &mut shown);
            }
            column = next;
            if column >= until {
                break;
            }
        }
        shown
    }

    /// The runs with their widths.
    fn runs(&self) -> impl Iterator<Item = (Span<'a>, usize)> {
        let text = self.text;
        self.pieces.iter().scan(self.start, move |start, piece| {
            let run = &text[*start..piece.end];
            *start = piece.end;
            Some((
                Span {
                    text: run,
                    role: piece.role,
                },
                piece.width as usize,
            ))
        })
    }

    /// Tells first column and width of each row this line takes on a screen of `width` columns; one at least.
    fn break_into(&self, width: usize, mut row: impl FnMut(usize, usize)) {
        let (mut from, mut column) = (0, 0);
        for (span, run) in self.runs() {
            if column + run - from <= width {
                column += run;
                continue;
            }
            if span.text.is_ascii() {
                if column > from + width {
                    // A character wider than the screen stands alone.
                    row(from, column - from);
                    from = column;
                }
                let end = column + run;
                while end > from + width {
                    row(from, width);
                    from += width;
                }
                column = end;
                continue;
            }
            for cluster in span.clusters() {
                if column + cluster > from + width && column > from {
                    row(from, column - from);
                    from = column;
                }
                column += cluster;
            }
        }
        row(from, column - from);
    }
}

impl Span<'_> {
    /// Shows the part of a run between two columns; the run itself begins at `column`.
    fn cut(self, mut column: usize, from: usize, until: usize, shown: &mut Vec<Self>) {
        let role = self.role;
        if self.text.is_ascii() {
            let start = from.saturating_sub(column);
            let end = self.text.len().min(until - column);
            shown.push(Span {
                text: &self.text[start..end],
                role,
            });
            return;
        }
        let mut kept = 0..0;
        for (at, cluster) in self.text.grapheme_indices(true) {
            let next = column + cluster.width();
            if column >= from && next <= until {
                if kept.is_empty() {
                    kept = at..at;
                }
                kept.end = at + cluster.len();
            } else {
                shown.extend((!kept.is_empty()).then(|| Span {
                    text: &self.text[kept.clone()],
                    role,
                }));
                kept = 0..0;
                let visible = next.min(until).saturating_sub(column.max(from));
                shown.extend((0..visible).map(|_| Span { text: " ", role }));
            }
            column = next;
        }
        shown.extend((!kept.is_empty()).then(|| Span {
            text: &self.text[kept],
            role,
        }));
    }

    /// The widths of its characters as a person sees them.
    fn clusters(self) -> impl Iterator<Item = usize> {
        self.text.graphemes(true).map(UnicodeWidthStr::width)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
