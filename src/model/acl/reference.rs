//! The words of the ACL language, explained.
use super::dialect::{Dialect, Feature};

/// One word: what it does, and an example.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word {
    pub word: &'static str,
    pub does: &'static str,
    pub example: &'static str,
    /// What the server must understand.
    needs: Option<Feature>,
}

const fn word(word: &'static str, does: &'static str, example: &'static str) -> Word {
    let needs = None;
    Word {
        word,
        does,
        example,
        needs,
    }
}

const fn newer(
    needs: Feature,
    word: &'static str,
    does: &'static str,
    example: &'static str,
) -> Word {
    Word {
        word,
        does,
        example,
        needs: Some(needs),
    }
}

const WORDS: &[Word] = &[
    word("on", "may log in", "on"),
    word("off", "may not log in; who is connected stays", "off"),
    word(
        ">password",
        "adds a password; keygrove sends its hash only",
        ">s3cret",
    ),
    word("<password", "retires a password", "<s3cret"),
    word(
        "#sha256",
        "adds a password by its SHA-256, 64 lower-case hex digits",
        "#2bb80d…",
    ),
    word("!sha256", "retires a password by its SHA-256", "!2bb80d…"),
    word("nopass", "any password logs in", "nopass"),
    word("resetpass", "forgets all passwords", "resetpass"),
    word(
        "reset",
        "off, no password, no rights: the user as it was made",
        "reset",
    ),
    word(
        "~pattern",
        "may touch keys that match: * any run, ? any byte, [ab] one of, \\ makes the next literal",
        "~app:*",
    ),
    newer(
        Feature::KeyLetters,
        "%R~pattern",
        "may read keys that match",
        "%R~app:*",
    ),
    newer(
        Feature::KeyLetters,
        "%W~pattern",
        "may write keys that match, not read them",
        "%W~queue:*",
    ),
    word("~*", "may touch all keys; the same as allkeys", "~*"),
    word("resetkeys", "forgets all key patterns", "resetkeys"),
    newer(
        Feature::Channels,
        "&pattern",
        "may use channels that match; PSUBSCRIBE needs the very pattern",
        "&app:*",
    ),
    newer(
        Feature::Channels,
        "&*",
        "may use all channels; the same as allchannels",
        "&*",
    ),
    newer(
        Feature::Channels,
        "resetchannels",
        "forgets all channels",
        "resetchannels",
    ),
    word(
        "+command",
        "may run a command, with all its subcommands",
        "+get",
    ),
    word("-command", "may not run it", "-flushall"),
    word("+command|sub", "may run one subcommand", "+config|get"),
    newer(
        Feature::Subcommands,
        "-command|sub",
        "may not run one subcommand",
        "-client|kill",
    ),
    word("+@category", "may run all commands of a category", "+@read"),
    word("-@category", "may not run any of them", "-@dangerous"),
    word(
        "+@all",
        "may run everything, later and module commands too; the same as allcommands",
        "+@all",
    ),
    word("-@all", "may run nothing; the same as nocommands", "-@all"),
    newer(
        Feature::Selectors,
        "(…)",
        "another set of rights: a command must be allowed wholly by one set",
        "(%R~shared:* +get)",
    ),
    newer(
        Feature::Selectors,
        "clearselectors",
        "forgets all further sets",
        "clearselectors",
    ),
    newer(
        Feature::Payload,
        "skip-sanitize-payload",
        "RESTORE takes payloads unchecked",
        "skip-sanitize-payload",
    ),
    newer(
        Feature::Payload,
        "sanitize-payload",
        "RESTORE checks payloads; the usual",
        "sanitize-payload",
    ),
    newer(
        Feature::Databases,
        "db=0,1",
        "may use these databases only",
        "db=0",
    ),
    newer(
        Feature::Databases,
        "alldbs",
        "may use all databases",
        "alldbs",
    ),
];

/// The words that a server understands, in the order in which they are best learnt.
pub fn words(dialect: Dialect) -> impl Iterator<Item = &'static Word> {
    let understood = move |word: &&Word| word.needs.is_none_or(|needs| dialect.has(needs));
    WORDS.iter().filter(understood)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::acl::parse;

    #[test]
    fn every_example_is_a_rule() {
        let newest = Dialect::new("valkey", "9.1.0");
        assert_eq!(words(newest).count(), WORDS.len());
        assert!(
            words(Dialect::new("redis", "6.0.0")).count()
                < words(Dialect::new("redis", "7.0.0")).count()
        );
        for word in words(newest).filter(|word| !word.example.contains('…')) {
            assert!(
                parse::rule(word.example.as_bytes()).is_ok(),
                "{}",
                word.example
            );
        }
    }
}
