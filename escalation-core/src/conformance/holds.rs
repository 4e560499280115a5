//! Promises about acknowledged and snoozed processes.

use chrono::{DateTime, SubsecRound, Utc};

use super::{
    at, begin, calls, claim, claim_one, done, due, planned, process, request, settle, start,
};
use crate::{
    Begun, Channel, Doubt, EscalationStore, Held, Hold, HoldState, Notification, Run, Settled,
    Settlement, StartRequest, Verdict,
};

async fn hold(store: &dyn EscalationStore, id: &str, hold: Hold, now: i64) -> Held {
    store
        .hold(Run::current(&process(id)), hold, None, at(now))
        .await
        .expect("hold")
}

/// Nothing of a held process is claimed or begun, however long it lasts; the others go on.
pub async fn a_held_process_stands_still(store: &dyn EscalationStore) {
    let generation = start(store, calls("a", &[10, 20]), 0).await;
    start(store, calls("b", &[30]), 0).await;
    let claimed = claim_one(store, 10).await;
    let held = hold(store, "a", Hold::Open, 11).await;
    assert_eq!(
        held,
        Held::Changed {
            generation,
            in_flight: Vec::new()
        }
    );
    assert_eq!(begin(store, &claimed.lease, 12).await, Begun::Stale);
    assert_eq!(due(store).await, Some(at(30)), "only the other is due");
    assert_eq!(claim_one(store, 5_000).await.lease.process, process("b"));

    let snapshot = store.process(&process("a")).await.expect("process");
    let state = snapshot.map(|snapshot| snapshot.hold);
    let expected = HoldState::Held {
        since: at(11),
        until: None,
    };
    assert_eq!(state, Some(expected));
    assert_eq!(
        hold(store, "none", Hold::Open, 12).await,
        Held::NotRunning,
        "what does not run cannot be held"
    );
}

/// After a release, each notification is as far away as it was; what was overdue is due at once.
pub async fn a_released_process_goes_on_where_it_stood(store: &dyn EscalationStore) {
    start(store, calls("a", &[10, 40]), 0).await;
    hold(store, "a", Hold::Open, 20).await;
    assert_eq!(due(store).await, None);
    hold(store, "a", Hold::Release, 1_020).await;
    assert_eq!(due(store).await, Some(at(1_020)));
    assert_eq!(claim_one(store, 1_039).await.due_at, at(1_020));
    assert_eq!(claim_one(store, 1_040).await.due_at, at(1_040));
    // Nothing comes after the end of the calendar, from where nobody could read it.
    let end = DateTime::<Utc>::MAX_UTC.trunc_subsecs(6);
    let far = Notification::at(Channel::PHONE, end).to_phone_number("+1");
    let far = StartRequest::new(process("far")).notify(far);
    start(store, planned(&far, 0), 0).await;
    hold(store, "far", Hold::Open, 10).await;
    hold(store, "far", Hold::Release, 1_000).await;
    let snapshot = store.process(&process("far")).await.expect("process");
    let open = snapshot.map(|snapshot| snapshot.open[0].planned.due_at.trunc_subsecs(6));
    assert_eq!(open, Some(end));
}

/// A hold ends by itself at its time, exactly, even if nobody looks for long.
pub async fn a_hold_runs_out(store: &dyn EscalationStore) {
    start(store, calls("a", &[40, 50]), 0).await;
    hold(store, "a", Hold::Until(at(100)), 20).await;
    assert_eq!(due(store).await, Some(at(100)), "the end of the hold");
    assert_eq!(claim(store, 99).await, []);
    // 20 and 30 seconds were left when it was held.
    assert_eq!(claim(store, 100).await, []);
    assert_eq!(due(store).await, Some(at(120)));
    assert_eq!(claim_one(store, 125).await.due_at, at(120));
    let snapshot = store.process(&process("a")).await.expect("process");
    assert_eq!(
        snapshot.map(|snapshot| snapshot.hold),
        Some(HoldState::Running)
    );
}

/// Holding a held process again moves the end of the hold, and nothing else.
pub async fn holding_again_moves_only_the_end(store: &dyn EscalationStore) {
    start(store, calls("a", &[40]), 0).await;
    hold(store, "a", Hold::Until(at(100)), 20).await;
    hold(store, "a", Hold::Until(at(300)), 50).await;
    assert_eq!(due(store).await, Some(at(300)));
    assert_eq!(claim(store, 300).await, []);
    assert_eq!(claim_one(store, 320).await.due_at, at(320));
    // An open hold has no end of its own.
    start(store, calls("b", &[400]), 0).await;
    hold(store, "b", Hold::Until(at(350)), 330).await;
    hold(store, "b", Hold::Open, 340).await;
    assert_eq!(claim(store, 379).await, []);
    assert_eq!(
        due(store).await,
        Some(at(380)),
        "only the lease of the other"
    );
}

/// A request to hold or release that comes again changes nothing.
pub async fn a_redelivered_hold_changes_nothing(store: &dyn EscalationStore) {
    start(store, calls("a", &[40]), 0).await;
    let asked = request("m1");
    let snooze = Hold::Until(at(100));
    let held = store
        .hold(Run::current(&process("a")), snooze, Some(&asked), at(20))
        .await;
    assert!(matches!(held, Ok(Held::Changed { .. })));
    hold(store, "a", Hold::Release, 30).await;
    let again = store
        .hold(Run::current(&process("a")), snooze, Some(&asked), at(31))
        .await;
    assert_eq!(again.expect("hold"), Held::DuplicateRequest);
    assert_eq!(due(store).await, Some(at(50)), "it goes on as released");
}

/// What is in flight when its process is held can still be settled; a retry waits for the end.
pub async fn a_retry_of_a_held_process_waits(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    let lease = claim_one(store, 10).await.lease;
    begin(store, &lease, 10).await;
    let held = hold(store, "a", Hold::Open, 15).await;
    let Held::Changed { in_flight, .. } = held else {
        panic!("it runs: {held:?}");
    };
    assert_eq!(in_flight.len(), 1, "it is told what it could not prevent");
    let again = Verdict::Again {
        at: at(30),
        doubt: Doubt::None,
    };
    let settled = settle(store, Settlement::new(lease, again), 20).await;
    assert_eq!(settled, Settled::recorded());
    assert_eq!(claim(store, 500).await, []);
    hold(store, "a", Hold::Release, 1_015).await;
    let again = claim_one(store, 1_030).await;
    assert_eq!(again.attempts, 1);
    done(store, &again.lease, 1_030).await;
    assert_eq!(due(store).await, None);
}

/// An attempt whose worker died while its process was held waits for the end of the hold, in doubt;
/// the dead worker's word is stale by then.
pub async fn a_lost_attempt_of_a_held_process_waits(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    let lost = claim_one(store, 10).await.lease;
    begin(store, &lost, 10).await;
    hold(store, "a", Hold::Open, 20).await;
    assert_eq!(
        claim(store, 70).await,
        [],
        "its lease is over, its hold is not"
    );
    assert_eq!(due(store).await, None);
    assert_eq!(done(store, &lost, 80).await, Settled::Stale);
    hold(store, "a", Hold::Release, 1_020).await;
    let again = claim_one(store, 1_070).await;
    assert_eq!((again.attempts, again.doubt), (1, Doubt::Unfinished));
}
