//! The display type: whatever goes in, what comes out is harmless, tells all bytes apart, and leads back to them.
use keygrove::model::printed::{Printed, print, unprint};
use keygrove::model::resp::parse_cli;
use keygrove::model::{Cmd, Key, Pattern};
use proptest::prelude::*;

use super::{config, hostile};

/// What a terminal could take for an order, or a person not see: told by code points, not by our own table.
pub fn harms(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn any_bytes_print_harmlessly_and_lead_back(bytes in hostile::bytes()) {
        let printed = Printed::new(&bytes);
        prop_assert!(!printed.text().chars().any(harms), "{:?}", printed);
        prop_assert_eq!(unprint(printed.text()), Ok(bytes.clone()));
        // What is no escape is as it was: nothing else may hold a backslash.
        let mut end = 0;
        for escape in printed.escapes() {
            prop_assert!(!printed.text()[end..escape.start].contains('\\'));
            prop_assert!(printed.text()[escape.clone()].starts_with('\\'));
            end = escape.end;
        }
        prop_assert!(!printed.text()[end..].contains('\\'));
        // Names and patterns are shown by it.
        let key = Key::new(bytes.clone()).printed();
        prop_assert!(!key.text().chars().any(harms));
        prop_assert_eq!(unprint(key.text()), Ok(bytes.clone()));
        if let Ok(pattern) = Pattern::new(&bytes) {
            prop_assert!(!pattern.printed().text().chars().any(harms));
        }
    }

    #[test]
    fn any_typed_text_is_bytes_or_a_place_in_it(text in hostile::text()) {
        match unprint(&text) {
            // Typed escapes need not be those that would be printed.
            Ok(bytes) => prop_assert_eq!(unprint(&print(&bytes)), Ok(bytes)),
            Err(fault) => prop_assert_eq!(text.chars().nth(fault.at - 1), Some('\\')),
        }
    }

    #[test]
    fn a_command_of_any_bytes_reads_back_from_its_line(args in prop::collection::vec(hostile::bytes(), 0..4)) {
        let cmd = args.iter().fold(Cmd::new("SET"), Cmd::arg);
        let line = cmd.cli();
        prop_assert!(line.is_ascii() && !line.chars().any(harms));
        prop_assert_eq!(parse_cli(&line), Ok(cmd));
    }

    #[test]
    fn any_typed_line_is_a_command_or_a_sentence(line in hostile::text()) {
        match parse_cli(&line) {
            Ok(cmd) => prop_assert_eq!(parse_cli(&cmd.cli()), Ok(cmd)),
            Err(fault) => prop_assert!(!fault.to_string().is_empty()),
        }
    }

    #[test]
    fn a_secret_is_not_in_what_is_said_of_its_command(
        secret in "[A-Z]{12,30}",
        around in hostile::text(),
        cut in 8..12_usize,
    ) {
        let cmd = Cmd::new("AUTH").secret(&secret);
        let said = format!("{around} near '{secret}' or `{}`", &secret[..cut]);
        prop_assert!(!cmd.mask(&said).contains(&secret[..cut]));
    }
}
