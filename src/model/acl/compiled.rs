//! The compiled table of commands, for servers that refuse COMMAND.
//!
//! One line a command: `name arity flags categories keys…`, `-` for none. A group of keys is
//! `need!notes@begin/find`: need of `r` `w`, notes of `n`ot a key, `i`ncomplete, `v`ariable; begin an index,
//! `WORD+from` or `?`; find `rLAST,STEP,LIMIT`, `cAT,FIRST,STEP` or `?`.
use super::catalog::Command;
use super::keyspec::{Begin, Find, KeySpec, Need, Notes};

/// Reads the table; lines that make no sense are left out (a test holds the table against a real server).
pub fn read(table: &str) -> Vec<Command> {
    table.lines().filter_map(command).collect()
}

fn command(line: &str) -> Option<Command> {
    let mut words = line.split(' ');
    let name = words.next()?.to_owned();
    let arity = words.next()?.parse().ok()?;
    let flags = list(words.next()?);
    let categories = list(words.next()?);
    Some(Command {
        name,
        arity,
        flags,
        categories,
        keys: words.map(spec).collect::<Option<_>>()?,
        legacy_keys: false,
        subs: Vec::new(),
    })
}

fn list(word: &str) -> Vec<String> {
    let names = word.split(',').filter(|name| *name != "-");
    names.map(str::to_owned).collect()
}

fn spec(word: &str) -> Option<KeySpec> {
    let (head, place) = word.split_once('@')?;
    let (need, notes) = head.split_once('!')?;
    let (begin, find) = place.split_once('/')?;
    Some(KeySpec {
        begin: match (begin, begin.rsplit_once('+')) {
            ("?", _) => Begin::Unknown,
            (_, Some((word, from))) => Begin::Word {
                word: word.as_bytes().to_vec(),
                from: from.parse().ok()?,
            },
            (index, None) => Begin::At(index.parse().ok()?),
        },
        find: self::find(find)?,
        need: Need {
            read: need.contains('r'),
            write: need.contains('w'),
        },
        notes: Notes {
            not_key: notes.contains('n'),
            incomplete: notes.contains('i'),
            variable: notes.contains('v'),
        },
    })
}

fn find(word: &str) -> Option<Find> {
    if word == "?" {
        return Some(Find::Unknown);
    }
    let (kind, numbers) = word.split_at_checked(1)?;
    let numbers: Vec<i64> = numbers
        .split(',')
        .map_while(|text| text.parse().ok())
        .collect();
    match (kind, numbers.as_slice()) {
        ("r", &[last, step, limit]) => Some(Find::Range { last, step, limit }),
        ("c", &[at, first, step]) => Some(Find::Count { at, first, step }),
        _ => None,
    }
}
