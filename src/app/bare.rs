//! Writes that nothing guards: what is asked before them, and what is told when they met somebody else's.
use crate::model::Reply;
use crate::model::change::Stakes;
use crate::model::kinds::{self, Verb};
use crate::model::printed::print;
use crate::model::target::Environment;
use crate::model::ttl;
use crate::panes::intent::{Intent, Plan};
use crate::panes::overlay::confirm::Confirm;
use crate::panes::{Effects, Mood, World};
use crate::server::{Consent, Fault};

use super::App;
use super::overlays::{Overlay, Then};
use super::writes::WORD;

/// Most characters of what was overwritten that are shown.
const SHOWN: usize = 400;
const OVERWROTE: &str =
    "written, but over something that somebody else wrote at the same moment: look at it again";

impl App {
    /// What is there now cannot be compared with anything: the person decides before anything is sent.
    pub(super) fn ask_unseen(&mut self, plan: Plan) {
        let question = vec![
            format!("{} ?", plan.intent.title()),
            "This user may not read the value, so nothing guards what is there now: somebody else's change is lost unseen."
                .to_owned(),
        ];
        let word = (self.world.setup.env == Environment::Prod
            && plan.change.stakes == Stakes::Destructive)
            .then(|| WORD.to_owned());
        self.note(&plan.intent, "not written yet");
        let confirm = Confirm::new("Unseen", question, plan.change.bare_lines(), word);
        let then = Then::Write(Box::new(plan), Consent::Unguarded);
        self.overlays.push(Overlay::Confirm { confirm, then });
    }

    /// The user's rights make the guard impossible: the person decides.
    pub(super) fn ask_unguarded(&mut self, plan: Plan, fault: &Fault) {
        let again = match &plan.intent {
            Intent::Verb {
                read: Some(read), ..
            } => {
                let ago = self.world.now.saturating_duration_since(*read).as_millis() as u64;
                let ago = ttl::print_left(ago);
                format!("It was read {ago} ago, and is read once more directly before the write.")
            }
            _ => "What must be true is looked up directly before the write.".to_owned(),
        };
        let question = vec![
            format!("{fault}."),
            again,
            "Write it all the same? What somebody writes in that instant is overwritten; where it can be seen, you are told.".to_owned(),
        ];
        self.note(&plan.intent, "not written yet");
        let confirm = Confirm::new("Not guarded", question, plan.change.bare_lines(), None);
        let then = Then::Write(Box::new(plan), Consent::Unguarded);
        self.overlays.push(Overlay::Confirm { confirm, then });
    }

    /// Written, and over something else than was read directly before: it is shown, and offered back.
    pub(super) fn overwrote(&mut self, plan: &Plan, now: &[Reply]) -> Effects {
        let effects = self.done(plan);
        let Some((was, back)) = back(plan, now, &self.world) else {
            self.say(Mood::Bad, OVERWROTE);
            return effects;
        };
        let printed = print(&was);
        let shown: String = printed.chars().take(SHOWN).collect();
        let cut = if shown.len() < printed.len() {
            "…"
        } else {
            ""
        };
        let question = vec![
            "Somebody else wrote at the same moment, and that was overwritten:".to_owned(),
            format!("{shown}{cut}"),
            "Put it back, and drop yours?".to_owned(),
        ];
        let confirm = Confirm::new("Overwritten", question, back.change.bare_lines(), None);
        let then = Then::Write(Box::new(back), Consent::Unguarded);
        self.overlays.push(Overlay::Confirm { confirm, then });
        effects
    }
}

/// What was overwritten by an edit, and the edit that puts it back; nothing where it is not known.
fn back(plan: &Plan, now: &[Reply], world: &World) -> Option<(Vec<u8>, Plan)> {
    let Intent::Verb {
        key,
        kind,
        verb: Verb::Edit,
        row: Some(row),
        ..
    } = &plan.intent
    else {
        return None;
    };
    let was = match now.last()? {
        Reply::Bytes(was) => was.clone(),
        Reply::Double(score) => score.to_string().into_bytes(),
        _ => return None,
    };
    let mut row = row.clone();
    let cell = row.cells.get_mut(kinds::of(kind).edited_cell())?;
    cell.clone_from(plan.typed.last()?);
    let intent = Intent::Verb {
        key: key.clone(),
        kind,
        verb: Verb::Edit,
        row: Some(row),
        read: Some(world.now),
    };
    let back = intent.plan(vec![was.clone()], world).ok()?;
    Some((was, back))
}
