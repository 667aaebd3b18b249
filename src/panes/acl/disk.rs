//! Whether users outlive a restart: where the server keeps them, and the command that writes them there.
use crate::model::printed::print;
use crate::model::resp::{Cmd, Reply};

use super::load::{barred, refusal};

/// Where a server keeps its users.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Home {
    /// `aclfile`: ACL SAVE.
    Users(Vec<u8>),
    /// The configuration file: CONFIG REWRITE.
    Config(Vec<u8>),
    /// Neither: whatever is changed is lost at the next restart.
    Nowhere,
    /// It is not known, and why.
    Untold(String),
}

impl Home {
    /// From the replies to CONFIG GET aclfile and INFO server, which may have been left out because it is forbidden.
    pub fn read(aclfile: &Reply, info: Option<&Reply>) -> Self {
        let config = info.and_then(Reply::bytes).and_then(config_file);
        match (value(aclfile), config) {
            (Some(path), _) if !path.is_empty() => Self::Users(path.to_vec()),
            (Some(_), Some(path)) if !path.is_empty() => Self::Config(path.to_vec()),
            (Some(_), Some(_)) => Self::Nowhere,
            (Some(_), None) => Self::Untold(match info {
                None => barred("INFO"),
                Some(info) => untold("INFO", info),
            }),
            (None, _) => Self::Untold(untold("CONFIG GET", aclfile)),
        }
    }

    /// The command that makes users permanent.
    pub fn save(&self) -> Option<Cmd> {
        match self {
            Self::Users(_) => Some(Cmd::new("ACL SAVE")),
            Self::Config(_) => Some(Cmd::new("CONFIG REWRITE")),
            Self::Nowhere | Self::Untold(_) => None,
        }
    }

    /// What it means, for a person.
    pub fn words(&self) -> String {
        match self {
            Self::Users(path) => format!(
                "ACL SAVE writes all users to {}; the file becomes readable for everybody on that machine",
                print(path)
            ),
            Self::Config(path) => {
                format!("CONFIG REWRITE writes all users into {}", print(path))
            }
            Self::Nowhere => {
                "this server has neither an aclfile nor a config file: nothing can be made permanent".into()
            }
            Self::Untold(why) => format!("it is unknown where this server keeps its users: {why}"),
        }
    }
}

/// Why a reply does not tell it.
fn untold(name: &str, reply: &Reply) -> String {
    refusal(name, reply).unwrap_or_else(|| format!("{name} does not tell"))
}

/// The one value in the reply to CONFIG GET.
fn value(reply: &Reply) -> Option<&[u8]> {
    match reply {
        Reply::Map(pairs) => pairs.first()?.1.bytes(),
        Reply::Array(items) => items.get(1)?.bytes(),
        _ => None,
    }
}

fn config_file(info: &[u8]) -> Option<&[u8]> {
    let lines = info.split(|byte| matches!(byte, b'\r' | b'\n'));
    lines
        .into_iter()
        .find_map(|line| line.strip_prefix(b"config_file:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_tells_where_it_keeps_its_users() {
        let bytes = |text: &str| Reply::Bytes(text.into());
        let aclfile = |path: &str| Reply::Map(vec![(bytes("aclfile"), bytes(path))]);
        let info = |path: &str| bytes(&format!("# Server\r\nconfig_file:{path}\r\nio:0\r\n"));
        let denied = error("NOPERM");
        for (told, config, home) in [
            (aclfile("/a"), info("/c"), Home::Users(b"/a".to_vec())),
            (aclfile("/a"), denied.clone(), Home::Users(b"/a".to_vec())),
            (aclfile(""), info("/c"), Home::Config(b"/c".to_vec())),
            (aclfile(""), info(""), Home::Nowhere),
        ] {
            assert_eq!(Home::read(&told, Some(&config)), home);
        }
    }

    fn error(code: &str) -> Reply {
        Reply::Error {
            code: code.into(),
            text: "no".into(),
        }
    }

    #[test]
    fn what_it_does_not_tell_is_unknown_for_the_reason_there_was() {
        let empty = Reply::Array(vec![
            Reply::Bytes("aclfile".into()),
            Reply::Bytes("".into()),
        ]);
        for (told, config, why) in [
            (error("NOPERM"), None, "this user may not CONFIG GET: no"),
            (error("ERR"), None, "CONFIG GET: ERR no"),
            (
                empty.clone(),
                Some(error("NOPERM")),
                "this user may not INFO: no",
            ),
            (empty.clone(), None, "this user may not INFO"),
            (empty, Some(Reply::Nil), "INFO does not tell"),
        ] {
            let home = Home::read(&told, config.as_ref());
            assert_eq!(home, Home::Untold(why.into()));
            assert!(home.words().ends_with(why), "{}", home.words());
        }
    }
}
