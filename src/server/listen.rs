//! A stream that still hears what the other side said before it hung up.
use std::io::{self, ErrorKind};
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::dial::Stream;
use super::health::Health;

/// Speaks before it listens, and listens even when nobody hears it any more.
///
/// A full server says so and hangs up before we have asked anything. The driver drops a reply nobody has asked
/// for, and a failed write would end the connection unread; so reading begins with the first write, and a write
/// to a closed stream counts as done: the end is then found by reading.
pub(super) struct Listen {
    stream: Box<dyn Stream>,
    spoken: Spoken,
    health: Arc<Health>,
}

/// Whether something was written, and who waits for that.
enum Spoken {
    NotYet(Option<Waker>),
    Yes,
}

impl Listen {
    pub(super) fn new(stream: Box<dyn Stream>, health: Arc<Health>) -> Self {
        Self {
            stream,
            spoken: Spoken::NotYet(None),
            health,
        }
    }
}

impl AsyncRead for Listen {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Spoken::NotYet(waiting) = &mut self.spoken {
            *waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let before = buf.filled().len();
        let done = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.health.heard(&buf.filled()[before..]);
        }
        done
    }
}

impl AsyncWrite for Listen {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Spoken::NotYet(Some(waiting)) = mem::replace(&mut self.spoken, Spoken::Yes) {
            waiting.wake();
        }
        Pin::new(&mut self.stream)
            .poll_write(cx, buf)
            .map(|done| unless_closed(done, buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream)
            .poll_flush(cx)
            .map(|done| unless_closed(done, ()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

fn unless_closed<T>(done: io::Result<T>, otherwise: T) -> io::Result<T> {
    match done {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
            ) =>
        {
            Ok(otherwise)
        }
        done => done,
    }
}
