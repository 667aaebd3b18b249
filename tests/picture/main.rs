//! The picture in README.md: a frame of the real program over the samples of `--demo`.
//!
//! `UPDATE=1 cargo test --test picture` takes it anew.
#![allow(clippy::unwrap_used, clippy::panic)]
use std::path::Path;
use std::time::Instant;
use std::{env, fs};

use keygrove::app::{App, Msg};
use keygrove::demo::Demo;
use keygrove::panes::{Draft, Setup};
use keygrove::run::{self, Input, Journal, Loop, Outside, Rest};
use keygrove::server::{self, Access, Load, Settings};
use keygrove::widgets::theme::{Depth, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

mod svg;

const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo.svg");
const KEYGROVE: &str = env!("CARGO_BIN_EXE_keygrove");
const SIZE: (u16, u16) = (116, 30);
/// What is pressed, each as soon as nothing is on its way any more; a word that is no key is pasted.
const SCRIPT: &str = "j j l ctrl-g shop:cache:front-page enter";

/// Presses the script and keeps the frame that comes of it.
struct Camera {
    script: Vec<Msg>,
    rest: Rest,
    frame: Buffer,
}

impl Outside for Camera {
    async fn next(&mut self) -> Option<Input> {
        if self.rest == Rest::Busy {
            // The next frame asks again.
            return std::future::pending().await;
        }
        self.script.pop().map(Input::Msg)
    }

    fn drawn(&mut self, frame: &Buffer, rest: Rest) {
        self.frame = frame.clone();
        self.rest = rest;
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
}

async fn frame() -> Buffer {
    let demo = Demo::start_by(Path::new(KEYGROVE), Some(Path::new("redis-server"))).unwrap();
    let access = Access::ReadWrite;
    let (handle, events) = server::start(Settings {
        access,
        load: Load::Fair,
    });
    let mut app = App::new(
        demo.target(),
        Setup::default(),
        access,
        Theme::new(Depth::True),
        Instant::now(),
        jiff::Zoned::now(),
    );
    let mut camera = Camera {
        script: SCRIPT
            .split(' ')
            .map(|word| {
                word.parse()
                    .map_or_else(|_| Msg::Paste(word.into()), Msg::Press)
            })
            .rev()
            .collect(),
        rest: Rest::Busy,
        frame: Buffer::default(),
    };
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap();
    let on = Loop {
        terminal: &mut terminal,
        outside: &mut camera,
        handle,
        events,
        journal: Journal::default(),
    };
    run::run(&mut app, on).await.unwrap();
    camera.frame
}

#[tokio::test]
async fn the_picture_shows_the_program() {
    let now = svg::of(&frame().await);
    if env::var_os("UPDATE").is_some() {
        fs::write(PICTURE, now).unwrap();
    } else {
        let picture = fs::read_to_string(PICTURE).unwrap();
        let take_anew = "take it anew: UPDATE=1 cargo test --test picture";
        assert_eq!(lasting(&picture), lasting(&now), "{take_anew}");
    }
}

/// The words on a picture, without those that another run or server says in other numbers.
fn lasting(svg: &str) -> Vec<String> {
    let mut texts: Vec<&str> = svg.split("</text>").collect();
    texts.pop();
    let words = texts
        .iter()
        .flat_map(|text| text[text.rfind('>').unwrap() + 1..].split(' '));
    let number = |word: &&str| word.chars().all(|c| "0123456789.,dhms".contains(c));
    let folder = |word: &&str| word.contains("/keygrove-demo-");
    words
        .filter(|word| !number(word) && !folder(word))
        .map(ToOwned::to_owned)
        .collect()
}
