//! A small blocking client of our own: it takes any bytes a server may say, errors that are no text included.
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;

use keygrove::model::{Cmd, Reply};

/// A connection over a unix socket.
pub struct Client {
    reader: BufReader<UnixStream>,
}

impl Client {
    pub fn new(stream: UnixStream) -> Self {
        Self {
            reader: BufReader::new(stream),
        }
    }

    /// Asks all commands at once; a refusal is a reply like any other.
    pub fn ask(&mut self, cmds: &[Cmd]) -> Vec<Reply> {
        let packed: Vec<u8> = cmds.iter().flat_map(pack).collect();
        let mut writer = self.reader.get_ref().try_clone().unwrap();
        // Reading begins before all is written, else both sides could wait for room.
        thread::scope(|scope| {
            scope.spawn(move || writer.write_all(&packed).unwrap());
            cmds.iter().map(|_| self.reply()).collect()
        })
    }

    /// Asks one command.
    pub fn ask_one(&mut self, cmd: Cmd) -> Reply {
        self.ask(&[cmd]).remove(0)
    }

    fn line(&mut self) -> Vec<u8> {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line).unwrap();
        line.truncate(line.len().checked_sub(2).expect("the server hung up"));
        line
    }

    fn reply(&mut self) -> Reply {
        let line = self.line();
        let text = String::from_utf8_lossy(&line[1..]).into_owned();
        match line[0] {
            b'+' => Reply::Status(text),
            b'-' => {
                let (code, text) = text.split_once(' ').unwrap_or((&text, ""));
                Reply::Error {
                    code: code.to_owned(),
                    text: text.to_owned(),
                }
            }
            b':' => Reply::Int(text.parse().unwrap()),
            b',' => Reply::Double(text.parse().unwrap()),
            b'#' => Reply::Bool(text == "t"),
            b'_' => Reply::Nil,
            b'$' | b'*' if text == "-1" => Reply::Nil,
            b'$' => Reply::Bytes(self.bulk(text.parse().unwrap())),
            b'=' => Reply::Bytes(self.bulk(text.parse().unwrap()).split_off(4)),
            b'*' | b'~' | b'>' => Reply::Array(
                (0..text.parse().unwrap())
                    .map(|_: usize| self.reply())
                    .collect(),
            ),
            b'%' => {
                let pairs = 0..text.parse().unwrap();
                Reply::Map(pairs.map(|_: usize| (self.reply(), self.reply())).collect())
            }
            other => panic!("no reply starts with {other}"),
        }
    }

    fn bulk(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len + 2];
        self.reader.read_exact(&mut bytes).unwrap();
        bytes.truncate(len);
        bytes
    }
}

fn pack(cmd: &Cmd) -> Vec<u8> {
    let mut packed = format!("*{}\r\n", cmd.args().count()).into_bytes();
    for arg in cmd.args() {
        packed.extend(format!("${}\r\n", arg.len()).into_bytes());
        packed.extend(arg);
        packed.extend(b"\r\n");
    }
    packed
}
