//! A server full of big values.
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use crate::common::Server;

/// How big the values are.
#[derive(Clone, Copy)]
pub struct Sizes {
    pub set: usize,
    pub hash: usize,
    pub list: usize,
    pub zset: usize,
    /// Bytes.
    pub string: usize,
    /// Fields and members of the two biggest.
    pub most: usize,
}

/// Whether the long version was asked for.
pub fn is_full() -> bool {
    std::env::var_os("KEYGROVE_TEST_BIG").is_some()
}

impl Sizes {
    /// The long version's where that was asked for, else the short one's.
    pub fn wanted() -> Self {
        if is_full() {
            Self {
                set: 1_000_000,
                hash: 500_000,
                list: 1_000_000,
                zset: 1_000_000,
                string: 512 * 1024 * 1024,
                most: 5_000_000,
            }
        } else {
            Self::short()
        }
    }

    pub fn short() -> Self {
        Self {
            set: 20_000,
            hash: 20_000,
            list: 20_000,
            zset: 20_000,
            string: 4 * 1024 * 1024,
            most: 50_000,
        }
    }
}

/// Elements in one script: short enough to hold nobody up for long.
const LOT: usize = 50_000;

/// Fills a value by a script that is given the numbers from `a` to `b`.
fn fill(server: &Server, count: usize, body: &str) {
    let script = format!("for i=ARGV[1],ARGV[2] do {body} end");
    for from in (0..count).step_by(LOT) {
        let to = (from + LOT).min(count) - 1;
        let (from, to) = (from.to_string(), to.to_string());
        let reply = server.redis(&["EVAL", &script, "0", &from, &to]);
        assert_eq!(reply, "(nil)", "{body}");
    }
}

/// A server with `big:hash`, `big:set`, `big:list`, `big:zset`, `big:string`, `big:most:hash`, `big:most:zset`,
/// `big:line` (one line of 100,000 characters), `big:json` (the same in JSON), and some small keys.
pub fn grove(sizes: Sizes) -> Server {
    let server = Server::start();
    let call = |command: &str| format!("redis.call({command})");
    for (count, command) in [
        (sizes.hash, "'HSET','big:hash','field:'..i,'value '..i"),
        (sizes.set, "'SADD','big:set','member:'..i"),
        (sizes.list, "'RPUSH','big:list','element '..i"),
        (sizes.zset, "'ZADD','big:zset',i,'member:'..i"),
        (sizes.most, "'HSET','big:most:hash','field:'..i,'value '..i"),
        (sizes.most, "'ZADD','big:most:zset',i,'member:'..i"),
        (2_000, "'SET','small:'..i%20 ..':'..i,'value '..i"),
        (500, "'HSET','tiny:hash:'..i%50,'field'..i,i"),
    ] {
        fill(&server, count, &call(command));
    }
    let last = (sizes.string - 1).to_string();
    server.redis(&["SETRANGE", "big:string", &last, "x"]);
    let line: String = ('a'..='z').cycle().take(100_000).collect();
    server.redis(&["SET", "big:line", &line]);
    server.redis(&["HSET", "big:lines", "one", &line, "two", "short"]);
    server.redis(&[
        "SET",
        "big:json",
        &format!("{{\"line\":\"{line}\",\"n\":1.10}}"),
    ]);
    let items: Vec<String> = (0..20_000)
        .map(|at| format!("{{\"id\":{at},\"name\":\"name {at}\"}}"))
        .collect();
    server.redis(&["SET", "big:items", &format!("[{}]", items.join(","))]);
    server
}

/// Another client of the server, on a line of its own.
pub struct Other(UnixStream);

impl Other {
    pub fn of(server: &Server) -> Self {
        let stream = UnixStream::connect(server.socket()).unwrap();
        stream
            .set_read_timeout(Some(crate::common::PATIENCE))
            .unwrap();
        Self(stream)
    }

    /// Sends a command and waits for one line of an answer; false when the server has hung up.
    pub fn says(&mut self, words: &[&str]) -> bool {
        let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            bytes.extend(format!("${}\r\n{word}\r\n", word.len()).into_bytes());
        }
        let mut answer = [0; 4096];
        self.0.write_all(&bytes).is_ok() && self.0.read(&mut answer).is_ok_and(|count| count > 0)
    }
}
