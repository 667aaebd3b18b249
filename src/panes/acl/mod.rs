//! What the ACL screen opens over itself: each part holds its state, its reactions and its drawing, and asks no server.
//!
//! What a part must know comes in through its methods, what it wants done goes out in its `Turn`.
pub mod card;
pub mod denials;
mod operation;
pub mod proof;
pub mod reference;
pub mod review;
mod rights;
mod sheet;
pub mod test;
pub mod who;
mod words;

#[cfg(test)]
mod tests;
