//! As much of the protocol as filling a fresh server takes.
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::model::Cmd;

/// A connection that sends commands and asks of each reply only whether it is an error.
pub(super) struct Wire {
    out: BufWriter<UnixStream>,
    back: BufReader<UnixStream>,
}

impl Wire {
    /// `patience` bounds every wait for the server.
    pub fn new(stream: UnixStream, patience: Duration) -> io::Result<Self> {
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        Ok(Self {
            out: BufWriter::with_capacity(1 << 16, stream.try_clone()?),
            back: BufReader::new(stream),
        })
    }

    pub fn ping(&mut self) -> io::Result<()> {
        self.send(&Cmd::new("PING"))?;
        self.flush()?;
        self.receive()?.map_err(io::Error::other)
    }

    /// Queues a command; [`Self::flush`] sends what is queued.
    pub fn send(&mut self, cmd: &Cmd) -> io::Result<()> {
        write!(self.out, "*{}\r\n", cmd.args().count())?;
        for arg in cmd.args() {
            write!(self.out, "${}\r\n", arg.len())?;
            self.out.write_all(arg)?;
            self.out.write_all(b"\r\n")?;
        }
        Ok(())
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Reads one reply: fine, or the server's words of refusal.
    pub fn receive(&mut self) -> io::Result<Result<(), String>> {
        let mut line = Vec::new();
        self.back.read_until(b'\n', &mut line)?;
        let text = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
        match line.first() {
            Some(b'+' | b':') => Ok(Ok(())),
            Some(b'-') => Ok(Err(text[1..].to_owned())),
            Some(b'$') => self.skip_bulk(&text[1..]),
            _ => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a reply that no command of the samples has",
            )),
        }
    }

    fn skip_bulk(&mut self, length: &str) -> io::Result<Result<(), String>> {
        // A length of -1 is nil: nothing follows.
        if let Ok(length) = length.parse::<u64>() {
            io::copy(&mut self.back.by_ref().take(length + 2), &mut io::sink())?;
        }
        Ok(Ok(()))
    }
}
