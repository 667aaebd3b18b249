//! Access control: users as values, and what they may do.
//!
//! Four verbs: **parse** what the server tells ([`replies`], [`commands`]) or a person types ([`parse::line`]),
//! **print** a user as the one command that writes it ([`print::replace`]), **diff** two users ([`diff`]) and
//! **decide** whether a command line may run ([`decide::decide`]). [`user::apply`] mirrors the server's left-to-right
//! meaning of rules. [`audit`] says what is risky, [`audit::strands`] what would lock a person out,
//! [`valid`] what must never be sent; [`roles`] are templates and [`matrix`] is what must and must not work with one.
//!
//! How a screen goes about it:
//! 1. [`commands::catalog`] reads COMMAND (or [`commands::assumed`] stands in), [`replies::get_user`] each user.
//! 2. A list shows [`words::scope`], [`words::channels`] and [`audit::lints`]; a user's page [`print::editable`] and
//!    [`reach::Scope::share`] of every category.
//! 3. A new user is [`roles::Role::user`]; an edit is [`parse::line`] or [`user::apply`] on a copy.
//! 4. Before sending: [`diff::rules`], [`effect::effect`], [`audit::lints`], [`audit::strands`], [`valid::user`], and
//!    [`diff::same`] against the user as it is by now; where somebody changed it, [`rebase::rebase`].
//!    [`print::write`] is what is sent.
//! 5. Afterwards [`diff::same`] against what the server tells, and the rows of [`matrix`] prove it.
//!
//! Secrets are [`secret::Secret`] and [`secret::Hash`]: they print a mask, and leave this room only inside a
//! [`Cmd`](super::Cmd) whose secret arguments are masked too.
pub mod audit;
pub mod catalog;
pub mod commands;
mod compiled;
pub mod decide;
pub mod dialect;
pub mod diff;
pub mod effect;
pub mod escape;
mod fields;
pub mod keyspec;
pub mod matrix;
mod native;
pub mod overlap;
pub mod parse;
pub mod print;
pub mod reach;
pub mod rebase;
pub mod reference;
pub mod replies;
pub mod roles;
pub mod rule;
pub mod secret;
#[cfg(test)]
mod tests;
pub mod user;
pub mod valid;
pub mod who;
pub mod words;

pub use catalog::{Catalog, Command, CommandId, Source};
pub use decide::{Reason, Verdict, decide};
pub use dialect::{Dialect, Family, Feature};
pub use parse::Unclear;
pub use reach::Reach;
pub use rule::{Access, CommandRule, KeyPattern, Rule, Sign, What};
pub use secret::{Hash, Secret};
pub use user::{Channels, Databases, Keys, Rights, User, apply};
