//! Walking the keyspace: cursors in, batches of names out, no faster than the app and the server take them.
use std::time::{Duration, Instant};

use futures_util::future::{self, BoxFuture};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use tokio::task::JoinHandle;

use self::pace::Pace;
pub(super) use self::parts::Cursors;
pub use self::parts::Place;
use self::parts::{Foreign, Part, Parts};
use self::tray::Tray;
use super::conn::Conn;
use super::out::Out;
use super::{Fault, Load, Purpose, Ticket, Walk};
use crate::model::{Cmd, Names, Reply};

mod known;
mod pace;
mod parts;
mod tray;

/// Requests that a walk begins with, one after another; on a far server one.
const ALONE: u32 = 8;
/// A server so far away is asked for several parts at once as soon as may be.
const FAR: Duration = Duration::from_millis(2);

/// The shortest sleep that the timer can do; rests are gathered until they are so long.
const NAP: Duration = Duration::from_millis(1);

/// Walks until the end or until the task is aborted; each batch waits until the app has room.
pub(super) async fn walk(conn: Conn, out: Out, ticket: Ticket, walk: Walk, load: Load) {
    let tray = Tray::new(out.clone(), ticket);
    let cursors = conn.peer().cursors;
    let mut walker = Walker::new(
        &conn,
        &out,
        &walk,
        Pace::new(load, cursors, walk.count, conn.peer().away),
        tray,
    );
    let mut parts = Parts::new(cursors, walk.from.as_ref());
    if walk.from.is_none() && load != Load::Gentle {
        walker.alone = match conn.peer() {
            peer if peer.away > FAR => 1,
            // One more long reply and it is known.
            peer if peer.greeted > FAR => ALONE / 2,
            _ => ALONE,
        };
    }
    let mut end = walker.run(&mut parts).await;
    if end == Err(End::Foreign) {
        // It is not the server that it seemed to be: from the start again, as with any server.
        let cursors = Cursors::Opaque;
        walker.pace = Pace::new(load, cursors, walk.count, conn.peer().away);
        walker.flying.clear();
        parts = Parts::new(cursors, None);
        end = walker.run(&mut parts).await;
    }
    if let Err(End::Fault(fault)) = end {
        out.answer(ticket, Err(fault)).await;
    }
}

/// Why a walk ends before everything is walked.
#[derive(PartialEq)]
enum End {
    Fault(Fault),
    Foreign,
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Foreign> for End {
    fn from(Foreign: Foreign) -> Self {
        Self::Foreign
    }
}

/// A reply to SCAN, and what it is the reply to.
struct Page {
    part: Part,
    /// Names asked for, and how many there could have been.
    names: u32,
    most: u32,
    /// Names asked for and not answered when it was asked for, its own included.
    under_way: u32,
    asked: Instant,
    took: Duration,
    reply: Result<Reply, Fault>,
}

/// A walk on its way.
struct Walker<'a> {
    conn: &'a Conn,
    walk: &'a Walk,
    pace: Pace,
    tray: Tray,
    flying: FuturesUnordered<BoxFuture<'a, Page>>,
    under_way: u32,
    /// How long the server is still to be left alone.
    rest: Duration,
    /// A sleep that is under way, until the server may be sent more.
    nap: Option<JoinHandle<()>>,
    /// Requests that still go alone, all but the first for all the names that may be under way: small tables are walked
    /// by then.
    alone: u32,
    /// Where the first command of a search goes, once.
    log: Option<&'a Out>,
}

impl<'a> Walker<'a> {
    fn new(conn: &'a Conn, out: &'a Out, walk: &'a Walk, pace: Pace, tray: Tray) -> Self {
        Self {
            conn,
            walk,
            pace,
            tray,
            flying: FuturesUnordered::new(),
            under_way: 0,
            rest: Duration::ZERO,
            nap: None,
            alone: 0,
            log: (walk.purpose == Purpose::Search).then_some(out),
        }
    }

    async fn run(&mut self, parts: &mut Parts) -> Result<(), End> {
        self.under_way = 0;
        while !parts.done() {
            let page = match self.ask(parts) {
                Ok(()) => {
                    // The connection's task sends what was asked for before this one sees to the next reply.
                    tokio::task::yield_now().await;
                    self.flying.next().await
                }
                Err(wait) => self.nap(wait).await,
            };
            if let Some(page) = page {
                self.take(page, parts).await?;
            }
        }
        self.tray.empty(parts).await;
        Ok(())
    }

    /// Waits so long, or until there is a reply.
    async fn nap(&mut self, wait: Duration) -> Option<Page> {
        // The timer of the runtime does not know less than a millisecond, in which a server could be sent twice as much.
        let nap = self
            .nap
            .get_or_insert_with(|| tokio::task::spawn_blocking(move || std::thread::sleep(wait)));
        tokio::select! {
            Some(page) = self.flying.next() => return Some(page),
            _ = nap => {}
        }
        self.nap = None;
        None
    }

    /// Asks for as much as the pace allows now, or says when it allows more.
    fn ask(&mut self, parts: &mut Parts) -> Result<(), Duration> {
        while parts.wait()
            && let Some(most) = self.next()
        {
            if self.alone == 0 {
                self.pace.send(most, Instant::now())?;
            }
            let Some((part, names)) = parts.ask(most) else {
                break;
            };
            if self.alone == 0 {
                self.pace.spare(most - names);
            }
            self.under_way += names;
            let under_way = self.under_way;
            let (conn, cmd) = (self.conn, scan(self.walk, part.cursor(), names));
            let mut page = Box::pin(async move {
                let asked = Instant::now();
                let reply = conn.ask(&cmd).await;
                Page {
                    part,
                    names,
                    most,
                    under_way,
                    asked,
                    took: asked.elapsed(),
                    reply,
                }
            });
            // It goes out now, and not when the replies that are here already have been seen to.
            self.flying.push(match page.as_mut().now_or_never() {
                Some(page) => Box::pin(future::ready(page)),
                None => page,
            });
        }
        Ok(())
    }

    /// How many names the next request may ask for now.
    fn next(&self) -> Option<u32> {
        if self.alone > 0 {
            let first = self.alone == ALONE;
            return (self.under_way == 0).then_some(self.pace.alone(first));
        }
        self.pace.next(self.under_way)
    }

    async fn take(&mut self, page: Page, parts: &mut Parts) -> Result<(), End> {
        self.under_way -= page.names;
        if let Some(out) = self.log.take() {
            let cmd = scan(self.walk, page.part.cursor(), page.names);
            out.sent(&cmd, page.took, &page.reply);
        }
        let (cursor, names) = read(page.reply?)?;
        let alone = self.alone > 0;
        // Two replies that tell of a long line are enough: it takes the time, and not the server.
        let ours = self.tray.kept_waiting_since(page.asked);
        let long = alone && !ours && self.pace.sound(page.took, page.names);
        self.alone = self.alone.saturating_sub(if long { ALONE / 2 } else { 1 });
        let told = cursor != 0 && page.names >= page.most && !alone;
        if told && !ours {
            let under_way = page.under_way.max(self.under_way + page.names);
            self.pace.learn(page.took, under_way);
        }
        self.tray.effort.requests += 1;
        self.tray.effort.worked += self.pace.work(page.names).min(page.took);
        // Names beyond a full batch go first, from where the page began: whoever goes on there loses none.
        self.tray.add(&names, parts).await;
        parts.answer(page.part, page.names, cursor)?;
        if self.alone == 0 {
            parts.cut(self.pace.parts());
        }
        self.tray.tell(parts).await;
        self.rest(page.took).await;
        Ok(())
    }

    /// Leaves the server alone for a while, if it is to be.
    async fn rest(&mut self, took: Duration) {
        self.rest += self.pace.rest(took);
        if self.rest >= NAP {
            let began = Instant::now();
            tokio::time::sleep(self.rest).await;
            self.rest = self.rest.saturating_sub(began.elapsed());
        }
    }
}

fn scan(walk: &Walk, cursor: u64, count: u32) -> Cmd {
    let mut cmd = Cmd::new("SCAN").num(cursor);
    if let Some(pattern) = &walk.pattern {
        cmd = cmd.arg("MATCH").arg(pattern.bytes());
    }
    cmd = cmd.arg("COUNT").num(count);
    match &walk.kind {
        Some(kind) => cmd.arg("TYPE").arg(kind),
        None => cmd,
    }
}

fn read(reply: Reply) -> Result<(u64, Names), Fault> {
    let odd = || Fault::Odd("the server answered SCAN in a form keygrove does not know".to_owned());
    let Reply::Array(parts) = reply else {
        return Err(odd());
    };
    let [cursor, names] = <[Reply; 2]>::try_from(parts).map_err(|_| odd())?;
    let cursor = cursor
        .bytes()
        .and_then(|text| std::str::from_utf8(text).ok()?.parse().ok())
        .ok_or_else(odd)?;
    match names {
        Reply::Names(names) => Ok((cursor, names)),
        Reply::Array(names) => {
            let names = names.iter().map(|name| match name {
                Reply::Bytes(name) => Ok(name),
                _ => Err(odd()),
            });
            Ok((cursor, names.collect::<Result<_, _>>()?))
        }
        _ => Err(odd()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_form_is_odd() {
        let cursor = || Reply::Bytes(b"7".to_vec());
        let name = Reply::Bytes(b"a\xff".to_vec());
        let names: Names = [b"a\xff"].into_iter().collect();
        for page in [
            Reply::Array(vec![name.clone()]),
            Reply::Names(names.clone()),
        ] {
            let page = Reply::Array(vec![cursor(), page]);
            assert_eq!(read(page), Ok((7, names.clone())));
        }
        for odd in [
            Reply::Nil,
            Reply::Array(vec![cursor()]),
            Reply::Array(vec![cursor(), Reply::Nil]),
            Reply::Array(vec![cursor(), Reply::Array(vec![name, Reply::Nil])]),
            Reply::Array(vec![Reply::Names(names.clone()), Reply::Names(names)]),
        ] {
            assert!(matches!(read(odd), Err(Fault::Odd(_))));
        }
    }
}
