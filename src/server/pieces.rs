//! For tests: a stream that comes in pieces, and all that is read from it.
#![expect(clippy::unwrap_used, reason = "a test may")]
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

/// A stream that comes in these pieces.
pub struct Pieces(pub VecDeque<Vec<u8>>);

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(mut piece) = self.0.pop_front() {
            let fits = piece.len().min(buf.remaining());
            buf.put_slice(&piece[..fits]);
            piece.drain(..fits);
            if !piece.is_empty() {
                self.0.push_front(piece);
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Everything there is, read with so much room at a time.
pub fn read(mut stream: impl AsyncRead + Unpin, room: usize) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let mut all = Vec::new();
        let mut buf = vec![0; room];
        loop {
            match stream.read(&mut buf).await.unwrap() {
                0 => return all,
                count => all.extend_from_slice(&buf[..count]),
            }
        }
    })
}
