//! A second connection to the server: commands in, replies as text.
use std::path::Path;

use keygrove::model::printed;
use redis::Value;

/// Runs a command written as in redis-cli. Text is printed with escapes, so that any bytes can be compared.
#[track_caller]
pub fn run(socket: &Path, command: &str) -> String {
    at(&format!("redis+unix://{}", socket.display()), command)
}

/// The same as this user.
#[track_caller]
pub fn run_as(socket: &Path, user: &str, password: &str, command: &str) -> String {
    let socket = socket.display();
    at(
        &format!("redis+unix://{socket}?user={user}&pass={password}"),
        command,
    )
}

#[track_caller]
fn at(url: &str, command: &str) -> String {
    let client = redis::Client::open(url).unwrap();
    let mut connection = match client.get_connection() {
        Ok(connection) => connection,
        Err(error) => return format!("(no login) {error}"),
    };
    let mut words = words(command).into_iter();
    let name = words.next().expect("a command has a name");
    let mut cmd = redis::cmd(std::str::from_utf8(&name).unwrap());
    for word in words {
        cmd.arg(word);
    }
    match cmd.query::<Value>(&mut connection) {
        Ok(reply) => print(&reply),
        Err(error) => format!("(error) {error}"),
    }
}

/// A reply as text: what is in an array stands side by side.
fn print(reply: &Value) -> String {
    match reply {
        Value::Nil => "(nil)".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::BulkString(bytes) => printed::print(bytes),
        Value::SimpleString(text) => text.clone(),
        Value::Okay => "OK".to_owned(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(print).collect();
            items.join(" ")
        }
        other => format!("{other:?}"),
    }
}

/// The words of a command, split at spaces. Double quotes hold spaces and escapes such as `\xff` and `\n`; single
/// quotes hold anything as it stands.
fn words(command: &str) -> Vec<Vec<u8>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None, None);
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        if c == ' ' && quote.is_none() {
            words.extend(word.take());
            continue;
        }
        let word: &mut String = word.get_or_insert_with(String::new);
        match (c, quote) {
            (_, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            ('\\', Some('\'')) => word.push_str("\\\\"),
            ('\\', _) => word.extend([Some(c), chars.next()].into_iter().flatten()),
            _ => word.push(c),
        }
    }
    words.extend(word);
    words
        .iter()
        .map(|word| printed::unprint(word).unwrap())
        .collect()
}
