//! The rep loop: the cookbook's table exactly, and each of its faults mended in the default mode.

use chrono::TimeDelta;
use proptest::prelude::*;
use queue_dispatch::{Attempt, ClassId, Decision, RepCallback, RepLoop};

const PREMIUM: &str = "QU0000000000000000000000000000000a";
const REGULAR: &str = "QU0000000000000000000000000000000b";

fn callback(parameters: &[(&'static str, &'static str)]) -> RepCallback {
    RepCallback::from_parameters("attempt", parameters.iter().copied())
}

fn tried(decision: Decision) -> (Attempt, TimeDelta) {
    match decision {
        Decision::Try { attempt, after } => (attempt, after),
        other => panic!("expected a try, got {other:?}"),
    }
}

#[test]
fn the_cookbooks_table() {
    let reps = RepLoop::cookbook(PREMIUM, REGULAR);
    for (parameters, class) in [
        (vec![], ClassId::PREMIUM),
        (
            vec![("DequeueResult", "bridged"), ("QueueSid", PREMIUM)],
            ClassId::PREMIUM,
        ),
        (
            vec![("DequeueResult", "bridged"), ("QueueSid", REGULAR)],
            ClassId::PREMIUM,
        ),
        (vec![("DequeueResult", "bridged")], ClassId::PREMIUM),
        (
            vec![("DequeueResult", "queue-empty"), ("QueueSid", PREMIUM)],
            ClassId::REGULAR,
        ),
        (
            vec![("DequeueResult", "error"), ("QueueSid", PREMIUM)],
            ClassId::REGULAR,
        ),
        (
            vec![("DequeueResult", "queue-empty"), ("QueueSid", REGULAR)],
            ClassId::PREMIUM,
        ),
        (vec![("DequeueResult", "queue-not-found")], ClassId::PREMIUM),
        (
            vec![("DequeueResult", "queue-empty"), ("QueueSid", "QU123")],
            ClassId::PREMIUM,
        ),
        (vec![("QueueSid", PREMIUM)], ClassId::PREMIUM),
    ] {
        let (attempt, after) = tried(reps.next(&callback(&parameters)));
        assert_eq!(
            (attempt.class(), after),
            (class, TimeDelta::zero()),
            "{parameters:?}"
        );
    }
}

/// The cookbook's starvation: the premium queue was created anew, or does not exist.
#[test]
fn a_strange_premium_queue_does_not_starve_the_regular() {
    let cookbook = RepLoop::cookbook(PREMIUM, REGULAR);
    let reps = RepLoop::new(2);
    let (first, _) = tried(reps.next(&callback(&[])));
    for parameters in [
        vec![("DequeueResult", "queue-empty"), ("QueueSid", "QUanew")],
        vec![("DequeueResult", "queue-not-found")],
        vec![("DequeueResult", "queue-not_found")],
        vec![("DequeueResult", "never-seen-before")],
        vec![],
    ] {
        let request = callback(&parameters).attempt(first);
        assert_eq!(
            tried(reps.next(&request)).0.class(),
            ClassId::REGULAR,
            "{parameters:?}"
        );
        assert_eq!(
            tried(cookbook.next(&request)).0.class(),
            ClassId::PREMIUM,
            "the fault is the cookbook's"
        );
    }
}

#[test]
fn errors_back_off_and_success_forgets_them() {
    let reps = RepLoop::new(2);
    let (mut attempt, _) = tried(reps.next(&callback(&[])));
    let mut pauses = Vec::new();
    for _ in 0..16 {
        let after;
        (attempt, after) =
            tried(reps.next(&callback(&[("DequeueResult", "error")]).attempt(attempt)));
        pauses.push(after.num_seconds());
    }
    assert_eq!(pauses, [0, 1, 0, 2, 0, 4, 0, 8, 0, 16, 0, 32, 0, 32, 0, 32]);
    // An empty premium queue while the regular one is missing still pauses once a round.
    let (next, after) =
        tried(reps.next(&callback(&[("DequeueResult", "bridged")]).attempt(attempt)));
    assert_eq!((next.class(), after), (ClassId::PREMIUM, TimeDelta::zero()));
    let (next, _) = tried(reps.next(&callback(&[("DequeueResult", "queue-empty")]).attempt(next)));
    let (_, after) =
        tried(reps.next(&callback(&[("DequeueResult", "queue-not-found")]).attempt(next)));
    assert_eq!(after, TimeDelta::seconds(1));
}

#[test]
fn a_rep_who_is_gone_gets_no_caller() {
    let reps = RepLoop::new(2);
    for status in ["completed", "failed", "busy", "no-answer", "canceled"] {
        assert_eq!(
            reps.next(&callback(&[
                ("CallStatus", status),
                ("DequeueResult", "bridged")
            ])),
            Decision::Stop
        );
    }
    tried(reps.next(&callback(&[("CallStatus", "in-progress")])));
}

#[test]
fn duplicated_parameters_count_once_or_not_at_all() {
    let same = callback(&[("DequeueResult", "bridged"), ("DequeueResult", "bridged")]);
    assert_eq!(same, callback(&[("DequeueResult", "bridged")]));
    let torn = callback(&[("DequeueResult", "bridged"), ("DequeueResult", "error")]);
    assert_eq!(torn, callback(&[]));
}

proptest! {
    /// Total over any parameters; equal requests get equal decisions; and whatever the results are,
    /// as long as no caller is served every class is tried within one round.
    #[test]
    fn every_class_is_tried_in_every_round(
        classes in 1_u8..6,
        results in prop::collection::vec(
            prop_oneof![Just("queue-empty"), Just("queue-not-found"), Just("error"), Just("hangup"), Just("")],
            30,
        ),
        sid in ".*",
    ) {
        let reps = RepLoop::new(classes);
        let mut order = Vec::new();
        let (mut attempt, _) = tried(reps.next(&callback(&[])));
        for result in results {
            order.push(attempt.class().index());
            let carried = attempt.to_string();
            let parameters = [("QueueSid", sid.as_str()), ("DequeueResult", result), ("attempt", &carried)];
            let request = RepCallback::from_parameters("attempt", parameters);
            prop_assert_eq!(request.attempt, Some(attempt));
            prop_assert_eq!(reps.next(&request), reps.next(&request));
            attempt = tried(reps.next(&request)).0;
        }
        for round in order.chunks_exact(usize::from(classes)) {
            prop_assert_eq!(round.to_vec(), (0..usize::from(classes)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".*") {
        match text.parse::<Attempt>() {
            Ok(attempt) => prop_assert_eq!(attempt.to_string().parse::<Attempt>().unwrap(), attempt),
            Err(error) => prop_assert!(error.to_string().contains("is no attempt")),
        }
    }
}
