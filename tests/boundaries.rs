//! The doors between the rooms, and what no file may say or become.
#![allow(clippy::unwrap_used, clippy::panic)]
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Our rooms, which are doors to each other as much as crates are.
const ROOMS: &[&str] = &[
    "app", "cli", "demo", "input", "model", "panes", "run", "server", "start", "widgets",
];

/// The crates that carry weight: whoever names one of them is tied to it. Pure ones (serde, url …) are free.
const CRATES: &[&str] = &[
    "anyhow",
    "clap",
    "crossterm",
    "futures_util",
    "ratatui",
    "redis",
    "rustix",
    "rustls",
    "rustls_native_certs",
    "socket2",
    "tempfile",
    "tokio",
    "tokio_rustls",
    "toml",
    "tui_textarea",
];

/// A room, by its path below `src`, and what it may name of [`ROOMS`] and [`CRATES`]. Nothing else.
struct Door {
    room: &'static str,
    may: &'static [&'static str],
}

/// The nearest door counts: a file before the folder it lies in.
#[rustfmt::skip]
const DOORS: &[Door] = &[
    Door { room: "model/acl/roles.rs", may: &["toml"] },
    Door { room: "model/", may: &[] },
    Door { room: "server/mod.rs", may: &["model"] },
    Door { room: "server/", may: &["model", "redis", "tokio", "tokio_rustls", "rustls", "rustls_native_certs", "socket2", "futures_util"] },
    Door { room: "input/", may: &[] },
    Door { room: "widgets/", may: &["input", "ratatui", "tui_textarea"] },
    Door { room: "panes/", may: &["model", "input", "widgets", "server", "ratatui", "tui_textarea"] },
    Door { room: "app/", may: &["model", "input", "widgets", "server", "panes", "ratatui", "tui_textarea"] },
    Door { room: "run/", may: &["app", "panes", "input", "model", "server", "tokio", "crossterm", "ratatui", "anyhow", "futures_util", "rustix", "tempfile"] },
    Door { room: "cli/", may: &["model", "server", "clap", "toml", "rustix"] },
    Door { room: "demo/", may: &["model", "tokio", "tempfile"] },
    Door { room: "start.rs", may: &["app", "cli", "demo", "panes", "run", "server", "widgets", "ratatui", "tokio", "anyhow"] },
    Door { room: "main.rs", may: &["cli", "demo", "model", "start"] },
    Door { room: "lib.rs", may: &[] },
];

/// Commands that hold a server up or empty it. `KEYS` is no word here: tables of names may be called so.
const NEVER: &[&str] = &["\"KEYS\"", "HGETALL", "SMEMBERS", "FLUSHALL", "FLUSHDB"];
/// The tables that may name them: what a server can be trusted to only read with, when a person asks; and what users
/// must be refused, which ACL DRYRUN is asked about.
const NEVER_BUT: &[&str] = &["server/gate.rs", "model/acl/matrix.rs"];

/// Lines of code from which on a file is looked at twice.
const LONG: usize = 400;
/// Files that were looked at twice, and why they are whole.
const LONG_FILES: &[(&str, &str)] = &[];

/// A file of `src`, without the tests at its end.
struct Source {
    /// Below `src`.
    path: String,
    lines: usize,
    /// The lines that are no comment, numbered from 1.
    code: Vec<(usize, String)>,
}

#[test]
fn every_file_goes_through_its_doors_only() {
    let mut faults = String::new();
    for source in sources() {
        let door = door(&source.path);
        for (line, code) in &source.code {
            let named = names(&words(code));
            let own = |name: &str| is_of(&source.path, name);
            for name in named
                .iter()
                .filter(|name| !door.may.contains(name) && !own(name))
            {
                writeln!(faults, "src/{}:{line} names {name}", source.path).unwrap();
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn no_file_names_a_command_that_hurts_a_server() {
    let mut faults = String::new();
    for source in sources()
        .iter()
        .filter(|source| !NEVER_BUT.contains(&&*source.path))
    {
        for (line, code) in &source.code {
            for name in NEVER.iter().filter(|name| code.contains(*name)) {
                writeln!(faults, "src/{}:{line} names {name}", source.path).unwrap();
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn no_file_grows_beyond_what_one_can_see_at_once() {
    let mut faults = String::new();
    for source in sources() {
        let listed = LONG_FILES.iter().any(|(path, _)| *path == source.path);
        let lines = source.lines;
        if (lines > LONG) != listed {
            let should = if listed {
                "need not be listed"
            } else {
                "is long"
            };
            writeln!(faults, "src/{} {should}: {lines} lines", source.path).unwrap();
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn every_file_begins_with_a_line_that_says_what_it_holds() {
    for file in files(&root()) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{}", file.display());
    }
}

#[test]
fn a_door_is_seen_however_it_is_named() {
    for text in [
        "use redis::Value;",
        "use ::redis::Value;",
        "    let cmd = redis::cmd(name);",
        "fn print(value: &redis::Value) {}",
        "use redis as wire;",
        "extern crate redis;",
    ] {
        assert!(names(&words(text)).contains(&"redis"), "{text}");
    }
    for text in [
        "let redis = 1;",
        "crate::redis::print()",
        "my_redis::print()",
        "\"redis://\"",
    ] {
        assert!(!names(&words(text)).contains(&"redis"), "{text}");
    }
    for text in [
        "use crate::app::App;",
        "fn draw(app: &keygrove::app::App) {}",
        "use super::app::App;",
        "use crate::{\n    app::App,\n    model,\n};",
        "use crate::{model, app};",
    ] {
        let named: Vec<_> = code(text)
            .iter()
            .flat_map(|(_, code)| names(&words(code)))
            .collect();
        assert!(named.contains(&"app"), "{text}");
    }
    assert!(!names(&words("use crate::model::app;")).contains(&"app"));
    let text = "/// use redis\nlet a = 1; // use redis\n#[cfg(test)]\nmod tests {}";
    assert_eq!(code(text), [(2, "let a = 1;".to_owned())]);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every file but those that hold tests only.
fn sources() -> Vec<Source> {
    let root = root();
    let path = |file: &Path| {
        file.strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    files(&root)
        .iter()
        .filter(|file| file.file_name().unwrap() != "tests.rs")
        .map(|file| {
            let text = fs::read_to_string(file).unwrap();
            Source {
                path: path(file),
                lines: before_tests(&text).lines().count(),
                code: code(&text),
            }
        })
        .collect()
}

fn door(path: &str) -> &'static Door {
    DOORS
        .iter()
        .find(|door| path.starts_with(door.room))
        .unwrap_or_else(|| panic!("src/{path} lies in no room: give it a door"))
}

fn is_of(path: &str, room: &str) -> bool {
    path.strip_prefix(room)
        .is_some_and(|rest| rest.starts_with(['/', '.']))
}

/// Tests stand at the end.
fn before_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

/// What is neither comment nor test, a line each; a `use` of many lines counts as its first.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut code: Vec<(usize, String)> = Vec::new();
    let mut using = false;
    for (at, line) in before_tests(text).lines().enumerate() {
        let line = line.split(" // ").next().unwrap_or_default();
        if line.trim_start().starts_with("//") {
            continue;
        }
        match code.last_mut() {
            Some((_, begun)) if using => begun.push_str(line),
            _ => code.push((at + 1, line.to_owned())),
        }
        let begins = line
            .trim_start()
            .trim_start_matches("pub ")
            .starts_with("use ");
        using = (using || begins) && !line.contains(';');
    }
    code
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Names, and the marks between them that matter here.
fn words(code: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let end = if is_name(first) {
            rest.find(|c| !is_name(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        if !word.trim().is_empty() {
            words.push(word);
        }
    }
    words
}

/// The rooms and crates that are named.
fn names(words: &[&str]) -> Vec<&'static str> {
    let before = |at: usize, back: usize| at.checked_sub(back).map_or("", |at| words[at]);
    let mut named = Vec::new();
    let mut listing = false;
    for (at, word) in words.iter().enumerate() {
        let inside = before(at, 1) == "::";
        let ours = ["crate", "keygrove", "super"].contains(&before(at, 2));
        listing |= *word == "{" && inside && ours;
        let room = (inside && ours) || (listing && ["{", ","].contains(&before(at, 1)));
        let outer = !inside || before(at, 2) == "use" || !before(at, 2).ends_with(is_name);
        let named_here =
            words.get(at + 1) == Some(&"::") || ["use", "crate"].contains(&before(at, 1));
        named.extend(ROOMS.iter().filter(|name| room && *name == word));
        named.extend(
            CRATES
                .iter()
                .filter(|name| outer && named_here && *name == word),
        );
    }
    named
}
