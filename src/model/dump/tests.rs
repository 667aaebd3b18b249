//! Payloads as servers wrote them, and some no server writes.
#![expect(clippy::panic, reason = "a test ends so")]
use super::*;

fn texts(items: &[&str]) -> Vec<Vec<u8>> {
    items.iter().map(|item| item.as_bytes().to_vec()).collect()
}

fn hash(fields: &[(&str, &str, Option<u64>)]) -> Contents {
    let field = |&(name, value, expire_at_ms): &(&str, &str, _)| Field {
        name: name.into(),
        value: value.into(),
        expire_at_ms,
    };
    Contents::Hash(fields.iter().map(field).collect())
}

fn zset(members: &[(&str, f64)]) -> Contents {
    let member = |&(name, score): &(&str, _)| Member {
        name: name.into(),
        score,
    };
    Contents::Zset(members.iter().map(member).collect())
}

/// A payload with this type and body, and a footer that is right.
fn sealed(kind: u8, body: &[u8], version: u16) -> Vec<u8> {
    let mut payload = vec![kind];
    payload.extend(body);
    payload.extend(version.to_le_bytes());
    let sum = crc::crc64(&payload);
    payload.extend(sum.to_le_bytes());
    payload
}

#[test]
fn a_string_reads_however_it_is_packed() {
    for (payload, value) in [
        (
            &b"\x00\x05hello\x09\x00\xb3\x80\x8e\xba1\xb2C\xbb"[..],
            "hello",
        ),
        (b"\x00\xc0\xfb\x0a\x00I\xc4\xc6\xf4\xd7&?h", "-5"),
        (b"\x00\xc1\xe8\x03\x0c\x00B\xa7sN@\xee)-", "1000"),
        (
            b"\x00\xc2`y\xfe\xff\x0b\x00\xc8\x159\x031\xbe\x84\x14",
            "-100000",
        ),
        (
            b"\x00\x0b12345678901P\x00\xffd\x9bF\xb9E\x02\xe4",
            "12345678901",
        ),
        (
            b"\x00\xc3\x09(\x01aa\xe0\x1b\x00\x01aa\x0b\x00\xa6\xd6\x92\xd9S\xbaj\x94",
            &"a".repeat(40),
        ),
        (&sealed(0, b"\x00", 9), ""),
        (&sealed(0, b"\x40\x03abc", 9), "abc"),
        (&sealed(0, b"\x80\x00\x00\x00\x03abc", 9), "abc"),
        (
            &sealed(0, b"\x81\x00\x00\x00\x00\x00\x00\x00\x03abc", 9),
            "abc",
        ),
    ] {
        assert_eq!(read(payload), Ok(Contents::String(value.into())), "{value}");
    }
}

#[test]
fn a_list_reads_in_its_order() {
    let long = "b".repeat(70);
    let items = texts(&[
        "a",
        "1",
        "200",
        "-5",
        "70000",
        "5000000",
        "-3000000000",
        "123456789012",
        &long,
    ]);
    for payload in [
        &b"\x0e\x01\xc3?@~\x04~\x00\x00\x004 \x03\x1e\x09\x00\x00\x01a\x03\xf2\x02\xc0\xc8\x00\x04\xfe\xfb\x03\xf0p\x11\x01\x05\xf0@KL\x05\xe0\x00\xa2/M\xff \x00\x06\x0a\xe0\x14\x1a\x99\xbe\x1c +\x03\x0a@Fb\xe0;\x00\x01b\xff\x09\x00\xa1\xd5\xd5\xfa\xd1=5\x8a"[..],
        b"\x12\x01\x02\xc39@y\x1fy\x00\x00\x00\x09\x00\x81a\x02\x01\x01\xc0\xc8\x02\xdf\xfb\x02\xf2p\x11\x01\x04\xf2@KL\x04\xf4\x00\xa2/M\x00\xff \x00\x06\x09\xf4\x14\x1a\x99\xbe\x1c@)\x02\xe0Fb\xe0<\x00\x01H\xff\x0a\x00\xb3/Q\xd8`J\xaa\x0a",
    ] {
        assert_eq!(read(payload), Ok(Contents::List(items.clone())));
    }
    let zero = Ok(Contents::List(texts(&["0"])));
    assert_eq!(
        read(&sealed(
            10,
            b"\x0d\x0d\x00\x00\x00\x0a\x00\x00\x00\x01\x00\x00\xf1\xff",
            9
        )),
        zero
    );
    assert_eq!(
        read(&sealed(1, b"\x02\x01a\xc0\x07", 5)),
        Ok(Contents::List(texts(&["a", "7"])))
    );
    // An element too big for a listpack is a node of its own.
    assert_eq!(
        read(&sealed(
            18,
            b"\x02\x01\x03big\x02\x09\x09\x00\x00\x00\x01\x00\x00\x01\xff",
            11
        )),
        Ok(Contents::List(texts(&["big", "0"])))
    );
}

#[test]
fn a_set_reads_from_every_encoding() {
    for (payload, members) in [
        (&b"\x0b\x14\x04\x00\x00\x00\x03\x00\x00\x00\xfe\xff\xff\xff\x01\x00\x00\x00p\x11\x01\x00\x09\x00\xe0\xa0,4\x98\xb7|\x8a"[..], &["-2", "1", "70000"][..]),
        (b"\x02\x02\x01a\x01b\x0a\x00\xfed!%\xeb\x03=\x0d", &["a", "b"]),
        (b"\x14\x0d\x0d\x00\x00\x00\x02\x00\x81a\x02\x81b\x02\xff\x0c\x00\xa8E\x83\x07N\x16\xa1\x94", &["a", "b"]),
        (&sealed(11, b"\x0c\x02\x00\x00\x00\x02\x00\x00\x00\xff\xff\x01\x00", 9), &["-1", "1"]),
        (&sealed(11, b"\x10\x08\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80", 9), &["-9223372036854775808"]),
    ] {
        assert_eq!(read(payload), Ok(Contents::Set(texts(members))));
    }
}

#[test]
fn a_hash_reads_from_every_encoding() {
    let plain = hash(&[("f", "v", None), ("n", "12", None)]);
    for payload in [
        &b"\x04\x02\x01f\x01v\x01n\xc0\x0cP\x00\xe5\xe0~\x82\xf2\xf6\xc0_"[..],
        &sealed(13, b"\x17\x17\x00\x00\x00\x13\x00\x00\x00\x04\x00\x00\x01f\x03\x01v\x03\x01n\x03\xfe\x0c\xff", 9),
        b"\x10\x12\x12\x00\x00\x00\x04\x00\x81f\x02\x81v\x02\x81n\x02\x0c\x01\xff\x0c\x00\xca@\xa0A)q\x17=",
    ] {
        assert_eq!(read(payload), Ok(plain.clone()));
    }
}

#[test]
fn fields_keep_their_expiry() {
    let soon = Some(1_999_999_999_999);
    let two = hash(&[("f", "v", soon), ("g", "w", None)]);
    let valkey = b"\x16\x02\x01f\x01v\xff\x1fJ\xa9\xd1\x01\x00\x00\x01g\x01w\xff\xff\xff\xff\xff\xff\xff\xffP\x00\xe6$.<\x0a\xe9\x8a\xc8";
    assert_eq!(read(valkey), Ok(two.clone()));
    let redis = b"\x18\xff\x1fJ\xa9\xd1\x01\x00\x00\x02\x01\x01f\x01v\x00\x01g\x01w\x0c\x00C2&9\x83\x8c\x10\xd6";
    assert_eq!(read(redis), Ok(two));
    let three = hash(&[
        ("f", "v", soon),
        ("g", "w", None),
        ("h", "7", Some(2_000_000_000_999)),
    ]);
    let table = b"\x18\xff\x1fJ\xa9\xd1\x01\x00\x00\x03\x01\x01f\x01vC\xe9\x01h\xc0\x07\x00\x01g\x01w\x0c\x00r\xbd\xe6I\xe1\x0e\xe0t";
    let Ok(Contents::Hash(mut fields)) = read(table) else {
        panic!("a hash")
    };
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    assert_eq!(Contents::Hash(fields), three);
    let listpack = b"\x19\xff\x1fJ\xa9\xd1\x01\x00\x00&&\x00\x00\x00\x09\x00\x81f\x02\x81v\x02\xf4\xff\x1fJ\xa9\xd1\x01\x00\x00\x09\x81g\x02\x81w\x02\x00\x01\x81h\x02\x07\x01\x00\x01\xff\x0c\x00\xc6\x12\xf3$\xb7r\xb4\xce";
    assert_eq!(
        read(listpack),
        Ok(hash(&[
            ("f", "v", soon),
            ("g", "w", None),
            ("h", "7", None)
        ]))
    );
    // The same number was another form before Redis 7.4 was released.
    assert_eq!(read(&sealed(22, b"", 12)), Err(Unreadable::Unknown(22, 12)));
    assert_eq!(read(&sealed(24, b"", 80)), Err(Unreadable::Unknown(24, 80)));
}

#[test]
fn scores_read_from_every_encoding() {
    for (payload, members) in [
        (&b"\x0c\xc309\x049\x00\x00\x003 \x03\x10\x08\x00\x00\x01b\x03\xfe\xfe\x03\x01d\x03\x130.10\xe0\x05\x00\x111\x15\x01a\x03\x031.5\x05\x01c\x03\x03inf\xff\x09\x00\xdf\xd3K\x96\xa1_\x0b\x82"[..],
            &[("b", -2.0), ("d", 0.1), ("a", 1.5), ("c", f64::INFINITY)][..]),
        (b"\x11%%\x00\x00\x00\x08\x00\x81b\x02\xdf\xfe\x02\x81d\x02\x830.1\x04\x81a\x02\x831.5\x04\x81c\x02\x83inf\x04\xff\x0c\x00oY\xc0nh\xe8&\xf9",
            &[("b", -2.0), ("d", 0.1), ("a", 1.5), ("c", f64::INFINITY)]),
        (b"\x05\x02\x01a\x00\x00\x00\x00\x00\x00\xf8?\x01b\x00\x00\x00\x00\x00\x00\xf0\xff\x0a\x00H\x97~3e\x9ef\x0b",
            &[("a", 1.5), ("b", f64::NEG_INFINITY)]),
        (&sealed(3, b"\x03\x01a\x031.5\x01b\xfe\x01c\xff", 6),
            &[("a", 1.5), ("b", f64::INFINITY), ("c", f64::NEG_INFINITY)]),
    ] {
        assert_eq!(read(payload), Ok(zset(members)));
    }
    let odd = Err(Unreadable::Shape("a score"));
    assert_eq!(read(&sealed(3, b"\x01\x01a\xfd", 6)), odd);
    assert_eq!(
        read(&sealed(5, b"\x01\x01a\x00\x00\x00\x00\x00\x00\xf8\x7f", 9)),
        odd
    );
}

#[test]
fn what_cannot_be_rebuilt_says_so() {
    for (kind, why) in [
        (15, Unreadable::Stream),
        (19, Unreadable::Stream),
        (21, Unreadable::Stream),
        (6, Unreadable::Module),
        (7, Unreadable::Module),
        (9, Unreadable::Unknown(9, 11)),
        (26, Unreadable::Unknown(26, 11)),
        (255, Unreadable::Unknown(255, 11)),
    ] {
        assert_eq!(read(&sealed(kind, b"\x01", 11)), Err(why));
    }
}

#[test]
fn a_damaged_payload_is_refused() {
    let good = b"\x00\x05hello\x09\x00\xb3\x80\x8e\xba1\xb2C\xbb";
    for at in 0..good.len() {
        let mut bad = good.to_vec();
        bad[at] ^= 0x10;
        assert_eq!(read(&bad), Err(Unreadable::Checksum), "{at}");
        assert!(read(&good[..at]).is_err(), "{at}");
    }
}

#[test]
fn lengths_that_lie_are_refused_before_they_are_believed() {
    let most = b"\x81\xff\xff\xff\xff\xff\xff\xff\xff";
    for kind in [0, 1, 2, 3, 4, 5, 10, 14, 18] {
        assert_eq!(
            read(&sealed(kind, most, 11)),
            Err(Unreadable::Cut),
            "{kind}"
        );
    }
    let mut packed = b"\xc3\x02".to_vec();
    packed.extend(most);
    packed.extend(b"\x00a");
    assert_eq!(read(&sealed(0, &packed, 11)), Err(Unreadable::Big));
    let within_the_room = b"\xc3\x02\x80\x03\xff\xff\xff\x00a";
    assert_eq!(
        read(&sealed(0, within_the_room, 11)),
        Err(Unreadable::Shape("a packed string"))
    );
}

#[test]
fn elements_may_not_take_much_more_than_they_are() {
    // Empty elements of one byte each: 48 bytes in memory.
    let many = |count: u32| {
        let mut body = vec![0x80];
        body.extend(count.to_be_bytes());
        body.extend(vec![0; count as usize]);
        read(&sealed(1, &body, 11))
    };
    assert!(matches!(many(1_000_000), Ok(Contents::List(items)) if items.len() == 1_000_000));
    assert_eq!(many(3_000_000), Err(Unreadable::Big));
}

#[test]
fn nothing_may_be_missing_or_left_over() {
    assert_eq!(
        read(&sealed(0, b"\x01ab", 11)),
        Err(Unreadable::Shape("there is more than the value"))
    );
    assert_eq!(
        read(&sealed(2, b"\x00", 11)),
        Err(Unreadable::Shape("it holds no elements"))
    );
    assert_eq!(
        read(&sealed(
            16,
            b"\x0a\x0a\x00\x00\x00\x01\x00\x81f\x02\xff",
            11
        )),
        Err(Unreadable::Shape("an element without its value"))
    );
    for listpack in [
        // Its size, its number of elements, what follows its end.
        &b"\x0a\x0b\x00\x00\x00\x01\x00\x81f\x02\xff"[..],
        b"\x0a\x0a\x00\x00\x00\x02\x00\x81f\x02\xff",
        b"\x0a\x0a\x00\x00\x00\x00\x00\xff\xff\xff\xff",
    ] {
        assert_eq!(
            read(&sealed(20, listpack, 11)),
            Err(Unreadable::Shape("a listpack"))
        );
    }
}

fn rebuilt(contents: &Contents, expire_at_ms: Option<u64>) -> Vec<String> {
    let cmds = rebuild(&"k".into(), contents, expire_at_ms);
    cmds.iter().map(super::super::Cmd::cli).collect()
}

#[test]
fn each_type_is_made_anew_and_expires_at_the_end() {
    for (contents, cmds) in [
        (Contents::String(b"a\0".into()), &[r#"SET k "a\x00""#][..]),
        (Contents::List(texts(&["b", "a"])), &["RPUSH k b a"]),
        (Contents::Set(texts(&["b", "a"])), &["SADD k b a"]),
        (
            hash(&[
                ("f", "1", Some(9)),
                ("g", "2", None),
                ("h", "3", Some(8)),
                ("i", "4", Some(9)),
            ]),
            &[
                "HSET k f 1 g 2 h 3 i 4",
                "HPEXPIREAT k 8 FIELDS 1 h",
                "HPEXPIREAT k 9 FIELDS 2 f i",
            ],
        ),
        (
            zset(&[
                ("a", 0.1),
                ("b", f64::NEG_INFINITY),
                ("c", 5e-324),
                ("d", -0.0),
            ]),
            &["ZADD k 0.1 a -inf b 5e-324 c -0 d"],
        ),
    ] {
        assert_eq!(rebuilt(&contents, None), cmds);
        let mut cmds: Vec<&str> = cmds.to_vec();
        cmds.push("PEXPIREAT k 1999999999999");
        assert_eq!(rebuilt(&contents, Some(1_999_999_999_999)), cmds);
    }
}

#[test]
fn no_command_holds_more_than_a_portion() {
    let names: Vec<String> = (0..700).map(|number| number.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let sizes = |contents: &Contents| -> Vec<usize> {
        let cmds = rebuild(&"k".into(), contents, None);
        cmds.iter().map(|cmd| cmd.args().count()).collect()
    };
    assert_eq!(sizes(&Contents::List(texts(&names))), [302, 302, 102]);
    let fields: Vec<_> = names.iter().map(|name| (*name, "", Some(7))).collect();
    assert_eq!(sizes(&hash(&fields)), [602, 602, 202, 305, 305, 105]);
    // By bytes too: a portion ends with the element that fills it.
    let big = "x".repeat(600_000);
    assert_eq!(
        sizes(&Contents::Set(texts(&[&big, "a", &big, "b", &big]))),
        [5, 4]
    );
}
