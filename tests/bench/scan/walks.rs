//! The ways to walk: the plain loop, the server room, the whole app.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use keygrove::app::App;
use keygrove::panes::{Draft, Setup};
use keygrove::run::{self, Input, Journal, Loop, Rest};
use keygrove::server::{
    self, Access, Answer, Event, Link, Load, Purpose, Request, Settings, Ticket, Walk,
};
use keygrove::widgets::theme::{Depth, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use super::common::{PATIENCE, Server};

/// The screen that the app draws on.
const SIZE: (u16, u16) = (200, 60);

/// One cursor, COUNT 1000, one request after another; the names are skipped, not kept.
pub fn plain(server: &Server, held: usize) {
    let stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut out = stream.try_clone().unwrap();
    let mut answers = BufReader::with_capacity(1 << 16, stream);
    let mut cursor = "0".to_owned();
    let mut seen = 0;
    loop {
        let length = cursor.len();
        let command =
            format!("*4\r\n$4\r\nSCAN\r\n${length}\r\n{cursor}\r\n$5\r\nCOUNT\r\n$4\r\n1000\r\n");
        out.write_all(command.as_bytes()).unwrap();
        assert_eq!(head(&mut answers), 2);
        let length = head(&mut answers);
        let mut text = vec![0; length + 2];
        answers.read_exact(&mut text).unwrap();
        text.truncate(length);
        cursor = String::from_utf8(text).unwrap();
        let names = head(&mut answers);
        for _ in 0..names {
            let mut left = head(&mut answers) + 2;
            while left > 0 {
                let here = answers.fill_buf().unwrap().len().min(left);
                answers.consume(here);
                left -= here;
            }
        }
        seen += names;
        if cursor == "0" {
            break;
        }
    }
    assert!(seen >= held, "{seen} of {held}");
}

/// The number in a line such as `*2` or `$15`.
fn head(answers: &mut impl BufRead) -> usize {
    let mut number = 0;
    let mut line = answers.fill_buf().unwrap();
    loop {
        if let Some(end) = line.iter().position(|byte| *byte == b'\n') {
            number = digits(number, &line[..end]);
            answers.consume(end + 1);
            return number;
        }
        number = digits(number, line);
        let length = line.len();
        answers.consume(length);
        line = answers.fill_buf().unwrap();
        assert!(!line.is_empty(), "the server hung up");
    }
}

fn digits(number: usize, text: &[u8]) -> usize {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit());
    digits.fold(number, |number, digit| {
        number * 10 + usize::from(digit - b'0')
    })
}

/// The server room with nothing behind it: every batch is taken and dropped, after its names were counted.
pub fn room(server: &Server, load: Load, held: usize) {
    let seen = in_runtime(async {
        let (handle, mut events) = server::start(Settings {
            access: Access::ReadOnly,
            load,
        });
        handle
            .ask(Ticket(1), Request::Connect(server.tcp()))
            .unwrap();
        let mut seen = 0;
        while let Some(event) = events.recv().await {
            match event {
                Event::Link(Link::Up(_)) => {
                    let walk = Walk {
                        purpose: Purpose::Tree,
                        pattern: None,
                        kind: None,
                        count: 1000,
                        from: None,
                    };
                    handle.ask(Ticket(2), Request::Keys(walk)).unwrap();
                }
                Event::Answer {
                    answer: Ok(Answer::Keys(batch)),
                    ..
                } => {
                    seen += batch.keys.len();
                    if batch.done {
                        break;
                    }
                }
                Event::Sent(_) | Event::Link(Link::Trying(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        seen
    });
    assert!(seen >= held, "{seen} of {held}");
}

/// The whole app, from connecting until its tree says that it is complete, with every key in it.
pub fn app(server: &Server, load: Load, held: usize) {
    let mut eyes = Eyes::default();
    in_runtime(async {
        let access = Access::ReadOnly;
        let (handle, events) = server::start(Settings { access, load });
        let (now, clock) = (Instant::now(), jiff::Zoned::now());
        let theme = Theme::new(Depth::None);
        let mut app = App::new(server.tcp(), Setup::default(), access, theme, now, clock);
        let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap();
        let on = Loop {
            terminal: &mut terminal,
            outside: &mut eyes,
            handle,
            events,
            journal: Journal::open(None).unwrap(),
        };
        run::run(&mut app, on).await.unwrap();
    });
    let digits: String = eyes.title.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits, held.to_string(), "{}", eyes.title);
}

fn in_runtime<T>(work: impl Future<Output = T>) -> T {
    let runtime = keygrove::start::runtime().unwrap();
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    result
}

/// Looks at the screen until the scan is complete, and leaves.
#[derive(Default)]
struct Eyes {
    title: String,
}

impl run::Outside for Eyes {
    async fn next(&mut self) -> Option<Input> {
        if self.title.is_empty() {
            std::future::pending::<()>().await;
        }
        None
    }

    fn copy(&mut self, _: &str) -> anyhow::Result<()> {
        Ok(())
    }

    async fn edit(&mut self, draft: Draft) -> Result<Vec<u8>, String> {
        Ok(draft.bytes)
    }

    async fn suspend(&mut self) -> anyhow::Result<()> {
        Ok(())
    }

    fn drawn(&mut self, frame: &Buffer, _: Rest) {
        let width = usize::from(frame.area.width);
        let row = frame.content().get(width..width + width / 2);
        let title: String = row
            .unwrap()
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        if let Some((title, _)) = title.split_once("complete") {
            title.clone_into(&mut self.title);
        }
    }
}
