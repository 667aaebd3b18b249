//! What reaches the app, and what it prints of itself.
use std::fmt;

use super::Pointer;
use crate::input::Chord;
use crate::server::Event;

/// What reaches the app.
#[derive(Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is taken apart at once"
)]
pub enum Msg {
    Press(Chord),
    Paste(String),
    Point(Pointer),
    Server(Event),
    /// A text came back from `$EDITOR`.
    Edited(Result<Vec<u8>, String>),
    /// The terminal has another size; drawing asks for it.
    Resize,
    /// A time has come that [`super::App::wakes_at`] named.
    Beat,
}

/// Shows nothing that was typed: it may be a password.
impl fmt::Debug for Msg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(event) => f.debug_tuple("Server").field(event).finish(),
            Self::Point(pointer) => f.debug_tuple("Point").field(pointer).finish(),
            Self::Press(_) => f.write_str("Press"),
            Self::Paste(_) => f.write_str("Paste"),
            Self::Edited(_) => f.write_str("Edited"),
            Self::Resize => f.write_str("Resize"),
            Self::Beat => f.write_str("Beat"),
        }
    }
}
