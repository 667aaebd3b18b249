//! Fuzz targets: readers, printers and the app against whatever could reach them.
//!
//! `tests/README.md` has the table of all targets, those that stand in other files too. They run bounded with all other
//! tests; `PROPTEST_CASES=100000 cargo test --release --test fuzz` runs them long. They are properties on stable Rust:
//! inputs are made from the structure of what is read, not led by coverage, which needs a nightly compiler.
#![allow(clippy::unwrap_used, clippy::panic)]
mod app;
#[path = "../common/cases.rs"]
mod cases;
mod config;
mod dump;
mod hostile;
mod printed;
mod replies;
#[path = "../stage/mod.rs"]
#[allow(dead_code, reason = "only its script is wanted here")]
mod stage;

use cases::config;

/// The table is how one finds a target; a row that points nowhere is worse than none.
#[test]
fn the_table_of_targets_points_at_tests() {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let readme = std::fs::read_to_string(tests.join("README.md")).unwrap();
    let (_, table) = readme.split_once("## Fuzz targets").unwrap();
    let mut seen = 0;
    for row in table.lines().filter(|line| line.starts_with("| ")) {
        let words: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let (Some(file), names) = (words.first(), words.iter().skip(1)) else {
            continue;
        };
        let source = std::fs::read_to_string(tests.join(file)).unwrap();
        for name in names {
            assert!(
                source.contains(&format!("fn {name}(")),
                "{file} has no {name}"
            );
            seen += 1;
        }
    }
    assert!(seen > 20);
}
