//! Random users and random command lines from a seed.
use keygrove::model::acl::Catalog;

/// A small generator (splitmix64): the same seed gives the same run everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'t, T: ?Sized>(&mut self, from: &[&'t T]) -> &'t T {
        from[self.below(from.len())]
    }
}

/// Names of keys and channels: some within the patterns below, some odd.
const NAMES: &[&[u8]] = &[
    b"app:1",
    b"app:2",
    b"app",
    b"other:1",
    b"APP:1",
    b"a",
    b"b",
    b"[x]",
    b"a*",
    b"",
    b"\xff",
    b"\xff\xfe",
    b"a\\b",
    b"app:{1}",
    b"2",
    b"x1",
    b"(q)",
    b"-secret",
];

/// Words that mean something to one command or another.
const WORDS: &[&[u8]] = &[
    b"STORE",
    b"store",
    b"STOREDIST",
    b"KEYS",
    b"keys",
    b"STREAMS",
    b"streams",
    b"GET",
    b"get",
    b"SET",
    b"INCRBY",
    b"OVERFLOW",
    b"COUNT",
    b"BLOCK",
    b"GROUP",
    b"NOACK",
    b"BY",
    b"LIMIT",
    b"AUTH",
    b"AUTH2",
    b"COPY",
    b"REPLACE",
    b"0",
    b"1",
    b"2",
    b"3",
    b"-1",
    b"01",
    b"2x",
    b"+1",
    b"99999999999",
    b"u8",
    b"$",
    b"0-0",
    b"WEIGHTS",
];

const PATTERNS: &[&[u8]] = &[
    b"*",
    b"app:*",
    b"a*",
    b"app",
    b"*:1",
    b"?",
    b"[a-b]",
    b"[^a]*",
    b"\\[x\\]",
    b"a\\*",
    b"",
    b"\xff*",
    b"[",
    b"[a-",
    b"other:?",
    b"a\\",
    b"-secret*",
    b"**",
];

const FIRST_ARGS: &[&[u8]] = &[b"0", b"app:1", b"X1", b"2"];

fn sigil(dice: &mut Dice) -> &'static [u8] {
    dice.pick(&[
        &b"~"[..],
        b"~",
        b"~",
        b"%R~",
        b"%W~",
        b"%RW~",
        b"%rw~",
        b"%wR~",
    ])
}

fn command(dice: &mut Dice, catalog: &Catalog) -> Vec<u8> {
    let ids: Vec<_> = catalog.ids().collect();
    let command = catalog.command(ids[dice.below(ids.len())]);
    let first_arg = command.subs.is_empty() && !command.name.contains('|') && dice.once_in(8);
    let sign = if dice.once_in(3) && !first_arg {
        "-"
    } else {
        "+"
    };
    let mut token = format!("{sign}{}", command.name).into_bytes();
    if dice.once_in(5) {
        token.make_ascii_uppercase();
    }
    if first_arg {
        token.push(b'|');
        token.extend(dice.pick(FIRST_ARGS));
    }
    token
}

/// Rules that may stand in a selector.
fn rights(dice: &mut Dice, catalog: &Catalog) -> Vec<Vec<u8>> {
    let mut tokens: Vec<Vec<u8>> = Vec::new();
    for _ in 0..dice.below(9) {
        let token = match dice.below(12) {
            0 => dice
                .pick(&[&b"+@all"[..], b"-@all", b"allcommands", b"nocommands"])
                .to_vec(),
            1..=3 => command(dice, catalog),
            4..=6 => {
                let categories = catalog.categories();
                let sign = if dice.once_in(3) { "-" } else { "+" };
                format!("{sign}@{}", dice.pick(&categories)).into_bytes()
            }
            7..=9 => [sigil(dice), dice.pick(PATTERNS)].concat(),
            10 => [&b"&"[..], dice.pick(PATTERNS)].concat(),
            _ => dice
                .pick(&[
                    &b"allkeys"[..],
                    b"resetkeys",
                    b"allchannels",
                    b"resetchannels",
                    b"~*",
                    b"&*",
                ])
                .to_vec(),
        };
        tokens.push(token);
    }
    tokens
}

/// The words of an ACL SETUSER for a new user; one in some dozens is refused by the server.
pub fn user(dice: &mut Dice, catalog: &Catalog) -> Vec<Vec<u8>> {
    let mut tokens = Vec::new();
    for _ in 0..dice.below(4) {
        let word = match dice.below(8) {
            0 | 1 => b"on".to_vec(),
            2 => b"nopass".to_vec(),
            3 => b"skip-sanitize-payload".to_vec(),
            4 => b"resetpass".to_vec(),
            _ => format!(">password{}", dice.below(3)).into_bytes(),
        };
        tokens.push(word);
    }
    tokens.extend(rights(dice, catalog));
    if dice.once_in(2) {
        for _ in 0..dice.below(3) {
            let inside = rights(dice, catalog);
            // Backslashes in selectors are left to the validator: the server splits them as a shell would.
            let plain = inside.into_iter().filter(|token| !token.contains(&b'\\'));
            let inside: Vec<Vec<u8>> = plain.collect();
            tokens.push([b"(", inside.join(&b' ').as_slice(), b")"].concat());
        }
    }
    if dice.once_in(6) {
        tokens.extend(rights(dice, catalog));
    }
    tokens
}

/// A command line: mostly of the right length, of names and of words that mean something.
pub fn argv(dice: &mut Dice, catalog: &Catalog, favourites: &[&str]) -> Vec<Vec<u8>> {
    let ids: Vec<_> = catalog.ids().collect();
    let favourite = dice.pick(favourites);
    let id = match catalog.find(favourite).filter(|_| dice.once_in(3)) {
        Some(id) => id,
        None => ids[dice.below(ids.len())],
    };
    let command = catalog.command(id);
    let mut argv: Vec<Vec<u8>> = command
        .name
        .split('|')
        .map(|word| word.as_bytes().to_vec())
        .collect();
    if dice.once_in(6) {
        argv[0].make_ascii_uppercase();
    }
    if dice.once_in(40) {
        argv.push(b"nonsense".to_vec());
    }
    let least = command.arity.unsigned_abs() as usize;
    let extra = if command.arity < 0 {
        dice.below(6)
    } else {
        usize::from(dice.once_in(30))
    };
    while argv.len() < least + extra {
        let word = if dice.once_in(3) {
            dice.pick(WORDS)
        } else {
            dice.pick(NAMES)
        };
        argv.push(word.to_vec());
    }
    argv
}

/// A pattern of bytes that have broken servers, and its sigil.
fn hostile(dice: &mut Dice) -> Vec<u8> {
    const BYTES: &[u8] = b"ab:*?[]\\\"'()%~&#|+-,{}\xff";
    let sigil = dice.pick(&[&b"~"[..], b"%R~", b"%W~", b"&"]);
    let len = dice.below(5);
    let body = (0..len).map(|_| BYTES[dice.below(BYTES.len())]);
    sigil
        .iter()
        .copied()
        .chain(body.collect::<Vec<u8>>())
        .collect()
}

/// As [`user`], with patterns of any bytes in the root and in selectors.
pub fn odd_user(dice: &mut Dice, catalog: &Catalog) -> Vec<Vec<u8>> {
    let mut tokens = user(dice, catalog);
    for _ in 0..dice.below(3) {
        tokens.push(hostile(dice));
    }
    if dice.once_in(3) {
        tokens.push([b"(", hostile(dice).as_slice(), b" +get)"].concat());
    }
    tokens
}
