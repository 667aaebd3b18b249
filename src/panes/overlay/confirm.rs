//! A question with the literal commands that yes would send; a stern one wants a word typed.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::input::{Action, BINDINGS, Chord, Layer, lookup};
use crate::panes::paint;
use crate::widgets::{Field, Focused, Theme, popup, rows, text};

/// Widest that the box becomes, in columns.
const WIDTH: u16 = 78;

/// Rows at the beginning and at the end of a very long sentence that are shown.
const FIRST_ROWS: usize = 3;
const LAST_ROWS: usize = 3;

/// What an answer to a question may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    Stay,
    Yes,
    No,
}

/// A question before something is lost.
#[derive(Clone, Debug)]
pub struct Confirm {
    title: String,
    question: Vec<String>,
    commands: Vec<String>,
    stern: Option<Stern>,
    /// The first row of commands on screen.
    top: usize,
}

/// The word that must be typed and what was typed so far.
#[derive(Clone, Debug)]
struct Stern {
    word: String,
    typed: Field,
    wrong: bool,
}

impl Confirm {
    /// A question of some sentences about some commands, all of it text that is safe to show. With a word, yes is
    /// that word typed and Enter.
    pub fn new(
        title: impl Into<String>,
        question: Vec<String>,
        commands: Vec<String>,
        word: Option<String>,
    ) -> Self {
        let stern = word.map(|word| Stern {
            word,
            typed: Field::default(),
            wrong: false,
        });
        Self {
            title: title.into(),
            question,
            commands,
            stern,
            top: 0,
        }
    }

    /// The bindings that work at it.
    pub fn layer(&self) -> Layer {
        if self.stern.is_some() {
            Layer::Stern
        } else {
            Layer::Confirm
        }
    }

    /// Does what a chord means at a question.
    pub fn press(&mut self, chord: Chord) -> Turn {
        let Some(stern) = &mut self.stern else {
            return match lookup(&[Layer::Confirm, Layer::Everywhere], chord)
                .map(|binding| binding.action)
            {
                Some(Action::Yes) => Turn::Yes,
                Some(Action::No) => Turn::No,
                action => self.scroll(action),
            };
        };
        if stern.typed.press(chord) {
            stern.wrong = false;
            return Turn::Stay;
        }
        match lookup(&[Layer::Stern], chord).map(|binding| binding.action) {
            Some(Action::No) => Turn::No,
            Some(Action::Yes) if stern.typed.text() == stern.word => Turn::Yes,
            Some(Action::Yes) => {
                stern.wrong = true;
                Turn::Stay
            }
            action => self.scroll(action),
        }
    }

    fn scroll(&mut self, action: Option<Action>) -> Turn {
        self.top = match action {
            Some(Action::Up) => self.top.saturating_sub(1),
            Some(Action::Down) => self.top.saturating_add(1),
            Some(Action::PageUp) => self.top.saturating_sub(5),
            Some(Action::PageDown) => self.top.saturating_add(5),
            _ => self.top,
        };
        Turn::Stay
    }

    /// Takes what was pasted: the word may be.
    pub fn paste(&mut self, pasted: &str) {
        if let Some(stern) = &mut self.stern {
            paint::paste(&mut stern.typed, pasted);
        }
    }

    /// Keeps the scroll position inside of what there is to see.
    pub fn arrange(&mut self, area: Rect) {
        let plan = self.plan(area);
        let commands = self
            .commands(plan.outer.width.saturating_sub(popup::SIDES))
            .len();
        self.top = self
            .top
            .min(commands.saturating_sub(usize::from(plan.commands)));
    }

    /// Paints the question into the middle of the area.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let plan = self.plan(area);
        let room = popup::frame(plan.outer, buf, &self.title, theme);
        let question = self
            .question(room.width)
            .into_iter()
            .take(usize::from(plan.question));
        let rest = popup::stack(question.map(|line| line.style(theme.text)), room, buf);
        let rest = popup::below(rest, plan.gap);
        self.draw_commands(
            Rect {
                height: plan.commands.min(rest.height),
                ..rest
            },
            buf,
            theme,
        );
        let tail = popup::below(rest, plan.commands + plan.gap);
        let entry = popup::stack([self.tail(theme)], tail, buf);
        if let Some(stern) = &self.stern {
            stern.typed.draw(entry, buf, Focused::Yes, theme);
        }
    }

    fn draw_commands(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let commands = self.commands(area.width);
        let top = self
            .top
            .min(commands.len().saturating_sub(usize::from(area.height)));
        rows::bar(area, buf, commands.len(), top, theme);
        let shown = commands
            .into_iter()
            .skip(top)
            .map(|line| line.style(theme.warn));
        popup::stack(shown, rows::beside_bar(area, usize::MAX), buf);
    }

    /// The sentences in rows. Of one with a very long name in it the midst is left out, so that the others stay in view.
    fn question(&self, width: u16) -> Vec<Line<'_>> {
        let wrap = |sentence| {
            let mut lines = text::wrap(Line::raw(sentence), usize::from(width));
            if lines.len() > FIRST_ROWS + LAST_ROWS + 1 {
                lines.splice(FIRST_ROWS..lines.len() - LAST_ROWS, [Line::raw(text::CUT)]);
            }
            lines
        };
        self.question.iter().flat_map(wrap).collect()
    }

    /// The commands in rows; one column is kept for a scroll bar.
    fn commands(&self, width: u16) -> Vec<Line<'_>> {
        let width = usize::from(width.saturating_sub(1));
        let wrap =
            |command| text::wrap(Line::from(vec![Span::raw("> "), Span::raw(command)]), width);
        self.commands.iter().flat_map(wrap).collect()
    }

    fn tail(&self, theme: &Theme) -> Line<'_> {
        if let Some(stern) = &self.stern {
            let style = if stern.wrong { theme.error } else { theme.dim };
            let word = Span::styled(stern.word.as_str(), theme.accent);
            return Line::from(vec![
                Span::styled("type ", style),
                word,
                Span::styled(" and press enter", style),
            ]);
        }
        let hints = BINDINGS
            .iter()
            .filter(|binding| binding.layer == Layer::Confirm);
        let spans = hints.filter_map(|binding| {
            let key = Span::styled(binding.keys.first()?.to_string(), theme.key_hint);
            Some([
                key,
                Span::styled(format!(" {}   ", binding.hint), theme.dim),
            ])
        });
        Line::from(spans.flatten().collect::<Vec<_>>())
    }

    /// Who gets how many rows. The way to answer always has its own, then the commands, then the question.
    fn plan(&self, area: Rect) -> Plan {
        let width = WIDTH.min(area.width);
        let room = width.saturating_sub(popup::SIDES);
        let tail = 1 + u16::from(self.stern.is_some());
        let rows = |lines: usize| u16::try_from(lines).unwrap_or(u16::MAX);
        let (question, commands) = (
            rows(self.question(room).len()),
            rows(self.commands(room).len()),
        );
        let mut left = area.height.saturating_sub(popup::EDGES + tail);
        let few = commands.min(3).min(left);
        let question = question.min(left - few);
        left -= question;
        let commands = commands.min(left);
        let gap = u16::from(left - commands > 1);
        let height = question.saturating_add(commands) + 2 * gap + tail + popup::EDGES;
        Plan {
            outer: popup::centred(area, width, height),
            question,
            commands,
            gap,
        }
    }
}

/// Rows of the parts of the box.
struct Plan {
    outer: Rect,
    question: u16,
    commands: u16,
    /// Blank rows above and below the commands.
    gap: u16,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::widgets::Depth;

    fn confirm(word: Option<&str>) -> Confirm {
        let question = vec!["Delete 3 keys for good?".to_owned()];
        let commands = (0..20).map(|n| format!("UNLINK myapp:user:{n}")).collect();
        Confirm::new("delete", question, commands, word.map(str::to_owned))
    }

    fn press(confirm: &mut Confirm, name: &str) -> Turn {
        name.parse()
            .map_or(Turn::Stay, |chord| confirm.press(chord))
    }

    fn drawn(confirm: &Confirm, width: u16, height: u16) -> Vec<String> {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        confirm.draw(area, &mut buf, &Theme::new(Depth::None));
        let row = |y| (0..width).map(|x| buf[(x, y)].symbol()).collect();
        (0..height).map(row).collect()
    }

    #[test]
    fn a_question_takes_y_and_n() {
        for (name, turn) in [
            ("y", Turn::Yes),
            ("n", Turn::No),
            ("esc", Turn::No),
            ("enter", Turn::Stay),
            ("x", Turn::Stay),
        ] {
            assert_eq!(press(&mut confirm(None), name), turn, "{name}");
        }
    }

    #[test]
    fn a_stern_question_wants_its_word() {
        let mut stern = confirm(Some("prod"));
        assert_eq!(press(&mut stern, "y"), Turn::Stay);
        assert_eq!(press(&mut stern, "enter"), Turn::Stay);
        assert_eq!(press(&mut stern, "ctrl-u"), Turn::Stay);
        for c in ["p", "r", "o", "d"] {
            assert_eq!(press(&mut stern, c), Turn::Stay);
        }
        assert_eq!(press(&mut stern, "enter"), Turn::Yes);
        assert_eq!(press(&mut stern, "esc"), Turn::No);
    }

    #[test]
    fn commands_can_all_be_seen() {
        let mut confirm = confirm(None);
        let area = Rect::new(0, 0, 40, 10);
        let first = drawn(&confirm, 40, 10);
        assert!(first[1].contains("Delete 3 keys for good?"), "{first:#?}");
        assert!(first[2].contains("> UNLINK myapp:user:0"), "{first:#?}");
        assert!(
            first[8].contains("y yes") && first[8].contains("n no"),
            "{first:#?}"
        );
        for _ in 0..50 {
            assert_eq!(press(&mut confirm, "down"), Turn::Stay);
            confirm.arrange(area);
        }
        let last = drawn(&confirm, 40, 10);
        assert!(
            last.iter().any(|row| row.contains("UNLINK myapp:user:19")),
            "{last:#?}"
        );
        assert_eq!(press(&mut confirm, "up"), Turn::Stay);
        assert_ne!(drawn(&confirm, 40, 10), last);
    }

    #[test]
    fn a_long_name_hides_no_other_sentence() {
        let question = vec![
            format!("Delete begin{}end ?", "x".repeat(100_000)),
            "It cannot be brought back.".to_owned(),
        ];
        let confirm = Confirm::new("delete", question, vec!["UNLINK x".to_owned()], None);
        let seen = drawn(&confirm, 60, 16).join("\n");
        for part in ["begin", "end ?", "brought back", "y yes"] {
            assert!(seen.contains(part), "{part}: {seen}");
        }
    }

    proptest! {
        #[test]
        fn it_fits_anywhere(width in 0_u16..90, height in 0_u16..30, stern: bool) {
            drawn(&confirm(stern.then_some("prod")), width, height);
        }
    }
}
