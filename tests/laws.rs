//! Laws that hold for whatever comes in: round trips, equivalences, no panics.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "laws/target.rs"]
mod target;
