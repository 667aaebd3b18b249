//! The whole app, driven by keys against a real `redis-server`: what the screen shows, and what is true on the server.
#![allow(clippy::unwrap_used, clippy::panic)]
use drive::{Drive, How};

#[path = "../common/between.rs"]
mod between;
#[path = "../common/mod.rs"]
mod common;
mod drive;
#[path = "../common/proxy.rs"]
mod proxy;

mod acl;
mod browse;
mod edit;
mod moods;
mod rights;
