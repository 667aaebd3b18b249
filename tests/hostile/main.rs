//! Bytes that would command a terminal, hide in it or look like others: in every place where a server can put them,
//! on every screen of the real program. What it writes is held against a list of what it may write.
#![allow(clippy::unwrap_used, clippy::panic)]

mod acl;
#[path = "../common/mod.rs"]
mod common;
mod keys;
mod link;
mod names;
mod output;
#[path = "../tty/mod.rs"]
#[allow(dead_code, reason = "this file uses a part of it")]
mod tty;
mod values;
mod world;
