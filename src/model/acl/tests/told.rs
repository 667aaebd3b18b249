//! Replies of every version, RESP2 and RESP3.
use super::super::keyspec::Need;
use super::super::replies::{connections, get_user, list_line, log};
use super::super::user::Refusal;
use super::*;

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
    assert_eq!(keys("config get x"), [0_usize; 0]);
    assert_eq!(keys("zunionstore d 2 a b"), [3, 4, 1]);
    let mut user = User::new("ada");
    let rules = parse::line("+config|get", &catalog, &[]).expect("clear");
    apply_all(&mut user, &rules, &catalog).expect("applies");
    assert!(decide(&user, &catalog, &words("CONFIG GET x")).is_allowed());
    assert!(!decide(&user, &catalog, &words("CONFIG SET x 1")).is_allowed());
    let rules = parse::line("+config +config|get", &catalog, &[]).expect("clear");
    assert_eq!(
        apply_all(&mut user, &rules, &catalog),
        Err((1, Refusal::AlreadyWhole))
    );
}
