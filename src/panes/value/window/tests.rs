//! The run of rows that is held of a collection.
use proptest::prelude::*;

use super::*;
use crate::model::kinds;

const ALL: usize = 3_000;

fn row(at: usize) -> Row {
    Row::new(vec![at.to_string().into_bytes(), Vec::new()], at as u64)
}

/// How a value is walked: by index, or by a cursor that can only be followed.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Way {
    Index,
    Cursor,
}

impl Way {
    fn mark(self, at: usize) -> Mark {
        match self {
            Self::Index => Mark::Index(at as u64),
            Self::Cursor => Mark::Cursor(((at as u64) << 40).reverse_bits()),
        }
    }

    fn at(self, mark: Option<Mark>) -> usize {
        let place = mark.map_or(0, Mark::place);
        (if self == Self::Index {
            place
        } else {
            place >> 40
        }) as usize
    }

    fn page(self, from: Option<Mark>, count: usize) -> Page {
        let start = self.at(from);
        let end = (start + count).min(ALL);
        Page {
            rows: (start..end).map(row).collect(),
            next: (end < ALL).then(|| self.mark(end)),
            total: Some(ALL as u64),
            span: (self == Self::Index).then_some((0, ALL as u64)),
        }
    }

    fn kind(self) -> &'static dyn Kind {
        kinds::of(if self == Self::Index { "list" } else { "hash" })
    }
}

/// Asks for what stands before, as often as pages of this size need it.
fn go_back(window: &mut Window, way: Way, size: usize) {
    let Some(before) = window.before() else {
        return;
    };
    let (mut from, mut rows) = (before.from, Vec::new());
    loop {
        let page = way.page(from, size.min(before.count as usize));
        rows.extend(page.rows);
        match page.next.filter(|next| next.place() < before.until) {
            Some(next) => from = Some(next),
            None => break,
        }
    }
    window.prepend(&rows, before.from, way.kind());
    window.shed_behind(AROUND);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_held_is_a_run_without_gaps(
        way in prop_oneof![Just(Way::Index), Just(Way::Cursor)],
        sizes in prop::collection::vec((1_usize..400, prop::bool::weighted(0.6)), 1..60),
    ) {
        let kind = way.kind();
        let mut window = Window::default();
        window.renew(&way.page(None, 200), None, Narrowed::No);
        for (size, forward) in sizes {
            match window.next.filter(|_| forward) {
                Some(next) => {
                    window.append(&way.page(Some(next), size), Some(next), kind);
                    window.shed_before(window.rows.len().saturating_sub(AROUND));
                }
                None => go_back(&mut window, way, size),
            }
            let first = window.passed() as usize;
            let expected: Vec<Row> = (first..first + window.rows.len()).map(row).collect();
            prop_assert_eq!(&window.rows, &expected);
            prop_assert!(window.rows.len() <= ROWS + 400 + AROUND);
            prop_assert_eq!(window.next.map_or(ALL, |next| way.at(Some(next))), first + window.rows.len());
        }
        while window.before().is_some() {
            go_back(&mut window, way, 150);
        }
        prop_assert_eq!(window.passed(), 0);
        prop_assert_eq!(window.rows.first(), Some(&row(0)));
    }
}

#[test]
fn what_is_big_is_held_in_fewer_rows() {
    let big = |at: usize| Row::new(vec![at.to_string().into_bytes(), vec![0; 1024 * 1024]], 0);
    let page = |from: usize| Page {
        rows: (from..from + 4).map(big).collect(),
        next: Some(Way::Cursor.mark(from + 4)),
        ..Page::default()
    };
    let mut window = Window::default();
    window.renew(&page(0), None, Narrowed::No);
    for at in (4..40).step_by(4) {
        let from = Some(Way::Cursor.mark(at));
        window.append(&page(at), from, Way::Cursor.kind());
        window.shed_before(window.rows.len() - 1);
        assert!(window.rows.len() <= 8, "{}", window.rows.len());
    }
    assert_eq!(window.passed(), 36);
}
