//! What a person starts keygrove with: arguments, environment, configuration file, address, roles.
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use keygrove::cli::{Around, Refused, parse_in};
use keygrove::model::acl::roles;
use keygrove::model::target::Target;
use keygrove::model::ttl;
use proptest::prelude::*;
use proptest::sample::select;

use super::{config, hostile, printed::harms};

/// Lines of a configuration file, right, wrong and broken.
fn file() -> impl Strategy<Value = String> {
    let name = select(vec![
        "url",
        "prefix",
        "separator",
        "count",
        "read-only",
        "env",
        "password",
        "[a]",
        "",
    ]);
    let value = prop_oneof![
        select(vec![
            "\"redis://ada:SECRETSECRET@h:1/2\"",
            "\"redis://:SECRETSECRET@[::1\"",
            "\":\"",
            "\"\"",
            "0",
            "1000",
            "-1",
            "99999999999999999999",
            "true",
            "\"prod\"",
            "'''\n'''",
            "{a=1}",
            "[",
            "inf",
        ])
        .prop_map(str::to_owned),
        hostile::text().prop_map(|text| format!("{text:?}")),
        hostile::text(),
    ];
    let line = (name, select(vec!["=", " = ", "", "=="]), value)
        .prop_map(|(name, equals, value)| format!("{name}{equals}{value}\n"));
    prop::collection::vec(line, 0..5).prop_map(|lines| lines.concat())
}

fn flag() -> impl Strategy<Value = Vec<u8>> {
    let flags = select(vec![
        "-h",
        "-p",
        "-s",
        "-n",
        "--user",
        "-a",
        "--tls",
        "--cacert",
        "--prefix",
        "--separator",
        "--read-only",
        "--env",
        "--count",
        "--config",
        "--gentle",
        "--fast",
        "--",
        "redis://h",
        "unix:///s",
        "rediss://u:p@h/0?x",
        "--demo",
        "--server-bin",
    ]);
    prop_oneof![2 => flags.prop_map(|flag| flag.as_bytes().to_vec()), 1 => hostile::bytes()]
}

fn parse(args: Vec<OsString>, url: Option<&[u8]>) -> Result<(), Refused> {
    let around = Around {
        var: &|name| {
            (name == "REDIS_URL")
                .then(|| url.map(|url| OsString::from_vec(url.to_vec())))
                .flatten()
        },
        ask: &|_| Ok("asked".into()),
    };
    parse_in(std::iter::once("keygrove".into()).chain(args), &around).map(drop)
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn a_configuration_file_is_taken_or_its_fault_named(text in file(), bytes in hostile::bytes()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        for content in [text.as_bytes(), &bytes] {
            std::fs::write(&path, content).unwrap();
            if let Err(refused) = parse(vec!["--config".into(), path.clone().into()], None) {
                let said = refused.to_string();
                prop_assert!(said.contains("config.toml"), "{}", said);
                prop_assert!(!said.contains("SECRETSECRET"), "{}", said);
                prop_assert!(!said.chars().any(harms), "{:?}", said);
            }
        }
    }

    #[test]
    fn any_arguments_are_taken_or_refused(
        flags in prop::collection::vec(flag(), 0..5),
        url in prop::option::of(hostile::bytes()),
    ) {
        // A zero byte ends an argument before any program sees it.
        let args = flags.into_iter().filter(|flag| !flag.contains(&0)).map(OsString::from_vec);
        if let Err(refused) = parse(args.collect(), url.as_deref()) {
            prop_assert!(!refused.to_string().is_empty());
        }
    }

    #[test]
    fn any_address_and_time_is_taken_or_a_sentence(
        scheme in select(vec!["", "redis://", "rediss://", "unix://", "valkey://", "redis+unix://", "http://"]),
        rest in hostile::text(),
    ) {
        let address = format!("{scheme}{rest}");
        match Target::parse(&address) {
            Ok(target) => {
                prop_assert!(!target.label().chars().any(harms), "{:?}", target.label());
                prop_assert!(!target.url().chars().any(char::is_control));
            }
            Err(bad) => prop_assert!(!bad.to_string().is_empty()),
        }
        let now = "2026-11-23T07:00:00+01:00[Europe/Berlin]".parse().unwrap();
        if let Err(bad) = ttl::parse(&rest, &now) {
            prop_assert!(!bad.to_string().is_empty());
        }
    }

    #[test]
    fn a_file_of_roles_is_taken_or_a_sentence(text in prop_oneof![file(), hostile::text()]) {
        let text = format!("[[role]]\nname = \"r\"\n{text}");
        if let Err(unusable) = roles::read(&text) {
            prop_assert!(!unusable.to_string().is_empty());
        }
    }
}
