//! Which server, as whom: flags over the URL over what stands around.
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::flags::Flags;
use super::{Around, Refused};
use crate::model::target::{HOST, PORT, Place, Secret, Target, Tls, Trust};

/// The server that the flags mean, where `file` is the url of the configuration file.
pub(super) fn target(
    flags: &Flags,
    file: Option<Target>,
    around: &Around,
) -> Result<Target, Refused> {
    let mut target = match typed(flags) {
        Some(url) => read_url(url, "the URL")?,
        // A password that belongs to another server must not be sent to this one, so nothing of its URL is taken.
        None if flags.host.is_some() || flags.port.is_some() || flags.socket.is_some() => {
            Target::default()
        }
        None => unnamed(flags, file, around)?,
    };
    place(flags, &mut target)?;
    tls(flags, &mut target)?;
    login(flags, around, &mut target)?;
    target.db = flags.db.unwrap_or(target.db);
    Ok(target)
}

/// Whether a password stands where the list of processes shows it.
pub(super) fn password_is_visible(flags: &Flags) -> bool {
    let url = typed(flags)
        .and_then(|url| url.to_str())
        .and_then(|url| Target::parse(url).ok());
    flags.password.is_some() || url.is_some_and(|url| url.password.is_some())
}

/// The URL on the command line.
fn typed(flags: &Flags) -> Option<&OsStr> {
    flags.url.as_deref().or(flags.uri.as_deref())
}

/// The server when the command line names none.
fn unnamed(flags: &Flags, file: Option<Target>, around: &Around) -> Result<Target, Refused> {
    let variable = (around.var)("REDIS_URL").filter(|url| !url.is_empty());
    match (file, variable) {
        (Some(target), Some(_)) if flags.config.is_some() => Ok(target),
        (_, Some(url)) => read_url(&url, "$REDIS_URL"),
        (file, None) => Ok(file.unwrap_or_default()),
    }
}

fn read_url(url: &OsStr, origin: &str) -> Result<Target, Refused> {
    Target::parse(text(url, origin)?)
        .map_err(|bad| Refused::Value(format!("{origin} is no address: {bad}")))
}

/// `-h`, `-p` and `-s` over what the URL says.
fn place(flags: &Flags, target: &mut Target) -> Result<(), Refused> {
    if let Some(path) = &flags.socket {
        target.place = Place::Unix(absolute(path)?);
        target.tls = None;
    } else if flags.host.is_some() || flags.port.is_some() {
        let (host, port) = match &target.place {
            Place::Tcp { host, port } => (host.clone(), *port),
            Place::Unix(_) => (HOST.to_owned(), PORT),
        };
        target.place = Place::Tcp {
            host: flags
                .host
                .as_deref()
                .map_or(host, |host| host.trim_ascii().to_owned()),
            port: flags.port.unwrap_or(port),
        };
    }
    Ok(())
}

fn absolute(path: &Path) -> Result<PathBuf, Refused> {
    std::path::absolute(path)
        .map_err(|error| Refused::Value(format!("-s: type the path of a socket ({error})")))
}

fn tls(flags: &Flags, target: &mut Target) -> Result<(), Refused> {
    if flags.tls && matches!(target.place, Place::Unix(_)) {
        return Err(Refused::Usage(
            "--tls is for a host and port; a unix socket needs none".into(),
        ));
    }
    if flags.tls {
        target.tls.get_or_insert_default();
    }
    let details = flags.cacert.is_some() || flags.cert.is_some() || flags.insecure;
    match &mut target.tls {
        Some(tls) => set_details(flags, tls),
        None if details => {
            return Err(Refused::Usage(
                "--cacert, --cert, --key and --insecure need --tls or a rediss:// URL".into(),
            ));
        }
        None => {}
    }
    Ok(())
}

fn set_details(flags: &Flags, tls: &mut Tls) {
    tls.cacert.clone_from(&flags.cacert);
    tls.cert.clone_from(&flags.cert);
    tls.key.clone_from(&flags.key);
    if flags.insecure {
        tls.trust = Trust::Anything;
    }
}

/// Who, and with which password: asked for, typed, in the URL, in `$REDISCLI_AUTH`, in this order as in redis-cli.
fn login(flags: &Flags, around: &Around, target: &mut Target) -> Result<(), Refused> {
    if let Some(user) = &flags.user {
        target.user = Some(user.clone()).filter(|user| !user.is_empty());
    }
    let password = if flags.askpass {
        Some((around.ask)("Please input password: ").map_err(Refused::Askpass)?)
    } else if flags.password.is_some() {
        flags.password.clone()
    } else if target.password.is_some() {
        return Ok(());
    } else {
        (around.var)("REDISCLI_AUTH")
            .map(|password| text(&password, "$REDISCLI_AUTH").map(String::from))
            .transpose()?
    };
    target.password = password
        .filter(|password| !password.is_empty())
        .map(Secret::new);
    Ok(())
}

fn text<'t>(value: &'t OsStr, origin: &str) -> Result<&'t str, Refused> {
    value
        .to_str()
        .ok_or_else(|| Refused::Value(format!("{origin} is not UTF-8 text")))
}
