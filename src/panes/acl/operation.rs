//! Operations in the words of a person.
use crate::model::resp;

/// What a command line is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Key,
    Channel,
    Server,
}

/// Commands that are tried in proofs; names in lower case.
const WORDS: &[(&str, About, &str)] = &[
    ("get", About::Key, "read a string"),
    ("set", About::Key, "write a string"),
    ("incr", About::Key, "count in a string"),
    ("del", About::Key, "delete a key"),
    ("unlink", About::Key, "delete a key"),
    ("expire", About::Key, "set the expiry of a key"),
    ("ttl", About::Key, "see the expiry of a key"),
    ("type", About::Key, "see the type of a key"),
    ("exists", About::Key, "ask for a key"),
    ("hget", About::Key, "read a hash"),
    ("hgetall", About::Key, "read a hash"),
    ("hset", About::Key, "write a hash"),
    ("lrange", About::Key, "read a list"),
    ("lpush", About::Key, "push onto a list"),
    ("rpush", About::Key, "push onto a list"),
    ("lpop", About::Key, "pop from a list"),
    ("brpop", About::Key, "wait at a list"),
    ("smembers", About::Key, "read a set"),
    ("sadd", About::Key, "add to a set"),
    ("zrange", About::Key, "read a sorted set"),
    ("zadd", About::Key, "add to a sorted set"),
    ("xadd", About::Key, "add to a stream"),
    ("xread", About::Server, "read streams"),
    ("rename", About::Key, "rename a key"),
    ("copy", About::Key, "copy a key"),
    ("move", About::Key, "move away a key"),
    ("publish", About::Channel, "publish"),
    ("subscribe", About::Channel, "subscribe"),
    ("psubscribe", About::Channel, "subscribe to a pattern"),
    ("ping", About::Server, "ask whether the server lives"),
    ("select", About::Server, "choose a database"),
    ("info", About::Server, "see how the server does"),
    ("scan", About::Server, "walk the names of all keys"),
    ("keys", About::Server, "list the names of all keys at once"),
    ("randomkey", About::Server, "see the name of any key"),
    ("dbsize", About::Server, "count all keys"),
    ("eval", About::Server, "run a script"),
    ("script", About::Server, "manage scripts"),
    ("function", About::Server, "manage functions"),
    ("client", About::Server, "see or manage connections"),
    ("config", About::Server, "see or change the configuration"),
    ("flushall", About::Server, "delete everything"),
    ("flushdb", About::Server, "delete a whole database"),
    ("swapdb", About::Server, "swap databases"),
    ("shutdown", About::Server, "stop the server"),
    ("acl", About::Server, "see or change users"),
    ("monitor", About::Server, "see what everybody does"),
    ("replicaof", About::Server, "make it a replica"),
    ("multi", About::Server, "run a transaction"),
];

/// What a command line does: `read a string of its own`, `delete everything`; a name alone where we have no words.
pub fn words(argv: &[Vec<u8>], prefix: &[u8]) -> String {
    let name = argv.first().map(|name| name.to_ascii_lowercase());
    let name = name.unwrap_or_default();
    let known = WORDS
        .iter()
        .find(|(known, ..)| known.as_bytes() == name.as_slice());
    let Some((_, about, words)) = known else {
        return format!("run {}", resp::quote(&name));
    };
    let named: Vec<&[u8]> = argv.iter().skip(1).map(Vec::as_slice).collect();
    let own = |name: &&[u8]| name.starts_with(prefix);
    let mine = match about {
        About::Server => return (*words).to_owned(),
        About::Key if name == b"rename" || name == b"copy" => named.iter().take(2).all(own),
        About::Key | About::Channel => named.first().is_some_and(own),
    };
    let place = match (about, mine) {
        _ if prefix.is_empty() => "",
        (About::Channel, true) => " on a channel of its own",
        (About::Channel, false) => " on a channel of others",
        (_, true) => " of its own",
        (_, false) => " of others",
    };
    format!("{words}{place}")
}

/// A command line as one types it.
pub fn line(argv: &[Vec<u8>]) -> String {
    let words: Vec<String> = argv.iter().map(|arg| resp::quote(arg)).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_says_what_it_does_and_to_whom() {
        for (line, said) in [
            ("GET app:k", "read a string of its own"),
            ("get other:k", "read a string of others"),
            ("RENAME app:a other:b", "rename a key of others"),
            ("SUBSCRIBE app:c", "subscribe on a channel of its own"),
            ("ACL LIST", "see or change users"),
            ("GEOADD app:k 1 1 a", "run geoadd"),
            ("", "run \"\""),
        ] {
            let argv: Vec<Vec<u8>> = line
                .split_whitespace()
                .map(|word| word.as_bytes().to_vec())
                .collect();
            assert_eq!(words(&argv, b"app:"), said, "{line}");
        }
        assert_eq!(
            words(&[b"get".to_vec(), b"x".to_vec()], b""),
            "read a string"
        );
    }
}
