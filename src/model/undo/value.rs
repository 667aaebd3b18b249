//! What a change did to a value, element by element, so that what others did to its other elements stays.
use super::super::change::{Change, Check, Read, Told};
use super::super::key::Key;
use super::super::kinds::{self, Row, Verb};
use super::super::resp::Cmd;
use super::{Back, Cannot, Deed, Ground, Life, Past, Turn, deed};

/// Deeds at a value.
#[derive(Clone, PartialEq, Debug)]
pub struct Touched {
    pub key: Key,
    pub kind: &'static str,
    pub deeds: Vec<Deed>,
    /// The key went with its last element; so long it would have lived.
    pub emptied: Option<Life>,
}

impl Touched {
    /// The reads around a change that takes elements out: the key may go with the last of them.
    pub fn taking(key: &Key, also: Vec<Read>) -> (Vec<Read>, Vec<Read>) {
        let mut before = Life::reads(key);
        before.extend(also);
        let there = Read::small(Cmd::new("EXISTS").arg(key.bytes()));
        (before, vec![there])
    }

    /// The replies to what was read besides, in [`Self::taking`].
    pub fn also(told: Told<'_>) -> &[super::super::Reply] {
        told.before.get(Life::LEN..).unwrap_or_default()
    }

    /// What a verb did.
    pub fn by(
        key: &Key,
        kind: &'static str,
        verb: Verb,
        row: Option<&Row>,
        typed: &[Vec<u8>],
        told: Told,
    ) -> Result<Self, Cannot> {
        let deeds = kinds::of(kind).did(verb, row, typed, told)?;
        Self {
            key: key.clone(),
            kind,
            deeds,
            emptied: None,
        }
        .settled(told)
    }

    /// The same, with what the reads of [`Self::taking`] tell of the key.
    fn settled(self, told: Told) -> Result<Self, Cannot> {
        let gone = told.after.first().and_then(super::super::Reply::int) == Some(0);
        if !gone {
            return Ok(self);
        }
        let life = Life::of(told.before)
            .ok_or_else(|| Cannot::unread("how long the key would have lived"))?;
        let emptied = Some(life);
        Ok(Self { emptied, ..self })
    }

    /// The change that takes it back.
    pub fn back(&self) -> Result<Back, Cannot> {
        let change = self.change(&self.deeds)?;
        let exact: Vec<Deed> = self.deeds.iter().map(exact).collect();
        if exact == self.deeds {
            return Ok(Back::Change {
                change,
                otherwise: None,
            });
        }
        Ok(Back::Change {
            change: self.change(&exact)?,
            otherwise: Some(Box::new(change)),
        })
    }

    /// Turns these round, the last one first: what one added goes only after what it took is back.
    fn change(&self, deeds: &[Deed]) -> Result<Change, Cannot> {
        let kind = kinds::of(self.kind);
        let (mut checks, ground) = match self.emptied {
            Some(_) => (vec![Check::absent(&self.key)], Ground::Bare),
            None => (vec![Check::kind(&self.key, self.kind)], Ground::There),
        };
        let mut steps = Vec::new();
        for deed in deeds.iter().rev() {
            if ground == Ground::Bare && !deed.puts() {
                continue;
            }
            let turn: Turn = kind.turn(&self.key, deed, ground).ok_or_else(|| {
                Cannot::new(format!("a {} cannot be changed like this", self.kind))
            })?;
            if ground == Ground::There {
                checks.extend(turn.checks);
            }
            steps.extend(turn.steps);
        }
        if let Some(life @ (Life::Until(_) | Life::About(_))) = self.emptied {
            steps.push(life.set(&self.key));
        }
        let mut change = Change::plain(&self.key, "undone", steps).guarded(checks);
        if let Some([from, to]) = kind.lasting(deeds).filter(|_| ground == Ground::There) {
            change = change.keeping(from, to);
        }
        if self.emptied.is_none() && deeds.iter().any(Deed::takes) {
            let (before, after) = Self::taking(&self.key, Vec::new());
            return Ok(change.reading(before, after));
        }
        Ok(change)
    }

    /// What taking it back did.
    pub fn turned(self, told: Told) -> Result<Past, Cannot> {
        let emptied = self.emptied;
        let turned = Self {
            deeds: self.deeds.into_iter().rev().map(Deed::turned).collect(),
            emptied: None,
            ..self
        };
        if emptied.is_some() {
            // The key was made anew: taking that back may not be more than taking the elements out again.
            return Ok(Past::Value(turned));
        }
        turned.settled(told).map(Past::Value)
    }

    /// In words, and safe to print.
    pub fn about(&self) -> String {
        let place = match self.deeds.as_slice() {
            [deed, ..] => deed.place(),
            [] => b"",
        };
        let about = deed::about(&self.key, place);
        // What took another's place is one thing; elements that came or went together are as many as they are.
        let came = |deed: &Deed| match deed {
            Deed::Put { was, is, .. } => Some((was.is_some(), is.is_some())),
            _ => None,
        };
        let alike = self
            .deeds
            .windows(2)
            .all(|two| came(&two[0]) == came(&two[1]));
        match self.deeds.len() {
            more @ 2.. if alike => format!("{about} and {} more", more - 1),
            _ => about,
        }
    }
}

/// The same deed by its digits, where they are known.
fn exact(deed: &Deed) -> Deed {
    match deed {
        Deed::Count {
            place,
            exact: Some((was, is)),
            ..
        } => Deed::Put {
            place: place.clone(),
            was: Some(was.clone()),
            is: Some(is.clone()),
            until: None,
        },
        deed => deed.clone(),
    }
}
