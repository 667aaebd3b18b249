//! Replies of every version, typed lines, words: literals in, literals out.
mod meant;
mod sent;
mod told;

use super::user::apply_all;
use super::*;
use crate::model::resp::Reply;

fn bytes(text: &str) -> Reply {
    Reply::Bytes(text.as_bytes().to_vec())
}

fn array(texts: &[&str]) -> Reply {
    Reply::Array(texts.iter().map(|text| bytes(text)).collect())
}

fn pairs(fields: Vec<(&str, Reply)>) -> Vec<(Reply, Reply)> {
    fields
        .into_iter()
        .map(|(name, value)| (bytes(name), value))
        .collect()
}

/// The same fields as RESP2 and RESP3 tell them.
fn both(fields: Vec<(&str, Reply)>) -> [Reply; 2] {
    let map = pairs(fields);
    let flat = map
        .iter()
        .flat_map(|(name, value)| [name.clone(), value.clone()])
        .collect();
    [Reply::Array(flat), Reply::Map(map)]
}

fn dialect(version: &str) -> Dialect {
    let (server, version) = version.split_once(' ').unwrap_or(("redis", version));
    Dialect::new(server, version)
}

fn catalog() -> Catalog {
    let mut catalog = commands::assumed(dialect("7.0.15"));
    catalog.source = Source::Asked;
    catalog
}

fn made(text: &str) -> User {
    let catalog = catalog();
    let mut user = User::new("ada");
    let rules = parse::line(text, &catalog, &[]).expect("clear rules");
    apply_all(&mut user, &rules, &catalog).expect("rules that apply");
    user
}

fn words(line: &str) -> Vec<&[u8]> {
    line.split(' ').map(str::as_bytes).collect()
}

const HASH: &str = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
