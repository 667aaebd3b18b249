//! The compiled table of commands is what Redis 7.0 tells.
use std::fmt::Write;
use std::{env, fs};

use keygrove::model::acl::commands;
use keygrove::model::acl::keyspec::{Begin, Find, KeySpec};
use keygrove::model::acl::{Catalog, Command};

use super::live::{self, Server};

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(",")
    }
}

fn spec(spec: &KeySpec) -> String {
    let letter = |yes: bool, letter: &'static str| if yes { letter } else { "" };
    let need = [letter(spec.need.read, "r"), letter(spec.need.write, "w")].concat();
    let notes = &spec.notes;
    let notes = [
        letter(notes.not_key, "n"),
        letter(notes.incomplete, "i"),
        letter(notes.variable, "v"),
    ];
    let begin = match &spec.begin {
        Begin::At(at) => at.to_string(),
        Begin::Word { word, from } => format!("{}+{from}", String::from_utf8_lossy(word)),
        Begin::Unknown => "?".to_owned(),
    };
    let find = match &spec.find {
        Find::Range { last, step, limit } => format!("r{last},{step},{limit}"),
        Find::Count { at, first, step } => format!("c{at},{first},{step}"),
        Find::Unknown => "?".to_owned(),
    };
    format!("{need}!{}@{begin}/{find}", notes.concat())
}

fn line(command: &Command) -> String {
    let mut line = format!(
        "{} {} {} {}",
        command.name,
        command.arity,
        list(&command.flags),
        list(&command.categories)
    );
    for keys in &command.keys {
        write!(line, " {}", spec(keys)).unwrap();
    }
    line
}

fn print(catalog: &Catalog) -> String {
    catalog
        .ids()
        .map(|id| line(catalog.command(id)) + "\n")
        .collect()
}

/// With `KEYGROVE_TEST_WRITE` set the table is written anew.
#[test]
fn the_compiled_table_is_that_of_the_server() {
    let server = Server::start();
    let catalog = live::catalog(&mut server.connect());
    if (catalog.dialect.major, catalog.dialect.minor) != (7, 0) {
        return;
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/commands.txt");
    if env::var_os("KEYGROVE_TEST_WRITE").is_some() {
        fs::write(path, print(&catalog)).unwrap();
        return;
    }
    assert_eq!(print(&commands::assumed(catalog.dialect)), print(&catalog));
}
