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
