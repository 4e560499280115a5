//! Promises about what travels together, and over which way.

use std::sync::Arc;

use super::{at, begin, claim, claim_one, done, due, planned, process, settle, start};
use crate::{
    Begun, Channel, Claim, Doubt, EscalationStore, Hold, Notification, Run, Settled, Settlement,
    StartRequest, TenantId, Verdict,
};

/// A process with one e-mail, which names a bundle.
async fn mail(store: &dyn EscalationStore, id: &str, second: i64, address: &str, bundle: &str) {
    let mail = Notification::at(Channel::EMAIL, at(second))
        .to_email(address)
        .bundled_as(bundle);
    start(
        store,
        planned(&StartRequest::new(process(id)).notify(mail), 0),
        0,
    )
    .await;
}

async fn gather(store: &dyn EscalationStore, lead: &Claim, max: usize, now: i64) -> Vec<Claim> {
    store
        .gather(&lead.lease, max, at(now + 60), at(now))
        .await
        .expect("gather")
}

fn names(claims: &[Claim]) -> Vec<&str> {
    claims
        .iter()
        .map(|claim| claim.lease.process.as_str())
        .collect()
}

async fn claim_first(store: &dyn EscalationStore, now: i64) -> Claim {
    let mut claims = store.claim(1, at(now + 60), at(now)).await.expect("claim");
    assert_eq!(claims.len(), 1, "one is due");
    claims.remove(0)
}

/// Gathered is what shares tenant, channel, destination and bundle, and nobody has claimed; the
/// earliest due first, and no more than asked for.
pub async fn what_shares_a_bundle_travels_together(store: &dyn EscalationStore) {
    mail(store, "lead", 1, "a@x", "orders").await;
    mail(store, "late", 5, "a@x", "orders").await;
    mail(store, "early", 2, "a@x", "orders").await;
    mail(store, "third", 6, "a@x", "orders").await;
    mail(store, "to another", 3, "b@x", "orders").await;
    mail(store, "of another kind", 3, "a@x", "alarms").await;
    mail(store, "not due", 11, "a@x", "orders").await;
    mail(store, "held", 3, "a@x", "orders").await;
    let alone = Notification::at(Channel::EMAIL, at(3)).to_email("a@x");
    let alone = StartRequest::new(process("alone")).notify(alone);
    start(store, planned(&alone, 0), 0).await;
    let other = Notification::at(Channel::new("letter").expect("valid"), at(3))
        .to_email("a@x")
        .bundled_as("orders");
    let other = StartRequest::new(process("over another channel")).notify(other);
    start(store, planned(&other, 0), 0).await;
    let foreign = Notification::at(Channel::EMAIL, at(4))
        .to_email("a@x")
        .bundled_as("orders");
    let foreign = StartRequest::new(process("of another tenant"))
        .tenant(TenantId::new("other").expect("short"))
        .notify(foreign);
    start(store, planned(&foreign, 0), 0).await;
    store
        .hold(Run::current(&process("held")), Hold::Open, None, at(1))
        .await
        .expect("hold");

    let lead = claim_first(store, 1).await;
    assert_eq!(names(std::slice::from_ref(&lead)), ["lead"]);
    let gathered = gather(store, &lead, 2, 10).await;
    assert_eq!(names(&gathered), ["early", "late"]);
    assert_eq!(names(&gather(store, &lead, 9, 10).await), ["third"]);
    assert_eq!(names(&gather(store, &lead, 9, 10).await), [""; 0]);
    let others = claim(store, 10).await;
    assert_eq!(others.len(), 5, "the others are no part of it: {others:?}");
    let single = others
        .iter()
        .find(|claim| claim.lease.process == process("alone"));
    let single = single.expect("it is due");
    assert_eq!(names(&gather(store, single, 9, 10).await), [""; 0]);
}

/// What was gathered is leased like anything claimed; a stale lease gathers nothing.
pub async fn what_was_gathered_is_leased(store: &dyn EscalationStore) {
    mail(store, "lead", 1, "a@x", "orders").await;
    mail(store, "second", 2, "a@x", "orders").await;
    let lead = claim_first(store, 1).await;
    let second = gather(store, &lead, 9, 10).await.remove(0);
    assert_eq!((second.attempts, second.due_at), (0, at(2)));
    assert_eq!(due(store).await, Some(at(61)), "the lease of the first");
    assert_eq!(claim(store, 60).await, []);
    assert_eq!(begin(store, &second.lease, 20).await, Begun::Started);
    assert_eq!(done(store, &second.lease, 21).await, Settled::recorded());
    let taken_over = claim_one(store, 61).await;
    mail(store, "third", 62, "a@x", "orders").await;
    assert_eq!(names(&gather(store, &lead, 9, 63).await), [""; 0]);
    assert_eq!(names(&gather(store, &taken_over, 9, 63).await), ["third"]);
}

/// What was put off before its first attempt still travels along; a retry does so at its time, and
/// what is in doubt never.
pub async fn a_bundle_takes_what_was_put_off_but_nothing_in_doubt(store: &dyn EscalationStore) {
    for (id, second) in [("put off", 1), ("retried", 2), ("in doubt", 3)] {
        mail(store, id, second, "a@x", "orders").await;
    }
    let claims = claim(store, 5).await;
    for (claim, begins) in claims.iter().zip([false, true, true]) {
        if begins {
            assert_eq!(begin(store, &claim.lease, 5).await, Begun::Started);
        }
        let doubt = match claim.lease.process.as_str() {
            "in doubt" => Doubt::Unfinished,
            _ => Doubt::None,
        };
        let again = Verdict::Again { at: at(50), doubt };
        settle(store, Settlement::new(claim.lease.clone(), again), 6).await;
    }
    mail(store, "lead", 7, "a@x", "orders").await;
    let lead = claim_first(store, 10).await;
    assert_eq!(names(&gather(store, &lead, 9, 10).await), ["put off"]);
    let retried = gather(store, &lead, 9, 50).await;
    assert_eq!(names(&retried), ["retried"]);
    assert_eq!(retried[0].attempts, 1);
}

/// A notification that goes another way keeps its key and its history, begins to count its attempts
/// anew, and counts against the limits of its new channel and destination.
pub async fn a_notification_can_go_another_way(store: &dyn EscalationStore) {
    let call = Notification::at(Channel::PHONE, at(1))
        .to_phone_number("+1")
        .to_email("a@x");
    let request = StartRequest::new(process("a")).notify(call.clone());
    start(store, planned(&request, 0), 0).await;
    let first = claim_one(store, 1).await;
    begin(store, &first.lease, 1).await;
    let instead = Verdict::Instead {
        notification: Arc::new(call.over(Channel::EMAIL)),
        at: at(9),
        doubt: Doubt::None,
    };
    let mut settlement = Settlement::new(first.lease.clone(), instead);
    let reason = crate::Reason::from(crate::Cause::Busy);
    settlement.attempt = Some(crate::Attempt::new(1, at(2), reason));
    assert_eq!(settle(store, settlement, 2).await, Settled::recorded());
    assert_eq!(claim(store, 8).await, []);

    mail(store, "b", 9, "a@x", "orders").await;
    let second = claim(store, 9).await;
    let second = second
        .iter()
        .find(|claim| claim.lease.process == process("a"));
    let second = second.expect("it is due");
    assert_eq!(second.lease.key(), first.lease.key());
    assert_eq!(second.notification.channel(), &Channel::EMAIL);
    assert_eq!(second.notification.destination(), Some("a@x"));
    assert_eq!((second.attempts, second.due_at), (0, at(1)));
    assert_eq!(second.history.len(), 1);
}
