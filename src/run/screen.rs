//! The real terminal: raw mode, the alternate screen, mouse, paste, signals; and the way back from all of it.
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::{panic, process, thread};

use anyhow::Context;
use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
    Event as TermEvent, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton,
    MouseEvent, MouseEventKind,
};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use futures_util::stream::{SelectAll, select_all};
use futures_util::{FutureExt, StreamExt};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::{Gesture, Msg, Pointer};
use crate::input::chord::Held;
use crate::input::{Chord, Key};
use crate::panes::Draft;

use super::{Input, Outside, bug, editor};

/// What is pressed. To ask the stream itself takes a lock that its thread holds while it waits; the list asks it only
/// when that thread has said so, however often a stream of keys from the server wakes the loop.
type Keys = SelectAll<EventStream>;

fn keys() -> Keys {
    select_all([EventStream::new()])
}

/// The terminal while it is ours; dropping it gives it back.
pub struct Screen {
    /// None while the terminal is lent to somebody else.
    keys: Option<Keys>,
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
    quit: Signal,
    stop: Signal,
}

impl Screen {
    /// Takes the terminal.
    pub fn open() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("listening for signals");
        let screen = Self {
            keys: Some(keys()),
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
            interrupt: listen(SignalKind::interrupt())?,
            quit: listen(SignalKind::quit())?,
            stop: listen(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
        };
        enter().context("taking the terminal")?;
        Ok(screen)
    }

    /// Gives the terminal back for a while.
    fn lend(&mut self) -> io::Result<()> {
        // The stream reads in the background; it must not eat what is typed elsewhere.
        self.keys = None;
        leave()
    }

    /// Takes it again.
    fn take_back(&mut self) -> io::Result<()> {
        enter()?;
        self.keys = Some(keys());
        Ok(())
    }
}

/// Stops the program until the shell lets it go on. Our own handler for SIGTSTP has taken its meaning away; SIGSTOP
/// always stops.
fn stop() -> io::Result<()> {
    io::stdout().flush()?;
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
    Ok(())
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = leave();
    }
}

/// Gives the terminal back before a panic is told, so that it can be read; and ends the program, whichever of its
/// tasks it was: the others would wait for that one for ever.
pub fn restore_on_panic() {
    panic::set_hook(Box::new(|panic| {
        let _ = leave();
        let told = bug::told(panic.payload(), panic.location());
        let trace = Backtrace::capture();
        let _ = writeln!(io::stderr(), "{told}");
        if trace.status() == BacktraceStatus::Captured {
            let _ = writeln!(io::stderr(), "{trace}");
        }
        // The first task unwinds, so that what the program has made is cleared away.
        if thread::current().name() != Some("main") || tokio::task::try_id().is_some() {
            process::exit(101);
        }
    }));
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        EnableMouseCapture,
        EnableBracketedPaste,
        cursor::Hide
    )
}

fn leave() -> io::Result<()> {
    execute!(
        io::stdout(),
        DisableBracketedPaste,
        DisableMouseCapture,
        LeaveAlternateScreen,
        cursor::Show
    )?;
    disable_raw_mode()
}

impl Outside for Screen {
    async fn next(&mut self) -> Option<Input> {
        loop {
            let event = tokio::select! {
                biased;
                _ = self.terminate.recv() => return Some(Input::Stop(SignalKind::terminate().as_raw_value())),
                _ = self.hang_up.recv() => return Some(Input::Stop(SignalKind::hangup().as_raw_value())),
                _ = self.interrupt.recv() => return Some(Input::Stop(SignalKind::interrupt().as_raw_value())),
                _ = self.quit.recv() => return Some(Input::Stop(SignalKind::quit().as_raw_value())),
                _ = self.stop.recv() => return Some(Input::Suspend),
                event = next_key(&mut self.keys) => event,
            };
            match event {
                // The terminal is gone.
                None | Some(Err(_)) => {
                    return Some(Input::Stop(SignalKind::hangup().as_raw_value()));
                }
                Some(Ok(event)) => {
                    if let Some(msg) = message(event) {
                        return Some(Input::Msg(msg));
                    }
                }
            }
        }
    }

    fn copy(&mut self, text: &str) -> anyhow::Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))?;
        Ok(())
    }

    async fn edit(&mut self, draft: Draft) -> Result<Vec<u8>, String> {
        let refused =
            |error: io::Error| format!("the terminal could not be lent to the editor: {error}");
        self.lend().map_err(refused)?;
        // The connection is kept alive on this thread, so it may not wait for a person.
        let mut editor = tokio::task::spawn_blocking(move || editor::edit(&draft));
        let edited = loop {
            // The terminal sends ctrl-c and ctrl-z to both of us.
            tokio::select! {
                biased;
                // This one is the editor's business.
                _ = self.interrupt.recv() => {}
                _ = self.stop.recv() => {
                    // Where we cannot stop, the editor is waited for all the same.
                    let _ = stop();
                }
                edited = &mut editor => break edited,
            }
        };
        // The last ctrl-c or ctrl-\, which ended the editor, may still be on its way to us.
        tokio::task::yield_now().await;
        let _ = self.interrupt.recv().now_or_never();
        let _ = self.quit.recv().now_or_never();
        self.take_back().map_err(refused)?;
        edited.map_err(|error| format!("the editor could not be waited for: {error}"))?
    }

    async fn suspend(&mut self) -> anyhow::Result<()> {
        self.lend()?;
        let stopped = stop();
        self.take_back()?;
        Ok(stopped?)
    }
}

async fn next_key(keys: &mut Option<Keys>) -> Option<io::Result<TermEvent>> {
    match keys {
        Some(keys) => keys.next().await,
        None => std::future::pending().await,
    }
}

fn message(event: TermEvent) -> Option<Msg> {
    match event {
        TermEvent::Key(key) => chord(key).map(Msg::Press),
        TermEvent::Mouse(mouse) => pointer(mouse).map(Msg::Point),
        TermEvent::Paste(text) => Some(Msg::Paste(text)),
        TermEvent::Resize(..) => Some(Msg::Resize),
        TermEvent::FocusGained | TermEvent::FocusLost => None,
    }
}

fn chord(key: KeyEvent) -> Option<Chord> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let held = match key.modifiers {
        held if held.contains(KeyModifiers::CONTROL) => Held::Ctrl,
        held if held.contains(KeyModifiers::ALT) => Held::Alt,
        _ => Held::Nothing,
    };
    let key = match key.code {
        KeyCode::Char(c) if held == Held::Ctrl => Key::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Insert => Key::Insert,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(n) => Key::F(n),
        _ => return None,
    };
    Some(Chord { key, held })
}

fn pointer(mouse: MouseEvent) -> Option<Pointer> {
    let gesture = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => Gesture::Click,
        MouseEventKind::ScrollUp => Gesture::WheelUp,
        MouseEventKind::ScrollDown => Gesture::WheelDown,
        _ => return None,
    };
    Some(Pointer {
        gesture,
        column: mouse.column,
        row: mouse.row,
    })
}
