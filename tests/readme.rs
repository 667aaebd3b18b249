//! The tables of README.md are printed by the program they are about.
//!
//! `UPDATE=1 cargo test --test readme` writes them anew.
#![allow(clippy::unwrap_used, clippy::panic)]
use std::fmt::Write as _;
use std::{env, fs};

use keygrove::cli::{self, Start};
use keygrove::input::{BINDINGS, Binding, Layer};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

#[test]
fn the_readme_says_what_the_program_says() {
    let readme = fs::read_to_string(README).unwrap();
    let readme_now = with(&with(&readme, "keys", &keys()), "flags", &flags());
    if env::var_os("UPDATE").is_some() {
        fs::write(README, readme_now).unwrap();
    } else {
        assert!(
            readme == readme_now,
            "write it anew: UPDATE=1 cargo test --test readme"
        );
    }
}

/// The text with another section between the two comments of this name.
fn with(text: &str, name: &str, section: &str) -> String {
    let (begin, end) = (
        format!("<!-- {name}: UPDATE=1 cargo test --test readme -->\n"),
        format!("<!-- end of {name} -->\n"),
    );
    let (before, rest) = text.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    [before, &begin, section, &end, after].concat()
}

fn keys() -> String {
    let mut text = String::new();
    let has_keys = |layer: &&Layer| BINDINGS.iter().any(|binding| binding.layer == **layer);
    for layer in Layer::ALL.iter().filter(has_keys) {
        write!(
            text,
            "\n**{}**\n\n| Key | Does |\n|---|---|\n",
            layer.title()
        )
        .unwrap();
        for binding in BINDINGS.iter().filter(|binding| binding.layer == *layer) {
            writeln!(text, "| {} | {} |", chords(binding), binding.sentence).unwrap();
        }
    }
    text + "\n"
}

/// `|` would end the cell.
fn chords(binding: &Binding) -> String {
    let chords: Vec<String> = binding
        .keys
        .iter()
        .map(|chord| format!("`{}`", chord.to_string().replace('|', "\\|")))
        .collect();
    chords.join(" ")
}

fn flags() -> String {
    let Ok(Start::Print(help)) = cli::parse(["keygrove", "--help"].map(Into::into)) else {
        panic!("--help prints a text");
    };
    let (_, usage) = help.split_once("\n\n").unwrap();
    format!("\n```text\n{}\n```\n\n", usage.trim_end())
}
