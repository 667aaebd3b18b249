//! Kinds make sense of any reply and of anything typed, or say what is wrong.
use keygrove::model::kinds::{self, Kind, Look, Mark, Order, Shape, Verb};
use keygrove::model::{Pattern, Reply};
use proptest::prelude::*;

/// Any tree of replies, in which the small ones that a page is made of are frequent.
fn reply() -> impl Strategy<Value = Reply> {
    let leaf = prop_oneof![
        Just(Reply::Nil),
        ".{0,4}".prop_map(Reply::Status),
        any::<i64>().prop_map(Reply::Int),
        (0..5_i64).prop_map(Reply::Int),
        any::<f64>().prop_map(Reply::Double),
        any::<bool>().prop_map(Reply::Bool),
        prop::collection::vec(any::<u8>(), 0..4).prop_map(Reply::Bytes),
        any::<u64>().prop_map(|number| Reply::Bytes(number.to_string().into_bytes())),
        Just(Reply::Error {
            code: "ERR".into(),
            text: "no".into()
        }),
    ];
    leaf.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Reply::Array),
            prop::collection::vec((inner.clone(), inner), 0..3).prop_map(Reply::Map),
        ]
    })
}

fn look() -> impl Strategy<Value = Look> {
    let mark = prop_oneof![
        any::<u64>().prop_map(Mark::Cursor),
        any::<u64>().prop_map(Mark::Index)
    ];
    let filter = prop::option::of(Just(Pattern::new(b"a*").unwrap()));
    let order = prop_oneof![Just(Order::Ascending), Just(Order::Descending)];
    let scores = prop::option::of(Just(("(1".to_owned(), "inf".to_owned())));
    (filter, order, scores, prop::option::of(mark), any::<u32>()).prop_map(
        |(filter, order, scores, from, count)| Look {
            filter,
            order,
            scores,
            from,
            count,
        },
    )
}

fn kind() -> impl Strategy<Value = &'static str> {
    prop::sample::select(
        &[
            "string",
            "hash",
            "list",
            "set",
            "zset",
            "stream",
            "ReJSON-RL",
        ][..],
    )
}

/// How many cells a row has.
fn headings(kind: &dyn Kind) -> usize {
    match kind.shape() {
        Shape::Text => 1,
        Shape::Grid(headings) => headings.len(),
    }
}

fn verb() -> impl Strategy<Value = Verb> {
    use Verb::{Add, Create, Edit, Increment, Pop, Remove, RemoveValue, Rename, Reset};
    prop::sample::select(
        &[
            Create,
            Add,
            Edit,
            Rename,
            Increment,
            Remove,
            Pop,
            RemoveValue,
            Reset,
        ][..],
    )
}

proptest! {
    #![proptest_config(super::cases::config(1000))]

    #[test]
    fn any_replies_are_a_page_or_a_sentence(
        kind in kind(),
        look in look(),
        replies in prop::collection::vec(reply(), 0..4),
    ) {
        let kind = kinds::of(kind);
        let headings = headings(kind);
        prop_assert!(kind.page(&"k".into(), &look).len() <= 4);
        match kind.read(&look, &replies) {
            Ok(page) => prop_assert!(page.rows.iter().all(|row| row.cells.len() == headings)),
            Err(odd) => prop_assert!(!odd.to_string().is_empty()),
        }
    }

    #[test]
    fn anything_typed_is_a_change_or_a_sentence(
        kind in kind(),
        verb in verb(),
        row in prop::option::of((prop::collection::vec(any::<Vec<u8>>(), 0..3), any::<u64>())),
        typed in prop::collection::vec(any::<Vec<u8>>(), 0..3),
    ) {
        let row = row.map(|(cells, at)| kinds::Row { cells, at, left: None });
        let kind = kinds::of(kind);
        let form = kind.form(verb, row.as_ref());
        let complete = row.as_ref().is_none_or(|row| row.cells.len() >= headings(kind));
        match kind.change(&"k".into(), verb, row.as_ref(), &typed) {
            Ok(change) => {
                prop_assert!(!change.cmds.is_empty());
                prop_assert!(form.is_some() || !complete, "no form for {:?}", change);
            }
            Err(refusal) => prop_assert!(!refusal.why.is_empty()),
        }
    }
}
