//! keygrove: a terminal app for seeing, changing and guarding what lives in a Redis.
//!
//! The house has five rooms with one-way doors, held by `tests/boundaries.rs`:
//!
//! - [`model`]: what we know about Redis. No terminal, no socket, no clock.
//! - [`server`]: the only room that talks to a server. Requests go in, events come out.
//! - [`input`]: what can be pressed and what it means: one table of bindings.
//! - [`widgets`]: drawing only; each takes data and paints it.
//! - [`panes`]: one pane a file: its state, its reactions, its drawing.
//!
//! Above them stand [`app`] (pure: a message goes in, effects come out), [`run`] (the loop and the
//! terminal), [`cli`] (arguments to plain options), [`demo`] (the throw-away server) and [`start`] (which puts
//! them together).
pub mod app;
pub mod cli;
pub mod demo;
pub mod input;
pub mod model;
pub mod panes;
pub mod run;
pub mod server;
pub mod start;
pub mod widgets;
