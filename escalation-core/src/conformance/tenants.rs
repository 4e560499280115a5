//! Promises about tenants that share a store.

use std::collections::BTreeMap;

use super::{at, begin, claim_one, planned, process, settle, start};
use crate::{
    Cause, Channel, Claim, EscalationStore, LetterContent, Notification, Settlement, StartRequest,
    TenantId, Verdict,
};

fn tenant(name: &str) -> TenantId {
    TenantId::new(name).expect("the ids of this suite are short")
}

/// A process of a tenant with one call at each of these seconds.
async fn calls(store: &dyn EscalationStore, name: &str, seconds: &[i64]) {
    let request = StartRequest::new(process(&format!("of {name}"))).tenant(tenant(name));
    let request = seconds.iter().fold(request, |request, second| {
        request.notify(Notification::at(Channel::PHONE, at(*second)).to_phone_number("+1"))
    });
    start(store, planned(&request, 0), 0).await;
}

fn by_tenant(claims: &[Claim]) -> BTreeMap<&str, Vec<i64>> {
    let mut seconds: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for claim in claims {
        let second = (claim.due_at - at(0)).num_seconds();
        let tenant = seconds.entry(claim.tenant.as_str()).or_default();
        tenant.push(second);
    }
    seconds
}

/// When not all that is due can be claimed, each tenant gets its turn, and what one does not use is
/// for the others; of each tenant the longest waiting comes first.
pub async fn a_flood_of_one_tenant_does_not_delay_the_others(store: &dyn EscalationStore) {
    let flood: Vec<i64> = (0..50).collect();
    calls(store, "flood", &flood).await;
    calls(store, "small", &[61, 60]).await;
    calls(store, "single", &[70]).await;
    calls(store, "", &[80]).await;
    calls(store, "later", &[200]).await;
    let claims = store.claim(8, at(160), at(100)).await.expect("claim");
    let expected = BTreeMap::from([
        ("", vec![80]),
        ("flood", vec![0, 1, 2, 3]),
        ("single", vec![70]),
        ("small", vec![60, 61]),
    ]);
    assert_eq!(by_tenant(&claims), expected);
    let rest = store.claim(100, at(160), at(100)).await.expect("claim");
    assert_eq!(
        by_tenant(&rest),
        BTreeMap::from([("flood", (4..50).collect())])
    );
}

/// Who was left out by one claim comes first in the next one.
pub async fn tenants_take_turns(store: &dyn EscalationStore) {
    for (name, first) in [("a", 0), ("b", 10), ("c", 20)] {
        calls(store, name, &[first, first + 1, first + 2, first + 3]).await;
    }
    let mut turns = BTreeMap::new();
    for (max, each) in [(1, 1), (1, 1), (1, 1), (2, 0), (2, 0), (2, 2)] {
        for claim in store.claim(max, at(160), at(100)).await.expect("claim") {
            *turns.entry(claim.tenant.to_string()).or_insert(0) += 1;
        }
        let most = turns.values().max().copied().unwrap_or_default();
        let least = turns.values().min().copied().unwrap_or_default();
        assert!(most - least <= 1, "turns so far: {turns:?}");
        if each == 2 {
            assert_eq!(turns.values().copied().collect::<Vec<_>>(), [3, 3, 3]);
        }
    }
    assert_eq!(turns.len(), 3, "all had a turn: {turns:?}");
}

/// On whose behalf a process runs is known as long as anything of it is.
pub async fn a_process_keeps_its_tenant(store: &dyn EscalationStore) {
    calls(store, "hotel", &[10]).await;
    let found = store.process(&process("of hotel")).await.expect("process");
    assert_eq!(found.map(|found| found.tenant), Some(tenant("hotel")));
    let first = claim_one(store, 10).await;
    assert_eq!(first.tenant, tenant("hotel"));
    begin(store, &first.lease, 10).await;
    let dead = Settlement::new(first.lease, Verdict::Dead(Cause::Other.into()));
    settle(store, dead, 11).await;
    let letter = store
        .dead_letters(None, 1)
        .await
        .expect("letters")
        .remove(0);
    let LetterContent::Notification { tenant: dead, .. } = &letter.content else {
        panic!("not a notification: {letter:?}");
    };
    assert_eq!(*dead, tenant("hotel"));
    store.replay(letter.id, at(20)).await.expect("replay");
    assert_eq!(claim_one(store, 20).await.tenant, tenant("hotel"));
}
