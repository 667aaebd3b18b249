//! Moods in which reads work and writes do not: the refusal says why and what still works, and what was typed stays.
use crate::Drive;
use crate::common::{PATIENCE, Server};

use super::AT_ONCE;

#[test]
fn a_full_server_is_read_and_deleted_from() {
    let mut t = Drive::with("MSET k v other x");
    t.redis("CONFIG SET maxmemory 1");
    t.go("k");
    t.press("e '1' ctrl-s");
    t.sees("memory is full (OOM)");
    t.sees("Reading and deleting");
    t.sees(" OOM ");
    t.sees("v1");
    assert_eq!(t.redis("GET k"), "v");
    t.redis("CONFIG SET maxmemory 0");
    t.press("ctrl-s");
    t.sees("saved");
    t.loses(" OOM ");
    t.redis("CONFIG SET maxmemory 1");
    t.press("esc g d y");
    t.rest();
    assert_eq!(t.redis("EXISTS k"), "0");
}

#[test]
fn a_server_that_could_not_save_is_not_dead() {
    let server = Server::with(&["--save", "3600 1000"]);
    server.redis(&["SET", "k", "v"]);
    std::fs::create_dir(server.folder().join("dump.rdb")).unwrap();
    let mut t = Drive::open(server, |_| {});
    t.redis("BGSAVE");
    t.until_redis("INFO persistence", "rdb_last_bgsave_status:err");
    assert!(t.redis("PING").contains("MISCONF"));
    t.press("n 'new' tab tab 'x' ctrl-s");
    t.sees("could not save to disk");
    t.sees(" MISCONF ");
    t.press("esc ctrl-r");
    t.sees("1 key · complete");
    t.go("k");
    t.sees("k ─ string");
    t.press("d y");
    t.sees("could not save to disk");
    assert_eq!(t.redis("EXISTS k"), "1");
    // Users are no data.
    t.press("esc esc 2");
    t.sees("default");
}

#[test]
fn a_replica_is_read_and_says_where_writes_go() {
    let primary = Server::with(&AT_ONCE);
    primary.redis(&["SET", "k", "v"]);
    let server = Server::with(&["--replicaof", &format!("127.0.0.1 {}", primary.port)]);
    let synced = std::time::Instant::now() + PATIENCE;
    while server.redis(&["EXISTS", "k"]) != "1" {
        assert!(std::time::Instant::now() < synced, "no replication");
    }
    let mut t = Drive::open(server, |_| {});
    t.sees(" REPLICA ");
    t.go("k");
    t.press("e '1' ctrl-s");
    t.sees("takes no writes (READONLY)");
    t.sees("Write on its primary");
    t.sees("v1");
    t.press("esc y 2");
    t.sees("default");
    t.press("n 'app' ctrl-s");
    t.sees("this server is a replica: what is changed here stays here");
    assert_eq!(primary.redis(&["GET", "k"]), "v");
}

#[test]
fn too_few_replicas_refuse_writes_only() {
    let mut t = Drive::with("SET k v");
    t.redis("CONFIG SET min-replicas-to-write 1");
    t.go("k");
    t.press("t '5m' ctrl-s");
    t.sees("too few replicas");
    t.sees(" NOREPLICAS ");
    assert_eq!(t.expires("k"), -1);
    t.redis("CONFIG SET min-replicas-to-write 0");
    t.press("ctrl-s");
    t.loses(" NOREPLICAS ");
    assert!(t.expires("k") > 0);
}
