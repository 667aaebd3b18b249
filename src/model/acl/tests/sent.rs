//! Typed lines, what is sent, and roles.
use super::super::parse::Why;
use super::super::user::Refusal;
use super::*;

#[test]
fn an_unclear_line_is_pointed_at() {
    let catalog = catalog();
    for (text, at, why) in [
        ("on ^new", 3, Why::NoRule),
        ("on +get~a\\x20b", 3, Why::NoRule),
        ("-@a\\tb", 0, Why::NoRule),
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

#[test]
fn what_two_people_changed_is_put_together() {
    let base = "on ~a:* ~b:* &a:* +@read +get";
    for (mine, theirs, both) in [
        (
            "on ~a:* &a:* +@read +get +set",
            "on ~a:* ~b:* ~c:* &a:* +@read +get",
            "on ~a:* ~c:* &a:* +@read +get +set",
        ),
        (
            "off %R~a:* ~b:* &a:* +@read",
            "on %W~a:* ~b:* resetchannels +@read +get",
            "off ~b:* %R~a:* resetchannels +@read",
        ),
        // The server told the same in other words: what was taken away is gone all the same.
        (
            "on ~a:* ~b:* &a:* +@read -get",
            "on ~a:* ~b:* &a:* +@string +@read",
            "on ~a:* ~b:* &a:* +@string +@read -get",
        ),
        (
            "on ~* &a:* +@all",
            "on ~a:* &* +@read +get -mget",
            "on ~* &* +@all",
        ),
        (
            "on ~a:* ~b:* &a:* +@read +get (~s:* +set)",
            "on ~a:* ~b:* &a:* +@read +get (~t:* +get)",
            "on ~a:* ~b:* &a:* +@read +get (~t:* +get) (~s:* +set)",
        ),
    ] {
        let now = rebase::rebase(&made(base), &made(mine), &made(theirs), &catalog());
        assert_eq!(now, made(both), "{mine} on {theirs}");
    }
}
