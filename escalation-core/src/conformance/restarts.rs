//! Promises that outlive the program, which every store runs that keeps anything beyond it.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;

use super::{
    Checking, at, begin, begin_within, calls, claim_one, done, due, planned, process, request,
    start,
};
use crate::{
    Admission, Begun, Channel, Claim, Doubt, EscalationStore, Hold, HoldState, Notification,
    RateLimit, Run, Scope, StartRequest, Started, Stopped,
};

/// A place where a store keeps its things, which keeps nothing yet.
#[async_trait]
pub trait PlaceUnderTest: Send + Sync {
    /// Opens the store there, as a program does that starts anew. What was opened before is gone,
    /// without having been told.
    async fn open(&self) -> Arc<dyn EscalationStore>;
}

/// One promise about restarts.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct RestartCase {
    /// Its name, which says what is promised.
    pub name: &'static str,
    /// Checks it at a place that keeps nothing yet; panics if it is broken.
    pub check: for<'a> fn(&'a dyn PlaceUnderTest) -> Checking<'a>,
}

impl std::fmt::Debug for RestartCase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! restart_cases {
    ($($case:ident)*) => {
        /// All promises about restarts.
        pub const RESTART_CASES: &[RestartCase] = &[
            $(RestartCase { name: stringify!($case), check: |place| Box::pin($case(place)) },)*
        ];
    };
}

restart_cases! {
    rates_survive_a_restart
    leases_survive_a_restart
    attempts_under_way_survive_a_restart
    what_was_handled_survives_a_restart
    generations_grow_through_a_restart
    holds_survive_a_restart
}

async fn claim_right_before(store: &dyn EscalationStore, second: i64) -> Vec<Claim> {
    let now = at(second) - TimeDelta::microseconds(1);
    let claims = store.claim(9, at(second + 60), now).await;
    claims.expect("claim")
}

/// What was sent before counts against the limits of a channel and of a destination, also if nothing
/// else is left of it.
pub async fn rates_survive_a_restart(place: &dyn PlaceUnderTest) {
    let mut limited = Admission::unlimited();
    limited.rates = vec![
        RateLimit::new(Scope::Channel, 2, TimeDelta::seconds(60)),
        RateLimit::new(Scope::Destination, 1, TimeDelta::seconds(600)),
    ];
    let call = |id: &str, number: &str| {
        let call = Notification::at(Channel::PHONE, at(0)).to_phone_number(number);
        planned(&StartRequest::new(process(id)).notify(call), 0)
    };
    for (id, number, expected) in [
        ("a", "+1", Begun::Started),
        ("b", "+1", Begun::Deferred { until: at(600) }),
        ("c", "+2", Begun::Started),
        ("d", "+3", Begun::Deferred { until: at(30) }),
    ] {
        let store = place.open().await;
        start(&*store, call(id, number), 0).await;
        let lease = claim_one(&*store, 0).await.lease;
        let begun = begin_within(&*store, &lease, &limited, 0).await;
        assert_eq!(begun, expected, "{id} to {number}");
        if begun == Begun::Started {
            done(&*store, &lease, 1).await;
        }
    }
    let store = place.open().await;
    let again = claim_one(&*store, 30).await;
    assert_eq!(again.lease.process, process("d"));
    let begun = begin_within(&*store, &again.lease, &limited, 30).await;
    assert_eq!(begun, Begun::Started, "there is room by now");
}

/// Nobody else gets what a worker has claimed before its lease ends, and its word is heard still.
pub async fn leases_survive_a_restart(place: &dyn PlaceUnderTest) {
    let store = place.open().await;
    start(&*store, calls("a", &[0]), 0).await;
    start(&*store, calls("b", &[1]), 0).await;
    let leased = claim_one(&*store, 0).await.lease;
    drop(store);
    let store = place.open().await;
    assert_eq!(due(&*store).await, Some(at(1)));
    assert_eq!(claim_one(&*store, 1).await.lease.process, process("b"));
    assert_eq!(claim_right_before(&*store, 60).await, []);
    assert_eq!(begin(&*store, &leased, 59).await, Begun::Started);
}

/// An attempt that was under way is in doubt when its lease has run out.
pub async fn attempts_under_way_survive_a_restart(place: &dyn PlaceUnderTest) {
    let store = place.open().await;
    start(&*store, calls("a", &[0]), 0).await;
    let lost = claim_one(&*store, 0).await.lease;
    assert_eq!(begin(&*store, &lost, 0).await, Begun::Started);
    drop(store);
    let store = place.open().await;
    let again = claim_one(&*store, 60).await;
    assert_eq!((again.attempts, again.doubt), (1, Doubt::Unfinished));
    assert!(again.lease.token > lost.token);
    assert_eq!(again.lease.key(), lost.key());
}

/// A request that comes again is known, also if its process has ended.
pub async fn what_was_handled_survives_a_restart(place: &dyn PlaceUnderTest) {
    let store = place.open().await;
    let call = Notification::at(Channel::PHONE, at(10)).to_phone_number("+1");
    let asked = StartRequest::new(process("a"))
        .request_id(request("m1"))
        .notify(call);
    start(&*store, planned(&asked, 0), 0).await;
    let (name, stop) = (process("a"), request("m2"));
    let stopped = store.stop(Run::current(&name), Some(&stop), at(1)).await;
    stopped.expect("stop");
    drop(store);
    let store = place.open().await;
    let again = store.start(planned(&asked, 2), at(2)).await.expect("start");
    assert_eq!(again, Started::DuplicateRequest);
    start(&*store, calls("a", &[20]), 3).await;
    let again = store.stop(Run::current(&name), Some(&stop), at(4)).await;
    assert_eq!(again.expect("stop"), Stopped::DuplicateRequest);
}

/// No generation is given twice, so no key is either: not even if nothing is left of the process.
pub async fn generations_grow_through_a_restart(place: &dyn PlaceUnderTest) {
    let mut before = None;
    for round in 0..3 {
        let store = place.open().await;
        let generation = start(&*store, calls("a", &[round]), 0).await;
        assert!(before < Some(generation), "{before:?}, then {generation:?}");
        before = Some(generation);
        let lease = claim_one(&*store, round).await.lease;
        done(&*store, &lease, round).await;
    }
}

/// What is held stays held, and goes on where it stood.
pub async fn holds_survive_a_restart(place: &dyn PlaceUnderTest) {
    let store = place.open().await;
    start(&*store, calls("a", &[100]), 0).await;
    let until = Some(at(1_000));
    let (name, hold) = (process("a"), Hold::Until(at(1_000)));
    let held = store.hold(Run::current(&name), hold, None, at(40)).await;
    held.expect("hold");
    drop(store);
    let store = place.open().await;
    let snapshot = store.process(&process("a")).await.expect("process");
    let since = at(40);
    let held = HoldState::Held { since, until };
    assert_eq!(snapshot.map(|snapshot| snapshot.hold), Some(held));
    assert_eq!(claim_right_before(&*store, 1_060).await, []);
    assert_eq!(claim_one(&*store, 1_060).await.due_at, at(1_060));
}
