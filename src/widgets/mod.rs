//! Drawing only: each widget takes data and paints it; what can be typed into says whether it took a chord.
pub mod editor;
pub mod field;
pub mod footer;
pub mod grid;
pub mod popup;
pub mod rows;
mod squeeze;
pub mod text;
pub mod theme;

pub use editor::Editor;
pub use field::Field;
pub use footer::Footer;
pub use grid::Grid;
pub use rows::{Rows, Scroll};
pub use squeeze::squeeze;
pub use theme::{Depth, Theme};

/// Whether keys go to what is being drawn; only then it shows where the next character goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Focused {
    Yes,
    No,
}
