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
mod table;
