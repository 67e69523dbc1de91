//! Names of symbols, traders and orders as dense ids.

use std::collections::HashMap;

/// Gives each distinct name the next free number, in order of first appearance.
#[derive(Clone, Debug, Default)]
pub struct Names {
    ids: HashMap<Box<str>, u32>,
    names: Vec<Box<str>>,
}

impl Names {
    /// The id of `name`, new or known.
    pub fn intern(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        let id = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.into());
        self.ids.insert(name.into(), id);
        id
    }

    /// The id of a name seen before.
    pub fn id(&self, name: &str) -> Option<u32> {
        self.ids.get(name).copied()
    }

    /// The name behind an id; empty if the id was never given.
    pub fn name(&self, id: u32) -> &str {
        self.names.get(id as usize).map_or("", |name| name)
    }

    /// The place of each id among the names in alphabetical order: what results are ordered by, since ids
    /// depend on which row came first.
    pub fn ranks(&self) -> Vec<u32> {
        let mut ids: Vec<u32> = (0..).take(self.names.len()).collect();
        ids.sort_unstable_by_key(|&id| self.name(id));
        let mut ranks = vec![0; ids.len()];
        for (rank, id) in (0..).zip(ids) {
            ranks[id as usize] = rank;
        }
        ranks
    }

    /// All names by id.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// How many distinct names there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether no name was seen.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}
