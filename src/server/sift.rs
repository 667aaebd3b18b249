//! Reading the rows of a collection: as many as fit one answer, or many slices until enough of them match.
use std::time::{Duration, Instant};

use super::conn::Conn;
use super::look::read;
use super::out::Out;
use super::{Fault, Load, wire};
use crate::model::kinds::{Kind, Look, Odd, Page, Shape};
use crate::model::{Cmd, Key};

/// About how many bytes of rows one answer should bring.
const BYTES: u64 = 1024 * 1024;
/// Elements in one slice of a search, and in one where the server is to be treated gently.
const SLICE: u32 = 1_000;
const GENTLE: u32 = 100;
/// Rows in one answer where their number is not told, and so not how big they are.
const BLIND: u32 = 10;
/// How long a search goes on before it tells how far it has got; longer where the way to the server is long.
const BEAT: Duration = Duration::from_millis(50);
/// Slices in one beat, however long the way is.
const FEWEST_SLICES: u32 = 8;

/// What is read, and how.
pub(super) struct Sift<'a> {
    pub(super) conn: &'a Conn,
    pub(super) out: &'a Out,
    pub(super) kind: &'static dyn Kind,
    pub(super) key: &'a Key,
    pub(super) look: &'a Look,
    pub(super) load: Load,
}

impl Sift<'_> {
    /// Reads a page; `memory` is what the whole value takes, in bytes.
    pub(super) async fn page(&self, memory: Option<u64>) -> Result<Page, Fault> {
        let most = self.fitting(memory).await?;
        let searches = self
            .look
            .filter
            .as_ref()
            .is_some_and(|filter| filter.literal().is_none());
        if searches && matches!(self.kind.shape(), Shape::Grid(_)) {
            return self.search(most).await;
        }
        let look = Look {
            count: self.look.count.min(most),
            ..self.look.clone()
        };
        read(self.conn, self.out, &self.cmds(&look))
            .await
            .and_then(|replies| self.rows(&look, &replies))
    }

    /// How many rows fit one answer, by what they take on average.
    async fn fitting(&self, memory: Option<u64>) -> Result<u32, Fault> {
        let heavy =
            memory.filter(|&bytes| bytes > BYTES && matches!(self.kind.shape(), Shape::Grid(_)));
        let length = self.cmds(self.look).into_iter().next();
        let Some((bytes, length)) = heavy.zip(length) else {
            return Ok(u32::MAX);
        };
        let length = read(self.conn, self.out, &[length]).await?;
        let Some(rows) = length.first().and_then(crate::model::Reply::int) else {
            return Ok(BLIND);
        };
        let each = (bytes / rows.max(1).unsigned_abs()).max(1);
        Ok(u32::try_from((BYTES / each).max(1)).unwrap_or(u32::MAX))
    }

    /// Reads slices until there are rows enough, all of it is seen, or it is time to tell.
    async fn search(&self, most: u32) -> Result<Page, Fault> {
        let slice = if self.load == Load::Gentle {
            GENTLE
        } else {
            SLICE
        };
        let mut look = Look {
            count: slice.min(most),
            ..self.look.clone()
        };
        let first = self.cmds(&look);
        let began = Instant::now();
        let replies = read(self.conn, self.out, &first).await?;
        let mut page = self.rows(&look, &replies)?;
        let mut took = began.elapsed();
        let beat = BEAT.max(took * FEWEST_SLICES);
        let (mut more, wanted) = (0_usize, self.look.count as usize);
        while page.next.is_some() && page.rows.len() < wanted && began.elapsed() < beat {
            if self.load == Load::Gentle {
                tokio::time::sleep(took).await;
            }
            look.from = page.next;
            let asked = Instant::now();
            let replies = self.conn.read(&self.cmds(&look)).await?;
            took = asked.elapsed();
            let next = self.rows(&look, &replies)?;
            page.rows.extend(next.rows);
            page = Page {
                rows: page.rows,
                ..next
            };
            more += 1;
        }
        self.log(&look, more, began.elapsed());
        Ok(page)
    }

    /// One line stands for all slices but the first.
    fn log(&self, last: &Look, slices: usize, took: Duration) {
        let last = self.cmds(last).into_iter().nth(1);
        if let Some(last) = last.filter(|_| slices > 0) {
            let line = match slices - 1 {
                0 => last,
                more => last.arg(format!("(+{more} slices before it)")),
            };
            let told = crate::model::Reply::Status("read".to_owned());
            self.out.sent(&line, took, &Ok(told));
        }
    }

    fn cmds(&self, look: &Look) -> Vec<Cmd> {
        self.kind.page(self.key, look)
    }

    fn rows(&self, look: &Look, replies: &[crate::model::Reply]) -> Result<Page, Fault> {
        self.kind.read(look, replies).map_err(|odd| match odd {
            Odd::Refused { code, text } => wire::fault(code, text),
            Odd::Gone => Fault::Gone,
            Odd::Shape(_) => Fault::Odd(odd.to_string()),
        })
    }
}
