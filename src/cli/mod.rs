//! From arguments, environment and configuration file to plain options.
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use clap::Parser;
use clap::error::ErrorKind;

use crate::model::printed::again;
use crate::model::target::{Environment, Target};
use crate::server::{Access, Load};

mod ask;
mod file;
mod flags;
mod goal;
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
    /// Most names in one request (SCAN COUNT), 1 to 1000.
    pub count: u32,
    pub load: Load,
    pub log_file: Option<PathBuf>,
    /// Where a person's own roles of ACL users may be; there need not be such a file.
    pub roles: Option<PathBuf>,
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
    /// A flag that is not known, or does not fit the others.
    #[error("{0}")]
    Usage(String),
    /// A value that is not accepted, of a flag, a variable or the configuration file.
    #[error("{0}")]
    Value(String),
    /// The password could not be asked for.
    #[error("--askpass needs a terminal to ask on: {0}")]
    Askpass(io::Error),
}

impl Refused {
    /// The exit status that says so.
    pub fn status(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Value(_) | Self::Askpass(_) => 1,
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
        ask: &ask::ask,
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
        Err(error) => return told(&error),
    };
    // What a file says of other servers is no matter of the demo's.
    let file = if flags.demo {
        File::default()
    } else {
        File::find(flags.config.as_deref(), around)?
    };
    Ok(Start::App(Box::new(options(flags, file, around)?)))
}

/// What clap stops with: a text that was asked for, or a complaint.
fn told(error: &clap::Error) -> Result<Start, Refused> {
    let text = error.to_string();
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return Ok(Start::Print(text));
    }
    let complaint = text.strip_prefix("error: ").unwrap_or(&text);
    // It repeats what was typed, which a script may have taken from anywhere.
    let lines: Vec<String> = complaint.trim_end().lines().map(again).collect();
    let refused = match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::InvalidUtf8 => {
            Refused::Value
        }
        _ => Refused::Usage,
    };
    Err(refused(lines.join("\n")))
}

fn options(mut flags: Flags, file: File, around: &Around) -> Result<Options, Refused> {
    let mut warnings: Vec<String> = file.warning.into_iter().collect();
    let env = flags.env.or(file.env.map(|env| env.0)).unwrap_or_default();
    let goal = if flags.demo {
        Goal::Demo {
            server_bin: flags.server_bin.take(),
        }
    } else {
        let target = goal::target(&flags, file.url.map(|url| url.0), around)?;
        if !flags.no_auth_warning && goal::password_is_visible(&flags) {
            warnings.push(VISIBLE_PASSWORD.into());
        }
        Goal::Server(target)
    };
    let separator = match (flags.separator, file.separator) {
        (Some(typed), _) => values::separator(typed.into_vec())
            .map_err(|why| Refused::Value(format!("--separator: {why}")))?,
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
        load: match (flags.gentle, flags.fast) {
            (true, _) => Load::Gentle,
            (_, true) => Load::Fast,
            _ => Load::Fair,
        },
        log_file: flags.log_file,
        roles: file::config_folder(around).map(|folder| folder.join("roles.toml")),
        warnings,
    })
}
