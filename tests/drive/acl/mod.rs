//! The ACL screen: who there is, creating, changing, proving, and what is refused.
use crate::Drive;

mod change;
mod hand;
mod limits;
mod login;
mod new;
mod secrets;
mod see;

/// Users of two apps, and one who is off.
const USERS: &str = "ACL SETUSER shop on >geheim ~shop:* resetchannels &shop:* +@all -@dangerous
    ACL SETUSER blog on >leise >laut resetchannels %R~blog:* +@read -@dangerous
    ACL SETUSER old off >x resetchannels ~old:* +get";

/// At the users' screen of a server with these users, the cursor on this one.
fn at_user(name: &str) -> Drive {
    let mut t = Drive::with(USERS);
    t.press("2 g");
    for user in ["blog", "default", "old", "shop"] {
        if user == name {
            break;
        }
        t.press("j");
    }
    t.sees(&format!("┌ {name} ─"));
    t
}

/// What the server holds of a user, as ACL LIST tells it; nothing of nobody.
fn held(t: &Drive, name: &str) -> String {
    let all = format!(" {}", t.redis("ACL LIST"));
    let start = format!(" user {name} ");
    let Some(at) = all.find(&start) else {
        return String::new();
    };
    let rest = &all[at + start.len()..];
    let end = rest.find(" user ").unwrap_or(rest.len());
    // 7.0 tells this flag only of users that were ever reset.
    rest[..end]
        .replace("sanitize-payload ", "")
        .trim()
        .to_owned()
}
