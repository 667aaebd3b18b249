//! Random users and random command lines: our decision against ACL DRYRUN's, verdict and reason.
use std::env;

use keygrove::model::acl::decide::Invalid;
use keygrove::model::acl::{
    Catalog, Feature, Reach, Reason, Rule, User, Verdict, diff, parse, print, replies, user,
};
use keygrove::model::printed;
use keygrove::model::{Cmd, Reply};

use super::dice::{self, Dice};
use super::live::{Server, accepted, catalog, hello3};

/// Commands whose keys or channels take some finding.
pub const FAVOURITES: &[&str] = &[
    "set",
    "bitfield",
    "bitfield_ro",
    "sort",
    "sort_ro",
    "migrate",
    "georadius",
    "georadiusbymember",
    "xread",
    "xreadgroup",
    "eval",
    "evalsha",
    "eval_ro",
    "fcall",
    "fcall_ro",
    "zunionstore",
    "zinterstore",
    "zdiffstore",
    "zunion",
    "zinter",
    "zdiff",
    "zintercard",
    "sintercard",
    "lmpop",
    "zmpop",
    "blmpop",
    "bzmpop",
    "memory|usage",
    "publish",
    "subscribe",
    "psubscribe",
    "unsubscribe",
    "spublish",
    "ssubscribe",
    "copy",
    "rename",
    "msetnx",
    "mset",
    "bitop",
    "blpop",
    "select",
    "get",
    "getex",
    "object|encoding",
    "xgroup|create",
    "lmove",
    "pfcount",
    "config|get",
];

const PER_USER: usize = 100;

fn number(name: &str, usual: usize) -> usize {
    env::var(name).map_or(usual, |text| text.parse().unwrap())
}

pub fn set_user(tokens: &[Vec<u8>]) -> Cmd {
    let cmd = Cmd::new("ACL SETUSER").arg("subject");
    tokens.iter().fold(cmd, Cmd::arg)
}

pub fn shown(words: &[Vec<u8>]) -> String {
    let words: Vec<String> = words.iter().map(|word| printed::print(word)).collect();
    words.join(" ")
}

/// Our own replay of the words that the server was sent.
pub fn replay(tokens: &[Vec<u8>], catalog: &Catalog) -> Result<User, String> {
    let rules: Result<Vec<Rule>, _> = tokens.iter().map(|token| parse::rule(token)).collect();
    let rules = rules.map_err(|why| why.to_string())?;
    let mut subject = User::new("subject");
    match user::apply_all(&mut subject, &rules, catalog) {
        Ok(()) => Ok(subject),
        Err((_, refusal)) => Err(refusal.to_string()),
    }
}

/// What the server says to a command line, in the form of its own words without the name of the user.
fn expected(verdict: &Verdict) -> Vec<u8> {
    let quoted =
        |start: &str, name: &[u8], end: &str| [start.as_bytes(), name, end.as_bytes()].concat();
    match verdict {
        Verdict::Allowed(_) => b"OK".to_vec(),
        Verdict::Invalid(Invalid::Unknown(name)) => quoted("Command '", name, "' not found"),
        Verdict::Invalid(Invalid::Arity(name)) => quoted(
            "wrong number of arguments for '",
            name.as_bytes(),
            "' command",
        ),
        Verdict::Denied(denied) => match &denied.reason {
            Reason::Command(name) => {
                quoted("permissions to run the '", name.as_bytes(), "' command")
            }
            Reason::Database(which) => quoted("permissions to access database ", which, ""),
            Reason::Key(key) => quoted("permissions to access the '", key, "' key"),
            Reason::Channel(channel) => quoted("permissions to access the '", channel, "' channel"),
        },
    }
}

fn said(reply: &Reply) -> Vec<u8> {
    let text = match reply {
        Reply::Error { text, .. } => text.as_bytes(),
        reply => reply.bytes().unwrap(),
    };
    let start = text.windows(11).position(|window| window == b"permissions");
    text[start.unwrap_or(0)..].to_vec()
}

/// Whether the server forgets what the user is: a list pattern `*` is told as `~*`.
fn forgets(tokens: &[Vec<u8>]) -> bool {
    let text = shown(tokens).to_ascii_lowercase();
    text.contains("%rw~*")
        || text.contains("%wr~*")
        || (text.contains("%r~*") && text.contains("%w~*"))
}

#[test]
fn decisions_are_those_of_the_server() {
    let server = Server::start();
    let mut client = server.connect();
    let catalog = catalog(&mut client);
    if !catalog.dialect.has(Feature::Dryrun) {
        return;
    }
    let pairs = number("KEYGROVE_TEST_PAIRS", 200_000);
    let mut dice = Dice::new(number("KEYGROVE_TEST_SEED", 7) as u64);
    let mut asked = 0;
    let mut refused = 0;
    let mut denied = 0;
    let mut wrong = Vec::new();
    while asked < pairs {
        let tokens = dice::user(&mut dice, &catalog);
        let setup = [Cmd::new("ACL DELUSER").arg("subject"), set_user(&tokens)];
        let answers = client.ask(&setup);
        let subject = match (replay(&tokens, &catalog), &answers[1]) {
            (Ok(subject), Reply::Status(_)) => subject,
            (Err(_), Reply::Error { .. }) => {
                refused += 1;
                continue;
            }
            (ours, theirs) => panic!("{}: {ours:?} but {theirs:?}", shown(&tokens)),
        };
        let reach = Reach::of(&subject, &catalog);
        let lines: Vec<_> = (0..PER_USER)
            .map(|_| dice::argv(&mut dice, &catalog, FAVOURITES))
            .collect();
        let dryrun = |line: &Vec<Vec<u8>>| {
            let cmd = Cmd::new("ACL DRYRUN").arg("subject");
            line.iter().fold(cmd, Cmd::arg)
        };
        let cmds: Vec<Cmd> = lines.iter().map(dryrun).collect();
        for (line, reply) in lines.iter().zip(client.ask(&cmds)) {
            let argv: Vec<&[u8]> = line.iter().map(Vec::as_slice).collect();
            let ours = reach.decide(&argv);
            denied += usize::from(matches!(ours, Verdict::Denied(_)));
            let (ours, theirs) = (expected(&ours), said(&reply));
            if ours != theirs {
                let [ours, theirs] = [&ours, &theirs].map(|text| printed::print(text));
                wrong.push(format!(
                    "{} | {}\n  ours {ours}\n  said {theirs}",
                    shown(&tokens),
                    shown(line)
                ));
            }
        }
        asked += lines.len();
    }
    let sample: Vec<&String> = wrong.iter().take(25).collect();
    assert!(wrong.is_empty(), "{} of {asked}:\n{sample:#?}", wrong.len());
    assert!(
        asked >= pairs && refused > 0 && denied > asked / 10,
        "{asked} {refused} {denied}"
    );
}

#[test]
fn what_is_printed_and_read_back_means_the_same() {
    let server = Server::start();
    let [mut old, mut new] = [server.connect(), server.connect()];
    hello3(&mut new);
    let catalog = catalog(&mut old);
    let dialect = catalog.dialect;
    let mut dice = Dice::new(11);
    let mut users = 0;
    while users < 600 {
        let tokens = dice::user(&mut dice, &catalog);
        let answers = old.ask(&[Cmd::new("ACL DELUSER").arg("subject"), set_user(&tokens)]);
        if forgets(&tokens) || matches!(answers[1], Reply::Error { .. }) {
            continue;
        }
        users += 1;
        let get = Cmd::new("ACL GETUSER").arg("subject");
        let first = replies::get_user(b"subject", &old.ask_one(get.clone()), dialect).unwrap();
        let told = replies::get_user(b"subject", &new.ask_one(get.clone()), dialect).unwrap();
        assert_eq!(first, told, "both protocols tell the same");
        let replayed = replay(&tokens, &catalog).unwrap();
        assert!(
            diff::same(&replayed, &first, &catalog),
            "{}:\n{replayed:#?}\n{first:#?}",
            shown(&tokens)
        );
        let list = old.ask_one(Cmd::new("ACL LIST"));
        let listed = replies::list(&list, dialect)
            .into_iter()
            .find(|user| user.name == b"subject")
            .unwrap();
        if !shown(&tokens).contains(')') || !shown(&tokens).contains('(') {
            assert!(diff::same(&listed, &first, &catalog), "{}", shown(&tokens));
        }
        accepted(&old.ask_one(print::replace(&first, dialect).unwrap()));
        let second = replies::get_user(b"subject", &old.ask_one(get), dialect).unwrap();
        assert!(diff::same(&first, &second, &catalog), "{}", shown(&tokens));
    }
}
