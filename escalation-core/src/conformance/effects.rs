//! Promises about what a settlement means for the rest of the process.

use super::{at, begin, calls, claim, claim_one, due, planned, process, settle, start};
use crate::{
    Attempt, Begun, Cause, Channel, Effect, EscalationStore, HoldState, Lease, LetterContent,
    Notification, Policy, Reason, Run, Settled, Settlement, Stage, StartRequest, Step, Superseded,
    Verdict,
};
use chrono::TimeDelta;

/// Two phones at once after 10 s, one more after 100 s, and one more after another 100 s.
async fn steps(store: &dyn EscalationStore) {
    let call = |number: &str| {
        Notification::after(Channel::PHONE, TimeDelta::zero()).to_phone_number(number)
    };
    let policy = Policy::new()
        .step(
            Step::after(TimeDelta::seconds(10))
                .notify(call("+1"))
                .notify(call("+2")),
        )
        .step(Step::after(TimeDelta::seconds(100)).notify(call("+3")))
        .step(Step::after(TimeDelta::seconds(100)).notify(call("+4")));
    let request = StartRequest::new(process("a")).policy(policy);
    start(store, planned(&request, 0), 0).await;
}

async fn effect(store: &dyn EscalationStore, effect: Effect) -> Settled {
    steps(store).await;
    let claims = claim(store, 10).await;
    for claim in &claims {
        assert_eq!(begin(store, &claim.lease, 10).await, Begun::Started);
    }
    let mut settlement = Settlement::new(claims[0].lease.clone(), Verdict::Done);
    settlement.effect = effect;
    let settled = settle(store, settlement, 20).await;
    if effect != Effect::Advance {
        let in_flight = match &settled {
            Settled::Recorded { in_flight } => in_flight,
            other => panic!("the lease was the newest: {other:?}"),
        };
        let leases: Vec<_> = in_flight.iter().map(|attempt| &attempt.lease).collect();
        assert_eq!(leases, [&claims[1].lease], "the other phone still rings");
    }
    settled
}

/// An advance makes the next step due now, moves the later ones as much, and does so only once.
pub async fn an_advance_moves_the_following_steps(store: &dyn EscalationStore) {
    effect(store, Effect::Advance).await;
    assert_eq!(due(store).await, Some(at(20)));
    let third = claim_one(store, 20).await;
    assert_eq!((third.stage, third.due_at), (Stage::new(1, 2), at(20)));
    let mut again = Settlement::new(third.lease, Verdict::Done);
    again.effect = Effect::Advance;
    settle(store, again, 25).await;
    assert_eq!(claim_one(store, 25).await.due_at, at(25));
}

/// An end frees the name and tells which other attempts are under way.
pub async fn an_end_ends_the_process(store: &dyn EscalationStore) {
    effect(store, Effect::End).await;
    assert_eq!(store.process(&process("a")).await.expect("process"), None);
    assert_eq!(claim(store, 10_000).await, []);
    start(store, calls("a", &[1]), 0).await;
}

/// A hold by a settlement is a hold.
pub async fn a_delivery_can_hold_its_process(store: &dyn EscalationStore) {
    let until = Some(at(1_000));
    effect(store, Effect::Hold { until }).await;
    let snapshot = store.process(&process("a")).await.expect("process");
    let held = HoldState::Held {
        since: at(20),
        until,
    };
    assert_eq!(snapshot.map(|snapshot| snapshot.hold), Some(held));
    // 90 seconds were left of the second step.
    let next = claim(store, 1_090).await;
    let times: Vec<_> = next
        .iter()
        .map(|claim| (claim.stage, claim.due_at))
        .collect();
    assert!(times.contains(&(Stage::new(1, 2), at(1_090))), "{times:?}");
}

/// What is passed on is done while something later is open, and a dead letter when nothing is, so
/// that no process ends with neither.
pub async fn what_nothing_follows_cannot_be_passed_on(store: &dyn EscalationStore) {
    steps(store).await;
    start(store, calls("b", &[500]), 0).await;
    let passed_on = |lease: &Lease, number: u32| {
        let reason = Reason::new(Cause::Busy, number.to_string());
        let mut settlement = Settlement::new(lease.clone(), Verdict::PassedOn(reason.clone()));
        settlement.effect = Effect::Advance;
        settlement.attempt = Some(Attempt::new(1, at(20), reason));
        settlement
    };
    let mut settled = Vec::new();
    let mut number = 0;
    for _ in 0..3 {
        // The second step has come to second 20 with the first, and the third with the second.
        for claim in claim(store, if number == 0 { 10 } else { 20 }).await {
            begin(store, &claim.lease, 20).await;
            number += 1;
            settled.push(settle(store, passed_on(&claim.lease, number), 20).await);
        }
    }
    let buried = Settled::Buried {
        in_flight: Vec::new(),
    };
    let done = Settled::recorded;
    assert_eq!(settled, [done(), done(), done(), buried.clone()]);
    assert_eq!(store.process(&process("a")).await.expect("process"), None);
    let letters = store.dead_letters(None, 9).await.expect("dead_letters");
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].reason, Reason::new(Cause::Busy, "4"));
    let LetterContent::Notification {
        stage,
        notification,
        history,
        ..
    } = &letters[0].content
    else {
        panic!("not a notification: {letters:?}");
    };
    assert_eq!(
        (*stage, notification.phone_number()),
        (Stage::new(1, 3), Some("+4"))
    );
    assert_eq!(history.len(), 1, "its own");

    // Alone from the beginning; and not at all when its process was stopped meanwhile.
    let alone = claim_one(store, 500).await.lease;
    begin(store, &alone, 500).await;
    assert_eq!(settle(store, passed_on(&alone, 5), 501).await, buried);
    start(store, calls("c", &[600]), 502).await;
    let stopped = claim_one(store, 600).await.lease;
    begin(store, &stopped, 600).await;
    store
        .stop(Run::current(&process("c")), None, at(601))
        .await
        .expect("stop");
    assert_eq!(settle(store, passed_on(&stopped, 6), 602).await, done());
    let letters = store.dead_letters(None, 9).await.expect("dead_letters");
    assert_eq!(letters.len(), 2, "{letters:?}");
}

/// Each settlement of a list stands for itself: one that is stale spoils no other.
pub async fn settlements_stand_for_themselves(store: &dyn EscalationStore) {
    start(store, calls("a", &[1, 1, 1]), 0).await;
    let claims = claim(store, 1).await;
    let settlement = |index: usize| Settlement::new(claims[index].lease.clone(), Verdict::Done);
    let all = vec![settlement(0), settlement(0), settlement(2)];
    let settled = store.settle(all, at(2)).await.expect("settle");
    let expected = [Settled::recorded(), Settled::Stale, Settled::recorded()];
    assert_eq!(settled, expected);
    let snapshot = store.process(&process("a")).await.expect("process");
    let left: Vec<_> = snapshot
        .into_iter()
        .flat_map(|snapshot| snapshot.open)
        .map(|open| open.planned.sequence)
        .collect();
    assert_eq!(left, [claims[1].lease.sequence]);
}

/// A claim tells whether a later notification of its process is due as well.
pub async fn a_claim_tells_what_supersedes_it(store: &dyn EscalationStore) {
    let call = |second: i64, number: &str| {
        Notification::at(Channel::PHONE, at(second)).to_phone_number(number)
    };
    let request = StartRequest::new(process("a"))
        .notify(call(1, "+1"))
        .notify(call(2, "+2"))
        .notify(call(3, "+1"))
        .notify(call(4, "+3"))
        .notify(call(999, "+2"));
    start(store, planned(&request, 0), 0).await;
    start(store, calls("b", &[5]), 0).await;
    let told: Vec<_> = claim(store, 100)
        .await
        .iter()
        .map(|claim| claim.superseded)
        .collect();
    let expected = [
        Superseded::AtDestination,
        Superseded::InProcess,
        Superseded::InProcess,
        Superseded::No,
        Superseded::No,
    ];
    assert_eq!(told, expected);
}

/// A later notification whose deadline has passed will be a dead letter, and stands for no other.
pub async fn what_is_past_its_deadline_supersedes_nothing(store: &dyn EscalationStore) {
    let call = |second: i64, number: &str| {
        Notification::at(Channel::PHONE, at(second)).to_phone_number(number)
    };
    let fraction = at(100) + TimeDelta::microseconds(1);
    let request = StartRequest::new(process("a"))
        .notify(call(1, "+1"))
        .notify(call(2, "+2"))
        .notify(call(3, "+2").until(fraction))
        .notify(call(4, "+1").until(at(50)))
        .notify(call(5, "+3").until(at(100)));
    start(store, planned(&request, 0), 0).await;
    let told: Vec<_> = claim(store, 100)
        .await
        .iter()
        .map(|claim| claim.superseded)
        .collect();
    let expected = [
        Superseded::InProcess,
        Superseded::AtDestination,
        Superseded::No,
        Superseded::No,
        Superseded::No,
    ];
    assert_eq!(told, expected);
}

/// Whoever waits for a change is woken by a start, also by one right before it goes to sleep.
pub async fn a_start_wakes_those_who_wait(store: &dyn EscalationStore) {
    use std::future::{Future, poll_fn};
    use std::task::Poll;

    let mut changed = std::pin::pin!(store.changed());
    let first = poll_fn(|context| Poll::Ready(changed.as_mut().poll(context))).await;
    assert!(first.is_pending(), "nothing has changed yet");
    start(store, calls("a", &[1]), 0).await;
    let then = poll_fn(|context| Poll::Ready(changed.as_mut().poll(context))).await;
    assert!(then.is_ready(), "a start was missed");
}
