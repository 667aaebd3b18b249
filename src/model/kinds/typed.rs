//! What people type into forms: fields, numbers, and sentences about what is wrong with them.
use super::super::change::{Read, Told};
use super::super::resp::Reply;
pub use super::super::undo::opposite;
use super::super::undo::{Cannot, Deed};
use super::{Field, Input, Refusal, Row, Verb};

/// A field of a form.
pub fn field(label: &'static str, input: Input, initial: &[u8]) -> Field {
    Field {
        label,
        input,
        initial: initial.to_vec(),
    }
}

/// An empty field of one line.
pub fn line(label: &'static str) -> Field {
    field(label, Input::Line, b"")
}

/// The form of an increment.
pub fn by_one() -> Vec<Field> {
    vec![field("By", Input::Line, b"1")]
}

/// How a value is best edited: long or many-lined text in an editor, all else (also raw bytes) on one line.
pub fn editor(value: &[u8]) -> Input {
    const LONG: usize = 60;
    let text = std::str::from_utf8(value);
    if text.is_ok_and(|text| text.contains('\n') || text.len() > LONG) {
        Input::Text
    } else {
        Input::Line
    }
}

/// A refusal about one field.
pub fn refusal(field: usize, why: impl Into<String>) -> Refusal {
    Refusal {
        field,
        why: why.into(),
    }
}

/// What was typed into one field.
pub fn text(typed: &[Vec<u8>], field: usize) -> Result<&[u8], Refusal> {
    typed
        .get(field)
        .map(Vec::as_slice)
        .ok_or_else(|| refusal(field, "this field is missing: open the form again"))
}

/// The row a verb is about.
pub fn row(row: Option<&Row>) -> Result<&Row, Refusal> {
    row.ok_or_else(|| refusal(0, "choose a row first"))
}

/// A cell of the row a verb is about.
pub fn cell(chosen: Option<&Row>, at: usize) -> Result<&[u8], Refusal> {
    let cell = row(chosen)?.cells.get(at);
    cell.map(Vec::as_slice)
        .ok_or_else(|| refusal(0, "choose a row first"))
}

/// Refuses a new value that is the old one.
pub fn differs(old: &[u8], new: &[u8]) -> Result<(), Refusal> {
    if old == new {
        Err(refusal(0, "unchanged: there is nothing to save"))
    } else {
        Ok(())
    }
}

/// A place that held this, and holds that now.
pub fn put(place: &[u8], was: Option<&[u8]>, is: Option<&[u8]>) -> Deed {
    Deed::Put {
        place: place.to_vec(),
        was: was.map(<[u8]>::to_vec),
        is: is.map(<[u8]>::to_vec),
        until: None,
    }
}

/// An increment by what was typed, of what was there before. Whole numbers are counted back; of others the digits
/// are put back where they are known, since sums of them are rounded.
pub fn counted(
    place: &[u8],
    typed: &[Vec<u8>],
    was: Option<&[u8]>,
    told: Told,
) -> Result<Deed, Cannot> {
    let by = Amount::typed(typed)?.text();
    let is = told.steps.first();
    let whole = matches!(is, Some(Reply::Int(_)));
    let digits = was.zip(is.and_then(Reply::bytes)).filter(|_| !whole);
    Ok(Deed::Count {
        place: place.to_vec(),
        by,
        whole,
        exact: digits.map(|(was, is)| (was.to_vec(), is.to_vec())),
    })
}

/// Something that was taken away without its value being kept.
pub fn unheld(what: &str) -> Cannot {
    let most = Read::MOST / 1024 / 1024;
    Cannot::new(format!(
        "what {what} held was not kept: it is more than {most} MiB, or may not be read"
    ))
}

/// A verb that a type does not have.
pub fn cannot(verb: Verb, kind: &str) -> Refusal {
    let verb = match verb {
        Verb::Create => "create",
        Verb::Add => "add to",
        Verb::Edit => "edit",
        Verb::Rename => "rename in",
        Verb::Increment => "increment",
        Verb::Remove => "remove from",
        Verb::Pop => "pop from",
        Verb::RemoveValue => "remove by value from",
        Verb::Reset => "reset",
    };
    refusal(0, format!("keygrove cannot {verb} a {kind} like this"))
}

/// An amount to add.
#[derive(Clone, PartialEq, Debug)]
pub enum Amount {
    Whole(i64),
    /// The text as typed: the server counts with more digits than a double has.
    Decimal(String),
}

impl Amount {
    /// Reads the field "By".
    pub fn typed(typed: &[Vec<u8>]) -> Result<Self, Refusal> {
        let why = || refusal(0, "type a number such as 1, -5 or 0.25");
        let text = std::str::from_utf8(text(typed, 0)?)
            .map_err(|_| why())?
            .trim();
        let amount = match (text.parse(), text.parse::<f64>()) {
            (Ok(0), _) => None,
            (Ok(whole), _) => return Ok(Self::Whole(whole)),
            (Err(_), Ok(decimal)) if decimal.is_finite() => {
                (decimal != 0.0).then(|| text.to_owned())
            }
            _ => return Err(why()),
        };
        amount
            .map(Self::Decimal)
            .ok_or_else(|| refusal(0, "0 changes nothing; type another number"))
    }

    /// The text a command takes.
    pub fn text(&self) -> String {
        match self {
            Self::Whole(whole) => whole.to_string(),
            Self::Decimal(text) => text.clone(),
        }
    }
}

/// Longer texts are no numbers a person counts with, and big values are not to be searched for one.
const LONGEST_NUMBER: usize = 512;

/// A number as INCRBY and INCRBYFLOAT tell them apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    Integer,
    Decimal,
}

impl Number {
    /// What number a value is, if any.
    ///
    /// The server's integers have one spelling: no `+`, no leading zeros. Other runs of digits are names or
    /// too long to count with: as decimals they would come back as something else.
    pub fn of(value: &[u8]) -> Option<Self> {
        if value.len() > LONGEST_NUMBER {
            return None;
        }
        let text = std::str::from_utf8(value).ok()?;
        if text
            .parse::<i64>()
            .is_ok_and(|number| number.to_string() == text)
        {
            return Some(Self::Integer);
        }
        if text
            .trim_start_matches(['+', '-'])
            .bytes()
            .all(|byte| byte.is_ascii_digit())
        {
            return None;
        }
        text.parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(|_| Self::Decimal)
    }

    /// The command that adds an amount: `whole` when both are integers, else `decimal`.
    pub fn command<'c>(self, amount: &Amount, whole: &'c str, decimal: &'c str) -> &'c str {
        match (self, amount) {
            (Self::Integer, Amount::Whole(_)) => whole,
            _ => decimal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_what_the_server_counts_with() {
        for (value, number) in [
            ("0", Some(Number::Integer)),
            ("-9223372036854775808", Some(Number::Integer)),
            ("9223372036854775808", None),
            ("007", None),
            ("+7", None),
            ("0.5", Some(Number::Decimal)),
            ("1e3", Some(Number::Decimal)),
            ("inf", None),
            ("nan", None),
            ("", None),
            (" 1", None),
            ("\u{ff}", None),
        ] {
            assert_eq!(Number::of(value.as_bytes()), number, "{value}");
        }
    }

    #[test]
    fn an_amount_is_a_number_that_changes_something() {
        let amount = |text: &str| Amount::typed(&[text.into()]);
        assert_eq!(amount(" +5 "), Ok(Amount::Whole(5)));
        assert_eq!(amount("-0.5"), Ok(Amount::Decimal("-0.5".into())));
        for wrong in ["", "x", "0", "0.0", "inf", "nan"] {
            assert!(amount(wrong).is_err(), "{wrong}");
        }
        assert!(Amount::typed(&[]).is_err());
    }
}
