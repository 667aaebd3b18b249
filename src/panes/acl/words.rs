//! The words of the ACL language; a test reads every example.

/// One word.
pub struct Word {
    pub section: &'static str,
    /// As it is written, `…` for what is filled in.
    pub form: &'static str,
    pub example: &'static str,
    pub sentence: &'static str,
}

const fn of(
    section: &'static str,
    form: &'static str,
    example: &'static str,
    sentence: &'static str,
) -> Word {
    Word {
        section,
        form,
        example,
        sentence,
    }
}

const LOGIN: &str = "Logging in";
const KEYS: &str = "Keys";
const CHANNELS: &str = "Channels";
const COMMANDS: &str = "Commands";
const SELECTORS: &str = "Selectors: further sets of rights";
const REST: &str = "The rest";

/// Every word, in the order of a definition.
#[rustfmt::skip]
pub const WORDS: &[Word] = &[
    of(LOGIN, "on", "on", "the user may log in"),
    of(LOGIN, "off", "off", "nobody can log in anew; who is logged in stays"),
    of(LOGIN, ">…", ">a-long-password", "one more password, in clear; we send its hash instead"),
    of(LOGIN, "<…", "<a-long-password", "takes a password away"),
    of(LOGIN, "#…", "#2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "one more password, by its SHA-256"),
    of(LOGIN, "!…", "!2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "takes a password away, by its SHA-256"),
    of(LOGIN, "nopass", "nopass", "any password will do; removes those there are"),
    of(LOGIN, "resetpass", "resetpass", "no password, and none will do"),
    of(KEYS, "~…", "~myapp:*", "may read and write keys that match"),
    of(KEYS, "%R~…", "%R~myapp:*", "may read keys that match (7.0)"),
    of(KEYS, "%W~…", "%W~myapp:*", "may write keys that match, not read them (7.0)"),
    of(KEYS, "%RW~…", "%RW~myapp:*", "the same as ~… (7.0)"),
    of(KEYS, "allkeys", "~*", "every key; there is no way to except some"),
    of(KEYS, "resetkeys", "resetkeys", "no key; forgets all patterns before it"),
    of(CHANNELS, "&…", "&myapp:*", "may use channels that match; PSUBSCRIBE wants exactly this pattern (6.2)"),
    of(CHANNELS, "allchannels", "&*", "every channel"),
    of(CHANNELS, "resetchannels", "resetchannels", "no channel; forgets all patterns before it"),
    of(COMMANDS, "+…", "+get", "may run a command, with all its subcommands"),
    of(COMMANDS, "-…", "-del", "may not run it; of rules that speak of a command the last one counts"),
    of(COMMANDS, "+…|…", "+config|get", "may run one subcommand"),
    of(COMMANDS, "-…|…", "-client|kill", "may not run one subcommand (7.0)"),
    of(COMMANDS, "+select|…", "+select|0", "may run it with this first argument only; of other commands the server checks nothing"),
    of(COMMANDS, "+@…", "+@read", "may run what is in a category; see below"),
    of(COMMANDS, "-@…", "-@dangerous", "may not run what is in a category; stands after what grants more"),
    of(COMMANDS, "allcommands", "+@all", "every command, those of later versions included"),
    of(COMMANDS, "nocommands", "-@all", "no command; forgets all rules before it"),
    of(SELECTORS, "(…)", "(%R~shared:* +@read)", "one more set of rights; a command must be allowed wholly by one set (7.0)"),
    of(SELECTORS, "clearselectors", "clearselectors", "forgets all selectors (7.0)"),
    of(REST, "reset", "reset", "off, no password, no key, no channel, no command"),
    of(REST, "sanitize-payload", "sanitize-payload", "what RESTORE brings is checked (6.2)"),
    of(REST, "skip-sanitize-payload", "skip-sanitize-payload", "what RESTORE brings is trusted (6.2)"),
    of(REST, "db=…", "db=0,1", "may use these databases only (Valkey 9.1)"),
    of(REST, "alldbs", "alldbs", "may use every database (Valkey 9.1)"),
    of(REST, "resetdbs", "resetdbs", "may use no database (Valkey 9.1)"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::acl::{Rule, parse};

    #[test]
    fn every_example_is_a_rule() {
        for word in WORDS {
            let rule = parse::rule(word.example.as_bytes());
            assert!(rule.is_ok(), "{}: {rule:?}", word.example);
            let start = word.form.trim_end_matches(['…', '|', ')']);
            let start = start.split('…').next().unwrap_or_default();
            let same = parse::rule(word.form.as_bytes()).is_ok_and(|same| Ok(same) == rule);
            assert!(word.example.starts_with(start) || same, "{}", word.form);
        }
    }

    #[test]
    fn every_kind_of_rule_is_explained() {
        let examples = || {
            WORDS
                .iter()
                .filter_map(|word| parse::rule(word.example.as_bytes()).ok())
        };
        let kinds: std::collections::HashSet<_> = examples()
            .map(|rule| std::mem::discriminant(&rule))
            .collect();
        // All but the word of a newer server, which nobody types.
        assert_eq!(kinds.len(), 23);
        assert!(!examples().any(|rule| matches!(rule, Rule::Unknown(_))));
    }
}
