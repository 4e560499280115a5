//! Promises about how much may be sent.

use chrono::TimeDelta;

use super::{
    at, attempt, begin_within as begin, calls, claim, claim_one, done, due, process, start,
};
use crate::{
    Admission, Begun, Channel, ConcurrencyLimit, EscalationStore, Notification, RateLimit, Scope,
    StartRequest,
};

/// One phone call due at second 0 to each of these numbers.
async fn call(store: &dyn EscalationStore, id: &str, numbers: &[&str]) {
    let request = numbers
        .iter()
        .fold(StartRequest::new(process(id)), |request, number| {
            request.notify(Notification::at(Channel::PHONE, at(0)).to_phone_number(*number))
        });
    start(store, super::planned(&request, 0), 0).await;
}

/// No more attempts are in flight than the limit, whoever asks; ending one makes room.
pub async fn concurrency_is_limited(store: &dyn EscalationStore) {
    let mut limited = Admission::unlimited();
    limited.concurrency = vec![ConcurrencyLimit::new(Scope::Channel, 1)];
    limited.look_again_after = TimeDelta::seconds(5);
    call(store, "a", &["+1", "+2"]).await;
    let claims = claim(store, 0).await;
    let (first, second) = (&claims[0].lease, &claims[1].lease);
    assert_eq!(begin(store, first, &limited, 0).await, Begun::Started);
    let deferred = begin(store, second, &limited, 0).await;
    assert_eq!(deferred, Begun::Deferred { until: at(5) });
    let again = claim_one(store, 5).await;
    assert_eq!(again.attempts, 0, "a refusal is no attempt");
    assert!(matches!(
        begin(store, &again.lease, &limited, 5).await,
        Begun::Deferred { .. }
    ));
    done(store, first, 6).await;
    let again = claim_one(store, 10).await;
    assert_eq!(
        begin(store, &again.lease, &limited, 10).await,
        Begun::Started
    );
}

/// Each destination has its own room.
pub async fn destinations_are_limited_apart(store: &dyn EscalationStore) {
    let mut limited = Admission::unlimited();
    limited.concurrency = vec![ConcurrencyLimit::new(Scope::Destination, 1)];
    limited.rates = vec![RateLimit::new(
        Scope::Destination,
        1,
        TimeDelta::seconds(60),
    )];
    call(store, "a", &["+1", "+2", "+1"]).await;
    let claims = claim(store, 0).await;
    let mut begun = Vec::new();
    for claim in &claims {
        let number = claim.notification.phone_number().unwrap_or_default();
        let begin = begin(store, &claim.lease, &limited, 0).await;
        begun.push((number.to_owned(), begin == Begun::Started));
    }
    begun.sort();
    let expected = [("+1", false), ("+1", true), ("+2", true)];
    let expected = expected.map(|(number, started)| (number.to_owned(), started));
    assert_eq!(begun, expected);
}

/// No more attempts begin per time than the limit, and one that is refused comes back when there
/// is room; retries of one notification count as attempts too.
pub async fn rates_are_limited(store: &dyn EscalationStore) {
    let mut limited = Admission::unlimited();
    limited.rates = vec![RateLimit::new(Scope::Channel, 2, TimeDelta::seconds(60))];
    call(store, "a", &["+1", "+2", "+3"]).await;
    let claims = claim(store, 0).await;
    assert_eq!(
        begin(store, &claims[0].lease, &limited, 0).await,
        Begun::Started
    );
    assert_eq!(
        begin(store, &claims[1].lease, &limited, 0).await,
        Begun::Started
    );
    let third = begin(store, &claims[2].lease, &limited, 0).await;
    assert_eq!(third, Begun::Deferred { until: at(30) });
    for claim in &claims[..2] {
        done(store, &claim.lease, 1).await;
    }
    assert_eq!(due(store).await, Some(at(30)));
    let again = claim_one(store, 30).await;
    assert_eq!(
        begin(store, &again.lease, &limited, 30).await,
        Begun::Started
    );
}

/// What one limit refuses uses up nothing of another.
pub async fn a_refusal_uses_up_nothing(store: &dyn EscalationStore) {
    let mut limited = Admission::unlimited();
    limited.concurrency = vec![ConcurrencyLimit::new(Scope::Destination, 1)];
    limited.rates = vec![RateLimit::new(Scope::Channel, 2, TimeDelta::seconds(1_000))];
    call(store, "a", &["+1", "+1", "+2"]).await;
    let claims = claim(store, 0).await;
    let (to_one, to_two): (Vec<_>, Vec<_>) = claims
        .iter()
        .partition(|claim| claim.notification.phone_number() == Some("+1"));
    assert_eq!(
        begin(store, &to_one[0].lease, &limited, 0).await,
        Begun::Started
    );
    assert!(matches!(
        begin(store, &to_one[1].lease, &limited, 0).await,
        Begun::Deferred { .. }
    ));
    assert_eq!(
        begin(store, &to_two[0].lease, &limited, 0).await,
        Begun::Started,
        "the second of two per time, since the refused one does not count"
    );
}

/// An attempt whose worker died makes room when its lease has run out and it is claimed again.
pub async fn a_dead_attempt_makes_room(store: &dyn EscalationStore) {
    let mut limited = Admission::unlimited();
    limited.concurrency = vec![ConcurrencyLimit::new(Scope::Channel, 1)];
    start(store, calls("a", &[0]), 0).await;
    let lost = claim_one(store, 0).await.lease;
    assert_eq!(begin(store, &lost, &limited, 0).await, Begun::Started);
    let taken_over = claim_one(store, 60).await.lease;
    assert_eq!(
        begin(store, &taken_over, &limited, 60).await,
        Begun::Started
    );
}

/// Attempts that are asked for together start in order, each counts for those after it, and one
/// that cannot start holds up no other.
pub async fn attempts_begin_in_order(store: &dyn EscalationStore) {
    let mut limited = Admission::unlimited();
    limited.rates = vec![RateLimit::new(Scope::Channel, 2, TimeDelta::seconds(60))];
    call(store, "a", &["+1", "+2", "+3", "+4"]).await;
    let claims = claim(store, 0).await;
    done(store, &claims[1].lease, 0).await;
    let attempts = claims
        .iter()
        .map(|claim| attempt(&claim.lease, &limited, 0))
        .collect();
    let begun = store.begin(attempts, at(0)).await.expect("begin");
    let until = at(30);
    let expected = [
        Begun::Started,
        Begun::Stale,
        Begun::Started,
        Begun::Deferred { until },
    ];
    assert_eq!(begun, expected);
    assert_eq!(due(store).await, Some(until));
}
