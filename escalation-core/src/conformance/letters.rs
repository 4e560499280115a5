//! Promises about what could not be delivered or read.

use super::{at, begin, calls, claim, claim_one, due, process, request, settle, start};
use crate::{
    Attempt, Cause, DeadLetter, Doubt, EscalationStore, LetterContent, LetterId, Reason,
    RejectedRequest, Replayed, Run, Settlement, Verdict,
};

async fn dead_letters(store: &dyn EscalationStore) -> Vec<DeadLetter> {
    store.dead_letters(None, 100).await.expect("dead_letters")
}

/// Starts a process whose only notification dies at once.
async fn bury(store: &dyn EscalationStore, id: &str) {
    start(store, calls(id, &[10]), 0).await;
    let lease = claim_one(store, 10).await.lease;
    begin(store, &lease, 10).await;
    let reason = Reason::new(Cause::BadDestination, "no such number");
    let mut dead = Settlement::new(lease, Verdict::Dead(reason.clone()));
    dead.attempt = Some(Attempt::new(1, at(11), reason));
    settle(store, dead, 11).await;
}

/// Nothing disappears: a notification that is given up is kept with all that is known about it.
pub async fn a_dead_letter_tells_its_reason_and_history(store: &dyn EscalationStore) {
    bury(store, "a").await;
    bury(store, "b").await;
    assert_eq!(store.process(&process("a")).await.expect("process"), None);
    assert_eq!(due(store).await, None);
    let letters = dead_letters(store).await;
    assert_eq!(letters.len(), 2);
    assert!(letters[0].id < letters[1].id, "oldest first");
    let letter = &letters[0];
    assert_eq!(letter.died_at, at(11));
    assert_eq!(
        letter.reason,
        Reason::new(Cause::BadDestination, "no such number")
    );
    let LetterContent::Notification {
        process: dead,
        due_at,
        notification,
        history,
        ..
    } = &letter.content
    else {
        panic!("not a notification: {letter:?}");
    };
    assert_eq!((dead, *due_at), (&process("a"), at(10)));
    assert_eq!(notification.phone_number(), Some("+1"));
    assert_eq!(history.len(), 1);

    let rest = store
        .dead_letters(Some(letter.id), 1)
        .await
        .expect("dead_letters");
    assert_eq!(rest, letters[1..]);
}

/// A replayed letter is due now, as the same notification, and no letter any more; but not beside
/// a newer process of its name.
pub async fn a_dead_letter_can_be_replayed_once(store: &dyn EscalationStore) {
    bury(store, "a").await;
    let letter = dead_letters(store).await.remove(0);
    let LetterContent::Notification {
        generation,
        sequence,
        ..
    } = letter.content
    else {
        panic!("not a notification: {letter:?}");
    };
    start(store, calls("a", &[900]), 20).await;
    let refused = store.replay(letter.id, at(21)).await.expect("replay");
    assert_eq!(refused, Replayed::NameTaken);
    assert_eq!(dead_letters(store).await.len(), 1);
    store
        .stop(Run::current(&process("a")), None, at(22))
        .await
        .expect("stop");

    assert_eq!(
        store.replay(letter.id, at(30)).await.expect("replay"),
        Replayed::Due
    );
    assert_eq!(dead_letters(store).await, []);
    assert_eq!(
        store.replay(letter.id, at(30)).await.expect("replay"),
        Replayed::NotFound
    );
    let again = claim_one(store, 30).await;
    assert_eq!(
        (again.lease.generation, again.lease.sequence),
        (generation, sequence)
    );
    assert_eq!((again.attempts, again.doubt), (0, Doubt::None));
    assert_eq!(
        again.history.len(),
        1,
        "what happened before is not forgotten"
    );
    assert_eq!(claim(store, 31).await, []);
}

/// A request that cannot be read is kept in its own words, once however often it comes.
pub async fn a_rejected_request_is_kept_once(store: &dyn EscalationStore) {
    let reason = Reason::new(Cause::InvalidRequest, "not JSON");
    let refused = RejectedRequest::new(Some(request("m1")), b"{oops".to_vec(), reason.clone());
    for _ in 0..2 {
        store.reject(refused.clone(), at(1)).await.expect("reject");
    }
    let letters = dead_letters(store).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, reason);
    assert_eq!(
        letters[0].content,
        LetterContent::Request {
            request: Some(request("m1")),
            body: b"{oops".to_vec()
        }
    );
    let replayed = store.replay(letters[0].id, at(2)).await.expect("replay");
    assert_eq!(replayed, Replayed::NotReplayable);
    store.discard(letters[0].id).await.expect("discard");
    assert_eq!(dead_letters(store).await, []);
    let unknown = store
        .replay(LetterId::new(77), at(2))
        .await
        .expect("replay");
    assert_eq!(unknown, Replayed::NotFound);
}
