//! Where to connect, and as whom.
use std::fmt;
use std::path::PathBuf;

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
    Tcp { host: String, port: u16 },
    Unix(PathBuf),
}

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

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(super::resp::MASK)
    }
}
