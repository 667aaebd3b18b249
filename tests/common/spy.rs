//! A proxy before the server that hands on every byte as it came, and writes down every command that passes.
#![allow(dead_code, reason = "each test file uses a part of it")]
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A command: its words.
pub type Words = Vec<Vec<u8>>;

/// The commands of all connections, in the order in which each was complete.
pub struct Spy {
    place: PathBuf,
    seen: Arc<Mutex<Seen>>,
    stop: Arc<AtomicBool>,
}

#[derive(Default)]
struct Seen {
    commands: Vec<Words>,
    /// Both ends of every open line.
    lines: Vec<(UnixStream, UnixStream)>,
    opened: usize,
    open: usize,
    most: usize,
    /// Bytes of the longest text in a reply.
    longest: usize,
    /// What stands in a request that is none.
    odd: Option<String>,
}

impl Spy {
    /// Listens at `place` and hands on to the server's socket.
    pub fn before(server: &Path, place: PathBuf) -> Self {
        let listener = UnixListener::bind(&place).unwrap();
        let seen = Arc::<Mutex<Seen>>::default();
        let stop = Arc::<AtomicBool>::default();
        let (server, shared, stopped) = (server.to_owned(), Arc::clone(&seen), Arc::clone(&stop));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                // A server that is away hangs up at once.
                if let (Ok(client), Ok(server)) = (client, UnixStream::connect(&server)) {
                    hand_on(client, server, &shared);
                }
            }
        });
        Self { place, seen, stop }
    }

    pub fn socket(&self) -> &Path {
        &self.place
    }

    /// What passed since this was last asked.
    pub fn take(&self) -> Vec<Words> {
        let mut seen = self.seen.lock().unwrap();
        assert_eq!(seen.odd, None, "a request that is none");
        std::mem::take(&mut seen.commands)
    }

    /// Bytes of the longest text that came in a reply until now.
    pub fn longest_reply(&self) -> usize {
        self.seen.lock().unwrap().longest
    }

    /// Cuts every line that is open.
    pub fn cut(&self) {
        for (client, server) in self.seen.lock().unwrap().lines.drain(..) {
            // It may be closed already.
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.shutdown(Shutdown::Both);
        }
    }

    /// Lines that are open now, and the most there were at once.
    pub fn lines(&self) -> (usize, usize) {
        let seen = self.seen.lock().unwrap();
        (seen.open, seen.most)
    }
}

impl Drop for Spy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener, so that it sees the flag.
        let _ = UnixStream::connect(&self.place);
        self.cut();
    }
}

/// Moves bytes both ways until one end is closed.
fn hand_on(client: UnixStream, server: UnixStream, seen: &Arc<Mutex<Seen>>) {
    {
        let mut seen = seen.lock().unwrap();
        seen.opened += 1;
        seen.open += 1;
        seen.most = seen.most.max(seen.open);
        seen.lines
            .push((client.try_clone().unwrap(), server.try_clone().unwrap()));
    }
    let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let shared = Arc::clone(seen);
    std::thread::spawn(move || {
        let mut requests = Requests::default();
        pump(from, to, |bytes| {
            let found = requests.feed(bytes);
            let mut seen = shared.lock().unwrap();
            match found {
                Ok(found) => seen.commands.extend(found),
                Err(odd) => seen.odd = Some(odd),
            }
        });
        shared.lock().unwrap().open -= 1;
    });
    let shared = Arc::clone(seen);
    std::thread::spawn(move || {
        pump(server, client, |bytes| {
            let longest = longest(bytes);
            let mut seen = shared.lock().unwrap();
            seen.longest = seen.longest.max(longest);
        });
    });
}

fn pump(mut from: UnixStream, mut to: UnixStream, mut look: impl FnMut(&[u8])) {
    let mut bytes = vec![0; 64 * 1024];
    // An error is a line that was cut.
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        look(&bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

/// The longest text that begins in these bytes. A header that is cut in two is missed: this is a look-out, no proof.
fn longest(bytes: &[u8]) -> usize {
    let lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| {
        let digits = line.strip_prefix(b"$")?.strip_suffix(b"\r")?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    });
    lines.max().unwrap_or(0)
}

/// Reads requests out of bytes that come in any pieces. Of words that are very long only the beginning is kept.
#[derive(Default)]
pub struct Requests {
    rest: Vec<u8>,
}

/// The longest word that is kept whole.
const LONGEST: usize = 1024;

impl Requests {
    /// The commands that are complete with these bytes.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Words>, String> {
        self.rest.extend_from_slice(bytes);
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some((words, end)) = request(&self.rest[at..])? {
            found.push(words);
            at += end;
        }
        self.rest.drain(..at);
        Ok(found)
    }
}

/// The first request, and where it ends; `None` while it is not complete.
fn request(bytes: &[u8]) -> Result<Option<(Words, usize)>, String> {
    let Some((count, mut at)) = header(bytes, b'*')? else {
        return Ok(None);
    };
    let mut words = Vec::with_capacity(count.min(64));
    for _ in 0..count {
        let Some((length, start)) = header(&bytes[at..], b'$')? else {
            return Ok(None);
        };
        let start = at + start;
        let Some(word) = bytes.get(start..start + length) else {
            return Ok(None);
        };
        match bytes.get(start + length..start + length + 2) {
            Some(b"\r\n") => {}
            Some(other) => return Err(format!("a word ends with {other:?}")),
            None => return Ok(None),
        }
        words.push(word[..length.min(LONGEST)].to_vec());
        at = start + length + 2;
    }
    Ok(Some((words, at)))
}

/// `*3\r\n`: the number, and where what follows begins.
fn header(bytes: &[u8], mark: u8) -> Result<Option<(usize, usize)>, String> {
    let Some(first) = bytes.first() else {
        return Ok(None);
    };
    if *first != mark {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        return Err(format!("{shown:?} where {:?} was due", char::from(mark)));
    }
    let Some(end) = bytes.windows(2).take(32).position(|pair| pair == b"\r\n") else {
        return Ok(None);
    };
    let number = std::str::from_utf8(&bytes[1..end])
        .ok()
        .and_then(|number| number.parse().ok());
    let number = number.ok_or_else(|| format!("{:?} is no number", &bytes[1..end]))?;
    Ok(Some((number, end + 2)))
}

/// What is wrong with a command that keygrove sent; nothing where it may.
///
/// Nothing that is not written here may be sent: a new command is looked at before it is added, and its reads bounded.
pub fn forbidden(words: &[Vec<u8>]) -> Option<String> {
    let text = |at: usize| {
        words.get(at).map_or(String::new(), |word| {
            String::from_utf8_lossy(word).to_ascii_uppercase()
        })
    };
    let number = |at: usize| text(at).parse::<i64>().ok();
    let after = |word: &str| {
        let at = (1..words.len()).find(|at| text(*at) == word)?;
        number(at + 1)
    };
    let count = |most: i64| match after("COUNT") {
        Some(count) if (1..=most).contains(&count) => None,
        Some(count) => Some(format!("COUNT {count}")),
        None if text(0) == "SCAN" => Some("no COUNT".to_owned()),
        None => Some("no COUNT".to_owned()),
    };
    let range = |first: usize, most: i64| match (number(first), number(first + 1)) {
        (Some(from), Some(to)) if from >= 0 && to >= from && to - from < most => None,
        bounds => Some(format!("unbounded: {bounds:?}")),
    };
    let never = || Some("it is not among those that are ever sent".to_owned());
    match text(0).as_str() {
        "SCAN" | "HSCAN" | "SSCAN" | "ZSCAN" | "XRANGE" => count(1000),
        "LRANGE" | "ZRANGE" | "ZREVRANGE" => range(2, 1000),
        "ZRANGEBYSCORE" | "ZREVRANGEBYSCORE" => match after("LIMIT") {
            Some(0) => None,
            other => Some(format!("LIMIT {other:?}")),
        },
        "GETRANGE" => range(2, 1024 * 1024),
        "MEMORY" if text(1) == "USAGE" => {
            let samples = after("SAMPLES").unwrap_or(5);
            (!(1..=5).contains(&samples)).then(|| format!("SAMPLES {samples}"))
        }
        "OBJECT" => (!matches!(text(1).as_str(), "ENCODING" | "FREQ" | "IDLETIME")).then(|| "OBJECT".to_owned()),
        "ACL" => (!matches!(
            text(1).as_str(),
            "WHOAMI" | "LIST" | "USERS" | "GETUSER" | "SETUSER" | "DELUSER" | "CAT" | "LOG" | "DRYRUN" | "SAVE" | "GENPASS"
        ))
        .then(|| "ACL".to_owned()),
        "CLIENT" => (!matches!(text(1).as_str(), "LIST" | "ID" | "SETNAME" | "SETINFO" | "NO-TOUCH" | "NO-EVICT"))
            .then(|| "CLIENT".to_owned()),
        "CONFIG" => (!matches!(text(1).as_str(), "GET" | "REWRITE")).then(|| "CONFIG".to_owned()),
        // What a connection is, and what a screen tells of the server.
        "HELLO" | "AUTH" | "SELECT" | "PING" | "INFO" | "COMMAND" | "DBSIZE"
        // One cheap question about a key or an element.
        | "TYPE" | "PTTL" | "EXISTS" | "STRLEN" | "HLEN" | "LLEN" | "SCARD" | "ZCARD" | "XLEN" | "ZCOUNT" | "HGET"
        | "HEXISTS" | "HSTRLEN" | "HPTTL" | "HPEXPIRETIME" | "PEXPIRETIME" | "SISMEMBER" | "ZSCORE" | "LINDEX"
        // One change, and its guard.
        | "WATCH" | "UNWATCH" | "MULTI" | "EXEC" | "DISCARD" | "SET" | "INCRBY" | "INCRBYFLOAT" | "HSET" | "HSETNX"
        | "HDEL" | "HINCRBY" | "HINCRBYFLOAT" | "HPEXPIREAT" | "HPEXPIRE" | "LSET" | "LREM" | "LPUSH" | "RPUSH" | "LPUSHX"
        | "RPUSHX" | "LPOP" | "RPOP" | "SADD" | "SREM" | "ZADD" | "ZREM" | "EXPIRE" | "PEXPIRE" | "EXPIREAT"
        | "PEXPIREAT" | "PERSIST" | "RENAMENX" | "COPY" | "UNLINK"
        // What an undo wants: of small values only, which the length of the replies tells.
        | "DUMP" | "RESTORE" | "TIME" | "SMISMEMBER" | "LINSERT" => None,
        _ => never(),
    }
}

/// A command as text, for a message.
pub fn shown(words: &[Vec<u8>]) -> String {
    let words: Vec<String> = words
        .iter()
        .take(8)
        .map(|word| keygrove::model::printed::print(&word[..word.len().min(60)]))
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8], piece: usize) -> Vec<String> {
        let mut requests = Requests::default();
        let found = bytes
            .chunks(piece)
            .flat_map(|piece| requests.feed(piece).unwrap());
        found.map(|words| shown(&words)).collect()
    }

    #[test]
    fn requests_are_read_however_they_are_cut() {
        let bytes =
            b"*2\r\n$4\r\nTYPE\r\n$3\r\n\r\n*\r\n*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$0\r\n\r\n";
        for piece in 1..=bytes.len() {
            assert_eq!(
                parse(bytes, piece),
                ["TYPE \\r\\n*", "PING", "GET "],
                "{piece}"
            );
        }
        assert!(Requests::default().feed(b"PING\r\n").is_err());
        assert!(Requests::default().feed(b"*1\r\n$1\r\nab\r\n").is_err());
    }

    #[test]
    fn what_stalls_a_server_is_forbidden() {
        let verdict = |line: &str| {
            let words: Vec<Vec<u8>> = line
                .split(' ')
                .map(|word| word.as_bytes().to_vec())
                .collect();
            forbidden(&words)
        };
        for line in [
            "KEYS *",
            "HGETALL k",
            "HVALS k",
            "SMEMBERS k",
            "LRANGE k 0 -1",
            "LRANGE k 0 1000",
            "ZRANGE k 0 -1 WITHSCORES",
            "GET k",
            "GETRANGE k 0 -1",
            "DEL k",
            "SORT k",
            "DEBUG SLEEP 1",
            "FLUSHALL",
            "FLUSHDB",
            "MONITOR",
            "EVAL x 0",
            "SCAN 0",
            "SCAN 0 COUNT 1001",
            "HSCAN k 0",
            "SSCAN k 0 COUNT 5000",
            "MEMORY USAGE k SAMPLES 0",
            "RENAME a b",
            "ZRANGEBYSCORE k 1 2",
            "ZRANGEBYSCORE k 1 2 LIMIT 100000 10",
            "CONFIG SET a b",
            "CLIENT KILL ID 1",
        ] {
            assert!(verdict(line).is_some(), "{line}");
        }
        for line in [
            "scan 0 COUNT 1000",
            "HSCAN k 0 MATCH a* COUNT 200",
            "LRANGE k 5 204",
            "GETRANGE k 0 1048575",
            "MEMORY USAGE k",
            "UNLINK a b",
            "ZRANGEBYSCORE k 1 2 WITHSCORES LIMIT 0 200",
        ] {
            assert_eq!(verdict(line), None, "{line}");
        }
    }
}
