//! Any text is a time to live that lies ahead, or a sentence.
use jiff::Zoned;
use keygrove::model::ttl::{Ttl, parse, print_left};
use proptest::prelude::*;

fn now() -> Zoned {
    "2026-11-23T07:00:00+01:00[Europe/Berlin]".parse().unwrap()
}

/// Texts that are nearly spans and dates.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-+]?[0-9]{1,20}[a-z]{0,2} ?[0-9]{0,3}[smhdw]?",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]?[0-9:]{0,8}Z?",
        ".*"
    ]
}

proptest! {
    #![proptest_config(super::cases::config(2000))]

    #[test]
    fn a_time_to_live_lies_ahead(text in text()) {
        match parse(&text, &now()) {
            Ok(Ttl::Never) => prop_assert!(["", "never", "none"].contains(&text.trim().to_lowercase().as_str())),
            Ok(Ttl::In(millis)) => prop_assert!((1..=1_000_000_000_000_000).contains(&millis)),
            Ok(Ttl::At(millis)) => prop_assert!(millis > now().timestamp().as_millisecond()),
            Err(bad) => prop_assert!(!bad.to_string().is_empty()),
        }
    }

    #[test]
    fn what_is_printed_can_be_typed(millis in 1000..1_000_000_000_000_000_u64) {
        let Ok(Ttl::In(typed)) = parse(&print_left(millis), &now()) else {
            return Err(TestCaseError::fail(print_left(millis)));
        };
        let unit = if typed >= 86_400_000 { 3_600_000 } else if typed >= 3_600_000 { 60_000 } else { 1000 };
        prop_assert!((typed..typed + unit).contains(&millis));
    }
}
