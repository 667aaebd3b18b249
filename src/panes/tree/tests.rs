//! What the tree does between frames, and what it keeps out of sight.
use std::time::Instant;

use super::veil::Ours;
use super::*;
use crate::model::Plight;
use crate::model::target::Environment;
use crate::panes::own::Own;
use crate::panes::{Lock, Login, Reach, Tickets};
use crate::server::Access;
use crate::widgets::theme::{Depth, Theme};

fn world() -> World {
    let setup = Setup {
        prefix: None,
        separator: b":".to_vec(),
        count: 1000,
        env: Environment::Dev,
        lock: Lock::Open,
        roles: None,
    };
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
