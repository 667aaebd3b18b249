//! What stands over the panes, the top one first: forms, questions, help.
pub mod confirm;
pub mod conflict;
pub mod finder;
pub mod form;
pub mod reading;
pub mod revive;
pub mod sweep;
