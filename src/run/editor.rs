//! `$EDITOR` on a file in a private folder, with no secret of ours in its surroundings.
use std::fs::{OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use crate::panes::Draft;

/// Variables that may hold a password, which no child inherits.
const SECRETS: [&str; 2] = ["REDIS_URL", "REDISCLI_AUTH"];

/// Lets `$VISUAL`, `$EDITOR` or vi edit a draft; gives back what was saved, or why not, in a sentence.
pub fn edit(draft: &Draft) -> Result<Vec<u8>, String> {
    // What editors put beside a file (swap files, backups) is as private as the file, and goes with the folder.
    let folder = tempfile::Builder::new()
        .prefix("keygrove-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .map_err(|error| format!("no temporary folder could be made: {error}"))?;
    let path = folder.path().join(format!("value.{}", draft.ending));
    write(&path, &draft.bytes)
        .map_err(|error| format!("the temporary file could not be written: {error}"))?;
    let set = |name| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    let editor = set("VISUAL")
        .or_else(|| set("EDITOR"))
        .unwrap_or_else(|| "vi".into());
    let mut command = Command::new("sh");
    // The variable may hold arguments ("code --wait"), so a shell splits it; the path stays one word.
    command
        .args(["-c", &format!("{editor} \"$1\""), &editor])
        .arg(&path);
    for secret in SECRETS {
        command.env_remove(secret);
    }
    let status = command
        .status()
        .map_err(|error| format!("{editor} could not be started: {error}"))?;
    if !status.success() {
        return Err(format!("{editor} ended with {status}: nothing was saved"));
    }
    let saved = std::fs::read(&path)
        .map_err(|error| format!("what {editor} saved could not be read: {error}"))?;
    Ok(without_added_newline(&draft.bytes, saved))
}

/// Writes a file that only its owner may read.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut new = OpenOptions::new();
    let mut file = new.write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)
}

/// Most editors end a file with a newline; one that was not there before is not part of the value.
fn without_added_newline(before: &[u8], mut saved: Vec<u8>) -> Vec<u8> {
    if saved.ends_with(b"\n") && !before.ends_with(b"\n") {
        saved.pop();
    }
    saved
}

#[cfg(test)]
mod tests {
    use super::without_added_newline;

    #[test]
    fn only_the_newline_that_an_editor_adds_is_taken_off() {
        for (before, saved, value) in [
            ("a", "b\n", "b"),
            ("a\n", "b\n", "b\n"),
            ("a", "b\n\n", "b\n"),
            ("a", "b", "b"),
        ] {
            assert_eq!(
                without_added_newline(before.as_bytes(), saved.into()),
                value.as_bytes()
            );
        }
    }
}
