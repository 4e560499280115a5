//! Promises about claiming, beginning and settling.

use chrono::TimeDelta;

use super::{at, begin, calls, claim, claim_one, done, due, process, settle, start};
use crate::{
    Attempt, Begun, Cause, Doubt, EscalationStore, Reason, Run, Settled, Settlement, Stopped,
    Verdict,
};

/// Due is due: not a microsecond earlier, and at the very instant.
pub async fn nothing_is_claimed_before_it_is_due(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    let early = at(10) - TimeDelta::microseconds(1);
    assert_eq!(store.claim(1, at(60), early).await.expect("claim"), []);
    let claim = claim_one(store, 10).await;
    assert_eq!(claim.due_at, at(10));
    assert_eq!((claim.attempts, claim.doubt), (0, Doubt::None));
    assert_eq!(claim.notification.phone_number(), Some("+1"));
}

/// What one worker has claimed, no other gets while the lease lasts.
pub async fn a_claimed_notification_has_one_owner(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    claim_one(store, 10).await;
    assert_eq!(claim(store, 11).await, []);
    assert_eq!(claim(store, 69).await, []);
    assert_eq!(due(store).await, Some(at(70)), "when the lease ends");
}

/// The longest waiting comes first.
pub async fn claims_come_in_order_of_their_time(store: &dyn EscalationStore) {
    start(store, calls("a", &[30, 10]), 0).await;
    start(store, calls("b", &[20]), 0).await;
    let order: Vec<_> = claim(store, 100)
        .await
        .iter()
        .map(|claim| claim.due_at)
        .collect();
    assert_eq!(order, [at(10), at(20), at(30)]);
}

/// No more are claimed than asked for, and the rest stays.
pub async fn claims_are_limited(store: &dyn EscalationStore) {
    start(store, calls("a", &[1, 2, 3]), 0).await;
    let first = store.claim(2, at(60), at(5)).await.expect("claim");
    assert_eq!(first.len(), 2);
    assert_eq!(claim_one(store, 5).await.due_at, at(3));
}

/// When the last notification is done, the process has ended.
pub async fn a_process_ends_with_its_last_notification(store: &dyn EscalationStore) {
    start(store, calls("a", &[1, 2]), 0).await;
    for second in [1, 2] {
        assert!(
            store
                .process(&process("a"))
                .await
                .expect("process")
                .is_some()
        );
        let claim = claim_one(store, second).await;
        assert_eq!(begin(store, &claim.lease, second).await, Begun::Started);
        assert_eq!(done(store, &claim.lease, second).await, Settled::recorded());
    }
    assert_eq!(store.process(&process("a")).await.expect("process"), None);
    assert_eq!(due(store).await, None);
    let stopped = store
        .stop(Run::current(&process("a")), None, at(3))
        .await
        .expect("stop");
    assert_eq!(stopped, Stopped::NotRunning);
}

/// A worker that died between claim and begin has sent nothing.
pub async fn a_lease_that_ran_out_before_the_attempt_leaves_no_doubt(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    let first = claim_one(store, 10).await;
    let second = claim_one(store, 70).await;
    assert_eq!((second.attempts, second.doubt), (0, Doubt::None));
    assert!(second.lease.token > first.lease.token, "tokens grow");
}

/// A worker that died after begin may have sent it, and the next one is told.
pub async fn a_lease_that_ran_out_during_the_attempt_leaves_doubt(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    let first = claim_one(store, 10).await;
    assert_eq!(begin(store, &first.lease, 20).await, Begun::Started);
    assert_eq!(claim(store, 79).await, [], "begin has lengthened the lease");
    let second = claim_one(store, 80).await;
    assert_eq!((second.attempts, second.doubt), (1, Doubt::Unfinished));
    assert_eq!(
        second.lease.key(),
        first.lease.key(),
        "the key stays the same"
    );
    let third = claim_one(store, 140).await;
    assert_eq!(
        third.doubt,
        Doubt::Unfinished,
        "doubt stays until it is settled"
    );
}

/// Every word with an older token is refused and changes nothing.
pub async fn a_stale_lease_changes_nothing(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    let old = claim_one(store, 10).await.lease;
    let new = claim_one(store, 70).await.lease;
    assert_eq!(begin(store, &old, 71).await, Begun::Stale);
    assert_eq!(done(store, &old, 71).await, Settled::Stale);
    let renewed = store
        .renew(std::slice::from_ref(&old), at(500), at(71))
        .await
        .expect("renew");
    assert_eq!(renewed, [Settled::Stale]);
    assert_eq!(
        due(store).await,
        Some(at(130)),
        "the newer lease is as it was"
    );

    assert_eq!(begin(store, &new, 72).await, Begun::Started);
    assert_eq!(
        begin(store, &new, 72).await,
        Begun::Stale,
        "an attempt begins once"
    );
    assert_eq!(done(store, &old, 73).await, Settled::Stale);
    assert_eq!(done(store, &new, 73).await, Settled::recorded());
    assert_eq!(
        done(store, &new, 74).await,
        Settled::Stale,
        "it is settled once"
    );
}

/// A worker that is still at work keeps what it has.
pub async fn a_renewed_lease_lasts(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    let lease = claim_one(store, 10).await.lease;
    begin(store, &lease, 10).await;
    let renewed = store
        .renew(std::slice::from_ref(&lease), at(200), at(60))
        .await
        .expect("renew");
    assert_eq!(renewed, [Settled::recorded()]);
    assert_eq!(claim(store, 199).await, []);
    assert_eq!(claim_one(store, 200).await.doubt, Doubt::Unfinished);
}

/// A stop between claim and begin wins.
pub async fn after_a_stop_no_attempt_begins(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    let lease = claim_one(store, 10).await.lease;
    let stopped = store
        .stop(Run::current(&process("a")), None, at(11))
        .await
        .expect("stop");
    let Stopped::Ended {
        cancelled,
        in_flight,
        ..
    } = stopped
    else {
        panic!("it ran: {stopped:?}");
    };
    assert_eq!(
        (cancelled, in_flight.len()),
        (1, 0),
        "claimed is not in flight"
    );
    assert_eq!(begin(store, &lease, 12).await, Begun::Stale);
}

/// A stop after begin tells what it could not prevent.
pub async fn a_stop_answers_what_is_in_flight(store: &dyn EscalationStore) {
    start(store, calls("a", &[10, 500]), 0).await;
    let lease = claim_one(store, 10).await.lease;
    begin(store, &lease, 10).await;
    let stopped = store
        .stop(Run::current(&process("a")), None, at(11))
        .await
        .expect("stop");
    let Stopped::Ended {
        cancelled,
        in_flight,
        ..
    } = stopped
    else {
        panic!("it ran: {stopped:?}");
    };
    assert_eq!(cancelled, 1);
    assert_eq!(in_flight.len(), 1);
    assert_eq!((&in_flight[0].lease, in_flight[0].attempt), (&lease, 1));
    assert_eq!(in_flight[0].notification.phone_number(), Some("+1"));
}

/// However an attempt ends that was in flight at the stop, it is not made again.
pub async fn a_stopped_attempt_is_not_made_again(store: &dyn EscalationStore) {
    for id in ["settled", "died"] {
        start(store, calls(id, &[10]), 0).await;
        let lease = claim_one(store, 10).await.lease;
        begin(store, &lease, 10).await;
        store
            .stop(Run::current(&process(id)), None, at(11))
            .await
            .expect("stop");
        if id == "settled" {
            let again = Verdict::Again {
                at: at(20),
                doubt: Doubt::None,
            };
            settle(store, Settlement::new(lease, again), 12).await;
        }
        assert_eq!(claim(store, 1_000).await, [], "{id}");
        assert_eq!(due(store).await, None, "{id}");
    }
}

/// A word about an ended run is stale, even if a process of its name runs now.
pub async fn a_late_word_does_not_touch_a_newer_process(store: &dyn EscalationStore) {
    start(store, calls("a", &[10, 20]), 0).await;
    let old = claim_one(store, 10).await.lease;
    begin(store, &old, 10).await;
    store
        .stop(Run::current(&process("a")), None, at(11))
        .await
        .expect("stop");
    let generation = start(store, calls("a", &[500]), 12).await;

    let again = Verdict::Again {
        at: at(30),
        doubt: Doubt::None,
    };
    settle(store, Settlement::new(old, again), 13).await;
    let snapshot = store.process(&process("a")).await.expect("process");
    let snapshot = snapshot.expect("the new process runs");
    assert_eq!(snapshot.generation, generation);
    assert_eq!(snapshot.open.len(), 1);
    assert_eq!(due(store).await, Some(at(500)));
}

/// A retry is due when the settlement says, and knows what happened before.
pub async fn a_failed_attempt_is_due_again_with_its_history(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    let lease = claim_one(store, 10).await.lease;
    begin(store, &lease, 10).await;
    let busy = Attempt::new(1, at(11), Reason::new(Cause::Busy, "486"));
    let again = Verdict::Again {
        at: at(40),
        doubt: Doubt::None,
    };
    let mut failed = Settlement::new(lease, again);
    failed.attempt = Some(busy.clone());
    assert_eq!(settle(store, failed, 11).await, Settled::recorded());

    assert_eq!(due(store).await, Some(at(40)));
    assert_eq!(claim(store, 39).await, []);
    let again = claim_one(store, 40).await;
    assert_eq!((again.attempts, again.doubt), (1, Doubt::None));
    assert_eq!(again.due_at, at(10), "the planned time stays");
    assert_eq!(again.history, [busy]);
}
