//! Moving through a value: rows, slices of a big string, an index, a range of scores.
use super::open::Open;
use super::{NEAR_END, Value};
use crate::input::Action;
use crate::model::kinds::{Mark, Shape};
use crate::panes::intent::Intent;
use crate::panes::{Cx, Effects};
use crate::widgets::grid::HEADER;

impl Value {
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

    pub(super) fn travel(&mut self, action: Action, cx: &mut Cx) -> Effects {
        let height = self.inner_height();
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        if open.shape() == Shape::Text {
            return scroll_text(open, action, height, cx);
        }
        let rows = open.rows().len();
        let up = match action {
            Action::Up => 1,
            Action::PageUp => height.max(1),
            _ => 0,
        };
        open.owed = match open.window.before() {
            Some(_) => up.saturating_sub(open.scroll.selected),
            None => 0,
        };
        match action {
            Action::First if open.look.from.is_some() || open.window.before().is_some() => {
                open.look.from = None;
                return open.renew(cx);
            }
            Action::Last => {
                if let Some(effects) = open.go_to_end(cx) {
                    return effects;
                }
            }
            _ => {}
        }
        open.scroll.travel(action, rows, height.max(1));
        let near = NEAR_END.max(height);
        if open.scroll.selected + near >= rows && !matches!(action, Action::Up | Action::PageUp) {
            open.more(cx)
        } else if open.scroll.selected < near && !matches!(action, Action::Down | Action::PageDown)
        {
            open.back(cx)
        } else {
            Vec::new()
        }
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
            if clicked < open.rows().len() {
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

/// A text scrolls by lines; past its end the next slice of a big string is shown, before its start the end of the one
/// before. The first line of the first slice and the last line of the last one are where one goes from the first and the
/// last line.
pub(super) fn scroll_text(open: &mut Open, action: Action, height: usize, cx: &mut Cx) -> Effects {
    let last = open.text.rows.len().saturating_sub(height);
    let top = open.scroll.top;
    let at_end = matches!(action, Action::Down | Action::PageDown) && top >= last;
    let at_start = matches!(action, Action::Up | Action::PageUp) && top == 0;
    if at_end
        && !open.waits()
        && let Some(next) = open.window.next
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
        return open.renew_from_below(cx);
    }
    match action {
        Action::Last if top >= last && open.window.next.is_some() && !open.waits() => {
            if let Some(from) = open.last_part() {
                open.look.from = Some(from);
                return open.renew_from_below(cx);
            }
        }
        Action::First if top == 0 && open.look.from.is_some() && !open.waits() => {
            open.look.from = None;
            return open.renew(cx);
        }
        _ => {}
    }
    open.scroll.top = match action {
        Action::Up => top.saturating_sub(1),
        Action::Down => top.saturating_add(1).min(last),
        Action::PageUp => top.saturating_sub(height.max(1)),
        Action::PageDown => top.saturating_add(height.max(1)).min(last),
        Action::First => 0,
        _ => last,
    };
    Vec::new()
}
