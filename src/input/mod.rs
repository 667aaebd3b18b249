//! What can be pressed and what it means.
pub mod action;
pub mod chord;
pub mod keymap;
pub mod layer;

pub use action::Action;
pub use chord::{Chord, Key};
pub use keymap::{BINDINGS, Binding, lookup};
pub use layer::Layer;
