//! The oracle of servers before 7.0: a command queued in MULTI may run, and DISCARD forgets it.
use keygrove::model::acl::{Reach, Reason, Verdict};
use keygrove::model::{Cmd, Reply, printed};

use super::dice::{self, Dice};
use super::differential::{FAVOURITES, replay, set_user, shown};
use super::live::{Server, accepted, catalog};

/// What both sides can say: a queue tells no key's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Answer {
    Allowed,
    Command,
    Key,
    Channel,
    Invalid,
}

fn ours(verdict: &Verdict) -> Answer {
    match verdict {
        Verdict::Allowed(_) => Answer::Allowed,
        Verdict::Invalid(_) => Answer::Invalid,
        Verdict::Denied(denied) => match denied.reason {
            Reason::Command(_) => Answer::Command,
            Reason::Key(_) | Reason::Database(_) => Answer::Key,
            Reason::Channel(_) => Answer::Channel,
        },
    }
}

fn theirs(reply: &Reply) -> Answer {
    match reply {
        Reply::Status(text) if text == "QUEUED" => Answer::Allowed,
        Reply::Error { code, text } if code == "NOPERM" => match text {
            _ if text.contains("to run the '") => Answer::Command,
            _ if text.contains("channel") => Answer::Channel,
            _ => Answer::Key,
        },
        Reply::Error { .. } => Answer::Invalid,
        reply => panic!("a queue says {reply:?}"),
    }
}

/// Commands that are not queued or are refused for a reason of their own.
const NOT_QUEUED: &[&str] = &[
    "multi", "exec", "discard", "watch", "quit", "reset", "debug", "module",
];

#[test]
fn decisions_are_those_of_a_queue() {
    let server = Server::start();
    let mut admin = server.connect();
    let catalog = catalog(&mut admin);
    let mut dice = Dice::new(3);
    let mut asked = 0;
    while asked < 20_000 {
        let mut tokens = dice::user(&mut dice, &catalog);
        tokens.extend([&b"on"[..], b">secret", b"+multi", b"+discard"].map(<[u8]>::to_vec));
        let setup = [Cmd::new("ACL DELUSER").arg("subject"), set_user(&tokens)];
        let answers = admin.ask(&setup);
        let (Ok(subject), Reply::Status(_)) = (replay(&tokens, &catalog), &answers[1]) else {
            continue;
        };
        let reach = Reach::of(&subject, &catalog);
        let mut client = server.connect();
        accepted(&client.ask_one(Cmd::new("AUTH subject").secret("secret")));
        for _ in 0..100 {
            let line = dice::argv(&mut dice, &catalog, FAVOURITES);
            let argv: Vec<&[u8]> = line.iter().map(Vec::as_slice).collect();
            let known = catalog.lookup(&argv).map(|id| catalog.command(id));
            let name = printed::print(argv[0]).to_ascii_lowercase();
            if known.is_some_and(|command| command.flag("no_multi"))
                || NOT_QUEUED.contains(&name.as_str())
            {
                continue;
            }
            let queued = argv[1..]
                .iter()
                .fold(Cmd::new(&printed::print(argv[0])), Cmd::arg);
            let replies = client.ask(&[Cmd::new("MULTI"), queued, Cmd::new("DISCARD")]);
            let verdict = reach.decide(&argv);
            assert_eq!(
                ours(&verdict),
                theirs(&replies[1]),
                "{} | {}",
                shown(&tokens),
                shown(&line)
            );
            asked += 1;
        }
    }
}
