//! What waits for a time, in one lane for each tenant, so that tenants take turns.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, VecDeque};

use chrono::{DateTime, Utc};

use crate::{Generation, Sequence, TenantId};

/// When a notification is looked at next: due, tried again, or its lease runs out.
pub(super) type Wake = (DateTime<Utc>, Generation, Sequence);

/// The lane of one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct LaneId(usize);

/// All lanes. Every change costs O(log n), however many tenants there are.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    by_tenant: HashMap<TenantId, LaneId>,
    lanes: Vec<Lane>,
    free: Vec<LaneId>,
    /// The lanes that are not in the queue, by their earliest wake.
    waiting: BTreeSet<(DateTime<Utc>, LaneId)>,
    /// The same of those in the queue.
    queued: BTreeSet<(DateTime<Utc>, LaneId)>,
    /// The lanes that had something due when somebody looked, in the order of their turns.
    turns: VecDeque<LaneId>,
}

#[derive(Debug, Default)]
struct Lane {
    tenant: TenantId,
    wakes: BTreeSet<Wake>,
    /// How many processes use it.
    processes: usize,
    in_turns: bool,
}

impl Lane {
    fn earliest(&self) -> Option<DateTime<Utc>> {
        self.wakes.first().map(|wake| wake.0)
    }
}

impl Lanes {
    /// The lane for one more process of a tenant.
    pub(super) fn enter(&mut self, tenant: &TenantId) -> LaneId {
        let lane = match self.by_tenant.entry(tenant.clone()) {
            Entry::Occupied(lane) => *lane.get(),
            Entry::Vacant(vacant) => *vacant.insert(self.free.pop().unwrap_or_else(|| {
                self.lanes.push(Lane::default());
                LaneId(self.lanes.len() - 1)
            })),
        };
        let entered = &mut self.lanes[lane.0];
        entered.tenant = tenant.clone();
        entered.processes += 1;
        lane
    }

    /// A process, with all its wakes gone, leaves its lane.
    pub(super) fn leave(&mut self, lane: LaneId) {
        self.lanes[lane.0].processes -= 1;
        self.free_if_unused(lane);
    }

    /// A lane that is in the queue is looked at once more before another tenant may have it.
    fn free_if_unused(&mut self, lane: LaneId) {
        let left = &self.lanes[lane.0];
        if left.processes == 0 && !left.in_turns {
            self.by_tenant.remove(&left.tenant);
            self.free.push(lane);
        }
    }

    pub(super) fn insert(&mut self, lane: LaneId, wake: Wake) {
        let changed = &mut self.lanes[lane.0];
        let before = changed.earliest();
        changed.wakes.insert(wake);
        if before.is_none_or(|before| wake.0 < before) {
            self.earliest_changed(lane, before);
        }
    }

    pub(super) fn remove(&mut self, lane: LaneId, wake: &Wake) {
        let changed = &mut self.lanes[lane.0];
        let before = changed.earliest();
        changed.wakes.remove(wake);
        if before != changed.earliest() {
            self.earliest_changed(lane, before);
        }
    }

    /// Takes the next wake that is due, of the tenant whose turn it is.
    pub(super) fn pop_due(&mut self, now: DateTime<Utc>) -> Option<(LaneId, Wake)> {
        while let Some(&(at, lane)) = self.waiting.first()
            && at <= now
        {
            self.waiting.pop_first();
            self.queued.insert((at, lane));
            self.lanes[lane.0].in_turns = true;
            self.turns.push_back(lane);
        }
        loop {
            let lane = *self.turns.front()?;
            let turn = &mut self.lanes[lane.0];
            let before = turn.earliest();
            if before.is_some_and(|earliest| earliest <= now) {
                let wake = turn.wakes.pop_first()?;
                if before != turn.earliest() {
                    self.earliest_changed(lane, before);
                }
                self.turns.rotate_left(1);
                return Some((lane, wake));
            }
            // Nothing of it is due any more: it leaves the queue.
            self.turns.pop_front();
            turn.in_turns = false;
            if let Some(earliest) = before {
                self.queued.remove(&(earliest, lane));
                self.waiting.insert((earliest, lane));
            }
            self.free_if_unused(lane);
        }
    }

    pub(super) fn earliest(&self) -> Option<DateTime<Utc>> {
        let waiting = self.waiting.first().map(|first| first.0);
        let queued = self.queued.first().map(|first| first.0);
        waiting.into_iter().chain(queued).min()
    }

    fn earliest_changed(&mut self, lane: LaneId, before: Option<DateTime<Utc>>) {
        let changed = &self.lanes[lane.0];
        let set = if changed.in_turns {
            &mut self.queued
        } else {
            &mut self.waiting
        };
        if let Some(before) = before {
            set.remove(&(before, lane));
        }
        if let Some(earliest) = changed.earliest() {
            set.insert((earliest, lane));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap_or_default()
    }

    /// What waits, by tenant: `(when, number)`.
    type Naive = BTreeMap<u8, BTreeSet<(i64, u64)>>;

    #[derive(Debug, Clone)]
    enum Change {
        Insert(u8, i64),
        Remove(u8),
        Pop(i64),
    }

    fn changes() -> impl Strategy<Value = Vec<Change>> {
        let change = prop_oneof![
            4 => (0..4_u8, 0..50_i64).prop_map(|(tenant, at)| Change::Insert(tenant, at)),
            1 => (0..4_u8).prop_map(Change::Remove),
            4 => (0..60_i64).prop_map(Change::Pop),
        ];
        prop::collection::vec(change, 1..80)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever comes and goes, and however the clock moves: the earliest time is right, what
        /// is popped is the longest waiting of its tenant and due, nothing due is missed, and no
        /// tenant with something due all the while is passed over twice.
        #[test]
        fn lanes_are_what_a_list_for_each_tenant_would_be(changes in changes()) {
            let mut lanes = Lanes::default();
            let mut naive = Naive::new();
            let mut entered: BTreeMap<u8, LaneId> = BTreeMap::new();
            // How many turns of others each tenant has seen while it had something due.
            let mut passed_over: BTreeMap<u8, BTreeMap<u8, u32>> = BTreeMap::new();
            for (number, change) in (0..).zip(changes) {
                match change {
                    Change::Insert(tenant, second) => {
                        let name = TenantId::new(tenant.to_string()).unwrap_or_default();
                        let lane = *entered
                            .entry(tenant)
                            .or_insert_with(|| lanes.enter(&name));
                        lanes.insert(lane, (at(second), Generation::new(number), Sequence::new(0)));
                        naive.entry(tenant).or_default().insert((second, number));
                    }
                    Change::Remove(tenant) => {
                        let last = naive.get_mut(&tenant).and_then(BTreeSet::pop_last);
                        if let (Some((second, number)), Some(lane)) = (last, entered.get(&tenant)) {
                            let wake = (at(second), Generation::new(number), Sequence::new(0));
                            lanes.remove(*lane, &wake);
                        }
                    }
                    Change::Pop(now) => {
                        let due: Vec<u8> = naive
                            .iter()
                            .filter(|(_, wakes)| wakes.first().is_some_and(|wake| wake.0 <= now))
                            .map(|(tenant, _)| *tenant)
                            .collect();
                        let popped = lanes.pop_due(at(now));
                        prop_assert_eq!(popped.is_some(), !due.is_empty());
                        passed_over.retain(|tenant, _| due.contains(tenant));
                        if let Some((lane, wake)) = popped {
                            let tenant = entered.iter().find(|(_, other)| **other == lane);
                            let tenant = *tenant.map(|(tenant, _)| tenant).unwrap_or(&u8::MAX);
                            let first = naive.get_mut(&tenant).and_then(BTreeSet::pop_first);
                            let seen = first.map(|(second, number)| {
                                (at(second), Generation::new(number), Sequence::new(0))
                            });
                            prop_assert_eq!(seen, Some(wake));
                            passed_over.remove(&tenant);
                            for other in due.into_iter().filter(|other| *other != tenant) {
                                let turns = passed_over.entry(other).or_default();
                                let turns = turns.entry(tenant).or_default();
                                *turns += 1;
                                prop_assert!(*turns <= 2, "{other} was passed over");
                            }
                        }
                    }
                }
                for (tenant, wakes) in &naive {
                    if wakes.is_empty() && let Some(lane) = entered.remove(tenant) {
                        lanes.leave(lane);
                    }
                }
                let earliest = naive.values().filter_map(|wakes| wakes.first()).min();
                prop_assert_eq!(lanes.earliest(), earliest.map(|wake| at(wake.0)));
            }
        }
    }
}
