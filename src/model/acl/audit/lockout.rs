//! Whether a change would lock somebody out.
use super::super::catalog::Catalog;
use super::super::reach::Reach;
use super::super::user::User;
use super::may;

/// How a change locks somebody out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Strand {
    #[error("you delete yourself: your connection is cut and you cannot come back")]
    DeletesMe,
    #[error("you turn yourself off: you stay until you disconnect and cannot come back")]
    DisablesMe,
    #[error("you lose ACL SETUSER or ACL GETUSER: only somebody else could give it back")]
    TakesMyAcl,
    #[error("your password no longer works then: once the connection is lost you cannot come back")]
    ChangesMyPassword,
    #[error(
        "nobody is left who can log in and change users: only a restart with edited files would help"
    )]
    NoAdmin,
    #[error(
        "who connects without logging in comes as default: existing connections stay, new ones fail"
    )]
    ClosesDefault,
}

/// How a change strands somebody; empty if it does not. `after` is `None` for a deletion, `before` for a new user.
///
/// `all` holds the users as they are before the change.
pub fn strands(
    me: &[u8],
    before: Option<&User>,
    after: Option<&User>,
    all: &[User],
    catalog: &Catalog,
) -> Vec<Strand> {
    let mut found = Vec::new();
    let Some(before) = before else {
        return found;
    };
    if before.name == me {
        found.extend(mine(before, after, catalog));
    }
    let others = all.iter().filter(|user| user.name != before.name);
    let admin = |user: &User| is_admin(user, catalog);
    if all.iter().any(admin) && !others.chain(after).any(admin) {
        found.push(Strand::NoAdmin);
    }
    let open = |user: &User| user.on && user.nopass;
    if before.name == b"default" && open(before) && !after.is_some_and(open) {
        found.push(Strand::ClosesDefault);
    }
    found
}

fn mine(before: &User, after: Option<&User>, catalog: &Catalog) -> Vec<Strand> {
    let Some(after) = after else {
        return vec![Strand::DeletesMe];
    };
    let mut found = Vec::new();
    if before.on && !after.on {
        found.push(Strand::DisablesMe);
    }
    if keeps_users(before, catalog) && !keeps_users(after, catalog) {
        found.push(Strand::TakesMyAcl);
    }
    let kept = before
        .passwords
        .iter()
        .any(|hash| after.passwords.contains(hash));
    let works = after.nopass
        || (!before.nopass && kept)
        || (before.passwords == after.passwords && !before.nopass);
    if before.can_log_in() && !works {
        found.push(Strand::ChangesMyPassword);
    }
    found
}

/// Whether a user may change users and see what they are.
fn keeps_users(user: &User, catalog: &Catalog) -> bool {
    let reach = Reach::of(user, catalog);
    may(&reach, "acl|setuser") && may(&reach, "acl|getuser")
}

/// Whether somebody can log in as this user and keep users.
pub fn is_admin(user: &User, catalog: &Catalog) -> bool {
    user.can_log_in() && keeps_users(user, catalog)
}
