//! A change put on top of what somebody else did to the user meanwhile.
use super::catalog::{Catalog, CommandId};
use super::reach::Scope;
use super::rule::{CommandRule, KeyPattern, Sign, What};
use super::user::{Channels, Keys, Rights, User};

/// What made `mine` of `base`, done to `theirs`. Where both changed the same thing mine stands, and whatever command
/// mine allowed or denied comes out so.
#[must_use]
pub fn rebase(base: &User, mine: &User, theirs: &User, catalog: &Catalog) -> User {
    let mut user = theirs.clone();
    user.on = chosen(&base.on, &mine.on, &theirs.on);
    user.skip_sanitize = chosen(
        &base.skip_sanitize,
        &mine.skip_sanitize,
        &theirs.skip_sanitize,
    );
    user.passwords = joined(
        &base.passwords,
        &mine.passwords,
        &theirs.passwords,
        |_, _| false,
    );
    // Adding a password is what takes `nopass` away.
    let added = mine
        .passwords
        .iter()
        .any(|hash| !base.passwords.contains(hash));
    if added || mine.nopass != base.nopass {
        user.nopass = mine.nopass;
    }
    if user.nopass {
        user.passwords.clear();
    }
    user.selectors = joined(
        &base.selectors,
        &mine.selectors,
        &theirs.selectors,
        |_, _| false,
    );
    user.root.keys = keys(&base.root.keys, &mine.root.keys, &theirs.root.keys);
    user.root.channels = match (
        &base.root.channels,
        &mine.root.channels,
        &theirs.root.channels,
    ) {
        (Channels::Only(base), Channels::Only(mine), Channels::Only(theirs)) => {
            Channels::Only(joined(base, mine, theirs, |_, _| false))
        }
        (base, mine, theirs) => chosen(base, mine, theirs),
    };
    user.root.databases = chosen(
        &base.root.databases,
        &mine.root.databases,
        &theirs.root.databases,
    );
    commands(&base.root, &mine.root, &mut user.root, catalog);
    user
}

/// Theirs, unless mine was changed.
fn chosen<T: PartialEq + Clone>(base: &T, mine: &T, theirs: &T) -> T {
    if mine == base { theirs } else { mine }.clone()
}

/// Theirs without what mine took away and with what it added, which replaces what is `about` the same.
fn joined<T: PartialEq + Clone>(
    base: &[T],
    mine: &[T],
    theirs: &[T],
    about: fn(&T, &T) -> bool,
) -> Vec<T> {
    if theirs == base {
        return mine.to_vec();
    }
    let new = || mine.iter().filter(|one| !base.contains(one));
    let stays = theirs.iter().filter(|one| {
        let gone = base.contains(one) && !mine.contains(one);
        !gone && !new().any(|new| new == *one || about(new, one))
    });
    stays.chain(new()).cloned().collect()
}

fn keys(base: &Keys, mine: &Keys, theirs: &Keys) -> Keys {
    let about = |one: &KeyPattern, other: &KeyPattern| one.pattern == other.pattern;
    match (base, mine, theirs) {
        (Keys::Only(base), Keys::Only(mine), Keys::Only(theirs)) => {
            Keys::Only(joined(base, mine, theirs, about))
        }
        (base, mine, theirs) => chosen(base, mine, theirs),
    }
}

/// Rules on commands speak in order, and a server may tell them in other words than it was told: what mine changed is
/// looked at once more, command by command.
fn commands(base: &Rights, mine: &Rights, rights: &mut Rights, catalog: &Catalog) {
    if mine.commands == base.commands {
        return;
    }
    if rights.commands == base.commands {
        rights.commands.clone_from(&mine.commands);
        return;
    }
    let gone = |rule: &CommandRule| base.commands.contains(rule) && !mine.commands.contains(rule);
    rights.commands.retain(|rule| !gone(rule));
    let new = mine.commands.iter();
    for rule in new.filter(|rule| !base.commands.contains(rule)) {
        rights.command(rule.clone());
    }
    let (had, want) = (Scope::of(base, catalog), Scope::of(mine, catalog));
    let has = rights.clone();
    let has = Scope::of(&has, catalog);
    let differs =
        |id: &CommandId| had.allows(*id) != want.allows(*id) && has.allows(*id) != want.allows(*id);
    let leaves = catalog.ids().filter(|id| catalog.is_leaf(*id));
    for id in leaves.filter(differs) {
        let sign = if want.allows(id) {
            Sign::Allow
        } else {
            Sign::Deny
        };
        let what = What::named(&catalog.command(id).name);
        rights.command(CommandRule { sign, what });
    }
}
