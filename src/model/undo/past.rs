//! What was done, whatever it was, and what takes it back.
use super::super::change::{Change, Check, Read, Stakes, Told};
use super::super::dump;
use super::super::key::Key;
use super::super::kinds::{self, Look};
use super::super::resp::{Cmd, Reply};
use super::super::whole;
use super::{Cannot, Kept, Life, Touched, Turn, deed};

/// Something that was done and may be taken back.
#[derive(Clone, PartialEq, Debug)]
pub enum Past {
    Value(Touched),
    /// A key got another expiry.
    Expiry {
        key: Key,
        was: Life,
        is: Life,
    },
    /// A key got another name.
    Name {
        was: Key,
        is: Key,
    },
    /// A key was made, and this is how one knows it.
    Born {
        key: Key,
        as_made: Vec<Check>,
    },
    /// Keys were deleted; of `lost` more nothing was kept.
    Gone {
        kept: Vec<Kept>,
        lost: u64,
    },
    /// Keys were brought back.
    Restored(Vec<Key>),
}

/// What takes something back.
#[derive(Clone, PartialEq, Debug)]
pub enum Back {
    /// This change; or, where the first one meets another value, the second.
    Change {
        change: Change,
        otherwise: Option<Box<Change>>,
    },
    /// These keys are brought back.
    Restore(Vec<Kept>),
    /// These keys are deleted, after a question.
    Delete(Vec<Key>),
}

impl Past {
    /// What an expiry was before this change of it, and is after.
    pub fn expiry(key: &Key, told: Told) -> Result<Self, Cannot> {
        let of = |replies| Life::of(replies).ok_or_else(|| Cannot::unread("when the key expires"));
        Ok(Self::Expiry {
            key: key.clone(),
            was: of(told.before)?,
            is: of(told.after)?,
        })
    }

    /// A key that was made from what was typed.
    pub fn created(key: &Key, kind: &'static str, typed: &[Vec<u8>]) -> Result<Self, Cannot> {
        let kind = kinds::of(kind);
        let told = Told {
            before: &[],
            steps: &[],
            after: &[],
        };
        let deeds = kind.did(kinds::Verb::Create, None, typed, told)?;
        let turns = deeds
            .iter()
            .filter_map(|deed| kind.turn(key, deed, super::Ground::There));
        let held = turns.flat_map(|turn: Turn| turn.checks);
        let mut as_made = vec![Check::kind(key, kind.name())];
        if kind.shape() != kinds::Shape::Text {
            as_made.extend(length(key, kind.name(), 1));
        }
        as_made.extend(held);
        Ok(Self::Born {
            key: key.clone(),
            as_made,
        })
    }

    /// The reads after a copy of this key was made, by which [`Self::copied`] knows it.
    pub fn copy_reads(key: &Key, name: &Key) -> Vec<Read> {
        // How big it will be, the key tells that is copied.
        let size = Cmd::new("MEMORY USAGE").arg(key.bytes());
        vec![Read::sized(dump_cmd(name), size)]
    }

    /// A copy that was made.
    pub fn copied(name: &Key, told: Told) -> Result<Self, Cannot> {
        const BIG: &str = "the copy is too big to tell whether anybody changed it; d deletes it";
        let [Reply::Bytes(payload)] = told.after else {
            return Err(Cannot::new(BIG));
        };
        let mut as_made = Vec::new();
        if let Ok(contents) = dump::read(payload) {
            let (kind, len) = contents.size();
            as_made.push(Check::kind(name, kind));
            as_made.extend(length(name, kind, len));
        }
        as_made.push(Check::new(dump_cmd(name), Reply::Bytes(payload.clone())));
        Ok(Self::Born {
            key: name.clone(),
            as_made,
        })
    }

    /// What takes it back, at this unix time in milliseconds.
    pub fn back(&self, now: i64) -> Result<Back, Cannot> {
        match self {
            Self::Value(touched) => match touched.emptied {
                Some(life) if life.over(now) => Err(Cannot::new(
                    "the key would have expired by now: there is nothing to bring back",
                )),
                _ => touched.back(),
            },
            Self::Expiry { was, .. } if was.over(now) => Err(Cannot::new(
                "the key would have expired by now: taking this back would delete it",
            )),
            Self::Expiry { key, was, is } => {
                let (before, after) = (Life::reads(key), Life::reads(key));
                let change = Change::plain(key, "undone", vec![was.set(key)])
                    .guarded(vec![is.check(key)])
                    .reading(before, after);
                Ok(Back::one(change))
            }
            Self::Name { was, is } => Ok(Back::one(whole::rename(is, was))),
            Self::Born { key, as_made } => {
                let mut before = Life::reads(key);
                before.push(dump_read(key));
                let change = whole::unlink(key)
                    .guarded(as_made.clone())
                    .reading(before, Vec::new());
                Ok(Back::one(change))
            }
            Self::Gone { kept, .. } => {
                let alive: Vec<Kept> = kept
                    .iter()
                    .filter(|kept| !kept.life.over(now))
                    .cloned()
                    .collect();
                if alive.is_empty() {
                    return Err(Cannot::new(
                        "would have expired by now: there is nothing to bring back",
                    ));
                }
                Ok(Back::Restore(alive))
            }
            Self::Restored(keys) => Ok(Back::Delete(keys.clone())),
        }
    }

    /// What taking it back did, and so what would take that back.
    pub fn turned(self, told: Told) -> Result<Self, Cannot> {
        match self {
            Self::Value(touched) => touched.turned(told),
            Self::Expiry { key, .. } => Self::expiry(&key, told),
            Self::Name { was, is } => Ok(Self::Name { was: is, is: was }),
            Self::Born { key, .. } => Self::unlinked(key, told),
            Self::Gone { kept, .. } => Ok(Self::Restored(
                kept.into_iter().map(|kept| kept.key).collect(),
            )),
            Self::Restored(_) => Err(Cannot::new("these keys were deleted in the way keys are")),
        }
    }

    /// A key that was deleted by itself, between reads of its life and its contents.
    pub fn unlinked(key: Key, told: Told) -> Result<Self, Cannot> {
        let life = Life::of(told.before);
        let payload = told.before.get(Life::LEN).and_then(Reply::bytes);
        let (Some(life), Some(payload)) = (life, payload) else {
            return Err(Cannot::unread("what the key held"));
        };
        let payload = payload.to_vec();
        let kept = vec![Kept { key, payload, life }];
        Ok(Self::Gone { kept, lost: 0 })
    }

    /// The key it is about, where it is one.
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::Value(touched) => Some(&touched.key),
            Self::Expiry { key, .. } | Self::Born { key, .. } => Some(key),
            Self::Name { is, .. } => Some(is),
            Self::Gone { kept, .. } => match kept.as_slice() {
                [one] => Some(&one.key),
                _ => None,
            },
            Self::Restored(keys) => match keys.as_slice() {
                [one] => Some(one),
                _ => None,
            },
        }
    }

    /// What it is about, in words that are safe to print.
    pub fn about(&self) -> String {
        match self {
            Self::Value(touched) => touched.about(),
            Self::Name { was, is } => format!("{} → {}", was.called(), is.called()),
            Self::Gone { kept, lost } => many(kept.iter().map(|kept| &kept.key), *lost),
            Self::Restored(keys) => many(keys.iter(), 0),
            Self::Expiry { key, .. } | Self::Born { key, .. } => deed::about(key, b""),
        }
    }

    /// About how many bytes of memory it takes.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Value(touched) => touched
                .deeds
                .iter()
                .map(|deed| deed.bytes() as u64)
                .sum::<u64>(),
            Self::Gone { kept, .. } => kept.iter().map(Kept::bytes).sum(),
            Self::Born { as_made, .. } => as_made
                .iter()
                .map(|check| {
                    check
                        .expect
                        .bytes()
                        .map_or(64, |bytes| bytes.len() as u64 + 64)
                })
                .sum(),
            Self::Restored(keys) => keys.iter().map(|key| key.bytes().len() as u64 + 32).sum(),
            Self::Expiry { .. } | Self::Name { .. } => 0,
        }
    }
}

impl Back {
    fn one(change: Change) -> Self {
        Self::Change {
            change,
            otherwise: None,
        }
    }

    /// Whether something is lost that the person should be asked about.
    pub fn stakes(&self) -> Stakes {
        match self {
            Self::Change { change, .. } => change.stakes,
            Self::Restore(_) => Stakes::Plain,
            Self::Delete(_) => Stakes::Destructive,
        }
    }
}

/// One key by its name, several by their number.
fn many<'k>(mut keys: impl ExactSizeIterator<Item = &'k Key>, more: u64) -> String {
    let count = keys.len() as u64 + more;
    match (keys.next(), count) {
        (Some(key), 1) => key.called(),
        (Some(key), count) => format!("{count} keys: {} …", key.called()),
        (None, 1) => "1 key".to_owned(),
        (None, count) => format!("{count} keys"),
    }
}

fn dump_cmd(key: &Key) -> Cmd {
    Cmd::new("DUMP").arg(key.bytes())
}

fn dump_read(key: &Key) -> Read {
    Read::sized(dump_cmd(key), Cmd::new("MEMORY USAGE").arg(key.bytes()))
}

/// That a value still has so many elements, or bytes.
fn length(key: &Key, kind: &str, len: u64) -> Option<Check> {
    let cmd = kinds::of(kind)
        .page(key, &Look::whole())
        .into_iter()
        .next()?;
    Some(Check::new(cmd, Reply::Int(i64::try_from(len).ok()?)))
}
