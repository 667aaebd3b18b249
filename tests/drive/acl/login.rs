//! Where ACL DRYRUN is refused, the proof is a login whose commands are queued and dropped.
use crate::Drive;
use crate::drive::stocked;

#[test]
fn a_login_proves_what_a_dry_run_may_not() {
    let server = stocked("SET shop:k keep\nSET other:k keep");
    server.user("boss", "~* &* +@all -acl|dryrun");
    let target = server.target_as("boss");
    let mut t = Drive::open(server, |how| how.target = target);
    t.press("2 n 'shop' ctrl-s enter");
    t.sees("as meant");
    t.never_sees("✗");
    t.press("p");
    t.sees("Proof");
    t.press("esc");
    t.sees("REDIS_URL=");
    t.press("esc");
    assert_eq!(t.redis("MGET shop:k other:k"), "keep keep");
    assert_eq!(t.redis("DBSIZE"), "2");
}
