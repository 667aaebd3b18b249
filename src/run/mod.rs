//! The loop: wait, update, perform, draw. It waits in one place, and whatever is outside is behind [`Outside`].
use std::pin::Pin;
use std::time::{Duration, Instant};

use anyhow::Context;
use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use tokio::sync::mpsc::Receiver;
use tokio::time::Sleep;

use crate::app::{App, Msg};
use crate::panes::{Draft, Effect, Effects};
use crate::server::{Event, Handle};

mod bug;
mod clock;
mod editor;
mod journal;
mod pace;
mod screen;

use clock::Clock;
use pace::{News, Pace};

pub use journal::Journal;
pub use screen::{Screen, restore_on_panic};

/// How long messages are taken before it is looked whether somebody has pressed something, or a frame is due.
const BURST: Duration = Duration::from_millis(2);

/// The world outside the app: what is pressed, and what only a real terminal can do.
pub trait Outside {
    /// The next thing that happens; `None` ends the program.
    fn next(&mut self) -> impl Future<Output = Option<Input>>;
    /// Puts a text on the clipboard.
    fn copy(&mut self, text: &str) -> anyhow::Result<()>;
    /// Lets a person edit a text outside; gives back what was saved.
    fn edit(&mut self, draft: Draft) -> impl Future<Output = Result<Vec<u8>, String>>;
    /// Goes to the shell and comes back.
    fn suspend(&mut self) -> impl Future<Output = anyhow::Result<()>>;
    /// A frame was drawn. `rest` tells whether everything is there that was asked for.
    fn drawn(&mut self, _frame: &Buffer, _rest: Rest) {}
}

/// What comes from outside.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is taken apart at once"
)]
pub enum Input {
    Msg(Msg),
    /// Stop, as a signal asks; the number of the signal.
    Stop(i32),
    /// Go to the shell, as a signal asks.
    Suspend,
}

/// Whether something is still to come by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rest {
    Idle,
    Busy,
}

/// How the program ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    Quit,
    /// A signal of this number asked for it.
    Signal(i32),
}

/// What the loop works with.
pub struct Loop<'a, B: Backend, O: Outside> {
    pub terminal: &'a mut Terminal<B>,
    pub outside: &'a mut O,
    pub handle: Handle,
    pub events: Receiver<Event>,
    pub journal: Journal,
}

/// What woke the loop.
enum Wake {
    Input(Option<Input>),
    Event(Option<Event>),
    Time,
}

impl Wake {
    fn news(&self) -> News {
        match self {
            Self::Input(_) => News::Pressed,
            Self::Event(Some(event)) => News::of(event),
            Self::Event(None) => News::Came,
            Self::Time => News::Beat,
        }
    }
}

/// Runs the app until it ends.
pub async fn run<B, O>(app: &mut App, mut on: Loop<'_, B, O>) -> anyhow::Result<End>
where
    B: Backend,
    B::Error: Send + Sync + 'static,
    O: Outside,
{
    let mut clock = Clock::default();
    let first = app.start();
    if let Some(end) = on.perform(app, first, &clock).await? {
        return Ok(end);
    }
    // What is pressed before the first frame finds its place too.
    on.arrange(app)?;
    let mut pace = Pace::new(Instant::now());
    let mut alarm = Alarm::new();
    loop {
        if app.works() {
            // There is always something to do, and yet what the server sends has its turn.
            tokio::task::yield_now().await;
        }
        alarm.set([pace.due(), app.wakes_at()].into_iter().flatten().min());
        let wake = tokio::select! {
            biased;
            input = on.outside.next() => Wake::Input(input),
            event = on.events.recv() => Wake::Event(event),
            () = alarm.rings() => Wake::Time,
        };
        let (pressed, news) = (matches!(wake, Wake::Input(_)), wake.news());
        if pressed {
            clock.matters();
        }
        let worked = app.works();
        if let Some(end) = on.take(app, wake, &clock).await? {
            return Ok(end);
        }
        pace.note(news);
        if worked && !app.works() {
            pace.note(News::Came);
        }
        // What a person pressed is shown before much else is taken; but something is, however fast they press.
        let patience = if pressed { Duration::ZERO } else { BURST };
        let burst = Instant::now();
        while let Ok(event) = on.events.try_recv() {
            pace.note(News::of(&event));
            if let Some(end) = on.take(app, Wake::Event(Some(event)), &clock).await? {
                return Ok(end);
            }
            if burst.elapsed() >= patience {
                break;
            }
        }
        if pace.due().is_some_and(|due| due <= Instant::now()) {
            on.draw(app)?;
            pace.drew(Instant::now());
            clock.matters();
        }
    }
}

/// When the loop wakes by itself. It is set anew only when that changes: each setting wakes the runtime once more.
struct Alarm {
    at: Option<Instant>,
    sleep: Pin<Box<Sleep>>,
}

impl Alarm {
    fn new() -> Self {
        Self {
            at: None,
            sleep: Box::pin(tokio::time::sleep(Duration::ZERO)),
        }
    }

    fn set(&mut self, at: Option<Instant>) {
        if at == self.at {
            return;
        }
        self.at = at;
        if let Some(at) = at {
            self.sleep.as_mut().reset(at.into());
        }
    }

    async fn rings(&mut self) {
        match self.at {
            Some(_) => self.sleep.as_mut().await,
            None => std::future::pending().await,
        }
    }
}

impl<B, O> Loop<'_, B, O>
where
    B: Backend,
    B::Error: Send + Sync + 'static,
    O: Outside,
{
    async fn take(
        &mut self,
        app: &mut App,
        wake: Wake,
        clock: &Clock,
    ) -> anyhow::Result<Option<End>> {
        let msg = match wake {
            Wake::Input(None) | Wake::Event(None) => return Ok(Some(End::Quit)),
            Wake::Input(Some(Input::Stop(signal))) => return Ok(Some(End::Signal(signal))),
            Wake::Input(Some(Input::Suspend)) => {
                self.suspend().await?;
                Msg::Resize
            }
            Wake::Input(Some(Input::Msg(msg))) => msg,
            Wake::Event(Some(event)) => {
                self.journal.note(&event);
                Msg::Server(event)
            }
            Wake::Time => Msg::Beat,
        };
        let effects = app.update(msg, Instant::now(), clock.now());
        self.perform(app, effects, clock).await
    }

    async fn perform(
        &mut self,
        app: &mut App,
        effects: Effects,
        clock: &Clock,
    ) -> anyhow::Result<Option<End>> {
        let mut todo: std::collections::VecDeque<Effect> = effects.into();
        while let Some(effect) = todo.pop_front() {
            let msg = match effect {
                Effect::Quit => return Ok(Some(End::Quit)),
                Effect::Ask(ticket, request) => match self.handle.ask(ticket, request) {
                    Ok(()) => continue,
                    Err(fault) => Msg::Server(Event::Answer {
                        ticket,
                        answer: Err(fault),
                    }),
                },
                Effect::Forget(ticket) => {
                    self.handle.forget(ticket);
                    continue;
                }
                Effect::Copy(text) => {
                    self.outside.copy(text.reveal()).context("copying")?;
                    continue;
                }
                Effect::Edit(draft) => {
                    let edited = self.outside.edit(draft).await;
                    self.repaint()?;
                    Msg::Edited(edited)
                }
                Effect::Suspend => {
                    self.suspend().await?;
                    continue;
                }
                Effect::Redraw => {
                    self.repaint()?;
                    continue;
                }
                Effect::Tell(_) => continue,
            };
            todo.extend(app.update(msg, Instant::now(), clock.now()));
        }
        Ok(None)
    }

    async fn suspend(&mut self) -> anyhow::Result<()> {
        self.outside.suspend().await.context("going to the shell")?;
        self.repaint()
    }

    /// Makes the next frame paint every cell. Not `Terminal::clear`: that asks the terminal where its cursor is, and
    /// the answer would go to whoever reads the keys.
    fn repaint(&mut self) -> anyhow::Result<()> {
        let size = self
            .terminal
            .size()
            .context("asking for the size of the terminal")?;
        self.terminal
            .resize(Rect::from((Position::ORIGIN, size)))
            .context("clearing the screen")
    }

    fn arrange(&mut self, app: &mut App) -> anyhow::Result<()> {
        self.terminal
            .autoresize()
            .context("asking for the size of the terminal")?;
        app.arrange(self.terminal.get_frame().area());
        Ok(())
    }

    fn draw(&mut self, app: &mut App) -> anyhow::Result<()> {
        self.arrange(app)?;
        let frame = self
            .terminal
            .draw(|frame| app.draw(frame))
            .context("drawing")?;
        let rest = if app.busy() { Rest::Busy } else { Rest::Idle };
        self.outside.drawn(frame.buffer, rest);
        Ok(())
    }
}
