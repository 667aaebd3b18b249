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
mod tests {
    use proptest::prelude::*;
    use redis::Value;

    use super::*;
    use crate::server::pieces::{self, Pieces};

    /// Everything the driver gets, read with so much room at a time.
    fn heard(pieces: Vec<Vec<u8>>, room: usize) -> Vec<u8> {
        pieces::read(Legible::new(Pieces(pieces.into())), room)
    }

    /// What a server says.
    #[derive(Clone, Debug)]
    enum Said {
        Error(Vec<u8>),
        Status(Vec<u8>),
        Bulk(Vec<u8>),
        Verbatim(Vec<u8>),
        Nil,
        Int(i64),
        Array(Vec<Self>),
    }

    fn wire(said: &Said, out: &mut Vec<u8>) {
        let valued = |form: u8, format: &[u8], value: &[u8], out: &mut Vec<u8>| {
            let head = format!("{}{}\r\n", char::from(form), format.len() + value.len());
            out.extend([head.as_bytes(), format, value, b"\r\n"].concat());
        };
        match said {
            Said::Error(text) => out.extend([b"-ERR ", text.as_slice(), b"\r\n"].concat()),
            Said::Status(text) => out.extend([b"+", text.as_slice(), b"\r\n"].concat()),
            Said::Bulk(value) => valued(b'$', b"", value, out),
            Said::Verbatim(value) => valued(b'=', b"txt:", value, out),
            Said::Nil => out.extend_from_slice(b"$-1\r\n"),
            Said::Int(number) => out.extend(format!(":{number}\r\n").into_bytes()),
            Said::Array(items) => {
                out.extend(format!("*{}\r\n", items.len()).into_bytes());
                for item in items {
                    wire(item, out);
                }
            }
        }
    }

    fn is(said: &Said, value: &Value) -> bool {
        match (said, value) {
            (Said::Error(text), Value::ServerError(error)) => {
                bytes(error.details().unwrap_or_default()) == *text
            }
            (Said::Status(text), Value::SimpleString(got)) => bytes(got) == *text,
            (Said::Status(text), Value::Okay) => text == b"OK",
            (Said::Bulk(value) | Said::Verbatim(value), Value::BulkString(got)) => value == got,
            (Said::Nil, Value::Nil) => true,
            (Said::Int(number), Value::Int(got)) => number == got,
            (Said::Array(items), Value::Array(got)) => {
                items.len() == got.len() && items.iter().zip(got).all(|(said, got)| is(said, got))
            }
            _ => false,
        }
    }

    /// Any bytes, those often that end lines, begin forms and stand in or around characters.
    fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
        let part = prop_oneof![
            any::<u8>().prop_map(|byte| vec![byte]),
            any::<char>().prop_map(|c| c.to_string().into_bytes()),
            prop::sample::select(vec![
                "\r",
                "\n",
                "$5\r\n",
                "\u{10ff80}",
                "\u{10ffff}",
                "é",
                "=4\r\n"
            ])
            .prop_map(|text| text.as_bytes().to_vec()),
            "[ -~]{0,12}".prop_map(String::into_bytes),
        ];
        prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
    }

    /// What can stand in a line: anything but its end.
    fn line_bytes() -> impl Strategy<Value = Vec<u8>> {
        any_bytes().prop_map(|mut line| {
            while let Some(at) = line.windows(2).position(|two| two == b"\r\n") {
                line.remove(at);
            }
            if line.ends_with(b"\r") {
                line.pop();
            }
            line
        })
    }

    fn said() -> impl Strategy<Value = Said> {
        let leaf = prop_oneof![
            line_bytes().prop_map(Said::Error),
            line_bytes().prop_map(Said::Status),
            any_bytes().prop_map(Said::Bulk),
            any_bytes().prop_map(Said::Verbatim),
            Just(Said::Nil),
            any::<i64>().prop_map(Said::Int),
        ];
        leaf.prop_recursive(3, 12, 4, |item| {
            prop::collection::vec(item, 0..4).prop_map(Said::Array)
        })
    }

    proptest! {
        #[test]
        fn whatever_a_server_says_arrives_however_it_is_cut(
            replies in prop::collection::vec(said(), 1..5),
            cuts in prop::collection::vec(1usize..9, 1..40),
            room in 1usize..40,
        ) {
            let mut stream = Vec::new();
            for said in &replies {
                wire(said, &mut stream);
            }
            let mut pieces = Vec::new();
            let mut rest = stream.as_slice();
            for cut in cuts.iter().cycle() {
                let (piece, after) = rest.split_at(rest.len().min(*cut));
                pieces.push(piece.to_vec());
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            let got = heard(pieces, room);
            // All of them as one array, which the driver's parser takes in one go.
            let all = [format!("*{}\r\n", replies.len()).into_bytes(), got].concat();
            let value = redis::parse_redis_value(&all).unwrap();
            prop_assert!(is(&Said::Array(replies), &value), "{value:?}");
        }
    }

    #[test]
    fn what_the_driver_can_read_is_neither_changed_nor_copied() {
        let stream = b"*3\r\n$4\r\n\xff\r\n+\r\n+OK\r\n-ERR a\rb\nc\r\n$-1\r\n:12\r\n%0\r\n_\r\n";
        let mut frame = Frame::default();
        assert!(stream.iter().all(|byte| frame.mend(&[*byte]).is_none()));
        assert_eq!(Frame::default().mend(stream), None);
        assert_eq!(heard(vec![stream.to_vec()], 7), stream);
    }

    #[test]
    fn what_is_no_reply_passes_as_it_is() {
        for stream in [
            &b"HTTP/1.1 400 \xff\r\n+\xff\r\n"[..],
            b"$1x\r\n+\xff\r\n",
            b"=1\r\n+\xff\r\n",
        ] {
            assert_eq!(heard(vec![stream.to_vec()], 64), stream);
        }
    }
}
