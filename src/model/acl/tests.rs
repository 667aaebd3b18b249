//! Replies of every version, typed lines, words: literals in, literals out.
use super::decide::{Denied, Invalid, grant};
use super::effect::{Ground, effect};
use super::keyspec::Need;
use super::parse::Why;
use super::replies::{connections, get_user, list_line, log};
use super::user::{Refusal, apply_all};
use super::*;
use crate::model::resp::Reply;

fn bytes(text: &str) -> Reply {
    Reply::Bytes(text.as_bytes().to_vec())
}

fn array(texts: &[&str]) -> Reply {
    Reply::Array(texts.iter().map(|text| bytes(text)).collect())
}

fn pairs(fields: Vec<(&str, Reply)>) -> Vec<(Reply, Reply)> {
    fields
        .into_iter()
        .map(|(name, value)| (bytes(name), value))
        .collect()
}

/// The same fields as RESP2 and RESP3 tell them.
fn both(fields: Vec<(&str, Reply)>) -> [Reply; 2] {
    let map = pairs(fields);
    let flat = map
        .iter()
        .flat_map(|(name, value)| [name.clone(), value.clone()])
        .collect();
    [Reply::Array(flat), Reply::Map(map)]
}

fn dialect(version: &str) -> Dialect {
    let (server, version) = version.split_once(' ').unwrap_or(("redis", version));
    Dialect::new(server, version)
}

fn catalog() -> Catalog {
    let mut catalog = commands::assumed(dialect("7.0.15"));
    catalog.source = Source::Asked;
    catalog
}

fn made(text: &str) -> User {
    let catalog = catalog();
    let mut user = User::new("ada");
    let rules = parse::line(text, &catalog, &[]).expect("clear rules");
    apply_all(&mut user, &rules, &catalog).expect("rules that apply");
    user
}

fn words(line: &str) -> Vec<&[u8]> {
    line.split(' ').map(str::as_bytes).collect()
}

const HASH: &str = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

/// The same user as each version tells it, and as it is printed again for that version.
#[test]
fn a_user_is_read_as_every_version_tells_it() {
    let six = vec![
        ("flags", array(&["on"])),
        ("passwords", array(&[HASH])),
        ("commands", bytes("-@all +get +config|get")),
        ("keys", array(&["app:*", "b"])),
    ];
    let six_two = [six.clone(), vec![("channels", array(&["app:*"]))]].concat();
    let seven = vec![
        ("flags", array(&["on", "sanitize-payload"])),
        ("passwords", array(&[HASH])),
        ("commands", bytes("-@all +get +config|get")),
        ("keys", bytes("~app:* %R~b")),
        ("channels", bytes("&app:*")),
        (
            "selectors",
            Reply::Array(vec![Reply::Map(pairs(vec![
                ("commands", bytes("-@all +set")),
                ("keys", bytes("%W~c")),
                ("channels", bytes("")),
            ]))]),
        ),
    ];
    let mut nine = seven.clone();
    nine.insert(5, ("databases", bytes("0,1")));
    nine.insert(6, ("shoe-size", Reply::Int(43)));
    for (version, fields, line) in [
        ("6.0.20", six, "on ~app:* ~b +get +config|get"),
        (
            "6.2.16",
            six_two,
            "on ~app:* ~b resetchannels &app:* +get +config|get",
        ),
        (
            "7.0.15",
            seven,
            "on ~app:* %R~b resetchannels &app:* +get +config|get (%W~c resetchannels +set)",
        ),
        (
            "valkey 9.1.0",
            nine,
            "on ~app:* %R~b resetchannels &app:* +get +config|get db=0,1 (%W~c resetchannels +set)",
        ),
    ] {
        for reply in both(fields) {
            let user = get_user(b"ada", &reply, dialect(version)).expect("a user");
            assert_eq!(print::editable(&user, dialect(version)), line, "{version}");
            assert_eq!(
                user.passwords,
                [Hash::new(HASH.as_bytes()).expect("a hash")]
            );
            let shoes = user.unknown.fields == [("shoe-size".to_owned(), "43".to_owned())];
            assert_eq!(shoes, version == "valkey 9.1.0");
        }
    }
    assert_eq!(get_user(b"ada", &Reply::Nil, dialect("7.0.15")), None);
}

#[test]
fn flags_of_old_and_of_unknown_servers_are_read() {
    let old = both(vec![
        (
            "flags",
            array(&[
                "off",
                "allkeys",
                "allcommands",
                "allchannels",
                "nopass",
                "skip-sanitize-payload",
            ]),
        ),
        ("passwords", array(&[])),
        ("commands", bytes("+@all -get")),
        ("keys", array(&["*"])),
        ("channels", array(&["*"])),
    ]);
    for reply in old {
        let user = get_user(b"ada", &reply, dialect("6.2.16")).expect("a user");
        assert_eq!(
            (user.on, user.nopass, user.skip_sanitize),
            (false, true, true)
        );
        assert_eq!(
            (&user.root.keys, &user.root.channels),
            (&Keys::All, &Channels::All)
        );
        assert_eq!(user.root.commands.len(), 2);
    }
    let new = both(vec![
        ("flags", array(&["on", "sparkling"])),
        ("commands", bytes("+@all ^new -nosuchcommand")),
        ("keys", bytes("~a")),
    ]);
    for reply in new {
        let user = get_user(b"ada", &reply, dialect("9.0.0")).expect("a user");
        let sent = print::line(&print::rules(&user, dialect("9.0.0")));
        assert_eq!(
            sent,
            "reset on ~a resetchannels +@all -nosuchcommand ^new sparkling"
        );
    }
}

#[test]
fn a_line_of_acl_list_is_read() {
    for (version, line, name, expected) in [
        (
            "7.0.15",
            format!(
                "user ada on sanitize-payload #{HASH} ~app:* resetchannels &app:* -@all +get (%R~b resetchannels -@all +set)"
            ),
            &b"ada"[..],
            "on ~app:* resetchannels &app:* +get (%R~b resetchannels +set)",
        ),
        (
            "6.0.20",
            "user default on nopass ~* +@all".into(),
            b"default",
            "on nopass ~* +@all",
        ),
        ("6.2.16", "user  off &* -@all".into(), b"", "off &*"),
    ] {
        let user = list_line(line.as_bytes(), dialect(version)).expect("a user");
        assert_eq!(
            (
                user.name.as_slice(),
                print::editable(&user, dialect(version)).as_str()
            ),
            (name, expected)
        );
    }
    assert_eq!(list_line(b"admin ada on", dialect("7.0.15")), None);
}

#[test]
fn the_log_of_denials_is_read() {
    let old = vec![
        ("count", Reply::Int(3)),
        ("reason", bytes("key")),
        ("context", bytes("toplevel")),
        ("object", bytes("other:1")),
        ("username", bytes("ada")),
        ("age-seconds", bytes("0.40300000000000002")),
        (
            "client-info",
            bytes("id=5 addr=127.0.0.1:1 name= age=2 idle=0 user=ada"),
        ),
    ];
    let mut new = old.clone();
    new[5] = ("age-seconds", Reply::Double(0.403));
    new.push(("entry-id", Reply::Int(9)));
    for (fields, id) in [(old, None), (new, Some(9))] {
        for reply in both(fields) {
            let denials = log(&Reply::Array(vec![reply, Reply::Int(1)]));
            assert_eq!(denials.len(), 1);
            let denial = &denials[0];
            assert_eq!(
                (denial.count, denial.reason.as_str(), denial.id),
                (3, "key", id)
            );
            assert_eq!(
                (denial.object.as_slice(), denial.user.as_slice()),
                (&b"other:1"[..], &b"ada"[..])
            );
            assert!((denial.age - 0.403).abs() < 1e-9);
            assert_eq!(connections(&denial.client)[0].user, b"ada");
        }
    }
}

#[test]
fn connections_are_read() {
    let text = b"id=3 addr=127.0.0.1:50 laddr=x name= age=7 idle=1 user=ada\r\nid=4 addr=/s:0 name=n age=1 idle=0 user=\xff\nx\n";
    let found = connections(text);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].id, found[0].age, found[0].idle), (3, 7, 1));
    assert_eq!(
        (found[1].user.as_slice(), found[1].name.as_slice()),
        (&b"\xff"[..], &b"n"[..])
    );
}

#[test]
fn commands_of_six_are_read() {
    let entry = |name: &str, arity, flags: &[&str], places: [i64; 3], categories: &[&str]| {
        let [first, last, step] = places.map(Reply::Int);
        let status = |texts: &[&str]| {
            Reply::Array(
                texts
                    .iter()
                    .map(|text| Reply::Status((*text).into()))
                    .collect(),
            )
        };
        Reply::Array(vec![
            bytes(name),
            Reply::Int(arity),
            status(flags),
            first,
            last,
            step,
            status(categories),
        ])
    };
    let reply = Reply::Array(vec![
        entry("get", 2, &["readonly"], [1, 1, 1], &["@read", "@fast"]),
        entry("mset", -3, &["write"], [1, -1, 2], &["@write"]),
        entry(
            "config",
            -2,
            &["admin"],
            [0, 0, 0],
            &["@admin", "@dangerous"],
        ),
        entry(
            "zunionstore",
            -4,
            &["write", "movablekeys"],
            [0, 0, 0],
            &["@write"],
        ),
        Reply::Int(1),
    ]);
    let catalog = commands::catalog(&reply, dialect("6.2.16")).expect("a catalog");
    assert_eq!(catalog.len(), 4);
    let keys = |line: &str| {
        let argv = words(line);
        let command = catalog.command(catalog.lookup(&argv).expect("known"));
        let places = keyspec::places(command, &argv);
        assert!(places.iter().all(|place| place.need == Need::NOTHING));
        places.iter().map(|place| place.at).collect::<Vec<_>>()
    };
    assert_eq!(keys("get a"), [1]);
    assert_eq!(keys("mset a 1 b 2"), [1, 3]);
    assert_eq!(keys("config get x"), []);
    assert_eq!(keys("zunionstore d 2 a b"), [3, 4, 1]);
    let mut user = User::new("ada");
    let rules = parse::line("+config|get", &catalog, &[]).expect("clear");
    apply_all(&mut user, &rules, &catalog).expect("applies");
    assert!(decide(&user, &catalog, &words("CONFIG GET x")).is_allowed());
    assert!(!decide(&user, &catalog, &words("CONFIG SET x 1")).is_allowed());
}

#[test]
fn an_unclear_line_is_pointed_at() {
    let catalog = catalog();
    for (text, at, why) in [
        ("on ^new", 3, Why::NoRule),
        ("on +nosuch", 3, Why::Command("nosuch".into())),
        ("+config|nosuch", 0, Why::Sub("config|nosuch".into())),
        ("-get|x", 0, Why::FirstArg("get".into())),
        ("+@nosuch", 0, Why::Category("nosuch".into())),
        ("~a  %X~b", 4, Why::Letters),
        ("%RR~b", 0, Why::Letters),
        ("#abc", 0, Why::Hash),
        ("~a\\x20b", 0, Why::Space),
        ("+", 0, Why::Nothing),
        ("+@", 0, Why::Nothing),
        ("+get|", 0, Why::Nothing),
        ("on (~a +get", 3, Why::Open),
        ("on )", 3, Why::Close),
        ("(on)", 0, Why::Inside),
        ("db=x", 0, Why::Databases),
        ("(+nosuch)", 0, Why::Command("nosuch".into())),
    ] {
        let unclear = parse::line(text, &catalog, &[]).expect_err(text);
        assert_eq!((unclear.at, &unclear.why), (at, &why), "{text}");
        assert!(text.get(at..at + unclear.len).is_some());
    }
    let kept = [Rule::Unknown(b"^new".to_vec())];
    assert_eq!(parse::line("^new", &catalog, &kept), Ok(kept.to_vec()));
}

#[test]
fn a_refusal_leaves_the_user_as_it_was() {
    let catalog = catalog();
    for (text, place, refusal) in [
        ("~* on ~a", 2, Refusal::AfterAllKeys),
        ("&* &a", 1, Refusal::AfterAllChannels),
        ("on <x", 1, Refusal::NoSuchPassword),
    ] {
        let mut user = User::new("ada");
        let rules = parse::line(text, &catalog, &[]).expect("clear");
        assert_eq!(
            apply_all(&mut user, &rules, &catalog),
            Err((place, refusal)),
            "{text}"
        );
        assert_eq!(user, User::new("ada"));
    }
}

#[test]
fn nothing_is_sent_that_the_server_does_not_understand() {
    for (version, text, needs) in [
        ("6.2.16", "%R~a", Some(Feature::KeyLetters)),
        ("6.2.16", "(~a)", Some(Feature::Selectors)),
        ("6.2.16", "+@all -config|get", Some(Feature::Subcommands)),
        ("6.0.20", "&a", Some(Feature::Channels)),
        ("7.0.15", "db=1", None),
        ("7.0.15", "%R~a (~a) &a -config|get", None),
    ] {
        let command = print::replace(&made(text), dialect(version));
        assert_eq!(
            command.err().map(|error| error.needs),
            needs,
            "{version} {text}"
        );
    }
    let command =
        print::replace(&made("on >secret ~a:* +get"), dialect("7.0.15")).expect("sendable");
    assert_eq!(
        command.cli(),
        "ACL SETUSER ada reset on (secret) ~a:* resetchannels +get"
    );
    assert!(
        command
            .args()
            .any(|arg| arg == format!("#{HASH}").as_bytes())
    );
}

#[test]
fn a_scope_is_said_in_words() {
    let catalog = catalog();
    for (text, scope, channels) in [
        ("", "nothing yet", "none"),
        ("~* &* +@all", "everything", "all"),
        (
            "~myapp:* &myapp:* +@all -@dangerous",
            "reads and writes myapp:*",
            "myapp:*",
        ),
        ("~myapp:* +@read", "reads myapp:*", "none"),
        ("%R~a %R~b +@all", "reads a b", "none"),
        (
            "%R~a ~b %W~c +@read +@write",
            "reads and writes b, reads a, writes c",
            "none",
        ),
        ("~* +@read -@dangerous", "reads all keys", "none"),
        ("+ping +info", "no keys, only commands without one", "none"),
        ("~a +get (~b +set)", "reads a, also writes b", "none"),
    ] {
        let user = made(text);
        assert_eq!(words::scope(&user, &catalog), scope, "{text}");
        assert_eq!(words::channels(&user), channels, "{text}");
    }
}

#[test]
fn the_rule_that_decides_and_the_smallest_grant_are_told() {
    let catalog = catalog();
    for (text, line, by, grants) in [
        (
            "~a:* +@all -@dangerous",
            "CONFIG GET x",
            Some("-@dangerous"),
            "+config|get",
        ),
        ("~a:* +get", "SET a:1 v", None, "+set"),
        ("~a:* +get", "SET b v", None, "+set %W~b"),
        ("~a:* +get", "GET b[1]", None, "%R~b\\\\[1]"),
        ("~a:* +getset", "SET b v GET", None, "+set ~b"),
        ("~a:* +copy", "COPY b c", None, "%R~b %W~c"),
        ("~a:* +publish", "PUBLISH n* x", None, "&n\\\\*"),
        ("~a:* +psubscribe", "PSUBSCRIBE n*", None, "&n*"),
        ("~a +get (~b +set)", "GET b", None, "%R~b"),
    ] {
        let user = made(text);
        let argv = words(line);
        let Verdict::Denied(Denied { by: told, .. }) = decide(&user, &catalog, &argv) else {
            unreachable!("{text}: {line} is refused");
        };
        assert_eq!(
            told.map(|rule| rule.to_string()).as_deref(),
            by,
            "{text}: {line}"
        );
        let rules = grant(&user, &catalog, &argv);
        assert_eq!(print::line(&rules), grants, "{text}: {line}");
        let mut granted = user;
        apply_all(&mut granted, &rules, &catalog).expect("a grant applies");
        assert!(decide(&granted, &catalog, &argv).is_allowed());
    }
    assert!(grant(&made("~* +get"), &catalog, &words("GET a")).is_empty());
    let invalid = |line: &str| match decide(&User::new("x"), &catalog, &words(line)) {
        Verdict::Invalid(invalid) => invalid.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(
        invalid("NOSUCH"),
        Invalid::Unknown(b"NOSUCH".to_vec()).to_string()
    );
    assert_eq!(invalid("GET"), Invalid::Arity("get".into()).to_string());
}

#[test]
fn a_change_is_told_by_what_it_means() {
    let catalog = catalog();
    let told = |before: &str, after: &str| effect(&made(before), &made(after), b"app:", &catalog);
    let gained = told("~app:* +get", "~app:* +get +flushall +set");
    assert_eq!(gained.gained[&Ground::Keyless], ["flushall"]);
    assert_eq!(gained.gained[&Ground::Own], ["set"]);
    assert!(gained.lost.is_empty() && !gained.gained.contains_key(&Ground::Other));
    let lost = told("~* +get", "%R~app:* +get");
    assert_eq!(lost.lost[&Ground::Other], ["get"]);
    assert!(lost.gained.is_empty() && lost.lost.len() == 1);
    assert!(told("~app:* +@all -@write", "~app:* +@all -@write -set").is_empty());
    let letters = told("~app:* +@all", "%R~app:* +@all");
    let own = &letters.lost[&Ground::Own];
    for writes in [
        "set",
        "lmpop",
        "xreadgroup",
        "georadius",
        "eval",
        "bitop",
        "smove",
    ] {
        let counts = own.iter().any(|name| name == writes);
        // These are asked in a form that only reads, or need no letter.
        let reads = ["georadius", "xreadgroup"].contains(&writes);
        assert_eq!(counts, !reads, "{writes}");
    }
}

#[test]
fn a_difference_is_shown_by_few_rules() {
    let catalog = catalog();
    for (before, after, rules) in [
        ("on ~a +get +set +del", "on ~a +get +set", "-del"),
        ("on ~a +get", "on ~a ~b +get", "~b"),
        ("on ~a ~b +get", "on ~a +get", "resetkeys ~a"),
        (
            "on ~a +@all -@dangerous",
            "off ~a +@all -@dangerous +info",
            "off +info",
        ),
        ("+@read", "+@all", "+@all"),
        ("+@all", "+@read", "-@all +@read"),
        ("+@read +get", "+@read", ""),
        ("&a", "&a &b", "&b"),
        (
            "~a +get (~b +set)",
            "~a +get (~b +set) (~c +del)",
            "(~c resetchannels +del)",
        ),
        (">one", ">one >two", "#(secret)"),
        (">one >two", ">two", "!(secret)"),
        ("nopass", ">two", "#(secret)"),
    ] {
        let told = diff::rules(&made(before), &made(after), &catalog);
        assert_eq!(print::line(&told), rules, "{before} → {after}");
    }
}

#[test]
fn who_can_touch_a_key_is_told() {
    use super::who::{Hand, Meeting, Touch, meets, touch};
    let catalog = catalog();
    let (no, yes) = (Hand::No, Hand::Yes);
    let told = |text: &str| touch(&made(text), b"app:1", &catalog);
    let reader = Touch {
        sees_name: yes,
        reads: yes,
        ..Touch::default()
    };
    assert_eq!(told("on %R~app:* +@read -@dangerous"), reader);
    assert_eq!(told("off ~* +@all"), Touch::default());
    let all = Touch {
        sees_name: yes,
        reads: yes,
        writes: yes,
        deletes: yes,
        expires: yes,
        administers: yes,
    };
    assert_eq!(told("on ~* +@all"), all);
    assert_eq!(
        told("on ~app:* +@all -@dangerous"),
        Touch {
            administers: no,
            ..all
        }
    );
    assert_eq!(told("on ~other:* +get +set"), Touch::default());
    assert_eq!(
        meets(&made("~app:* ~b"), b"a*"),
        Meeting::By(vec![KeyPattern {
            access: Access::Both,
            pattern: b"app:*".to_vec()
        }])
    );
    assert_eq!(meets(&made("~app:*"), b"b*"), Meeting::No);
    assert_eq!(meets(&made("~app:* (~*)"), b"b*"), Meeting::All);
}

#[test]
fn a_share_of_a_category_is_told() {
    let catalog = catalog();
    let share = |text: &str, category| {
        let user = made(text);
        Reach::of(&user, &catalog).selectors[0].share(category, &catalog)
    };
    let (none, count) = share("", "transaction");
    assert_eq!((none, share("+@all", "transaction")), (0, (count, count)));
    assert_eq!(share("+multi +exec", "transaction"), (2, count));
}

#[test]
fn the_patterns_that_decide_are_told() {
    let catalog = catalog();
    let user = made("~a:* %R~b:* &n:* +@all");
    let patterns = |line: &str| match decide(&user, &catalog, &words(line)) {
        Verdict::Allowed(allowed) => print::line(&allowed.patterns),
        Verdict::Denied(denied) => format!(
            "{:?} {}",
            denied.need,
            denied
                .near
                .map_or_else(String::new, |near| near.to_string())
        ),
        Verdict::Invalid(invalid) => invalid.to_string(),
    };
    assert_eq!(patterns("MGET a:1 b:1 a:2"), "~a:* %R~b:*");
    assert_eq!(patterns("PUBLISH n:1 x"), "&n:*");
    assert_eq!(patterns("PING"), "");
    assert_eq!(
        patterns("SET b:1 v"),
        "Need { read: false, write: true } %R~b:*"
    );
    assert_eq!(patterns("GET c"), "Need { read: true, write: false } ");
}

#[test]
fn a_user_with_unknown_fields_is_never_reset() {
    let catalog = catalog();
    let before = made("on ~a +get");
    let after = made("on ~a +get +set");
    let written = |before: &User| {
        print::write(before, &after, &catalog)
            .expect("sendable")
            .cli()
    };
    assert_eq!(
        written(&before),
        "ACL SETUSER ada reset on ~a resetchannels +get +set"
    );
    let mut odd = before;
    odd.unknown.fields.push(("shoe-size".into(), "43".into()));
    assert_eq!(written(&odd), "ACL SETUSER ada +set");
}

#[test]
fn persons_roles_join_ours() {
    let catalog = catalog();
    let own = r#"
        [[role]]
        name = "cache"
        title = "our cache"
        group = "job"
        must = ["GET {p}k"]
        [[role.variant]]
        from = "7.0"
        rules = "~{p}* +get"
    "#;
    let mut book = roles::ours();
    let count = book.roles.len();
    book.join(roles::read(own).expect("a file of roles"));
    assert_eq!(book.roles.len(), count);
    let role = book.role("cache").expect("a role");
    assert_eq!(roles::proposed_name("my app:", role), "my_app");
    assert!(!role.is_for(dialect("6.2.0")) && role.is_for(dialect("7.2.0")));
    let password = Secret::new("x");
    let mut user = role
        .user(b"c", &password, b"a*:", roles::Reachable::Own, &catalog)
        .expect("a user");
    assert_eq!(
        print::editable(&user, catalog.dialect),
        "on ~a\\\\*:* resetchannels &a\\\\*:* +get"
    );
    let addition = book.role("cluster-client").expect("an addition of ours");
    addition
        .add_to(&mut user, b"a*:", &catalog)
        .expect("it applies");
    assert!(decide(&user, &catalog, &words("CLUSTER SLOTS")).is_allowed());
    assert_eq!(words::channels(&user), "a\\\\*:*");
    for wrong in [
        "[[role]]",
        "shoe = 1",
        &own.replace("job", "jobs"),
        &own.replace("must", "musst"),
    ] {
        assert!(matches!(roles::read(wrong), Err(roles::Unusable::File(text)) if !text.is_empty()));
    }
    let bad = roles::read(&own.replace("+get", "+nosuch")).expect("a file of roles");
    let error = bad.roles[0]
        .user(b"c", &password, b"a:", roles::Reachable::None, &catalog)
        .expect_err("refused");
    assert_eq!(
        error.to_string(),
        "cache: +nosuch: this server knows no command nosuch"
    );
}
