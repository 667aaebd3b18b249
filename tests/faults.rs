//! A line that breaks at any byte, keeps quiet or dies without a word: a write is made once or reported as unknown, and
//! the way back is found.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]
#![allow(
    clippy::unnecessary_wraps,
    reason = "expected values have the type of what they are compared with"
)]
use std::time::{Duration, Instant};

use common::Server;
use keygrove::model::change::{Change, Check, Outcome, Step};
use keygrove::model::target::Target;
use keygrove::model::{Cmd, Key, Plight, Reply};
use keygrove::server::{
    Access, Answer, ConnectStep, Consent, Event, Fault, Link, Purpose, Request, Walk,
};
use proxy::{Proxy, Rule, Way};
use room::{Room, until};

mod common;
#[path = "common/proxy.rs"]
mod proxy;
#[path = "common/room.rs"]
mod room;

/// Cuts at each byte with `KEYGROVE_TEST_CUTS=all`, else at some.
fn stride() -> usize {
    match std::env::var("KEYGROVE_TEST_CUTS").as_deref() {
        Ok("all") => 1,
        _ => 5,
    }
}

/// Adds one to a counter; done twice it shows.
fn add(name: &str) -> Change {
    let key = Key::from(name);
    let write = Cmd::new("INCRBY").arg(name).num(1);
    Change::plain(&key, "incremented", vec![Step::any(write)])
}

fn guarded(name: &str) -> Request {
    let kind = Check::kind(&Key::from(name), "string");
    Request::Apply {
        change: add(name).guarded(vec![kind]),
        consent: Consent::Guarded,
    }
}

fn unguarded(name: &str) -> Request {
    Request::Apply {
        change: add(name),
        consent: Consent::Unguarded,
    }
}

fn two_steps(name: &str) -> Request {
    let key = Key::from(name);
    let steps = ["INCRBY", "INCRBY"].map(|word| Step::any(Cmd::new(word).arg(name).num(1)));
    Request::Apply {
        change: Change::plain(&key, "incremented", steps.to_vec()),
        consent: Consent::Guarded,
    }
}

fn grant(name: &str) -> Request {
    Request::Act(vec![
        Cmd::new("ACL SETUSER").arg(name).arg("on").arg("~app:*"),
        Cmd::new("INCRBY").arg("n").num(1),
    ])
}

fn unlink(_: &str) -> Request {
    Request::Unlink(vec![Key::from("n"), Key::from("other")].into())
}

/// What the app is told of a write.
#[derive(PartialEq, Debug)]
enum Told {
    Done,
    NotDone,
    Unknown,
}

fn told(request: &Request, answer: Result<Answer, Fault>) -> Told {
    match answer {
        Ok(Answer::Applied(Outcome::Done(_))) => Told::Done,
        Ok(Answer::Applied(Outcome::Unknown(words))) => {
            assert!(words.contains("may or may not"), "{words}");
            Told::Unknown
        }
        Ok(Answer::Replies(replies)) => {
            assert_eq!(replies.len(), 2, "{replies:?}");
            Told::Done
        }
        Ok(Answer::Unlinked(so_far)) if so_far.done => Told::Done,
        Err(Fault::Unknown { .. }) => Told::Unknown,
        // Of a deletion it is known that the batch in flight may have been made.
        Err(_) if matches!(request, Request::Unlink(_)) => Told::Unknown,
        Err(Fault::Lost | Fault::Slow(_) | Fault::Odd(_)) => Told::NotDone,
        other => panic!("{other:?}"),
    }
}

/// Cuts the line at one byte after the other of a write, each time with a new counter, and compares what is told with
/// what is true. `steps` is what the counter is when all of it was done.
async fn sweep(write: fn(&str) -> Request, steps: i64) {
    let server = Server::start();
    let proxy = Proxy::to(&server.socket());
    let ready = || async {
        server.redis(&["MSET", "n", "0", "warm", "0", "other", "0"]);
        let mut room = Room::at(proxy.target()).await;
        // The second connection is there before anything is counted.
        let warm = room.ask(guarded("warm")).await;
        assert!(matches!(warm, Ok(Answer::Applied(Outcome::Done(_)))));
        // After its first answer it asks for the run_id; what is asked then is answered behind that.
        until("INFO is asked", || {
            server.redis(&["CLIENT", "LIST"]).contains("cmd=info")
        })
        .await;
        room.ask(get("n")).await.unwrap();
        room
    };
    let mut room = ready().await;
    proxy.pass();
    let request = write("n");
    let deletes = matches!(request, Request::Unlink(_));
    assert_eq!(
        told(&request, last(&mut room, request.clone()).await),
        Told::Done
    );
    let lengths = [Way::Up, Way::Down].map(|way| (way, proxy.passed(way)));
    let mut seen = [0; 3];
    for (way, length) in lengths {
        for at in (0..=length).step_by(stride()) {
            let mut room = ready().await;
            proxy.rule(way, Rule::Cut(at));
            let told = told(&request, last(&mut room, request.clone()).await);
            if proxy.cuts() % 16 == 1 {
                // The way back does not bring it once more.
                room.up().await;
            }
            let count = server.redis(&["GET", "n"]);
            let all = if deletes {
                "(nil)".to_owned()
            } else {
                steps.to_string()
            };
            let right = match told {
                Told::Done => count == all,
                Told::NotDone => count == "0",
                Told::Unknown => count == "0" || count == all,
            };
            assert!(
                right,
                "{way:?} cut after {at} of {length}: told {told:?}, and it is {count}"
            );
            seen[told as usize] += 1;
            proxy.pass();
        }
    }
    assert!(seen[Told::Unknown as usize] > 0, "{seen:?}");
    // Where MULTI itself is lost, nothing is written, and that is told.
    let begins = steps == 2;
    assert!(!begins || seen[Told::NotDone as usize] > 0, "{seen:?}");
    let cuts = proxy.cuts();
    if stride() == 1 {
        eprintln!("{cuts} cuts of {lengths:?}: done, not done, unknown: {seen:?}");
    }
}

/// The last answer to a request.
async fn last(room: &mut Room, request: Request) -> Result<Answer, Fault> {
    let ticket = room.send(request);
    loop {
        match room.answer(ticket).await {
            Ok(Answer::Unlinked(so_far)) if !so_far.done => {}
            answer => return answer,
        }
    }
}

#[tokio::test]
async fn a_guarded_write_cut_off_anywhere_is_made_once_or_told_to_be_unknown() {
    sweep(guarded, 1).await;
}

#[tokio::test]
async fn a_plain_write_cut_off_anywhere_is_made_once_or_told_to_be_unknown() {
    sweep(unguarded, 1).await;
}

#[tokio::test]
async fn two_steps_cut_off_anywhere_are_both_made_or_neither() {
    sweep(two_steps, 2).await;
}

#[tokio::test]
async fn a_change_of_a_user_cut_off_anywhere_is_told_right() {
    sweep(grant, 1).await;
}

#[tokio::test]
async fn a_deletion_cut_off_anywhere_is_told_right() {
    sweep(unlink, 0).await;
}

fn get(key: &str) -> Request {
    Request::Question(Cmd::new("GET").arg(key))
}

fn value(text: &str) -> Result<Answer, Fault> {
    Ok(Answer::Replied(Reply::Bytes(text.into())))
}

#[tokio::test]
async fn a_dead_line_is_replaced_and_the_question_asked_there() {
    let server = Server::start();
    server.user("ada", "~* +@all");
    let proxy = Proxy::to(&server.socket());
    let target = Target {
        db: 3,
        user: Some("ada".into()),
        password: server.target_as("ada").password,
        ..proxy.target()
    };
    let mut room = Room::at(target).await;
    room.ask(Request::Question(Cmd::new("SET").arg("k").arg("v")))
        .await
        .unwrap();
    // The other side is gone, and nobody says so: what is asked is lost.
    proxy.abandon();
    let began = Instant::now();
    let ticket = room.send(get("k"));
    assert_eq!(room.plight().await, Some(Plight::Silent));
    let said = began.elapsed();
    let (mut lost, mut hello) = (None, None);
    while lost.is_none() || hello.is_none() {
        match room.event().await {
            Event::Answer {
                ticket: own,
                answer,
            } if own == ticket => lost = Some(answer),
            Event::Link(Link::Up(up)) => hello = Some(up),
            _ => {}
        }
    }
    assert_eq!(lost, Some(Err(Fault::Lost)));
    let hello = hello.unwrap();
    let back = began.elapsed();
    assert!(!hello.restarted);
    assert_eq!(room.ask(get("k")).await, value("v"));
    assert!(said < Duration::from_secs(4), "said after {said:?}");
    assert!(back < Duration::from_secs(12), "replaced after {back:?}");
    let clients = server.redis(&["CLIENT", "LIST"]);
    let ours: Vec<&str> = clients
        .lines()
        .filter(|line| line.contains("name=keygrove"))
        .collect();
    let [ours] = ours.as_slice() else {
        panic!("one connection: {clients}")
    };
    assert!(
        ours.contains(" db=3 ") && ours.contains(" user=ada "),
        "{ours}"
    );
}

#[tokio::test]
async fn a_person_need_not_wait_for_a_dead_line() {
    let server = Server::start();
    let proxy = Proxy::to(&server.socket());
    let mut room = Room::at(proxy.target()).await;
    room.ask(get("k")).await.unwrap();
    proxy.abandon();
    let ticket = room.send(get("k"));
    let began = Instant::now();
    room.send(Request::Retry);
    assert!(!room.up().await.restarted);
    assert_eq!(room.ask(get("k")).await, Ok(Answer::Replied(Reply::Nil)));
    assert!(began.elapsed() < Duration::from_secs(2));
    assert!(
        room.log
            .iter()
            .all(|line| line.result.is_err() || line.cmd.name() == "GET"),
        "{ticket:?}"
    );
}

#[tokio::test]
async fn the_second_connection_is_not_trusted_longer_than_the_first() {
    let server = Server::start();
    server.redis(&["SET", "n", "0"]);
    let proxy = Proxy::to(&server.socket());
    let mut room = Room::at(proxy.target()).await;
    let request = guarded("n");
    assert_eq!(told(&request, room.ask(request.clone()).await), Told::Done);
    proxy.abandon();
    room.send(Request::Retry);
    room.up().await;
    let began = Instant::now();
    assert_eq!(told(&request, room.ask(request.clone()).await), Told::Done);
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(server.redis(&["GET", "n"]), "2");
    let clients = server.redis(&["CLIENT", "LIST"]);
    assert_eq!(clients.matches("name=keygrove").count(), 2, "{clients}");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_five_seconds_and_tried_again() {
    let server = Server::start();
    let proxy = Proxy::to(&server.socket());
    proxy.swallow();
    let mut room = Room::open(Access::ReadWrite);
    let began = Instant::now();
    room.send(Request::Connect(proxy.target()));
    let (failed, retry) = room.down().await;
    assert_eq!(failed.step, ConnectStep::Auth);
    assert!(
        failed.words.contains("did not answer HELLO within 5 s"),
        "{failed:?}"
    );
    assert!(retry.is_some());
    let took = began.elapsed();
    assert!(took < Duration::from_secs(7), "{took:?}");
    // Another address need not wait for that.
    room.send(Request::Connect(server.target()));
    room.up().await;
}

#[tokio::test]
async fn a_walk_broken_anywhere_goes_on_where_it_stood() {
    let server = Server::start();
    let fill = "for i=1,2000 do redis.call('SET', 'k:'..i, i) end";
    server.redis(&["EVAL", fill, "0"]);
    let proxy = Proxy::to(&server.socket());
    let mut room = Room::at(proxy.target()).await;
    room.ask(get("k:1")).await.unwrap();
    let mut names = std::collections::HashSet::new();
    let (mut from, mut breaks) = (None, 0);
    loop {
        // Each time a bit more gets through.
        proxy.rule(Way::Down, Rule::Cut(500 + 8_000 * breaks));
        let walk = Walk {
            purpose: Purpose::Tree,
            pattern: None,
            kind: None,
            count: 100,
            from: from.clone(),
        };
        let ticket = room.send(Request::Keys(walk));
        let broken = loop {
            match room.answer(ticket).await {
                Ok(Answer::Keys(batch)) => {
                    names.extend(batch.keys.keys());
                    from = Some(batch.place);
                    if batch.done {
                        break false;
                    }
                }
                Err(Fault::Lost) => break true,
                other => panic!("{other:?}"),
            }
        };
        if !broken {
            break;
        }
        breaks += 1;
        room.send(Request::Retry);
        assert!(!room.up().await.restarted);
    }
    assert_eq!(names.len(), 2000);
    assert!(breaks > 1, "{breaks}");
}

#[tokio::test]
async fn a_line_that_brings_one_byte_at_a_time_works() {
    let server = Server::start();
    server.redis(&["SET", "n", "0"]);
    let proxy = Proxy::to(&server.socket());
    proxy.rule(Way::Up, Rule::Drip(Duration::ZERO));
    proxy.rule(Way::Down, Rule::Drip(Duration::ZERO));
    let mut room = Room::at(proxy.target()).await;
    let request = guarded("n");
    assert_eq!(told(&request, room.ask(request.clone()).await), Told::Done);
    assert_eq!(room.ask(get("n")).await, value("1"));
}

#[tokio::test]
async fn a_server_that_comes_and_goes_is_not_stormed() {
    let server = Server::start();
    let proxy = Proxy::to(&server.socket());
    let mut room = Room::at(proxy.target()).await;
    // Every connection is taken and reset at its first byte.
    let began = Instant::now();
    let mut tries = 0;
    proxy.reset();
    while began.elapsed() < Duration::from_millis(1_500) {
        proxy.rule(Way::Up, Rule::Cut(0));
        if let Event::Link(Link::Down { .. }) = room.event().await {
            tries += 1;
        }
    }
    assert!((2..=5).contains(&tries), "{tries} in {:?}", began.elapsed());
    assert!(proxy.accepted() <= tries + 2, "one try at a time");
    proxy.pass();
    room.send(Request::Retry);
    room.up().await;
}
