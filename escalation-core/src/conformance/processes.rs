//! Promises about starting and stopping.

use super::{
    at, begin, calls, claim, claim_one, done, due, planned, process, request, settle, start,
};
use crate::{
    Begun, Cause, Channel, EscalationStore, Held, Hold, HoldState, IfRunning, Notification,
    ProcessSummary, Run, Sequence, Settlement, StartRequest, Started, Stopped, TenantId, Verdict,
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

/// [`IfRunning::Extend`] adds to what runs, under sequences that nothing else ever had.
pub async fn extending_a_running_process_adds_to_it(store: &dyn EscalationStore) {
    let more = |second: i64| {
        let request = StartRequest::new(process("a"))
            .if_running(IfRunning::Extend)
            .notify(Notification::at(Channel::PHONE, at(second)).to_phone_number("+2"))
            .notify(Notification::at(Channel::PHONE, at(second + 1)).to_phone_number("+3"));
        planned(&request, 0)
    };
    let generation = start(store, more(10), 0).await;
    let first = claim_one(store, 10).await.lease;
    done(store, &first, 10).await;
    let last = claim_one(store, 11).await.lease;
    let extended = store.start(more(20), at(12)).await.expect("start");
    let second = Started::Extended {
        generation,
        first: Sequence::new(2),
    };
    assert_eq!(extended, second);
    done(store, &last, 13).await;
    let extended = store.start(more(15), at(14)).await.expect("start");
    let third = Started::Extended {
        generation,
        first: Sequence::new(4),
    };
    assert_eq!(extended, third);
    let added: Vec<_> = claim(store, 99)
        .await
        .into_iter()
        .map(|claim| {
            let number = claim.notification.phone_number().map(str::to_owned);
            (claim.due_at, claim.lease.sequence.position(), number)
        })
        .collect();
    let two = || Some("+2".to_owned());
    let three = || Some("+3".to_owned());
    let expected = [
        (at(15), 4, two()),
        (at(16), 5, three()),
        (at(20), 2, two()),
        (at(21), 3, three()),
    ];
    assert_eq!(added, expected);
}

/// What is added while a process is held is as far away at its end as it was when it was added.
pub async fn what_is_added_to_a_held_process_waits(store: &dyn EscalationStore) {
    start(store, calls("a", &[10]), 0).await;
    let held = Hold::Until(at(100));
    store
        .hold(Run::current(&process("a")), held, None, at(0))
        .await
        .expect("hold");
    let mut more = calls("a", &[70, 1]);
    more.if_running = IfRunning::Extend;
    store.start(more, at(50)).await.expect("start");
    assert_eq!(claim(store, 99).await, []);
    let times: Vec<_> = claim(store, 500)
        .await
        .iter()
        .map(|claim| claim.due_at)
        .collect();
    assert_eq!(times, [at(100), at(110), at(120)]);
}

/// Which sequences an ended process had is not known any more, so one that a replay has brought
/// back is left as it is.
pub async fn a_replayed_process_is_not_extended(store: &dyn EscalationStore) {
    let generation = start(store, calls("a", &[10]), 0).await;
    let lease = claim_one(store, 10).await.lease;
    let dead = Settlement::new(lease, Verdict::Dead(Cause::Other.into()));
    settle(store, dead, 11).await;
    let letter = store
        .dead_letters(None, 1)
        .await
        .expect("letters")
        .remove(0);
    store.replay(letter.id, at(20)).await.expect("replay");
    let mut more = calls("a", &[70]);
    more.if_running = IfRunning::Extend;
    let kept = store.start(more, at(21)).await.expect("start");
    assert_eq!(kept, Started::AlreadyRunning(generation));
    assert_eq!(claim(store, 500).await.len(), 1);
}

/// Running processes can be gone through, oldest first, some at a time; ended ones are not there.
pub async fn running_processes_are_listed(store: &dyn EscalationStore) {
    let first = start(store, calls("b", &[10, 20]), 0).await;
    start(store, calls("stopped", &[10]), 1).await;
    let last = start(store, calls("a", &[30]), 2).await;
    store
        .stop(Run::current(&process("stopped")), None, at(3))
        .await
        .expect("stop");
    store
        .hold(Run::current(&process("a")), Hold::Open, None, at(4))
        .await
        .expect("hold");
    let page = store.processes(None, 1).await.expect("processes");
    let mut expected = ProcessSummary::new(process("b"), first, TenantId::default(), at(0));
    expected.open = 2;
    expected.ready_at = Some(at(10));
    assert_eq!(page, [expected]);
    let page = store.processes(Some(first), 9).await.expect("processes");
    let mut expected = ProcessSummary::new(process("a"), last, TenantId::default(), at(0));
    expected.open = 1;
    expected.ready_at = Some(at(30));
    expected.hold = HoldState::Held {
        since: at(4),
        until: None,
    };
    assert_eq!(page, [expected]);
    assert_eq!(store.processes(Some(last), 9).await.expect("processes"), []);
}

/// No generation is given twice, not even after its process has ended.
pub async fn generations_only_grow(store: &dyn EscalationStore) {
    let first = start(store, calls("a", &[100]), 0).await;
    store
        .stop(Run::current(&process("a")), None, at(1))
        .await
        .expect("stop");
    let second = start(store, calls("a", &[100]), 2).await;
    let other = start(store, calls("b", &[100]), 2).await;
    assert!(first < second && second < other);
}

/// What is stopped is gone, and its name is free.
pub async fn a_stopped_process_is_never_claimed(store: &dyn EscalationStore) {
    let generation = start(store, calls("a", &[10, 20]), 0).await;
    let stopped = store
        .stop(Run::current(&process("a")), None, at(5))
        .await
        .expect("stop");
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
    let stopped = store
        .stop(Run::current(&process("b")), None, at(1))
        .await
        .expect("stop");
    assert_eq!(stopped, Stopped::NotRunning);
    assert_eq!(due(store).await, Some(at(10)));
}

/// What is said about one run of a process is not taken for one about the run after it, and says so.
pub async fn a_word_about_one_run_touches_no_other(store: &dyn EscalationStore) {
    let name = process("a");
    let old = start(store, calls("a", &[10, 20]), 0).await;
    let of_old = Run::only(&name, old);
    let held = store.hold(of_old, Hold::Open, None, at(1)).await;
    assert!(matches!(held, Ok(Held::Changed { generation, .. }) if generation == old));
    let stopped = store.stop(of_old, None, at(2)).await;
    assert!(matches!(stopped, Ok(Stopped::Ended { generation, .. }) if generation == old));
    let stopped = store.stop(of_old, None, at(3)).await.expect("stop");
    assert_eq!(stopped, Stopped::NotRunning);

    // Of one notification and of several, since a store may keep these in another way.
    for (second, times) in [(10, &[10][..]), (40, &[40, 50])] {
        let new = start(store, calls("a", times), second - 5).await;
        for hold in [Hold::Open, Hold::Until(at(60)), Hold::Release] {
            let held = store.hold(of_old, hold, None, at(second - 4)).await;
            assert_eq!(held.expect("hold"), Held::NotRunning);
        }
        let stopped = store.stop(of_old, None, at(second - 3)).await;
        assert_eq!(stopped.expect("stop"), Stopped::NotRunning);
        let snapshot = store.process(&name).await.expect("process");
        let snapshot = snapshot.expect("the newer run goes on");
        assert_eq!(
            (snapshot.generation, snapshot.hold),
            (new, HoldState::Running)
        );
        assert_eq!(claim_one(store, second).await.due_at, at(second));
        let stopped = store.stop(Run::only(&name, new), None, at(second)).await;
        assert!(matches!(stopped, Ok(Stopped::Ended { generation, .. }) if generation == new));
    }
}

/// A request that comes again changes nothing, even if its process has ended or was started anew.
pub async fn a_redelivered_request_changes_nothing(store: &dyn EscalationStore) {
    let first = StartRequest::new(process("a"))
        .request_id(request("m1"))
        .notify(Notification::at(Channel::PHONE, at(10)));
    start(store, planned(&first, 0), 0).await;
    let stop = request("m2");
    store
        .stop(Run::current(&process("a")), Some(&stop), at(1))
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
        .stop(Run::current(&process("a")), Some(&stop), at(4))
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
