//! Intents that are filled in: searches, jumps, questions; writes go on to their plan.
use super::{App, Screen};
use crate::model::acl::escape;
use crate::model::printed::print;
use crate::panes::intent::Intent;
use crate::panes::{Effects, Focus};
use crate::server::Access;

impl App {
    pub(super) fn fill(&mut self, intent: &Intent, typed: Vec<Vec<u8>>) -> Effects {
        let first = typed.first().cloned().unwrap_or_default();
        if intent.writes() {
            return self.plan(intent, typed, None);
        }
        let result: Result<Effects, (usize, String)> = match intent {
            Intent::GoTo { .. } => self.go_to(&first),
            Intent::Search { .. } => self.search(&typed),
            Intent::Index { .. } | Intent::Scores { .. } => {
                self.with(|app, cx| app.value.jump(intent, &typed, cx))
            }
            Intent::Member { .. } => Ok(self.with(|app, cx| app.value.ask_member(&first, cx))),
            Intent::Limit { key } => self.tell_limit(key, &first),
            _ if first == crate::panes::intent::UNLOCK_WORD.as_bytes() => {
                Ok(self.set_access(Access::ReadWrite))
            }
            _ => Err((
                0,
                format!(
                    "type {} to unlock, or esc",
                    crate::panes::intent::UNLOCK_WORD
                ),
            )),
        };
        match result {
            Ok(effects) => {
                self.close_form(intent);
                effects
            }
            Err((field, why)) => {
                self.refuse(intent, field, why);
                Vec::new()
            }
        }
    }

    fn go_to(&mut self, name: &[u8]) -> Result<Effects, (usize, String)> {
        if name.is_empty() {
            return Err((0, "type the exact name of a key".into()));
        }
        if !self.is_inside(name) {
            return Err((0, self.confined()));
        }
        let key = crate::model::Key::new(name);
        self.focus = Focus::Value;
        self.screen = Screen::Keys;
        Ok(self.with(|app, cx| {
            app.tree.seek(&key);
            app.value.go(&key, cx)
        }))
    }

    /// Whether all names that begin so begin as keygrove was told to keep to.
    fn is_inside(&self, start: &[u8]) -> bool {
        let prefix = self.world.setup.prefix.as_deref().unwrap_or_default();
        start.starts_with(prefix)
    }

    fn confined(&self) -> String {
        let prefix = self.world.setup.prefix.as_deref().unwrap_or_default();
        format!(
            "keygrove is confined to names that begin with {}",
            print(prefix)
        )
    }

    fn search(&mut self, typed: &[Vec<u8>]) -> Result<Effects, (usize, String)> {
        let glob = typed.first().map(Vec::as_slice).unwrap_or_default();
        let pattern = crate::panes::intent::pattern(glob, 0)
            .map_err(|refusal| (refusal.field, refusal.why))?;
        let (start, _) = escape::split(pattern.bytes());
        let prefix = self.world.setup.prefix.as_deref().unwrap_or_default();
        // What is shorter may lead into it.
        if !self.is_inside(&start) && !prefix.starts_with(&start) {
            return Err((0, self.confined()));
        }
        let kind = typed
            .get(1)
            .and_then(|kind| String::from_utf8(kind.clone()).ok());
        let kind = kind.filter(|kind| kind != crate::panes::intent::ANY_KIND);
        self.focus = Focus::Tree;
        Ok(self.with(|app, cx| app.tree.start_search(pattern, kind, cx)))
    }

    fn tell_limit(
        &mut self,
        key: &crate::model::Key,
        typed: &[u8],
    ) -> Result<Effects, (usize, String)> {
        let limit = std::str::from_utf8(typed)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        let limit = limit
            .filter(|limit: &i64| *limit > 0)
            .ok_or((0, "type a whole number above 0".to_owned()))?;
        self.value.tell_limit(key, limit);
        Ok(Vec::new())
    }
}
