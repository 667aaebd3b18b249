//! Walking the keyspace: cursors in, batches of names out, no faster than the app takes them.
use std::time::{Duration, Instant};

use super::conn::{Conn, READ};
use super::out::Out;
use super::{Answer, Batch, Fault, Place, Purpose, Ticket, Walk};
use crate::model::{Cmd, Key, Reply};

/// Most names in one batch.
const BATCH: usize = 1000;
/// Batches that are not full are sent this far apart, so that finding nothing costs no redraws.
const BEAT: Duration = Duration::from_millis(16);

/// Walks until the end or until the task is aborted; each batch waits until the app has room.
pub(super) async fn walk(conn: Conn, out: Out, ticket: Ticket, walk: Walk) {
    if let Err(fault) = batches(&conn, &out, ticket, &walk).await {
        out.answer(ticket, Err(fault)).await;
    }
}

async fn batches(conn: &Conn, out: &Out, ticket: Ticket, walk: &Walk) -> Result<(), Fault> {
    let mut cursor = walk.from.as_ref().map_or(0, |place| place.0);
    let mut found: Vec<Key> = Vec::new();
    let mut told: Option<Instant> = None;
    let mut first = true;
    loop {
        let cmd = scan(walk, cursor);
        let asked = Instant::now();
        let page = conn.ask(&cmd, READ).await;
        if std::mem::take(&mut first) && walk.purpose == Purpose::Search {
            out.sent(&cmd, asked.elapsed(), &page);
        }
        let (next, keys) = read(page?)?;
        found.extend(keys);
        // Names beyond a full batch go first, from where the page began: whoever goes on there loses none.
        while found.len() > BATCH {
            let rest = found.split_off(BATCH);
            let keys = std::mem::replace(&mut found, rest);
            let batch = Batch {
                keys,
                share: share(cursor),
                place: Place(cursor),
                done: false,
            };
            out.answer(ticket, Ok(Answer::Keys(batch))).await;
        }
        let done = next == 0;
        if done || found.len() == BATCH || told.is_none_or(|told| told.elapsed() >= BEAT) {
            let share = if done { 1.0 } else { share(next) };
            let batch = Batch {
                keys: std::mem::take(&mut found),
                share,
                place: Place(next),
                done,
            };
            out.answer(ticket, Ok(Answer::Keys(batch))).await;
            told = Some(Instant::now());
        }
        if done {
            return Ok(());
        }
        cursor = next;
    }
}

fn scan(walk: &Walk, cursor: u64) -> Cmd {
    let mut cmd = Cmd::new("SCAN").num(cursor);
    if let Some(pattern) = &walk.pattern {
        cmd = cmd.arg("MATCH").arg(pattern.bytes());
    }
    cmd = cmd.arg("COUNT").num(walk.count.max(1));
    match &walk.kind {
        Some(kind) => cmd.arg("TYPE").arg(kind),
        None => cmd,
    }
}

/// The cursor counts upwards with its bits reversed, whatever the size of the table.
fn share(cursor: u64) -> f64 {
    cursor.reverse_bits() as f64 / 2_f64.powi(64)
}

fn read(reply: Reply) -> Result<(u64, Vec<Key>), Fault> {
    let odd = || Fault::Odd("the server answered SCAN in a form keygrove does not know".to_owned());
    let Reply::Array(parts) = reply else {
        return Err(odd());
    };
    let Ok([cursor, Reply::Array(names)]) = <[Reply; 2]>::try_from(parts) else {
        return Err(odd());
    };
    let cursor = cursor
        .bytes()
        .and_then(|text| std::str::from_utf8(text).ok()?.parse().ok())
        .ok_or_else(odd)?;
    let keys = names.into_iter().map(|name| match name {
        Reply::Bytes(name) => Ok(Key::new(name)),
        _ => Err(odd()),
    });
    Ok((cursor, keys.collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_follows_the_reversed_cursor() {
        assert!((share(1) - 0.5).abs() < f64::EPSILON);
        assert!((share(2) - 0.25).abs() < f64::EPSILON);
        assert!((share(3) - 0.75).abs() < f64::EPSILON);
        assert!(share(u64::MAX) <= 1.0);
    }

    #[test]
    fn a_page_of_another_form_is_odd() {
        let cursor = || Reply::Bytes(b"7".to_vec());
        let name = Reply::Bytes(b"a\xff".to_vec());
        let page = Reply::Array(vec![cursor(), Reply::Array(vec![name])]);
        assert_eq!(read(page), Ok((7, vec![Key::new(&b"a\xff"[..])])));
        for odd in [
            Reply::Nil,
            Reply::Array(vec![cursor()]),
            Reply::Array(vec![cursor(), Reply::Nil]),
        ] {
            assert!(matches!(read(odd), Err(Fault::Odd(_))));
        }
    }
}
