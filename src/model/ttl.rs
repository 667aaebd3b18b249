//! Time to live as people type and read it.
use jiff::civil::DateTime;
use jiff::{Timestamp, Zoned};

use super::change::{Change, Check, Step};
use super::key::Key;
use super::resp::Cmd;
use super::undo::Life;

/// When a key shall expire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ttl {
    Never,
    /// In this many milliseconds, more than 0.
    In(u64),
    /// At this unix time in milliseconds, in the future when it was typed.
    At(i64),
}

/// The longest time to live that is taken, in milliseconds (about 31,700 years): servers fail on sums that overflow.
const LONGEST: u64 = 1_000_000_000_000_000;

/// Milliseconds in each unit that may be typed. `ms` stands before `m`, which it begins with.
const UNITS: &[(&str, u64)] = &[
    ("ms", 1),
    ("s", SECOND),
    ("m", MINUTE),
    ("h", HOUR),
    ("d", DAY),
    ("w", 7 * DAY),
];
const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Why a text is no time to live.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadTtl {
    #[error(
        "type a time such as 90s, 5m, 1h30m or 2d, a date such as 2030-12-31 or 2030-12-31 23:59, or never"
    )]
    Unclear,
    #[error(
        "0 or less would delete the key at once; type a time such as 90s, or never for no expiry"
    )]
    NotPositive,
    #[error("this date is in the past, which would delete the key at once; type a later one")]
    Past,
    #[error("this is too far away; type a shorter time, or never for no expiry")]
    TooLong,
}

/// Reads what was typed: `90s`, `5m`, `1h30m`, `2d`, `1w`, `500ms`, plain seconds, a date (its first moment) or a date
/// with a time, in the zone of `now` unless it names its own offset; `never`, `none` or nothing for no expiry.
pub fn parse(text: &str, now: &Zoned) -> Result<Ttl, BadTtl> {
    let text = text.trim().to_ascii_lowercase();
    if matches!(text.as_str(), "" | "never" | "none") {
        return Ok(Ttl::Never);
    }
    if let Some(digits) = text.strip_prefix('-')
        && span(digits).is_ok()
    {
        return Err(BadTtl::NotPositive);
    }
    match span(&text) {
        Err(BadTtl::Unclear) => date(&text, now),
        Ok(0) => Err(BadTtl::NotPositive),
        Ok(millis) if millis > LONGEST => Err(BadTtl::TooLong),
        millis => millis.map(Ttl::In),
    }
}

/// A number of seconds, or numbers with units one after the other.
fn span(text: &str) -> Result<u64, BadTtl> {
    if text.is_empty() {
        return Err(BadTtl::Unclear);
    }
    let (mut millis, mut rest) = (0_u64, text);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        if number.is_empty() {
            return Err(BadTtl::Unclear);
        }
        let bare = (number == text).then_some((SECOND, tail));
        let (unit, tail) = unit(tail).or(bare).ok_or(BadTtl::Unclear)?;
        // All digits, so what does not parse is only too long.
        let number: u64 = number.parse().map_err(|_| BadTtl::TooLong)?;
        let part = number.checked_mul(unit).ok_or(BadTtl::TooLong)?;
        millis = millis.checked_add(part).ok_or(BadTtl::TooLong)?;
        rest = tail.trim_start();
    }
    Ok(millis)
}

/// The unit a text begins with, in milliseconds, and what follows it.
fn unit(text: &str) -> Option<(u64, &str)> {
    UNITS
        .iter()
        .find_map(|(name, millis)| Some((*millis, text.strip_prefix(name)?)))
}

/// A date, with or without a time, with or without an offset from UTC.
fn date(text: &str, now: &Zoned) -> Result<Ttl, BadTtl> {
    let at = text.parse().or_else(|_| local(text, now))?;
    if at <= now.timestamp() {
        Err(BadTtl::Past)
    } else {
        Ok(Ttl::At(at.as_millisecond()))
    }
}

/// A moment as the clock on the wall tells it.
fn local(text: &str, now: &Zoned) -> Result<Timestamp, BadTtl> {
    let date: DateTime = text.parse().map_err(|_| BadTtl::Unclear)?;
    let zoned = date.to_zoned(now.time_zone().clone());
    zoned
        .map(|zoned| zoned.timestamp())
        .map_err(|_| BadTtl::TooLong)
}

/// The time left of these milliseconds in its two largest units, rounded down: `3d4h`, `2h05m`, `4m12s`, `59s`.
pub fn print_left(millis: u64) -> String {
    let [days, hours, minutes, seconds] = [
        millis / DAY,
        millis % DAY / HOUR,
        millis % HOUR / MINUTE,
        millis % MINUTE / SECOND,
    ];
    match (days, hours, minutes, seconds) {
        (0, 0, 0, 0) => "<1s".to_owned(),
        (0, 0, 0, _) => format!("{seconds}s"),
        (0, 0, ..) => format!("{minutes}m{seconds:02}s"),
        (0, ..) => format!("{hours}h{minutes:02}m"),
        _ => format!("{days}d{hours}h"),
    }
}

/// After how many milliseconds [`print_left`] says something else of a time left, or it has run out.
pub fn until_other(millis: u64) -> u64 {
    let unit = match millis {
        DAY.. => HOUR,
        HOUR.. => MINUTE,
        _ => SECOND,
    };
    millis % unit + 1
}

/// Sets or takes away the expiry of a key: PERSIST, EXPIRE for whole seconds, PEXPIRE, PEXPIREAT.
pub fn change(key: &Key, ttl: &Ttl) -> Change {
    let (done, step) = if let Some(expire) = expire(key, ttl) {
        ("expiry set", expire)
    } else {
        let persist = Cmd::new("PERSIST").arg(key.bytes());
        let why = "the key has no expiry already, or is gone";
        ("expiry removed", Step::done(persist, why))
    };
    Change::plain(key, done, vec![step]).reading(Life::reads(key), Life::reads(key))
}

/// A change that makes a key, which then expires: what [`Verb::Create`](super::kinds::Verb::Create) gives, and this.
pub fn with_ttl(mut create: Change, ttl: &Ttl) -> Change {
    let Some(expire) = expire(&create.key, ttl) else {
        return create;
    };
    if let (None, [set], Ttl::In(millis)) = (&create.guard, create.cmds.as_mut_slice(), ttl) {
        // SET … NX is its own condition and takes the time to live along.
        set.cmd = set.cmd.clone().arg("PX").num(millis);
        return create;
    }
    create.cmds.push(expire);
    let guard = create
        .guard
        .take()
        .map_or_else(|| vec![Check::absent(&create.key)], |guard| guard.checks);
    create.guarded(guard)
}

/// The command that lets a key expire; none for never.
fn expire(key: &Key, ttl: &Ttl) -> Option<Step> {
    let cmd = |name| Cmd::new(name).arg(key.bytes());
    let cmd = match ttl {
        Ttl::Never => return None,
        Ttl::In(millis) if millis % SECOND == 0 => cmd("EXPIRE").num(millis / SECOND),
        Ttl::In(millis) => cmd("PEXPIRE").num(millis),
        Ttl::At(millis) => cmd("PEXPIREAT").num(millis),
    };
    Some(Step::done(
        cmd,
        "the key is gone: it expired or was deleted",
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Reply;
    use super::*;

    fn now() -> Zoned {
        "2026-11-23T07:00:00+01:00[+01:00]".parse().unwrap()
    }

    #[test]
    fn people_type_time_in_many_ways() {
        let at = |text: &str| Ttl::At(text.parse::<Timestamp>().unwrap().as_millisecond());
        for (text, ttl) in [
            ("", Ttl::Never),
            (" Never ", Ttl::Never),
            ("none", Ttl::Never),
            ("90", Ttl::In(90_000)),
            ("90s", Ttl::In(90_000)),
            ("5m", Ttl::In(300_000)),
            ("1h30m", Ttl::In(5_400_000)),
            ("1H 30M", Ttl::In(5_400_000)),
            ("2d", Ttl::In(172_800_000)),
            ("1w", Ttl::In(604_800_000)),
            ("500ms", Ttl::In(500)),
            ("1s500ms", Ttl::In(1500)),
            ("2026-12-31", at("2026-12-30T23:00:00Z")),
            ("2026-12-31 23:59", at("2026-12-31T22:59:00Z")),
            ("2026-12-31 23:59:58", at("2026-12-31T22:59:58Z")),
            ("2026-12-31T23:59", at("2026-12-31T22:59:00Z")),
            ("2026-12-31T23:59:00Z", at("2026-12-31T23:59:00Z")),
            ("2026-12-31T23:59:00-05:00", at("2027-01-01T04:59:00Z")),
        ] {
            assert_eq!(parse(text, &now()), Ok(ttl), "{text}");
        }
    }

    #[test]
    fn what_would_delete_the_key_or_means_nothing_is_refused() {
        for (text, bad) in [
            ("0", BadTtl::NotPositive),
            ("0s", BadTtl::NotPositive),
            ("-1", BadTtl::NotPositive),
            ("-5m", BadTtl::NotPositive),
            ("2026-11-22", BadTtl::Past),
            ("2026-11-23 07:00", BadTtl::Past),
            ("99999999999999999999999", BadTtl::TooLong),
            ("1000000000001", BadTtl::TooLong),
            ("18446744073709551615w", BadTtl::TooLong),
            ("soon", BadTtl::Unclear),
            ("5x", BadTtl::Unclear),
            ("5m3", BadTtl::Unclear),
            ("m", BadTtl::Unclear),
            ("-", BadTtl::Unclear),
            ("1.5h", BadTtl::Unclear),
            ("2026-13-01", BadTtl::Unclear),
            ("٣s", BadTtl::Unclear),
        ] {
            assert_eq!(parse(text, &now()), Err(bad), "{text}");
        }
    }

    #[test]
    fn time_left_is_short() {
        for (millis, text) in [
            (0, "<1s"),
            (999, "<1s"),
            (59_999, "59s"),
            (252_000, "4m12s"),
            (245_000, "4m05s"),
            (2 * HOUR + 5 * MINUTE, "2h05m"),
            (3 * DAY + 4 * HOUR + MINUTE, "3d4h"),
        ] {
            assert_eq!(print_left(millis), text);
        }
    }

    #[test]
    fn it_is_known_how_long_a_time_left_is_told_so() {
        for millis in [
            1,
            999,
            1_000,
            59_999,
            HOUR - 1,
            HOUR,
            HOUR + 59_999,
            DAY - 1,
            DAY,
            DAY + HOUR - 1,
            9 * DAY,
        ] {
            let after = |passed: u64| millis.checked_sub(passed).map(print_left);
            let until = until_other(millis);
            assert_eq!(after(until - 1), after(0), "{millis}");
            assert_ne!(after(until), after(0), "{millis}");
        }
    }

    #[test]
    fn an_expiry_is_one_command() {
        for (ttl, line) in [
            (Ttl::Never, "PERSIST k"),
            (Ttl::In(90_000), "EXPIRE k 90"),
            (Ttl::In(1500), "PEXPIRE k 1500"),
            (Ttl::At(1_798_758_000_000), "PEXPIREAT k 1798758000000"),
        ] {
            let change = change(&"k".into(), &ttl);
            assert_eq!(change.lines(), [line]);
            assert!(change.cmds[0].fell_short(&Reply::Int(0)).is_some());
        }
    }

    #[test]
    fn a_new_key_gets_its_expiry_with_its_value() {
        use crate::model::kinds::{self, Verb};
        let create = |kind: &str, typed: &[&str], ttl: Ttl| {
            let typed: Vec<Vec<u8>> = typed.iter().map(|text| text.as_bytes().to_vec()).collect();
            let create = kinds::of(kind)
                .change(&"k".into(), Verb::Create, None, &typed)
                .unwrap();
            let change = with_ttl(create, &ttl);
            (change.lines(), change.guard.map(|guard| guard.checks))
        };
        let absent = || Some(vec![Check::absent(&"k".into())]);
        assert_eq!(
            create("string", &["v"], Ttl::Never),
            (vec!["SET k v NX".into()], None)
        );
        assert_eq!(
            create("string", &["v"], Ttl::In(5)),
            (vec!["SET k v NX PX 5".into()], None)
        );
        let lines = vec!["SET k v NX".into(), "PEXPIREAT k 7".into()];
        assert_eq!(create("string", &["v"], Ttl::At(7)), (lines, absent()));
        let lines = vec!["HSET k f v".into(), "EXPIRE k 2".into()];
        assert_eq!(
            create("hash", &["f", "v"], Ttl::In(2000)),
            (lines, absent())
        );
    }
}
