//! Who hung up before being served, and may have the old place when they ring again.

use crate::ids::PartyId;
use crate::line::{Line, NOWHERE};
use crate::table::{Row, Table};
use crate::time::Micros;

/// Those who hung up lately, found by party, and in the order in which they went.
#[derive(Debug, Clone, Default)]
pub(crate) struct RingBack {
    gone: Table<Gone>,
    order: Line,
}

#[derive(Debug, Clone)]
struct Gone {
    party: PartyId,
    since: Micros,
    at: Micros,
    ticket: u64,
}

impl Row for Gone {
    type Id = PartyId;

    fn id(&self) -> PartyId {
        self.party
    }
}

impl RingBack {
    /// Remembers that a party who has waited since then is gone; of those remembered beyond
    /// `at_most`, whoever went first is forgotten.
    pub(crate) fn remember(&mut self, party: PartyId, since: Micros, at: Micros, at_most: usize) {
        self.recall(party);
        while self.gone.len() >= at_most {
            let Some(first) = self.order.first_holder() else {
                return;
            };
            self.take(first);
        }
        let row = self.gone.insert(Gone {
            party,
            since,
            at,
            ticket: NOWHERE,
        });
        let Self { gone, order } = self;
        order.join(at, row, |row, ticket| gone[row].ticket = ticket);
    }

    /// Since when the party had waited, who is waiting again now.
    pub(crate) fn recall(&mut self, party: PartyId) -> Option<Micros> {
        self.gone.find(party).map(|row| self.take(row))
    }

    /// Forgets who went before this instant.
    pub(crate) fn forget_before(&mut self, instant: Micros) {
        while let Some(first) = self.order.first_holder()
            && self.gone[first].at < instant
        {
            self.take(first);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.gone.len()
    }

    /// Party, waiting since, gone at; who went first comes first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (PartyId, Micros, Micros)> + '_ {
        self.order.holders().map(|row| {
            let gone = &self.gone[row];
            (gone.party, gone.since, gone.at)
        })
    }

    fn take(&mut self, row: u32) -> Micros {
        self.order.leave(self.gone[row].ticket);
        self.gone.remove(row);
        self.gone[row].since
    }
}
