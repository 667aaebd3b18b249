//! A stream that hands the driver a list of names in one piece, and not name by name.
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use self::frame::At;
pub(super) use self::frame::names;

mod frame;
#[cfg(test)]
mod tests;

/// Packs arrays in which every item is a bulk string.
///
/// The driver makes a value of each item, with memory of its own: for a page of names that takes as long as the server
/// needs to find them. So such an array goes to the driver as one bulk string, which holds the items as they came, and
/// before it an attribute of no pairs, which no server sends; [`names`] opens it. An array is held back until all of
/// it is here. Whatever else comes passes as it is.
pub(super) struct Packed<S> {
    stream: S,
    /// What came and was not passed on yet is between these two.
    came: Vec<u8>,
    from: usize,
    to: usize,
    at: At,
    /// What the driver is to have, and how much of it it has.
    ready: Vec<u8>,
    given: usize,
}

/// How much is asked of the system at once, in bytes.
const ROOM: usize = 64 * 1024;
/// Memory that is kept for later, in bytes.
const KEPT: usize = 4 * ROOM;

impl<S> Packed<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            came: Vec::new(),
            from: 0,
            to: 0,
            at: At::Begin,
            ready: Vec::new(),
            given: 0,
        }
    }

    /// Readies what is here for the driver, as far as it can be told what it is.
    fn pass(&mut self) {
        while self.from < self.to {
            let here = &self.came[self.from..self.to];
            match self.at.step(here, &mut self.ready) {
                Some((at, used)) => {
                    self.at = at;
                    self.from += used;
                }
                None => return,
            }
        }
    }

    /// Makes room for what comes next.
    fn make_room(&mut self) {
        self.came.copy_within(self.from..self.to, 0);
        (self.from, self.to) = (0, self.to - self.from);
        if self.to == 0 {
            self.came.truncate(KEPT);
            self.came.shrink_to(KEPT);
        }
        if self.came.len() < self.to + ROOM {
            self.came.resize((self.to + ROOM).max(2 * self.to), 0);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Packed<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.given == this.ready.len() {
            this.ready.clear();
            this.ready.shrink_to(KEPT);
            this.given = 0;
            this.make_room();
            let mut fresh = ReadBuf::new(&mut this.came[this.to..]);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut fresh))?;
            let count = fresh.filled().len();
            this.to += count;
            this.pass();
            if count == 0 {
                // That was all, and what was held back goes as it is.
                this.ready.extend_from_slice(&this.came[this.from..this.to]);
                this.from = this.to;
                if this.ready.is_empty() {
                    return Poll::Ready(Ok(()));
                }
            }
        }
        let left = &this.ready[this.given..];
        let fits = left.len().min(buf.remaining());
        buf.put_slice(&left[..fits]);
        this.given += fits;
        Poll::Ready(Ok(()))
    }
}
