//! From arguments, environment and configuration file to plain options.
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use clap::Parser;
use clap::error::ErrorKind;

use crate::model::target::{Environment, HOST, PORT, Place, Secret, Target, Tls, Trust};
use crate::server::Access;

mod file;
mod flags;
mod values;

use file::File;
use flags::Flags;

/// What a command line asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Start {
    /// The app.
    App(Box<Options>),
    /// This text, line ends included, on standard output and nothing else (`--help`, `--version`).
    Print(String),
}

/// How the app starts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    pub goal: Goal,
    /// Show and scan only names that begin with these bytes.
    pub prefix: Option<Vec<u8>>,
    /// What splits a name into folders; at least one byte.
    pub separator: Vec<u8>,
    pub writing: Writing,
    pub env: Environment,
    /// SCAN COUNT, 1 to 1000.
    pub count: u32,
    pub log_file: Option<PathBuf>,
    /// Sentences to print before the screen starts.
    pub warnings: Vec<String>,
}

/// Which server to show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Goal {
    Server(Target),
    /// A throw-away one, started from this program or from the first on the PATH.
    Demo {
        server_bin: Option<PathBuf>,
    },
}

/// Whether a person may write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Writing {
    Allowed,
    /// Not yet: a production server, to be unlocked first.
    Locked,
    /// Not in this session (`--read-only`).
    Forbidden,
}

impl Writing {
    /// What the server room is told at the start.
    pub fn access(self) -> Access {
        match self {
            Self::Allowed => Access::ReadWrite,
            Self::Locked | Self::Forbidden => Access::ReadOnly,
        }
    }
}

/// Why the app does not start, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A flag or value that is not understood.
    #[error("{0}")]
    Usage(String),
    /// The password could not be asked for.
    #[error("--askpass needs a terminal to ask on: {0}")]
    Askpass(io::Error),
}

impl Refused {
    /// The exit status that says so.
    pub fn status(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Askpass(_) => 1,
        }
    }
}

/// What stands around the program; tests bring their own.
pub struct Around<'a> {
    /// A variable of the environment.
    pub var: &'a dyn Fn(&str) -> Option<OsString>,
    /// Asks on the terminal, without echo.
    pub ask: &'a dyn Fn(&str) -> io::Result<String>,
}

const VISIBLE_PASSWORD: &str = "a password on the command line can be seen by others on this machine; \
     rather set $REDISCLI_AUTH or $REDIS_URL, or use --askpass";

/// Reads the arguments, the program's name first, in the environment of this process.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Start, Refused> {
    let around = Around {
        var: &|name| std::env::var_os(name),
        ask: &|question| rpassword::prompt_password(question),
    };
    parse_in(args, &around)
}

/// As [`parse`], in surroundings of the caller's choice.
pub fn parse_in(
    args: impl IntoIterator<Item = OsString>,
    around: &Around,
) -> Result<Start, Refused> {
    let flags = match Flags::try_parse_from(args) {
        Ok(flags) => flags,
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) =>
        {
            return Ok(Start::Print(error.to_string()));
        }
        Err(error) => {
            let text = error.to_string();
            return Err(Refused::Usage(
                text.strip_prefix("error: ")
                    .unwrap_or(&text)
                    .trim_end()
                    .to_owned(),
            ));
        }
    };
    let file = File::find(flags.config.as_deref(), around)?;
    Ok(Start::App(Box::new(options(flags, file, around)?)))
}

fn options(flags: Flags, file: File, around: &Around) -> Result<Options, Refused> {
    let mut warnings = Vec::new();
    let env = flags.env.or(file.env.map(|env| env.0)).unwrap_or_default();
    let goal = if flags.demo {
        Goal::Demo {
            server_bin: flags.server_bin.clone(),
        }
    } else {
        let named = if flags.config.is_some() {
            Named::OnTheCommandLine
        } else {
            Named::ByDefault
        };
        Goal::Server(target(
            &flags,
            file.url.map(|url| (url.0, named)),
            around,
            &mut warnings,
        )?)
    };
    let separator = match (flags.separator, file.separator) {
        (Some(typed), _) => values::separator(typed.into_vec())
            .map_err(|why| Refused::Usage(format!("--separator: {why}")))?,
        (None, Some(separator)) => separator.0,
        (None, None) => b":".to_vec(),
    };
    let prefix = flags
        .prefix
        .map(OsString::into_vec)
        .or(file.prefix.map(String::into_bytes));
    let writing = match env {
        _ if flags.read_only || file.read_only == Some(true) => Writing::Forbidden,
        Environment::Prod => Writing::Locked,
        Environment::Dev | Environment::Staging => Writing::Allowed,
    };
    Ok(Options {
        goal,
        prefix: prefix.filter(|prefix| !prefix.is_empty()),
        separator,
        writing,
        env,
        count: flags
            .count
            .or(file.count.map(|count| count.0))
            .unwrap_or(values::COUNT),
        log_file: flags.log_file,
        warnings,
    })
}

/// How the configuration file was chosen.
#[derive(PartialEq)]
enum Named {
    OnTheCommandLine,
    ByDefault,
}

fn target(
    flags: &Flags,
    file: Option<(Target, Named)>,
    around: &Around,
    warnings: &mut Vec<String>,
) -> Result<Target, Refused> {
    let typed = flags.url.as_ref().or(flags.uri.as_ref());
    let mut target = match typed {
        Some(url) => read_url(url, "the URL")?,
        None if flags.host.is_some() || flags.port.is_some() || flags.socket.is_some() => {
            Target::default()
        }
        None => unnamed(file, around)?,
    };
    let visible = flags.password.is_some() || (typed.is_some() && target.password.is_some());
    if visible && !flags.no_auth_warning {
        warnings.push(VISIBLE_PASSWORD.into());
    }
    place(flags, &mut target)?;
    tls(flags, &mut target)?;
    login(flags, around, &mut target)?;
    target.db = flags.db.unwrap_or(target.db);
    Ok(target)
}

/// The server when the command line names none.
fn unnamed(file: Option<(Target, Named)>, around: &Around) -> Result<Target, Refused> {
    let variable = (around.var)("REDIS_URL").filter(|url| !url.is_empty());
    match (file, variable) {
        (Some((target, Named::OnTheCommandLine)), _) | (Some((target, Named::ByDefault)), None) => {
            Ok(target)
        }
        (_, Some(url)) => read_url(&url, "$REDIS_URL"),
        (None, None) => Ok(Target::default()),
    }
}

fn read_url(url: &OsStr, origin: &str) -> Result<Target, Refused> {
    Target::parse(text(url, origin)?)
        .map_err(|bad| Refused::Usage(format!("{origin} is no address: {bad}")))
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
            host: flags.host.clone().unwrap_or(host),
            port: flags.port.unwrap_or(port),
        };
    }
    Ok(())
}

fn absolute(path: &Path) -> Result<PathBuf, Refused> {
    std::path::absolute(path)
        .map_err(|error| Refused::Usage(format!("-s: type the path of a socket ({error})")))
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
        .ok_or_else(|| Refused::Usage(format!("{origin} is not UTF-8 text")))
}
