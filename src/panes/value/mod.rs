//! The open key: a grid or a text, its edits, its filter. It never asks which type a value is of.
use std::collections::HashMap;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::input::{Action, Chord, Layer, lookup};
use crate::model::decode::{self, Decoder};
use crate::model::kinds::{Ability, Kind, Mark, Order, Row, Shape, Verb};
use crate::model::{Key, Reply};
use crate::server::{Answer, Fault, Request, Ticket};
use crate::widgets::Focused;
use crate::widgets::editor::Editor;
use crate::widgets::field::Field;
use crate::widgets::grid::HEADER;

use super::intent::Intent;
use super::{
    Cx, Draft, Effect, Effects, Focus, Mood, News, Pane, Reach, Slot, Why, World, refuses_writes,
    say,
};

mod draw;
mod open;

use open::Open;

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

/// A text being edited, and what it was when it was opened.
struct Writing {
    key: Key,
    kind: &'static str,
    row: Row,
    decoder: &'static dyn Decoder,
    editor: Editor,
    /// A sentence about the last try to save.
    note: Option<String>,
}

/// A value or cell that is being edited in `$EDITOR`.
struct Lent {
    key: Key,
    kind: &'static str,
    row: Row,
    /// How a text was turned into what was lent.
    decoder: Option<&'static dyn Decoder>,
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
                if focus == Focus::Value && !open.waits() {
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
                let effects = open.renew(cx);
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

    /// Whether a text is being edited.
    pub fn editing(&self) -> bool {
        self.editor.is_some()
    }

    /// Whether the text being edited differs from what was opened.
    pub fn changed(&self) -> bool {
        self.editor
            .as_ref()
            .is_some_and(|writing| writing.editor.changed())
    }

    /// Opens the editor, or does so as soon as the value is here.
    pub fn edit_next(&mut self) {
        self.edit_next = true;
    }

    /// Leaves the editor; what was typed is gone.
    pub fn drop_draft(&mut self) {
        self.editor = None;
    }

    /// A sentence about the last try to save, shown beside the draft.
    pub fn note(&mut self, text: String) {
        if let Some(writing) = &mut self.editor {
            writing.note = Some(text);
        }
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
            field.paste(text);
            self.narrow_at = Some(now + FILTER_REST);
        } else if let Some(writing) = &mut self.editor {
            writing.editor.paste(text);
        }
    }

    fn submit(&mut self) -> Effects {
        let Some(writing) = &mut self.editor else {
            return Vec::new();
        };
        let original = writing
            .row
            .cells
            .first()
            .map(Vec::as_slice)
            .unwrap_or_default();
        match writing.decoder.back(original, &writing.editor.text()) {
            Err(lossy) => {
                writing.note = Some(lossy.to_string());
                Vec::new()
            }
            Ok(bytes) => {
                writing.note = Some("saving…".into());
                let intent = Intent::Verb {
                    key: writing.key.clone(),
                    kind: writing.kind,
                    verb: Verb::Edit,
                    row: Some(writing.row.clone()),
                };
                vec![Effect::Tell(News::Fill(intent, vec![bytes]))]
            }
        }
    }

    /// Hands bytes to `$EDITOR`, and remembers what they are.
    fn lend(&mut self, lent: Lent, bytes: Vec<u8>) -> Effects {
        let json = lent.decoder.is_some_and(|decoder| decoder.name() == "json");
        let ending = if json { "json" } else { "txt" };
        self.lent = Some(lent);
        vec![Effect::Edit(Draft { bytes, ending })]
    }

    /// The text came back from `$EDITOR`, changed or not.
    pub fn edited(&mut self, result: Result<Vec<u8>, String>) -> Effects {
        let Some(Lent {
            key,
            kind,
            row,
            decoder,
        }) = self.lent.take()
        else {
            return Vec::new();
        };
        let bytes = match result {
            Ok(bytes) => bytes,
            Err(why) => return vec![say(Mood::Bad, why)],
        };
        let at = crate::model::kinds::of(kind).edited_cell();
        let original = row.cells.get(at).map(Vec::as_slice).unwrap_or_default();
        let intent = Intent::Verb {
            key: key.clone(),
            kind,
            verb: Verb::Edit,
            row: Some(row.clone()),
        };
        let (Some(decoder), Ok(text)) = (decoder, String::from_utf8(bytes.clone())) else {
            return fill_if_changed(intent, original, bytes);
        };
        if self.editor.is_none() && !Editor::holds(&text) {
            return match decoder.back(original, &text) {
                Ok(bytes) => fill_if_changed(intent, original, bytes),
                Err(lossy) => vec![say(Mood::Bad, lossy.to_string())],
            };
        }
        let before = decoder.edit_text(original).unwrap_or_default();
        if self.editor.is_none() && text == before {
            return vec![say(Mood::Plain, UNCHANGED)];
        }
        // The draft stands in the editor here while it is saved, so that a refusal loses nothing.
        let editor = Editor::draft(before, text);
        self.editor = Some(Writing {
            key,
            kind,
            row,
            decoder,
            editor,
            note: None,
        });
        self.submit()
    }

    fn narrow(&mut self, chord: Chord, cx: &mut Cx) -> Effects {
        match lookup(&[Layer::Narrow], chord).map(|binding| binding.action) {
            Some(Action::Open) => {
                let text = self
                    .typing
                    .take()
                    .map(|field| field.text().to_owned())
                    .unwrap_or_default();
                self.send_filter(&text, cx)
            }
            Some(Action::Back) => {
                self.typing = None;
                self.send_filter("", cx)
            }
            Some(action) => self.act(action, cx),
            None => {
                if self.typing.as_mut().is_some_and(|field| field.press(chord)) {
                    self.narrow_at = Some(cx.world.now + FILTER_REST);
                }
                Vec::new()
            }
        }
    }

    fn send_filter(&mut self, text: &str, cx: &mut Cx) -> Effects {
        self.narrow_at = None;
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        let before = open.look.filter.clone();
        open.narrow(text);
        if open.look.filter == before {
            Vec::new()
        } else {
            open.renew(cx)
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

    /// When something shown changes by itself.
    pub fn ticks_at(&self, now: Instant) -> Option<Instant> {
        let left = self
            .open
            .as_ref()
            .and_then(|open| open.head.as_ref())
            .and_then(|head| head.millis(now));
        let second = left
            .filter(|left| *left > 0)
            .map(|left| now + Duration::from_millis((left - 1) % 1000 + 1));
        [second, self.watch_at].into_iter().flatten().min()
    }

    /// Goes to an index of a list or shows a range of scores.
    pub fn jump(
        &mut self,
        intent: &Intent,
        typed: &[Vec<u8>],
        cx: &mut Cx,
    ) -> Result<Effects, (usize, String)> {
        let Some(open) = &mut self.open else {
            return Ok(Vec::new());
        };
        let text = |field: usize| {
            typed
                .get(field)
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        if matches!(intent, Intent::Scores { .. }) {
            let (from, to) = (text(0), text(1));
            for (field, bound) in [&from, &to].into_iter().enumerate() {
                let number = bound.strip_prefix('(').unwrap_or(bound);
                if number.parse::<f64>().is_ok_and(|score| !score.is_nan()) {
                    continue;
                }
                return Err((
                    field,
                    "type a number, -inf or +inf; ( before it leaves it out".into(),
                ));
            }
            let all = from == "-inf" && matches!(to.as_str(), "+inf" | "inf");
            open.look.scores = (!all).then_some((from, to));
            open.look.from = None;
        } else {
            let total = open.head.as_ref().and_then(|head| head.total).unwrap_or(0);
            let index: i64 = text(0)
                .parse()
                .map_err(|_| (0, "type a whole number; -1 is the last".to_owned()))?;
            let at = if index < 0 {
                total.checked_sub(index.unsigned_abs())
            } else {
                Some(index.unsigned_abs())
            };
            let last = total.saturating_sub(1);
            let at = at
                .filter(|at| *at < total)
                .ok_or((0, format!("the last index is {last}")))?;
            open.look.filter = None;
            open.look.from = (at > 0).then_some(Mark::Index(at));
        }
        Ok(open.renew(cx))
    }

    /// Asks whether something is a member.
    pub fn ask_member(&mut self, member: &[u8], cx: &mut Cx) -> Effects {
        let Some((open, head)) = self
            .open
            .as_ref()
            .and_then(|open| Some((open, open.head.as_ref()?)))
        else {
            return Vec::new();
        };
        let Some(cmd) = head.kind.member(&open.key, member) else {
            return Vec::new();
        };
        let (ticket, effect) = cx.ask(Request::Question(cmd));
        self.question = Slot::Waiting(ticket);
        self.asked_about = member.to_vec();
        vec![effect]
    }

    /// Remembers what counters beside this one may reach.
    pub fn tell_limit(&mut self, key: &Key, limit: i64) {
        self.limits.insert(siblings(key, &self.separator), limit);
    }

    fn intent(&self, verb: Verb) -> Option<Intent> {
        let open = self.open.as_ref()?;
        let kind = open.head.as_ref()?.kind;
        Some(Intent::Verb {
            key: open.key.clone(),
            kind: kind.name(),
            verb,
            row: open.row().cloned(),
        })
    }

    /// Opens the form of a verb, or does it at once where there is nothing to type.
    fn verb(&self, verb: Verb) -> Effects {
        let Some(intent) = self.intent(verb) else {
            return Vec::new();
        };
        let news = if intent.fields().is_empty() {
            News::Fill(intent, Vec::new())
        } else {
            News::Ask(intent)
        };
        vec![Effect::Tell(news)]
    }

    fn edit(&mut self) -> Effects {
        let Some(open) = &self.open else {
            return Vec::new();
        };
        let (Shape::Text, Some(row), Some(decoder)) = (open.shape(), open.row(), open.decoder())
        else {
            return self.verb(Verb::Edit);
        };
        let kind = open.head.as_ref().map_or("string", |head| head.kind.name());
        let bytes = row.cells.first().map(Vec::as_slice).unwrap_or_default();
        // A view without a way back (hex) is edited in the first format that has one.
        let with_text =
            |decoder: &'static dyn Decoder| decoder.edit_text(bytes).map(|text| (decoder, text));
        let Some((decoder, text)) =
            with_text(decoder).or_else(|| decode::ALL.iter().copied().find_map(with_text))
        else {
            return vec![say(
                Mood::Bad,
                "this value has no text form that goes back exactly: view only",
            )];
        };
        if !Editor::holds(&text) {
            return vec![say(
                Mood::Bad,
                "this text is too long for the editor here; E opens it in $EDITOR",
            )];
        }
        self.editor = Some(Writing {
            key: open.key.clone(),
            kind,
            row: row.clone(),
            decoder,
            editor: Editor::at_ease(text),
            note: None,
        });
        Vec::new()
    }

    fn edit_outside(&mut self) -> Effects {
        let Some((open, head)) = self
            .open
            .as_ref()
            .and_then(|open| Some((open, open.head.as_ref()?)))
        else {
            return Vec::new();
        };
        let Some(row) = open.row() else {
            return Vec::new();
        };
        let cell = row
            .cells
            .get(head.kind.edited_cell())
            .cloned()
            .unwrap_or_default();
        let decoder = open.decoder();
        let bytes = match decoder.map(|decoder| decoder.edit_text(&cell)) {
            None => cell,
            Some(Some(text)) => text.into_bytes(),
            Some(None) => {
                return vec![say(
                    Mood::Bad,
                    "this format has no exact way back; f picks another",
                )];
            }
        };
        let lent = Lent {
            key: open.key.clone(),
            kind: head.kind.name(),
            row: row.clone(),
            decoder,
        };
        self.lend(lent, bytes)
    }

    fn travel(&mut self, action: Action, cx: &mut Cx) -> Effects {
        let height = self.inner_height();
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        if open.shape() == Shape::Text {
            return scroll_text(open, action, height, cx);
        }
        let rows = open.rows.len();
        match action {
            Action::Up => open.scroll.up(1),
            Action::Down => open.scroll.down(1, rows),
            Action::PageUp => open.scroll.up(height.max(1)),
            Action::PageDown => open.scroll.down(height.max(1), rows),
            Action::First if open.look.from.is_some() => {
                open.look.from = None;
                return open.renew(cx);
            }
            Action::First => open.scroll.first(),
            _ => open.scroll.last(rows),
        }
        if open.scroll.selected + NEAR_END >= rows {
            open.more(cx)
        } else {
            Vec::new()
        }
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
            let limit = self
                .limits
                .contains_key(&siblings(&open.key, &self.separator));
            let left = open.head.as_ref().and_then(|head| head.millis(head.at));
            limit && number(open.row()).is_some() || open.purpose(left).is_some()
        });
        1 + u16::from(told && self.area.height >= ROOM_FOR_PURPOSE)
    }

    fn pick_format(&mut self) -> Effects {
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        let (Some(current), Some(row)) = (open.decoder(), open.rows.first()) else {
            return Vec::new();
        };
        let bytes = row.cells.first().map(Vec::as_slice).unwrap_or_default();
        let next = decode::after(current, bytes);
        open.pick(next);
        vec![say(Mood::Plain, format!("shown as {}", next.name()))]
    }

    fn watch(&mut self, now: Instant) -> Effects {
        self.watch_at = if self.watch_at.is_some() {
            None
        } else {
            Some(now)
        };
        let words = if self.watch_at.is_some() {
            "watching: read every second; w stops"
        } else {
            "no longer watching"
        };
        vec![say(Mood::Plain, words)]
    }

    /// Text to copy: the value of the row, or of the whole text.
    pub fn copied_value(&self) -> Option<Vec<u8>> {
        self.open.as_ref()?.row()?.cells.last().cloned()
    }

    /// The command that shows the row or value.
    pub fn copied_command(&self, of_row: Focused) -> Option<String> {
        let open = self.open.as_ref()?;
        let kind = open.head.as_ref()?.kind;
        let row = open.row().filter(|_| of_row == Focused::Yes);
        Some(kind.command(&open.key, row).cli())
    }

    /// A click: the row under it is chosen.
    pub fn point(&mut self, row: u16) {
        let top = self.area.y + 1 + self.head_rows() + HEADER;
        if let Some(open) = self
            .open
            .as_mut()
            .filter(|open| open.shape() != Shape::Text)
            && row >= top
        {
            let clicked = open.scroll.top + usize::from(row - top);
            if clicked < open.rows.len() {
                open.scroll.selected = clicked;
            }
        }
    }

    /// The wheel.
    pub fn wheel(&mut self, rows: isize, cx: &mut Cx) -> Effects {
        let action = if rows < 0 { Action::Up } else { Action::Down };
        (0..rows.unsigned_abs())
            .flat_map(|_| self.travel(action, cx))
            .collect()
    }
}

const UNCHANGED: &str = "nothing was changed";

fn fill_if_changed(intent: Intent, original: &[u8], bytes: Vec<u8>) -> Effects {
    if bytes == original {
        return vec![say(Mood::Plain, UNCHANGED)];
    }
    vec![Effect::Tell(News::Fill(intent, vec![bytes]))]
}

/// A text scrolls by lines; past its end the next slice of a big string is shown, before its start the one before.
fn scroll_text(open: &mut Open, action: Action, height: usize, cx: &mut Cx) -> Effects {
    let last = open.text.rows.len().saturating_sub(height);
    let top = open.scroll.top;
    let at_end = matches!(action, Action::Down | Action::PageDown) && top >= last;
    let at_start = matches!(action, Action::Up | Action::PageUp) && top == 0;
    if at_end
        && !open.waits()
        && let Some(next) = open.next
    {
        open.look.from = Some(next);
        return open.renew(cx);
    }
    if at_start
        && !open.waits()
        && let Some(Mark::Index(from)) = open.look.from
    {
        let before = from.saturating_sub(u64::from(crate::model::kinds::SLICE));
        open.look.from = (before > 0).then_some(Mark::Index(before));
        return open.renew(cx);
    }
    open.scroll.top = match action {
        Action::Up => top.saturating_sub(1),
        Action::Down => (top + 1).min(last),
        Action::PageUp => top.saturating_sub(height.max(1)),
        Action::PageDown => (top + height.max(1)).min(last),
        Action::First => 0,
        _ => last,
    };
    Vec::new()
}

/// What counters with one limit have in common: the folder they stand in.
fn siblings(key: &Key, separator: &[u8]) -> Vec<u8> {
    let name = key.bytes();
    let at = name
        .windows(separator.len().max(1))
        .rposition(|part| part == separator);
    name[..at.unwrap_or(0)].to_vec()
}

fn number(row: Option<&Row>) -> Option<i64> {
    std::str::from_utf8(row?.cells.first()?).ok()?.parse().ok()
}

impl Pane for Value {
    fn layers(&self) -> &'static [Layer] {
        if self.typing.is_some() {
            &[Layer::Narrow]
        } else if self.editor.is_some() {
            &[Layer::Editor]
        } else {
            &[Layer::Value, Layer::Keys, Layer::Everywhere]
        }
    }

    fn refuses(&self, action: Action, world: &World) -> Option<Why> {
        use Action as A;
        let Some(open) = &self.open else {
            let needs_key = !matches!(
                action,
                A::New | A::GoTo | A::Up | A::Down | A::Left | A::Right
            );
            let local = layer_of(action) && needs_key;
            return local
                .then(|| "no key is open".to_owned())
                .or_else(|| new_refused(action, world));
        };
        let Some(head) = &open.head else {
            return (layer_of(action) && !matches!(action, A::New | A::GoTo | A::Reload))
                .then(|| "the value is not here yet".to_owned());
        };
        let kind = head.kind;
        let verb = match action {
            A::Add => Verb::Add,
            A::Increment => Verb::Increment,
            A::Pop => Verb::Pop,
            A::RemoveValue => Verb::RemoveValue,
            A::Reset => Verb::Reset,
            A::Edit | A::EditOutside => Verb::Edit,
            A::New | A::Ttl | A::Duplicate | A::Delete | A::Rename => return refuses_writes(world),
            A::Member => {
                let asks = kind.member(&open.key, b"").is_some();
                return (!asks).then(|| format!("a {} has no members to ask about", head.name));
            }
            A::Order => return cannot(kind, Ability::Order, "has one order only"),
            A::Filter => return cannot(kind, Ability::Filter, "has no rows to filter"),
            A::Jump if kind.can(Ability::Scores) => return None,
            A::Jump => return cannot(kind, Ability::Index, "has no indexes"),
            A::Format => {
                return (open.shape() != Shape::Text).then(|| "formats are for strings".to_owned());
            }
            A::Limit => {
                let counter = open.shape() == Shape::Text && number(open.row()).is_some();
                return (!counter).then(|| "only a number has a limit".to_owned());
            }
            _ => return None,
        };
        refuses_writes(world).or_else(|| refuses_verb(open, kind, verb, &head.name))
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Effects {
        use Action as A;
        match action {
            A::Up | A::Down | A::PageUp | A::PageDown | A::First | A::Last => {
                return self.travel(action, cx);
            }
            A::Edit => return self.edit(),
            A::EditOutside => return self.edit_outside(),
            A::Add => return self.verb(Verb::Add),
            A::Increment => return self.verb(Verb::Increment),
            A::Pop => return self.verb(Verb::Pop),
            A::RemoveValue => return self.verb(Verb::RemoveValue),
            A::Reset => return self.verb(Verb::Reset),
            A::Format => return self.pick_format(),
            A::Watch => return self.watch(cx.world.now),
            A::Filter => {
                self.typing = Some(Field::default());
                return Vec::new();
            }
            A::Back => {
                if self
                    .open
                    .as_ref()
                    .is_some_and(|open| open.look.filter.is_some())
                {
                    return self.send_filter("", cx);
                }
                return vec![Effect::Tell(News::Focus(Focus::Tree))];
            }
            _ => {}
        }
        let Some(open) = &mut self.open else {
            return match action {
                A::New => vec![Effect::Tell(News::Ask(new_key(cx.world)))],
                _ => Vec::new(),
            };
        };
        let key = open.key.clone();
        let kind = open.head.as_ref().map(|head| head.kind);
        let intent = match action {
            A::Reload => return open.reread(cx),
            A::Order => {
                let other = if open.look.order == Order::Ascending {
                    Order::Descending
                } else {
                    Order::Ascending
                };
                open.look.order = other;
                open.look.from = None;
                return open.renew(cx);
            }
            A::Delete if open.shape() == Shape::Text => {
                return vec![Effect::Tell(News::Delete(vec![key]))];
            }
            A::Delete => return self.verb(Verb::Remove),
            A::Rename if kind.is_some_and(|kind| kind.form(Verb::Rename, open.row()).is_some()) => {
                return self.verb(Verb::Rename);
            }
            A::Rename => Intent::Rename(key),
            A::Duplicate => Intent::Duplicate(key),
            A::Ttl => Intent::Ttl(key),
            A::New => new_key(cx.world),
            A::GoTo => Intent::GoTo {
                begins: cx.world.setup.prefix.clone().unwrap_or_default(),
            },
            A::Jump if kind.is_some_and(|kind| kind.can(Ability::Scores)) => Intent::Scores { key },
            A::Jump => Intent::Index { key },
            A::Member => Intent::Member {
                key,
                kind: kind.map_or("set", Kind::name),
            },
            A::Limit => Intent::Limit { key },
            _ => return Vec::new(),
        };
        vec![Effect::Tell(News::Ask(intent))]
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
        if !open.take(ticket, seen, cx.world.now) {
            return Vec::new();
        }
        let key = open.key.clone();
        match seen {
            Ok(seen) => {
                let left = seen.left.clone().unwrap_or(crate::server::Left::Forever);
                let mut effects = vec![Effect::Tell(News::Learned(key, seen.kind.clone(), left))];
                if open.rows.len() < height.max(1) && open.look.filter.is_some() {
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

/// The actions that need an open key.
fn layer_of(action: Action) -> bool {
    crate::input::BINDINGS.iter().any(|binding| {
        matches!(binding.layer, Layer::Value | Layer::Keys) && binding.action == action
    })
}

fn new_refused(action: Action, world: &World) -> Option<Why> {
    (action == Action::New)
        .then(|| refuses_writes(world))
        .flatten()
}

fn new_key(world: &World) -> Intent {
    Intent::Create {
        begins: world.setup.prefix.clone().unwrap_or_default(),
        kind: "string",
    }
}

fn cannot(kind: &dyn Kind, ability: Ability, words: &str) -> Option<Why> {
    (!kind.can(ability)).then(|| format!("a {} {words}", kind.name()))
}

fn refuses_verb(open: &Open, kind: &dyn Kind, verb: Verb, name: &str) -> Option<Why> {
    if open.shape() == Shape::Text && !open.whole() && verb == Verb::Edit {
        return Some("the value is shown in part, and a part cannot be saved as the whole".into());
    }
    let needs_row = matches!(verb, Verb::Edit | Verb::Remove | Verb::Rename);
    if needs_row && open.row().is_none() && open.shape() != Shape::Text {
        return Some("there is no row to work on".into());
    }
    kind.form(verb, open.row()).is_none().then(|| match verb {
        Verb::Increment => "this is not a number".to_owned(),
        Verb::Reset => "this is not a counter".to_owned(),
        _ => format!("a {name} has nothing of the kind"),
    })
}

fn member_says(member: &[u8], answer: &Result<Answer, Fault>) -> Effect {
    let name = crate::model::printed::print(member);
    match answer {
        // A sorted set answers with the score, as a number or as text.
        Ok(Answer::Replied(
            Reply::Int(1) | Reply::Bool(true) | Reply::Double(_) | Reply::Bytes(_),
        )) => say(Mood::Good, format!("yes: {name} is a member")),
        Ok(Answer::Replied(Reply::Int(0) | Reply::Bool(false) | Reply::Nil)) => {
            say(Mood::Plain, format!("no: {name} is not a member"))
        }
        Ok(Answer::Replied(Reply::Error { code, text })) => {
            say(Mood::Bad, format!("{code} {text}"))
        }
        Ok(_) => say(
            Mood::Bad,
            "the server answered in a form keygrove does not know",
        ),
        Err(fault) => say(Mood::Bad, fault.to_string()),
    }
}
