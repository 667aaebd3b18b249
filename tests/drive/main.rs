//! The whole app, driven by keys against a real `redis-server`: what the screen shows, and what is true on the server.
#![allow(clippy::unwrap_used, clippy::panic)]
use drive::{Drive, How};

#[path = "../common/mod.rs"]
mod common;
mod drive;

mod acl;
mod browse;
mod edit;
mod rights;
