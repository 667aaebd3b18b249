//! What the replies of several kinds have in common: sizes, cursors, pairs.
use super::super::key::Key;
use super::super::resp::{Cmd, Reply};
use super::{Look, Mark, Odd, Page, Row};

/// The reply at this place, unless it is missing or a refusal.
pub fn reply<'r>(replies: &'r [Reply], at: usize, of: &'static str) -> Result<&'r Reply, Odd> {
    match replies.get(at) {
        Some(Reply::Error { code, text }) => Err(Odd::Refused {
            code: code.clone(),
            text: text.clone(),
        }),
        Some(reply) => Ok(reply),
        None => Err(Odd::Shape(of)),
    }
}

/// The size of the whole. A refused size is no reason to hide the page beside it: it is just not told.
pub fn size(replies: &[Reply], of: &'static str) -> Result<Option<u64>, Odd> {
    match replies.first() {
        Some(Reply::Error { .. }) => Ok(None),
        Some(reply) => {
            let size = reply.int().and_then(|size| u64::try_from(size).ok());
            size.map(Some).ok_or(Odd::Shape(of))
        }
        None => Err(Odd::Shape(of)),
    }
}

/// The size of a collection; there are no empty ones.
pub fn elements(replies: &[Reply], of: &'static str) -> Result<Option<u64>, Odd> {
    match size(replies, of)? {
        Some(0) => Err(Odd::Gone),
        size => Ok(size),
    }
}

/// The bytes of a cell.
pub fn cell(reply: &Reply, of: &'static str) -> Result<Vec<u8>, Odd> {
    reply.bytes().map(<[u8]>::to_vec).ok_or(Odd::Shape(of))
}

/// The items of an array reply.
pub fn items<'r>(reply: &'r Reply, of: &'static str) -> Result<&'r [Reply], Odd> {
    reply.items().ok_or(Odd::Shape(of))
}

/// The reply to HSCAN, SSCAN or ZSCAN: where to go on, and what was found.
pub fn scanned<'r>(reply: &'r Reply, of: &'static str) -> Result<(Option<Mark>, &'r Reply), Odd> {
    let Some([cursor, found]) = reply.items() else {
        return Err(Odd::Shape(of));
    };
    let text = cursor
        .bytes()
        .and_then(|bytes| std::str::from_utf8(bytes).ok());
    // A cursor uses all 64 bits, so it may not fit into the i64 of an integer reply.
    let cursor: u64 = text
        .and_then(|text| text.parse().ok())
        .ok_or(Odd::Shape(of))?;
    Ok(((cursor != 0).then_some(Mark::Cursor(cursor)), found))
}

/// Pairs in any of the forms in which servers send them: flat, nested, or as a map.
pub fn pairs<'r>(reply: &'r Reply, of: &'static str) -> Result<Vec<(&'r Reply, &'r Reply)>, Odd> {
    match reply {
        Reply::Map(pairs) => Ok(pairs.iter().map(|(left, right)| (left, right)).collect()),
        Reply::Array(items) if matches!(items.first(), Some(Reply::Array(_))) => {
            let pair = |item: &'r Reply| match item.items() {
                Some([left, right]) => Ok((left, right)),
                _ => Err(Odd::Shape(of)),
            };
            items.iter().map(pair).collect()
        }
        Reply::Array(items) => {
            let (pairs, rest) = items.as_chunks::<2>();
            if !rest.is_empty() {
                return Err(Odd::Shape(of));
            }
            Ok(pairs.iter().map(|[left, right]| (left, right)).collect())
        }
        _ => Err(Odd::Shape(of)),
    }
}

/// The cursor a look goes on from; 0 begins.
pub fn cursor(look: &Look) -> u64 {
    match look.from {
        Some(Mark::Cursor(cursor)) => cursor,
        _ => 0,
    }
}

/// How many rows a look asks for, held within bounds.
pub fn count(look: &Look) -> u64 {
    const MOST: u32 = 10_000;
    u64::from(look.count.clamp(1, MOST))
}

/// The index a look goes on from.
pub fn index(look: &Look) -> u64 {
    match look.from {
        // Commands take signed indexes; none of our counts can carry this one over the edge.
        Some(Mark::Index(index)) => index.min(u64::MAX >> 2),
        _ => 0,
    }
}

/// The mark after `walked` elements from `start`, when there is more: by the size, or else by a full page.
pub fn next(start: u64, walked: usize, asked: u64, size: Option<u64>) -> Option<Mark> {
    let walked = walked as u64;
    let end = start + walked;
    let more = size.map_or(walked >= asked, |size| end < size);
    (more && walked > 0).then_some(Mark::Index(end))
}

/// One step of HSCAN, SSCAN or ZSCAN as the look wants it.
pub fn scan(name: &str, key: &Key, look: &Look) -> Cmd {
    let scan = Cmd::new(name).arg(key.bytes()).num(cursor(look));
    let scan = match &look.filter {
        Some(filter) => scan.arg("MATCH").arg(filter.bytes()),
        None => scan,
    };
    scan.arg("COUNT").num(count(look))
}

/// The one name a look is for, if it is for one: it is asked for by that, wherever it stands in a big value.
pub fn named(look: &Look) -> Option<Vec<u8>> {
    look.filter.as_ref()?.literal()
}

/// The page of a name that was asked for: its cells, where it is there.
pub fn one(cells: Option<Vec<Vec<u8>>>, total: Option<u64>) -> Page {
    Page {
        rows: cells.map(|cells| Row::new(cells, 0)).into_iter().collect(),
        total,
        ..Page::default()
    }
}

/// What STRLEN and HSTRLEN answer for these bytes.
pub fn length(bytes: &[u8]) -> Reply {
    len(bytes.len())
}

/// What LLEN and its like answer for so many.
pub fn len(count: usize) -> Reply {
    Reply::Int(i64::try_from(count).unwrap_or(i64::MAX))
}
