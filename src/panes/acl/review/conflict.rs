//! A change that met another one: what was changed meanwhile, what I changed, and which of the two shall stand.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::acl::{Catalog, User, rebase};
use crate::panes::acl::sheet::{self, Entry, Sheet, Tone};
use crate::panes::acl::wish::{Step, Wish};
pub use crate::panes::overlay::conflict::Turn;
use crate::widgets::{Theme, popup};

use super::told;

/// A wish that was not sent, and the user as it is by now.
#[derive(Clone, Debug)]
pub struct Conflict {
    title: String,
    entries: Vec<Entry<'static>>,
    wish: Wish,
    /// `None` where it was deleted.
    now: Option<User>,
    sheet: Sheet,
}

impl Conflict {
    /// Of a wish that changes one user; nothing else can be put on top of another change.
    pub fn of(wish: &Wish, now: Option<User>, catalog: &Catalog) -> Option<Self> {
        let [step] = wish.steps.as_slice() else {
            return None;
        };
        let (before, after) = (step.before.as_ref()?, step.after.as_ref()?);
        let mut entries = vec![Entry::new(
            Tone::Plain,
            "Nothing was sent: somebody else changed this user since you opened it.",
        )];
        if let Some(now) = &now {
            entries.extend(told::changed("Meanwhile", before, now, catalog));
        } else {
            entries.extend(Entry::heading("Meanwhile"));
            entries.push(Entry::marked("- ", Tone::Bad, "the user was deleted"));
        }
        entries.extend(told::changed("You", before, after, catalog));
        Some(Self {
            title: format!("Changed meanwhile · {}", after.title()),
            entries,
            wish: wish.clone(),
            now,
            sheet: Sheet::default(),
        })
    }

    /// The wish on top of what is there now.
    pub fn on_top(self, catalog: &Catalog) -> Wish {
        let mut wish = self.wish;
        let steps = std::mem::take(&mut wish.steps).into_iter();
        let on_top = |mut step: Step| {
            if let (Some(before), Some(after), Some(now)) = (&step.before, &step.after, &self.now) {
                step.after = Some(rebase::rebase(before, after, now, catalog));
            }
            step.before.clone_from(&self.now);
            step
        };
        wish.steps = steps.map(on_top).collect();
        wish
    }

    /// The user it is about.
    pub fn name(&self) -> &[u8] {
        self.wish.name()
    }

    pub fn layer(&self) -> Layer {
        Layer::AclConflict
    }

    pub fn press(&mut self, chord: Chord) -> Turn {
        let layers = [Layer::AclConflict, Layer::Everywhere];
        match lookup(&layers, chord).map(|binding| binding.action) {
            Some(Action::Mine) => return Turn::Mine,
            Some(Action::Theirs) => return Turn::Theirs,
            Some(Action::Back) => return Turn::Back,
            Some(action) => self.sheet.scroll(action),
            None => {}
        }
        Turn::Stay
    }

    /// There is nothing to type here.
    pub fn paste(&mut self, _pasted: &str) {}

    pub fn arrange(&mut self, area: Rect) {
        let room = sheet::inner(sheet::snug(&self.entries, area));
        self.sheet.arrange(&self.entries, room);
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let room = popup::frame(sheet::snug(&self.entries, area), buf, &self.title, theme);
        self.sheet.draw(&self.entries, room, buf, theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panes::acl::tests::{catalog, chord, painted, sees, user};

    const BASE: &str = "on ~app:* +@read";

    fn conflict(now: Option<&str>) -> Conflict {
        let mine = user("app", "on ~app:* +@read +set");
        let wish = Wish::of(Step::put(Some(user("app", BASE)), mine), "done");
        let now = now.map(|rules| user("app", rules));
        Conflict::of(&wish, now, &catalog()).expect("a change of one user")
    }

    #[test]
    fn both_changes_are_seen_and_mine_goes_on_top() {
        let theirs = "on ~app:* ~other:* +@read";
        let mut conflict = conflict(Some(theirs));
        for (width, height) in [(40, 14), (80, 24), (120, 36)] {
            let rows = painted(width, height, |area, buf, theme| {
                conflict.arrange(area);
                conflict.draw(area, buf, theme);
            });
            sees(
                &rows,
                &[
                    "Changed meanwhile · app",
                    "Meanwhile",
                    "+ ~other:*",
                    "You",
                    "+ +set",
                ],
            );
        }
        for (name, turn) in [
            ("m", Turn::Mine),
            ("t", Turn::Theirs),
            ("esc", Turn::Back),
            ("enter", Turn::Stay),
            ("down", Turn::Stay),
        ] {
            assert_eq!(conflict.press(chord(name)), turn, "{name}");
        }
        let both = user("app", "on ~app:* ~other:* +@read +set");
        let step = Step::put(Some(user("app", theirs)), both);
        assert_eq!(conflict.on_top(&catalog()).steps, [step]);
    }

    #[test]
    fn who_was_deleted_meanwhile_is_made_anew() {
        let mut conflict = conflict(None);
        let rows = painted(80, 24, |area, buf, theme| {
            conflict.arrange(area);
            conflict.draw(area, buf, theme);
        });
        sees(&rows, &["- the user was deleted", "+ +set"]);
        let step = Step::put(None, user("app", "on ~app:* +@read +set"));
        assert_eq!(conflict.on_top(&catalog()).steps, [step]);
    }

    #[test]
    fn a_deletion_is_put_on_top_of_nothing() {
        let wish = Wish::of(Step::delete(user("app", BASE)), "done");
        assert!(Conflict::of(&wish, Some(user("app", "off")), &catalog()).is_none());
    }
}
