//! The ACL screen: users, what they may do, and changing it.
pub mod editor;
