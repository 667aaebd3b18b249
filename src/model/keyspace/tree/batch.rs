//! Adding many names at once: first the ways of some are traced together, then they are added.
use super::{Id, Tree};
use crate::model::keyspace::block::Block;
use crate::model::keyspace::spot::Spot;

/// Names whose memory is asked for at once.
const TOUCHED: usize = 32;

/// Which names of a folder a name would be among.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Leaves,
    /// And no child folder takes it.
    Deep,
    /// A child folder may have to be made for it.
    Unclear,
}

/// Where a name would go.
struct Trace<'n> {
    name: &'n [u8],
    /// The last folder of the arena it leads through.
    folder: Id,
    /// What is left of the name there.
    rest: &'n [u8],
    kind: Kind,
    spot: Spot,
    /// The spot is right as long as the names there have this stamp.
    stamp: (usize, usize),
}

impl Tree {
    /// Adds many names. What comes where nobody looks may be held twice until it is put in order.
    pub fn insert_all<'n>(&mut self, names: impl Iterator<Item = &'n [u8]>) {
        let mut few = Vec::with_capacity(TOUCHED);
        for name in names {
            let trace = self.trace(name);
            if trace.kind != Kind::Unclear && self.folder(trace.folder).view.is_none() {
                self.add_traced(&trace);
                continue;
            }
            few.push(trace);
            if few.len() == TOUCHED {
                self.insert_few(&mut few);
            }
        }
        self.insert_few(&mut few);
    }

    /// Adds names to folders that are in order.
    fn insert_few(&mut self, few: &mut Vec<Trace>) {
        // Apart from the steps before, so that the machine looks for several places at once.
        for trace in &mut *few {
            self.find_spot(trace);
        }
        // Memory that is read for one name after the other is waited for as often; together, once.
        let mut touched = 0;
        for part in [Block::touch, Block::touch_names] {
            let blocks = few.iter().filter_map(|trace| self.block(trace));
            touched = blocks.fold(touched, |all, block| all ^ part(block));
        }
        std::hint::black_box(touched);
        for trace in few.drain(..) {
            self.insert_traced(&trace);
        }
    }

    /// Adds a name to a folder that nobody looks at.
    #[inline]
    fn add_traced(&mut self, trace: &Trace) {
        let (seed, is_match) = (self.seed, self.is_match(trace.name));
        let folder = &mut self.folders[trace.folder as usize];
        let names = match (trace.kind, &mut folder.deep) {
            (Kind::Deep, Some(deep)) => deep,
            _ => &mut folder.leaves,
        };
        let added = names.add(seed, trace.rest, is_match);
        if added.fresh {
            self.count_up(trace.folder, None, added.hit);
        }
    }

    /// Adds a name whose way is known: a key directly in its folder, or one that needs a closer look.
    #[inline]
    fn insert_traced(&mut self, trace: &Trace) {
        if trace.kind == Kind::Unclear {
            return self.add(trace.name);
        }
        let (seed, is_match) = (self.seed, self.is_match(trace.name));
        let folder = &mut self.folders[trace.folder as usize];
        let names = &mut folder.leaves;
        let spot = if names.stamp(trace.spot) == trace.stamp {
            trace.spot
        } else {
            names.find(trace.rest)
        };
        let added = names.insert_at(spot, seed, trace.rest, is_match);
        if added.fresh {
            self.count_up(trace.folder, None, added.hit);
        }
    }

    /// The folder a name would go to.
    #[inline]
    fn trace<'n>(&mut self, name: &'n [u8]) -> Trace<'n> {
        let (id, rest, deep) = self.lead(name);
        let folder = self.folder(id);
        let kind = match (deep, &folder.deep, &folder.view) {
            (false, _, _) => Kind::Leaves,
            (true, Some(_), None) => Kind::Deep,
            _ => Kind::Unclear,
        };
        Trace {
            name,
            folder: id,
            rest,
            kind,
            spot: Spot::default(),
            stamp: (0, 0),
        }
    }

    /// Where in its folder it would go.
    #[inline]
    fn find_spot(&self, trace: &mut Trace) {
        let names = &self.folder(trace.folder).leaves;
        trace.spot = names.find(trace.rest);
        trace.stamp = names.stamp(trace.spot);
    }

    #[inline]
    fn block(&self, trace: &Trace) -> Option<&Block> {
        self.folder(trace.folder).leaves.block(trace.spot)
    }
}
