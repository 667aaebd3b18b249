//! The samples: lines as redis-cli takes them, from `assets/seed.redis`.
use crate::model::printed::print;
use crate::model::resp::{Cmd, Unreadable, parse_cli};

use super::DemoError;
use super::wire::Wire;

/// The samples of the demo: one command a line, `#` begins a comment line, and `@repeat N command` stands for N
/// commands in which `{n}` is 1 to N and `{n%K}` is its remainder by K.
pub const SEED: &str = include_str!("../../assets/seed.redis");

/// A line of samples: one command, or a number of commands that differ in a number.
#[derive(Clone, PartialEq, Debug)]
pub struct Sample {
    times: u32,
    template: Cmd,
}

/// A line that is none.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line} of the samples: {why}")]
pub struct BadLine {
    /// Counted from 1.
    pub line: usize,
    pub why: BadSample,
}

/// What is wrong with a line.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadSample {
    #[error("type @repeat, a number, and a command")]
    Repeat,
    #[error("a placeholder is {{n}} or {{n%K}} with K above 0")]
    Placeholder,
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Reads a text of samples.
pub fn samples(text: &str) -> Result<Vec<Sample>, BadLine> {
    let lines = text.lines().map(str::trim).enumerate();
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(index, line)| {
            Sample::parse(line).map_err(|why| BadLine {
                line: index + 1,
                why,
            })
        })
        .collect()
}

impl Sample {
    fn parse(line: &str) -> Result<Self, BadSample> {
        let Some(rest) = line.strip_prefix("@repeat ") else {
            return Ok(Self {
                times: 1,
                template: parse_cli(line)?,
            });
        };
        let (times, command) = rest.split_once(' ').ok_or(BadSample::Repeat)?;
        let times = times.parse().map_err(|_| BadSample::Repeat)?;
        let sample = Self {
            times,
            template: parse_cli(command)?,
        };
        for arg in sample.template.args() {
            fill(arg, 1).ok_or(BadSample::Placeholder)?;
        }
        Ok(sample)
    }

    /// The commands that the line stands for.
    pub fn commands(&self) -> impl Iterator<Item = Cmd> {
        (1..=self.times).map(|n| {
            if self.times == 1 {
                self.template.clone()
            } else {
                self.command(n)
            }
        })
    }

    fn command(&self, n: u32) -> Cmd {
        let mut args = self
            .template
            .args()
            .map(|arg| fill(arg, n).expect("placeholders are checked when a line is read"));
        let name = args.next().unwrap_or_default();
        args.fold(Cmd::new(&print(&name)), Cmd::arg)
    }
}

/// Puts a number into the placeholders of an argument.
fn fill(template: &[u8], n: u32) -> Option<Vec<u8>> {
    let mut filled = Vec::with_capacity(template.len() + 4);
    let mut rest = template;
    while let Some(start) = rest.windows(2).position(|two| two == b"{n") {
        filled.extend_from_slice(&rest[..start]);
        let inside = &rest[start + 2..];
        let end = inside.iter().position(|byte| *byte == b'}')?;
        let number = match &inside[..end] {
            b"" => n,
            [b'%', divisor @ ..] => {
                n.checked_rem(std::str::from_utf8(divisor).ok()?.parse().ok()?)?
            }
            _ => return None,
        };
        filled.extend_from_slice(number.to_string().as_bytes());
        rest = &inside[end + 1..];
    }
    filled.extend_from_slice(rest);
    Some(filled)
}

/// Sends the samples in one go, then reads every reply: one round trip for all.
pub(super) fn plant(mut wire: Wire) -> Result<(), DemoError> {
    let samples = samples(SEED)?;
    for command in samples.iter().flat_map(Sample::commands) {
        wire.send(&command)?;
    }
    wire.flush()?;
    for sample in &samples {
        for _ in 0..sample.times {
            wire.receive()?.map_err(|words| DemoError::Sample {
                command: sample.template.cli(),
                words: print(words.as_bytes()),
            })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Result<Vec<String>, BadLine> {
        let samples = samples(text)?;
        Ok(samples
            .iter()
            .flat_map(Sample::commands)
            .map(|command| command.cli())
            .collect())
    }

    #[test]
    fn a_line_is_a_command_and_a_repeated_one_is_many() {
        let told = lines("# a story\n\nSET a {n}\n@repeat 3 ZADD b{n%2} {n} \"m {n}\"\n");
        let wanted = [
            "SET a {n}",
            "ZADD b1 1 \"m 1\"",
            "ZADD b0 2 \"m 2\"",
            "ZADD b1 3 \"m 3\"",
        ];
        assert_eq!(told, Ok(wanted.map(String::from).to_vec()));
    }

    #[test]
    fn a_wrong_line_is_told_with_its_number() {
        for (text, line, why) in [
            (
                "PING\nSET \"a",
                2,
                BadSample::Unreadable(Unreadable::Quotes),
            ),
            ("@repeat x PING", 1, BadSample::Repeat),
            ("@repeat 5", 1, BadSample::Repeat),
            ("@repeat 5 SET {n%0} a", 1, BadSample::Placeholder),
            ("@repeat 5 SET {n+1} a", 1, BadSample::Placeholder),
            ("@repeat 5 SET {n a", 1, BadSample::Placeholder),
        ] {
            assert_eq!(lines(text), Err(BadLine { line, why }));
        }
    }
}
