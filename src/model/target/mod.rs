//! Where to connect, and as whom.
use std::fmt;
use std::hint::black_box;
use std::path::PathBuf;

mod percent;
mod url;

pub use url::BadUrl;

/// Where to connect, as whom, and to which database. The database is part of it: a reconnect lands where it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    pub place: Place,
    /// `None` is the user called `default`.
    pub user: Option<String>,
    pub password: Option<Secret>,
    /// Number of the database.
    pub db: u32,
    /// `None` is plain text.
    pub tls: Option<Tls>,
}

/// Where a server listens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// The host without brackets, even when it is an IPv6 address.
    Tcp {
        host: String,
        port: u16,
    },
    Unix(PathBuf),
}

/// The host that an address without one means.
pub const HOST: &str = "127.0.0.1";
/// The port that an address without one means.
pub const PORT: u16 = 6379;

/// How to speak TLS.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tls {
    /// PEM file of the authority to trust instead of the system's.
    pub cacert: Option<PathBuf>,
    /// PEM file of our own certificate.
    pub cert: Option<PathBuf>,
    /// PEM file of its key.
    pub key: Option<PathBuf>,
    pub trust: Trust,
}

/// Whether the server's certificate is checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Trust {
    /// Chain and host name.
    #[default]
    Verified,
    /// Nothing (`--insecure`).
    Anything,
}

/// What a server is for; the more it matters, the more careful the confirmations.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Environment {
    #[default]
    Dev,
    Staging,
    /// Read-only until unlocked.
    Prod,
}

impl Target {
    /// Whether this is the same data: the same database of the same server, whoever sees it.
    pub fn is_beside(&self, other: &Self) -> bool {
        self.place == other.place && self.db == other.db
    }

    /// The name of the user.
    pub fn who(&self) -> &str {
        self.user.as_deref().unwrap_or("default")
    }

    /// Whether the login is as a user of its own, who may be fenced in, and not as the one everybody is.
    pub fn is_named(&self) -> bool {
        self.who() != "default"
    }
}

impl Environment {
    /// All of them, the harmless first.
    pub const ALL: [Self; 3] = [Self::Dev, Self::Staging, Self::Prod];

    /// The word people type for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Staging => "staging",
            Self::Prod => "prod",
        }
    }
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for sending it to the server.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Nothing of it stays in memory that is given back.
impl Drop for Secret {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        // Without this the compiler may leave out what nobody reads.
        black_box(&bytes);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(super::resp::MASK)
    }
}
