//! What a hostile server, file or clipboard could hold: bytes, texts and replies made to break readers and screens.
use keygrove::model::Reply;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces that mean something to a terminal, to Unicode, to Redis or to our own escapes.
const PIECES: &[&[u8]] = &[
    b"\x1b[2J",
    b"\x1b]52;c;ZXZpbA==\x07",
    b"\x1bP1$r\x1b\\",
    b"\x9b31m",
    b"\xc2\x9b31m",
    b"\r\n",
    b"\n",
    b"\t",
    b"\0",
    b"\x08\x08",
    b"\x7f",
    b"\x0e",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\x80",
    "\u{202e}".as_bytes(),
    "\u{2066}".as_bytes(),
    "\u{200b}".as_bytes(),
    "\u{200d}".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{fe0f}".as_bytes(),
    "\u{e0041}".as_bytes(),
    "\u{ad}".as_bytes(),
    "\u{2028}".as_bytes(),
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}".as_bytes(),
    "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}".as_bytes(),
    "\u{1f1e9}\u{1f1ea}".as_bytes(),
    "\u{1100}\u{1161}".as_bytes(),
    "日本".as_bytes(),
    "ﷺ".as_bytes(),
    b"\\",
    b"\\x1",
    b"\\u{",
    b"\\u{202e}",
    b":",
    b"::",
    b" ",
    b"\"",
    b"'",
    b"{",
    b"[1,",
    b"-0",
    b"1e999",
    b"-inf",
    b"nan",
    b"9223372036854775808",
    b"*",
    b"[^-",
];

/// Bytes as nobody would type them; a few are long.
pub fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => select(PIECES).prop_map(<[u8]>::to_vec),
        2 => "[a-z0-9:]{1,6}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 1..6),
        1 => any::<char>().prop_map(|c| c.to_string().into_bytes()),
    ];
    let pieces = prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    prop_oneof![
        20 => pieces.clone(),
        1 => (pieces, 1..400_usize).prop_map(|(bytes, times)| bytes.repeat(times)),
    ]
}

/// The same as text; what is no UTF-8 is replaced.
pub fn text() -> impl Strategy<Value = String> {
    bytes().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Numbers at which counting goes wrong.
pub fn number() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => -2..6_i64,
        1 => any::<i64>(),
        1 => select(vec![i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1, 1 << 32, (1 << 53) + 1]),
    ]
}

fn leaf() -> impl Strategy<Value = Reply> {
    prop_oneof![
        1 => Just(Reply::Nil),
        1 => text().prop_map(Reply::Status),
        2 => number().prop_map(Reply::Int),
        1 => any::<f64>().prop_map(Reply::Double),
        1 => Just(Reply::Double(f64::NAN)),
        1 => any::<bool>().prop_map(Reply::Bool),
        4 => bytes().prop_map(Reply::Bytes),
        2 => number().prop_map(|number| Reply::Bytes(number.to_string().into_bytes())),
        1 => (select(vec!["ERR", "NOPERM", "WRONGTYPE", "LOADING", "MOVED", ""]), text())
            .prop_map(|(code, text)| Reply::Error { code: code.into(), text }),
    ]
}

/// A reply of any shape.
pub fn reply() -> impl Strategy<Value = Reply> {
    leaf().prop_recursive(4, 48, 8, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 0..8).prop_map(Reply::Array),
            // What SCAN, HSCAN and the like answer, with anything in it.
            1 => (any::<u64>(), inner.clone()).prop_map(|(cursor, found)| {
                Reply::Array(vec![Reply::Bytes(cursor.to_string().into_bytes()), found])
            }),
            1 => prop::collection::vec((inner.clone(), inner), 0..4).prop_map(Reply::Map),
        ]
    })
}

/// A reply that is almost this one: at one place something else stands, or something is missing or twice there.
pub fn nearly(reply: Reply) -> impl Strategy<Value = Reply> {
    (any::<prop::sample::Index>(), 0..4_u8, leaf()).prop_map(move |(at, how, other)| {
        let mut reply = reply.clone();
        let mut left = at.index(size(&reply));
        bend(&mut reply, &mut left, how, &other);
        reply
    })
}

/// How many replies there are in it.
fn size(reply: &Reply) -> usize {
    1 + match reply {
        Reply::Array(items) => items.iter().map(size).sum(),
        Reply::Map(pairs) => pairs
            .iter()
            .map(|(key, value)| size(key) + size(value))
            .sum(),
        _ => 0,
    }
}

/// Bends the one that comes after `left` others; tells whether it was in here.
fn bend(reply: &mut Reply, left: &mut usize, how: u8, other: &Reply) -> bool {
    if *left == 0 {
        match (how, &mut *reply) {
            (1, Reply::Array(items)) => drop(items.pop()),
            (2, Reply::Array(items)) => items.extend(items.last().cloned()),
            (3, _) => *reply = Reply::Array(vec![reply.clone()]),
            _ => *reply = other.clone(),
        }
        return true;
    }
    *left -= 1;
    match reply {
        Reply::Array(items) => items.iter_mut().any(|item| bend(item, left, how, other)),
        Reply::Map(pairs) => pairs
            .iter_mut()
            .any(|(key, value)| bend(key, left, how, other) || bend(value, left, how, other)),
        _ => false,
    }
}
