//! Big things, and long days: what is asked of a server that holds millions, and hours of random keys.
//!
//! `KEYGROVE_TEST_BIG=1` makes the values as big as README.md beside this folder tells; `KEYGROVE_TEST_SOAK` is how many
//! seconds keys are pressed; `KEYGROVE_TEST_SEED` presses the same keys again.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../drive/drive/mod.rs"]
#[allow(dead_code, reason = "the tests in drive use the rest")]
mod drive;
#[path = "../common/spy.rs"]
mod spy;
#[path = "../tty/mod.rs"]
#[allow(dead_code, reason = "the tests in terminal use the rest")]
mod tty;

mod figures;
mod grove;
mod probe;
mod soak;
mod walk;
