//! What the screen shows, as text in `tests/snapshots`, on three sizes; and that nothing a person does can break it.
//!
//! `INSTA_UPDATE=always cargo test --test screens` takes them anew; look at the difference before it is committed.
#![allow(clippy::unwrap_used, clippy::panic)]
use std::time::Duration;

use keygrove::app::{Gesture, Msg, Pointer};
use keygrove::input::chord::Held;
use keygrove::input::{BINDINGS, Chord, Key};
use keygrove::model::Cmd;
use keygrove::model::target::Environment;
use keygrove::server::{ConnectStep, Event, Failed, Fault, Link, Sent};
use proptest::prelude::*;
use stage::{Script, Stage, hello};

mod stage;

const SMALLEST: (u16, u16) = (40, 10);
const USUAL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (200, 60);

/// Compares the screen after these presses, on every size.
fn shows(scene: &str, presses: &str) {
    shows_of(scene, |size| {
        let mut stage = Stage::new(size);
        stage.press(presses);
        stage
    });
}

fn shows_of(scene: &str, stage: impl Fn((u16, u16)) -> Stage) {
    for size in [SMALLEST, USUAL, LARGE] {
        let name = format!("{}_{}x{}", scene.replace(' ', "_"), size.0, size.1);
        insta::assert_snapshot!(name, stage(size).screen());
    }
}

#[test]
fn the_tree_while_it_is_scanned() {
    shows_of("scanning", |size| {
        let mut stage = Stage::with(size, Script::Scanning, Environment::Dev);
        stage.press("G l");
        stage
    });
}

#[test]
fn the_tree_with_folders_open_and_a_filter() {
    shows("filter", "G k l j l / u s e r");
}

#[test]
fn users_and_what_they_may_do() {
    shows("users", "2 G");
    shows("new user", "2 n shop tab right right");
    shows("review", "2 n shop ctrl-s");
    shows("denials", "2 L");
    shows("user editor", "2 G e");
}

#[test]
fn a_hash_is_a_grid() {
    shows("hash", "ctrl-g shop:user:42 enter");
}

#[test]
fn json_is_laid_out() {
    shows("json", "ctrl-g shop:cache:front enter");
}

#[test]
fn bytes_that_are_no_text_are_written_as_escapes() {
    shows("odd bytes", "j l j enter");
}

#[test]
fn an_editor_with_something_typed() {
    shows("editor", "ctrl-g shop:cache:front enter e down x y z");
}

#[test]
fn a_form_says_beside_the_field_what_is_wrong() {
    shows("new key", "n myapp:key tab tab value tab soon ctrl-s");
}

#[test]
fn a_deletion_shows_its_commands_first() {
    shows("delete", "ctrl-g shop:roles enter esc d");
}

#[test]
fn a_deletion_of_a_folder_counts_first() {
    shows("delete folder", "G k d");
}

#[test]
fn two_versions_stand_side_by_side() {
    shows_of("conflict", |size| {
        let mut stage = Stage::with(size, Script::Changed, Environment::Dev);
        stage.press("ctrl-g shop:cache:rates enter e 9 ctrl-s");
        stage
    });
}

#[test]
fn help_and_palette() {
    shows("help", "?");
    shows("palette", ": d e l");
}

#[test]
fn a_click_on_the_name_of_a_screen_goes_there() {
    let mut stage = Stage::new((100, 24));
    stage.press("y x");
    assert!(stage.screen().contains("nothing was copied"));
    for (name, there) in [("2 ACL", "ACL ─"), ("6 Log", "Log ─"), ("1 Keys", "Keys ─")] {
        stage.point(Gesture::Click, name);
        assert!(stage.screen().contains(there), "{name}\n{}", stage.screen());
    }
    assert!(!stage.screen().contains("nothing was copied"));
    stage.point(Gesture::Click, "standalone");
    assert!(stage.screen().contains("Keys ─"), "{}", stage.screen());
    // What lies over the screens comes first.
    stage.press("?");
    stage.point(Gesture::Click, "6 Log");
    stage.press("esc");
    assert!(stage.screen().contains("Keys ─"), "{}", stage.screen());
}

#[test]
fn a_click_in_a_list_that_lies_above_selects_and_another_one_does_it() {
    for size in [SMALLEST, USUAL, LARGE] {
        let mut stage = Stage::new(size);
        stage.press(": s c a n");
        for listed in [true, false] {
            assert!(stage.screen().contains("Palette"), "{}", stage.screen());
            stage.point(Gesture::Click, "ctrl-r");
            assert_eq!(stage.screen().contains("Palette"), listed);
        }
    }
}

#[test]
fn the_wheel_scrolls_what_lies_above() {
    let mut stage = Stage::new(USUAL);
    stage.press("?");
    let before = stage.screen();
    for _ in 0..9 {
        stage.point(Gesture::WheelDown, "Help");
    }
    assert_ne!(stage.screen(), before);
    for _ in 0..9 {
        stage.point(Gesture::WheelUp, "Help");
    }
    assert_eq!(stage.screen(), before);
    // In a form it does nothing, and it answers no question.
    for (keys, title) in [("esc n", "New key"), ("esc y", " n name")] {
        stage.press(keys);
        let before = stage.screen();
        stage.point(Gesture::WheelDown, title);
        assert_eq!(stage.screen(), before);
    }
}

#[test]
fn why_writes_were_refused_is_repeated_for_a_while_only() {
    let mut stage = Stage::with(USUAL, Script::Full, Environment::Dev);
    stage.press("ctrl-g shop:cache:rates enter e 9 ctrl-s");
    assert!(stage.screen().contains(" OOM "), "{}", stage.screen());
    stage.wait(Duration::from_secs(50));
    assert!(stage.screen().contains(" OOM "), "{}", stage.screen());
    assert!(stage.app.wakes_at().is_some());
    stage.wait(Duration::from_secs(10));
    assert!(!stage.screen().contains(" OOM "), "{}", stage.screen());
}

#[test]
fn what_counts_down_wakes_the_program_once_a_second() {
    let mut stage = Stage::new(USUAL);
    stage.press("ctrl-g shop:cache:rates enter");
    let before = stage.screen();
    assert!(before.contains("9s") && before.contains("59m"), "{before}");
    let wakes = stage.wakes_in(Duration::from_secs(6));
    assert!((5..=7).contains(&wakes), "{wakes}\n{}", stage.screen());
    let after = stage.screen();
    assert!(after.contains("expires in 4s"), "{after}");
}

#[test]
fn what_is_denied_is_said_beside_it() {
    shows_of("denied", |size| {
        let mut stage = Stage::with(size, Script::Denying, Environment::Dev);
        stage.press("ctrl-g shop:roles enter");
        stage
    });
}

#[test]
fn a_failed_connection_says_where_and_what_to_try() {
    shows_of("no connection", |size| {
        let mut stage = Stage::unconnected(size, Script::Willing, Environment::Dev);
        let failed = Failed {
            step: ConnectStep::Auth,
            words: "WRONGPASS invalid username-password pair".into(),
            hint: "Check the user's name and the password.".into(),
        };
        stage.send(Msg::Server(Event::Link(Link::Down {
            failed,
            retry: None,
        })));
        stage
    });
}

/// The login that was good is refused, for reasons that fill many rows.
fn is_refused(stage: &mut Stage) {
    let failed = Failed {
        step: ConnectStep::Auth,
        words: "the server does not let ada in".into(),
        hint: "One of very many reasons. ".repeat(20),
    };
    let retry = Some(Duration::from_secs(5));
    stage.send(Msg::Server(Event::Link(Link::Down { failed, retry })));
}

#[test]
fn how_to_log_in_anew_is_said_first() {
    let mut stage = Stage::new(USUAL);
    stage.press("ctrl-g shop:cache:rates enter e 9");
    is_refused(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("ctrl-t logs in anew."), "{screen}");
}

#[test]
fn a_notice_of_many_rows_is_a_block_of_whole_words() {
    let mut stage = Stage::new((80, 24));
    stage.press("ctrl-g shop:cache:rates enter");
    is_refused(&mut stage);
    let screen = stage.screen();
    let row = |line: &str| line.chars().skip(1).take(78).collect::<String>();
    let rows: Vec<String> = screen.lines().skip(20).take(3).map(row).collect();
    assert_eq!(
        rows,
        [
            " ctrl-t logs in anew. One of very many reasons. One of very many reasons.     ",
            " One of very many reasons. One of very …One of very many reasons. One of      ",
            " very many reasons. One of very many reasons. One of very many reasons.   ────",
        ],
        "{screen}"
    );
}

#[test]
fn a_lost_connection_keeps_the_tree() {
    shows_of("connection lost", |size| {
        let mut stage = Stage::new(size);
        let failed = Failed {
            step: ConnectStep::Tcp,
            words: "connection refused".into(),
            hint: "Is the server running?".into(),
        };
        let retry = Some(Duration::from_secs(4));
        stage.send(Msg::Server(Event::Link(Link::Down { failed, retry })));
        stage
    });
}

#[test]
fn the_log_tells_what_was_sent_and_hides_secrets() {
    shows_of("log", |size| {
        let mut stage = Stage::new(size);
        let sent = |cmd: Cmd, result| {
            Msg::Server(Event::Sent(Sent {
                cmd,
                took: Duration::from_micros(420),
                result,
            }))
        };
        let auth = Cmd::new("AUTH").arg("ada").secret("tulip");
        stage.send(sent(auth, Ok("OK".into())));
        stage.send(sent(Cmd::new("DBSIZE"), Err(Fault::Lost)));
        stage.send(sent(
            Cmd::new("HSET").arg("a b").arg("f").arg("\n"),
            Ok("1".into()),
        ));
        stage.press("6");
        assert!(!stage.screen().contains("tulip"));
        stage
    });
}

#[test]
fn the_log_holds_few_bytes_however_big_the_values_are() {
    let mut stage = Stage::new(USUAL);
    for _ in 0..40 {
        let cmd = Cmd::new("SET").arg("k").arg(vec![b'x'; 1024 * 1024]);
        stage.send(Msg::Server(Event::Sent(Sent {
            cmd,
            took: Duration::from_micros(420),
            result: Ok("OK".into()),
        })));
    }
    stage.press("6");
    let screen = stage.screen();
    assert!(screen.contains("Log ─ 7 commands"), "{screen}");
    assert!(screen.contains("SET k xxxx"), "{screen}");
}

#[test]
fn production_is_read_only_and_says_so() {
    shows_of("production", |size| {
        let mut stage = Stage::with(size, Script::Willing, Environment::Prod);
        stage.press("n");
        stage
    });
}

#[test]
fn a_screen_that_is_too_small_says_what_is_needed() {
    for size in [(39, 9), (39, 60), (200, 9), (1, 1)] {
        let screen = Stage::new(size).screen();
        let said: String = "keygrove needs 40 x 10"
            .chars()
            .take(size.0.into())
            .collect();
        assert!(screen.starts_with(&said), "{screen}");
    }
}

#[test]
fn no_key_does_what_cannot_be_seen() {
    let mut stage = Stage::new(USUAL);
    let before = stage.screen();
    for size in [(39, 24), (80, 9)] {
        stage.resize(size);
        stage.press("n pasted ctrl-s 2 d y");
        stage.resize(USUAL);
        assert_eq!(stage.screen(), before);
    }
    stage.press("n");
    assert!(stage.screen().contains("New key"));
}

/// Anything that can happen to a running app.
#[derive(Clone, Debug)]
enum Happens {
    Press(Chord),
    Paste(String),
    Point(Gesture, u16, u16),
    Resize(u16, u16),
    Loses,
    Connects,
    Edited(Vec<u8>),
}

fn happens() -> impl Strategy<Value = Happens> {
    let bound: Vec<Chord> = BINDINGS
        .iter()
        .flat_map(|binding| binding.keys)
        .copied()
        .collect();
    // What would end the app, or hand the screen to another one, says nothing about it.
    let chords = prop_oneof![
        8 => proptest::sample::select(bound),
        2 => any::<char>().prop_map(Chord::char),
        1 => (1..24u8, any::<bool>()).prop_map(|(n, ctrl)| Chord {
            key: Key::F(n),
            held: if ctrl { Held::Ctrl } else { Held::Alt },
        }),
    ];
    let gesture = prop_oneof![
        Just(Gesture::Click),
        Just(Gesture::WheelUp),
        Just(Gesture::WheelDown)
    ];
    prop_oneof![
        30 => chords.prop_map(Happens::Press),
        3 => ".{0,40}".prop_map(Happens::Paste),
        3 => (gesture, 0..210u16, 0..70u16).prop_map(|(g, x, y)| Happens::Point(g, x, y)),
        2 => (1..210u16, 1..70u16).prop_map(|(x, y)| Happens::Resize(x, y)),
        1 => Just(Happens::Loses),
        2 => Just(Happens::Connects),
        1 => any::<Vec<u8>>().prop_map(Happens::Edited),
    ]
}

fn happen(stage: &mut Stage, what: Happens) {
    let msg = match what {
        Happens::Press(chord) => Msg::Press(chord),
        Happens::Paste(text) => Msg::Paste(text),
        Happens::Point(gesture, column, row) => Msg::Point(Pointer {
            gesture,
            column,
            row,
        }),
        Happens::Resize(width, height) => return stage.resize((width, height)),
        Happens::Connects => Msg::Server(Event::Link(Link::Up(hello()))),
        Happens::Loses => Msg::Server(Event::Link(Link::Down {
            failed: Failed {
                step: ConnectStep::Tcp,
                words: "gone".into(),
                hint: String::new(),
            },
            retry: Some(Duration::from_secs(1)),
        })),
        Happens::Edited(bytes) => Msg::Edited(Ok(bytes)),
    };
    stage.send(msg);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_happens_breaks_the_screen(
        size in (1..210u16, 1..70u16),
        script in prop_oneof![Just(Script::Willing), Just(Script::Changed), Just(Script::Denying), Just(Script::Scanning)],
        all in proptest::collection::vec(happens(), 1..60),
    ) {
        let mut stage = Stage::with(size, script, Environment::Dev);
        for what in all {
            happen(&mut stage, what);
        }
    }
}
