//! Replies cut anywhere, with any bytes: the driver reads them all.
use proptest::prelude::*;
use redis::Value;

use super::*;
use crate::server::pieces::{self, Pieces};

/// Everything the driver gets, read with so much room at a time.
fn heard(pieces: Vec<Vec<u8>>, room: usize) -> Vec<u8> {
    pieces::read(Legible::new(Pieces(pieces.into())), room)
}

/// What a server says.
#[derive(Clone, Debug)]
enum Said {
    Error(Vec<u8>),
    Status(Vec<u8>),
    Bulk(Vec<u8>),
    Verbatim(Vec<u8>),
    Nil,
    Int(i64),
    Array(Vec<Self>),
}

fn wire(said: &Said, out: &mut Vec<u8>) {
    let valued = |form: u8, format: &[u8], value: &[u8], out: &mut Vec<u8>| {
        let head = format!("{}{}\r\n", char::from(form), format.len() + value.len());
        out.extend([head.as_bytes(), format, value, b"\r\n"].concat());
    };
    match said {
        Said::Error(text) => out.extend([b"-ERR ", text.as_slice(), b"\r\n"].concat()),
        Said::Status(text) => out.extend([b"+", text.as_slice(), b"\r\n"].concat()),
        Said::Bulk(value) => valued(b'$', b"", value, out),
        Said::Verbatim(value) => valued(b'=', b"txt:", value, out),
        Said::Nil => out.extend_from_slice(b"$-1\r\n"),
        Said::Int(number) => out.extend(format!(":{number}\r\n").into_bytes()),
        Said::Array(items) => {
            out.extend(format!("*{}\r\n", items.len()).into_bytes());
            for item in items {
                wire(item, out);
            }
        }
    }
}

fn is(said: &Said, value: &Value) -> bool {
    match (said, value) {
        (Said::Error(text), Value::ServerError(error)) => {
            bytes(error.details().unwrap_or_default()) == *text
        }
        (Said::Status(text), Value::SimpleString(got)) => bytes(got) == *text,
        (Said::Status(text), Value::Okay) => text == b"OK",
        (Said::Bulk(value) | Said::Verbatim(value), Value::BulkString(got)) => value == got,
        (Said::Nil, Value::Nil) => true,
        (Said::Int(number), Value::Int(got)) => number == got,
        (Said::Array(items), Value::Array(got)) => {
            items.len() == got.len() && items.iter().zip(got).all(|(said, got)| is(said, got))
        }
        _ => false,
    }
}

/// Any bytes, those often that end lines, begin forms and stand in or around characters.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        any::<char>().prop_map(|c| c.to_string().into_bytes()),
        prop::sample::select(vec![
            "\r",
            "\n",
            "$5\r\n",
            "\u{10ff80}",
            "\u{10ffff}",
            "é",
            "=4\r\n"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        "[ -~]{0,12}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

/// What can stand in a line: anything but its end.
fn line_bytes() -> impl Strategy<Value = Vec<u8>> {
    any_bytes().prop_map(|mut line| {
        while let Some(at) = line.windows(2).position(|two| two == b"\r\n") {
            line.remove(at);
        }
        if line.ends_with(b"\r") {
            line.pop();
        }
        line
    })
}

fn said() -> impl Strategy<Value = Said> {
    let leaf = prop_oneof![
        line_bytes().prop_map(Said::Error),
        line_bytes().prop_map(Said::Status),
        any_bytes().prop_map(Said::Bulk),
        any_bytes().prop_map(Said::Verbatim),
        Just(Said::Nil),
        any::<i64>().prop_map(Said::Int),
    ];
    leaf.prop_recursive(3, 12, 4, |item| {
        prop::collection::vec(item, 0..4).prop_map(Said::Array)
    })
}

proptest! {
    #[test]
    fn whatever_a_server_says_arrives_however_it_is_cut(
        replies in prop::collection::vec(said(), 1..5),
        cuts in prop::collection::vec(1usize..9, 1..40),
        room in 1usize..40,
    ) {
        let mut stream = Vec::new();
        for said in &replies {
            wire(said, &mut stream);
        }
        let mut pieces = Vec::new();
        let mut rest = stream.as_slice();
        for cut in cuts.iter().cycle() {
            let (piece, after) = rest.split_at(rest.len().min(*cut));
            pieces.push(piece.to_vec());
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        let got = heard(pieces, room);
        // All of them as one array, which the driver's parser takes in one go.
        let all = [format!("*{}\r\n", replies.len()).into_bytes(), got].concat();
        let value = redis::parse_redis_value(&all).unwrap();
        prop_assert!(is(&Said::Array(replies), &value), "{value:?}");
    }
}

#[test]
fn what_the_driver_can_read_is_neither_changed_nor_copied() {
    let stream = b"*3\r\n$4\r\n\xff\r\n+\r\n+OK\r\n-ERR a\rb\nc\r\n$-1\r\n:12\r\n%0\r\n_\r\n";
    let mut frame = Frame::default();
    assert!(stream.iter().all(|byte| frame.mend(&[*byte]).is_none()));
    assert_eq!(Frame::default().mend(stream), None);
    assert_eq!(heard(vec![stream.to_vec()], 7), stream);
}

#[test]
fn what_is_no_reply_passes_as_it_is() {
    for stream in [
        &b"HTTP/1.1 400 \xff\r\n+\xff\r\n"[..],
        b"$1x\r\n+\xff\r\n",
        b"=1\r\n+\xff\r\n",
    ] {
        assert_eq!(heard(vec![stream.to_vec()], 64), stream);
    }
}
