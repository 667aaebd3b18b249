//! Changing users: each change is reviewed, sent once, read back, and can be undone.
use super::{USERS, at_user, held};
use crate::Drive;
use crate::drive::stocked;

#[test]
fn a_user_is_turned_off_and_on() {
    let mut t = at_user("shop");
    t.press("space");
    t.sees("Review · change of shop");
    t.press("enter");
    t.sees("shop is off; all");
    assert!(held(&t, "shop").starts_with("off"));
    t.press("space enter");
    t.sees("shop is on");
    assert!(held(&t, "shop").starts_with("on"));
}

#[test]
fn a_user_is_edited() {
    let mut t = at_user("old");
    let before = held(&t, "old");
    t.press("e");
    t.sees("rule line");
    t.press("space ctrl-s");
    t.sees("Review · change of old");
    t.press("esc");
    assert_eq!(held(&t, "old"), before, "nothing is sent before the review");
    t.press("ctrl-s enter");
    t.sees("old is changed");
    assert!(held(&t, "old").starts_with("on"));
    t.press("e space esc");
    t.sees("What you changed is lost");
    t.press("y");
    t.sees("4 users");
}

#[test]
fn a_clone_may_do_the_same_with_another_password() {
    let mut t = at_user("shop");
    t.press("c ctrl-u 'shop2' ctrl-s enter");
    t.sees("REDIS_URL=unix://shop2:");
    t.press("esc");
    let (old, new) = (held(&t, "shop"), held(&t, "shop2"));
    let rights = |user: &str| user.split_once('~').unwrap().1.trim().to_owned();
    assert_eq!(rights(&old), rights(&new));
    let hash = |user: &str| user.split_once('#').unwrap().1[..64].to_owned();
    assert_ne!(hash(&old), hash(&new));
}

#[test]
fn a_renamed_user_keeps_its_password() {
    let mut t = at_user("shop");
    t.press("r ctrl-u 'store' ctrl-s");
    t.sees("First make store with the same rules and passwords.");
    t.sees("Delete shop? Nobody is connected as this user.");
    t.sees("ACL SETUSER store reset on (secret)");
    t.sees("ACL DELUSER shop");
    t.press("y");
    t.sees("shop is store now");
    assert_eq!(held(&t, "shop"), "");
    assert_eq!(t.redis_as("store", "geheim", "SET shop:1 x"), "OK");
    t.press("u y");
    t.sees("undone");
    assert_eq!(held(&t, "store"), "");
    assert_eq!(t.redis_as("shop", "geheim", "GET shop:1"), "x");
}

#[test]
fn a_deletion_tells_whom_it_cuts_off_and_is_undone() {
    let mut t = at_user("shop");
    let before = held(&t, "shop");
    let socket = t.server.socket();
    let url = format!("redis+unix://{}?user=shop&pass=geheim", socket.display());
    let client = redis::Client::open(url).unwrap();
    let mut connection = client.get_connection().unwrap();
    t.press("ctrl-r d");
    t.sees("Delete shop? 1 connection is cut at once.");
    t.sees("turn it off with space first");
    t.sees("> ACL DELUSER shop");
    t.press("n");
    assert_eq!(held(&t, "shop"), before);
    t.press("d y");
    t.sees("shop is deleted");
    assert_eq!(held(&t, "shop"), "");
    let cut: redis::RedisResult<String> = redis::cmd("ECHO").arg("x").query(&mut connection);
    assert!(cut.is_err());
    t.press("u");
    t.sees("Review · new user shop");
    t.press("enter");
    t.sees("undone: shop is as it was before");
    assert_eq!(held(&t, "shop"), before);
    t.press("u");
    t.sees("nothing was changed here that is not undone");
}

#[test]
fn an_edit_is_undone() {
    let mut t = at_user("shop");
    let before = held(&t, "shop");
    t.press("space enter u enter");
    t.sees("undone");
    assert_eq!(held(&t, "shop"), before);
}

#[test]
fn a_password_is_replaced_or_joined_and_an_old_one_retired() {
    let mut t = at_user("shop");
    t.press("w tab ctrl-u 'a-second-password' ctrl-s enter");
    t.sees("a-second-password@");
    t.press("esc");
    assert!(
        t.redis_as("shop", "geheim", "GET shop:1")
            .starts_with("(no login)")
    );
    assert_eq!(
        t.redis_as("shop", "a-second-password", "GET shop:1"),
        "(nil)"
    );
    t.press("w 'k' tab ctrl-u 'a-third-password' ctrl-s enter");
    t.sees("a-third-password@");
    t.press("esc");
    for password in ["a-second-password", "a-third-password"] {
        assert_eq!(t.redis_as("shop", password, "GET shop:1"), "(nil)");
    }
    t.press("w 'r'");
    t.sees("Mark");
    t.press("ctrl-s enter");
    t.sees("a password of shop is retired");
    assert!(
        t.redis_as("shop", "a-second-password", "GET shop:1")
            .starts_with("(no login)")
    );
    assert_eq!(
        t.redis_as("shop", "a-third-password", "GET shop:1"),
        "(nil)"
    );
}

#[test]
fn what_somebody_changed_meanwhile_is_not_overwritten() {
    let mut t = at_user("shop");
    t.press("space");
    assert_eq!(t.redis("ACL SETUSER shop +info"), "OK");
    let theirs = held(&t, "shop");
    t.press("enter");
    t.sees("nothing was sent: somebody changed shop since this was opened");
    assert_eq!(held(&t, "shop"), theirs);
    t.press("esc space enter");
    t.sees("shop is off");
    assert_eq!(t.redis("ACL DRYRUN shop INFO"), "OK");
}

#[test]
fn a_user_somebody_made_meanwhile_is_not_overwritten() {
    let mut t = at_user("shop");
    t.press("n 'new' ctrl-s");
    assert_eq!(t.redis("ACL SETUSER new_user on"), "OK");
    t.press("enter");
    t.sees("nothing was sent: there is a user new_user already");
    assert_eq!(held(&t, "new_user").trim(), "on resetchannels -@all");
}

#[test]
fn what_was_refused_is_granted() {
    let mut t = at_user("shop");
    t.redis_as("shop", "geheim", "INFO");
    t.press("L");
    t.sees("shop info");
    t.press("enter");
    t.sees("Review · change of shop");
    t.press("enter");
    t.sees("shop may do more: +info");
    t.sees("Denials");
    t.press("esc");
    assert!(
        t.redis_as("shop", "geheim", "INFO server")
            .contains("redis_version")
    );
}

#[test]
fn denials_come_while_they_are_on_screen() {
    let mut t = at_user("shop");
    t.press("L");
    t.redis_as("shop", "geheim", "CONFIG GET maxmemory");
    t.sees("config|get");
    t.press("d");
    t.sees("> ACL LOG RESET");
    t.press("y");
    t.sees("the server has forgotten its denials");
    t.loses("config|get");
    assert_eq!(t.redis("ACL LOG"), "");
}

#[test]
fn nobody_is_locked_out_without_a_word() {
    let mut t = at_user("default");
    t.press("space");
    t.sees("you turn yourself off");
    t.press("enter");
    assert!(held(&t, "default").starts_with("on"));
    t.press("esc d");
    t.sees("the user default cannot be removed");
}

#[test]
fn changes_are_saved_where_the_server_keeps_its_users() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("users.acl");
    std::fs::write(&path, "user default on nopass ~* &* +@all\n").unwrap();
    let server = crate::common::Server::with(&["--aclfile", path.to_str().unwrap()]);
    let mut t = Drive::open(server, |_| {});
    t.press("2");
    t.never_sees("not saved");
    t.press("n 'shop' ctrl-s enter esc");
    t.sees("not saved: S");
    assert!(
        !std::fs::read_to_string(&path)
            .unwrap()
            .contains("shop_user")
    );
    t.sees("shop_user*");
    t.press("S");
    t.sees("> ACL SAVE");
    t.sees("Changed here and not saved: shop_user.");
    t.sees("What others changed cannot be known.");
    t.press("y");
    t.sees("the users are permanent now");
    t.never_sees("not saved");
    t.never_sees("shop_user*");
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .contains("user shop_user on")
    );
    t.press("S");
    t.sees("Nobody was changed here since the last save");
    t.press("n r ctrl-u 'store' ctrl-s y S");
    t.sees("not saved: shop_user (deleted), store");
    t.press("n u y");
    t.server.restart();
    t.sees("the server was restarted");
    assert!(held(&t, "shop_user").contains("~shop:*"));
}

#[test]
fn without_an_aclfile_the_config_file_keeps_the_users() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("redis.conf");
    std::fs::write(&path, "maxclients 100\n").unwrap();
    let server = crate::common::Server::with(&[path.to_str().unwrap()]);
    let mut t = Drive::open(server, |_| {});
    t.press("2 n 'shop' ctrl-s enter esc S");
    t.sees("> CONFIG REWRITE");
    t.press("y");
    t.sees("the users are permanent now");
    // A server that starts anew may tell the rules in another order.
    let rules = |t: &Drive| {
        let held = held(t, "shop_user");
        let mut rules: Vec<String> = held.split(' ').map(str::to_owned).collect();
        rules.sort();
        rules
    };
    let before = rules(&t);
    t.server.restart();
    t.sees("the server was restarted");
    assert_eq!(rules(&t), before);
}

#[test]
fn users_that_would_break_the_next_start_are_not_saved() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("users.acl");
    std::fs::write(&path, "user default on nopass ~* &* +@all\n").unwrap();
    let server = crate::common::Server::with(&["--aclfile", path.to_str().unwrap()]);
    let mut t = Drive::open(server, |_| {});
    t.redis("ACL SETUSER bad on nopass \"~a(b\" (~x +get)");
    t.redis("ACL SETUSER quoted on nopass '~a\"b' +get");
    t.press("2 S");
    t.sees("not saved: the next start could fail or read other rights because of quoted");
    assert!(!std::fs::read_to_string(&path).unwrap().contains("quoted"));
}

#[test]
fn without_a_file_nothing_can_be_saved() {
    let mut t = Drive::open(stocked(USERS), |_| {});
    t.press("2 g j j space enter");
    t.sees("not saved: lost at restart");
    t.press("S");
    t.sees("neither an aclfile nor a config file");
}

#[test]
fn who_changes_its_own_password_comes_back_with_the_new_one() {
    let server = stocked("SET app:1 old\nSET app:2 x");
    server.user("boss", "~* &* +@all");
    let target = server.target_as("boss");
    let mut t = Drive::open(server, |how| how.target = target);
    t.press("l");
    t.go("app:1");
    t.press("2 w tab ctrl-u 'a-password-of-my-own' ctrl-s");
    t.never_sees("you cannot come back");
    t.press("enter");
    t.sees("boss:a-password-of-my-own@");
    t.sees("as meant");
    t.press("esc 1");
    t.sees("app:1 ─ string");
    t.press("e 'er'");
    t.redis("CLIENT KILL USER boss");
    t.sees("connected again");
    t.sees("older");
    t.press("ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("GET app:1"), "older");
    // What would bring the old password back is told beforehand.
    t.press("2 u");
    t.sees("your password no longer works then");
}

#[test]
fn the_password_one_is_logged_in_with_is_not_retired_by_accident() {
    let server = stocked("SET a b");
    server.user("boss", "~* &* +@all >other");
    let target = server.target_as("boss");
    let mut t = Drive::open(server, |how| how.target = target);
    t.press("2 w 'r' ctrl-s");
    t.sees("your password no longer works then");
    let before = held(&t, "boss");
    t.press("enter");
    assert_eq!(held(&t, "boss"), before);
}

#[test]
fn a_grant_of_a_key_of_others_says_what_becomes_allowed_there() {
    let mut t = at_user("shop");
    t.press("t 'GET other:1' ctrl-g");
    t.sees("Becomes allowed");
    t.sees("+ on other:1, ");
    t.press("enter");
    t.sees("shop may do more: %R~other:1");
    assert_eq!(t.redis("ACL DRYRUN shop GET other:1"), "OK");
}

#[test]
fn that_a_deletion_cannot_be_undone_is_said_before_it() {
    let mut t = Drive::with("ACL SETUSER \"odd'name\" on nopass ~a:* +get");
    t.press("2 G d");
    t.sees("cannot be brought back by undo: the name odd'name may hold");
    t.press("y");
    t.sees("odd'name is deleted");
    t.never_sees("u brings it back");
    assert_eq!(t.redis("ACL USERS"), "default");
}

#[test]
fn a_user_whose_name_we_would_not_give_can_be_turned_off_and_brought_back() {
    let mut t = Drive::with("ACL SETUSER team/app on nopass ~a:* +get");
    t.press("2 G ' '");
    t.sees("Review · change of team/app");
    t.press("enter");
    t.sees("team/app is off");
    assert!(t.redis("ACL LIST").contains("user team/app off"));
    t.press("esc d y");
    t.sees("team/app is deleted");
    t.press("u");
    t.sees("Review · new user team/app");
    t.press("enter");
    t.sees("undone: team/app is as it was before");
    assert!(t.redis("ACL USERS").contains("team/app"));
}

#[test]
fn a_change_goes_on_top_of_what_somebody_else_changed_meanwhile() {
    let mut t = at_user("old");
    t.press("e space ctrl-s");
    t.sees("Review · change of old");
    t.redis("ACL SETUSER old ~theirs:*");
    t.press("enter");
    t.sees("Changed meanwhile · old");
    t.sees("+ ~theirs:*");
    t.press("esc");
    t.sees("rule line");
    t.press("ctrl-s enter m");
    t.sees("Review · change of old");
    t.never_sees("- ~theirs:*");
    t.press("esc");
    t.sees("theirs:*");
    t.press("ctrl-s enter");
    t.sees("old is changed");
    let now = held(&t, "old");
    assert!(now.starts_with("on") && now.contains("~theirs:*"), "{now}");
    t.press("u enter");
    t.sees("undone");
    let now = held(&t, "old");
    assert!(now.starts_with("off") && now.contains("~theirs:*"), "{now}");
}

#[test]
fn what_somebody_else_changed_meanwhile_may_stand() {
    let mut t = at_user("old");
    t.press("e space ctrl-s");
    t.redis("ACL SETUSER old ~theirs:*");
    t.press("enter t");
    t.sees("old is as somebody else left it");
    t.never_sees("rule line");
    t.sees("theirs:*");
    assert!(held(&t, "old").starts_with("off"));
}

#[test]
fn who_was_deleted_meanwhile_is_made_anew_only_after_another_review() {
    let mut t = at_user("old");
    t.press("e space ctrl-s");
    t.redis("ACL DELUSER old");
    t.press("enter");
    t.sees("the user was deleted");
    t.press("m");
    t.sees("Review · new user old");
    assert_eq!(held(&t, "old"), "");
    t.press("enter");
    t.sees("old is changed");
    assert!(held(&t, "old").starts_with("on"));
}
