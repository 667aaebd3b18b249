//! Keys that are not asked about, because what was refused before tells enough.
use crate::model::Key;
use crate::panes::own::Standing;
use crate::panes::{Cx, Effects, Focus, World};
use crate::server::Fault;

use super::Value;

impl Value {
    /// Shows a key that the person asked for by its name: what is known of its neighbours does not matter.
    pub fn go(&mut self, key: &Key, cx: &mut Cx) -> Effects {
        let effects = self.show(key, Focus::Value, cx);
        let asked = cx.world.own.was_refused(key) || self.editor.is_some();
        match &mut self.open {
            Some(open) if !asked && !open.waits() && open.key == *key => open.reread(cx),
            _ => effects,
        }
    }
}

/// Why a key is not asked about: a refusal that is known already would only be one more in the server's log of
/// denials. What nobody asked about yet is spared only where the cursor happens to rest on it.
pub(super) fn spared(key: &Key, focus: Focus, world: &World) -> Option<Fault> {
    match world.own.standing(key) {
        Standing::Shut(fault) => Some(fault),
        Standing::Spared if focus == Focus::Tree => Some(Fault::Odd(NOT_ASKED.to_owned())),
        _ => None,
    }
}

/// What is said of a key that nobody asked about.
const NOT_ASKED: &str =
    "not asked, because other keys were refused to this user: enter asks about this one";
