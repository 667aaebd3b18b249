//! Which servers' cursors are known to count in reversed binary.
use super::Cursors;
use crate::server::Hello;

/// Releases whose cursors were tried, with tables that grew and shrank under the walk: name, major, minor.
#[rustfmt::skip]
const TRIED: &[(&str, u32, u32)] = &[
    ("redis", 6, 2), ("redis", 7, 0), ("redis", 7, 2), ("redis", 7, 4), ("redis", 8, 0), ("redis", 8, 2),
    ("valkey", 8, 0), ("valkey", 8, 1), ("valkey", 9, 1),
];

impl Cursors {
    /// What the cursors of a server may be taken for that greets so. In a cluster they have a slot inside.
    pub(in crate::server) fn of(hello: &Hello) -> Self {
        let mut numbers = hello.version.split('.').map(str::parse);
        let tried = match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => {
                TRIED.contains(&(hello.server.as_str(), major, minor))
            }
            _ => false,
        };
        if tried && hello.mode == "standalone" {
            Self::Reversed
        } else {
            Self::Opaque
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_servers_that_were_tried_are_cut_into_parts() {
        for (server, version, mode, cursors) in [
            ("redis", "7.0.15", "standalone", Cursors::Reversed),
            ("redis", "8.2.3", "standalone", Cursors::Reversed),
            ("valkey", "9.1.2", "standalone", Cursors::Reversed),
            ("valkey", "8.1.8", "cluster", Cursors::Opaque),
            ("redis", "6.3.4", "standalone", Cursors::Opaque),
            ("redis", "9.0.0", "standalone", Cursors::Opaque),
            ("redis", "255.255.255", "standalone", Cursors::Opaque),
            ("dragonfly", "7.2.0", "standalone", Cursors::Opaque),
            ("redis", "7", "standalone", Cursors::Opaque),
            ("", "", "", Cursors::Opaque),
        ] {
            let hello = Hello {
                server: server.into(),
                version: version.into(),
                mode: mode.into(),
                ..Hello::default()
            };
            assert_eq!(Cursors::of(&hello), cursors, "{hello:?}");
        }
    }
}
