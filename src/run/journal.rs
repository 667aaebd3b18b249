//! The log file (`--log-file`): what was sent because of the person, and how the connection went. Secrets are masked.
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;

use crate::model::printed::again;
use crate::server::{Event, Link};

/// Where events are noted; nowhere unless a file was named.
#[derive(Debug, Default)]
pub struct Journal(Option<File>);

impl Journal {
    /// Appends to this file; only its owner may read it.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else {
            return Ok(Self(None));
        };
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(path);
        let file =
            file.with_context(|| format!("the log file {} cannot be written", path.display()))?;
        Ok(Self(Some(file)))
    }

    /// Notes an event, if it is worth a line. A full disk must not end the program, so a failed write is let go.
    pub fn note(&mut self, event: &Event) {
        let Some(file) = &mut self.0 else {
            return;
        };
        let words = match event {
            Event::Sent(sent) => {
                let result = match &sent.result {
                    Ok(result) => result.clone(),
                    Err(fault) => format!("refused: {fault}"),
                };
                let millis = sent.took.as_secs_f64() * 1_000.0;
                format!("{} | {millis:.1} ms | {result}", sent.cmd.cli())
            }
            Event::Link(Link::Up(hello)) => {
                format!("connected: {} {}", hello.server, hello.version)
            }
            Event::Link(Link::Down { failed, .. }) => format!("not connected: {}", failed.words),
            Event::Link(Link::Plight(Some(plight))) => format!("in a plight: {}", plight.words()),
            Event::Link(Link::Plight(None)) => "the server serves again".to_owned(),
            Event::Link(Link::Trying(_)) | Event::Answer { .. } | Event::Rights(_) => return,
        };
        let line = format!("{} {}\n", jiff::Timestamp::now(), again(&words));
        let _ = file.write_all(line.as_bytes());
    }
}
