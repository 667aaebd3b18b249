//! Users who may not do everything, and a keygrove that may not write.
use super::{USERS, held};
use crate::Drive;
use crate::drive::stocked;

#[test]
fn a_restricted_user_sees_what_it_may() {
    let server = stocked("SET app:1 x");
    server.user("ada", "~app:* +@all -@dangerous");
    let target = server.target_as("ada");
    let mut t = Drive::open(server, |how| how.target = target);
    t.press("2");
    t.sees("you are ada");
    t.sees("┌ ada ─");
    t.sees("commands refused: ACL GETUSER, ACL");
    t.sees("what an admin could grant");
    t.sees("The users of this server are not for this user");
    t.press("n");
    t.sees("without seeing the users keygrove changes none");
    t.press("L");
    t.sees("this user may not ACL LOG");
    t.press("1");
    t.sees("app");
}

#[test]
fn names_alone_are_better_than_nothing() {
    let server = stocked(USERS);
    server.user("eve", "~* +@all -acl|getuser -command");
    let target = server.target_as("eve");
    let mut t = Drive::open(server, |how| how.target = target);
    t.press("2");
    t.sees("5 users · you are eve");
    t.sees("reads and writes shop:*");
    t.press("g enter G");
    t.sees("this user may not ACL GETUSER");
    t.sees("this user may not COMMAND");
}

#[test]
fn read_only_changes_nothing() {
    let mut t = Drive::open(stocked(USERS), crate::How::read_only);
    t.press("2 g");
    let before = t.redis("ACL LIST");
    for key in ["n", "e", "c", "r", "d", "space", "w", "u", "S"] {
        t.press(key);
        t.sees("read-only: keygrove was started with --read-only");
        t.press("esc");
    }
    t.press("t 'GET blog:1' ctrl-g esc L");
    t.sees("Denials");
    t.press("esc");
    assert_eq!(t.redis("ACL LIST"), before);
}

#[test]
fn a_grant_is_refused_where_nothing_may_be_written() {
    let mut t = Drive::open(stocked(USERS), crate::How::read_only);
    t.press("2 g t 'INFO' ctrl-g");
    t.sees("read-only");
    assert!(!held(&t, "blog").contains("info"));
}

#[test]
fn who_may_look_but_not_change_is_told_before_a_form_opens() {
    let server = stocked(USERS);
    server.user("eye", "~* +@all -acl|setuser");
    let target = server.target_as("eye");
    let mut t = Drive::open(server, |how| how.target = target);
    t.press("2 g");
    t.sees("5 users");
    for key in ["n", "e", "w", "d", "space"] {
        t.press(key);
        t.sees("this user may not ACL SETUSER");
    }
}

#[test]
fn an_edit_that_was_not_sent_is_not_lost_by_quitting() {
    let mut t = super::at_user("shop");
    t.press("e space ctrl-c");
    t.sees("What you typed is not saved");
    t.press("n");
    t.sees("rule line");
}
