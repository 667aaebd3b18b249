//! The gate every command passes: in read-only mode only commands known to only read leave.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::refusals::name;
use super::{Access, Fault};
use crate::model::Cmd;

/// Whether commands that write may leave; all clones are one gate.
#[derive(Clone)]
pub(super) struct Gate {
    open: Arc<AtomicBool>,
}

impl Gate {
    pub(super) fn new(access: Access) -> Self {
        let gate = Self {
            open: Arc::default(),
        };
        gate.set(access);
        gate
    }

    /// Takes effect for every command sent from now on, on every connection.
    pub(super) fn set(&self, access: Access) {
        self.open
            .store(access == Access::ReadWrite, Ordering::SeqCst);
    }

    /// Lets all of these commands pass, or none of them.
    pub(super) fn pass(&self, cmds: &[Cmd]) -> Result<(), Fault> {
        if self.open.load(Ordering::SeqCst) {
            return Ok(());
        }
        only_reads(cmds)
    }
}

/// Whether all of these commands are known to only read; the fault names the first that is not.
pub(super) fn only_reads(cmds: &[Cmd]) -> Result<(), Fault> {
    match cmds.iter().find(|cmd| !reads_only(cmd)) {
        Some(cmd) => Err(Fault::ReadOnly { command: name(cmd) }),
        None => Ok(()),
    }
}

fn reads_only(cmd: &Cmd) -> bool {
    let mut words = cmd.args();
    let Some(name) = words.next() else {
        return false;
    };
    let is = |entry: &&str| entry.as_bytes().eq_ignore_ascii_case(name);
    if listed(name, None) || OWN.iter().any(is) {
        return true;
    }
    words.next().is_some_and(|sub| {
        listed(name, Some(sub)) || is(&"ACL") && sub.eq_ignore_ascii_case(b"LOG") && counts(cmd)
    })
}

/// Whether [`READS`] has this command: by its name, or by that and its subcommand. Many pass in one go, so it is sought
/// by halves.
fn listed(name: &[u8], sub: Option<&[u8]>) -> bool {
    let found = READS.binary_search_by(|entry| {
        let sub = sub.into_iter().flat_map(|sub| b" ".iter().chain(sub));
        let given = name.iter().chain(sub).map(u8::to_ascii_uppercase);
        entry.bytes().cmp(given)
    });
    found.is_ok()
}

/// ACL LOG reads as long as what follows is a count, and not RESET.
fn counts(cmd: &Cmd) -> bool {
    cmd.args()
        .skip(2)
        .all(|arg| arg.iter().all(u8::is_ascii_digit))
}

/// What a connection says for itself when it begins.
const OWN: &[&str] = &["HELLO", "AUTH", "SELECT", "PING"];

/// Every command that read-only mode lets through, in order: it only reads, with any arguments it can have.
///
/// Not here, though they can read: SORT and GEORADIUS (STORE), GETEX (changes the time to live), ACL LOG
/// (RESET; without that it passes too), scripts and functions, WATCH and MULTI. Commands of modules are not known to us.
pub const READS: &[&str] = &[
    "ACL CAT",
    "ACL DRYRUN",
    "ACL GENPASS",
    "ACL GETUSER",
    "ACL LIST",
    "ACL USERS",
    "ACL WHOAMI",
    "BITCOUNT",
    "BITFIELD_RO",
    "BITPOS",
    "CLIENT GETNAME",
    "CLIENT ID",
    "CLIENT INFO",
    "CLIENT LIST",
    "CLUSTER INFO",
    "CLUSTER KEYSLOT",
    "CLUSTER MYID",
    "CLUSTER NODES",
    "CLUSTER SHARDS",
    "CLUSTER SLOTS",
    "COMMAND",
    "CONFIG GET",
    "DBSIZE",
    "DUMP",
    "ECHO",
    "EXISTS",
    "EXPIRETIME",
    "GEODIST",
    "GEOHASH",
    "GEOPOS",
    "GEORADIUSBYMEMBER_RO",
    "GEORADIUS_RO",
    "GEOSEARCH",
    "GET",
    "GETBIT",
    "GETRANGE",
    "HEXISTS",
    "HEXPIRETIME",
    "HGET",
    "HGETALL",
    "HKEYS",
    "HLEN",
    "HMGET",
    "HPEXPIRETIME",
    "HPTTL",
    "HRANDFIELD",
    "HSCAN",
    "HSTRLEN",
    "HTTL",
    "HVALS",
    "INFO",
    "LASTSAVE",
    "LCS",
    "LINDEX",
    "LLEN",
    "LPOS",
    "LRANGE",
    "MEMORY USAGE",
    "MGET",
    "MODULE LIST",
    "OBJECT ENCODING",
    "OBJECT FREQ",
    "OBJECT IDLETIME",
    "OBJECT REFCOUNT",
    "PEXPIRETIME",
    "PTTL",
    "RANDOMKEY",
    "ROLE",
    "SCAN",
    "SCARD",
    "SDIFF",
    "SINTER",
    "SINTERCARD",
    "SISMEMBER",
    "SLOWLOG GET",
    "SLOWLOG LEN",
    "SMEMBERS",
    "SMISMEMBER",
    "SORT_RO",
    "SRANDMEMBER",
    "SSCAN",
    "STRLEN",
    "SUBSTR",
    "SUNION",
    "TIME",
    "TTL",
    "TYPE",
    "XINFO CONSUMERS",
    "XINFO GROUPS",
    "XINFO STREAM",
    "XLEN",
    "XPENDING",
    "XRANGE",
    "XREVRANGE",
    "ZCARD",
    "ZCOUNT",
    "ZDIFF",
    "ZINTER",
    "ZINTERCARD",
    "ZLEXCOUNT",
    "ZMSCORE",
    "ZRANDMEMBER",
    "ZRANGE",
    "ZRANGEBYLEX",
    "ZRANGEBYSCORE",
    "ZRANK",
    "ZREVRANGE",
    "ZREVRANGEBYLEX",
    "ZREVRANGEBYSCORE",
    "ZREVRANK",
    "ZSCAN",
    "ZSCORE",
    "ZUNION",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_only_lets_reads_through_and_nothing_else() {
        let gate = Gate::new(Access::ReadOnly);
        for line in [
            "GET",
            "get",
            "Object Encoding",
            "MEMORY USAGE",
            "HSCAN",
            "HELLO",
            "SELECT",
            "SCAN",
        ] {
            assert_eq!(gate.pass(&[Cmd::new(line).arg("k")]), Ok(()), "{line}");
        }
        for line in [
            "SET",
            "GETEX",
            "GETDEL",
            "OBJECT",
            "MEMORY PURGE",
            "CONFIG SET",
            "EVAL_RO",
            "EVAL",
            "FCALL_RO",
            "MULTI",
            "EXEC",
            "WATCH",
            "SORT",
            "GEORADIUS",
            "ACL LOG",
            "ACL LOG RESET",
            "ACL LOG 1 RESET",
            "ACL SETUSER",
            "CLIENT KILL",
            "SLOWLOG RESET",
            "JSON.SET",
            "RESET",
            "",
        ] {
            let cmd = Cmd::new(line).arg("k");
            let command = name(&cmd);
            assert_eq!(
                gate.pass(&[Cmd::new("GET"), cmd]),
                Err(Fault::ReadOnly { command })
            );
        }
    }

    #[test]
    fn the_log_of_denials_is_read_but_not_emptied() {
        for line in ["ACL LOG", "acl log", "ACL LOG 128"] {
            assert_eq!(only_reads(&[Cmd::new(line)]), Ok(()), "{line}");
        }
        for line in ["ACL LOG RESET", "ACL LOG reset", "ACL LOG -1", "ACL"] {
            assert!(only_reads(&[Cmd::new(line)]).is_err(), "{line}");
        }
    }

    #[test]
    fn every_clone_is_the_same_gate() {
        let gate = Gate::new(Access::ReadWrite);
        let other = gate.clone();
        assert_eq!(other.pass(&[Cmd::new("SET")]), Ok(()));
        gate.set(Access::ReadOnly);
        assert!(other.pass(&[Cmd::new("SET")]).is_err());
    }

    #[test]
    fn the_table_is_sorted_and_in_capitals() {
        assert!(READS.is_sorted());
        assert!(
            READS
                .iter()
                .all(|entry| entry.to_ascii_uppercase() == **entry)
        );
    }
}
