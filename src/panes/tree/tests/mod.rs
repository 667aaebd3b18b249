//! What the tree does between frames, and what it keeps out of sight.
use std::time::{Duration, Instant};

use super::veil::Ours;
use super::*;
use crate::model::Plight;
use crate::panes::own::Own;
use crate::panes::{Login, Reach, Tickets};
use crate::server::{Access, Described, Request};
use crate::widgets::theme::{Depth, Theme};

mod walk;

fn world() -> World {
    let setup = Setup::default();
    World {
        now: Instant::now(),
        clock: jiff::Zoned::default(),
        theme: Theme::new(Depth::None),
        access: Access::ReadWrite,
        link: Reach::Up,
        plight: None::<Plight>,
        own: Own::new(Login::Default, &setup.separator),
        setup,
    }
}

/// A tree of these keys on a small pane; the cursor stands on the last one.
fn tree(world: &World, tickets: &mut Tickets, names: &[&str]) -> Tree {
    let mut tree = Tree::new(&world.setup);
    let mut cx = Cx { world, tickets };
    for name in names {
        tree.born(&Key::from(*name), &mut cx);
    }
    tree.arrange(Rect::new(0, 0, 40, 12));
    tree.look(world.now);
    tree
}

#[test]
fn a_key_that_went_between_two_frames_is_not_shown_again() {
    let (mut world, mut tickets) = (world(), Tickets::default());
    let mut tree = tree(&world, &mut tickets, &["a", "b"]);
    tree.gone(&Key::from("b"));
    world.now += REST;
    let mut cx = Cx {
        world: &world,
        tickets: &mut tickets,
    };
    let told = tree.beat(&mut cx);
    let shown = |effect: &Effect| matches!(effect, Effect::Tell(News::Show(..)));
    assert!(!told.iter().any(shown), "{told:?}");
    // With the next frame the cursor stands on what is there, which is shown once it rests.
    tree.arrange(Rect::new(0, 0, 40, 12));
    tree.look(world.now);
    world.now += REST;
    let mut cx = Cx {
        world: &world,
        tickets: &mut tickets,
    };
    let told = tree.beat(&mut cx);
    let show = Effect::Tell(News::Show(Key::from("a"), Focus::Tree));
    assert!(told.contains(&show), "{told:?}");
}

/// What is asked about the rows on screen, if anything is.
fn asked(effects: Effects) -> Option<(Ticket, Vec<Key>)> {
    effects.into_iter().find_map(|effect| match effect {
        Effect::Ask(ticket, Request::Describe(keys)) => Some((ticket, keys)),
        _ => None,
    })
}

fn told(keys: &[Key], left: impl Fn(&Key) -> Left) -> Answer {
    let told = keys.iter().map(|key| Described {
        kind: Ok("string".to_owned()),
        left: Ok(left(key)),
    });
    Answer::Described(told.collect())
}

#[test]
fn a_key_that_is_gone_is_not_asked_about_again() {
    let (mut world, mut tickets) = (world(), Tickets::default());
    let mut tree = tree(&world, &mut tickets, &["a", "b"]);
    world.now += REST;
    let mut cx = Cx {
        world: &world,
        tickets: &mut tickets,
    };
    let (ticket, keys) = asked(tree.beat(&mut cx)).expect("they are asked about");
    let is_a = |key: &Key| *key == Key::from("a");
    let told = told(
        &keys,
        |key| if is_a(key) { Left::Gone } else { Left::Forever },
    );
    let news = tree.take(ticket, &Ok(told), &mut cx);
    assert!(news.contains(&Effect::Tell(News::Gone(Key::from("a")))));
    assert_eq!(asked(tree.beat(&mut cx)), None);
}

#[test]
fn keys_whose_time_runs_out_go_however_many_they_are() {
    let (mut world, mut tickets) = (world(), Tickets::default());
    let names = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let mut tree = tree(&world, &mut tickets, &names);
    let second = |key: &Key| u64::from(key.bytes()[0] - b'0') + 1;
    let began = world.now;
    for now in 0..=10 {
        let mut gone = Vec::new();
        world.now = began + Duration::from_secs(now);
        for _ in 0..2 {
            world.now += REST;
            let mut cx = Cx {
                world: &world,
                tickets: &mut tickets,
            };
            let Some((ticket, keys)) = asked(tree.beat(&mut cx)) else {
                continue;
            };
            let told = told(&keys, |key| match second(key) {
                second if second <= now => Left::Gone,
                second => Left::Millis((second - now) * 1000),
            });
            gone.extend(tree.take(ticket, &Ok(told), &mut cx));
        }
        gone.retain(|effect| matches!(effect, Effect::Tell(News::Gone(_) | News::Say(..))));
        let goes = now.checked_sub(1).map(|at| Key::from(names[at as usize]));
        let goes: Vec<Effect> = goes
            .into_iter()
            .map(|key| Effect::Tell(News::Gone(key)))
            .collect();
        assert_eq!(gone, goes);
    }
}

#[test]
fn keys_that_are_back_are_as_ours_as_they_were() {
    for lifted in [false, true] {
        let (world, mut tickets) = (world(), Tickets::default());
        let mut tree = tree(&world, &mut tickets, &["my:a", "my:b", "other:c"]);
        let ours = Ours::Prefix(b"my:".to_vec());
        tree.main.cover(ours, b":", Order::Name);
        if lifted {
            tree.main.turn();
        }
        let gone = [Key::from("my:a"), Key::from("my:b")];
        for key in &gone {
            tree.gone(key);
        }
        tree.back_again(&gone, world.now);
        assert_eq!(tree.main.others(), 1, "lifted: {lifted}");
        tree.main.turn();
        assert_eq!(tree.main.others(), 1, "lifted: {lifted}");
        for key in &gone {
            assert!(tree.main.keys.contains(key.bytes()), "lifted: {lifted}");
        }
    }
}

#[test]
fn what_is_typed_stays_in_view_beside_the_count_of_what_it_finds() {
    let (world, mut tickets) = (world(), Tickets::default());
    let names: Vec<String> = (0..100).map(|n| format!("session:a:b:c{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut tree = tree(&world, &mut tickets, &names);
    let mut cx = Cx {
        world: &world,
        tickets: &mut tickets,
    };
    tree.perform(Action::Filter, &mut cx);
    tree.paste("sessionabc1");
    while tree.due(&world).is_some_and(|due| due <= world.now) && tree.main.keys.is_working() {
        let mut cx = Cx {
            world: &world,
            tickets: &mut tickets,
        };
        tree.beat(&mut cx);
    }
    let area = Rect::new(0, 0, 40, 12);
    let mut buf = Buffer::empty(area);
    tree.arrange(area);
    tree.draw(&mut buf, Focused::Yes, &world);
    let line = |row: u16| -> String { (0..40).map(|x| buf[(x, row)].symbol()).collect() };
    let filter = (0..12).map(line).find(|line| line.contains("loaded"));
    let filter = filter.expect("the line of the filter");
    assert!(filter.contains("/sessionabc1"), "{filter}");
    assert!(filter.contains("of 100 loaded"), "{filter}");
}

#[test]
fn names_that_come_together_are_ours_or_of_others() {
    for lifted in [false, true] {
        let (world, mut tickets) = (world(), Tickets::default());
        let mut tree = tree(&world, &mut tickets, &["my:a", "other:b"]);
        let ours = Ours::Prefix(b"my:".to_vec());
        tree.main.cover(ours, b":", Order::Name);
        if lifted {
            tree.main.turn();
        }
        let names = ["my:a", "my:c", "other:d", "other:e", "my:c"];
        tree.main
            .insert_all(names.iter().map(|name| name.as_bytes()));
        for shown in if lifted { [5, 2] } else { [2, 5] } {
            assert_eq!(tree.main.keys.keys(), shown, "lifted: {lifted}");
            assert_eq!(tree.main.others(), 3, "lifted: {lifted}");
            tree.main.turn();
        }
    }
}
