//! Writing a text: in the editor here, or in `$EDITOR`; the draft stands until it is saved.
use std::time::Instant;

use super::Value;
use crate::model::decode::Decoder;
use crate::model::kinds::{Row, Shape, Verb};
use crate::model::{Key, decode};
use crate::panes::intent::Intent;
use crate::panes::paint::can_be_seen;
use crate::panes::{Draft, Effect, Effects, Mood, News, say};
use crate::widgets::editor::Editor;

/// A text being edited, and what it was when it was opened.
pub(super) struct Writing {
    pub(super) key: Key,
    pub(super) kind: &'static str,
    pub(super) row: Row,
    /// When the row was read.
    pub(super) read: Instant,
    pub(super) decoder: &'static dyn Decoder,
    pub(super) editor: Editor,
    /// What was sent last, as the text and as the bytes that it stands for.
    pub(super) sent: Option<(String, Vec<u8>)>,
    /// The text of which the person was told what is wrong with it: sent once more, it is meant so.
    pub(super) warned: Option<String>,
    /// A sentence about the last try to save.
    pub(super) note: Option<String>,
}

/// A value or cell that is being edited in `$EDITOR`.
pub(super) struct Lent {
    pub(super) key: Key,
    pub(super) kind: &'static str,
    pub(super) row: Row,
    /// When the row was read.
    pub(super) read: Instant,
    /// How a text was turned into what was lent.
    pub(super) decoder: Option<&'static dyn Decoder>,
}

impl Value {
    /// Opens the editor, or does so as soon as the value is here.
    pub fn edit_next(&mut self) {
        self.edit_next = true;
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

    /// Leaves the editor; what was typed is gone.
    pub fn drop_draft(&mut self) {
        self.editor = None;
    }

    /// What was sent is saved. What was typed since then stays in the editor.
    pub fn saved(&mut self, now: Instant) {
        let sent = self.editor.as_mut().and_then(|writing| writing.sent.take());
        let Some((writing, (text, bytes))) = self.editor.as_mut().zip(sent) else {
            self.editor = None;
            return;
        };
        if writing.editor.text() == text {
            self.editor = None;
            return;
        }
        if let Some(cell) = writing.row.cells.first_mut() {
            *cell = bytes;
        }
        writing.read = now;
        writing.editor.rebase(text);
        writing.note = Some("saved, but for what was typed since then".into());
    }

    /// A sentence about the last try to save, shown beside the draft.
    pub fn note(&mut self, text: String) {
        if let Some(writing) = &mut self.editor {
            writing.note = Some(text);
        }
    }

    pub(super) fn submit(&mut self) -> Effects {
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
                let text = writing.editor.text();
                let sound = writing.decoder.warn(original).is_none();
                if let Some(wrong) = writing.decoder.warn(&bytes).filter(|_| sound)
                    && writing.warned.as_ref() != Some(&text)
                {
                    writing.note = Some(format!("{wrong}; ctrl-s again saves it as it is"));
                    writing.warned = Some(text);
                    return Vec::new();
                }
                writing.note = Some("saving…".into());
                writing.sent = Some((text, bytes.clone()));
                let intent = Intent::Verb {
                    key: writing.key.clone(),
                    kind: writing.kind,
                    verb: Verb::Edit,
                    row: Some(writing.row.clone()),
                    read: Some(writing.read),
                };
                vec![Effect::Tell(News::Fill(intent, vec![bytes]))]
            }
        }
    }

    /// Hands bytes to `$EDITOR`, and remembers what they are.
    pub(super) fn lend(&mut self, lent: Lent, bytes: Vec<u8>) -> Effects {
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
            read,
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
            read: Some(read),
        };
        let (Some(decoder), Ok(text)) = (decoder, String::from_utf8(bytes.clone())) else {
            if bytes == original {
                return vec![say(Mood::Plain, UNCHANGED)];
            }
            return vec![Effect::Tell(News::Edited(intent, bytes))];
        };
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
            read,
            decoder,
            editor,
            sent: None,
            warned: None,
            note: None,
        });
        self.submit()
    }

    pub(super) fn edit(&mut self) -> Effects {
        let Some(open) = &self.open else {
            return Vec::new();
        };
        let (Shape::Text, Some(row), Some(decoder)) = (open.shape(), open.row(), open.decoder())
        else {
            return self.verb(Verb::Edit);
        };
        let Some(head) = &open.head else {
            return Vec::new();
        };
        let bytes = row.cells.first().map(Vec::as_slice).unwrap_or_default();
        // A view without a way back (hex), or one that would hide something in the text, is edited in the first format
        // that has one and hides nothing.
        let with_text = |decoder: &'static dyn Decoder| {
            let text = decoder.edit_text(bytes).filter(|text| can_be_seen(text));
            text.map(|text| (decoder, text))
        };
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
            kind: head.kind.name(),
            row: row.clone(),
            read: head.since,
            decoder,
            editor: Editor::at_ease(text),
            sent: None,
            warned: None,
            note: None,
        });
        Vec::new()
    }

    pub(super) fn edit_outside(&mut self) -> Effects {
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
            read: head.since,
            decoder,
        };
        self.lend(lent, bytes)
    }
}

const UNCHANGED: &str = "nothing was changed";
