//! What a server can do for a guarded write, as far as its greeting tells.
use super::Hello;

/// Whether a server can do something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Skill {
    Has,
    Lacks,
    /// It does not say who it is.
    Untold,
}

/// The skills that releases differ in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Skills {
    /// SET … IFEQ: Valkey 8.1, Redis 8.4.
    pub(super) compare: Skill,
    /// Hash fields with an expiry of their own (HPTTL, HPEXPIREAT): Redis 7.4, Valkey 9.0.
    pub(super) fields: Skill,
}

impl Skills {
    /// Of a server that has not greeted.
    pub(super) const UNTOLD: Self = Self {
        compare: Skill::Untold,
        fields: Skill::Untold,
    };

    /// Of a server that greets so.
    pub(super) fn of(hello: &Hello) -> Self {
        let mut numbers = hello.version.split('.').map(str::parse::<u32>);
        let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
            return Self::UNTOLD;
        };
        let since = |first: (u32, u32)| {
            if (major, minor) >= first {
                Skill::Has
            } else {
                Skill::Lacks
            }
        };
        match hello.server.as_str() {
            "redis" => Self {
                compare: since((8, 4)),
                fields: since((7, 4)),
            },
            "valkey" => Self {
                compare: since((8, 1)),
                fields: since((9, 0)),
            },
            _ => Self::UNTOLD,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skills_come_with_releases() {
        use Skill::{Has, Lacks, Untold};
        for (server, version, compare, fields) in [
            ("redis", "6.2.14", Lacks, Lacks),
            ("redis", "7.0.15", Lacks, Lacks),
            ("redis", "7.4.0", Lacks, Has),
            ("redis", "8.2.3", Lacks, Has),
            ("redis", "8.4.0", Has, Has),
            ("redis", "10.0.0", Has, Has),
            ("valkey", "8.0.1", Lacks, Lacks),
            ("valkey", "8.1.8", Has, Lacks),
            ("valkey", "9.1.2", Has, Has),
            ("dragonfly", "9.0.0", Untold, Untold),
            ("redis", "", Untold, Untold),
        ] {
            let hello = Hello {
                server: server.into(),
                version: version.into(),
                ..Hello::default()
            };
            assert_eq!(Skills::of(&hello), Skills { compare, fields }, "{hello:?}");
        }
    }
}
