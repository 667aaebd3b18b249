//! What keygrove may write to a terminal; everything else is somebody else's.
use unicode_width::UnicodeWidthChar;

/// Modes that are switched on and off: cursor, mouse, alternate screen, bracketed paste.
const MODES: &[&str] = &["25", "1000", "1002", "1003", "1006", "1015", "1049", "2004"];
/// Most marks that may stand on one letter.
const MARKS: usize = 4;

/// The first thing in the output that keygrove would not write, and what stands around it.
pub fn foreign(raw: &[u8]) -> Option<String> {
    let at = ours(raw);
    let around = &raw[at.saturating_sub(60)..raw.len().min(at + 60)];
    (at < raw.len()).then(|| format!("at byte {at}: {}", around.escape_ascii()))
}

/// How much of the output from its beginning keygrove would write.
pub fn ours(raw: &[u8]) -> usize {
    let mut rest = raw;
    let mut marks = MARKS;
    while let Some(first) = rest.first() {
        let used = if *first == 0x1b {
            marks = MARKS;
            sequence(rest)
        } else {
            graphic(rest, &mut marks)
        };
        let Some(used) = used else { break };
        rest = &rest[used..];
    }
    raw.len() - rest.len()
}

/// The length of a character that shows itself and moves nothing.
fn graphic(rest: &[u8], marks: &mut usize) -> Option<usize> {
    let chunk = rest[..rest.len().min(4)].utf8_chunks().next()?;
    let c = chunk.valid().chars().next()?;
    match c.width() {
        Some(0) => *marks += 1,
        _ => *marks = 0,
    }
    let shown = c.width().is_some() && *marks <= MARKS && !hidden(c);
    shown.then_some(c.len_utf8())
}

/// Characters that show nothing, or move others: listed from the Unicode tables (Cc, Cf, Zl, Zp, Zs but the space,
/// variation selectors, fillers), not from the program.
fn hidden(c: char) -> bool {
    matches!(c as u32,
        0..=0x1f | 0x7f..=0xa0 | 0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x1680 | 0x180b..=0x180f | 0x2000..=0x200f
        | 0x2028..=0x202f | 0x205f..=0x206f | 0x3000 | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff9..=0xfffb
        | 0xe_0000..=0x0010_ffff)
}

/// The length of a control sequence that keygrove has a use for.
fn sequence(rest: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(rest)
        .unwrap_or_else(|odd| std::str::from_utf8(&rest[..odd.valid_up_to()]).unwrap_or_default());
    if let Some(clipboard) = text.strip_prefix("\x1b]52;c;") {
        let end = clipboard.find(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c))?;
        clipboard[end..].starts_with("\x1b\\").then_some(())?;
        return Some("\x1b]52;c;".len() + end + 2);
    }
    let body = text.strip_prefix("\x1b[")?;
    let end = body.find(|c: char| !c.is_ascii_digit() && !"?;:".contains(c))?;
    let parameters = &body[..end];
    let known = match (body.as_bytes()[end], parameters.strip_prefix('?')) {
        (b'h' | b'l', Some(mode)) => MODES.contains(&mode),
        (b'm', None) => true,
        (b'H', None) => parameters.split(';').count() == 2,
        (b'J', None) => matches!(parameters, "" | "2"),
        _ => false,
    };
    known.then_some("\x1b[".len() + end + 1)
}

#[test]
fn what_is_ours_passes() {
    for ours in [
        "\x1b[?1049h\x1b[?25l\x1b[1;1H\x1b[38;2;1;2;3;49m▾ shop…│é日🎉\x1b[0m",
        "\x1b]52;c;aGVsbG8=\x1b\\",
        "e\u{301}\u{301}\u{301}\u{301}",
    ] {
        assert_eq!(foreign(ours.as_bytes()), None, "{ours:?}");
    }
}

#[test]
fn what_is_not_ours_is_found() {
    for foreigner in super::names::harm() {
        assert!(
            foreign(&foreigner).is_some(),
            "{}",
            foreigner.escape_ascii()
        );
    }
    for text in [
        "\x1b",
        "\x1b[",
        "\x1b[1;1",
        "\x1b[?2026h",
        "\x1b]52;c;a\x07",
        "\x1b[6n",
    ] {
        assert!(foreign(text.as_bytes()).is_some(), "{text:?}");
    }
}
