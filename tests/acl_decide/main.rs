//! The ACL core against a real server: decisions, round trips, roles.
//!
//! `KEYGROVE_TEST_SERVER` names another server program, `KEYGROVE_TEST_PAIRS` another number of decisions,
//! `KEYGROVE_TEST_SEED` another beginning.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../laws/client.rs"]
mod client;

mod dice;
mod differential;
mod live;
mod permanent;
mod queue;
mod roles;
mod table;

use keygrove::model::acl::matrix::Shown;
use keygrove::model::acl::{Catalog, User, Verdict, decide};

/// Our own decision in the words of a proof.
fn decided(user: &User, catalog: &Catalog, argv: &[&[u8]]) -> Shown {
    match decide(user, catalog, argv) {
        Verdict::Allowed(_) => Shown::Allowed,
        Verdict::Denied(denied) => Shown::Refused(denied.reason.to_string()),
        Verdict::Invalid(invalid) => Shown::Unclear(invalid.to_string()),
    }
}
