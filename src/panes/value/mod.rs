//! The open key: a grid or a text, its edits, its filter. It never asks which type a value is of.
use std::collections::HashMap;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::Key;
use crate::model::kinds::Shape;
use crate::server::{Answer, Fault, Ticket};
use crate::widgets::Focused;
use crate::widgets::field::Field;
use crate::widgets::grid::HEADER;

use super::own::Met;
use super::{Cx, Effect, Effects, Focus, News, Pane, Reach, Slot, Why, World, paint};

mod actions;
mod answer;
mod ask;
mod body;
mod draw;
mod foot;
mod head;
mod narrow;
mod open;
mod spare;
mod text;
mod travel;
mod window;
mod writing;

use ask::{member_says, number};
use open::Open;
use spare::spared;
use writing::{Lent, Writing};

/// How long typing in a filter must rest before the server is asked.
const FILTER_REST: Duration = Duration::from_millis(150);
/// How often a watched value is read.
const WATCH: Duration = Duration::from_secs(1);
/// More rows are read when the cursor comes this near to the end.
const NEAR_END: usize = 20;
/// Rows of the frame, and the one below the value that says how much is shown.
const BORDERS: u16 = 2;
const FOOTING: u16 = 1;
/// A pane lower than this has no row for what a value is for.
const ROOM_FOR_PURPOSE: u16 = 9;

/// The value pane.
#[derive(Default)]
pub struct Value {
    open: Option<Open>,
    editor: Option<Writing>,
    /// What was handed to `$EDITOR`.
    lent: Option<Lent>,
    /// The filter being typed.
    typing: Option<Field>,
    /// When the typed filter is sent.
    narrow_at: Option<Instant>,
    /// When a watched value is read next.
    watch_at: Option<Instant>,
    /// "Is this a member?", and the answer.
    question: Slot<()>,
    asked_about: Vec<u8>,
    /// Limits of counters, told by the person, by the folder they stand in.
    limits: HashMap<Vec<u8>, i64>,
    separator: Vec<u8>,
    /// Open the editor as soon as the value is here.
    edit_next: bool,
    area: Rect,
}

impl Value {
    /// A pane in which no key is open. `separator` is what splits a name into folders.
    pub fn new(separator: &[u8]) -> Self {
        Self {
            separator: separator.to_vec(),
            ..Self::default()
        }
    }

    /// Shows a key; one that is shown already is only read again when the person asks for it.
    pub fn show(&mut self, key: &Key, focus: Focus, cx: &mut Cx) -> Effects {
        if self.editor.is_some() {
            return Vec::new();
        }
        match &mut self.open {
            Some(open) if open.key == *key => {
                self.edit_next = false;
                let spared = spared(key, focus, cx.world);
                if focus == Focus::Value && !open.waits() && spared.is_none() {
                    open.reread(cx)
                } else {
                    Vec::new()
                }
            }
            _ => {
                self.typing = None;
                self.watch_at = None;
                self.edit_next = false;
                self.question = Slot::Empty;
                let mut open = Open::new(key.clone());
                let effects = match spared(key, focus, cx.world) {
                    Some(fault) => {
                        open.fault = Some(fault);
                        Vec::new()
                    }
                    None => open.renew(cx),
                };
                self.open = Some(open);
                effects
            }
        }
    }

    /// Nothing is under the cursor that has a value.
    pub fn blank(&mut self) {
        if self.editor.is_none() {
            self.open = None;
            self.watch_at = None;
        }
    }

    pub fn key(&self) -> Option<&Key> {
        self.open.as_ref().map(|open| &open.key)
    }

    /// The key was renamed by us.
    pub fn renamed(&mut self, from: &Key, to: &Key) {
        if let Some(open) = self.open.as_mut().filter(|open| open.key == *from) {
            open.key = to.clone();
        }
    }

    /// Something about this key was written, or may have been.
    pub fn reread(&mut self, key: &Key, cx: &mut Cx) -> Effects {
        match &mut self.open {
            Some(open) if open.key == *key => open.reread(cx),
            _ => Vec::new(),
        }
    }

    /// The key is no longer there.
    pub fn gone(&mut self, key: &Key) {
        if self.open.as_ref().is_some_and(|open| open.key == *key) && self.editor.is_none() {
            self.open = None;
            self.watch_at = None;
        }
    }

    /// The connection is back: what is shown may have changed meanwhile, and a write may have been cut off.
    pub fn linked(&mut self, cx: &mut Cx) -> Effects {
        self.open
            .as_mut()
            .map(|open| open.reread(cx))
            .unwrap_or_default()
    }

    /// The server serves again: what could not be read is read now.
    pub fn recovered(&mut self, cx: &mut Cx) -> Effects {
        match &mut self.open {
            Some(open) if open.fault.is_some() => open.reread(cx),
            _ => Vec::new(),
        }
    }

    /// Another server.
    pub fn reset(&mut self) {
        *self = Self {
            area: self.area,
            limits: std::mem::take(&mut self.limits),
            ..Self::new(&std::mem::take(&mut self.separator))
        };
    }

    /// Whether characters go to an editor or a filter.
    pub fn types(&self) -> bool {
        self.editor.is_some() || self.typing.is_some()
    }

    /// A chord while a text is edited or a filter typed.
    pub fn press(&mut self, chord: Chord, cx: &mut Cx) -> Effects {
        if self.typing.is_some() {
            return self.narrow(chord, cx);
        }
        let Some(writing) = &mut self.editor else {
            return Vec::new();
        };
        match lookup(&[Layer::Editor], chord).map(|binding| binding.action) {
            Some(Action::Submit) => self.submit(),
            Some(Action::EditOutside) => {
                let bytes = writing.editor.text().into_bytes();
                let lent = Lent {
                    key: writing.key.clone(),
                    kind: writing.kind,
                    row: writing.row.clone(),
                    read: writing.read,
                    decoder: Some(writing.decoder),
                };
                self.lend(lent, bytes)
            }
            Some(_) => vec![],
            None => {
                writing.note = None;
                writing.editor.press(chord);
                Vec::new()
            }
        }
    }

    /// Pasted text goes where one types.
    pub fn paste(&mut self, text: &str, now: Instant) {
        if let Some(field) = &mut self.typing {
            paint::paste(field, text);
            self.narrow_at = Some(now + FILTER_REST);
        } else if let Some(writing) = &mut self.editor {
            writing.editor.paste(text);
        }
    }

    /// What happens when its time has come.
    pub fn beat(&mut self, cx: &mut Cx) -> Effects {
        let now = cx.world.now;
        let mut effects = Vec::new();
        if self.narrow_at.is_some_and(|at| at <= now) {
            let text = self
                .typing
                .as_ref()
                .map(|field| field.text().to_owned())
                .unwrap_or_default();
            effects.extend(self.send_filter(&text, cx));
        }
        if self.watch_at.is_some_and(|at| at <= now) {
            self.watch_at = Some(now + WATCH);
            if let Some(open) = self.open.as_mut().filter(|open| !open.waits()) {
                effects.extend(open.reread(cx));
            }
        }
        let run_out = |open: &&mut Open| {
            open.head
                .as_ref()
                .is_some_and(|head| head.millis(now) == Some(0))
                && !open.waits()
        };
        if let Some(open) = self
            .open
            .as_mut()
            .filter(run_out)
            .filter(|_| cx.world.link == Reach::Up)
        {
            effects.extend(open.reread(cx));
        }
        effects
    }

    /// When [`Self::beat`] has something to do that a person waits for.
    pub fn due(&self) -> Option<Instant> {
        self.narrow_at
    }

    /// When the value is to be read again.
    pub fn ticks_at(&self) -> Option<Instant> {
        self.watch_at
    }

    /// When a time that is shown changes.
    pub fn counts_at(&self, now: Instant) -> Option<Instant> {
        let head = self.open.as_ref()?.head.as_ref()?;
        paint::left_changes_at(head.millis(now), now)
    }

    fn inner_height(&self) -> usize {
        let grid = self
            .open
            .as_ref()
            .is_some_and(|open| open.shape() != Shape::Text);
        let headings = if grid { HEADER } else { 0 };
        let taken = BORDERS + self.head_rows() + headings + FOOTING;
        usize::from(self.area.height.saturating_sub(taken))
    }

    /// Rows for facts above the value: one more where it is known what the value is for.
    fn head_rows(&self) -> u16 {
        let told = self.open.as_ref().is_some_and(|open| {
            let limit = self.limits.contains_key(open.key.folder(&self.separator));
            let left = open.head.as_ref().and_then(|head| head.millis(head.at));
            limit && number(open.row()).is_some() || open.purpose(left).is_some()
        });
        1 + u16::from(told && self.area.height >= ROOM_FOR_PURPOSE)
    }
}

impl Pane for Value {
    fn refuses(&self, action: Action, world: &World) -> Option<Why> {
        self.refused(action, world)
    }

    fn hint(&self, action: Action) -> Option<&'static str> {
        let watched = self.watch_at.is_some();
        (action == Action::Watch && watched).then_some("stop watching")
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Effects {
        self.perform(action, cx)
    }

    fn layers(&self) -> &'static [Layer] {
        if self.typing.is_some() {
            &[Layer::Narrow]
        } else if self.editor.is_some() {
            &[Layer::Editor]
        } else {
            &[Layer::Value, Layer::Keys, Layer::Everywhere]
        }
    }

    fn take(&mut self, ticket: Ticket, answer: &Result<Answer, Fault>, cx: &mut Cx) -> Effects {
        if self.question.awaits(ticket) {
            self.question = Slot::Empty;
            return vec![member_says(&self.asked_about, answer)];
        }
        let height = self.inner_height();
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        let seen = match answer {
            Ok(Answer::Seen(seen)) => Ok(seen),
            Err(fault) => Err(fault),
            Ok(_) => return Vec::new(),
        };
        let Some(mut effects) = open.take(ticket, seen, cx) else {
            return Vec::new();
        };
        let key = open.key.clone();
        match seen {
            Ok(seen) => {
                let left = seen.left.clone();
                effects.push(Effect::Tell(News::Met(key.clone(), Met::Answered)));
                effects.push(Effect::Tell(News::Learned(key, seen.kind.clone(), left)));
                if open.wants_more(height) {
                    effects.extend(open.more(cx));
                }
                if std::mem::take(&mut self.edit_next)
                    && self.refuses(Action::Edit, cx.world).is_none()
                {
                    effects.extend(self.edit());
                }
                effects
            }
            Err(Fault::Gone) => vec![Effect::Tell(News::Gone(key))],
            Err(fault @ Fault::Denied { command, .. }) if command == "key" => {
                vec![Effect::Tell(News::Met(key, Met::Refused(fault.clone())))]
            }
            Err(_) => Vec::new(),
        }
    }

    fn arrange(&mut self, area: Rect) {
        self.area = area;
        let (width, height) = (
            usize::from(area.width.saturating_sub(2)),
            self.inner_height(),
        );
        if let Some(open) = &mut self.open {
            open.arrange(width, height);
        }
    }

    fn draw(&self, buf: &mut Buffer, focused: Focused, world: &World) {
        draw::draw(self, self.area, buf, focused, world);
    }
}
