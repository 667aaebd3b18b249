//! Why a request has no answer, in words for a person.
use super::heavy;
use crate::model::plight;

/// Why a request has no answer. Each says in words what happened; none is retried silently.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// The user may not (NOPERM). `what` is the command or "key", "channel".
    #[error("NOPERM {text}")]
    Denied { command: String, text: String },
    /// The key holds another type (WRONGTYPE).
    #[error("the key holds another type now")]
    WrongKind,
    #[error("the key is gone: it expired or was deleted")]
    Gone,
    /// Not connected, or the connection broke while waiting.
    #[error("the connection was lost")]
    Lost,
    /// No answer within this many seconds.
    #[error("no answer within {0} s")]
    Slow(u64),
    /// Too many requests are waiting.
    #[error("busy: try again in a moment")]
    Busy,
    /// Only GET may read this value, which brings all of it at once, and it is big or its size is hidden.
    #[error("this user may only GET it, {}", whole_size(*.size))]
    Unbounded { size: Option<u64> },
    /// keygrove is read-only, or a read was asked for, and this command is not known to only read.
    #[error("read-only: {command} was not sent")]
    ReadOnly { command: String },
    /// The guard of a write is impossible: what it needs is refused to this user (`WATCH or EVAL`, or a read).
    #[error("not atomic: this user may not {command}, so looking and writing cannot be one step")]
    Unguardable { command: String },
    /// Sent, but no answer came: it may or may not have been done. The `done` commands before it were.
    #[error("no answer to {command}: it may or may not have been done")]
    Unknown { command: String, done: usize },
    /// UNLINK is refused, and DEL would hold up the server while it frees so many bytes (`None`: not told).
    #[error("{}", heavy::words(*.0))]
    Heavy(Option<u64>),
    /// Any other refusal: the server's code (OOM, LOADING, READONLY …) and words, safe to print.
    #[error("{}", plight::explain(code, text))]
    Refused { code: String, text: String },
    /// A reply of a form we do not know.
    #[error("{0}")]
    Odd(String),
}

fn whole_size(size: Option<u64>) -> String {
    match size {
        Some(size) => format!("which brings all of its {size} bytes at once"),
        None => {
            "which brings all of it at once, and how much that is cannot be told before".to_owned()
        }
    }
}
