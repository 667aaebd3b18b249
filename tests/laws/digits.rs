//! A score is the same double through every protocol, row, form and guard.
use std::cell::RefCell;

use keygrove::model::kinds::{self, Look, Verb};
use keygrove::model::{Cmd, Key};
use proptest::prelude::*;

use super::server::{Client, Protocol, Server};

/// The texts in which people and programs write scores, and doubles at their edges.
const SCORES: &[f64] = &[
    0.1,
    0.300_000_000_000_000_04,
    -0.0,
    9_007_199_254_740_992.0,
    9_007_199_254_740_994.0,
    1e300,
    f64::MAX,
    f64::MIN_POSITIVE,
    5e-324,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

/// Writes this score, reads it as a row, and takes the row for an edit: the guard must hold on the server as it is.
fn goes_round(client: &mut Client, score: f64) -> Result<(), TestCaseError> {
    let key = Key::from("k");
    client.send(&Cmd::new("DEL").arg("k"));
    client.send(&Cmd::new("ZADD").arg("k").num(format!("{score:?}")).arg("m"));
    let kind = kinds::of("zset");
    let look = Look::whole();
    let replies: Vec<_> = kind
        .page(&key, &look)
        .iter()
        .map(|cmd| client.send(cmd))
        .collect();
    let page = kind.read(&look, &replies).unwrap();
    let row = &page.rows[0];
    let text = String::from_utf8(row.cells[0].clone()).unwrap();
    let read: f64 = text.parse().unwrap();
    // Servers keep small sets in a form that has no -0.
    let kept = client.send(&Cmd::new("ZSCORE").arg("k").arg("m")).score();
    prop_assert_eq!(kept, Some(score));
    let bits = kept.map(f64::to_bits);
    prop_assert_eq!(Some(read.to_bits()), bits, "{} is shown as {}", score, text);
    let unchanged = kind.change(&key, Verb::Edit, Some(row), &[row.cells[0].clone()]);
    prop_assert!(unchanged.is_err(), "{} can be saved unchanged", text);
    let other = if text == "5" { "6" } else { "5" };
    let edit = kind
        .change(&key, Verb::Edit, Some(row), &[other.into()])
        .unwrap();
    for check in edit.guard.unwrap().checks {
        let reply = client.send(&check.cmd);
        let same = reply.bytes().is_some() && reply.bytes() == check.expect.bytes()
            || reply.score().map(f64::to_bits) == check.expect.score().map(f64::to_bits);
        prop_assert!(same, "{} {:?} {:?}", score, reply, check.expect);
    }
    Ok(())
}

#[test]
fn a_score_is_the_same_double_all_the_way() {
    for server in Server::start_each() {
        for protocol in [Protocol::Resp2, Protocol::Resp3] {
            let client = RefCell::new(Client::new(&server, protocol));
            for &score in SCORES {
                goes_round(&mut client.borrow_mut(), score).unwrap();
            }
            let bits = any::<u64>().prop_map(f64::from_bits);
            let any = bits.prop_filter("no number", |score| !score.is_nan());
            proptest!(|(score in any)| goes_round(&mut client.borrow_mut(), score)?);
        }
    }
}
