//! Which ACL language the connected server speaks.
use std::fmt;

/// Who made the server; it decides what a version number means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    Redis,
    Valkey,
}

/// A server's family and version. Other makes (Dragonfly, `KeyDB` …) count as the Redis version they claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dialect {
    pub family: Family,
    pub major: u16,
    pub minor: u16,
}

/// One thing that only some servers understand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Feature {
    /// `&pattern`, `allchannels`, `resetchannels` (6.2).
    Channels,
    /// `(skip-)sanitize-payload` (6.2).
    Payload,
    /// `%R~`, `%W~` (7.0).
    KeyLetters,
    /// `( … )`, `clearselectors` (7.0).
    Selectors,
    /// `-cmd|sub`; subcommands are commands of their own (7.0).
    Subcommands,
    /// `ACL DRYRUN` (7.0).
    Dryrun,
    /// `CLIENT SETINFO`, `CLIENT NO-TOUCH` (7.2).
    ClientInfo,
    /// `db=0,1`, `alldbs` (Valkey 9.1).
    Databases,
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Channels => "channel patterns need Redis 6.2",
            Self::Payload => "sanitize-payload needs Redis 6.2",
            Self::KeyLetters => "%R~ and %W~ need Redis 7.0",
            Self::Selectors => "selectors need Redis 7.0",
            Self::Subcommands => "taking away a subcommand needs Redis 7.0",
            Self::Dryrun => "ACL DRYRUN needs Redis 7.0",
            Self::ClientInfo => "CLIENT SETINFO needs Redis 7.2",
            Self::Databases => "db= needs Valkey 9.1",
        })
    }
}

impl Dialect {
    /// From the `server` and `version` fields of HELLO (`redis`, `7.0.15`). An unreadable version counts as 7.0.
    pub fn new(server: &str, version: &str) -> Self {
        let family = if server.eq_ignore_ascii_case("valkey") {
            Family::Valkey
        } else {
            Family::Redis
        };
        let mut numbers = version.split('.').map_while(|part| part.parse().ok());
        let (major, minor) = (numbers.next(), numbers.next());
        Self {
            family,
            major: major.unwrap_or(7),
            minor: minor.unwrap_or(0),
        }
    }

    /// Whether the server understands it.
    pub fn has(self, feature: Feature) -> bool {
        let since = match feature {
            Feature::Channels | Feature::Payload => (6, 2),
            Feature::KeyLetters | Feature::Selectors | Feature::Subcommands | Feature::Dryrun => {
                (7, 0)
            }
            Feature::ClientInfo => (7, 2),
            Feature::Databases if self.family == Family::Valkey => (9, 1),
            Feature::Databases => return false,
        };
        (self.major, self.minor) >= since
    }

    /// Whether `+@category` also reaches commands of modules (Redis 7.4, Valkey 8).
    pub fn categories_reach_modules(self) -> bool {
        (self.major, self.minor) >= (7, 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_decides_what_is_understood() {
        for (server, version, has, lacks) in [
            ("redis", "6.0.20", None, Some(Feature::Channels)),
            (
                "redis",
                "6.2.16",
                Some(Feature::Channels),
                Some(Feature::KeyLetters),
            ),
            (
                "redis",
                "7.0.15",
                Some(Feature::Selectors),
                Some(Feature::ClientInfo),
            ),
            (
                "redis",
                "9.9.0",
                Some(Feature::ClientInfo),
                Some(Feature::Databases),
            ),
            ("valkey", "9.1.0", Some(Feature::Databases), None),
            (
                "valkey",
                "unstable",
                Some(Feature::Selectors),
                Some(Feature::ClientInfo),
            ),
        ] {
            let dialect = Dialect::new(server, version);
            assert!(
                has.is_none_or(|feature| dialect.has(feature)),
                "{server} {version}"
            );
            assert!(
                !lacks.is_some_and(|feature| dialect.has(feature)),
                "{server} {version}"
            );
        }
    }
}
