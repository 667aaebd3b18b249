//! Our glob decides as the server's does.
use std::cell::RefCell;
use std::collections::BTreeSet;

use keygrove::model::Pattern;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::server::{Protocol, Server};

/// Text in which everything that means something in a pattern is frequent.
fn globby() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => prop::sample::select(b"abc".as_slice()),
        4 => prop::sample::select(b"*?[]^-\\".as_slice()),
        1 => prop::sample::select(b"\0\n \x7f".as_slice()),
    ];
    prop::collection::vec(byte, 0..10)
}

/// Patterns and the names they are held against: some of the names are made from pieces of the pattern.
fn case() -> impl Strategy<Value = (Vec<u8>, Vec<Vec<u8>>)> {
    let piece = (any::<prop::sample::Index>(), globby());
    (globby(), prop::collection::vec(piece, 1..8)).prop_map(|(pattern, pieces)| {
        let name = |(cut, text): (prop::sample::Index, Vec<u8>)| {
            let kept = cut.index(pattern.len() + 1);
            pattern[..kept]
                .iter()
                .filter(|byte| **byte != b'*')
                .copied()
                .chain(text)
                .collect()
        };
        (pattern.clone(), pieces.into_iter().map(name).collect())
    })
}

#[test]
fn a_name_matches_when_the_server_says_so() {
    let server = Server::start();
    let connection = RefCell::new(server.connect(Protocol::Resp2));
    let config = super::cases::config(2000);
    let law = TestRunner::new(config).run(&case(), |(glob, names)| {
        let pattern = Pattern::new(&glob).unwrap();
        let connection = &mut *connection.borrow_mut();
        let mut pipe = redis::pipe();
        pipe.cmd("FLUSHALL").ignore();
        for name in &names {
            pipe.cmd("SET").arg(name).arg("").ignore();
        }
        pipe.cmd("KEYS").arg(pattern.bytes());
        let (theirs,): (BTreeSet<Vec<u8>>,) = pipe.query(connection).unwrap();
        let ours = names
            .into_iter()
            .filter(|name| pattern.matches(name))
            .collect();
        prop_assert_eq!(theirs, ours);
        Ok(())
    });
    law.unwrap();
}
