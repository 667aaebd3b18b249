//! The arguments of a command, in one piece of memory: a screen of rows is asked about by hundreds of commands at once.

/// Arguments, one behind the other, each behind its [head](HEAD).
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Args {
    packed: Vec<u8>,
}

/// One argument.
#[derive(Clone, Copy)]
pub(super) struct Arg<'a> {
    pub bytes: &'a [u8],
    pub secret: bool,
}

/// Bytes of what stands before an argument: twice its length, and one more when it is secret.
const HEAD: usize = size_of::<u64>();
/// Room for a command about a key, as most are.
const ROOM: usize = 80;

impl Args {
    pub fn push(&mut self, arg: Arg) {
        if self.packed.capacity() == 0 {
            self.packed.reserve(ROOM);
        }
        let head = (arg.bytes.len() as u64) << 1 | u64::from(arg.secret);
        self.packed.reserve(HEAD + arg.bytes.len());
        self.packed.extend_from_slice(&head.to_le_bytes());
        self.packed.extend_from_slice(arg.bytes);
    }

    pub fn iter(&self) -> Iter<'_> {
        Iter { rest: &self.packed }
    }
}

/// Goes through [`Args`].
pub(super) struct Iter<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Iter<'a> {
    type Item = Arg<'a>;

    fn next(&mut self) -> Option<Arg<'a>> {
        let (head, rest) = self.rest.split_first_chunk()?;
        let head = u64::from_le_bytes(*head);
        let (bytes, rest) = rest.split_at((head >> 1) as usize);
        self.rest = rest;
        Some(Arg {
            bytes,
            secret: head & 1 == 1,
        })
    }
}
