//! Whether users outlive a restart: where the server keeps them, and the command that writes them there.
use crate::model::printed::print;
use crate::model::resp::{Cmd, Reply};

/// Where a server keeps its users.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Home {
    /// `aclfile`: ACL SAVE.
    Users(Vec<u8>),
    /// The configuration file: CONFIG REWRITE.
    Config(Vec<u8>),
    /// Neither: whatever is changed is lost at the next restart.
    Nowhere,
    /// The server does not tell us.
    Untold,
}

impl Home {
    /// From the replies to CONFIG GET aclfile and INFO server.
    pub fn read(aclfile: &Reply, info: &Reply) -> Self {
        let config = info.bytes().and_then(config_file);
        match (value(aclfile), config) {
            (Some(path), _) if !path.is_empty() => Self::Users(path.to_vec()),
            (Some(_), Some(path)) if !path.is_empty() => Self::Config(path.to_vec()),
            (Some(_), Some(_)) => Self::Nowhere,
            _ => Self::Untold,
        }
    }

    /// The command that makes users permanent.
    pub fn save(&self) -> Option<Cmd> {
        match self {
            Self::Users(_) => Some(Cmd::new("ACL SAVE")),
            Self::Config(_) => Some(Cmd::new("CONFIG REWRITE")),
            Self::Nowhere | Self::Untold => None,
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
            Self::Untold => {
                "this user may not CONFIG GET aclfile or INFO, so it is unknown where users are kept".into()
            }
        }
    }
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
        let denied = Reply::Error {
            code: "NOPERM".into(),
            text: "no".into(),
        };
        for (told, config, home) in [
            (aclfile("/a"), info("/c"), Home::Users(b"/a".to_vec())),
            (aclfile("/a"), denied.clone(), Home::Users(b"/a".to_vec())),
            (aclfile(""), info("/c"), Home::Config(b"/c".to_vec())),
            (aclfile(""), info(""), Home::Nowhere),
            (aclfile(""), denied.clone(), Home::Untold),
            (denied, info("/c"), Home::Untold),
        ] {
            assert_eq!(Home::read(&told, &config), home);
        }
    }
}
