//! Properties that hold for every input.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "laws/glob.rs"]
mod glob;
#[path = "laws/kinds.rs"]
mod kinds;
#[path = "laws/server.rs"]
mod server;
#[path = "laws/ttl.rs"]
mod ttl;
#[path = "laws/values.rs"]
mod values;
