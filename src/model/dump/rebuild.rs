//! The commands that make a value anew, element by element.
use std::borrow::Cow;
use std::collections::BTreeMap;

use super::super::key::Key;
use super::super::kinds;
use super::super::resp::Cmd;
use super::Contents;

/// Most elements in one command: other clients wait while it runs.
const ELEMENTS: usize = 300;
/// Bytes of elements from which on a command is full.
const BYTES: usize = 1024 * 1024;

/// Makes this key, which must not exist, with these contents: SET, RPUSH, SADD, HSET or ZADD in portions; then
/// HPEXPIREAT (Redis 7.4, Valkey 9) for fields that expire; PEXPIREAT (unix time in milliseconds) at the end.
///
/// To be run as one transaction under a check that the key is absent: elements would mix with those that are there,
/// and until the end nothing expires. The times come last since one that has passed meanwhile deletes at once what
/// later commands would bring back without it.
#[must_use]
pub fn rebuild(key: &Key, contents: &Contents, expire_at_ms: Option<u64>) -> Vec<Cmd> {
    let mut cmds = match contents {
        Contents::String(value) => vec![Cmd::new("SET").arg(key.bytes()).arg(value)],
        Contents::List(items) => portions("RPUSH", key, items.iter().map(|item| [&item[..]])),
        Contents::Set(items) => portions("SADD", key, items.iter().map(|item| [&item[..]])),
        Contents::Hash(fields) => {
            let pairs = fields.iter().map(|field| [&field.name[..], &field.value]);
            portions("HSET", key, pairs)
        }
        Contents::Zset(members) => {
            let pairs = members.iter().map(|member| {
                let score = kinds::print_score(member.score).into_bytes();
                [Cow::Owned(score), Cow::Borrowed(&member.name[..])]
            });
            portions("ZADD", key, pairs)
        }
    };
    cmds.extend(field_expiries(key, contents));
    let expire = expire_at_ms.map(|at| Cmd::new("PEXPIREAT").arg(key.bytes()).num(at));
    cmds.extend(expire);
    cmds
}

/// `name key element element …`, as many commands as the elements need.
fn portions<const N: usize, B: AsRef<[u8]>>(
    name: &str,
    key: &Key,
    elements: impl Iterator<Item = [B; N]>,
) -> Vec<Cmd> {
    let mut cmds = Vec::new();
    let mut elements = elements.peekable();
    while elements.peek().is_some() {
        let mut cmd = Cmd::new(name).arg(key.bytes());
        let mut bytes = 0;
        for element in elements.by_ref().take(ELEMENTS) {
            for part in element {
                bytes += part.as_ref().len();
                cmd = cmd.arg(part);
            }
            if bytes >= BYTES {
                break;
            }
        }
        cmds.push(cmd);
    }
    cmds
}

/// `HPEXPIREAT key time FIELDS count field …`, the fields of one time together.
fn field_expiries(key: &Key, contents: &Contents) -> Vec<Cmd> {
    let Contents::Hash(fields) = contents else {
        return Vec::new();
    };
    let mut times: BTreeMap<u64, Vec<&[u8]>> = BTreeMap::new();
    for field in fields {
        if let Some(at) = field.expire_at_ms {
            times.entry(at).or_default().push(&field.name);
        }
    }
    let mut cmds = Vec::new();
    for (at, names) in times {
        for names in names.chunks(ELEMENTS) {
            let cmd = Cmd::new("HPEXPIREAT").arg(key.bytes()).num(at);
            let cmd = cmd.arg("FIELDS").num(names.len());
            cmds.push(names.iter().fold(cmd, Cmd::arg));
        }
    }
    cmds
}
