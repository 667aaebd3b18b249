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
    t.sees("70 of 71 as meant, 1 not tried");
    t.press("p");
    t.sees("Proof");
    let logged = t.redis("ACL LOG").matches("reason").count();
    assert!(logged > 0, "a login that is refused is logged");
    t.sees("refusals of this proof stand in ACL LOG");
    t.never_sees("✗");
    t.press("G");
    t.sees("? denied  untried stop the server");
    t.press("esc");
    t.sees("REDIS_URL=");
    t.press("esc");
    assert_eq!(t.redis("MGET shop:k other:k"), "keep keep");
    assert_eq!(t.redis("DBSIZE"), "2");
}

#[test]
fn what_cannot_be_tried_without_being_done_is_told() {
    let server = stocked("SET shop:k keep\nSET other:k keep");
    server.user("boss", "~* &* +@all -acl|dryrun");
    let target = server.target_as("boss");
    let mut t = Drive::open(server, |how| how.target = target);
    t.redis("ACL SETUSER reader on >geheim resetchannels %R~shop:* +@read -@dangerous");
    t.press("2 G w ctrl-s enter");
    t.sees("not tried: they could do harm");
    t.never_sees("not as meant");
    t.press("p");
    t.sees("✓ allowed allowed read a string of its own");
    t.sees("? denied  untried write a string of its own");
    t.press("j");
    t.sees("it cannot be queued as this user, so it would be done");
    assert_eq!(t.redis("MGET shop:k other:k"), "keep keep");
}
