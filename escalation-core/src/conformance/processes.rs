//! Promises about starting and stopping.

use super::{at, begin, calls, claim, claim_one, done, due, planned, process, request, start};
use crate::{
    Begun, Channel, EscalationStore, IfRunning, Notification, StartRequest, Started, Stopped,
};

/// [`next_due`](EscalationStore::next_due) is the earliest time, whatever the order sent; and what
/// was sent can be read back, in order.
pub async fn a_started_process_is_due_at_its_earliest_notification(store: &dyn EscalationStore) {
    assert_eq!(due(store).await, None, "an empty store plans nothing");
    let generation = start(store, calls("a", &[300, 50, 100]), 0).await;
    assert_eq!(due(store).await, Some(at(50)));

    let snapshot = store.process(&process("a")).await.expect("process");
    let snapshot = snapshot.expect("the process runs");
    assert_eq!(
        (snapshot.generation, snapshot.started_at),
        (generation, at(0))
    );
    let times: Vec<_> = snapshot
        .open
        .iter()
        .map(|open| open.planned.due_at)
        .collect();
    assert_eq!(times, [at(300), at(50), at(100)], "the order sent is kept");
    let number = snapshot.open[0].planned.notification.phone_number();
    assert_eq!(number, Some("+1"));
}

/// A start changes nothing if a process of its name runs, even if the notifications differ.
pub async fn starting_a_running_process_changes_nothing(store: &dyn EscalationStore) {
    let generation = start(store, calls("a", &[100]), 0).await;
    let again = store
        .start(calls("a", &[5, 6]), at(1))
        .await
        .expect("start");
    assert_eq!(again, Started::AlreadyRunning(generation));
    assert_eq!(due(store).await, Some(at(100)));
    assert_eq!(claim(store, 50).await, []);
}

/// [`IfRunning::Replace`] stops the old process and starts the new one in one step.
pub async fn replacing_a_running_process_makes_a_new_generation(store: &dyn EscalationStore) {
    let old = start(store, calls("a", &[0, 100]), 0).await;
    let ringing = claim_one(store, 0).await;
    assert_eq!(begin(store, &ringing.lease, 0).await, Begun::Started);

    let new = StartRequest::new(process("a"))
        .if_running(IfRunning::Replace)
        .notify(Notification::at(Channel::PHONE, at(200)));
    let started = store.start(planned(&new, 1), at(1)).await.expect("start");
    let Started::Replaced {
        generation,
        in_flight,
    } = started
    else {
        panic!("not replaced: {started:?}");
    };
    assert!(generation > old);
    let leases: Vec<_> = in_flight.into_iter().map(|attempt| attempt.lease).collect();
    assert_eq!(leases, std::slice::from_ref(&ringing.lease));
    done(store, &ringing.lease, 2).await;
    assert_eq!(
        due(store).await,
        Some(at(200)),
        "nothing of the old one is left"
    );
}

/// No generation is given twice, not even after its process has ended.
pub async fn generations_only_grow(store: &dyn EscalationStore) {
    let first = start(store, calls("a", &[100]), 0).await;
    store.stop(&process("a"), None, at(1)).await.expect("stop");
    let second = start(store, calls("a", &[100]), 2).await;
    let other = start(store, calls("b", &[100]), 2).await;
    assert!(first < second && second < other);
}

/// What is stopped is gone, and its name is free.
pub async fn a_stopped_process_is_never_claimed(store: &dyn EscalationStore) {
    let generation = start(store, calls("a", &[10, 20]), 0).await;
    let stopped = store.stop(&process("a"), None, at(5)).await.expect("stop");
    assert_eq!(
        stopped,
        Stopped::Ended {
            generation,
            cancelled: 2,
            in_flight: Vec::new()
        }
    );
    assert_eq!(claim(store, 1_000).await, []);
    assert_eq!(due(store).await, None);
    assert_eq!(store.process(&process("a")).await.expect("process"), None);
    start(store, calls("a", &[10]), 6).await;
}

/// Stopping what does not run is no error and changes nothing.
pub async fn stopping_what_does_not_run_says_so(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    let stopped = store.stop(&process("b"), None, at(1)).await.expect("stop");
    assert_eq!(stopped, Stopped::NotRunning);
    assert_eq!(due(store).await, Some(at(10)));
}

/// A request that comes again changes nothing, even if its process has ended or was started anew.
pub async fn a_redelivered_request_changes_nothing(store: &dyn EscalationStore) {
    let first = StartRequest::new(process("a"))
        .request_id(request("m1"))
        .notify(Notification::at(Channel::PHONE, at(10)));
    start(store, planned(&first, 0), 0).await;
    let stop = request("m2");
    store
        .stop(&process("a"), Some(&stop), at(1))
        .await
        .expect("stop");

    let again = store.start(planned(&first, 2), at(2)).await.expect("start");
    assert_eq!(
        again,
        Started::DuplicateRequest,
        "an ended process is not started again"
    );
    let running = start(store, calls("a", &[20]), 3).await;
    let again = store
        .stop(&process("a"), Some(&stop), at(4))
        .await
        .expect("stop");
    assert_eq!(
        again,
        Stopped::DuplicateRequest,
        "a newer process is not stopped"
    );
    let snapshot = store.process(&process("a")).await.expect("process");
    assert_eq!(snapshot.map(|snapshot| snapshot.generation), Some(running));
}
