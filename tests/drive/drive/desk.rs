//! What stands around the app in place of a terminal: keys from a script, a clipboard, an editor.
use std::sync::{Arc, Mutex, mpsc};

use keygrove::panes::Draft;
use keygrove::run::{self, Input, Rest};
use ratatui::buffer::Buffer;
use tokio::sync::mpsc::UnboundedReceiver;

use super::Frame;

/// The clipboard and the editor, shared with the test.
#[derive(Clone, Default)]
pub struct Desk(Arc<Mutex<Things>>);

#[derive(Default)]
struct Things {
    copied: Vec<String>,
    drafts: Vec<Draft>,
    /// What the editor saves; without it, what it was given.
    saves: Option<Result<Vec<u8>, String>>,
}

impl Desk {
    pub fn take_copied(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().copied)
    }

    pub fn script(&self, saves: Result<Vec<u8>, String>) {
        self.0.lock().unwrap().saves = Some(saves);
    }

    pub fn draft(&self) -> (Vec<u8>, &'static str) {
        let things = self.0.lock().unwrap();
        let draft = things.drafts.last().expect("the editor was opened");
        (draft.bytes.clone(), draft.ending)
    }
}

/// The outside of the app's loop.
pub struct Outside {
    inputs: UnboundedReceiver<Input>,
    taken: usize,
    frames: mpsc::Sender<Frame>,
    desk: Desk,
}

impl Outside {
    pub fn new(inputs: UnboundedReceiver<Input>, frames: mpsc::Sender<Frame>, desk: Desk) -> Self {
        Self {
            inputs,
            taken: 0,
            frames,
            desk,
        }
    }
}

impl run::Outside for Outside {
    async fn next(&mut self) -> Option<Input> {
        let input = self.inputs.recv().await;
        self.taken += 1;
        input
    }

    fn copy(&mut self, text: &str) -> anyhow::Result<()> {
        self.desk.0.lock().unwrap().copied.push(text.to_owned());
        Ok(())
    }

    async fn edit(&mut self, draft: Draft) -> Result<Vec<u8>, String> {
        let mut things = self.desk.0.lock().unwrap();
        let saved = things.saves.clone();
        let saved = saved.unwrap_or_else(|| Ok(draft.bytes.clone()));
        things.drafts.push(draft);
        saved
    }

    async fn suspend(&mut self) -> anyhow::Result<()> {
        Ok(())
    }

    fn drawn(&mut self, buffer: &Buffer, rest: Rest) {
        let rows = buffer
            .content()
            .chunks(usize::from(buffer.area.width.max(1)))
            .map(|row| {
                let row: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
                row.trim_end().to_owned()
            })
            .collect();
        // A test that has seen enough listens no more.
        let _ = self.frames.send(Frame {
            taken: self.taken,
            rest,
            rows,
        });
    }
}
