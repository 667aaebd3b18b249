//! What the driver reads through it is what it would have read, however it comes; only lists come in one piece.
#![expect(clippy::unwrap_used, reason = "a test may")]
use std::collections::VecDeque;

use proptest::prelude::*;
use redis::Value;

use super::*;
use crate::model::{Cmd, Reply};
use crate::server::pieces::{self, Pieces};
use crate::server::wire;

/// Everything the driver gets of what comes in pieces of these sizes, read with so much room at a time.
fn heard(stream: &[u8], cuts: &[usize], room: usize) -> Vec<u8> {
    let (mut pieces, mut rest) = (VecDeque::new(), stream);
    for cut in cuts.iter().cycle() {
        let (piece, after) = rest.split_at(rest.len().min(*cut));
        if piece.is_empty() {
            break;
        }
        pieces.push_back(piece.to_vec());
        rest = after;
    }
    pieces::read(Packed::new(Pieces(pieces)), room)
}

/// The first reply in there, in our words, as it is told to whoever sent this.
fn first(stream: &[u8], cmd: &str) -> Option<Reply> {
    let value = redis::parse_redis_value(stream).ok()?;
    Some(wire::answer(&Cmd::new(cmd), value))
}

fn bulk() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        prop::sample::select(vec![
            &b"\r\n"[..],
            b"$1\r\na\r\n",
            b"*1\r\n",
            b"|0\r\n",
            b""
        ])
        .prop_map(<[u8]>::to_vec),
    ];
    value.prop_map(|value| {
        let head = format!("${}\r\n", value.len()).into_bytes();
        [head, value, b"\r\n".to_vec()].concat()
    })
}

/// A reply of any form.
fn said() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        "[ -~]{0,9}",
        prop::sample::select(vec!["a\n*1", "\n$1", "\r\r", "\r*2\n", "OK"]).prop_map(str::to_owned),
    ];
    let text = text.prop_map(|text| text.trim_end_matches('\r').to_owned());
    let line = (prop::sample::select(vec!["+", "-ERR ", "-MOVED 1 "]), text)
        .prop_map(|(form, text)| format!("{form}{text}\r\n").into_bytes());
    let short = prop::sample::select(vec![
        "$-1\r\n",
        "*-1\r\n",
        "*0\r\n",
        ":12\r\n",
        "_\r\n",
        ",0.5\r\n",
        "#t\r\n",
        "(12\r\n",
        "%0\r\n",
        "~0\r\n",
        "!5\r\nERR x\r\n",
    ])
    .prop_map(|short| short.as_bytes().to_vec());
    let list = prop::collection::vec(bulk(), 0..6);
    let list = list.prop_map(|items| of('*', items.len(), &items));
    let leaf = prop_oneof![3 => bulk(), 3 => list, 1 => line, 1 => short];
    leaf.prop_recursive(3, 16, 4, |item| {
        let items = || prop::collection::vec(item.clone(), 0..5);
        prop_oneof![
            4 => items().prop_map(|items| of('*', items.len(), &items)),
            1 => items().prop_map(|items| of('~', items.len(), &items)),
            1 => items().prop_map(|mut items| {
                items.truncate(items.len() / 2 * 2);
                of('%', items.len() / 2, &items)
            }),
        ]
    })
}

fn of(form: char, count: usize, items: &[Vec<u8>]) -> Vec<u8> {
    [format!("{form}{count}\r\n").into_bytes(), items.concat()].concat()
}

/// What may be a reply, and mostly is none.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let bits = vec![
        "*1\r\n",
        "*2\r\n",
        "*3\r\n",
        "$1\r\n",
        "$3\r\n",
        "$-1\r\n",
        "*-1\r\n",
        "*-2\r\n",
        "$+1\r\n",
        "* 1\r\n",
        "*1x\r\n",
        "$\r\n",
        "*\r\n",
        "$1\n",
        "a",
        "abc",
        "\r",
        "\n",
        "\r\n",
        "-ERR ",
        "+",
        ":1\r\n",
        "%1\r\n",
        "~1\r\n",
        "|1\r\n",
        "$00001\r\n",
        "$99999999999999999999\r\n",
        "*9999999999\r\n",
        "!1\r\n",
        "HTTP/1.1 400\r\n",
    ];
    prop::collection::vec(prop::sample::select(bits), 0..12)
        .prop_map(|bits| bits.concat().into_bytes())
}

proptest! {
    #[test]
    fn a_reply_is_the_same_however_it_comes(
        before in said(),
        reply in said(),
        cuts in prop::collection::vec(1_usize..40, 1..9),
        room in 1_usize..40,
    ) {
        let stream = [before.clone(), reply.clone()].concat();
        let both = [b"*2\r\n".to_vec(), heard(&stream, &cuts, room)].concat();
        let plain = [b"*2\r\n".to_vec(), stream].concat();
        prop_assert!(first(&plain, "GET").is_some());
        prop_assert_eq!(first(&both, "GET"), first(&plain, "GET"));
    }

    #[test]
    fn what_the_driver_can_read_it_can_still_read(
        soup in soup(),
        cuts in prop::collection::vec(1_usize..9, 1..9),
    ) {
        let got = heard(&soup, &cuts, 64);
        if let Some(reply) = first(&soup, "GET") {
            prop_assert_eq!(first(&got, "GET"), Some(reply));
        }
    }

    #[test]
    fn the_names_of_a_page_come_in_one_piece(
        names in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 1..30),
        cuts in prop::collection::vec(1_usize..90, 1..9),
    ) {
        let bulk = |name: &Vec<u8>| [format!("${}\r\n", name.len()).as_bytes(), name, b"\r\n"].concat();
        let page: Vec<Vec<u8>> = names.iter().map(bulk).collect();
        let page = [b"*2\r\n$1\r\n7\r\n".to_vec(), of('*', page.len(), &page)].concat();
        let got = heard(&page, &cuts, 64);
        let names = Reply::Names(names.iter().collect());
        prop_assert_eq!(first(&got, "SCAN"), Some(Reply::Array(vec![Reply::Bytes(b"7".to_vec()), names])));
    }
}

#[test]
fn a_list_is_one_value_to_the_driver_unless_it_is_too_long_to_be_held_back() {
    let short = of(
        '*',
        3,
        &[
            b"$1\r\na\r\n".to_vec(),
            b"$0\r\n\r\n".to_vec(),
            b"$1\r\nb\r\n".to_vec(),
        ],
    );
    let value = redis::parse_redis_value(&heard(&short, &[7], 64)).unwrap();
    let Value::Attribute { data, attributes } = value else {
        unreachable!("{value:?}")
    };
    assert!(attributes.is_empty());
    assert!(matches!(*data, Value::BulkString(items) if short.ends_with(&items)));
    let item = [
        b"$700000\r\n".to_vec(),
        vec![b'x'; 700_000],
        b"\r\n".to_vec(),
    ]
    .concat();
    let long = of('*', 2, &[item.clone(), item]);
    assert_eq!(heard(&long, &[50_000], 1_000), long);
}

#[test]
fn what_breaks_off_goes_as_it_is() {
    for stream in [
        &b"*3\r\n$1\r\na\r\n$5\r\nab"[..],
        b"*1",
        b"$",
        b"-ERR x\r",
        b"*2\r\n$1",
    ] {
        assert_eq!(heard(stream, &[3], 64), stream);
    }
}
