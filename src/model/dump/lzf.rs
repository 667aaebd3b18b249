//! Unpacking LZF, with which Redis packs strings of more than 20 bytes.
use super::Unreadable;

/// Three bytes repeat at most 264.
const MOST_PER_BYTE: usize = 88;
const ODD: Unreadable = Unreadable::Shape("a packed string");

/// Unpacks into exactly this many bytes. What no packing can reach is refused before anything is allocated.
pub fn unpack(packed: &[u8], length: usize) -> Result<Vec<u8>, Unreadable> {
    if length > packed.len().saturating_mul(MOST_PER_BYTE) {
        return Err(ODD);
    }
    let mut out = Vec::with_capacity(length);
    let mut rest = packed.iter();
    while let Some(&control) = rest.next() {
        let high = usize::from(control >> 5);
        if high == 0 {
            let (run, after) = rest
                .as_slice()
                .split_at_checked(usize::from(control) + 1)
                .ok_or(ODD)?;
            rest = after.iter();
            out.extend_from_slice(run);
        } else {
            let mut next = || rest.next().copied().map(usize::from).ok_or(ODD);
            let count = if high == 7 { high + next()? } else { high } + 2;
            let back = (usize::from(control & 0x1f) << 8) + next()? + 1;
            let start = out.len().checked_sub(back).ok_or(ODD)?;
            repeat(&mut out, start, count);
        }
        if out.len() > length {
            return Err(ODD);
        }
    }
    if out.len() == length {
        Ok(out)
    } else {
        Err(ODD)
    }
}

/// Appends bytes from `start` on, which may reach into those just appended.
fn repeat(out: &mut Vec<u8>, start: usize, mut count: usize) {
    while count > 0 {
        let end = out.len().min(start + count);
        out.extend_from_within(start..end);
        count -= end - start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_repeats_unpack() {
        let (far, mut long) = ([b'a'; 300], vec![b'a'; 269]);
        long.push(b'z');
        for (packed, out) in [
            (&b"\x02abc"[..], &b"abc"[..]),
            (b"\x01ab\x40\x01\x00z", b"abababz"),
            (b"\x00a\x20\x00", b"aaaa"),
            (b"\x00a\xe0\xff\x00\x40\x00\x00z", &long),
            (b"", b""),
        ] {
            assert_eq!(unpack(packed, out.len()).as_deref(), Ok(out));
        }
        assert_eq!(
            unpack(b"\x00a\xe0\xff\x00", 265).as_deref(),
            Ok(&far[..265])
        );
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (packed, length) in [
            (&b"\x02ab"[..], 3),
            (b"\x00a\x20\x01", 4),
            (b"\x00a\x20", 4),
            (b"\x00a\xe0", 4),
            (b"\x00a", 2),
            (b"\x01ab", 1),
            (b"\x00a\xe0\xff\x00", 264),
            (b"\x00a", usize::MAX),
            (b"", 1),
        ] {
            assert_eq!(unpack(packed, length), Err(ODD), "{packed:?}");
        }
    }
}
