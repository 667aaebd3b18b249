//! What is said of a panic: where it was and why, and nothing of anybody's data.
use std::any::Any;
use std::panic::Location;

use crate::model::printed::again;

/// A sentence for whoever sees it and a place for whoever mends it.
///
/// The words of a panic may repeat what it stumbled over, a value or a password, and they stay on the terminal after
/// the program. A text of the program's own is told whole; one that was put together, up to where it begins to quote.
pub fn told(payload: &(dyn Any + Send), location: Option<&Location<'_>>) -> String {
    let why = match (
        payload.downcast_ref::<&str>(),
        payload.downcast_ref::<String>(),
    ) {
        (Some(own), _) => (*own).to_owned(),
        (None, Some(made)) => before_quotes(made),
        (None, None) => String::new(),
    };
    let place = location.map(ToString::to_string).unwrap_or_default();
    format!(
        "keygrove: ended by a fault of its own at {place}: {}",
        again(&why)
    )
}

fn before_quotes(made: &str) -> String {
    match made.find(['`', '\'', '"', ':']) {
        Some(quote) => format!("{}(…)", &made[..quote]),
        None => made.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_panic_quotes_is_not_told() {
        for (made, told) in [
            (
                "index out of bounds: the len is 3 but the index is 5",
                "index out of bounds(…)",
            ),
            (
                "byte index 1 is not a char boundary; it is inside 'é' (bytes 0..2) of `é-geheim`",
                "byte index 1 is not a char boundary; it is inside (…)",
            ),
            (
                "called `Result::unwrap()` on an `Err` value: geheim",
                "called (…)",
            ),
            ("plain \u{1b}[2J", "plain \\x1b[2J"),
        ] {
            let place = Location::caller();
            let said = super::told(&made.to_owned(), Some(place));
            assert!(said.ends_with(&format!(": {told}")), "{said}");
            assert!(said.contains("bug.rs:"), "{said}");
        }
        assert!(super::told(&"a: 'b'", None).ends_with("a: 'b'"));
    }
}
