//! A user worked out for the eye: words, findings, commands by category. Made once, not at every frame.
use std::collections::HashMap;

use crate::model::acl::audit::{self, Level, Lint};
use crate::model::acl::{Reach, User, words};

use super::load::Facts;

/// What is shown of one user.
#[derive(Debug)]
pub struct View {
    /// Scope and level in words.
    pub scope: String,
    pub channels: String,
    /// The worst first.
    pub lints: Vec<Lint>,
    /// Name, commands allowed, commands there are; those with none allowed are left out.
    pub categories: Vec<(String, usize, usize)>,
}

impl View {
    fn of(user: &User, facts: &Facts, seen: Option<&[Vec<u8>]>, cluster: bool) -> Self {
        let catalog = facts.catalog();
        let reach = Reach::of(user, catalog);
        let categories = catalog.categories().into_iter().filter_map(|name| {
            let all = catalog.category(name).unwrap_or_default().iter();
            let all = all.filter(|id| catalog.is_leaf(**id));
            let allowed = all.clone().filter(|id| reach.allows(**id)).count();
            (allowed > 0).then(|| (name.to_owned(), allowed, all.count()))
        });
        let about = audit::Facts {
            catalog,
            users: facts.all(),
            admin: None,
            cluster,
            databases: 1,
            certificates: false,
            seen,
        };
        Self {
            scope: words::scope(user, catalog),
            channels: words::channels(user),
            lints: audit::lints(user, &about),
            categories: categories.collect(),
        }
    }

    /// How bad the worst finding is that deserves a mark.
    pub fn worst(&self) -> Option<Level> {
        let worst = self.lints.first()?.level;
        (worst != Level::Info).then_some(worst)
    }
}

/// The views that were needed so far, by the name of the user.
#[derive(Default, Debug)]
pub struct Views(HashMap<Vec<u8>, View>);

impl Views {
    /// The users are others now.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Works these users out, unless that was done.
    pub fn prepare(&mut self, wanted: impl Iterator<Item = usize>, facts: &Facts, cluster: bool) {
        let mut seen = None;
        for user in wanted.filter_map(|at| facts.all().get(at)) {
            if !self.0.contains_key(&user.name) {
                let seen = seen.get_or_insert_with(|| facts.seen()).as_deref();
                let view = View::of(user, facts, seen, cluster);
                self.0.insert(user.name.clone(), view);
            }
        }
    }

    pub fn get(&self, name: &[u8]) -> Option<&View> {
        self.0.get(name)
    }
}

impl Facts {
    /// Everybody who was connected or refused; `None` unless both could be looked up.
    fn seen(&self) -> Option<Vec<Vec<u8>>> {
        let clients = self.clients.known.as_ref()?.iter();
        let denials = self.denials.known.as_ref()?.iter();
        let names = clients
            .map(|client| &client.user)
            .chain(denials.map(|denial| &denial.user));
        Some(names.cloned().collect())
    }
}
