//! The rows that are held: whole pages around the cursor, and the way back to those before them.
use std::collections::{HashSet, VecDeque};

use crate::model::kinds::{Kind, Mark, PAGE, Page, Row};

/// The most rows that are held, unless one page brings more.
pub const ROWS: usize = 1_000;
/// Rows behind the cursor that stay when others are let go: more than any screen shows.
pub const AROUND: usize = 300;
/// The most bytes that are held, unless one page brings more.
const BYTES: usize = 8 * 1024 * 1024;

/// A run of pages without gaps.
#[derive(Default)]
pub struct Window {
    pub rows: Vec<Row>,
    /// Where the rest begins; `None` at the end.
    pub next: Option<Mark>,
    /// The indexes that are covered, where rows have them.
    span: Option<(u64, u64)>,
    /// Whether a page can be asked for by the index of its first row alone.
    by_index: bool,
    pages: VecDeque<Held>,
    /// Pages that were let go before the first one, the nearest last: a cursor cannot be counted back.
    trail: Vec<Gone>,
    /// How many rows the trail had.
    passed: u64,
    /// Answers since the beginning.
    answers: usize,
}

/// A page that is held.
struct Held {
    /// Where it begins; `None` is the beginning of the value.
    from: Option<Mark>,
    rows: usize,
    bytes: usize,
}

/// A page that was let go.
struct Gone {
    from: Option<Mark>,
    rows: usize,
}

/// What to ask for to hold the page before the first one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Before {
    pub from: Option<Mark>,
    /// The place at which the first page begins.
    pub until: u64,
    pub count: u32,
}

/// Whether what is looked at is narrowed by a pattern: rows have gaps between them then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Narrowed {
    Yes,
    No,
}

impl Window {
    /// Holds this page alone, and no way back but by index.
    pub fn renew(&mut self, page: &Page, from: Option<Mark>, narrowed: Narrowed) {
        self.by_index = page.span.is_some() && narrowed == Narrowed::No;
        self.trail = Vec::new();
        self.passed = 0;
        self.answers = 0;
        self.replace(page, from);
    }

    /// Holds this page in place of all that is held; the way back stays.
    pub fn replace(&mut self, page: &Page, from: Option<Mark>) {
        self.rows.clone_from(&page.rows);
        self.pages.clear();
        self.pages.push_back(Held {
            from,
            rows: self.rows.len(),
            bytes: self.rows.iter().map(bytes).sum(),
        });
        self.next = page.next;
        self.span = page.span;
        self.answers += 1;
    }

    /// Holds a page behind the last one. A cursor may give an element twice; what is held is not held again.
    pub fn append(&mut self, page: &Page, from: Option<Mark>, kind: &dyn Kind) {
        let new = self.new_rows(&page.rows, kind);
        self.next = page.next;
        self.span = page.span;
        self.answers += 1;
        // A page in which nothing was found makes the one before it longer.
        if !new.is_empty() {
            self.pages.push_back(Held {
                from,
                rows: new.len(),
                bytes: new.iter().map(bytes).sum(),
            });
            self.rows.extend(new);
        }
    }

    /// Holds a page before the first one; tells how many rows it brought.
    pub fn prepend(&mut self, rows: &[Row], from: Option<Mark>, kind: &dyn Kind) -> usize {
        let new = self.new_rows(rows, kind);
        let count = new.len();
        if let Some(gone) = self.trail.pop() {
            self.passed = self.passed.saturating_sub(gone.rows as u64);
        }
        self.pages.push_front(Held {
            from,
            rows: count,
            bytes: new.iter().map(bytes).sum(),
        });
        self.rows.splice(..0, new);
        count
    }

    /// The rows were read so many milliseconds before what is read now.
    pub fn age(&mut self, millis: u64) {
        for left in self.rows.iter_mut().filter_map(|row| row.left.as_mut()) {
            *left = left.saturating_sub(millis);
        }
    }

    fn new_rows(&self, rows: &[Row], kind: &dyn Kind) -> Vec<Row> {
        let held: HashSet<_> = self.rows.iter().map(|row| kind.identity(row)).collect();
        let new = rows
            .iter()
            .filter(|row| !held.contains(&kind.identity(row)));
        new.cloned().collect()
    }

    /// Lets pages before this row go, until no more is held than may be; tells how many rows went.
    pub fn shed_before(&mut self, row: usize) -> usize {
        self.let_go(row, Self::is_over)
    }

    /// Lets all pages go that end before this row; tells how many rows went.
    pub fn drop_before(&mut self, row: usize) -> usize {
        self.let_go(row, |_| true)
    }

    /// Lets pages that end before this row go while that is wanted; one always stays.
    fn let_go(&mut self, row: usize, wanted: impl Fn(&Self) -> bool) -> usize {
        let mut went = 0;
        while wanted(self) && self.pages.len() > 1 {
            let ends = self.pages.front().map_or(0, |page| went + page.rows);
            if ends > row {
                break;
            }
            went += self.drop_first();
        }
        self.rows.drain(..went.min(self.rows.len()));
        went
    }

    fn drop_first(&mut self) -> usize {
        let Some(page) = self.pages.pop_front() else {
            return 0;
        };
        if !self.by_index {
            self.passed += page.rows as u64;
            self.trail.push(Gone {
                from: page.from,
                rows: page.rows,
            });
        }
        page.rows
    }

    /// Lets pages behind this row go, until no more is held than may be.
    pub fn shed_behind(&mut self, row: usize) {
        while self.is_over()
            && self.pages.len() > 1
            && let Some(page) = self.pages.back()
            && self.rows.len() - page.rows.min(self.rows.len()) > row
        {
            self.rows.truncate(self.rows.len() - page.rows);
            self.next = page.from;
            self.pages.pop_back();
        }
    }

    fn is_over(&self) -> bool {
        let held: usize = self.pages.iter().map(|page| page.rows).sum();
        held > ROWS || self.pages.iter().map(|page| page.bytes).sum::<usize>() > BYTES
    }

    /// Whether all of it can be read again in one answer.
    pub fn is_light(&self) -> bool {
        const ANSWER: usize = 1024 * 1024;
        self.rows.len() <= ROWS && self.pages.iter().map(|page| page.bytes).sum::<usize>() <= ANSWER
    }

    /// Where the first page begins.
    pub fn from(&self) -> Option<Mark> {
        self.pages.front().and_then(|page| page.from)
    }

    /// Whether all that was seen came in one answer.
    pub fn came_at_once(&self) -> bool {
        self.answers <= 1
    }

    /// What to ask for to go back.
    pub fn before(&self) -> Option<Before> {
        let until = self.from()?.place();
        if !self.by_index {
            let gone = self.trail.last()?;
            return Some(Before {
                from: gone.from,
                until,
                count: (gone.rows as u32).clamp(PAGE, ROWS as u32),
            });
        }
        let (first, _) = self.span?;
        let from = until.saturating_sub(u64::from(PAGE)).max(first);
        (from < until).then(|| Before {
            from: Some(Mark::Index(from)),
            until,
            count: (until - from) as u32,
        })
    }

    /// The last index covered and one more, where pages can be asked for by index.
    pub fn end(&self) -> Option<u64> {
        self.span.filter(|_| self.by_index).map(|(_, end)| end)
    }

    /// How many of the rows looked at stand before the first one held.
    pub fn passed(&self) -> u64 {
        match (self.by_index, self.from(), self.span) {
            (true, Some(from), Some((first, _))) => from.place().saturating_sub(first),
            _ => self.passed,
        }
    }

    /// How many rows there are in all, as far as is known; `total` are those of the whole value.
    pub fn of(&self, total: Option<u64>, narrowed: Narrowed) -> u64 {
        let known = self.passed().saturating_add(self.rows.len() as u64);
        let all = match (narrowed, self.span, total) {
            (Narrowed::Yes, ..) => 0,
            (Narrowed::No, Some((first, end)), _) => end.saturating_sub(first),
            (Narrowed::No, None, total) => total.unwrap_or(0),
        };
        known.max(if self.next.is_some() { all } else { 0 })
    }

    /// Which share of the whole has been walked, 0 to 1.
    pub fn share(&self) -> f64 {
        match (self.next, self.span) {
            (None, _) => 1.0,
            (Some(mark @ Mark::Cursor(_)), _) => mark.place() as f64 / 2.0_f64.powi(64),
            (Some(mark), Some((first, end))) => {
                let walked = mark.place().saturating_sub(first);
                walked as f64 / end.saturating_sub(first).max(1) as f64
            }
            (Some(_), None) => 0.0,
        }
    }

    /// Puts another version of a row in its place, or takes it out.
    pub fn refresh(&mut self, at: usize, row: Option<Row>) {
        match (self.rows.get_mut(at), row) {
            (Some(held), Some(row)) => *held = row,
            (Some(_), None) => {
                self.rows.remove(at);
                let mut first = 0;
                for page in &mut self.pages {
                    first += page.rows;
                    if at < first {
                        page.rows -= 1;
                        break;
                    }
                }
            }
            (None, _) => {}
        }
    }
}

/// What a row takes in memory.
fn bytes(row: &Row) -> usize {
    const OVERHEAD: usize = 64;
    OVERHEAD + row.cells.iter().map(Vec::len).sum::<usize>()
}

#[cfg(test)]
mod tests;
