//! New passwords: drawn from the machine's randomness, of letters that need no escape in a URL.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::model::acl::Secret;

/// Bytes of randomness: 192 bits, 32 characters.
const BYTES: usize = 24;

/// A password that nobody has; an error if this machine has no randomness to give.
pub fn generate() -> Result<Secret, String> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|why| format!("this machine gives no randomness for a password: {why}"))?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_plain_and_different() {
        let [a, b] = [generate().unwrap(), generate().unwrap()];
        assert_ne!(a, b);
        assert_eq!(a.reveal().len(), 32);
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
        assert!(a.reveal().iter().all(plain));
    }
}
