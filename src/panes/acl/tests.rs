//! What the tests of the parts share, and what holds for all of them: any keys, any size, nothing raw on the screen.
#![allow(clippy::unwrap_used)]
use std::sync::Arc;

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::review::conflict;
use super::wish::{Step, Wish};
use super::{card, denials, proof, reference, review, test, who};
use crate::input::Chord;
use crate::model::acl::replies::Denial;
use crate::model::acl::{Catalog, Channels, Dialect, User, commands, matrix, parse, user};
use crate::model::target::{Secret, Target};
use crate::widgets::{Depth, Theme};

pub fn catalog() -> Catalog {
    commands::assumed(Dialect::new("redis", "7.0.15"))
}

/// A user made by a line of rules.
pub fn user(name: &str, rules: &str) -> User {
    let mut made = User::new(name);
    let rules: Vec<_> = rules
        .split_whitespace()
        .map(|word| parse::rule(word.as_bytes()).unwrap())
        .collect();
    user::apply_all(&mut made, &rules, &catalog()).unwrap();
    made
}

pub fn chord(name: &str) -> Chord {
    name.parse().unwrap()
}

/// What is painted, row by row.
pub fn painted(
    width: u16,
    height: u16,
    draw: impl FnOnce(Rect, &mut Buffer, &Theme),
) -> Vec<String> {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    draw(area, &mut buf, &Theme::new(Depth::None));
    (0..height)
        .map(|y| (0..width).map(|x| buf[(x, y)].symbol()).collect())
        .collect()
}

/// Asserts that each of these texts stands in some row.
pub fn sees(rows: &[String], texts: &[&str]) {
    for text in texts {
        assert!(
            rows.iter().any(|row| row.contains(text)),
            "{text} in {rows:#?}"
        );
    }
}

pub fn denial(reason: &str, object: &[u8], age: f64) -> Denial {
    Denial {
        count: 3,
        reason: reason.into(),
        context: "toplevel".into(),
        object: object.to_vec(),
        user: b"app".to_vec(),
        age,
        client: b"id=7 addr=127.0.0.1:5000 name= age=1 idle=0 cmd=set user=app".to_vec(),
        id: None,
    }
}

/// What the parts have in common.
trait Part {
    fn press(&mut self, chord: Chord);
    fn paste(&mut self, text: &str);
    fn painted(&mut self, width: u16, height: u16) -> Vec<String>;
}

macro_rules! parts {
    ($($part:ty),*) => {$(
        impl Part for $part {
            fn press(&mut self, chord: Chord) {
                let _ = <$part>::press(self, chord);
            }
            fn paste(&mut self, text: &str) {
                <$part>::paste(self, text);
            }
            fn painted(&mut self, width: u16, height: u16) -> Vec<String> {
                painted(width, height, |area, buf, theme| {
                    self.arrange(area);
                    self.draw(area, buf, theme);
                })
            }
        }
    )*};
}

parts!(
    review::Review,
    conflict::Conflict,
    proof::Proof,
    card::Card,
    test::Test,
    who::Who,
    denials::Denials,
    reference::Reference
);

const EVIL: &[u8] = b"\x1b]0;x\x07\xff \xe2\x80\xae";

/// Every part, with hostile bytes in all that comes from a server.
fn all() -> Vec<Box<dyn Part>> {
    let catalog = Arc::new(catalog());
    let mut after = user("app", "on >secret ~app:* &app:* +@all -@dangerous");
    after.name = EVIL.to_vec();
    let review = review::Review::new(review::Proposal {
        before: None,
        after: &user("app", "on +@all ~app:*"),
        catalog: &catalog,
        warnings: vec![review::Warning {
            level: review::Level::Blocks,
            text: "dangerous".into(),
        }],
        live: Some(2),
        prefix: EVIL,
    });
    let wish = Wish::of(Step::put(Some(user("app", "off")), after.clone()), "done");
    let mut now = after.clone();
    now.root.channels = Channels::Only(vec![EVIL.to_vec()]);
    let conflict = conflict::Conflict::of(&wish, Some(now), &catalog).unwrap();
    let mut proof = proof::Proof::new(EVIL, matrix::of_user(&after, b"app:", &catalog), b"app:");
    let odd = String::from_utf8_lossy(EVIL).into_owned();
    proof.set(1, matrix::Shown::Unclear(odd));
    let target = Target {
        user: Some("app".into()),
        password: Some(Secret::new("pa ss\x1b")),
        ..Target::default()
    };
    let mut test = test::Test::new(after.clone(), catalog.clone(), EVIL);
    test.paste("GET \"\\x1b\"");
    vec![
        Box::new(review),
        Box::new(conflict),
        Box::new(proof),
        Box::new(card::Card::new(&target, &after, EVIL, &catalog)),
        Box::new(test),
        Box::new(who::Who::new(vec![after; 30], &catalog)),
        Box::new(denials::Denials::new(vec![denial("key", EVIL, 2.0); 20])),
        Box::new(reference::Reference::new(catalog)),
    ]
}

#[test]
fn every_part_shows_something_at_every_size_and_nothing_raw() {
    for (width, height) in [(40, 10), (80, 24), (100, 30), (200, 60)] {
        for mut part in all() {
            let shown = part.painted(width, height).concat();
            let raw = |c: char| c.is_control() || c == '\u{202e}';
            assert!(!shown.contains(raw), "{shown:?}");
            assert!(
                shown.trim().chars().count() > 60,
                "{width}x{height}: {shown}"
            );
        }
    }
}

const KEYS: &[&str] = &[
    "up",
    "down",
    "pgup",
    "pgdn",
    "home",
    "end",
    "enter",
    "esc",
    "tab",
    "g",
    "G",
    "y",
    "d",
    "j",
    "k",
    "a",
    "m",
    "*",
    "space",
    "ctrl-g",
    "ctrl-y",
    "ctrl-u",
    "backspace",
    "left",
    "ctrl-c",
    "?",
    "\"",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_keys_at_no_size_break_a_part(
        presses in prop::collection::vec((prop::sample::select(KEYS), 0_u16..130, 0_u16..45), 1..12),
        pasted in "\\PC{0,12}|[*?\\[\\]\\\\\"' a-z:\\x1b]{0,12}",
    ) {
        for mut part in all() {
            part.paste(&pasted);
            for (name, width, height) in &presses {
                part.press(chord(name));
                part.painted(*width, *height);
            }
        }
    }
}
