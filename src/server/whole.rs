//! Reading a string by GET where slices of it are refused: as long as it is known to be small, or the person said so.
use super::conn::Conn;
use super::look::{about, read};
use super::out::Out;
use super::{Fault, wire};
use crate::model::kinds::{self, Kind, Look, Page, SLICE};
use crate::model::{Key, Reply};

/// Whether a value of any size may be read at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Size {
    /// One slice at most.
    Small,
    /// The person was told, and said yes.
    Any,
}

/// Reads a page of a string although GETRANGE was refused (`fault`); `memory` is what MEMORY USAGE told, in bytes.
///
/// Of a value that is bigger than a slice only the first one is kept.
pub(super) async fn instead(
    conn: &Conn,
    out: &Out,
    key: &Key,
    look: &Look,
    (memory, size): (Option<u64>, Size),
    fault: Fault,
) -> Result<Page, Fault> {
    let length = length(conn, out, key).await?;
    // A string takes at least as much memory as it has bytes.
    let most = length.or(memory);
    if size == Size::Small && most.is_none_or(|most| most > u64::from(SLICE)) {
        return Err(Fault::Unbounded { size: length });
    }
    let reply = one(conn, out, "GET", key).await?;
    if wire::whole_command(&reply) {
        return Err(fault);
    }
    match wire::accept(reply)? {
        Reply::Nil => Err(Fault::Gone),
        Reply::Bytes(mut value) => {
            let total = value.len() as u64;
            value.truncate(SLICE as usize);
            let replies = [
                Reply::Int(i64::try_from(total).unwrap_or(i64::MAX)),
                Reply::Bytes(value),
            ];
            let string: &dyn Kind = kinds::of("string");
            let odd = |odd: kinds::Odd| Fault::Odd(odd.to_string());
            string.read(look, &replies).map_err(odd)
        }
        _ => Err(Fault::Odd(
            "the server answered GET in a form keygrove does not know".to_owned(),
        )),
    }
}

/// How long the string is, where STRLEN may tell.
async fn length(conn: &Conn, out: &Out, key: &Key) -> Result<Option<u64>, Fault> {
    match one(conn, out, "STRLEN", key).await? {
        reply if wire::denied(&reply) => Ok(None),
        reply => Ok(wire::accept(reply)?
            .int()
            .and_then(|length| u64::try_from(length).ok())),
    }
}

async fn one(conn: &Conn, out: &Out, command: &str, key: &Key) -> Result<Reply, Fault> {
    let replies = read(conn, out, &[about(command, key)]).await?;
    Ok(replies.into_iter().next().unwrap_or(Reply::Nil))
}
