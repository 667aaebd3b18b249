//! Reading and printing the address of a server.
use std::ffi::OsString;
use std::net::Ipv6Addr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use super::percent::{decode, decode_text, encode};
use super::{HOST, PORT, Place, Secret, Target, Tls, Trust};
use crate::model::printed::print;

/// Why a text is no address of a server. The words say what to type and never repeat what was typed:
/// a password may be in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadUrl {
    #[error("a URL begins with redis:// rediss:// valkey:// valkeys:// or unix://")]
    Scheme,
    #[error("type a host name, an IPv4 address, or an IPv6 address in brackets, as in [::1]:6379")]
    Host,
    #[error("a port is a number from 1 to 65535, as in redis://127.0.0.1:6379")]
    Port,
    #[error(
        "a database is a number, as in redis://127.0.0.1:6379/0 or unix:///run/redis.sock?db=0"
    )]
    Db,
    #[error("a socket is a path that begins with /, as in unix:///run/redis.sock")]
    Path,
    #[error("% begins an escape of two hexadecimal digits; type %25 for a % itself")]
    Percent,
    #[error("the escapes of a user or password must spell UTF-8 text")]
    Text,
    #[error("inside a user or password type %2F for /, %3F for ? and %23 for #")]
    Unescaped,
    #[error("after # only the word insecure may stand, and only in a rediss:// or valkeys:// URL")]
    Fragment,
}

/// The forms of address.
#[derive(Clone, Copy, PartialEq)]
enum Scheme {
    Plain,
    Tls,
    Unix,
}

/// An address cut at its marks: `userinfo@seat?query#fragment`.
struct Parts<'t> {
    userinfo: Option<&'t str>,
    /// Host, port and database, or the path of a socket.
    seat: &'t str,
    query: &'t str,
    fragment: &'t str,
}

impl Default for Target {
    /// A server on this machine, as `default`, in the clear.
    fn default() -> Self {
        Self {
            place: Place::Tcp {
                host: HOST.into(),
                port: PORT,
            },
            user: None,
            password: None,
            db: 0,
            tls: None,
        }
    }
}

impl Target {
    /// Reads an address: a URL as redis-cli and the client libraries take it, `host`, `host:port`, or the path of a socket.
    ///
    /// As in redis-cli, what stands before `@` without a colon is the password. Spaces around it came with copying.
    pub fn parse(address: &str) -> Result<Self, BadUrl> {
        let address = address.trim_ascii();
        if address.starts_with('/') {
            return Ok(Self {
                place: Place::Unix(address.into()),
                ..Self::default()
            });
        }
        if address.parse::<Ipv6Addr>().is_ok() {
            return Ok(Self {
                place: Place::Tcp {
                    host: address.into(),
                    port: PORT,
                },
                ..Self::default()
            });
        }
        let (scheme, rest) = match address.split_once("://") {
            Some((scheme, rest)) => (Scheme::parse(scheme)?, rest),
            None => (Scheme::Plain, address),
        };
        let parts = Parts::cut(rest, scheme)?;
        let mut target = Self {
            tls: parts.tls(scheme)?,
            ..Self::default()
        };
        (target.user, target.password) = parts.login()?;
        (target.place, target.db) = match scheme {
            Scheme::Unix => (unix(parts.seat)?, 0),
            Scheme::Plain | Scheme::Tls => tcp(parts.seat)?,
        };
        target.read_query(parts.query)?;
        Ok(target)
    }

    /// Who and where, for people: `ada@127.0.0.1:6379/0`, `default@/run/redis.sock/0`. No secret, safe to print.
    pub fn label(&self) -> String {
        let user = print(self.who().as_bytes());
        format!("{user}@{}/{}", self.place.label(), self.db)
    }

    /// The address as a URL that [`Self::parse`] reads, with `***` instead of the password. Files of
    /// certificates have no place in a URL and are left out.
    pub fn url(&self) -> String {
        let mut url = self.spelled(self.password.as_ref().map(|_| "***"));
        if self
            .tls
            .as_ref()
            .is_some_and(|tls| tls.trust == Trust::Anything)
        {
            url.push_str("#insecure");
        }
        url
    }

    /// The address as a URL for any client, with the password in clear: only for handing it to whom it belongs.
    /// Database 0 goes without saying.
    pub fn revealed(&self) -> String {
        let password = self.password.as_ref();
        let password = password.map(|secret| encode(secret.reveal().as_bytes(), b""));
        let mut url = self.spelled(password.as_deref());
        for ending in ["/0", "?db=0"] {
            if self.db == 0 && url.ends_with(ending) {
                url.truncate(url.len() - ending.len());
            }
        }
        url
    }

    /// The URL with this, already percent-encoded, in the place of the password.
    fn spelled(&self, password: Option<&str>) -> String {
        let user = encode(self.user.as_deref().unwrap_or_default().as_bytes(), b"");
        let login = match password {
            Some(password) => format!("{user}:{password}@"),
            None if user.is_empty() => String::new(),
            None => format!("{user}:@"),
        };
        let scheme = if self.tls.is_some() {
            "rediss"
        } else {
            "redis"
        };
        match &self.place {
            Place::Tcp { host, port } => {
                format!("{scheme}://{login}{}:{port}/{}", seat(host), self.db)
            }
            Place::Unix(path) => {
                format!(
                    "unix://{login}{}?db={}",
                    encode(path.as_os_str().as_bytes(), b"/"),
                    self.db
                )
            }
        }
    }

    /// What clients write behind `?`: a database, and for sockets often the login. Names of other clients are
    /// passed over, as redis-cli does.
    fn read_query(&mut self, query: &str) -> Result<(), BadUrl> {
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "db" | "database" => self.db = number(value).ok_or(BadUrl::Db)?,
                "user" | "username" => self.user = some(decode_text(value)?),
                "pass" | "password" => self.password = some(decode_text(value)?).map(Secret::new),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Place {
    /// `127.0.0.1:6379`, `[::1]:6379` or the path of a socket; safe to print.
    pub fn label(&self) -> String {
        match self {
            Self::Tcp { host, port } if host.contains(':') => {
                format!("[{}]:{port}", print(host.as_bytes()))
            }
            Self::Tcp { host, port } => format!("{}:{port}", print(host.as_bytes())),
            Self::Unix(path) => print(path.as_os_str().as_bytes()),
        }
    }
}

impl Scheme {
    fn parse(text: &str) -> Result<Self, BadUrl> {
        match text.to_ascii_lowercase().as_str() {
            "redis" | "valkey" => Ok(Self::Plain),
            "rediss" | "valkeys" => Ok(Self::Tls),
            "unix" | "redis+unix" | "valkey+unix" | "redis-socket" => Ok(Self::Unix),
            _ => Err(BadUrl::Scheme),
        }
    }
}

impl<'t> Parts<'t> {
    fn cut(rest: &'t str, scheme: Scheme) -> Result<Self, BadUrl> {
        let marks: &[char] = if scheme == Scheme::Unix {
            &['?', '#']
        } else {
            &['/', '?', '#']
        };
        let end = rest.find(marks).unwrap_or(rest.len());
        if rest[end..].contains('@') && (scheme != Scheme::Unix || !rest[..end].contains('@')) {
            return Err(BadUrl::Unescaped);
        }
        // A path may hold an @ of its own, so the login of a socket ends before the first slash.
        let login = if scheme == Scheme::Unix {
            rest.find('/').unwrap_or(end).min(end)
        } else {
            end
        };
        let (userinfo, rest) = match rest[..login].rfind('@') {
            Some(at) => (Some(&rest[..at]), &rest[at + 1..]),
            None => (None, rest),
        };
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (seat, query) = rest.split_once('?').unwrap_or((rest, ""));
        Ok(Self {
            userinfo,
            seat,
            query,
            fragment,
        })
    }

    fn tls(&self, scheme: Scheme) -> Result<Option<Tls>, BadUrl> {
        let trust = match (scheme, self.fragment) {
            (Scheme::Tls, "insecure") => Trust::Anything,
            (_, "") => Trust::Verified,
            _ => return Err(BadUrl::Fragment),
        };
        Ok((scheme == Scheme::Tls).then(|| Tls {
            trust,
            ..Tls::default()
        }))
    }

    fn login(&self) -> Result<(Option<String>, Option<Secret>), BadUrl> {
        let Some(userinfo) = self.userinfo else {
            return Ok((None, None));
        };
        let (user, password) = userinfo.split_once(':').unwrap_or(("", userinfo));
        Ok((
            some(decode_text(user)?),
            some(decode_text(password)?).map(Secret::new),
        ))
    }
}

/// `host:port/db`, each of which may be missing.
fn tcp(seat: &str) -> Result<(Place, u32), BadUrl> {
    let (authority, db) = seat.split_once('/').unwrap_or((seat, ""));
    let db = if db.is_empty() {
        0
    } else {
        number(db).ok_or(BadUrl::Db)?
    };
    let (host, port) = if let Some(inside) = authority.strip_prefix('[') {
        let (host, rest) = inside.split_once(']').ok_or(BadUrl::Host)?;
        let port = if rest.is_empty() {
            ""
        } else {
            rest.strip_prefix(':').ok_or(BadUrl::Host)?
        };
        (ipv6(host)?, port)
    } else {
        let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
        (name(host)?, port)
    };
    if port.contains(':') {
        return Err(BadUrl::Host);
    }
    let port = if port.is_empty() {
        PORT
    } else {
        number(port).and_then(port_number).ok_or(BadUrl::Port)?
    };
    Ok((Place::Tcp { host, port }, db))
}

fn unix(seat: &str) -> Result<Place, BadUrl> {
    if !seat.starts_with('/') {
        return Err(BadUrl::Path);
    }
    Ok(Place::Unix(PathBuf::from(OsString::from_vec(decode(
        seat,
    )?))))
}

/// A host name or IPv4 address: whatever shows as itself and has none of a URL's marks in it.
fn name(host: &str) -> Result<String, BadUrl> {
    let odd = |c: char| c.is_whitespace() || "%\\\"'<>[]{}|^`,;@".contains(c);
    match host {
        "" => Ok(HOST.into()),
        host if host.contains(odd) || print(host.as_bytes()) != host => Err(BadUrl::Host),
        host => Ok(host.into()),
    }
}

/// An IPv6 address, which may name an interface after `%` (in a URL: `%25`).
fn ipv6(host: &str) -> Result<String, BadUrl> {
    let host = host.replace("%25", "%");
    let (address, zone) = host.split_once('%').unwrap_or((&host, ""));
    address.parse::<Ipv6Addr>().map_err(|_| BadUrl::Host)?;
    name(zone)?;
    Ok(host)
}

/// A host as it stands in a URL.
fn seat(host: &str) -> String {
    if host.contains(':') {
        format!("[{}]", host.replace('%', "%25"))
    } else {
        host.to_owned()
    }
}

/// Digits only: `+1` is a number to Rust, but not to people who type addresses.
fn number(text: &str) -> Option<u32> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

fn port_number(number: u32) -> Option<u16> {
    u16::try_from(number).ok().filter(|&port| port > 0)
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
