//! A form: labelled fields of one line, of many, or of a few words to choose from.
use crate::input::{Action, Chord, Layer, lookup};
use crate::model::kinds::{self, Input};
use crate::model::printed::print;
use crate::widgets::field::Mask;
use crate::widgets::text;

mod draw;
mod entry;

use entry::{Entry, Reading, choose, print_lines, words};

/// What a chord leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    Submit,
    Cancel,
    /// Another word was chosen in this field; other fields may be needed now.
    Changed(usize),
}

/// The fields of a form and what was typed into them.
#[derive(Clone)]
pub struct Form {
    title: String,
    rows: Vec<Row>,
    /// Which field has the focus.
    focus: usize,
    note: String,
    hints: Vec<(String, String)>,
    masked: Vec<String>,
}

/// One field.
#[derive(Clone)]
struct Row {
    label: &'static str,
    input: Input,
    entry: Entry,
    error: Option<String>,
}

impl Form {
    /// A form with these fields, the first one in focus.
    pub fn new(title: impl Into<String>, fields: Vec<kinds::Field>) -> Self {
        let (note, hints, masked) = (String::new(), Vec::new(), Vec::new());
        let mut form = Self {
            title: title.into(),
            rows: Vec::new(),
            focus: 0,
            note,
            hints,
            masked,
        };
        form.set_fields(fields);
        form
    }

    /// Adds a sentence that is shown while the field of this label is in focus.
    #[must_use]
    pub fn with_hint(mut self, label: &str, hint: impl Into<String>) -> Self {
        self.hints.push((label.to_owned(), hint.into()));
        self
    }

    /// What stands in the field of this label is a beginning: typing goes on behind it.
    #[must_use]
    pub fn beginning(mut self, label: &str) -> Self {
        for row in self.rows.iter_mut().filter(|row| row.label == label) {
            if let Entry::Line(field) = &mut row.entry {
                field.set(field.text().to_owned());
            }
        }
        self
    }

    /// Hides what is typed into the field of this label.
    #[must_use]
    pub fn masked(mut self, label: &str) -> Self {
        self.masked.push(label.to_owned());
        self.mask();
        self
    }

    fn mask(&mut self) {
        for row in &mut self.rows {
            if let Entry::Line(field) = &mut row.entry
                && self.masked.iter().any(|label| label == row.label)
            {
                field.mask = Mask::Hidden;
            }
        }
    }

    /// Sets other fields. What was typed stays in fields that were there before, and so does the focus.
    pub fn set_fields(&mut self, fields: Vec<kinds::Field>) {
        let focused = self.rows.get(self.focus).map(|row| row.label);
        let mut old = std::mem::take(&mut self.rows);
        for field in fields {
            let same = old
                .iter()
                .position(|row| row.label == field.label && row.input == field.input);
            let row = same.map(|at| old.swap_remove(at));
            self.rows.push(row.unwrap_or_else(|| Row {
                label: field.label,
                input: field.input,
                entry: Entry::new(&field),
                error: None,
            }));
        }
        self.mask();
        self.focus = self
            .rows
            .iter()
            .position(|row| Some(row.label) == focused)
            .unwrap_or(0);
    }

    /// Puts another text into the line of this label.
    pub fn set_text(&mut self, label: &str, text: impl Into<String>) {
        let row = self.rows.iter_mut().find(|row| row.label == label);
        if let Some(Entry::Line(field)) = row.map(|row| &mut row.entry) {
            field.set(text);
        }
    }

    /// Chooses this word in the choice of this label, if it has it.
    pub fn choose(&mut self, label: &str, word: &str) {
        let Some(row) = self.rows.iter_mut().find(|row| row.label == label) else {
            return;
        };
        let found = words(row.input).iter().position(|have| *have == word);
        if let (Entry::Choice(at), Some(found)) = (&mut row.entry, found) {
            *at = found;
        }
    }

    /// Another sentence for the field of this label.
    pub fn set_hint(&mut self, label: &str, hint: impl Into<String>) {
        self.hints.retain(|(other, _)| other != label);
        self.hints.push((label.to_owned(), hint.into()));
    }

    /// Shows what is hidden in the field of this label, or hides it again.
    pub fn reveal(&mut self, label: &str) {
        let row = self.rows.iter_mut().find(|row| row.label == label);
        if let Some(Entry::Line(field)) = row.map(|row| &mut row.entry) {
            field.mask = match field.mask {
                Mask::Hidden => Mask::Shown,
                Mask::Shown => Mask::Hidden,
            };
        }
    }

    /// Says what is wrong with a field, and puts the focus there.
    pub fn set_error(&mut self, field: usize, error: impl Into<String>) {
        if let Some(row) = self.rows.get_mut(field) {
            row.error = Some(error.into());
            self.focus = field;
        }
    }

    /// Says something below the fields until something is typed; nothing is said by an empty text.
    pub fn set_note(&mut self, note: impl Into<String>) {
        self.note = note.into();
    }

    /// What stands in the field of this label, as it is shown.
    pub fn text(&self, label: &str) -> Option<String> {
        self.rows
            .iter()
            .find(|row| row.label == label)
            .map(|row| row.entry.text(row.input))
    }

    /// The bytes of every field, or the first field that stands for none and why.
    pub fn typed(&self) -> Result<Vec<Vec<u8>>, (usize, String)> {
        let typed = |(at, row): (usize, &Row)| row.entry.typed(row.input).map_err(|why| (at, why));
        self.rows.iter().enumerate().map(typed).collect()
    }

    /// Does what a chord means in a form. What the field in focus can use is for the field.
    pub fn press(&mut self, chord: Chord) -> Turn {
        if let Some(turn) = self.edit(chord) {
            return turn;
        }
        match lookup(&[Layer::Form], chord).map(|binding| binding.action) {
            Some(Action::Submit) => Turn::Submit,
            Some(Action::Back) => Turn::Cancel,
            Some(Action::Open) if self.focus + 1 >= self.rows.len() => Turn::Submit,
            Some(Action::Open | Action::NextField) => self.go(1),
            Some(Action::PreviousField) => self.go(self.rows.len().saturating_sub(1)),
            _ => Turn::Stay,
        }
    }

    /// So many fields on, round and round.
    fn go(&mut self, fields: usize) -> Turn {
        self.focus = (self.focus + fields) % self.rows.len().max(1);
        Turn::Stay
    }

    fn edit(&mut self, chord: Chord) -> Option<Turn> {
        let row = self.rows.get_mut(self.focus)?;
        let turn = match &mut row.entry {
            Entry::Line(field) => field.press(chord).then_some(Turn::Stay),
            Entry::Text(editor, _) => editor.press(chord).then_some(Turn::Stay),
            Entry::Choice(at) => {
                let other = choose(words(row.input), *at, chord)?;
                let turn = if other == *at {
                    Turn::Stay
                } else {
                    Turn::Changed(self.focus)
                };
                *at = other;
                Some(turn)
            }
        };
        if turn.is_some() {
            row.error = None;
            self.note.clear();
        }
        turn
    }

    /// Takes what was pasted: the bytes on the clipboard, whatever they are.
    pub fn paste(&mut self, pasted: &str) {
        let Some(row) = self.rows.get_mut(self.focus) else {
            return;
        };
        let pasted = text::pasted(pasted);
        match &mut row.entry {
            Entry::Line(field) if field.mask == Mask::Hidden => {
                field.insert(pasted.trim_end_matches('\n'));
            }
            Entry::Line(field) => field.insert(&print(pasted.as_bytes())),
            Entry::Text(editor, Reading::Plain) => editor.paste(&pasted),
            Entry::Text(editor, Reading::Printed) => editor.paste(&print_lines(pasted.as_bytes())),
            Entry::Choice(_) => return,
        }
        row.error = None;
        self.note.clear();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;
    use crate::widgets::{Depth, Theme};

    const KINDS: Input = Input::Choice(&["string", "hash", "list", "set"]);

    fn field(label: &'static str, input: Input, initial: &[u8]) -> kinds::Field {
        kinds::Field {
            label,
            input,
            initial: initial.to_vec(),
        }
    }

    fn new_key() -> Form {
        Form::new(
            "new key",
            vec![
                field("Name", Input::Line, b"myapp:"),
                field("Type", KINDS, b"string"),
                field("Value", Input::Text, b""),
                field("TTL", Input::Line, b""),
            ],
        )
        .with_hint("TTL", "90s, 5m, 1h30m, 2d, a date; empty is never")
        .beginning("Name")
    }

    fn press(form: &mut Form, names: &[&str]) -> Turn {
        let mut turn = Turn::Stay;
        for name in names {
            turn = form.press(name.parse().unwrap());
        }
        turn
    }

    fn tap(form: &mut Form, names: &[&str]) {
        assert_ne!(press(form, names), Turn::Cancel);
    }

    fn drawn(form: &Form, width: u16, height: u16) -> Vec<String> {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        form.draw(area, &mut buf, &Theme::new(Depth::None));
        (0..height)
            .map(|y| (0..width).map(|x| buf[(x, y)].symbol()).collect())
            .collect()
    }

    #[test]
    fn enter_goes_on_and_submits_at_the_end() {
        let mut form = new_key();
        assert_eq!(press(&mut form, &["4", "2", "enter"]), Turn::Stay);
        assert_eq!(press(&mut form, &["enter", "a", "enter", "b"]), Turn::Stay);
        assert_eq!(press(&mut form, &["tab", "5", "m", "enter"]), Turn::Submit);
        let typed = form.typed().unwrap();
        assert_eq!(typed, [&b"myapp:42"[..], b"string", b"a\nb", b"5m"]);
        assert_eq!(press(&mut form, &["tab", "ctrl-s"]), Turn::Submit);
        assert_eq!(press(&mut form, &["esc"]), Turn::Cancel);
    }

    #[test]
    fn fields_are_walked_round_and_round() {
        let mut form = new_key();
        for (name, focus) in [
            ("shift-tab", 3),
            ("tab", 0),
            ("down", 1),
            ("down", 2),
            ("down", 2),
            ("tab", 3),
            ("up", 2),
        ] {
            tap(&mut form, &[name]);
            assert_eq!(form.focus, focus, "{name}");
        }
    }

    #[test]
    fn a_choice_takes_arrows_and_first_letters() {
        let mut form = new_key();
        tap(&mut form, &["tab"]);
        for (name, turn, word) in [
            ("right", Turn::Changed(1), "hash"),
            ("s", Turn::Changed(1), "set"),
            ("s", Turn::Changed(1), "string"),
            ("left", Turn::Changed(1), "set"),
            ("x", Turn::Stay, "set"),
            ("L", Turn::Changed(1), "list"),
            ("l", Turn::Stay, "list"),
        ] {
            assert_eq!(press(&mut form, &[name]), turn, "{name}");
            assert_eq!(form.text("Type").unwrap(), word, "{name}");
        }
    }

    #[test]
    fn typing_replaces_a_chosen_text_and_moving_first_keeps_it() {
        for (presses, text) in [
            (&["9"][..], "9"),
            (&["end", "9"], "59"),
            (&["left", "9"], "95"),
            (&["backspace", "9"], "9"),
            (&["ctrl-u", "9"], "9"),
            (&[], "5"),
        ] {
            let mut form = Form::new("score", vec![field("Score", Input::Line, b"5")]);
            tap(&mut form, presses);
            assert_eq!(form.text("Score").unwrap(), text, "{presses:?}");
        }
    }

    #[test]
    fn other_fields_keep_what_was_typed_and_the_focus() {
        let mut form = new_key();
        tap(&mut form, &["7", "tab", "right"]);
        form.set_fields(vec![
            field("Name", Input::Line, b"myapp:"),
            field("Type", KINDS, b"string"),
            field("Field", Input::Line, b""),
            field("Value", Input::Line, b""),
            field("TTL", Input::Line, b""),
        ]);
        assert_eq!(form.focus, 1);
        assert_eq!(
            form.typed().unwrap(),
            [&b"myapp:7"[..], b"hash", b"", b"", b""]
        );
    }

    #[test]
    fn any_bytes_survive_a_form_that_is_not_touched() {
        for bytes in [
            &b"plain"[..],
            b"",
            b"a\\b",
            b"\xff\x00\n\n\xfe\n",
            b"x\r\ny\n",
            "日本\u{202e}".as_bytes(),
            b"\x1b[31m",
        ] {
            for input in [Input::Line, Input::Text, Input::Lines] {
                let form = Form::new("edit", vec![field("Value", input, bytes)]);
                assert_eq!(form.typed().unwrap(), [bytes], "{input:?}");
            }
        }
    }

    #[test]
    fn a_wrong_escape_is_told_at_its_field() {
        let mut form = new_key();
        tap(&mut form, &["\\", "q"]);
        let (at, why) = form.typed().unwrap_err();
        assert_eq!(
            (at, why.starts_with("\\ at character 7")),
            (0, true),
            "{why}"
        );
        let mut lines = Form::new("add", vec![field("Members", Input::Lines, b"")]);
        tap(&mut lines, &["a", "enter", "\\"]);
        assert!(lines.typed().unwrap_err().1.starts_with("line 2: "));
    }

    #[test]
    fn what_is_pasted_is_what_is_sent() {
        for input in [Input::Line, Input::Text, Input::Lines] {
            let mut form = Form::new("edit", vec![field("Value", input, b"")]);
            form.paste("{\"a\":\"x\\ny\"}\r\n\t");
            assert_eq!(
                form.typed().unwrap(),
                [b"{\"a\":\"x\\ny\"}\n\t"],
                "{input:?}"
            );
        }
    }

    #[test]
    fn errors_and_notes_go_when_something_is_typed() {
        let mut form = new_key();
        form.set_error(3, "no such time");
        form.set_note("the server refused");
        for (width, height) in [(40, 10), (80, 24), (200, 60)] {
            let text = drawn(&form, width, height).concat();
            assert!(
                text.contains("no such time") && text.contains("the server refused"),
                "{text}"
            );
        }
        tap(&mut form, &["tab"]);
        assert!(drawn(&form, 80, 24).concat().contains("no such time"));
        tap(&mut form, &["shift-tab", "5"]);
        let text = drawn(&form, 80, 24).concat();
        assert!(
            !text.contains("no such time") && !text.contains("refused"),
            "{text}"
        );
    }

    #[test]
    fn the_focused_field_is_always_in_view() {
        for (width, height) in [(40, 10), (40, 6), (80, 24), (200, 60)] {
            let mut form = new_key();
            for label in ["Name", "Type", "Value", "TTL"] {
                let rows = drawn(&form, width, height);
                assert!(
                    rows.iter().any(|row| row.contains(&format!("▸ {label}"))),
                    "{label}: {rows:#?}"
                );
                tap(&mut form, &["tab"]);
            }
        }
    }

    #[test]
    fn a_form_reads_well() {
        let mut form = new_key();
        tap(&mut form, &["shift-tab"]);
        let rows = drawn(&form, 60, 12);
        assert!(rows[0].contains(" new key "), "{rows:#?}");
        assert!(rows[1].contains("  Name   myapp:"), "{rows:#?}");
        assert!(
            rows[2].contains("  Type   ‹string› hash  list  set"),
            "{rows:#?}"
        );
        assert!(
            rows.concat()
                .contains("90s, 5m, 1h30m, 2d, a date; empty is never"),
            "{rows:#?}"
        );
    }

    #[test]
    fn a_masked_field_is_not_shown() {
        let mut form =
            Form::new("login", vec![field("Password", Input::Line, b"")]).masked("Password");
        tap(&mut form, &["g", "e", "h"]);
        let rows = drawn(&form, 40, 5).concat();
        assert!(rows.contains("•••") && !rows.contains("geh"), "{rows}");
        form.paste("\\q\n");
        assert_eq!(form.typed().unwrap(), [b"geh\\q"]);
    }

    proptest! {
        #[test]
        fn it_fits_anywhere(width in 0_u16..90, height in 0_u16..30, tabs in 0_usize..4, error: bool) {
            let mut form = new_key();
            for _ in 0..tabs {
                tap(&mut form, &["tab"]);
            }
            if error {
                form.set_error(tabs, "this is wrong in quite a lot of words");
                form.set_note("so is this");
            }
            drawn(&form, width, height);
        }
    }
}
