//! Walking a sorted set: by rank, by score, by cursor, by name.
use super::super::key::Key;
use super::super::resp::{Cmd, Reply};
use super::{Look, Mark, Odd, Order, Page, Row, reads};

/// The reads that answer a look, as one pipeline.
pub fn page(key: &Key, look: &Look) -> Vec<Cmd> {
    let size = Cmd::new("ZCARD").arg(key.bytes());
    match Way::of(look) {
        Way::Place => vec![size, by_place(key, look)],
        Way::Score(min, max) => {
            let [before, within] = counts(key, look, min, max);
            vec![size, by_score(key, look, min, max), before, within]
        }
        Way::Cursor => vec![size, reads::scan("ZSCAN", key, look)],
        Way::Name(member) => vec![size, score_of(key, &member)],
    }
}

/// Reads the replies to [`page`].
pub fn read(look: &Look, replies: &[Reply]) -> Result<Page, Odd> {
    let reply = reads::reply(replies, 1, "ZRANGE")?;
    let total = reads::elements(replies, "ZCARD")?;
    let (rows, next, span) = match Way::of(look) {
        Way::Place => {
            let (rows, next) = ranked(look, reply, reads::index(look), total)?;
            (rows, next, total.map(|total| (0, total)))
        }
        Way::Score(min, max) => scored(look, (min, max), replies)?,
        Way::Cursor => {
            let (rows, next) = scanned(reply)?;
            (rows, next, None)
        }
        Way::Name(member) => {
            let cells = score_text(reply)?.map(|score| vec![score, member]);
            return Ok(reads::one(cells, total));
        }
    };
    Ok(Page {
        rows,
        next,
        total,
        span,
    })
}

/// How a look walks a sorted set.
enum Way<'l> {
    Place,
    /// Between these; what else narrows the look is matched as it is read.
    Score(&'l str, &'l str),
    /// With MATCH, in no order.
    Cursor,
    /// One member, by its name.
    Name(Vec<u8>),
}

impl<'l> Way<'l> {
    fn of(look: &'l Look) -> Self {
        match (&look.scores, &look.filter) {
            (Some((min, max)), _) => Self::Score(min, max),
            (None, Some(filter)) => filter.literal().map_or(Self::Cursor, Self::Name),
            (None, None) => Self::Place,
        }
    }
}

/// ZREVRANGE rather than ZRANGE REV: it is there before 6.2 too.
fn by_place(key: &Key, look: &Look) -> Cmd {
    let name = match look.order {
        Order::Ascending => "ZRANGE",
        Order::Descending => "ZREVRANGE",
    };
    let start = reads::index(look);
    let range = Cmd::new(name).arg(key.bytes());
    range
        .num(start)
        .num(start + reads::count(look) - 1)
        .arg("WITHSCORES")
}

/// The first page by score; those behind it by rank, because LIMIT walks over all it leaves out.
fn by_score(key: &Key, look: &Look, min: &str, max: &str) -> Cmd {
    if look.from.is_some() {
        return by_place(key, look);
    }
    let (name, first, last) = match look.order {
        Order::Ascending => ("ZRANGEBYSCORE", min, max),
        Order::Descending => ("ZREVRANGEBYSCORE", max, min),
    };
    let range = Cmd::new(name)
        .arg(key.bytes())
        .arg(first)
        .arg(last)
        .arg("WITHSCORES");
    range.arg("LIMIT").num(0).num(reads::count(look))
}

/// How many members stand before those with such scores, in the order looked at, and how many have them.
fn counts(key: &Key, look: &Look, min: &str, max: &str) -> [Cmd; 2] {
    // What one end leaves out, the other takes in.
    let beyond = |end: &str| match end.strip_prefix('(') {
        Some(end) => end.to_owned(),
        None => format!("({end}"),
    };
    let count = || Cmd::new("ZCOUNT").arg(key.bytes());
    let before = match look.order {
        Order::Ascending => count().arg("-inf").arg(beyond(min)),
        Order::Descending => count().arg(beyond(max)).arg("+inf"),
    };
    [before, count().arg(min).arg(max)]
}

/// Rows, where to go on, and the ranks that are covered.
type Ranked = (Vec<Row>, Option<Mark>, Option<(u64, u64)>);

/// Rows with such scores. Where the server would not count them, only the first page is told.
fn scored(look: &Look, (min, max): (&str, &str), replies: &[Reply]) -> Result<Ranked, Odd> {
    let reply = reads::reply(replies, 1, "ZRANGE")?;
    let count = |at: usize| {
        let count = replies.get(at).and_then(Reply::int);
        count.and_then(|count| u64::try_from(count).ok())
    };
    let Some((before, within)) = count(2).zip(count(3)) else {
        let (rows, _) = ranked(look, reply, reads::index(look), Some(0))?;
        return Ok((rows, None, None));
    };
    let end = before.saturating_add(within);
    let start = if look.from.is_some() {
        reads::index(look)
    } else {
        before
    };
    let (mut rows, next) = ranked(look, reply, start, Some(end))?;
    // Ranks have moved since they were counted: what has slipped in is not what was asked for.
    rows.retain(|row| row.cells.first().is_some_and(|score| lies(score, min, max)));
    Ok((rows, next, Some((before, end))))
}

/// Whether a score as we print it lies between two bounds.
fn lies(score: &[u8], min: &str, max: &str) -> bool {
    let worth = |text: &str| text.parse::<f64>().ok();
    let Some(score) = std::str::from_utf8(score).ok().and_then(worth) else {
        return true;
    };
    let above = match min.strip_prefix('(') {
        Some(min) => worth(min).is_none_or(|min| score > min),
        None => worth(min).is_none_or(|min| score >= min),
    };
    above
        && match max.strip_prefix('(') {
            Some(max) => worth(max).is_none_or(|max| score < max),
            None => worth(max).is_none_or(|max| score <= max),
        }
}

/// The score of one member, if it is one.
fn score_text(reply: &Reply) -> Result<Option<Vec<u8>>, Odd> {
    match reply {
        Reply::Nil => Ok(None),
        reply => {
            let score = reply.score().ok_or(Odd::Shape("ZSCORE"))?;
            Ok(Some(print(score).into_bytes()))
        }
    }
}

/// Rows in order from this place, and where to go on in a set of this size.
fn ranked(
    look: &Look,
    reply: &Reply,
    start: u64,
    size: Option<u64>,
) -> Result<(Vec<Row>, Option<Mark>), Odd> {
    let pairs = reads::pairs(reply, "ZRANGE")?;
    let next = reads::next(start, pairs.len(), reads::count(look), size);
    let mut rows = Vec::with_capacity(pairs.len());
    for (at, (member, score)) in (start..).zip(pairs) {
        let row = row(member, score, at)?;
        if look.keeps(&row.cells[1]) {
            rows.push(row);
        }
    }
    Ok((rows, next))
}

/// Rows without order, and the cursor to go on from.
fn scanned(reply: &Reply) -> Result<(Vec<Row>, Option<Mark>), Odd> {
    let (next, found) = reads::scanned(reply, "ZSCAN")?;
    let pairs = reads::pairs(found, "ZSCAN")?.into_iter();
    let rows = pairs
        .map(|(member, score)| row(member, score, 0))
        .collect::<Result<_, _>>()?;
    Ok((rows, next))
}

fn row(member: &Reply, score: &Reply, at: u64) -> Result<Row, Odd> {
    let score = score.score().ok_or(Odd::Shape("a score"))?;
    let cells = vec![print(score).into_bytes(), reads::cell(member, "a member")?];
    Ok(Row::new(cells, at))
}

/// The shortest text that is exactly this score; servers before 7.2 print 0.1 as 0.10000000000000001.
pub fn print(score: f64) -> String {
    const LONG: usize = 24;
    let text = score.to_string();
    if text.len() > LONG {
        format!("{score:e}")
    } else {
        text
    }
}

/// Asks for the score of one member.
pub fn score_of(key: &Key, member: &[u8]) -> Cmd {
    Cmd::new("ZSCORE").arg(key.bytes()).arg(member)
}
