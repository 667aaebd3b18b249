//! The configuration file: TOML with the names of the long flags.
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Around, Refused, values};
use crate::model::printed::print;
use crate::model::target::{Environment, Target};

const KEYS: [&str; 6] = ["url", "prefix", "separator", "count", "read-only", "env"];

/// What a configuration file may say; what it leaves out is `None`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct File {
    pub url: Option<Url>,
    pub prefix: Option<String>,
    pub separator: Option<Separator>,
    pub count: Option<Count>,
    pub read_only: Option<bool>,
    pub env: Option<Env>,
    /// What is to be said of the file itself.
    #[serde(skip)]
    pub warning: Option<String>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Url(pub Target);

#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Separator(pub Vec<u8>);

#[derive(Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Count(pub u32);

#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Env(pub Environment);

impl TryFrom<String> for Url {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Target::parse(&text)
            .map(Self)
            .map_err(|bad| bad.to_string())
    }
}

impl TryFrom<String> for Separator {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        values::separator(text.into_bytes()).map(Self)
    }
}

impl TryFrom<i64> for Count {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        values::count(&number.to_string()).map(Self)
    }
}

impl TryFrom<String> for Env {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        values::environment(&text).map(Self)
    }
}

impl File {
    /// Reads the file named with `--config`, or the default one if there is one.
    pub fn find(named: Option<&Path>, around: &Around) -> Result<Self, Refused> {
        match named {
            Some(path) => Self::read(path),
            None => default_path(around)
                .filter(|path| path.exists())
                .map_or_else(|| Ok(Self::default()), |path| Self::read(&path)),
        }
    }

    fn read(path: &Path) -> Result<Self, Refused> {
        let name = print(path.as_os_str().as_encoded_bytes());
        let text = std::fs::read_to_string(path).map_err(|error| {
            Refused::Value(format!(
                "the configuration file {name} cannot be read: {error}"
            ))
        })?;
        let mut file: Self = toml::from_str(&text).map_err(|error| {
            let (at, key) = place(&text, &error);
            Refused::Value(format!("{name}:{at}: {key}{}", sentence(&error)))
        })?;
        let password = file.url.as_ref().and_then(|url| url.0.password.as_ref());
        if password.is_some() && others_may_read(path) {
            file.warning = Some(format!(
                "{name} holds a password and can be read by others on this machine; chmod 600 forbids that"
            ));
        }
        Ok(file)
    }
}

fn others_may_read(path: &Path) -> bool {
    const OTHERS_READ: u32 = 0o044;
    std::fs::metadata(path).is_ok_and(|facts| facts.permissions().mode() & OTHERS_READ != 0)
}

/// The line of a fault, counted from 1, and which key of ours stands there.
fn place(text: &str, error: &toml::de::Error) -> (usize, String) {
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count();
    let words = text.lines().nth(line).unwrap_or_default().split('=').next();
    let key = KEYS
        .into_iter()
        .find(|key| words.map(str::trim) == Some(key));
    (
        line + 1,
        key.map(|key| format!("{key}: ")).unwrap_or_default(),
    )
}

/// The fault in words on one line, without the text of the line: a password may stand there.
fn sentence(error: &toml::de::Error) -> String {
    let message = error.message();
    // What stands where something else belongs may be repeated in full.
    let wanted = message.strip_prefix("invalid type: ");
    let words = match wanted.and_then(|wanted| wanted.rsplit_once(", expected ")) {
        None => message,
        Some((_, "i64")) => values::COUNT_WANTED,
        Some((_, "a boolean")) => "type true or false, without quotes",
        Some(_) => "type a text in quotes",
    };
    print(words.replace('\n', "; ").as_bytes())
}

fn default_path(around: &Around) -> Option<PathBuf> {
    Some(config_folder(around)?.join("config.toml"))
}

/// Where a person's own files are: `$XDG_CONFIG_HOME/keygrove`, else `~/.config/keygrove`.
pub(super) fn config_folder(around: &Around) -> Option<PathBuf> {
    let folder = |name: &str| {
        (around.var)(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let config =
        folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")))?;
    Some(config.join("keygrove"))
}
