//! ACL rules survive printing, differences lead where they say, secrets stay hidden, nothing a server says panics.
use std::sync::LazyLock;

use keygrove::model::acl::overlap::overlap;
use keygrove::model::acl::user::{Unknown, apply_all};
use keygrove::model::acl::{
    Access, Catalog, Channels, CommandRule, Databases, Dialect, Hash, KeyPattern, Keys, Rights,
    Rule, Secret, Sign, User, Verdict, What, commands, decide, diff, parse, print, reach, rebase,
    replies,
};
use keygrove::model::{Reply, glob};
use proptest::prelude::*;
use proptest::sample::select;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| commands::assumed(dialect()));

fn dialect() -> Dialect {
    Dialect::new("valkey", "9.1.0")
}

/// Bytes of a pattern that a server accepts: anything but white space and zero, wildcards frequent.
fn pattern() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => select(b"ab:*?[]^\\".as_slice()),
        1 => any::<u8>(),
    ];
    let space = |byte: &u8| matches!(byte, 0 | b' ' | 9..=13);
    prop::collection::vec(byte.prop_filter("no space", move |byte| !space(byte)), 0..8)
}

fn access() -> impl Strategy<Value = Access> {
    select(&[Access::Both, Access::Read, Access::Write][..])
}

fn key_pattern() -> impl Strategy<Value = KeyPattern> {
    (access(), pattern()).prop_map(|(access, pattern)| KeyPattern { access, pattern })
}

fn command_rule() -> impl Strategy<Value = CommandRule> {
    let name = (0..CATALOG.len())
        .prop_map(|at| CATALOG.command(CATALOG.ids().nth(at).unwrap()).name.clone());
    let category = select(CATALOG.categories()).prop_map(|name| What::Category(name.to_owned()));
    let command = name.prop_map(|name| match name.split_once('|') {
        Some((command, sub)) => What::Sub {
            command: command.to_owned(),
            arg: sub.as_bytes().to_vec(),
        },
        None => What::Command(name),
    });
    let first_arg = select(&["0", "1", "x"][..]).prop_map(|arg| CommandRule {
        sign: Sign::Allow,
        what: What::Sub {
            command: "select".into(),
            arg: arg.into(),
        },
    });
    let sign = select(&[Sign::Allow, Sign::Deny][..]);
    let what = prop_oneof![1 => Just(What::All), 4 => category, 4 => command];
    prop_oneof![
        8 => (sign, what).prop_map(|(sign, what)| CommandRule { sign, what }),
        1 => first_arg,
    ]
}

/// Rules that may stand in a selector.
fn right() -> impl Strategy<Value = Rule> {
    prop_oneof![
        4 => command_rule().prop_map(Rule::Command),
        // The one way of writing `*` for all keys is the keyword.
        2 => key_pattern().prop_map(Rule::Key),
        2 => pattern().prop_filter("a keyword", |pattern| pattern != b"*").prop_map(Rule::Channel),
        1 => select(&[Rule::AllKeys, Rule::ResetKeys, Rule::AllChannels, Rule::ResetChannels][..]),
        1 => prop::collection::vec(0..99_u32, 1..3).prop_map(Rule::Databases),
        1 => select(&[Rule::AllDatabases, Rule::ResetDatabases][..]),
    ]
}

/// Rules without parentheses in them, so that a selector can be read back.
fn selector() -> impl Strategy<Value = Rule> {
    let plain = |rules: &Vec<Rule>| {
        let inside: Vec<u8> = rules.iter().flat_map(Rule::token).collect();
        !inside.iter().any(|byte| b"()".contains(byte))
    };
    prop::collection::vec(right(), 0..4)
        .prop_filter("parentheses", plain)
        .prop_map(Rule::Selector)
}

fn rule() -> impl Strategy<Value = Rule> {
    let word = &[
        Rule::On,
        Rule::Off,
        Rule::NoPass,
        Rule::ResetPass,
        Rule::Reset,
        Rule::SanitizePayload,
        Rule::SkipSanitizePayload,
        Rule::ClearSelectors,
    ];
    prop_oneof![8 => right(), 1 => selector(), 2 => select(word.to_vec())]
}

fn hash() -> impl Strategy<Value = Hash> {
    "[a-z0-9]{12,20}".prop_map(|password| Secret::new(password).hash())
}

fn rights() -> impl Strategy<Value = Rights> {
    prop::collection::vec(right(), 0..8).prop_map(|rules| {
        let mut rights = Rights::none();
        for rule in rules {
            // What a server would refuse changes nothing.
            drop(rights.apply(&rule, &CATALOG));
        }
        rights
    })
}

fn user() -> impl Strategy<Value = User> {
    let passwords = prop::collection::btree_set(hash(), 0..4);
    let selectors = prop::collection::vec(rights(), 0..3);
    (any::<[bool; 3]>(), passwords, rights(), selectors).prop_map(
        |([on, nopass, skip], passwords, root, selectors)| {
            let passwords = if nopass {
                Vec::new()
            } else {
                passwords.into_iter().collect()
            };
            let name = b"subject".to_vec();
            let unknown = Unknown::default();
            User {
                name,
                on,
                nopass,
                passwords,
                skip_sanitize: skip,
                root,
                selectors,
                unknown,
            }
        },
    )
}

fn reply() -> impl Strategy<Value = Reply> {
    let words = [
        "flags",
        "passwords",
        "commands",
        "keys",
        "channels",
        "selectors",
        "databases",
        "on",
        "~a",
        "&b",
        "+@all -get",
        "count",
        "reason",
        "object",
        "username",
        "age-seconds",
        "spec",
        "type",
        "index",
        "keyword",
        "range",
        "keynum",
        "begin_search",
        "find_keys",
        "get",
        "config|get",
    ];
    let leaf = prop_oneof![
        Just(Reply::Nil),
        any::<i64>().prop_map(Reply::Int),
        any::<f64>().prop_map(Reply::Double),
        prop::collection::vec(any::<u8>(), 0..6).prop_map(Reply::Bytes),
        select(words.to_vec()).prop_map(|word| Reply::Bytes(word.into())),
        ".{0,4}".prop_map(Reply::Status),
    ];
    leaf.prop_recursive(4, 64, 12, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Reply::Array),
            prop::collection::vec((inner.clone(), inner), 0..6).prop_map(Reply::Map),
        ]
    })
}

fn names_databases(command: &str) -> bool {
    ["copy", "flushall", "move", "select", "swapdb"].contains(&command)
}

proptest! {
    #[test]
    fn a_rule_survives_the_wire_and_the_screen(rules in prop::collection::vec(rule(), 0..6)) {
        for rule in &rules {
            prop_assert_eq!(&parse::read(&rule.token()), rule);
        }
        let line = print::line(&rules);
        prop_assert_eq!(parse::line(&line, &CATALOG, &[]), Ok(rules), "{}", line);
    }

    #[test]
    fn a_printed_user_is_that_user_again(user in user()) {
        let mut again = User::new("subject");
        let rules = print::rules(&user, dialect());
        prop_assert_eq!(apply_all(&mut again, &rules, &CATALOG), Ok(()));
        prop_assert_eq!(&again, &user);
        prop_assert!(diff::same(&again, &user, &CATALOG));
    }

    #[test]
    fn a_difference_leads_to_its_end(before in user(), after in user()) {
        let rules = diff::rules(&before, &after, &CATALOG);
        prop_assert!(!rules.contains(&Rule::Reset));
        let mut changed = before.clone();
        prop_assert_eq!(apply_all(&mut changed, &rules, &CATALOG), Ok(()), "{}", print::line(&rules));
        prop_assert!(diff::same(&changed, &after, &CATALOG), "{}", print::line(&rules));
        prop_assert_eq!(diff::rules(&before, &before, &CATALOG), []);
    }

    #[test]
    fn a_small_change_is_a_short_difference(before in user(), rule in command_rule()) {
        let mut after = before.clone();
        prop_assert_eq!(apply_all(&mut after, [&Rule::Command(rule)], &CATALOG), Ok(()));
        prop_assert!(diff::rules(&before, &after, &CATALOG).len() <= 1);
    }

    #[test]
    fn a_change_put_on_top_of_another_holds(base in user(), mine in user(), theirs in user()) {
        let on_top = |theirs: &User| rebase::rebase(&base, &mine, theirs, &CATALOG);
        prop_assert_eq!(&on_top(&base), &User { unknown: base.unknown.clone(), ..mine.clone() });
        prop_assert_eq!(&rebase::rebase(&base, &base, &theirs, &CATALOG), &theirs);
        let now = on_top(&theirs);
        let scopes = [&base, &mine, &now].map(|user| reach::Scope::of(&user.root, &CATALOG));
        for id in CATALOG.ids().filter(|id| CATALOG.command(*id).subs.is_empty()) {
            let [had, wanted, has] = scopes.each_ref().map(|scope| scope.allows(id));
            let name = &CATALOG.command(id).name;
            prop_assert!(had == wanted || has == wanted, "{} of {:?}", name, now.root.commands);
        }
        for hash in mine.passwords.iter().filter(|hash| !base.passwords.contains(hash)) {
            prop_assert!(now.passwords.contains(hash));
        }
    }

    #[test]
    fn a_secret_is_never_shown(user in user(), password in "[a-z0-9]{12,20}") {
        let secret = Secret::new(password.clone());
        let mut rules = print::rules(&user, dialect());
        rules.extend([Rule::AddPassword(secret.clone()), Rule::RemovePassword(secret.clone())]);
        let command = print::set_user(b"subject", &rules, dialect()).unwrap();
        let shown = format!("{} {} {command:?} {rules:?} {user:?} {secret} {secret:?}", print::line(&rules), command.cli());
        prop_assert!(!shown.contains(&password) && !shown.contains(secret.hash().reveal()));
        prop_assert!(user.passwords.iter().all(|hash| !shown.contains(hash.reveal())));
        prop_assert!(command.args().all(|arg| arg != [b">", password.as_bytes()].concat()));
    }

    #[test]
    fn a_grant_grants(user in user(), at in 0..CATALOG.len(), names in prop::collection::vec("[a-c*\\[ ]{1,3}", 0..6)) {
        let command = CATALOG.command(CATALOG.ids().nth(at).unwrap());
        let words = command.name.split('|').chain(names.iter().map(String::as_str));
        let argv: Vec<&[u8]> = words.map(str::as_bytes).collect();
        let rules = decide::grant(&user, &CATALOG, &argv);
        let mut granted = user.clone();
        prop_assert_eq!(apply_all(&mut granted, &rules, &CATALOG), Ok(()));
        match decide::decide(&user, &CATALOG, &argv) {
            // No database is granted unasked.
            Verdict::Denied(_) if rules.is_empty() => prop_assert!(names_databases(&command.name)),
            Verdict::Denied(_) => prop_assert!(decide::decide(&granted, &CATALOG, &argv).is_allowed()),
            _ => prop_assert!(rules.is_empty()),
        }
    }

    #[test]
    fn patterns_that_share_a_name_overlap(a in pattern(), b in pattern(), name in pattern()) {
        prop_assert_eq!(overlap(&a, &b), overlap(&b, &a));
        if glob::matches(&a, &name) && glob::matches(&b, &name) {
            prop_assert!(overlap(&a, &b));
        }
        prop_assert_eq!(overlap(&a, &keygrove::model::acl::escape::literal(&name)) || !glob::matches(&a, &name), true);
    }

    #[test]
    fn whatever_a_server_says_is_taken(reply in reply(), bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let user = replies::get_user(b"x", &reply, dialect());
        if let Some(user) = user {
            drop(print::replace(&user, dialect()));
        }
        drop((replies::log(&reply), replies::list(&reply, dialect()), commands::catalog(&reply, dialect())));
        drop((replies::connections(&bytes), parse::read_line(&bytes)));
        let line = [b"user x ", bytes.as_slice()].concat();
        drop(replies::list_line(&line, dialect()));
        drop(parse::line(&String::from_utf8_lossy(&bytes), &CATALOG, &[]));
    }
}

#[test]
fn limits_of_a_new_user_are_none() {
    let user = User::new("x");
    assert_eq!(user.root.keys, Keys::Only(Vec::new()));
    assert_eq!(user.root.channels, Channels::Only(Vec::new()));
    assert_eq!(user.root.databases, Databases::All);
}
