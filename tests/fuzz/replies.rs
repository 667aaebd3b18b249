//! Readers of replies: pages of every kind, users, denials, connections, commands, whatever a server answers.
use std::sync::LazyLock;

use keygrove::model::acl::{Catalog, Dialect, Rule, commands, parse, print, replies, valid};
use keygrove::model::kinds::{self, Look, Mark, Page, Shape, Verb};
use keygrove::model::undo::Life;
use keygrove::model::{Pattern, Reply, purpose};
use proptest::prelude::*;
use proptest::sample::select;

use super::{config, hostile};

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| commands::assumed(Dialect::new("redis", "7.0.15")));

const KINDS: &[&str] = &[
    "string",
    "hash",
    "list",
    "set",
    "zset",
    "stream",
    "ReJSON-RL",
    "vectorset",
    "",
];

fn text(text: &str) -> Reply {
    Reply::Bytes(text.into())
}

fn array(items: &[&str]) -> Reply {
    Reply::Array(items.iter().map(|item| text(item)).collect())
}

/// Replies as a server gives them to the reads of a page; every kind finds some of its own.
fn page() -> impl Strategy<Value = Vec<Reply>> {
    let cursor = |items: Reply| Reply::Array(vec![text("17"), items]);
    let scored = Reply::Array(vec![
        Reply::Array(vec![text("a"), Reply::Double(1.5)]),
        Reply::Array(vec![text("b"), Reply::Double(f64::INFINITY)]),
    ]);
    let body = select(vec![
        text("value"),
        array(&["a", "b"]),
        array(&["a", "1", "b", "2"]),
        cursor(array(&["a", "1", "b", "2"])),
        cursor(Reply::Map(vec![(text("a"), text("1"))])),
        cursor(Reply::Array(Vec::new())),
        scored,
        Reply::Array(Vec::new()),
    ]);
    let body = body.prop_flat_map(hostile::nearly);
    let size = prop_oneof![(0..4_i64).prop_map(Reply::Int), hostile::reply()];
    let more = prop::collection::vec(hostile::reply(), 0..3);
    (size, body, more).prop_map(|(size, body, more)| [vec![size, body], more].concat())
}

fn look() -> impl Strategy<Value = Look> {
    let mark = prop_oneof![
        any::<u64>().prop_map(Mark::Cursor),
        any::<u64>().prop_map(Mark::Index)
    ];
    let filter = prop::option::of(hostile::bytes())
        .prop_map(|glob| glob.and_then(|glob| Pattern::new(&glob).ok()));
    (filter, prop::option::of(mark), any::<u32>()).prop_map(|(filter, from, count)| Look {
        filter,
        from,
        count,
        ..Look::whole()
    })
}

/// Everything that is done to the rows of a page before anything is sent.
fn handle(kind: &dyn kinds::Kind, page: &Page, typed: &[Vec<u8>]) -> Result<(), TestCaseError> {
    let cells = match kind.shape() {
        Shape::Text => 1,
        Shape::Grid(headings) => headings.len(),
    };
    let verbs = [
        Verb::Add,
        Verb::Edit,
        Verb::Rename,
        Verb::Increment,
        Verb::Remove,
        Verb::Pop,
        Verb::RemoveValue,
        Verb::Reset,
    ];
    for row in &page.rows {
        prop_assert_eq!(row.cells.len(), cells);
        prop_assert!(kind.same(row, row));
        prop_assert!(!kind.command(&"k".into(), Some(row)).cli().is_empty());
        drop(kind.locate(row));
        for verb in verbs {
            let Some(form) = kind.form(verb, Some(row)) else {
                continue;
            };
            let initial: Vec<Vec<u8>> = form.iter().map(|field| field.initial.clone()).collect();
            for typed in [&initial[..], typed] {
                match kind.change(&"k".into(), verb, Some(row), typed) {
                    Ok(change) => prop_assert!(!change.lines().is_empty()),
                    Err(refusal) => {
                        prop_assert!(refusal.field < form.len().max(1) && !refusal.why.is_empty());
                    }
                }
            }
        }
    }
    Ok(())
}

/// A user as ACL GETUSER tells it.
fn user() -> Reply {
    let selector = Reply::Array(vec![
        text("commands"),
        text("-@all +get"),
        text("keys"),
        text("~s:*"),
        text("channels"),
        text(""),
    ]);
    Reply::Array(vec![
        text("flags"),
        array(&["on", "sanitize-payload"]),
        text("passwords"),
        array(&["2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"]),
        text("commands"),
        text("+@all -@dangerous +config|get"),
        text("keys"),
        text("~app:* %R~shared:*"),
        text("channels"),
        text("&app:*"),
        text("selectors"),
        Reply::Array(vec![selector]),
    ])
}

/// One entry of ACL LOG.
fn denial() -> Reply {
    let pair = |name: &str, value: Reply| (text(name), value);
    let entry = Reply::Map(vec![
        pair("count", Reply::Int(1)),
        pair("reason", text("command")),
        pair("context", text("toplevel")),
        pair("object", text("get")),
        pair("username", text("ada")),
        pair("age-seconds", Reply::Double(1.5)),
        pair(
            "client-info",
            text("id=7 addr=127.0.0.1:5 user=ada cmd=get"),
        ),
    ]);
    Reply::Array(vec![entry])
}

/// One command as COMMAND tells it.
fn command() -> Reply {
    let flags = Reply::Array(vec![Reply::Status("readonly".into())]);
    let number = Reply::Int;
    Reply::Array(vec![Reply::Array(vec![
        text("get"),
        number(2),
        flags.clone(),
        number(1),
        number(1),
        number(1),
        Reply::Array(vec![Reply::Status("@read".into())]),
        Reply::Array(Vec::new()),
        Reply::Array(vec![Reply::Map(vec![(text("flags"), flags)])]),
        Reply::Array(Vec::new()),
    ])])
}

/// Words of ACL rules, whole and broken.
fn rules() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => select(vec![
            "on", "off", "nopass", "resetpass", "reset", "allkeys", "~app:*", "%RW~a", "%R~", "%X~a", "&*", "+get", "-@all",
            "+config|get", "-config|get", "+get|a|b", "(", ")", "(+get ~a)", "((", ">pw", "<pw", "#00", "!zz", "db=0,1",
            "db=", "+@", "+", "~", "~a\\x20b", "~\\", "clearselectors",
        ]).prop_map(str::to_owned),
        1 => hostile::text(),
    ];
    (
        prop::collection::vec(word, 0..8),
        select(vec![" ", "  ", "\t", ""]),
    )
        .prop_map(|(words, space)| words.join(space))
}

/// Whether a rule can be shown whole, and sent.
fn is_plain(rule: &Rule) -> bool {
    !rule.is_secret() && valid::rule(rule).iter().all(valid::Unsafe::is_mild)
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn a_page_of_any_kind_is_read_or_a_sentence(
        kind in select(KINDS),
        look in look(),
        replies in prop_oneof![page(), prop::collection::vec(hostile::reply(), 0..5)],
        typed in prop::collection::vec(hostile::bytes(), 0..3),
    ) {
        let kind = kinds::of(kind);
        drop(kind.page(&"k".into(), &look));
        match kind.read(&look, &replies) {
            Ok(page) => handle(kind, &page, &typed)?,
            Err(odd) => prop_assert!(!odd.to_string().is_empty()),
        }
    }

    #[test]
    fn users_and_what_is_said_of_them_are_read_or_not(
        user in hostile::nearly(user()),
        denial in hostile::nearly(denial()),
        command in hostile::nearly(command()),
        line in hostile::bytes(),
        server in hostile::text(),
        version in hostile::text(),
    ) {
        let dialect = Dialect::new(&server, &version);
        if let Some(user) = replies::get_user(&line, &user, dialect) {
            drop((print::editable(&user, dialect), print::replace(&user, dialect), user.title()));
        }
        drop((replies::log(&denial), replies::list(&denial, dialect), replies::names(&denial)));
        drop((commands::catalog(&command, dialect), replies::connections(&line)));
        let told = [b"user ", line.as_slice(), b" on ~* +@all"].concat();
        if let Some(user) = replies::list_line(&told, dialect) {
            drop(print::editable(&user, dialect));
        }
    }

    #[test]
    fn typed_rules_are_rules_that_print_back_or_a_place(line in rules()) {
        match parse::line(&line, &CATALOG, &[]) {
            Ok(rules) if rules.iter().all(is_plain) => {
                let again = print::line(&rules);
                prop_assert_eq!(parse::line(&again, &CATALOG, &[]), Ok(rules), "{}", again);
            }
            Ok(_) => {}
            Err(fault) => {
                prop_assert!(line.get(fault.at..fault.at + fault.len).is_some(), "{:?}", fault);
                prop_assert!(!fault.to_string().is_empty());
            }
        }
        drop(parse::read_line(line.as_bytes()));
    }

    #[test]
    fn what_a_value_is_for_is_guessed_or_not(
        name in prop_oneof![hostile::bytes(), select(vec!["a:lock", "rate:limit", "session:1", "queue:jobs", "leaderboard"]).prop_map(|name| name.as_bytes().to_vec())],
        kind in select(KINDS),
        left in prop::option::of(any::<u64>()),
        value in prop::option::of(hostile::bytes()),
        life in prop::collection::vec(hostile::reply(), 0..4),
    ) {
        if let Some(purpose) = purpose::recognise(&name, kind, left, value.as_deref()) {
            prop_assert!(!purpose.sentence.chars().any(super::printed::harms));
        }
        let _ = Life::of(&life);
    }
}
