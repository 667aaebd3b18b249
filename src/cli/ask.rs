//! Asking for a password on the terminal.
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::process::{Signal, getpid, kill_process};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

/// Asks without echo, and gives the terminal back as it was, also where ctrl-c is the answer.
pub(super) fn ask(question: &str) -> io::Result<String> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let before = tcgetattr(&terminal)?;
    let mut quiet = before.clone();
    quiet.local_modes.remove(LocalModes::ECHO);
    quiet.local_modes.insert(LocalModes::ECHONL);
    // As a signal it would end the program before the echo is back: it ends the line instead.
    quiet.local_modes.remove(LocalModes::ISIG);
    let ends =
        [SpecialCodeIndex::VINTR, SpecialCodeIndex::VQUIT].map(|key| before.special_codes[key]);
    [
        quiet.special_codes[SpecialCodeIndex::VEOL],
        quiet.special_codes[SpecialCodeIndex::VEOL2],
    ] = ends;
    tcsetattr(&terminal, OptionalActions::Now, &quiet)?;
    let answer = hear(&mut terminal, question);
    tcsetattr(&terminal, OptionalActions::Now, &before)?;
    let mut line = answer?;
    if line.pop_if(|last| ends.contains(last)).is_some() {
        terminal.write_all(b"\n")?;
        kill_process(getpid(), Signal::INT)?;
    }
    line.pop_if(|last| *last == b'\n');
    String::from_utf8(line).map_err(|_| io::Error::other("what was typed is not UTF-8 text"))
}

/// One line as the terminal hands it over, with what ended it.
fn hear(terminal: &mut File, question: &str) -> io::Result<Vec<u8>> {
    terminal.write_all(question.as_bytes())?;
    let mut line = vec![0; 4096];
    let heard = terminal.read(&mut line)?;
    line.truncate(heard);
    Ok(line)
}
