//! What we know about Redis: names, values, commands, changes. Pure: no terminal, no socket, no clock.
pub mod acl;
mod args;
pub mod change;
pub mod compare;
pub mod decode;
pub mod dump;
pub mod glob;
pub mod key;
pub mod keyspace;
pub mod kinds;
pub mod names;
pub mod plight;
pub mod printed;
pub mod purpose;
pub mod resp;
pub mod target;
pub mod ttl;
pub mod undo;
pub mod whole;

pub use key::{Key, Pattern};
pub use names::Names;
pub use plight::Plight;
pub use printed::Printed;
pub use resp::{Cmd, Reply};
