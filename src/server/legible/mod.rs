//! A stream whose texts the driver can read, whatever bytes are in them.
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use memchr::memchr;
use tokio::io::{AsyncRead, ReadBuf};

/// Lets a server say anything in its errors, statuses and verbatim strings.
///
/// The driver ends the connection at an error or status that is not UTF-8, and servers do say such: they repeat what
/// they refuse, and cut long names in the midst of a character. So what is not ASCII goes to the driver as characters
/// that stand for bytes, and [`bytes`] has them back. Of a verbatim string (CLIENT LIST with its names of users) the
/// driver keeps only what is text, and so it gets a bulk string instead. Bulk strings are skipped by their length,
/// neither looked at nor copied.
pub(super) struct Legible<S> {
    stream: S,
    frame: Frame,
    /// Rewritten and not yet read.
    ready: Vec<u8>,
}

impl<S> Legible<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            frame: Frame::default(),
            ready: Vec::new(),
        }
    }
}

/// Characters for the bytes 0x80 to 0xff begin here: the last ones there are, for private use.
const FOR_0X80: u32 = 0x0010_ff80;

/// What the server said, from the text that the driver made of it.
pub(super) fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u32::from(c).checked_sub(FOR_0X80) {
            Some(byte) => bytes.push(0x80 + byte as u8),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

/// Adds a part of a text, which may end in the midst of a character: each byte beyond ASCII has a character.
fn stand_in(part: &[u8], out: &mut Vec<u8>) {
    for &byte in part {
        let beyond = u32::from(byte).checked_sub(0x80);
        match beyond.and_then(|beyond| char::from_u32(FOR_0X80 + beyond)) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.push(byte),
        }
    }
}

/// Where in the server's replies (RESP) the stream is; they may be cut anywhere.
#[derive(Default)]
struct Frame {
    at: At,
    /// The line that tells a length, as far as it has come.
    length: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
enum At {
    /// At the byte that tells the form of what follows.
    #[default]
    Form,
    /// In the line that tells how long a value is.
    Length(Form),
    /// So many bytes before the end of what tells the format of a verbatim string, and of the string itself.
    Format(usize, usize),
    /// So many bytes before the end of a value.
    Value(usize),
    /// In an error or a status.
    Text(Last),
    /// In the line of a number, or of how many items follow.
    Line(Last),
    /// In no reply that we know: the driver will say so.
    Lost,
}

/// Whose length is told.
#[derive(Clone, Copy)]
enum Form {
    Bulk,
    Verbatim,
}

/// The last byte of a line that was seen.
#[derive(Clone, Copy)]
enum Last {
    /// With LF after it the line ends.
    Cr,
    Other,
}

/// What becomes of a part of what came.
enum Fate {
    Kept,
    Text,
    Dropped,
    Replaced(String),
}

/// The longest line that can tell a length.
const LONGEST: usize = 24;
/// `txt:`, before a verbatim string.
const FORMAT: usize = 4;

impl Frame {
    /// What came, as the driver shall have it; `None`: as it is.
    fn mend(&mut self, fresh: &[u8]) -> Option<Vec<u8>> {
        let mut mended: Option<Vec<u8>> = None;
        let mut done = 0;
        while done < fresh.len() {
            let (used, fate) = self.step(&fresh[done..]);
            let part = &fresh[done..done + used];
            let kept = match fate {
                Fate::Kept => true,
                Fate::Text => part.is_ascii(),
                Fate::Dropped | Fate::Replaced(_) => false,
            };
            if kept {
                if let Some(mended) = &mut mended {
                    mended.extend_from_slice(part);
                }
            } else {
                let out = mended.get_or_insert_with(|| fresh[..done].to_vec());
                match fate {
                    Fate::Replaced(by) => out.extend_from_slice(by.as_bytes()),
                    Fate::Text => stand_in(part, out),
                    Fate::Kept | Fate::Dropped => {}
                }
            }
            done += used;
        }
        mended
    }

    /// Goes on in what follows, which is not empty; tells how many bytes of it belong together.
    fn step(&mut self, rest: &[u8]) -> (usize, Fate) {
        let after = |end: Option<Last>, at: fn(Last) -> At| end.map_or(At::Form, at);
        let (at, used, fate) = match self.at {
            At::Form => match whole_bulks(rest) {
                0 => (form(rest), 1, Fate::Kept),
                used => (At::Form, used, Fate::Kept),
            },
            At::Length(form) => {
                let used = memchr(b'\n', rest).map_or(rest.len(), |lf| lf + 1);
                self.length.extend_from_slice(&rest[..used]);
                let (at, fate) = self.after_length(form);
                (at, used, fate)
            }
            At::Format(left, value) if left > rest.len() => (
                At::Format(left - rest.len(), value),
                rest.len(),
                Fate::Dropped,
            ),
            At::Format(left, value) => (At::Value(value), left, Fate::Dropped),
            At::Value(left) if left > rest.len() => {
                (At::Value(left - rest.len()), rest.len(), Fate::Kept)
            }
            At::Value(left) => (At::Form, left, Fate::Kept),
            At::Text(last) => {
                let (end, used) = line(last, rest);
                (after(end, At::Text), used, Fate::Text)
            }
            At::Line(last) => {
                let (end, used) = line(last, rest);
                (after(end, At::Line), used, Fate::Kept)
            }
            At::Lost => (At::Lost, rest.len(), Fate::Kept),
        };
        let verbatim = matches!((self.at, at), (At::Form, At::Length(Form::Verbatim)));
        self.at = at;
        (used, if verbatim { Fate::Dropped } else { fate })
    }

    /// What a length leads to, once its line has ended. It is read as the driver reads it.
    fn after_length(&mut self, form: Form) -> (At, Fate) {
        let waiting = match form {
            Form::Bulk => Fate::Kept,
            Form::Verbatim => Fate::Dropped,
        };
        if !self.length.ends_with(b"\r\n") {
            let short = self.length.len() < LONGEST;
            return (if short { At::Length(form) } else { At::Lost }, waiting);
        }
        let number = std::str::from_utf8(&self.length).map(|line| line.trim().parse::<i64>());
        self.length.clear();
        let Ok(Ok(number)) = number else {
            return (At::Lost, waiting);
        };
        let value = usize::try_from(number)
            .ok()
            .and_then(|bytes| bytes.checked_add(2));
        match (form, value) {
            (Form::Bulk, Some(value)) => (At::Value(value), Fate::Kept),
            // There is no value, and no end of one.
            (Form::Bulk, None) => (At::Form, Fate::Kept),
            (Form::Verbatim, Some(value)) if value >= FORMAT + 2 => (
                At::Format(FORMAT, value - FORMAT),
                Fate::Replaced(format!("${}\r\n", value - FORMAT - 2)),
            ),
            (Form::Verbatim, _) => (At::Lost, Fate::Replaced(format!("={number}\r\n"))),
        }
    }
}

/// How many bytes the bulk strings have that stand here whole, one after another: a page of names is little else.
fn whole_bulks(rest: &[u8]) -> usize {
    let mut done = 0;
    while let Some(bytes) = whole_bulk(&rest[done..]) {
        done += bytes;
    }
    done
}

fn whole_bulk(rest: &[u8]) -> Option<usize> {
    let [b'$', line @ ..] = rest else {
        return None;
    };
    let digits = line
        .iter()
        .take(9)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let [number, end] = [line.get(..digits)?, line.get(digits..digits + 2)?];
    if digits == 0 || end != b"\r\n" {
        return None;
    }
    let value = number
        .iter()
        .fold(0, |value, digit| value * 10 + usize::from(digit - b'0'));
    let bytes = 1 + digits + 2 + value + 2;
    (bytes <= rest.len()).then_some(bytes)
}

fn form(rest: &[u8]) -> At {
    match rest.first() {
        Some(b'$' | b'!') => At::Length(Form::Bulk),
        Some(b'=') => At::Length(Form::Verbatim),
        Some(b'+' | b'-') => At::Text(Last::Other),
        Some(b':' | b'*' | b'%' | b'~' | b'>' | b'|' | b'_' | b',' | b'#' | b'(') => {
            At::Line(Last::Other)
        }
        _ => At::Lost,
    }
}

/// How many bytes are of the line that goes on here; no last byte: it ends with them.
fn line(last: Last, rest: &[u8]) -> (Option<Last>, usize) {
    let mut before = last;
    let mut from = 0;
    while let Some(lf) = memchr(b'\n', &rest[from..]).map(|lf| from + lf) {
        if lf > 0 {
            before = last_of(&rest[..lf]);
        }
        if matches!(before, Last::Cr) {
            return (None, lf + 1);
        }
        from = lf + 1;
    }
    (Some(last_of(rest)), rest.len())
}

fn last_of(part: &[u8]) -> Last {
    if part.ends_with(b"\r") {
        Last::Cr
    } else {
        Last::Other
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Legible<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.ready.is_empty() && buf.remaining() > 0 {
            let before = buf.filled().len();
            ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
            let fresh = &buf.filled()[before..];
            if fresh.is_empty() {
                break;
            }
            match this.frame.mend(fresh) {
                None => return Poll::Ready(Ok(())),
                // It may be empty, and that would mean the end of the stream.
                Some(mended) => {
                    buf.set_filled(before);
                    this.ready = mended;
                }
            }
        }
        let fits = this.ready.len().min(buf.remaining());
        buf.put_slice(&this.ready[..fits]);
        this.ready.drain(..fits);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may")]
mod tests;
