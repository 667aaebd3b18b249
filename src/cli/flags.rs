//! The flags, as people type them.
#![expect(clippy::doc_markdown, reason = "these comments are what --help prints")]
use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Parser};

use super::values;
use crate::model::target::Environment;

/// The flags that name a server, and so are at odds with `--demo`.
const SERVER_FLAGS: [&str; 15] = [
    "url", "uri", "host", "port", "socket", "db", "user", "password", "askpass", "tls", "cacert",
    "cert", "key", "insecure", "config",
];

/// What follows the flags in `--help`.
const MORE: &str = "\
Which server: the first of URL, the url of the file named with --config, $REDIS_URL, the url of the
default configuration file, redis://127.0.0.1:6379. With -h, -p or -s only URL is looked at. A flag
wins over the same part of a URL and over the configuration file.

The configuration file is TOML: url, prefix, separator, count, read-only, env. The default one is
keygrove/config.toml in $XDG_CONFIG_HOME or ~/.config, if it is there.

Exit status: 0 quit, 1 could not start (no terminal, a value not accepted), 2 a flag not understood.";

/// A terminal app for seeing, changing and guarding what lives in a Redis.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a flag that takes no value is there or not"
)]
#[derive(Parser)]
#[command(
    name = "keygrove",
    version,
    disable_help_flag = true,
    args_override_self = true,
    after_help = MORE
)]
pub(super) struct Flags {
    /// redis://[user:password@]host:port/db, rediss://, unix:///path?db=0, host:port or /path
    pub url: Option<OsString>,

    /// Print this help
    #[arg(long, action = ArgAction::HelpShort)]
    help: Option<bool>,

    /// Start a private server with sample data that is gone when you quit
    #[arg(long, conflicts_with_all = SERVER_FLAGS)]
    pub demo: bool,
    /// Server program for --demo [default: valkey-server or redis-server on the PATH]
    #[arg(long, value_name = "PATH", requires = "demo")]
    pub server_bin: Option<PathBuf>,

    /// The same as URL, as in redis-cli
    #[arg(short = 'u', value_name = "URL", hide = true, conflicts_with = "url")]
    pub uri: Option<OsString>,
    /// Host
    #[arg(
        short = 'h',
        value_name = "HOST",
        help_heading = "Connection, as in redis-cli"
    )]
    pub host: Option<String>,
    /// Port
    #[arg(short = 'p', allow_negative_numbers = true, value_parser = values::port, help_heading = "Connection, as in redis-cli")]
    pub port: Option<u16>,
    /// Unix socket; wins over host and port
    #[arg(
        short = 's',
        value_name = "PATH",
        help_heading = "Connection, as in redis-cli"
    )]
    pub socket: Option<PathBuf>,
    /// Number of the database
    #[arg(short = 'n', value_name = "DB", allow_negative_numbers = true, value_parser = values::db, help_heading = "Connection, as in redis-cli")]
    pub db: Option<u32>,
    /// Name of the user
    #[arg(
        long,
        value_name = "NAME",
        allow_hyphen_values = true,
        help_heading = "Connection, as in redis-cli"
    )]
    pub user: Option<String>,
    /// Password; others can see it: rather set $REDISCLI_AUTH or use --askpass
    #[arg(
        short = 'a',
        long = "pass",
        value_name = "PASSWORD",
        allow_hyphen_values = true,
        help_heading = "Connection, as in redis-cli"
    )]
    pub password: Option<String>,
    /// Ask for the password
    #[arg(long, help_heading = "Connection, as in redis-cli")]
    pub askpass: bool,
    /// Do not warn about a password on the command line
    #[arg(long, help_heading = "Connection, as in redis-cli")]
    pub no_auth_warning: bool,
    /// Speak TLS
    #[arg(
        long,
        conflicts_with = "socket",
        help_heading = "Connection, as in redis-cli"
    )]
    pub tls: bool,
    /// PEM file of the authority to trust instead of the system's
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Connection, as in redis-cli"
    )]
    pub cacert: Option<PathBuf>,
    /// PEM file of your certificate
    #[arg(
        long,
        value_name = "FILE",
        requires = "key",
        help_heading = "Connection, as in redis-cli"
    )]
    pub cert: Option<PathBuf>,
    /// PEM file of your certificate's key
    #[arg(
        long,
        value_name = "FILE",
        requires = "cert",
        help_heading = "Connection, as in redis-cli"
    )]
    pub key: Option<PathBuf>,
    /// Do not check the server's certificate
    #[arg(long, help_heading = "Connection, as in redis-cli")]
    pub insecure: bool,

    /// Show and scan only names that begin so, for example myapp:
    #[arg(long, help_heading = "Keys")]
    pub prefix: Option<OsString>,
    /// What splits a name into folders [default: :]
    #[arg(
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        help_heading = "Keys"
    )]
    pub separator: Option<OsString>,
    /// Most names a server is asked for in one request, 1 to 1000 [default: 1000]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::count, help_heading = "Keys")]
    pub count: Option<u32>,
    /// Scan with one small request at a time, and rest as long as each took
    #[arg(long, conflicts_with = "fast", help_heading = "Keys")]
    pub gentle: bool,
    /// Scan with more requests under way than others may like
    #[arg(long, help_heading = "Keys")]
    pub fast: bool,

    /// Send no command that writes
    #[arg(long, help_heading = "Care")]
    pub read_only: bool,
    /// dev, staging or prod, which is read-only until unlocked [default: dev]
    #[arg(long, value_name = "WHAT", value_parser = values::environment, help_heading = "Care")]
    pub env: Option<Environment>,

    /// Configuration file
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    pub config: Option<PathBuf>,
    /// Write what keygrove does to this file; never secrets
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    pub log_file: Option<PathBuf>,
}
