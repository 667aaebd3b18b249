//! From options to a running app: the demo server, the server room, the terminal.
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, ensure};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use tokio::runtime::Runtime;

use crate::app::App;
use crate::cli::{Goal, Options, Writing};
use crate::demo::Demo;
use crate::panes::{Lock, Setup};
use crate::run::{self, End, Journal, Loop, Screen};
use crate::server::{self, Settings};
use crate::widgets::theme::{Depth, Theme};

/// Room for a whole frame on a large screen, in bytes.
const FRAME: usize = 64 << 10;

/// Runs the app with these options until it ends.
pub fn start(options: &Options) -> anyhow::Result<ExitCode> {
    ensure!(
        io::stdout().is_terminal(),
        "this is not a terminal; start keygrove in one (redis-cli is made for scripts)"
    );
    // The time zone takes as long to read as all the rest takes to start; meanwhile it does.
    std::thread::spawn(jiff::tz::TimeZone::system);
    let journal = Journal::open(options.log_file.as_deref())?;
    // The demo's server lives as long as this value.
    let (demo, target) = match &options.goal {
        Goal::Server(target) => (None, target.clone()),
        Goal::Demo { server_bin } => {
            let demo = Demo::start(server_bin.as_deref())?;
            let target = demo.target();
            (Some(demo), target)
        }
    };
    let runtime = runtime()?;
    let end = runtime.block_on(async {
        let access = options.writing.access();
        let (handle, events) = server::start(Settings {
            access,
            load: options.load,
        });
        run::restore_on_panic();
        let mut screen = Screen::open()?;
        // A frame goes out in one piece: it does not tear, and costs one call.
        let frames = io::BufWriter::with_capacity(FRAME, io::stdout());
        let mut terminal =
            Terminal::new(CrosstermBackend::new(frames)).context("opening the terminal")?;
        // In whatever zone: the app is told the time anew with all that happens, and the zone is still being read.
        let clock = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        let now = Instant::now();
        let setup = Setup {
            demo: demo.as_ref().map(|demo| demo.target().place),
            ..setup(options)
        };
        let mut app = App::new(target, setup, access, theme(), now, clock);
        run::run(
            &mut app,
            Loop {
                terminal: &mut terminal,
                outside: &mut screen,
                handle,
                events,
                journal,
            },
        )
        .await
    });
    // Nothing that is still on its way may hold up the end.
    runtime.shutdown_background();
    drop(demo);
    Ok(match end? {
        End::Quit => ExitCode::SUCCESS,
        End::Signal(signal) => ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX)),
    })
}

/// What the loop and the server room run in: one thread. With two, each sleeps when the other begins, and to wake it
/// takes longer than most of what there is to do; nothing here works for long at a time.
pub fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

/// What the panes need to know of the options.
pub fn setup(options: &Options) -> Setup {
    Setup {
        prefix: options.prefix.clone(),
        separator: options.separator.clone(),
        count: options.count,
        env: options.env,
        lock: match options.writing {
            Writing::Allowed => Lock::Open,
            Writing::Locked => Lock::Word,
            Writing::Forbidden => Lock::Fixed,
        },
        roles: options.roles.as_deref().and_then(roles),
        demo: None,
    }
}

/// The text of this file; nothing if there is none.
fn roles(path: &Path) -> Option<Result<String, String>> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        read => Some(read.map_err(|error| format!("{}: {error}", path.display()))),
    }
}

fn theme() -> Theme {
    let var = |name| std::env::var(name).ok();
    let (no_color, colorterm, term) = (var("NO_COLOR"), var("COLORTERM"), var("TERM"));
    Theme::new(Depth::of(
        no_color.as_deref(),
        colorterm.as_deref(),
        term.as_deref(),
    ))
}
