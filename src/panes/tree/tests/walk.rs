//! Cursor, folders and filter while a walk brings names, and begins again.
use super::*;
use crate::input::{Chord, Key as Press};
use crate::server::{Batch, Effort, Place};

const AREA: Rect = Rect::new(0, 0, 40, 12);

/// A tree that a walk fills, with a frame drawn after each thing that happens.
struct Walked {
    world: World,
    tickets: Tickets,
    tree: Tree,
}

impl Walked {
    fn new() -> Self {
        let world = world();
        let tree = Tree::new(&world.setup);
        Self {
            world,
            tickets: Tickets::default(),
            tree,
        }
    }

    /// These names come, and others may follow.
    fn some(&mut self, names: &[&str]) -> Spot {
        self.comes(names, false)
    }

    /// These names come, and are the last.
    fn last(&mut self, names: &[&str]) -> Spot {
        self.comes(names, true)
    }

    fn comes(&mut self, names: &[&str], done: bool) -> Spot {
        self.brings(names, done);
        self.frame()
    }

    /// The same before the next frame.
    fn brings(&mut self, names: &[&str], done: bool) {
        let batch = Batch {
            keys: names.iter().map(|name| name.as_bytes()).collect(),
            share: 0.5,
            place: Place::default(),
            effort: Effort::default(),
            done,
        };
        self.tree.main.take(&batch, None, self.world.now);
    }

    fn act(&mut self, action: Action) -> Spot {
        let mut cx = Cx {
            world: &self.world,
            tickets: &mut self.tickets,
        };
        self.tree.perform(action, &mut cx);
        self.frame()
    }

    /// Presses a key while the filter is typed.
    fn narrow(&mut self, chord: Chord) -> Spot {
        let mut cx = Cx {
            world: &self.world,
            tickets: &mut self.tickets,
        };
        self.tree.narrow(chord, &mut cx);
        self.frame()
    }

    fn filter(&mut self, text: &str) -> Spot {
        self.act(Action::Filter);
        self.tree.paste(text);
        while self.tree.works() {
            self.tree.main.work(STEP);
        }
        self.frame()
    }

    /// What the cursor stands on in the next frame; where there are no rows, a folder without a name.
    fn frame(&mut self) -> Spot {
        self.tree.arrange(AREA);
        self.tree.look(self.world.now);
        let listing = &self.tree.main;
        let row = listing.keys.row(listing.scroll.selected);
        assert_eq!(row.map(|row| row.spot), listing.selected, "row and cursor");
        listing.selected.clone().unwrap_or_else(|| folder(""))
    }

    /// The labels of the rows, each behind as many dots as it stands deep.
    fn rows(&self) -> Vec<String> {
        let keys = &self.tree.main.keys;
        let rows = keys.window(0, keys.rows());
        let row = |row: &crate::model::keyspace::Row| {
            let label = String::from_utf8_lossy(&row.label);
            format!("{}{label}", ".".repeat(row.depth))
        };
        rows.iter().map(row).collect()
    }
}

fn key(name: &str) -> Spot {
    Spot::Key(Key::from(name))
}

fn folder(name: &str) -> Spot {
    Spot::Folder(Key::from(name))
}

#[test]
fn the_cursor_stays_at_the_top_until_it_is_moved() {
    let mut walked = Walked::new();
    assert_eq!(walked.some(&["m", "z"]), key("m"));
    assert_eq!(walked.last(&["a"]), key("a"));
    walked.act(Action::Last);
    assert_eq!(walked.some(&["zz"]), key("z"));
}

#[test]
fn the_cursor_moves_from_what_it_is_seen_on_however_rows_moved_since() {
    let mut walked = Walked::new();
    assert_eq!(walked.some(&["m", "z"]), key("m"));
    walked.brings(&["l"], false);
    assert_eq!(walked.act(Action::Down), key("z"));
    walked.brings(&["a", "b", "c"], false);
    assert_eq!(walked.act(Action::Up), key("m"));
}

#[test]
fn a_click_is_on_what_was_seen_there_however_rows_moved_since() {
    let mut walked = Walked::new();
    walked.some(&["m", "z"]);
    walked.brings(&["a", "b"], false);
    let mut cx = Cx {
        world: &walked.world,
        tickets: &mut walked.tickets,
    };
    walked.tree.point(AREA.x + 1, AREA.y + 2, &mut cx);
    assert_eq!(walked.frame(), key("z"));
}

#[test]
fn the_cursor_comes_back_to_its_key_after_a_new_scan() {
    let mut walked = Walked::new();
    walked.last(&["a", "m", "z"]);
    walked.act(Action::Last);
    // Until something comes the old rows are there, and so is the cursor.
    assert_eq!(walked.act(Action::Rescan), key("z"));
    assert_eq!(walked.some(&["m"]), key("m"));
    // Nor is it lost where the scan begins again before it was found.
    assert_eq!(walked.act(Action::Rescan), key("m"));
    assert_eq!(walked.some(&["m"]), key("m"));
    assert_eq!(walked.last(&["z", "a"]), key("z"));
}

#[test]
fn the_cursor_comes_back_to_its_key_when_another_user_lists_them() {
    let mut walked = Walked::new();
    walked.last(&["a", "m", "z"]);
    walked.act(Action::Last);
    walked.tree.relist();
    walked.some(&["m"]);
    assert_eq!(walked.last(&["z", "a"]), key("z"));
}

#[test]
fn the_value_does_not_follow_a_cursor_that_waits_for_its_key() {
    for comes in ["z", "a"] {
        let mut walked = Walked::new();
        walked.last(&["m", "z"]);
        walked.act(Action::Last);
        walked.act(Action::Rescan);
        walked.tree.rest = None;
        walked.some(&["m"]);
        assert_eq!(walked.tree.rest, None);
        // It does where the scan is over and the key did not come.
        walked.last(&[comes]);
        assert_eq!(walked.tree.rest.is_some(), comes == "a");
    }
}

#[test]
fn who_moves_the_cursor_during_a_new_scan_wants_it_there() {
    let mut walked = Walked::new();
    walked.last(&["a", "m", "z"]);
    walked.act(Action::Last);
    // On the old rows ...
    walked.act(Action::Rescan);
    walked.act(Action::First);
    assert_eq!(walked.some(&["m"]), key("m"));
    assert_eq!(walked.last(&["z", "a"]), key("a"));
    // ... and on the new ones.
    walked.act(Action::Last);
    walked.act(Action::Rescan);
    walked.some(&["a", "m"]);
    walked.act(Action::First);
    assert_eq!(walked.last(&["z"]), key("a"));
}

#[test]
fn folders_opened_and_closed_during_a_new_scan_stay_so() {
    let mut walked = Walked::new();
    let names = ["a:1", "b:1", "c:1"];
    walked.last(&names);
    walked.act(Action::Right);
    walked.act(Action::Rescan);
    // Before the first keys: one is closed, another opened.
    walked.act(Action::Left);
    walked.act(Action::Down);
    walked.act(Action::Right);
    assert_eq!(walked.rows(), ["a", "b", ".1", "c"]);
    assert_eq!(walked.some(&["a:1"]), folder("a:"));
    assert_eq!(walked.rows(), ["a"]);
    assert_eq!(walked.some(&["b:1"]), folder("b:"));
    assert_eq!(walked.rows(), ["a", "b", ".1"]);
    // And while they come.
    walked.act(Action::Left);
    walked.act(Action::Up);
    walked.act(Action::Right);
    assert_eq!(walked.last(&["c:1"]), folder("a:"));
    assert_eq!(walked.rows(), ["a", ".1", "b", "c"]);
}

#[test]
fn a_folder_that_a_filter_opened_stays_open_under_the_cursor_while_keys_come() {
    let mut walked = Walked::new();
    walked.some(&["deep:in:here", "other"]);
    walked.filter("e");
    assert_eq!(walked.rows(), ["deep", ".in", "..here", "other"]);
    walked.narrow(Chord::of(Press::Enter));
    assert_eq!(walked.frame(), key("deep:in:here"));
    // Where very many match, folders are closed unless somebody stands in them.
    let names: Vec<String> = (0..20_000).map(|n| format!("e:{}:{n}", n % 7)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(walked.some(&names), key("deep:in:here"));
    assert_eq!(walked.rows(), ["deep", ".in", "..here", "e", "other"]);
}

#[test]
fn esc_in_the_filter_gives_the_cursor_back() {
    let mut walked = Walked::new();
    walked.last(&["a:1", "a:2", "b", "c"]);
    walked.act(Action::Right);
    walked.act(Action::Down);
    assert_eq!(walked.act(Action::Down), key("a:2"));
    assert_eq!(walked.filter("c"), key("c"));
    assert_eq!(walked.narrow(Chord::of(Press::Esc)), key("a:2"));
    // Who has looked at what was found stays there.
    walked.filter("c");
    walked.narrow(Chord::of(Press::Enter));
    assert_eq!(walked.act(Action::Back), key("c"));
    // Where nothing was found there is nothing to stay at.
    walked.filter("nothing");
    walked.narrow(Chord::of(Press::Enter));
    assert_eq!(walked.act(Action::Back), key("c"));
}

#[test]
fn the_first_matches_are_seen_while_a_filter_is_typed() {
    let names: Vec<String> = (0..60).map(|n| format!("k{n:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let seen = |walked: &Walked, spot: &Spot| {
        let on_screen = walked.tree.rows.iter().any(|row| row.spot == *spot);
        (walked.tree.main.scroll.top, on_screen)
    };
    let mut walked = Walked::new();
    walked.last(&names);
    let end = walked.act(Action::Last);
    assert_eq!(end, key("k59"));
    // The cursor stays on what matches, unseen, and the screen comes back to it when it is moved.
    assert_eq!(walked.filter("k"), end);
    assert_eq!(seen(&walked, &end), (0, false));
    let above = walked.act(Action::Up);
    assert_eq!(above, key("k58"));
    assert!(seen(&walked, &above).1);
    // What does not match leaves it to one of those on screen.
    assert_eq!(walked.narrow(Chord::of(Press::Char('3'))), key("k38"));
    assert_eq!(seen(&walked, &key("k38")), (0, true));
    assert_eq!(walked.narrow(Chord::of(Press::Esc)), end);
    assert!(seen(&walked, &end).1);
    walked.filter("k");
    assert_eq!(walked.narrow(Chord::of(Press::Enter)), key("k00"));
}

#[test]
fn going_to_a_key_that_the_filter_hides_lifts_the_filter() {
    let mut walked = Walked::new();
    walked.last(&["a:1", "a:2", "b"]);
    for (name, shown) in [("a:2", 4), ("b", 1)] {
        walked.filter("b");
        walked.narrow(Chord::of(Press::Enter));
        assert_eq!(walked.rows(), ["b"]);
        walked.tree.seek(&Key::from(name));
        let (kind, now) = ("string".to_owned(), walked.world.now);
        walked
            .tree
            .learn(&Key::from(name), kind, Ok(Left::Forever), now);
        assert_eq!(walked.frame(), key(name));
        assert_eq!(walked.rows().len(), shown, "{name}: {:?}", walked.rows());
    }
}
