//! Below which nothing is due any more.
//!
//! Rows that were claimed leave dead entries in the index, and as long as some old snapshot is held
//! anywhere in the database nobody may remove them: each claim from the bottom walks over all of
//! them (measured on 108,000 dead rows: a tenth of the speed). So a claim starts where the last one
//! of this store ended. What this store writes below that lowers the floor; what others wrote there
//! is found by a look from the bottom, which is taken as often as it costs at most a twentieth of
//! the time. Leased rows stay where they are, mostly below the floor, so a look from the bottom is
//! taken too when a lease may have run out.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A place in the index of what is due: `ready_at`, generation, sequence.
pub(crate) type Place = (i64, i64, i32);

/// Tenants with a floor of their own. Only floods need one.
const MOST_TENANTS: usize = 64;

/// A look from the bottom is taken when the last one is this many times its duration ago.
const REST: u32 = 20;

/// A look from the bottom that takes longer than this meets many rows that nobody may vacuum.
const DEAR: Duration = Duration::from_millis(20);

#[derive(Debug, Default)]
pub(crate) struct Floor(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    floors: HashMap<String, Place>,
    /// When the last look from the bottom ended, and how long it took.
    looked: Option<(Instant, Duration)>,
    /// The claims under way.
    claims: Vec<Since>,
    claims_begun: u64,
    /// Before this, no lease runs out of those that were there at the last look from the bottom or
    /// that this store got since; `None` before the first look.
    leases_end: Option<i64>,
}

/// What has happened since a claim began.
#[derive(Debug)]
struct Since {
    claim: u64,
    /// The lowest place that was written.
    lowest: i64,
    /// The earliest end of a lease.
    leases_end: i64,
}

/// Where a claim starts.
#[derive(Debug, Default)]
pub(crate) struct Floors {
    pub(crate) tenants: Vec<String>,
    pub(crate) ready_at: Vec<i64>,
    pub(crate) generations: Vec<i64>,
    pub(crate) sequences: Vec<i32>,
}

/// A claim under way.
#[derive(Debug)]
pub(crate) struct Looking<'a> {
    floor: &'a Floor,
    number: u64,
    began: Instant,
    from_bottom: bool,
}

impl Floor {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Only moves happen under the lock, so a poisoned one is still sound.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says where a claim that begins now starts.
    pub(crate) fn look(&self, now: i64) -> (Floors, Looking<'_>) {
        let began = Instant::now();
        let mut state = self.lock();
        let from_bottom = state.leases_end.is_none_or(|end| end <= now)
            || state
                .looked
                .is_none_or(|(ended, took)| began.duration_since(ended) >= took * REST);
        let number = state.claims_begun;
        state.claims_begun += 1;
        state.claims.push(Since {
            claim: number,
            lowest: i64::MAX,
            leases_end: i64::MAX,
        });
        let floors = if from_bottom {
            Floors::default()
        } else {
            state.floors()
        };
        drop(state);
        let looking = Looking {
            floor: self,
            number,
            began,
            from_bottom,
        };
        (floors, looking)
    }

    /// Where a question that is no claim may start, with the earliest end of a lease below; `None` if
    /// it can start from the bottom without being too dear.
    pub(crate) fn spared(&self) -> Option<(Floors, i64)> {
        let state = self.lock();
        let (ended, took) = state.looked?;
        let dear = took > DEAR && ended.elapsed() < took * REST;
        let leases_end = state.leases_end.filter(|_| dear)?;
        Some((state.floors(), leases_end))
    }

    /// Something was written that is ready at this instant.
    pub(crate) fn lower(&self, ready_at: i64) {
        let mut state = self.lock();
        for place in state.floors.values_mut() {
            *place = (*place).min((ready_at, 0, 0));
        }
        for since in &mut state.claims {
            since.lowest = since.lowest.min(ready_at);
        }
    }

    /// A lease ends then that may lie below.
    pub(crate) fn leased(&self, until: i64) {
        let mut state = self.lock();
        state.leases_end = state.leases_end.map(|end| end.min(until));
        for since in &mut state.claims {
            since.leases_end = since.leases_end.min(until);
        }
    }

    /// Nothing is known any more of what lies where.
    pub(crate) fn reset(&self) {
        self.lower(i64::MIN);
        self.lock().looked = None;
    }
}

impl State {
    fn floors(&self) -> Floors {
        let mut floors = Floors::default();
        for (tenant, place) in &self.floors {
            floors.tenants.push(tenant.clone());
            floors.ready_at.push(place.0);
            floors.generations.push(place.1);
            floors.sequences.push(place.2);
        }
        floors
    }
}

impl Looking<'_> {
    /// The claim has ended: it has taken these as the last of each tenant, and of the leases above
    /// where it started the first ends then. Answers when the first of all may end, and whether that
    /// is when it does.
    pub(crate) fn found<'a>(
        self,
        last: impl IntoIterator<Item = (&'a str, Place)>,
        leases_end: i64,
    ) -> (i64, bool) {
        let mut state = self.floor.lock();
        let (lowest, given) = state
            .claims
            .iter()
            .find(|since| since.claim == self.number)
            .map_or((i64::MIN, i64::MIN), |since| {
                (since.lowest, since.leases_end)
            });
        if self.from_bottom {
            let now = Instant::now();
            state.looked = Some((now, now.duration_since(self.began)));
            state.leases_end = Some(given);
        }
        state.leases_end = state.leases_end.map(|known| known.min(leases_end));
        let known = state.leases_end.unwrap_or(i64::MIN);
        for (tenant, place) in last {
            let place = place.min((lowest, 0, 0));
            if let Some(floor) = state.floors.get_mut(tenant) {
                *floor = place;
            } else {
                if state.floors.len() >= MOST_TENANTS {
                    state.floors.clear();
                }
                state.floors.insert(tenant.to_owned(), place);
            }
        }
        (known, self.from_bottom)
    }
}

impl Drop for Looking<'_> {
    fn drop(&mut self) {
        let mut state = self.floor.lock();
        state.claims.retain(|since| since.claim != self.number);
    }
}
