//! A keyspace made up: the mix of names a shop with sessions, caches and queues has, in the order a walk brings them.

/// Names one behind the other in one block of memory.
pub struct Names {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// How the names look.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Folders of all sizes: 30 % of the names in the largest, some deep, some not UTF-8.
    Mixed,
    /// No name has a separator.
    Flat,
    /// Every name is a folder of its own: `user:<id>:cart`.
    Deep,
}

impl Names {
    /// This many names, shuffled.
    pub fn new(shape: Shape, count: usize) -> Self {
        let mut order: Vec<u64> = (0..count as u64).collect();
        for n in (1..order.len()).rev() {
            order.swap(n, (mix(n as u64) % (n as u64 + 1)) as usize);
        }
        let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(count));
        for n in order {
            match shape {
                Shape::Mixed => mixed(n, &mut bytes),
                Shape::Flat => put(
                    &mut bytes,
                    format_args!("account-{:08x}-{n:010}", mix(n) as u32),
                ),
                Shape::Deep => put(&mut bytes, format_args!("user:{n}:cart")),
            }
            ends.push(bytes.len());
        }
        Self { bytes, ends }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all names.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    pub fn get(&self, n: usize) -> &[u8] {
        let start = n.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[n]]
    }

    /// The names in groups of as many, as a walk brings them.
    pub fn batches(
        &self,
        size: usize,
    ) -> impl Iterator<Item = impl Iterator<Item = &[u8]> + Clone> {
        let starts = (0..self.len()).step_by(size);
        starts.map(move |start| (start..self.len().min(start + size)).map(|n| self.get(n)))
    }
}

/// A bijection of 64-bit numbers without visible order.
pub fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ (n >> 31)
}

fn put(bytes: &mut Vec<u8>, words: std::fmt::Arguments) {
    std::io::Write::write_fmt(bytes, words).expect("memory takes what is written");
}

fn mixed(n: u64, to: &mut Vec<u8>) {
    let h = mix(n ^ 0x0100_0003);
    let again = mix(h);
    match mix(n * 7919) % 1000 {
        0..300 => put(to, format_args!("myapp:session:{h:016x}{again:016x}")),
        300..480 => put(to, format_args!("myapp:cache:user:{}", 1000 + n)),
        480..620 => put(to, format_args!("myapp:user:{}", 1000 + n)),
        620..700 => {
            let address = std::net::Ipv4Addr::from((n as u32).wrapping_mul(2_654_435_761));
            put(to, format_args!("myapp:ratelimit:{address}"));
        }
        700..760 if h & 1 == 1 => put(to, format_args!("shop:product:SKU-{n:07}:stock")),
        700..760 => put(to, format_args!("shop:product:SKU-{n:07}")),
        760..800 => put(to, format_args!("shop:cart:{}", uuid(h, n))),
        800..840 => put(to, format_args!("feed:user:{}:timeline", 1000 + n)),
        840..880 => put(
            to,
            format_args!(
                "analytics:pv:2026-{:02}-{:02}:page{}-{n}",
                h % 12 + 1,
                h % 28 + 1,
                h >> 20 & 7
            ),
        ),
        880..910 => put(to, format_args!("social:user:{}:followers", 1000 + n)),
        910..940 => put(to, format_args!("celery-task-meta-{}", uuid(h, n))),
        940..960 => put(
            to,
            format_args!("leaderboard:game{}:season:{}:{n}", h % 5, (h >> 8) % 12 + 1),
        ),
        960..980 => put(
            to,
            format_args!("events:{{tenant-{}}}:topic{}:{n}", h % 500, (h >> 16) % 6),
        ),
        980..990 => put(to, format_args!("myapp:queue:queue{}:{n}", h % 10)),
        990..996 => put(
            to,
            format_args!(
                "i18n:lang{}:web:page{}.section{}:block:{n}",
                h % 6,
                h >> 8 & 63,
                h >> 16 & 15
            ),
        ),
        996..998 => put(to, format_args!("käufer:warenkorb:{n}")),
        998 => {
            to.extend_from_slice(b"bin:\xff\xfe\x00\x01");
            to.extend_from_slice(&h.to_be_bytes());
            to.extend_from_slice(&n.to_be_bytes());
        }
        _ => {
            put(to, format_args!("long:"));
            for _ in 0..12 + h % 44 {
                put(to, format_args!("{h:016x}"));
            }
            put(to, format_args!(":{n}"));
        }
    }
}

fn uuid(h: u64, n: u64) -> String {
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{n:012x}",
        h >> 32,
        h >> 16 & 0xffff,
        h & 0xfff,
        h >> 4 & 0xfff
    )
}
