//! The command line: what it asks for, and the sentence that a wrong one gets.
#![allow(clippy::unwrap_used, clippy::panic)]
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use keygrove::cli::{Around, Goal, Options, Refused, Start, Writing, parse_in};
use keygrove::model::target::{Environment, Place, Secret, Target, Tls, Trust};
use keygrove::panes::Setup;
use keygrove::server::{Access, Load};
use keygrove::start::setup;

/// Parses in an environment of these variables; a question is answered with `asked`.
fn start(args: &[&str], vars: &[(&str, &str)]) -> Result<Start, Refused> {
    let around = Around {
        var: &|name| {
            vars.iter()
                .find(|(var, _)| *var == name)
                .map(|(_, value)| OsString::from(value))
        },
        ask: &|_| Ok("asked".into()),
    };
    parse_in(
        [&["keygrove"], args]
            .concat()
            .into_iter()
            .map(OsString::from),
        &around,
    )
}

fn options(args: &[&str], vars: &[(&str, &str)]) -> Options {
    match start(args, vars) {
        Ok(Start::App(options)) => *options,
        other => panic!("{args:?}: {other:?}"),
    }
}

fn target(args: &[&str], vars: &[(&str, &str)]) -> Target {
    match options(args, vars).goal {
        Goal::Server(target) => target,
        Goal::Demo { .. } => panic!("{args:?} starts a demo"),
    }
}

/// The sentence and the exit status.
fn refused(args: &[&str], vars: &[(&str, &str)]) -> (String, u8) {
    match start(args, vars) {
        Err(refused) => (refused.to_string(), refused.status()),
        Ok(start) => panic!("{args:?}: {start:?}"),
    }
}

fn tcp(host: &str, port: u16) -> Target {
    Target {
        place: Place::Tcp {
            host: host.into(),
            port,
        },
        ..Target::default()
    }
}

fn login(target: Target, user: Option<&str>, password: Option<&str>) -> Target {
    Target {
        user: user.map(Into::into),
        password: password.map(Secret::new),
        ..target
    }
}

#[test]
fn nothing_said_is_the_server_here_with_ordinary_care() {
    assert_eq!(
        options(&[], &[]),
        Options {
            goal: Goal::Server(Target::default()),
            prefix: None,
            separator: b":".to_vec(),
            writing: Writing::Allowed,
            env: Environment::Dev,
            count: 1000,
            load: Load::Fair,
            log_file: None,
            roles: None,
            warnings: Vec::new(),
        }
    );
}

#[test]
fn the_server_is_the_one_named_nearest() {
    const VARS: &[(&str, &str)] = &[("REDIS_URL", "redis://ada:pw@far:7000/3")];
    let far = || Target {
        db: 3,
        ..login(tcp("far", 7000), Some("ada"), Some("pw"))
    };
    for (args, wanted) in [
        (&[][..], far()),
        (&["-n", "5"], Target { db: 5, ..far() }),
        (
            &["--user", "eve"],
            Target {
                user: Some("eve".into()),
                ..far()
            },
        ),
        (
            &["near:7001/1"],
            Target {
                db: 1,
                ..tcp("near", 7001)
            },
        ),
        (&["-u", "redis://near"], tcp("near", 6379)),
        // A password that belongs to the variable's server is not sent to another one.
        (&["-h", "near"], tcp("near", 6379)),
        (&["-h", " near "], tcp("near", 6379)),
        (&["-p", "7001"], tcp("127.0.0.1", 7001)),
        (&["-h", "::1", "-p", "7001"], tcp("::1", 7001)),
        (
            &["-s", "/run/a.sock"],
            Target {
                place: Place::Unix("/run/a.sock".into()),
                ..Target::default()
            },
        ),
        (
            &["-s", "/run/a.sock", "-h", "near"],
            Target {
                place: Place::Unix("/run/a.sock".into()),
                ..Target::default()
            },
        ),
        // Flags win over the parts of a URL.
        (
            &["near:7001/1", "-p", "7002"],
            Target {
                db: 1,
                ..tcp("near", 7002)
            },
        ),
        (
            &["near:7001/1", "-h", "other", "-n", "2"],
            Target {
                db: 2,
                ..tcp("other", 7001)
            },
        ),
        (
            &["unix:///run/a.sock", "-p", "7002"],
            tcp("127.0.0.1", 7002),
        ),
        (&["-p", "1", "-p", "2"], tcp("127.0.0.1", 2)),
    ] {
        assert_eq!(target(args, VARS), wanted, "{args:?}");
    }
    assert_eq!(target(&[], &[("REDIS_URL", "")]), Target::default());
}

#[test]
fn the_password_is_the_one_said_loudest() {
    const VARS: &[(&str, &str)] = &[("REDISCLI_AUTH", "var")];
    for (args, user, password) in [
        (&[][..], None, "var"),
        (&["redis://ada:@h"], Some("ada"), "var"),
        (&["redis://ada:url@h"], Some("ada"), "url"),
        (&["redis://ada:url@h", "-a", "typed"], Some("ada"), "typed"),
        (&["--pass", "typed", "--user", "eve"], Some("eve"), "typed"),
        (&["-a", "-dash"], None, "-dash"),
        (
            &["redis://ada:url@h", "-a", "typed", "--askpass"],
            Some("ada"),
            "asked",
        ),
    ] {
        let target = target(args, VARS);
        assert_eq!(
            (target.user.as_deref(), target.password),
            (user, Some(Secret::new(password))),
            "{args:?}"
        );
    }
}

#[test]
fn a_password_that_others_can_see_is_warned_of() {
    for (args, warnings) in [
        (&["-a", "pw"][..], 1),
        (&["redis://:pw@h"], 1),
        (&["redis://:pw@h", "-a", "pw"], 1),
        (&["-a", "pw", "--no-auth-warning"], 0),
        (&["redis://ada:@h"], 0),
        (&["--askpass"], 0),
    ] {
        assert_eq!(options(args, &[]).warnings.len(), warnings, "{args:?}");
    }
    assert!(
        options(
            &[],
            &[("REDIS_URL", "redis://:pw@h"), ("REDISCLI_AUTH", "pw")]
        )
        .warnings
        .is_empty()
    );
}

#[test]
fn no_password_is_in_what_a_developer_prints() {
    let options = options(&["redis://:hunter2@h"], &[]);
    assert!(!format!("{options:?}").contains("hunter2"));
}

#[test]
fn askpass_without_a_terminal_is_no_usage_error() {
    let around = Around {
        var: &|_| None,
        ask: &|_| Err(io::ErrorKind::NotFound.into()),
    };
    let refused = parse_in(["keygrove", "--askpass"].map(OsString::from), &around).unwrap_err();
    assert_eq!(refused.status(), 1);
}

#[test]
fn tls_is_asked_for_by_flag_or_url() {
    let tls = |args: &[&str]| target(args, &[]).tls;
    let full = Tls {
        cacert: Some("ca.pem".into()),
        cert: Some("me.pem".into()),
        key: Some("me.key".into()),
        trust: Trust::Verified,
    };
    assert_eq!(tls(&["--tls"]), Some(Tls::default()));
    assert_eq!(tls(&["rediss://h"]), Some(Tls::default()));
    assert_eq!(
        tls(&[
            "--tls", "--cacert", "ca.pem", "--cert", "me.pem", "--key", "me.key"
        ]),
        Some(full)
    );
    let blind = Some(Tls {
        trust: Trust::Anything,
        ..Tls::default()
    });
    assert_eq!(tls(&["rediss://h", "--insecure"]), blind);
    assert_eq!(tls(&["rediss://h#insecure", "--tls"]), blind);
}

#[test]
fn care_follows_the_environment_unless_told_more() {
    for (args, env, writing, access) in [
        (
            &["--env", "dev"][..],
            Environment::Dev,
            Writing::Allowed,
            Access::ReadWrite,
        ),
        (
            &["--env", "staging"],
            Environment::Staging,
            Writing::Allowed,
            Access::ReadWrite,
        ),
        (
            &["--env", "prod"],
            Environment::Prod,
            Writing::Locked,
            Access::ReadOnly,
        ),
        (
            &["--env", "prod", "--read-only"],
            Environment::Prod,
            Writing::Forbidden,
            Access::ReadOnly,
        ),
        (
            &["--read-only"],
            Environment::Dev,
            Writing::Forbidden,
            Access::ReadOnly,
        ),
    ] {
        let options = options(args, &[]);
        assert_eq!(
            (options.env, options.writing, options.writing.access()),
            (env, writing, access),
            "{args:?}"
        );
    }
}

#[test]
fn the_tree_is_cut_as_asked() {
    let options = options(
        &[
            "--prefix",
            "myapp:",
            "--separator",
            "--",
            "--count",
            "50",
            "--log-file",
            "a.log",
        ],
        &[],
    );
    assert_eq!(options.prefix.as_deref(), Some(&b"myapp:"[..]));
    assert_eq!(options.separator, b"--");
    assert_eq!(options.count, 50);
    assert_eq!(options.log_file.as_deref(), Some(Path::new("a.log")));
}

#[test]
fn how_hard_a_scan_works_is_said_once() {
    for (args, load) in [
        (&[][..], Load::Fair),
        (&["--gentle"], Load::Gentle),
        (&["--fast"], Load::Fast),
    ] {
        assert_eq!(options(args, &[]).load, load);
    }
    assert_eq!(refused(&["--gentle", "--fast"], &[]).1, 2);
}

#[test]
fn a_demo_takes_no_address() {
    assert_eq!(
        options(&["--demo"], &[("REDIS_URL", "not looked at://")]).goal,
        Goal::Demo { server_bin: None }
    );
    let goal = options(&["--demo", "--server-bin", "/opt/valkey"], &[]).goal;
    assert_eq!(
        goal,
        Goal::Demo {
            server_bin: Some("/opt/valkey".into())
        }
    );
    for args in [
        &["--demo", "localhost"][..],
        &["--demo", "-p", "1"],
        &["--demo", "-a", "x"],
        &["--demo", "--config", "x"],
        &["--server-bin", "x"],
    ] {
        assert_eq!(refused(args, &[]).1, 2, "{args:?}");
    }
}

#[test]
fn help_and_version_are_printed() {
    let printed = |flag: &str| match start(&[flag], &[]) {
        Ok(Start::Print(text)) => text,
        other => panic!("{other:?}"),
    };
    let help = printed("--help");
    for word in [
        "-h <HOST>",
        "--demo",
        "$REDIS_URL",
        "1 to 1000",
        "Exit status",
    ] {
        assert!(help.contains(word), "{word} in\n{help}");
    }
    assert!(!help.contains("demo-guard"));
    assert_eq!(
        printed("--version"),
        format!("keygrove {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_wrong_value_is_answered_with_what_is_accepted() {
    for (args, vars, words) in [
        (
            &["-p", "0"][..],
            &[][..],
            "a port is a number from 1 to 65535",
        ),
        (&["-p", "x"], &[], "a port is a number from 1 to 65535"),
        (&["-n", "-1"], &[], "a database is a number, 0 or more"),
        (&["-n", "x"], &[], "a database is a number, 0 or more"),
        (&["--count", "0"], &[], "type a number from 1 to 1000"),
        (&["--count", "1001"], &[], "type a number from 1 to 1000"),
        (&["--env", "live"], &[], "type dev, staging or prod"),
        (
            &["--separator", ""],
            &[],
            "--separator: a separator has at least one character",
        ),
        (
            &["http://h"],
            &[],
            "the URL is no address: a URL begins with redis://",
        ),
        (
            &["h:99999"],
            &[],
            "the URL is no address: a port is a number from 1 to 65535",
        ),
        (
            &[],
            &[("REDIS_URL", "redis://h/x")],
            "$REDIS_URL is no address: a database is a number",
        ),
        (
            &["--config", "/no/such/file"],
            &[],
            "the configuration file /no/such/file cannot be read",
        ),
    ] {
        let (text, status) = refused(args, vars);
        assert!(text.contains(words), "{args:?}: {text}");
        assert_eq!(status, 1, "{args:?}");
    }
}

#[test]
fn a_wrong_flag_is_told_from_a_wrong_value() {
    for (args, words) in [
        (&["--unknown"][..], "--unknown"),
        (&["--cert", "a"], "--key"),
        (&["--cacert", "a"], "need --tls or a rediss:// URL"),
        (&["--tls", "/run/a.sock"], "--tls is for a host and port"),
        (&["--gentle", "--fast"], "--fast"),
        (&["a", "b"], "b"),
    ] {
        let (text, status) = refused(args, &[]);
        assert!(text.contains(words), "{args:?}: {text}");
        assert_eq!(status, 2, "{args:?}");
    }
}

#[test]
fn a_wrong_url_is_refused_without_repeating_it() {
    for url in [
        "redis://:hunter2@h:x",
        "redis://:hunter2/@h",
        "http://:hunter2@h",
    ] {
        let (text, _) = refused(&[url], &[]);
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn a_file_with_a_password_that_others_may_read_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    for (url, mode, warned) in [
        ("redis://ada:geheim@h", 0o644, true),
        ("redis://ada:geheim@h", 0o640, true),
        ("redis://ada:geheim@h", 0o600, false),
        ("redis://h", 0o644, false),
    ] {
        fs::write(&path, format!("url = \"{url}\"")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let warnings = options(&["--config", path.to_str().unwrap()], &[]).warnings;
        assert_eq!(warnings.len(), usize::from(warned), "{url} {mode:o}");
        assert!(
            warnings
                .iter()
                .all(|words| words.contains("chmod 600") && !words.contains("geheim"))
        );
    }
}

#[test]
fn a_file_says_what_no_flag_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("here.toml");
    fs::write(
        &path,
        "url = 'redis://ada:pw@far/3'\nprefix = 'my:'\nseparator = '/'\ncount = 10\nenv = 'prod'\nread-only = true\n",
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let config = ["--config", path.to_str().unwrap()];
    let named = options(&config, &[("REDIS_URL", "redis://variable")]);
    assert_eq!(
        named.goal,
        Goal::Server(Target {
            db: 3,
            ..login(tcp("far", 6379), Some("ada"), Some("pw"))
        })
    );
    assert_eq!(
        (named.prefix.as_deref(), &named.separator[..], named.count),
        (Some(&b"my:"[..]), &b"/"[..], 10)
    );
    assert_eq!(
        (named.env, named.writing),
        (Environment::Prod, Writing::Forbidden)
    );
    assert!(named.warnings.is_empty());

    let flags = [
        "near",
        "--prefix",
        "",
        "--separator",
        ".",
        "--count",
        "20",
        "--env",
        "dev",
    ];
    let over = options(&[&config[..], &flags[..]].concat(), &[]);
    assert_eq!(over.goal, Goal::Server(tcp("near", 6379)));
    assert_eq!(
        (over.prefix, &over.separator[..], over.count, over.env),
        (None, &b"."[..], 20, Environment::Dev)
    );
}

#[test]
fn who_chooses_nothing_gets_what_holds_by_default() {
    assert_eq!(setup(&options(&[], &[])), Setup::default());
}

#[test]
fn the_default_file_is_read_when_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let vars = [("HOME", home)];
    assert_eq!(options(&[], &vars).count, 1000);
    fs::create_dir_all(folder.path().join(".config/keygrove")).unwrap();
    fs::write(
        folder.path().join(".config/keygrove/config.toml"),
        "url = 'home'\ncount = 7\n",
    )
    .unwrap();
    assert_eq!(options(&[], &vars).count, 7);
    assert_eq!(target(&[], &vars), tcp("home", 6379));
    assert_eq!(
        target(&[], &[("HOME", home), ("REDIS_URL", "redis://variable")]),
        tcp("variable", 6379)
    );
    assert_eq!(
        options(&[], &[("HOME", home), ("XDG_CONFIG_HOME", "/no/such")]).count,
        1000
    );
}

#[test]
fn a_wrong_file_is_answered_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.toml");
    for (text, line, words) in [
        ("count = 5\ncolour = 'red'\n", 2, "unknown field `colour`"),
        ("\ncount = 0\n", 2, "type a number from 1 to 1000"),
        (
            "count = \"5\"\n",
            1,
            ": count: type a number from 1 to 1000",
        ),
        ("read-only = 'yes'", 1, ": read-only: type true or false"),
        ("\nprefix = 5", 2, ": prefix: type a text in quotes"),
        ("env = 'live'\n", 1, "type dev, staging or prod"),
        (
            "count = 1\nseparator = ''\n",
            2,
            "a separator has at least one character",
        ),
        (
            "url = 'redis://:hunter2@h:x'\n",
            1,
            "a port is a number from 1 to 65535",
        ),
        ("url = 'redis://:hunter2@h\n", 1, ""),
        ("count = 'redis://:hunter2@h'", 1, "count: type a number"),
    ] {
        fs::write(&path, text).unwrap();
        let (sentence, status) = refused(&["--config", path.to_str().unwrap()], &[]);
        assert!(
            sentence.contains(&format!("wrong.toml:{line}: ")) && sentence.contains(words),
            "{text}: {sentence}"
        );
        assert!(
            !sentence.contains("hunter2") && !sentence.contains('\n'),
            "{sentence}"
        );
        assert_eq!(status, 1);
    }
}
