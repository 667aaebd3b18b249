//! What users may do, in verdicts and in words.
use super::super::catalog::Command;
use super::super::decide::{Denied, Invalid, grant};
use super::super::effect::{Ground, effect};
use super::*;

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

/// The categories of commands with subcommands, as 6.2 tells them.
const CONTAINERS: &[(&str, &str)] = &[
    ("acl", "admin slow dangerous"),
    ("client", "admin slow dangerous connection"),
    ("cluster", "admin slow dangerous"),
    ("config", "admin slow dangerous"),
    ("latency", "admin slow dangerous"),
    ("memory", "read slow"),
    ("module", "admin slow dangerous"),
    ("object", "keyspace read slow"),
    ("pubsub", "pubsub slow"),
    ("script", "slow scripting"),
    ("slowlog", "admin slow dangerous"),
    ("xgroup", "write stream slow"),
    ("xinfo", "read stream slow"),
];

/// A server of 6.2 tells no subcommands: it knows them as first arguments, and none can be taken away.
fn six() -> Catalog {
    let known = commands::assumed(dialect("7.0.15"));
    let tells = |command: &Command| !command.name.contains('|') && command.name != "function";
    let commands = known.ids().map(|id| known.command(id).clone());
    let mut commands: Vec<Command> = commands.filter(tells).collect();
    for (name, categories) in CONTAINERS {
        let mut container = commands.iter_mut().filter(|command| command.name == *name);
        let container = container.next().expect("a container");
        container.categories = categories.split(' ').map(str::to_owned).collect();
    }
    Catalog::new(dialect("6.2.14"), Source::Asked, commands)
}

#[test]
fn roles_hold_on_old_servers_too() {
    for prefix in [&b"app:"[..], b"other:", b"another:", b"o"] {
        roles_hold(prefix);
    }
}

fn roles_hold(prefix: &[u8]) {
    let (catalog, book) = (six(), roles::ours());
    for role in book
        .roles
        .iter()
        .filter(|role| role.is_for(catalog.dialect))
    {
        let password = Secret::new("x");
        let user = role.user(b"ada", &password, prefix, role.channels, &catalog);
        let user = user.expect("a user");
        for row in matrix::of_role(&book, role, prefix, &catalog).expect("rows") {
            let argv: Vec<&[u8]> = row.argv.iter().map(Vec::as_slice).collect();
            let allowed = decide(&user, &catalog, &argv).is_allowed();
            let wanted = row.want == matrix::Want::Allowed;
            assert_eq!(
                allowed,
                wanted,
                "{}: {:?}",
                role.name,
                String::from_utf8_lossy(&row.argv.join(&b' '))
            );
        }
    }
}

/// What a server of 9.1.2 said to ACL DRYRUN, asked from database 0.
#[test]
fn databases_that_are_named_are_decided_by_db() {
    let catalog = Catalog::new(
        dialect("valkey 9.1.2"),
        Source::Asked,
        catalog()
            .ids()
            .map(|id| catalog().command(id).clone())
            .collect(),
    );
    let mut user = User::new("ada");
    let rules = parse::line("~a* +@all db=0", &catalog, &[]).expect("clear");
    apply_all(&mut user, &rules, &catalog).expect("applies");
    for (line, denied) in [
        ("SELECT 0", None),
        ("SELECT 1", Some("database 1")),
        ("SELECT x", None),
        ("MOVE a 0", None),
        ("MOVE b 1", Some("database 1")),
        ("COPY a ab", None),
        ("COPY a ab DB 0", None),
        ("COPY a ab REPLACE DB 1", Some("database 1")),
        ("SWAPDB 0 1", Some("database 1")),
        ("flushall", Some("database flushall")),
        ("flushdb", None),
        ("GET a", None),
        ("GET b", Some("key b")),
    ] {
        let said = match decide(&user, &catalog, &words(line)) {
            Verdict::Denied(Denied { reason, .. }) => Some(reason.to_string()),
            _ => None,
        };
        let wanted = denied.map(|what| format!("no permission for the {what}"));
        assert_eq!(said, wanted, "{line}");
        assert!(denied != Some("database 1") || grant(&user, &catalog, &words(line)).is_empty());
    }
}

#[test]
fn a_user_is_at_home_where_it_may_be() {
    for (rules, home, may, may_not) in [
        ("+@all", 0, 7, None),
        ("+@all db=0,3", 0, 3, Some(1)),
        ("+@all db=3,4", 3, 4, Some(0)),
        ("+@all resetdbs", 0, 5, None),
        ("+get db=3 (+set db=5)", 3, 5, Some(0)),
    ] {
        let mut user = User::new("ada");
        for rule in parse::line(rules, &catalog(), &[]).expect("clear") {
            user::apply(&mut user, &rule, &catalog()).expect("applies");
        }
        assert_eq!(user.home(), home, "{rules}");
        let none = rules.contains("resetdbs");
        assert_eq!(user.may_use(may), !none, "{rules}");
        assert!(may_not.is_none_or(|db| !user.may_use(db)), "{rules}");
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
fn who_can_touch_a_key_is_told() {
    use super::super::who::{Hand, Meeting, Touch, meets, touch};
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
fn what_changes_on_a_pattern_that_is_not_the_apps_is_told() {
    let catalog = catalog();
    for (before, after, gained, lost) in [
        ("~a:* +get", "~a:* ~b:x? +get", Some(&b"b:x?"[..]), None),
        ("~a:* %R~b +get", "~a:* +get", None, Some(&b"b"[..])),
        (
            "%R~a:* +get",
            "%R~a:* %W~a:1 +get +set",
            Some(&b"a:1"[..]),
            None,
        ),
        ("~a:* +get", "%R~a:* +get", None, None),
    ] {
        let told = effect(&made(before), &made(after), b"a:", &catalog);
        let on = |names: &std::collections::BTreeMap<Ground, Vec<String>>| {
            let mut grounds = names.keys();
            grounds.find_map(|ground| match ground {
                Ground::Pattern(pattern) => Some(pattern.clone()),
                _ => None,
            })
        };
        assert_eq!(on(&told.gained).as_deref(), gained, "{after}");
        assert_eq!(on(&told.lost).as_deref(), lost, "{after}");
    }
}
