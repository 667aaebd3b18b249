//! Filling a server with names, many in one command.
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use super::common::{PATIENCE, Server};
use super::names::Names;

/// Names in one command.
const LOT: usize = 1_000;

/// Sets every name to a short value.
pub fn fill(server: &Server, names: &Names) {
    let mut stream = UnixStream::connect(server.socket()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut command = Vec::new();
    for batch in names.batches(LOT) {
        command.clear();
        let words = batch.clone().count() * 2 + 1;
        write!(command, "*{words}\r\n$4\r\nMSET\r\n").unwrap();
        for name in batch {
            write!(command, "${}\r\n", name.len()).unwrap();
            command.extend_from_slice(name);
            command.extend_from_slice(b"\r\n$1\r\nv\r\n");
        }
        stream.write_all(&command).unwrap();
        let mut reply = [0; 5];
        stream.read_exact(&mut reply).unwrap();
        assert_eq!(&reply, b"+OK\r\n");
    }
}
