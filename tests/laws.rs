//! What must hold for any input.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "laws/keyspace.rs"]
mod keyspace;
