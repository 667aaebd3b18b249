//! Named fields in a reply, whether a RESP3 map or a flat RESP2 list.
use crate::model::resp::Reply;

/// The fields of a map, or of a list that alternates names and values; names in lower case.
pub fn fields(reply: &Reply) -> Vec<(String, &Reply)> {
    let pairs: Vec<(&Reply, &Reply)> = match reply {
        Reply::Map(pairs) => pairs.iter().map(|(name, value)| (name, value)).collect(),
        Reply::Array(items) => items
            .chunks_exact(2)
            .map(|pair| (&pair[0], &pair[1]))
            .collect(),
        _ => Vec::new(),
    };
    pairs
        .into_iter()
        .filter_map(|(name, value)| Some((text(name)?.to_ascii_lowercase(), value)))
        .collect()
}

/// A string reply that is text.
pub fn text(reply: &Reply) -> Option<String> {
    String::from_utf8(reply.bytes()?.to_vec()).ok()
}

/// The strings of a list, what is not text left out.
pub fn texts(reply: &Reply) -> Vec<String> {
    reply
        .items()
        .unwrap_or_default()
        .iter()
        .filter_map(text)
        .collect()
}
