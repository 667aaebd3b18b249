//! Filling a server with names, many at once.
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use super::common::{PATIENCE, Server};
use super::names::Names;

/// Names in one pipeline.
const LOT: usize = 1_000;
/// What every key holds.
const VALUE: [u8; 64] = [b'v'; 64];
/// What names of keys begin with that expire, as caches and sessions do: a server looks up the expiry of each key that
/// SCAN finds.
const EXPIRING: &[&[u8]] = &[
    b"myapp:session:",
    b"myapp:cache:",
    b"myapp:ratelimit:",
    b"shop:cart:",
];

/// Sets every name to a short value; six in ten expire in days.
pub fn fill(server: &Server, names: &Names) {
    let mut stream = UnixStream::connect(server.socket()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let (mut commands, mut replies) = (Vec::new(), Vec::new());
    for batch in names.batches(LOT) {
        commands.clear();
        replies.clear();
        for name in batch {
            let expires = EXPIRING.iter().any(|start| name.starts_with(start));
            let mut words: Vec<&[u8]> = vec![b"SET", name, &VALUE];
            if expires {
                words.extend([&b"EX"[..], b"604800"]);
            }
            write!(commands, "*{}\r\n", words.len()).unwrap();
            for word in words {
                write!(commands, "${}\r\n", word.len()).unwrap();
                commands.extend_from_slice(word);
                commands.extend_from_slice(b"\r\n");
            }
            replies.extend_from_slice(b"+OK\r\n");
        }
        stream.write_all(&commands).unwrap();
        let mut told = vec![0; replies.len()];
        stream.read_exact(&mut told).unwrap();
        assert_eq!(told, replies);
    }
}
