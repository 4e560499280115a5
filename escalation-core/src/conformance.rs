//! The contract of [`EscalationStore`] as tests, which every store runs.
//!
//! ```
//! # fn main() {}
//! use escalation_core::{MemoryStore, store_conformance};
//!
//! store_conformance!(futures::executor::block_on, MemoryStore::new());
//! ```
//!
//! Each case is one promise, takes a store that keeps nothing yet, and panics if the promise is
//! broken. All use instants that they make up, and none waits. [`RESTART_CASES`] are the same for what
//! a store keeps beyond its program, and [`SOURCE_CASES`] for a
//! [`RequestSource`](crate::RequestSource).

mod bundles;
mod deliveries;
mod effects;
mod holds;
mod letters;
mod limits;
mod processes;
mod restarts;
mod sources;
mod tenants;

use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Admission, AttemptStart, Begun, Channel, Claim, EscalationStore, Generation, Lease, NewProcess,
    Notification, ProcessId, RequestId, Settled, Settlement, StartRequest, Started, Verdict,
};
pub use bundles::*;
pub use deliveries::*;
pub use effects::*;
pub use holds::*;
pub use letters::*;
pub use limits::*;
pub use processes::*;
pub use restarts::*;
pub use sources::*;
pub use tenants::*;

/// A check under way.
pub type Checking<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// One promise of the contract.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Case {
    /// Its name, which says what is promised.
    pub name: &'static str,
    /// Checks it on a store that keeps nothing yet; panics if it is broken.
    pub check: for<'a> fn(&'a dyn EscalationStore) -> Checking<'a>,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Makes a test of each promise: `store_conformance!(block_on, store)`, where `store` is an
/// expression that makes a store which keeps nothing yet.
#[macro_export]
macro_rules! store_conformance {
    ($block_on:path, $store:expr $(,)?) => {
        $crate::__store_cases!($crate::__store_tests, $block_on, $store);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __store_tests {
    ($block_on:path, $store:expr; $($case:ident)*) => {
        $(
            #[test]
            fn $case() {
                $block_on($crate::conformance::$case(&$store));
            }
        )*
    };
}

macro_rules! table {
    (; $($case:ident)*) => {
        /// All promises, for those who do not use the macro.
        pub const CASES: &[Case] = &[
            $(Case { name: stringify!($case), check: |store| Box::pin($case(store)) },)*
        ];
    };
}

/// The one list of all cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_cases {
    ($then:path $(, $argument:tt)*) => {
        $then! { $($argument),*;
            a_started_process_is_due_at_its_earliest_notification
            nothing_is_claimed_before_it_is_due
            starting_a_running_process_changes_nothing
            replacing_a_running_process_makes_a_new_generation
            extending_a_running_process_adds_to_it
            what_is_added_to_a_held_process_waits
            a_replayed_process_is_not_extended
            running_processes_are_listed
            generations_only_grow
            a_stopped_process_is_never_claimed
            stopping_what_does_not_run_says_so
            a_word_about_one_run_touches_no_other
            a_claimed_notification_has_one_owner
            claims_come_in_order_of_their_time
            claims_are_limited
            a_process_ends_with_its_last_notification
            a_lease_that_ran_out_before_the_attempt_leaves_no_doubt
            a_lease_that_ran_out_during_the_attempt_leaves_doubt
            a_stale_lease_changes_nothing
            a_renewed_lease_lasts
            after_a_stop_no_attempt_begins
            a_stop_answers_what_is_in_flight
            a_stopped_attempt_is_not_made_again
            a_late_word_does_not_touch_a_newer_process
            a_failed_attempt_is_due_again_with_its_history
            a_dead_letter_tells_its_reason_and_history
            a_dead_letter_can_be_replayed_once
            a_rejected_request_is_kept_once
            a_redelivered_request_changes_nothing
            a_redelivered_hold_changes_nothing
            a_held_process_stands_still
            a_released_process_goes_on_where_it_stood
            a_hold_runs_out
            holding_again_moves_only_the_end
            a_retry_of_a_held_process_waits
            a_lost_attempt_of_a_held_process_waits
            concurrency_is_limited
            destinations_are_limited_apart
            rates_are_limited
            a_refusal_uses_up_nothing
            a_dead_attempt_makes_room
            attempts_begin_in_order
            an_advance_moves_the_following_steps
            an_end_ends_the_process
            a_delivery_can_hold_its_process
            what_nothing_follows_cannot_be_passed_on
            settlements_stand_for_themselves
            a_claim_tells_what_supersedes_it
            what_is_past_its_deadline_supersedes_nothing
            a_flood_of_one_tenant_does_not_delay_the_others
            tenants_take_turns
            a_process_keeps_its_tenant
            what_shares_a_bundle_travels_together
            what_was_gathered_is_leased
            a_bundle_takes_what_was_put_off_but_nothing_in_doubt
            a_notification_can_go_another_way
            a_start_wakes_those_who_wait
        }
    };
}

__store_cases!(table);

/// An instant that many seconds after an arbitrary beginning.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(1_700_000_000 + seconds)
}

/// A valid id; the texts of this suite all are.
pub(crate) fn process(id: &str) -> ProcessId {
    ProcessId::new(id).expect("the ids of this suite are short")
}

pub(crate) fn request(id: &str) -> RequestId {
    RequestId::new(id).expect("the ids of this suite are short")
}

/// A process with one phone call at each of these seconds.
pub(crate) fn calls(id: &str, seconds: &[i64]) -> NewProcess {
    let start = seconds
        .iter()
        .fold(StartRequest::new(process(id)), |start, second| {
            start.notify(Notification::at(Channel::PHONE, at(*second)).to_phone_number("+1"))
        });
    planned(&start, 0)
}

pub(crate) fn planned(start: &StartRequest, second: i64) -> NewProcess {
    start
        .plan(at(second))
        .expect("the requests of this suite can be planned")
}

pub(crate) async fn start(store: &dyn EscalationStore, new: NewProcess, now: i64) -> Generation {
    match store.start(new, at(now)).await.expect("start") {
        Started::Created(generation) | Started::Replaced { generation, .. } => generation,
        other => panic!("not started: {other:?}"),
    }
}

/// Claims up to 100, with a lease of a minute.
pub(crate) async fn claim(store: &dyn EscalationStore, now: i64) -> Vec<Claim> {
    store
        .claim(100, at(now + 60), at(now))
        .await
        .expect("claim")
}

pub(crate) async fn claim_one(store: &dyn EscalationStore, now: i64) -> Claim {
    let mut claims = claim(store, now).await;
    assert_eq!(claims.len(), 1, "one notification is due: {claims:?}");
    claims.remove(0)
}

/// Begins an attempt, with a lease of a minute and no limits.
pub(crate) async fn begin(store: &dyn EscalationStore, lease: &Lease, now: i64) -> Begun {
    begin_within(store, lease, &Admission::unlimited(), now).await
}

/// Begins an attempt, with a lease of a minute.
pub(crate) async fn begin_within(
    store: &dyn EscalationStore,
    lease: &Lease,
    admission: &Admission,
    now: i64,
) -> Begun {
    let attempt = attempt(lease, admission, now);
    let begun = store.begin(vec![attempt], at(now)).await.expect("begin");
    assert_eq!(begun.len(), 1, "one answer for one attempt");
    begun[0]
}

pub(crate) fn attempt(lease: &Lease, admission: &Admission, now: i64) -> AttemptStart {
    AttemptStart::new(lease.clone(), at(now + 60), Arc::new(admission.clone()))
}

pub(crate) async fn settle(
    store: &dyn EscalationStore,
    settlement: Settlement,
    now: i64,
) -> Settled {
    let mut settled = store
        .settle(vec![settlement], at(now))
        .await
        .expect("settle");
    assert_eq!(settled.len(), 1, "one answer for one settlement");
    settled.remove(0)
}

pub(crate) async fn done(store: &dyn EscalationStore, lease: &Lease, now: i64) -> Settled {
    settle(store, Settlement::new(lease.clone(), Verdict::Done), now).await
}

pub(crate) async fn due(store: &dyn EscalationStore) -> Option<DateTime<Utc>> {
    store.next_due().await.expect("next_due")
}
