//! A password in anything that moves through the program is not in what that thing prints of itself.
use std::time::Duration;

use keygrove::app::Msg;
use keygrove::model::Cmd;
use keygrove::model::acl;
use keygrove::model::target::{Secret, Target};
use keygrove::panes::{Effect, News};
use keygrove::server::{Event, Request, Sent, Ticket};

const SENTINEL: &str = "tulip-in-winter";

#[test]
fn nothing_that_holds_a_password_prints_it() {
    let target = Target::parse(&format!("rediss://ada:{SENTINEL}@h:1/0")).unwrap();
    assert_eq!(target.password, Some(Secret::new(SENTINEL)));
    let login = || Request::LogIn {
        user: "ada".into(),
        password: Secret::new(SENTINEL),
        cmds: Vec::new(),
    };
    let cmd = || {
        Cmd::new("ACL SETUSER")
            .arg("ada")
            .secret(format!(">{SENTINEL}"))
    };
    let ask = |request| Effect::Ask(Ticket(1), request);
    let sent = Sent {
        cmd: cmd(),
        took: Duration::ZERO,
        result: Ok("OK".into()),
    };
    let hash = acl::Secret::new(SENTINEL).hash();
    let digits = hash.reveal().to_owned();
    for shown in [
        format!("{target:?}"),
        format!("{:?}", ask(Request::Connect(target.clone()))),
        format!("{:?}", ask(login())),
        format!("{:?}", ask(Request::Act(vec![cmd()]))),
        format!("{:?}", Effect::Copy(Secret::new(target.url()))),
        format!("{:?}", Effect::Tell(News::Connect(target.clone()))),
        format!("{:?}", Effect::Tell(News::Password(Secret::new(SENTINEL)))),
        format!("{sent:?} {}", sent.cmd.cli()),
        format!("{:?}", Msg::Server(Event::Sent(sent.clone()))),
        format!("{:?}", Msg::Paste(SENTINEL.into())),
        format!("{:?}", Msg::Edited(Ok(SENTINEL.into()))),
        format!("{:?} {hash:?} {hash}", acl::Secret::new(SENTINEL)),
    ] {
        let bytes = format!("{:?}", SENTINEL.as_bytes());
        for secret in [SENTINEL, bytes.trim_matches(['[', ']']), &digits] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
