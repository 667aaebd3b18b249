//! Percent-escapes, as URLs have them.
use super::url::BadUrl;

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Turns `%2F` into `/` and leaves the rest as it is.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, BadUrl> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (&[high, low], tail) = rest.split_first_chunk().ok_or(BadUrl::Percent)?;
        bytes.push(digit(high)? << 4 | digit(low)?);
        rest = tail;
    }
    Ok(bytes)
}

/// As [`decode`], for what must be text.
pub(super) fn decode_text(text: &str) -> Result<String, BadUrl> {
    String::from_utf8(decode(text)?).map_err(|_| BadUrl::Text)
}

/// Escapes every byte but letters, digits, `-._~` and those in `plain`.
pub(super) fn encode(bytes: &[u8], plain: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || plain.contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    text
}

fn digit(byte: u8) -> Result<u8, BadUrl> {
    let value = char::from(byte).to_digit(16).ok_or(BadUrl::Percent)?;
    Ok(value as u8)
}
