//! Names that nobody could tell apart by eye are told apart, opened, renamed and deleted.
use crate::names;
use crate::tty::wait_until;
use crate::world::{World, typed};

/// Names of which each two differ in a byte that shows nothing, or nothing of its own.
fn twins() -> Vec<Vec<u8>> {
    let bare = [
        "pay", "pay ", " pay", "pay\\", "pay\\x00", "e\u{301}", "\u{e9}",
    ];
    let hidden = names::harm().into_iter().map(|harm| {
        // In the midst, so that nothing is said by the end of the name.
        [b"pa", harm.as_slice(), b"y"].concat()
    });
    let twins: Vec<_> = bare.map(|name| name.as_bytes().to_vec()).into();
    twins.into_iter().chain(hidden).collect()
}

#[test]
fn every_name_has_a_printed_form_of_its_own_that_leads_back() {
    let mut seen = std::collections::HashMap::new();
    for name in twins() {
        let shown = keygrove::model::Key::new(name.clone())
            .printed()
            .into_text();
        let back = keygrove::model::printed::unprint(&shown);
        assert_eq!(back.as_deref(), Ok(name.as_slice()));
        let other = seen.insert(shown.clone(), name);
        assert!(other.is_none(), "{shown}");
    }
}

#[test]
fn every_one_is_seen_opened_renamed_and_deleted_by_keys() {
    let world = World::new();
    // A few of each form, unless all are wanted; the law above holds for all.
    let all = std::env::var_os("KEYGROVE_TEST_NAMES").is_some();
    let names: Vec<Vec<u8>> = twins()
        .into_iter()
        .step_by(if all { 1 } else { 8 })
        .collect();
    for (at, name) in names.iter().enumerate() {
        world.run("SET", &[name.as_slice(), format!("value-{at}-").as_bytes()]);
    }
    let mut walk = world.open("");
    for (at, name) in names.iter().enumerate() {
        let shown = keygrove::model::Key::new(name.clone())
            .printed()
            .into_text();
        let start: String = shown.chars().take(20).collect();
        let value = format!("value-{at}-");
        let (old, new) = (typed(name), [name.as_slice(), b"\x1b[2J-new"].concat());
        walk.step(
            &format!("\x07\x15{old}\x13"),
            &[&format!("┌ {start}"), &value],
        );
        walk.step(&format!("r\x15{}\x13", typed(&new)), &["-new ─"]);
        wait_until(&shown, || {
            world.get(&new).as_deref() == Some(value.as_bytes())
        });
        assert_eq!(world.get(name), None, "{shown}");
        walk.step("d", &["UNLINK"]).leave("y", "-new ─ string");
        wait_until(&shown, || world.get(&new).is_none());
    }
    assert_eq!(world.server.redis(&["DBSIZE"]), "0");
    walk.quit();
}
