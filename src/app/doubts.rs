//! What a person is asked before a change is sent: what goes, and what is perhaps not meant so.
use crate::model::decode;
use crate::model::key::NAMELESS;
use crate::model::kinds::{self, Identity, Shape, Verb};
use crate::model::undo;
use crate::panes::intent::{Intent, Plan};

/// The question before something is lost. An index alone does not tell what goes, and neither does a row when it is the
/// value that counts.
pub fn question(plan: &Plan) -> String {
    let element = match &plan.intent {
        Intent::Verb {
            verb: Verb::RemoveValue,
            ..
        } => plan.typed.first(),
        Intent::Verb {
            verb: Verb::Remove,
            kind,
            row: Some(row),
            ..
        } if matches!(kinds::of(kind).identity(row), Identity::Place(_)) => row.cells.first(),
        _ => None,
    };
    let title = plan.intent.title();
    match element {
        None => format!("{title} ?"),
        Some(element) if element.is_empty() => format!("{title} · {NAMELESS} ?"),
        Some(element) => format!("{title} · {} ?", undo::shortened(element)),
    }
}

/// What is wrong with a new element, where nothing was wrong with the old one.
pub fn unsound(plan: &Plan) -> Option<String> {
    let Intent::Verb {
        verb: Verb::Edit,
        kind,
        row: Some(row),
        ..
    } = &plan.intent
    else {
        return None;
    };
    let kind = kinds::of(kind);
    // A text is warned of in its own editor.
    let old = row.cells.get(kind.edited_cell());
    let old = old.filter(|_| kind.shape() != Shape::Text)?;
    let view = decode::guess(old);
    let wrong = view.warn(plan.typed.last()?)?;
    view.warn(old).is_none().then_some(wrong)
}
