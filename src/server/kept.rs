//! What is kept of keys before they are deleted: their contents, and the moment they would have gone.
use super::Fault;
use super::conn::Conn;
use crate::model::undo::{Kept, Life};
use crate::model::{Cmd, Key, Reply};

/// Reads keys in one go; all of them together must be no more than an undo keeps. What is not there, and what may
/// not be read, is left out.
pub(super) async fn read(conn: &Conn, keys: &[Key]) -> Result<Vec<Kept>, Fault> {
    let [exact, time, left] = lives(keys);
    let dumps = keys.iter().map(|key| Cmd::new("DUMP").arg(key.bytes()));
    let knows = |exact: &[Cmd]| conn.refusals(exact).first() == Some(&None);
    let first = if knows(&exact) { exact.as_slice() } else { &[] };
    let cmds: Vec<Cmd> = first.iter().cloned().chain(dumps).collect();
    let mut replies = conn.read(&cmds).await?;
    let payloads = replies.split_off(replies.len().saturating_sub(keys.len()));
    let lives: Vec<Option<Life>> = if knows(&exact) {
        let of = |at| Life::of(&[at, Reply::Nil, Reply::Nil]);
        replies.into_iter().map(of).collect()
    } else {
        reckoned(conn, &time, &left).await?
    };
    let kept = |((key, life), payload): ((&Key, Option<Life>), Reply)| {
        let (Some(life), Reply::Bytes(payload)) = (life, payload) else {
            return None;
        };
        let key = key.clone();
        Some(Kept { key, payload, life })
    };
    Ok(keys
        .iter()
        .zip(lives)
        .zip(payloads)
        .filter_map(kept)
        .collect())
}

/// Before 7.0 there is no PEXPIRETIME; TIME is asked once, before all the others, and so no life is lengthened.
async fn reckoned(conn: &Conn, time: &[Cmd], left: &[Cmd]) -> Result<Vec<Option<Life>>, Fault> {
    let cmds: Vec<Cmd> = time.iter().take(1).chain(left).cloned().collect();
    let mut replies = conn.read(&cmds).await?.into_iter();
    let time = replies.next().unwrap_or(Reply::Nil);
    let of = |left| Life::of(&[Reply::Nil, time.clone(), left]);
    Ok(replies.map(of).collect())
}

/// The reads that tell lives, each for all keys.
fn lives(keys: &[Key]) -> [Vec<Cmd>; 3] {
    let mut lives = [const { Vec::new() }; 3];
    for key in keys {
        for (all, read) in lives.iter_mut().zip(Life::reads(key)) {
            all.push(read.cmd);
        }
    }
    lives
}
