//! The one table of bindings: dispatch, footer, help, palette and README all read it.
use super::action::Action;
use super::chord::{Chord, Key};
use super::layer::Layer;

/// One binding.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    pub layer: Layer,
    /// The first one is shown in the footer.
    pub keys: &'static [Chord],
    pub action: Action,
    /// One or two words for the footer.
    pub hint: &'static str,
    /// One sentence for help and README.
    pub sentence: &'static str,
    /// Order in the footer, low first; 0 is never shown there.
    pub rank: u8,
}

const fn of(
    layer: Layer,
    keys: &'static [Chord],
    action: Action,
    hint: &'static str,
    sentence: &'static str,
    rank: u8,
) -> Binding {
    Binding {
        layer,
        keys,
        action,
        hint,
        sentence,
        rank,
    }
}

/// What a chord means where these layers apply, the nearest first.
pub fn lookup(layers: &[Layer], chord: Chord) -> Option<&'static Binding> {
    layers.iter().find_map(|layer| {
        BINDINGS
            .iter()
            .find(|b| b.layer == *layer && b.keys.contains(&chord))
    })
}

/// The bindings that apply where these layers do, without those that a nearer layer takes away.
pub fn reachable(layers: &[Layer]) -> impl Iterator<Item = &'static Binding> {
    let layers = layers.to_vec();
    BINDINGS.iter().filter(move |binding| {
        layers.contains(&binding.layer)
            && binding.keys.first().is_some_and(|chord| {
                lookup(&layers, *chord).is_some_and(|found| std::ptr::eq(found, *binding))
            })
    })
}

const fn c(c: char) -> Chord {
    Chord::char(c)
}
const fn k(key: Key) -> Chord {
    Chord::of(key)
}
const fn ctrl(c: char) -> Chord {
    Chord::ctrl(c)
}

use Action as A;
use Layer as L;

/// Every binding there is.
#[rustfmt::skip]
pub static BINDINGS: &[Binding] = &[
    of(L::Everywhere, &[c('1')], A::KeysScreen, "keys", "go to the keys", 0),
    of(L::Everywhere, &[c('2')], A::AclScreen, "acl", "go to the users and what they may do", 0),
    of(L::Everywhere, &[c('6')], A::LogScreen, "log", "go to the log of what was sent", 0),
    of(L::Everywhere, &[k(Key::Up), c('k')], A::Up, "up", "one row up", 0),
    of(L::Everywhere, &[k(Key::Down), c('j')], A::Down, "down", "one row down", 0),
    of(L::Everywhere, &[k(Key::Left), c('h')], A::Left, "left", "close the folder or go to its parent; from a value back to the tree", 0),
    of(L::Everywhere, &[k(Key::Right), c('l')], A::Right, "right", "open the folder, or go into it", 0),
    of(L::Everywhere, &[k(Key::PageUp), ctrl('b')], A::PageUp, "page up", "one page up", 0),
    of(L::Everywhere, &[k(Key::PageDown), ctrl('f')], A::PageDown, "page down", "one page down", 0),
    of(L::Everywhere, &[k(Key::Home), c('g')], A::First, "first", "to the first row", 0),
    of(L::Everywhere, &[k(Key::End), c('G')], A::Last, "last", "to the last row", 0),
    of(L::Everywhere, &[k(Key::Tab)], A::NextPane, "next pane", "to the next pane", 0),
    of(L::Everywhere, &[k(Key::BackTab)], A::PreviousPane, "previous pane", "to the previous pane", 0),
    of(L::Everywhere, &[k(Key::Enter)], A::Open, "open", "open what is selected", 1),
    of(L::Everywhere, &[k(Key::Esc)], A::Back, "back", "back, cancel, clear", 0),
    of(L::Everywhere, &[c('y')], A::Copy, "copy", "copy: then n name, v value, c redis-cli command", 16),
    of(L::Everywhere, &[c('u')], A::Undo, "undo", "undo the last change, if the world has not moved on; of a user through the review", 15),
    of(L::Everywhere, &[ctrl('u')], A::History, "undo list", "everything that can be undone, the newest first, and what cannot and why", 0),
    of(L::Everywhere, &[c('U')], A::Unlock, "unlock", "allow or forbid writing (production asks for a word)", 30),
    of(L::Everywhere, &[c('C')], A::Connect, "connect", "connect to another address", 0),
    of(L::Everywhere, &[ctrl('t')], A::Retry, "reconnect", "connect again at once, when lost or silent; also while typing", 1),
    of(L::Everywhere, &[c('!')], A::StopScript, "stop script", "stop the script that keeps the server busy (SCRIPT KILL, FUNCTION KILL)", 1),
    of(L::Everywhere, &[c('?')], A::Help, "help", "every key, searchable", 40),
    of(L::Everywhere, &[c(':')], A::Palette, "palette", "every action by name", 41),
    of(L::Everywhere, &[ctrl('l')], A::Redraw, "redraw", "draw the screen anew", 0),
    of(L::Everywhere, &[ctrl('z')], A::Suspend, "suspend", "to the shell; fg comes back", 0),
    of(L::Everywhere, &[c('q'), ctrl('c')], A::Quit, "quit", "quit", 42),

    of(L::Keys, &[c('n')], A::New, "new", "new key; never overwrites an existing one", 2),
    of(L::Keys, &[c('d'), k(Key::Delete)], A::Delete, "delete", "delete the key, the marks, or the folder (counted first)", 4),
    of(L::Keys, &[c('t')], A::Ttl, "ttl", "set the time to live: 90s, 5m, 1h30m, 2d, a date, never", 6),
    of(L::Keys, &[c('r')], A::Rename, "rename", "rename the key; never overwrites", 7),
    of(L::Keys, &[c('D')], A::Duplicate, "duplicate", "copy the key to a new name; never overwrites", 18),
    of(L::Keys, &[ctrl('g')], A::GoTo, "go to", "open a key by its exact name, loaded or not", 14),

    of(L::Tree, &[c('e')], A::Edit, "edit", "open the key and edit its value", 3),
    of(L::Tree, &[c('/')], A::Filter, "filter", "narrow what is loaded, as you type", 8),
    of(L::Tree, &[c('s')], A::Search, "search", "search the server by pattern and type", 9),
    of(L::Tree, &[c(' ')], A::Mark, "mark", "mark or unmark the key", 10),
    of(L::Tree, &[c('p')], A::Pause, "pause", "pause or resume the scan, or stop a search", 11),
    of(L::Tree, &[ctrl('r')], A::Rescan, "rescan", "scan again from the start", 19),
    of(L::Tree, &[c('o')], A::Order, "order", "order by name or by number of keys", 20),
    of(L::Tree, &[c('H')], A::Others, "hide others", "hide or show names that are not this user's; SCAN tells them all the same", 0),

    of(L::Value, &[c('e')], A::Edit, "edit", "edit the value, the element or the score", 2),
    of(L::Value, &[c('E')], A::EditOutside, "$EDITOR", "edit the value in $EDITOR", 12),
    of(L::Value, &[c('a')], A::Add, "add", "add a field or member; push an element", 3),
    of(L::Value, &[c('d'), k(Key::Delete)], A::Delete, "delete", "delete the row; of a string, the key", 4),
    of(L::Value, &[c('i')], A::Increment, "increment", "add to a number or score", 5),
    of(L::Value, &[c('x')], A::Pop, "pop", "pop from the list's head or tail", 5),
    of(L::Value, &[c('X')], A::RemoveValue, "remove by value", "remove an element from the list wherever it stands", 17),
    of(L::Value, &[c('m')], A::Member, "member?", "ask whether something is a member", 8),
    of(L::Value, &[c('r')], A::Rename, "rename", "rename the field; of other types, the key", 7),
    of(L::Value, &[c('/')], A::Filter, "filter", "narrow the rows by a pattern; the server matches", 9),
    of(L::Value, &[c('o')], A::Order, "order", "lowest or highest score first", 10),
    of(L::Value, &[c('#')], A::Jump, "go to row", "go to an index of a list, or show a range of scores", 11),
    of(L::Value, &[c('f')], A::Format, "format", "show the value in another format", 13),
    of(L::Value, &[c('0')], A::Reset, "reset", "set the counter to 0, keeping its window", 15),
    of(L::Value, &[c('L')], A::Limit, "limit", "tell the limit of a counter, to see how much of it is used", 22),
    of(L::Value, &[c('w')], A::Watch, "watch", "read the value again every second, or stop doing so", 20),
    of(L::Value, &[ctrl('r')], A::Reload, "reload", "read the value again", 21),

    of(L::Acl, &[c('n')], A::New, "new", "new user: app, level, name, password; then the review", 2),
    of(L::Acl, &[c('e')], A::Edit, "edit", "edit what the user may do", 3),
    of(L::Acl, &[c('c')], A::Clone, "clone", "a new user who may do the same", 10),
    of(L::Acl, &[c('r')], A::Rename, "rename", "rename: copied with the passwords, then deleted", 13),
    of(L::Acl, &[c('d'), k(Key::Delete)], A::Delete, "delete", "delete the user; says how many connections die", 9),
    of(L::Acl, &[c(' ')], A::OnOff, "on/off", "turn the user on or off", 5),
    of(L::Acl, &[c('w')], A::Password, "password", "new password: replace, keep both, or retire an old one", 4),
    of(L::Acl, &[c('t')], A::Test, "test", "what may this user do? try a command", 6),
    of(L::Acl, &[c('k')], A::Who, "who", "who can touch this key or pattern?", 14),
    of(L::Acl, &[c('L')], A::Denials, "denials", "what was refused to whom (ACL LOG), and grant it", 11),
    of(L::Acl, &[c('S')], A::Persist, "save", "make permanent: ACL SAVE or CONFIG REWRITE", 12),
    of(L::Acl, &[c('/')], A::Filter, "filter", "narrow the users by their names, as you type", 15),
    of(L::Acl, &[ctrl('r')], A::Reload, "reload", "read the users again", 18),
    of(L::Acl, &[c('?')], A::Reference, "words", "the words of the ACL language, and this server's categories", 7),
    of(L::Acl, &[c(':')], A::Palette, "more", "every key and action by name", 8),

    of(L::Copy, &[c('n')], A::CopyName, "name", "copy the name of the key", 1),
    of(L::Copy, &[c('v')], A::CopyValue, "value", "copy the value of the row", 2),
    of(L::Copy, &[c('c')], A::CopyCommand, "redis-cli", "copy as a redis-cli command", 3),
    of(L::Copy, &[k(Key::Esc)], A::Back, "cancel", "copy nothing", 4),

    of(L::Connect, &[k(Key::Enter), ctrl('s')], A::Submit, "connect", "connect to this address", 1),
    of(L::Connect, &[k(Key::Tab), k(Key::Down)], A::NextField, "next field", "to the next field", 2),
    of(L::Connect, &[k(Key::BackTab), k(Key::Up)], A::PreviousField, "previous field", "to the previous field", 0),
    of(L::Connect, &[k(Key::Esc)], A::Back, "back", "back to the keys, where there are any", 3),
    of(L::Connect, &[ctrl('c')], A::Quit, "quit", "quit", 4),

    of(L::Form, &[k(Key::Tab), k(Key::Down)], A::NextField, "next field", "to the next field", 3),
    of(L::Form, &[k(Key::BackTab), k(Key::Up)], A::PreviousField, "previous field", "to the previous field", 0),
    of(L::Form, &[k(Key::Enter)], A::Open, "next or done", "to the next field; on the last one submit", 2),
    of(L::Form, &[ctrl('s')], A::Submit, "submit", "submit from any field", 1),
    of(L::Form, &[k(Key::Esc)], A::Back, "cancel", "close the form", 4),

    of(L::Secret, &[ctrl('r')], A::Reveal, "reveal", "show or hide the password", 3),

    of(L::Editor, &[ctrl('s')], A::Submit, "save", "save, if the value is still what was opened", 1),
    of(L::Editor, &[ctrl('e')], A::EditOutside, "$EDITOR", "go on in $EDITOR", 2),
    of(L::Editor, &[k(Key::Esc)], A::Back, "cancel", "close the editor; asks when something was typed", 3),

    of(L::Confirm, &[c('y')], A::Yes, "yes", "do it", 1),
    of(L::Confirm, &[c('n'), k(Key::Esc)], A::No, "no", "leave it", 2),

    of(L::Stern, &[k(Key::Enter)], A::Yes, "do it", "do it, once the word is typed", 1),
    of(L::Stern, &[k(Key::Up)], A::Up, "up", "one command up", 0),
    of(L::Stern, &[k(Key::Down)], A::Down, "down", "one command down", 0),
    of(L::Stern, &[k(Key::Esc)], A::No, "leave it", "leave it", 2),

    of(L::Progress, &[k(Key::Esc)], A::No, "stop", "stop; what is done stays done", 1),

    of(L::Report, &[k(Key::Esc), k(Key::Enter)], A::Back, "close", "close the report", 1),

    of(L::Reading, &[k(Key::Esc), k(Key::Enter)], A::Back, "close", "back to the rows", 1),
    of(L::Reading, &[c('f')], A::Format, "format", "show it in another format", 2),
    of(L::Reading, &[k(Key::Up), c('k')], A::Up, "up", "one line up", 0),
    of(L::Reading, &[k(Key::Down), c('j')], A::Down, "down", "one line down", 0),
    of(L::Reading, &[k(Key::PageUp), ctrl('b')], A::PageUp, "page up", "one page up", 0),
    of(L::Reading, &[k(Key::PageDown), ctrl('f')], A::PageDown, "page down", "one page down", 0),
    of(L::Reading, &[k(Key::Home), c('g')], A::First, "first", "to the first line", 0),
    of(L::Reading, &[k(Key::End), c('G')], A::Last, "last", "to the last line", 0),

    of(L::Conflict, &[c('m')], A::Mine, "write mine", "write mine over what the server has now", 1),
    of(L::Conflict, &[c('t')], A::Theirs, "take theirs", "drop mine and show the server's", 2),
    of(L::Conflict, &[k(Key::Esc)], A::Back, "keep editing", "back to what I typed", 3),

    of(L::Finder, &[k(Key::Enter)], A::Open, "do it", "do what is selected", 1),
    of(L::Finder, &[k(Key::Up), ctrl('p')], A::Up, "up", "one row up", 0),
    of(L::Finder, &[k(Key::Down), ctrl('n')], A::Down, "down", "one row down", 0),
    of(L::Finder, &[k(Key::PageUp)], A::PageUp, "page up", "one page up", 0),
    of(L::Finder, &[k(Key::PageDown)], A::PageDown, "page down", "one page down", 0),
    of(L::Finder, &[k(Key::Esc)], A::Back, "close", "close", 2),

    of(L::Narrow, &[k(Key::Enter)], A::Open, "keep", "keep the filter; the cursor goes to the first match", 1),
    of(L::Narrow, &[k(Key::Up)], A::Up, "up", "one row up", 0),
    of(L::Narrow, &[k(Key::Down)], A::Down, "down", "one row down", 0),
    of(L::Narrow, &[k(Key::Esc)], A::Back, "clear", "clear the filter", 2),

    of(L::AclReview, &[k(Key::Enter)], A::Submit, "apply", "send the change; a dangerous one once the word is typed", 1),
    of(L::AclReview, &[k(Key::Esc)], A::Back, "back", "back to the form, nothing is sent", 2),
    of(L::AclReview, &[ctrl('y'), c('y')], A::Copy, "copy", "copy the command, secrets masked", 3),

    of(L::AclConflict, &[c('m')], A::Mine, "mine on top", "put my change on top of what is there now; leads to the review", 1),
    of(L::AclConflict, &[c('t')], A::Theirs, "take theirs", "drop mine and show the user as it is now", 2),
    of(L::AclConflict, &[k(Key::Esc)], A::Back, "back", "back to what I changed; nothing of it is lost", 3),

    of(L::AclCard, &[c('y')], A::Copy, "copy the URL", "copy the URL with its password", 1),
    of(L::AclCard, &[c('p')], A::Proof, "proof", "show what was proved, row by row", 2),
    of(L::AclCard, &[k(Key::Esc)], A::Back, "close", "close the card; the password is not shown again", 3),

    of(L::AclTest, &[k(Key::Enter)], A::Submit, "ask the server", "ask the server too (ACL DRYRUN)", 1),
    of(L::AclTest, &[ctrl('g')], A::Grant, "grant", "grant the least that allows the command; leads to the review", 2),
    of(L::AclTest, &[k(Key::Esc)], A::Back, "close", "close", 3),

    of(L::AclWho, &[k(Key::Enter)], A::Open, "show the user", "go to the selected user", 1),
    of(L::AclWho, &[k(Key::Esc)], A::Back, "close", "close", 2),

    of(L::AclDenials, &[k(Key::Enter), c('g')], A::Grant, "grant this", "grant what was refused; leads to the review", 1),
    of(L::AclDenials, &[c('d')], A::Delete, "clear", "clear the server's list of denials", 2),
    of(L::AclDenials, &[k(Key::Esc)], A::Back, "close", "close", 3),

    of(L::AclReference, &[k(Key::Enter)], A::Open, "look inside", "the commands of the category", 1),
    of(L::AclReference, &[k(Key::Esc)], A::Back, "back", "back to the words, or close", 2),

    of(L::AclEditor, &[ctrl('s')], A::Submit, "review", "review what would be sent", 1),
    of(L::AclEditor, &[k(Key::Tab)], A::NextPane, "next part", "to the next part", 8),
    of(L::AclEditor, &[k(Key::BackTab)], A::PreviousPane, "previous part", "to the previous part", 0),
    of(L::AclEditor, &[c('/')], A::Search, "find command", "find a command by its name", 9),
    of(L::AclEditor, &[c(':')], A::RuleLine, "rule line", "edit the rules as text", 10),
    of(L::AclEditor, &[k(Key::Up), c('k')], A::Up, "up", "one row up", 0),
    of(L::AclEditor, &[k(Key::Down), c('j')], A::Down, "down", "one row down", 0),
    of(L::AclEditor, &[k(Key::Left), c('h')], A::Left, "left", "one cell left", 0),
    of(L::AclEditor, &[k(Key::Right), c('l')], A::Right, "right", "one cell right", 0),
    of(L::AclEditor, &[k(Key::PageUp)], A::PageUp, "page up", "one page up", 0),
    of(L::AclEditor, &[k(Key::PageDown)], A::PageDown, "page down", "one page down", 0),
    of(L::AclEditor, &[k(Key::Home), c('g')], A::First, "first", "to the first row", 0),
    of(L::AclEditor, &[k(Key::End), c('G')], A::Last, "last", "to the last row", 0),
    of(L::AclEditor, &[k(Key::Esc)], A::Back, "cancel", "leave the editor; asks when something was changed", 11),

    of(L::AclState, &[c(' ')], A::Mark, "on or off", "let the user log in, or not", 2),

    of(L::AclPasswords, &[c('a')], A::Add, "add", "add a password; only its hash is kept", 2),
    of(L::AclPasswords, &[c('d'), k(Key::Delete)], A::Delete, "retire", "retire the password", 3),

    of(L::AclKeys, &[c('a')], A::Add, "add", "add a key pattern", 2),
    of(L::AclKeys, &[c('e'), k(Key::Enter)], A::Edit, "edit", "edit the pattern", 3),
    of(L::AclKeys, &[c(' ')], A::Mark, "read/write", "read and write, read only, write only", 4),
    of(L::AclKeys, &[c('d'), k(Key::Delete)], A::Delete, "delete", "take the pattern away", 5),
    of(L::AclKeys, &[c('A')], A::AllOf, "all", "all keys", 6),
    of(L::AclKeys, &[c('N')], A::NoneOf, "none", "no keys", 7),

    of(L::AclChannels, &[c('a')], A::Add, "add", "add a channel pattern", 2),
    of(L::AclChannels, &[c('e'), k(Key::Enter)], A::Edit, "edit", "edit the pattern", 3),
    of(L::AclChannels, &[c('d'), k(Key::Delete)], A::Delete, "delete", "take the pattern away", 5),
    of(L::AclChannels, &[c('A')], A::AllOf, "all", "all channels", 6),
    of(L::AclChannels, &[c('N')], A::NoneOf, "none", "no channels", 7),

    of(L::AclSelectors, &[c('a')], A::Add, "add", "add a selector, as text", 2),
    of(L::AclSelectors, &[c('e'), k(Key::Enter)], A::Edit, "edit", "edit the selector as text", 3),
    of(L::AclSelectors, &[c('d'), k(Key::Delete)], A::Delete, "delete", "take the selector away", 5),

    of(L::AclGrid, &[c(' ')], A::Mark, "allow/deny", "allow the category, deny it, as it was before", 2),
    of(L::AclGrid, &[k(Key::Enter)], A::Open, "open", "show the commands inside", 3),
    of(L::AclGrid, &[c('A')], A::AllOf, "all", "allow all commands, those to come included", 6),
    of(L::AclGrid, &[c('N')], A::NoneOf, "none", "deny all commands", 7),

    of(L::AclCategory, &[c(' ')], A::Mark, "allow/deny", "allow or deny the command", 2),
    of(L::AclCategory, &[k(Key::Esc)], A::Back, "close", "back to the categories", 3),

    of(L::AclCommands, &[c(' ')], A::Mark, "allow/deny", "allow or deny the command", 2),
    of(L::AclCommands, &[c('d'), k(Key::Delete)], A::Delete, "drop rule", "drop the command's own rule", 3),

    of(L::AclSearch, &[c(' ')], A::Mark, "allow/deny", "allow or deny the command", 1),
    of(L::AclSearch, &[k(Key::Up)], A::Up, "up", "one row up", 0),
    of(L::AclSearch, &[k(Key::Down)], A::Down, "down", "one row down", 0),
    of(L::AclSearch, &[k(Key::PageUp)], A::PageUp, "page up", "one page up", 0),
    of(L::AclSearch, &[k(Key::PageDown)], A::PageDown, "page down", "one page down", 0),
    of(L::AclSearch, &[k(Key::Enter)], A::Open, "keep", "stop typing and keep what was found", 2),
    of(L::AclSearch, &[k(Key::Tab)], A::NextPane, "next part", "to the next part", 0),
    of(L::AclSearch, &[k(Key::BackTab)], A::PreviousPane, "previous part", "to the previous part", 0),
    of(L::AclSearch, &[ctrl('s')], A::Submit, "review", "review what would be sent", 4),
    of(L::AclSearch, &[k(Key::Esc)], A::Back, "clear", "clear the search", 3),

    of(L::AclEntry, &[k(Key::Enter), k(Key::Tab)], A::Open, "take it", "take what was typed", 1),
    of(L::AclEntry, &[ctrl('s')], A::Submit, "review", "take what was typed, and review what would be sent", 2),
    of(L::AclEntry, &[k(Key::Esc)], A::Back, "drop it", "drop what was typed", 3),

    of(L::AclLine, &[k(Key::Enter), k(Key::Tab)], A::NextPane, "done", "on to the next part", 2),
    of(L::AclLine, &[k(Key::BackTab)], A::PreviousPane, "previous part", "to the previous part", 0),
    of(L::AclLine, &[ctrl('s')], A::Submit, "review", "review what would be sent", 1),
    of(L::AclLine, &[ctrl('r')], A::Reset, "as it was", "the line as it was before it was edited", 3),
    of(L::AclLine, &[k(Key::Esc)], A::Back, "back", "back to the part one came from; the text stays", 4),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_chord_stands_twice_in_a_layer() {
        let mut seen = HashSet::new();
        for binding in BINDINGS {
            for chord in binding.keys {
                assert!(
                    seen.insert((binding.layer, *chord)),
                    "{chord} twice in {:?}",
                    binding.layer
                );
            }
        }
    }

    #[test]
    fn every_binding_can_be_shown() {
        for binding in BINDINGS {
            assert!(!binding.keys.is_empty() && Layer::ALL.contains(&binding.layer));
            assert!((2..=16).contains(&binding.hint.len()), "{}", binding.hint);
            assert!(binding.sentence.len() > 3, "{}", binding.hint);
        }
    }

    #[test]
    fn a_nearer_layer_takes_a_chord_away() {
        let layers = [Layer::Value, Layer::Keys, Layer::Everywhere];
        assert_eq!(lookup(&layers, c('r')).map(|b| b.layer), Some(Layer::Value));
        assert!(!reachable(&layers).any(|b| b.layer == Layer::Keys && b.action == Action::Rename));
    }
}
