//! Payloads of DUMP: whatever the bytes, they are contents that are not much bigger, or a sentence.
use keygrove::model::dump::{Contents, read, rebuild};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{config, hostile};

/// Bodies as servers wrote them, with their type bytes.
const BODIES: &[&[u8]] = &[
    b"\x00\x05hello",
    b"\x00\xc2`y\xfe\xff",
    b"\x00\xc3\x09(\x01aa\xe0\x1b\x00\x01aa",
    b"\x01\x02\x01a\xc0\x07",
    b"\x02\x02\x01a\x01b",
    b"\x03\x03\x01a\x031.5\x01b\xfe\x01c\xff",
    b"\x04\x02\x01f\x01v\x01n\xc0\x0c",
    b"\x05\x02\x01a\x00\x00\x00\x00\x00\x00\xf8?\x01b\x00\x00\x00\x00\x00\x00\xf0\xff",
    b"\x0b\x14\x04\x00\x00\x00\x03\x00\x00\x00\xfe\xff\xff\xff\x01\x00\x00\x00p\x11\x01\x00",
    b"\x0c\xc309\x049\x00\x00\x003 \x03\x10\x08\x00\x00\x01b\x03\xfe\xfe\x03\x01d\x03\x130.10\xe0\x05\x00\x111\x15\x01a\x03\x031.5\x05\x01c\x03\x03inf\xff",
    b"\x0e\x01\xc3?@~\x04~\x00\x00\x004 \x03\x1e\x09\x00\x00\x01a\x03\xf2\x02\xc0\xc8\x00\x04\xfe\xfb\x03\xf0p\x11\x01\x05\xf0@KL\x05\xe0\x00\xa2/M\xff \x00\x06\x0a\xe0\x14\x1a\x99\xbe\x1c +\x03\x0a@Fb\xe0;\x00\x01b\xff",
    b"\x10\x12\x12\x00\x00\x00\x04\x00\x81f\x02\x81v\x02\x81n\x02\x0c\x01\xff",
    b"\x11%%\x00\x00\x00\x08\x00\x81b\x02\xdf\xfe\x02\x81d\x02\x830.1\x04\x81a\x02\x831.5\x04\x81c\x02\x83inf\x04\xff",
    b"\x12\x01\x02\xc39@y\x1fy\x00\x00\x00\x09\x00\x81a\x02\x01\x01\xc0\xc8\x02\xdf\xfb\x02\xf2p\x11\x01\x04\xf2@KL\x04\xf4\x00\xa2/M\x00\xff \x00\x06\x09\xf4\x14\x1a\x99\xbe\x1c@)\x02\xe0Fb\xe0<\x00\x01H\xff",
    b"\x14\x0d\x0d\x00\x00\x00\x02\x00\x81a\x02\x81b\x02\xff",
    b"\x16\x02\x01f\x01v\xff\x1fJ\xa9\xd1\x01\x00\x00\x01g\x01w\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x18\xff\x1fJ\xa9\xd1\x01\x00\x00\x03\x01\x01f\x01vC\xe9\x01h\xc0\x07\x00\x01g\x01w",
    b"\x19\xff\x1fJ\xa9\xd1\x01\x00\x00&&\x00\x00\x00\x09\x00\x81f\x02\x81v\x02\xf4\xff\x1fJ\xa9\xd1\x01\x00\x00\x09\x81g\x02\x81w\x02\x00\x01\x81h\x02\x07\x01\x00\x01\xff",
    b"\x0f\x01\x10\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x1d",
];

/// One thing done to a body.
#[derive(Clone, Debug)]
enum Harm {
    Put(Index, Vec<u8>),
    Over(Index, u8),
    Flip(Index, u8),
    Cut(Index),
    Repeat(Index, Index, usize),
    Kind(u8),
}

fn harm() -> impl Strategy<Value = Harm> {
    let at = any::<Index>;
    let length = select(vec![
        &b"\x80\xff\xff\xff\xff"[..],
        b"\x81\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x81\x00\x00\x00\x00\x7f\xff\xff\xff",
        b"\xc3\x05\x80\x7f\xff\xff\xff",
        b"\xff\xff",
        b"\xfe\xff\xff\xff\xff",
        b"\xf0\xff\xff\xff\xff",
        b"\x00",
    ]);
    prop_oneof![
        2 => (at(), prop_oneof![length.prop_map(<[u8]>::to_vec), hostile::bytes()]).prop_map(|(at, bytes)| Harm::Put(at, bytes)),
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Harm::Over(at, byte)),
        4 => (at(), 0..8_u8).prop_map(|(at, bit)| Harm::Flip(at, bit)),
        1 => at().prop_map(Harm::Cut),
        1 => (at(), at(), 1..2000_usize).prop_map(|(from, to, times)| Harm::Repeat(from, to, times)),
        1 => (0..30_u8).prop_map(Harm::Kind),
    ]
}

fn suffer(mut body: Vec<u8>, harms: Vec<Harm>) -> Vec<u8> {
    for harm in harms {
        if body.is_empty() {
            return body;
        }
        let place = |at: Index| at.index(body.len());
        match harm {
            Harm::Put(at, bytes) => {
                let at = place(at);
                body.splice(at..at, bytes);
            }
            Harm::Over(at, byte) => {
                let at = place(at);
                body[at] = byte;
            }
            Harm::Flip(at, bit) => {
                let at = place(at);
                body[at] ^= 1 << bit;
            }
            Harm::Cut(at) => body.truncate(at.index(body.len())),
            Harm::Repeat(from, to, times) => {
                let (from, to) = (place(from).min(place(to)), place(from).max(place(to)));
                let piece = body[from..to.min(from + 50)].repeat(times);
                body.splice(to..to, piece);
            }
            Harm::Kind(kind) => body[0] = kind,
        }
    }
    body
}

/// With a version and a checksum that is right, so that reading goes beyond it; bit by bit, by no table of ours.
fn sealed(mut payload: Vec<u8>, version: u16) -> Vec<u8> {
    payload.extend(version.to_le_bytes());
    let sum = payload.iter().fold(0_u64, |sum, byte| {
        (0..8).fold(sum ^ u64::from(*byte), |sum, _| {
            (sum >> 1) ^ (0x95ac_9329_ac4b_c9b5 & (sum & 1).wrapping_neg())
        })
    });
    payload.extend(sum.to_le_bytes());
    payload
}

/// Bytes of memory, about.
fn weight(contents: &Contents) -> usize {
    let string = |bytes: &Vec<u8>| bytes.len() + 24;
    match contents {
        Contents::String(value) => string(value),
        Contents::List(items) | Contents::Set(items) => items.iter().map(string).sum(),
        Contents::Hash(fields) => fields
            .iter()
            .map(|field| string(&field.name) + string(&field.value) + 16)
            .sum(),
        Contents::Zset(members) => members.iter().map(|member| string(&member.name) + 8).sum(),
    }
}

fn holds(payload: &[u8]) {
    match read(payload) {
        Ok(contents) => {
            assert!(weight(&contents) <= (64 << 20).max(32 * payload.len()));
            assert!(!rebuild(&"k".into(), &contents, Some(1)).is_empty());
            if let Contents::Zset(members) = &contents {
                assert!(members.iter().all(|member| !member.score.is_nan()));
            }
        }
        Err(why) => assert!(!why.to_string().is_empty()),
    }
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn a_harmed_payload_is_contents_or_a_sentence(
        body in select(BODIES),
        harms in prop::collection::vec(harm(), 1..5),
        version in select(vec![6_u16, 9, 10, 11, 12, 80, 81, u16::MAX]),
    ) {
        holds(&sealed(suffer(body.to_vec(), harms), version));
    }

    #[test]
    fn so_are_any_bytes_behind_a_type(
        kind in 0..30_u8,
        body in prop_oneof![hostile::bytes(), prop::collection::vec(any::<u8>(), 0..80)],
        version in select(vec![11_u16, 12, 80]),
    ) {
        holds(&sealed([vec![kind], body.clone()].concat(), version));
        holds(&body);
    }
}
