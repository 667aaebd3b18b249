//! Laws that hold for whatever comes in: round trips, equivalences, no panics.
#![allow(clippy::unwrap_used, clippy::panic)]

mod acl;
mod decode;
mod dump;
mod glob;
mod keyspace;
mod kinds;
mod server;
mod target;
mod ttl;
mod values;
