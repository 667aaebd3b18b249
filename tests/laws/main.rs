//! Laws that hold for whatever comes in: round trips, equivalences, no panics.
#![allow(clippy::unwrap_used, clippy::panic)]

mod acl;
#[path = "../common/cases.rs"]
mod cases;
mod decode;
mod digits;
mod dump;
mod glob;
mod keyspace;
mod kinds;
mod secrets;
mod server;
mod target;
mod ttl;
mod values;
