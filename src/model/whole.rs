//! Changes of a key as a whole: another name, a copy, its end. Its expiry is in [`super::ttl`].
use super::change::{Change, Read, Step};
use super::key::Key;
use super::resp::Cmd;
use super::undo::{Life, Past};

const TAKEN: &str = "that name is taken: keygrove never overwrites";

/// Another name for a key (RENAMENX), which keeps its expiry; never overwrites.
pub fn rename(key: &Key, name: &Key) -> Change {
    let rename = Cmd::new("RENAMENX").arg(key.bytes()).arg(name.bytes());
    Change::plain(key, "renamed", vec![Step::done(rename, TAKEN)])
}

/// A copy of a key and its expiry under another name (COPY, Redis 6.2); never overwrites.
///
/// The server answers the same whether the name is taken or the key is gone.
pub fn copy(key: &Key, name: &Key) -> Change {
    let copy = Cmd::new("COPY").arg(key.bytes()).arg(name.bytes());
    Change::plain(
        key,
        "duplicated",
        vec![Step::done(
            copy,
            "that name is taken, or the key is gone: nothing was written",
        )],
    )
    .reading(Vec::new(), Past::copy_reads(key, name))
}

/// Deletes a key without blocking the server, however big it is (UNLINK).
pub fn unlink(key: &Key) -> Change {
    let unlink = Cmd::new("UNLINK").arg(key.bytes());
    Change::plain(
        key,
        "deleted",
        vec![Step::done(unlink, "the key was gone already")],
    )
    .destructive()
}

/// The same, reading first what an undo brings back: its size is known to be small.
pub fn unlink_kept(key: &Key) -> Change {
    let mut before = Life::reads(key);
    before.push(Read::small(Cmd::new("DUMP").arg(key.bytes())));
    unlink(key).reading(before, Vec::new())
}

#[cfg(test)]
mod tests {
    use super::super::change::Stakes;
    use super::*;

    #[test]
    fn nothing_is_overwritten_and_only_deleting_is_asked_about() {
        let (key, name) = ("my key".into(), "b".into());
        for (change, line, stakes) in [
            (rename(&key, &name), "RENAMENX \"my key\" b", Stakes::Plain),
            (copy(&key, &name), "COPY \"my key\" b", Stakes::Plain),
            (unlink(&key), "UNLINK \"my key\"", Stakes::Destructive),
        ] {
            assert_eq!(change.lines(), [line]);
            assert_eq!(change.stakes, stakes);
            assert_eq!(change.guard, None);
            assert!(
                change.cmds[0]
                    .fell_short(&super::super::Reply::Int(0))
                    .is_some()
            );
        }
    }
}
